internal import Release

/// An item on its way: what was read, before numbers can be given.
struct Draft {
  var item: ChecklistItem
  /// Index of its section.
  let section: Int
  /// Index of the item within which it stands.
  let parent: Int?
  /// The number that the document gives it.
  let given: String?
}

/// Gives items their numbers: `2.3` is the third of the section that begins with "2.".
struct ItemNumbers {
  private let sections: [Section]
  /// Whether any section with items has a number of its own.
  private let isNumbered: Bool
  /// Positions, from 1, of the sections with items.
  private var positions: [Int: Int] = [:]

  init(sections: [Section], drafts: [Draft]) {
    self.sections = sections
    var isNumbered = false
    for draft in drafts {
      if positions[draft.section] == nil { positions[draft.section] = positions.count + 1 }
      if Self.numbered(draft.section, in: sections) != nil { isNumbered = true }
    }
    self.isNumbered = isNumbered
  }

  /// The nearest section around `index` whose title begins with a number, itself included.
  private static func numbered(_ index: Int, in sections: [Section]) -> Int? {
    var current: Int? = index
    while let section = current {
      if sections[section].number != nil { return section }
      current = sections[section].parent
    }
    return nil
  }

  func numbers(of drafts: [Draft]) -> [String] {
    var numbers: [String] = []
    var counts: [String: Int] = [:]
    for draft in drafts {
      let prefix = draft.parent.map { numbers[$0] } ?? prefix(of: draft.section)
      let key = draft.parent.map { "item \($0)" } ?? "section \(prefix)"
      counts[key, default: 0] += 1
      let own = draft.given ?? String(counts[key, default: 0])
      let isWhole = !own.allSatisfy(\.isASCIIDigit) || prefix.isEmpty
      numbers.append(isWhole ? own : "\(prefix).\(own)")
    }
    return numbers
  }

  /// What stands before the point; empty where all items count through.
  private func prefix(of section: Int) -> String {
    if let numbered = Self.numbered(section, in: sections) {
      return sections[numbered].number ?? ""
    }
    guard !isNumbered, positions.count > 1 else { return "" }
    return positions[section].map(String.init) ?? ""
  }
}
