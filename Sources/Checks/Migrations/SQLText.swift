/// SQL in texts that are put together when a script runs, as far as it stands there.
struct SQLText {
  /// What is put in stands in braces.
  private(set) var text = ""
  /// Where the first text begins.
  let line: Int
  /// Whether all of it stands there.
  let isWritten: Bool

  init(_ tokens: ArraySlice<SQLScript.Token>) {
    var depth = 0
    let part = tokens.prefix { token in
      depth += token.nesting
      return depth > 0 || !token.isWord(in: ["USING", "INTO", "LOOP"])
    }
    let texts = part.filter { $0.kind == .text || $0.kind == .body }
    line = texts.first?.line ?? tokens.first?.line ?? 1
    var place = line
    for index in part.indices {
      let token = part[index]
      switch token.kind {
      case .text, .body:
        // Line for line as in the file, so that a step is found where it stands.
        text += String(repeating: "\n", count: max(0, token.line - place)) + " " + token.text
        place = max(place, token.line) + token.text.utf8.count { $0 == UInt8(ascii: "\n") }
      case .word where index + 1 < part.endIndex && Self.leads(token, part[index + 1]): continue
      case .word, .name: text += " {\(token.text)}"
      case .mark: continue
      }
    }
    isWritten = texts.count == 1 && !text.contains("{") && !text.contains("%")
  }

  /// Whether a word is no value: `format(…)`, `N'…'`.
  private static func leads(_ word: SQLScript.Token, _ next: SQLScript.Token) -> Bool {
    next.isMark("(") || (word.isWord(in: SQLCalls.prefixes) && next.kind == .text)
  }
}

/// The programs that statements call.
enum SQLCalls {
  /// What stands right before a text and says how it is written.
  static let prefixes: Set<String> = ["E", "N", "U", "B"]

  /// Whatever could be one, in capital letters: `p(…)` anywhere, and `p` that is all of a statement.
  static func names(in tokens: ArraySlice<SQLScript.Token>) -> Set<String> {
    guard let first = tokens.first, !first.isWord(in: naming),
      !(first.isWord("CREATE") && tokens.prefix(5).contains { $0.isWord("VIEW") })
    else { return [] }
    var names: Set<String> = []
    for index in tokens.indices.dropLast() where tokens[index + 1].isMark("(") {
      let path = path(endingAt: index, in: tokens)
      guard let start = path.first?.index else { continue }
      let before = start > tokens.startIndex ? tokens[start - 1] : nil
      // `INSERT INTO p (a)` and `CREATE INDEX i ON p (a)` are about tables.
      let isTable =
        before?.isWord(in: ["INTO", "TABLE", "REFERENCES", "UPDATE", "COPY", "ANALYZE"]) == true
        || (before?.isWord("ON") == true && first.isWord("CREATE"))
      if !isTable { names.formUnion(path.map(\.name)) }
    }
    let last = path(endingAt: tokens.endIndex - 1, in: tokens)
    if let start = last.first?.index {
      let isAlone = start == tokens.startIndex || tokens[start - 1].isWord(in: opening)
      if isAlone { names.formUnion(last.map(\.name)) }
    }
    return names
  }

  /// What executes the SQL that it is given.
  static let executing: Set<String> = [
    "EXEC_DDL_STATEMENT", "DBMS_SQL", "DBLINK_EXEC", "DBLINK_SEND_QUERY",
  ]

  /// Whether a statement, or what was written for a program such as `psql`, runs another file, or
  /// texts that the database gives back, or a program: `\i`, `\gexec`, `@file`, `:r file`,
  /// `source file`, `COPY … FROM PROGRAM`.
  static func isOfOtherFile(_ words: SQLWords) -> Bool {
    let commands: Set = ["\\I", "\\IR", "\\INCLUDE", "\\INCLUDE_RELATIVE", "\\GEXEC", "\\!"]
    return words.tokens.last?.isWord(in: commands) == true || words.mark(0) == "@"
      || (words.mark(0) == ":" && words.word(1) == "R") || words.word(0) == "SOURCE"
      || (words.word(0) == "COPY" && words.outerWords.contains("PROGRAM"))
      || (words.mark(0) == "." && words.word(1) == "READ") || isStart(words)
  }

  /// Oracle's program runs a file so: `START a.sql`.
  private static func isStart(_ words: SQLWords) -> Bool {
    words.word(0) == "START" && words.tokens.count > 1
      && !["TRANSACTION", "REPLICA", "SLAVE", "GROUP_REPLICATION", "WITH"].contains(words.word(1))
      && words.tokens.last?.isWord("SQL") == true
  }

  /// What names programs without running them.
  private static let naming: Set<String> = ["DROP", "GRANT", "REVOKE", "DENY", "COMMENT"]
  static let opening: Set<String> = ["BEGIN", "THEN", "ELSE", "LOOP", "DO"]

  /// `a.b.c`, by its parts.
  static func path(
    endingAt last: Int, in tokens: ArraySlice<SQLScript.Token>
  ) -> [(name: String, index: Int)] {
    var parts: [(name: String, index: Int)] = []
    var index = last
    while index >= tokens.startIndex, tokens[index].kind == .word || tokens[index].kind == .name {
      parts.append((tokens[index].text.uppercased(), index))
      guard index - 1 > tokens.startIndex, tokens[index - 1].isMark(".") else { break }
      index -= 2
    }
    return parts.reversed()
  }
}
