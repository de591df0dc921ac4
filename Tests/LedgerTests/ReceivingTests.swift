import Git
import Ledger
import Release
import TestSupport
import Testing

/// What a server says of a ledger that is pushed, by its form alone.
@Suite struct ReceivingTests {
  private let test: TestRepository
  private let commit: ObjectID

  init() throws {
    test = try TestRepository()
    commit = try test.commit("feat: begin")
  }

  private func objections(
    _ old: ObjectID?, _ new: ObjectID?, _ ledger: LedgerName = .checks,
    within limits: LedgerStore.Limits = LedgerStore.Limits()
  ) throws -> [LedgerObjection] {
    try test.store().objections(toMoving: ledger, from: old, to: new, within: limits)
  }

  private func line(_ name: String) throws -> String {
    String(decoding: try check(name, on: commit).line, as: UTF8.self)
  }

  @Test func `records that come are let in, in any layout`() throws {
    let one = try test.writeNotes([commit: "\(line("one"))\n"])
    #expect(try objections(nil, one).isEmpty)
    #expect(try objections(one, one).isEmpty)
    let name = commit.description
    let split = name.index(name.startIndex, offsetBy: 2)
    let two = try test.writeLedger(
      [
        "\(name[..<split])/\(name[split...])": (
          "100644", test.blob(Array("\(line("two"))\n\n\(line("one"))".utf8))
        ),
        "README.md": ("100644", test.blob([1])),
      ], on: [one.description])
    #expect(try objections(one, two).isEmpty)
    #expect(try objections(nil, two).isEmpty)
  }

  @Test(arguments: ["README.md", "ab/README.md", "ab"])
  func `files without a note are a branch, and beside notes they keep nobody from pushing`(
    _ path: String
  ) throws {
    func tree(
      _ lines: [String], _ file: UInt8?, on parents: ObjectID...
    ) throws -> ObjectID {
      var files: [String: (mode: String, blob: ObjectID)] = [:]
      if let file { files[path] = ("100644", try test.blob([file])) }
      if !lines.isEmpty {
        let text = try lines.sorted().map { "\(try line($0))\n" }.joined()
        files[commit.description] = ("100644", try test.blob(Array(text.utf8)))
      }
      return try test.writeLedger(files, on: parents.map(\.description))
    }
    func unknown(_ old: ObjectID?, _ new: ObjectID) throws -> [LedgerObjection] {
      try test.store().objections(toMovingUnknownLedgerFrom: old, to: new)
    }
    let name = try #require(path.split(separator: "/").last)
    let branch = try tree([], 1)
    #expect(try objections(nil, branch) == [.noNotes(Array(name.utf8))])
    #expect(try objections(nil, branch, .attachments) == [.noNotes(Array(name.utf8))])
    #expect(try unknown(nil, branch) == [.noNotes(Array(name.utf8))])
    // It stood there before the hook did, and was united since.
    let united = try tree(["one"], 1, on: branch)
    let goingOn = try tree(["one", "two"], 2, on: united)
    for (old, new) in [(branch, united), (united, goingOn), (nil, goingOn)] {
      #expect(try objections(old, new).isEmpty)
      #expect(try unknown(old, new).isEmpty)
    }
    #expect(try objections(goingOn, goingOn).isEmpty)
    #expect(try unknown(nil, test.writeNotes([commit: "whatever it says"])).isEmpty)
    #expect(try unknown(branch, test.blob([1])) == [.noCommit("a blob")])
  }

  @Test func `a ledger is not deleted, nor made something else`() throws {
    let one = try test.writeNotes([commit: "\(line("one"))\n"])
    #expect(try objections(one, nil) == [.deleted])
    let blob = try test.blob([1])
    #expect(try objections(one, blob) == [.noCommit("a blob")])
    let absent = try #require(ObjectID(String(repeating: "7", count: 40)))
    #expect(throws: GitError.self) { try objections(one, absent) }
  }

  @Test func `no line is dropped, by a commit on top or by other commits`() throws {
    let one = try test.writeNotes([commit: "\(line("one"))\n\(line("two"))\n"])
    let dropped = try test.writeNotes([commit: "\(line("one"))\n"], on: [one.description])
    #expect(try objections(one, dropped) == [.dropped(1, note: commit)])
    let empty = try test.writeNotes([:], on: [one.description])
    #expect(try objections(one, empty) == [.dropped(2, note: commit)])
    let other = try test.writeNotes([commit: "\(line("one"))\n\(line("three"))\n"])
    #expect(try objections(one, other) == [.rewritten, .dropped(1, note: commit)])
    let same = try test.writeNotes([commit: "\(line("one"))\n\(line("two"))\n\(line("new"))\n"])
    #expect(try objections(one, same) == [.rewritten])
  }

