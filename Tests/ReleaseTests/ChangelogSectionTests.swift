import Release
import Testing

/// Where sections stand, whose they are, and where their headings lead.
@Suite struct `A changelog's sections` {
  private func updated(
    _ text: String, to version: ReleaseVersion = version("v1.1.0"),
    since previous: String? = "v1.0.0",
    compare: String? = nil, names: Changelog.Names = Changelog.Names(prefix: "v")
  ) -> String {
    var changelog = Changelog(Array(text.utf8), names: names)
    let notes = ReleaseNotes(
      release: "\(version)", previous: previous, range: "", commits: [commit(1, "feat: a")],
      rules: NotesRules(.keepAChangelog), compare: compare)
    changelog.update(Changelog.Release(version: version, date: "2026-01-31", notes: notes))
    return String(decoding: changelog.bytes, as: UTF8.self)
  }

  private let entries = "\n\n### Added\n\n- a (00000001)\n"

  @Test func `of several packages in one file all stay, each with its whole tag`() {
    let api = ReleaseVersion(prefix: "api/v", number: version("v0.1.0").number)
    let names = Changelog.Names(prefix: "api/v", others: ["v", "web-"], isShared: true)
    for heading in [
      "## 0.1.0 - 2025-12-31", "## v0.1.0", "## web-0.1.0", "## [web-9.0.0] - 2025-01-01",
    ] {
      let old = "# C\n\n\(heading)\n\n### Added\n\n- x (00000009)\n"
      let new = updated(old, to: api, since: nil, names: names)
      let date = heading.contains(" - ") ? " - 2026-01-31" : ""
      let own = heading.contains("[") ? "[api/v0.1.0]" : "api/v0.1.0"
      #expect(new == "# C\n\n## \(own)\(date)\(entries)\n" + old.dropFirst(5))
      #expect(updated(new, to: api, since: nil, names: names) == new)
      let later = ReleaseVersion(prefix: "api/v", number: version("v0.2.0").number)
      let more = updated(new, to: later, since: "api/v0.1.0", names: names)
      #expect(more.hasPrefix("# C\n\n## \(own.replacing("0.1.0", with: "0.2.0"))"))
      #expect(more.hasSuffix("\n\n" + new.dropFirst(5)))
    }
    let mixed = updated(
      "# C\n\n## api/v1.1.0\n\n- x (00000009)\n",
      names: Changelog.Names(prefix: "v", others: ["api/v"]))
    #expect(mixed == "# C\n\n## 1.1.0\(entries)\n## api/v1.1.0\n\n- x (00000009)\n")
  }

  @Test(arguments: [
    "Next", "next release", "main (unreleased)", "🚧 Unreleased 🚧", "[Unreleased] (next)",
    "[未リリース]", "次のリリース", "미출시", "다음 릴리스", "Upcoming",
  ])
  func `for what is to come have many names`(_ name: String) {
    let text = "# C\n\n## \(name)\n\n- x\n\n## 1.0.0\n\n- y\n"
    let isBracketed = name.hasPrefix("[")
    #expect(updated(text).hasPrefix("# C\n\n## \(name)\n\n## 1.1.0\n\n- x\n"))
    if isBracketed, name.hasSuffix("]") {
      let link = "\n\(name): https://x/compare/v1.0.0...HEAD\n"
      #expect(updated(text + link).contains("\n\(name): https://x/compare/v1.1.0...HEAD\n"))
    }
  }

  @Test(arguments: [
    "[1.1.0] - TBD", "1.1.0 (unreleased)", "[1.1.0-SNAPSHOT] - unreleased", "v1.1.0-SNAPSHOT",
    "1.1.0 – 未リリース", "1.1.0 (미정)",
  ])
  func `of a version to come become that version's, and no other's`(_ name: String) {
    let rest = "## [1.0.0] - 2025-12-31\n\n- y\n"
    let text = "# C\n\n## \(name)\n\n- x\n\n\(rest)"
    let new = updated(text)
    #expect(new == "# C\n\n## [1.1.0] - 2026-01-31\n\n- x\(entries)\n\(rest)")
    #expect(updated(new) == new)
    let links = "[1.1.0]: https://x/compare/v1.0.0...HEAD\n[1.0.0]: https://x/v1.0.0\n"
    let compare = "https://x/compare/v1.0.0...v1.1.0"
    let linked = updated(text + "\n" + links, compare: compare)
    #expect(linked.hasSuffix("\n[1.1.0]: \(compare)\n[1.0.0]: https://x/v1.0.0\n"), "\(linked)")
    let patch = updated(text, to: version("v1.0.1"))
    #expect(patch == "# C\n\n## \(name)\n\n- x\n\n## [1.0.1] - 2026-01-31\(entries)\n\(rest)")
    let candidate = updated(text, to: version("v1.1.0-rc.1"))
    #expect(candidate.contains("## \(name)\n\n- x\n"))
  }

