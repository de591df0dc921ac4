import Release
import Testing

/// What came after a tag, of what had to be there before it.
@Suite struct LateEvidenceTests {
  private static let object = id(0x7A)

  /// A release whose tag was made 100 seconds into the sample's hour, and had to wait for two.
  private static func tagged(
    _ records: [Record], time: Int64? = 100, message: String = "v1.4.0\n",
    _ change: (inout ReleaseCase) -> Void = { _ in }
  ) throws -> ReleaseCase {
    var subject = Sample.releaseCase(records)
    subject.policy.tags.require = ["production"]
    var tag = AnnotatedTag(
      object: object, name: "v1.4.0", commit: Sample.commit, tagger: Sample.hanako,
      message: message, isSigned: false)
    tag.time = time.map { Sample.now.milliseconds / 1000 - 3600 + $0 }
    subject.tag = .annotated(tag)
    subject.evidence.tagRecords = [try Sample.record(.tag(object: object), at: 100)]
    change(&subject)
    return subject
  }

  private static func approvals(_ first: Int, _ second: Int) throws -> [Record] {
    [
      try Sample.signoff(.approve, at: first),
      try Sample.signoff(.approve, by: Sample.minsu, at: second),
    ]
  }

  private static func findings(_ subject: ReleaseCase) -> [Finding] {
    Verification.findings(on: subject, verdicts: Gate.judge(subject))
  }

  private static func troubles(_ subject: ReleaseCase) -> [String] {
    findings(subject).filter { $0.severity != .info }.map { "\($0.severity.rawValue) \($0.code)" }
  }

  @Test func `approvals after the cut are told of where the tag had to wait for them`() throws {
    #expect(try Self.troubles(Self.tagged(Self.approvals(60, 100))).isEmpty)
    let late = try Self.tagged(Self.approvals(60, 200))
    #expect(Self.troubles(late) == ["warning approved-after-cut"])
    let words = try #require(Self.findings(late).first { $0.code == "approved-after-cut" }).message
    #expect(words.contains("production: approved after the cut"), "\(words)")
    #expect(words.contains("sign-offs were 1 of 2") && words.contains("approved 김민수"), "\(words)")
    // Elsewhere approvals may come when they come, and a tag that is still to be made is no moment.
    let other = try Self.tagged(Self.approvals(60, 200)) { $0.policy.tags.require = [] }
    #expect(Self.troubles(other).isEmpty)
    let new = try Self.tagged(Self.approvals(60, 200)) { $0.isTagNew = true }
    #expect(Self.troubles(new).isEmpty)
    // What the release before asked for before a tag cannot be dropped either.
    let floor = try Self.tagged(Self.approvals(60, 200)) { subject in
      subject.floor = .release(version("v1.3.0"), subject.policy)
      subject.policy.tags.require = []
    }
    #expect(Self.troubles(floor).contains("warning approved-after-cut"))
  }

  @Test func `a seal in the tag says what came before it, whatever dates records claim`() throws {
    let records = try Self.approvals(-900, -600)
    func sealed(_ environment: String, _ known: [Record]) throws -> [String] {
      try Self.troubles(
        Self.tagged(records) {
          $0.tagSeals = [
            TagSeal(environment: environment, records: Set(known.map(\.id)), namesSignoffs: true)
          ]
        })
    }
    #expect(try sealed("production", records).isEmpty)
    for known in [[], [records[0]]] {
      #expect(try sealed("production", known) == ["warning approved-after-cut"])
    }
    // One of another environment was made when this one was not asked about.
    #expect(try sealed("staging", []).isEmpty)
    // What it names was there, whatever its clock said.
    let fast = try Self.approvals(900, 900)
    let told = try Self.tagged(fast) {
      $0.tagSeals = [
        TagSeal(environment: "production", records: Set(fast.map(\.id)), namesSignoffs: true)
      ]
    }
    #expect(Self.troubles(told).isEmpty)
  }

  @Test func `whoever approved before the cut may do so again, and whoever took it back did not`()
    throws
  {
    let before = try Self.approvals(10, 20)
    let again = try Sample.signoff(
      .approve, by: Sample.minsu, replacing: [before[1]], at: 300)
    #expect(try Self.troubles(Self.tagged(before + [again])).isEmpty)
    let withdrawn = try Sample.signoff(
      .withdraw, by: Sample.minsu, replacing: [before[1]], at: 50)
    let late = try Sample.signoff(.approve, by: Sample.minsu, replacing: [withdrawn], at: 300)
    #expect(
      try Self.troubles(Self.tagged(before + [withdrawn, late])) == ["warning approved-after-cut"])
  }

  @Test(arguments: [nil, 9000, Int64.min / 2, -3_000_000_000])
  func `a tag that does not say when it was made, or in the future, dates nothing before it`(
    _ time: Int64?
  ) throws {
    let subject = try Self.tagged(Self.approvals(0, 0), time: time)
    #expect(Self.troubles(subject) == ["warning approved-after-cut"])
    let words = try #require(Self.findings(subject).first { $0.code == "approved-after-cut" })
    #expect(words.message.contains("cannot be told"), "\(words.message)")
  }

  @Test func `an approval that the tag names, lost and given again after the cut, is told of`()
    throws
  {
    let before = try Self.approvals(10, 20)
    let plain = try Self.tagged(before)
    let message = String(
      decoding: TagTrailers(verdicts: Gate.judge(plain)).appended(to: Array("v1.4.0\n".utf8)),
      as: UTF8.self)
    #expect(try Self.troubles(Self.tagged(before, message: message)).isEmpty)
    let again = try Sample.signoff(.approve, by: Sample.minsu, at: 300)
    #expect(
      try Self.troubles(Self.tagged([before[0], again], message: message))
        == ["warning approval-renewed", "warning approved-after-cut"])
    // What git was told as the tag's date is no later than what its record says.
    let backdated = try Self.tagged(before, time: -9000, message: message)
    #expect(Self.troubles(backdated).isEmpty)
    #expect(
      try Self.troubles(Self.tagged([before[0], again], time: -9000, message: message))
        == ["warning approval-renewed", "warning approved-after-cut"])
    // Also where nobody had to wait for it.
    let free = try Self.tagged([before[0], again], message: message) {
      $0.policy.tags.require = []
    }
    #expect(Self.troubles(free) == ["warning approval-renewed"])
    // The one that it replaced is here still.
    let renewed = try Sample.signoff(
      .approve, by: Sample.minsu, replacing: [before[1]], at: 300)
    #expect(try Self.troubles(Self.tagged(before + [renewed], message: message)).isEmpty)
  }

  @Test func `checks after the cut are told of alike, and the check of the tag itself is due then`()
    throws
  {
    func subject(_ check: Record) throws -> ReleaseCase {
      try Self.tagged(Self.approvals(0, 0) + [check]) {
        $0.policy.environments[0].checks = ["tests"]
      }
    }
    #expect(try Self.troubles(subject(Sample.check(.pass, at: 50))).isEmpty)
    let late = try subject(Sample.check(.pass, at: 500))
    #expect(Self.troubles(late) == ["warning met-after-cut"])
    #expect(
      Self.findings(late).contains { $0.message.contains("check:tests was met after the cut") })
    // What is not met by now is an error, and told once.
    #expect(
      try Self.troubles(subject(Sample.check(.fail, at: 500))) == ["error requirement-unmet"])
  }
}
