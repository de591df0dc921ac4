import Git
import Release
import TestSupport
import Testing

@Suite struct MergedRevertTests {
  private static let names =
    (100..<160).map { "f\($0)" } + (0..<40).map { "d\($0 % 4)/g\($0)" }

  private typealias Files = [String: UInt64]

  /// Other files than these: some changed, some gone, some new.
  private func changed(_ files: Files, _ generator: inout Numbers) -> Files {
    var files = files
    for _ in 0..<(1 + generator.next() % 3) {
      let name = Self.names[Int(generator.next() % UInt64(Self.names.count))]
      files[name] = generator.next() % 4 == 0 ? nil : generator.next() % 3
    }
    return files
  }

  /// A commit of exactly these files.
  private func stream(_ mark: Int, _ parents: [Int], _ files: Files) -> String {
    var stream = "commit refs/heads/c\(mark)\nmark :\(mark)\n"
    stream += "committer A <a@b> \(TestRepository.epoch + Int64(mark)) +0000\ndata 2\nm\n"
    for (place, parent) in parents.enumerated() {
      stream += "\(place == 0 ? "from" : "merge") :\(parent)\n"
    }
    stream += "deleteall\n"
    for (name, content) in files { stream += "M 100644 inline \(name)\ndata 1\n\(content)\n" }
    return stream
  }

  /// The same by whole lists of files.
  private func keeps(before: Files, after: Files, trunk: Files, merge: Files) -> Bool {
    var (moved, changed): ([Bool], [Bool]) = ([], [])
    for name in Self.names where before[name] != after[name] {
      let (here, there, new) = (trunk[name], merge[name], after[name])
      if before[name] == nil || new == nil {
        moved.append((here == nil) == (there == nil) && (here == nil) != (new == nil))
      } else {
        changed.append(here != nil && here == there && here != new)
      }
    }
    let deciding = moved.isEmpty ? changed : moved
    return !deciding.isEmpty && deciding.allSatisfy(\.self)
  }

  @Test func `whether a merge kept what a revert took back is what the files say`() throws {
    let test = try TestRepository()
    var generator = Numbers(state: 61)
    var cases: [(commits: [Files], first: Int)] = []
    var text = ""
    for number in 0..<200 {
      let first = number * 4 + 1
      let all = Files(uniqueKeysWithValues: Self.names.map { ($0, generator.next() % 3) })
      let before = changed(all, &generator)
      let after = changed(before, &generator)
      let trunk = generator.next() % 2 == 0 ? before : changed(before, &generator)
      let merge = [before, after, trunk, changed(trunk, &generator)][Int(generator.next() % 4)]
      text += stream(first, [], before) + stream(first + 1, [first], after)
      text += stream(first + 2, [first], trunk) + stream(first + 3, [first + 2, first + 1], merge)
      cases.append(([before, after, trunk, merge], first))
    }
    try test.git(["fast-import", "--quiet", "--force"], input: Array(text.utf8))
    try test.git("repack", "-adfq")
    let repository = try test.open()
    var questions: [MergeKeeps.Question] = []
    var answers: [Bool] = []
    for (commits, first) in cases {
      func commit(_ mark: Int, _ parents: [Int]) throws -> HistoryCommit {
        HistoryCommit(
          id: try test.id("c\(mark)"), parents: try parents.map { try test.id("c\($0)") },
          author: Person(name: "A", email: "a@b"), message: "m")
      }
      let question = (
        merge: try commit(first + 3, [first + 2, first + 1]),
        revert: try commit(first + 1, [first])
      )
      let ours = try repository.keeps(question.merge, against: question.revert)
      let theirs = keeps(
        before: commits[0], after: commits[1], trunk: commits[2], merge: commits[3])
      #expect(ours == theirs, "\(first)")
      questions.append(question)
      answers.append(ours)
    }
    #expect(Set(answers).count == 2)
    // Where there is one processor alone, each is left to be asked by itself.
    let together = repository.keep(questions)
    #expect(together.count == answers.count)
    #expect(zip(together, answers).allSatisfy { $0 == $1 || $0 == nil })
    // What cannot be answered is left, too.
    questions[0].merge = HistoryCommit(
      id: .zero, parents: questions[0].merge.parents, author: questions[0].merge.author,
      message: "m")
    #expect(repository.keep(questions)[0] == nil)
  }
}
