internal import Ccmark
internal import Release

/// What a document that is read by people consists of: its sections, its links and its words.
package struct DocumentOutline: Sendable {
  /// A heading, or a paragraph that serves as one.
  package struct Section: Sendable {
    package let title: String
    /// 1 to 6; a paragraph's is 7.
    package let level: Int
    package let line: Int
    /// Where the next section that is not part of this one begins; `nil` at the document's end.
    package fileprivate(set) var end: Int?
    /// Whether nothing stands in it, its own sections included.
    package fileprivate(set) var isEmpty = true
  }

  package struct Link: Hashable, Sendable {
    package let target: String
    package let line: Int
    package var isPicture = false
  }

  /// Words of running text on one line; code stands in it as one sign that no word has.
  package struct Line: Hashable, Sendable {
    package let text: String
    package let line: Int
    /// Which block it is part of, a paragraph or a cell, by their order.
    package let block: Int
  }

  /// The beginning of a line, `[name]:`.
  package struct Label: Sendable {
    package let name: String
    package let line: Int
  }

  /// What stands for a piece of code in a line.
  package static let code: Character = "\u{fffc}"

  package private(set) var sections: [Section] = []
  /// Links and images, those in HTML too.
  package private(set) var links: [Link] = []
  package private(set) var lines: [Line] = []
  /// Pieces of code within running text.
  package private(set) var codes: [Line] = []
  /// What a link may name after its `#`.
  package private(set) var anchors: Set<String> = []
  /// Where lines begin as those do that say where a link leads, or what a footnote says: `[name]: …`.
  ///
  /// Whether they are that, or code or text, the other lines tell.
  package private(set) var labels: [Label] = []
  /// Lines of blocks of code and HTML, in which nothing is Markdown.
  package private(set) var verbatim: [ClosedRange<Int>] = []

  package init(_ document: [UInt8]) throws(DocumentError) {
    let source = try SourceText(document)
    let parsed = Cmark(source.bytes)
    // The sections that what comes next is part of, from the outermost on.
    var open: [Int] = []
    for block in parsed.blocks().blocks { add(block, to: &open) }
    labels = Self.labels(in: source.bytes)
    // Those that have a text, this parser takes for links: `[^1]: Text`.
    let footnotes = Set(labels.map(\.name).filter { $0.hasPrefix("^") })
    var reading = OutlineReading(footnotes: footnotes)
    Cmark.forEachInline(of: parsed.root) { reading.visit($0, isEntered: $1) }
    reading.endLine()
    links = reading.links
    lines = reading.lines
    codes = reading.codes
    anchors = reading.anchors
    verbatim = reading.verbatim
    fillByLinks()
  }

  private static func labels(in document: [UInt8]) -> [Label] {
    let lines = document.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return lines.enumerated().compactMap { index, line in
      let start = line.drop { $0 == 0x20 }
      guard line.count - start.count < 4, start.first == UInt8(ascii: "["),
        let end = start.firstIndex(of: UInt8(ascii: "]")),
        start[(end + 1)...].first == UInt8(ascii: ":")
      else { return nil }
      let name = String(decoding: start[..<end].dropFirst(), as: UTF8.self)
      return Label(name: name, line: index + 1)
    }
  }

  private mutating func add(_ block: Block, to open: inout [Int]) {
    guard let title = block.sectionTitle else {
      if block.saysSomething { for index in open { sections[index].isEmpty = false } }
      return
    }
    let level =
      if case .heading(let level) = block.kind { level } else { Documents.Section.paragraphLevel }
    while let last = open.last, sections[last].level >= level {
      sections[last].end = block.line
      open.removeLast()
    }
    open.append(sections.count)
    sections.append(Section(title: title, level: level, line: block.line))
  }

  /// A link or picture is something, too.
  private mutating func fillByLinks() {
    let lines = links.map(\.line).sorted()
    for index in sections.indices where sections[index].isEmpty {
      let section = sections[index]
      // Not the title's own.
      var (low, high) = (0, lines.count)
      while low < high {
        let middle = (low + high) / 2
        if lines[middle] > section.line { high = middle } else { low = middle + 1 }
      }
      if low < lines.count, lines[low] < section.end ?? .max { sections[index].isEmpty = false }
    }
  }
}

/// Collects what is in a document's text, node by node.
private struct OutlineReading {
  /// As `^1`.
  let footnotes: Set<String>
  var links: [DocumentOutline.Link] = []
  var lines: [DocumentOutline.Line] = []
  var codes: [DocumentOutline.Line] = []
  var anchors: Set<String> = []
  var verbatim: [ClosedRange<Int>] = []
  private var line = 1
  private var block = 0
  private var text = ""
  /// The title of the heading that is being read.
  private var title: String?

  init(footnotes: Set<String>) { self.footnotes = footnotes }

