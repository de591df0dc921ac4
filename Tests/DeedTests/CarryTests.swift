import Release
import TestSupport
import Testing

@testable import Deed

@Suite struct CarryTests {
  @Test func `a candidate's results are carried over to the final on one commit`() async throws {
    let test = try ChecklistSample.project()
    await test.deed("tick", "v1.0.0-rc.1", "1.1", "2.2", "--pass", "-m", "seen", "-q")
    await test.deed("tick", "v1.0.0-rc.1", "logs", "--fail", "--attach", "deed.toml", "-q")
    await test.deed("waive", "v1.0.0-rc.1", "1.2", "-m", "why", "-q")
    let minsu = test.as(TestRepository.minsu)
    var session = Transcript("carry/final")
    await session.run(minsu, "checklist", "v1.0.0")
    let before = try test.everything()
    await session.run(minsu, "carry", "v1.0.0", "--from", "v1.0.0-rc.1")
    await session.run(minsu, "carry", "v1.0.0", "--from", "v1.0.0-rc.1", "--format", "json")
    await session.run(minsu, "carry", "v1.0.0", "--from", "v1.0.0-rc.1", "--all", "--dry-run")
    #expect(try test.everything() == before)
    await session.run(minsu, "carry", "v1.0.0", "1.1", "--from", "v1.0.0-rc.1")
    await session.run(minsu, "carry", "v1.0.0", "1.1", "--from", "v1.0.0-rc.1")
    await session.run(minsu, "carry", "v1.0.0", "1.2", "--from", "v1.0.0-rc.1")
    await session.run(minsu, "carry", "v1.0.0", "--from", "v1.0.0-rc.1", "--all")
    await session.run(minsu, "carry", "v1.0.0", "--from", "v1.0.0-rc.1", "--all")
    await session.run(minsu, "checklist", "v1.0.0")
    await session.run(minsu, "show", "v1.0.0")
    try session.check()
    let commit = try test.id("HEAD")
    let carried = try test.records("checklists").filter { $0.contains("\"carried\"") }
    #expect(carried.count == 3)
    for record in carried {
      #expect(record.contains("\"carried\":{\"commit\":\"\(commit)\",\"record\":\""))
      #expect(record.contains("\"release\":\"v1.0.0-rc.1\"},") && record.contains("minsu@"))
    }
    #expect(carried.contains { $0.contains("\"attachments\":[{") && $0.contains("\"fail\"") })
  }

  @Test func `when the candidate moves, only items that are the same can follow`() async throws {
    let test = try ChecklistSample.project()
    await test.deed("tick", "v1.0.0", "1.1", "1.2", "logs", "2.2", "--pass", "-q")
    try test.commit(
      "fix: more",
      files: [
        ChecklistSample.path: ChecklistSample.document
          .replacing("Backups of `orders` are done", with: "Backups of `orders` are tried")
          .replacing("ログに誤りがない", with: "ログに誤りも警告もない")
      ])
    var session = Transcript("carry/moved")
    await session.run(test, "checklist", "v1.0.0", "--open")
    await session.run(test, "carry", "v1.0.0", "--from", "HEAD~1")
    session.say("An id does not make other words the same.")
    await session.run(test, "carry", "v1.0.0", "1.1", "--from", "HEAD~1")
    await session.run(test, "carry", "v1.0.0", "logs", "--from", "HEAD~1")
    await session.run(test, "carry", "v1.0.0", "--from", "HEAD~1", "--all")
    await session.run(test, "checklist", "v1.0.0")
    try session.check()
  }

  @Test func `where there is nothing to carry, it says so`() async throws {
    let test = try ChecklistSample.project()
    await test.deed("tick", "v0.9.0", "1.1", "--pass", "-q")
    try test.commit("fix: more")
    await test.deed("tick", "v0.9.0", "1.1", "--pass", "-q")
    var session = Transcript("carry/nothing")
    await session.run(test, "carry", "v1.0.0", "--from", "v0.9.0")
    await session.run(test, "carry", "v1.0.0", "--from", "v0.8.0")
    await session.run(test, "carry", "v1.0.0", "--from", "nowhere")
    await session.run(test, "carry", "v1.0.0")
    await session.run(test, "carry", "v1.0.0", "--from", "HEAD~1", "--all", "--push")
    await session.run(test, "carry", "v0.9.0", "--from", "HEAD", "--all")
    await session.run(test, "carry", "v0.9.0", "--from", "HEAD", "--all", "--format", "json")
    try session.check()
  }
}
