import Ledger
import Release
import TestSupport
import Testing

@testable import Deed

/// A secret in an attached file, and how it goes.
@Suite struct RedactTests {
  static let files = [
    "deed.toml": ChecklistSample.policy, ChecklistSample.path: ChecklistSample.document,
  ]
  static let reference = LedgerName.attachments.reference

  /// The blob of a file with this text.
  static func blob(_ text: String) throws -> ObjectID {
    let id = try TestRepository().git(["hash-object", "--stdin"], input: Array(text.utf8))
    return try #require(ObjectID(id))
  }

  private static let secret = "connected as admin:hunter2\n"

  /// Hanako has attached a log with a password in it and one without; Min-su has both.
  private struct Team {
    let server: TestRepository
    let hanako: TestRepository
    let minsu: TestRepository
    let blob: ObjectID

    init() async throws {
      hanako = try TestRepository()
      try hanako.commit("feat: begin", files: RedactTests.files)
      server = try hanako.bare()
      minsu = try server.clone(as: TestRepository.minsu)
      for (item, text) in [("1.1", RedactTests.secret), ("2.2", "all is well\n")] {
        try TestSupport.Files.write(text, to: "\(hanako.path)/\(item).log")
        let ran = await hanako.deed(
          "tick", "v1.0.0", item, "--pass", "--attach", "\(item).log", "-q", "--push")
        try #require(ran.code == 0, "\(ran.error)")
      }
      try #require(await minsu.deed("sync").code == 0)
      blob = try RedactTests.blob(RedactTests.secret)
    }
  }

  /// Whether plain git finds a way from a repository's ledger to a file.
  static func leads(_ test: TestRepository, to file: ObjectID) throws -> Bool {
    try test.git("rev-list", "--objects", reference).contains("\(file)")
  }

  static func isHere(_ file: ObjectID, in test: TestRepository) throws -> Bool {
    try test.run(["cat-file", "-e", "\(file)"]).status == 0
  }

  @Test func `a secret goes from all clones, and everybody sees that it went`() async throws {
    let team = try await Team()
    let (hanako, minsu) = (team.hanako, team.minsu)
    let id = team.blob.description.prefix(12)
    var session = Transcript("redact")
    await session.run(hanako, "redact", "\(id)", "-m", "it held a password", "--dry-run")
    await session.run(hanako, "redact", "\(id)", "-m", "it held a password", "--push")
    await session.run(hanako, "redact", "\(id)", "-m", "it held a password", "--push", "--yes")
    session.say("It did not go by half: the same command finds nothing more to do.")
    await session.run(hanako, "redact", "\(id)", "-m", "again", "--push", "--yes")
    await session.run(hanako, "show", "v1.0.0")
    session.say("In another clone.")
    await session.run(minsu, "sync")
    await session.run(minsu, "verify", "v1.0.0")
    await session.run(minsu, "sync", "--format", "json")
    session.say("The answer counts as it did.")
    await session.run(minsu, "status", "v1.0.0")
    try session.check()
    for side in [team.server, hanako, minsu] { #expect(try !Self.leads(side, to: team.blob)) }
    #expect(try hanako.id(Self.reference) == minsu.id(Self.reference))
    for side in [team.server, hanako, minsu] { try side.fsck() }
  }

  @Test func `doctor says where the object still is, and its commands take it away`() async throws {
    let team = try await Team()
    let ran = await team.hanako.deed(
      "redact", "\(team.blob)", "-m", "a password", "--yes", "--push", "-q")
    #expect(ran.code == 0, "\(ran.error)")
    for side in [team.hanako, team.minsu] {
      if side.path == team.minsu.path {
        #expect(await side.deed("sync", "--pull").code == 0)
      }
      #expect(try Self.isHere(team.blob, in: side))
      let said = await side.deed("doctor")
      #expect(said.code == 0 && said.output.contains("was redacted, and its object"))
      let hint = try #require(
        said.output.split(separator: "\n").first { $0.contains("git gc --prune=now") })
      let command = hint.split(separator: " ").dropFirst().joined(separator: " ")
      let pruned = try Program.run(
        "sh", ["-c", command], directory: side.path, environment: side.environment)
      #expect(pruned.status == 0, "\(pruned.error)")
      #expect(try !Self.isHere(team.blob, in: side), "\(command)")
      #expect(await !side.deed("doctor").output.contains("redacted"))
      let verified = await side.deed("verify", "v1.0.0")
      #expect(verified.output.contains("was redacted by Hanako"))
      #expect(!verified.output.contains("is not here: deed sync"))
      #expect(await side.deed("sync").code == 0)
    }
  }

