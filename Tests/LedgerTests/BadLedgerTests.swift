import Git
import Ledger
import Release
import TestSupport
import Testing

/// Ledgers that no writer of ours made: nothing crashes, and nothing that is there gets lost.
@Suite struct BadLedgerTests {
  @Test(arguments: ["HEAD:file", "HEAD^{tree}", "annotated"])
  func `a ref that points at no commit is neither read nor written over`(target: String) throws {
    let test = try TestRepository()
    let commit = try test.commit("One", files: ["file": "text"])
    try test.git("tag", "-a", "-m", "x", "annotated")
    let id = try test.id(target)
    try test.git("update-ref", "refs/notes/deed/checks", "\(id)")
    let store = try test.store()
    let record = try check("unit", on: commit)
    for body: () throws -> Void in [
      { _ = try store.lines(of: .checks) }, { _ = try store.lost(in: .checks) },
      { try store.append([record], by: writer, message: "m") },
      { _ = try store.unite(.checks, with: commit) },
    ] {
      let error = try #require(throws: GitError.self, performing: body)
      #expect(error.kind == .invalidObject)
      #expect(error.message.contains("refs/notes/deed/checks"))
    }
    #expect(try test.id("refs/notes/deed/checks") == id)
    try test.git("update-ref", "-d", "refs/notes/deed/checks")
    #expect(throws: GitError.self) { try store.unite(.checks, with: id) }
  }

  private static let oddTexts: [[UInt8]] = [
    [0, 1, 0, 10], Array("a\r\nb\r\n".utf8), Array("no final line feed".utf8),
    [0xFF, 0xFE, 10, 0xC3, 0x28, 10, 0xED, 0xA0, 0x80], [10, 10, 10], [],
    Array("e\u{301}\n\u{E9}\n\u{2028}\n".utf8),
    [UInt8](repeating: UInt8(ascii: "x"), count: 5_000_000),
  ]

  // By number, for what five megabytes are called would take longer than the test.
  @Test(arguments: oddTexts.indices)
  func `whatever bytes a note holds, all of its lines stay`(number: Int) throws {
    let text = Self.oddTexts[number]
    let test = try TestRepository()
    let commit = try test.commit("One")
    let blob = try test.blob(text)
    let before = Set(NoteText.lines(of: text))
    let tip = try test.writeLedger([commit.description: ("100644", blob)])
    let line = try test.record("unit", on: commit)
    let after = before.union([line])
    let store = try test.store()
    #expect(try Set(store.lines(of: .checks, on: commit)) == after)
    let other = try test.writeNotes([commit: "b\r\nc\n"])
    let mine = try test.id(LedgerName.checks.reference)
    #expect(mine == other)
    _ = try store.unite(.checks, with: tip)
    let united = before.union([Array("b\r".utf8), Array("c".utf8)])
    #expect(try Set(store.lines(of: .checks, on: commit)) == united)
    try test.fsck()
  }

  @Test func `nothing is written over a note whose text is not here`() throws {
    let test = try TestRepository()
    test.expectDamage()
    let commit = try test.commit("One")
    try test.record("there", on: commit)
    let tip = try test.id(LedgerName.checks.reference)
    let blob = try test.git("rev-parse", "\(LedgerName.checks.reference):\(commit)")
    let other = try test.writeNotes([commit: "theirs\n"])
    try test.git("update-ref", LedgerName.checks.reference, "\(tip)")
    Files.remove("\(test.path)/.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")
    let store = try test.store()
    let record = try check("unit", on: commit)
    for body: () throws -> Void in [
      { _ = try store.lines(of: .checks) }, { _ = try store.lines(of: .checks, on: commit) },
      { try store.append([record], by: writer, message: "m") },
      { _ = try store.unite(.checks, with: other) },
    ] {
      let error = try #require(throws: GitError.self, performing: body)
      #expect(error.kind == .missingObject)
      #expect(error.message.contains(commit.short))
    }
    #expect(try test.id(LedgerName.checks.reference) == tip)
    // The note of another commit is not touched by that.
    let second = try test.commit("Two")
    try test.record("two", on: second)
    #expect(try store.lines(of: .checks, on: second).count == 1)
    #expect(try test.git("rev-parse", "\(LedgerName.checks.reference):\(commit)") == blob)
  }

  @Test func `a note too large to be one is not read`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let blob = try test.blob([UInt8](repeating: 10, count: (64 << 20) + 1))
    try test.writeLedger([commit.description: ("100644", blob)])
    let error = try #require(throws: GitError.self) { try test.store().lines(of: .checks) }
    #expect(error.kind == .invalidObject)
    #expect(throws: GitError.self) { try test.record("unit", on: commit) }
  }

  @Test func `a note that is no blob is an error`() throws {
    let test = try TestRepository()
    test.expectDamage()
    let commit = try test.commit("One")
    let tree = try test.id("HEAD^{tree}")
    let bytes = Array("100644 \(commit)\0".utf8) + tree.bytes
    let root = try test.git(
      ["hash-object", "-t", "tree", "-w", "--stdin", "--literally"], input: bytes)
    let ledger = try test.git("commit-tree", "-m", "x", root)
    try test.git("update-ref", LedgerName.checks.reference, ledger)
    let record = try check("unit", on: commit)
    #expect(throws: GitError.self) { try test.store().lines(of: .checks) }
    #expect(throws: GitError.self) {
      try test.store().append([record], by: writer, message: "m")
    }
  }

  @Test(arguments: ["100644 x", "100644 \0", " \0aaaaaaaaaaaaaaaaaaaaaaaa", "40000 ab\0short"])
  func `a tree that is none is an error`(text: String) throws {
    let test = try TestRepository()
    test.expectDamage()
    let commit = try test.commit("One")
    let root = try test.git(
      ["hash-object", "-t", "tree", "-w", "--stdin", "--literally"], input: Array(text.utf8))
    let content = "tree \(root)\nauthor a <b> 1 +0000\ncommitter a <b> 1 +0000\n\nx\n"
    let ledger = try test.git(
      ["hash-object", "-t", "commit", "-w", "--stdin", "--literally"], input: Array(content.utf8))
    try Files.write(ledger + "\n", to: "\(test.path)/.git/\(LedgerName.checks.reference)")
    #expect(throws: GitError.self) { try test.store().lines(of: .checks) }
    #expect(throws: GitError.self) { try test.record("unit", on: commit) }
  }

  @Test func `a commit with a clock from another age is united all the same`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    try test.record("ours", on: commit)
    let theirs = try test.run(
      ["commit-tree", "-m", "x", "HEAD^{tree}"],
      with: ["GIT_COMMITTER_DATE": "4102444799 +0000"])
    let tip = try test.id(theirs.text.split(separator: "\n").joined())
    _ = try test.store().unite(.checks, with: tip)
    #expect(try test.lines()[commit]?.count == 1)
    try test.fsck()
  }
}
