internal import Glibc

/// Whether git would work in a repository that may belong to somebody else.
struct Ownership {
  private let gitDirectory: String
  private let workDirectory: String?
  private let environment: [String: String]

  init(gitDirectory: String, workDirectory: String?, _ environment: [String: String]) {
    self.gitDirectory = gitDirectory
    self.workDirectory = workDirectory
    self.environment = environment
  }

  func check() throws(GitError) {
    let directories = [gitDirectory, workDirectory].compactMap(\.self)
    guard let foreign = directories.first(where: { !isOurs($0) }) else { return }
    // git alone knows all of `safe.directory`, so where it might be asked, it is.
    let directory = workDirectory ?? gitDirectory
    let status = try Spawn.status(
      GitProgram.path(in: environment), ["-C", directory, "rev-parse", "--git-dir"], environment)
    guard status != 0 else { return }
    throw GitError(
      .foreignOwner, "\(foreign) belongs to somebody else, and git does not trust it",
      hint: "git config --global --add safe.directory \(GitError.quoted(directory))")
  }

  private func isOurs(_ path: String) -> Bool {
    guard let owner = Disk.owner(of: path) else { return false }
    if owner == geteuid() { return true }
    guard geteuid() == 0, let user = environment["SUDO_UID"] else { return false }
    return UInt32(user) == owner
  }
}

/// A program whose exit status is all that is wanted, run without suspending.
enum Spawn {
  static func status(
    _ program: String, _ arguments: [String], _ environment: [String: String]
  ) throws(GitError) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor: Int32 in 0...2 {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    var words = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in words + variables { free(pointer) } }
    // Threads of a pool block signals, and what they start would never hear of being stopped.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var process = pid_t()
    let code = posix_spawn(&process, program, &actions, &attributes, &words, &variables)
    guard code == 0 else {
      throw GitError(.program, "cannot run \(program): \(String(cString: strerror(code)))")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { throw GitError(.program, "lost track of \(program)") }
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }
}
