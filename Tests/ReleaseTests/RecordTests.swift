import Foundation
import Release
import Testing

@Suite struct `A ledger line` {
  private struct Vectors: Decodable {
    struct Line: Decodable {
      let name: String
      let kind: String
      let id: String?
      let given: Given

      private enum Key: String, CodingKey {
        case name
        case kind = "is"
        case id
      }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        name = try container.decode(String.self, forKey: .name)
        kind = try container.decode(String.self, forKey: .kind)
        id = try container.decodeIfPresent(String.self, forKey: .id)
        given = try Given(from: decoder)
      }
    }

    struct Place: Decodable {
      let name: String
      let line: String
      let ledger: String
      let commit: String
      let counts: Bool
    }

    let lines: [Line]
    let places: [Place]
  }

  @Test func `is what the vectors say, under the same id`() throws {
    for vector in try vectors("lines", as: Vectors.self).lines {
      let line = LedgerLine(parsing: vector.given.bytes)
      #expect(line.word == vector.kind, "\(vector.name): \(line.reason)")
      #expect(line.id?.description == vector.id, "\(vector.name)")
      if case .record(let record) = line { #expect(record.line == vector.given.bytes) }
    }
  }

  @Test func `counts only where the vectors let it`() throws {
    for vector in try vectors("lines", as: Vectors.self).places {
      let line = Sample.line(vector.line)
      let ledger = try #require(LedgerName(rawValue: vector.ledger))
      let commit = try #require(ObjectID(vector.commit))
      let isRecord = line.word == "record"
      #expect(
        (isRecord && line.misplacement(in: ledger, on: commit) == nil) == vector.counts,
        "\(vector.name)")
    }
  }

  @Test func `that cannot be judged says of what it may speak`() throws {
    let record = try Sample.unreadable(.signoff, release: nil, environment: "staging")
    #expect(record.release == nil)
    #expect(record.environment == "staging")
    #expect(record.commit == Sample.commit)
  }

  @Test func `in the documentation has the id that stands there`() throws {
    let page = try String(
      contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../docs/record-format.md"), encoding: .utf8)
    let lines = page.split(separator: "\n")
    let example = try #require(lines.first { $0.hasPrefix(#"{"at":"#) })
    guard case .record(let record) = Sample.line(String(example)) else {
      Issue.record("the example is no record")
      return
    }
    #expect(lines.contains { $0 == record.id.description })
  }
}

@Suite struct `A record` {
  @Test func `is written as the line that is read back`() throws {
    let first = try Sample.signoff(.reject, role: "reviewer", comment: "いいえ\n")
    let record = try Sample.signoff(.approve, replacing: [first])
    #expect(record.replaces == [first.id])
    guard case .record(let read) = LedgerLine(parsing: record.line) else {
      Issue.record("it is not read back")
      return
    }
    #expect(read.id == record.id)
    #expect(read.id == RecordID(of: record.line))
    #expect(read.by == Sample.hanako)
    #expect(read.environment == "production")
  }

  @Test func `sorts what it replaces, each once`() throws {
    let former = try (0..<5).map { try Sample.signoff(.approve, at: $0) }
    let record = try Sample.signoff(.approve, replacing: former + former.reversed())
    #expect(record.replaces == former.map(\.id).sorted())
  }

  @Test(arguments: [
    Person(name: "", email: "a@example.org"), Person(name: "a", email: ""),
  ])
  func `is refused of a person without name or address`(_ person: Person) {
    #expect(throws: RecordError.self) { try Sample.signoff(.approve, by: person) }
  }

  @Test func `is refused where a comment is too long, in bytes`() throws {
    #expect(throws: RecordError.self) {
      try Sample.signoff(.approve, comment: String(repeating: "承", count: 1366))
    }
    _ = try Sample.signoff(.approve, comment: String(repeating: "承", count: 1365))
  }

  @Test func `is refused where it is longer than a line may be`() {
    let name = String(repeating: "x", count: Record.maximumLength)
    #expect(throws: RecordError.self) {
      try Sample.signoff(.approve, by: Person(name: name, email: "a@example.org"))
    }
  }

  @Test func `is refused at a time that no line can spell`() {
    #expect(throws: RecordError.self) {
      try Record(
        at: Timestamp(milliseconds: 253_402_300_800_000), by: Sample.hanako, commit: Sample.commit,
        release: version("v1.4.0"), environment: nil, body: .tag(object: Sample.commit),
        replaces: [])
    }
  }

  @Test func `of a kind without an environment is refused with one`() {
    #expect(throws: RecordError.self) {
      try Record(
        at: Sample.now, by: Sample.hanako, commit: Sample.commit, release: version("v1.4.0"),
        environment: "production", body: .tag(object: Sample.commit), replaces: [])
    }
  }

  @Test(arguments: Record.Kind.allCases)
  func `has one ledger`(_ kind: Record.Kind) {
    #expect(LedgerName.ofRecords.contains(kind.ledger))
  }

  @Test func `counts as the worst of several that stand`() {
    #expect(Record.Signoff.Decision.worst(of: [.approve, .withdraw]) == .withdraw)
    #expect(Record.Signoff.Decision.worst(of: [.withdraw, .reject, .approve]) == .reject)
    #expect(Record.ItemOutcome.worst(of: [.pass, .na]) == .na)
    #expect(Record.ItemOutcome.worst(of: [.na, .fail]) == .fail)
    #expect(Record.Decision.worst(of: [.go, .breakGlass]) == .breakGlass)
    #expect(Record.Decision.worst(of: [.breakGlass, .noGo]) == .noGo)
    #expect(Record.Decision.worst(of: []) == nil)
  }
}

extension LedgerLine {
  fileprivate var word: String {
    switch self {
    case .record: "record"
    case .unknownKind: "unknownKind"
    case .unreadable: "unreadable"
    case .malformed: "malformed"
    }
  }

  fileprivate var reason: String {
    switch self {
    case .record: ""
    case .unknownKind(let kind): kind
    case .unreadable(let record): record.reason
    case .malformed(let reason): reason
    }
  }
}
