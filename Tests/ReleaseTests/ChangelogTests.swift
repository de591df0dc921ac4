import Release
import Testing

@Suite struct `A changelog` {
  private func notes(
    _ commits: [HistoryCommit], since previous: String = "v1.0.0", compare: String? = nil
  ) -> ReleaseNotes {
    ReleaseNotes(
      release: "v1.1.0", previous: previous, range: "", commits: commits,
      rules: NotesRules(.keepAChangelog), compare: compare)
  }

  private var commits: [HistoryCommit] {
    [commit(3, "docs: c"), commit(2, "fix: b (#2)"), commit(1, "feat(api): a")]
  }

  private func updated(
    _ text: String, to tag: String = "v1.1.0", _ commits: [HistoryCommit]? = nil,
    compare: String? = nil, isWritten: Bool = false, former: [HistoryCommit] = []
  ) -> String {
    var changelog = Changelog(Array(text.utf8), prefix: "v")
    changelog.update(
      Changelog.Release(
        version: version(tag), date: "2026-01-31",
        notes: notes(commits ?? self.commits, compare: compare), isWritten: isWritten,
        former: former.map { notes([$0]) }))
    return String(decoding: changelog.bytes, as: UTF8.self)
  }

  private let entries = """
    ### Added

    - **api:** a (00000001)

    ### Fixed

    - b (#2, 00000002)

    """

