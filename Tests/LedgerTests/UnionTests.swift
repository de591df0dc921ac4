import Git
import Release
import TestSupport
import Testing

@testable import Ledger

/// What uniting two ledgers comes to.
@Suite struct UnionTests {
  private typealias Notes = [ObjectID: Set<String>]

  /// A repository in which several ledgers stand side by side, to be united in any order.
  private struct Ledgers {
    let test: TestRepository
    var random: SeededGenerator
    let objects: [ObjectID]

    init(seed: Int) throws {
      test = try TestRepository()
      try test.commit("One")
      var random = SeededGenerator(seed: seed)
      objects = (0..<Int.random(in: 3...140, using: &random)).map { _ in random.id() }
      self.random = random
    }

    /// A generated ledger, in its canonical form: what appending makes.
    mutating func make(on parent: ObjectID? = nil) throws -> ObjectID {
      try stand(at: parent)
      var records: [Record] = []
      for object in objects where Bool.random(using: &random) {
        let number = Int.random(in: 0..<3, using: &random)
        records.append(try check("c\(number)", on: object, second: Int64(number)))
      }
      records.append(try check("c", on: random.id()))
      try test.store().append(records, by: writer, message: "m")
      return try test.id(LedgerName.checks.reference)
    }

    func stand(at tip: ObjectID?) throws {
      if let tip {
        try test.git("update-ref", LedgerName.checks.reference, "\(tip)")
      } else {
        try test.git("update-ref", "-d", LedgerName.checks.reference)
      }
    }

    func union(_ one: ObjectID?, _ other: ObjectID) throws -> ObjectID {
      try stand(at: one)
      _ = try test.store().unite(.checks, with: other)
      return try test.id(LedgerName.checks.reference)
    }

    func tree(_ tip: ObjectID) throws -> ObjectID { try test.id("\(tip)^{tree}") }

    func notes(_ tip: ObjectID) throws -> Notes {
      try stand(at: tip)
      return try test.lines().mapValues(Set.init)
    }
  }

  private static func sum(_ notes: Notes...) -> Notes {
    notes.reduce(into: [:]) { $0.merge($1) { $0.union($1) } }
  }

  @Test(arguments: Seeds.few)
  func `a union is commutative, associative, idempotent and loses nothing`(seed: Int) throws {
    var ledgers = try Ledgers(seed: seed)
    let base = try seed.isMultiple(of: 2) ? ledgers.make() : nil
    let (a, b, c) = (
      try ledgers.make(on: base), try ledgers.make(on: base), try ledgers.make(on: nil)
    )
    let ab = try ledgers.union(a, b)
    #expect(try ledgers.union(b, a) == ab)
    #expect(try ledgers.union(ab, a) == ab)
    #expect(try ledgers.union(a, ab) == ab)
    let (left, right) = (try ledgers.union(ab, c), try ledgers.union(a, ledgers.union(b, c)))
    #expect(try ledgers.tree(left) == ledgers.tree(right))
    let everything = try Self.sum(ledgers.notes(a), ledgers.notes(b), ledgers.notes(c))
    #expect(try ledgers.notes(left) == everything)
    try ledgers.test.fsck()
  }

  @Test(arguments: Seeds.few)
  func `two sides of any form come to one commit, and to rest`(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    let test = try TestRepository()
    try test.commit("One")
    let objects = (0..<Int.random(in: 2...120, using: &random)).map { _ in random.id() }
    let lines = ["a\n", "\nb\n", "b\n\n\na", "c\r\n", "x\0y\n", "a\nb\nc\n"]
    let texts = try test.blobs(lines.map { Array($0.utf8) })
    func side() throws -> ObjectID {
      var files: [String: (mode: String, blob: ObjectID)] = [:]
      for object in objects {
        for levels in 0..<3 where Int.random(in: 0..<3, using: &random) == 0 {
          var name = object.description
          for level in 0..<levels {
            name.insert("/", at: name.index(name.startIndex, offsetBy: 3 * level + 2))
          }
          files[name] = ("100644", texts[Int.random(in: 0..<texts.count, using: &random)])
        }
      }
      for name in ["README", "ab/x", "docs/y"] where Bool.random(using: &random) {
        files[name] = ("100644", try test.blob(Array("\(random.next())".utf8)))
      }
      return try test.writeLedger(files)
    }
    let (a, b) = (try side(), try side())
    func union(_ one: ObjectID, _ other: ObjectID) throws -> ObjectID {
      try test.git("update-ref", LedgerName.checks.reference, "\(one)")
      _ = try test.store().unite(.checks, with: other)
      return try test.id(LedgerName.checks.reference)
    }
    let both = try union(a, b)
    #expect(try union(b, a) == both)
    #expect(try union(both, a) == both)
    #expect(try union(both, b) == both)
    #expect(try union(a, both) == both)
    try test.fsck()
  }

  private func line(_ name: String, on commit: ObjectID) throws -> String {
    String(decoding: try check(name, on: commit).line, as: UTF8.self)
  }

