import Git
import Ledger
import Release
import TestSupport
import Testing

/// Files that are taken out of the ledger of attachments, in all clones.
///
/// Whose word counts is not asked here: each redaction that is known does.
@Suite struct RedactionTests {
  private static let reference = LedgerName.attachments.reference

  /// As many clones of one server as are wanted.
  private struct Team {
    let server: TestRepository
    let clones: [TestRepository]
    let commit: ObjectID

    init(_ count: Int) throws {
      let first = try TestRepository()
      commit = try first.commit("One", files: ["file": "text"])
      server = try first.bare()
      var clones = [first]
      while clones.count < count { clones.append(try server.clone()) }
      self.clones = clones
    }
  }

  /// The files of a ledger, which are the names of its notes too.
  private func files(_ test: TestRepository) throws -> Set<String> {
    let notes = try test.run(["notes", "--ref", "deed/attachments", "list"]).text
    return Set(
      try notes.split(separator: "\n").map { line in
        let fields = line.split(separator: " ")
        try #require(fields.count == 2 && fields[0] == fields[1])
        return String(fields[0])
      })
  }

  /// Whether plain git finds a way from the ledger to a file.
  private func leads(_ test: TestRepository, to file: ObjectID) throws -> Bool {
    try test.git("rev-list", "--objects", Self.reference).contains("\(file)")
  }

