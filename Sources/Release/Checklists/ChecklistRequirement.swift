/// What is known of a checklist at the commit to be released.
package enum ChecklistFact: Sendable {
  case read(Checklist)
  /// No document is there.
  case missing(path: String)
  /// The document is there and is none; the text says why.
  case invalid(String)
  /// It may be there and could not be read; the text says why.
  case unreadable(String)
}

/// Whether a checklist is met in one environment.
package struct ChecklistRequirement: Sendable {
  /// As `deed.toml` calls it.
  package let name: String
  package let fact: ChecklistFact
  package let environment: String
  /// All environments of the policy.
  package let environments: [String]
  private let states: ItemStates
  private let unreadable: UnreadableRecord?

  /// - Parameters:
  ///   - standing: What stands of one release at one commit.
  ///   - unreadable: Records that may bear on it and cannot be judged.
  package init(
    name: String, fact: ChecklistFact, environment: String, environments: [String],
    standing: Standing, unreadable: [UnreadableRecord], now: Timestamp
  ) {
    self.name = name
    self.fact = fact
    self.environment = environment
    self.environments = environments
    self.states = ItemStates(standing: standing, environment: environment, now: now)
    self.unreadable = unreadable.first { record in
      (record.kind == .result || record.kind == .waiver)
        && record.environment.map { $0.utf8.elementsEqual(environment.utf8) } ?? true
    }
  }

  /// The answer for the items up to a stage: `before` the deployment, those `during` it too, or all.
  package func requirement(through stage: Stage) -> Requirement {
    switch fact {
    case .missing(let path): return answer(.unmet, "no document \(path) at the commit")
    case .invalid(let why): return answer(.unmet, why)
    case .unreadable(let why): return answer(.unknown, why, mend: .sync)
    case .read(let checklist): return judge(checklist, through: stage)
    }
  }

  private func judge(_ checklist: Checklist, through stage: Stage) -> Requirement {
    guard !checklist.items.isEmpty else {
      return answer(.unmet, "\(checklist.path) has no items")
    }
    let here = checklist.items.filter { $0.applies(to: environment, of: environments) }
    guard !here.isEmpty else {
      return answer(.unmet, "no item of \(checklist.path) is for \(environment)")
    }
    let asked = here.filter { !$0.isOptional && $0.stage.isReached(by: stage) }
    let judged = asked.map { (item: $0, state: states.state(of: $0)) }
    let unmet = judged.filter { !$0.state.isMet }
    let count = "\(asked.count - unmet.count) of \(asked.count) items met"
    // What cannot be read may be the very answer that is missing, or one against what is there.
    if let unreadable {
      return answer(
        .unknown,
        "\(count), and record \(unreadable.id.short) cannot be judged: \(unreadable.reason)")
    }
    guard let first = unmet.first else {
      let waived = judged.count { $0.state.outcome == .waived }
      return answer(.met, waived == 0 ? count : "\(count), \(waived) of them by a waiver")
    }
    return answer(
      .unmet, "\(count); \(first.item.label): \(first.state.objection ?? "")",
      mend: .other(command: "deed walk -e \(environment)"))
  }

  private func answer(_ state: Answer, _ why: String, mend: Mend? = nil) -> Requirement {
    Requirement(id: .checklist(name), state: state, why: why, mend: mend)
  }
}

extension Stage {
  /// Whether what has this stage is due at that one.
  package func isReached(by stage: Stage) -> Bool {
    let order = Stage.allCases
    guard let own = order.firstIndex(of: self), let other = order.firstIndex(of: stage) else {
      return true
    }
    return own <= other
  }
}

extension ChecklistItem {
  /// Its number and what it says: `2.3 TLS verified`.
  package var label: String {
    let text = text.isEmpty ? "(no text)" : text
    return number.isEmpty ? text : "\(number) \(text)"
  }
}
