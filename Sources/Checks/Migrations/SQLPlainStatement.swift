/// A statement, read from its beginning for as long as it is one of the plain forms.
struct SQLPlainStatement {
  private let statement: [SQLScript.Token]
  private var rest: ArraySlice<SQLScript.Token>

  init(_ statement: [SQLScript.Token]) {
    self.statement = statement
    rest = statement[...]
  }

  /// What it does; `nil` where that cannot be told for certain.
  ///
  /// - Parameter isLast: Whether nothing stands behind it: databases do not agree on where a
  ///   program ends.
  mutating func deed(isLast: Bool) -> SQLAct.Deed? {
    let isPlain = statement.allSatisfy { token in
      switch token.kind {
      case .word: token.text != "CASCADE"
      case .mark: "(),.;=<>+-*/|".contains(token.text)
      case .text, .body: true
      case .name: false
      }
    }
    guard isPlain else { return nil }
    if take("CREATE") { return made(isLast) }
    if take("DROP") { return dropped() }
    if take("TRUNCATE") {
      _ = take("TABLE")
      return name().flatMap { rest.isEmpty ? .empties(SQLObject(kind: "TABLE", name: $0)) : nil }
    }
    if take("ALTER", "TABLE") { return narrowed() ?? added() }
    if take("UPDATE") { return filled() }
    return isOther() ? .other : nil
  }

  private mutating func isOther() -> Bool {
    if take("INSERT", "INTO") { return name() != nil && isQuiet && callsNothing }
    if take("SELECT") { return isQuiet && callsNothing }
    if take("COMMENT", "ON") { return isQuiet }
    if take("GRANT") {
      rest = rest.drop { !$0.isWord("ON") }
      return !rest.isEmpty && isQuiet
    }
    return false
  }

  private mutating func made(_ isLast: Bool) -> SQLAct.Deed? {
    let isNew = !take("OR", "REPLACE")
    if isNew, take("TABLE") { return madeTable() }
    if isNew, take("INDEX") || take("UNIQUE", "INDEX") {
      return name() != nil && take("ON") && name() != nil && isQuiet ? .other : nil
    }
    guard let kind = definition(), let name = name() else { return nil }
    var object = SQLObject(kind: kind, name: name)
    switch kind {
    case "FUNCTION", "PROCEDURE": object.detail = group()
    case "EVENT": break
    case "TRIGGER":
      rest = rest.drop { !$0.isWord("ON") }
      guard take("ON"), let table = self.name() else { return nil }
      object.detail = table
    default:
      _ = group()
      return take("AS", "SELECT") && isQuiet ? .makes(object, isNew: isNew) : nil
    }
    let isCaller = zip(rest, rest.dropFirst()).contains { left, right in
      left.isWord("EXECUTE") && right.isWord(in: ["FUNCTION", "PROCEDURE"])
    }
    let endsItself =
      !rest.contains { $0.isMark(";") }
      && (rest.contains { $0.kind == .body } || kind == "TRIGGER" && isCaller)
    return isLast || endsItself ? .makes(object, isNew: isNew) : nil
  }

  /// Options such as MySQL's `ENGINE = MERGE` may make one table of others.
  private mutating func madeTable() -> SQLAct.Deed? {
    guard let name = name() else { return nil }
    let hasColumns = group() != nil
    let isPlain = rest.isEmpty ? hasColumns : take("AS", "SELECT") && isQuiet && callsNothing
    return isPlain ? .makes(SQLObject(kind: "TABLE", name: name), isNew: true) : nil
  }

  private mutating func added() -> SQLAct.Deed? {
    guard let table = name(), isQuiet else { return nil }
    var columns: [SQLObject] = []
    for part in SQLWords(rest).split() {
      rest = part.tokens
      guard take("ADD") else { return nil }
      let isNamed = take("COLUMN")
      guard isNamed || rest.first?.isWord(in: Self.kinds) == false, let column = identifier() else {
        continue
      }
      columns.append(.column(column, of: table))
    }
    return .adds(SQLObject(kind: "TABLE", name: table), columns: columns)
  }

  /// `ALTER COLUMN a SET NOT NULL`, and nothing else.
  private func narrowed() -> SQLAct.Deed? {
    var reader = self
    guard let table = reader.name(), reader.take("ALTER") else { return nil }
    _ = reader.take("COLUMN")
    guard reader.identifier() != nil, reader.take("SET", "NOT", "NULL"), reader.rest.isEmpty else {
      return nil
    }
    return .narrows(SQLObject(kind: "TABLE", name: table))
  }

