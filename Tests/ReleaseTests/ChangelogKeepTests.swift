import Release
import Testing

/// What people wrote in a changelog, and what is theirs though it looks generated.
@Suite struct `A changelog keeps` {
  private func notes(_ commits: [HistoryCommit]) -> ReleaseNotes {
    ReleaseNotes(
      release: "v1.1.0", previous: "v1.0.0", range: "", commits: commits,
      rules: NotesRules(.keepAChangelog))
  }

  private func updated(
    _ text: String, _ commits: [HistoryCommit], former: [HistoryCommit] = []
  ) -> String {
    var changelog = Changelog(Array(text.utf8), prefix: "v")
    changelog.update(
      Changelog.Release(
        version: version("v1.1.0"), date: "2026-01-31", notes: notes(commits),
        former: former.map { notes([$0]) }))
    return String(decoding: changelog.bytes, as: UTF8.self)
  }

  private let begin = "# C\n\n## 1.1.0\n\n### Fixed\n\n"

  @Test(arguments: [
    "- Update the time zone database (20260101)",
    "- Vendored zlib ([deadbeef](https://github.com/madler/zlib/commit/deadbeef))",
    "- Numbers have eight digits (as 12345678)\n\n  All of them.",
    "- b, said otherwise (#7, 0000000b)", "- b (0000000b)\n  - and how that was found",
    "- unknown here (0000000c)",
  ])
  func `what ends as generated entries do and is none`(_ line: String) {
    let new = updated(begin + line + "\n", [commit(1, "fix: a")], former: [commit(11, "fix: b")])
    #expect(new == begin + line + "\n- a (00000001)\n")
    #expect(updated(new, [commit(1, "fix: a")], former: [commit(11, "fix: b")]) == new)
  }

  @Test func `no entry that is as it was generated for a commit which is gone`() {
    let old = begin + "- b (#7, 0000000b)\n  - more\n- c (0000000c)\n"
    let former = [commit(11, "fix!: b\n\nBREAKING CHANGE: more\n\nRefs: #7"), commit(12, "fix: c")]
    let marked = old.replacing("- b", with: "- **Breaking:** b")
    #expect(updated(marked, [commit(1, "fix: a")], former: former) == begin + "- a (00000001)\n")
  }