  @Test func `a line that is no record may go, and stays gone`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    let good = try line("good", on: commit)
    let old = try test.writeNotes([commit: "\(good)\nno record\n"])
    let new = try test.writeNotes([commit: "\(good)\n"], on: ["\(old)"])
    try test.git("update-ref", LedgerName.checks.reference, "\(old)")
    #expect(try test.store().unite(.checks, with: new).restored == 0)
    #expect(try test.lines() == [commit: [good]])
    #expect(try test.store().lost(in: .checks).isEmpty)
  }

  @Test func `a fast-forward that deleted a line or a note does not delete it here`() throws {
    let test = try TestRepository()
    var random = SeededGenerator(seed: 1)
    let (one, two) = (random.id(), random.id())
    try test.commit("One")
    let (a, b, d) = (try line("a", on: one), try line("b", on: one), try line("d", on: one))
    let c = try line("c", on: two)
    let mine = try test.writeNotes([one: "\(a)\n\(b)\n", two: "\(c)\n"])
    let theirs = try test.writeNotes([one: "\(b)\n\(d)\n"], on: ["\(mine)"])
    try test.git("update-ref", LedgerName.checks.reference, "\(mine)")
    let union = try test.store().unite(.checks, with: theirs)
    #expect(union == Union(gained: 1, restored: 2))
    #expect(try test.lines() == [one: [a, b, d], two: [c]])
    #expect(
      try test.run(["merge-base", "--is-ancestor", "\(theirs)", LedgerName.checks.reference]).status
        == 0)
  }

  @Test func `what a history lost comes back where there was nothing of ours`() throws {
    let test = try TestRepository()
    var random = SeededGenerator(seed: 2)
    let object = random.id()
    try test.commit("One")
    let (a, b) = (try line("a", on: object), try line("b", on: object))
    let old = try test.writeNotes([object: "\(a)\n\(b)\n"])
    let new = try test.writeNotes([object: "\(b)\n"], on: ["\(old)"])
    try test.git("update-ref", "-d", LedgerName.checks.reference)
    #expect(try test.store().unite(.checks, with: new) == Union(gained: 1, restored: 1))
    #expect(try test.lines() == [object: [a, b]])
    #expect(try test.store().lost(in: .checks).isEmpty)
  }

  @Test(arguments: [true, false])
  func `a line that left the history is found, with a memory and without`(remembers: Bool) throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    for number in 0..<5 { try test.record("c\(number)", on: commit) }
    #expect(try test.store().lost(in: .checks).isEmpty)
    let gone = try test.record("gone", on: commit)
    let whole = try test.store().lines(of: .checks, on: commit)
    let kept = whole.filter { $0 != gone }.map { String(decoding: $0, as: UTF8.self) + "\n" }
    try test.git("notes", "--ref", "deed/checks", "add", "-f", "-m", kept.joined())
    for number in 5..<8 { try test.record("c\(number)", on: commit) }
    let store = LedgerStore(try test.store().repository, remembers: remembers)
    #expect(try store.lost(in: .checks) == [commit: [gone]])
    #expect(try store.lost(in: .checks) == [commit: [gone]])
  }

  @Test func `a commit that once was whole does not hide what a branch beside it lost`() throws {
    let test = try TestRepository()
    var random = SeededGenerator(seed: 3)
    let object = random.id()
    try test.commit("One")
    let (a, b) = (try line("a", on: object), try line("b", on: object))
    let first = try test.writeNotes([object: "\(a)\n"])
    let second = try test.writeNotes([object: "\(b)\n"], on: ["\(first)"])
    let mended = try test.writeNotes([object: "\(a)\n\(b)\n"], on: ["\(second)"])
    #expect(try test.store().lost(in: .checks).isEmpty)
    let memory = Files.read("\(test.path)/.git/deed/whole") ?? []
    #expect(String(decoding: memory, as: UTF8.self).contains("\(mended)"))
    // Below the commit that was found whole lies one that is not.
    try test.git("update-ref", LedgerName.checks.reference, "\(second)")
    #expect(try test.store().lost(in: .checks) == [object: [Array(a.utf8)]])
    try Files.write("garbage\n\0\(first.short)\n", to: "\(test.path)/.git/deed/whole")
    #expect(try test.store().lost(in: .checks) == [object: [Array(a.utf8)]])
  }

  @Test func `a file is united with itself, and nothing else is taken for it`() throws {
    let test = try TestRepository()
    try test.commit("One")
    let content: [[UInt8]] = [[0, 1, 2, 255], Array("a\r\n\n".utf8), [], [10, 0]]
    let blobs = try content.map { try test.blob($0) }
    let bogus = try test.blob(Array("another".utf8))
    func file(_ object: ObjectID, _ blob: ObjectID) -> [String: (mode: String, blob: ObjectID)] {
      ["\(object)": ("100644", blob)]
    }
    let mine = try test.writeLedger(
      file(blobs[0], blobs[0]).merging(file(blobs[1], bogus)) { $1 }, of: .attachments)
    let theirs = try test.writeLedger(
      file(blobs[1], blobs[1]).merging(file(blobs[2], blobs[2])) { $1 }
        .merging(file(blobs[0], bogus)) { $1 }.merging(file(blobs[3], bogus)) { $1 },
      of: .attachments)
    for (one, other) in [(mine, theirs), (theirs, mine)] {
      try test.git("update-ref", LedgerName.attachments.reference, "\(one)")
      _ = try test.store().unite(.attachments, with: other)
      let names = try test.git("ls-tree", "-r", LedgerName.attachments.reference)
        .split(separator: "\n").map { "\($0.split(separator: "\t")[1])" }
      #expect(names == blobs[0...2].map(\.description).sorted())
      for line in try test.git("ls-tree", "-r", LedgerName.attachments.reference).split(
        separator: "\n")
      {
        let fields = line.split(whereSeparator: \.isWhitespace)
        #expect(fields[2] == fields[3])
      }
    }
    // A fast-forward that drops a file does not drop it here.
    let whole = try test.id(LedgerName.attachments.reference)
    let less = try test.writeLedger(
      file(blobs[2], blobs[2]), on: ["\(whole)"], of: .attachments)
    try test.git("update-ref", "-d", LedgerName.attachments.reference)
    #expect(try test.store().unite(.attachments, with: less).restored == 2)
    try test.fsck()
  }
}
