import Release

/// What a walk shows, in the columns that there are; nothing of it is ever drawn over.
struct WalkScreen {
  let style: Style
  let width: Int

  /// The item that the walk is at: where it stands, what it asks, and what was said of it.
  func item(_ walk: Walk) -> [String] {
    let (board, item) = (walk.board, walk.item)
    var lines = ["", style.dim(String(repeating: "─", count: min(width, 80) - 1))]
    let place = "item \(walk.position + 1) of \(walk.places.count)"
    let same = board.entries.filter {
      $0.item.checklist.utf8.elementsEqual(item.checklist.utf8) && $0.item.section == item.section
    }
    lines += [
      "\(board.subject.release.description.safe) in \(board.environment.name.safe): "
        + "\(board.progress.shown) met, \(same.progress.shown) in this section, " + place
    ].flatMap { $0.wrapped(to: width, indent: 0) }
    let path = ([item.checklist] + item.section).map(\.safe).joined(separator: " › ")
    lines += path.wrapped(to: width, indent: 2).map(style.dim)
    lines.append("")
    lines += question(item)
    lines += particulars(item)
    lines += history(walk)
    lines += draft(walk.draft)
    return lines
  }

  private func question(_ item: ChecklistItem) -> [String] {
    var text = item.text.isEmpty ? "(no text)" : item.text.safe
    if item.isOptional { text += " (optional)" }
    if item.stage != .before { text += " (\(item.stage.rawValue) the deployment)" }
    let number = item.number.safe
    let head = number.isEmpty ? "" : style.bold(number) + "  "
    let indent = number.isEmpty ? 0 : number.displayWidth + 2
    return text.wrapped(to: width, after: head, indent: indent)
  }

  private func particulars(_ item: ChecklistItem) -> [String] {
    var lines: [String] = []
    // A procedure that is the command and no more need not be said twice.
    if let procedure = item.procedure, item.command.map({ !procedure.contains($0) }) ?? true {
      lines += labelled("how", procedure)
    }
    if let command = item.command { lines += labelled("run", command + "\u{a0} (shown only)") }
    if let remark = item.remark { lines += labelled("note", remark) }
    if item.blanks > 0 {
      lines += labelled(
        item.blanks > 1 ? "blanks" : "blank",
        item.blanks > 1 ? "v fills them in, separated by /" : "v fills it in")
    }
    for flag in item.flags {
      lines += labelled("!", "\(flag.rawValue), line \(item.line)").map(style.yellow)
    }
    return lines
  }

  /// Every line of a text, wrapped behind a label.
  private func labelled(_ label: String, _ text: String) -> [String] {
    let lines = text.split(whereSeparator: \.isNewline).map { String($0).safe }
    return lines.enumerated().flatMap { index, line in
      let head = index == 0 ? label.padded(to: 7) : String(repeating: " ", count: 7)
      return line.wrapped(to: width, after: head, indent: 7)
    }
  }

  /// What stands: the last result, or all of several.
  private func history(_ walk: Walk) -> [String] {
    let standing = walk.board.standing(of: walk.item)
    let results = standing.count { $0.kind == .result }
    var lines = standing.flatMap(record)
    if results > 1 {
      lines += labelled("", "\(results) results stand, the worst counts; a new one replaces them")
        .map(style.yellow)
    }
    let state = walk.entry.state
    if let objection = state.objection, state.outcome != .open || !standing.isEmpty {
      lines += labelled("unmet", objection).map(style.red)
    }
    return lines
  }

  private func record(_ record: Record) -> [String] {
    let who = "\(record.by.name), \(record.at.minute) UTC"
    switch record.body {
    case .result(let result):
      var text = "\(result.outcome.rawValue), \(who)"
      if let value = result.value { text += "; value \(value)" }
      if !result.attachments.isEmpty {
        text += "; " + result.attachments.map(\.name).joined(separator: ", ")
      }
      if let comment = result.comment { text += ": \(comment)" }
      return labelled("last", text)
    case .waiver(let waiver):
      let until = waiver.until.map { " until \($0.minute) UTC" } ?? ""
      return labelled("waived", "\(who)\(until): \(waiver.reason)")
    default: return []
    }
  }

  private func draft(_ draft: Walk.Draft) -> [String] {
    var lines: [String] = []
    if let comment = draft.comment { lines += labelled("yours", "comment: \(comment)") }
    if let value = draft.value { lines += labelled("yours", "value: \(value)") }
    for file in draft.files { lines += labelled("yours", "file: \(file)") }
    return lines
  }

  /// What stands before the cursor.
  func prompt(_ walk: Walk) -> String {
    let text =
      switch walk.mode {
      case .item:
        walk.item.blanks > 0
          ? "p pass  f fail  n n/a  s skip  v value  ? help  q quit"
          : "p pass  f fail  n n/a  s skip  c comment  a attach  b back  ? help  q quit"
      case .overtaken: "y record yours all the same  n leave it"
      case .line(.failure): "What failed? (Enter: no comment)"
      case .line(.reason): "Why is it not applicable?"
      case .line(.comment): "Comment"
      case .line(.value): walk.item.valueWords
      case .line(.blank):
        walk.offer.isEmpty
          ? "\(walk.item.valueWords) (Enter: leave it empty)" : walk.item.valueWords
      case .line(.file): "File to attach"
      }
    return text.truncated(to: max(20, width - 4)) + "> "
  }

  static let help = """
    p  pass: it is so             f  fail: it is not so; asks for a comment
    n  n/a: asks for the reason   s  skip it, as the space bar does
    c  a comment                  v  a value for the blank ____
    a  a file as proof            b  back to the item before
    r  read again and show        q  quit; what is recorded stays
    c, v and a wait for the answer; there, an empty line takes back what was given.
    Escape leaves a question. Every answer is recorded as it is given.
    """
}

extension ChecklistItem {
  fileprivate var valueWords: String {
    blanks > 1 ? "\(blanks) values, separated by /" : "Value for the blank"
  }
}

extension Key {
  /// The word that is left behind the prompt for a key.
  func word(in mode: Walk.Mode) -> String {
    guard case .character(let scalar) = self, let command = scalar.command else { return "" }
    switch (mode, command) {
    case (.overtaken, "y"): return "yes"
    case (.overtaken, _): return "no"
    case (_, "p"): return "pass"
    case (_, "f"): return "fail"
    case (_, "n"): return "n/a"
    case (_, "s"), (_, " "): return "skip"
    case (_, "c"): return "comment"
    case (_, "v"): return "value"
    case (_, "a"): return "attach"
    case (_, "b"): return "back"
    case (_, "r"): return "show"
    case (_, "q"): return "quit"
    default: return String(scalar).safe
    }
  }
}
