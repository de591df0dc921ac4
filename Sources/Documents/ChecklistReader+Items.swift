internal import Release

// Lists.
extension ChecklistReader {
  mutating func readList(_ list: Block, first: Int?, settings: Settings, parent: Int?) {
    for (index, entry) in list.children.enumerated() {
      let given = first.map { String($0 + index) }
      readEntry(entry, given: given, settings: settings, parent: parent)
    }
  }

  private mutating func readEntry(
    _ entry: Block, given: String?, settings: Settings, parent: Int?
  ) {
    var settings = settings
    let own = Self.ownAnnotation(of: entry, by: &annotations)
    if let annotation = own { settings = settings.merged(with: annotation) }
    guard settings.mode != .ignore else { return }
    let before = drafts.count
    var inner = parent
    if isItem(entry, given: given, own: own, mode: settings.mode, parent: parent) {
      addEntry(entry, own: own, given: given, settings: settings, parent: parent)
      inner = drafts.count - 1
      settings.isRun = false
    } else {
      reportLooksLikeTask(entry.children.first?.inlines.line ?? "", line: entry.line)
    }
    for block in entry.children { read(block, settings: settings, parent: inner) }
    if drafts.count == before, let own { reportUnused(own) }
  }

  private static func ownAnnotation(
    of entry: Block, by reader: inout AnnotationReader
  ) -> Annotation? {
    var own: [Annotation] = []
    for block in entry.children {
      switch block.kind {
      case .paragraph:
        own += reader.annotations(in: block.inlines.comments, line: block.line)
      case .html: own += reader.annotations(in: block.literal, line: block.line)
      default: continue
      }
    }
    return reader.folded(own)
  }

  private func isItem(
    _ entry: Block, given: String?, own: Annotation?, mode: Annotation.Mode?, parent: Int?
  ) -> Bool {
    if Self.isItself(entry, own: own) { return true }
    // What stands below an item says how to confirm it.
    guard parent == nil else { return false }
    switch mode {
    case .items: return true
    case .steps: return given != nil
    case .ignore, nil: return false
    }
  }

  /// Whether the entry is an item wherever it stands.
  private static func isItself(_ entry: Block, own: Annotation?) -> Bool {
    isTask(entry) || (own.map { $0.isForOneItem || $0.mode == .items } ?? false)
  }

  /// Whether a block within an item is no part of its procedure, for it holds items of its own.
  private static func holdsItems(_ block: Block) -> Bool {
    switch block.kind {
    case .entry:
      var reader = AnnotationReader()
      return isItself(block, own: ownAnnotation(of: block, by: &reader))
    case .table: return CheckTable(block, isForced: false) != nil
    default: return false
    }
  }

  /// Whether the entry has a box; the parser takes one without text behind it for text.
  private static func isTask(_ entry: Block) -> Bool {
    if entry.kind == .entry(isTask: true) { return true }
    guard let paragraph = entry.children.first, paragraph.kind == .paragraph else { return false }
    return isBareBox(paragraph.inlines)
  }

  private static func isBareBox(_ inlines: [Inline]) -> Bool {
    guard let first = inlines.first, first.kind == .text,
      ["[ ]", "[x]", "[X]"].contains(TextForm.collapsed(first.text))
    else { return false }
    return inlines.dropFirst().first.map { $0.kind == .softBreak || $0.isComment } ?? true
  }

  private mutating func addEntry(
    _ entry: Block, own: Annotation?, given: String?, settings: Settings, parent: Int?
  ) {
    var text = ""
    var details = entry.children[...]
    if let paragraph = details.first, paragraph.kind == .paragraph {
      let isBare = entry.kind == .entry(isTask: false) && Self.isBareBox(paragraph.inlines)
      text = isBare ? Array(paragraph.inlines.dropFirst()).line : paragraph.inlines.line
      details = details.dropFirst()
      if let offset = paragraph.inlines.swallowedSection {
        report(
          .notASection, paragraph.line + offset,
          "this line went into the item above: leave a blank line before it")
      }
    }
    let procedure = details.map { $0.procedure(skipping: Self.holdsItems) }
      .filter { !$0.isEmpty }
    let visible = details.filter { $0.kind != .html }
    let only = visible.count == 1 ? visible.first?.inlines.onlyCode : nil
    let item = ChecklistItem(
      explicitID: own?.id, text: text,
      procedure: procedure.isEmpty ? nil : procedure.joined(separator: "\n"),
      command: own?.command ?? only,
      flags: text.isEmpty ? [.empty] : [], line: entry.line)
    add(item, settings: settings, parent: parent, given: given)
  }
}

// Tables.
extension ChecklistReader {
  mutating func readTable(_ block: Block, settings: Settings, parent: Int?) {
    guard settings.mode != .ignore,
      let table = CheckTable(block, isForced: settings.mode == .items)
    else {
      for row in block.children {
        let own = rowAnnotation(row.children, line: row.line)
        if let own, own.mode != .ignore { reportUnused(own) }
      }
      return
    }
    for row in block.children where row.kind == .tableRow {
      readRow(row, of: table, settings: settings, parent: parent)
    }
  }

  private mutating func readRow(
    _ row: Block, of table: CheckTable, settings: Settings, parent: Int?
  ) {
    let line = source.line(row.line)
    guard table.width == 1 || line.contains("|") else {
      return report(
        .strayRow, row.line,
        "this line became a row of the table above: leave a blank line between them")
    }
    let mended = TableRow.mended(line, width: table.width)
    let cells = mended ?? row.children
    if mended != nil {
      report(
        .splitCell, row.line,
        "a `|` in code ends a table cell: write `\\|`; until then the row's command is not offered")
    } else if TableRow.cells(in: line) > table.width {
      report(
        .extraCells, row.line, "more cells than the table has columns: what is too much is lost")
    }
    guard cells.contains(where: { !$0.inlines.line.isEmpty }) else { return }
    var settings = settings
    let own = rowAnnotation(cells, line: row.line)
    if let annotation = own { settings = settings.merged(with: annotation) }
    guard settings.mode != .ignore else { return }
    let content = table.row(cells)
    var flags: [ChecklistItem.Flag] = content.text.isEmpty ? [.empty] : []
    if mended != nil { flags.append(.splitCell) }
    let command = own?.command ?? content.command
    let item = ChecklistItem(
      explicitID: own?.id, text: content.text, procedure: content.procedure,
      command: mended == nil ? command : nil, remark: content.remark, flags: flags, line: row.line)
    add(item, settings: settings, parent: parent, given: content.number)
  }

  private mutating func rowAnnotation(_ cells: [Block], line: Int) -> Annotation? {
    let html = cells.map(\.inlines.comments).joined(separator: " ")
    return annotations.folded(annotations.annotations(in: html, line: line))
  }
}
