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
        ["Features: form (#3)", "Bug Fixes: colour (#3)", "Other Changes: Better login (#3)"]
      ),
      (
        "Better login (#3)\n\n* feat: form\n\n* Merge branch 'main' into x\n\n* test: y",
        ["Features: form (#3)"]
      ),
      (
        "Better login (#3)\n\n* form\n\n* fix: colour\n\n* feat!: drop x\n\n* wip\n* more",
        ["Breaking Changes: drop x (#3)", "Other Changes: Better login (#3)"]
      ),
      (
        "Rework (#7)\n\n* perf: cache it\n\n* Revert \"perf: cache it\"\n\nThis reverts commit 12345678.\n\n* fix: typo",
        ["Bug Fixes: typo (#7)", "Other Changes: Rework (#7)"]
      ),
      (
        "Rework\n\n* feat: a\n* revert: feat: a\n* fix: b\n* fix: c",
        ["Bug Fixes: b", "Bug Fixes: c"]
      ),
      (
        "Rework\n\n* feat: a\n* Revert \"feat: a\"\n* Revert \"Revert \"feat: a\"\"\n* fix: b",
        ["Features: a", "Bug Fixes: b", "Other Changes: Rework"]
      ),
      (
        "feat(x): search (#8)\n\n* feat!: drop v1\n\nBREAKING CHANGE: use v2\n\n* docs: say so",
        ["Breaking Changes: drop v1 (#8)", "Features: search (#8)"]
      ),
      (
        "Rework (#8)\n\n* feat!: drop v1\n\nBREAKING CHANGE: use v2",
        ["Breaking Changes: drop v1 (#8)"]
      ),
      (
        "feat: a\n\nBREAKING CHANGE: b\n\n* feat!: drop v1",
        ["Breaking Changes: a", "Breaking Changes: drop v1"]
      ),
      (
        "feat!: a\n\n* feat!: drop v1\n\nBREAKING CHANGE: b",
        ["Breaking Changes: a", "Breaking Changes: drop v1"]
      ),
      ("Rework (#8)\n\n* breaking: no light mode", ["Breaking Changes: no light mode (#8)"]),
      (
        "fix: use the `a.b` option (#3)\n\nfix: use the a.b option.",
        ["Bug Fixes: use the `a.b` option (#3)"]
      ),
      (
        "feat(x)!: use columns as others do (#1… (#7)\n\nfeat(x): use columns as others do (#12)",
        ["Breaking Changes: use columns as others do (#1… (#7)"]
      ),
      ("fix: a b\n\nfix!: a b", ["Breaking Changes: a b", "Bug Fixes: a b"]),
      (
        "Add a cart (#12)\n\n* feat: add a cart\n* fix typo", ["Features: add a cart (#12)"]
      ),
      (
        "Support C (#12)\n\n* feat: support C++\n* feat: support C#",
        ["Features: support C++ (#12)", "Features: support C# (#12)"]
      ),
      ("検索 (#3)\n\n* feat：絞り込み\n* fix：並び順", ["Features: 絞り込み (#3)", "Bug Fixes: 並び順 (#3)"]),
      ("Better login (#3)\n\n* wip\n* docs: x", ["Other Changes: Better login (#3)"]),
      ("chore: release\n\nfeat: a", ["Features: a"]),
      ("feat: a\n\nfix: #12", ["Features: a (#12)"]),
      ("feat: a\n\nNote: this is prose\nand so on\nfix: no start", ["Features: a"]),
      ("feat: a\n\n    fix: in code", ["Features: a"]),
      ("a (#3)\n\n* ✨ feat: b\n* :bug: fix: c", ["Features: b (#3)", "Bug Fixes: c (#3)"]),
      ("fix: a\n\nfix: a", ["Bug Fixes: a"]),
      ("a\n\n* fix: b\n\n<!--\n* feat: c\n-->", ["Bug Fixes: b"]),
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

  @Test func `tell what a break means below the point that breaks, and not below the title`() {
    let message = "feat: search\n\n* feat!: drop v1\n\nBREAKING CHANGE: use v2"
    let entries = notes([commit(1, message)]).groups.flatMap(\.entries)
    #expect(entries.map(\.details) == [["use v2"], []])
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
      commit(7, "feat: \u{93}\u{FA}"), commit(6, "feat: x"), commit(5, "fixup! gone"),
      commit(4, "deps: x"), commit(3, "Tidy"),
      commit(2, "Tidy\n\nRelease-Note: Told"), commit(1, "Tid\u{FFFD}"),
    ]
    #expect(
      notes(commits).unclear.map { "\($0.why)" } == [
        "not readable as text", "no type", "unknown type deps", "nothing here to fold into: gone",
        "not readable as text",
      ])
  }

  @Test func `name the change of a squash that was not understood`() {
    let message = "Squash (#3)\n\n* feat: known\n* fix: known too\n* wip"
    let unclear = notes([commit(2, "fixup! gone"), commit(1, message)]).unclear
    #expect(unclear.map(\.change) == ["Squash", "fixup! gone"])
  }

  @Test(arguments: [
    ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com", true),
    ("Renovate Bot", "bot@renovateapp.com", true), ("GitHub Actions", "a@b", true),
    ("angular-robot", "a@b", true), ("Abbot", "abbot@example.org", false),
    ("Bot", "a@example.org", false), ("bors", "a@b", true),
    ("Copilot", "198982749+Copilot@users.noreply.github.com", true),
    ("copilot-swe-agent[bot]", "a@b", true), ("GitHub Copilot", "a@b", true),
    ("Hana", "175728472+copilot@users.noreply.github.com", true), ("Hana", "1+hana@b", false),
    ("Claude Opus 4.6", "noreply@anthropic.com", true),
  ])
  func `tell programs from people`(_ name: String, _ email: String, _ isBot: Bool) {
    #expect(Person(name: name, email: email).isBot == isBot)
  }
}

