/// How far a checklist is, as a whole and by section.
package struct ChecklistProgress: Hashable, Sendable {
  /// Items by what became of them; optional ones are counted apart.
  package struct Count: Hashable, Sendable {
    package var total = 0
    package var met = 0
    package var optional = 0
    package var outcomes: [ItemState.Outcome: Int] = [:]

    package init() {}

    package subscript(_ outcome: ItemState.Outcome) -> Int { outcomes[outcome, default: 0] }

    /// `3/8`.
    package var shown: String { "\(met)/\(total)" }

    fileprivate mutating func add(_ item: ChecklistItem, _ state: ItemState) {
      guard !item.isOptional else {
        optional += 1
        return
      }
      total += 1
      if state.isMet { met += 1 }
      outcomes[state.outcome, default: 0] += 1
    }
  }

  package struct Section: Hashable, Sendable {
    package let path: [String]
    package fileprivate(set) var count = Count()
  }

  package private(set) var all = Count()
  /// In the document's order, each once.
  package private(set) var sections: [Section] = []

  package init(of entries: some Sequence<(item: ChecklistItem, state: ItemState)>) {
    var position: [[String]: Int] = [:]
    for (item, state) in entries {
      all.add(item, state)
      let index = position[item.section] ?? sections.count
      if index == sections.count { sections.append(Section(path: item.section)) }
      position[item.section] = index
      sections[index].count.add(item, state)
    }
  }
}
