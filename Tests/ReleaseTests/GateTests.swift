import Release
import Testing

/// What the gate says of sign-offs in `production`.
private func signoffs(_ subject: ReleaseCase) -> Requirement? {
  Gate.judge(subject).first?.requirements.first { $0.id == .signoffs }
}

private func state(_ subject: ReleaseCase) -> Answer? { signoffs(subject)?.state }

private func mapped(_ pairs: [(String, String)]) -> [[UInt8]: Set<[UInt8]>] {
  Dictionary(
    pairs.map { (Array($0.0.utf8), [Array($0.1.utf8)]) }, uniquingKeysWith: { $0.union($1) })
}

@Suite struct `Sign-offs` {
  @Test func `of two people are met, of one or none are not`() throws {
    let both = [
      try Sample.signoff(.approve), try Sample.signoff(.approve, by: Sample.minsu),
    ]
    #expect(state(Sample.releaseCase(both)) == .met)
    #expect(Gate.judge(Sample.releaseCase(both)).map(\.state) == [.met])
    #expect(state(Sample.releaseCase([both[0]])) == .unmet)
    #expect(state(Sample.releaseCase()) == .unmet)
    #expect(signoffs(Sample.releaseCase())?.mend == .approve(role: nil))
  }

  @Test func `of nobody are met where none is asked for`() {
    #expect(state(Sample.releaseCase(policy: Sample.policy { $0.approvals.required = 0 })) == .met)
  }

  @Test(arguments: [
    Person(name: "Hanako S.", email: "hanako@example.org"),
    Person(name: "佐藤花子", email: "HANAKO@Example.ORG"),
  ])
  func `of one person under another name or case count once`(_ alias: Person) throws {
    let records = [try Sample.signoff(.approve), try Sample.signoff(.approve, by: alias)]
    #expect(state(Sample.releaseCase(records)) == .unmet)
  }

  @Test func `of addresses that differ in Unicode's case or form are two people's`() throws {
    for (one, other) in [("é@x", "É@x"), ("caf\u{E9}@x", "cafe\u{301}@x")] {
      let records = try [one, other].map {
        try Sample.signoff(.approve, by: Person(name: "a", email: $0))
      }
      #expect(state(Sample.releaseCase(records)) == .met)
    }
  }

  @Test func `of one person by the mailmap count once, transitively`() throws {
    let private1 = Person(name: "H", email: "h@private.example")
    var subject = Sample.releaseCase([
      try Sample.signoff(.approve), try Sample.signoff(.approve, by: private1),
    ])
    #expect(state(subject) == .met)
    subject.mailmap = mapped([("h@private.example", "hanako@example.org")])
    #expect(state(subject) == .unmet)
    subject.mailmap = mapped([
      ("h@private.example", "third@example.org"), ("hanako@example.org", "third@example.org"),
    ])
    #expect(state(subject) == .unmet)
    // By name too, one address can lead to two others.
    subject.mailmap = mapped([
      ("h@private.example", "third@example.org"), ("h@private.example", "hanako@example.org"),
    ])
    #expect(state(subject) == .unmet)
  }

