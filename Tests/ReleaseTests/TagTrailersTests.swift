import Release
import Testing

@Suite struct `A tag's trailers` {
  private static func roundTrip(
    _ approvals: [TagTrailers.Approval], after message: String = "v1.4.0\n\nNotes.\n"
  ) -> TagTrailers {
    TagTrailers(
      parsing: String(
        decoding: TagTrailers(approvals: approvals).appended(to: Array(message.utf8)),
        as: UTF8.self))
  }

  @Test func `are a paragraph of their own at the end`() {
    let trailers = TagTrailers(approvals: [
      .init(person: "Hanako <h@example.org>", environment: nil),
      .init(person: "Min-su <m@example.org>", environment: "production"),
    ])
    let expected = """
      v1.4.0

      Deed-Approved-by: Hanako <h@example.org>
      Deed-Approved-by: Min-su <m@example.org> # production

      """
    for message in ["v1.4.0\n", "v1.4.0"] {
      #expect(trailers.appended(to: Array(message.utf8)) == Array(expected.utf8))
    }
    #expect(TagTrailers(parsing: expected) == trailers)
    #expect(TagTrailers(parsing: expected + "\n\n") == trailers)
    #expect(TagTrailers(approvals: []).appended(to: [1, 2]) == [1, 2])
  }

  @Test(arguments: [
    "Eve <e@x>\nDeed-Approved-by: Mallory <m@x>", "Eve\r\nDeed-Approved-by: Mallory <m@x>",
    "Eve\u{85}x <e@x>", "Eve\u{0}\t\u{1B}[0m <e@x>", "Eve\n\nDeed-Approved-by: M <m@x>",
  ])
  func `stay on their line, whatever a name holds`(_ person: String) {
    let text = String(
      decoding: TagTrailers(approvals: [.init(person: person, environment: "a\nb")])
        .appended(to: Array("v1.4.0\n".utf8)), as: UTF8.self)
    #expect(text.utf8.filter { $0 == UInt8(ascii: "\n") }.count == 3)
    #expect(TagTrailers(parsing: text).approvals.count == 1)
  }

