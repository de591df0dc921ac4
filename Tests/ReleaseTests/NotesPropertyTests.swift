import Foundation
import Release
import Testing

/// SplitMix64: the same seed makes the same histories everywhere.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite struct `Release notes of any history` {
  private static func message(
    of number: Int, among known: [(Int, String)], using generator: inout SeededGenerator
  ) -> String {
    let pieces = [
      "feat: a", "fix(x): b", "docs: c", "chore!: d", "wip", "", "\r\n\r\nfeat: e\r\n", "refs: f",
      "Add g (#\(number))", "feat : h\n\nBREAKING CHANGE: i", "\u{0}\u{1B}]0;x\u{7}", "検索 (#3)",
      "Merge pull request #\(number) from o/b\n\nTitle", "Merge branch 'x'", "한국어: 제목",
      "Squash (#4)\n\n* feat: j\n* docs: k\n* fix!: l", "ci: m\n\nRelease-Note: Told",
      "Merge branch 'x' into 'y'\n\nfeat: z\n\nSee merge request a/b!\(number)", "***", "`<b>@x",
    ]
    guard let (target, subject) = known.randomElement(using: &generator) else { return pieces[0] }
    return switch Int.random(in: 0..<8, using: &generator) {
    case 0: "Revert \"\(subject)\"\n\nThis reverts commit \(id(target))."
    case 1: "Revert \"\(subject)\"\n\nReverts o/r#\(target)"
    case 2: "fixup! \(subject)"
    case 3: "\(subject)\n\n(cherry picked from commit \(id(target)))"
    default: pieces.randomElement(using: &generator) ?? ""
    }
  }

  /// A random history, children before parents; some parents lie outside it.
  private static func history(_ seed: UInt64) -> [HistoryCommit] {
    var generator = SeededGenerator(state: seed)
    var commits: [HistoryCommit] = []
    var known: [(Int, String)] = []
    for number in 1...Int.random(in: 1...60, using: &generator) {
      let text = message(of: number, among: known, using: &generator)
      let parents = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
        max(0, number - Int.random(in: 1...6, using: &generator))
      }
      known.append((number, text.split(separator: "\n").first.map(String.init) ?? ""))
      commits.append(
        commit(number, text, parents: parents, author: number.isMultiple(of: 3) ? "a" : "b"))
    }
    return commits.reversed()
  }

  @Test(arguments: 0..<300)
  func `have each commit once, and are the same again`(_ seed: Int) throws {
    let commits = Self.history(UInt64(seed))
    let notes = notes(commits)
    let entries = notes.groups.flatMap(\.entries)
    #expect(notes.counts.considered == commits.count)
    #expect(notes.counts.shown == Set(entries.map(\.id)).count)
    #expect(notes.counts.hidden == notes.hidden.count)
    #expect(
      (Set(entries.map(\.id)) + notes.hidden.map(\.id)).sorted() == commits.map(\.id).sorted())
    let again = ReleaseTests.notes(Self.history(UInt64(seed)))
    #expect(again.json == notes.json)
    #expect(Array(again.markdown().utf8) == Array(notes.markdown().utf8))
  }

  @Test(arguments: 0..<300)
  func `show every break that nothing took back`(_ seed: Int) {
    let commits = Self.history(UInt64(seed))
    let notes = notes(commits)
    let why = Dictionary(uniqueKeysWithValues: notes.hidden.map { ($0.id, $0.why) })
    for commit in commits where ConventionalCommit(message: commit.message).isBreaking {
      let reason = why[commit.id]
      let isSaid = reason?.hasPrefix("reverted by") == true || reason?.hasPrefix("copy of") == true
      #expect(reason == nil || reason == "merge" || isSaid)
    }
  }

  @Test(arguments: 0..<100)
  func `need no more than children before parents`(_ seed: Int) {
    // Parents that come first, or are missing, must not trap; what they mean is undefined.
    #expect(notes(Self.history(UInt64(seed)).reversed()).counts.considered > 0)
  }
}
