/// Finds what SQL statements take away or narrow.
enum DestructiveSQL {
  static func steps(in statements: [[SQLScript.Token]]) throws(UnreadableMigration)
    -> [DestructiveStep]
  {
    var steps: [DestructiveStep] = []
    for statement in statements { steps += try self.steps(in: Words(statement[...]), depth: 0) }
    return steps
  }

  /// How many blocks within blocks are read.
  private static let deepest = 8

  private static func steps(
    in words: Words, depth: Int
  ) throws(UnreadableMigration) -> [DestructiveStep] {
    switch words.word(0) {
    case "DO": return try steps(inBodiesOf: words, depth: depth + 1)
    case "WITH" where words.contains("DELETE"):
      return words.contains("WHERE") ? [] : [words.step("deletes rows")]
    case "DROP": return drop(words)
    case "TRUNCATE":
      return [words.step("empties the table \(words.name(words.word(1) == "TABLE" ? 2 : 1))")]
    case "DELETE":
      let isWhole = !words.contains("WHERE")
      return isWhole ? [words.step("deletes all rows of \(words.name(2))")] : []
    case "RENAME" where words.word(1) == "TABLE":
      return [words.step("renames the table \(words.name(2))")]
    case "ALTER" where words.word(1) == "TABLE": return alter(words)
    case "ALTER" where ["VIEW", "TYPE", "SCHEMA"].contains(words.word(1)):
      let kind = words.word(1).lowercased()
      return words.contains("RENAME") ? [words.step("renames in the \(kind) \(words.name(2))")] : []
    default: return []
    }
  }

  private static func steps(
    inBodiesOf words: Words, depth: Int
  ) throws(UnreadableMigration) -> [DestructiveStep] {
    guard depth <= deepest else {
      throw UnreadableMigration(
        line: words.tokens.first?.line, why: "blocks stand in blocks more than \(deepest) deep")
    }
    var steps: [DestructiveStep] = []
    for token in words.tokens where token.kind == .body {
      let script = try SQLScript(token.text, startingAt: token.line)
      for statement in script.up + script.down {
        // What stands before a statement inside a block: BEGIN, THEN, ELSE, LOOP.
        let start = statement.lastIndex {
          $0.kind == .word && ["BEGIN", "THEN", "ELSE", "LOOP", "EXECUTE"].contains($0.text)
        }
        let rest = statement[(start.map { $0 + 1 } ?? statement.startIndex)...]
        if let text = rest.first, text.kind == .text {
          let inner = try SQLScript(text.text, startingAt: text.line)
          for statement in inner.up {
            steps += try self.steps(in: Words(statement[...]), depth: depth + 1)
          }
        } else {
          steps += try self.steps(in: Words(rest), depth: depth)
        }
      }
    }
    return steps
  }

  private static func drop(_ words: Words) -> [DestructiveStep] {
    let kinds = ["TABLE", "SCHEMA", "DATABASE", "TYPE", "SEQUENCE", "VIEW", "DOMAIN"]
    let place = ["MATERIALIZED", "FOREIGN"].contains(words.word(1)) ? 2 : 1
    guard kinds.contains(words.word(place)) else { return [] }
    return [words.step("drops the \(words.word(place).lowercased()) \(words.name(place + 1))")]
  }

  private static func alter(_ words: Words) -> [DestructiveStep] {
    let (table, rest) = words.afterName(2)
    return rest.split().compactMap { action in self.step(of: action, table) }
  }

