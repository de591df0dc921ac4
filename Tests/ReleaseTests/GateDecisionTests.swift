import Release
import Testing

@Suite struct `A decision` {
  private func judged(_ records: [Record], required: Int = 0) -> Verdict? {
    verdict(
      of: Sample.releaseCase(
        records, policy: Sample.policy { $0.approvals.required = required }))
  }

  private func decision(
    _ choice: Record.Decision.Choice, comment: String? = "fire", until: Int? = nil,
    seal: Seal? = Sample.seal, replacing: [Record] = [], at seconds: Int = 0
  ) throws -> Record {
    try Sample.decision(
      choice, comment: comment, until: until.map { Sample.now.advanced(bySeconds: $0) },
      seal: seal, environment: "production", replacing: replacing, at: seconds)
  }

  @Test func `of go lets deploy where all that is asked for is met now`() throws {
    let go = try decision(.go)
    #expect(judged([go])?.mayDeploy == .met)
    #expect(judged([go])?.decision?.isInForce == true)
    #expect(judged([go], required: 1)?.mayDeploy == .unmet)
    #expect(judged([])?.mayDeploy == .unmet)
    #expect(judged([])?.decision == nil)
    var subject = Sample.releaseCase([go], policy: Sample.policy { $0.approvals.required = 0 })
    subject.floor = .unknown("shallow", mend: .sync)
    #expect(verdict(of: subject)?.mayDeploy == .unknown)
  }

  @Test func `of go without a sound seal is none`() throws {
    let bare = try decision(.go, seal: nil)
    #expect(judged([bare])?.mayDeploy == .unmet)
    #expect(judged([bare])?.decision?.objection == "it carries no seal")
    // Of two, the one that says less counts.
    #expect(judged([bare, try decision(.go, at: 1)])?.mayDeploy == .unmet)
    let torn = Seal(
      count: 9, digest: Sample.seal.digest, ledgers: [:], list: Sample.seal.list)
    #expect(judged([try decision(.go, seal: torn)])?.decision?.isInForce == false)
  }

  @Test func `of break-glass lets deploy until it ends, and meets nothing`() throws {
    let open = try decision(.breakGlass, until: 60)
    let verdict = try #require(judged([open], required: 1))
    #expect(verdict.mayDeploy == .met)
    #expect(verdict.state == .unmet)
    #expect(judged([try decision(.breakGlass, until: 0)])?.mayDeploy == .unmet)
    #expect(judged([try decision(.breakGlass)])?.mayDeploy == .unmet)
    for comment in [nil, " \u{3000}"] {
      let bare = try decision(.breakGlass, comment: comment, until: 60)
      #expect(judged([bare])?.mayDeploy == .unmet)
      #expect(judged([bare])?.decision?.objection == "it gives no reason")
    }
    // Of two, the one that ends first counts.
    #expect(judged([open, try decision(.breakGlass, until: -60)])?.mayDeploy == .unmet)
  }

  @Test func `is the worst of those that stand, whichever came last`() throws {
    let noGo = try decision(.noGo)
    let go = try decision(.go, at: 9)
    let glass = try decision(.breakGlass, until: 60, at: 5)
    #expect(judged([noGo, go, glass])?.decision?.decision.choice == .noGo)
    #expect(judged([noGo, go, glass])?.mayDeploy == .unmet)
    #expect(judged([go, glass])?.decision?.decision.choice == .breakGlass)
    #expect(judged([noGo, try decision(.go, replacing: [noGo])])?.mayDeploy == .met)
  }

  @Test func `cannot be told beside one that cannot be judged, unless it is no`() throws {
    let policy = Sample.policy { $0.approvals.required = 0 }
    for (choice, answer) in [
      (Record.Decision.Choice.go, Answer.unknown), (.breakGlass, .unknown), (.noGo, .unmet),
    ] {
      var subject = Sample.releaseCase([try decision(choice, until: 60)], policy: policy)
      subject.evidence.unreadable = [try Sample.unreadable(.decision)]
      #expect(verdict(of: subject)?.mayDeploy == answer)
      subject.evidence.unreadable = [try Sample.unreadable(.decision, environment: "staging")]
      #expect(verdict(of: subject)?.mayDeploy != .unknown)
      subject.evidence.unreadable = []
      subject.evidence.ledgers[.signoffs] = .neverFetched(remote: "origin")
      #expect(verdict(of: subject)?.mayDeploy == answer)
    }
  }