  @Test func `recovery from reflogs and objects brings nothing back`() async throws {
    let team = try await Team()
    let test = team.hanako
    let old = try test.id(Self.reference)
    await test.deed("redact", "\(team.blob)", "-m", "a password", "--yes", "-q")
    for arguments in [["doctor", "--recover"], ["doctor", "--recover", "--from", "\(old)"]] {
      let ran = await test.deed(arguments)
      #expect(ran.code == 0 && !ran.output.contains("brought back"), "\(ran.output)")
      #expect(try !Self.leads(test, to: team.blob))
    }
    // Even where somebody has put the old history there again.
    try test.git("update-ref", Self.reference, "\(old)")
    let doctor = await test.deed("doctor")
    #expect(doctor.code == 1 && doctor.output.contains("is in the ledger here"), "\(doctor.output)")
    let recovered = await test.deed("doctor", "--recover")
    #expect(recovered.output.contains("1 file redacted and gone from attachments"))
    #expect(try !Self.leads(test, to: team.blob))
  }

  @Test func `a redacted file is not attached again, and what names it still counts`() async throws
  {
    let team = try await Team()
    let test = team.hanako
    await test.deed("redact", "\(team.blob)", "-m", "a password", "--yes", "-q")
    let ran = await test.deed("tick", "v1.0.0", "1.1", "--pass", "--attach", "1.1.log")
    #expect(ran.code == 0 && ran.error.contains("1.1.log is not kept"), "\(ran.error)")
    #expect(try !Self.leads(test, to: team.blob))
    let verified = await test.deed("verify", "v1.0.0")
    #expect(verified.output.split(separator: "was redacted by").count == 3, "\(verified.output)")
  }

  @Test func `every release that names the file tells of it, by one command`() async throws {
    let team = try await Team()
    let test = team.hanako
    try test.commit("feat: more")
    let carried = await test.deed("carry", "v1.1.0", "--from", "v1.0.0", "--all", "--push")
    #expect(carried.code == 0, "\(carried.error)")
    let record = try #require(try test.records("checklists").first { $0.contains("1.1.log") })
    let id = RecordID(of: Array(record.utf8)).short
    let ran = await test.deed("redact", id, "-m", "a password", "--yes", "--format", "json")
    #expect(ran.code == 0 && ran.output.split(separator: "\"record\" : {").count == 3)
    for (version, commit) in [("v1.0.0", "HEAD~1"), ("v1.1.0", "HEAD")] {
      let shown = await test.deed("show", version, "--commit", commit)
      #expect(shown.output.contains("redacted by Hanako"), "\(shown.output)")
    }
    #expect(try !Self.leads(test, to: team.blob))
  }

