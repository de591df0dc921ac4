/// In what databases read SQL differently.
struct SQLDialect {
  /// Whether a backslash is an escape in every text, and `#` begins a comment.
  var isMySQL = false
  /// Whether `/*! … */` is no comment, as MySQL's version decides.
  var executesConditions = false
  /// Whether comments may stand in comments.
  var nestsComments = false
  /// Whether a CR that no LF follows is a sign like others; else it ends a comment.
  var skipsReturns = false
  /// Whether `{name}` is to be replaced when it runs.
  var isTemplate = false

  static let all = [
    SQLDialect(nestsComments: true), SQLDialect(isMySQL: true, executesConditions: true),
    SQLDialect(),
  ]
  /// One more where a script has such conditions: that of a version which leaves them out.
  static let skippingConditions = SQLDialect(isMySQL: true)
}

/// Cuts SQL into tokens.
struct SQLLexer: SourceCursor {
  enum Piece {
    case token(SQLScript.Token)
    /// One that ends with its line, that line, and whether nothing stands before it there.
    case comment(String, Int, isFirst: Bool)
    /// Of a statement, on a line, by a semicolon.
    case end(Int)
    /// Of a statement, by a delimiter that no statement inside another one has.
    case wholeEnd
    /// Of all before it: a line `GO` or `/`.
    case batchEnd
  }

  let scalars: [Unicode.Scalar]
  var place = 0
  var line: Int
  let dialect: SQLDialect
  /// Ends of the file's lines that are none of the text's: how many, by the place of what follows.
  private let breaks: [Int: Int]
  /// What ends a statement: `;`, unless a line `DELIMITER //` says otherwise.
  private var delimiter: [Unicode.Scalar] = [";"]
  /// How many of MySQL's `/*! … */`, which it executes, are open.
  private var conditions = 0
  private var copying = SQLCopy()
  /// Whether a command to Postgres's program was read, which ends the statement before it.
  private var isCommanded = false

  init(_ text: String, line: Int, _ dialect: SQLDialect, breaks: [Int: Int] = [:]) {
    scalars = Array(text.unicodeScalars)
    self.line = line
    self.dialect = dialect
    self.breaks = breaks
  }

  mutating func take() -> Unicode.Scalar {
    let scalar = scalars[place]
    place += 1
    if scalar == "\n" { line += 1 }
    if !breaks.isEmpty { line += breaks[place] ?? 0 }
    return scalar
  }

  mutating func take(_ count: Int) {
    for _ in 0..<count { _ = take() }
  }

  mutating func next() throws(UnreadableMigration) -> Piece? {
    let piece = try read()
    switch piece {
    case .token(let token): copying.read(token)
    case .end, .wholeEnd, .batchEnd:
      if copying.isFromInput { try skipData() }
      copying = SQLCopy()
    case .comment, nil: break
    }
    return piece
  }

  private mutating func read() throws(UnreadableMigration) -> Piece? {
    if isCommanded {
      isCommanded = false
      return .wholeEnd
    }
    while let scalar = peek() {
      if scalar == delimiter[0], scalars[place...].starts(with: delimiter) {
        take(delimiter.count)
        return delimiter == [";"] ? .end(line) : .wholeEnd
      }
      switch scalar {
      case "-" where peek(1) == "-" && !isDoubleMinus: return comment()
      case "#" where isComment: return comment()
      case "/" where peek(1) == "*":
        if dialect.executesConditions, isCondition {
          takeCondition()
        } else if let wayBack = try takeComment() {
          return wayBack
        }
      case "*" where peek(1) == "/" && conditions > 0:
        conditions -= 1
        take(2)
      case "/" where isFirstOnLine && endsLine(at: place + 1):
        // Oracle's programs end a statement so.
        take(1)
        return .batchEnd
      case "\\" where peek(1).map(Self.isCommand) ?? false: return try command()
      case "'":
        return .token(try quoted("'", .text, isEscaped: dialect.isMySQL || isEscapeString))
      case "q" where isOracleText, "Q" where isOracleText: return .token(try oracleText())
      case "\"": return .token(try quoted("\"", .name))
      case "`": return .token(try quoted("`", .name))
      case "[" where isBracketedName: return .token(try quoted("]", .name))
      case "{" where dialect.isTemplate: return .token(placeholder())
      case "%" where dialect.isTemplate && isFormat:
        take(2)
        return .token(SQLScript.Token(kind: .name, text: "{…}", line: line))
      case "$":
        if let body = try dollarQuoted() { return .token(body) }
        return .token(mark())
      default:
        if scalar.properties.isWhitespace || scalar == "\u{feff}" {
          _ = take()
        } else if Self.isWord(scalar) {
          return word()
        } else {
          return .token(mark())
        }
      }
    }
    guard conditions == 0 else {
      throw UnreadableMigration(line: line, why: "a comment is never closed")
    }
    return nil
  }

  /// Whether the `#` ahead begins a comment; elsewhere it is an operator, and begins no line.
  private var isComment: Bool {
    if dialect.isMySQL { return true }
    return isFirstOnLine && peek(1) != ">" && peek(1) != "-"
  }

  private static func isCommand(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "!" || (scalar.isASCII && scalar.properties.isAlphabetic)
  }

