import Ledger
import Release
import TestSupport
import Testing

@testable import Deed

/// What keeps a redacted file in a clone besides the ledger, and the command that lets go of it.
@Suite struct RedactionHolderTests {
  private static let text = "connected as admin:hunter2\n"

  /// A repository whose ledger led to a file that was redacted; `old` is where it was.
  private func redacted() async throws -> (test: TestRepository, blob: ObjectID, old: ObjectID) {
    let test = try TestRepository()
    try test.commit("feat: begin", files: RedactTests.files)
    try TestSupport.Files.write(Self.text, to: "\(test.directory)/secret.log")
    let ticked = await test.deed(
      "tick", "v1.0.0", "1.1", "--pass", "--attach", "../secret.log", "-q")
    try #require(ticked.code == 0, "\(ticked.error)")
    let old = try test.id(RedactTests.reference)
    let blob = try RedactTests.blob(Self.text)
    let ran = await test.deed("redact", "\(blob)", "-m", "x", "--yes", "-q")
    try #require(ran.code == 0, "\(ran.error)")
    return (test, blob, old)
  }

  /// What doctor says, and the commands that it names.
  private func doctor(
    _ test: TestRepository, _ options: String...
  ) async -> (said: String, commands: [String]) {
    let ran = await test.deed(["doctor"] + options)
    let said = ran.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let commands = ran.output.split(separator: "\n").filter { $0.contains("→ git ") }
      .map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
    return (said, commands)
  }

  private func carryOut(_ command: String, in test: TestRepository) throws {
    let ran = try Program.run(
      "sh", ["-c", command], directory: test.path, environment: test.environment)
    #expect(ran.status == 0, "\(command): \(ran.error)")
  }

  @Test(arguments: [
    "refs/heads/backup", "refs/tags/before", "refs/notes/copy",
    "refs/notes/origin/deed/attachments",
    "refs/deed/old", "refs/remotes/origin/ledger", "refs/original/refs/notes/deed/attachments",
  ])
  func `a reference that keeps a redacted file is named, with the command that removes it`(
    name: String
  ) async throws {
    let (test, blob, old) = try await redacted()
    try test.git("update-ref", name, "\(old)")
    let (said, commands) = await doctor(test)
    #expect(said.contains("was redacted, and is in \(name)"), "\(said)")
    try carryOut(try #require(commands.first), in: test)
    let (rest, last) = await doctor(test)
    #expect(rest.contains("its object is still here") && !rest.contains(name), "\(rest)")
    for command in last { try carryOut(command, in: test) }
    #expect(try !RedactTests.isHere(blob, in: test))
    #expect(await !doctor(test).said.contains("redacted"))
  }

  @Test func `annotated tags, tags of the file itself and several at once are seen through`()
    async throws
  {
    let (test, blob, old) = try await redacted()
    try test.git("tag", "-a", "-m", "x", "one", "\(old)")
    try test.git("tag", "-a", "-m", "x", "two", "one")
    try test.git("tag", "three", "\(blob)")
    try test.git("update-ref", "refs/other", try test.git("rev-parse", "\(old)^{tree}"))
    let (said, commands) = await doctor(test)
    for name in ["tags/one", "tags/three", "tags/two"] { #expect(said.contains(name), "\(said)") }
    #expect(said.contains("is among the files of refs/other"), "\(said)")
    try carryOut(try #require(commands.first), in: test)
    #expect(try test.git("tag", "--list").isEmpty)
  }

  @Test func `a branch with the file among its own is named, and not to be removed`() async throws {
    let (test, blob, _) = try await redacted()
    try test.commit("fix: log", files: ["docs/a/b/secret.log": Self.text])
    let (said, commands) = await doctor(test)
    #expect(said.contains("is among the files of refs/heads/main"), "\(said)")
    #expect(!commands.contains { $0.contains("branch -D") || $0.contains("update-ref") })
    try carryOut(try #require(commands.first { $0.contains("\(blob)") }), in: test)
    // Once it is only in the history, that is searched when somebody asks.
    try test.git("rm", "-q", "docs/a/b/secret.log")
    try test.commit("fix: no log")
    #expect(await !doctor(test).said.contains("is among the files"))
    #expect(await doctor(test, "--objects").said.contains("is among the files of refs/heads/main"))
  }

  @Test func `a reflog of any reference is named, and its command empties it`() async throws {
    let (test, blob, old) = try await redacted()
    try test.git("checkout", "-q", "\(old)")
    try test.git("checkout", "-q", "main")
    let (said, commands) = await doctor(test)
    #expect(said.contains("the reflog of HEAD, refs/notes/deed/attachments leads to it"), "\(said)")
    for command in commands { try carryOut(command, in: test) }
    #expect(try !RedactTests.isHere(blob, in: test))
  }
}
