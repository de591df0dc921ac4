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
  }

  /// Words of running text on one line; code stands in it as one sign that no word has.
  package struct Line: Hashable, Sendable {
    package let text: String
    package let line: Int
  }

  /// What stands for a piece of code in a line.
  package static let code: Character = "\u{fffc}"

  package private(set) var sections: [Section] = []
  /// Links and images.
  package private(set) var links: [Link] = []
  package private(set) var lines: [Line] = []
  /// What a link may name after its `#`.
  package private(set) var anchors: Set<String> = []

  package init(_ document: [UInt8]) throws(DocumentError) {
    let source = try SourceText(document)
    let parsed = Cmark(source.bytes)
    for block in parsed.blocks().blocks { add(block) }
    var reading = OutlineReading()
    Cmark.forEachInline(of: parsed.root) { reading.visit($0, isEntered: $1) }
    reading.endLine()
    links = reading.links
    lines = reading.lines
    anchors = reading.anchors
  }

  private mutating func add(_ block: Block) {
    guard let title = block.sectionTitle else {
      let isComment = block.kind == .html && block.literal.utf8.starts(with: "<!--".utf8)
      if !isComment { fillOpenSections() }
      return
    }
    let level =
      if case .heading(let level) = block.kind { level } else { Documents.Section.paragraphLevel }
    for index in sections.indices where sections[index].end == nil && sections[index].level >= level
    {
      sections[index].end = block.line
    }
    sections.append(Section(title: title, level: level, line: block.line))
  }

  private mutating func fillOpenSections() {
    for index in sections.indices where sections[index].end == nil {
      sections[index].isEmpty = false
    }
  }
}

/// Collects what is in a document's text, node by node.
private struct OutlineReading {
  var links: [DocumentOutline.Link] = []
  var lines: [DocumentOutline.Line] = []
  var anchors: Set<String> = []
  private var line = 1
  private var text = ""
  /// The title of the heading that is being read.
  private var title: String?

  mutating func visit(_ node: OpaquePointer, isEntered: Bool) {
    switch Cmark.type(of: node) {
    case "text": append(Cmark.literal(of: node))
    case "code":
      text.append(DocumentOutline.code)
      title?.append(Cmark.literal(of: node))
    case "html_inline":
      addAnchors(Cmark.literal(of: node))
      text += Cmark.literal(of: node)
    case "softbreak", "linebreak":
      title?.append(" ")
      endLine()
      line += 1
    case "link", "image":
      guard isEntered else { return }
      let target = cmark_node_get_url(node).map { String(cString: $0) } ?? ""
      links.append(DocumentOutline.Link(target: target, line: line))
    case "html_block":
      addAnchors(Cmark.literal(of: node))
      beginBlock(node)
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

  private mutating func append(_ words: String) {
    text += words
    title?.append(words)
  }

  private mutating func beginBlock(_ node: OpaquePointer) {
    endLine()
    line = max(line, Int(cmark_node_get_start_line(node)))
  }

  mutating func endLine() {
    if text.contains(where: { !$0.isWhitespace }) {
      lines.append(DocumentOutline.Line(text: text, line: line))
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

  /// Those that HTML names: `<a id="…">`.
  private mutating func addAnchors(_ html: String) {
    for match in html.matches(of: /\b(?:id|name)\s*=\s*["']([^"']+)["']/) {
      anchors.insert(String(match.1))
    }
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
