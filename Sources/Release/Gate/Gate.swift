/// The gate: from a release case to a verdict, pure and total.
///
/// The rules are those of `docs/gate.md`, and stand nowhere else.
package enum Gate {
  /// What the gate says of every environment, in the policy's order.
  package static func judge(_ subject: ReleaseCase) -> [Verdict] {
    subject.policy.environments.map { judge(subject, in: $0) }
  }

  package static func judge(_ subject: ReleaseCase, in environment: EnvironmentRules) -> Verdict {
    let approval = ApprovalRequirement(subject, environment: environment)
    var requirements = [policy(subject), ledger(subject)]
    requirements += checklists(subject, environment)
    requirements += environment.checks.map(check)
    if let predecessor = environment.after { requirements.append(after(predecessor)) }
    requirements.append(approval.requirement())
    return Verdict(
      environment: environment.name, requirements: requirements, signoffs: approval.standings,
      approvals: (counted: approval.approvers.count, required: approval.rules.required))
  }

  /// Whether the bar is known: the policy at the commit was read, so only the floor can be open.
  private static func policy(_ subject: ReleaseCase) -> Requirement {
    switch subject.floor {
    case .none:
      return Requirement(
        id: .policy, state: .met, why: "no earlier release sets a floor")
    case .release(let release, let floor):
      let fewer = Self.loosened(from: floor, to: subject.policy)
      let remark = fewer.isEmpty ? "" : "; fewer than there: \(fewer.joined(separator: ", "))"
      return Requirement(
        id: .policy, state: .met, why: "approvals at least as in \(release)\(remark)")
    case .unknown(let why, let mend):
      return Requirement(id: .policy, state: .unknown, why: why, mend: mend)
    }
  }

  /// What the floor asked for and the policy no longer does, beside approvals.
  package static func loosened(from floor: Policy, to policy: Policy) -> [String] {
    func missing(_ old: [String], _ new: [String]) -> [String] {
      old.filter { name in !new.contains { $0.utf8.elementsEqual(name.utf8) } }
    }
    var fewer = missing(floor.environments.map(\.name), policy.environments.map(\.name))
      .map { "environment \($0)" }
    for old in floor.environments {
      guard let new = policy.environment(old.name) else { continue }
      fewer += missing(old.checklists, new.checklists).map { "checklist \($0) in \(old.name)" }
      fewer += missing(old.checks, new.checks).map { "check \($0) in \(old.name)" }
    }
    return fewer
  }

  /// Whether the ledgers are here and whole.
  private static func ledger(_ subject: ReleaseCase) -> Requirement {
    for name in LedgerName.ofRecords {
      switch subject.evidence.state(of: name) {
      case .readable: continue
      case .neverFetched(let remote):
        return Requirement(
          id: .ledger, state: .unknown, why: "never fetched from \(remote)", mend: .sync)
      case .unreadable(let why):
        return Requirement(
          id: .ledger, state: .unknown, why: "\(name.rawValue): \(why)", mend: .sync)
      case .incomplete(let count):
        return Requirement(
          id: .ledger, state: .unmet,
          why: "\(name.rawValue): \(count) record(s) of its history are missing at its tip",
          mend: .sync)
      }
    }
    return Requirement(id: .ledger, state: .met, why: "all ledgers readable")
  }

  /// The items of the checklists up to the deployment, each list by itself.
  private static func checklists(
    _ subject: ReleaseCase, _ environment: EnvironmentRules
  ) -> [Requirement] {
    let shared = subject.sharedItemIDs(of: environment)
    let standing = subject.evidence.standing
    return environment.checklists.map { name in
      if let doubt = subject.evidence.doubt(about: .checklists) {
        return Requirement(id: .checklist(name), state: .unknown, why: doubt, mend: .sync)
      }
      let fact = subject.checklists[name] ?? .unreadable("its document was not looked at")
      return ChecklistRequirement(
        name: name, fact: fact.flagging(shared), environment: environment.name,
        environments: subject.policy.environments.map(\.name), standing: standing,
        unreadable: subject.evidence.unreadable, now: subject.now
      ).requirement(through: .before)
    }
  }

  // The answers below are honest, not final: until this version can judge them, a policy that asks
  // for them cannot be met.

  private static func check(_ name: String) -> Requirement {
    Requirement(id: .check(name), state: .unknown, why: "this version of deed cannot judge checks")
  }

  private static func after(_ predecessor: String) -> Requirement {
    Requirement(
      id: .predecessor, state: .unknown,
      why: "wants \(predecessor) first, and this version of deed cannot judge deployments")
  }
}
