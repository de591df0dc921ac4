/// Finds what SQL statements take away or narrow.
enum DestructiveSQL {
  /// What any reading of a script finds in the statements of one part of it.
  static func steps(
    in readings: [SQLScript], _ part: (SQLScript) -> [[SQLScript.Token]]
  ) throws(UnreadableMigration) -> [DestructiveStep] {
    var steps: [DestructiveStep] = []
    for reading in readings {
      for step in try self.steps(in: part(reading), depth: 0) where !steps.contains(step) {
        steps.append(step)
      }
    }
    return steps.sorted { $0.line < $1.line }
  }

  /// How many blocks within blocks are read.
  private static let deepest = 8

  private static func steps(
    in statements: [[SQLScript.Token]], depth: Int
  ) throws(UnreadableMigration) -> [DestructiveStep] {
    var steps: [DestructiveStep] = []
    for statement in statements {
      steps += try self.steps(in: SQLWords(statement[...]), depth: depth)
    }
    return steps
  }

  private static func steps(
    in words: SQLWords, depth: Int
  ) throws(UnreadableMigration) -> [DestructiveStep] {
    switch words.word(0) {
    case "DO": return try steps(inBodiesOf: words, depth: depth + 1)
    case "EXECUTE", "EXEC": return try dynamic(words, depth: depth + 1)
    case "PREPARE" where words.word(2) == "FROM": return try dynamic(words, depth: depth + 1)
    case "WITH", "EXPLAIN": return deleted(words)
    case "DROP": return drop(words)
    case "TRUNCATE":
      return [words.step("empties the table \(words.name(words.word(1) == "TABLE" ? 2 : 1))")]
    case "DELETE": return deleted(words)
    case "CREATE" where words.word(1) == "OR" && words.word(2) == "REPLACE":
      let place = ["TEMPORARY", "TRANSIENT"].contains(words.word(3)) ? 4 : 3
      guard words.word(place) == "TABLE" else { return [] }
      return [words.step("replaces the table \(words.name(place + 1))")]
    case "RENAME" where words.word(1) == "TABLE":
      return [words.step("renames the table \(words.name(2))")]
    case "ALTER": return alter(words)
    default: return []
    }
  }

  /// Rows that go without anybody saying which.
  private static func deleted(_ words: SQLWords) -> [DestructiveStep] {
    words.tokens.indices.compactMap { index in
      let rest = SQLWords(words.tokens[index...])
      guard rest.word(0) == "DELETE", rest.word(1) == "FROM" || index == words.tokens.startIndex,
        !rest.hasCondition
      else { return nil }
      return rest.step("deletes all rows of \(rest.name(1))")
    }
  }

  private static func steps(
    inBodiesOf words: SQLWords, depth: Int
  ) throws(UnreadableMigration) -> [DestructiveStep] {
    guard depth <= deepest else {
      throw UnreadableMigration(
        line: words.tokens.first?.line, why: "blocks stand in blocks more than \(deepest) deep")
    }
    var steps: [DestructiveStep] = []
    for token in words.tokens where token.kind == .body || token.kind == .text {
      for reading in try SQLScript.readings(token.text, startingAt: token.line) {
        for statement in reading.all {
          // What stands before a statement inside a block: BEGIN, THEN, ELSE, LOOP.
          let start = statement.lastIndex {
            $0.kind == .word && ["BEGIN", "THEN", "ELSE", "LOOP"].contains($0.text)
          }
          let rest = statement[(start.map { $0 + 1 } ?? statement.startIndex)...]
          for step in try self.steps(in: SQLWords(rest), depth: depth) where !steps.contains(step) {
            steps.append(step)
          }
        }
      }
    }
    return steps
  }

  /// SQL in texts that are put together and then executed.
  private static func dynamic(
    _ words: SQLWords, depth: Int
  ) throws(UnreadableMigration) -> [DestructiveStep] {
    guard depth <= deepest else {
      throw UnreadableMigration(
        line: words.tokens.first?.line, why: "blocks stand in blocks more than \(deepest) deep")
    }
    if words.contains("SP_RENAME") { return [words.step("renames a table or column")] }
    let texts = words.tokens.filter { $0.kind == .text || $0.kind == .body }
    let calling: Set = ["EXECUTE", "EXEC", "IMMEDIATE", "PREPARE", "FROM", "N", "SP_EXECUTESQL"]
    // A plan or procedure by its name is none of this script's.
    guard !texts.isEmpty || words.word(0) != "EXEC" else { return [] }
    var script = ""
    for token in words.tokens.dropFirst() {
      switch token.kind {
      case .text, .body: script += " \(token.text)"
      case .word where !calling.contains(token.text), .name: script += " {\(token.text)}"
      default: continue
      }
    }
    var steps: [DestructiveStep] = []
    if !texts.isEmpty, let line = texts.first?.line {
      let readings = try SQLScript.readings(script, startingAt: line, isTemplate: true)
      for reading in readings {
        for step in try self.steps(in: reading.all, depth: depth) where !steps.contains(step) {
          steps.append(step)
        }
      }
    }
    let isWritten = texts.count == 1 && !script.contains("{") && !script.contains("%")
    if steps.isEmpty, !isWritten {
      steps.append(
        DestructiveStep(
          line: words.tokens.first?.line ?? 1, what: "executes what is put together when it runs",
          isCertain: false))
    }
    return steps
  }

