import Release
import Testing

@Suite struct `Verifying a release` {
  private static let object = id(0x7A)

  private static func tag(
    object: ObjectID = object, name: String = "v1.4.0", commit: ObjectID? = Sample.commit,
    message: String = "v1.4.0\n"
  ) -> TagFact {
    .annotated(
      AnnotatedTag(
        object: object, name: name, commit: commit, tagger: Sample.hanako, message: message,
        isSigned: false))
  }

  /// A release that was cut with two approvals, and all of it recorded.
  private static func cut() throws -> ReleaseCase {
    var subject = Sample.releaseCase([
      try Sample.signoff(.approve), try Sample.signoff(.approve, by: Sample.minsu),
    ])
    subject.evidence.tagRecords = [try Sample.record(.tag(object: object))]
    subject.tag = tag(
      message: String(
        decoding: TagTrailers(verdicts: Gate.judge(subject)).appended(to: Array("v1.4.0\n".utf8)),
        as: UTF8.self))
    return subject
  }

  private static func findings(_ subject: ReleaseCase) -> [Finding] {
    Verification.findings(on: subject, verdicts: Gate.judge(subject))
  }

  /// Everything that is not mere information, as `severity code`.
  private static func troubles(_ subject: ReleaseCase) -> [String] {
    findings(subject).filter { $0.severity != .info }.map { "\($0.severity.rawValue) \($0.code)" }
  }

