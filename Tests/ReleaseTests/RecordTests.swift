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

  /// The body as it is read back from the line that is written.
  private static func readBack(_ body: Record.Body) throws -> Record.Body {
    let record = try Sample.record(body)
    guard case .record(let read) = LedgerLine(parsing: record.line) else { return Sample.manifest }
    return read.body
  }

  @Test func `of a decision keeps its seal and all else`() throws {
    var decision = Record.Decision(.go)
    decision.comment = "c"
    decision.until = Sample.now
    decision.isOffline = true
    decision.seal = SealedIDs([RecordID(of: [1])]).seal(
      blob: Sample.commit, ledgers: [.checks: Sample.commit, .signoffs: Sample.otherCommit])
    guard case .decision(let read) = try Self.readBack(.decision(decision)) else {
      Issue.record("it is no decision")
      return
    }
    #expect(read.choice == .go && read.comment == "c" && read.until == Sample.now)
    #expect(read.isOffline && read.seal == decision.seal)
    guard case .decision(let bare) = try Self.readBack(.decision(Record.Decision(.noGo))) else {
      Issue.record("it is no decision")
      return
    }
    #expect(bare.choice == .noGo && bare.seal == nil && !bare.isOffline)
  }

  @Test func `of a deployment, rollback or check keeps all that it says`() throws {
    var run = Record.Run(.failed)
    run.comment = "c"
    run.command = "make deploy"
    run.exit = 137
    run.milliseconds = 5
    run.log = Record.Attachment(blob: Sample.commit, name: "l", digest: Digest(of: []), size: 0)
    run.isReported = true
    run.from = "v1.5.0"
    for body in [Record.Body.deployment(run), .rollback(run)] {
      let read = try Self.readBack(body)
      #expect(read.kind == body.kind)
      #expect(JSON.object(read.members) == JSON.object(body.members))
    }
    var check = Record.CheckResult(name: "tests", outcome: .warn)
    check.comment = "c"
    check.run = Record.CommandRun(exit: 0, milliseconds: 9)
    check.attachments = try [#require(run.log)]
    check.findings = Record.CheckResult.Findings(fail: 0, pass: 2, warn: 1)
    check.tag = Sample.commit
    check.manifests = [RecordID(of: [1]), RecordID(of: [2])].sorted()
    check.deployments = [RecordID(of: [3])]
    let read = try Self.readBack(.check(check))
    #expect(JSON.object(read.members) == JSON.object(Record.Body.check(check).members))
  }

  @Test func `of a sign-off has no word of decisions where it names none`() throws {
    let id = RecordID(of: [1])
    let bare = try Sample.signoff(.approve)
    #expect(!String(decoding: bare.line, as: UTF8.self).contains("decisions"))
    let naming = try Sample.signoff(.approve, covers: Record.Covers(decisions: [id]))
    guard case .signoff(let read) = naming.body else { return }
    #expect(read.covers.decisions == [id])
    #expect(naming.id != bare.id)
  }

  @Test func `of a redaction names the file and why, and nothing of what was in it`() throws {
    let redaction = Record.Redaction(blob: id(0x20), reason: "the log held a password")
    let record = try Sample.record(.redaction(redaction))
    guard case .redaction(let read) = record.body else {
      Issue.record("it is no redaction")
      return
    }
    #expect(read == redaction)
    #expect(record.environment == nil)
    #expect(record.attachments.isEmpty)
    #expect(
      try JSON(canonical: record.line).object?["body"]?.object?.keys.sorted() == ["blob", "reason"])
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
    #expect(Record.Decision.Choice.worst(of: [.go, .breakGlass]) == .breakGlass)
    #expect(Record.Decision.Choice.worst(of: [.breakGlass, .noGo]) == .noGo)
    #expect(Record.Decision.Choice.worst(of: []) == nil)
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