  @Test func `what is taken out is in no history, and all else is as it was`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let (secret, kept) = (try test.attach("secret"), try test.attach("kept"))
    try test.redact(secret, on: commit)
    let store = try test.redactingStore()
    #expect(try store.dropRedacted() == 1)
    #expect(try files(test) == ["\(kept)"])
    #expect(try !leads(test, to: secret))
    #expect(try test.count(Self.reference) == 1)
    #expect(try store.dropRedacted() == 0)
    // Nor does it come in again by the front door.
    _ = try store.attach(Array("secret".utf8), by: writer)
    #expect(try files(test) == ["\(kept)"])
    try test.fsck()
  }

  @Test func `a file that was the only one leaves an empty ledger`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let secret = try test.attach("secret")
    try test.redact(secret, on: commit)
    #expect(try test.redactingStore().dropRedacted() == 1)
    #expect(try files(test).isEmpty)
    let more = try test.attach("more")
    #expect(try files(test) == ["\(more)"])
  }

  @Test func `what another note, or no note at all, leads to goes with it`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let (secret, kept) = (try test.blob(Array("secret".utf8)), try test.blob(Array("kept".utf8)))
    try test.writeLedger(
      [
        kept.description: ("100644", kept), commit.description: ("100644", secret),
        "README": ("100644", secret), "LICENSE": ("100644", kept),
        "docs/deep/er": ("100644", secret), "other/file": ("100644", kept),
      ], of: .attachments)
    try test.redact(secret, on: commit)
    #expect(try test.redactingStore().dropRedacted() == 1)
    #expect(try !leads(test, to: secret))
    #expect(
      try test.git("ls-tree", "-r", "--name-only", Self.reference).split(separator: "\n")
        == [kept.description[...], "LICENSE", "other/file"].sorted())
  }

  @Test func `what a history had lost stays when that history goes`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let (secret, kept) = (try test.attach("secret"), try test.attach("kept"))
    try test.git("notes", "--ref", "deed/attachments", "remove", "\(kept)")
    try test.redact(secret, on: commit)
    try test.redactingStore().dropRedacted()
    #expect(try files(test) == ["\(kept)"])
  }

  @Test func `two who take out the same come to the same commit`() async throws {
    let team = try Team(2)
    let secret = try team.clones[0].attach("secret")
    try team.clones[0].attach("kept")
    for clone in team.clones { try await clone.syncRedacting() }
    for clone in team.clones {
      try clone.redact(secret, on: team.commit)
      try clone.redactingStore().dropRedacted()
    }
    #expect(try team.clones[0].id(Self.reference) == team.clones[1].id(Self.reference))
  }

  @Test func `clones that hold the redaction take the file out, and lose nothing else`()
    async throws
  {
    let team = try Team(3)
    let (hanako, minsu, late) = (team.clones[0], team.clones[1], team.clones[2])
    let secret = try hanako.attach("secret")
    for clone in team.clones { try await clone.syncRedacting() }
    // While one takes it out, the others go on.
    try hanako.redact(secret, on: team.commit)
    let two = try minsu.attach("two")
    let three = try late.attach("three")
    try await minsu.syncRedacting()
    let results = try await hanako.syncRedacting()
    #expect(results[0].redacted == 1)
    #expect(results[0].push == .pushed)
    #expect(try !leads(team.server, to: secret))
    #expect(try files(team.server) == ["\(two)"])
    #expect(try await late.syncRedacting()[0].redacted == 1)
    for clone in team.clones { try await clone.syncRedacting() }
    for side in team.clones + [team.server] {
      #expect(try files(side) == ["\(two)", "\(three)"])
      #expect(try !leads(side, to: secret))
      try side.fsck()
    }
    let tip = try team.server.id(Self.reference)
    for clone in team.clones {
      #expect(try await clone.syncRedacting().allSatisfy { $0.push == .nothing })
      #expect(try clone.id(Self.reference) == tip)
    }
  }

  @Test func `a clone that was away for long brings nothing back`() async throws {
    let team = try Team(2)
    let (hanako, away) = (team.clones[0], team.clones[1])
    let secret = try hanako.attach("secret")
    for clone in team.clones { try await clone.syncRedacting() }
    let own = try away.attach("written meanwhile")
    try hanako.redact(secret, on: team.commit)
    try await hanako.syncRedacting()
    // Plain git cannot push it over what is there now.
    #expect(
      try away.run(["push", "-q", "origin", "\(Self.reference):\(Self.reference)"]).status != 0)
    try await away.syncRedacting()
    #expect(try files(team.server) == ["\(own)"])
    #expect(try !leads(team.server, to: secret))
    #expect(try !leads(away, to: secret))
  }

  @Test func `what a program that knows no redactions brings back goes again`() async throws {
    let team = try Team(2)
    let (hanako, old) = (team.clones[0], team.clones[1])
    let secret = try hanako.attach("secret")
    for clone in team.clones { try await clone.syncRedacting() }
    try hanako.redact(secret, on: team.commit)
    try await hanako.syncRedacting()
    let own = try old.attach("own")
    _ = try await old.sync()
    #expect(try leads(team.server, to: secret))
    try await hanako.syncRedacting()
    for side in [hanako, team.server] {
      #expect(try files(side) == ["\(own)"])
      #expect(try !leads(side, to: secret))
    }
  }

  @Test func `nobody's file is pushed over, whatever moved meanwhile`() async throws {
    let team = try Team(2)
    let (hanako, minsu) = (team.clones[0], team.clones[1])
    let secret = try hanako.attach("secret")
    for clone in team.clones { try await clone.syncRedacting() }
    try hanako.redact(secret, on: team.commit)
    let store = try hanako.redactingStore()
    try store.dropRedacted()
    let sync = Sync(store, remote: "origin")
    let outgoing = try sync.outgoing().filter { $0.ledger == .attachments }
    let other = try minsu.attach("other")
    try await minsu.syncRedacting()
    // What is known here of the remote is old, so nothing that it has may go.
    let refused = try await store.repository.push(
      "origin", outgoing.map(\.refspec), atomic: false, leases: outgoing.leases)
    guard case .rejected(.movedOn) = refused.first?.outcome else {
      Issue.record("\(refused)")
      return
    }
    // What was fetched since, and not united, would be lost: that takes no lease.
    try hanako.git("fetch", "-q", "origin", "+refs/notes/deed/*:refs/deed/remotes/origin/*")
    #expect(try sync.outgoing().filter { $0.ledger == .attachments }.leases.isEmpty)
    try await hanako.syncRedacting()
    #expect(try files(team.server) == ["\(other)"])
  }

  @Test func `who redact and attach at the same time end with the same files`() async throws {
    let team = try Team(5)
    let secrets = try (0..<3).map { try team.clones[0].attach("secret \($0)") }
    for clone in team.clones { try await clone.syncRedacting() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, clone) in team.clones.enumerated() {
        let commit = team.commit
        group.addTask {
          if number < 3 { try clone.redact(secrets[number], on: commit) }
          for step in 0..<2 {
            try clone.attach("file \(number) \(step)")
            try await clone.syncRedacting()
          }
        }
      }
      try await group.waitForAll()
    }
    try await agree(team, files: 10, without: secrets)
  }

  @Test(arguments: 1...8)
  func `whatever happens in which order, all end with the same files`(seed: Int) async throws {
    var random = SeededGenerator(seed: seed)
    let team = try Team(3)
    var attached: [ObjectID] = []
    var redacted: Set<ObjectID> = []
    for step in 0..<14 {
      let clone = team.clones[Int.random(in: 0..<3, using: &random)]
      switch Int.random(in: 0..<6, using: &random) {
      case 0, 1: attached.append(try clone.attach("\(seed) \(step)"))
      case 2:
        guard let file = attached.randomElement(using: &random) else { continue }
        try clone.redact(file, on: team.commit)
        redacted.insert(file)
      case 3: try clone.redactingStore().dropRedacted()
      default: try await clone.syncRedacting()
      }
    }
    try await agree(
      team, files: Set(attached).subtracting(redacted).count, without: Array(redacted))
  }

  /// Two rounds bring everything to everybody.
  private func agree(_ team: Team, files count: Int, without redacted: [ObjectID]) async throws {
    for _ in 0..<2 {
      for clone in team.clones { try await clone.syncRedacting() }
    }
    let expected = try files(team.server)
    #expect(expected.count == count)
    for side in team.clones + [team.server] {
      #expect(try files(side) == expected)
      for file in redacted
      where try side.run(["rev-parse", "-q", "--verify", Self.reference]).status == 0 {
        #expect(try !leads(side, to: file))
      }
    }
  }

  @Test func `recovery brings nothing back that was taken out`() async throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let (secret, kept) = (try test.attach("secret"), try test.attach("kept"))
    let old = try test.id(Self.reference)
    try test.redact(secret, on: commit)
    let store = try test.redactingStore()
    try store.dropRedacted()
    #expect(try store.forgotten(in: .attachments).isEmpty)
    #expect(try store.lostCount(in: .attachments) == 0)
    let tip = try #require(try store.forgotten(at: old))
    #expect(try store.recover(tip) == 0)
    try test.git("notes", "--ref", "deed/attachments", "remove", "\(kept)")
    for tip in try store.forgotten(in: .attachments) { _ = try store.recover(tip) }
    _ = try store.restore(.attachments)
    #expect(try files(test) == ["\(kept)"])
    #expect(try !leads(test, to: secret))
  }

  @Test func `a file that may have been taken out is not sent to who has it no more`()
    async throws
  {
    let team = try Team(2)
    let (hanako, unsure) = (team.clones[0], team.clones[1])
    let secret = try hanako.attach("secret")
    for clone in team.clones { try await clone.syncRedacting() }
    try hanako.redact(secret, on: team.commit)
    try await hanako.syncRedacting()
    try unsure.record("one", on: team.commit)
    let results = try await Sync(try unsure.store(), remote: "origin") {
      RedactedFiles(doubtful: [secret: "who knows"])
    }.run()
    guard case .withheld(let why) = results[0].push else {
      Issue.record("\(results[0].push)")
      return
    }
    #expect(why.hasSuffix("was redacted: who knows"))
    #expect(results[1].push == .pushed)
    #expect(try leads(unsure, to: secret))
    #expect(try !leads(team.server, to: secret))
  }
}

