/// What the parts of `ALTER TABLE` take away or narrow.
struct TableActions {
  private let table: String

  init(_ table: String) {
    self.table = table
  }

  func steps(of actions: SQLWords) -> [DestructiveStep] {
    var former: (verb: String, isColumn: Bool)?
    return actions.split().flatMap { action in
      // `DROP COLUMN a, b` and `ADD a int, b int` go on without the word.
      if let former, !Self.verbs.contains(action.word(0)) {
        if former.verb == "ADD" { return added(action, 0) }
        let isNamed = ["COLUMN", "CONSTRAINT"].contains(action.word(0))
        let isColumn = isNamed ? action.word(0) == "COLUMN" : former.isColumn
        return isColumn ? [action.step("drops the column \(table).\(action.name(0))")] : []
      }
      let steps = steps(ofOne: action)
      former =
        switch action.word(0) {
        case "ADD": ("ADD", true)
        case "DROP": ("DROP", !isKind(action) && !isPartition(action))
        default: nil
        }
      return steps
    }
  }

  private static let verbs: Set<String> = [
    "ADD", "DROP", "ALTER", "RENAME", "CHANGE", "MODIFY", "SET", "CONVERT", "TRUNCATE", "DISCARD",
    "DETACH", "ATTACH", "SWITCH", "EXCHANGE", "ENABLE", "DISABLE", "OWNER", "VALIDATE", "RESET",
    "INHERIT", "NO", "CLUSTER", "REPLICA", "FORCE", "ORDER", "ALGORITHM", "LOCK", "ENGINE", "WITH",
    "DEFAULT", "COMMENT", "REPLACE", "DELETE", "MOVE", "CLEAR", "MERGE", "SPLIT", "REBUILD",
    "AUTO_INCREMENT", "ROW_FORMAT", "CHARACTER", "CHARSET", "COLLATE", "PARTITION", "IMPORT",
    "REORGANIZE", "COALESCE", "REMOVE", "CHECK", "OPTIMIZE", "ANALYZE", "REPAIR", "NOT", "OF",
    "WITHOUT", "USING", "TABLESPACE",
  ]

  private func steps(ofOne action: SQLWords) -> [DestructiveStep] {
    let second = action.word(1)
    let start = second == "COLUMN" ? 2 : 1
    func column(_ place: Int) -> String { "\(table).\(action.name(place))" }
    func step(_ what: String) -> [DestructiveStep] { [action.step(what)] }
    switch action.word(0) {
    case "DROP": return dropped(action, start)
    case "TRUNCATE", "DISCARD", "CLEAR": return step("empties a part of \(table)")
    case "DETACH": return step("detaches a partition of \(table)")
    case "SWITCH", "EXCHANGE", "MOVE": return moved(action)
    case "NO" where second == "INHERIT": return step("takes \(table) out of \(action.name(2))")
    case "DELETE":
      let condition = SQLCondition(action.tokens)
      let isAll = condition.answer(from: action.tokens.startIndex, to: action.tokens.endIndex)
      return isAll == .all ? step("deletes all rows of \(table)") : []
    case "REPLACE" where second == "COLUMNS": return step("replaces the columns of \(table)")
    case "SET" where second == "SCHEMA": return step("moves the table \(table)")
    case "SET" where second == "UNUSED":
      return step("drops the column \(column(action.word(2) == "COLUMN" ? 3 : 2))")
    case "CONVERT": return step("retypes the columns of \(table)")
    case "RENAME": return renamed(action, start)
    case "CHANGE", "MODIFY": return step("retypes the column \(column(start))")
    case "ALTER": return altered(action, start)
    case "ADD": return added(action, start)
    case "" where action.isPlaceholder(0):
      return [action.doubt("alters \(table) by what is put in when it runs")]
    default: return []
    }
  }

  /// Whether the second word is the kind of a thing that is named behind it, and no column's name:
  /// not in `DROP key` and `DROP index CASCADE`.
  private func isKind(_ action: SQLWords) -> Bool {
    guard let next = action.tokens.dropFirst(2).first else { return false }
    switch action.word(1) {
    case "CONSTRAINT", "PRIMARY", "FOREIGN", "CHECK", "UNIQUE", "DEFAULT": return true
    case "SYSTEM": return next.isWord("VERSIONING")
    case "PERIOD": return next.isWord("FOR")
    case "INDEX", "KEY", "STATISTICS", "PROJECTION", "ROW":
      return !next.isWord(in: ["CASCADE", "RESTRICT"])
    default: return false
    }
  }

  private func isPartition(_ action: SQLWords) -> Bool {
    ["PARTITION", "SUBPARTITION"].contains(action.word(1))
  }

