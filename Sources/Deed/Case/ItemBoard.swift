import Release

/// The items that one environment asks of a release, with what is recorded of each.
struct ItemBoard {
  struct Entry {
    let item: ChecklistItem
    let state: ItemState
  }

  let subject: ReleaseCase
  let environment: EnvironmentRules
  /// What stands of the release, here and elsewhere.
  let standing: Standing
  /// In the documents' order, checklist by checklist.
  let entries: [Entry]
  /// Checklists that could not be read, and why.
  let gaps: [(name: String, why: String)]

  init(_ subject: ReleaseCase, _ environment: EnvironmentRules) {
    self.subject = subject
    self.environment = environment
    let environments = subject.policy.environments.map(\.name)
    standing = subject.evidence.standing
    let states = ItemStates(
      standing: standing, environment: environment.name, now: subject.now)
    var items: [ChecklistItem] = []
    var gaps: [(String, String)] = []
    for name in environment.checklists {
      switch subject.checklists[name] {
      case .read(let checklist): items += checklist.items
      case .missing(let path): gaps.append((name, "there is no \(path) at \(subject.commit.short)"))
      case .invalid(let why), .unreadable(let why): gaps.append((name, why))
      case nil: gaps.append((name, "it is not configured"))
      }
    }
    let here = items.filter { $0.applies(to: environment.name, of: environments) }
    entries = Checklist.flaggingSharedIDs(here).map { Entry(item: $0, state: states.state(of: $0)) }
    self.gaps = gaps
  }

  var items: [ChecklistItem] { entries.map(\.item) }

  /// The one item that a person's word means, or why it is none.
  func item(_ word: String) throws -> ChecklistItem {
    switch ItemSearch(word, in: items) {
    case .one(let item): return item
    case .none:
      throw Failure(
        .usage, "no item in \(environment.name.safe) is \u{201C}\(word.safe)\u{201D}",
        hint: "deed checklist shows the items with their numbers and ids")
    case .several(let found):
      let shown = found.prefix(8).map { "\n  \($0.listed)" }.joined()
      let rest = found.count > 8 ? "\n  and \(found.count - 8) more" : ""
      throw Failure(
        .usage, "\u{201C}\(word.safe)\u{201D} could be any of \(found.count) items:\(shown)\(rest)",
        hint: "say the number, or the beginning of the id")
    }
  }

  /// The items of a section, or why there are none.
  func items(ofSection word: String) throws -> [ChecklistItem] {
    let found = ItemSearch.items(ofSection: word, in: items)
    guard !found.isEmpty else {
      throw Failure(
        .usage, "no section in \(environment.name.safe) is \u{201C}\(word.safe)\u{201D}",
        hint: "deed checklist shows the sections")
    }
    return found
  }
}

extension ChecklistItem {
  /// Number, id and text in one line.
  var listed: String {
    let place = number.isEmpty ? "" : "\(number.safe)  "
    return "\(place)\(text.safe)  [\(id.short.safe)]"
  }
}
