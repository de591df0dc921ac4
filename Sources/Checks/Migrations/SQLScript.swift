/// The statements of an SQL script, far enough to see what each does: words, names and marks.
struct SQLScript {
  struct Token: Hashable {
    enum Kind: Hashable {
      /// In capital letters.
      case word
      /// In quotes, as it stands; in braces, what is put in when it runs.
      case name
      case text
      /// Between dollar signs: a body in SQL or another language.
      case body
      case mark
    }

    let kind: Kind
    let text: String
    let line: Int
  }

  /// Those that lead to the new schema.
  private(set) var up: [[Token]] = []
  /// Those behind a comment that says so: the way back.
  private(set) var down: [[Token]] = []

  var all: [[Token]] { up + down }

  private var statement: [Token] = []
  private var isDown = false
  /// Whether a comment of one word has begun the way there: only then may one begin the way back.
  private var hasUp = false
  private var depth = 0

  /// What a script may mean, one reading at least.
  ///
  /// Databases do not agree on comments and escapes, and nobody says here whose it is.
  ///
  /// - Parameters:
  ///   - line: Where the script begins in its file.
  ///   - isTemplate: Whether `{name}` is to be replaced when it runs.
  ///   - hasHalves: Whether comments such as `-- +goose Down` part it.
  static func readings(
    _ text: String, startingAt line: Int = 1, isTemplate: Bool = false, hasHalves: Bool = false
  ) throws(UnreadableMigration) -> [SQLScript] {
    var scripts: [SQLScript] = []
    var first: UnreadableMigration?
    for dialect in SQLDialect.all {
      do throws(UnreadableMigration) {
        var dialect = dialect
        dialect.isTemplate = isTemplate
        let script = try SQLScript(text, line, dialect, hasHalves)
        if !scripts.contains(where: { $0.up == script.up && $0.down == script.down }) {
          scripts.append(script)
        }
      } catch {
        first = first ?? error
      }
    }
    if scripts.isEmpty, let first { throw first }
    return scripts
  }

  private init(
    _ text: String, _ line: Int, _ dialect: SQLDialect, _ hasHalves: Bool
  ) throws(UnreadableMigration) {
    var lexer = SQLLexer(text, line: line, dialect)
    while let piece = try lexer.next() {
      switch piece {
      case .comment(let words) where hasHalves:
        // Liquibase writes a changeset's way back behind `--rollback`, line by line.
        if words.hasPrefix("--rollback ") {
          let back = String(words.dropFirst(11))
          down += try SQLScript(back, lexer.line, dialect, false).up
        }
        if let half = half(begunBy: words) {
          end()
          isDown = half == .down
        }
      case .comment: continue
      case .token(let token): try add(token)
      case .end: end()
      }
    }
    guard depth == 0 else {
      throw UnreadableMigration(line: statement.first?.line, why: "a parenthesis is never closed")
    }
    end()
  }

  private mutating func add(_ token: Token) throws(UnreadableMigration) {
    if token.kind == .mark {
      switch token.text {
      case "(": depth += 1
      case ")":
        depth -= 1
        guard depth >= 0 else {
          throw UnreadableMigration(line: token.line, why: "a parenthesis was never opened")
        }
      default: break
      }
    }
    statement.append(token)
  }

  private mutating func end() {
    // Inside parentheses nothing ends.
    guard depth == 0, !statement.isEmpty else { return }
    for part in Self.parts(statement) {
      if isDown { down.append(part) } else { up.append(part) }
    }
    statement = []
  }

  /// A statement, cut where another begins: not every database wants something between them.
  private static func parts(_ statement: [Token]) -> [[Token]] {
    // What these hold is not done now.
    let holding: Set = ["FUNCTION", "PROCEDURE", "PROC", "TRIGGER", "EVENT", "RULE"]
    let isHolding = statement.prefix(8).contains { $0.kind == .word && holding.contains($0.text) }
    let first = statement.first?.text ?? ""
    if isHolding && ["CREATE", "ALTER"].contains(first) || ["GRANT", "REVOKE"].contains(first) {
      return [statement]
    }
    var parts: [[Token]] = []
    var start = 0
    var depth = 0
    for index in statement.indices {
      let token = statement[index]
      if token.kind == .mark {
        if token.text == "(" { depth += 1 }
        if token.text == ")" { depth -= 1 }
      }
      guard depth == 0, index > start, index + 1 < statement.count,
        begins(token, statement[index + 1])
      else { continue }
      parts.append(Array(statement[start..<index]))
      start = index
    }
    return parts + [Array(statement[start...])]
  }

  private static func begins(_ token: Token, _ next: Token) -> Bool {
    guard token.kind == .word, next.kind == .word else { return false }
    switch token.text {
    case "DROP", "ALTER": return ["TABLE", "SCHEMA", "DATABASE"].contains(next.text)
    case "TRUNCATE": return next.text == "TABLE"
    case "DELETE": return next.text == "FROM"
    default: return false
    }
  }

  /// Whether a statement changes nothing: `SELECT 1`.
  static func isIdle(_ statement: [Token]) -> Bool {
    let verbs: Set = ["SELECT", "BEGIN", "COMMIT", "SET"]
    guard let first = statement.first, first.kind == .word, verbs.contains(first.text) else {
      return statement.isEmpty
    }
    // A function may do anything.
    return !statement.contains { $0.kind == .mark && $0.text == "(" }
  }

  private enum Half {
    case up
    case down
  }

  /// What goose, dbmate, sql-migrate and others write above each half, to the letter: a remark
  /// about going back begins none.
  private mutating func half(begunBy comment: String) -> Half? {
    // tern's own words.
    if comment.contains("create above / drop below") { return .down }
    let words = comment.lowercased().drop { "-#".contains($0) }.split(
      whereSeparator: \.isWhitespace)
    let word: Substring
    switch (words.first, words.dropFirst().first) {
    case ("+goose", let next?), ("+migrate", let next?): word = next
    case (let one?, nil) where one.hasPrefix("migrate:"): word = one.dropFirst(8)
    case (let one?, let next?) where one.hasPrefix("migrate:") && next.contains(":"):
      word = one.dropFirst(8)
    case (let one?, nil):
      if one == "up" { hasUp = true }
      word = hasUp ? one : ""
    default: return nil
    }
    return word == "up" ? .up : word == "down" ? .down : nil
  }
}
