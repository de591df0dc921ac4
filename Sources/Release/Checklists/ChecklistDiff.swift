/// What became of a checklist's items between two versions of it.
package struct ChecklistDiff: Hashable, Sendable {
  package struct Change: Hashable, Sendable {
    package let old: ChecklistItem
    package let new: ChecklistItem
  }

  /// In the new document's order, like all but `removed`.
  package private(set) var added: [ChecklistItem] = []
  /// Another text or other headings.
  package private(set) var reworded: [Change] = []
  /// The same words, with another stage, environment, procedure or command, or newly optional.
  package private(set) var altered: [Change] = []
  /// In the old document's order.
  package private(set) var removed: [ChecklistItem] = []

  /// Texts at least this alike are one, reworded.
  private static let threshold = 0.6
  /// Comparing every removed text with every added one has to end.
  private static let mostComparisons = 1_000_000

  package init(from old: Checklist, to new: Checklist) {
    var former = Dictionary(grouping: old.items.indices, by: { old.items[$0].id })
    for key in former.keys { former[key]?.reverse() }
    var pairs: [(old: Int, new: Int)] = []
    for index in new.items.indices {
      if let match = former[new.items[index].id]?.popLast() { pairs.append((match, index)) }
    }
    var open = Unmatched(
      old: old.items, new: new.items, oldLeft: Set(old.items.indices).subtracting(pairs.map(\.old)),
      newLeft: Set(new.items.indices).subtracting(pairs.map(\.new)))
    open.matchEqual { TextForm.canonical($0.text) }
    open.matchAlike(atLeast: Self.threshold, mostComparisons: Self.mostComparisons)
    open.matchEqual {
      ($0.section.map { TextForm.canonical($0) } + [$0.number]).joined(separator: "\u{0}")
    }
    for (before, after) in (pairs + open.pairs).sorted(by: { $0.new < $1.new }) {
      let change = Change(old: old.items[before], new: new.items[after])
      if change.isReworded {
        reworded.append(change)
      } else if change.isAltered {
        altered.append(change)
      }
    }
    added = open.newLeft.sorted().map { new.items[$0] }
    removed = open.oldLeft.sorted().map { old.items[$0] }
  }

  package var isEmpty: Bool {
    added.isEmpty && reworded.isEmpty && altered.isEmpty && removed.isEmpty
  }
}

extension ChecklistDiff.Change {
  fileprivate var isReworded: Bool {
    old.section.map { TextForm.canonical($0) } != new.section.map { TextForm.canonical($0) }
      || TextForm.canonical(old.text) != TextForm.canonical(new.text) || old.id != new.id
  }

  fileprivate var isAltered: Bool {
    old.stage != new.stage || old.environment != new.environment
      || old.isOptional != new.isOptional || old.isRun != new.isRun || old.command != new.command
      || old.procedure != new.procedure
  }
}

/// The items of two versions that are not matched yet, by position.
private struct Unmatched {
  let old: [ChecklistItem]
  let new: [ChecklistItem]
  var oldLeft: Set<Int>
  var newLeft: Set<Int>
  var pairs: [(old: Int, new: Int)] = []

  private mutating func match(_ before: Int, _ after: Int) {
    pairs.append((before, after))
    oldLeft.remove(before)
    newLeft.remove(after)
  }

  /// Matches items that agree in something, in order.
  mutating func matchEqual(_ key: (ChecklistItem) -> String) {
    var former = Dictionary(grouping: oldLeft.sorted().reversed(), by: { key(old[$0]) })
    for after in newLeft.sorted() {
      if let before = former[key(new[after])]?.popLast() { match(before, after) }
    }
  }

  /// Matches the most alike first; of the equally alike, those in one section, then the earlier.
  mutating func matchAlike(atLeast threshold: Double, mostComparisons: Int) {
    guard oldLeft.count * newLeft.count <= mostComparisons else { return }
    let before = oldLeft.sorted().map { ($0, Bigrams(old[$0].text)) }
    let after = newLeft.sorted().map { ($0, Bigrams(new[$0].text)) }
    var candidates: [(likeness: Double, apart: Int, old: Int, new: Int)] = []
    for (left, former) in before {
      for (right, latter) in after {
        let likeness = former.similarity(to: latter)
        guard likeness >= threshold else { continue }
        let apart = old[left].section == new[right].section ? 0 : 1
        candidates.append((likeness, apart, left, right))
      }
    }
    candidates.sort {
      (-$0.likeness, $0.apart, $0.old, $0.new) < (-$1.likeness, $1.apart, $1.old, $1.new)
    }
    for candidate in candidates
    where oldLeft.contains(candidate.old) && newLeft.contains(candidate.new) {
      match(candidate.old, candidate.new)
    }
  }
}
