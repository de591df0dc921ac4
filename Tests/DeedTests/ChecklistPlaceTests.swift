import Release
import TestSupport
import Testing

@testable import Deed

/// Documents that are none, and evidence that belongs elsewhere.
@Suite struct ChecklistPlaceTests {
  private static let big = String(
    repeating: "- [ ] One more line of a document\n", count: 1_500_000)

  @Test(arguments: ["missing", "binary", "big", "empty", "prose", "elsewhere"])
  func `a document without items is said, and never met`(what: String) async throws {
    let test = try ChecklistSample.project()
    let file = "\(test.path)/\(ChecklistSample.path)"
    switch what {
    case "missing": TestSupport.Files.remove(file)
    case "binary": try TestSupport.Files.write([0x2D, 0x20, 0xFF, 0xFE, 0x0A], to: file)
    case "big": try TestSupport.Files.write(Self.big, to: file)
    case "empty": try TestSupport.Files.write("", to: file)
    case "prose": try TestSupport.Files.write("# Release\n\nDo it well.\n", to: file)
    default:
      try TestSupport.Files.write("- [ ] A <!-- deed: environment=staging -->\n", to: file)
      try TestSupport.Files.write(
        ChecklistSample.policyOfTwo.replacing(", \"cloud\"", with: ""),
        to: "\(test.path)/deed.toml")
      try TestSupport.Files.write("", to: "\(test.path)/docs/cloud.md")
    }
    try test.commit("docs: another")
    var session = Transcript("checklist/without-items/\(what)")
    let words = what == "elsewhere" ? ["v1.0.0", "-e", "production"] : ["v1.0.0"]
    await session.run(test, ["checklist"] + words)
    await session.run(test, ["checklist", "--format", "json"] + words)
    let quiet = await session.run(test, ["checklist", "-q"] + words)
    #expect(quiet.code == 0 && quiet.error.isEmpty)
    await session.run(test, "checklist", "--lint")
    await session.run(test, ["tick", "1.1", "--pass"] + words)
    await test.deed(["approve", "-q"] + words)
    await session.run(test, "status")
    try session.check()
    #expect(try test.records("checklists").isEmpty)
  }

  @Test func `without checklists there is nothing to tick`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    var session = Transcript("checklist/none")
    await session.run(test, "checklist")
    await session.run(test, "checklist", "--format", "json")
    await session.run(test, "checklist", "--checklist", "production")
    await session.run(test, "checklist", "--lint")
    await session.run(test, "tick", "1.1", "--pass")
    await session.run(test, "waive", "1.1", "-m", "why")
    await session.run(test, "carry", "--from", "v0.9.0", "--all")
    try session.check()
  }

  @Test func `what is recorded in staging never counts in production`() async throws {
    let test = try ChecklistSample.projectOfTwo()
    var session = Transcript("checklist/environments")
    await session.run(test, "tick", "v1.0.0", "1.1", "--pass")
    await session.run(test, "tick", "v1.0.0", "--section", "1", "-e", "staging", "--pass")
    await session.run(test, "tick", "--section", "2", "-e", "staging", "--pass")
    await session.run(test, "approve", "-e", "staging", "-q")
    await session.run(test, "checklist", "-e", "staging")
    await session.run(test, "checklist", "-e", "production")
    await session.run(test, "status")
    await session.run(
      test, "carry", "-e", "production", "--from", "v1.0.0", "--all")
    try session.check()
  }

  @Test func `people who did not see each other: the worst stands until somebody saw both`()
    async throws
  {
    let origin = try ChecklistSample.project()
    let server = try origin.bare()
    let minsu = try server.clone(as: TestRepository.minsu)
    var session = Transcript("checklist/two-people")
    await session.run(origin, "tick", "v1.0.0", "logs", "--pass", "-q")
    await session.run(minsu, "tick", "v1.0.0", "logs", "--fail", "-m", "I see errors", "-q")
    await session.run(origin, "sync", "-q")
    await session.run(minsu, "sync", "-q")
    await session.run(origin, "sync", "-q")
    let first = await session.run(origin, "checklist", "--open")
    let second = await minsu.deed("checklist", "--open")
    #expect(first.output == second.output, "both see the same")
    session.say("Who has not seen the failure does not replace it.")
    await session.run(origin, "status")
    session.say("Hanako has seen both now.")
    await session.run(
      origin, "tick", "logs", "--pass", "-m", "Min-su looked at yesterday's", "--push")
    await session.run(minsu, "sync", "-q")
    await session.run(minsu, "checklist", "--open")
    await session.run(minsu, "show")
    try session.check()
    #expect(try minsu.records("checklists") == origin.records("checklists"))
    for repository in [origin, minsu, server] { try repository.fsck() }
  }

  @Test func `a waiver makes the sign-offs before it stale`() async throws {
    let test = try ChecklistSample.project()
    var session = Transcript("checklist/stale")
    await test.deed("tick", "v1.0.0", "1.1", "1.2", "logs", "--pass", "-q")
    await session.run(test, "approve", "v1.0.0", "-q")
    await session.run(test, "status")
    await session.run(test, "waive", "2.2", "-m", "the certificate is new", "--until", "24h", "-q")
    await session.run(test, "status")
    await session.run(test, "approve", "-q")
    await session.run(test, "status")
    try session.check()
  }

  @Test func `a tag that requires the gate waits for the checklist`() async throws {
    let test = try ChecklistSample.project()
    try test.commit(
      "build: rules",
      files: ["deed.toml": "[tags]\nrequire = [\"production\"]\n" + ChecklistSample.policy])
    await test.deed("approve", "v1.0.0", "-q")
    let refused = await test.deed("cut", "v1.0.0", "-q")
    #expect(refused.code == 1, "\(refused.output)\(refused.error)")
    await test.deed("tick", "v1.0.0", "--section", "1", "--pass", "-q")
    await test.deed("tick", "v1.0.0", "--section", "2", "--pass", "-q")
    let cut = await test.deed("cut", "v1.0.0", "-q")
    #expect(cut.code == 0, "\(cut.output)\(cut.error)")
  }
}
