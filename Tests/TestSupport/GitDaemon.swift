internal import Glibc

/// `git daemon` on this machine, serving all below a directory, pushes included.
package final class GitDaemon {
  package let port: UInt16
  private let process: pid_t

  /// Serves `directory`, and answers as soon as this returns.
  package init(serving directory: String, environment: [String: String]) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor: Int32 in 0...2 {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    port = try Self.freePort()
    // git-daemon itself, not git's wrapper: the wrapper would leave it running when it is stopped.
    let library = try Program.run(
      "git", ["--exec-path"], directory: directory, environment: environment)
    process = try Program.spawn(
      "\(library.text.prefix { $0 != "\n" })/git-daemon",
      [
        "--reuseaddr", "--listen=127.0.0.1", "--port=\(port)", "--export-all",
        "--enable=receive-pack", "--base-path=\(directory)", directory,
      ], environment, &actions)
    for _ in 0..<200 {
      if Self.answers(port) { return }
      usleep(10_000)
    }
    throw TestFailure("git daemon does not answer")
  }

  deinit {
    kill(process, SIGTERM)
    waitpid(process, nil, 0)
  }

  /// The URL of a repository by its path below the served directory.
  package func url(_ name: String) -> String { "git://127.0.0.1:\(port)/\(name)" }

  private static func freePort() throws -> UInt16 {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    var found = address(0)
    let status = withUnsafeMutablePointer(to: &found) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard status else { throw TestFailure("there is no free port") }
    return UInt16(bigEndian: found.sin_port)
  }

  private static func answers(_ port: UInt16) -> Bool {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var target = address(port)
    return withUnsafePointer(to: &target) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }

  private static func address(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }
}
