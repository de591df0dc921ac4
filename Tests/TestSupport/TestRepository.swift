package import Release
internal import Synchronization
package import Testing

/// A real repository in a temporary directory, cut off from the machine's configuration.
package final class TestRepository: Sendable {
  /// Where the repository is: the work tree, or the bare repository.
  package let path: String
  private let home: Home
  private let person: Person
  private let clock: Clock

  package static let hanako = Person(name: "Hanako Sato", email: "hanako@example.com")
  package static let minsu = Person(name: "Kim Min-su", email: "minsu@example.com")

  /// When a test's time begins: 2026-01-01T00:00:00Z.
  package static let epoch: Int64 = 1_767_225_600

  /// The temporary directory, which clones share and the last of them removes.
  private final class Home: Sendable {
    let directory: TemporaryDirectory
    let clones = Mutex(0)
    let isDamaged = Mutex(false)

    init() throws {
      directory = try TemporaryDirectory()
      // No repository of a test grows old enough to be tidied, and to ask takes a process each time.
      try Files.write(
        "[maintenance]\n\tauto = false\n[receive]\n\tautogc = false\n",
        to: "\(directory.path)/gitconfig")
    }

    /// Whatever a test was about, it leaves behind only what git finds nothing wrong with.
    deinit {
      guard !isDamaged.withLock({ $0 }) else { return }
      let script = """
        for path in */.git *.git; do
          [ -e "$path/HEAD" ] || continue
          # What is not there needs no process of its own to be verified.
          set --
          [ -e "$path/objects/info/commit-graph" ] || [ -e "$path/objects/info/commit-graphs" ] \
            || [ -e "$path/objects/info/alternates" ] || set -- -c core.commitGraph=false
          [ -e "$path/objects/pack/multi-pack-index" ] \
            || [ -e "$path/objects/info/alternates" ] || set -- "$@" -c core.multiPackIndex=false
          git "$@" --git-dir="$path" fsck --strict --no-dangling --no-progress || exit
        done
        """
      do {
        let result = try Program.run(
          "sh", ["-c", script], directory: directory.path,
          environment: [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
          ])
        if result.status != 0 {
          Issue.record(TestFailure("git fsck: \(result.text)\(result.error)"))
        }
      } catch {
        Issue.record(error)
      }
    }
  }

  /// Seconds go by with commands, not with time; for all clones alike.
  private final class Clock: Sendable {
    private let ticks = Mutex<Int64>(0)

    var now: Int64 { ticks.withLock { TestRepository.epoch + $0 } }

    func tick() { ticks.withLock { $0 += 1 } }
  }

  /// An empty repository on the branch `main`, its user Hanako.
  package convenience init(_ options: String...) throws {
    let home = try Home()
    let path = "\(home.directory.path)/repository"
    try Files.makeDirectory(path)
    self.init(path, home, Self.hanako, Clock())
    try git(["init", "--quiet", "--initial-branch=main"] + options + ["."])
  }

  private init(_ path: String, _ home: Home, _ person: Person, _ clock: Clock) {
    self.path = path
    self.home = home
    self.person = person
    self.clock = clock
  }

  /// The directory that holds the repository, its clones and `HOME`.
  package var directory: String { home.directory.path }

  /// Seconds since 1970, by this repository's own clock, which a command has just moved on.
  package func tick() -> Int64 {
    clock.tick()
    return clock.now
  }

  /// Made from nothing, so that no machine's settings change a test.
  package var environment: [String: String] {
    [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": directory, "TZ": "UTC",
      "LC_ALL": "C.UTF-8", "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_CONFIG_GLOBAL": "\(directory)/gitconfig",
      "GIT_AUTHOR_NAME": person.name, "GIT_AUTHOR_EMAIL": person.email,
      "GIT_COMMITTER_NAME": person.name, "GIT_COMMITTER_EMAIL": person.email,
      "GIT_AUTHOR_DATE": "\(clock.now) +0000", "GIT_COMMITTER_DATE": "\(clock.now) +0000",
    ]
  }

  /// Runs git and gives its output without the last line feed; fails the test where git fails.
  @discardableResult
  package func git(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation)
    throws -> String
  {
    try git(arguments, sourceLocation: sourceLocation)
  }

  /// Runs git and gives its output without the last line feed; fails the test where git fails.
  @discardableResult
  package func git(
    _ arguments: [String], input: [UInt8] = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let result = try run(arguments, input: input)
    guard result.status == 0 else {
      let failure = TestFailure(
        "git \(arguments.joined(separator: " ")) ended with \(result.status): \(result.error)")
      Issue.record(failure, sourceLocation: sourceLocation)
      throw failure
    }
    return result.text.hasSuffix("\n") ? String(result.text.dropLast()) : result.text
  }

  /// Runs git, however it ends.
  package func run(
    _ arguments: [String], input: [UInt8] = [], with settings: [String: String?] = [:]
  ) throws -> Program.Result {
    clock.tick()
    var environment = environment
    for (name, value) in settings { environment[name] = value }
    return try Program.run(
      "git", arguments, directory: path, environment: environment, input: input)
  }

  /// Writes `files`, commits them with all else that has changed, and gives the commit's id.
  @discardableResult
  package func commit(_ subject: String, files: [String: String] = [:]) throws -> ObjectID {
    for (name, content) in files { try Files.write(content, to: "\(path)/\(name)") }
    try git("add", "--all")
    try git("commit", "--quiet", "--allow-empty", "-m", subject)
    return try id("HEAD")
  }

  /// The id that `revision` stands for.
  package func id(_ revision: String) throws -> ObjectID {
    let text = try git("rev-parse", "--verify", "--end-of-options", revision)
    guard let id = ObjectID(text) else { throw TestFailure("\(text) is no id") }
    return id
  }

  /// A bare clone beside this repository, to be its server; `origin` here is that.
  package func bare() throws -> TestRepository {
    let server = try clone(to: "server.git", options: ["--bare"])
    if try run(["remote", "get-url", "origin"]).status != 0 {
      try git("remote", "add", "origin", server.path)
    }
    return server
  }

  /// A clone beside this repository, which somebody else may work in.
  package func clone(
    to name: String? = nil, as person: Person? = nil, options: [String] = []
  ) throws -> TestRepository {
    let number = home.clones.withLock {
      $0 += 1
      return $0
    }
    let path = "\(directory)/\(name ?? "clone-\(number)")"
    try git(["clone", "--quiet"] + options + ["file://\(self.path)", path])
    return TestRepository(path, home, person ?? self.person, clock)
  }

  /// The same repository in somebody else's hands.
  package func `as`(_ person: Person) -> TestRepository {
    TestRepository(path, home, person, clock)
  }

  /// Another directory of the same temporary home, such as a linked worktree.
  package func at(_ path: String) -> TestRepository {
    TestRepository(path, home, person, clock)
  }

  /// Says that the test itself damages a repository, which git may then complain of.
  package func expectDamage() {
    home.isDamaged.withLock { $0 = true }
  }

  /// Fails the test where git finds anything wrong with the repository.
  package func fsck(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try git(["fsck", "--strict", "--no-dangling", "--no-progress"], sourceLocation: sourceLocation)
  }
}
