extension Record {
  /// What a record says, by its kind.
  ///
  /// Members that this version does not read stay in the line; only what judging needs is here.
  package enum Body: Sendable {
    case result(ItemResult)
    case check(CheckResult)
    case signoff(Signoff)
    case waiver(Waiver)
    case manifest(ManifestSummary)
    case decision(Decision)
    case deployment(Run)
    case rollback(Run)
    case tag(object: ObjectID)
    case redaction(Redaction)

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
      case .redaction: .redaction
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
    /// What stood when it was given.
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
    /// Those by which the gate was passed over, and which this sign-off answers for too.
    package let decisions: Set<RecordID>

    package init(
      manifests: Set<RecordID> = [], waivers: Set<RecordID> = [], decisions: Set<RecordID> = []
    ) {
      self.manifests = manifests
      self.waivers = waivers
      self.decisions = decisions
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
  package var members: [String: JSON] {
    switch self {
    case .result(let result): result.members
    case .check(let result): result.members
    case .signoff(let signoff): signoff.members
    case .waiver(let waiver): waiver.members
    case .manifest(let summary): summary.members
    case .decision(let decision): decision.members
    case .deployment(let run), .rollback(let run): run.members
    case .tag(let object): ["object": .string(object.description)]
    case .redaction(let redaction): redaction.members
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
    case .check: self = .check(try Record.CheckResult(reader))
    case .signoff: self = .signoff(try Record.Signoff(reader))
    case .waiver: self = .waiver(try Record.Waiver(reader))
    case .manifest: self = .manifest(try Record.ManifestSummary(reader))
    case .decision: self = .decision(try Record.Decision(reader))
    case .deployment: self = .deployment(try Record.Run(reader))
    case .rollback: self = .rollback(try Record.Run(reader))
    case .tag:
      guard let object = ObjectID(try reader.text("object")) else {
        throw .malformed("\u{201C}object\u{201D} is not a full object id")
      }
      self = .tag(object: object)
    case .redaction: self = .redaction(try Record.Redaction(reader))
    }
  }
}

extension Record.Signoff {
  var members: [String: JSON] {
    Record.Body.present([
      "comment": comment.map { .string($0) },
      "covers": covers.json,
      "decision": .string(decision.rawValue),
      "role": role.map { .string($0) },
    ])
  }

  init(_ reader: MemberReader) throws(BodyError) {
    let decision: Decision = try reader.value("decision")
    let covers = try Record.Covers(reader.object("covers"))
    self.init(
      decision: decision, role: try reader.optionalText("role"),
      comment: try reader.comment(), covers: covers)
  }
}

extension Record.Covers {
  fileprivate var json: JSON {
    func list(_ ids: Set<RecordID>) -> JSON {
      .array(ids.sorted().map { .string($0.description) })
    }
    var members = ["manifests": list(manifests), "waivers": list(waivers)]
    if !decisions.isEmpty { members["decisions"] = list(decisions) }
    return .object(members)
  }

  fileprivate init(_ reader: MemberReader) throws(BodyError) {
    // Sign-offs had no such member before there was anything to name.
    let decisions = reader.members["decisions"] == nil ? [] : try reader.ids("decisions")
    self.init(
      manifests: Set(try reader.ids("manifests")), waivers: Set(try reader.ids("waivers")),
      decisions: Set(decisions))
  }
}
