import Release
import Testing

@Suite struct `The environment before` {
  private func judged(
    _ records: [Record], soak: Int? = nil, at seconds: Int = 0
  ) -> Requirement? {
    var subject = Sample.releaseCase([], policy: Sample.stagingFirst(soak: soak))
    subject.evidence.records = records.filter {
      $0.commit == Sample.commit && $0.release == "v1.4.0"
    }
    subject.evidence.deployments = records.filter { $0.run != nil }
    subject.now = Sample.now.advanced(bySeconds: seconds - 3600)
    return requirement(.predecessor, of: subject)
  }

  @Test func `wants a go and a successful deployment of this release and commit`() throws {
    let go = try Sample.decision(.go)
    let deployed = try Sample.deployment(.succeeded)
    #expect(judged([go, deployed])?.state == .met)
    #expect(judged([go, deployed])?.why == "staging: deployed \(deployed.at.minute) UTC")
    #expect(judged([])?.why == "staging: no go yet")
    #expect(judged([])?.mend == .go(environment: "staging"))
    #expect(judged([deployed])?.state == .unmet)
    #expect(judged([go])?.why == "staging: not deployed yet")
    #expect(judged([go])?.mend == .deploy(environment: "staging"))
    let others = [
      try Sample.deployment(.succeeded, release: "v1.3.0"),
      try Sample.deployment(.succeeded, commit: Sample.otherCommit),
      try Sample.deployment(.succeeded, environment: "production"),
      try Sample.rollback(.succeeded, to: "v1.4.0", commit: Sample.commit),
    ]
    for other in others { #expect(judged([go, other])?.state == .unmet) }
  }

  @Test func `is not set back by what was done with a package`() throws {
    let go = try Sample.decision(.go)
    let deployed = try Sample.deployment(.succeeded)
    for release in ["api/v1.4.0", "api/v1.5.0", "web-1.0.0"] {
      let failed = try Sample.deployment(.failed, at: 1, release: release)
      #expect(judged([go, deployed, failed])?.state == .met)
    }
    let failed = try Sample.deployment(.failed, at: 1, release: "v1.5.0")
    #expect(judged([go, deployed, failed])?.state == .unmet)
  }

  @Test func `is not satisfied by a no-go, a break-glass or a go without its seal`() throws {
    let deployed = try Sample.deployment(.succeeded)
    let go = try Sample.decision(.go)
    let others = [
      try Sample.decision(.noGo, at: -1),
      try Sample.decision(.breakGlass, until: Sample.now.advanced(bySeconds: 60), at: -1),
      try Sample.decision(.go, seal: nil, at: -1),
      try Sample.decision(
        .go,
        seal: Seal(
          count: 2, digest: Sample.seal.digest, ledgers: [:], list: Sample.seal.list), at: -1),
    ]
    for other in others {
      #expect(judged([deployed, other])?.state == .unmet)
      // Two that stand: the worst counts.
      #expect(judged([deployed, other, go])?.state == .unmet)
      let settled = try Sample.decision(.go, replacing: [other])
      #expect(judged([deployed, other, settled])?.state == .met)
    }
    #expect(judged([others[0]])?.why == "staging: 佐藤花子 decided no-go")
    #expect(
      judged([deployed, try Sample.decision(.go, environment: "production")])?.state == .unmet)
  }

