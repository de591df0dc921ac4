/// Finds what gives all rows of a table other values.
enum SQLUpdate {
  private typealias Tokens = ArraySlice<SQLScript.Token>

  static func steps(of words: SQLWords) -> [DestructiveStep] {
    guard words.contains("UPDATE") else { return [] }
    let tokens = words.tokens
    let condition = SQLCondition(tokens)
    return tokens.indices.compactMap { index in
      guard tokens[index].isWord("UPDATE"), begins(at: index, in: tokens) else { return nil }
      let end = condition.end(of: index)
      let rest = SQLWords(tokens[index..<end])
      guard let set = assignments(in: rest),
        condition.answer(from: index, to: end) == .all
      else { return nil }
      let table = SQLWords(target(rest)).name(0)
      var step = rest.step("changes all rows of \(table)")
      step.overwrites = columns(set)?.map { SQLColumn(table: table, column: $0) }
      return step
    }
  }

  /// Not the `UPDATE` of `ON CONFLICT DO UPDATE SET` and `FOR UPDATE`.
  private static func begins(at index: Int, in tokens: Tokens) -> Bool {
    guard index > tokens.startIndex else { return true }
    let before = tokens[index - 1]
    return before.isMark("(") || before.isMark(")")
      || before.isWord(in: ["EXPLAIN", "ANALYZE", "VERBOSE"])
  }

  /// The table, behind words that belong to single databases.
  private static func target(_ words: SQLWords) -> Tokens {
    var rest = words.tokens.dropFirst()
    while let next = rest.first, next.isWord(in: ["LOW_PRIORITY", "IGNORE", "TOP", "OR"]) {
      rest = rest.dropFirst(next.isWord("OR") ? 2 : 1)
      if next.isWord("TOP"), rest.first?.isMark("(") == true {
        rest = rest.drop { !$0.isMark(")") }.dropFirst()
      }
    }
    return rest
  }

  /// What stands behind `SET`; `nil` where nothing is set, as by `UPDATE STATISTICS t`.
  private static func assignments(in words: SQLWords) -> Tokens? {
    var depth = 0
    var start: Int?
    for index in words.tokens.indices {
      let token = words.tokens[index]
      depth += token.nesting
      guard depth == 0 else { continue }
      if let start, token.isWord(in: ["FROM", "WHERE", "RETURNING", "ORDER", "LIMIT", "OUTPUT"]) {
        return words.tokens[start..<index]
      }
      if start == nil, token.isWord("SET") {
        // `DO UPDATE SET`
        guard index > words.tokens.startIndex + 1 else { return nil }
        start = index + 1
      }
    }
    return start.map { words.tokens[$0...] }
  }

  /// The columns that are given a value; `nil` where that is not written as `a = …`.
  private static func columns(_ assignments: Tokens) -> [String]? {
    var columns: [String] = []
    for part in SQLWords(assignments).split() {
      let (name, rest) = part.afterName(0)
      guard part.mark(0).isEmpty, rest.mark(0) == "=" else { return nil }
      columns.append(SQLName.last(name))
    }
    return columns
  }
}
