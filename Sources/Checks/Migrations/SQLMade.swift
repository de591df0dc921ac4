/// The tables and columns that scripts make, so that nothing is lost where these are filled.
///
/// Only as far as their names leave no doubt: what else is made or dropped under one, or where another
/// schema may be meant, it could be that of a table which was there before.
struct SQLMade {
  private var columns: Set<SQLColumn> = []
  /// Names that something else has or had, without their schemas and in small letters.
  private var doubtful: Set<String> = []
  /// Whether any name may mean something else from somewhere on.
  private var isDoubtful = false
  /// What a script has made for itself alone, up to where it is read.
  private var temporary: Set<String> = []

  /// Whether the scripts have made the column, or all of its table.
  func contains(_ column: SQLColumn) -> Bool {
    guard !isDoubtful, !doubtful.contains(Self.last(column.table)) else { return false }
    return columns.contains(column) || columns.contains(SQLColumn(table: column.table))
  }

  /// Whether a step changes nothing but temporary tables, at its place in the script.
  func isTemporary(_ step: DestructiveStep) -> Bool {
    guard let columns = step.overwrites, !columns.isEmpty else { return false }
    return columns.allSatisfy { temporary.contains($0.table) }
  }

  /// Adds what another script makes.
  mutating func add(_ other: SQLMade) {
    columns.formUnion(other.columns)
    doubtful.formUnion(other.doubtful)
    isDoubtful = isDoubtful || other.isDoubtful
  }

  /// Leaves of what it makes only what another reading of the same script makes too.
  mutating func keep(alsoMadeBy other: SQLMade) {
    let both = columns.intersection(other.columns)
    add(other)
    columns = both
  }

  /// The same of a script that may not be run at all: whose its tables are is in doubt.
  var unsure: SQLMade {
    var other = self
    for column in columns where column.column == nil { other.doubt(column.table) }
    other.columns = []
    return other
  }

  mutating func make(_ column: SQLColumn) {
    // What is put in when it runs may be another name each time.
    if !column.table.contains("{") { columns.insert(column) }
  }

  /// Says that something else has, had or gets this name.
  mutating func doubt(_ name: String) {
    doubtful.insert(Self.last(name))
    temporary = []
  }

  /// Says that names may mean other things than before.
  mutating func doubtAll() {
    isDoubtful = true
    temporary = []
  }

  private static func last(_ name: String) -> String { SQLName.last(name).lowercased() }
}

// What single statements make.
extension SQLMade {
  /// - Parameter isSure: Whether the statement is run each time that the script is.
  mutating func add(_ words: SQLWords, isSure: Bool) {
    switch words.word(0) {
    case "CREATE":
      let place = words.word(1) == "UNLOGGED" ? 2 : 1
      if isSure, words.leads("TABLE", at: place), !words.leads("IF", at: place + 1) {
        make(SQLColumn(table: words.name(place + 1)))
      } else if !Self.parts.contains(words.word(1)) {
        // A temporary table hides another one; a view or a synonym is written through.
        for name in words.names { doubt(name) }
        let isKept = !words.contains("DROP") && !words.leads("IF", at: 3)
        if isSure, isKept, words.leads("TABLE", at: 2),
          ["TEMP", "TEMPORARY"].contains(words.word(1))
        {
          temporary.insert(words.name(3))
        }
      }
    case "ALTER" where words.word(1) == "TABLE": alter(words, isSure: isSure)
    case "DROP" where !Self.parts.contains(words.word(1)), "RENAME":
      for name in words.names { doubt(name) }
    case "USE", "ROLLBACK", "ABORT", "DISCARD": doubtAll()
    case "SET", "RESET":
      if words.tokens.contains(where: { Self.changesNames($0) || Self.isUser($0) }) { doubtAll() }
    case "ALTER", "SELECT", "EXEC", "EXECUTE", "CALL", "PERFORM":
      if words.tokens.contains(where: Self.changesNames) { doubtAll() }
    default:
      if words.tokens.contains(where: Self.isOfSearch) { doubtAll() }
    }
  }

  private mutating func alter(_ words: SQLWords, isSure: Bool) {
    let (table, rest) = words.afterName(2)
    for action in rest.split() {
      switch action.word(0) {
      case "ADD" where !Self.kinds.contains(action.word(1)):
        let place = action.word(1) == "COLUMN" ? 2 : 1
        guard isSure, !action.leads("IF", at: place) else { continue }
        for column in action.columns(place) {
          make(SQLColumn(table: table, column: SQLName.last(column.name(0))))
        }
      case "RENAME" where !Self.parts.union(["COLUMN"]).contains(action.word(1)),
        "SET" where action.word(1) == "SCHEMA", "SWITCH", "EXCHANGE":
        for name in words.names { doubt(name) }
      default: break
      }
    }
  }

  /// Whether a word says as whom the rest is run, whose own schema may come first.
  private static func isUser(_ token: SQLScript.Token) -> Bool {
    token.isWord(in: ["ROLE", "SESSION", "AUTHORIZATION"])
  }

  /// Whether a word says where names are looked up, or gives something another one.
  private static func changesNames(_ token: SQLScript.Token) -> Bool {
    token.isWord(in: ["SEARCH_PATH", "SCHEMA", "CURRENT_SCHEMA", "SP_RENAME", "SYNONYM"])
      || isOfSearch(token)
  }

  /// The same wherever it stands: in a text that some function is given, or as a command of psql's.
  private static func isOfSearch(_ token: SQLScript.Token) -> Bool {
    token.isMark("\\") || token.kind == .text && token.text.lowercased().contains("search_path")
  }

  /// What has a name of its own beside those of tables, or is no part of one's data.
  private static let parts: Set<String> = [
    "INDEX", "UNIQUE", "CONSTRAINT", "KEY", "TRIGGER", "FUNCTION", "PROCEDURE", "EXTENSION", "ROLE",
    "USER", "POLICY", "TYPE", "DOMAIN", "SEQUENCE",
  ]

  /// What is added to a table and is no column.
  private static let kinds: Set<String> = [
    "CONSTRAINT", "PRIMARY", "FOREIGN", "UNIQUE", "CHECK", "INDEX", "KEY", "PARTITION", "PERIOD",
  ]
}

extension SQLWords {
  fileprivate func leads(_ word: String, at place: Int) -> Bool { self.word(place) == word }

  /// All that may be a name before a parenthesis or a query.
  fileprivate var names: [String] {
    tokens.prefix { !$0.isMark("(") && !$0.isWord("AS") && !$0.isWord("SELECT") }
      .filter { $0.kind == .name || $0.kind == .word }.map { SQLName.part($0.text) }
  }
}
