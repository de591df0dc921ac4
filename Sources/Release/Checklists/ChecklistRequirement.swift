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
  private let doubt: String?

  /// - Parameters:
  ///   - standing: What stands of one release at one commit.
  ///   - unreadable: Records that may bear on it and cannot be judged.
  ///   - doubt: Why its ledger may hold more than is known of it.
  package init(
    name: String, fact: ChecklistFact, environment: String, environments: [String],
    standing: Standing, unreadable: [UnreadableRecord], now: Timestamp, doubt: String? = nil
  ) {
    self.doubt = doubt
    self.name = name
    self.fact = fact
    self.environment = environment
    self.environments = environments
    self.states = ItemStates(standing: standing, environment: environment, now: now)
    self.unreadable = unreadable.first { record in
      (record.kind == .result || record.kind == .waiver) && record.maySpeak(of: environment)
    }
  }

  /// The answer for the items that are due before the deployment.
  package func requirement() -> Requirement {
    if let doubt { return answer(.unknown, doubt, mend: .sync) }
    switch fact {
    case .missing(let path):
      return answer(.unmet, "no document \(path) at the commit", mend: Self.toDocument)
    case .invalid(let why): return answer(.unmet, why, mend: Self.toDocument)
    case .unreadable(let why): return answer(.unknown, why, mend: .sync)
    case .read(let checklist): return judge(checklist, at: [.before])
    }
  }

  /// The answer for the items that are due during the deployment or after it; `nil` where it is not
  /// known that there are any.
  package func requirementAfterwards() -> Requirement? {
    guard case .read(let checklist) = fact, !asked(checklist, at: [.during, .after]).isEmpty else {
      return nil
    }
    if let doubt { return answer(.unknown, doubt, mend: .sync) }
    return judge(checklist, at: [.during, .after])
  }

  /// No answer helps where there is nothing to answer: the document's author has to mend it.
  private static let toDocument = Mend.other(command: "deed checklist --lint")

  /// How many of the items that are due before the deployment are met.
  package var count: (met: Int, asked: Int)? {
    guard doubt == nil, case .read(let checklist) = fact else { return nil }
    let asked = asked(checklist, at: [.before])
    return (asked.count { states.state(of: $0).isMet }, asked.count)
  }

  private func asked(_ checklist: Checklist, at stages: Set<Stage>) -> [ChecklistItem] {
    checklist.items.filter { item in
      item.applies(to: environment, of: environments) && !item.isOptional
        && stages.contains(item.stage)
    }
  }

  private func judge(_ checklist: Checklist, at stages: Set<Stage>) -> Requirement {
    guard !checklist.items.isEmpty else {
      return answer(.unmet, "\(checklist.path) has no items", mend: Self.toDocument)
    }
    guard checklist.items.contains(where: { $0.applies(to: environment, of: environments) }) else {
      return answer(
        .unmet, "no item of \(checklist.path) is for \(environment)", mend: Self.toDocument)
    }
    let asked = asked(checklist, at: stages)
    let judged = asked.map { (item: $0, state: states.state(of: $0)) }
    let unmet = judged.filter { !$0.state.isMet }
    let overruled = Self.failedButWaived(judged)
    let count = "\(asked.count - unmet.count) of \(asked.count) items met"
    // What cannot be read may be the very answer that is missing, or one against what is there.
    if let unreadable {
      return answer(
        .unknown,
        "\(count), and record \(unreadable.id.short) cannot be judged: \(unreadable.reason)")
    }
    guard !unmet.isEmpty else {
      let waived = judged.count { $0.state.outcome == .waived }
      let told = waived == 0 ? count : "\(count), \(waived) of them by a waiver"
      return answer(.met, told + overruled)
    }
    return answer(
      .unmet, "\(count); \(Self.summary(of: unmet))\(overruled)",
      mend: .walk(environment: environment))
  }

  /// What a waiver alone keeps from holding the release back: `; failed but waived: 2.3`.
  private static func failedButWaived(
    _ judged: [(item: ChecklistItem, state: ItemState)]
  ) -> String {
    let items = judged.filter { $0.state.overruled?.outcome == .fail }.map(\.item)
    return items.isEmpty ? "" : "; failed but waived: \(named(items))"
  }

  /// What is not met, the gravest first: `failed: 2.3; open: 1.1, 1.2, 1.4 and 8 more`.
  private static func summary(of unmet: [(item: ChecklistItem, state: ItemState)]) -> String {
    let groups = Dictionary(grouping: unmet, by: { Obstacle(of: $0.item, $0.state) })
    return Obstacle.allCases.compactMap { obstacle in
      guard let items = groups[obstacle]?.map(\.item) else { return nil }
      return "\(obstacle.rawValue): \(named(items))"
    }.joined(separator: "; ")
  }

  private static func named(_ items: [ChecklistItem]) -> String {
    let isShort = items.count <= mostNamed + 1
    let named = items.prefix(isShort ? mostNamed + 1 : mostNamed).map(\.mark)
    let rest = isShort ? "" : " and \(items.count - mostNamed) more"
    return named.joined(separator: ", ") + rest
  }

  /// How many items of a kind a reason names before it only counts them.
  private static let mostNamed = 3

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

/// What keeps an item from being met, the gravest first.
private enum Obstacle: String, CaseIterable {
  case failed
  case sharedID = "same id"
  case bareNA = "n/a without a reason"
  case endedWaiver = "waiver ended"
  case open

  init(of item: ChecklistItem, _ state: ItemState) {
    switch state.outcome {
    case .fail: self = .failed
    case .na: self = .bareNA
    case .open where item.flags.contains(.duplicateID): self = .sharedID
    case .open where state.record != nil: self = .endedWaiver
    case .open, .pass, .waived: self = .open
    }
  }
}

extension ChecklistItem {
  /// Its number, or its id where it has none.
  fileprivate var mark: String { number.isEmpty ? id.short : number }

  /// Its number and what it says: `2.3 TLS verified`.
  package var label: String {
    let text = text.isEmpty ? "(no text)" : text
    return number.isEmpty ? text : "\(number) \(text)"
  }
}
