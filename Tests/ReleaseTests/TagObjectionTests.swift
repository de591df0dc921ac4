import Release
import Testing

@Suite struct `A tag on a server` {
  @Test func `needs what its policy requires, and what the server requires`() throws {
    var policy = Policy(environments: ["staging", "production"].map(EnvironmentRules.init(name:)))
    let records = try [
      Sample.signoff(.approve), Sample.signoff(.approve, by: Sample.minsu),
    ]
    func objections(_ required: String...) -> [String] {
      Sample.releaseCase(records, policy: policy).objectionsToTag(requiring: required)
        .compactMap(\.environment)
    }
    #expect(objections().isEmpty)
    #expect(objections("production").isEmpty)
    #expect(objections("staging") == ["staging"])
    policy.tags.require = ["staging"]
    #expect(objections("staging", "production") == ["staging"])
    #expect(objections("live") == ["live", "staging"])
  }

  @Test func `is stopped by whoever says no, where nothing has to be met too`() throws {
    let policy = Policy(environments: ["staging", "production"].map(EnvironmentRules.init(name:)))
    func objections(_ records: [Record], _ required: String...) -> [String] {
      Sample.releaseCase(records, policy: policy).objectionsToTag(requiring: required).map {
        "\($0.environment ?? "all"): \($0.why)"
      }
    }
    let reject = try Sample.signoff(.reject, by: Sample.minsu, environment: "staging")
    let rejected = "staging: signoffs 0 of 2; 김민수 rejects"
    #expect(objections([reject]) == [rejected])
    // Told once.
    #expect(objections([reject], "staging") == [rejected])
    let withdrawn = try Sample.signoff(
      .withdraw, by: Sample.minsu, environment: "staging", replacing: [reject])
    #expect(objections([reject, withdrawn]).isEmpty)
    let noGo = try Sample.record(.decision(Record.Decision(.noGo)), environment: "staging")
    #expect(objections([noGo]) == ["staging: 佐藤花子 decided no-go"])
    #expect(objections([noGo], "staging").contains("staging: 佐藤花子 decided no-go"))
    // Where only signatures count, a word without one stops nothing.
    var signed = policy
    for index in signed.environments.indices { signed.environments[index].approvals.signed = true }
    #expect(Sample.releaseCase([reject], policy: signed).objectionsToTag().isEmpty)
  }

  @Test func `is held to the default branch where no release sets a floor`() {
    var subject = Sample.releaseCase([], policy: Sample.policy { $0.approvals.required = 0 })
    #expect(subject.objectionsToTag(requiring: ["production"]).isEmpty)
    subject.floor = .branch("main", Sample.policy())
    let objections = subject.objectionsToTag(requiring: ["production"])
    #expect(objections.map(\.why) == ["signoffs 0 of 2"])
    #expect(objections.map(\.mend) == [.approve(role: nil)])
  }

