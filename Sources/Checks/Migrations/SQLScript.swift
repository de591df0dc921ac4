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
    /// A word as it is written.
    var written: String?

    func isWord(_ word: String) -> Bool { kind == .word && text == word }
    func isMark(_ mark: String) -> Bool { kind == .mark && text == mark }

    /// Whether this is a word and one of these.
    func isWord(in words: Set<String>) -> Bool { kind == .word && words.contains(text) }

    /// How much deeper in parentheses what follows stands.
    var nesting: Int { isMark("(") ? 1 : isMark(")") ? -1 : 0 }
  }

  /// How its database reads it.
  let dialect: SQLDialect
  /// Whether it has no marks by which a program before the database takes it for something else, no
  /// quoted names, and no end of a line that is one for some databases only.
  private(set) var isUnmarked: Bool

  /// Those that lead to the new schema.
  private(set) var up: [[Token]] = []
  /// Those behind a comment that says so: the way back.
  private(set) var down: [[Token]] = []
  /// Whether a part of it has no way back, whatever the others have.
  var lacksWayBack: Bool { liquibase.lacksOne }

  var all: [[Token]] { up + down }

  private var statement: [Token] = []
  /// What the statement defines, where that is a program.
  private var routine: SQLRoutineReader?
  private var isDown = false
  /// Whether a comment of one word has begun the way there: only then may one begin the way back.
  private var hasUp = false
  private var depth = 0
  private var liquibase = LiquibaseRollback()

  /// What a script may mean, one reading at least.
  ///
  /// Databases do not agree on comments and escapes, and nobody says here whose it is.
  ///
  /// - Parameters:
  ///   - line: Where the script begins in its file.
  ///   - isTemplate: Whether `{name}` is to be replaced when it runs.
  ///   - hasHalves: Whether comments such as `-- +goose Down` part it.
  ///   - breaks: Of a text in another language, as the lexer has them: a CR is an LF there that is none
  ///     of the file's.
  static func readings(
    _ text: String, startingAt line: Int = 1, isTemplate: Bool = false, hasHalves: Bool = false,
    breaks: [Int: Int]? = nil
  ) throws(UnreadableMigration) -> [SQLScript] {
    var scripts: [SQLScript] = []
    var first: UnreadableMigration?
    let hasConditions = ["/*!", "/*M!"].contains { text.contains($0) }
    var dialects = SQLDialect.all + (hasConditions ? [.skippingConditions] : [])
    let hasReturns = breaks == nil && hasLoneReturn(text)
    if hasReturns {
      dialects += dialects.map { dialect in
        var other = dialect
        other.skipsReturns = true
        return other
      }
    }
    for dialect in dialects {
      do throws(UnreadableMigration) {
        var dialect = dialect
        dialect.isTemplate = isTemplate
        var script = try SQLScript(
          text, line, dialect, hasHalves: hasHalves, breaks: breaks ?? [:])
        if hasReturns { script.isUnmarked = false }
        scripts.append(script)
      } catch {
        first = first ?? error
      }
    }
    if scripts.isEmpty, let first { throw first }
    return scripts
  }

  /// Whether there is a CR that no LF follows: databases do not agree on whether it ends a line.
  private static func hasLoneReturn(_ text: String) -> Bool {
    let bytes = text.utf8
    return zip(bytes, bytes.dropFirst()).contains { $0 == 13 && $1 != 10 } || bytes.last == 13
  }

  init(
    _ text: String, _ line: Int, _ dialect: SQLDialect, hasHalves: Bool = false,
    breaks: [Int: Int] = [:]
  ) throws(UnreadableMigration) {
    self.dialect = dialect
    isUnmarked =
      !text.unicodeScalars.contains { "{}[]@%&#\\`\"".unicodeScalars.contains($0) }
      && !["/*!", "/*M!", "$("].contains { text.contains($0) }
    var lexer = SQLLexer(text, line: line, dialect, breaks: breaks)
    var pieces: [SQLLexer.Piece] = []
    var lastBatchEnd = -1
    while let piece = try lexer.next() {
      if case .batchEnd = piece { lastBatchEnd = pieces.count }
      if case .comment = piece, !hasHalves { continue }
      pieces.append(piece)
    }
    for (index, piece) in pieces.enumerated() {
      switch piece {
      case .comment(let words, let line, let isFirst):
        try read(comment: words, line, isFirst: isFirst)
      case .token(let token): try add(token)
      case .end(let line): endUnlessHeld(line, isInBatch: index < lastBatchEnd)
      case .wholeEnd: end()
      case .batchEnd: end(isBatch: true)
      }
    }
    guard depth == 0 else {
      throw UnreadableMigration(line: statement.first?.line, why: "a parenthesis is never closed")
    }
    end()
    down += try liquibase.end(dialect)
  }

  private mutating func read(
    comment words: String, _ line: Int, isFirst: Bool
  ) throws(UnreadableMigration) {
    down += try liquibase.read(words, line, dialect)
    // The tools look for these at the left margin, too.
    if isFirst, let half = half(begunBy: words) {
      end()
      isDown = half == .down
    }
  }

  private mutating func add(_ token: Token) throws(UnreadableMigration) {
    depth += token.nesting
    guard depth >= 0 else {
      throw UnreadableMigration(line: token.line, why: "a parenthesis was never opened")
    }
    statement.append(token)
  }

  /// Ends a statement, unless it is a program, whose own statements end so too.
  private mutating func endUnlessHeld(_ line: Int, isInBatch: Bool) {
    // Inside parentheses nothing ends.
    guard depth == 0, !statement.isEmpty else { return }
    if routine == nil { routine = SQLRoutineReader(statement[...]) }
    routine?.read(statement)
    guard routine?.holds(isInBatch: isInBatch) == true else { return end() }
    statement.append(Token(kind: .mark, text: ";", line: line))
  }

  private mutating func end(isBatch: Bool = false) {
    guard depth == 0, !statement.isEmpty else { return }
    if routine == nil { routine = SQLRoutineReader(statement[...]) }
    routine?.read(statement)
    if let routine {
      // A program without an end is taken for as short as it can be, lest it hide what follows it.
      let end = routine.isWhole(isBatch: isBatch) ? statement.count : routine.shortest(statement)
      keep([Array(statement[..<end])])
      for rest in statement[end...].split(whereSeparator: { $0.isMark(";") }) {
        keep(SQLRoutineReader(rest[...]) == nil ? SQLParts.all(in: rest) : [Array(rest)])
      }
    } else {
      keep(SQLParts.all(in: statement[...]))
    }
    statement = []
    routine = nil
  }

  private mutating func keep(_ statements: [[Token]]) {
    if isDown { down += statements } else { up += statements }
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
    // Play's and MyBatis's.
    switch comment.lowercased().filter({ !"-# \t\r".contains($0) }) {
    case "!ups": return .up
    case "!downs", "//@undo": return .down
    default: break
    }
    let words = comment.lowercased().drop { "-#".contains($0) }.split(
      whereSeparator: \.isWhitespace)
    let word: Substring
    switch (words.first, words.dropFirst().first) {
    case ("+goose", let next?), ("+migrate", let next?), ("rambler", let next?): word = next
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
