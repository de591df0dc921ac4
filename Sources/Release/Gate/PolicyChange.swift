// What a policy asks for beside what its floor did.
extension Gate {
  /// What the floor asked for, the policy would not, and holds all the same: approvals, and what a tag
  /// wants.
  package static func held(from floor: Policy, to policy: Policy) -> [String] {
    var held = approvals(from: floor, to: policy)
    held += missing(floor.tags.require, policy.tags.require).map { "\($0) before the tag" }
    if floor.tags.sign == .always, policy.tags.sign != .always { held.append("signed tags") }
    if let signers = floor.approvals.signers,
      missing([signers], policy.approvals.signers.map { [$0] } ?? []) == [signers]
    {
      held.append("the list of signers \(signers)")
    }
    return held
  }

  /// What the policy asks of approvals, and the floor did not.
  package static func raised(from floor: Policy, to policy: Policy) -> [String] {
    held(from: policy, to: floor)
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

  /// What environments of one name ask of approvals in the one policy, and not in the other.
  private static func approvals(from old: Policy, to new: Policy) -> [String] {
    old.environments.flatMap { before -> [String] in
      guard let after = new.environment(before.name)?.approvals else { return [] }
      let (before, place) = (before.approvals, before.name)
      var fewer: [String] = []
      if before.required > after.required {
        let what = before.required == 1 ? "1 approval" : "\(before.required) approvals"
        fewer.append("\(what) in \(place) (not \(after.required))")
      }
      fewer += missing(before.roles, after.roles).map { "the role \($0) in \(place)" }
      if !before.from.isEmpty, after.from.isEmpty || !missing(after.from, before.from).isEmpty {
        fewer.append("approvals in \(place) by \(before.from.joined(separator: ", ")) alone")
      }
      if before.signed, !after.signed { fewer.append("signed sign-offs in \(place)") }
      if before.independent > after.independent {
        fewer.append(
          "\(before.independent) without a hand in it in \(place) (not \(after.independent))")
      }
      return fewer
    }
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
