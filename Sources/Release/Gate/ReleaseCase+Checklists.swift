extension ReleaseCase {
  /// Ids that items of several checklists of one environment have: a record could mean either.
  package func sharedItemIDs(of environment: EnvironmentRules) -> Set<ItemID> {
    var owner: [ItemID: String] = [:]
    var shared: Set<ItemID> = []
    for name in environment.checklists {
      guard case .read(let checklist) = checklists[name] else { continue }
      for item in checklist.items {
        if let other = owner[item.id], !other.utf8.elementsEqual(name.utf8) {
          shared.insert(item.id)
        }
        owner[item.id] = name
      }
    }
    return shared
  }
}

extension ChecklistFact {
  /// The same, items of these ids flagged.
  package func flagging(_ ids: Set<ItemID>) -> ChecklistFact {
    guard case .read(let checklist) = self, !ids.isEmpty else { return self }
    return .read(checklist.flagging(ids))
  }
}