  @Test func `of two roles want two people`() throws {
    let policy = Sample.policy { $0.approvals.roles = ["engineer", "reviewer"] }
    func answer(_ pairs: [(Person, String?)]) throws -> Requirement? {
      signoffs(
        Sample.releaseCase(
          try pairs.enumerated().map { index, pair in
            try Sample.signoff(.approve, by: pair.0, role: pair.1, at: index)
          }, policy: policy))
    }
    #expect(try answer([(Sample.hanako, "engineer"), (Sample.minsu, "reviewer")])?.state == .met)
    #expect(try answer([(Sample.hanako, "engineer"), (Sample.minsu, "engineer")])?.state == .unmet)
    #expect(try answer([(Sample.hanako, "engineer"), (Sample.minsu, nil)])?.state == .unmet)
    #expect(
      try answer([(Sample.hanako, "engineer"), (Sample.minsu, nil)])?.mend
        == .approve(role: "reviewer"))
    // Both roles under one person's two simultaneous sign-offs are one person's.
    #expect(
      try answer([
        (Sample.hanako, "engineer"), (Sample.hanako, "reviewer"), (Sample.minsu, nil),
      ])?.state == .unmet)
    // Whoever came first leaves a role to another who has only that one.
    for others in [["engineer"], ["reviewer"]] {
      let pairs = [(Sample.hanako, "engineer"), (Sample.hanako, "reviewer")]
      #expect(try answer(pairs + others.map { (Sample.minsu, $0) })?.state == .met)
    }
  }

  @Test func `in a role spelt with other code points are of another role`() throws {
    let policy = Sample.policy {
      $0.approvals.required = 1
      $0.approvals.roles = ["r\u{E9}viseur"]
    }
    let record = try Sample.signoff(.approve, role: "re\u{301}viseur")
    #expect(state(Sample.releaseCase([record], policy: policy)) == .unmet)
  }

  @Test func `count only of those who may, by raw address`() throws {
    var policy = Sample.policy {
      $0.approvals.required = 1
      $0.approvals.from = ["Minsu@example.org"]
    }
    var subject = Sample.releaseCase([try Sample.signoff(.approve)], policy: policy)
    #expect(state(subject) == .unmet)
    // A mailmap is part of the release: it makes nobody eligible.
    subject.mailmap = mapped([("hanako@example.org", "minsu@example.org")])
    #expect(state(subject) == .unmet)
    subject.evidence.records.append(try Sample.signoff(.approve, by: Sample.minsu))
    #expect(state(subject) == .met)
    policy.environments[0].approvals.from = []
    subject.policy = policy
    #expect(state(subject) == .met)
  }

  @Test func `in another environment count for nothing here`() throws {
    let records = [
      try Sample.signoff(.approve), try Sample.signoff(.approve, by: Sample.minsu),
      try Sample.signoff(.reject, environment: "produc\u{0301}tion"),
    ]
    #expect(state(Sample.releaseCase(records)) == .met)
    let elsewhere = try [Sample.hanako, Sample.minsu].map {
      try Sample.signoff(.approve, by: $0, environment: "staging")
    }
    #expect(state(Sample.releaseCase(elsewhere)) == .unmet)
  }

  @Test func `are blocked by a reject, which only that person replaces`() throws {
    let approvals = [
      try Sample.signoff(.approve), try Sample.signoff(.approve, by: Sample.minsu),
    ]
    let reject = try Sample.signoff(.reject, by: Sample.ana)
    #expect(state(Sample.releaseCase(approvals + [reject])) == .unmet)
    #expect(
      signoffs(Sample.releaseCase(approvals + [reject]))?.mend == .withdraw(by: Sample.ana))
    let foreign = try Sample.signoff(.approve, by: Sample.minsu, replacing: [reject], at: 9)
    #expect(state(Sample.releaseCase(approvals + [reject, foreign])) == .unmet)
    let own = try Sample.signoff(.withdraw, by: Sample.ana, replacing: [reject])
    #expect(state(Sample.releaseCase(approvals + [reject, own])) == .met)
  }

  @Test func `are blocked by a reject whose author approves under another address`() throws {
    let other = Person(name: "Ana", email: "ana@private.example")
    let reject = try Sample.signoff(.reject, by: Sample.ana)
    var subject = Sample.releaseCase([
      reject, try Sample.signoff(.approve, by: other, replacing: [reject]),
      try Sample.signoff(.approve),
    ])
    subject.mailmap = mapped([("ana@private.example", "ana@example.org")])
    #expect(state(subject) == .unmet)
  }

  @Test func `of one person that disagree count as the worst`() throws {
    let other = Person(name: "H", email: "h@private.example")
    var subject = Sample.releaseCase([
      try Sample.signoff(.approve), try Sample.signoff(.withdraw, by: other),
      try Sample.signoff(.approve, by: Sample.minsu),
    ])
    #expect(state(subject) == .met)
    subject.mailmap = mapped([("h@private.example", "hanako@example.org")])
    #expect(state(subject) == .unmet)
    #expect(TagTrailers(verdicts: Gate.judge(subject)).approvals.count == 1)
    let concurrent = [
      try Sample.signoff(.approve, at: 5), try Sample.signoff(.withdraw, at: 4),
      try Sample.signoff(.approve, by: Sample.minsu),
    ]
    #expect(state(Sample.releaseCase(concurrent)) == .unmet)
  }

  @Test func `are stale where a manifest or waiver stands that they did not cover`() throws {
    let manifest = try Sample.record(Sample.manifest)
    let waiver = try Sample.record(.waiver(Record.Waiver(.item("i"), reason: "known", until: nil)))
    for later in [manifest, waiver] {
      var covers = Record.Covers()
      let stale = try Sample.signoff(.approve)
      var subject = Sample.releaseCase(
        [later, stale], policy: Sample.policy { $0.approvals.required = 1 })
      #expect(state(subject) == .unmet)
      #expect(Gate.judge(subject)[0].signoffs.map(\.isStale) == [true])
      covers = Record.Covers(manifests: [manifest.id], waivers: [waiver.id])
      subject.evidence.records.append(
        try Sample.signoff(.approve, covers: covers, replacing: [stale]))
      #expect(state(subject) == .met)
    }
    let elsewhere = try Sample.record(
      .waiver(Record.Waiver(.item("i"), reason: "known", until: nil)), environment: "staging")
    let records = [elsewhere, try Sample.signoff(.approve)]
    let policy = Sample.policy { $0.approvals.required = 1 }
    #expect(state(Sample.releaseCase(records, policy: policy)) == .met)
  }

  @Test func `that reject do not become stale`() throws {
    let records = [
      try Sample.record(Sample.manifest), try Sample.signoff(.reject),
    ]
    let policy = Sample.policy { $0.approvals.required = 0 }
    #expect(state(Sample.releaseCase(records, policy: policy)) == .unmet)
  }

  @Test func `of independent people are those who had no hand in the release`() throws {
    let policy = Sample.policy { $0.approvals.independent = 1 }
    var subject = Sample.releaseCase(
      [try Sample.signoff(.approve), try Sample.signoff(.approve, by: Sample.minsu)],
      policy: policy)
    #expect(state(subject) == .unknown)
    subject.contributors = .unknown("shallow")
    #expect(state(subject) == .unknown)
    subject.contributors = .known([Sample.ana, Sample.hanako])
    #expect(state(subject) == .met)
    subject.contributors = .known([Person(name: "M", email: "m@private.example"), Sample.hanako])
    subject.mailmap = mapped([("m@private.example", "minsu@example.org")])
    #expect(state(subject) == .unmet)
    subject.contributors = .known([Sample.hanako])
    subject.evidence.tagRecords = [
      try Sample.record(.tag(object: Sample.commit), by: Sample.minsu)
    ]
    #expect(state(subject) == .unmet)
    subject.evidence.tagRecords = []
    subject.tag = .annotated(
      AnnotatedTag(
        object: Sample.commit, name: "v1.4.0", commit: Sample.commit,
        tagger: Person(name: "M", email: "m@private.example"), message: "", isSigned: false))
    #expect(state(subject) == .unmet)
  }
}