  mutating func visit(_ node: OpaquePointer, isEntered: Bool) {
    switch Cmark.type(of: node) {
    case "text": append(Cmark.literal(of: node))
    case "code":
      text.append(DocumentOutline.code)
      title?.append(Cmark.literal(of: node))
      codes.append(DocumentOutline.Line(text: Cmark.literal(of: node), line: line, block: block))
    case "html_inline":
      let html = Cmark.literal(of: node)
      addHTML(html)
      text += html
      // No breaks of their own are told of those within a tag.
      line += html.utf8.count { $0 == UInt8(ascii: "\n") }
    case "softbreak", "linebreak":
      title?.append(" ")
      endLine()
      line += 1
    case "link", "image":
      guard isEntered, !isFootnote(node) else { return }
      let target = cmark_node_get_url(node).map { String(cString: $0) } ?? ""
      let isPicture = Cmark.type(of: node) == "image"
      links.append(DocumentOutline.Link(target: target, line: line, isPicture: isPicture))
    case "code_block":
      beginBlock(node)
      addVerbatim(node)
    case "html_block":
      beginBlock(node)
      addVerbatim(node)
      addHTML(Cmark.literal(of: node))
    case "heading":
      if isEntered {
        beginBlock(node)
        title = ""
      } else {
        endLine()
        if let title { addAnchor(of: title) }
        title = nil
      }
    case "emph", "strong", "strikethrough": return
    default: beginBlock(node)
    }
  }

  /// Whether it is `[^1]`, whose text stands elsewhere, and no link.
  private func isFootnote(_ node: OpaquePointer) -> Bool {
    guard let first = cmark_node_first_child(node), Cmark.type(of: first) == "text" else {
      return false
    }
    return footnotes.contains(Cmark.literal(of: first))
  }

  private mutating func append(_ words: String) {
    text += words
    title?.append(words)
  }

  private mutating func beginBlock(_ node: OpaquePointer) {
    endLine()
    line = max(line, Int(cmark_node_get_start_line(node)))
    block += 1
  }

  private mutating func addVerbatim(_ node: OpaquePointer) {
    let first = Int(cmark_node_get_start_line(node))
    verbatim.append(first...max(first, Int(cmark_node_get_end_line(node))))
  }

  mutating func endLine() {
    if text.contains(where: { !$0.isWhitespace }) {
      lines.append(DocumentOutline.Line(text: text, line: line, block: block))
    }
    text = ""
  }

  private mutating func addAnchor(of title: String) {
    let name = HeadingAnchor.name(of: title)
    var unique = name
    var number = 0
    while !anchors.insert(unique).inserted {
      number += 1
      unique = "\(name)-\(number)"
    }
  }

  /// What HTML leads to and what it names: `<a href="…">`, `<img src="…">`, `<a id="…">`.
  private mutating func addHTML(_ html: String) {
    let tags = HTMLTags(html)
    for link in tags.links {
      links.append(
        DocumentOutline.Link(
          target: link.target, line: line + link.line, isPicture: link.isPicture))
    }
    anchors.formUnion(tags.anchors)
  }
}

extension Block {
  /// Whether a reader finds something in it: a word, a number or code; not a lone mark, an empty box,
  /// a rule or a table without rows.
  ///
  /// Links and pictures are found by themselves.
  fileprivate var saysSomething: Bool {
    switch kind {
    case .paragraph, .heading, .cell: inlines.contains { $0.kind == .code } || text.saysSomething
    case .code: literal.contains { !$0.isWhitespace }
    case .html: HTMLTags(literal).text.saysSomething
    case .tableHeader: false
    case .tableRow:
      // A row's own number is not what it says.
      children.enumerated().contains { column, cell in
        cell.saysSomething && (column > 0 || !cell.text.allSatisfy { !$0.isLetter })
      }
    case .list, .entry, .quote, .table, .other: children.contains(where: \.saysSomething)
    }
  }

  private var text: String {
    inlines.filter { $0.kind == .text || $0.kind == .code }.map(\.text).joined(separator: " ")
  }
}

extension String {
  /// Whether there is a letter or a number, but for that of a ticked box.
  fileprivate var saysSomething: Bool {
    replacing(/\[[ xX]\]/, with: " ").contains { $0.isLetter || $0.isNumber }
  }
}

/// The anchors that GitHub gives to headings.
enum HeadingAnchor {
  static func name(of title: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in title.lowercased().unicodeScalars {
      switch scalar {
      case " ": result.append("-")
      case "-", "_": result.append(scalar)
      default: if scalar.isInWords { result.append(scalar) }
      }
    }
    return String(result)
  }
}

extension Unicode.Scalar {
  /// Letters, marks, digits and what joins them: `\p{Word}` of the engine that GitHub uses.
  fileprivate var isInWords: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation:
      true
    default: false
    }
  }
}
