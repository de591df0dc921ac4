// What a policy asks for beside what its floor did.
extension Gate {
  /// What the floor asked for, the policy would not, and holds all the same: approvals, and what a tag
  /// wants.
  package static func held(from floor: Policy, to policy: Policy) -> [String] {
    policy.environments.flatMap { environment in
      more(
        EffectiveApprovals.inherited(by: environment, of: policy, from: floor),
        than: environment.approvals, in: environment.name)
    } + ofTags(from: floor, to: policy)
  }

  /// What the policy asks of approvals, and the floor did not; of an environment that the floor does not have,
  /// that it is new is told.
  package static func raised(from floor: Policy, to policy: Policy) -> [String] {
    policy.environments.flatMap { environment -> [String] in
      guard let before = floor.environment(environment.name) else { return [] }
      return more([environment.approvals], than: before.approvals, in: environment.name)
    } + ofTags(from: policy, to: floor)
  }

  /// What a tag wants by the one policy, and not by the other.
  private static func ofTags(from old: Policy, to new: Policy) -> [String] {
    var more = missing(old.tags.require, new.tags.require).map { "\($0) before the tag" }
    if old.tags.sign == .always, new.tags.sign != .always { more.append("tags that are signed") }
    if let signers = old.approvals.signers,
      missing([signers], new.approvals.signers.map { [$0] } ?? []) == [signers]
    {
      more.append("the list of signers \(signers)")
    }
    return more
  }

  /// Checks and checklists that both ask for, and that are something else now.
  package static func altered(from floor: Policy, to policy: Policy) -> [String] {
    let checks = policy.checks.keys.sorted().filter { name in
      guard let old = floor.checks[name], let new = policy.checks[name] else { return false }
      return old.withoutStage != new.withoutStage
    }
    let lists = policy.checklists.keys.sorted().filter { name in
      guard let old = floor.checklists[name], let new = policy.checklists[name] else {
        return false
      }
      return !old.path.utf8.elementsEqual(new.path.utf8)
    }
    return checks.map { "check \($0)" } + lists.map { "checklist \($0)" }
  }

  /// What some rules, all of which hold, ask of approvals in an environment, and others do not.
  private static func more(
    _ rules: [ApprovalRules], than others: ApprovalRules, in place: String
  ) -> [String] {
    var more: [String] = []
    if let required = rules.map(\.required).max(), required > others.required {
      let what = required == 1 ? "1 approval" : "\(required) approvals"
      more.append("\(what) in \(place) (not \(others.required))")
    }
    var roles: [String] = []
    for role in missing(rules.flatMap(\.roles), others.roles) {
      roles += missing([role], roles)
    }
    more += roles.map { "the role \($0) in \(place)" }
    for from in rules.map(\.from) where !from.isEmpty {
      guard others.from.isEmpty || !missing(others.from, from).isEmpty else { continue }
      more.append("approvals in \(place) by \(from.joined(separator: ", ")) alone")
    }
    if rules.contains(where: \.signed), !others.signed {
      more.append("signed sign-offs in \(place)")
    }
    if let independent = rules.map(\.independent).max(), independent > others.independent {
      more.append(
        "\(independent.counted("approver")) in \(place) without a hand in the release "
          + "(not \(others.independent))")
    }
    return more
  }

  /// What the floor asked for and the policy no longer does.
  package static func loosened(from floor: Policy, to policy: Policy) -> [String] {
    var fewer = missing(floor.environments.map(\.name), policy.environments.map(\.name))
      .map { "environment \($0)" }
    for old in floor.environments {
      guard let new = policy.environment(old.name) else { continue }
      fewer += missing(old.checklists, new.checklists).map { "checklist \($0) in \(old.name)" }
      fewer += missing(old.checks, new.checks).map { "check \($0) in \(old.name)" }
      if let after = old.after, !missing([after], new.after.map { [$0] } ?? []).isEmpty {
        fewer.append("\(after) before \(old.name)")
      }
      if let soak = old.soak, soak > new.soak ?? 0 {
        fewer.append("a soak of \(Span.text(soak)) before \(old.name)")
      }
    }
    return fewer + postponed(from: floor, to: policy)
  }

  /// What the policy asks for and the floor did not.
  package static func tightened(from floor: Policy, to policy: Policy) -> [String] {
    loosened(from: policy, to: floor)
  }

  private static func missing(_ old: [String], _ new: [String]) -> [String] {
    old.filter { name in !new.contains { $0.utf8.elementsEqual(name.utf8) } }
  }

  /// Checks, and sections of checklists, that were moved to a later stage.
  private static func postponed(from floor: Policy, to policy: Policy) -> [String] {
    func isLater(_ new: Stage, _ old: Stage) -> Bool { !new.isReached(by: old) }
    var later: [String] = []
    for name in policy.checks.keys.sorted() where floor.checks[name] != nil {
      let old = floor.stage(ofCheck: name)
      if isLater(policy.stage(ofCheck: name), old) {
        later.append("check \(name) \(old.rawValue) the deployment")
      }
    }
    for (name, new) in policy.checklists.sorted(by: { $0.key < $1.key }) {
      guard let source = floor.checklists[name] else { continue }
      let sections = Set(new.stages.keys).union(source.stages.keys).sorted()
      for section in sections {
        let old = source.stages[section] ?? .before
        if isLater(new.stages[section] ?? .before, old) {
          later.append("section \(section) of checklist \(name) \(old.rawValue) the deployment")
        }
      }
    }
    return later
  }
}

extension CheckRules {
  /// The rules but for when the check is due, which is told by itself.
  fileprivate var withoutStage: CheckRules {
    guard case .command(var rules) = self else { return self }
    rules.stage = .before
    return .command(rules)
  }
}
