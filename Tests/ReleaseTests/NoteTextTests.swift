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

  @Test(arguments: 0..<100 as Range<UInt64>)
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
      let seal = Seal(over: try vector.ids.map { try #require(RecordID($0)) })
      #expect(seal.digest.description == vector.digest, "\(vector.name)")
      #expect(seal.count == vector.count, "\(vector.name)")
    }
  }

  @Test func `is broken by any record that is missing or more`() throws {
    let ids = (0..<5).map { RecordID(of: [UInt8($0)]) }
    let seal = Seal(over: ids)
    for index in ids.indices {
      var fewer = ids
      fewer.remove(at: index)
      #expect(Seal(over: fewer) != seal)
    }
    #expect(Seal(over: ids + [RecordID(of: [9])]) != seal)
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
}
