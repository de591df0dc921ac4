/// Finds what SQL statements take away or narrow.
enum DestructiveSQL {
  /// What any reading of a script finds in the statements of one part of it.
  static func effects(
    in readings: [SQLScript], _ part: (SQLScript) -> [[SQLScript.Token]]
  ) throws(UnreadableMigration) -> SQLEffects {
    var found: [SQLEffects] = []
    var first: UnreadableMigration?
    for reading in readings {
      do throws(UnreadableMigration) {
        found.append(try SQLWalk.effects(of: part(reading), reading.dialect))
      } catch {
        first = first ?? error
      }
    }
    if found.isEmpty, let first { throw first }
    var effects = SQLEffects()
    for one in found { effects.add(one) }
    if let acts = SQLAct.all(in: readings, part) { effects.harmless = SQLAct.harmless(acts) }
    effects.add(SQLEffects(SQLGrammar.doubts(in: readings.map(part))))
    effects.harmless.formUnion(SQLHelper.drops(in: readings.map(part)))
    return effects
  }

  /// What one statement does by itself, whatever it runs.
  static func steps(of words: SQLWords) -> [DestructiveStep] {
    switch words.word(0) {
    case "DROP": return drop(words)
    case "TRUNCATE":
      let table = words.name(words.word(1) == "TABLE" ? 2 : 1)
      return [words.step("empties the table \(table)")]
    case "MERGE": return merged(words) + deleted(words)
    case "CREATE" where words.word(1) == "OR" && words.word(2) == "REPLACE":
      let place = ["TEMPORARY", "TRANSIENT"].contains(words.word(3)) ? 4 : 3
      guard words.word(place) == "TABLE" else {
        return unknown(words, "replaces") + deleted(words)
      }
      return [words.step("replaces the table \(words.name(place + 1))")] + deleted(words)
    case "RENAME": return renaming(words)
    case "RECREATE" where words.word(1) == "TABLE":
      return [words.step("replaces the table \(words.name(2))")]
    case "INSERT" where words.word(1) == "OVERWRITE":
      return [words.step("replaces the rows of \(words.name(words.word(2) == "TABLE" ? 3 : 2))")]
    case "SP_RENAME": return renamed(words)
    case "ALTER": return alter(words)
    default: return deleted(words) + SQLUpdate.steps(of: words)
    }
  }

  /// Rows that go without anybody saying which.
  private static func deleted(_ words: SQLWords) -> [DestructiveStep] {
    guard words.contains("DELETE") else { return [] }
    let tokens = words.tokens
    let condition = SQLCondition(tokens)
    return tokens.indices.compactMap { index in
      guard tokens[index].isWord("DELETE") else { return nil }
      let isFirst = index == tokens.startIndex
      // `WITH a AS (DELETE FROM t)`, and behind `EXPLAIN`.
      let before = isFirst ? nil : tokens[index - 1]
      let rest = SQLWords(tokens[index...])
      guard isFirst || rest.word(1) == "FROM", before?.isWord("THEN") != true,
        condition.answer(from: index, to: condition.end(of: index)) == .all
      else { return nil }
      return rest.step("deletes all rows of \(deletedFrom(rest))")
    }
  }

  /// The table, behind MySQL's and SQL Server's own words.
  private static func deletedFrom(_ words: SQLWords) -> String {
    var rest = words.tokens.dropFirst()
    while let next = rest.first, next.isWord(in: ["LOW_PRIORITY", "QUICK", "IGNORE", "TOP"]) {
      rest = rest.dropFirst()
      if next.isWord("TOP"), rest.first?.isMark("(") == true {
        rest = rest.drop { !$0.isMark(")") }.dropFirst()
      }
    }
    return SQLWords(rest).name(0)
  }

  /// What a merge deletes, where nothing but the tables' relation says which rows.
  private static func merged(_ words: SQLWords) -> [DestructiveStep] {
    let tokens = words.tokens
    let condition = SQLCondition(tokens)
    let table = words.name(words.word(1) == "INTO" ? 2 : 1)
    var clause: Int?
    var depth = 0
    return tokens.indices.compactMap { index in
      depth += tokens[index].nesting
      guard depth == 0 else { return nil }
      let token = tokens[index]
      if token.isWord("WHEN"), index + 1 < tokens.endIndex,
        tokens[index + 1].isWord(in: ["MATCHED", "NOT"])
      {
        clause = index
      }
      // Oracle's stands behind an update, with a `WHERE` of its own.
      guard let clause, token.isWord("DELETE") else { return nil }
      let end = tokens.endIndex
      let isHere = tokens[index - 1].isWord("THEN")
      if !isHere { return condition.answer(from: index, to: end) == .all ? step(index) : nil }
      guard let and = tokens[clause..<index].firstIndex(where: { $0.isWord("AND") }) else {
        return step(index)
      }
      return condition.answer(tokens[(and + 1)..<(index - 1)], 0) == .all ? step(index) : nil
    }
    func step(_ index: Int) -> DestructiveStep {
      DestructiveStep(line: tokens[index].line, what: "deletes rows of \(table) in a merge")
    }
  }

