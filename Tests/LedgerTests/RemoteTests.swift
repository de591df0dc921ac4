import Git
import Ledger
import Release
import TestSupport
import Testing

/// Remotes that refuse, vanish or move on, and clones of every kind.
@Suite struct RemoteTests {
  @Test func `a hook that declines one ledger leaves the others pushed, in its own words`()
    async throws
  {
    let team = try SyncTests.Team()
    let hook = "\(team.server.path)/hooks/update"
    try Files.write(
      "#!/bin/sh\ncase $1 in *checks) echo 'checks are closed' >&2; exit 1;; esac\n", to: hook)
    Files.setMode(0o755, of: hook)
    let line = try team.minsu.record("one", on: team.commit)
    _ = try team.minsu.store().attach([1, 2, 3], by: writer)
    for _ in 0..<2 {
      let results = try await team.minsu.sync()
      guard case .refused(let why) = results[1].push else {
        Issue.record("\(results[1])")
        return
      }
      #expect(why.contains("hook declined"))
      #expect(why.contains("checks are closed"))
    }
    #expect(
      try team.server.git("for-each-ref", "--format=%(refname)", "refs/notes").hasSuffix(
        "attachments"))
    #expect(try team.minsu.store().lines(of: .checks, on: team.commit) == [line])
    Files.remove(hook)
    #expect(try await SyncTests.pushes(team.minsu.sync()) == [.pushed])
  }

  @Test func `where others push each time, what the hook said is told, and the remote asked once`()
    async throws
  {
    let team = try SyncTests.Team()
    let hook = "\(team.server.path)/hooks/pre-receive"
    try Files.write(
      """
      #!/bin/sh
      unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
      git update-ref \(LedgerName.checks.reference) \
        $(git commit-tree -m $$ $(git mktree </dev/null))
      echo not here >&2
      echo hint: there >&2
      exit 1

      """, to: hook)
    let (asking, asked) = ("\(team.minsu.directory)/upload-pack", "\(team.minsu.directory)/asked")
    try Files.write("#!/bin/sh\necho asked >>\(asked)\nexec git-upload-pack \"$@\"\n", to: asking)
    for script in [hook, asking] { Files.setMode(0o755, of: script) }
    try team.minsu.git("config", "remote.origin.uploadpack", asking)
    try team.minsu.record("one", on: team.commit)
    let store = try team.minsu.store()
    _ = try store.attach([1, 2, 3], by: writer)
    do {
      _ = try await Sync(store, remote: "origin", attempts: 2).run()
      Issue.record("it was taken")
    } catch {
      #expect(error.message.hasPrefix("origin kept moving on; "))
      // No line that would look like one of deed's own.
      let said = "; it said last: pre-receive hook declined: not here; hint: there"
      #expect(error.message.hasSuffix(said), "\(error.message)")
    }
    // Each time once to fetch, and once after the push.
    #expect(Files.read(asked)?.count == 4 * "asked\n".count)
  }

  @Test func `over git daemon, records go both ways`() async throws {
    let team = try SyncTests.Team()
    let daemon = try GitDaemon(
      serving: team.server.directory, environment: team.server.environment)
    for side in [team.hanako, team.minsu] {
      try side.git("remote", "set-url", "origin", daemon.url("server.git"))
    }
    let one = try team.hanako.record("one", on: team.commit)
    let two = try team.minsu.record("two", on: team.commit)
    _ = try await team.hanako.sync()
    _ = try await team.minsu.sync()
    #expect(try await team.hanako.sync()[1].received == 1)
    #expect(try Set(team.hanako.store().lines(of: .checks, on: team.commit)) == [one, two])
  }

  @Test func `over ssh, records go both ways, and a key that is not let in is an error`()
    async throws
  {
    let team = try SyncTests.Team()
    let server = try SSHServer(
      in: team.server.directory, environment: team.server.environment)
    for side in [team.hanako, team.minsu] {
      try side.git("config", "core.sshCommand", server.command)
      try side.git("remote", "set-url", "origin", server.url(team.server.path))
    }
    let one = try team.hanako.record("one", on: team.commit)
    let two = try team.minsu.record("two", on: team.commit)
    let file = try team.minsu.store().attach([0, 1, 255], by: writer)
    #expect(try await SyncTests.pushes(team.hanako.sync()) == [.pushed])
    #expect(try await SyncTests.pushes(team.minsu.sync()) == [.pushed, .pushed])
    #expect(try await team.hanako.sync().map(\.received) == [1, 1, 0, 0, 0])
    for side in [team.hanako, team.minsu, team.server] {
      #expect(try Set(side.store().lines(of: .checks, on: team.commit)) == [one, two])
      #expect(try side.git("cat-file", "-t", "\(file.blob)") == "blob")
    }
    let stranger = server.command.replacing("/user ", with: "/host ")
    try team.minsu.git("config", "core.sshCommand", stranger)
    let three = try team.minsu.record("three", on: team.commit)
    let error = try await #require(throws: GitError.self) { try await team.minsu.sync() }
    #expect(error.kind == .refused && error.message.contains("Permission denied"))
    #expect(try Set(team.minsu.store().lines(of: .checks, on: team.commit)) == [one, two, three])
  }

  @Test func `a server that takes no pushes from anybody is still read`() async throws {
    let team = try SyncTests.Team()
    let one = try team.hanako.record("one", on: team.commit)
    _ = try await team.hanako.sync()
    try team.server.git("config", "daemon.receivepack", "false")
    let daemon = try GitDaemon(
      serving: team.server.directory, environment: team.server.environment)
    try team.minsu.git("remote", "set-url", "origin", daemon.url("server.git"))
    #expect(try await SyncTests.pushes(team.minsu.sync()).isEmpty)
    let two = try team.minsu.record("two", on: team.commit)
    let pushes = try await SyncTests.pushes(team.minsu.sync())
    guard case .refused = pushes.first else {
      Issue.record("\(pushes)")
      return
    }
    #expect(try Set(team.minsu.store().lines(of: .checks, on: team.commit)) == [one, two])
  }

  @Test func `a remote that is gone is an error, and nothing is lost`() async throws {
    let team = try SyncTests.Team()
    let line = try team.minsu.record("one", on: team.commit)
    try team.minsu.git("remote", "set-url", "origin", "\(team.server.path)-gone")
    let error = try await #require(throws: GitError.self) { try await team.minsu.sync() }
    #expect(error.kind == .network)
    #expect(try !team.minsu.store().wasFetched(from: "origin"))
    #expect(try team.minsu.store().lines(of: .checks, on: team.commit) == [line])
  }

  @Test func `an address is kept under a name of its own`() async throws {
    let team = try SyncTests.Team()
    let line = try team.hanako.record("one", on: team.commit)
    _ = try await team.hanako.sync()
    try team.minsu.git("remote", "remove", "origin")
    let url = "file://\(team.server.path)"
    #expect(try !team.minsu.store().wasFetched(from: url))
    _ = try await team.minsu.sync(with: url, pushing: false)
    #expect(try team.minsu.store().wasFetched(from: url))
    let names = try team.minsu.git("for-each-ref", "--format=%(refname)", "refs/deed")
    #expect(names.hasPrefix("refs/deed/remotes/url-"))
    #expect(!names.contains("\n"))
    #expect(try team.minsu.store().lines(of: .checks, on: team.commit) == [line])
  }

  @Test func `a ref beside the ledgers is not one of them, whoever fetched it`() async throws {
    let team = try SyncTests.Team()
    let line = try team.hanako.record("one", on: team.commit)
    _ = try await team.hanako.sync()
    let forged = try team.server.writeNotes([team.commit: "forged\n"], of: .attachments)
    try team.server.git("update-ref", "-d", LedgerName.attachments.reference)
    let blob = try team.server.blob([1])
    try team.server.git("update-ref", "refs/notes/deed/zz/checks", "\(forged)")
    try team.server.git("update-ref", "refs/notes/deed/yy/checks", "\(blob)")
    try team.server.git("update-ref", "refs/notes/deed/checks-old", "\(blob)")
    try team.server.git("update-ref", "refs/notes/deed/signoffs/deep/checks", "\(forged)")
    try team.minsu.git(
      "config", "--add", "remote.origin.fetch", "+refs/notes/deed/*:refs/deed/remotes/origin/*")
    try team.minsu.git("fetch", "-q")
    #expect(try team.minsu.store().lines(of: .checks, on: team.commit) == [line])
    let results = try await team.minsu.sync()
    #expect(results.map(\.received) == [0, 1, 0, 0, 0])
    #expect(try team.minsu.store().lines(of: .checks, on: team.commit) == [line])
    // What the odd ref stood in the way of is mended on the server: nothing is left over here.
    try team.server.git("update-ref", "-d", "refs/notes/deed/signoffs/deep/checks")
    try team.server.git("update-ref", "refs/notes/deed/signoffs", LedgerName.checks.reference)
    #expect(try await team.minsu.sync(pushing: false)[3].received == 1)
  }

  @Test(arguments: ["team.example", "a/b", "origin"])
  func `a remote's ledgers are kept under its name, whatever that is`(name: String) async throws {
    let team = try SyncTests.Team()
    let line = try team.hanako.record("one", on: team.commit)
    _ = try await team.hanako.sync()
    if name != "origin" { try team.minsu.git("remote", "rename", "origin", name) }
    #expect(try team.minsu.store().trackingName(of: name) == name)
    try team.minsu.git("fetch", "-q", name, "+refs/notes/deed/*:refs/deed/remotes/\(name)/*")
    #expect(try team.minsu.store().wasFetched(from: name))
    #expect(try team.minsu.store().lines(of: .checks, on: team.commit) == [line])
    #expect(try await team.minsu.sync(with: name)[1].received == 1)
    #expect(
      try team.minsu.git("for-each-ref", "--format=%(refname)", "refs/deed")
        == "refs/deed/remotes/\(name)/checks")
    // A path that is no remote's name is an address, even where it looks like a name.
    #expect(try team.minsu.store().trackingName(of: "elsewhere").hasPrefix("url-"))
    try team.minsu.git("config", "remote.a b.url", team.server.path)
    #expect(try team.minsu.store().trackingName(of: "a b").hasPrefix("url-"))
    #expect(try await team.minsu.sync(with: "a b", pushing: false)[1].received == 0)
  }

  @Test(arguments: [["--filter=blob:none"], ["--depth=1"], ["--bare"]])
  func `clones of every kind get every record`(options: [String]) async throws {
    let team = try SyncTests.Team()
    let lines = try (0..<3).map { try team.hanako.record("c\($0)", on: team.commit) }
    let (file, _) = try team.hanako.store().attach(Array("log".utf8), by: writer)
    _ = try await team.hanako.sync()
    let clone = try team.server.clone(as: TestRepository.minsu, options: options)
    let source = "+refs/notes/deed/*:refs/deed/remotes/origin/*"
    // Plain git came first, and in a partial clone left the records on the server.
    if options == ["--filter=blob:none"] {
      try clone.git("fetch", "-q", "origin", source)
      #expect(throws: GitError.self) { try clone.store().lines(of: .checks) }
      let record = try check("mine", on: team.commit)
      try clone.git("update-ref", LedgerName.checks.reference, "refs/deed/remotes/origin/checks")
      #expect(throws: GitError.self) {
        try clone.store().append([record], by: writer, message: "m")
      }
    }
    _ = try await clone.sync()
    #expect(try Set(clone.store().lines(of: .checks, on: team.commit)) == Set(lines))
    #expect(try clone.store().lost(in: .checks).isEmpty)
    #expect(try clone.store().repository.object(file)?.bytes == Array("log".utf8))
    let line = try clone.record("mine", on: team.commit)
    #expect(try await SyncTests.pushes(clone.sync()) == [.pushed])
    #expect(try Set(team.server.store().lines(of: .checks, on: team.commit)) == Set(lines + [line]))
  }

  @Test func `a partial clone whose own fetch left the records on the server gets them`()
    async throws
  {
    let team = try SyncTests.Team()
    for number in 0..<3 { try team.hanako.record("c\(number)", on: team.commit) }
    let (file, _) = try team.hanako.store().attach(Array("log".utf8), by: writer)
    _ = try await team.hanako.sync()
    let clone = try team.server.clone(as: TestRepository.minsu, options: ["--filter=blob:none"])
    for name in ["origin", "other.example"] {
      if name != "origin" { try clone.git("remote", "add", name, "file://\(team.server.path)") }
      let name = try clone.store().trackingName(of: name)
      try clone.git(
        "config", "--add", "remote.\(name).fetch",
        "+refs/notes/deed/*:refs/deed/remotes/\(name)/*")
      try clone.git("config", "remote.\(name).promisor", "true")
      try clone.git("fetch", "-q", "--filter=blob:none", name)
    }
    #expect(throws: GitError.self) { try clone.store().lines(of: .checks) }
    #expect(try await clone.sync(pushing: false)[1].received == 3)
    #expect(try clone.store().lines(of: .checks, on: team.commit).count == 3)
    #expect(try clone.store().repository.object(file)?.bytes == Array("log".utf8))
  }

  @Test func `what is no ledger on the remote keeps no other ledger from being united`()
    async throws
  {
    let team = try SyncTests.Team()
    let line = try team.hanako.record("one", on: team.commit)
    _ = try await team.hanako.sync()
    let blob = try team.server.blob([1])
    try team.server.git("update-ref", "refs/notes/deed/attachments", "\(blob)")
    for options in [[], ["--filter=blob:none"]] {
      try team.server.git("update-ref", "refs/notes/deed/attachments", "\(blob)")
      let clone = try team.server.clone(options: options)
      for _ in 0..<2 {
        let error = await #expect(throws: GitError.self) { try await clone.sync() }
        #expect(error?.kind == .invalidObject)
        #expect(try clone.store().lines(of: .checks, on: team.commit) == [line])
      }
      // Once it is mended there, nothing needs to be done here.
      try team.server.git("update-ref", "-d", "refs/notes/deed/attachments")
      try await clone.sync()
    }
    // One remote's fault is not another's.
    try team.minsu.git("update-ref", "refs/deed/remotes/gone/checks", "HEAD^{tree}")
    #expect(try await team.minsu.sync()[1].received == 1)
    #expect(throws: GitError.self) { try team.minsu.store().lines(of: .checks) }
  }

  @Test func `a mirror holds what its remote has`() async throws {
    let team = try SyncTests.Team()
    let line = try team.hanako.record("one", on: team.commit)
    _ = try await team.hanako.sync()
    let mirror = try team.server.clone(options: ["--mirror"])
    #expect(try mirror.store().wasFetched(from: "origin"))
    #expect(try mirror.store().lines(of: .checks, on: team.commit) == [line])
    // One that leaves something out does not.
    try mirror.git("config", "--add", "remote.origin.fetch", "^refs/notes/*")
    #expect(try !mirror.store().wasFetched(from: "origin"))
    let bare = try team.server.clone(options: ["--bare"])
    #expect(try !bare.store().wasFetched(from: "origin"))
  }

  @Test func `a remote that has moved to another server was not fetched there`() async throws {
    let team = try SyncTests.Team()
    try team.hanako.record("one", on: team.commit)
    _ = try await team.hanako.sync()
    _ = try await team.minsu.sync()
    let old = try team.minsu.git("remote", "get-url", "origin")
    try team.minsu.git("remote", "set-url", "origin", "file://\(team.hanako.path)")
    #expect(try !team.minsu.store().wasFetched(from: "origin"))
    _ = try await team.minsu.sync(pushing: false)
    #expect(try team.minsu.store().wasFetched(from: "origin"))
    try team.minsu.git("remote", "set-url", "origin", old)
    #expect(try team.minsu.store().wasFetched(from: "origin"))
  }

  @Test func `a ledger whose history was cut short says so, with the fetch that mends it`() throws {
    let team = try SyncTests.Team()
    for number in 0..<3 { try team.hanako.record("c\(number)", on: team.commit) }
    try team.hanako.git("push", "-q", "origin", "refs/notes/deed/checks")
    let clone = try team.server.clone(options: ["--depth=1"])
    try clone.git("fetch", "-q", "--depth=1", "origin", "+refs/notes/deed/*:refs/notes/deed/*")
    #expect(try clone.lines()[team.commit]?.count == 3)
    let error = try #require(throws: GitError.self) { try clone.store().lost(in: .checks) }
    #expect(error.hint == "git fetch --unshallow --tags")
    try clone.record("mine", on: team.commit)
    #expect(try clone.lines()[team.commit]?.count == 4)
  }

  @Test func `a linked worktree writes to the ledger that all share`() async throws {
    let team = try SyncTests.Team()
    let path = "\(team.minsu.directory)/linked"
    try team.minsu.git("worktree", "add", "-q", path)
    let linked = team.minsu.at(path)
    let (one, two) = (
      try linked.record("one", on: team.commit), try team.minsu.record("two", on: team.commit)
    )
    #expect(try Set(linked.store().lines(of: .checks, on: team.commit)) == [one, two])
    #expect(try await SyncTests.pushes(linked.sync()) == [.pushed])
    #expect(try Set(team.server.store().lines(of: .checks, on: team.commit)) == [one, two])
    #expect(Files.exists("\(team.minsu.path)/.git/deed/lock"))
  }

  @Test func `ten clones that sync in loops end alike, with every record`() async throws {
    let team = try SyncTests.Team()
    let clones = try (0..<10).map { _ in try team.server.clone() }
    let commit = team.commit
    let lines = try await withThrowingTaskGroup(of: [[UInt8]].self) { group in
      for (number, clone) in clones.enumerated() {
        group.addTask {
          var lines: [[UInt8]] = []
          for round in 0..<2 {
            lines.append(try clone.record("\(number)-\(round)", on: commit))
            let pushes = try await SyncTests.pushes(clone.sync())
            #expect(pushes == [.pushed])
          }
          return lines
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    for clone in clones { try await clone.sync() }
    let tip = try team.server.id(LedgerName.checks.reference)
    for clone in clones {
      #expect(try clone.id(LedgerName.checks.reference) == tip)
      #expect(try Set(clone.store().lines(of: .checks, on: commit)) == Set(lines))
    }
    #expect(lines.count == 20)
    #expect(try team.server.store().lost(in: .checks).isEmpty)
    try team.server.fsck()
  }
}