  @Test func `finds nothing wrong where nothing is`() throws {
    let subject = try Self.cut()
    #expect(Self.troubles(subject).isEmpty)
    #expect(
      Self.findings(subject).map(\.code) == ["tag-recorded", "signoff-approve", "signoff-approve"])
  }

  @Test func `says of each checklist and check that it is met`() throws {
    var subject = try Self.cut()
    subject.policy.environments[0].checks = ["lint", "unit"]
    let passed = Record.CheckResult(name: "lint", outcome: .pass)
    subject.evidence.records.append(try Sample.record(.check(passed)))
    let said = Self.findings(subject).filter { $0.code.hasPrefix("requirement-") }
    #expect(said.map(\.code) == ["requirement-met", "requirement-unmet"])
    #expect(said[0].severity == .info && said[0].message.hasPrefix("production: check:lint: "))
    #expect(said[1].message.hasPrefix("production: check:unit: "))
  }

  /// Of a moved tag nothing else is told.
  private let notJudged = "error requirement-unknown"

  @Test func `finds a tag that is missing, lightweight or on something else`() throws {
    var subject = try Self.cut()
    subject.tag = .absent
    #expect(Self.troubles(subject) == ["error tag-not-here"])
    subject.evidence.tagRecords = []
    #expect(Self.troubles(subject) == ["error tag-missing"])
    subject = try Self.cut()
    // That it is not the one that was cut comes first, with what puts that back.
    subject.tag = .lightweight
    #expect(Self.troubles(subject) == ["error tag-moved", "error tag-lightweight", notJudged])
    let moved = try #require(Self.findings(subject).first { $0.code == "tag-moved" })
    #expect(moved.message.contains("its tag was replaced: git fetch --force origin tag v1.4.0"))
    subject.tag = .other("a tree")
    #expect(Self.troubles(subject) == ["error tag-moved", "error tag-not-commit", notJudged])
    subject.evidence.tagRecords = []
    subject.tag = .lightweight
    #expect(Self.troubles(subject) == ["error tag-lightweight"])
    subject.tag = Self.tag(commit: nil)
    #expect(Self.troubles(subject).contains("error tag-not-commit"))
  }

  @Test func `finds a tag under another name`() throws {
    var subject = try Self.cut()
    subject.tag = Self.tag(name: "v1.3.0")
    #expect(Self.troubles(subject) == ["error tag-renamed"])
  }

  @Test func `finds a tag that is not the one that was cut`() throws {
    var subject = try Self.cut()
    subject.tag = Self.tag(object: id(0x7B))
    #expect(Self.troubles(subject) == ["error tag-moved", notJudged])
    let moved = Self.findings(subject).first { $0.code == "tag-moved" }
    #expect(moved?.message.contains("git fetch --force origin tag v1.4.0") == true)
    subject = try Self.cut()
    subject.evidence.tagRecords = [
      try Sample.record(.tag(object: Self.object), commit: Sample.otherCommit)
    ]
    #expect(Self.troubles(subject) == ["error tag-moved", notJudged])
  }

  @Test func `finds that two tag records stand, or none`() throws {
    var subject = try Self.cut()
    subject.evidence.tagRecords.append(try Sample.record(.tag(object: Self.object), at: 1))
    #expect(Self.troubles(subject) == ["error tag-records-disagree"])
    subject.evidence.tagRecords = []
    #expect(Self.troubles(subject) == ["error tag-unrecorded"])
    subject.evidence.ledgers[.deployments] = .neverFetched(remote: "origin")
    #expect(Self.troubles(subject) == ["error requirement-unknown"])
  }

  @Test func `of several who say that they cut it, names whose tag is there, whoever was first`()
    throws
  {
    let other = try Sample.record(.tag(object: id(0x7B)), by: Sample.minsu, at: -60)
    let (mine, place) = ("by 佐藤花子", "deed cut v1.4.0 --commit \(Sample.commit.short) --push")
    for others in [[other], []] {
      var subject = try Self.cut()
      subject.evidence.tagRecords = others + subject.evidence.tagRecords
      let found = Self.findings(subject).filter { $0.code.hasPrefix("tag-") }
      #expect(found.last?.code == "tag-recorded" && found.last?.message.contains(mine) ?? false)
      if others.isEmpty { continue }
      #expect(found.map(\.code) == ["tag-records-disagree", "tag-recorded"])
      let words = found[0].message
      #expect(words.contains("the tag here \(mine), "))
      #expect(words.contains("\(id(0x7B).short) by 김민수"))
      let ways = "\(place) settles it; where it has another, git fetch "
      #expect(words.contains(ways) && !words.contains("update-ref"), "\(words)")
    }
    // Where it is nobody's, nobody can tell from here which of them is right.
    var subject = try Self.cut()
    subject.evidence.tagRecords.append(other)
    subject.tag = Self.tag(object: id(0x7C))
    #expect(Self.troubles(subject).prefix(2) == ["error tag-records-disagree", "error tag-moved"])
    let words = Self.findings(subject).map(\.message).joined(separator: "\n")
    #expect(words.contains("git ls-remote says which") && !words.contains("settles it"), "\(words)")
    #expect(words.contains("git fetch --force origin tag v1.4.0"))
    subject.tag = .absent
    #expect(Self.troubles(subject).prefix(2) == ["error tag-not-here", "error tag-not-here"])
    #expect(Self.findings(subject)[0].message.contains("v1.4.0 was cut by 김민수"), "who was first")
    #expect(Self.findings(subject)[0].message.hasSuffix("ask 김민수 to: git push origin v1.4.0"))
  }

  @Test func `finds an approval that the tag names and no ledger has`() throws {
    var subject = try Self.cut()
    subject.evidence.records.removeLast()
    #expect(
      Self.troubles(subject) == ["error approval-missing", "warning requirement-unmet"])
    subject.evidence.ledgers[.signoffs] = .incomplete(1)
    #expect(Self.troubles(subject).contains("error approval-missing"))
    // What was never fetched is not missing.
    subject.evidence.ledgers[.signoffs] = .neverFetched(remote: "origin")
    #expect(!Self.troubles(subject).contains("error approval-missing"))
  }

  @Test func `finds an approval missing that stands in another environment only`() throws {
    var subject = try Self.cut()
    subject.policy.environments.append(EnvironmentRules(name: "staging"))
    subject.policy.environments[0].approvals.required = 0
    subject.policy.environments[1].approvals.required = 0
    let trailers = TagTrailers(verdicts: Gate.judge(subject))
    subject.tag = Self.tag(
      message: String(decoding: trailers.appended(to: Array("x\n".utf8)), as: UTF8.self))
    #expect(Self.troubles(subject).isEmpty)
    subject.evidence.records = try [Sample.hanako, Sample.minsu].map {
      try Sample.signoff(.approve, by: $0, environment: "staging")
    }
    #expect(
      Self.troubles(subject) == ["error approval-missing", "error approval-missing"])
  }

  @Test(arguments: ["a\tb", "x\r\ny", "Eve # production", "E> # e"])
  func `finds no approval missing for an odd name`(_ name: String) throws {
    var subject = try Self.cut()
    subject.policy = Sample.policy { $0.approvals.required = 1 }
    subject.evidence.records = [
      try Sample.signoff(.approve, by: Person(name: name, email: "e@example.org"))
    ]
    let trailers = TagTrailers(verdicts: Gate.judge(subject))
    subject.tag = Self.tag(
      message: String(decoding: trailers.appended(to: Array("x\n".utf8)), as: UTF8.self))
    #expect(Self.troubles(subject).isEmpty)
  }

  @Test func `finds a record from the future, and lets clocks differ a little`() throws {
    var subject = try Self.cut()
    subject.evidence.records.append(try Sample.signoff(.approve, by: Sample.ana, at: 3600 + 299))
    #expect(Self.troubles(subject).isEmpty)
    subject.evidence.records.append(
      try Sample.signoff(
        .approve, by: Person(name: "b", email: "b@example.org"), at: 3600 + 301))
    #expect(Self.troubles(subject) == ["warning record-from-the-future"])
  }

  @Test func `finds what it cannot judge`() throws {
    var subject = try Self.cut()
    subject.evidence.unreadable = [try Sample.unreadable(.signoff)]
    #expect(
      Self.troubles(subject) == ["error record-unknown", "error requirement-unknown"])
    #expect(Self.findings(subject).filter(\.isUnknown).count == 2)
  }

  @Test func `takes what is unmet for an error only where the policy requires it`() throws {
    var subject = try Self.cut()
    subject.policy.environments[0].approvals.required = 3
    #expect(Self.troubles(subject) == ["warning requirement-unmet"])
    subject.policy.tags.require = ["production"]
    #expect(Self.troubles(subject) == ["error requirement-unmet"])
    subject.policy.tags.require = ["staging"]
    #expect(Self.troubles(subject) == ["warning requirement-unmet"])
  }

  @Test func `names a reject, and what the ledgers' reading found`() throws {
    var subject = try Self.cut()
    subject.evidence.records.append(try Sample.signoff(.reject, by: Sample.ana))
    subject.evidence.findings = [Finding(.warning, "line-not-a-record", "prose")]
    #expect(
      Self.troubles(subject) == [
        "warning line-not-a-record", "warning signoff-reject", "warning requirement-unmet",
      ])
  }
}