  private func dropped(_ action: SQLWords, _ start: Int) -> [DestructiveStep] {
    if isKind(action) { return [] }
    if isPartition(action) { return [action.step("drops a partition of \(table)")] }
    return action.columns(start).map { column in
      action.step("drops the column \(table).\(column.name(0))")
    }
  }

  /// Rows that another table gets, or gives for them.
  private func moved(_ action: SQLWords) -> [DestructiveStep] {
    // Elsewhere it is about where they are stored.
    if action.word(0) == "MOVE", !(action.contains("TO") && action.contains("TABLE")) { return [] }
    let isExchange = action.word(0) == "EXCHANGE"
    return [
      action.step(
        isExchange ? "exchanges a partition of \(table)" : "moves rows of \(table) elsewhere")
    ]
  }

  private func renamed(_ action: SQLWords, _ start: Int) -> [DestructiveStep] {
    switch action.word(1) {
    // Of a column with such a name the new one comes next.
    case "CONSTRAINT", "INDEX", "KEY", "PARTITION":
      let isColumn = action.word(2) == "TO"
      return isColumn ? [action.step("renames the column \(table).\(action.name(1))")] : []
    case "TO", "AS": return [action.step("renames the table \(table)")]
    default: return [action.step("renames the column \(table).\(action.name(start))")]
    }
  }

  private func altered(_ action: SQLWords, _ start: Int) -> [DestructiveStep] {
    switch action.word(1) {
    case "CONSTRAINT", "CHECK": return []
    case "INDEX" where ["VISIBLE", "INVISIBLE", "IGNORED", "NOT"].contains(action.word(3)):
      return []
    default: break
    }
    let column = "\(table).\(action.name(start))"
    let (_, rest) = action.afterName(start)
    let isType = rest.word(0) == "TYPE" || (rest.word(0) == "SET" && rest.word(1) == "DATA")
    let others: Set = ["SET", "DROP", "ADD", "RESTART", "RESET", ""]
    // SQL Server has the new type right behind the name.
    if isType || !others.contains(rest.word(0)) {
      return [action.step("retypes the column \(column)")]
    }
    let isRequired = rest.word(0) == "SET" && rest.word(1) == "NOT"
    return isRequired ? [action.step("makes the column \(column) not null")] : []
  }
}

// What is added.
extension TableActions {
  /// Whether a key, a constraint or a partition is added: unlike a column, no index is `NOT NULL`.
  private func isKey(_ added: SQLWords) -> Bool {
    switch added.word(0) {
    case "CONSTRAINT", "PRIMARY", "FOREIGN", "CHECK", "UNIQUE": return true
    case "PERIOD": return added.word(1) == "FOR"
    case "SYSTEM": return added.word(1) == "VERSIONING"
    case "INDEX", "KEY", "PARTITION", "FULLTEXT", "SPATIAL":
      let words = added.outerWords
      return !zip(words, words.dropFirst()).contains { left, right in
        (left == "NOT" && right == "NULL") || (left == "PRIMARY" && right == "KEY")
      }
    default: return false
    }
  }

  private func added(_ action: SQLWords, _ start: Int) -> [DestructiveStep] {
    let isNamed =
      action.word(start) == "COLUMN" || (start > 0 && action.word(start - 1) == "COLUMN")
    return action.columns(start).compactMap { column in
      // Postgres: `ADD CONSTRAINT c NOT NULL a`
      let place = column.word(0) == "CONSTRAINT" ? 2 : 0
      if column.word(place) == "NOT", column.word(place + 1) == "NULL" {
        return column.step("makes the column \(table).\(column.name(place + 2)) not null")
      }
      guard isNamed || !isKey(column), column.isRequired, !column.isFilled else { return nil }
      return column.step(
        "adds the column \(table).\(column.name(0)), not null and without a default")
    }
  }
}

extension SQLWords {
  /// Whether the column that is defined here wants a value.
  fileprivate var isRequired: Bool {
    let words = afterName(0).rest.outerWords
    return isNotNull || zip(words, words.dropFirst()).contains { $0 == "PRIMARY" && $1 == "KEY" }
  }

  /// Whether the column that is defined here has a value in the rows that are there.
  fileprivate var isFilled: Bool {
    let filling: Set = [
      "DEFAULT", "GENERATED", "IDENTITY", "SERIAL", "BIGSERIAL", "SMALLSERIAL", "AUTO_INCREMENT",
      "AUTOINCREMENT", "AS", "ROWVERSION", "SERIAL2", "SERIAL4", "SERIAL8",
    ]
    let words = afterName(0).rest.outerWords
    return words.indices.contains { place in
      filling.contains(words[place])
        && !(words[place] == "DEFAULT" && words[(place + 1)...].first == "NULL")
    }
  }
}