  @Test func `is not let in where it cannot be told`() {
    var subject = Sample.releaseCase([], policy: Sample.policy { $0.approvals.required = 0 })
    subject.floor = .unknown("the floor is not here", mend: .sync)
    #expect(
      subject.objectionsToTag(requiring: ["production"]).map(\.why)
        == ["policy cannot be told: the floor is not here"])
    // A floor may require what this policy does not, a signature among it.
    let objections = subject.objectionsToTag()
    #expect(objections.map(\.why) == ["policy cannot be told: the floor is not here"])
    #expect(objections.map(\.environment) == [nil] && objections.map(\.mend) == [.sync])
    #expect(subject.wantsSignedTag == .unknown("the floor is not here"))
    subject.policy.tags.sign = .always
    #expect(subject.wantsSignedTag == .yes(by: "deed.toml"))
  }

  @Test func `is stopped by a reject of which nobody can tell whether it counts`() throws {
    let reject = try Sample.signoff(.reject, by: Sample.minsu)
    var subject = Sample.releaseCase([reject], policy: Sample.policy { $0.approvals.signed = true })
    let why = "whether that counts cannot be told: the key is not here"
    for (proof, objections) in [
      (Proof.unknown("the key is not here"), ["김민수 rejects, and \(why)"]),
      (.claimed("it is no key of theirs"), []),
      (.signed(["SHA256:x"]), ["signoffs 0 of 2; 김민수 rejects"]),
    ] {
      subject.proofs = Proofs(trust: .configuration, byRecord: [reject.id: proof])
      #expect(subject.objectionsToTag().map(\.why) == objections)
    }
    // Where it counts without a signature, it is told once.
    subject.policy = Sample.policy()
    subject.proofs = Proofs(byRecord: [reject.id: .unknown("the key is not here")])
    #expect(subject.objectionsToTag().map(\.why) == ["signoffs 0 of 2; 김민수 rejects"])
  }

  @Test func `is told what to do first: what is missing, its signature, what is not here`() throws {
    var policy = Policy(environments: ["staging", "production"].map(EnvironmentRules.init(name:)))
    policy.environments[1].checks = ["tests"]
    policy.environments[1].after = "staging"
    policy.tags.sign = .always
    var subject = Sample.releaseCase([], policy: policy)
    subject.floor = .unknown("the floor is not here", mend: .sync)
    subject.evidence.ledgers[.deployments] = .unreadable("a blob is missing")
    let signature = TagObjection(.signature, "the tag is not signed", mend: nil)
    let objections = ([signature] + subject.objectionsToTag(requiring: ["production"])).inOrder
    #expect(
      objections.map(\.why) == [
        "check:tests has not been run", "signoffs 0 of 2",
        "policy cannot be told: the floor is not here", "the tag is not signed",
        "ledger deployments: a blob is missing", "cannot be told until then: predecessor",
      ])
    #expect(
      objections.map(\.mend) == [
        .check(name: "tests", environment: "production"), .approve(role: nil), .sync, nil, .sync,
        nil,
      ])
  }

  @Test(arguments: [Record.Kind.signoff, .decision], ["staging", "production", nil])
  func `is stopped by what may be a no and cannot be read, in whatever environment`(
    _ kind: Record.Kind, _ environment: String?
  ) throws {
    let policy = Policy(environments: ["staging", "production"].map(EnvironmentRules.init(name:)))
    var subject = Sample.releaseCase([], policy: policy)
    subject.evidence.unreadable = [try Sample.unreadable(kind, environment: environment)]
    for objections in [subject.objectionsToTag(), subject.possibleRefusals] {
      #expect(objections.map(\.environment) == [environment])
      #expect(
        objections[0].why.hasPrefix("a \(kind.rawValue) may say no, and that cannot be told: "))
      #expect(objections[0].why.hasSuffix("its version is 2"))
    }
    // What speaks of no environment that there is, or is no word, stops nothing.
    for other in try [
      Sample.unreadable(kind, environment: "qa"), Sample.unreadable(.check),
      Sample.unreadable(.manifest, environment: nil),
    ] {
      subject.evidence.unreadable = [other]
      #expect(subject.objectionsToTag().isEmpty && subject.possibleRefusals.isEmpty)
    }
  }

  @Test func `is stopped where sign-offs went missing, which may have been a no`() {
    var subject = Sample.releaseCase()
    for (state, why) in [
      (LedgerState.unreadable("a blob is missing"), "ledger signoffs: a blob is missing"),
      (
        .incomplete(2), "ledger signoffs: its tip lacks 2 records of its history"
      ),
    ] {
      subject.evidence.ledgers[.signoffs] = state
      for objections in [subject.objectionsToTag(), subject.possibleRefusals] {
        #expect(objections.map(\.why) == [why] && objections.map(\.mend) == [.sync])
      }
    }
    // Whoever cuts may be without a network; a push brings what is elsewhere.
    subject.evidence.ledgers[.signoffs] = .neverFetched(remote: "origin")
    #expect(subject.possibleRefusals.isEmpty)
    #expect(subject.objectionsToTag().map(\.why) == ["ledger signoffs: never fetched from origin"])
    // Other ledgers say nobody's no.
    subject.evidence.ledgers[.signoffs] = .readable
    subject.evidence.ledgers[.checks] = .incomplete(1)
    #expect(subject.objectionsToTag().isEmpty && subject.possibleRefusals.isEmpty)
  }
}
