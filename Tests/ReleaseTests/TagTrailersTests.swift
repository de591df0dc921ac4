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
}
