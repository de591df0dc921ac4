import Release
import Testing

@Suite struct `The gate's answer` {
  private static let people = [
    Sample.hanako, Sample.minsu, Sample.ana, Person(name: "H", email: "h@private.example"),
    Person(name: "M", email: "M@Private.example"),
  ]

  private static func policy(using numbers: inout SeededNumbers) -> Policy {
    Sample.policy { rules in
      rules.approvals.required = Int.random(in: 0...3, using: &numbers)
      if Int.random(in: 0..<3, using: &numbers) == 0 { rules.approvals.roles = ["a", "b"] }
      if Int.random(in: 0..<4, using: &numbers) == 0 { rules.approvals.independent = 1 }
      if Int.random(in: 0..<4, using: &numbers) == 0 {
        rules.approvals.from = Array(people.prefix(4).map(\.email))
      }
    }
  }

  private static func records(using numbers: inout SeededNumbers) throws -> [Record] {
    var records: [Record] = []
    for number in 0..<Int.random(in: 0...8, using: &numbers) {
      let person = people.randomElement(using: &numbers) ?? Sample.ana
      if Int.random(in: 0..<12, using: &numbers) == 0 {
        records.append(
          try Sample.record(
            .waiver(Record.Waiver(.item("\(number)"), reason: "known", until: nil)), by: person))
        continue
      }
      let standing = Standing(of: records)
      let waivers = Set(standing.ofKind(.waiver).map(\.id))
      let mine = standing.ofKind(.signoff).filter { $0.by.foldedEmail == person.foldedEmail }
      records.append(
        try Sample.signoff(
          [.approve, .approve, .approve, .approve, .approve, .reject, .withdraw]
            .randomElement(using: &numbers) ?? .approve,
          by: person, role: [nil, "a", "b"].randomElement(using: &numbers) ?? nil,
          covers: Record.Covers(waivers: waivers),
          replacing: Bool.random(using: &numbers) ? mine : [],
          at: Int.random(in: -9999...9999, using: &numbers)))
    }
    return records
  }

  private static func generated(_ seed: UInt64) throws -> ReleaseCase {
    var numbers = SeededNumbers(state: seed)
    var subject = Sample.releaseCase(
      try records(using: &numbers), policy: policy(using: &numbers))
    subject.contributors = .known([Sample.ana])
    if Bool.random(using: &numbers) {
      subject.mailmap = [
        Array("h@private.example".utf8): [Array("hanako@example.org".utf8)],
        Array("m@private.example".utf8): [Array("minsu@example.org".utf8)],
      ]
    }
    return subject
  }

  private static func state(_ subject: ReleaseCase) -> Answer { Gate.judge(subject)[0].state }

  @Test func `is met at times, and at times it is not`() throws {
    let states = try Seeds.all.map { Self.state(try Self.generated($0)) }
    #expect(states.filter { $0 == .met }.count > states.count / 10)
    #expect(states.filter { $0 == .unmet }.count > states.count / 10)
  }

  @Test(arguments: Seeds.all)
  func `does not depend on the order of arrival or on duplicates`(_ seed: UInt64) throws {
    var numbers = SeededNumbers(state: seed &+ 7000)
    var subject = try Self.generated(seed)
    let state = Self.state(subject)
    subject.evidence.records.shuffle(using: &numbers)
    #expect(Self.state(subject) == state)
    subject.evidence.records += subject.evidence.records.shuffled(using: &numbers)
    #expect(Self.state(subject) == state)
  }

  @Test(arguments: Seeds.all)
  func `does not depend on clocks`(_ seed: UInt64) throws {
    var numbers = SeededNumbers(state: seed &+ 8000)
    var subject = try Self.generated(seed)
    let state = Self.state(subject)
    var renamed: [RecordID: Record] = [:]
    for record in subject.evidence.records {
      var body = record.body
      if case .signoff(let signoff) = record.body {
        let waivers = Set(signoff.covers.waivers.compactMap { renamed[$0]?.id })
        body = .signoff(
          Record.Signoff(
            decision: signoff.decision, role: signoff.role, comment: nil,
            covers: Record.Covers(waivers: waivers)))
      }
      renamed[record.id] = try Sample.record(
        body, by: record.by, replacing: record.replaces.compactMap { renamed[$0] },
        at: Int.random(in: -999_999...999_999, using: &numbers))
    }
    subject.evidence.records = Array(renamed.values)
    subject.now = Timestamp(milliseconds: 0)
    #expect(Self.state(subject) == state)
  }

