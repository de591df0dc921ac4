import Release
import Testing

private func judged(_ subject: ReleaseCase) -> (answer: Requirement?, codes: [String]) {
  let verdict = Gate.judge(subject).first
  return (verdict?.requirements.first { $0.id == .signoffs }, verdict?.likenesses.map(\.code) ?? [])
}

private func approvals(
  _ people: [Person], _ change: (inout ApprovalRules) -> Void = { _ in }
) throws -> ReleaseCase {
  Sample.releaseCase(
    try people.map { try Sample.signoff(.approve, by: $0) },
    policy: Sample.policy { change(&$0.approvals) })
}

@Suite struct `Who approves` {
  private static let hanako = Person(name: "Hanako Sato", email: "hanako@example.org")

  @Test(arguments: [
    (Person(name: "Hana", email: "hanako+ci@example.org"), "but for what follows a +"),
    (Person(name: "Hana", email: "HANAKO+x@EXAMPLE.org"), "but for what follows a +"),
    (Person(name: "Hana", email: "hanak\u{43E}@example.org"), "look alike"),
    (Person(name: "Hana", email: "hanak0@example.org"), "look alike"),
    (
      Person(name: "Hana", email: "\u{FF48}\u{FF41}\u{FF4E}\u{FF41}\u{FF4B}\u{FF4F}@example.org"),
      "look alike"
    ),
    (Person(name: "Hana", email: "hana\u{200B}ko@example.org"), "look alike"),
    (Person(name: "Hana", email: "hana\u{2061}ko@example.org"), "look alike"),
    (Person(name: "Hana", email: "hana\u{34F}k\u{FE0F}o\u{202E}@example.org"), "look alike"),
    (Person(name: "Hana", email: "\u{1D489}anako@example.org"), "look alike"),
    (Person(name: "Hana", email: "\u{570}anako@example.org"), "look alike"),
    (Person(name: "hanako  SATO", email: "h@private.example"), "one name"),
    (Person(name: "H\u{430}n\u{430}ko Sato", email: "h@private.example"), "one name"),
  ])
  func `is counted by address, and told of where two may be one`(
    _ other: Person, _ why: String
  ) throws {
    let (answer, codes) = judged(try approvals([Self.hanako, other]))
    #expect(answer?.state == .met)
    #expect(codes.contains("approver-alike"))
    #expect(answer?.why.contains("may be") == true || answer?.why.contains("look like") == true)
    let found = Verification.findings(
      on: try approvals([Self.hanako, other]),
      verdicts: Gate.judge(try approvals([Self.hanako, other])))
    #expect(
      found.contains {
        $0.severity == .warning && $0.code == "approver-alike" && $0.message.contains(why)
      })
  }

  @Test func `is not doubted where nothing is odd`() throws {
    let others = [
      Sample.minsu, Person(name: "Анна Петрова", email: "anna@example.org"),
      Person(name: "Αλέξης", email: "alexis@example.org"),
    ]
    for other in others {
      let (answer, codes) = judged(try approvals([Sample.hanako, other]))
      #expect(answer?.state == .met && answer?.why == "2 of 2")
      #expect(codes.isEmpty, "\(other): \(codes)")
    }
  }

  @Test func `in letters of two scripts, or as a program, is told of alone`() throws {
    let disguised = Person(name: "Ann", email: "\u{430}nn@example.org")
    #expect(judged(try approvals([disguised]) { $0.required = 1 }).codes == ["approver-disguised"])
    let bot = Person(name: "release[bot]", email: "bot@example.org")
    #expect(judged(try approvals([bot]) { $0.required = 1 }).codes == ["approver-bot"])
    // Who does not count anyway is no matter.
    let none = try approvals([bot]) { $0.from = ["hanako@example.org"] }
    #expect(judged(none).codes.isEmpty)
  }

  @Test func `and wrote it under a like address is told of where that matters`() throws {
    var subject = try approvals([Self.hanako, Sample.minsu]) { $0.independent = 1 }
    subject.contributors = .known([
      Sample.minsu, Person(name: "H", email: "hanako+git@example.org"),
    ])
    let (answer, codes) = judged(subject)
    #expect(answer?.state == .met && codes == ["approver-alike"])
  }

  @Test func `with several keys is one person still`() throws {
    var subject = try approvals([Self.hanako, Self.hanako, Sample.minsu]) { $0.signed = true }
    let records = subject.evidence.records
    subject.proofs = Proofs(
      trust: .configuration,
      byRecord: Dictionary(
        zip(records.map(\.id), [["a"], ["b"], ["c"]].map { Proof.signed($0) }),
        uniquingKeysWith: { one, _ in one }))
    #expect(judged(subject).answer?.why == "2 of 2, signed")
    #expect(judged(subject).codes.isEmpty)
  }

  @Test func `and signed the tag with the same key under another address cut it`() throws {
    var subject = try approvals([Self.hanako, Sample.minsu]) { $0.independent = 2 }
    subject.contributors = .known([])
    let cutter = Person(name: "Release", email: "release@example.org")
    subject.tag = .annotated(
      AnnotatedTag(
        object: Sample.commit, name: "v1.4.0", commit: Sample.commit, tagger: cutter, message: "",
        isSigned: true))
    #expect(judged(subject).answer?.state == .met)
    let record = try #require(subject.evidence.records.first)
    subject.proofs = Proofs(
      trust: .configuration, byRecord: [record.id: .signed(["SHA256:h"])],
      tag: .signed(key: "SHA256:h"))
    #expect(judged(subject).answer?.state == .unmet)
  }
}