/// What a server makes of it, by what it knows of redactions.
@Suite struct RedactionReceivingTests {
  private let test: TestRepository
  private let commit: ObjectID
  private let secret: ObjectID
  private let kept: ObjectID
  private let old: ObjectID

  init() throws {
    test = try TestRepository()
    commit = try test.commit("One")
    (secret, kept) = (try test.attach("secret"), try test.attach("kept"))
    old = try test.id(LedgerName.attachments.reference)
  }

  private func objections(
    _ old: ObjectID?, _ new: ObjectID?, _ redacted: Set<ObjectID>
  ) throws -> [LedgerObjection] {
    let store = try test.store()
    store.redacted = RedactedFiles(redacted)
    return try store.objections(toMoving: .attachments, from: old, to: new)
  }

  private func ledger(_ files: [ObjectID], on parents: [ObjectID] = []) throws -> ObjectID {
    let notes = files.map { ($0.description, (mode: "100644", blob: $0)) }
    return try test.writeLedger(
      Dictionary(uniqueKeysWithValues: notes), on: parents.map(\.description), of: .attachments)
  }

  @Test func `a history goes only for what was taken out, and nothing else with it`() throws {
    let new = try ledger([kept])
    #expect(try objections(old, new, [secret]).isEmpty)
    #expect(try objections(old, new, []) == [.rewritten, .droppedFile(secret)])
    #expect(try objections(old, new, [kept]).contains(.droppedFile(secret)))
    let empty = try ledger([])
    #expect(try objections(old, empty, [secret]) == [.droppedFile(kept)])
    #expect(try objections(old, empty, [secret, kept]).isEmpty)
    #expect(try objections(old, nil, [secret]) == [.deleted])
    let more = try ledger([kept, test.blob([7])])
    #expect(try objections(old, more, [secret]).isEmpty)
    // A redaction of something that is not there leads out of no history.
    #expect(try objections(old, try ledger([secret, kept]), [test.blob([8])]) == [.rewritten])
  }

