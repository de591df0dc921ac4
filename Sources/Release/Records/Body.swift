extension Record {
  /// What a record says, by its kind.
  ///
  /// Members that this version does not read stay in the line; only what judging needs is here.
  package enum Body: Sendable {
    case result(ItemResult)
    case check(name: String, outcome: CheckOutcome)
    case signoff(Signoff)
    case waiver(Waiver)
    case manifest
    case decision(Decision, comment: String?, until: Timestamp?)
    case deployment(RunOutcome)
    case rollback(RunOutcome)
    case tag(object: ObjectID)

    package var kind: Kind {
      switch self {
      case .result: .result
      case .check: .check
      case .signoff: .signoff
      case .waiver: .waiver
      case .manifest: .manifest
      case .decision: .decision
      case .deployment: .deployment
      case .rollback: .rollback
      case .tag: .tag
      }
    }
  }

  // In each of these the order of the cases is that of gravity: the first is the worst.

  package enum ItemOutcome: String, Hashable, Sendable, CaseIterable {
    case fail
    case na
    case pass
  }

  package enum CheckOutcome: String, Hashable, Sendable, CaseIterable {
    case fail
    case warn
    case pass
  }

  package enum Decision: String, Hashable, Sendable, CaseIterable {
    case noGo = "no-go"
    case breakGlass = "break-glass"
    case go
  }

  package enum RunOutcome: String, Hashable, Sendable, CaseIterable {
    case failed
    case started
    case succeeded
  }

  /// One person's word on one release in one environment.
  package struct Signoff: Sendable {
    package enum Decision: String, Hashable, Sendable, CaseIterable {
      case reject
      case withdraw
      case approve
    }

    package let decision: Decision
    package let role: String?
    package let comment: String?
    /// The manifests and waivers that stood when it was given.
    package let covers: Covers

    package init(decision: Decision, role: String?, comment: String?, covers: Covers) {
      self.decision = decision
      self.role = role
      self.comment = comment
      self.covers = covers
    }
  }

  /// What a sign-off took into account: one that came later makes it stale.
  package struct Covers: Hashable, Sendable {
    package let manifests: Set<RecordID>
    package let waivers: Set<RecordID>

    package init(manifests: Set<RecordID> = [], waivers: Set<RecordID> = []) {
      self.manifests = manifests
      self.waivers = waivers
    }
  }
}

extension CaseIterable where Self: Equatable, AllCases: RandomAccessCollection {
  /// The worst of several that stand at once; `nil` of none.
  package static func worst(of several: some Sequence<Self>) -> Self? {
    let present = Array(several)
    return allCases.first { present.contains($0) }
  }
}

/// Why a body says nothing that this version can judge.
enum BodyError: Error {
  /// It breaks the format.
  case malformed(String)
  /// It keeps the format and says what a later version may know.
  case unknownValue(String)
}

extension Record.Body {
  /// The members of a body that this version writes.
  var members: [String: JSON] {
    switch self {
    case .result(let result): result.members
    case .check(let name, let outcome):
      ["check": .string(name), "outcome": .string(outcome.rawValue)]
    case .signoff(let signoff): signoff.members
    case .waiver(let waiver): waiver.members
    case .manifest: [:]
    case .decision(let decision, let comment, let until):
      Self.present([
        "comment": comment.map { .string($0) },
        "decision": .string(decision.rawValue),
        "until": until.map { .string($0.description) },
      ])
    case .deployment(let outcome), .rollback(let outcome):
      ["outcome": .string(outcome.rawValue)]
    case .tag(let object): ["object": .string(object.description)]
    }
  }

  static func present(_ members: [String: JSON?]) -> [String: JSON] {
    members.compactMapValues { $0 }
  }

  // The value comes first: where it is unknown, the form of the other members may be too.
  init(kind: Record.Kind, members: [String: JSON]) throws(BodyError) {
    let reader = MemberReader(members: members)
    switch kind {
    case .result: self = .result(try Record.ItemResult(reader))
    case .check:
      let outcome: Record.CheckOutcome = try reader.value("outcome")
      self = .check(name: try reader.text("check"), outcome: outcome)
    case .signoff: self = .signoff(try Record.Signoff(reader))
    case .waiver: self = .waiver(try Record.Waiver(reader))
    case .manifest: self = .manifest
    case .decision:
      self = .decision(
        try reader.value("decision"), comment: try reader.comment(),
        until: try reader.optionalTime("until"))
    case .deployment: self = .deployment(try reader.value("outcome"))
    case .rollback: self = .rollback(try reader.value("outcome"))
    case .tag:
      guard let object = ObjectID(try reader.text("object")) else {
        throw .malformed("\u{201C}object\u{201D} is not a full object id")
      }
      self = .tag(object: object)
    }
  }
}

extension Record.Signoff {
  var members: [String: JSON] {
    Record.Body.present([
      "comment": comment.map { .string($0) },
      "covers": .object([
        "manifests": .array(covers.manifests.sorted().map { .string($0.description) }),
        "waivers": .array(covers.waivers.sorted().map { .string($0.description) }),
      ]),
      "decision": .string(decision.rawValue),
      "role": role.map { .string($0) },
    ])
  }

  init(_ reader: MemberReader) throws(BodyError) {
    let decision: Decision = try reader.value("decision")
    let covers = try reader.object("covers")
    self.init(
      decision: decision, role: try reader.optionalText("role"),
      comment: try reader.comment(),
      covers: Record.Covers(
        manifests: Set(try covers.ids("manifests")), waivers: Set(try covers.ids("waivers"))))
  }
}
