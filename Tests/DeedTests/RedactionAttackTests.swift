import Ledger
import Release
import TestSupport
import Testing

@testable import Deed

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
    try test.writeRedaction(of: blob)
    let verified = await project.verify()
    #expect(verified.contains("does not count: only signatures count in v0.1.0"), "\(verified)")
    let json = await project.deed(nil, "verify", "v0.1.0", "--format", "json")
    #expect(json.output.contains("\"redaction-void\""), "\(json.output)")
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
    try test.writeRedaction(of: blob, release: "v9.0.0")
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

  /// A release that Hanako alone may approve, and a branch that has nothing to do with it, on which
  /// anybody may approve anything.
  private func released() async throws -> TestRepository {
    let test = try TestRepository()
    let policy =
      "[approvals]\nrequired = 1\nfrom = [\"hanako@example.com\"]\n"
      + "[checklists]\nproduction = \"\(ChecklistSample.path)\"\n"
    try test.commit(
      "feat: begin",
      files: ["deed.toml": policy, ChecklistSample.path: ChecklistSample.document])
    #expect(await test.deed("approve", "v1.0.0", "-q").code == 0)
    let cut = await test.deed("cut", "v1.0.0", "-q")
    try #require(cut.code == 0, "\(cut.error)")
    try test.commit("fix: more")
    try test.git("checkout", "-q", "--orphan", "evil")
    try test.commit(
      "feat: evil",
      files: ["deed.toml": policy.replacing("from = [\"hanako@example.com\"]\n", with: "")])
    return test
  }

  @Test func `what was redacted before it was made is kept by the release that makes it`()
    async throws
  {
    let test = try await released()
    let mallory = test.as(TestRepository.minsu)
    try TestSupport.Files.write(Self.text, to: "\(test.path)/proof.log")
    let ticked = await mallory.deed(
      "tick", "v0.0.1", "1.1", "--pass", "--attach", "proof.log", "-q")
    #expect(ticked.code == 0, "\(ticked.error)")
    let blob = try RedactTests.blob(Self.text)
    for options in [["--dry-run"], ["--yes"]] {
      let ran = await mallory.deed(["redact", "\(blob)", "-m", "x"] + options)
      #expect(ran.code == 1 && ran.error.contains("who may approve v1.0.0"), "\(ran.error)")
    }
    try test.writeRedaction(of: blob, by: TestRepository.minsu, release: "v0.0.1")
    await mallory.deed("doctor", "--recover")
    #expect(try RedactTests.leads(test, to: blob))
    try test.git("checkout", "-q", "main")
    let proof = await test.deed("tick", "v1.1.0", "1.1", "--pass", "--attach", "proof.log", "-q")
    #expect(proof.code == 0 && !proof.error.contains("not kept"), "\(proof.error)")
    #expect(try RedactTests.leads(test, to: blob))
  }

  /// Moves a ledger on to a tree of these entries.
  private func setTree(_ ledger: String, _ entries: String, _ test: TestRepository) throws {
    let tree = try test.git(["mktree"], input: Array(entries.utf8))
    let parents = try test.run(["rev-parse", "-q", "--verify", ledger]).status == 0 ? [ledger] : []
    let commit = try test.git(
      ["commit-tree", "-m", "x", tree] + parents.flatMap { ["-p", $0] })
    try test.git("update-ref", ledger, commit)
  }

  @Test func `a line about any file, or on a commit that is nowhere, brings none back`()
    async throws
  {
    let test = try await released()
    try test.git("checkout", "-q", "main")
    try TestSupport.Files.write(Self.text, to: "\(test.path)/proof.log")
    let ticked = await test.deed("tick", "v1.1.0", "1.1", "--pass", "--attach", "proof.log", "-q")
    #expect(ticked.code == 0, "\(ticked.error)")
    let blob = try RedactTests.blob(Self.text)
    #expect(await test.deed("redact", "\(blob)", "-m", "x", "--yes").code == 0)
    #expect(try !RedactTests.leads(test, to: blob))
    // The same result once more, as of a release on a commit that nobody has.
    let line = try #require(try test.records("checklists").last)
    let nowhere = String(repeating: "7", count: 40)
    let copied = line.replacing("\(try test.id("HEAD"))", with: nowhere)
    let note = try test.git(["hash-object", "-w", "--stdin"], input: Array((copied + "\n").utf8))
    try setTree(
      "refs/notes/deed/checklists",
      try test.git("ls-tree", "refs/notes/deed/checklists") + "\n100644 blob \(note)\t\(nowhere)\n",
      test)
    let status = await test.deed("doctor")
    #expect(!status.output.contains("cannot be told"), "\(status.output)")
    let again = await test.deed("tick", "v1.1.0", "2.2", "--pass", "--attach", "proof.log", "-q")
    #expect(again.error.contains("not kept"), "\(again.error)")
  }

  @Test func `a redaction of a tree leaves sync at peace`() async throws {
    let test = try await released()
    try test.git("checkout", "-q", "main")
    let server = try test.bare()
    // As large ledgers have it: a directory for the first two digits.
    let file = try test.git(["hash-object", "-w", "--stdin"], input: Array("log\n".utf8))
    let below = try test.git(
      ["mktree"], input: Array("100644 blob \(file)\t\(file.dropFirst(2))\n".utf8))
    try setTree(RedactTests.reference, "040000 tree \(below)\t\(file.prefix(2))\n", test)
    let id = try #require(ObjectID(below))
    try test.writeRedaction(of: id, release: "v1.1.0")
    for _ in 0..<2 {
      let ran = await test.deed("sync", "-q")
      #expect(ran.code == 0, "\(ran.error)")
    }
    #expect(try server.id(RedactTests.reference) == test.id(RedactTests.reference))
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
      try test.writeRedaction(of: blob, release: "v1.0.0")
    }
    let verified = await test.deed("verify", "v1.0.0")
    let words = verified.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("does not count: a manifest is what a gate rests on"), "\(words)")
    #expect(words.contains("does not count: it is the list of a seal"))
    // It would stay away if somebody attached it, and is what it was where it is.
    #expect(words.split(separator: "was redacted by Hanako Sato").count == 2)
    #expect(words.contains("does not count: it is no file"))
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
    let unrelated = try team.minsu.git(
      ["hash-object", "-w", "--stdin"], input: Array("other\n".utf8))
    try team.minsu.git("notes", "--ref", "deed/attachments", "add", "-C", unrelated, unrelated)
    let unsure = await team.minsu.deed("sync")
    #expect(
      unsure.code == 2 && unsure.output.contains("is not here: git fetch"), "\(unsure.output)")
    #expect(try !RedactTests.leads(team.server, to: secret))
    // All else has gone out, and the hook has taken it.
    #expect(unsure.output.contains("attachments: not all pushed"), "\(unsure.output)")
    #expect(try team.server.git("notes", "--ref", "deed/attachments", "list").contains(unrelated))
    try team.minsu.git("fetch", "-q")
    let synced = await team.minsu.deed("sync")
    #expect(synced.code == 0, "\(synced.output)")
    #expect(try !RedactTests.leads(team.minsu, to: secret))
  }

  @Test func `a server follows no redaction that is not signed where that counts`() async throws {
    let (project, blob) = try await project()
    let test = project.test
    let server = try test.guardedServer()
    #expect(await project.deed(nil, "sync").code == 0)
    try test.writeRedaction(of: blob)
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
