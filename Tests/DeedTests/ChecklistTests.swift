import Release
import TestSupport
import Testing

@testable import Deed

@Suite struct ChecklistTests {
  @Test func `the items are shown with what is recorded of each`() async throws {
    let test = try ChecklistSample.project()
    var session = Transcript("checklist/shown")
    await session.run(test, "checklist", "v1.0.0")
    await session.run(test, "tick", "v1.0.0", "logs", "--fail", "-m", "赤い", "-q")
    await session.run(test, "tick", "1.1", "--pass", "-q")
    await session.run(test, "tick", "2.2", "--na", "-m", "TLS ends before us", "-q")
    await session.run(test, "waive", "1.2", "-m", "nobody listens", "--until", "7d", "-q")
    await session.run(test, "checklist")
    await session.run(test, "checklist", "--open")
    await session.run(test, "checklist", "--format", "json")
    await session.run(test, "checklist", "--open", "--format", "json")
    await session.run(test, "status")
    await session.run(test, "show")
    try session.check()
    try test.fsck()
  }

  @Test func `what was said with an answer is shown below it, and ids where they are wanted`()
    async throws
  {
    let test = try ChecklistSample.project(
      """
      ## 1.1.1 Deep

      - [ ] Backups
        - [ ] and restored once <!-- deed: id=restored -->
          - [ ] to another machine
      - [ ] 版: ____

      ## 2. Others

      - [ ] TLS
      - [ ] <!-- deed: id=nothing -->

      """)
    try TestSupport.Files.write("x", to: "\(test.path)/proof.txt")
    await test.deed(
      "tick", "v1.0.0", "1.1.1.2", "--pass", "--value", "v1.0.0", "--link",
      "https://ci.example.com/7",
      "--attach", "proof.txt", "-m",
      "seen by all of us, on every machine that there is, twice\nyes",
      "-q")
    await test.deed("waive", "TLS", "-m", "a proxy does it", "--until", "7d", "-q")
    await test.deed("tick", "TLS", "--fail", "-q")
    var session = Transcript("checklist/particulars")
    await session.run(test, "checklist")
    await session.run(test, "checklist", "--ids", "--section", "2")
    await session.run(test, "checklist", "--section", "deep", "--section", "2", "--open")
    await session.run(test, "checklist", "--section", "2", "--format", "json")
    await session.run(test, "checklist", "--section", "9")
    await session.run(test, "checklist", "--section", "2", "--lint")
    await session.run(test, "checklist", "--lint", "v1.0.0", "-q")
    try session.check()
    let seen = await test.deed(["checklist"], terminal: Terminal(isOutput: true))
    for line in seen.output.split(separator: "\n") {
      #expect(line.count <= 80, "\(line)")
    }
  }