  @Test func `a file that only the history held is not lost with it`() throws {
    let dropped = try ledger([secret], on: [old])
    #expect(try objections(dropped, try ledger([]), [secret]) == [.droppedFile(kept)])
    #expect(try objections(dropped, try ledger([kept]), [secret]).isEmpty)
  }

  @Test func `what was taken out is not let in again, nor a history that holds it`() throws {
    let clean = try ledger([kept])
    #expect(
      try objections(clean, try ledger([kept, secret], on: [clean]), [secret]) == [
        .broughtBack(secret)
      ])
    let joined = try ledger([kept], on: [clean, old])
    #expect(try objections(clean, joined, [secret]) == [.broughtBack(secret)])
    #expect(try objections(nil, old, [secret]) == [.broughtBack(secret)])
    // Where it is still there, nobody is kept from pushing.
    let more = try ledger([kept, secret, test.blob([7])], on: [old])
    #expect(try objections(old, more, [secret]).isEmpty)
  }
}

extension TestRepository {
  /// A store that takes in no file of which any redaction speaks.
  fileprivate func redactingStore() throws -> LedgerStore {
    let store = try store()
    store.redacted = try Self.redacted(store)
    return store
  }

  private static func redacted(_ store: LedgerStore) throws(GitError) -> RedactedFiles {
    let lines = try store.lines(of: .signoffs).values.joined()
    return RedactedFiles(
      Set(
        lines.compactMap { line in
          guard case .record(let record) = LedgerLine(parsing: line),
            case .redaction(let redaction) = record.body
          else { return nil }
          return redaction.blob
        }))
  }

  @discardableResult
  fileprivate func syncRedacting() async throws -> [LedgerSync] {
    let store = try store()
    return try await Sync(store, remote: "origin") { () async throws(GitError) in
      try Self.redacted(store)
    }.run()
  }

  @discardableResult
  fileprivate func attach(_ text: String) throws -> ObjectID {
    try store().attach(Array(text.utf8), by: writer).blob
  }

  /// Records that a file is taken out, and leaves it where it is.
  fileprivate func redact(_ file: ObjectID, on commit: ObjectID) throws {
    let record = try Record(
      at: Timestamp(seconds: TestRepository.epoch), by: TestRepository.hanako, commit: commit,
      release: ReleaseVersion(parsing: "v1.0.0", prefix: "v"), environment: nil,
      body: .redaction(Record.Redaction(blob: file, reason: "a secret")), replaces: [])
    try store().append([record], by: writer, message: "deed: redact")
  }
}
