internal import Release

extension [Inline] {
  /// What a reader sees, on one line, code in backticks, comments left out.
  var line: String { TextForm.collapsed(rendered(isProcedure: false)) }

  /// As the document has it: breaks kept, links with their targets.
  var lines: String {
    rendered(isProcedure: true).split(separator: "\n", omittingEmptySubsequences: false)
      .map { TextForm.collapsed($0) }.joined(separator: "\n").trimmingBreaks
  }

  /// The comments in it, as they stand.
  var comments: String { filter(\.isComment).map(\.text).joined(separator: " ") }

  /// The code, where there is nothing but one code span.
  var onlyCode: String? {
    let rest = filter { !$0.isComment && !($0.kind == .text && $0.text.allSatisfy(\.isWhitespace)) }
    guard rest.count == 1, rest[0].kind == .code else { return nil }
    let code = TextForm.collapsed(rest[0].text)
    return code.isEmpty ? nil : code
  }

  private func rendered(isProcedure: Bool) -> String {
    var result = ""
    var linkStarts: [Int] = []
    for inline in self {
      switch inline.kind {
      case .text: result += inline.text
      case .code: result += Self.code(inline.text)
      case .html where inline.isComment: continue
      case .html where inline.isLineBreak: result += isProcedure ? "\n" : " "
      case .html: result += inline.text
      case .softBreak, .hardBreak: result += isProcedure ? "\n" : " "
      case .linkStart: linkStarts.append(result.utf8.count)
      case .linkEnd(let target):
        // Links do not nest, but an image's text may hold one.
        guard let offset = linkStarts.popLast(), isProcedure else { continue }
        let start = result.utf8.index(result.startIndex, offsetBy: offset)
        let text = String(result[start...])
        guard !target.utf8.elementsEqual(text.utf8), target != "mailto:" + text else { continue }
        result.replaceSubrange(start..., with: "[\(text)](\(target))")
      }
    }
    return result
  }

  private static func code(_ text: String) -> String {
    let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
    guard longest > 0 else { return "`\(text)`" }
    let fence = String(repeating: "`", count: longest + 1)
    return "\(fence) \(text) \(fence)"
  }
}

extension Inline {
  var isComment: Bool { kind == .html && text.utf8.starts(with: "<!--".utf8) }

  fileprivate var isLineBreak: Bool {
    let tag = text.lowercased().filter { !$0.isWhitespace }
    return tag == "<br>" || tag == "<br/>"
  }
}

extension StringProtocol {
  /// The text without line feeds at its ends.
  var trimmingBreaks: String {
    var rest = self[...]
    while rest.first?.isNewline == true { rest.removeFirst() }
    while rest.last?.isNewline == true { rest.removeLast() }
    return String(rest)
  }
}

extension Block {
  /// The block as text of several lines, without the blocks that `skips` names.
  func procedure(skipping skips: (Block) -> Bool) -> String {
    guard !skips(self) else { return "" }
    switch kind {
    case .paragraph, .heading, .cell: return inlines.lines
    case .code: return literal.trimmingBreaks
    case .html: return ""
    case .tableHeader, .tableRow:
      return children.map(\.inlines.line).joined(separator: " | ")
    case .list(let first):
      return children.enumerated().compactMap { index, entry in
        let text = entry.procedure(skipping: skips)
        let marker = first.map { "\($0 + index). " } ?? "- "
        let indent = "\n" + String(repeating: " ", count: marker.utf8.count)
        return text.isEmpty ? nil : marker + text.split(separator: "\n").joined(separator: indent)
      }.joined(separator: "\n")
    case .table, .entry, .quote, .other:
      return children.map { $0.procedure(skipping: skips) }.filter { !$0.isEmpty }
        .joined(separator: "\n")
    }
  }
}
