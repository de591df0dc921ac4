/// Judges one check of one release in one environment (`docs/gate.md`, checks).
struct CheckRequirement {
  let name: String
  let environment: String
  let evidence: Evidence
  /// What stands of `evidence`.
  let standing: Standing
  /// The tag object that an outcome has to be of; `nil`: of any, or none.
  let tag: ObjectID?
  let now: Timestamp

  func requirement() -> Requirement {
    if let doubt = evidence.doubt(about: .checks) { return answer(.unknown, doubt, mend: .sync) }
    if let doubt = unreadable(.check) { return answer(.unknown, doubt) }
    let outcome = Record.CheckOutcome.worst(of: outcomes)
    switch outcome {
    case .pass: return answer(.met, "passed")
    case .warn: return answer(.met, "passed with warnings")
    case .fail, nil: return waived(outcome)
    }
  }

  /// What the waivers say of a check that did not pass.
  private func waived(_ outcome: Record.CheckOutcome?) -> Requirement {
    if let doubt = evidence.doubt(about: .checklists) {
      return answer(.unknown, "\(word(outcome)), and a waiver may be: \(doubt)", mend: .sync)
    }
    if let doubt = unreadable(.waiver) {
      return answer(.unknown, "\(word(outcome)), and \(doubt)")
    }
    let mend = Mend.check(name: name, environment: environment)
    guard let (_, waiver) = governingWaiver else {
      return answer(.unmet, word(outcome), mend: mend)
    }
    guard let waived = holdingWaiver else {
      return answer(.unmet, "\(word(outcome)); \(Self.words(waiver)), which is over", mend: mend)
    }
    return answer(.met, "\(word(outcome)), \(waived)")
  }

  /// `waived until … by Hanako: known`; `nil` where no waiver holds.
  private var holdingWaiver: String? {
    guard let (record, waiver) = governingWaiver, waiver.holds(at: now) else { return nil }
    return "\(Self.words(waiver)) by \(record.by.name): \(waiver.reason)"
  }

  /// The same where the gate would let the check go by it, should it fail.
  var waiverThatCounts: String? {
    let isKnown =
      evidence.doubt(about: .checks) == nil && unreadable(.check) == nil
      && evidence.doubt(about: .checklists) == nil && unreadable(.waiver) == nil
    return isKnown ? holdingWaiver : nil
  }

  private static func words(_ waiver: Record.Waiver) -> String {
    "waived" + (waiver.until.map { " until \($0.minute) UTC" } ?? "")
  }

  private func word(_ outcome: Record.CheckOutcome?) -> String {
    if outcome != nil { return "failed" }
    if results.isEmpty { return "has not been run" }
    let news = results.map { self.news(since: $0) ?? "" }
    return "has not been run since the \(news.min() ?? "")"
  }

  /// Whether all that stands of it is of the time before the tag, and none of that serves.
  var isDueAgain: Bool {
    !results.isEmpty && outcomes.isEmpty && requirement().state == .unmet
  }

  private var results: [Record.CheckResult] {
    standing.ofKind(.check, environment: environment).compactMap { record in
      guard case .check(let result) = record.body, isThis(result.name) else { return nil }
      return result
    }
  }

  private var outcomes: [Record.CheckOutcome] {
    results.filter { news(since: $0) == nil }.map(\.outcome)
  }

  /// What has come since a check was run of which it says nothing; `nil` where nothing has.
  private func news(since result: Record.CheckResult) -> String? {
    func isKnown(_ known: [RecordID]?, _ kinds: Record.Kind..., in place: String?) -> Bool {
      known.map { known in
        kinds.allSatisfy { kind in
          standing.ofKind(kind, environment: place).allSatisfy { known.contains($0.id) }
        }
      } ?? true
    }
    if let tag, result.tag != tag { return "tag was made" }
    if !isKnown(result.manifests, .manifest, in: nil) { return "manifest was made" }
    return isKnown(result.deployments, .deployment, .rollback, in: environment)
      ? nil : "last deployment"
  }

