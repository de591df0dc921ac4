import Git
import Ledger
import Release
import TestSupport
import Testing

/// Two sides and a server between them.
@Suite struct SyncTests {
  /// A repository with a commit, its bare server, and a clone of that in other hands.
  struct Team {
    let server: TestRepository
    let hanako: TestRepository
    let minsu: TestRepository
    let commit: ObjectID

    init(clone options: [String] = []) throws {
      hanako = try TestRepository()
      commit = try hanako.commit("One", files: ["file": "text"])
      server = try hanako.bare()
      try server.git("config", "uploadpack.allowFilter", "true")
      minsu = try server.clone(as: TestRepository.minsu, options: options)
    }
  }

  static func pushes(_ results: [LedgerSync]) -> [LedgerSync.Push] {
    results.filter { $0.push != .nothing }.map(\.push)
  }

  @Test func `with nothing on the remote and nothing here, nothing happens`() async throws {
    let team = try Team()
    let store = try team.minsu.store()
    #expect(try !store.wasFetched(from: "origin"))
    let results = try await Sync(store, remote: "origin").run()
    #expect(results.allSatisfy { $0.received == 0 && $0.restored == 0 && $0.push == .nothing })
    #expect(try store.wasFetched(from: "origin"))
    #expect(try team.minsu.git("for-each-ref", "refs/notes", "refs/deed").isEmpty)
  }

  @Test func `what both wrote without seeing each other stands on both sides`() async throws {
    let team = try Team()
    let (one, two) = (
      try team.hanako.record("one", on: team.commit), try team.minsu.record("two", on: team.commit)
    )
    let (file, _) = try team.minsu.store().attach([0, 1, 255], by: writer)
    #expect(try await Self.pushes(team.hanako.sync()) == [.pushed])
    let results = try await team.minsu.sync()
    #expect(results.map(\.received) == [0, 1, 0, 0, 0])
    #expect(Self.pushes(results) == [.pushed, .pushed])
    #expect(try await team.hanako.sync().map(\.received) == [1, 1, 0, 0, 0])
    for side in [team.hanako, team.minsu, team.server] {
      #expect(try Set(side.store().lines(of: .checks, on: team.commit)) == [one, two])
      #expect(try side.git("cat-file", "-t", "\(file)") == "blob")
    }
    let tip = try team.server.id(LedgerName.checks.reference)
    for _ in 0..<2 {
      #expect(try await Self.pushes(team.hanako.sync()).isEmpty)
      #expect(try await Self.pushes(team.minsu.sync()).isEmpty)
    }
    #expect(try team.server.id(LedgerName.checks.reference) == tip)
    #expect(try team.hanako.id(LedgerName.checks.reference) == tip)
    for side in [team.hanako, team.minsu, team.server] { try side.fsck() }
  }

  @Test func `two who unite with each other at one moment make one commit`() async throws {
    let team = try Team()
    try team.hanako.record("one", on: team.commit)
    try team.minsu.record("two", on: team.commit)
    // Each fetches what the other has now, before either has united.
    for (side, other) in [(team.hanako, team.minsu), (team.minsu, team.hanako)] {
      try side.git("fetch", "-q", other.path, "+refs/notes/deed/*:refs/deed/remotes/other/*")
    }
    for side in [team.hanako, team.minsu] {
      let fetched = try side.id("refs/deed/remotes/other/checks")
      _ = try side.store().unite(.checks, with: fetched)
    }
    let tip = try team.hanako.id(LedgerName.checks.reference)
    #expect(try team.minsu.id(LedgerName.checks.reference) == tip)
    #expect(try team.hanako.lines()[team.commit]?.count == 2)
  }

  @Test(arguments: ["rewound", "rewritten", "emptied", "deleted"])
  func `what a remote lost is kept here and goes back`(how: String) async throws {
    let team = try Team()
    let lines = try (0..<3).map { try team.hanako.record("c\($0)", on: team.commit) }
    _ = try await team.hanako.sync()
    _ = try await team.minsu.sync()
    let reference = LedgerName.checks.reference
    switch how {
    case "rewound": try team.server.git("update-ref", reference, "\(reference)~2")
    case "rewritten": try team.server.writeNotes([team.commit: "other\n"])
    case "emptied": try team.server.writeNotes([:], on: [reference])
    default: try team.server.git("update-ref", "-d", reference)
    }
    // A clone that has nothing yet sees what the remote's history still tells.
    let third = try team.server.clone()
    let first = try await third.sync(pushing: false).map(\.missed)
    #expect(first.allSatisfy { $0 == 0 }, "what it never saw it cannot miss: \(first)")
    let expected = Set(lines).union(how == "rewritten" ? [Array("other".utf8)] : [])
    let missed = try await team.minsu.sync().map(\.missed)
    #expect(missed == [0, how == "rewound" ? 2 : 3, 0, 0, 0])
    #expect(try await team.minsu.sync().allSatisfy { $0.missed == 0 })
    _ = try await third.sync()
    _ = try await team.hanako.sync()
    for side in [team.server, team.minsu, third, team.hanako] {
      #expect(try Set(side.store().lines(of: .checks, on: team.commit)) == expected)
      #expect(try side.store().lost(in: .checks).isEmpty)
    }
    let tip = try team.server.id(reference)
    _ = try await team.minsu.sync()
    #expect(try team.server.id(reference) == tip)
  }