  /// `\gexec`, `\i other.sql`: a command to Postgres's program, to the end of its line.
  private mutating func command() throws(UnreadableMigration) -> Piece {
    let start = line
    let words = restOfLine().uppercased().split(whereSeparator: \.isWhitespace)
    isCommanded = true
    if words.first == "\\COPY",
      zip(words, words.dropFirst()).contains(where: { $0 == ("FROM", "STDIN") })
    {
      try skipData()
    }
    // `\copy t from program 'x'` runs one, as `\!` does.
    let runs = words.first == "\\COPY" && words.contains("PROGRAM")
    return .token(
      SQLScript.Token(kind: .word, text: runs ? "\\!" : String(words.first ?? ""), line: start))
  }

  /// Whether the `--` ahead begins no comment: MySQL wants a space behind it, as in `5--3`.
  private var isDoubleMinus: Bool {
    guard dialect.isMySQL, let next = peek(2), !next.properties.isWhitespace, place > 0 else {
      return false
    }
    let before = scalars[place - 1]
    return Self.isWord(before) || before == ")" || before == "'"
  }

  private var isFirstOnLine: Bool {
    var index = place
    while index > 0, scalars[index - 1] != "\n" {
      index -= 1
      guard scalars[index].properties.isWhitespace else { return false }
    }
    return true
  }

  private func endsLine(at start: Int) -> Bool {
    scalars[start...].prefix { $0 != "\n" }.allSatisfy(\.properties.isWhitespace)
  }

  /// Begins what only MySQL (`/*!`) or MariaDB (`/*M!`) executes, version numbers left out.
  private mutating func takeCondition() {
    take(peek(2) == "!" ? 3 : 4)
    while let scalar = peek(), ("0"..."9").contains(scalar) { _ = take() }
    conditions += 1
  }

  /// Whether the `%` ahead is one of `%I` and `%s`, which something takes the place of when it runs.
  private var isFormat: Bool {
    guard let next = peek(1), "IsLd".unicodeScalars.contains(next) else { return false }
    return peek(2).map { !Self.isWord($0) } ?? true
  }

  /// Whether the `'` ahead comes right after an `E`.
  private var isEscapeString: Bool {
    guard place > 0, scalars[place - 1] == "E" || scalars[place - 1] == "e" else { return false }
    return place < 2 || !Self.isWord(scalars[place - 2])
  }

  /// Whether the `[` ahead begins a name, as SQL Server has them, and no index of an array.
  private var isBracketedName: Bool {
    guard let next = peek(1), Self.isWord(next), !("0"..."9").contains(next) else { return false }
    guard place > 0 else { return true }
    let before = scalars[place - 1]
    return !Self.isWord(before) && before != "]" && before != ")"
  }

  static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  /// A word, or the end that it says there is.
  private mutating func word() -> Piece {
    let start = line
    let isFirst = isFirstOnLine
    var text = String.UnicodeScalarView()
    while let scalar = peek(), Self.isWord(scalar) || (scalar == "$" && delimiter[0] != "$") {
      text.append(take())
    }
    let word = String(text).uppercased()
    if isFirst, word == "DELIMITER" {
      let rest = scalars[place...].prefix { $0 != "\n" }.filter { !$0.properties.isWhitespace }
      // COPY has an option of this name.
      if !rest.isEmpty, rest.count < 9, rest.allSatisfy("/$;|\\@%&!~^".unicodeScalars.contains) {
        delimiter = rest
        _ = restOfLine()
        return .wholeEnd
      }
    }
    // SQL Server's programs end a batch so.
    if isFirst, word == "GO", endsLine(at: place) { return .batchEnd }
    return .token(
      SQLScript.Token(kind: .word, text: word, line: start, written: String(text)))
  }

  private mutating func mark() -> SQLScript.Token {
    let start = line
    return SQLScript.Token(kind: .mark, text: String(take()), line: start)
  }

  /// `{name}`, which something takes the place of when it runs.
  private mutating func placeholder() -> SQLScript.Token {
    let start = line
    var text = String.UnicodeScalarView()
    var open = 0
    while let scalar = peek() {
      if scalar == "{" { open += 1 }
      if scalar == "}" { open -= 1 }
      text.append(take())
      if open == 0 { break }
    }
    return SQLScript.Token(kind: .name, text: String(text), line: start)
  }

  /// To the end of its line, which some databases see in a CR, too.
  private mutating func comment() -> Piece {
    let isFirst = place == 0 || scalars[place - 1] == "\n"
    var text = String.UnicodeScalarView()
    while let scalar = peek(), scalar != "\n", scalar != "\r" || dialect.skipsReturns {
      text.append(take())
    }
    return .comment(String(text), line, isFirst: isFirst)
  }

  /// Passes over a comment of several lines: nothing but of Liquibase's way back, which is as if it stood
  /// behind `--`.
  private mutating func takeComment() throws(UnreadableMigration) -> Piece? {
    let (start, first) = (place, line)
    try skipComment()
    let inner = scalars[start..<place].dropFirst(2).dropLast(2)
    let blanks = inner.prefix { $0.properties.isWhitespace }
    guard inner.dropFirst(blanks.count).first.map({ "lL".unicodeScalars.contains($0) }) == true
    else { return nil }
    let text = String(String.UnicodeScalarView(inner.dropFirst(blanks.count)))
    let words = text.dropFirst(9).drop(while: \.isWhitespace)
    guard text.prefix(9).lowercased() == "liquibase", words.prefix(8).lowercased() == "rollback"
    else { return nil }
    let before = blanks + text[..<words.startIndex].unicodeScalars
    return .comment("--\(words)", first + before.count { $0 == "\n" }, isFirst: false)
  }

  mutating func restOfLine() -> String {
    var text = String.UnicodeScalarView()
    while let scalar = peek(), scalar != "\n" { text.append(take()) }
    return String(text)
  }
}
