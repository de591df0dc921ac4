import Git
import Ledger
import Release
import TestSupport
import Testing

@testable import Deed

/// Attached files that no record names: how none comes about, and how one goes.
@Suite struct UnnamedFileTests {
  private static let text = "connected as admin:hunter2\n"

  private func project(_ policy: String = ChecklistSample.policy) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: [
        "deed.toml": policy,
        ChecklistSample.path: ChecklistSample.document.replacing("id=logs", with: "id=logs run"),
      ])
    try TestSupport.Files.write(Self.text, to: "\(test.path)/../secret.log")
    return test
  }

  /// Attaches a file as a program does that is stopped before it records anything.
  private func attach(_ text: String = text, in test: TestRepository) throws -> ObjectID {
    let blob = try test.git(["hash-object", "-w", "--stdin"], input: Array(text.utf8))
    try test.git("notes", "--ref", "deed/attachments", "add", "-C", blob, blob)
    return try #require(ObjectID(blob))
  }

  @Test(arguments: [
    ["tick", "v0.1.0", "1.1", "--pass", "--attach", "../secret.log"],
    ["tick", "v0.1.0", "1.1", "2.2", "--pass", "--attach", "../secret.log"],
    ["check", "v0.1.0", "--run", "--yes", "-e", "production"],
    ["check", "v0.1.0"], ["artifacts", "record", "v0.1.0", "artifact.bin"],
    ["go", "v0.1.0", "--break-glass", "-m", "it burns", "--until", "4h"],
  ])
  func `a record that cannot be signed leaves no file behind`(words: [String]) async throws {
    let test = try project(
      ChecklistSample.policy + """
        [environments.production]
        checklists = ["production"]
        checks = ["tests"]
        [checks.tests]
        run = "echo done"

        """)
    try TestSupport.Files.write("artifact", to: "\(test.path)/artifact.bin")
    try test.git("config", "gpg.format", "ssh")
    try test.git("config", "user.signingkey", "\(test.directory)/no-such-key")
    try test.git("config", "commit.gpgsign", "true")
    let ran = await test.deed(words)
    #expect(ran.code == 2 && ran.error.contains("could not sign"), "\(ran.error)")
    #expect(try test.git("for-each-ref", "refs/notes").isEmpty)
    // The same without signatures keeps what it names.
    try test.git("config", "commit.gpgsign", "false")
    await test.deed(words)
    #expect(try !test.git("for-each-ref", RedactTests.reference).isEmpty)
    #expect(await !test.deed("doctor").output.contains("no record names"))
  }

  @Test func `a file that changes while it is attached is not taken for what was signed`()
    async throws
  {
    let test = try project()
    let workspace = try Workspace(
      Context(
        directory: test.path, environment: test.environment, output: Output { _ in },
        error: Output { _ in }, terminal: Terminal(), now: { Timestamp(seconds: 0) },
        input: { [] }))
    var texts = ["one", "another"]
    let file = try workspace.pending("log") { Array(texts.removeFirst().utf8) }
    let identity = try await workspace.committer()
    await #expect(throws: Failure.self) {
      try await workspace.keep([file], namedBy: [], by: identity)
    }
    #expect(try test.git("for-each-ref", "refs/notes").isEmpty)
  }

  @Test func `a file that no record names is told of, and goes from all clones`() async throws {
    let test = try project()
    let server = try test.bare()
    let blob = try attach(in: test)
    let other = try attach("another\n", in: test)
    #expect(await test.deed("sync", "-q").code == 0)
    let minsu = try server.clone(as: TestRepository.minsu)
    #expect(await minsu.deed("sync", "-q").code == 0)
    let told = await minsu.deed("doctor")
    let ids = [blob, other].sorted().map(\.short)
    #expect(told.code == 0, "\(told.output)")
    #expect(told.output.contains("2 files that no record names are attached"), "\(told.output)")
    #expect(told.output.contains("deed redact \(ids[0]) \(ids[1]) -m WHY"), "\(told.output)")
    let ran = await minsu.deed("redact", blob.short, "-m", "a password", "--yes", "--push")
    #expect(ran.code == 0 && ran.error.contains("no record names it"), "\(ran.error)")
    #expect(try minsu.records("signoffs").count == 1)
    // Again, for those who were interrupted.
    let again = await minsu.deed("redact", blob.short, "-m", "a password", "--yes", "--push")
    #expect(again.code == 0 && again.output.contains("redacted already"), "\(again.error)")
    #expect(await test.deed("sync", "-q").code == 0)
    for side in [test, server, minsu] {
      #expect(try !RedactTests.leads(side, to: blob))
      #expect(try RedactTests.leads(side, to: other))
    }
    #expect(await test.deed("doctor").output.contains("1 file that no record names is attached"))
    for number in 1...3 { _ = try attach("\(number)\n", in: test) }
    let many = await test.deed("doctor").output
    #expect(many.contains("more than 3 files that no record names are attached"), "\(many)")
  }

  @Test func `the last release has a say in files that no record names`() async throws {
    let policy = ChecklistSample.policy.replacing(
      "required = 1", with: "required = 1\nfrom = [\"hanako@example.com\"]")
    let test = try project(policy)
    #expect(await test.deed("approve", "v1.0.0", "-q").code == 0)
    #expect(await test.deed("cut", "v1.0.0", "-q").code == 0)
    let blob = try attach(in: test)
    let mallory = test.as(TestRepository.minsu)
    let refused = await mallory.deed("redact", "\(blob)", "-m", "x", "--yes")
    #expect(
      refused.code == 1 && refused.error.contains("who may approve v1.0.0"), "\(refused.error)")
    // By a release of their own, on a branch that has nothing to do with it.
    try test.git("checkout", "-q", "--orphan", "evil")
    try test.commit("feat: evil", files: ["deed.toml": ChecklistSample.policy])
    try test.writeRedaction(of: blob, by: TestRepository.minsu, release: "v0.0.1")
    await test.deed("doctor", "--recover")
    #expect(try RedactTests.leads(test, to: blob))
    try test.git("checkout", "-q", "main")
    #expect(await test.deed("redact", "\(blob)", "-m", "x", "--yes").code == 0)
    #expect(try !RedactTests.leads(test, to: blob))
  }

  @Test(arguments: [true, false])
  func `whoever names a file afterwards has a say in its redaction`(isLet: Bool) async throws {
    let policy = ChecklistSample.policy.replacing(
      "required = 1", with: "required = 1\nfrom = [\"hanako@example.com\"]")
    let test = try project(policy)
    let main = try test.id("HEAD")
    try test.git("checkout", "-q", "--orphan", "evil")
    try test.commit("feat: evil", files: ["deed.toml": ChecklistSample.policy])
    // Nothing was cut, and no record names it: the release that it stands at decides.
    let blob = try RedactTests.blob(Self.text)
    let author = isLet ? TestRepository.hanako : TestRepository.minsu
    try test.writeRedaction(of: blob, by: author, release: "v0.0.1")
    #expect(await test.deed("doctor").code == 0)
    try test.git("checkout", "-q", "\(main)")
    let ran = await test.deed("tick", "v1.0.0", "1.1", "--pass", "--attach", "../secret.log")
    #expect(ran.code == 0, "\(ran.error)")
    #expect(ran.error.contains("is not kept") == isLet, "\(ran.error)")
    let isHere = try !test.git("for-each-ref", RedactTests.reference).isEmpty
    #expect(isHere == !isLet)
    let server = try test.bare()
    #expect(await test.deed("sync", "-q").code == 0)
    if isHere { #expect(try RedactTests.leads(server, to: blob)) }
  }

  @Test func `what may be named, or read as proof, stays`() async throws {
    let test = try project()
    let blob = try attach(in: test)
    let commit = try test.id("HEAD")
    let line =
      "{\"at\":\"2026-01-01T00:00:00.000Z\",\"body\":{\"log\":\"\(blob)\"},\"by\":{\"email\":\"a@b\","
      + "\"name\":\"A\"},\"commit\":\"\(commit)\",\"kind\":\"postmortem\",\"release\":\"v1.0.0\",\"v\":1}"
    try test.git(
      ["notes", "--ref", "deed/deployments", "append", "-F", "-", "HEAD"], input: Array(line.utf8))
    let doubtful = await test.deed("redact", "\(blob)", "-m", "x", "--yes")
    #expect(doubtful.code == 2 && doubtful.error.contains("postmortem"), "\(doubtful.error)")
    let list = try attach("\(String(repeating: "7", count: 64))\n", in: test)
    let proof = await test.deed("redact", "\(list)", "-m", "x", "--yes")
    #expect(proof.code == 1 && proof.error.contains("may be still to come"), "\(proof.error)")
    #expect(await !test.deed("doctor").output.contains("no record names"))
  }
}