  @Test func `a record that came and went in what is pushed is missed`() throws {
    let one = try test.writeNotes([commit: "\(line("one"))\n"])
    let two = try test.writeNotes(
      [commit: "\(line("one"))\n\(line("two"))\n"], on: [one.description])
    let three = try test.writeNotes(
      [commit: "\(line("one"))\n\(line("three"))\n"], on: [two.description])
    #expect(try objections(one, three) == [.lost(1, note: commit)])
    #expect(try objections(nil, three) == [.lost(1, note: commit)])
    // Where the server has lost it already, others are not kept from pushing.
    let four = try test.writeNotes(
      [commit: "\(line("one"))\n\(line("three"))\n\(line("four"))\n"], on: [three.description])
    #expect(try objections(three, four).isEmpty)
  }

  @Test func `a line that is no record may be taken out before it is pushed`() throws {
    let one = try test.writeNotes([commit: "\(line("one"))\nhello\n"])
    guard case .malformed(_, commit) = try objections(nil, one).first else {
      Issue.record("it was let in")
      return
    }
    let two = try test.writeNotes([commit: "\(line("one"))\n"], on: [one.description])
    #expect(try objections(nil, two).isEmpty)
  }

  @Test func `what stood there before the hook holds nobody up`() throws {
    let one = try test.writeNotes([commit: "hello\n\(line("one"))\n"])
    let two = try test.writeNotes(
      [commit: "hello\n\(line("one"))\n\(line("two"))\n"], on: [one.description])
    #expect(try objections(one, two).isEmpty)
  }

  @Test func `a file stays, and is the file that its name says`() throws {
    let (one, two) = (try test.blob([1]), try test.blob([2]))
    let first = try test.writeLedger([one.description: ("100644", one)], of: .attachments)
    let second = try test.writeLedger(
      [one.description: ("100644", one), two.description: ("100644", two)],
      on: [first.description], of: .attachments)
    #expect(try objections(first, second, .attachments).isEmpty)
    let dropped = try test.writeLedger(
      [two.description: ("100644", two)], on: [first.description], of: .attachments)
    #expect(try objections(first, dropped, .attachments) == [.droppedFile(one)])
    let wrong = try test.writeLedger(
      [one.description: ("100644", one), two.description: ("100644", one)],
      on: [first.description], of: .attachments)
    #expect(try objections(first, wrong, .attachments) == [.noFile(two)])
  }

  @Test func `more notes than memory holds are refused by their sizes`() throws {
    var limits = LedgerStore.Limits()
    limits.bytes = 100
    let tip = try test.writeNotes([commit: "\(line("one"))\n"])
    let size = try line("one").utf8.count + 1
    #expect(try objections(nil, tip, within: limits) == [.tooMuch(size)])
    let files: [String: (mode: String, blob: ObjectID)] = [
      commit.description: (
        "100644", try test.blob([UInt8](repeating: 10, count: 65 << 20))
      )
    ]
    let long = try test.writeLedger(files)
    let error = try #require(throws: GitError.self) { try objections(nil, long) }
    #expect(error.message.contains("too long to read"))
  }

  @Test func `twenty trees that unfold into more notes than there are atoms are refused`() throws {
    // Each holds the next 256 times; the last one, a note.
    let note = try test.blob(Array("x".utf8))
    var tree = try test.git(
      ["mktree"], input: Array("100644 blob \(note)\t\(String(repeating: "0", count: 34))\n".utf8))
    var limits = LedgerStore.Limits()
    limits.places = 1_000
    for _ in 0..<3 {
      let lines = (0..<256).map { number in
        let digits = String(number, radix: 16)
        return "040000 tree \(tree)\t\(digits.count == 1 ? "0" : "")\(digits)\n"
      }
      tree = try test.git(["mktree"], input: Array(lines.joined().utf8))
    }
    let bomb = try #require(ObjectID(try test.git("commit-tree", "-m", "bomb", tree)))
    let error = try #require(throws: GitError.self) { try objections(nil, bomb, within: limits) }
    #expect(error.message.contains("unfold"))
    let one = try test.writeNotes([commit: "\(line("one"))\n"])
    #expect(throws: GitError.self) { try objections(one, bomb, within: limits) }
  }
}
