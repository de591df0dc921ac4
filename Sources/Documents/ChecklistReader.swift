internal import Release

/// Walks a document's blocks and gathers its items and what is wrong with them.
struct ChecklistReader {
  let source: SourceText
  /// Stages by the beginning of a heading.
  let rules: [String: Stage]
  var sections = [Section.document]
  var current = 0
  var drafts: [Draft] = []
  var problems: [ChecklistProblem] = []
  var annotations = AnnotationReader()
  /// Sections of whose items none has a stage of its own, with how many there are.
  var unstaged: [Int: Int] = [:]
  private var usedRules: Set<String> = []
  /// Whether nothing but comments came since the section began: annotations here are the section's.
  private var isFresh = true
  /// Annotations for the next list or table.
  private var pending: [Annotation] = []

  init(source: SourceText, rules: [String: Stage]) {
    self.source = source
    self.rules = rules
  }

  mutating func read(_ blocks: [Block]) {
    for (index, block) in blocks.enumerated() {
      if let title = block.sectionTitle {
        open(title, of: block)
        continue
      }
      if block.kind == .html {
        readHTML(block)
        continue
      }
      isFresh = false
      switch block.kind {
      case .list, .table:
        var settings = sections[current].settings
        for annotation in pending { settings = settings.merged(with: annotation) }
        pending = []
        read(block, settings: settings, parent: nil)
      case .quote: reportQuoted(block)
      case .paragraph: readProse(block, before: blocks[(index + 1)...].first)
      default: continue
      }
    }
    dropPending()
    finish()
  }

  /// Reads items within a list or a table.
  mutating func read(_ block: Block, settings: Settings, parent: Int?) {
    switch block.kind {
    case .list(let first): readList(block, first: first, settings: settings, parent: parent)
    case .table: readTable(block, settings: settings, parent: parent)
    case .quote: reportQuoted(block)
    case .html: reportItemsInHTML(block)
    default: return
    }
  }

  mutating func report(_ code: ChecklistProblem.Code, _ line: Int?, _ message: String) {
    problems.append(ChecklistProblem(code, line: line, message))
  }

  mutating func add(_ item: ChecklistItem, settings: Settings, parent: Int?, given: String?) {
    var item = item
    item.section = path(of: current)
    item.stage = settings.stage ?? .before
    item.environment = settings.environment
    item.isOptional = settings.isOptional
    item.isRun = settings.isRun
    drafts.append(Draft(item: item, section: current, parent: parent, given: given))
    if settings.stage == nil { unstaged[current, default: 0] += 1 }
    if item.text.isEmpty {
      report(.emptyItem, item.line, "an item without text: say what to confirm")
    }
    if item.isRun, item.command == nil {
      report(
        .runWithoutCommand, item.line,
        "`run`, and no command: make the procedure one code span or add `command=`")
    }
  }

  private func path(of section: Int) -> [String] {
    var titles: [String] = []
    var index: Int? = section
    while let current = index {
      if sections[current].level > 0 { titles.append(sections[current].title) }
      index = sections[current].parent
    }
    return titles.reversed()
  }
}

// Sections and the annotations that speak of more than one item.
extension ChecklistReader {
  private mutating func open(_ title: String, of block: Block) {
    dropPending()
    let level: Int
    if case .heading(let given) = block.kind {
      level = given
    } else {
      level = Section.paragraphLevel
    }
    var parent = current
    while sections[parent].level >= level, let outer = sections[parent].parent { parent = outer }
    var settings = sections[parent].settings
    if let (rule, stage) = rule(for: title) {
      settings.stage = stage
      usedRules.insert(rule)
    }
    sections.append(
      Section(
        title: title, level: level, line: block.line, number: LeadingNumber.of(title),
        parent: parent, inherited: settings))
    current = sections.count - 1
    isFresh = true
    for annotation in annotations.annotations(in: block.inlines.comments, line: block.line) {
      applyToSection(annotation)
    }
  }

  /// The longest of the rules with which the title begins, symbols before it aside.
  private func rule(for title: String) -> (String, Stage)? {
    let whole = TextForm.canonical(title)
    let bare = whole.drop { $0.unicodeScalars.allSatisfy(\.isSymbolic) }
    return rules.filter { rule in
      let start = TextForm.canonical(rule.key).utf8
      return whole.utf8.starts(with: start) || bare.utf8.starts(with: start)
    }.max { ($0.key.utf8.count, $0.key) < ($1.key.utf8.count, $1.key) }.map { ($0.key, $0.value) }
  }

  private mutating func applyToSection(_ annotation: Annotation) {
    if annotation.isForOneItem { reportNotForOne(annotation) }
    sections[current].own = annotations.folded(
      [sections[current].own, annotation].compactMap(\.self))
  }

