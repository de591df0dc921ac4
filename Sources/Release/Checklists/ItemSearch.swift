/// The items that somebody's words mean.
package enum ItemSearch: Hashable, Sendable {
  case one(ChecklistItem)
  case none
  /// In the document's order.
  case several([ChecklistItem])

  /// Digits of an id below which it is not taken for one.
  package static let shortestPrefix = 4

  /// What `word` means: an id, the beginning of one (4 characters at least) or a number; else the
  /// end of a number (`3` for `2.3`); else a part of a text, whatever its case and width.
  package init(_ word: String, in items: [ChecklistItem]) {
    let word = TextForm.folded(word)
    let rules: [(ChecklistItem) -> Bool] = [
      { TextForm.folded($0.id.text) == word },
      { item in
        TextForm.folded(item.number) == word
          || word.unicodeScalars.count >= Self.shortestPrefix
            && TextForm.folded(item.id.text).utf8.starts(with: word.utf8)
      },
      { TextForm.folded($0.number).utf8.reversed().starts(with: ".\(word)".utf8.reversed()) },
      { TextForm.folded($0.text).contains(word) },
    ]
    self = .none
    guard !word.isEmpty else { return }
    for rule in rules {
      let found = items.filter(rule)
      guard let first = found.first else { continue }
      self = found.count == 1 ? .one(first) : .several(found)
      return
    }
  }

  /// The items of a section: by its number (`2` has `2.3`), else by a part of a heading.
  package static func items(ofSection word: String, in items: [ChecklistItem]) -> [ChecklistItem] {
    let word = TextForm.folded(word)
    guard !word.isEmpty else { return [] }
    let numbered = items.filter { TextForm.folded($0.number).utf8.starts(with: "\(word).".utf8) }
    guard numbered.isEmpty else { return numbered }
    return items.filter { item in item.section.contains { TextForm.folded($0).contains(word) } }
  }
}
