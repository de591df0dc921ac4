import Release
import Testing

@Suite struct `A go that stands` {
  private static let policy = Sample.policy {
    $0.approvals.required = 1
    $0.checks = ["tests"]
  }

  /// A release that was met when somebody gave it a go, and the seal's list.
  private static func release(
    _ records: [Record]? = nil, policy: Policy = policy, count: Int? = nil
  ) throws -> (subject: ReleaseCase, go: Record, list: [UInt8]) {
    let records = try records ?? [Sample.check(.pass), Sample.signoff(.approve)]
    let sealed = Evidence(records: records)
      .sealed(release: version("v1.4.0"), commit: Sample.commit)
    let go = try Sample.decision(
      .go, seal: sealed.seal(blob: Sample.commit, ledgers: [:]), environment: "production", at: 60)
    var subject = Sample.releaseCase(records + [go], policy: policy)
    subject.tag = .annotated(
      AnnotatedTag(
        object: id(9), name: "v1.4.0", commit: Sample.commit, tagger: Sample.hanako,
        message: "v1.4.0\n", isSigned: false))
    subject.evidence.tagRecords = [try Sample.record(.tag(object: id(9)), at: 120)]
    return (subject, go, sealed.list)
  }

  private static func findings(
    _ subject: ReleaseCase, _ go: Record, _ list: [UInt8]?, others: [SealEvidence] = [],
    _ change: (inout SealEvidence) -> Void = { _ in }
  ) -> [Finding] {
    var evidence = SealEvidence(decision: go.id, list: list)
    change(&evidence)
    return Verification.findings(
      on: subject, verdicts: Gate.judge(subject), seals: [evidence] + others)
  }

  /// What the ledger of deployments said at the time of a seal.
  private static func then(
    runs: [Record] = [], tagRecords: [Record] = [], contributors: Contributors = .notAsked
  ) -> SealEvidence.Deployments {
    SealEvidence.Deployments(
      floor: .none, contributors: contributors, tagRecords: tagRecords, runs: runs,
      unreadableRuns: [])
  }

  /// Everything that is not mere information, as `severity code`.
  private static func troubles(_ findings: [Finding]) -> [String] {
    findings.filter { $0.severity != .info }.map { "\($0.severity.rawValue) \($0.code)" }
  }

  @Test func `is as it was sealed where all of it is here`() throws {
    let (subject, go, list) = try Self.release()
    let findings = Self.findings(subject, go, list)
    #expect(Self.troubles(findings).isEmpty)
    #expect(findings.map(\.code) == ["tag-recorded", "signoff-approve", "go-sealed"])
  }

  @Test func `names every sealed record that is missing, by its full id`() throws {
    let (whole, go, list) = try Self.release()
    for lost in whole.evidence.records where lost.id != go.id {
      var subject = whole
      subject.evidence.records.removeAll { $0.id == lost.id }
      let findings = Self.findings(subject, go, list)
      #expect(Self.troubles(findings) == ["error sealed-record-missing"])
      let missing = findings.first { $0.code == "sealed-record-missing" }
      #expect(missing?.record == lost.id)
      #expect(missing?.message.contains(lost.id.description) == true)
    }
  }

  @Test func `is not called torn where a ledger is not here`() throws {
    var (subject, go, list) = try Self.release()
    subject.evidence.records.removeAll { $0.kind == .check }
    subject.evidence.ledgers[.checks] = .neverFetched(remote: "origin")
    let findings = Self.findings(subject, go, list)
    #expect(Self.troubles(findings) == ["error seal-unavailable", "error requirement-unknown"])
    #expect(findings.filter { $0.severity == .error }.allSatisfy { $0.isUnknown })
  }