  @Test func `of break-glass stays open until a sign-off names it`() throws {
    let glass = try decision(.breakGlass, until: 60)
    let covers = Record.Covers(decisions: [glass.id])
    #expect(judged([glass])?.unnamedBreakGlass.map(\.id) == [glass.id])
    // Neither its end nor another decision closes it.
    let go = try decision(.go, replacing: [glass])
    #expect(judged([glass, go])?.unnamedBreakGlass.map(\.id) == [glass.id])
    for word in [Record.Signoff.Decision.approve, .reject] {
      let naming = try Sample.signoff(word, by: Sample.ana, covers: covers)
      #expect(judged([glass, naming])?.unnamedBreakGlass.isEmpty == true)
    }
    let open = [
      try Sample.signoff(.withdraw, by: Sample.ana, covers: covers),
      try Sample.signoff(.approve, by: Sample.ana),
      try Sample.signoff(.approve, by: Sample.ana, covers: covers, environment: "staging"),
      // Nobody answers for themselves.
      try Sample.signoff(.approve, covers: covers),
    ]
    for signoff in open { #expect(judged([glass, signoff])?.unnamedBreakGlass.count == 1) }
    let naming = try Sample.signoff(.approve, covers: covers)
    let forgetting = try Sample.signoff(.approve, replacing: [naming], at: 1)
    #expect(judged([glass, naming, forgetting])?.unnamedBreakGlass.count == 1)
    #expect(
      judged([try Sample.decision(.breakGlass, environment: "staging")])?.unnamedBreakGlass.isEmpty
        == true)
  }

  @Test func `of break-glass is among what a sign-off given now covers`() throws {
    let glass = try decision(.breakGlass, until: 60)
    let waiver = try Sample.waiver(.item("i"))
    let manifest = try Sample.record(Sample.manifest)
    let records = [
      glass, try decision(.go, replacing: [glass]), waiver, manifest,
      try Sample.waiver(.item("i"), environment: "staging"),
    ]
    #expect(
      Evidence(records: records).covers(in: "production")
        == Record.Covers(
          manifests: [manifest.id], waivers: [waiver.id], decisions: [glass.id]))
  }
}

@Suite struct `A stale sign-off` {
  private func standing(_ records: [Record]) -> SignoffStanding? {
    Gate.judge(Sample.releaseCase(records))[0].signoffs.first
  }

  @Test func `says which waiver or manifest came after it`() throws {
    let signoff = try Sample.signoff(.approve)
    let manifest = try Sample.record(Sample.manifest, by: Sample.minsu, at: 5)
    let check = try Sample.waiver(.check("tests"), at: 6)
    #expect(
      standing([signoff, manifest])?.discounted
        == "stale: manifest \(manifest.id.short) by 김민수 came after it")
    #expect(
      standing([signoff, check])?.discounted
        == "stale: waiver \(check.id.short) of the check tests by Ana came after it")
    #expect(
      standing([signoff, check, manifest])?.discounted
        == "stale: manifest \(manifest.id.short) by 김민수 and 1 more came after it")
    let item = try Sample.record(
      .waiver(Record.Waiver(.item("i1"), reason: "x", until: nil, text: "TLS verified")))
    #expect(
      standing([signoff, item])?.discounted?.contains("of \u{201C}TLS verified\u{201D}") == true)
    let covering = try Sample.signoff(
      .approve, covers: Record.Covers(manifests: [manifest.id], waivers: [check.id]))
    #expect(standing([covering, check, manifest])?.discounted == nil)
  }

  @Test func `and any other says how much was recorded after it`() throws {
    let signoff = try Sample.signoff(.approve, at: 10)
    func later(_ records: Record...) -> Int? { standing([signoff] + records)?.later }
    #expect(later() == 0)
    #expect(later(try Sample.check(.pass, at: 11), try Sample.record(Sample.manifest, at: 12)) == 2)
    #expect(later(try Sample.signoff(.reject, by: Sample.minsu, at: 11)) == 1)
    let check = try Sample.check(.pass, at: 11)
    #expect(later(check, check) == 1)
    #expect(later(try Sample.check(.pass, at: 10)) == 0)
    #expect(later(try Sample.check(.pass, environment: "staging", at: 11)) == 0)
    #expect(later(try Sample.record(.tag(object: Sample.commit), at: 11)) == 0)
    #expect(later(try Sample.signoff(.withdraw, at: 11)) == 0)
  }
}