  /// `RENAME TABLE t TO u`, and of some databases `RENAME t TO u`.
  private static func renaming(_ words: SQLWords) -> [DestructiveStep] {
    let harmless: Set = ["INDEX", "USER", "ROLE", "CONSTRAINT"]
    guard !harmless.contains(words.word(1)), words.contains("TO") else { return [] }
    let kinds = [
      "TABLE": "table", "TABLES": "table", "OBJECT": "table", "COLUMN": "column", "VIEW": "view",
      "DATABASE": "database", "SCHEMA": "schema", "SEQUENCE": "sequence", "SYNONYM": "synonym",
    ]
    let kind = kinds[words.word(1)]
    return [words.step("renames the \(kind ?? "table") \(words.name(kind == nil ? 1 : 2))")]
  }

  /// SQL Server's procedure, which renames indexes too.
  static func renamed(_ words: SQLWords) -> [DestructiveStep] {
    let kind = words.split().dropFirst(2).first?.tokens.last { $0.kind == .text }
    let isHarmless = ["INDEX", "STATISTICS", "USERDATATYPE"].contains(kind?.text.uppercased() ?? "")
    return isHarmless ? [] : [words.step("renames a table or column")]
  }

  /// What is only a definition, and takes no data along.
  private static let definitions: Set<String> = [
    "VIEW", "FUNCTION", "PROCEDURE", "PROC", "ROUTINE", "AGGREGATE", "TRIGGER", "EVENT", "RULE",
    "PACKAGE", "SYNONYM",
  ]

  private static func drop(_ words: SQLWords) -> [DestructiveStep] {
    let data = [
      "TABLE", "SCHEMA", "DATABASE", "TYPE", "SEQUENCE", "VIEW", "DOMAIN", "EXTENSION", "OWNED",
      "KEYSPACE", "TABLESPACE",
    ]
    let kinds = data + definitions
    let isTrigger = words.word(1) == "EVENT" && words.word(2) == "TRIGGER"
    let isLong = ["MATERIALIZED", "FOREIGN", "EXTERNAL"].contains(words.word(1)) || isTrigger
    let place = isLong ? 2 : 1
    if words.word(1) == "CLUSTER", words.contains("TABLES") {
      return [words.step("drops the tables of the cluster \(words.name(2))")]
    }
    if words.isPlaceholder(1) { return [words.doubt("drops what is put in when it runs")] }
    guard kinds.contains(words.word(place)) || words.word(place) == "TABLES" else {
      return unknown(words, "drops")
    }
    let kind = ["PROC": "PROCEDURE", "TABLES": "TABLE"][words.word(place)] ?? words.word(place)
    let use = definitions.contains(kind) ? ", which may still be used" : ""
    return SQLWords(words.tokens.dropFirst(place + 1)).split().map { part in
      DestructiveStep(
        line: words.line, what: "drops the \(kind.lowercased()) \(part.name(0))\(use)")
    }
  }

  /// What is done to an object of a kind that no list has.
  private static func unknown(_ words: SQLWords, _ done: String) -> [DestructiveStep] {
    guard let kind = SQLGrammar.unknownKind(of: words) else { return [] }
    return [words.doubt("\(done) a \(kind), whatever that is")]
  }

  private static func alter(_ words: SQLWords) -> [DestructiveStep] {
    let before: Set = ["FOREIGN", "IGNORE", "ONLINE", "OFFLINE", "MATERIALIZED", "EXTERNAL"]
    let place = before.contains(words.word(1)) ? 2 : 1
    switch words.word(place) {
    case "TABLE":
      let (table, rest) = words.afterName(place + 1)
      return TableActions(table).steps(of: rest)
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
      if words.isPlaceholder(1) { return [words.doubt("alters what is put in when it runs")] }
      return unknown(words, "alters")
    }
  }
}
