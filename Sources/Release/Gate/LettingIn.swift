// Whether a release was let in by those whom the one before it asks for (`docs/gate.md`, the policy and its
// floor).

extension Policy {
  /// The environments that have to be met before a tag, and in which only signed approvals count.
  ///
  /// Where there are none, anybody who may push makes a release, and nobody can tell one that was let in
  /// from another.
  package var environmentsProvenBeforeTag: [EnvironmentRules] {
    tags.require.compactMap(environment).filter { environment in
      let rules = environment.approvals
      return rules.signed && (rules.required > 0 || rules.independent > 0 || !rules.roles.isEmpty)
    }
  }
}

extension Gate {
  /// What the sign-offs of a release say of whether it was let in.
  package enum LettingIn: Hashable, Sendable {
    case letIn
    /// The text says what is wanting.
    case refused(environment: String, String)
    /// It cannot be told; the text says why.
    case unknown(environment: String, String)
  }

  /// Whether a release has the signed approvals that its floor wants before a tag.
  ///
  /// - Parameters:
  ///   - subject: The release, with the floor that is asked.
  ///   - lenient: The same proofs, if keys that were revoked were good: who had such a key may have signed
  ///     while it was theirs, and may have lost it before.
  package static func lettingIn(_ subject: ReleaseCase, lenient: Proofs) -> LettingIn {
    guard let (place, wanting) = wanting(subject) else { return .letIn }
    if wanting.state == .unknown { return .unknown(environment: place, wanting.why) }
    var other = subject
    other.proofs = lenient
    return self.wanting(other) == nil
      ? .unknown(environment: place, "\(wanting.why); it may have signed before that")
      : .refused(environment: place, wanting.why)
  }

  /// The first environment in which approvals are wanting, and how they stand; `nil` where none are.
  private static func wanting(_ subject: ReleaseCase) -> (String, Requirement)? {
    guard let floor = subject.floor.policy else { return nil }
    for asking in floor.environmentsProvenBeforeTag {
      let places = subject.environments(inPlaceOf: asking.name, of: floor)
      if places.isEmpty {
        let why = "cannot be given: the policy has no environment"
        return (asking.name, Requirement(id: .signoffs, state: .unmet, why: why, mend: nil))
      }
      for place in places.compactMap(subject.policy.environment) {
        if let wanting = wanting(subject, in: place) { return (place.name, wanting) }
      }
    }
    return nil
  }

  private static func wanting(
    _ subject: ReleaseCase, in environment: EnvironmentRules
  ) -> Requirement? {
    // What was shipped or waived since makes no release of less; and which of it was there before an
    // approval, nobody can tell afterwards.
    var subject = subject
    subject.evidence.records.removeAll { [.manifest, .waiver].contains($0.kind) }
    func requirement(_ subject: ReleaseCase) -> Requirement {
      ApprovalRequirement(subject, subject.evidence.standing, environment: environment)
        .requirement()
    }
    let now = requirement(subject)
    if now.state == .met { return nil }
    // Who takes their word back, or comes by with another one, or with what nobody can judge, takes back no
    // release. Which words were there, the tag says by a state of the ledgers; where tags are signed, one of
    // somebody whose word counts.
    if let named = subject.recordsProvenByTag(in: environment.name) {
      var then = subject
      then.evidence.keep(named)
      let wanting = requirement(then)
      if wanting.state == .met { return nil }
      return wanting.state == .unknown ? wanting : now
    }
    var most = subject
    most.evidence.unreadable = []
    most.evidence.records.removeAll { record in
      if case .signoff(let signoff) = record.body { signoff.decision != .approve } else { false }
    }
    guard requirement(most).state == .met else { return now }
    let why =
      if case .absent = subject.tag {
        "its tag is not here"
      } else {
        "its tag, which names no ledgers or is not signed as it should be, does not prove what was there before it"
      }
    return Requirement(id: .signoffs, state: .unknown, why: "\(now.why); \(why)", mend: nil)
  }
}