  @Test func `words that were changed where a rebase or a squash made other commits`() {
    let old =
      begin + "- No more crashes, thanks to Léa (#6, 0000000b)\n- c (#6, 0000000c)\n"
      + "- D, at last (0000000d)\n- Mine (#6, 20260101)\n"
    let former = [commit(12, "fix: c (#6)"), commit(13, "fix: d")]
    let new = updated(
      old,
      [
        commit(4, "fix: e"), commit(3, "fix: d"), commit(2, "fix: c (#6)"),
        commit(1, "fix: b (#6)"),
      ],
      former: former)
    #expect(
      new == begin + "- No more crashes, thanks to Léa (#6, 00000001)\n- c (#6, 00000002)\n"
        + "- D, at last (00000003)\n- Mine (#6, 20260101)\n- e (00000004)\n")
  }

  @Test func `no break unsaid for the number of what was told before`() {
    let new = updated(
      begin + "- Words (#6, 0000000b)\n", [commit(1, "fix!: b (#6)")],
      former: [commit(11, "fix: x (#6)")])
    #expect(new == begin + "- Words (#6, 0000000b)\n- **Breaking:** b (#6, 00000001)\n")
  }

  @Test(arguments: [
    "```sh\n# stop the server first\nmake migrate\n```",
    "<!--\n### Fixed\n\n- x (0000000b)\n-->", "~~~md\n## 1.0.0\n\n### Fixed\n- x (0000000b)\n~~~",
    "```\n**Fixed**\n```",
  ])
  func `code and comments, and says nothing there`(_ code: String) {
    let commits = [commit(1, "fix: a"), commit(2, "feat: b")]
    let end = "\n\n## 1.0.0\n"
    let new = updated(begin + "- y\n\n" + code + end, commits, former: [commit(11, "fix: x")])
    #expect(
      new == "# C\n\n## 1.1.0\n\n### Added\n\n- b (00000002)\n\n### Fixed\n\n- y\n\n\(code)\n\n"
        + "- a (00000001)\(end)")
    #expect(updated(new, commits, former: [commit(11, "fix: x")]) == new)
    let head = "# C\n\n\(code)\n\n"
    #expect(updated(head, commits).hasPrefix(head + "## 1.1.0"))
  }

  @Test(arguments: [
    ("<a name=\"1.1.0\"></a>\n", "1.1.0"), ("<a id=\"next\"></a>\n\n", "1.1.0"),
    ("<a name=\"thanks\"></a>\n<a id=\"next\"></a>\n", "1.1.0"),
    ("", "<a name=\"1.1.0\"></a>1.1.0"),
  ])
  func `places to link to at a heading that waits`(_ above: String, _ heading: String) {
    let old = "# C\n\n\(above)## \(heading) - TBD\n\n- mine\n\n"
    let rest = "## 1.0.0 - 2025-12-31\n"
    let end = " - 2026-01-31\n\n- mine\n\n### Fixed\n\n- a (00000001)\n\n"
    let new = updated(old + rest, [commit(1, "fix: a")])
    #expect(new == "# C\n\n\(above)## \(heading)\(end)\(rest)")
    #expect(updated(new, [commit(1, "fix: a")]) == new)
    let anchored = updated(old + "<a name=\"1.0.0\"></a>\n" + rest, [commit(1, "fix: a")])
    let added = above.contains("1.1.0") ? "" : "<a name=\"1.1.0\"></a>\n"
    #expect(
      anchored == "# C\n\n\(above)\(added)## \(heading)\(end)<a name=\"1.0.0\"></a>\n\(rest)")
  }

  @Test func `what another program told of a commit, by seven digits`() {
    let old = begin + "- b, as told ([0000002](https://example.com/commit/0000002))\n"
    #expect(updated(old, [commit(0x21, "fix: b")]) == old)
    #expect(updated(old, [commit(0x31, "fix: b")]) == old + "- b (00000031)\n")
  }

  @Test func `code without an end`() {
    let new = updated(begin + "- y\n\n```\n# z\n", [commit(1, "fix: a")])
    #expect(new == begin + "- y\n- a (00000001)\n\n```\n# z\n")
  }

  @Test func `a byte order mark before the first heading`() {
    let old = "## 1.0.0\n\n- x\n"
    let new = updated("\u{FEFF}" + old, [commit(1, "fix: a")])
    #expect(
      new.unicodeScalars.elementsEqual(
        ("\u{FEFF}## 1.1.0\n\n### Fixed\n\n- a (00000001)\n\n" + old).unicodeScalars))
  }

  @Test(arguments: [
    ("### fixed", "### added"), ("### Fixed:", "### \u{1F680} Added"), ("### 🐛 Fixed", "### Added"),
    ("### :bug: Fixed", "### Added"), ("**Fixed**", "**Added**"), ("**Fixed:**", "**Added**"),
  ])
  func `the headings of groups as people write them`(_ fixed: String, _ added: String) {
    let rest = "## 1.0.0\n\n\(added)\n\n- z\n"
    let new = updated(
      "# C\n\n## 1.1.0\n\n\(fixed)\n\n- y\n\n" + rest, [commit(1, "fix: a"), commit(2, "feat: b")])
    #expect(
      new == "# C\n\n## 1.1.0\n\n\(added)\n\n- b (00000002)\n\n\(fixed)\n\n- y\n- a (00000001)\n\n"
        + rest)
  }

  @Test func `the groups of a program that puts signs before them`() {
    let text = "# C\n\n## 1.0.0\n\n### 🚀 Features\n\n### 🐛 Bug Fixes\n"
    #expect(Changelog(Array(text.utf8), prefix: "v").preset == .conventional)
  }
}
