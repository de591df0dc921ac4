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
      guard setsSomething(rest), condition.answer(from: index, to: end) == .all else { return nil }
      return rest.step("changes all rows of \(SQLWords(target(rest)).name(0))")
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

  /// Whether there is a `SET`, unlike in `UPDATE STATISTICS t`, and not that of `DO UPDATE SET`.
  private static func setsSomething(_ words: SQLWords) -> Bool {
    var depth = 0
    let set = words.tokens.firstIndex { token in
      depth += token.nesting
      return depth == 0 && token.isWord("SET")
    }
    return set.map { $0 > words.tokens.startIndex + 1 } ?? false
  }
}