  @Test func `is begun where there is none`() {
    #expect(updated("") == "# Changelog\n\n## 1.1.0 - 2026-01-31\n\n\(entries)")
    let compare = "https://example.org/compare/v1.0.0...v1.1.0"
    #expect(
      updated("", compare: compare)
        == "# Changelog\n\n## [1.1.0] - 2026-01-31\n\n\(entries)\n[1.1.0]: \(compare)\n")
  }

  @Test(arguments: ["\n", "\r\n"])
  func `takes over what stands under Unreleased, and keeps the rest byte for byte`(_ end: String) {
    func lines(_ text: String) -> String { text.replacing("\n", with: end) }
    let top = "\u{FEFF}# Changelog\n\nAll  of it.\t\n\n## [Unreleased]\n"
    let written = "\n### Added\n\n* By hand  \n\n### Security\n\n- Careful\n"
    let rest = "\n## [1.0.0] -  2025-12-31 [YANKED]\n### Added\n- x\n\n\n"
    let links = """
      [Unreleased]: https://example.org/compare/v1.0.0...HEAD
      [1.0.0]: https://example.org/releases/v1.0.0

      """
    let expected =
      top + "\n## [1.1.0] -  2026-01-31\n" + """

        ### Added

        * By hand\("  ")
        - **api:** a (00000001)

        ### Fixed

        - b (#2, 00000002)

        ### Security

        - Careful

        """ + rest + """
        [Unreleased]: https://example.org/compare/v1.1.0...HEAD
        [1.1.0]: https://example.org/compare/v1.0.0...v1.1.0
        [1.0.0]: https://example.org/releases/v1.0.0

        """
    let once = updated(lines(top + written + rest + links))
    #expect(once == lines(expected))
    #expect(updated(once) == once, "nothing is put in twice")
  }

  @Test(arguments: [
    ("v", "v1.0.0...HEAD", "v1.1.0...HEAD"), ("v", "v1.0.0...main", "v1.1.0...main"),
    ("v", "v1.0.0..develop", "v1.1.0..develop"),
    ("v", "v1.0.0...release/1.x?expand=1", "v1.1.0...release/1.x?expand=1"),
    ("v", "1.0.0...main \"x\"", "v1.1.0...main \"x\""), ("v", "0123abcd...HEAD", "v1.1.0...HEAD"),
    ("v", "v0.9.0...HEAD", "v1.1.0...HEAD"),
    ("api/v", "api/v1.0.0...HEAD", "api/v1.1.0...HEAD"),
    ("api/v", "api/1.0.0...main", "api/v1.1.0...main"),
    ("x/y/", "x/y/1.0.0...HEAD", "x/y/1.1.0...HEAD"),
    ("compare/", "compare/1.0.0...main", "compare/1.1.0...main"),
    ("", "1.0.0...HEAD", "1.1.0...HEAD"),
    ("web-", "web-1.0.0...main", "web-1.1.0...main"),
  ])
  func `moves the address of Unreleased on, whatever its ends are`(
    _ prefix: String, _ old: String, _ new: String
  ) throws {
    let address = "https://example.org/o/compare/compare/"
    let text = "# C\n\n## [Unreleased]\n\n- x\n\n## [1.0.0]\n\n[Unreleased]: \(address)\(old)\n"
    var changelog = Changelog(Array(text.utf8), prefix: prefix)
    let release = ReleaseVersion(prefix: prefix, number: version("v1.1.0").number)
    changelog.update(
      Changelog.Release(
        version: release, date: "2026-01-31", notes: notes([], since: "\(prefix)1.0.0"),
        isWritten: true))
    let updated = String(decoding: changelog.bytes, as: UTF8.self)
    let dots = old.contains("...") ? "..." : ".."
    let end = try #require(old.firstRange(of: dots)).upperBound
    let own = "\(prefix)1.0.0\(dots)\(release)" + old[end...].drop { !" ?".contains($0) }
    #expect(
      updated == "# C\n\n## [Unreleased]\n\n## [1.1.0]\n\n- x\n\n## [1.0.0]\n\n"
        + "[Unreleased]: \(address)\(new)\n[1.1.0]: \(address)\(own)\n")
  }

  @Test(arguments: [
    "https://x/compare/stable...main", "https://x/o/r", "https://x/compare/v1.0.0...", "../main",
    "https://x/compare/v1.0.0....HEAD",
  ])
  func `leaves alone an address that compares nothing it knows`(_ address: String) {
    let text = "# C\n\n## [Unreleased]\n\n- x\n\n## [1.0.0]\n\n[Unreleased]: \(address)\n"
    #expect(updated(text, isWritten: true).hasSuffix("\n[Unreleased]: \(address)\n"))
    #expect(
      updated(text, compare: "https://x/c").hasSuffix(
        "\n[Unreleased]: \(address)\n[1.1.0]: https://x/c\n"))
  }

  @Test(arguments: [
    (
      "\n### Added\n\n### Changed\n\n### Fixed\n\n- one\n\n",
      "\n### Added\n\n### Changed\n\n## 1.1.0\n\n### Fixed\n\n- one\n\n"
    ),
    (
      "### Added\n### Changed\n### Fixed\n- one\n### Security\n",
      "### Added\n### Changed\n### Security\n\n## 1.1.0\n### Fixed\n- one\n"
    ),
    (
      "\nTo come.\n\n### Added\n  \n#### API\n\n- one\n\n### Fixed\n\n\n",
      "\n### Fixed\n\n\n## 1.1.0\n\nTo come.\n\n### Added\n  \n#### API\n\n- one\n\n"
    ),
    ("\n### Added\n\n", "\n### Added\n\n## 1.1.0\n\nNo notable changes.\n\n"),
  ])
  func `leaves groups without entries under Unreleased`(_ old: String, _ new: String) {
    let rest = "## 1.0.0\n"
    #expect(
      updated("# C\n\n## Unreleased\n\(old)\(rest)", isWritten: true)
        == "# C\n\n## Unreleased\n\(new)\(rest)")
    let end = updated("## Unreleased\n\n### Fixed\n\n- one\n\n### Security", isWritten: true)
    #expect(
      end == "## Unreleased\n\n### Security\n\n## 1.1.0 - 2026-01-31\n\n### Fixed\n\n- one\n")
    let full = updated("# C\n\n## Unreleased\n\(old)\(rest)")
    #expect(updated(full) == full)
  }

  @Test(arguments: [
    ("- one\n", "- one\n"), ("- one\n  more\n", "- one\n  more\n"),
    ("- one\nlazy\n", "- one\nlazy\n"),
    ("- one\n\n  more\n", "- one\n\n  more\n"),
    ("- one\n\nRead the guide.\n", "- one\n\nRead the guide.\n\n"), ("1. one\n", "1. one\n\n"),
    ("Read the\nguide.\n", "Read the\nguide.\n\n"),
  ])
  func `adds entries below a list, and with a blank line below other text`(
    _ old: String, _ new: String
  ) {
    let text = "# C\n\n## Unreleased\n\n### Fixed\n\n\(old)\n## 1.0.0\n"
    let once = updated(text, [commit(2, "fix: b (#2)")])
    #expect(
      once
        == "# C\n\n## Unreleased\n\n## 1.1.0\n\n### Fixed\n\n\(new)- b (#2, 00000002)\n\n## 1.0.0\n"
    )
    #expect(updated(once, [commit(2, "fix: b (#2)")]) == once)
  }

  @Test func `keeps words that were changed, adds what is new and drops what is gone`() {
    let once = updated("# Changelog\n\n## 1.0.0\n")
    let edited = once.replacing("- **api:** a (", with: "- All of *a*, at last (")
    #expect(updated(edited) == edited)
    let later = updated(
      edited, [commit(5, "fix: e"), commit(4, "Remove d"), commit(1, "feat(api): a")],
      former: [commit(2, "fix: b (#2)")])
    #expect(
      later == """
        # Changelog

        ## 1.1.0

        ### Added

        - All of *a*, at last (00000001)

        ### Removed

        - Remove d (00000004)

        ### Fixed

        - e (00000005)

        ## 1.0.0

        """)
  }

  @Test(arguments: [
    ("## [1.0.0] - 2025-12-31", "## [1.1.0] - 2026-01-31"),
    ("## v1.0.0 (2025-12-31)", "## v1.1.0 (2026-01-31)"),
    ("# 1.0.0", "# 1.1.0"), ("### [v1.0.0]", "### [v1.1.0]"),
    ("1.0.0\n-----", "## 1.1.0"), ("## Version 1.0.0", "## Version 1.1.0"),
    ("## v1.0.0 / 2025-12-31", "## v1.1.0 / 2026-01-31"),
    ("## [1.0.0](https://x/y) (2025-12-31)", "## 1.1.0 (2026-01-31)"),
    ("## 1.0.0 (31 December 2025)", "## 1.1.0 (2026-01-31)"),
    ("## 1.0.0, Dec 31, 2025", "## 1.1.0, 2026-01-31"),
    ("## [1.0.0] — 2025/12/31", "## [1.1.0] — 2026-01-31"),
    ("## 1.0.0（2025年12月31日）", "## 1.1.0（2026-01-31）"), ("## 1.0.0 \"Kiwi 2025\"", "## 1.1.0"),
    ("## 1.0.0 <small>(2025-12-31)</small>", "## 1.1.0"), ("## 1.0.0 - Windows 2000", "## 1.1.0"),
  ])
  func `has headings that look like those it had`(_ old: String, _ new: String) {
    #expect(updated("\(old)\n\n- x\n", isWritten: true).split(separator: "\n")[0] == new)
  }

  @Test(arguments: ["*", "+", "-"])
  func `has entries and groups that look like those it had`(_ mark: String) {
    let old = "# 1.0.0\n\n\n### Added\n\n\(mark) x\n"
    let new = updated(old)
    #expect(
      new == "# 1.1.0\n\n"
        + entries.replacing("\n- ", with: "\n\(mark) ") + "\n" + old)
    #expect(updated(new) == new)
    let later = updated(
      new, [commit(4, "feat: d"), commit(1, "feat(api): a")], former: [commit(2, "fix: b (#2)")])
    #expect(later.contains("\(mark) **api:** a (00000001)\n\(mark) d (00000004)\n\n# 1.0.0"))
  }

  @Test func `has a patch as the patches before it, and others as the others`() {
    let old = """
      # Change Log

      ### [1.0.1](https://x/y) (2025-12-31)

      ### Bug Fixes

      * x

      ## [1.0.0](https://x/z) (2025-12-30)

      ### Features

      * y

      """
    let minor = updated(old, isWritten: true)
    #expect(minor.contains("\n## 1.1.0 (2026-01-31)\n\nNo notable changes.\n\n### [1.0.1]"))
    let patch = updated(old, to: "v1.0.2", compare: "https://x/c")
    #expect(patch.contains("\n### [1.0.2](https://x/c) (2026-01-31)\n\n### Added\n\n* **api:** a"))
    #expect(patch.hasSuffix("\n\n" + old.dropFirst(14)))
    #expect(updated(patch, to: "v1.0.2", compare: "https://x/c") == patch)
  }

  @Test(arguments: [
    ("### Features", NotesRules.Preset.conventional), ("## Bug Fixes", .conventional),
    ("### Added\n### Features", .keepAChangelog), ("### Fixed", .keepAChangelog),
    ("Features", .keepAChangelog),
  ])
  func `has the groups that it had`(_ text: String, _ preset: NotesRules.Preset) {
    #expect(Changelog(Array(text.utf8), prefix: "v").preset == preset)
  }

  @Test(arguments: ["\n", "\n\n"])
  func `keeps anchors with their headings`(_ gap: String) {
    let old = "<a name=\"1.0.0\"></a>\(gap)# 1.0.0 (2025-12-31)\n\n* x\n"
    let new = updated("# Changes\n\n" + old)
    #expect(
      new.hasPrefix("# Changes\n\n<a name=\"1.1.0\"></a>\(gap)# 1.1.0 (2026-01-31)\n\n## Added"))
    #expect(new.hasSuffix("* b (#2, 00000002)\n\n" + old))
    #expect(updated(new) == new)
  }

  @Test(
    arguments: [
      ("- A.", "**api:** a"), ("* api: A", "**api:** a"), ("- Mends what b broke (see\n  #2)", "b"),
      ("- **b** ([#2](https://x/2))", "b"), ("- Fixed B, at last (!2, #2)", "b"),
      ("- #2: no more of it", "b"), ("- No more of it, see #2.", "b"), ("- Fixes #2 at last", "b"),
    ])
  func `does not tell what people wrote already`(_ written: String, _ entry: String) {
    let text = "# C\n\n## Unreleased\n\n### Changed\n\n\(written)\n\n## 1.0.0\n"
    let new = updated(text)
    #expect(new.contains(written) && !new.contains("- \(entry) ("), "\(new)")
    let other = entry == "b" ? "**api:** a" : "b"
    #expect(new.contains(" \(other) ("))
    #expect(updated(new) == new)
  }

  @Test func `tells what only looks like something that was written`() {
    let text =
      "# C\n\n## Unreleased\n\n- x (#22)\n- other/b#2\n- a b\n"
      + "- Say that #1 and #2 are open (for now) in the docs\n\n## 1.0.0\n"
    let new = updated(text)
    #expect(new.contains("- **api:** a (00000001)") && new.contains("- b (#2, 00000002)"))
    let more = updated(new, [commit(9, "fix: more (#2)")] + commits)
    #expect(
      more.contains("- more (#2, 00000009)"), "an entry that was generated says nothing of it")
  }

  @Test func `tells what breaks, though its number is written already`() {
    let text = "# C\n\n## Unreleased\n\n- Paging (#12)\n\n## 1.0.0\n"
    let new = updated(
      text, [commit(7, "feat!: drop the old API\n\nRefs: #12"), commit(8, "feat: page (#12)")])
    #expect(new.contains("drop the old API (#12, 00000007)") && !new.contains("- page ("), "\(new)")
  }

  @Test func `gets a backport among its own, and leaves Unreleased alone`() {
    let text = "# C\n\n## Unreleased\n\n- x\n\n## 2.0.0\n\n- y\n\n## 1.0.0\n\n- z\n"
    let new = updated(text)
    #expect(new.replacing("## 1.1.0\n\n\(entries)\n", with: "") == text)
    #expect(new.contains("- y\n\n## 1.1.0\n"))
    #expect(updated(new) == new)
  }

  @Test func `takes only what was written, where that is wanted`() {
    let text = "# C\n\n## [Unreleased]\n\n- x\n\n## [1.0.0] - 2025-12-31\n"
    #expect(
      updated(text, isWritten: true)
        == "# C\n\n## [Unreleased]\n\n## [1.1.0] - 2026-01-31\n\n- x\n\n## [1.0.0] - 2025-12-31\n")
    let empty = updated("# C\n\n## [Unreleased]\n\n## [1.0.0] - 2025-12-31\n", isWritten: true)
    #expect(empty.contains("## [1.1.0] - 2026-01-31\n\nNo notable changes.\n\n## [1.0.0]"))
    #expect(updated(empty).contains("## [1.1.0] - 2026-01-31\n\n### Added"))
  }

  @Test(arguments: [
    "Nothing but prose", "# Title", "Prose\n\n```\n## 9.9.9\n```\n<!-- ## 8.8.8\n## 7.7.7 -->\n",
    "\n\n\n", "a\r\n\r\nb", "[x]: y",
  ])
  func `without versions keeps all that it has`(_ text: String) {
    let new = updated(text)
    let end = text.contains("\r\n") ? "\r\n" : "\n"
    let added = "## 1.1.0 - 2026-01-31\n\n\(entries)".replacing("\n", with: end)
    #expect(new.contains(added))
    let kept = new.replacing(added, with: "").filter { !$0.isNewline }
    #expect(kept == text.filter { !$0.isNewline })
    #expect(updated(new) == new)
  }

  @Test func `of hundreds of releases keeps them all`() {
    let old = (0..<300).reversed().map { "## 0.\($0).0\n\n- x\n" }.joined(separator: "\n")
    let many = (1...200).reversed().map { commit($0, "feat: \($0)") }
    #expect(updated(old, many).hasSuffix(old))
  }
}
