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
  /// Names of the checklists whose items these are.
  let checklists: [String]
  /// In the documents' order, checklist by checklist.
  let entries: [Entry]
  /// Checklists without items here, and why.
  let gaps: [(name: String, why: String)]

  /// - Parameter chosen: Names of checklists of the environment; `nil` for all of them.
  init(_ subject: ReleaseCase, _ environment: EnvironmentRules, only chosen: [String]? = nil) {
    self.subject = subject
    self.environment = environment
    checklists = environment.checklists.filter { chosen?.containsBytes(of: $0) ?? true }
    let environments = subject.policy.environments.map(\.name)
    standing = subject.evidence.standing
    let states = ItemStates(
      standing: standing, environment: environment.name, now: subject.now)
    let shared = subject.sharedItemIDs(of: environment)
    var items: [ChecklistItem] = []
    var gaps: [(String, String)] = []
    for name in checklists {
      switch subject.checklists[name] {
      case .read(let checklist) where checklist.items.isEmpty:
        gaps.append((name, "\(checklist.path) has no items, so it can never be met"))
      case .read(let checklist):
        let here = checklist.flagging(shared).items.filter {
          $0.applies(to: environment.name, of: environments)
        }
        if here.isEmpty {
          gaps.append((name, "no item of \(checklist.path) is for \(environment.name)"))
        }
        items += here
      case .missing(let path): gaps.append((name, "there is no \(path) at \(subject.commit.short)"))
      case .invalid(let why), .unreadable(let why): gaps.append((name, why))
      case nil: gaps.append((name, "it is not configured"))
      }
    }
    entries = items.map { Entry(item: $0, state: states.state(of: $0)) }
    self.gaps = gaps
  }

  var items: [ChecklistItem] { entries.map(\.item) }

  var progress: ChecklistProgress.Count { entries.progress }

  /// The one item that a person's word means, or why it is none.
  func item(_ word: String) throws -> ChecklistItem {
    switch ItemSearch(word, in: items) {
    case .one(let item): return item
    case .none:
      throw Failure.unknownName(
        "no item in \(environment.name.safe) is \u{201C}\(word.safe)\u{201D}", word,
        among: items.compactMap(\.explicitID),
        otherwise: gaps.first.map { "\($0.name.safe): \($0.why.safe)" }
          ?? "deed checklist --ids   # shows the items with their numbers and ids")
    case .several(let found):
      let shown = found.prefix(8).map { "\n  \(owner(of: $0))\($0.listed)" }.joined()
      let rest = found.count > 8 ? "\n  and \(found.count - 8) more" : ""
      throw Failure(
        .usage, "\u{201C}\(word.safe)\u{201D} could be any of \(found.count) items:\(shown)\(rest)",
        hint: Set(found.map(\.checklist)).count > 1
          ? "say the beginning of the id, or which checklist with --checklist"
          : "say the number, or the beginning of the id")
    }
  }

  /// The checklist's name, where items of several are listed together.
  private func owner(of item: ChecklistItem) -> String {
    checklists.count > 1 ? "\(item.checklist.safe) \u{203a} " : ""
  }

  /// The items of a section, or why there are none.
  ///
  /// - Parameter inAnyChecklist: Whether those of several checklists may be meant.
  func items(
    ofSection word: String, inAnyChecklist: Bool = false
  ) throws -> [ChecklistItem] {
    let found = ItemSearch.items(ofSection: word, in: items)
    guard !found.isEmpty else {
      throw Failure(
        .usage, "no section in \(environment.name.safe) is \u{201C}\(word.safe)\u{201D}",
        hint: "deed checklist   # shows the sections")
    }
    let owners = checklists.filter { name in
      found.contains { $0.checklist.utf8.elementsEqual(name.utf8) }
    }
    guard owners.count < 2 || inAnyChecklist else {
      let lines = owners.map { name in
        let items = found.filter { $0.checklist.utf8.elementsEqual(name.utf8) }
        let heading = items.first?.section.last.map { " \u{203a} \($0.safe)" } ?? ""
        return "\n  \(name.safe)\(heading)  (\(items.count.counted("item")))"
      }
      throw Failure(
        .usage,
        "section \u{201C}\(word.safe)\u{201D} could be of any of \(owners.count) checklists:"
          + lines.joined(),
        hint: "say which with --checklist")
    }
    return found
  }
}

extension Sequence<ItemBoard.Entry> {
  /// How many of them are met.
  var progress: ChecklistProgress.Count {
    ChecklistProgress(of: map { ($0.item, $0.state) }).all
  }
}

extension ChecklistItem {
  /// Number, id and text in one line.
  var listed: String {
    "\(label.safe)  [\(id.short.safe)]"
  }
}