  @Test func `what cannot be redacted is refused with a reason, and nothing is`() async throws {
    let team = try await Team()
    let test = team.hanako
    await test.deed("approve", "v1.0.0", "-q")
    try TestSupport.Files.write("artifact", to: "\(test.path)/artifact.bin")
    #expect(
      await test.deed("artifacts", "record", "v1.0.0", "artifact.bin", "-q").code == 0)
    let manifest = try #require(try test.records("checks").first)
    let before = try test.everything()
    for (words, why) in [
      (["\(team.blob)"], "wants a reason"), (["\(team.blob)", "-m", " "], "wants a reason"),
      (["abc", "-m", "x"], "too short"), (["1.1.log", "-m", "x"], "is no file"),
      (["\(Self.blobOfNothing)", "-m", "x"], "is no file"),
      (
        [RecordID(of: Array(manifest.utf8)).short, "-m", "x"], "a manifest is what a gate rests on"
      ),
      (["\(team.blob)", "-m", "x"], "nobody is at a terminal to agree"),
    ] {
      let ran = await test.deed(["redact"] + words)
      #expect(ran.code == (why.contains("gate") ? 1 : 2) && ran.error.contains(why), "\(ran.error)")
    }
    #expect(try test.everything() == before)
  }

  private static let blobOfNothing = String(repeating: "7", count: 40)

  @Test func `at a terminal it is asked, and no is no`() async throws {
    let team = try await Team()
    for (key, code) in [("n", Int32(1)), ("\u{3}", 1), ("y", 0)] {
      let terminal = try PseudoTerminal(
        Program.built("deed"), ["redact", "\(team.blob)", "-m", "a password"],
        directory: team.hanako.path, environment: team.hanako.environment)
      try terminal.expect("redact 1 file for good, everywhere? y yes, n no> ")
      try terminal.type(key)
      #expect(try terminal.end() == code)
      #expect(try Self.leads(team.hanako, to: team.blob) == (code == 1))
    }
  }
}

/// Redactions by those who may not, of what they may not, and what becomes of them.
@Suite struct RedactionAttackTests {
  private static let text = "the proof\n"

  /// A project in which only signatures count, and a result with a file in it.
  private func project() async throws -> (SignedProject, ObjectID) {
    let project = try SignedProject(
      policy: """
        signers = ".deed/signers"
        [checklists]
        production = "\(ChecklistSample.path)"
        """, files: [ChecklistSample.path: ChecklistSample.document])
    try TestSupport.Files.write(Self.text, to: "\(project.test.path)/proof.log")
    let ran = await project.deed(
      "hanako", "tick", "v0.1.0", "1.1", "--pass", "--attach", "proof.log", "-q")
    try #require(ran.code == 0, "\(ran.error)")
    return (project, try RedactTests.blob(Self.text))
  }

  /// Writes a redaction as another program would, asking no rule.
  private func write(
    _ blob: ObjectID, by person: Person = TestRepository.hanako, on revision: String = "HEAD",
    of release: String = "v0.1.0", _ test: TestRepository
  ) throws {
    let record = try Record(
      at: Timestamp(seconds: TestRepository.epoch), by: person, commit: try test.id(revision),
      release: try ReleaseVersion(parsing: release, prefix: "v"), environment: nil,
      body: .redaction(Record.Redaction(blob: blob, reason: "trust me")), replaces: [])
    try test.git(
      ["notes", "--ref", "deed/signoffs", "append", "-F", "-", revision], input: record.line + [10])
  }

  @Test func `a forged redaction takes nothing away where only signatures count`() async throws {
    let (project, blob) = try await project()
    let test = project.test
    let unsigned = await project.deed(nil, "redact", "\(blob)", "-m", "x", "--yes")
    #expect(unsigned.code == 2, "\(unsigned.error)")
    for (key, options) in [("hanako", ["--no-sign"]), ("mallory", [])] {
      let ran = await project.deed(
        key, ["redact", "\(blob)", "-m", "x", "--yes"] + options)
      #expect(ran.code == 1 && ran.error.contains("would not count"), "\(ran.error)")
    }
    #expect(try test.records("signoffs").isEmpty)
    try write(blob, test)
    let verified = await project.verify()
    #expect(verified.contains("does not count: only signatures count in v0.1.0"), "\(verified)")
    let doctor = await project.deed(nil, "doctor", "--recover")
    #expect(doctor.output.contains("does not count"), "\(doctor.output)")
    #expect(try RedactTests.leads(test, to: blob))
    let server = try test.bare()
    #expect(await project.deed(nil, "sync").code == 0)
    #expect(try RedactTests.leads(server, to: blob))
    // Whoever may approve may redact.
    let good = await project.deed(
      "minsu", as: TestRepository.minsu, "redact", "\(blob)", "-m", "x", "--yes")
    #expect(good.code == 0, "\(good.error)")
    #expect(try !RedactTests.leads(test, to: blob))
    #expect(await project.verify().contains("was redacted by Kim Min-su"))
  }