  @Test(arguments: ["Next steps", "Unreleasedish", "リリース手順", "Upcoming changes in 2.0"])
  func `with other names are left alone`(_ name: String) {
    let text = "# C\n\n## \(name)\n\n- x\n\n## 1.0.0\n\n- y\n"
    #expect(updated(text).contains("## \(name)\n\n- x\n"))
  }

  @Test func `of a file for several move the address of Unreleased only where it is theirs`() {
    let old =
      "# C\n\n## Unreleased\n\n## [web-1.0.0]\n\n[Unreleased]: https://x/compare/web-1.0.0...HEAD\n"
    let names = Changelog.Names(prefix: "api/v", others: ["web-"], isShared: true)
    let api = ReleaseVersion(prefix: "api/v", number: version("v1.1.0").number)
    let new = updated(old, to: api, since: "api/v1.0.0", compare: "https://x/c", names: names)
    #expect(new.contains("[Unreleased]: https://x/compare/web-1.0.0...HEAD\n"))
    #expect(new.contains("\n[api/v1.1.0]: https://x/c\n"), "\(new)")
  }

  @Test(arguments: ["1.0", "shop@1.0.0", "shop 1.0.0 / 2026-01-02", "2026-01-02", "Spring"])
  func `are begun above the first of those that are of no known version`(_ title: String) {
    let old = "## \(title)\n\n- base\n\n## 0.9\n\n- old\n"
    for start in ["# Changelog\n\nAll of it.\n\n", ""] {
      let text = start + old
      #expect(Changelog(Array(text.utf8), prefix: "v").hasUnknownSections)
      let new = updated(text)
      #expect(new == "\(start)## 1.1.0 - 2026-01-31\(entries)\n\(old)")
      #expect(updated(new) == new)
      #expect(!Changelog(Array(new.utf8), prefix: "v").hasUnknownSections)
    }
    let unreleased = updated("# C\n\n## Unreleased\n\n- x\n\n\(old)")
    #expect(unreleased.hasPrefix("# C\n\n## Unreleased\n\n## 1.1.0 - 2026-01-31\n\n- x\n"))
  }

  @Test func `have brackets only where they lead somewhere, or where none do`() {
    let linked = "# C\n\n## [1.1.0]\n\n- x\n\n[1.1.0]: https://x/1\n"
    let first = updated(linked, to: version("v1.0.0"), since: nil)
    #expect(first.contains("\n## 1.0.0\n") && first.hasSuffix("\n\n[1.1.0]: https://x/1\n"))
    let bare = updated("# C\n\n## [1.1.0]\n\n- x\n", to: version("v1.0.0"), since: nil)
    #expect(bare.contains("\n## [1.0.0]\n"))
    let unreleased = updated(
      "# C\n\n## [Unreleased]\n\n[Unreleased]: https://x/commits/main\n", since: nil)
    #expect(unreleased.contains("\n## 1.1.0 - ") && unreleased.hasSuffix("/commits/main\n"))
  }

