import Release
import TestSupport
import Testing

@testable import Deed

/// “How it was released”, the part of notes that comes from the records.
@Suite struct NotesEvidenceTests {
  private static let rules = """
    [checklists]
    release = "r.md"
    [checks.tests]
    run = "true"
    [environments.staging]
    approvals.required = 1
    [environments.production]
    checklists = ["release"]
    checks = ["tests"]

    """

  private func project(_ more: String = "") throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    try test.commit(
      "feat: more", files: ["deed.toml": Self.rules + more, "r.md": "- [ ] Backup\n- [ ] 待機\n"])
    return test
  }

  private func run(_ test: TestRepository, _ words: String...) async {
    let ran = await test.deed(words)
    #expect(ran.code == 0, "\(words): \(ran.error)")
  }

  @Test func `tells who approved, what was checked and what was decided`() async throws {
    let test = try project()
    var session = Transcript("notes/evidence")
    session.say("Nothing is recorded.")
    await session.run(test, "notes", "v1.1.0", "--evidence", "-q")
    session.say("Some of it is.")
    await run(test, "tick", "v1.1.0", "-e", "production", "Backup", "--pass")
    await run(test, "approve", "v1.1.0", "-e", "production", "--role", "*engineer*")
    await session.run(test, "notes", "v1.1.0", "--evidence", "-q")
    session.say("All of it is.")
    await run(test, "tick", "v1.1.0", "-e", "production", "待機", "--na", "-m", "no users")
    await run(test, "check", "v1.1.0", "-e", "production", "tests")
    await run(test.as(TestRepository.minsu), "approve", "v1.1.0", "-e", "production")
    await run(test, "go", "v1.1.0", "-e", "production")
    await run(test, "cut", "v1.1.0")
    await session.run(test, "notes", "--evidence", "-q")
    await session.run(test, "notes", "--evidence", "--format", "json", "-q")
    await session.run(test, "notes", "--all", "--evidence", "-q")
    try session.check()
  }

  @Test func `is told by a template as without one`() async throws {
    let test = try project()
    await run(test, "approve", "v1.1.0", "-e", "staging", "--role", "a*b")
    let shown = await test.deed("notes", "--show-template")
    try TestSupport.Files.write(shown.output, to: "\(test.path)/notes.md.mustache")
    for options in [["--evidence"], []] {
      let plain = await test.deed(["notes", "v1.1.0"] + options)
      let told = await test.deed(["notes", "v1.1.0", "--template", "notes.md.mustache"] + options)
      #expect(told.code == 0 && told.output == plain.output, "\(told.output)")
      #expect(plain.output.contains("How it was released") == !options.isEmpty)
    }
  }

  @Test func `is asked for by the rules too, and never told by a tag`() async throws {
    let test = try project("[notes]\nevidence = true\n")
    await run(test, "approve", "v1.1.0", "-e", "staging")
    await run(test, "cut", "v1.1.0")
    let message = try test.git("tag", "-l", "--format=%(contents)", "v1.1.0")
    #expect(!message.contains("How it was released") && message.contains("Deed-Approved-by: "))
    #expect(await test.deed("notes", "-q").output.contains("### How it was released"))
    #expect(await !test.deed("notes", "-q", "--no-evidence").output.contains("How it was"))
    let changelog = await test.deed("changelog", "v1.1.0", "-o", "-", "-q").output
    #expect(!changelog.contains("How it was") && changelog.contains("- more ("))
  }

  @Test func `is as of the records, whatever the clock says`() async throws {
    let test = try project()
    await run(
      test, "waive", "v1.1.0", "-e", "production", "--check", "tests", "-m", "down", "--until", "1h"
    )
    let before = await test.deed("notes", "v1.1.0", "--evidence", "-q").output
    #expect(before.contains("check tests: ") && before.contains("waived"), "\(before)")
    for _ in 0..<4000 { _ = test.tick() }
    #expect(await test.deed("status", "v1.1.0").output.contains("which is over"))
    #expect(await test.deed("notes", "v1.1.0", "--evidence", "-q").output == before)
  }

  @Test func `says what could not be read`() async throws {
    let test = try project()
    await run(test, "approve", "v1.1.0", "-e", "staging")
    await run(test, "cut", "v1.1.0")
    let server = try test.bare()
    await run(test, "sync")
    let clone = try server.clone()
    let early = await clone.deed("notes", "v1.1.0", "--evidence", "-q")
    #expect(early.output.hasSuffix("- could not be read: more may be on origin\n"))
    await run(clone, "sync")
    let told = await clone.deed("notes", "v1.1.0", "--evidence", "-q")
    #expect(told.output == (await test.deed("notes", "v1.1.0", "--evidence", "-q")).output)
    #expect(told.output.contains("- **staging:** met\n") && !told.output.contains("could not"))
  }
}
