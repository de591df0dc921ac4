import Git
import Ledger
import Release
import TestSupport
import Testing

/// Layouts that git, other tools and accidents leave behind.
@Suite struct ReadingTests {
  private static func fanned(_ object: ObjectID, _ levels: Int) -> String {
    var path = ""
    var rest = Substring(object.description)
    for _ in 0..<levels {
      path += rest.prefix(2) + "/"
      rest = rest.dropFirst(2)
    }
    return path + rest
  }

  @Test(arguments: 0...3) func `a note is found at any fan-out`(levels: Int) throws {
    let test = try TestRepository()
    try test.commit("One")
    var random = SeededGenerator(seed: levels)
    var files: [String: (mode: String, blob: ObjectID)] = [:]
    var expected: [ObjectID: [String]] = [:]
    let blobs = try test.blobs((0..<50).map { Array("n\($0)\n".utf8) })
    for (number, blob) in blobs.enumerated() {
      let object = random.id()
      files[Self.fanned(object, levels)] = ("100644", blob)
      expected[object] = ["n\(number)"]
    }
    try test.writeLedger(files)
    #expect(try test.lines() == expected)
    let object = try #require(expected.keys.first)
    #expect(try test.store().lines(of: .checks, on: object).count == 1)
    try test.record("unit", on: object)
    expected[object]? += [String(decoding: try check("unit", on: object).line, as: UTF8.self)]
    #expect(try test.lines().mapValues(Set.init) == expected.mapValues(Set.init))
    try test.fsck()
  }

  @Test func `a note that stands flat and fanned out is both together, as git reads it`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let (one, two) = (try test.blob(Array("a\nb\n".utf8)), try test.blob(Array("b\nc\n".utf8)))
    try test.writeLedger([
      commit.description: ("100644", one), Self.fanned(commit, 1): ("100644", two),
      Self.fanned(commit, 2): ("100644", try test.blob(Array("d\n".utf8))),
    ])
    #expect(try test.lines() == [commit: ["a", "b", "c", "d"]])
    #expect(
      try Set(test.git("notes", "--ref", "deed/checks", "show").split(separator: "\n"))
        == ["a", "b", "c", "d"])
    try test.record("unit", on: commit)
    #expect(try test.lines()[commit]?.count == 5)
    #expect(try test.git("ls-tree", "-r", "--name-only", "refs/notes/deed/checks") == "\(commit)")
    try test.fsck()
  }

  @Test func `notes appended by git have blank lines between, which are no lines`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    for text in ["z", "a", "m"] {
      try test.git("notes", "--ref", "deed/checks", "append", "-m", text)
    }
    #expect(try test.lines() == [commit: ["a", "m", "z"]])
  }

  @Test func `what is no note is kept as it is`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    var random = SeededGenerator(seed: 7)
    let text = try test.blob(Array("text".utf8))
    let hidden = random.id()
    let others: [String: (mode: String, blob: ObjectID)] = [
      "README": ("100644", text), "docs/a b\u{1}": ("100755", text),
      "\(random.id())": ("120000", text), "\(random.id())x": ("100644", text),
      "\(random.id())".uppercased(): ("120000", text), "ab/README": ("100644", text),
      "zz/\(random.id())": ("100644", text), "c": ("100644", text), "de": ("100644", text),
    ]
    var files = others
    files["\(hidden)"] = ("100755", try test.blob(Array("executable\n".utf8)))
    try test.writeLedger(files)
    #expect(try test.lines() == [hidden: ["executable"]])
    // Enough to fan out, and to pull up and push down every neighbour.
    let objects = (0..<200).map { _ in random.id() } + [commit]
    try test.store().append(
      try objects.map { try check("unit", on: $0) }, by: writer, message: "m")
    #expect(try test.lines().count == 202)
    for (path, entry) in others {
      let shown = try test.git("ls-tree", "-r", "-z", "refs/notes/deed/checks", "--", path)
      #expect(shown == "\(entry.mode) blob \(entry.blob)\t\(path)\0", "\(path)")
    }
    try test.fsck()
  }

  @Test func `a link that has the name of a note does not keep the note out`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let text = try test.blob(Array("text".utf8))
    try test.writeLedger([commit.description: ("120000", text)])
    try test.record("unit", on: commit)
    #expect(try test.lines()[commit]?.count == 1)
    #expect(try test.git("notes", "--ref", "deed/checks", "show").contains("unit"))
    #expect(
      try test.git("ls-tree", "refs/notes/deed/checks", "\(commit)").hasPrefix("120000"))
    try test.fsck()
  }

  @Test func `what git fetch brought counts before it is united`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    try test.record("ours", on: commit)
    try test.writeNotes([commit: "theirs\n"], of: .signoffs)
    try test.git("update-ref", "refs/deed/remotes/origin/checks", "refs/notes/deed/signoffs")
    let lines = try #require(try test.lines()[commit])
    #expect(lines.contains("theirs"))
    #expect(lines.count == 2)
    #expect(try test.store().lines(of: .checks, on: commit).count == 2)
  }
}
