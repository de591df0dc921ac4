import Release
import TestSupport
import Testing

@testable import Deed

@Suite struct NotesRangeTests {
  /// Two lines of releases: 1.0.x on a branch of its own, 1.1 and 2.0 candidates on main.
  private func project() throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.0.0")
    try test.commit("fix: mend it")
    let fix = try test.id("HEAD")
    try test.git("switch", "--quiet", "--create", "release/1.0", "v1.0.0")
    try test.git("cherry-pick", "-x", "--allow-empty", fix.description)
    try test.git("tag", "-a", "-m", "x", "v1.0.1")
    try test.git("switch", "--quiet", "main")
    try test.git("merge", "--quiet", "--no-ff", "-m", "Merge branch 'release/1.0'", "release/1.0")
    try test.commit("feat: more")
    for tag in ["v1.1.0-rc.1", "v1.1.0-rc.2", "v1.1.0", "nightly"] { try test.git("tag", tag) }
    try test.commit("feat!: anew")
    try test.git("tag", "v2.0.0-rc.1")
    try test.commit("docs: tell")
    return test
  }

  @Test func `ranges are what their ends and the releases before them say`() async throws {
    let test = try project()
    var session = Transcript("notes/ranges")
    await session.run(test, "notes")
    await session.run(test, "notes", "v1.1.0")
    await session.run(test, "notes", "v1.1.0-rc.2", "-q")
    await session.run(test, "notes", "v2.0.0-rc.1", "-q")
    await session.run(test, "notes", "v1.0.1", "-q")
    await session.run(test, "notes", "v1.0.0", "-q")
    await session.run(test, "notes", "v1.0.0..main~2")
    await session.run(test, "notes", "--from", "v1.0.1", "--to", "v1.1.0", "-q")
    await session.run(test, "notes", "--to", "v1.1.0", "-q")
    await session.run(test, "notes", "--unreleased", "-q")
    await session.run(test, "notes", "--all")
    try session.check()
  }

  @Test func `an end from before its prefix was written down is a release`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "1.0.0")
    try test.commit("feat: more")
    try test.git("tag", "1.1.0")
    try test.commit("chore: deed", files: ["deed.toml": "[tags]\nprefix = \"\"\n"])
    let whole = await test.deed("notes", "1.1.0", "-q").output
    #expect(whole.hasPrefix("## 1.1.0"), "\(whole)")
    #expect(await test.deed("notes", "1.0.0..1.1.0", "-q").output == whole)
    #expect(await test.deed("notes", "--to", "1.1.0", "-q").output == whole)
    let unreleased = await test.deed("notes", "1.0.0..HEAD~1", "-q").output
    #expect(unreleased.hasPrefix("## Unreleased"), "\(unreleased)")
  }

  @Test func `branches are ends of a range as well`() async throws {
    let test = try project()
    try test.git("switch", "--quiet", "-c", "機能/日本語", "release/1.0")
    try test.commit("feat: elsewhere")
    try test.git("switch", "--quiet", "main")
    let one = await test.deed("notes", "--from", "main", "--to", "機能/日本語", "-q")
    #expect(one.code == 0 && one.output.contains("- elsewhere (") && !one.output.contains("more"))
    let other = await test.deed("notes", "--from", "release/1.0", "--to", "main", "-q")
    #expect(
      other.code == 0 && other.output.contains("- anew (") && other.output.contains("- more ("))
    #expect(!other.output.contains("elsewhere") && !other.output.contains("begin"))
    #expect(await test.deed("notes", "release/1.0..main", "-q").output == other.output)
    #expect(await test.deed("notes", "--from", "release/1.0", "-q").output == other.output)
  }

  @Test func `a range that is none is refused with what was probably meant`() async throws {
    let test = try project()
    var session = Transcript("notes/refused")
    await session.run(test, "notes", "v1.1.0..v1.0.0")
    await session.run(test, "notes", "v1.1.0..nightly")
    await session.run(test, "notes", "v1.1..HEAD")
    await session.run(test, "notes", "v1.2.0..HEAD")
    await session.run(test, "notes", "nigthly..HEAD")
    await session.run(test, "notes", "v1.0.0..something-else")
    await session.run(test, "notes", "v1.0.5")
    await session.run(test, "notes", "v9.9.9")
    await session.run(test, "notes", "--path", "nosuch")
    await session.run(test, "notes", "--all", "--path", "nosuch/**", "--path", "a/b")
    await session.run(test, "notes", "1.0.0")
    await session.run(test, "notes", "v1.0.0", "--unreleased")
    await session.run(test, "notes", "--all", "--from", "v1.0.0")
    await session.run(test, "notes", "-o", "/nowhere/notes.md")
    try test.git("tag", "v2.0.0")
    await session.run(test, "notes", "--unreleased")
    try session.check()
  }

  @Test func `strict notes name what was not understood`() async throws {
    let test = try project()
    try test.commit("Tidy \u{1B}[31mup")
    let plain = await test.deed("notes", "-q")
    #expect(plain.code == 0)
    let ran = await test.deed("notes", "--strict")
    #expect(ran.code == 1 && ran.output == plain.output)
    #expect(ran.error.contains("1 commit was not understood"))
    #expect(ran.error.contains("no type: Tidy \\u{1b}[31mup"))
    let typed = await test.deed("notes", "v1.1.0", "--strict")
    #expect(typed.code == 0)
  }

  @Test func `a clone without blobs, and one whose history is long enough, have the same notes`()
    async throws
  {
    let test = try project()
    try test.commit("feat: who", files: [".mailmap": "H <hanako@example.com>\n", "a": "a"])
    try test.git("config", "uploadpack.allowFilter", "true")
    let whole = await test.deed("notes", "v1.0.0..v1.1.0")
    let partial = try test.clone(options: ["--bare", "--filter=blob:none"])
    let ran = await partial.deed("notes", "v1.0.0..v1.1.0")
    #expect(ran.code == 0 && ran.output == whole.output)
    let unreleased = await partial.deed("notes")
    #expect(unreleased.code == 0 && unreleased.output.contains("who"))
    #expect(unreleased.error.contains(".mailmap"), "it says what it could not read")
    let shallow = try test.clone(options: ["--depth=4"])
    let enough = await shallow.deed("notes", "-q")
    #expect(enough.code == 0 && enough.output.contains("anew"))
    try shallow.git("fetch", "--quiet", "--depth=1", "origin", "tag", "v1.0.0")
    let short = await shallow.deed("notes", "v1.0.0..HEAD")
    #expect(short.code == 2 && short.output.isEmpty)
    #expect(short.error.contains("hint: git fetch --unshallow --tags"), "\(short.error)")
  }

  @Test func `who has only been squashed into an earlier release is not new`() async throws {
    let test = try project()
    func commit(_ author: String, _ message: String) throws {
      try test.git(
        "commit", "--quiet", "--allow-empty", "--author=\(author)", "-m", message)
    }
    try commit("Nami <nami@example.com>", "fix: a comma")
    try test.commit(
      """
      feat: a page (#7)

      Squashed commit of the following:

      commit 1111111111111111111111111111111111111111
      Author: Sora <sora@example.com>
      Date:   Fri Jan 2 03:04:05 2026 +0900

          feat: its words
      """)
    try test.git("tag", "v2.0.0")
    try commit("Sora <Sora@example.com>", "fix: a word")
    try commit("Nami <nami@example.org>", "fix: another")
    try commit("Haru <haru@example.com>", "fix: a third")
    let ran = await test.deed("notes", "v2.0.0..HEAD", "--contributors", "new")
    #expect(ran.output.contains("Haru (first contribution)"))
    #expect(ran.output.contains("Sora, Nami, "), "nor is who has another address by now")
  }

  @Test func `a shallow clone calls nobody new whom it may have lost`() async throws {
    let test = try project()
    let words = ["notes", "v1.1.0..HEAD", "--contributors", "new"]
    let known = try test.clone(options: ["--depth=4"])
    #expect(await known.deed(words).code == 0, "the only author has a commit here before the range")
    try test.git(
      "commit", "--quiet", "--allow-empty", "--author=New <new@example.com>", "-m", "feat: mine")
    let whole = await test.deed(words)
    #expect(whole.output.contains("New (first contribution)"))
    let unknown = try await test.clone(options: ["--depth=5"]).deed(words)
    #expect(unknown.code == 2 && unknown.output.isEmpty)
    #expect(unknown.error.contains("git fetch --unshallow"), "\(unknown.error)")
  }
}
