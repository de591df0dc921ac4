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
    await session.run(test, "carry", "v1.0.0", "--from", "0.9.0")
    await session.run(test, "carry", "v1.0.0", "--from", "v0.9")
    await session.run(test, "carry", "v1.0.0", "--from", "nowhere")
    await session.run(test, "carry", "v1.0.0")
    await session.run(test, "carry", "v1.0.0", "--from", "HEAD~1", "--all", "--push")
    await session.run(test, "carry", "v0.9.0", "--from", "HEAD", "--all")
    await session.run(test, "carry", "v0.9.0", "--from", "HEAD", "--all", "--format", "json")
    try session.check()
  }

  @Test func `what is confirmed in another way is marked, and what was run is left`() async throws {
    let document = """
      | # | Check | How |
      |---|---|---|
      | 1 | Logs | `true` |
      | 2 | By hand | `false` |
      | 3 | Version ____ | look |
      | 4 | Same | look |

      """
    let test = try ChecklistSample.project(document)
    await test.deed("check", "v1.0.0", "--run", "1", "--yes")
    await test.deed("tick", "2", "-q")
    await test.deed("tick", "3", "--value", "v1.0.0", "-q")
    await test.deed("tick", "4", "-q")
    let changed = document.replacing("`true`", with: "`false`").replacing(
      "`false` |\n| 3", with: "`true` |\n| 3"
    )
    .replacing("____ | look", with: "____ | look twice")
    try test.commit("docs: other ways", files: [ChecklistSample.path: changed])
    let there = try test.id("HEAD~1").short
    let offer = await test.deed("carry", "v1.0.0", "--from", "HEAD~1")
    #expect(
      offer.output.split(separator: "\n").map { $0.prefix(9) } == [
        "\u{2248} pass  1", "\u{2248} pass  2", "\u{2248} pass  3", "  pass  4",
      ], "\(offer.output)")
    #expect(
      offer.output.contains("its command and procedure changed since; it was run, so it is not"))
    #expect(offer.output.contains(", value: v1.0.0  (") && offer.error.contains("3 with another"))
    let json = await test.deed("carry", "v1.0.0", "--from", "HEAD~1", "--format", "json")
    #expect(json.output.contains("\"carriable\" : false"))
    let named = await test.deed("carry", "v1.0.0", "1", "--from", "HEAD~1")
    #expect(named.code == 1 && named.error.contains("hint: deed check --run 1   # runs this one"))
    let all = await test.deed("carry", "v1.0.0", "--from", "HEAD~1", "--all")
    let lines = all.output.split(separator: "\n")
    #expect(
      lines.count == 3 && all.error.contains("not carried, for another command was run there: 1"))
    #expect(
      lines[0].hasSuffix("(\u{2248} its command and procedure changed since)"), "\(all.output)")
    #expect(lines[1].hasSuffix(", value: v1.0.0  (\u{2248} its procedure changed since)"))
    #expect(!lines[2].contains("\u{2248}"))
    let screen = Terminal(isOutput: true)
    let told = await test.deed(["carry", "v1.0.0", "--from", "HEAD~1"], terminal: screen)
    let wrapped = told.output.split(separator: "\n")
    #expect(wrapped.count > 1 && wrapped.allSatisfy { String($0).displayWidth <= 80 })
    let list = await test.deed(["checklist", "v1.0.0"], terminal: screen)
    #expect(
      list.output.contains(
        "          carried from \(there); its procedure or command changed since it\n"),
      "\(list.output)")
    #expect(list.output.contains("          value: v1.0.0\n          carried from \(there);"))
    #expect(try test.records("checklists").count { $0.contains("\"changed\":true") } == 2)
    // Who carries it on carries the mark too.
    try test.commit("fix: more")
    await test.deed("carry", "v1.0.0", "2", "--from", "HEAD~1")
    #expect(try test.records("checklists").first?.contains("\"changed\":true") == true)
  }
}
