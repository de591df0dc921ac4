// What a policy asks for beside approvals, which hold at the stricter of policy and floor.
extension Gate {
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
