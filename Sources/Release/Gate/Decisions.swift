// Decisions on one release in one environment (`docs/gate.md`, decisions).

/// The decision that governs an environment: the worst of those that stand.
package struct DecisionStanding: Sendable {
  package let record: Record
  package let decision: Record.Decision
  /// Why it is not in force, where it is not.
  package let objection: String?
  /// What its signatures prove.
  package let proof: Proof
  /// Why its name is a claim, where it is to be signed, or has a signature that is not good.
  package let claim: String?

  package var isInForce: Bool { objection == nil }

  /// Who decided what; whose name it stands under, where that is a claim.
  package var words: String {
    let said = "decided \(decision.choice.rawValue)"
    guard let claim else { return "\(record.by.name) \(said)" }
    return "somebody in the name of \(record.by) \(said) (\(claim))"
  }
}

extension ReleaseCase {
  /// Why the name on a record is a claim, where somebody might take it for more; `nil` where a
  /// signature proves it, or nobody asks for one and there is none.
  func claim(on record: Record, isAsked: Bool) -> String? {
    switch proofs[record] {
    case .signed: nil
    case .claimed(nil): isAsked ? "not signed" : nil
    case .claimed(let why?): why
    case .unknown(let why): isAsked || proofs.trust != .nobody ? why : nil
    }
  }

  /// The same of a decision: where approvals or tags have to be signed, it is to be, too.
  func claim(onDecision record: Record, in environment: String) -> String? {
    let isAsked =
      policy.environment(environment).map {
        EffectiveApprovals(environment: $0, policy: policy, floor: floor.policy).signed
      } ?? false
    if case .yes = wantsSignedTag { return claim(on: record, isAsked: true) }
    return claim(on: record, isAsked: isAsked)
  }
}

/// Why it cannot be told, and what would tell it.
struct Doubt {
  let why: String
  let mend: Mend?
}

extension Record.Decision {
  /// Why it says nothing, where it does not.
  fileprivate func objection(at now: Timestamp) -> String? {
    switch choice {
    case .noGo: return nil
    case .go:
      guard let seal else { return "it carries no seal" }
      return seal.isSound ? nil : "its seal contradicts itself"
    case .breakGlass:
      if TextForm.collapsed(comment ?? "").isEmpty { return "it gives no reason" }
      guard let until else { return "it has no end" }
      return now < until ? nil : "it ended \(until.minute) UTC"
    }
  }
}

extension ReleaseCase {
  /// Of several that stand, the worst: by its choice, then one that is not in force, then the one
  /// that ends first.
  func decision(in environment: String, _ standing: Standing) -> DecisionStanding? {
    let decisions = standing.ofKind(.decision, environment: environment)
      .compactMap { record -> DecisionStanding? in
        guard case .decision(let decision) = record.body else { return nil }
        return DecisionStanding(
          record: record, decision: decision, objection: decision.objection(at: now),
          proof: proofs[record], claim: claim(onDecision: record, in: environment))
      }
    guard let worst = Record.Decision.Choice.worst(of: decisions.map(\.decision.choice)) else {
      return nil
    }
    let never = Timestamp(milliseconds: .max)
    func gravity(_ standing: DecisionStanding) -> (Int, Timestamp, RecordID) {
      (standing.isInForce ? 1 : 0, standing.decision.until ?? never, standing.record.id)
    }
    return decisions.filter { $0.decision.choice == worst }.min { gravity($0) < gravity($1) }
  }

  /// What keeps the decisions of an environment from being known.
  func doubt(aboutDecisionsIn environment: String) -> Doubt? {
    if let why = evidence.doubt(about: .signoffs) { return Doubt(why: why, mend: .sync) }
    let record = evidence.unreadable.first {
      $0.kind == .decision && $0.maySpeak(of: environment)
    }
    return record.map { Doubt(why: $0.doubt, mend: nil) }
  }

  /// Whether the release may be deployed: by a go where all that is asked for is met now, or by
  /// breaking the glass.
  func mayDeploy(in environment: String, _ decision: DecisionStanding?, met: Answer) -> Answer {
    // What the decision was about is not what would be deployed.
    if isTagMoved { return .unmet }
    if let decision, decision.decision.choice == .noGo { return .unmet }
    if doubt(aboutDecisionsIn: environment) != nil { return .unknown }
    guard let decision, decision.isInForce else { return .unmet }
    return decision.decision.choice == .go ? met : .met
  }
}

extension Evidence {
  /// Every break-glass in an environment, by time, whether or not it stands: a sign-off may name
  /// them all.
  package func breakGlass(in environment: String) -> [Record] {
    var seen: Set<RecordID> = []
    return records.filter { record in
      guard case .decision(let decision) = record.body, decision.choice == .breakGlass else {
        return false
      }
      return record.isIn(environment)
        && seen.insert(record.id).inserted
    }.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
  }

  /// What a sign-off given now in an environment takes into account.
  package func covers(in environment: String) -> Record.Covers {
    let standing = standing
    return Record.Covers(
      manifests: Set(standing.ofKind(.manifest).map(\.id)),
      waivers: Set(standing.ofKind(.waiver, environment: environment).map(\.id)),
      decisions: Set(breakGlass(in: environment).map(\.id)))
  }

  /// Those that no standing approve or reject of somebody else names.
  func unnamedBreakGlass(in environment: String, _ standing: Standing) -> [Record] {
    let signoffs = standing.ofKind(.signoff, environment: environment)
    return breakGlass(in: environment).filter { broken in
      !signoffs.contains { record in
        guard case .signoff(let signoff) = record.body, signoff.decision != .withdraw else {
          return false
        }
        // Nobody answers for themselves.
        return record.by.foldedEmail != broken.by.foldedEmail
          && signoff.covers.decisions.contains(broken.id)
      }
    }
  }
}