  @Test(arguments: Seeds.all)
  func `is never met by a record that cannot be judged`(_ seed: UInt64) throws {
    for kind in [Record.Kind.signoff, .waiver, .manifest] {
      var subject = try Self.generated(seed)
      subject.evidence.unreadable = [try Sample.unreadable(kind)]
      #expect(Self.state(subject) != .met)
    }
  }

  @Test(arguments: Seeds.all)
  func `is never met by the loss of an approval that replaced nothing`(_ seed: UInt64) throws {
    let subject = try Self.generated(seed)
    guard Self.state(subject) != .met else { return }
    for (index, record) in subject.evidence.records.enumerated() {
      guard case .signoff(let signoff) = record.body, signoff.decision == .approve,
        record.replaces.isEmpty
      else { continue }
      var fewer = subject
      fewer.evidence.records.remove(at: index)
      #expect(Self.state(fewer) != .met)
    }
  }

  @Test(arguments: Seeds.all)
  func `is never met by one more reject, or by a stricter floor`(_ seed: UInt64) throws {
    let subject = try Self.generated(seed)
    var rejected = subject
    rejected.evidence.records.append(
      try Sample.signoff(.reject, by: Person(name: "x", email: "x@example.org")))
    #expect(Self.state(rejected) == .unmet)
    var floored = subject
    var numbers = SeededNumbers(state: seed &+ 9000)
    floored.floor = .release(version("v1.3.0"), Self.policy(using: &numbers))
    if Self.state(subject) != .met { #expect(Self.state(floored) != .met) }
  }

  @Test(arguments: Seeds.all)
  func `is left alone by kinds that nobody knows yet`(_ seed: UInt64) throws {
    let subject = try Self.generated(seed)
    let lines = subject.evidence.records.map(\.line)
    let others = lines.compactMap { line -> [UInt8]? in
      guard case .object(var members) = try? JSON(canonical: line) else { return nil }
      members["kind"] = .string("objection")
      return JSON.object(members).canonical
    }
    var read = subject
    read.evidence.records = []
    for line in (lines + others).map(LedgerLine.init(parsing:)) {
      switch line {
      case .record(let record): read.evidence.records.append(record)
      case .unreadable(let record): read.evidence.unreadable.append(record)
      case .unknownKind, .malformed: continue
      }
    }
    #expect(Self.state(read) == Self.state(subject))
  }
}

@Suite struct `Different people` {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `are one by address, by the mailmap or by a key, transitively`() {
    let people = People([
      .init(email: Self.bytes("a"), mapped: [Self.bytes("b")]),
      .init(email: Self.bytes("c"), mapped: [Self.bytes("b")]),
      .init(email: Self.bytes("c"), keys: ["k"]), .init(email: Self.bytes("d"), keys: ["k"]),
      .init(email: Self.bytes("e")),
    ])
    func others(than email: String) -> [String] {
      people.others(
        than: [Self.bytes(email)], among: ["a", "b", "c", "d", "e", "k", "x"], by: Self.bytes)
    }
    for email in ["a", "b", "c", "d"] { #expect(others(than: email) == ["e", "k", "x"]) }
    #expect(others(than: "x") == ["a", "b", "c", "d", "e", "k"])
    #expect(
      people.grouped(["e", "d", "x", "a", "e"], by: Self.bytes) == [
        ["e", "e"], ["d", "a"], ["x"],
      ])
  }

  @Test func `are many without its taking long, however the mailmap joins them`() {
    let count = 5000
    for chain in [true, false] {
      let people = People(
        (0..<count).map { number in
          .init(
            email: Self.bytes("\(number)"),
            mapped: [Self.bytes(chain ? "\(number + 1)" : "all")])
        })
      #expect(people.grouped(0..<count, by: { Self.bytes("\($0)") }).count == 1)
    }
  }

  @Test func `are told apart by ASCII case-folded bytes alone`() {
    #expect(
      Person(name: "", email: "É@ÄX.org").foldedEmail == Self.bytes("É@Äx.org"))
    #expect(
      Person(name: "caf\u{E9}", email: "a") != Person(name: "cafe\u{301}", email: "a"))
    #expect(
      Set([Person(name: "a", email: "b"), Person(name: "a", email: "b")]).count == 1)
    #expect(Sample.hanako.description == "佐藤花子 <hanako@example.org>")
  }
}
