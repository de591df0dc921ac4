import Release

// Decisions, deployments and checks of the made-up release, in `staging` unless said otherwise.
extension Sample {
  /// `production` after `staging`, and nobody's sign-off asked for.
  static func stagingFirst(
    soak: Int? = nil, _ change: (inout EnvironmentRules) -> Void = { _ in }
  ) -> Policy {
    var rules = ["staging", "production"].map(EnvironmentRules.init(name:))
    for index in rules.indices { rules[index].approvals.required = 0 }
    rules[1].after = "staging"
    rules[1].soak = soak
    change(&rules[1])
    return Policy(environments: rules)
  }

  static let seal = SealedIDs([RecordID(of: [1])]).seal(blob: commit, ledgers: [:])

  static func decision(
    _ choice: Record.Decision.Choice, by person: Person = hanako, comment: String? = "so be it",
    until: Timestamp? = nil, seal: Seal? = seal, environment: String = "staging",
    replacing replaced: [Record] = [], at seconds: Int = 0
  ) throws -> Record {
    var decision = Record.Decision(choice)
    decision.comment = comment
    decision.until = until
    decision.seal = choice == .go ? seal : nil
    return try record(
      .decision(decision), by: person, environment: environment, replacing: replaced, at: seconds)
  }

  static func deployment(
    _ outcome: Record.RunOutcome, by person: Person = hanako, environment: String = "staging",
    replacing replaced: [Record] = [], at seconds: Int = 0, commit: ObjectID = commit,
    release: String = "v1.4.0"
  ) throws -> Record {
    try record(
      .deployment(Record.Run(outcome)), by: person, environment: environment, replacing: replaced,
      at: seconds, commit: commit, release: release)
  }

  static func rollback(
    _ outcome: Record.RunOutcome, to release: String, by person: Person = hanako,
    environment: String = "staging", replacing replaced: [Record] = [], at seconds: Int = 0,
    commit: ObjectID = otherCommit
  ) throws -> Record {
    try record(
      .rollback(Record.Run(outcome)), by: person, environment: environment, replacing: replaced,
      at: seconds, commit: commit, release: release)
  }

  static func check(
    _ outcome: Record.CheckOutcome, _ name: String = "tests", environment: String = "production",
    replacing replaced: [Record] = [], at seconds: Int = 0
  ) throws -> Record {
    try record(
      .check(Record.CheckResult(name: name, outcome: outcome)), environment: environment,
      replacing: replaced, at: seconds)
  }

  static func waiver(
    _ topic: Record.Waiver.Topic, until: Timestamp? = nil, environment: String = "production",
    replacing replaced: [Record] = [], at seconds: Int = 0
  ) throws -> Record {
    try record(
      .waiver(Record.Waiver(topic, reason: "known", until: until)), by: ana,
      environment: environment, replacing: replaced, at: seconds)
  }
}

/// What the gate says of one requirement of an environment, `production` unless said otherwise.
func requirement(
  _ id: Requirement.ID, of subject: ReleaseCase, in environment: String = "production"
) -> Requirement? {
  verdict(of: subject, in: environment)?.requirements.first { $0.id == id }
}

func verdict(of subject: ReleaseCase, in environment: String = "production") -> Verdict? {
  Gate.judge(subject).first { $0.environment == environment }
}
