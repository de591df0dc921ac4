internal import Glibc

/// A program at a terminal of its own, with a test at the keyboard.
package final class PseudoTerminal {
  /// All that the program has shown so far.
  package private(set) var shown: [UInt8] = []
  private var read = 0
  private var master: Int32
  private let process: pid_t
  private var status: Int32?

  package init(
    _ program: String, _ arguments: [String], directory: String, environment: [String: String],
    columns: UInt16 = 80, rows: UInt16 = 24
  ) throws {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    var (master, slave): (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 128)
    guard openpty(&master, &slave, nil, nil, &size) == 0 else {
      throw TestFailure("there is no pseudo-terminal")
    }
    // Only the program's own ends may stay open, or it would never see the terminal go.
    defer { close(slave) }
    self.master = master
    _ = fcntl(master, F_SETFD, FD_CLOEXEC)
    _ = fcntl(slave, F_SETFD, FD_CLOEXEC)
    guard ttyname_r(slave, &name, name.count) == 0 else {
      throw TestFailure("the pseudo-terminal has no name")
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    process = try Program.spawn(
      "/usr/bin/env", ["-C", directory, program] + arguments, environment, &actions,
      inSession: true)
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    hangUp()
  }

  /// Presses keys.
  package func type(_ text: String) throws {
    let bytes = Array(text.utf8)
    guard write(master, bytes, bytes.count) == bytes.count else {
      throw TestFailure("the terminal takes no more keys")
    }
  }

  /// Waits until the program shows `text`, after what was waited for before, and gives all that came
  /// up to it.
  ///
  /// - Parameter seconds: More than any machine takes, so that only what never comes is missed.
  @discardableResult
  package func expect(_ text: String, within seconds: Int = 60) throws -> String {
    let wanted = Array(text.utf8)
    let deadline = now() + seconds * 1000
    while true {
      if let end = shown[read...].end(of: wanted) {
        defer { read = end }
        return String(decoding: shown[read..<end], as: UTF8.self)
      }
      guard try receive(until: deadline) else { throw missing(text) }
    }
  }

  /// Waits until the program has ended, and gives its exit code: 128 and the signal, if one ended it.
  package func end(within seconds: Int = 60) throws -> Int32 {
    if let status { return status }
    let deadline = now() + seconds * 1000
    while true {
      var code: Int32 = 0
      if waitpid(process, &code, WNOHANG) == process {
        while try master >= 0 && receive(until: now()) {}
        let ended = code & 0x7F == 0 ? code >> 8 & 0xFF : 128 + code & 0x7F
        status = ended
        return ended
      }
      guard now() < deadline else { throw missing("its end") }
      if master < 0 { usleep(5000) } else { _ = try receive(until: now() + 20) }
    }
  }

  package func resize(columns: UInt16, rows: UInt16 = 24) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Closes the terminal's window.
  package func hangUp() {
    if master >= 0 { close(master) }
    master = -1
  }

  package func terminate() { kill(process, SIGTERM) }

  /// Whether the terminal shows what is typed and gives it on by lines, as a shell expects it.
  package var isAsShellsHaveIt: Bool {
    var mode = termios()
    guard tcgetattr(master, &mode) == 0 else { return false }
    let wanted = UInt32(ECHO | ICANON | ISIG)
    return mode.c_lflag & wanted == wanted
  }

  /// Takes in what the program shows; `false` where nothing came in time.
  private func receive(until deadline: Int) throws -> Bool {
    var waited = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&waited, 1, Int32(max(0, deadline - now()))) > 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = Glibc.read(master, &buffer, buffer.count)
    guard count > 0 else { return false }
    shown += buffer[..<count]
    return true
  }

  private func missing(_ what: String) -> TestFailure {
    let rest = String(decoding: shown[read...], as: UTF8.self)
    return TestFailure("waited for \(what), and the terminal shows:\n\(rest)")
  }

  /// Milliseconds of a clock that nobody sets.
  private func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
  }
}

extension ArraySlice<UInt8> {
  /// The index after the first occurrence of `wanted`.
  fileprivate func end(of wanted: [UInt8]) -> Int? {
    guard count >= wanted.count else { return nil }
    return (startIndex...(endIndex - wanted.count)).first { self[$0...].starts(with: wanted) }
      .map { $0 + wanted.count }
  }
}
