// What is taken as one, however many lines of the file it is.
extension SQLLexer {
  /// Whether the comment ahead is one that MySQL (`/*!`) or MariaDB (`/*M!`) may execute.
  var isCondition: Bool { peek(2) == "!" || (peek(2) == "M" && peek(3) == "!") }

  mutating func skipComment() throws(UnreadableMigration) {
    let start = line
    let nests = dialect.nestsComments || (dialect.isMySQL && isCondition)
    var depth = 0
    repeat {
      guard let scalar = peek() else {
        throw UnreadableMigration(line: start, why: "a comment is never closed")
      }
      if scalar == "/", peek(1) == "*", depth == 0 || nests {
        depth += 1
        _ = take()
      } else if scalar == "*", peek(1) == "/" {
        depth -= 1
        _ = take()
      }
      _ = take()
    } while depth > 0
  }

  mutating func quoted(
    _ mark: Unicode.Scalar, _ kind: SQLScript.Token.Kind, isEscaped: Bool = false
  ) throws(UnreadableMigration) -> SQLScript.Token {
    let start = line
    _ = take()
    var text = String.UnicodeScalarView()
    while let scalar = peek() {
      if scalar == mark {
        _ = take()
        guard peek() == mark else {
          return SQLScript.Token(kind: kind, text: String(text), line: start)
        }
      } else if scalar == "\\", isEscaped, peek(1) != nil {
        _ = take()
      }
      text.append(take())
    }
    throw UnreadableMigration(line: start, why: "a quotation mark is never closed")
  }

  /// Whether `q'[ … ]'` is ahead, in which quotation marks may stand.
  var isOracleText: Bool {
    peek(1) == "'" && peek(2).map { "[{(<!|~^#/+$\"".unicodeScalars.contains($0) } == true
  }

  mutating func oracleText() throws(UnreadableMigration) -> SQLScript.Token {
    let start = line
    take(2)
    let open = take()
    let close: [Unicode.Scalar: Unicode.Scalar] = ["[": "]", "{": "}", "(": ")", "<": ">"]
    let end = close[open] ?? open
    var text = String.UnicodeScalarView()
    while let scalar = peek() {
      if scalar == end, peek(1) == "'" {
        take(2)
        return SQLScript.Token(kind: .text, text: String(text), line: start)
      }
      text.append(take())
    }
    throw UnreadableMigration(line: start, why: "a quotation mark is never closed")
  }

  /// `$$ … $$` or `$name$ … $name$`; `nil` where the sign is something else, as in `$1`.
  mutating func dollarQuoted() throws(UnreadableMigration) -> SQLScript.Token? {
    var end = place + 1
    if end < scalars.count, ("0"..."9").contains(scalars[end]) { return nil }
    while end < scalars.count, Self.isWord(scalars[end]) { end += 1 }
    guard end < scalars.count, scalars[end] == "$" else { return nil }
    let tag = Array(scalars[place...end])
    take(tag.count)
    let start = line
    var text = String.UnicodeScalarView()
    while place < scalars.count {
      if scalars[place] == "$", scalars[place...].starts(with: tag) {
        take(tag.count)
        return SQLScript.Token(kind: .body, text: String(text), line: start)
      }
      text.append(take())
    }
    throw UnreadableMigration(line: start, why: "a body between dollar signs is never closed")
  }

  /// The lines that Postgres's program hands to `COPY … FROM stdin;`, which are no SQL.
  mutating func skipData() throws(UnreadableMigration) {
    let start = line
    let rest = restOfLine().drop(while: \.isWhitespace)
    guard rest.isEmpty || rest.hasPrefix("--") else {
      throw UnreadableMigration(line: start, why: "more stands on the line of COPY FROM stdin")
    }
    while peek() != nil {
      _ = take()
      if ["\\.", "\\.\r"].contains(restOfLine()) { return }
    }
    throw UnreadableMigration(line: start, why: "the data of COPY FROM stdin never end")
  }
}

/// Whether the statement that is being read is a `COPY … FROM stdin`.
struct SQLCopy {
  private var isCopy: Bool?
  private var isFrom = false
  private(set) var isFromInput = false

  mutating func read(_ token: SQLScript.Token) {
    isCopy = isCopy ?? token.isWord("COPY")
    if isCopy == true, isFrom, token.isWord("STDIN") { isFromInput = true }
    isFrom = token.isWord("FROM")
  }
}