@Suite struct `Release notes of what git squashed` {
  /// What `git merge --squash` writes, the newest first, as git does.
  private func log(_ messages: [String], indent: String = "") -> String {
    let entries = messages.enumerated().map { number, message in
      let text = message.split(separator: "\n", omittingEmptySubsequences: false)
      return
        (["commit \(id(90 - number))", "Author: P\(number) <p\(number)@example.org>"]
        + ["Date:   Mon Jan 5 10:00:00 2026 +0900", ""] + text.map { $0.isEmpty ? "" : "    \($0)" })
        .map { $0.isEmpty ? "" : indent + $0 }.joined(separator: "\n")
    }
    return indent + "Squashed commit of the following:\n\n" + entries.joined(separator: "\n\n")
      + "\n"
  }

  @Test func `list each change, with what it breaks`() {
    let message = log([
      "fix(api)!: drop a\n\nBREAKING CHANGE: use b\n\nCloses #7", "docs: say so", "Tidy",
      "feat(api)!: add b (#3)\n\nBREAKING CHANGE: know b\n\nCo-authored-by: Q <q@example.org>",
    ])
    let notes = notes([commit(1, message)])
    #expect(
      shown([commit(1, message)]) == [
        "Breaking Changes: add b (#3)", "Breaking Changes: drop a (#7)", "Other Changes: Tidy",
      ])
    #expect(notes.groups.first?.entries.map(\.details) == [["know b"], ["use b"]])
    #expect(notes.counts.considered == 1 && notes.counts.shown == 1)
    #expect(notes.contributors.map(\.name) == ["a", "P3", "Q", "P2", "P1", "P0"])
  }

  @Test func `list them below a title of one's own as those of any squashed body`() {
    let log = log(["wip", "docs: y", "feat: x"])
    #expect(
      shown([commit(1, "Better (#3)\n\n\(log)")]) == [
        "Features: x (#3)", "Other Changes: Better (#3)",
      ])
    #expect(shown([commit(1, "feat: better\n\n\(log)")]) == ["Features: better"])
    #expect(shown([commit(1, "Better\n\n" + self.log(["wip"]))]) == ["Other Changes: Better"])
    let replaced = log.split(separator: "\n", maxSplits: 1)[1]
    #expect(
      shown([commit(1, "Better\n\(replaced)\n\nRefs: #5")])
        == ["Features: x (#5)", "Other Changes: Better (#5)"])
    #expect(shown([commit(1, "Better\n\n" + self.log(["fix: y", "feat: x"]))]).count == 2)
    let breaking = self.log(["Drop z\n\nBREAKING CHANGE: no z"])
    #expect(
      shown([commit(1, "feat: better\n\n\(breaking)")])
        == ["Breaking Changes: Drop z", "Features: better"])
    #expect(shown([commit(1, "v1.1.0\n\n\(log)")]) == ["Features: x"])
  }

  @Test func `say what a single commit says, and what stands below it`() {
    #expect(
      shown([commit(1, log(["feat: x (#3)\n\nRelease-Note: Told"]) + "\nRefs: #5")])
        == ["Features: Told (#3, #5)"])
    #expect(hidden([commit(1, log(["docs: x"]))]) == [id(1): "type docs"])
    #expect(hidden([commit(1, log(["docs: x", "test: y"]))]) == [id(1): "type test"])
  }

  @Test func `leave out what was mended, taken back or merged on the branch`() {
    let merge = log(["Merge branch 'main' into x"]).split(separator: "\n", maxSplits: 3)
      .joined(separator: "\n").replacing("\nAuthor", with: "\nMerge: 1a2b3c4 5d6e7f8\nAuthor")
    let messages = [
      "fixup! feat: x", "Revert \"feat: y\"\n\nThis reverts commit \(id(88)).", "feat: y",
      "feat: x",
    ]
    #expect(shown([commit(1, log(messages) + "\n" + merge.drop { $0 != "c" })]) == ["Features: x"])
    #expect(
      shown([commit(1, log(["fix: b", "feat: a\n\n" + log(["feat!: c", "fix: d"])]))]) == [
        "Breaking Changes: c", "Features: a", "Bug Fixes: d", "Bug Fixes: b",
      ])
  }

  @Test func `take what only looks like it for text`() {
    let log = log(["feat!: y"])
    for text in [
      "See:\n\n" + log.split(separator: "\n", maxSplits: 1)[1], log.replacing("Date:", with: "On:"),
      log.replacing("\ncommit ", with: "\ncommit x"), self.log(["feat!: y"], indent: "    "),
      "Squashed commit of the following:", "Author: x\n\ncommit 1a2b",
    ] {
      #expect(shown([commit(1, "fix: x\n\n\(text)")]) == ["Bug Fixes: x"])
      #expect(shown([commit(1, text)]).count == 1)
    }
  }

  @Test func `take time that grows as they do`() {
    let many = self.log((0..<3000).map { "fix: y\($0)\n\nCo-authored-by: Q <q\($0)@example.org>" })
    let entries = notes([commit(1, "Better\n\n\(many)")]).groups.flatMap(\.entries)
    #expect(entries.count == 3000)
    #expect(entries.allSatisfy { $0.authors.count == 2 })
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
