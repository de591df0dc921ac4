import Release
import TestSupport
import Testing

@testable import Deed

/// A revert on a branch, and what the merge made of it.
@Suite struct MergedRevertTests {
  private let test: TestRepository

  init() throws {
    test = try TestRepository()
    try write("base", "feat: base")
    try test.git("tag", "v1.0.0")
  }

  private func write(_ text: String, to file: String = "main.txt", _ message: String) throws {
    try TestSupport.Files.write("\(text)\n", to: "\(test.path)/\(file)")
    try test.git("add", "--all")
    try test.git("commit", "--quiet", "-m", message)
  }

  private func write(_ text: String, _ message: String) throws {
    try write(text, to: "main.txt", message)
  }

  /// A branch takes back what is on the main branch, and is merged by a strategy.
  private func merge(_ strategy: [String]) throws {
    let target = try test.id("HEAD").description
    try test.git("switch", "--quiet", "--create", "release")
    try test.git("revert", "--no-edit", target)
    try test.git("switch", "--quiet", "main")
    try write("w", to: "other.txt", "fix: another")
    try test.git(["merge", "--quiet", "--no-ff", "-m", "Merge release"] + strategy + ["release"])
  }

  @Test(arguments: [true, false])
  func `what a merge kept of it ships, whatever the branch took back`(_ isNew: Bool) async throws {
    try write("v", to: isNew ? "src/v.txt" : "main.txt", "feat: vapour")
    try merge(["--strategy=ours"])
    let notes = await test.deed("notes")
    #expect(notes.output.contains("- vapour ("))
    #expect(!notes.output.contains("Revert"))
    let json = await test.deed("notes", "--format", "json")
    #expect(json.output.contains("left out by the merge "))
    #expect(await test.deed("next", "-q").output == "v1.1.0\n")
  }

  @Test(arguments: [true, false])
  func `what it took over is taken back`(_ isNew: Bool) async throws {
    try write("v", to: isNew ? "src/v.txt" : "main.txt", "feat: vapour")
    try merge([])
    let notes = await test.deed("notes")
    #expect(!notes.output.contains("vapour"))
    #expect(await test.deed("next", "-q").output == "v1.0.1\n")
  }

  @Test func `nor does what the trunk added beside it keep it`() async throws {
    try write("v", to: "src/v.txt", "feat: vapour")
    let target = try test.id("HEAD").description
    try test.git("switch", "--quiet", "--create", "release")
    try test.git("revert", "--no-edit", target)
    try test.git("switch", "--quiet", "main")
    try write("w", to: "src/w.txt", "fix: another")
    try test.git("merge", "--quiet", "--no-ff", "-m", "Merge release", "release")
    #expect(!(await test.deed("notes").output.contains("vapour")))
  }

  @Test func `nor where the trunk has it by another name`() async throws {
    let lines = (1...20).map { "line \($0)" }.joined(separator: "\n")
    try write(lines, "docs: lines")
    try write(lines.replacing("line 15", with: "LINE 15"), "feat: vapour")
    let target = try test.id("HEAD").description
    try test.git("switch", "--quiet", "--create", "release")
    try test.git("revert", "--no-edit", target)
    try test.git("switch", "--quiet", "main")
    try test.git("mv", "main.txt", "moved.txt")
    try test.git("commit", "--quiet", "-m", "fix: another")
    try test.git("merge", "--quiet", "--no-ff", "-m", "Merge release", "release")
    #expect(!(await test.deed("notes").output.contains("vapour")))
  }

  @Test func `what came and went on a branch alone is no news`() async throws {
    try test.git("switch", "--quiet", "--create", "topic")
    try write("v", "feat: vapour")
    try test.git("revert", "--no-edit", "HEAD")
    try test.git("switch", "--quiet", "main")
    try write("w", to: "other.txt", "fix: another")
    try test.git("merge", "--quiet", "--no-ff", "-m", "Merge topic", "topic")
    #expect(!(await test.deed("notes").output.contains("vapour")))
  }

  @Test func `a copy that breaks what its original does not is told`() async throws {
    try write("v", "fix: one")
    let original = try test.id("HEAD")
    try write(
      "w",
      """
      feat!: drop node 12

      BREAKING CHANGE: node 12 is gone

      (cherry picked from commit \(original))
      """)
    let notes = await test.deed("notes")
    #expect(notes.output.contains("drop node 12") && notes.output.contains("- one ("))
    #expect(await test.deed("next", "-q").output == "v2.0.0\n")
  }
}
