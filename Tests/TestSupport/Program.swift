internal import Glibc

/// A program run to its end, without suspending.
package enum Program {
  package struct Result: Sendable {
    package let status: Int32
    package let output: [UInt8]
    package let error: String

    package var text: String { String(decoding: output, as: UTF8.self) }
  }

  package static func run(
    _ program: String, _ arguments: [String], directory: String, environment: [String: String],
    input: [UInt8] = []
  ) throws -> Result {
    // Through files, so that no pipe can fill up while another is waited for.
    let files = try (0..<3).map { _ in try anonymousFile() }
    defer { for file in files { close(file) } }
    try write(input, to: files[0])
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, file) in files.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, file, Int32(number))
    }
    let process = try spawn(
      "/usr/bin/env", ["-C", directory, program] + arguments, environment, &actions)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw TestFailure("lost track of \(program)") }
    }
    return try Result(
      status: status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F,
      output: read(files[1]), error: String(decoding: read(files[2]), as: UTF8.self))
  }

  /// The path of a program of this package: it lies where the tests themselves do.
  package static func built(_ name: String) throws -> String {
    guard let path = realpath("/proc/self/exe", nil) else {
      throw TestFailure("cannot tell where the tests lie")
    }
    defer { free(path) }
    let tests = String(cString: path)
    return "\(tests[..<(tests.lastIndex(of: "/") ?? tests.endIndex)])/\(name)"
  }

  /// Starts a program and leaves it running.
  ///
  /// - Parameter inSession: Whether it leads a session of its own, the first terminal that it opens
  ///   being that session's.
  static func spawn(
    _ program: String, _ arguments: [String], _ environment: [String: String],
    _ actions: inout posix_spawn_file_actions_t, inSession: Bool = false
  ) throws -> pid_t {
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    // Programs that others start meanwhile must not hold this one's pipes open, nor it theirs.
    for descriptor: Int32 in 3..<256 {
      posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    // Threads of a pool block signals, and what they start would never hear of being stopped.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // POSIX_SPAWN_SETSID, which Glibc's module does not have.
    let session: Int16 = inSession ? 0x80 : 0
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | session)
    var process = pid_t()
    let code = posix_spawnp(&process, program, &actions, &attributes, &words, &variables)
    guard code == 0 else {
      throw TestFailure("cannot run \(program): \(String(cString: strerror(code)))")
    }
    return process
  }

  /// A file without a name, which no program that is started meanwhile inherits.
  private static func anonymousFile() throws -> Int32 {
    let path = "/tmp/deed-test-\(UInt64.random(in: .min ... .max))"
    let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw TestFailure("cannot make the file \(path)") }
    unlink(path)
    return file
  }

  private static func write(_ content: [UInt8], to file: Int32) throws {
    guard Glibc.write(file, content, content.count) == content.count,
      lseek(file, 0, SEEK_SET) == 0
    else { throw TestFailure("cannot write a program's input") }
  }

  private static func read(_ file: Int32) throws -> [UInt8] {
    let size = Int(lseek(file, 0, SEEK_END))
    var content = [UInt8](repeating: 0, count: max(size, 0))
    guard pread(file, &content, content.count, 0) == size else {
      throw TestFailure("cannot read a program's output")
    }
    return content
  }
}