  @Test func `a loss that plain git has fetched is missed all the same, and one elsewhere is none`()
    async throws
  {
    let team = try Team()
    let refspec = "+refs/notes/deed/*:refs/deed/remotes/origin/*"
    try team.minsu.git("config", "--add", "remote.origin.fetch", refspec)
    try team.hanako.record("one", on: team.commit)
    let (file, _) = try team.hanako.store().attach([0, 1, 255], by: writer)
    _ = try await team.hanako.sync()
    _ = try await team.minsu.sync()
    for ledger in [LedgerName.checks, .attachments] {
      try team.server.git("update-ref", "-d", ledger.reference)
    }
    try team.minsu.git("fetch", "-q", "--prune")
    #expect(try team.minsu.git("for-each-ref", "refs/deed").isEmpty)
    // Until it is put back.
    #expect(try await team.minsu.sync(pushing: false).map(\.missed) == [1, 1, 0, 0, 0])
    #expect(try await team.minsu.sync().map(\.missed) == [1, 1, 0, 0, 0])
    #expect(try await team.minsu.sync().allSatisfy { $0.missed == 0 })
    #expect(try team.server.git("cat-file", "-t", "\(file)") == "blob")

    // Another server under the same name never had them; nor had this one what is on that one alone.
    let other = try team.server.clone(to: "other.git", options: ["--bare"])
    try team.minsu.git("remote", "set-url", "origin", other.path)
    #expect(try await team.minsu.sync().allSatisfy { $0.missed == 0 })
    try team.minsu.record("two", on: team.commit)
    #expect(try await team.minsu.sync()[1].push == .pushed)
    try team.minsu.git("remote", "set-url", "origin", team.server.path)
    #expect(try await team.minsu.sync(pushing: false).allSatisfy { $0.missed == 0 })
    try team.minsu.git("remote", "set-url", "origin", other.path)
    try other.git("update-ref", LedgerName.checks.reference, "\(LedgerName.checks.reference)~1")
    #expect(try await team.minsu.sync().map(\.missed) == [0, 1, 0, 0, 0])
  }

  @Test func `lines that our own history lost are put back, once`() async throws {
    let team = try Team()
    let line = try team.hanako.record("one", on: team.commit)
    try team.hanako.git("notes", "--ref", "deed/checks", "remove", "HEAD")
    #expect(try await team.hanako.sync().map(\.restored).reduce(0, +) == 1)
    #expect(try team.hanako.store().lines(of: .checks, on: team.commit) == [line])
    #expect(try await team.hanako.sync().map(\.restored).reduce(0, +) == 0)
    #expect(try team.server.store().lines(of: .checks, on: team.commit) == [line])
  }

  @Test func `what plain git fetched and nobody united survives the remote's loss of it`()
    async throws
  {
    let team = try Team()
    let line = try team.hanako.record("one", on: team.commit)
    _ = try await team.hanako.sync()
    try team.minsu.git(
      "config", "--add", "remote.origin.fetch", "+refs/notes/deed/*:refs/deed/remotes/origin/*")
    try team.minsu.git("fetch", "-q")
    try team.server.git("update-ref", "-d", LedgerName.checks.reference)
    #expect(try team.minsu.store().wasFetched(from: "origin"))
    let results = try await team.minsu.sync()
    #expect(results.map(\.received).reduce(0, +) == 1)
    #expect(try team.server.store().lines(of: .checks, on: team.commit) == [line])
  }

  @Test func `a configured fetch of all notes does not overwrite what was not pushed`()
    async throws
  {
    let team = try Team()
    let one = try team.hanako.record("one", on: team.commit)
    _ = try await team.hanako.sync()
    try team.minsu.git("config", "--add", "remote.origin.fetch", "+refs/notes/*:refs/notes/*")
    let two = try team.minsu.record("two", on: team.commit)
    _ = try await team.minsu.sync()
    #expect(try Set(team.server.store().lines(of: .checks, on: team.commit)) == [one, two])
  }

  @Test func `who only reads needs no name`() async throws {
    let team = try Team()
    let nobody: [String: String?] = [
      "GIT_COMMITTER_NAME": nil, "GIT_COMMITTER_EMAIL": nil, "GIT_AUTHOR_NAME": nil,
      "GIT_AUTHOR_EMAIL": nil,
    ]
    try team.minsu.git("config", "user.useConfigOnly", "true")
    let environment = team.minsu.environment.filter { nobody[$0.key] == nil }
    let reader = LedgerStore(
      try Repository(discovering: team.minsu.path, environment: environment))
    for number in 0..<2 {
      try team.hanako.record("c\(number)", on: team.commit)
      _ = try await team.hanako.sync()
      #expect(try await Sync(reader, remote: "origin").run()[1].received == 1)
    }
    // Even a remote that has lost something asks for no name.
    try team.server.writeNotes([team.commit: "other\n"])
    _ = try await Sync(reader, remote: "origin").run()
    #expect(try reader.lines(of: .checks, on: team.commit).count == 3)
  }
}

extension TestRepository {
  @discardableResult
  func sync(with remote: String = "origin", pushing: Bool = true) async throws -> [LedgerSync] {
    let sync = Sync(try store(), remote: remote)
    return pushing ? try await sync.run() : try await sync.receive()
  }
}
