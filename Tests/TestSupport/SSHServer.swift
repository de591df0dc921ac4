internal import Glibc

/// OpenSSH's `sshd` on this machine, for whoever runs the tests and one key alone.
package final class SSHServer {
  /// What git runs in the place of `ssh`, in the words of `core.sshCommand`.
  package let command: String
  private let address: String
  private let process: pid_t

  /// Keeps its keys and settings in `directory`, and answers as soon as this returns.
  ///
  /// - Parameter environment: What programs on the server get to see of it.
  package init(in directory: String, environment: [String: String]) throws {
    let place = "\(directory)/sshd"
    guard mkdir(place, 0o700) == 0 else { throw TestFailure("cannot make \(place)") }
    for name in ["host", "user"] {
      let made = try Program.run(
        "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "\(place)/\(name)"],
        directory: directory, environment: environment)
      guard made.status == 0 else { throw TestFailure("ssh-keygen: \(made.error)") }
    }
    let port = try Loopback.freePort()
    let visible = environment.filter { $0.key == "HOME" || $0.key.hasPrefix("GIT_CONFIG") }
      .map { "\($0.key)=\($0.value)" }.sorted()
    try Files.write(
      """
      ListenAddress 127.0.0.1
      Port \(port)
      HostKey \(place)/host
      AuthorizedKeysFile \(place)/user.pub
      AuthenticationMethods publickey
      PermitRootLogin prohibit-password
      StrictModes no
      UsePAM no
      PidFile none
      MaxStartups 100
      SetEnv \(visible.joined(separator: " "))

      """, to: "\(place)/config")
    // Only who is root has to have it, and Debian makes it where the service is started.
    if geteuid() == 0 { mkdir("/run/sshd", 0o755) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor: Int32 in 0...2 {
      posix_spawn_file_actions_addopen(
        &actions, descriptor, descriptor == 2 ? "\(place)/log" : "/dev/null", O_RDWR | O_CREAT,
        0o600)
    }
    // It starts itself anew for every connection, by the path that it was started with.
    process = try Program.spawn(
      "/usr/sbin/sshd", ["-D", "-e", "-f", "\(place)/config"], environment, &actions)
    command =
      "ssh -F none -i \(place)/user -p \(port) -o BatchMode=yes -o IdentitiesOnly=yes "
      + "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
    let user = getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "root"
    address = "ssh://\(user)@127.0.0.1"
    for _ in 0..<300 {
      if Loopback.answers(port) { return }
      usleep(10_000)
    }
    let log = Files.read("\(place)/log").map { String(decoding: $0, as: UTF8.self) } ?? ""
    throw TestFailure("sshd does not answer: \(log)")
  }

  deinit {
    kill(process, SIGTERM)
    waitpid(process, nil, 0)
  }

  /// The URL of a repository by its absolute path.
  package func url(_ path: String) -> String { address + path }
}