  @Test func `soaks from the deployment on, and a repeated one starts nothing anew`() throws {
    let go = try Sample.decision(.go)
    let deployed = try Sample.deployment(.succeeded, at: 0)
    let end = deployed.at.advanced(bySeconds: 600)
    let soaking = judged([go, deployed], soak: 600, at: 599)
    #expect(soaking?.state == .unmet)
    #expect(
      soaking?.why == "staging: deployed \(deployed.at.minute) UTC, soaks until \(end.minute) UTC")
    #expect(soaking?.mend == .wait(until: end))
    #expect(judged([go, deployed], soak: 600, at: 600)?.state == .met)
    let again = try Sample.deployment(.succeeded, replacing: [deployed], at: 500)
    #expect(judged([go, deployed, again], soak: 600, at: 600)?.state == .met)
    #expect(judged([go, deployed], soak: .max, at: 600)?.state == .unmet)
    #expect(judged([go, deployed], soak: .min, at: 0)?.state == .met)
  }

  @Test func `starts to soak anew after a failure`() throws {
    let go = try Sample.decision(.go)
    let first = try Sample.deployment(.succeeded, at: 0)
    let failed = try Sample.deployment(.failed, replacing: [first], at: 100)
    let second = try Sample.deployment(.succeeded, replacing: [failed], at: 200)
    #expect(judged([go, first, failed, second], soak: 600, at: 700)?.state == .unmet)
    #expect(judged([go, first, failed, second], soak: 600, at: 800)?.state == .met)
  }

  @Test func `is lost by a failure or a rollback of any release since`() throws {
    let go = try Sample.decision(.go)
    let deployed = try Sample.deployment(.succeeded)
    let setbacks = [
      (try Sample.deployment(.failed, replacing: [deployed]), "a deployment of v1.4.0 failed"),
      (
        try Sample.deployment(.failed, replacing: [deployed], release: "v1.5.0"),
        "a deployment of v1.5.0 failed"
      ),
      (
        try Sample.rollback(.failed, to: "v1.4.0", replacing: [deployed], commit: Sample.commit),
        "a rollback to v1.4.0 failed"
      ),
      (
        try Sample.rollback(.succeeded, to: "v1.3.0", by: Sample.minsu, replacing: [deployed]),
        "rolled back to v1.3.0"
      ),
      (
        try Sample.rollback(.started, to: "v1.3.0", replacing: [deployed]), "rolled back to v1.3.0"
      ),
    ]
    for (setback, why) in setbacks {
      let lost = judged([go, deployed, setback])
      #expect(lost?.state == .unmet)
      #expect(lost?.why == "staging: \(why) since, by \(setback.by.name)")
      #expect(lost?.mend == .deploy(environment: "staging"))
      let again = try Sample.deployment(.succeeded, replacing: [setback], at: 1)
      #expect(judged([go, deployed, setback, again])?.state == .met)
    }
  }

  @Test func `is lost by a failure that its writer recorded without seeing the deployment`() throws
  {
    let go = try Sample.decision(.go)
    let deployed = try Sample.deployment(.succeeded, at: 10)
    // No clock settles it: it may be dated before.
    let failed = try Sample.deployment(.failed, at: -10)
    #expect(judged([go, deployed, failed])?.state == .unmet)
    let both = try Sample.deployment(.succeeded, replacing: [deployed, failed], at: 20)
    #expect(judged([go, deployed, failed, both])?.state == .met)
  }

  @Test func `is not lost by what other releases did without failing`() throws {
    let go = try Sample.decision(.go)
    let deployed = try Sample.deployment(.succeeded)
    let started = try Sample.deployment(.started, replacing: [deployed], release: "v1.5.0")
    let succeeded = try Sample.deployment(.succeeded, replacing: [started], release: "v1.5.0")
    #expect(judged([go, deployed, started])?.state == .met)
    #expect(judged([go, deployed, started, succeeded])?.state == .met)
    let back = try Sample.rollback(
      .succeeded, to: "v1.4.0", replacing: [succeeded], commit: Sample.commit)
    #expect(judged([go, deployed, started, succeeded, back])?.state == .met)
    let elsewhere = try Sample.deployment(.failed, environment: "production")
    #expect(judged([go, deployed, elsewhere])?.state == .met)
  }

  @Test func `is not there yet while a deployment of this release is under way`() throws {
    let go = try Sample.decision(.go)
    let started = try Sample.deployment(.started)
    #expect(judged([go, started])?.state == .unmet)
    #expect(judged([go, started])?.why.contains("a deployment is under way") == true)
    let deployed = try Sample.deployment(.succeeded, replacing: [started])
    #expect(judged([go, started, deployed])?.state == .met)
    let again = try Sample.deployment(.started, replacing: [deployed], at: 9)
    #expect(judged([go, started, deployed, again])?.state == .unmet)
    #expect(
      judged([go, started, deployed, again])?.why
        == "staging: a deployment is under way since, by 佐藤花子")
    let failed = try Sample.deployment(.failed, replacing: [started], at: 9)
    #expect(
      judged([go, started, failed])?.why.hasPrefix("staging: a deployment of v1.4.0 failed")
        == true)
  }

  @Test(arguments: [LedgerName.signoffs, .deployments])
  func `cannot be told where a ledger is not known`(_ ledger: LedgerName) throws {
    let deployed = try Sample.deployment(.succeeded)
    var subject = Sample.releaseCase(
      [try Sample.decision(.go), deployed], policy: Sample.stagingFirst())
    #expect(requirement(.predecessor, of: subject)?.state == .met)
    subject.evidence.ledgers[ledger] = .neverFetched(remote: "origin")
    #expect(requirement(.predecessor, of: subject)?.state == .unknown)
    #expect(requirement(.predecessor, of: subject)?.mend == .sync)
  }

  @Test func `cannot be told beside a decision or deployment that cannot be judged`() throws {
    let records = [try Sample.decision(.go), try Sample.deployment(.succeeded)]
    let policy = Sample.stagingFirst()
    for (environment, state) in [("staging", Answer.unknown), (nil, .unknown), ("edge", .met)] {
      var subject = Sample.releaseCase(records, policy: policy)
      subject.evidence.unreadable = [try Sample.unreadable(.decision, environment: environment)]
      #expect(requirement(.predecessor, of: subject)?.state == state)
      subject.evidence.unreadable = []
      for kind in [Record.Kind.deployment, .rollback] {
        subject.evidence.unreadableDeployments = [
          try Sample.unreadable(kind, release: "v0.1.0", environment: environment)
        ]
        #expect(requirement(.predecessor, of: subject)?.state == state)
      }
      subject.evidence.unreadableDeployments = [try Sample.unreadable(.tag)]
      #expect(requirement(.predecessor, of: subject)?.state == .met)
    }
  }

  @Test func `that the policy does not have cannot be told, and itself is not met`() throws {
    let records = [
      try Sample.decision(.go, environment: "edge"),
      try Sample.deployment(.succeeded, environment: "edge"),
    ]
    let unknown = Sample.releaseCase(
      records, policy: Sample.stagingFirst { $0.after = "edge" })
    #expect(requirement(.predecessor, of: unknown)?.state == .unknown)
    let itself = Sample.releaseCase(
      records, policy: Sample.stagingFirst { $0.after = "production" })
    #expect(requirement(.predecessor, of: itself)?.state == .unmet)
  }

  @Test func `is found by its bytes`() throws {
    var policy = Sample.stagingFirst { $0.after = "caf\u{E9}" }
    policy.environments[0].name = "caf\u{E9}"
    let records = try ["caf\u{E9}", "cafe\u{301}"].map { name in
      [
        try Sample.decision(.go, environment: name),
        try Sample.deployment(.succeeded, environment: name),
      ]
    }
    #expect(
      requirement(.predecessor, of: Sample.releaseCase(records[0], policy: policy))?.state == .met)
    #expect(
      requirement(.predecessor, of: Sample.releaseCase(records[1], policy: policy))?.state
        == .unmet)
  }
}