  /// What one part of `ALTER TABLE` does; `nil` where it harms nothing.
  private static func step(of action: Words, _ table: String) -> DestructiveStep? {
    let first = action.word(0)
    let second = action.word(1)
    let start = second == "COLUMN" ? 2 : 1
    func column(_ place: Int) -> String { "\(table).\(action.name(place))" }
    switch first {
    case "DROP":
      let others: Set = [
        "CONSTRAINT", "INDEX", "KEY", "PRIMARY", "FOREIGN", "CHECK", "DEFAULT", "PARTITION",
        "UNIQUE", "SYSTEM",
      ]
      return others.contains(second) ? nil : action.step("drops the column \(column(start))")
    case "RENAME":
      switch second {
      case "CONSTRAINT", "INDEX", "KEY": return nil
      case "TO", "AS": return action.step("renames the table \(table)")
      default: return action.step("renames the column \(column(start))")
      }
    case "CHANGE", "MODIFY": return action.step("retypes the column \(column(start))")
    case "ALTER" where !["CONSTRAINT", "INDEX"].contains(second):
      let (_, rest) = action.afterName(start)
      if rest.word(0) == "TYPE" || (rest.word(0) == "SET" && rest.word(1) == "DATA") {
        return action.step("retypes the column \(column(start))")
      }
      let isRequired = rest.word(0) == "SET" && rest.word(1) == "NOT"
      return isRequired ? action.step("makes the column \(column(start)) not null") : nil
    case "ADD":
      let others: Set = [
        "CONSTRAINT", "INDEX", "KEY", "PRIMARY", "FOREIGN", "CHECK", "PARTITION", "UNIQUE",
        "FULLTEXT", "SPATIAL",
      ]
      guard !others.contains(second), action.isNotNull else { return nil }
      let filled = [
        "DEFAULT", "GENERATED", "IDENTITY", "SERIAL", "BIGSERIAL", "SMALLSERIAL", "AUTO_INCREMENT",
      ]
      guard !filled.contains(where: action.contains) else { return nil }
      return action.step("adds the column \(column(start)), not null and without a default")
    default: return nil
    }
  }
}

/// A statement, or a part of one, read from its beginning.
private struct Words {
  let tokens: ArraySlice<SQLScript.Token>

  init(_ tokens: ArraySlice<SQLScript.Token>) {
    self.tokens = tokens
  }

  private func token(_ place: Int) -> SQLScript.Token? { tokens.dropFirst(place).first }

  /// The word at this place; empty where there is none.
  func word(_ place: Int) -> String {
    token(place).flatMap { $0.kind == .word ? $0.text : nil } ?? ""
  }

  func contains(_ word: String) -> Bool {
    tokens.contains { $0.kind == .word && $0.text == word }
  }

  var isNotNull: Bool {
    zip(tokens, tokens.dropFirst()).contains { left, right in
      left.kind == .word && left.text == "NOT" && right.kind == .word && right.text == "NULL"
    }
  }

  func step(_ what: String) -> DestructiveStep {
    DestructiveStep(line: tokens.first?.line ?? 1, what: what)
  }

  /// The name at this place, in small letters unless it is quoted.
  func name(_ place: Int) -> String { afterName(place).name }

  /// The name at this place, and what stands behind it.
  func afterName(_ place: Int) -> (name: String, rest: Words) {
    var rest = tokens.dropFirst(place)
    while let next = rest.first, next.kind == .word,
      ["IF", "NOT", "EXISTS", "ONLY", "FROM"].contains(next.text)
    {
      rest = rest.dropFirst()
    }
    var name = ""
    while let next = rest.first {
      let isName = next.kind == .name || next.kind == .word
      let isDot = next.kind == .mark && next.text == "."
      guard isDot || (isName && (name.isEmpty || name.hasSuffix("."))) else { break }
      name += next.kind == .word ? next.text.lowercased() : next.text
      rest = rest.dropFirst()
    }
    return (name, Words(rest))
  }

  /// The parts between commas that are in no parentheses.
  func split() -> [Words] {
    var parts: [Words] = []
    var depth = 0
    var start = tokens.startIndex
    for index in tokens.indices where tokens[index].kind == .mark {
      switch tokens[index].text {
      case "(": depth += 1
      case ")": depth -= 1
      case "," where depth == 0:
        parts.append(Words(tokens[start..<index]))
        start = index + 1
      default: break
      }
    }
    return parts + [Words(tokens[start...])]
  }
}
