import Release
import Testing

@Suite struct `What stands` {
  private struct Vectors: Decodable {
    struct Case: Decodable {
      let name: String
      let lines: [String]
      let standing: [String]
    }

    let cases: [Case]
  }

  private static func ids(of lines: [[UInt8]]) -> [RecordID] {
    let records = lines.compactMap { line -> Record? in
      if case .record(let record) = LedgerLine(parsing: line) { record } else { nil }
    }
    return Standing(of: records).records.map(\.id)
  }

  @Test func `is what the vectors say`() throws {
    for vector in try vectors("standing", as: Vectors.self).cases {
      let ids = Self.ids(of: vector.lines.map { Array($0.utf8) })
      #expect(ids.map(\.description) == vector.standing, "\(vector.name)")
    }
  }

  /// A ledger as several people would write it, who see each other's records only at times.
  private static func ledger(_ seed: UInt64) throws -> [Record] {
    var numbers = SeededNumbers(state: seed)
    var records: [Record] = []
    for _ in 0..<Int.random(in: 0...24, using: &numbers) {
      let seen = records.filter { _ in Int.random(in: 0..<4, using: &numbers) > 0 }
      let person = [Sample.hanako, Sample.minsu].randomElement(using: &numbers) ?? Sample.ana
      let body: Record.Body =
        switch Int.random(in: 0..<5, using: &numbers) {
        case 0: .result(Record.ItemResult(item: "i1", outcome: .pass))
        case 1: Sample.manifest
        case 2: .deployment(Record.Run(.started))
        default:
          .signoff(
            Record.Signoff(
              decision: [.approve, .reject, .withdraw].randomElement(using: &numbers) ?? .approve,
              role: nil, comment: nil, covers: Record.Covers()))
        }
      let place = ["staging", "production"].randomElement(using: &numbers)
      // Some name what is none of their business.
      let strays = records.filter { _ in Int.random(in: 0..<10, using: &numbers) == 0 }
      let draft = try Sample.record(body, by: person, environment: place)
      let subject = Subject(of: draft)
      records.append(
        try Sample.record(
          body, by: person, environment: place,
          replacing: Standing(of: seen).about(subject, by: person) + strays,
          at: Int.random(in: -9999...9999, using: &numbers)))
    }
    return records
  }

  @Test(arguments: Seeds.all)
  func `depends neither on the order of arrival nor on duplicates`(_ seed: UInt64) throws {
    var numbers = SeededNumbers(state: seed &+ 1000)
    let records = try Self.ledger(seed)
    let standing = Standing(of: records).records.map(\.id)
    #expect(Standing(of: records.reversed()).records.map(\.id) == standing)
    #expect(Standing(of: records.shuffled(using: &numbers)).records.map(\.id) == standing)
    let again = records.filter { _ in Bool.random(using: &numbers) }
    #expect(Standing(of: (again + records + again)).records.map(\.id) == standing)
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func `does not depend on clocks`(_ seed: UInt64) throws {
    var numbers = SeededNumbers(state: seed &+ 2000)
    let records = try Self.ledger(seed)
    // The same history at other times: ids change, so what each replaces is carried along.
    var renamed: [RecordID: Record] = [:]
    for record in records {
      let known = record.replaces.compactMap { renamed[$0] }
      renamed[record.id] = try Sample.record(
        record.body, by: record.by, environment: record.environment, replacing: known,
        at: Int.random(in: -99_999...99_999, using: &numbers))
    }
    guard Set(renamed.values.map(\.id)).count == Set(records.map(\.id)).count else { return }
    let expected = Set(Standing(of: records).records.compactMap { renamed[$0.id]?.id })
    #expect(Set(Standing(of: renamed.values).records.map(\.id)) == expected)
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func `is left alone by unknown kinds and by what cannot be read`(_ seed: UInt64) throws {
    let records = try Self.ledger(seed)
    let others = records.flatMap { record -> [[UInt8]] in
      guard case .object(var members) = try? JSON(canonical: record.line) else { return [] }
      members["replaces"] = .array(records.map(\.id).sorted().map { .string($0.description) })
      var later = members
      later["v"] = .integer(2)
      members["kind"] = .string("correction")
      return [JSON.object(members).canonical, JSON.object(later).canonical]
    }
    let lines = records.map(\.line)
    #expect(Self.ids(of: lines + others) == Self.ids(of: lines))
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func `is a function of the united notes`(_ seed: UInt64) throws {
    var numbers = SeededNumbers(state: seed &+ 3000)
    let lines = try Self.ledger(seed).map(\.line)
    func part() -> [[UInt8]] { lines.filter { _ in Bool.random(using: &numbers) } }
    let (one, two) = (part(), part())
    let united = NoteText.joining(
      NoteText.lines(of: NoteText.joining(one)) + NoteText.lines(of: NoteText.joining(two)))
    #expect(Self.ids(of: NoteText.lines(of: united)) == Self.ids(of: one + two))
  }

  @Test func `keeps the one of several signed lines that sorts first, whichever came first`()
    throws
  {
    let record = try Sample.signoff(.approve)
    let signed = try ["b", "a"].map { value -> Record in
      guard case .object(var members) = try JSON(canonical: record.line) else { return record }
      members["signature"] = .object(["format": .string("ssh"), "value": .string(value)])
      guard case .record(let signed) = LedgerLine(parsing: JSON.object(members).canonical) else {
        return record
      }
      return signed
    }
    #expect(Set(signed.map(\.id)) == [record.id])
    let standing = Standing(of: signed).records
    #expect(standing.map(\.line) == Standing(of: signed.reversed()).records.map(\.line))
    #expect(standing.first?.signature?.value == "a")
  }

  @Test func `of thousands of records is known at once`() throws {
    var records: [Record] = []
    for number in 0..<2000 {
      let former = number.isMultiple(of: 2) ? [] : records.suffix(1)
      records.append(
        try Sample.record(
          .result(Record.ItemResult(item: "item \(number / 2)", outcome: .pass)),
          replacing: Array(former), at: number)
      )
    }
    #expect(Standing(of: records).records.count == 1000)
  }
}
