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
    let overrules: Overruled?
    /// Of the answer, or why it was waived.
    let comment: String?
    let value: String?
    let links: [String]
    let attachments: [Attachment]
    /// Until when it is waived, or was.
    let until: String?
    let carried: Carried?
    /// How many stand beside each other.
    let results: Int
    let line: Int
  }

  struct Attachment: Encodable {
    let blob: String
    let name: String
    let sha256: String
    let size: Int
  }

  struct Carried: Encodable {
    let changed: Bool
    let commit: String
    let record: String
    let release: String
  }

  /// A result that the waiver outweighs.
  struct Overruled: Encodable {
    let state: String
    let by: String
    let at: String
    let record: String
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

  /// - Parameter shown: The items to show.
  init(_ board: ItemBoard, shown: [ChecklistItem]) {
    let shown = Set(shown)
    let answers = StandingAnswers(board)
    release = board.subject.release.description
    commit = board.subject.commit.description
    environment = board.environment.name
    items = board.entries.filter { shown.contains($0.item) }.map { Item($0, answers) }
    gaps = board.gaps.map { Gap(checklist: $0.name, why: $0.why) }
  }
}

extension ChecklistReport.Item {
  init(_ entry: ItemBoard.Entry, _ answers: StandingAnswers) {
    let (item, state) = (entry.item, entry.state)
    let (result, waiver) = (answers.result(of: entry), answers.waiver(of: entry))
    self.init(
      id: item.id.text, checklist: item.checklist, section: item.section, number: item.number,
      text: item.text, procedure: item.procedure, command: item.command, remark: item.remark,
      stage: item.stage.rawValue, optional: item.isOptional, environment: item.environment,
      state: state.outcome.rawValue, met: state.isMet, why: state.objection,
      flags: item.flags.map(\.rawValue), by: state.by?.description, at: state.at?.description,
      record: state.record?.description,
      overrules: state.overruled.map { ChecklistReport.Overruled($0) },
      comment: result?.comment ?? waiver?.reason, value: result?.value, links: result?.links ?? [],
      attachments: (result?.attachments ?? []).map { ChecklistReport.Attachment($0) },
      until: waiver?.until?.description,
      carried: result?.carried.map { ChecklistReport.Carried($0) },
      results: answers.count(of: entry), line: item.line)
  }
}

extension ChecklistReport.Overruled {
  init(_ result: ItemState.Overruled) {
    self.init(
      state: result.outcome.rawValue, by: result.by.description, at: result.at.description,
      record: result.record.description)
  }
}

extension ChecklistReport.Attachment {
  init(_ file: Record.Attachment) {
    self.init(
      blob: file.blob.description, name: file.name, sha256: file.digest.description,
      size: file.size)
  }
}

extension ChecklistReport.Carried {
  init(_ origin: Record.Origin) {
    self.init(
      changed: origin.isChanged, commit: origin.commit.description,
      record: origin.record.description, release: origin.release)
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