  /// What is added to a table and may be no column.
  private static let kinds: Set<String> = [
    "CONSTRAINT", "PRIMARY", "FOREIGN", "UNIQUE", "CHECK", "INDEX", "KEY", "PARTITION", "PERIOD",
    "FULLTEXT", "SPATIAL", "SYSTEM", "NOT",
  ]

  /// An update that names a second table in whatever way is no such one, but does not keep a script
  /// from being plain.
  private mutating func filled() -> SQLAct.Deed? {
    guard let table = name(), take("SET"), isQuiet, callsNothing else { return nil }
    var depth = 0
    let isOfOne = rest.allSatisfy { token in
      depth += token.nesting
      return depth > 0 || !token.isWord(in: ["FROM", "JOIN", "USING"])
    }
    var columns: [SQLObject] = []
    for part in SQLWords(rest).split() {
      rest = part.tokens
      guard isOfOne, let column = identifier(), rest.first?.isMark("=") == true else {
        return .other
      }
      columns.append(.column(column, of: table))
    }
    return .fills(SQLObject(kind: "TABLE", name: table), columns: columns)
  }

  private mutating func dropped() -> SQLAct.Deed? {
    if take("INDEX") {
      _ = take("IF", "EXISTS")
      return name() != nil && rest.isEmpty ? .other : nil
    }
    guard let kind = take("TABLE") ? "TABLE" : definition() else { return nil }
    _ = take("IF", "EXISTS")
    guard let name = name() else { return nil }
    var object = SQLObject(kind: kind, name: name)
    if kind == "FUNCTION" || kind == "PROCEDURE" { object.detail = group() }
    if kind == "TRIGGER", take("ON") { object.detail = self.name() }
    return rest.isEmpty ? .drops(object) : nil
  }
}

// The parts of a statement.
extension SQLPlainStatement {
  /// The words, if all of them stand ahead.
  private mutating func take(_ words: String...) -> Bool {
    let ahead = rest.prefix(words.count)
    guard ahead.count == words.count, zip(ahead, words).allSatisfy({ $0.isWord($1) }) else {
      return false
    }
    rest = rest.dropFirst(words.count)
    return true
  }

  /// The kind of what is made whole by the statement that makes it.
  private mutating func definition() -> String? {
    if take("VIEW") { return "VIEW" }
    if take("MATERIALIZED", "VIEW") { return "MATERIALIZED VIEW" }
    if take("FUNCTION") { return "FUNCTION" }
    if take("PROCEDURE") || take("PROC") { return "PROCEDURE" }
    return take("TRIGGER") ? "TRIGGER" : take("EVENT") ? "EVENT" : nil
  }

  /// `users` or `app.users`.
  private mutating func name() -> String? {
    guard let first = identifier() else { return nil }
    guard rest.first?.isMark(".") == true else { return first }
    rest = rest.dropFirst()
    return identifier().map { "\(first).\($0)" }
  }

  private mutating func identifier() -> String? {
    guard let next = rest.first, next.kind == .word, let written = next.written,
      Self.isIdentifier(written.utf8)
    else { return nil }
    rest = rest.dropFirst()
    return written
  }

  private static func isIdentifier(_ text: String.UTF8View) -> Bool {
    text.first?.isASCIIDigit == false
      && text.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_") }
  }

  /// What stands in the parentheses ahead, as written; `nil` where there are none.
  private mutating func group() -> String? {
    guard rest.first?.isMark("(") == true else { return nil }
    var depth = 0
    var texts: [String] = []
    while let next = rest.popFirst() {
      depth += next.nesting
      texts.append(next.written ?? next.text)
      if depth == 0 { break }
    }
    return texts.joined(separator: " ")
  }

  /// Whether nothing ahead begins another statement or does more than the one that it is in.
  private var isQuiet: Bool { !rest.contains { $0.isWord(in: Self.loud) } }

  private var callsNothing: Bool {
    SQLCalls.names(in: statement[...]).allSatisfy(SQLFunctions.isHarmless)
  }

  private static let loud: Set<String> = [
    "ALTER", "ATTACH", "BEGIN", "CALL", "COMMIT", "CREATE", "DECLARE", "DELETE", "DROP", "EXCHANGE",
    "EXEC", "EXECUTE", "GO", "GOTO", "IF", "INHERIT", "INTO", "LOAD_EXTENSION", "MERGE",
    "PARTITION",
    "RENAME", "RETURN", "ROLLBACK", "SAVE", "SAVEPOINT", "SET", "SET_CONFIG", "SWITCH", "TRUNCATE",
    "USE", "WHILE", "WITH",
  ]
}
