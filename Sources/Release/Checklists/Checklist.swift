/// A checklist as one version of its document has it.
package struct Checklist: Hashable, Sendable {
  /// As `deed.toml` calls it.
  package let name: String
  /// Path of the document, from the root of the repository.
  package let path: String
  /// In the document's order.
  package private(set) var items: [ChecklistItem]
  /// What its author should mend, by line.
  package let problems: [ChecklistProblem]

  /// Gives every item its id, and flags those that share an explicit one.
  package init(
    name: String, path: String, items: [ChecklistItem], problems: [ChecklistProblem] = []
  ) {
    self.name = name
    self.path = path
    var seen: [ItemID: Int] = [:]
    var problems = problems
    let identified = items.map { item in
      var item = item
      item.checklist = name
      item.id = Self.id(of: item, in: name, seen: &seen)
      return item
    }
    self.items = Self.flaggingSharedIDs(identified)
    for item in self.items where item.flags.contains(.duplicateID) {
      problems.append(
        ChecklistProblem(
          .duplicateID, line: item.line,
          "the id \u{201C}\(item.id)\u{201D} belongs to another item too; neither can be met"))
    }
    if items.isEmpty {
      problems.append(
        ChecklistProblem(.noItems, line: nil, "no items: this checklist can never be met"))
    }
    self.problems = problems.sorted { left, right in
      (left.line ?? 0, left.code.rawValue) < (right.line ?? 0, right.code.rawValue)
    }
  }

  private static func id(
    of item: ChecklistItem, in checklist: String, seen: inout [ItemID: Int]
  ) -> ItemID {
    if let explicit = item.explicitID { return ItemID(TextForm.canonical(explicit)) }
    let first = ItemID(checklist: checklist, section: item.section, text: item.text, n: 1)
    let n = seen[first, default: 0] + 1
    seen[first] = n
    return n == 1
      ? first : ItemID(checklist: checklist, section: item.section, text: item.text, n: n)
  }

  /// The items, those flagged whose id another of them has.
  ///
  /// A record could mean either, so it counts for neither. This is for the items of all checklists of
  /// an environment as well as for those of one.
  package static func flaggingSharedIDs(_ items: [ChecklistItem]) -> [ChecklistItem] {
    var count: [ItemID: Int] = [:]
    for item in items { count[item.id, default: 0] += 1 }
    return items.map { item in
      guard count[item.id, default: 0] > 1, !item.flags.contains(.duplicateID) else { return item }
      var item = item
      item.flags = (item.flags + [.duplicateID]).sorted { $0.rawValue < $1.rawValue }
      return item
    }
  }

  /// The same checklist, the items of these ids flagged as sharing them with another checklist's.
  package func flagging(_ ids: Set<ItemID>) -> Checklist {
    var copy = self
    copy.items = items.map { item in
      guard ids.contains(item.id), !item.flags.contains(.duplicateID) else { return item }
      var item = item
      item.flags = (item.flags + [.duplicateID]).sorted { $0.rawValue < $1.rawValue }
      return item
    }
    return copy
  }

  /// Items that name an environment which the policy does not have.
  package func unknownEnvironments(among environments: [String]) -> [ChecklistProblem] {
    items.compactMap { item in
      guard let own = item.environment,
        !environments.contains(where: { $0.utf8.elementsEqual(own.utf8) })
      else { return nil }
      return ChecklistProblem(
        .unknownEnvironment, line: item.line,
        "no environment is called \u{201C}\(own)\u{201D}; the item is asked for in every one")
    }
  }
}

/// Something in a checklist's document that its author should mend.
package struct ChecklistProblem: Hashable, Sendable {
  package enum Code: String, Hashable, Sendable, CaseIterable {
    case badAnnotation = "bad-annotation"
    case duplicateID = "duplicate-id"
    case emptyItem = "empty-item"
    case extraCells = "extra-cells"
    case itemInHTML = "item-in-html"
    case missingStage = "missing-stage"
    case noItems = "no-items"
    case notAnItem = "not-an-item"
    case notASection = "not-a-section"
    case quotedItem = "quoted-item"
    case runWithoutCommand = "run-without-command"
    case splitCell = "split-cell"
    case strayRow = "stray-row"
    case tooDeep = "too-deep"
    case unknownAnnotation = "unknown-annotation"
    case unknownEnvironment = "unknown-environment"
    case unusedAnnotation = "unused-annotation"
    case unusedRule = "unused-rule"
  }

  package let code: Code
  /// From 1; `nil` where it is about the document as a whole.
  package let line: Int?
  /// What is wrong and what would mend it, without a full stop.
  package let message: String

  package init(_ code: Code, line: Int?, _ message: String) {
    self.code = code
    self.line = line
    self.message = message
  }
}
