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
    port = try Loopback.freePort()
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
      if Loopback.answers(port) { return }
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
}
