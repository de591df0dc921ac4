import Git
import Release

/// The items of an environment in 80 columns, section by section.
struct ChecklistScreen {
  private let board: ItemBoard
  private let style: Style
  private let width: Int
  private let answers: StandingAnswers
  /// The items that were asked for.
  private let shown: Set<ChecklistItem>
  private let hasIDs: Bool
  /// Columns of the longest number that is shown; a document's own may be of any length.
  private let numberWidth: Int

  private static let numberWidths = 5...14

  /// - Parameters:
  ///   - shown: The items to show; sections and counts are those of all.
  ///   - hasIDs: Whether to show ids too.
  init(_ board: ItemBoard, shown: [ChecklistItem], hasIDs: Bool, style: Style, width: Int) {
    self.board = board
    self.style = style
    self.width = width
    self.hasIDs = hasIDs
    self.shown = Set(shown)
    answers = StandingAnswers(board)
    let longest = shown.map(\.number.safe.displayWidth).max() ?? 0
    numberWidth = min(
      max(longest, Self.numberWidths.lowerBound), Self.numberWidths.upperBound)
  }

  func lines() -> [String] {
    let title =
      "\(style.bold(board.subject.release.description.safe)) in \(board.environment.name.safe)"
    var lines = [title]
    for name in board.checklists {
      let entries = board.entries.filter { $0.item.checklist.utf8.elementsEqual(name.utf8) }
      guard !entries.isEmpty else { continue }
      lines += ["", "\(style.bold(name.safe))  \(style.bar(entries.progress, cells: 20))"]
      lines += sections(entries)
    }
    return lines
  }

  private func sections(_ entries: [ItemBoard.Entry]) -> [String] {
    var lines: [String] = []
    var start = entries.startIndex
    while start < entries.endIndex {
      let path = entries[start].item.section
      let end = entries[start...].firstIndex { $0.item.section != path } ?? entries.endIndex
      let section = Array(entries[start..<end])
      let shown = section.filter { self.shown.contains($0.item) }
      if !shown.isEmpty {
        let title = path.map(\.safe).joined(separator: " › ")
        let name = title.isEmpty ? "(no heading)" : title
        lines += name.wrapped(to: width - 8, after: "", indent: 2)
        lines[lines.endIndex - 1] += "  \(style.dim(section.progress.shown))"
        lines += shown.flatMap(item)
      }
      start = end
    }
    return lines
  }

  private var indent: Int { numberWidth + 5 }

  private func item(_ entry: ItemBoard.Entry) -> [String] {
    let (item, state) = (entry.item, entry.state)
    let number = item.number.safe.padded(to: numberWidth)
    var text = item.text.isEmpty ? "(no text)" : item.text.safe
    if item.isOptional { text += " (optional)" }
    if item.stage != .before { text += " (\(item.stage.rawValue))" }
    if hasIDs { text += " [\(item.id.short.safe)]" }
    var lines = text.wrapped(
      to: width, after: "  \(mark(state)) \(number) ", indent: indent,
      head: max(indent, number.displayWidth + 5))
    if state.outcome != .open, let by = state.by, let at = state.at {
      lines += below("\(state.outcome.rawValue), \(by.name), \(at.minute) UTC").map(style.dim)
    }
    lines += particulars(entry)
    // That nobody has answered yet is seen; that a waiver has ended is not.
    if let objection = state.objection, state.record != nil {
      lines += below(objection).map(style.red)
    }
    if let result = state.overruled {
      lines += below(
        "outweighs \(result.outcome.rawValue), \(result.by.name), \(result.at.minute) UTC"
      ).map(style.yellow)
    }
    for flag in item.flags {
      lines += below("! \(flag.words) (\(board.path(of: item)):\(item.line))").map(style.yellow)
    }
    return lines
  }

  /// What was said with the answer, or with the waiver.
  private func particulars(_ entry: ItemBoard.Entry) -> [String] {
    var lines: [String] = []
    if let waiver = answers.waiver(of: entry), entry.state.outcome == .waived {
      lines += waiver.until.map { below("until \($0.minute) UTC") } ?? []
      lines += waiver.reason.quotedLines(to: width, indent: indent)
    }
    if let result = answers.result(of: entry) {
      if let value = result.value { lines += below("value: \(value)") }
      lines += result.comment?.quotedLines(to: width, indent: indent) ?? []
      for link in result.links { lines += below(link) }
      for file in result.attachments {
        lines += below("\(file.name) (\(file.size.counted("byte")))")
      }
      if let origin = result.carried { lines += below(origin.words(at: board.subject.release)) }
    }
    let count = answers.count(of: entry)
    if count > 1 { lines += below("\(count) results stand; the worst counts").map(style.yellow) }
    return lines
  }

  /// A text below an item, on as many lines as it takes.
  private func below(_ text: String) -> [String] {
    let margin = String(repeating: " ", count: indent)
    return text.safeLine.wrapped(to: width, after: margin, indent: indent)
  }

  private func mark(_ state: ItemState) -> String {
    switch state.outcome {
    case .open: style.dim("·")
    case .pass: style.green("✓")
    case .fail: style.red("✗")
    case .na: state.isMet ? style.green("–") : style.red("–")
    case .waived: style.yellow("w")
    }
  }
}

extension ItemBoard {
  /// The document that has an item.
  fileprivate func path(of item: ChecklistItem) -> String {
    if case .read(let checklist) = subject.checklists[item.checklist] { return checklist.path }
    return item.checklist
  }
}

extension ChecklistItem.Flag {
  /// What is wrong, for people.
  var words: String {
    switch self {
    case .duplicateID: "another item has the same id"
    case .empty: "there is no text"
    case .splitCell: "a | in code tore the row apart"
    }
  }
}
