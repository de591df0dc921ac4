/// A template in Mustache, without partials, blocks and lambdas; see mustache(5).
///
/// Written here, because the package that there is loads ICU at every start.
package struct MustacheTemplate: Sendable {
  /// Why a text is no template, and where.
  package struct ParseError: Error, Hashable, Sendable {
    /// From 1.
    package let line: Int
    package let message: String

    package init(line: Int, message: String) {
      self.line = line
      self.message = message
    }
  }

  indirect enum Node: Sendable {
    case text([UInt8])
    case variable(Name, isEscaped: Bool)
    case section(Name, isInverted: Bool, [Node])
  }

  /// A dotted name; without parts it is `.`, the value itself.
  struct Name: Hashable, Sendable {
    let parts: [String]
  }

  let nodes: [Node]

  /// The names that it asks for and that are not among these, in order, each once.
  package func names(notIn known: Set<String>) -> [String] {
    var seen = known
    var found: [String] = []
    var open = [nodes[...]]
    while var rest = open.popLast() {
      guard let node = rest.popFirst() else { continue }
      open.append(rest)
      let name: Name
      switch node {
      case .text: continue
      case .variable(let variable, _): name = variable
      case .section(let section, _, let inner):
        name = section
        open.append(inner[...])
      }
      found += name.parts.filter { seen.insert($0).inserted }
    }
    return found
  }

  package init(parsing text: [UInt8]) throws(ParseError) {
    var parser = MustacheParser(text)
    nodes = try parser.parse()
  }
}

/// Reads a template; tags that stand alone on a line take the line with them.
private struct MustacheParser {
  typealias ParseError = MustacheTemplate.ParseError

  /// A section that has been opened and not closed.
  private struct Open {
    let name: MustacheTemplate.Name
    let text: String
    let isInverted: Bool
    let line: Int
    /// What stood before it, in the section around it.
    let before: [MustacheTemplate.Node]
  }

  private let text: [UInt8]
  private var place = 0
  private var line = 1
  private var left = Array("{{".utf8)
  private var right = Array("}}".utf8)
  private var nodes: [MustacheTemplate.Node] = []
  private var open: [Open] = []

  init(_ text: [UInt8]) {
    self.text = text
  }

  mutating func parse() throws(ParseError) -> [MustacheTemplate.Node] {
    while let start = find(left, from: place) {
      append(text[place..<start])
      place = start
      try readTag()
    }
    append(text[place...])
    if let section = open.last {
      throw ParseError(
        line: section.line, message: "the section {{#\(section.text)}} is never closed")
    }
    return nodes
  }

  private mutating func readTag() throws(ParseError) {
    let start = place
    let line = line
    let inner = start + left.count
    let kind = inner < text.count ? text[inner] : 0
    var end = right
    // `{{{x}}}` and `{{=<% %>=}}` end in a mark of their own.
    if kind == UInt8(ascii: "{") { end = [UInt8(ascii: "}")] + right }
    if kind == UInt8(ascii: "=") { end = [UInt8(ascii: "=")] + right }
    let isMarked = "#^/&!>{=$<".utf8.contains(kind)
    let from = isMarked ? inner + 1 : inner
    guard let close = find(end, from: from) else {
      throw ParseError(line: line, message: "a tag is never closed")
    }
    let content = text[from..<close].trimmed
    place = close + end.count
    self.line += text[start..<place].count { $0 == .lineFeed }
    if "#^/!=><$".utf8.contains(kind) { takeLine(of: start) }
    switch kind {
    case UInt8(ascii: "!"): break
    case UInt8(ascii: "="): try setDelimiters(content, line)
    case UInt8(ascii: ">"):
      throw ParseError(line: line, message: "partials ({{> …}}) are not supported")
    case UInt8(ascii: "$"), UInt8(ascii: "<"):
      throw ParseError(
        line: line, message: "blocks ({{$…}}) and parents ({{<…}}) are not supported")
    case UInt8(ascii: "#"), UInt8(ascii: "^"):
      open.append(
        Open(
          name: try name(content, line), text: content.text,
          isInverted: kind == UInt8(ascii: "^"), line: line, before: nodes))
      nodes = []
    case UInt8(ascii: "/"): try closeSection(content, line)
    default:
      let isEscaped = kind != UInt8(ascii: "{") && kind != UInt8(ascii: "&")
      nodes.append(.variable(try name(content, line), isEscaped: isEscaped))
    }
  }

  private mutating func closeSection(_ content: MessageBytes, _ line: Int) throws(ParseError) {
    let name = try name(content, line)
    guard let section = open.popLast() else {
      throw ParseError(line: line, message: "{{/\(content.text)}} closes nothing")
    }
    guard section.name == name else {
      throw ParseError(
        line: line,
        message: "{{/\(content.text)}} does not close {{#\(section.text)}} of line \(section.line)")
    }
    nodes = section.before + [.section(name, isInverted: section.isInverted, nodes)]
  }

  private mutating func setDelimiters(_ content: MessageBytes, _ line: Int) throws(ParseError) {
    let marks = content.split(whereSeparator: \.isBlank)
    guard marks.count == 2, !content.contains(UInt8(ascii: "=")) else {
      throw ParseError(line: line, message: "delimiters are set as in {{=<% %>=}}")
    }
    left = Array(marks[0])
    right = Array(marks[1])
  }

  private func name(_ text: MessageBytes, _ line: Int) throws(ParseError) -> MustacheTemplate.Name {
    if text.elementsEqual(".".utf8) { return MustacheTemplate.Name(parts: []) }
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard !text.contains(where: \.isBlank), parts.allSatisfy({ !$0.isEmpty }) else {
      let what = text.isEmpty ? "a tag has no name" : "\u{201C}\(text.text)\u{201D} is no name"
      throw ParseError(line: line, message: what)
    }
    return MustacheTemplate.Name(parts: parts.map(\.text))
  }

  /// Takes away the blanks before the tag at `start` and the rest of its line, where nothing else is
  /// on it.
  private mutating func takeLine(of start: Int) {
    let lineStart = text[..<start].lastIndex(of: .lineFeed).map { $0 + 1 } ?? 0
    guard text[lineStart..<start].isBlank else { return }
    var end = place
    while end < text.count, text[end] != .lineFeed {
      guard text[end].isBlank else { return }
      end += 1
    }
    if start > lineStart, case .text(let before)? = nodes.last {
      nodes[nodes.count - 1] = .text(before.dropLast(start - lineStart))
    }
    if end < text.count {
      end += 1
      line += 1
    }
    place = end
  }

  private mutating func append(_ slice: MessageBytes) {
    guard !slice.isEmpty else { return }
    line += slice.count { $0 == .lineFeed }
    nodes.append(.text(Array(slice)))
  }

  private func find(_ mark: [UInt8], from start: Int) -> Int? {
    guard let first = mark.first else { return nil }
    var from = start
    while from < text.count, let found = text[from...].firstIndex(of: first) {
      if text[found...].starts(with: mark) { return found }
      from = found + 1
    }
    return nil
  }
}
