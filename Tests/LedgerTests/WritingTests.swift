import Git
import Ledger
import Release
import TestSupport
import Testing

/// What we write, against what git writes.
@Suite struct WritingTests {
  @Test(arguments: [1, 2, 15, 16, 45, 60, 75, 90, 120, 300, 1_200])
  func `a tree of notes is the tree that git notes makes of them`(count: Int) throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    var random = SeededGenerator(seed: count)
    let records = try ([commit] + (1..<count).map { _ in random.id() }).map {
      try check("unit", on: $0)
    }
    let store = try test.store()
    // In several steps, so that levels fan out on the way and not only from nothing.
    var rest = records[...]
    while !rest.isEmpty {
      let step = max(1, rest.count / 2)
      try store.append(Array(rest.prefix(step)), by: writer, message: "m")
      rest = rest.dropFirst(step)
    }
    // The same blobs in one level, but for one, which git adds; it writes all in its own layout.
    var files: [String: (mode: String, blob: ObjectID)] = [:]
    for line in try test.git("ls-tree", "-r", LedgerName.checks.reference).split(separator: "\n") {
      let fields = line.split(whereSeparator: \.isWhitespace)
      files[String(fields[3].filter { $0 != "/" })] = ("100644", try Self.id(fields[2]))
    }
    #expect(files.count == count)
    let last = try #require(files[commit.description])
    files[commit.description] = nil
    try test.writeLedger(files, of: .signoffs)
    try test.git("notes", "--ref", "deed/signoffs", "add", "-C", "\(last.blob)", "HEAD")
    #expect(
      try test.git("rev-parse", "refs/notes/deed/checks^{tree}")
        == test.git("rev-parse", "refs/notes/deed/signoffs^{tree}"))
    try test.fsck()
  }

  private static func id(_ text: Substring) throws -> ObjectID { try #require(ObjectID(text)) }

  @Test func `git shows what was recorded, and goes on from it`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let first = try test.record("lint", on: commit, second: 2)
    let second = try test.record("unit", on: commit, second: 1)
    let shown = try test.git("notes", "--ref", "deed/checks", "show", "HEAD")
    #expect(shown == String(decoding: second + [10] + first, as: UTF8.self))
    #expect(try test.git("log", "-1", "--notes=deed/*", "--format=%N").contains("unit"))
    try test.git("notes", "--ref", "deed/checks", "append", "-m", "by hand", "HEAD")
    try test.record("third", on: commit, second: 3)
    let lines = try #require(try test.lines()[commit])
    #expect(lines.count == 4)
    #expect(lines.contains("by hand"))
    #expect(try test.count("refs/notes/deed/checks") == 4)
    try test.fsck()
  }

  @Test func `a command makes one commit a ledger, and none for what stands already`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let records = try (0..<5).map { try check("c\($0)", on: commit) }
    try test.store().append(records, by: writer, message: "deed: five")
    try test.store().append(records.reversed(), by: writer, message: "deed: again")
    #expect(try test.count("refs/notes/deed/checks") == 1)
    #expect(
      try test.git("log", "-1", "--format=%an %s", "refs/notes/deed/checks").hasSuffix("five"))
    #expect(try test.lines()[commit]?.count == 5)
  }

  @Test func `a file is its own note, whatever is in it, and is stored once`() throws {
    let test = try TestRepository()
    try test.commit("One")
    let content: [UInt8] = [0, 255, 13, 10, 0, 10, 10, 128]
    let (blob, digest) = try test.store().attach(content, by: writer)
    _ = try test.store().attach(content, by: writer)
    #expect(digest == Digest(of: content))
    #expect(try test.count("refs/notes/deed/attachments") == 1)
    let shown = try test.run(["cat-file", "blob", "refs/notes/deed/attachments:\(blob)"])
    #expect(shown.output == content)
    try test.fsck()
  }
}
