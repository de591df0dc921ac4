/// Finds what Python would refuse to read: not all of it, and nothing that it would take.
enum PythonSyntax {
  static func check(_ lines: [PythonSource.Line]) throws(UnreadableMigration) {
    var indents = [0]
    var isHead = false
    for line in lines {
      let start = line.tokens[0].line
      if isHead, line.indent <= (indents.last ?? 0) {
        throw UnreadableMigration(line: start, why: "an indented block is missing")
      }
      if line.indent > (indents.last ?? 0) {
        guard isHead else {
          throw UnreadableMigration(line: start, why: "it is indented and belongs to nothing")
        }
        indents.append(line.indent)
      }
      while let last = indents.last, last > line.indent { indents.removeLast() }
      guard indents.last == line.indent else {
        throw UnreadableMigration(line: start, why: "its indentation is that of no block")
      }
      isHead = line.tokens[line.tokens.count - 1].isMark(":")
      try checkHead(line.tokens)
      try checkNeighbours(line.tokens)
    }
    if isHead {
      throw UnreadableMigration(
        line: lines.last?.tokens[0].line, why: "an indented block is missing")
    }
  }

  private static let blocks: Set<String> = [
    "def", "class", "if", "elif", "else", "for", "while", "with", "try", "except", "finally",
  ]

  private static func checkHead(_ tokens: [PythonSource.Token]) throws(UnreadableMigration) {
    let words = tokens.drop { $0.isName("async") }
    guard let first = words.first, first.kind == .name, blocks.contains(first.text) else { return }
    guard PythonSource.end(ofHead: tokens) != nil else {
      throw UnreadableMigration(line: first.line, why: "a colon is missing behind \(first.text)")
    }
  }

  /// All that names mean something else by, and that stand between values.
  static let keywords: Set<String> = [
    "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda",
    "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
  ]
  /// Those that are names elsewhere.
  private static let softKeywords: Set<String> = ["match", "case", "type"]

  /// Two values with nothing between them, and commas with no value before them.
  private static func checkNeighbours(_ tokens: [PythonSource.Token]) throws(UnreadableMigration) {
    for (index, token) in tokens.enumerated().dropFirst() {
      let before = tokens[index - 1]
      if token.isMark(","), before.kind == .mark, ",([{".contains(before.text) {
        throw UnreadableMigration(line: token.line, why: "a value is missing before a comma")
      }
      guard isValue(token), endsValue(before) else { continue }
      if token.kind == .text, before.kind == .text { continue }
      if index == 1, softKeywords.contains(before.text) { continue }
      throw UnreadableMigration(
        line: token.line, why: "two values stand beside each other: is a comma missing?")
    }
    if let last = tokens.last, last.kind == .mark, "=+-/%".contains(last.text) {
      throw UnreadableMigration(line: last.line, why: "a value is missing at its end")
    }
  }

  private static func isValue(_ token: PythonSource.Token) -> Bool {
    switch token.kind {
    case .name: !keywords.contains(token.text)
    case .number, .text: true
    case .mark: false
    }
  }

  private static func endsValue(_ token: PythonSource.Token) -> Bool {
    token.kind == .mark ? ")]}".contains(token.text) : isValue(token)
  }
}
