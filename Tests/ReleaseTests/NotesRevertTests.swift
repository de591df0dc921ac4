import Release
import Testing

@Suite struct `A revert in release notes` {
  @Test func `hides itself and what it takes back`() {
    let commits = [
      commit(2, "Revert \"feat: x\"\n\nThis reverts commit \(id(1)).", parents: [1]),
      commit(1, "feat: x"),
    ]
    #expect(shown(commits).isEmpty)
    #expect(
      hidden(commits) == [
        id(1): "reverted by \(id(2).short)", id(2): "reverts \(id(1).short)",
      ])
  }

  @Test(arguments: [id(9).description, "00000009"])
  func `that was copied takes back the copy of what it names`(_ named: String) {
    let commits = [
      commit(
        3,
        "Revert \"feat: x\"\n\nThis reverts commit \(named).\n"
          + "(cherry picked from commit \(id(8)))", parents: [2]),
      commit(2, "feat: x\n\n(cherry picked from commit \(id(9)))"),
    ]
    #expect(shown(commits).isEmpty)
    #expect(hidden(commits)[id(2)] == "reverted by \(id(3).short)")
  }

  @Test(arguments: [nil, true, false])
  func `that a merge did not keep is told the same, asked for with others or by itself`(
    _ answer: Bool?
  ) {
    let commits = [
      commit(5, "Merge branch 'b'", parents: [4, 3]),
      commit(4, "feat: y", parents: [2]),
      commit(3, "Revert \"feat: x\"\n\nThis reverts commit \(id(2)).", parents: [2]),
      commit(2, "feat: x", parents: [1]),
    ]
    let keeps = MergeKeeps(
      one: { merge, revert in
        #expect(answer == nil && merge.id == id(5) && revert.id == id(3))
        return true
      }, many: { questions in questions.map { _ in answer } })
    let notes = ReleaseNotes(
      release: "v1.1.0", previous: "v1.0.0", range: "v1.0.0..v1.1.0", commits: commits,
      keeps: keeps)
    let why = Dictionary(uniqueKeysWithValues: notes.hidden.map { ($0.id, $0.why) })
    if answer ?? true {
      #expect(why[id(2)] == nil)
      #expect(why[id(3)] == "left out by the merge \(id(5).short)")
    } else {
      #expect(why[id(2)] == "reverted by \(id(3).short)")
    }
  }

  @Test func `is listed where what it takes back was released`() {
    let message = "Revert \"feat: x\"\n\nThis reverts commit \(id(99))."
    #expect(shown([commit(2, message)]) == ["Reverts: Revert \"feat: x\""])
    #expect(shown([commit(2, "revert: feat: x")]) == ["Reverts: feat: x"])
  }

  @Test func `is told by the title of its pull request, with all that came along`() {
    let commits = [
      commit(4, "Merge pull request #7 from o/b\n\nRevert \"x (#3)\"", parents: [9, 3]),
      commit(3, "Mend the test", parents: [2]),
      commit(2, "Revert \"x (#3)\"\n\nThis reverts commit \(id(99)).", parents: [9]),
    ]
    #expect(shown(commits) == ["Reverts: Revert \"x (#3)\" (#7)"])
    #expect(hidden(commits) == [id(3): "part of #7", id(2): "part of #7"])
  }

  @Test func `of a revert brings the change back`() {
    var commits = [
      commit(3, "Revert \"Revert \\\"x\\\"\"\n\nThis reverts commit \(id(2)).", parents: [2]),
      commit(2, "Revert \"x\"\n\nThis reverts commit \(id(1)).", parents: [1]), commit(1, "x"),
    ]
    #expect(shown(commits) == ["Other Changes: x"])
    commits[0] = commit(3, "Reapply \"x\"\n\nThis reverts commit \(id(2)).", parents: [2])
    #expect(shown(commits) == ["Other Changes: x"])
    commits.insert(
      commit(4, "Revert \"Reapply \"x\"\"\n\nThis reverts commit \(id(3)).", parents: [3]), at: 0)
    #expect(shown(commits).isEmpty)
  }

  @Test(arguments: [
    "Revert \"feat: x (#1)\" (#2)", "Revert \"feat: x\" (#2)\n\nReverts org/repo#1",
    "revert: feat: x", "revert: y\n\nRefs: 00000001",
    "Revert \"z\"\n\nThis reverts commit\n00000001",
  ])
  func `is understood in the words of forges and of the convention`(_ message: String) {
    #expect(shown([commit(2, message, parents: [1]), commit(1, "feat: x (#1)")]).isEmpty)
  }

  @Test(arguments: [
    "Revert \"feat: y\"", "Revert \"feat: x\"\n\nThis reverts commit \(id(99)).",
    "Revert to the older look", "Partially revert x\n\nThis reverts commit \(id(1)) in part.",
    "Revert \"feat: x\"\n\nThis reverts commits \(id(1)) and \(id(98)).",
  ])
  func `of something else stays`(_ message: String) {
    #expect(shown([commit(2, message, parents: [1]), commit(1, "feat: x")]).count >= 1)
    #expect(hidden([commit(2, message, parents: [1])]).isEmpty)
  }

  @Test func `of a merge takes back its whole branch`() {
    let commits = [
      commit(
        5,
        "Revert \"Merge branch 'b'\"\n\nThis reverts commit \(id(4)), reversing\n"
          + "changes made to \(id(1)).", parents: [4]),
      commit(4, "Merge branch 'b'", parents: [1, 3]), commit(3, "feat: b2", parents: [2]),
      commit(2, "feat: b1", parents: [1]), commit(1, "fix: y"),
    ]
    #expect(shown(commits) == ["Bug Fixes: y"])
    #expect(hidden(commits)[id(2)] == "reverted by \(id(5).short)")
  }

  @Test func `by pull request hides that one too`() {
    let commits = [
      commit(5, "Merge pull request #2 from o/r\n\nRevert \"Add x\"", parents: [3, 4]),
      commit(4, "Revert \"wip\"\n\nThis reverts commit \(id(2)).", parents: [3]),
      commit(3, "Merge pull request #1 from o/b\n\nAdd x", parents: [1, 2]),
      commit(2, "wip", parents: [1]), commit(1, "y"),
    ]
    #expect(shown(commits) == ["Other Changes: y"])
  }

  @Test func `that is breaking is never hidden`() {
    let commits = [commit(2, "revert!: feat: x", parents: [1]), commit(1, "feat: x")]
    #expect(shown(commits) == ["Breaking Changes: feat: x"])
  }
}