  /// Of several that stand, the one that ends first: it is the worst.
  private var governingWaiver: (record: Record, waiver: Record.Waiver)? {
    let waivers = standing.ofKind(.waiver, environment: environment)
      .compactMap { record -> (record: Record, waiver: Record.Waiver)? in
        guard case .waiver(let waiver) = record.body, case .check(let name) = waiver.topic,
          isThis(name)
        else { return nil }
        return (record, waiver)
      }
    let never = Timestamp(milliseconds: .max)
    return waivers.min {
      ($0.waiver.until ?? never, $0.record.id) < ($1.waiver.until ?? never, $1.record.id)
    }
  }

  private func isThis(_ other: String) -> Bool { other.utf8.elementsEqual(name.utf8) }

  private func unreadable(_ kind: Record.Kind) -> String? {
    evidence.unreadable.first { $0.kind == kind && $0.maySpeak(of: environment) }?.doubt
  }

  private func answer(_ state: Answer, _ why: String, mend: Mend? = nil) -> Requirement {
    Requirement(id: .check(name), state: state, why: why, mend: mend)
  }
}

extension Policy {
  /// When a check is to be passed; the program's own are for the time before the deployment.
  package func stage(ofCheck name: String) -> Stage {
    guard case .command(let rules) = checks[name] else { return .before }
    return rules.stage
  }

  /// The checks of an environment that are to be passed then.
  package func checks(of environment: EnvironmentRules, at stage: Stage) -> [String] {
    environment.checks.filter { self.stage(ofCheck: $0) == stage }
  }
}

extension ReleaseCase {
  /// Why a check does not hold the release back even if it fails: `waived until … by Hanako: known`;
  /// `nil` where it does, or that cannot be told.
  package func waiver(ofCheck name: String, in environment: String) -> String? {
    CheckRequirement(
      name: name, environment: environment, evidence: evidence, standing: evidence.standing,
      tag: tag(ofCheck: name), now: now
    ).waiverThatCounts
  }
}

extension ReleaseCase {
  /// Whether the check of the tag was run in an environment, and not since this tag was made.
  package func isTagCheckDueAgain(in environment: EnvironmentRules) -> Bool {
    guard environment.checks.contains(where: policy.looksAtTag),
      case let tag? = tag(ofCheck: CheckRules.tag)
    else { return false }
    return CheckRequirement(
      name: CheckRules.tag, environment: environment.name, evidence: evidence,
      standing: evidence.standing, tag: tag, now: now
    ).isDueAgain
  }
}

extension Policy {
  /// Whether a check is the program's own that looks at the release's tag.
  fileprivate func looksAtTag(_ name: String) -> Bool {
    guard name.utf8.elementsEqual(CheckRules.tag.utf8) else { return false }
    if case .command = checks[name] { return false }
    return true
  }
}

extension UnreadableRecord {
  /// Whether it may speak of this environment.
  package func maySpeak(of environment: String) -> Bool {
    self.environment.map { $0.utf8.elementsEqual(environment.utf8) } ?? true
  }

  package var doubt: String { "record \(id.short) cannot be judged: \(reason)" }
}

extension ReleaseCase {
  /// The tag object that a check's outcome has to be of.
  ///
  /// That a version is free says nothing of the tag that takes it; but it is all that can be known
  /// before there is one.
  package func tag(ofCheck name: String) -> ObjectID? {
    guard !isTagNew, policy.looksAtTag(name), case .annotated(let tag) = tag else { return nil }
    return tag.object
  }

  /// The manifests that a check's outcome is of; `nil` where the check looks at none.
  package func manifests(ofCheck name: String) -> [RecordID]? {
    guard name.utf8.elementsEqual(CheckRules.artifacts.utf8) else { return nil }
    if case .command = policy.checks[name] { return nil }
    return evidence.standing.ofKind(.manifest).map(\.id).sorted()
  }

  /// The deployments of this release that a check's outcome is of; `nil` where it is not for the time
  /// after one.
  package func deployments(ofCheck name: String, in environment: String) -> [RecordID]? {
    guard policy.stage(ofCheck: name) == .after else { return nil }
    let kinds = [Record.Kind.deployment, .rollback]
    return kinds.flatMap { evidence.standing.ofKind($0, environment: environment).map(\.id) }
      .sorted()
  }
}
