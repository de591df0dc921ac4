import Release
import Testing

@Suite struct `Release notes of what was squashed or copied` {
  @Test(
    arguments: [
      (
        "feat: a (#1)\n\nfix: b (#2)\n\nperf(x): c\nmore of c",
        ["Features: a (#1)", "Bug Fixes: b (#2, #1)", "Performance Improvements: c (#1)"]
      ),
      ("feat: a\n\n* feat: a1\n* fix: typo", ["Features: a"]),
      ("feat: a\n\n* feat!: drop b", ["Breaking Changes: drop b", "Features: a"]),
      (
        "Better login (#3)\n\n* feat: form\n\n* fix(ui): colour\n\n* wip\n\n* docs: x",
        ["Features: form (#3)", "Bug Fixes: colour (#3)"]
      ),
      ("検索 (#3)\n\n* feat：絞り込み\n* fix：並び順", ["Features: 絞り込み (#3)", "Bug Fixes: 並び順 (#3)"]),
      ("Better login (#3)\n\n* wip\n* docs: x", ["Other Changes: Better login (#3)"]),
      ("chore: release\n\nfeat: a", ["Features: a"]),
      ("feat: a\n\nfix: #12", ["Features: a (#12)"]),
      ("feat: a\n\nNote: this is prose\nand so on\nfix: no start", ["Features: a"]),
      ("feat: a\n\n    fix: in code", ["Features: a"]),
      ("fix: a\n\nfix: a", ["Bug Fixes: a"]),
    ] as [(String, [String])])
  func `list each change of a squashed body`(_ message: String, _ lines: [String]) {
    let notes = notes([commit(1, message)])
    #expect(shown([commit(1, message)]) == lines)
    #expect(notes.counts.considered == 1 && notes.counts.shown == 1)
  }

  @Test(
    arguments: [
      ("feat: a\n\nRelease-Note: Told (better)", ["Features: Told (better)"]),
      ("docs: a\n\nRelease-note: Told\n  at length", ["Other Changes: Told at length"]),
      ("a\n\nRelease-Note: One\nRelease-Note: Two", ["Other Changes: One", "Other Changes: Two"]),
      ("feat!: a\n\nRelease-Note: Told", ["Breaking Changes: Told"]),
      ("feat!: a\n\nRelease-Note: none", ["Breaking Changes: a"]),
      ("feat: a\n\nRelease-Note: NONE", []),
    ] as [(String, [String])])
  func `tell what a trailer says instead of the subject`(_ message: String, _ lines: [String]) {
    #expect(shown([commit(1, message)]) == lines)
  }