  @Test func `a release of one's own making takes away no other's evidence`() async throws {
    let (project, blob) = try await project()
    let test = project.test
    // No signatures count there, and its records name the same file.
    try test.git("checkout", "-q", "--orphan", "evil")
    try test.commit("feat: evil", files: ["deed.toml": ChecklistSample.policy])
    let ticked = await project.deed(
      "mallory", "tick", "v9.0.0", "1.1", "--pass", "--attach", "proof.log", "-q")
    #expect(ticked.code == 0, "\(ticked.error)")
    let ran = await project.deed("mallory", "redact", "\(blob)", "-m", "x", "--yes", "--no-sign")
    #expect(ran.code == 1 && ran.error.contains("v0.1.0"), "\(ran.error)")
    try write(blob, of: "v9.0.0", test)
    let doctor = await project.deed(nil, "doctor", "--recover")
    #expect(doctor.output.contains("only signatures count in v0.1.0"), "\(doctor.output)")
    #expect(try RedactTests.leads(test, to: blob))
    try test.git("checkout", "-q", "main")
    #expect(await project.verify().contains("does not count"))
  }

  @Test func `whoever may not approve a release redacts nothing of it`() async throws {
    let test = try TestRepository()
    let policy =
      "[approvals]\nrequired = 1\nfrom = [\"minsu@example.com\"]\n"
      + "[checklists]\nproduction = \"\(ChecklistSample.path)\"\n"
    try test.commit(
      "feat: begin",
      files: ["deed.toml": policy, ChecklistSample.path: ChecklistSample.document])
    try TestSupport.Files.write(Self.text, to: "\(test.path)/proof.log")
    await test.deed("tick", "v1.0.0", "1.1", "--pass", "--attach", "proof.log", "-q")
    let blob = try RedactTests.blob(Self.text)
    let ran = await test.deed("redact", "\(blob)", "-m", "x", "--yes")
    #expect(ran.code == 1 && ran.error.contains("not among those who may approve v1.0.0"))
    #expect(try RedactTests.leads(test, to: blob))
    let other = await test.as(TestRepository.minsu).deed("redact", "\(blob)", "-m", "x", "--yes")
    #expect(other.code == 0, "\(other.error)")
    #expect(try !RedactTests.leads(test, to: blob))
  }