  @Test func `keep the mark for an environment apart from one in a name`() {
    for environment in [nil, "production", "caf\u{E9}", "\u{301}x"] {
      for person in ["Eve # x <e@x>", "# <e@x>", "佐藤花子 <h@x>", "e\u{301} <e@x>"] {
        let approval = TagTrailers.Approval(person: person, environment: environment)
        let read = Self.roundTrip([approval]).approvals.first
        #expect(read?.person.unicodeScalars.elementsEqual(person.unicodeScalars) == true)
        #expect(
          read?.environment.map { Array($0.utf8) } == environment.map { Array($0.utf8) })
        #expect(read?.description == approval.description)
      }
    }
  }

  @Test(arguments: [
    "v1\n\nDeed-Approved-by: H <h@x>\n\nNotes.\n", "Deed-approved-by: H <h@x>\n",
    "v1\n\n Deed-Approved-by: H <h@x>\n", "v1\n\nDeed-Approved-by:H <h@x>\n", "", "\n\n",
  ])
  func `are read from the last paragraph alone, as they are written`(_ message: String) {
    #expect(TagTrailers(parsing: message).approvals.isEmpty)
  }

  @Test func `are reserved in any case of their letters`() {
    let message =
      "v1\nDeed-x\r\ndeed-Approved-by: a\nDEED-\nDeed\r\nDeeds\n Deed-x\nindeed-x\nDeed_x"
    #expect(
      TagTrailers.reserved(in: Array(message.utf8)) == [
        "Deed-x\r", "deed-Approved-by: a", "DEED-",
      ])
    #expect(TagTrailers.reserved(in: []).isEmpty)
  }

  @Test func `name the approvals that count, with environments where there are several`() throws {
    let records = [
      try Sample.signoff(.approve), try Sample.signoff(.reject, by: Sample.minsu),
      try Sample.signoff(.approve, by: Sample.ana, environment: "staging"),
    ]
    #expect(
      TagTrailers(verdicts: Gate.judge(Sample.releaseCase(records))).approvals == [
        .init(person: "佐藤花子 <hanako@example.org>", environment: nil)
      ])
    let policy = Policy(environments: ["staging", "production"].map(EnvironmentRules.init(name:)))
    #expect(
      TagTrailers(verdicts: Gate.judge(Sample.releaseCase(records, policy: policy))).approvals == [
        .init(person: "Ana <ana@example.org>", environment: "staging"),
        .init(person: "佐藤花子 <hanako@example.org>", environment: "production"),
      ])
  }

  @Test func `say what stood in each environment`() {
    let digest = Digest(of: [1])
    let trailers = TagTrailers(
      approvals: [.init(person: "Hanako <h@example.org>", environment: nil)],
      items: [.init(environment: "production", met: 34, asked: 34)], manifests: [digest],
      seals: [
        .init(
          environment: "production", digest: digest, count: 41,
          ledgers: [.signoffs: id(2), .checks: id(1)])
      ])
    let expected = """
      v1.4.0

      Deed-Approved-by: Hanako <h@example.org>
      Deed-Checklist: production 34/34
      Deed-Manifest: sha256:\(digest)
      Deed-Seal: production sha256:\(digest) 41 checks=\(id(1)) signoffs=\(id(2))

      """
    #expect(trailers.appended(to: Array("v1.4.0\n".utf8)) == Array(expected.utf8))
    #expect(TagTrailers(parsing: expected) == trailers)
    #expect(TagTrailers().isEmpty && !trailers.isEmpty)
  }

  @Test(arguments: [
    "two words", "a  b", " a ", "a 3/4", "x sha256:\(Digest(of: [7])) 9", "a checks=\(id(7))",
    "caf\u{E9}", "x \u{301}y", "e # f",
  ])
  func `tell any name of an environment from what follows it`(_ environment: String) {
    let items = TagTrailers.Items(environment: environment, met: 0, asked: 12)
    for ledgers in [[:], [LedgerName.deployments: id(3)]] {
      let seal = TagTrailers.Seal(
        environment: environment, digest: Digest(of: [1]), count: 0, ledgers: ledgers)
      let message = TagTrailers(items: [items], seals: [seal]).appended(to: Array("x\n".utf8))
      let read = TagTrailers(parsing: String(decoding: message, as: UTF8.self))
      #expect(read.items.first.map { Array($0.description.utf8) } == Array(items.description.utf8))
      #expect(read.items.first?.asked == 12)
      #expect(read.seals.first.map { Array($0.environment.utf8) } == Array(environment.utf8))
      #expect(read.seals.first?.ledgers == ledgers)
    }
  }

  @Test(arguments: [
    "Checklist: 1/2", "Checklist: e 1/", "Checklist: e -1/2", "Checklist: e 01/2",
    "Checklist: e 1/2/3", "Checklist: e", "Manifest: sha256:ab", "Manifest: \(Digest(of: [1]))",
    "Seal: sha256:\(Digest(of: [1])) 4", "Seal: e sha256:\(Digest(of: [1]))",
    "Seal: e sha256:ab 4", "Seal: e sha256:\(Digest(of: [1])) 4 checks=ab", "Seal:",
  ])
  func `of another form say nothing`(_ line: String) {
    #expect(TagTrailers(parsing: "x\n\nDeed-\(line)\n").isEmpty)
  }

  @Test func `keep a seal's ledgers of a later version out of the way`() {
    let digest = Digest(of: [1])
    let read = TagTrailers(
      parsing: "x\n\nDeed-Seal: e sha256:\(digest) 4 audits=\(id(5)) checks=\(id(6))\n")
    #expect(
      read.seals == [.init(environment: "e", digest: digest, count: 4, ledgers: [.checks: id(6)])])
  }

  @Test func `name how the ledgers stood, where something was asked`() throws {
    let tips = [LedgerName.checks: id(6), .deployments: id(7)]
    let trailers = TagTrailers(verdicts: [], ledgers: tips)
    let text = String(decoding: trailers.appended(to: Array("x\n".utf8)), as: UTF8.self)
    #expect(text == "x\n\nDeed-Ledgers: checks=\(id(6)) deployments=\(id(7))\n")
    let read = TagTrailers(parsing: text)
    #expect(read == trailers && read.tips(of: .checks) == [id(6)] && read.tips(of: .signoffs) == [])
    let later = "x\n\nDeed-Ledgers: audits=\(id(5)) checks=\(id(6))\n"
    #expect(TagTrailers(parsing: later).ledgers?.tips == [.checks: id(6)])
    for line in ["", "checks=ab", "checks", "x checks=\(id(6))", "audits=\(id(5))"] {
      #expect(TagTrailers(parsing: "x\n\nDeed-Ledgers: \(line)\n").isEmpty)
    }
    #expect(TagTrailers(verdicts: []).isEmpty)
  }

  @Test func `name the seals of gos in force, and the items that are met`() throws {
    let go = try Sample.decision(.go, environment: "production")
    let policy = Sample.policy { $0.checklists = ["production"] }
    var subject = Sample.releaseCase(
      [go, try Sample.record(.result(Record.ItemResult(item: "a", outcome: .pass)))],
      policy: policy)
    subject.checklists["production"] = .read(checklist(item("a", id: "a"), item("b", id: "b")))
    let trailers = TagTrailers(verdicts: Gate.judge(subject), manifests: [Digest(of: [2])])
    #expect(trailers.items == [.init(environment: "production", met: 1, asked: 2)])
    #expect(trailers.seals == [.init(environment: "production", Sample.seal)])
    #expect(trailers.manifests == [Digest(of: [2])])
    for other in [
      try Sample.decision(.go, seal: nil, environment: "production", replacing: [go]),
      try Sample.decision(.noGo, environment: "production"),
    ] {
      var subject = subject
      subject.evidence.records.append(other)
      #expect(TagTrailers(verdicts: Gate.judge(subject)).seals.isEmpty)
    }
    subject.evidence.ledgers[.checklists] = .unreadable("a blob is missing")
    #expect(TagTrailers(verdicts: Gate.judge(subject)).items.isEmpty)
  }
}