  private static func drop(_ words: SQLWords) -> [DestructiveStep] {
    let kinds = [
      "TABLE", "SCHEMA", "DATABASE", "TYPE", "SEQUENCE", "VIEW", "DOMAIN", "EXTENSION", "OWNED",
    ]
    let place = ["MATERIALIZED", "FOREIGN"].contains(words.word(1)) ? 2 : 1
    if words.isPlaceholder(1) { return [words.doubt("drops what is put in when it runs")] }
    guard kinds.contains(words.word(place)) else { return [] }
    return [words.step("drops the \(words.word(place).lowercased()) \(words.name(place + 1))")]
  }

  private static func alter(_ words: SQLWords) -> [DestructiveStep] {
    let before: Set = ["FOREIGN", "IGNORE", "ONLINE", "OFFLINE", "MATERIALIZED"]
    let place = before.contains(words.word(1)) ? 2 : 1
    switch words.word(place) {
    case "TABLE":
      let (table, rest) = words.afterName(place + 1)
      return rest.split().flatMap { action in self.steps(of: action, table) }
    case "VIEW", "TYPE", "SCHEMA", "DOMAIN", "SEQUENCE":
      let kind = words.word(place).lowercased()
      let (name, rest) = words.afterName(place + 1)
      if rest.contains("RENAME") { return [words.step("renames in the \(kind) \(name)")] }
      if rest.word(1) == "ATTRIBUTE", ["DROP", "ALTER"].contains(rest.word(0)) {
        return [words.step("changes the attributes of the type \(name)")]
      }
      let isRequired = rest.word(0) == "SET" && rest.word(1) == "NOT"
      return isRequired ? [words.step("makes the \(kind) \(name) not null")] : []
    default:
      return words.isPlaceholder(1) ? [words.doubt("alters what is put in when it runs")] : []
    }
  }

  /// What one part of `ALTER TABLE` does.
  private static func steps(of action: SQLWords, _ table: String) -> [DestructiveStep] {
    let second = action.word(1)
    let start = second == "COLUMN" ? 2 : 1
    func column(_ place: Int) -> String { "\(table).\(action.name(place))" }
    func step(_ what: String) -> [DestructiveStep] { [action.step(what)] }
    switch action.word(0) {
    case "DROP":
      let others: Set = [
        "CONSTRAINT", "INDEX", "KEY", "PRIMARY", "FOREIGN", "CHECK", "DEFAULT", "UNIQUE", "SYSTEM",
      ]
      if second == "PARTITION" { return step("drops a partition of \(table)") }
      return others.contains(second) ? [] : step("drops the column \(column(start))")
    case "TRUNCATE", "DISCARD": return step("empties a part of \(table)")
    case "DETACH": return step("detaches a partition of \(table)")
    case "SET" where second == "SCHEMA": return step("moves the table \(table)")
    case "CONVERT": return step("retypes the columns of \(table)")
    case "RENAME":
      switch second {
      case "CONSTRAINT", "INDEX", "KEY": return []
      case "TO", "AS": return step("renames the table \(table)")
      default: return step("renames the column \(column(start))")
      }
    case "CHANGE", "MODIFY": return step("retypes the column \(column(start))")
    case "ALTER" where !["CONSTRAINT", "INDEX", "CHECK"].contains(second):
      let (_, rest) = action.afterName(start)
      let isType = rest.word(0) == "TYPE" || (rest.word(0) == "SET" && rest.word(1) == "DATA")
      let others: Set = ["SET", "DROP", "ADD", "RESTART", "RESET", ""]
      // SQL Server has the new type right behind the name.
      if isType || !others.contains(rest.word(0)) {
        return step("retypes the column \(column(start))")
      }
      let isRequired = rest.word(0) == "SET" && rest.word(1) == "NOT"
      return isRequired ? step("makes the column \(column(start)) not null") : []
    case "ADD": return added(action, start, table)
    case "" where action.isPlaceholder(0):
      return [action.doubt("alters \(table) by what is put in when it runs")]
    default: return []
    }
  }

  private static func added(
    _ action: SQLWords, _ start: Int, _ table: String
  ) -> [DestructiveStep] {
    let others: Set = [
      "CONSTRAINT", "INDEX", "KEY", "PRIMARY", "FOREIGN", "CHECK", "PARTITION", "UNIQUE",
      "FULLTEXT", "SPATIAL",
    ]
    guard !others.contains(action.word(1)) else { return [] }
    let filling: Set = [
      "DEFAULT", "GENERATED", "IDENTITY", "SERIAL", "BIGSERIAL", "SMALLSERIAL", "AUTO_INCREMENT",
    ]
    return action.columns(start).compactMap { column in
      let words = column.afterName(0).rest.outerWords
      let isFilled = words.indices.contains { place in
        filling.contains(words[place])
          && !(words[place] == "DEFAULT" && words[(place + 1)...].first == "NULL")
      }
      let isSerial = column.word(1).hasSuffix("SERIAL")
      guard column.isNotNull, !isFilled, !isSerial else { return nil }
      return column.step(
        "adds the column \(table).\(column.name(0)), not null and without a default")
    }
  }
}
