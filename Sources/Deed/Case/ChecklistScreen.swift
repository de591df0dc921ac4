import Release

/// The items of an environment in 80 columns, section by section.
struct ChecklistScreen {
  let board: ItemBoard
  let style: Style
  let width: Int

  /// - Parameter open: Whether to leave out items that are met.
  func lines(open: Bool) -> [String] {
    let title =
      "\(style.bold(board.subject.release.description.safe)) in \(board.environment.name.safe)"
    var lines = [title]
    for name in board.checklists {
      let entries = board.entries.filter { $0.item.checklist.utf8.elementsEqual(name.utf8) }
      guard !entries.isEmpty else { continue }
      lines += ["", "\(style.bold(name.safe))  \(style.bar(entries.progress, cells: 20))"]
      lines += sections(entries, open: open)
    }
    return lines
  }

  private func sections(_ entries: [ItemBoard.Entry], open: Bool) -> [String] {
    var lines: [String] = []
    var start = entries.startIndex
    while start < entries.endIndex {
      let path = entries[start].item.section
      let end = entries[start...].firstIndex { $0.item.section != path } ?? entries.endIndex
      let section = Array(entries[start..<end])
      let shown = section.filter { !open || !$0.state.isMet }
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

  private func item(_ entry: ItemBoard.Entry) -> [String] {
    let (item, state) = (entry.item, entry.state)
    let number = item.number.safe.padded(to: 5)
    var text = item.text.safe
    if item.isOptional { text += " (optional)" }
    if item.stage != .before { text += " (\(item.stage.rawValue))" }
    var lines = text.wrapped(
      to: width, after: "  \(mark(state)) \(number) ", indent: 10,
      head: max(10, number.displayWidth + 5))
    if state.outcome != .open, let by = state.by, let at = state.at {
      lines.append(
        style.dim("          \(state.outcome.rawValue), \(by.name.safe), \(at.minute) UTC"))
    }
    // That nobody has answered yet is seen; that a waiver has ended is not.
    if let objection = state.objection, state.record != nil {
      lines.append("          \(style.red(objection.safe))")
    }
    for flag in item.flags {
      lines.append("          \(style.yellow("! \(flag.rawValue)")) (line \(item.line))")
    }
    return lines
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
