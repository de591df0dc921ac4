import Release
import Testing

@Suite struct `Release notes, of what they are told,` {
  @Test func `group by what it means, the most important first`() {
    let commits = [
      commit(9, "feat(api)!: drop v1"), commit(8, "Tidy up"), commit(7, "perf: faster"),
      commit(6, "fix: b"), commit(5, "fix: a"), commit(4, "feat: new"), commit(3, "deps: bump"),
      commit(2, "chore: x\n\nBREAKING CHANGE: y"), commit(1, "docs: x"),
    ]
    #expect(
      shown(commits) == [
        "Breaking Changes: x", "Breaking Changes: drop v1", "Features: new", "Bug Fixes: a",
        "Bug Fixes: b", "Performance Improvements: faster", "Other Changes: deps: bump",
        "Other Changes: Tidy up",
      ])
    #expect(hidden(commits) == [id(1): "type docs"])
  }

  @Test(arguments: ["docs", "style", "chore", "refactor", "test", "build", "ci"])
  func `hide housekeeping, but no break`(_ type: String) {
    #expect(hidden([commit(1, "\(type)(x): y")]) == [id(1): "type \(type)"])
    #expect(shown([commit(1, "\(type)(x)!: y")]) == ["Breaking Changes: y"])
  }

  @Test(arguments: ["breaking: x", "Breaking(a): x", "BREAKING: x", "breaking!: x"])
  func `take the type of that name for a break, as the next version does`(_ title: String) throws {
    #expect(shown([commit(1, title)]) == ["Breaking Changes: x"])
    let next = try NextVersion.next(
      after: version("v1.0.0"), commits: [CommitReading(commit(1, title))], prefix: "v")
    #expect(next.version == version("v2.0.0"))
    let changelog = ReleaseNotes(
      release: nil, previous: nil, range: "", commits: [commit(1, title)],
      rules: NotesRules(.keepAChangelog))
    #expect(changelog.groups.first?.entries.map(\.subject) == ["x"])
  }

  @Test func `show what is not to be used any more, whatever its type`() {
    let commits = [
      commit(3, "refactor: x\n\nDEPRECATED: use y.\n\nMore."), commit(2, "docs: z"),
      commit(1, "feat: a\n\nDEPRECATED: b"),
    ]
    #expect(shown(commits) == ["Features: a", "Other Changes: x"])
    let entries = notes(commits).groups.flatMap(\.entries)
    #expect(entries.map(\.details) == [["Deprecated: b"], ["Deprecated: use y.\n\nMore."]])
    let changelog = ReleaseNotes(
      release: nil, previous: nil, range: "", commits: commits, rules: NotesRules(.keepAChangelog))
    #expect(changelog.groups.map(\.title) == ["Added", "Deprecated"])
    #expect(changelog.groups.last?.entries.map(\.details) == [["use y.\n\nMore."]])
    #expect(hidden([commit(1, "refactor: x\n\nDEPRECATED: none")]) == [id(1): "type refactor"])
  }

  @Test(arguments: [
    ("feat: x (#12)", "Features: x (#12)"),
    ("feat: x (#12) (#34)", "Features: x (#34, #12)"),
    ("x (closes #1, #2) (#3)", "Other Changes: x (#3, #1, #2)"),
    ("x (see below)", "Other Changes: x (see below)"),
    ("(#12)", "Other Changes: (#12)"),
    ("x\n\nCloses #5, org/repo#6\nRefs: !7, ABC-8", "Other Changes: x (#5, org/repo#6, !7, ABC-8)"),
    (
      "x\n\nfixes https://a.org/o/r/issues/5#c1\nsee: https://a.org/g/p/-/merge_requests/6.",
      "Other Changes: x (https://a.org/o/r/issues/5, https://a.org/g/p/-/merge_requests/6)"
    ),
    ("x\n\nsee https://a.org/issues/5\nfix https://a.org/o/r/runs/5", "Other Changes: x"),
    ("x\n\nhow https://a.org/o/r/issues/5 came", "Other Changes: x"),
    ("x\n\nFixes: 1a2b3c4d5e6f (\"y\")", "Other Changes: x"),
    ("Merged PR 12: feat: x", "Features: x (!12)"),
    ("Merge pull request #12 from org/branch\n\nfix: x", "Bug Fixes: x (#12)"),
    (
      "Merge pull request #12 from org/branch",
      "Other Changes: Merge pull request #12 from org/branch (#12)"
    ),
    ("Merge pull request 'feat: it''s' (#7) from a/b into main", "Features: it''s (#7)"),
    ("Pull request #9: x\n\nMerge in P/r from a to b", "Other Changes: x (#9)"),
    ("Merge #10\n\n10: fix: x r=a a=b\n\nText.\n\nCloses #3", "Bug Fixes: x (#10, #3)"),
    ("Merge #10\n\nText.", "Other Changes: Merge #10 (#10)"),
    ("Merged in a/b (pull request #4)\n\nTitle\n\n* x", "Other Changes: Title (#4)"),
    (
      "Merge branch 'x' into 'main'\n\nfeat: y\n\nCloses #1\n\nSee merge request a/b!34",
      "Features: y (!34, #1)"
    ),
  ])
  func `take titles and references as the forges write them`(_ message: String, _ line: String) {
    #expect(shown([commit(1, message)]) == [line])
  }

  @Test(arguments: [("feat:", "Features: "), ("fix(api): ", "Bug Fixes: ")])
  func `know a type that nothing follows for what it is`(_ message: String, _ line: String) {
    let notes = notes([commit(1, message)])
    #expect(shown([commit(1, message)]) == [line])
    #expect(notes.markdown().contains("(no message) (00000001)"))
    #expect(notes.unclear.map(\.why).first?.hasPrefix("nothing after") == true)
  }

  @Test func `name a pull request instead of a branch that says nothing`() {
    let commits = [
      commit(4, "Merge pull request #12 from o/b\n\nAdd x", parents: [1, 3], author: "merger"),
      commit(3, "oops", parents: [2], author: "b"), commit(2, "wip", parents: [1]),
      commit(1, "Start"),
    ]
    #expect(shown(commits) == ["Other Changes: Start", "Other Changes: Add x (#12)"])
    #expect(hidden(commits) == [id(2): "part of #12", id(3): "part of #12"])
    let entry = notes(commits).groups[0].entries[1]
    #expect(entry.id == id(4))
    #expect(entry.authors.map(\.name) == ["a", "b"])
    #expect(notes(commits).contributors.map(\.name) == ["a", "b"])
  }

  @Test func `name the commits of a branch that speak for themselves`() {
    let commits = [
      commit(4, "Merge pull request #12 from o/b\n\nAdd x", parents: [1, 3]),
      commit(3, "feat: x", parents: [2]), commit(2, "wip", parents: [1]), commit(1, "fix: y"),
    ]
    #expect(shown(commits) == ["Features: x (#12)", "Bug Fixes: y", "Other Changes: wip (#12)"])
    #expect(hidden(commits) == [id(4): "merge"])
  }

  @Test(
    arguments: [
      ("Merge pull request #12 from o/b", "#12"), ("Merge #12", "#12"),
      ("Merge branch 'b' into 'main'\n\nSee merge request a/b!12", "!12"),
    ])
  func `give commits the number of a pull request without a title`(message: String, number: String)
  {
    let commits = [
      commit(5, message, parents: [1, 4]), commit(4, "Merge branch 'c'", parents: [2, 3]),
      commit(3, "feat: c (#7)", parents: [1]), commit(2, "b", parents: [1]), commit(1, "fix: y"),
    ]
    #expect(
      shown(commits) == ["Features: c (#7)", "Bug Fixes: y", "Other Changes: b (\(number))"])
  }

  @Test func `let the title that bors writes stand for its branch`() {
    let commits = [
      commit(3, "Merge #12\n\n12: Add b r=a a=c\n\nText.", parents: [1, 2]),
      commit(2, "b", parents: [1]), commit(1, "y"),
    ]
    #expect(shown(commits) == ["Other Changes: y", "Other Changes: Add b (#12)"])
  }

  @Test func `name a title that says more than its branch`() {
    let commits = [
      commit(4, "Merge pull request #12 from o/b\n\nfeat: x", parents: [1, 3]),
      commit(3, "docs: x", parents: [2]), commit(2, "fix: typo", parents: [1]), commit(1, "y"),
    ]
    #expect(shown(commits) == ["Features: x (#12)", "Other Changes: y"])
  }

  @Test func `hide a merge of housekeeping with it`() {
    let commits = [
      commit(3, "Merge pull request #12 from o/b\n\nPolish the manual", parents: [1, 2]),
      commit(2, "docs: x", parents: [1]), commit(1, "fix: y"),
    ]
    #expect(shown(commits) == ["Bug Fixes: y"])
    #expect(hidden(commits) == [id(2): "type docs", id(3): "merge"])
  }

  @Test func `see through a merge of merges`() {
    let commits = [
      commit(9, "Merge pull request #9 from o/develop\n\nRelease 2.0", parents: [1, 8]),
      commit(8, "Merge pull request #8 from o/c\n\nC", parents: [5, 7]),
      commit(7, "c2", parents: [6]), commit(6, "c1", parents: [5]),
      commit(5, "Merge pull request #5 from o/b\n\nB", parents: [3, 4]),
      commit(4, "b1", parents: [3]), commit(3, "loose (#3)", parents: [1]), commit(1, "y"),
    ]
    #expect(
      shown(commits) == [
        "Other Changes: y", "Other Changes: loose (#3)", "Other Changes: B (#5)",
        "Other Changes: C (#8)",
      ])
    #expect(hidden(commits)[id(9)] == "merge")
    #expect(hidden(commits)[id(7)] == "part of #8")
  }

  @Test func `leave the trunk to itself where a branch had it merged into it`() {
    let commits = [
      commit(6, "Merge pull request #6 from o/b\n\nAdd b", parents: [4, 5]),
      commit(5, "Merge pull request #5 from o/main\n\nSync", parents: [3, 4]),
      commit(4, "trunk 2", parents: [2]), commit(3, "b", parents: [1]),
      commit(2, "trunk 1", parents: [1]), commit(1, "start"),
    ]
    #expect(
      shown(commits).sorted() == [
        "Other Changes: Add b (#6)", "Other Changes: start", "Other Changes: trunk 1",
        "Other Changes: trunk 2",
      ])
    #expect(hidden(commits) == [id(3): "part of #6", id(5): "merge"])
  }

  @Test func `show a break that a plain merge announces`() {
    let commits = [
      commit(3, "Merge branch 'b'\n\nBREAKING CHANGE: x", parents: [1, 2]),
      commit(2, "b", parents: [1]), commit(1, "y"),
    ]
    #expect(shown(commits).first == "Breaking Changes: Merge branch 'b'")
    #expect(notes(commits).groups[0].entries[0].details == ["x"])
  }

  @Test(arguments: [
    "Merge branch 'b'", "Merge remote-tracking branch 'origin/main'", "Merge tag 'v1.0.1'",
    "Merge \"x\" into main", "Sync",
  ])
  func `hide plain merges`(_ message: String) {
    let commits = [
      commit(3, message, parents: [1, 2]), commit(2, "b", parents: [1]), commit(1, "y"),
    ]
    #expect(hidden(commits) == [id(3): "merge"])
  }

  @Test func `fold fixups into what they mend, and show those that mend an earlier release`() {
    let commits = [
      commit(4, "fixup! feat: x"), commit(3, "squash! fixup! feat: x"), commit(2, "amend! other"),
      commit(1, "feat: x (#1)"),
    ]
    #expect(shown(commits) == ["Features: x (#1)", "Other Changes: amend! other"])
    #expect(hidden(commits)[id(4)] == "folded into \(id(1).short)")
  }

  @Test(arguments: [
    (
      "amend! feat: x\n\nfeat!: x anew\n\nBREAKING CHANGE: gone",
      "Breaking Changes: x anew"
    ),
    ("squash! feat: x\n\nBREAKING CHANGE: gone", "Breaking Changes: x"),
  ])
  func `tell a break that a fixup brings once, in the place of what it mends`(
    message: String, entry: String
  ) {
    let commits = [commit(3, message), commit(2, "fix: y"), commit(1, "feat: x")]
    #expect(shown(commits) == [entry, "Bug Fixes: y"])
    #expect(hidden(commits) == [id(1): "amended by \(id(3).short)"])
    #expect(notes(commits).unclear.isEmpty)
    let noted = [
      commit(3, message), commit(1, "feat: x\n\nRelease-Note: one\nRelease-Note: two"),
    ]
    #expect(shown(noted).count == (message.hasPrefix("amend") ? 1 : 2), "\(shown(noted))")
    // Of two breaks none is left out.
    let two = [commit(4, "squash! feat: x\n\nBREAKING CHANGE: more")] + commits
    #expect(shown(two).count == 3)
    let broken = [commit(3, message), commit(1, "feat: x\n\nBREAKING CHANGE: old")]
    #expect(shown(broken).count == 2)
  }

  @Test func `tell a commit in the words that an amendment gives it`() throws {
    let commits = [
      commit(3, "amend! docs: y\n\nfeat: y is new (#4)"), commit(2, "fix: z"), commit(1, "docs: y"),
    ]
    #expect(shown(commits) == ["Features: y is new (#4)", "Bug Fixes: z"])
    #expect(hidden(commits) == [id(3): "folded into \(id(1).short)"])
    #expect(notes(commits).unclear.isEmpty)
    let next = try NextVersion.next(
      after: version("v1.0.0"), commits: commits.map(CommitReading.init), prefix: "v")
    #expect(next.version == version("v1.1.0"))
    let again = [commit(4, "amend! amend! docs: y\n\nchore: y")] + commits
    #expect(shown(again) == ["Bug Fixes: z"])
    #expect(hidden(again)[id(1)] == "type chore")
    let broken = [commit(4, "squash! docs: y\n\nBREAKING CHANGE: x")] + commits
    #expect(shown(broken) == ["Breaking Changes: y is new (#4)", "Bug Fixes: z"])
    let breaking = [
      commit(2, "amend! docs: y\n\nfeat: y is new (#4)\n\nBREAKING CHANGE: x"),
      commit(1, "docs: y"),
    ]
    #expect(shown(breaking) == ["Breaking Changes: y is new (#4)"])
    let signed = [
      commit(2, "amend! fix: y\n\nSigned-off-by: a <a@example.org>"), commit(1, "fix: y"),
    ]
    #expect(shown(signed) == ["Bug Fixes: y"])
  }

  @Test func `tell each break that a fixup lists`() {
    let commits = [
      commit(2, "squash! feat: x\n\n* feat!: y\n* fix!: z\n\nBREAKING CHANGE: w"),
      commit(1, "feat: x"),
    ]
    #expect(shown(commits) == ["Breaking Changes: y", "Breaking Changes: z"])
  }

  @Test func `fold a fixup into the commit that it names by its id`() {
    let commits = [
      commit(3, "fixup! \(id(1).description.prefix(12))"), commit(2, "fixup! \(id(9))"),
      commit(1, "feat: x"),
    ]
    #expect(hidden(commits) == [id(3): "folded into \(id(1).short)"])
  }

  @Test(arguments: ["chore: bump to 1.1.0 (#7)", "Release 1.1.0 (#7)"])
  func `tell what a merge brings that announces a release, before it is one and after`(
    title: String
  ) {
    let commits = [
      commit(4, title, parents: [1, 3]), commit(3, "Update tests", parents: [2]),
      commit(2, "Bump to 1.1.0", parents: [1]), commit(1, "fix: z"),
    ]
    #expect(shown(commits).contains("Other Changes: Update tests (#7)"), "\(shown(commits))")
  }

  @Test(arguments: [
    "Release 1.1.0", "v1.1.0", "1.1.0", "release: cut v1.1.0", "Bump version to 1.1.0",
    "Prepare for 1.1.0 release", "Release version 1.1.0 (#12)", "Bump version: 1.0.0 → 1.1.0",
    "Update the changelog for v1.1.0", "Release 1.0.0", "🔖 Release v1.1.0", "Cut `v1.1.0`.",
    "Add v1.1.0 to CHANGELOG.md [skip ci]",
  ])
  func `hide what only announces a release`(_ subject: String) {
    func outcome(_ releases: [String]) -> ReleaseNotes {
      ReleaseNotes(
        release: "v1.1.0", previous: nil, range: "", commits: [commit(1, subject)],
        releases: releases.map(version))
    }
    let notes = outcome(["v1.0.0", "v1.1.0"])
    #expect(notes.hidden.first?.why.hasPrefix("announces ") == true, "\(notes.hidden)")
    #expect(notes.counts.considered == 1 && notes.counts.shown == 0 && notes.counts.hidden == 1)
    #expect(outcome(["v0.9.0", "v2.0.0"]).counts.shown == 1, "no release of this project")
  }

  @Test(arguments: [
    "Release foo 1.1.0", "Bump foo to 1.1.0", "Update to 1.1.0", "Fix release 1.1.0", "Release",
    "Release 1.1", "Release 1.1.0 with x", "Revert \"Release 1.1.0\"", "Support 1.1.0",
    "release foo@1.1.0", "Add 1.1.0", "Release 1.0.0 and 1.1.0", "Release 1.1.0\n\nRelease-Note: x",
    "Release 1.1.0\n\nBREAKING CHANGE: x", "Release 1.1.0\n\n* feat: x",
    "feat: release 1.1.0", "Release 1.1.0\n\nOld clients cannot connect.",
    "Release 1.1.0\n\nOld clients cannot connect.\n\nSigned-off-by: A <a@b>",
  ])
  func `show what says more than that`(_ message: String) {
    let notes = ReleaseNotes(
      release: "v1.1.0", previous: nil, range: "", commits: [commit(1, message)],
      releases: ["v1.0.0", "v1.1.0"].map(version))
    #expect(notes.counts.shown == 1, "\(notes.hidden)")
  }

  @Test func `let no announcement stand for a branch`() {
    let commits = [
      commit(4, "Merge pull request #12 from o/develop\n\nRelease 1.1.0", parents: [1, 3]),
      commit(3, "Add b", parents: [2]), commit(2, "Add a", parents: [1]), commit(1, "y"),
    ]
    let notes = ReleaseNotes(
      release: "v1.1.0", previous: nil, range: "", commits: commits,
      releases: [version("v1.1.0")])
    #expect(notes.groups.flatMap(\.entries).map(\.subject) == ["y", "Add a", "Add b"])
    #expect(notes.hidden.map(\.why) == ["merge"])
  }

  @Test(
    arguments: [
      (["wip", "oops (#7)", "more"], ["Add x (#12)"]),
      (["wip (#7)", "oops (#7)"], ["Add x (#12)"]), (["wip (#12)", "oops"], ["Add x (#12)"]),
      (["wip", "oops (#7)", "more (#8)", "again"], ["Add x (#12)"]),
      (["a (#7)", "b (#8)"], ["a (#7)", "b (#8)"]),
      (["a (#7)", "b (#8)", "push"], ["a (#7)", "b (#8)", "push (#12)"]),
      (["a (#7)"], ["a (#7)"]),
    ] as [([String], [String])])
  func `name a branch's title, unless it was made of pull requests`(
    _ subjects: [String], _ entries: [String]
  ) {
    let own = subjects.enumerated().map { commit($0 + 2, $1, parents: [$0 + 1]) }
    let merge = commit(
      99, "Merge pull request #12 from o/b\n\nAdd x", parents: [1, subjects.count + 1])
    let commits = [merge] + own.reversed() + [commit(1, "y")]
    #expect(shown(commits) == (["y"] + entries).map { "Other Changes: " + $0 })
  }

  @Test func `take types that are directories for these, where nobody uses the others`() {
    func history(_ more: [String]) -> [HistoryCommit] {
      let areas = (1...20).map { "area\($0 % 5): change \($0)" }
      return (areas + ["build: x", "ci: y", "docs: z", "ci(z): z"] + more).enumerated()
        .map { commit($0 + 1, $1) }.reversed()
    }
    let plain = shown(history([]))
    #expect(plain.contains("Other Changes: build: x") && plain.contains("Other Changes: ci: y"))
    #expect(
      !plain.contains { $0.contains("z") },
      "documents are no news, and a scope is no plain subject's")
    let typed = shown(history(["fix: a", "chore: b"]))
    #expect(typed.contains("Bug Fixes: a") && !typed.contains { $0.contains("build") })
    var rules = NotesRules()
    rules.choosesHidden = true
    let chosen = ReleaseNotes(
      release: nil, previous: nil, range: "", commits: history([]), rules: rules)
    #expect(chosen.counts.hidden == 4, "whoever chose what is hidden has it hidden")
  }
}