@Suite struct `The gate` {
  @Test(arguments: [Record.Kind.signoff, .manifest, .waiver])
  func `cannot tell where a record that bears on it cannot be judged`(_ kind: Record.Kind) throws {
    var subject = Sample.releaseCase([
      try Sample.signoff(.approve), try Sample.signoff(.approve, by: Sample.minsu),
    ])
    subject.evidence.unreadable = [try Sample.unreadable(kind, environment: nil)]
    #expect(Gate.judge(subject)[0].state == .unknown)
    subject.evidence.unreadable = [try Sample.unreadable(kind)]
    #expect(Gate.judge(subject)[0].state == .unknown)
    subject.evidence.unreadable = [try Sample.unreadable(kind, environment: "staging")]
    #expect(Gate.judge(subject)[0].state == (kind == .manifest ? .unknown : .met))
  }

  @Test(arguments: LedgerName.ofRecords)
  func `cannot tell where a ledger is not known`(_ ledger: LedgerName) throws {
    var subject = Sample.releaseCase([
      try Sample.signoff(.approve), try Sample.signoff(.approve, by: Sample.minsu),
    ])
    let unknown = [
      nil, LedgerState.neverFetched(remote: "origin"), .unreadable("a blob is missing"),
      .behind(tag: "v1.4.0"),
    ]
    for state in unknown {
      subject.evidence.ledgers[ledger] = state
      let verdict = Gate.judge(subject)[0]
      #expect(verdict.state == .unknown)
      let signoffs = verdict.requirements.first { $0.id == .signoffs }
      #expect(signoffs?.state == (ledger == .deployments ? .met : .unknown))
    }
    subject.evidence.ledgers[ledger] = .incomplete(2)
    #expect(Gate.judge(subject)[0].state == .unmet)
  }

  @Test func `asks in its order for what is configured, and for nothing else`() {
    #expect(
      verdict(of: Sample.releaseCase())?.requirements.map(\.id) == [.policy, .ledger, .signoffs])
    let policy = Sample.stagingFirst {
      $0.checklists = ["production"]
      $0.checks = ["tests", "tag"]
    }
    #expect(
      verdict(of: Sample.releaseCase(policy: policy))?.requirements.map(\.id) == [
        .policy, .ledger, .checklist("production"), .check("tests"), .check("tag"), .predecessor,
        .signoffs,
      ])
  }

  @Test func `answers for every environment, in the policy's order`() {
    let policy = Policy(environments: ["staging", "production"].map(EnvironmentRules.init(name:)))
    #expect(
      Gate.judge(Sample.releaseCase(policy: policy)).map(\.environment) == [
        "staging", "production",
      ])
  }

  @Test(arguments: [
    ([Answer](), Answer.met), ([.met, .met], .met), ([.met, .unknown], .unknown),
    ([.unknown, .unmet, .met], .unmet),
  ])
  func `takes the worst answer for the whole`(_ answers: [Answer], _ whole: Answer) {
    #expect(Answer.all(answers) == whole)
  }
}
