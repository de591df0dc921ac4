import Release

/// `checklist --format json`.
struct ChecklistReport: Encodable {
  struct Item: Encodable {
    let id: String
    let checklist: String
    let section: [String]
    let number: String
    let text: String
    let procedure: String?
    let command: String?
    let remark: String?
    let stage: String
    let optional: Bool
    let environment: String?
    let state: String
    let met: Bool
    let why: String?
    let flags: [String]
    let by: String?
    let at: String?
    let record: String?
    let line: Int
  }

  /// A checklist without items here.
  struct Gap: Encodable {
    let checklist: String
    let why: String
  }

  let v = 1
  let release: String
  let commit: String
  let environment: String
  let items: [Item]
  let gaps: [Gap]

  init(_ board: ItemBoard, open: Bool) {
    release = board.subject.release.description
    commit = board.subject.commit.description
    environment = board.environment.name
    items = board.entries.filter { !open || !$0.state.isMet }.map(Item.init)
    gaps = board.gaps.map { Gap(checklist: $0.name, why: $0.why) }
  }
}

extension ChecklistReport.Item {
  init(_ entry: ItemBoard.Entry) {
    let (item, state) = (entry.item, entry.state)
    self.init(
      id: item.id.text, checklist: item.checklist, section: item.section, number: item.number,
      text: item.text, procedure: item.procedure, command: item.command, remark: item.remark,
      stage: item.stage.rawValue, optional: item.isOptional, environment: item.environment,
      state: state.outcome.rawValue, met: state.isMet, why: state.objection,
      flags: item.flags.map(\.rawValue), by: state.by?.description, at: state.at?.description,
      record: state.record?.description, line: item.line)
  }
}

/// `checklist --diff --format json`.
struct DiffReport: Encodable {
  struct List: Encodable {
    let name: String
    let added: [Item]
    let reworded: [Change]
    let altered: [Change]
    let removed: [Item]
  }

  struct Item: Encodable {
    let id: String
    let number: String
    let text: String
    let section: [String]
  }

  struct Change: Encodable {
    let old: Item
    let new: Item
  }

  let v = 1
  let checklists: [List]
}

extension DiffReport.List {
  init(_ name: String, _ diff: ChecklistDiff) {
    self.init(
      name: name, added: diff.added.map(DiffReport.Item.init),
      reworded: diff.reworded.map { .init(old: .init($0.old), new: .init($0.new)) },
      altered: diff.altered.map { .init(old: .init($0.old), new: .init($0.new)) },
      removed: diff.removed.map(DiffReport.Item.init))
  }

  /// For people: nothing where nothing changed.
  func lines(_ style: Style) -> [String] {
    let changes =
      added.map { "  \(style.green("+")) \($0.label)" }
      + reworded.flatMap { change in
        [
          "  \(style.yellow("~")) \(change.new.label)",
          "    \(style.dim("was: \(change.old.label)"))",
        ]
      }
      + altered.map { "  \(style.yellow("≈")) \($0.new.label)" }
      + removed.map { "  \(style.red("-")) \($0.label)" }
    return changes.isEmpty ? [] : [style.bold(name.safe)] + changes
  }
}

extension DiffReport.Item {
  init(_ item: ChecklistItem) {
    self.init(id: item.id.text, number: item.number, text: item.text, section: item.section)
  }

  fileprivate var label: String { number.isEmpty ? text.safe : "\(number.safe)  \(text.safe)" }
}