  private mutating func readHTML(_ block: Block) {
    reportItemsInHTML(block)
    let found = annotations.annotations(in: block.literal, line: block.line)
    if isFresh {
      for annotation in found { applyToSection(annotation) }
    } else {
      for annotation in found where annotation.isForOneItem { reportNotForOne(annotation) }
      pending += found
    }
    // A tag says something; a comment does not.
    if !block.literal.utf8.starts(with: "<!--".utf8) { isFresh = false }
  }

  private mutating func dropPending() {
    for annotation in pending { reportUnused(annotation) }
    pending = []
  }

  mutating func reportUnused(_ annotation: Annotation) {
    report(
      .unusedAnnotation, annotation.line,
      "this annotation speaks of nothing: write it on an item, directly under a heading or before a"
        + " list or table")
  }

  private mutating func reportNotForOne(_ annotation: Annotation) {
    report(
      .unusedAnnotation, annotation.line,
      "`id=` and `command=` belong to one item: write them on its line")
  }

  private mutating func finish() {
    for (index, section) in sections.enumerated() {
      guard let count = unstaged[index] else { continue }
      var around: Int? = index
      while let current = around, !AfterWords.speak(in: sections[current].title) {
        around = sections[current].parent
      }
      guard let around else { continue }
      report(
        .missingStage, section.line,
        "\u{201C}\(sections[around].title)\u{201D} speaks of after the release, but "
          + "\(count.counted("item")) would be asked for before it: add `<!-- deed: stage=after -->` under the heading"
      )
    }
    for rule in rules.keys.sorted() where !usedRules.contains(rule) {
      report(
        .unusedRule, nil,
        "no heading begins with \u{201C}\(rule)\u{201D}, as a rule of deed.toml wants")
    }
  }
}

// What looks like an item or a section and is none.
extension ChecklistReader {
  private static let boxes = Set("☐□⬜☑".unicodeScalars)
  private static let brackets: [Character: Character] = [
    "[": "]", "［": "］", "【": "】", "〔": "〕",
  ]
  private static let ticks = Set("xXｘＸ×✓✔☑✅レ○●◯*＊")

  /// Whether it begins with something drawn as a box, and ticked perhaps, as no parser takes it.
  static func looksLikeTask(_ text: String) -> Bool {
    // By scalars: many are followed by a variation selector.
    if let first = text.unicodeScalars.first, boxes.contains(first) { return true }
    var rest = text.first.map { "-*".contains($0) } ?? false ? text.dropFirst() : text[...]
    guard let opening = rest.popFirst(), let closing = brackets[opening],
      let end = rest.firstIndex(of: closing)
    else { return false }
    let inside = rest[..<end].filter { !$0.isWhitespace }
    return inside.count < 2 && inside.allSatisfy(ticks.contains)
  }

  mutating func reportLooksLikeTask(_ text: String, line: Int) {
    guard Self.looksLikeTask(text) else { return }
    report(
      .notAnItem, line,
      "looks like an item and is none: write `- [ ] ` with a space after each part")
  }

  private mutating func readProse(_ block: Block, before next: Block?) {
    for annotation in annotations.annotations(in: block.inlines.comments, line: block.line) {
      reportUnused(annotation)
    }
    reportLooksLikeTask(block.inlines.line, line: block.line)
    guard let bold = block.boldBeginning else { return }
    let isBeforeItems: Bool
    switch next?.kind {
    case .list, .table: isBeforeItems = true
    default: isBeforeItems = false
    }
    guard isBeforeItems || LeadingNumber.of(bold) != nil else { return }
    report(
      .notASection, block.line,
      "\u{201C}\(bold)\u{201D} looks like a section and is none, because other text follows: make it"
        + " a heading or the only text of its line")
  }

  mutating func reportQuoted(_ block: Block) {
    for inner in block.children {
      if case .entry(let isTask) = inner.kind {
        let text = inner.children.first?.inlines.line ?? ""
        if isTask || Self.looksLikeTask(text) {
          report(.quotedItem, inner.line, "in a quote, so no item: move it out of the quote")
          continue
        }
      }
      if inner.kind == .table, CheckTable(inner, isForced: false) != nil {
        report(.quotedItem, inner.line, "in a quote, so its rows are no items: move it out")
        continue
      }
      reportQuoted(inner)
    }
  }

  mutating func reportItemsInHTML(_ block: Block) {
    guard block.kind == .html, block.literal.contains("[") else { return }
    let lines = block.literal.split(separator: "\n", omittingEmptySubsequences: false)
    guard !block.literal.utf8.starts(with: "<!--".utf8) || lines.count <= 2 else { return }
    for (index, line) in lines.enumerated() {
      let text = line.drop { $0.isWhitespace }
      let entry = text.drop { "-*+.)".contains($0) || $0.isASCIIDigit }.drop { $0.isWhitespace }
      guard entry.count < text.count, entry.hasPrefix("[ ] ") || entry.hasPrefix("[x] ") else {
        continue
      }
      report(
        .itemInHTML, block.line + index,
        "inside HTML, so no item: leave a blank line between the tag and the list")
    }
  }
}