  @Test func `have their addresses in the order of versions`() {
    let old = """
      # C

      ## [1.2.0]

      - x

      ## [1.0.0]

      [Unreleased]: https://x/compare/v1.2.0...HEAD
      [1.2.0]: https://x/2
      [1.0.0]: https://x/0

      """
    let new = updated(old, compare: "https://x/1")
    #expect(
      new.hasSuffix(
        """
        [Unreleased]: https://x/compare/v1.2.0...HEAD
        [1.2.0]: https://x/2
        [1.1.0]: https://x/1
        [1.0.0]: https://x/0

        """), "\(new)")
    let oldest = updated(old, to: version("v0.9.0"), compare: "https://x/9")
    #expect(oldest.hasSuffix("[1.0.0]: https://x/0\n[0.9.0]: https://x/9\n"), "\(oldest)")
  }

  @Test(arguments: [
    "# C\n\n## [Unreleased](U)\n\n- x\n\n## [1.0.0](https://x/1) - 2025-12-31\n",
    "# C\n\n## [Unreleased]\n\n- x\n\n## [1.0.0]\n\n[Unreleased]: U\n[1.0.0]: y\n\n<!-- end -->\n",
    "# C\n\n[unreleased]: U\n[1.0.0]: y\n\n## [Unreleased]\n\n- x\n\n## [1.0.0]\n",
    "# C\n\n## [Unreleased]\n\n- x\n\n[Unreleased]: U\n\n## [1.0.0]\n\n[1.0.0]: y\n",
    "# C\n\n## [Unreleased]\n\n- x\n\n## [1.0.0]\n\n  [Unreleased]: U\n  [1.0.0]: y\n",
  ])
  func `move the address of Unreleased on wherever it stands`(_ text: String) {
    let compare = "https://x/compare/"
    let new = updated(
      text.replacing("U", with: "\(compare)v1.0.0...HEAD").replacing(
        "\(compare)v1.0.0...HEADnreleased", with: "Unreleased"))
    #expect(new.contains("\(compare)v1.1.0...HEAD") && !new.contains("v1.0.0...HEAD"), "\(new)")
    let isInline = text.contains("](")
    #expect(new.contains((isInline ? "## [1.1.0](" : "[1.1.0]: ") + "\(compare)v1.0.0...v1.1.0"))
    #expect(new.ranges(of: "v1.0.0...v1.1.0").count == 1)
    #expect(updated(new) == new)
  }

  @Test func `stay in the order of a file that begins with the oldest`() {
    let old = "# C\n\n## 1.0.0\n\n- start\n\n## 1.0.1\n\n- cart\n"
    #expect(updated(old) == old + "\n## 1.1.0\(entries)")
    #expect(updated(updated(old)) == updated(old))
    let between = updated(old + "\n## 1.2.0\n")
    #expect(between == old + "\n## 1.1.0\(entries)\n## 1.2.0\n")
    let open = updated(old + "\n## Unreleased\n\n- x\n\n[y]: z\n")
    #expect(open == old + "\n## 1.1.0\n\n- x\(entries)\n## Unreleased\n\n[y]: z\n")
    #expect(updated(open) == open)
  }

  @Test func `have their anchors on one line with their headings`() {
    let old = "## <a name=\"1.0.0\"></a>[1.0.0](https://x/c) (2025-12-31)\n\n- x\n"
    let new = updated(old, compare: "https://x/d")
    #expect(
      new == "## <a name=\"1.1.0\"></a>[1.1.0](https://x/d) (2026-01-31)\(entries)\n" + old)
    #expect(updated(new, compare: "https://x/d") == new)
  }

  @Test(arguments: [
    "**1.0.0** (2026-01-10)", "| 1.0.0 | cart |", "Version 1.0", "1.0.0:", "v1.0",
    "* Noteworthy changes in release 1.0 (2025-01-01) [stable]", "Changes in 1.0, at last",
  ])
  func `are not begun where lines name versions and no heading does`(_ line: String) {
    func named(_ text: String) -> String? { Changelog(Array(text.utf8), prefix: "v").versionInText }
    let begin = "# Changelog\n\nFor [SemVer](https://semver.org/spec/v2.0.0.html).\n\n"
    #expect(named(begin + line + "\n") == line && named(line) == line)
    #expect(named(begin + "## 1.0\n\n\(line)\n") == nil)
    #expect(named(begin + "```\n\(line)\n```\n") == nil)
  }

  @Test(arguments: [
    "All that changed since 2.0.", "- 2.0 kg more", "3 things", "10.000x faster", "x",
  ])
  func `are begun at the end where no version is named`(_ line: String) {
    let text = "# C\n\n\(line)\n"
    let changelog = Changelog(Array(text.utf8), prefix: "v")
    #expect(changelog.versionInText == nil && changelog.hasEntriesAlone == line.hasPrefix("- "))
    #expect(updated(text).hasPrefix(text + "\n## 1.1.0"))
  }

  @Test func `of a release have the words that its candidates had`() {
    let old = """
      # C

      ## 1.1.0-rc.2

      ### Added

      - All of *a*, at last (00000001)
        and more

            code

            more of it

      ## 1.1.0-rc.1

      ### Security

      - Passwords are hashed

      ## 1.0.0

      """
    let new = updated(old)
    let own = """
      # C

      ## 1.1.0

      ### Added

      - All of *a*, at last (00000001)
        and more

            code

            more of it

      ### Security

      - Passwords are hashed


      """
    #expect(new == own + old.dropFirst(5))
    #expect(updated(new) == new)
  }

  @Test func `are left alone where a merge left a conflict`() {
    func conflict(_ text: String) -> Int? { Changelog(Array(text.utf8), prefix: "v").conflict }
    let text = "<<<<<<< HEAD\n- a\n=======\n- b\n>>>>>>> other\n"
    #expect(conflict("# C\n\n" + text) == 3 && conflict("```\n\(text)```\n") == nil)
  }
}
