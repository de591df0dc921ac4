/// The gate: from a release case to a verdict, pure and total.
///
/// The rules are those of `docs/gate.md`, and stand nowhere else.
package enum Gate {
  /// What the gate says of every environment, in the policy's order.
  package static func judge(_ subject: ReleaseCase) -> [Verdict] {
    subject.policy.environments.map { judge(subject, in: $0) }
  }

  package static func judge(_ subject: ReleaseCase, in environment: EnvironmentRules) -> Verdict {
    let standing = subject.evidence.standing
    let place = environment.name
    let approval = ApprovalRequirement(subject, standing, environment: environment)
    let lists = checklists(subject, standing, environment)
    let (checksBefore, checksAfterwards) = checks(subject, standing, environment)
    var requirements = [policy(subject), ledger(subject)]
    requirements += lists.map { $0.requirement() }
    // Before the checks: theirs is held to it.
    if environment.asksForManifest || !standing.ofKind(.manifest).isEmpty {
      requirements.append(ManifestRequirement(subject, standing).requirement())
    }
    requirements += checksBefore
    if let predecessor = environment.after {
      requirements.append(
        PredecessorRequirement(subject, standing, after: predecessor, soak: environment.soak)
          .requirement())
    }
    requirements.append(approval.requirement())
    let decision = subject.decision(in: place, standing)
    return Verdict(
      environment: place, requirements: requirements,
      afterwards: lists.compactMap { $0.requirementAfterwards() } + checksAfterwards,
      signoffs: approval.standings, rejections: approval.rejections,
      approvals: (counted: approval.approvers.count, required: approval.rules.required),
      asksForSignatures: approval.rules.signed, idle: approval.idle,
      late: late(subject, environment, requirements, approval.approvers),
      likenesses: approval.likenesses, areApproversProven: approval.areApproversProven,
      items: count(lists), decision: decision,
      mayDeploy: subject.mayDeploy(
        in: place, decision, met: .all(requirements.map(\.state))),
      unnamedBreakGlass: subject.evidence.unnamedBreakGlass(in: place, standing))
  }

  /// Whether the bar is known: the policy at the commit was read, so only the floor can be open.
  private static func policy(_ subject: ReleaseCase) -> Requirement {
    let passedOver = passedOver(subject)
    switch subject.floor {
    case .none:
      return Requirement(
        id: .policy, state: .met, why: "no earlier release sets a floor\(passedOver)")
    case .release(_, let floor), .branch(_, let floor):
      let remarks = [
        ("no longer asked for", loosened(from: floor, to: subject.policy)),
        ("asked for all the same", held(from: floor, to: subject.policy)),
        (
          "new",
          tightened(from: floor, to: subject.policy) + raised(from: floor, to: subject.policy)
        ), ("otherwise than before", altered(from: floor, to: subject.policy)),
      ]
      .filter { !$0.1.isEmpty }.map { "; \($0.0): \($0.1.joined(separator: ", "))" }
      return Requirement(
        id: .policy, state: .met,
        why: "approvals at least as in \(subject.floor.name ?? "the floor")\(passedOver)"
          + remarks.joined())
    case .unknown(let why, let mend):
      return Requirement(id: .policy, state: .unknown, why: why, mend: mend)
    }
  }

  /// Which releases set no bar here; why, where `verify` would not say so, since nothing is recorded yet.
  private static func passedOver(_ subject: ReleaseCase) -> String {
    guard !subject.passedOver.isEmpty else { return "" }
    guard subject.isTaggedOrRecorded else {
      return subject.evidence.findings.filter { $0.code == "release-passed-over" }
        .map { "; \($0.message)" }.joined()
    }
    return "; \(subject.passedOver.map(\.description).joined(separator: ", ")) "
      + "\(subject.passedOver.count == 1 ? "sets" : "set") no bar: deed verify \(subject.release) "
      + "says why"
  }

  /// Whether the ledgers are here and whole.
  private static func ledger(_ subject: ReleaseCase) -> Requirement {
    for name in LedgerName.ofRecords {
      switch subject.evidence.state(of: name) {
      case .readable: continue
      case .neverFetched(let remote):
        return Requirement(
          id: .ledger, state: .unknown, why: "never fetched from \(remote)", mend: .sync)
      case .behind(let tag):
        return Requirement(
          id: .ledger, state: .unknown, why: "not all is here that stood when \(tag) was cut",
          mend: .sync)
      case .unreadable(let why):
        return Requirement(
          id: .ledger, state: .unknown, why: "\(name.rawValue): \(why)", mend: .sync)
      case .incomplete(let count):
        return Requirement(
          id: .ledger, state: .unmet,
          why: "\(name.rawValue): its tip lacks \(count.counted("record")) of its history",
          mend: .other(command: "deed doctor --recover"))
      }
    }
    return Requirement(id: .ledger, state: .met, why: "all ledgers readable")
  }

  private static func checklists(
    _ subject: ReleaseCase, _ standing: Standing, _ environment: EnvironmentRules
  ) -> [ChecklistRequirement] {
    let shared = subject.sharedItemIDs(of: environment)
    return environment.checklists.map { name in
      let fact = subject.checklists[name] ?? .unreadable("its document was not looked at")
      return ChecklistRequirement(
        name: name, fact: fact.flagging(shared), environment: environment.name,
        environments: subject.policy.environments.map(\.name), standing: standing,
        unreadable: subject.evidence.unreadable, now: subject.now,
        doubt: subject.evidence.doubt(about: .checklists))
    }
  }

  private static func count(_ lists: [ChecklistRequirement]) -> (met: Int, asked: Int)? {
    let counts = lists.compactMap(\.count)
    guard !counts.isEmpty, counts.count == lists.count else { return nil }
    return counts.reduce((met: 0, asked: 0)) { ($0.met + $1.met, $0.asked + $1.asked) }
  }

  /// The checks that are due before the deployment, and those that come later.
  private static func checks(
    _ subject: ReleaseCase, _ standing: Standing, _ environment: EnvironmentRules
  ) -> (before: [Requirement], afterwards: [Requirement]) {
    func judged(_ names: [String]) -> [Requirement] {
      names.map { name in
        CheckRequirement(
          name: name, environment: environment.name, evidence: subject.evidence,
          standing: standing, tag: subject.tag(ofCheck: name), now: subject.now
        ).requirement()
      }
    }
    func isDueBefore(_ name: String) -> Bool { subject.policy.stage(ofCheck: name) == .before }
    return (
      judged(environment.checks.filter(isDueBefore)),
      judged(environment.checks.filter { !isDueBefore($0) })
    )
  }
}
