import Release
import Testing

/// What is said of decisions and tag records of which no key proves who made them.
@Suite struct DecisionProofTests {
  private static let object = id(0x7A)
  private static let bad = Proof.claimed("its signature is not one of theirs")

  /// A release that was cut and let go, where only signatures count.
  private static func release(
    _ choice: Record.Decision.Choice, _ proof: Proof?, isSigned: Bool = true,
    sign: TagRules.Signing = .auto
  ) throws -> (ReleaseCase, [Finding]) {
    let approval = try Sample.signoff(.approve)
    let sealed = Evidence(records: [approval])
      .sealed(release: version("v1.4.0"), commit: Sample.commit)
    let decision = try Sample.decision(
      choice, by: Sample.minsu, seal: sealed.seal(blob: .zero, ledgers: [:]),
      environment: "production", at: 60)
    var policy = Sample.policy {
      $0.approvals.required = 1
      $0.approvals.signed = isSigned
    }
    policy.tags.sign = sign
    var subject = Sample.releaseCase([approval, decision], policy: policy)
    subject.tag = .annotated(
      AnnotatedTag(
        object: object, name: "v1.4.0", commit: Sample.commit, tagger: Sample.hanako,
        message: "v1.4.0\n", isSigned: true))
    let cut = try Sample.record(.tag(object: object))
    subject.evidence.tagRecords = [cut]
    var known: [RecordID: Proof] = [approval.id: .signed(["SHA256:a"])]
    known[decision.id] = proof
    subject.proofs = Proofs(
      trust: .configuration, byRecord: known, tag: .signed(key: "SHA256:a"))
    let seals = [SealEvidence(decision: decision.id, list: sealed.list)]
    return (
      subject,
      Verification.findings(on: subject, verdicts: Gate.judge(subject), seals: seals)
    )
  }

  @Test(arguments: [nil, bad, .unknown("gpg does not have the key")])
  func `a go by a key that nobody lists is no tick, and not counted as proven`(
    _ proof: Proof?
  ) throws {
    let (subject, findings) = try Self.release(.go, proof)
    #expect(!findings.contains { $0.code == "go-sealed" })
    let told = try #require(findings.first { $0.code == "go-not-proven" })
    #expect(told.severity == .warning && told.message.contains("who gave it is not proven: "))
    let verdict = Gate.judge(subject)
    #expect(verdict[0].decision?.claim != nil)
    #expect(verdict.decisionsByProof == (0, 1))
    let (signed, proven) = try Self.release(.go, .signed(["SHA256:b"]))
    #expect(proven.contains { $0.code == "go-sealed" && $0.severity == .info })
    #expect(Gate.judge(signed).decisionsByProof == (1, 0))
  }

  @Test func `where nobody asks for signatures an unsigned go is one, and a bad one is named`()
    throws
  {
    let (_, plain) = try Self.release(.go, nil, isSigned: false)
    #expect(plain.contains { $0.code == "go-sealed" })
    let (_, bad) = try Self.release(.go, Self.bad, isSigned: false)
    #expect(bad.contains { $0.code == "go-not-proven" })
    let (_, asked) = try Self.release(.go, nil, isSigned: false, sign: .always)
    #expect(asked.contains { $0.code == "go-not-proven" && $0.message.contains("not signed") })
  }

  @Test(arguments: [nil, bad]) func `a no-go that nobody signed stops all the same, and says so`(
    _ proof: Proof?
  ) throws {
    let (subject, findings) = try Self.release(.noGo, proof)
    let told = try #require(findings.first { $0.code == "decision-no-go" })
    #expect(told.severity == .warning)
    #expect(
      told.message.contains("somebody in the name of 김민수 <minsu@example.org> decided no-go ("))
    #expect(told.message.contains("by deed go"), "\(told.message)")
    #expect(Gate.judge(subject)[0].mayDeploy == .unmet)
    let refused = try #require(subject.objectionsToTag().first { $0.ground == .refused })
    #expect(refused.why.contains("in the name of 김민수"), "\(refused.why)")
    let (_, proven) = try Self.release(.noGo, .signed(["SHA256:b"]))
    #expect(proven.contains { $0.message.contains("production: 김민수 <minsu@example.org> decided") })
  }

  @Test func `a record of the tag that nobody signed is no tick where tags are to be signed`()
    throws
  {
    let (_, asked) = try Self.release(.go, nil, sign: .always)
    let told = try #require(asked.first { $0.code == "tag-record-not-proven" })
    #expect(told.severity == .info && told.isNeutral)
    #expect(told.message.hasSuffix("and not moved since (the record: not signed)"))
    let (_, free) = try Self.release(.go, nil)
    #expect(free.contains { $0.code == "tag-recorded" })
  }

  @Test func `what is told of a cut is told of the tag that is there, whoever recorded it later`()
    throws
  {
    var (subject, _) = try Self.release(.go, nil)
    guard case .annotated(var tag) = subject.tag else { return }
    tag.time = Sample.now.milliseconds / 1000 - 3600
    subject.tag = .annotated(tag)
    func words(_ record: Record) throws -> String {
      subject.evidence.tagRecords = [record]
      let findings = Verification.findings(on: subject, verdicts: [])
      return try #require(findings.first { $0.code == "tag-recorded" }).message
    }
    let own = try words(try Sample.record(.tag(object: Self.object), at: 2))
    #expect(own.hasPrefix("cut by 佐藤花子") && !own.contains("recorded by"), "\(own)")
    let settled = try words(
      try Sample.record(.tag(object: Self.object), by: Sample.minsu, at: -86_400))
    #expect(settled.hasPrefix("cut by 佐藤花子 <hanako@example.org> on "), "\(settled)")
    #expect(settled.contains(", recorded by 김민수 <minsu@example.org> on "), "\(settled)")
    // A time that no calendar has is none.
    tag.time = .max
    subject.tag = .annotated(tag)
    #expect(try words(try Sample.record(.tag(object: Self.object))).hasPrefix("cut by 佐藤花子"))
  }
}
