/// Untrusted text of several lines as Markdown: paragraphs, lists, tables and code stay what they are.
///
/// All marks are written anew, and each piece of text is escaped, so that nothing in it acts on what
/// stands around it.
struct MarkdownBlocks {
  private let lines: MessageLines
  private var output: [String] = []
  /// How much more text is told.
  private var left: Int
  /// The items that are open, the outermost first.
  private var items: [Item] = []
  private var paragraph: Paragraph?
  private var isAfterBlank = false

  private struct Item {
    /// The column of its mark in the text.
    let mark: Int
    /// The column of its content in the output.
    let content: Int
    let isOrdered: Bool
  }

  /// Text on one line, as wrapped lines mean it.
  private struct Paragraph {
    let indent: String
    let isAfterBlank: Bool
    var text: MessageBytes
  }

  /// The lines of `text`, to be set below each other, cut after `limit` characters.
  static func escaped(_ text: String, limit: Int = 4000) -> String {
    var blocks = MarkdownBlocks(lines: MessageLines(Array(text.utf8)[...]), left: limit)
    blocks.write()
    return blocks.output.joined(separator: "\n")
  }

  private init(lines: MessageLines, left: Int) {
    self.lines = lines
    self.left = left
  }

  private mutating func write() {
    var index = lines.startIndex
    while index < lines.endIndex, left > 0 {
      let line = lines[index]
      let column = line.prefix(while: \.isBlank).count
      if line.isBlank {
        flush()
        isAfterBlank = !output.isEmpty
        index += 1
      } else if let fence = CodeFence(opening: line) {
        index = writeCode(after: index, fence, column)
      } else if paragraph == nil, items.isEmpty, column >= 4 {
        index = writeIndented(from: index)
      } else {
        if !beginItem(line.trimmed, column) { take(line.trimmed, column) }
        index += 1
      }
    }
    flush()
    if lines[index...].contains(where: { !$0.isBlank }) { output += ["", "…"] }
  }

  private var indent: String { String(repeating: " ", count: items.last?.content ?? 0) }

  private mutating func take(_ text: MessageBytes, _ column: Int) {
    let isBesideRow = Self.isRow(text) || paragraph.map { Self.isRow($0.text) } ?? false
    if paragraph != nil, !isBesideRow {
      paragraph?.text += [UInt8(ascii: " ")] + text
      return
    }
    if paragraph != nil {
      flush()
      begin(Paragraph(indent: indent, isAfterBlank: false, text: text))
      return
    }
    while let last = items.last, column <= last.mark { items.removeLast() }
    begin(Paragraph(indent: indent, isAfterBlank: isAfterBlank, text: text))
  }

  /// Whether it is a row of a table, and so a line of its own.
  private static func isRow(_ text: MessageBytes) -> Bool { text.first == UInt8(ascii: "|") }

  private mutating func begin(_ new: Paragraph) {
    paragraph = new
    isAfterBlank = false
  }

  private mutating func beginItem(_ text: MessageBytes, _ column: Int) -> Bool {
    guard let first = Self.mark(of: text) else { return false }
    // As in CommonMark: a number that a line happens to begin with does not break a paragraph.
    let isCounted = items.last?.isOrdered == true || first.text == "1. "
    if first.isOrdered, paragraph != nil, !isCounted { return false }
    flush()
    while let last = items.last, column < last.mark + 2 { items.removeLast() }
    var lead = indent
    var (rest, column) = (text, column)
    // A list may begin within an item: `- - a`.
    var next: Mark? = first
    while let mark = next {
      lead += mark.text
      items.append(Item(mark: column, content: lead.utf8.count, isOrdered: mark.isOrdered))
      column += mark.rest.startIndex - rest.startIndex
      rest = mark.rest
      // Nobody reads more, and each line below would be indented by all of them.
      next = items.count < 8 ? Self.mark(of: rest) : nil
    }
    begin(Paragraph(indent: lead, isAfterBlank: isAfterBlank, text: rest))
    return true
  }

  private struct Mark {
    let text: String
    let isOrdered: Bool
    /// What stands behind it.
    let rest: MessageBytes
  }

  private static func mark(of text: MessageBytes) -> Mark? {
    for bullet in ["- ", "* ", "+ "] as [StaticString] {
      if let rest = text.dropping(prefix: bullet) {
        return Mark(text: "- ", isOrdered: false, rest: rest.trimmed)
      }
    }
    guard let (digits, rest) = text.splitDigits, digits.count <= 9,
      let rest = rest.dropping(prefix: ". ") ?? rest.dropping(prefix: ") ")
    else { return nil }
    return Mark(text: digits.text + ". ", isOrdered: true, rest: rest.trimmed)
  }

  /// Writes the paragraph that is open.
  private mutating func flush() {
    guard let open = paragraph else { return }
    paragraph = nil
    separate(open.isAfterBlank)
    let text = open.text.text
    output.append(open.indent + MarkdownText.escaped(text, limit: left))
    left -= text.unicodeScalars.count
  }

  private mutating func separate(_ isAfterBlank: Bool) {
    if isAfterBlank, !output.isEmpty { output.append("") }
  }

  /// Writes the code below a fence, and says which line comes after it.
  private mutating func writeCode(after index: Int, _ fence: CodeFence, _ column: Int) -> Int {
    flush()
    while let last = items.last, column <= last.mark { items.removeLast() }
    let end =
      lines[(index + 1)...].indices.first { fence.isClosed(by: lines[$0]) } ?? lines.endIndex
    writeCode(lines[(index + 1)..<end], fence.language, column)
    return min(end + 1, lines.endIndex)
  }

  /// The same of code that is told by its indentation.
  private mutating func writeIndented(from index: Int) -> Int {
    func isCode(_ line: MessageBytes) -> Bool {
      line.isBlank || line.prefix(while: \.isBlank).count >= 4
    }
    let end = lines[index...].indices.first { !isCode(lines[$0]) } ?? lines.endIndex
    let last = lines[index..<end].indices.last { !lines[$0].isBlank } ?? index
    writeCode(lines[index..<(last + 1)], "", 4)
    return last + 1
  }

  private mutating func writeCode(_ code: MessageLines, _ language: String, _ column: Int) {
    separate(isAfterBlank)
    isAfterBlank = false
    let longest = code.map(Self.longestRunOfBackticks).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longest + 1))
    output.append(indent + fence + language)
    for line in code where left > 0 {
      let drop = min(column, line.prefix(while: \.isBlank).count)
      let text = MarkdownText.code(line.dropFirst(drop).text, limit: left)
      output.append(text.isEmpty ? "" : indent + text)
      left -= text.unicodeScalars.count + 1
    }
    output.append(indent + fence)
  }

  private static func longestRunOfBackticks(_ line: MessageBytes) -> Int {
    line.split { $0 != UInt8(ascii: "`") }.map(\.count).max() ?? 0
  }
}
