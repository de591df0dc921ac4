/// Cuts what stands between two semicolons into the statements that it holds.
///
/// Not every database wants something between statements, and blocks have them inside.
enum SQLParts {
  typealias Tokens = ArraySlice<SQLScript.Token>

  /// All of it, in the order in which it stands.
  static func all(in tokens: Tokens) -> [[SQLScript.Token]] {
    var parts: [[SQLScript.Token]] = []
    var part = Part(tokens, at: tokens.startIndex)
    func keep(until end: Int) {
      if part.start < end { parts.append(Array(tokens[part.start..<end])) }
    }
    var depth = 0
    for index in tokens.indices {
      depth += tokens[index].nesting
      guard depth == 0 else { continue }
      if tokens[index].isMark(";") {
        keep(until: index)
        part = Part(tokens, at: index + 1)
      } else if index > part.start, part.isOver(at: index, in: tokens) {
        keep(until: index)
        part = Part(tokens, at: index)
      }
    }
    keep(until: tokens.endIndex)
    return parts
  }

  /// The statement that is being gone through.
  private struct Part {
    let start: Int
    /// Before which nothing else begins, because what looks like it belongs to a name.
    private var reserved: Int
    /// Whether privileges are being named, or what a merge does: both are called as statements are.
    private var isNaming: Bool
    private let isMerging: Bool

    init(_ tokens: Tokens, at start: Int) {
      self.start = start
      let words = SQLWords(tokens[min(start, tokens.endIndex)...])
      isNaming = ["GRANT", "REVOKE", "DENY"].contains(words.word(0))
      isMerging = words.word(0) == "MERGE"
      reserved = start + 1
      if words.word(0) == "ALTER" {
        // `ALTER TABLE t DROP type` and `ALTER PUBLICATION p DROP TABLE t` drop no type or table.
        let (_, rest) = words.afterName(words.word(1) == "FOREIGN" ? 3 : 2)
        reserved = rest.tokens.startIndex + 1
      }
    }

    mutating func isOver(at index: Int, in tokens: Tokens) -> Bool {
      if isNaming {
        isNaming = !tokens[index].isWord(in: ["TO", "FROM"])
        return false
      }
      guard index >= reserved else { return false }
      return SQLParts.begins(at: index, in: tokens, isMerging: isMerging)
    }
  }

  /// Behind these a statement begins.
  private static let opening: Set<String> = [
    "BEGIN", "THEN", "ELSE", "LOOP", "DO", "REPEAT", "TRY", "CATCH", "ATOMIC",
  ]
  /// What statements begin with that matter here.
  private static let verbs: Set<String> = [
    "DROP", "ALTER", "TRUNCATE", "DELETE", "EXEC", "EXECUTE", "CALL", "MERGE", "RENAME", "CREATE",
    "WITH", "PREPARE", "SP_RENAME", "PERFORM", "SELECT", "IF", "INSERT", "UPDATE",
  ]
  /// Behind these stands a name or a value, whatever it is called.
  private static let expecting: Set<String> = [
    "SELECT", "DISTINCT", "WHERE", "AND", "OR", "NOT", "BY", "ON", "SET", "FROM", "JOIN", "INTO",
    "TABLE", "COLUMN", "ADD", "DROP", "ALTER", "RENAME", "TO", "AS", "INDEX", "KEY", "UPDATE",
    "DELETE", "WHEN", "CASE", "HAVING", "RETURNING", "USING", "IN", "LIKE", "IS", "BETWEEN", "OF",
    "FOR", "AFTER", "BEFORE", "INSERT", "CONSTRAINT", "EXISTS", "ONLY", "MODIFY", "CHANGE", "ALL",
    "WITH", "EACH", "ROW", "STATEMENT", "GRANT", "REVOKE", "EXECUTE", "EXEC", "CALL", "VIEW",
  ]
  /// Behind what would be a name these stand instead of one.
  private static let following: Set<String> = [
    "FROM", "ON", "AS", "TO", "WHERE", "OR", "AND", "OF", "IN", "IS", "FUNCTION", "PROCEDURE",
    "CASCADE", "RESTRICT", "SET", "NOT", "NULL", "JOIN", "UNION", "GROUP", "ORDER", "ASC", "DESC",
  ]
  private static let droppable: Set<String> = [
    "VIEW", "TYPE", "SEQUENCE", "DOMAIN", "MATERIALIZED", "FOREIGN", "EXTERNAL", "EXTENSION",
    "OWNED", "FUNCTION", "PROCEDURE", "PROC", "TRIGGER", "ROUTINE",
  ]

  /// Whether a statement begins here, inside of what another one began.
  private static func begins(at index: Int, in tokens: Tokens, isMerging: Bool) -> Bool {
    let token = tokens[index]
    guard token.isWord(in: verbs) else { return false }
    let before = tokens[index - 1]
    // What a merge does is a part of it.
    if isMerging, before.isWord(in: ["THEN", "ELSE"]) { return false }
    let isOpened = before.isWord(in: opening)
    guard index + 1 < tokens.endIndex else { return isOpened }
    let next = tokens[index + 1]
    switch token.text {
    case "DROP", "ALTER":
      if next.isWord(in: ["TABLE", "TABLES", "SCHEMA", "DATABASE"]) { return true }
      return isOpened || (next.isWord(in: droppable) && ends(before, at: index, in: tokens))
    case "TRUNCATE" where next.isWord("TABLE"): return true
    case "DELETE" where next.isWord("FROM"): return true
    // `ON COMMIT DELETE ROWS` of a temporary table.
    case "DELETE" where before.isWord("COMMIT"): return false
    case "MERGE" where next.isWord("INTO"): return true
    case "RENAME":
      return isOpened
        || (next.isWord(in: ["TABLE", "TABLES"]) && ends(before, at: index, in: tokens))
    case "EXEC", "EXECUTE":
      // `FOR r IN EXECUTE …`, `OPEN c FOR EXECUTE …`, `RETURN QUERY EXECUTE …`
      if before.isWord(in: ["IN", "FOR", "QUERY"]), next.kind != .mark { return !isClause(next) }
      let isCall = next.isMark("(") || next.isMark("@") || next.kind != .mark
      return isOpened || (isCall && !isClause(next) && ends(before, at: index, in: tokens))
    case "UPDATE":
      let sets = tokens[(index + 2)...].prefix(8).contains { $0.isWord("SET") }
      let isNamed = next.kind == .name || next.kind == .word && !next.isWord("SET")
      return isOpened || (isNamed && sets && !isClause(next) && ends(before, at: index, in: tokens))
    case "TRUNCATE", "DELETE", "MERGE", "CALL":
      let isNamed = next.kind == .name || next.kind == .word
      return isOpened || (isNamed && !isClause(next) && ends(before, at: index, in: tokens))
    default: return isOpened
    }
  }

  private static func isClause(_ token: SQLScript.Token) -> Bool { token.isWord(in: following) }

  /// Whether a statement may be over with this token.
  private static func ends(_ token: SQLScript.Token, at index: Int, in tokens: Tokens) -> Bool {
    guard token.kind == .mark else { return !token.isWord(in: expecting) }
    if token.text == ")" { return true }
    // `<<label>>` and `label:`
    guard index - 2 >= tokens.startIndex else { return false }
    let before = tokens[index - 2]
    return (token.text == ">" && before.isMark(">"))
      || (token.text == ":" && index - 2 == tokens.startIndex)
  }
}