  @Test func `a redaction of what is no attachment changes nothing`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": "[approvals]\nrequired = 1\n"])
    await test.deed("approve", "v1.0.0", "-q")
    try TestSupport.Files.write("artifact", to: "\(test.path)/artifact.bin")
    await test.deed("artifacts", "record", "v1.0.0", "artifact.bin", "-q")
    await test.deed("approve", "v1.0.0", "-q")
    let went = await test.deed("go", "v1.0.0", "-q")
    #expect(went.code == 0, "\(went.error)")
    // A seal's list, a manifest, a file of the repository, nothing at all.
    let attached = try test.git("notes", "--ref", "deed/attachments", "list").split(separator: "\n")
      .compactMap { ObjectID(String($0.prefix(40))) }
    #expect(attached.count == 2)
    let before = try test.id(RedactTests.reference)
    for blob in attached + [try test.id("HEAD:deed.toml"), try test.id("HEAD")] {
      try write(blob, of: "v1.0.0", test)
    }
    let verified = await test.deed("verify", "v1.0.0")
    let words = verified.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("does not count: a manifest is what a gate rests on"), "\(words)")
    #expect(words.contains("does not count: it is the list of a seal"))
    #expect(words.split(separator: "does not count: no record names the file").count == 3)
    #expect(words.contains("sealed 3 records, all here"))
    await test.deed("doctor", "--recover")
    #expect(try test.id(RedactTests.reference) == before)
  }

  @Test func `a server lets a file go for a redaction that counts, and for nothing else`()
    async throws
  {
    let team = try GuardedTeam(policy: ChecklistSample.policy)
    try team.hanako.commit("docs: list", files: [ChecklistSample.path: ChecklistSample.document])
    #expect(try team.push(team.hanako, "main") == nil)
    for name in ["proof", "secret"] {
      try TestSupport.Files.write("the \(name)\n", to: "\(team.hanako.path)/\(name).log")
    }
    let ticked = await team.hanako.deed(
      "tick", "v1.0.0", "1.1", "--pass", "--attach", "proof.log", "--attach", "secret.log", "-q",
      "--push")
    #expect(ticked.code == 0, "\(ticked.error)")
    #expect(await team.minsu.deed("sync").code == 0)
    let (proof, secret) = (
      try RedactTests.blob("the proof\n"), try RedactTests.blob("the secret\n")
    )
    // Without a word.
    let test = team.hanako
    let notes = RedactTests.reference
    let bare = try test.git("commit-tree", "-m", "x", try test.git("mktree"))
    let refused = try team.push(test, "--force", "\(bare):\(notes)")
    #expect(refused?.contains("its history would be rewritten") ?? false, "\(refused ?? "taken")")
    // With one that speaks of another file.
    let ran = await test.deed("redact", "\(secret)", "-m", "a password", "--yes", "-q")
    #expect(ran.code == 0, "\(ran.error)")
    let other = try team.push(test, "--force", "\(bare):\(notes)", "refs/notes/deed/signoffs")
    #expect(other?.contains("the file \(proof.short) would be gone") ?? false, "\(other ?? "")")
    // Together with what says why, and alone once that is there.
    #expect(try team.push(test, "--force", "\(notes):\(notes)") != nil)
    #expect(
      try team.push(test, "--force", "\(notes):\(notes)", "refs/notes/deed/signoffs") == nil)
    #expect(try !RedactTests.leads(team.server, to: secret))
    #expect(try RedactTests.leads(team.server, to: proof))
    // The old ledger again, as a clone that was away would bring it.
    let replayed = try team.push(team.minsu, "--force", "\(notes):\(notes)")
    #expect(replayed?.contains("would be there again") ?? false, "\(replayed ?? "taken")")
    // Its rules are those of a commit that this clone has not fetched.
    let unsure = await team.minsu.deed("sync")
    #expect(
      unsure.code == 2 && unsure.output.contains("is not here: git fetch"), "\(unsure.output)")
    #expect(try !RedactTests.leads(team.server, to: secret))
    try team.minsu.git("fetch", "-q")
    let synced = await team.minsu.deed("sync")
    #expect(synced.code == 0, "\(synced.output)")
    #expect(try !RedactTests.leads(team.minsu, to: secret))
  }

  @Test func `a server follows no redaction that is not signed where that counts`() async throws {
    let (project, blob) = try await project()
    let test = project.test
    let server = try test.bare()
    let installed = try Program.run(
      try Program.built("deed"), ["hook", "install"], directory: server.path,
      environment: server.environment)
    try #require(installed.status == 0)
    #expect(await project.deed(nil, "sync").code == 0)
    try write(blob, test)
    let bare = try test.git("commit-tree", "-m", "x", try test.git("mktree"))
    let all = [
      "push", "--force", "origin", "\(bare):\(RedactTests.reference)", "refs/notes/deed/signoffs",
    ]
    let refused = try test.run(all)
    #expect(refused.status != 0 && refused.error.contains("does not count"), "\(refused.error)")
    let good = await project.deed("hanako", "redact", "\(blob)", "-m", "x", "--yes", "--push")
    #expect(good.code == 0, "\(good.error)")
    #expect(try !RedactTests.leads(server, to: blob))
  }
}