  @Test func `a list of many open items is told in a few words`() async throws {
    let items = (1...30).map { "- [ ] Item number \($0)\n" }.joined()
    let test = try ChecklistSample.project("# Release\n\n## 7. All\n\n\(items)")
    await test.deed("tick", "v1.0.0", "7.2", "7.9", "--fail", "-q")
    await test.deed("tick", "7.1", "--pass", "-q")
    let status = await test.deed(["status"], terminal: Terminal(isOutput: true))
    let line = status.output.split(separator: "\n").first { $0.contains("checklist:production") }
    let why = "1 of 30 items met; failed: 7.2, 7.9; open: 7.3, 7.4,"
    #expect(line?.hasSuffix(why) == true, "\(status.output)")
    #expect(status.output.contains(" 7.5 and 24 more\n"), "\(status.output)")
    for line in status.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test func `one of several checklists is chosen by its name`() async throws {
    let test = try ChecklistSample.projectOfTwo()
    var session = Transcript("checklist/several")
    let here = ["v1.0.0", "-e", "production"]
    await session.run(test, ["checklist"] + here)
    await session.run(test, ["checklist"] + here + ["--checklist", "cloud"])
    await session.run(
      test, ["checklist"] + here + ["--checklist", "cloud", "--checklist", "production", "--open"])
    await session.run(test, ["checklist"] + here + ["--checklist", "clod"])
    await session.run(test, "checklist", "v1.0.0", "-e", "staging", "--checklist", "cloud")
    await session.run(test, ["tick"] + here + ["--section", "2", "--pass"])
    await session.run(test, ["tick"] + here + ["2.1", "--pass"])
    await session.run(test, ["tick"] + here + ["TLS", "--pass"])
    await session.run(test, ["tick"] + here + ["--section", "Network", "--pass"])
    await session.run(
      test, ["tick"] + here + ["--checklist", "production", "--section", "2", "--pass"])
    await session.run(test, ["waive"] + here + ["2.1", "-m", "why"])
    await session.run(
      test, ["waive"] + here + ["--checklist", "cloud", "2.1", "-m", "why"])
    await session.run(
      test, ["carry", "v1.0.1", "-e", "production", "--from", "v1.0.0", "--checklist", "cloud"])
    await session.run(test, "checklist", "--lint", "--checklist", "cloud")
    await session.run(test, "checklist", "--lint", "--checklist", "nothing")
    await session.run(test, "checklist", "--diff", "HEAD", "HEAD", "--checklist", "nothing")
    try session.check()
  }

  @Test func `an id that two checklists give is no item's`() async throws {
    let test = try ChecklistSample.projectOfTwo()
    try test.commit(
      "docs: one id twice",
      files: ["docs/cloud.md": "# Cloud\n\n- [ ] Closed <!-- deed: id=logs -->\n"])
    let ran = await test.deed(
      "tick", "v1.0.0", "-e", "production", "--checklist", "cloud", "Closed", "--pass")
    #expect(ran.code == 1 && ran.error.contains("two items have the id"), "\(ran.error)")
    #expect(await test.deed("tick", "v1.0.0", "-e", "staging", "logs", "--pass").code == 0)
  }

  @Test func `--lint says what is to be mended, and where`() async throws {
    let test = try ChecklistSample.project()
    var session = Transcript("checklist/lint")
    await session.run(test, "checklist", "--lint")
    await session.run(test, "checklist", "--lint", "--format", "json")
    try test.commit(
      "docs: mistakes",
      files: [
        ChecklistSample.path: """
        # Release

        - [ ] One <!-- deed: id=same -->
        - [ ] Two <!-- deed: id=same sooner -->
        - [ ] Three <!-- deed: environment=stagin -->

        ## After the release

        - [ ] Four

        | No. | Check | Command |
        | --- | --- | --- |
        | 1 | Logs | `grep a | wc -l` |

        """
      ])
    await session.run(test, "checklist", "--lint")
    await session.run(test, "checklist", "--lint", "--format", "json")
    await session.run(test, "checklist", "v1.0.0")
    await session.run(test, "tick", "v1.0.0", "One", "--pass")
    await session.run(test, "tick", "v1.0.0", "same", "--pass")
    await session.run(test, "waive", "v1.0.0", "Two", "-m", "why")
    await session.run(test, "tick", "v1.0.0", "Three", "Four", "Logs", "--pass")
    await session.run(test, "status", "v1.0.0")
    await session.run(test, "checklist", "--lint", "--commit", "HEAD~1")
    await session.run(test, "checklist", "--lint", "--diff", "HEAD~1", "HEAD")
    try session.check()
  }

  @Test func `--diff says what was added, reworded, altered and removed`() async throws {
    let test = try ChecklistSample.project()
    let changed = ChecklistSample.document
      .replacing("Backups of `orders` are done", with: "Backups of `orders` are done and tried")
      .replacing("- [ ] Version: ____ is announced\n", with: "")
      .replacing("手で開く", with: "`openssl s_client`")
      .replacing("| 2.2 |", with: "| 2.3 | 証明書の期限を控えた | | |\n| 2.2 |")
    try test.commit("docs: reword", files: [ChecklistSample.path: changed])
    var session = Transcript("checklist/diff")
    await session.run(test, "checklist", "--diff", "HEAD~1", "HEAD")
    await session.run(test, "checklist", "--diff", "HEAD~1", "HEAD", "--format", "json")
    await session.run(test, "checklist", "--diff", "HEAD", "HEAD")
    await session.run(test, "checklist", "--diff", "HEAD", "nowhere")
    await session.run(test, "checklist", "--diff", "HEAD")
    try test.git("rm", "--quiet", "deed.toml")
    try test.commit("chore: no rules")
    await session.run(test, "checklist", "--diff", "HEAD~1", "HEAD")
    try session.check()
  }

  @Test func `plain git reads the results`() async throws {
    let test = try ChecklistSample.project()
    let ran = await test.deed("tick", "v1.0.0", "logs", "--pass", "-q", "--format", "json")
    let lines = try test.records("checklists")
    #expect(ran.code == 0 && lines.count == 1)
    #expect(try test.git("notes", "--ref", "deed/checklists", "show") == lines.first)
    #expect(lines.first?.contains("\"text\":\"ログに誤りがない\"") == true)
  }
}
