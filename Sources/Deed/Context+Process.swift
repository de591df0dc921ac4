import Git
import Glibc
import Release
import Synchronization

extension Context {
  /// The world as this process has it.
  static func ofProcess(_ arguments: [String], writing output: StandardOutput) -> Context {
    let environment = processEnvironment()
    reserveStandardDescriptors()
    // Caught, and not ignored: what is started from here would ignore it too.
    signal(SIGPIPE) { _ in }
    return Context(
      directory: currentDirectory(), environment: environment,
      output: Output { output.write($0) },
      // Nobody hears it any more, and that changes neither the work nor its exit code.
      error: Output { _ = writeAll($0, to: STDERR_FILENO) },
      terminal: Terminal(environment), now: currentTime, input: readStandardInput,
      program: Disk.resolved("/proc/self/exe") ?? "deed")
  }

  /// Keeps files that are opened later from becoming the standard streams that are closed: whatever
  /// is read or written there fails, as before.
  private static func reserveStandardDescriptors() {
    for (descriptor, access) in [
      (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY),
    ] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest that is free: those below it are open by now.
      _ = open("/dev/null", access)
    }
  }

  private static func processEnvironment() -> [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let mark = text.firstIndex(of: "=") {
        variables[String(text[..<mark])] = String(text[text.index(after: mark)...])
      }
      next += 1
    }
    return variables
  }

  private static func currentDirectory() -> String {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return String(cString: path)
  }

  private static func currentTime() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(
      milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// - Returns: Whether all of it was taken; `errno` says why not.
  fileprivate static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let written = Glibc.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { return false }
        rest = rest.dropFirst(written)
      }
      return true
    }
  }

  private static func readStandardInput() throws -> [UInt8] {
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(STDIN_FILENO, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        throw Failure(.usage, "standard input cannot be read: \(String(cString: strerror(errno)))")
      }
      if count == 0 { return content }
      content += buffer[..<count]
    }
  }
}

/// The process's standard output, and what became of it.
final class StandardOutput: Sendable {
  private let failure = Mutex<Int32?>(nil)

  /// Why not all of it was written; `nil` where it was, or its reader wanted no more.
  var fault: Failure? {
    guard let code = failure.withLock({ $0 }), code != EPIPE else { return nil }
    let why = String(cString: strerror(code))
    return Failure(.repository, "standard output could not be written: \(why)")
  }

  /// Writes no more after a failure, since what follows a gap would look whole; the work goes on.
  func write(_ bytes: [UInt8]) {
    failure.withLock { failure in
      guard failure == nil, !Context.writeAll(bytes, to: STDOUT_FILENO) else { return }
      failure = errno
    }
  }
}

extension Terminal {
  /// What the process's terminal can do; `NO_COLOR`, `CLICOLOR_FORCE`, `TERM=dumb` and `CI` count.
  init(_ environment: [String: String]) {
    let isDumb = environment["TERM"] == "dumb"
    let isForced =
      !(environment["CLICOLOR_FORCE"] ?? "0").isEmpty
      && environment["CLICOLOR_FORCE", default: "0"] != "0"
    let isForbidden = !(environment["NO_COLOR"] ?? "").isEmpty
    func hasColour(_ descriptor: Int32) -> Bool {
      if isForbidden { return false }
      return isForced || (isatty(descriptor) == 1 && !isDumb)
    }
    isOutput = isatty(STDOUT_FILENO) == 1
    isError = isatty(STDERR_FILENO) == 1
    outputHasColour = hasColour(STDOUT_FILENO)
    errorHasColour = hasColour(STDERR_FILENO)
    isInteractive =
      isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1
      && (environment["CI"] ?? "").isEmpty
    // Either may have been led elsewhere.
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
      var size = winsize()
      guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { continue }
      width = Int(size.ws_col)
      break
    }
  }
}
