/// The way back of Liquibase's changesets, which stands in comments behind `rollback`, line by line.
struct LiquibaseRollback {
  /// Whether the file says that it is Liquibase's: only then may blanks stand before such words.
  private var isSaid = false
  /// What is read of the present changeset, and where that begins and ends.
  private var text = ""
  private var start = 0
  private var last = 0
  private var isInChangeset = false
  /// Whether one of several changesets has none, so that the file cannot be taken back.
  private(set) var lacksOne = false

  /// Reads a comment, of several lines where it stands in `/* … */`.
  ///
  /// - Returns: The statements of the changeset that it ends.
  mutating func read(
    _ comment: String, _ line: Int, _ dialect: SQLDialect
  ) throws(UnreadableMigration) -> [[SQLScript.Token]] {
    guard comment.hasPrefix("--") else { return [] }
    let words = comment.dropFirst(2).drop(while: \.isWhitespace)
    let known = words.prefix(19).lowercased()
    if known == "liquibase formatted" { isSaid = true }
    guard isSaid || words.startIndex == comment.index(comment.startIndex, offsetBy: 2) else {
      return []
    }
    if known.hasPrefix("changeset ") {
      defer { isInChangeset = true }
      return try end(dialect)
    }
    guard known.hasPrefix("rollback"), let blank = words.dropFirst(8).first, blank.isWhitespace
    else { return [] }
    if text.isEmpty { start = line } else { text += String(repeating: "\n", count: line - last) }
    let step = words.dropFirst(8)
    // Two that are joined are one to a database, which says so of the second; so is this one to be told.
    if !text.isEmpty, SQLGrammar.isMisspelledStatement(step) { text += ";" }
    text += step
    last = line + step.unicodeScalars.count { $0 == "\n" }
    return []
  }

  /// The statements of the present changeset, which ends here.
  mutating func end(_ dialect: SQLDialect) throws(UnreadableMigration) -> [[SQLScript.Token]] {
    let steps = try steps(dialect)
    text = ""
    if isInChangeset, steps.isEmpty { lacksOne = true }
    return steps
  }

  private func steps(_ dialect: SQLDialect) throws(UnreadableMigration) -> [[SQLScript.Token]] {
    let known = text.drop(while: \.isWhitespace).prefix(12).lowercased()
    // Nothing is done, and nothing is to be.
    if known.isEmpty || known.hasPrefix("empty") || known == "not required" { return [] }
    // What another changeset did is done again.
    if known == "changesetid:" {
      return [[SQLScript.Token(kind: .name, text: "changesetId", line: start)]]
    }
    return try SQLScript(text, start, dialect).up
  }
}