  @Test func `say why they are silent`() {
    #expect(
      hidden([commit(1, "feat: a\n\nRelease-Note: none")]) == [id(1): "release note none"])
  }

  @Test func `let a merge's own note stand for its branch`() {
    let commits = [
      commit(3, "Merge branch 'x'\n\nRelease-Note: Told", parents: [1, 2]),
      commit(2, "feat: x", parents: [1]), commit(1, "y"),
    ]
    #expect(shown(commits) == ["Other Changes: y", "Other Changes: Told"])
  }

  @Test func `list a change once that was copied to another branch and merged back`() {
    let copy = "fix: x\n\n(cherry picked from commit \(id(1)))"
    let merged = [
      commit(4, "Merge branch 'release/1'", parents: [3, 2]), commit(3, "feat: y", parents: [1]),
      commit(2, copy), commit(1, "fix: x"),
    ]
    #expect(shown(merged) == ["Features: y", "Bug Fixes: x"])
    #expect(hidden(merged)[id(2)] == "copy of \(id(1).short)")
  }

  @Test func `list two copies of one that lies elsewhere once`() {
    let line = "(cherry picked from commit \(id(99)))"
    let commits = [
      commit(3, "fix: x\n\n\(line)\n(cherry picked from commit \(id(2)))"),
      commit(2, "fix: x\n\n\(line)"),
    ]
    #expect(shown(commits) == ["Bug Fixes: x"])
    #expect(hidden(commits) == [id(3): "copy of \(id(2).short)"])
  }

  @Test func `hide what the release before has as a copy, or is copied from there`() {
    let before = [
      commit(15, "Revert \"fix: z\"\n\nThis reverts commit \(id(14)).", parents: [14]),
      commit(14, "fix: z\n\n(cherry picked from commit \(id(4)))", parents: [13]),
      commit(13, "feat!: w\n\n(cherry picked from commit \(id(5)))", parents: [12]),
      commit(12, "fix: y"),
      commit(11, "fix: x\n\n(cherry picked from commit \(id(1)))"),
    ]
    let commits = [
      commit(6, "Revert \"fix: x\"\n\nThis reverts commit \(id(1)).", parents: [5]),
      commit(5, "feat!: w", parents: [4]), commit(4, "fix: z", parents: [3]),
      commit(3, "fix: v", parents: [2]),
      commit(2, "fix: y\n\n(cherry picked from commit \(id(12)))", parents: [1]),
      commit(1, "fix: x"),
    ]
    let notes = ReleaseNotes(
      release: "v2.0.0", previous: "v1.0.1", range: "v1.0.1..v2.0.0", commits: commits,
      before: before)
    #expect(
      notes.groups.flatMap { group in group.entries.map { "\(group.title): \($0.subject)" } }
        == ["Breaking Changes: w", "Bug Fixes: v", "Bug Fixes: z", "Reverts: Revert \"fix: x\""])
    #expect(
      notes.hidden.map(\.why)
        == ["reverted by \(id(6).short)", "released before as \(id(12).short)"])
  }

  @Test func `show the copy of what was taken back`() {
    let commits = [
      commit(3, "fix: x\n\n(cherry picked from commit \(id(1)))", parents: [2]),
      commit(2, "Revert \"fix: x\"\n\nThis reverts commit \(id(1)).", parents: [1]),
      commit(1, "fix: x"),
    ]
    #expect(shown(commits) == ["Bug Fixes: x"])
  }

  @Test func `name what was not understood`() {
    let commits = [
      commit(6, "feat: x"), commit(5, "fixup! gone"), commit(4, "deps: x"), commit(3, "Tidy"),
      commit(2, "Tidy\n\nRelease-Note: Told"), commit(1, "Tid\u{FFFD}"),
    ]
    #expect(
      notes(commits).unclear.map { "\($0.why)" } == [
        "not readable as text", "no type", "unknown type deps", "nothing here to fold into: gone",
      ])
  }

  @Test(arguments: [
    ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com", true),
    ("Renovate Bot", "bot@renovateapp.com", true), ("GitHub Actions", "a@b", true),
    ("angular-robot", "a@b", true), ("Abbot", "abbot@example.org", false),
    ("Bot", "a@example.org", false), ("bors", "a@b", true),
    ("Copilot", "198982749+Copilot@users.noreply.github.com", true),
    ("copilot-swe-agent[bot]", "a@b", true), ("GitHub Copilot", "a@b", true),
    ("Hana", "175728472+copilot@users.noreply.github.com", true), ("Hana", "1+hana@b", false),
  ])
  func `tell programs from people`(_ name: String, _ email: String, _ isBot: Bool) {
    #expect(Person(name: name, email: email).isBot == isBot)
  }
}

@Suite struct `Release notes in groups of one's own` {
  private func shown(_ messages: [String], _ rules: NotesRules) -> [String] {
    let commits = messages.enumerated().reversed().map { commit($0 + 1, $1) }
    let notes = ReleaseNotes(
      release: nil, previous: nil, range: "", commits: commits, rules: rules)
    return notes.groups.flatMap { group in group.entries.map { "\(group.title): \($0.subject)" } }
  }

  @Test func `have the groups of Keep a Changelog`() {
    let messages = [
      "feat: a", "Add b", "Removed c", "fix!: d", "Fixes e", "perf: f", "g", "security: h",
      "docs: i", "Deprecate j", "Revert \"x\"\n\nThis reverts commit \(id(99)).",
    ]
    #expect(
      shown(messages, NotesRules(.keepAChangelog))
        == [
          "Added: a", "Added: Add b", "Changed: perf f", "Changed: g", "Deprecated: Deprecate j",
          "Removed: Removed c", "Removed: Revert \"x\"", "Fixed: d", "Fixed: Fixes e",
          "Security: h",
        ].map { $0.replacing("perf f", with: "f") })
  }

  @Test func `lose nothing that no group asks for`() {
    var rules = NotesRules()
    rules.groups = [
      .init(title: "New", types: ["feat"]), .init(title: "Dependencies", types: ["deps"]),
    ]
    rules.hidden = ["wip"]
    let messages = ["feat!: a", "deps(ui): b", "wip: c", "docs: d", "e", "feature: f"]
    #expect(
      shown(messages, rules) == [
        "New: a", "New: f", "Dependencies: b", "Other Changes: d", "Other Changes: e",
      ])
  }
}
