import Git
import Ledger
import Release
import TestSupport
import Testing

/// Files that are taken out of all clones.
@Suite struct RedactionSyncTests {
  @Test func `two who take out the same come to the same commit`() async throws {
    let team = try RedactingTeam(2)
    let secret = try team.clones[0].attach("secret")
    try team.clones[0].attach("kept")
    for clone in team.clones { try await clone.syncRedacting() }
    for clone in team.clones {
      try clone.redact(secret, on: team.commit)
      try clone.redactingStore().dropRedacted()
    }
    #expect(
      try team.clones[0].id(LedgerName.attachments.reference)
        == team.clones[1].id(LedgerName.attachments.reference))
  }

  @Test func `clones that hold the redaction take the file out, and lose nothing else`()
    async throws
  {
    let team = try RedactingTeam(3)
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
    #expect(try !team.server.leads(to: secret))
    #expect(try team.server.attachedFiles() == ["\(two)"])
    #expect(try await late.syncRedacting()[0].redacted == 1)
    for clone in team.clones { try await clone.syncRedacting() }
    for side in team.clones + [team.server] {
      #expect(try side.attachedFiles() == ["\(two)", "\(three)"])
      #expect(try !side.leads(to: secret))
      try side.fsck()
    }
    let tip = try team.server.id(LedgerName.attachments.reference)
    for clone in team.clones {
      #expect(try await clone.syncRedacting().allSatisfy { $0.push == .nothing })
      #expect(try clone.id(LedgerName.attachments.reference) == tip)
    }
  }

  @Test func `a clone that was away for long brings nothing back`() async throws {
    let team = try RedactingTeam(2)
    let (hanako, away) = (team.clones[0], team.clones[1])
    let secret = try hanako.attach("secret")
    for clone in team.clones { try await clone.syncRedacting() }
    let own = try away.attach("written meanwhile")
    try hanako.redact(secret, on: team.commit)
    try await hanako.syncRedacting()
    // Plain git cannot push it over what is there now.
    #expect(
      try away.run([
        "push", "-q", "origin",
        "\(LedgerName.attachments.reference):\(LedgerName.attachments.reference)",
      ]).status != 0)
    try await away.syncRedacting()
    #expect(try team.server.attachedFiles() == ["\(own)"])
    #expect(try !team.server.leads(to: secret))
    #expect(try !away.leads(to: secret))
  }

  @Test func `what a program that knows no redactions brings back goes again`() async throws {
    let team = try RedactingTeam(2)
    let (hanako, old) = (team.clones[0], team.clones[1])
    let secret = try hanako.attach("secret")
    for clone in team.clones { try await clone.syncRedacting() }
    try hanako.redact(secret, on: team.commit)
    try await hanako.syncRedacting()
    let own = try old.attach("own")
    _ = try await old.sync()
    #expect(try team.server.leads(to: secret))
    try await hanako.syncRedacting()
    for side in [hanako, team.server] {
      #expect(try side.attachedFiles() == ["\(own)"])
      #expect(try !side.leads(to: secret))
    }
  }

  @Test func `nobody's file is pushed over, whatever moved meanwhile`() async throws {
    let team = try RedactingTeam(2)
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
    #expect(try team.server.attachedFiles() == ["\(other)"])
  }

  @Test func `who redact and attach at the same time end with the same files`() async throws {
    let team = try RedactingTeam(5)
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

  @Test(arguments: Seeds.few)
  func `whatever happens in which order, all end with the same files`(seed: Int) async throws {
    var random = SeededGenerator(seed: seed)
    let team = try RedactingTeam(3)
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
  private func agree(_ team: RedactingTeam, files count: Int, without redacted: [ObjectID])
    async throws
  {
    for _ in 0..<2 {
      for clone in team.clones { try await clone.syncRedacting() }
    }
    let expected = try team.server.attachedFiles()
    #expect(expected.count == count)
    for side in team.clones + [team.server] {
      #expect(try side.attachedFiles() == expected)
      for file in redacted
      where try side.run(["rev-parse", "-q", "--verify", LedgerName.attachments.reference]).status
        == 0
      {
        #expect(try !side.leads(to: file))
      }
    }
  }

  @Test func `a file that may have been taken out is not sent to who has it no more`()
    async throws
  {
    let team = try RedactingTeam(2)
    let (hanako, unsure) = (team.clones[0], team.clones[1])
    let secret = try hanako.attach("secret")
    for clone in team.clones { try await clone.syncRedacting() }
    try hanako.redact(secret, on: team.commit)
    try await hanako.syncRedacting()
    try unsure.record("one", on: team.commit)
    let results = try await unsure.syncDoubting()
    #expect(
      results[0].push
        == .withheld("it cannot be told whether the file \(secret.short) was redacted: who knows"))
    #expect(results[1].push == .pushed)
    #expect(try unsure.leads(to: secret))
    #expect(try !team.server.leads(to: secret))
  }

  @Test(arguments: [true, false])
  func `all else goes out meanwhile, and nothing is lost whatever the answer is`(isRedacted: Bool)
    async throws
  {
    let team = try RedactingTeam(3)
    let (hanako, unsure, other) = (team.clones[0], team.clones[1], team.clones[2])
    let secret = try hanako.attach("secret")
    let old = try hanako.attach("old")
    for clone in team.clones { try await clone.syncRedacting() }
    try hanako.redact(secret, on: team.commit)
    try await hanako.syncRedacting()
    var files: Set<String> = ["\(old)"]
    for text in ["one", "two"] {
      files.insert("\(try unsure.attach(text))")
      files.insert("\(try other.attach("other \(text)"))")
      // Two who cannot tell, at the same time.
      async let ours = unsure.syncDoubting()
      async let theirs = other.syncDoubting()
      for results in try await [ours, theirs] {
        guard case .withheld = results[0].push else {
          Issue.record("\(results[0].push)")
          return
        }
      }
      for clone in [unsure, other] { try await clone.syncDoubting() }
      #expect(try team.server.attachedFiles() == files)
      #expect(try !team.server.leads(to: secret))
      for clone in [unsure, other] {
        #expect(try clone.attachedFiles() == files.union(["\(secret)"]))
      }
    }
    // Nothing more to do is nothing done.
    let tips = try [team.server, unsure, other].map { try $0.id(LedgerName.attachments.reference) }
    for clone in [unsure, other] { try await clone.syncDoubting() }
    #expect(
      try [team.server, unsure, other].map { try $0.id(LedgerName.attachments.reference) } == tips)
    // It turns out what it is.
    if !isRedacted { files.insert("\(secret)") }
    for _ in 0..<2 {
      for clone in isRedacted ? team.clones : [unsure, other] {
        _ = isRedacted ? try await clone.syncRedacting() : try await clone.sync()
      }
    }
    for side in [team.server, unsure, other] {
      #expect(try side.attachedFiles() == files)
      #expect(try side.leads(to: secret) != isRedacted)
      try side.fsck()
    }
  }

  @Test(arguments: Seeds.few)
  func `whatever each could tell meanwhile, all end with the same files`(seed: Int) async throws {
    var random = SeededGenerator(seed: seed)
    let team = try RedactingTeam(3)
    var attached: [ObjectID] = []
    var redacted: Set<ObjectID> = []
    for step in 0..<16 {
      let clone = team.clones[Int.random(in: 0..<3, using: &random)]
      switch Int.random(in: 0..<7, using: &random) {
      case 0, 1: attached.append(try clone.attach("\(seed) \(step)"))
      case 2:
        guard let file = attached.randomElement(using: &random) else { continue }
        try clone.redact(file, on: team.commit)
        redacted.insert(file)
      case 3: _ = try await clone.sync()
      case 4: try await clone.syncRedacting()
      default:
        let absent = try redacted.filter { try !team.server.holds($0) }
        try await clone.syncDoubting()
        // Whoever cannot tell brings none of those that they know to be spoken of.
        for file in absent.intersection(try clone.redactingStore().redacted.files) {
          #expect(try !team.server.holds(file))
        }
      }
    }
    try await agree(
      team, files: Set(attached).subtracting(redacted).count, without: Array(redacted))
  }

  @Test func `a remote that has no files yet gets none that may have been taken out`() async throws
  {
    let team = try RedactingTeam(1)
    let hanako = team.clones[0]
    let secret = try hanako.attach("secret")
    try hanako.redact(secret, on: team.commit)
    let store = try hanako.store()
    store.redacted = RedactedFiles(doubtful: [secret: "who knows"])
    #expect(try Sync(store, remote: "origin").lacking() == [.signoffs])
    try await hanako.syncDoubting()
    #expect(try team.server.git("for-each-ref", "refs/notes/deed/attachments").isEmpty)
    let kept = try hanako.attach("kept")
    // To ask what is lacking writes nothing.
    let objects = try hanako.git("count-objects", "-v")
    let asking = try hanako.store()
    asking.redacted = RedactedFiles(doubtful: [secret: "who knows"])
    #expect(try Sync(asking, remote: "origin").lacking() == [.attachments])
    #expect(try hanako.git("count-objects", "-v") == objects)
    try await hanako.syncDoubting()
    #expect(try team.server.attachedFiles() == ["\(kept)"])
    #expect(try !team.server.leads(to: secret))
    #expect(try hanako.attachedFiles() == ["\(kept)", "\(secret)"])
  }
}
