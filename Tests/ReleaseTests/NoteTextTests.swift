import Release
import Testing

@Suite struct `A note's text` {
  private struct Vectors: Decodable {
    struct Case: Decodable {
      let name: String
      let notes: [String]
      let union: String
    }

    let cases: [Case]
  }

  private static func union(_ notes: [[UInt8]]) -> [UInt8] {
    NoteText.joining(notes.flatMap(NoteText.lines(of:)))
  }

  @Test func `is united as the vectors have it`() throws {
    for vector in try vectors("notes", as: Vectors.self).cases {
      let notes = try vector.notes.map { try #require(Hexadecimal.decode($0.utf8)) }
      #expect(
        Hexadecimal.encode(Self.union(notes)) == Array(vector.union.utf8), "\(vector.name)")
    }
  }

  private static func note(using numbers: inout SeededNumbers) -> [UInt8] {
    (0..<Int.random(in: 0...40, using: &numbers)).compactMap { _ in
      [UInt8]("\n\n\rab\u{ff}{}".utf8).randomElement(using: &numbers)
    }
  }

  @Test(arguments: Seeds.all)
  func `unites in any order, any grouping, any number of times, and loses nothing`(_ seed: UInt64) {
    var numbers = SeededNumbers(state: seed)
    let (a, b, c) = (
      Self.note(using: &numbers), Self.note(using: &numbers), Self.note(using: &numbers)
    )
    #expect(Self.union([a, b]) == Self.union([b, a]))
    #expect(Self.union([Self.union([a, b]), c]) == Self.union([a, Self.union([b, c])]))
    let once = Self.union([a, b])
    #expect(Self.union([once, once]) == once)
    #expect(Self.union([once]) == once)
    #expect(
      Set(NoteText.lines(of: a)).union(NoteText.lines(of: b)) == Set(NoteText.lines(of: once)))
  }
}

@Suite struct `A seal` {
  private struct Vectors: Decodable {
    struct Case: Decodable {
      let name: String
      let ids: [String]
      let digest: String
      let count: Int
    }

    let cases: [Case]
  }

  @Test func `is what the vectors say`() throws {
    for vector in try vectors("seals", as: Vectors.self).cases {
      let sealed = SealedIDs(try vector.ids.map { try #require(RecordID($0)) })
      let seal = sealed.seal(blob: .zero, ledgers: [:])
      #expect(seal.digest.description == vector.digest, "\(vector.name)")
      #expect(seal.count == vector.count, "\(vector.name)")
      #expect(Digest(of: sealed.list) == seal.list.digest && seal.isSound, "\(vector.name)")
      #expect(SealedIDs(list: sealed.list) == sealed, "\(vector.name)")
    }
  }

  @Test func `is broken by any record that is missing or more`() throws {
    let ids = (0..<5).map { RecordID(of: [UInt8($0)]) }
    let seal = SealedIDs(ids).digest
    for index in ids.indices {
      var fewer = ids
      fewer.remove(at: index)
      #expect(SealedIDs(fewer).digest != seal)
    }
    #expect(SealedIDs(ids + [RecordID(of: [9])]).digest != seal)
  }
}

@Suite struct `An id` {
  @Test(arguments: 0..<50 as Range<UInt64>)
  func `is written as it was read, and sorts as its text`(_ seed: UInt64) throws {
    var numbers = SeededNumbers(state: seed)
    func bytes(_ count: Int) -> [UInt8] {
      (0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) }
    }
    let (one, other) = (
      try #require(ObjectID(bytes: bytes(20))), try #require(ObjectID(bytes: bytes(20)))
    )
    #expect(ObjectID(one.description) == one)
    #expect(ObjectID(hexadecimal: one.hexadecimal) == one)
    #expect(ObjectID(bytes: one.bytes) == one)
    #expect((one < other) == (one.description < other.description))
    let (digest, second) = (Digest(of: bytes(8)), Digest(of: bytes(8)))
    #expect(Digest(digest.description) == digest)
    #expect((digest < second) == (digest.description < second.description))
    #expect(digest.description.hasPrefix(digest.short))
  }

  @Test func `of nothing is the known one`() {
    #expect(
      Digest(of: []).description
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test(arguments: [39, 41, 0, 38, 64])
  func `of another length is none`(_ length: Int) {
    let text = String(repeating: "a", count: length)
    #expect(ObjectID(text) == nil)
    if length != 64 { #expect(Digest(text) == nil) }
  }

  @Test(arguments: ["A", "g", " ", "é", "\u{FF11}"])
  func `with another character is none`(_ character: String) {
    for length in [40, 64] {
      let rest = String(repeating: "a", count: length - character.utf8.count)
      #expect(ObjectID(character + rest) == nil)
      #expect(Digest(character + rest) == nil)
    }
  }

  @Test func `has a list of whole, sorted ids, each once`() {
    let ids = (0..<9).map { RecordID(of: [UInt8($0)]) }.sorted()
    func list(_ ids: [RecordID]) -> [UInt8] { ids.flatMap { Array("\($0)\n".utf8) } }
    #expect(SealedIDs(list: list(ids))?.ids == ids)
    #expect(SealedIDs(list: [])?.ids == [])
    let others: [[UInt8]] = [
      list(ids.reversed()), list([ids[0], ids[0]]), Array(list(ids).dropLast()), list(ids) + [10],
      Array("\(ids[0])\r\n".utf8), Array("abc\n".utf8), [10],
    ]
    for bad in others {
      #expect(SealedIDs(list: bad) == nil)
    }
  }

  @Test func `knows the records that it covers, and no others`() {
    let ids = (0..<20).map { RecordID(of: [UInt8($0)]) }
    let sealed = SealedIDs(ids.prefix(13) + ids.prefix(3))
    #expect(ids.map(sealed.contains) == ids.indices.map { $0 < 13 })
    #expect(!SealedIDs([]).contains(ids[0]))
  }

  @Test func `is sound only where its list is what was digested`() {
    let seal = SealedIDs([RecordID(of: [1])]).seal(blob: .zero, ledgers: [:])
    func list(_ digest: Digest, _ size: Int) -> Record.Attachment {
      Record.Attachment(blob: .zero, name: "x", digest: digest, size: size)
    }
    for (count, list) in [
      (1, list(Digest(of: [2]), 65)), (1, list(seal.digest, 64)), (1, list(seal.digest, 130)),
      (2, list(seal.digest, 65)), (Int.max, list(seal.digest, 65)),
    ] {
      let other = Seal(count: count, digest: seal.digest, ledgers: [:], list: list)
      #expect(!other.isSound)
    }
    #expect(seal.isSound)
  }

  @Test func `covers every environment, and what cannot be judged but names this release`() throws {
    var evidence = Evidence(records: [
      try Sample.signoff(.approve), try Sample.record(Sample.manifest),
      try Sample.signoff(.approve, environment: "staging"),
    ])
    let named = try Sample.unreadable(.check)
    evidence.unreadable = [
      named, try Sample.unreadable(.waiver, release: nil),
      try Sample.unreadable(.check, release: "v1.4.1"),
    ]
    evidence.records.append(evidence.records[0])
    let sealed = evidence.sealed(release: version("v1.4.0"), commit: Sample.commit)
    #expect(sealed == SealedIDs(evidence.records.map(\.id) + [named.id]))
    #expect(
      evidence.sealed(release: version("v1.4.0"), commit: Sample.otherCommit).ids.isEmpty)
  }
}