  @Test func `takes an unreadable record that was sealed for one that is here`() throws {
    var (subject, first, list) = try Self.release()
    let others = [SealEvidence(decision: first.id, list: list)]
    let unreadable = try Sample.unreadable(.waiver, environment: "staging")
    subject.evidence.unreadable = [unreadable]
    let sealed = subject.evidence.sealed(release: version("v1.4.0"), commit: Sample.commit)
    let go = try Sample.decision(
      .go, seal: sealed.seal(blob: .zero, ledgers: [:]), environment: "production",
      replacing: subject.evidence.records.filter { $0.kind == .decision }, at: 90)
    subject.evidence.records.append(go)
    #expect(
      Self.troubles(Self.findings(subject, go, sealed.list, others: others))
        == ["warning record-unknown"])
    subject.evidence.unreadable = []
    #expect(
      Self.troubles(Self.findings(subject, go, sealed.list, others: others))
        == ["error sealed-record-missing"])
  }

  @Test func `cannot be told where its list is not here`() throws {
    let (subject, go, _) = try Self.release()
    let findings = Self.findings(subject, go, nil)
    #expect(Self.troubles(findings) == ["error seal-unavailable"])
    #expect(findings.contains { $0.isUnknown })
    let none = Verification.findings(on: subject, verdicts: Gate.judge(subject))
    #expect(Self.troubles(none) == ["error seal-unavailable"])
  }

  @Test func `is broken by a list that is not what was digested`() throws {
    let (subject, go, list) = try Self.release()
    for other in [[], Array(list.dropLast(65)), list + list, Array("x\n".utf8)] {
      #expect(Self.troubles(Self.findings(subject, go, other)) == ["error seal-broken"])
    }
  }

  @Test func `without a seal, or with one that contradicts itself, seals nothing`() throws {
    let (whole, go, list) = try Self.release([])
    for (seal, code) in [
      (nil, "go-unsealed"),
      (
        Seal(
          count: 7, digest: Sample.seal.digest, ledgers: [:], list: Sample.seal.list),
        "seal-broken"
      ),
    ] {
      var subject = whole
      let bare = try Sample.decision(
        .go, seal: seal, environment: "production", replacing: [go], at: 61)
      subject.evidence.records.append(bare)
      // What is asked for now is said as ever.
      #expect(
        Self.troubles(
          Self.findings(
            subject, bare, list, others: [SealEvidence(decision: go.id, list: list)])) == [
            "error \(code)", "warning requirement-unmet", "warning requirement-unmet",
          ])
    }
  }

  @Test func `is unfounded where what it sealed did not meet the gate`() throws {
    let (subject, go, list) = try Self.release([try Sample.signoff(.approve)])
    let findings = Self.findings(subject, go, list)
    #expect(Self.troubles(findings) == ["error go-unfounded"])
    #expect(
      findings.first { $0.code == "go-unfounded" }?.message.contains(
        "check:tests: has not been run") == true)
    // What came later does not mend it.
    var mended = subject
    mended.evidence.records.append(try Sample.check(.pass, at: 70))
    #expect(Self.troubles(Self.findings(mended, go, list)) == ["error go-unfounded"])
    var unknown = subject
    unknown.floor = .unknown("shallow", mend: .sync)
    #expect(
      Self.troubles(Self.findings(unknown, go, list)) == [
        "error tag-signature-unknown", "error requirement-unknown", "error go-unfounded",
      ])
    #expect(
      Self.troubles(Self.findings(unknown, go, list) { $0.deployments = Self.then() })
        == ["error tag-signature-unknown", "error requirement-unknown", "error go-unfounded"])
  }

  @Test func `stays founded when what it rested on ends or is taken back later`() throws {
    let end = Sample.now.advanced(bySeconds: -3000)
    let records = [
      try Sample.waiver(.check("tests"), until: end), try Sample.signoff(.approve, at: 1),
    ]
    let policy = Sample.policy {
      $0.checks = ["tests"]
      $0.approvals.required = 0
    }
    let (subject, go, list) = try Self.release(records, policy: policy)
    #expect(Gate.judge(subject)[0].state == .unmet)
    #expect(Self.troubles(Self.findings(subject, go, list)).isEmpty)
  }

  @Test func `lists what came later, objections as warnings`() throws {
    let (whole, go, list) = try Self.release()
    let later: [(Record, String)] = try [
      (Sample.signoff(.reject, by: Sample.ana, at: 90), "warning later-objection"),
      (Sample.check(.fail, at: 90), "warning later-objection"),
      (
        Sample.record(.result(Record.ItemResult(item: "i", outcome: .fail))),
        "warning later-objection"
      ),
      (Sample.signoff(.withdraw, by: Sample.ana, at: 90), "warning later-objection"),
      (Sample.check(.pass, at: 90), "info later-record"),
      (Sample.waiver(.item("i")), "info later-record"),
      (Sample.record(Sample.manifest, at: -90), "info later-record"),
      (Sample.deployment(.failed, environment: "production"), "info later-record"),
    ]
    for (record, expected) in later {
      var subject = whole
      subject.evidence.records += [record, record]
      let said = Self.findings(subject, go, list).filter { $0.record == record.id }
      #expect(
        said.filter { $0.code.hasPrefix("later") }.map { "\($0.severity.rawValue) \($0.code)" }
          == [expected])
    }
    var subject = whole
    let reject = try Sample.signoff(.reject, by: Sample.ana, at: 90)
    subject.evidence.records += [
      reject, try Sample.signoff(.withdraw, by: Sample.ana, replacing: [reject], at: 91),
      try Sample.check(.fail, environment: "staging"),
    ]
    #expect(Self.troubles(Self.findings(subject, go, list)).isEmpty)
  }

  @Test func `does not govern beside a no-go, or once it is replaced`() throws {
    let (whole, go, list) = try Self.release([])
    for replaced in [[go], []] {
      var subject = whole
      subject.evidence.records.append(
        try Sample.decision(.noGo, environment: "production", replacing: replaced, at: 70))
      #expect(
        Self.troubles(Self.findings(subject, go, list))
          == [
            "warning requirement-unmet", "warning requirement-unmet", "warning decision-no-go",
          ])
    }
  }

  @Test func `may leave nothing out that stood in what it names`() throws {
    let (subject, go, list) = try Self.release()
    let reject = try Sample.signoff(.reject, by: Sample.ana)
    #expect(
      Self.troubles(
        Self.findings(subject, go, list) { $0.stood = Set(subject.evidence.records.map(\.id)) }
          .filter { $0.record != go.id }) == [])
    let left = Self.findings(subject, go, list) { $0.stood = [reject.id] }
    #expect(Self.troubles(left) == ["error seal-broken"])
    #expect(left.contains { $0.message.contains("left out record \(reject.id)") })
    let foreign = Self.findings(subject, go, list) { $0.foreign = [.deployments] }
    #expect(Self.troubles(foreign) == ["error seal-broken"])
  }

  @Test func `is held against what is here when it was replaced, too`() throws {
    let (whole, go, list) = try Self.release()
    var subject = whole
    let again = try Sample.decision(
      .go, seal: SealedIDs([]).seal(blob: .zero, ledgers: [:]), environment: "production",
      replacing: [go], at: 99)
    subject.evidence.records.append(again)
    subject.evidence.records.removeAll { $0.kind == .check }
    func codes(_ seals: [SealEvidence]) -> [String] {
      Verification.findings(on: subject, verdicts: Gate.judge(subject), seals: seals)
        .filter { $0.severity == .error }.map(\.code)
    }
    let empty = SealEvidence(decision: again.id, list: [])
    #expect(
      codes([SealEvidence(decision: go.id, list: list), empty]) == [
        "go-unfounded", "go-unfounded", "sealed-record-missing",
      ])
    #expect(codes([empty]).contains("seal-unavailable"))
  }

  @Test func `from a clock that is ahead lets no soak pass`() throws {
    let staging = [try Sample.decision(.go), try Sample.deployment(.succeeded)]
    var policy = Sample.stagingFirst()
    policy.environments[1].soak = 365 * 86_400
    var (subject, _, _) = try Self.release(staging, policy: policy)
    subject.evidence.deployments = [staging[1]]
    let sealed = SealedIDs(staging.map(\.id))
    let ahead = try Sample.decision(
      .go, seal: sealed.seal(blob: .zero, ledgers: [:]), environment: "production",
      replacing: subject.evidence.records.filter { $0.environment == "production" },
      at: 800 * 86_400)
    subject.evidence.records.append(ahead)
    let findings = Self.findings(subject, ahead, sealed.list)
    #expect(findings.contains { $0.code == "go-unfounded" && $0.message.contains("soaks until") })
  }

  @Test func `is judged by the deployments of its time`() throws {
    let staging = [try Sample.decision(.go), try Sample.deployment(.succeeded)]
    var (subject, go, list) = try Self.release(staging, policy: Sample.stagingFirst())
    subject.evidence.deployments = [staging[1]]
    func judged(_ change: (inout SealEvidence) -> Void = { _ in }) -> [String] {
      Self.findings(subject, go, list, change)
        .filter { $0.record == go.id && $0.severity != .info }.map(\.code)
    }
    #expect(judged().isEmpty)
    let failed = try Sample.deployment(
      .failed, replacing: [staging[1]], at: 300, release: "v1.5.0")
    subject.evidence.deployments.append(failed)
    #expect(Gate.judge(subject)[1].state == .unmet)
    #expect(judged().isEmpty)
    #expect(judged { $0.deployments = Self.then(runs: [staging[1], failed]) } == ["go-unfounded"])
    subject.evidence.ledgers[.deployments] = .unreadable("a blob is missing")
    #expect(judged().contains("requirement-unknown"))
  }

  @Test func `knows nothing of a tag that was cut after it`() throws {
    var (subject, go, list) = try Self.release(
      policy: Sample.policy {
        $0.approvals.required = 1
        $0.approvals.independent = 1
      })
    subject.contributors = .known([Sample.minsu])
    #expect(Gate.judge(subject)[0].state == .unmet)
    #expect(Self.troubles(Self.findings(subject, go, list)).isEmpty)
    let tag = subject.evidence.tagRecords
    #expect(
      Self.troubles(
        Self.findings(subject, go, list) {
          $0.deployments = Self.then(tagRecords: tag, contributors: .known([Sample.minsu]))
        })
        == ["error go-unfounded"])
  }

  @Test func `of break-glass is a warning until a sign-off names it`() throws {
    var (subject, go, list) = try Self.release()
    let glass = try Sample.decision(
      .breakGlass, comment: "fire", until: Sample.now, environment: "production", at: 10)
    subject.evidence.records.append(glass)
    subject.evidence.records.append(
      try Sample.decision(
        .go, seal: SealedIDs(list: list)?.seal(blob: .zero, ledgers: [:]),
        environment: "production", replacing: [glass, go], at: 99))
    let findings = Verification.findings(on: subject, verdicts: Gate.judge(subject))
    let said = findings.filter { $0.code == "break-glass" }
    #expect(said.map(\.severity) == [.warning])
    #expect(said.first?.record == glass.id)
    #expect(said.first?.message.contains("fire") == true)
    subject.evidence.records.append(
      try Sample.signoff(.approve, by: Sample.ana, covers: Record.Covers(decisions: [glass.id])))
    #expect(
      !Verification.findings(on: subject, verdicts: Gate.judge(subject))
        .contains { $0.code == "break-glass" })
  }

  @Test func `is held against what the tag says of its seal`() throws {
    let (whole, go, list) = try Self.release()
    guard case .decision(let decision) = go.body, let seal = decision.seal else { return }
    func judged(_ named: TagTrailers.Seal, _ subject: ReleaseCase = whole) -> [String] {
      var subject = subject
      subject.tag = .annotated(
        AnnotatedTag(
          object: id(9), name: "v1.4.0", commit: Sample.commit, tagger: Sample.hanako,
          message: String(
            decoding: TagTrailers(seals: [named]).appended(to: Array("v1.4.0\n".utf8)),
            as: UTF8.self),
          isSigned: false))
      return Self.troubles(Self.findings(subject, go, list))
    }
    #expect(judged(TagTrailers.Seal(environment: "production", seal)).isEmpty)
    #expect(
      judged(TagTrailers.Seal(environment: "production", digest: seal.digest, count: 9))
        == ["error seal-broken"])
    #expect(
      judged(TagTrailers.Seal(environment: "staging", seal)) == ["error seal-broken"])
    let unknown = TagTrailers.Seal(
      environment: "production", digest: Digest(of: [1]), count: 2)
    #expect(judged(unknown) == ["error seal-unavailable"])
    var elsewhere = whole
    elsewhere.evidence.ledgers[.signoffs] = .neverFetched(remote: "origin")
    #expect(!judged(unknown, elsewhere).contains("error seal-unavailable"))
  }
}
