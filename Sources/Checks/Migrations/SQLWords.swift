/// A statement, or a part of one, read from its beginning.
struct SQLWords {
  let tokens: ArraySlice<SQLScript.Token>

  init(_ tokens: ArraySlice<SQLScript.Token>) {
    self.tokens = tokens
  }

  /// Where it begins.
  var line: Int { tokens.first?.line ?? 1 }

  private func token(_ place: Int) -> SQLScript.Token? { tokens.dropFirst(place).first }

  /// The word at this place; empty where there is none.
  func word(_ place: Int) -> String {
    token(place).flatMap { $0.kind == .word ? $0.text : nil } ?? ""
  }

  /// Whether something is put in at this place when the statement runs.
  func isPlaceholder(_ place: Int) -> Bool {
    token(place).map { ($0.kind == .name && $0.text.hasPrefix("{")) || $0.text == "%" } ?? false
  }

  func mark(_ place: Int) -> String {
    token(place).flatMap { $0.kind == .mark ? $0.text : nil } ?? ""
  }

  func contains(_ word: String) -> Bool {
    tokens.contains { $0.kind == .word && $0.text == word }
  }

  /// The words that stand in no parentheses.
  var outerWords: [String] {
    var depth = 0
    return tokens.compactMap { token in
      depth += token.nesting
      return depth == 0 && token.kind == .word ? token.text : nil
    }
  }

  var isNotNull: Bool {
    zip(tokens, tokens.dropFirst()).contains { left, right in
      left.isWord("NOT") && right.isWord("NULL")
    }
  }

  func step(_ what: String) -> DestructiveStep {
    DestructiveStep(line: line, what: what)
  }

  func doubt(_ what: String) -> DestructiveStep {
    DestructiveStep(line: line, what: what, isCertain: false)
  }

  /// The name at this place, in small letters unless it is quoted, as `SQLName` has it.
  func name(_ place: Int) -> String { afterName(place).name }

  /// The name at this place, and what stands behind it.
  func afterName(_ place: Int) -> (name: String, rest: SQLWords) {
    var rest = tokens.dropFirst(place)
    let leading: Set = ["IF", "NOT", "EXISTS", "ONLY", "FROM", "COLUMN"]
    while let next = rest.first, next.isWord(in: leading) || next.isMark("(") {
      rest = rest.dropFirst()
    }
    var name = ""
    while let next = rest.first {
      let isName = next.kind == .name || next.kind == .word
      let isDot = next.isMark(".")
      guard isDot || (isName && (name.isEmpty || name.hasSuffix("."))) else { break }
      name += isDot ? "." : next.kind == .word ? next.text.lowercased() : SQLName.part(next.text)
      rest = rest.dropFirst()
    }
    return (name.isEmpty ? "{…}" : name, SQLWords(rest))
  }

  /// The columns that stand from this place on: one, or several in parentheses.
  func columns(_ place: Int) -> [SQLWords] {
    let rest = tokens.dropFirst(place)
    guard let first = rest.first, first.isMark("(") else {
      return [SQLWords(rest)]
    }
    let end = rest.lastIndex { $0.isMark(")") } ?? rest.endIndex
    return SQLWords(rest[rest.index(after: rest.startIndex)..<end]).split()
  }

  /// The parts between commas that are in no parentheses.
  func split() -> [SQLWords] {
    var parts: [SQLWords] = []
    var depth = 0
    var start = tokens.startIndex
    for index in tokens.indices {
      depth += tokens[index].nesting
      guard depth == 0, tokens[index].isMark(",") else { continue }
      parts.append(SQLWords(tokens[start..<index]))
      start = index + 1
    }
    return parts + [SQLWords(tokens[start...])]
  }
}
