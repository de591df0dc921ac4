// What SQLAlchemy's own language deletes, changes and drops.
extension AlembicSteps {
  /// Whether something deletes or updates rows, and nothing says which.
  static func isOfAll(_ tokens: [PythonSource.Token], _ verb: String) -> Bool {
    let calls = PythonCall.all(in: tokens)
    return calls.contains { $0.name == verb } && !calls.contains(where: leavesOut)
  }

  /// The step of an update such as `users.update().values(a=1)`, which leaves out no row.
  func updated(_ tokens: [PythonSource.Token], _ call: PythonCall) -> DestructiveStep {
    let calls = PythonCall.all(in: tokens)
    let update = calls.first { $0.name == "update" }
    let given = update?.values.first?.first?.text ?? update?.receiver ?? ""
    guard let table = names.tableNames[given].map(SQLName.part) else {
      return call.step("changes all rows of a table")
    }
    return call.step("changes all rows of \(table)")
  }

  private static func leavesOut(_ call: PythonCall) -> Bool {
    switch call.name {
    case "where", "filter": return call.isSpread || call.values.contains { leavesOut($0[...], 0) }
    case "filter_by": return !call.named.isEmpty || call.isSpread
    case "update" where call.values.first?.first?.isMark("{") == true: return false
    case "delete", "update":
      guard let given = condition(call) else { return false }
      let compares = given.contains { $0.kind == .mark && "=<>!~&|(".contains($0.text) }
      return compares && leavesOut(given[...], 0)
    default: return false
    }
  }

  /// What is given as a condition: `users.delete(users.c.a == 1)`, `delete(users, users.c.a == 1)`.
  private static func condition(_ call: PythonCall) -> [PythonSource.Token]? {
    // `sa.table("users", …)` is none, whatever stands in it.
    let modules: Set = ["", "sa", "sqlalchemy", "db", "sql", "expression", "orm"]
    let first = call.values.first.flatMap { PythonCall.all(in: $0).first?.name } ?? ""
    let isOfTable = modules.contains(call.receiver) || ["table", "Table"].contains(first)
    return call.values.dropFirst(isOfTable ? 1 : 0).first ?? call.named["whereclause"]
  }

  private typealias Tokens = ArraySlice<PythonSource.Token>

  /// How deep conditions in conditions are looked at.
  private static let deepest = 16

  /// Whether a condition is about rows at all: neither `true()` nor `users.c.id == users.c.id`.
  private static func leavesOut(_ value: Tokens, _ depth: Int) -> Bool {
    guard depth < deepest, let first = value.first else { return false }
    let either = split(value, at: "|")
    if either.count > 1 { return either.allSatisfy { leavesOut($0, depth + 1) } }
    let both = split(value, at: "&")
    if both.count > 1 { return both.contains { leavesOut($0, depth + 1) } }
    if first.isMark("("), isClosed(value) {
      return leavesOut(value.dropFirst().dropLast(), depth + 1)
    }
    if let parts = joined(value) {
      return parts.isEither
        ? parts.values.allSatisfy { leavesOut($0[...], depth + 1) }
        : parts.values.contains { leavesOut($0[...], depth + 1) }
    }
    if let (left, right) = sides(value), isSame(left, right) { return false }
    guard value.allSatisfy({ $0.kind != .name || neutral.contains($0.text) }) else { return true }
    return isNever(value)
  }

  /// The conditions that `and_(…)` or `or_(…)` joins, where that is all of it.
  private static func joined(
    _ value: Tokens
  ) -> (isEither: Bool, values: [[PythonSource.Token]])? {
    guard let open = value.firstIndex(where: { $0.isMark("(") }), open > value.startIndex,
      ["and_", "or_"].contains(value[open - 1].text), isClosed(value[open...]),
      let call = PythonCall.all(in: Array(value)).first
    else { return nil }
    return (call.name == "or_" && !call.values.isEmpty, call.values)
  }

  /// Names by which no row is told from another one.
  private static let neutral: Set<String> = [
    "sa", "sqlalchemy", "sql", "expression", "true", "false", "True", "False", "None", "text",
    "literal", "literal_column", "not_", "not", "cast", "Boolean", "and_", "or_", "expr",
  ]

  /// Whether what is about no row is true of none; what is not understood counts as true.
  private static func isNever(_ value: Tokens) -> Bool {
    if let text = value.first(where: { $0.kind == .text }) {
      guard !text.hasValues, let script = try? SQLScript.readings(text.text).first else {
        return true
      }
      let tokens = script.all.flatMap(\.self)[...]
      return SQLCondition(tokens).answer(tokens, 0) != .all
    }
    let signs = value.count { token in
      ["false", "False", "not_", "not"].contains(token.text) || token.isMark("~")
    }
    if let (left, right) = sides(value), left.count == 1, right.count == 1,
      left.first?.kind == .number, right.first?.kind == .number
    {
      return true
    }
    return !signs.isMultiple(of: 2)
  }

  /// What stands before and behind `==`.
  private static func sides(_ value: Tokens) -> (left: Tokens, right: Tokens)? {
    var depth = 0
    for index in value.indices.dropLast() {
      depth += value[index].nesting
      guard depth == 0, value[index].isMark("="), value[index + 1].isMark("=") else { continue }
      return (value[..<index], value[(index + 2)...])
    }
    return nil
  }

  private static func isSame(_ left: Tokens, _ right: Tokens) -> Bool {
    left.count == right.count
      && zip(left, right).allSatisfy { $0.kind == $1.kind && $0.text == $1.text }
  }

  private static func split(_ value: Tokens, at mark: String) -> [Tokens] {
    var depth = 0
    return value.split { token in
      depth += token.nesting
      return depth == 0 && token.isMark(mark)
    }
  }

  /// Whether the parenthesis at its beginning is closed at its end.
  private static func isClosed(_ value: Tokens) -> Bool {
    var depth = 0
    for index in value.indices {
      depth += value[index].nesting
      if depth == 0 { return index == value.endIndex - 1 && value[index].isMark(")") }
    }
    return false
  }
}

// What is dropped by methods of its own.
extension AlembicSteps {
  func dropped(_ call: PythonCall) -> [DestructiveStep] {
    // That is a table of pandas.
    let frames: Set = ["columns", "axis", "labels", "index", "level", "inplace", "errors"]
    let kept: Set = [
      "Index", "Constraint", "UniqueConstraint", "CheckConstraint", "ForeignKeyConstraint",
      "PrimaryKeyConstraint",
    ]
    guard call.named.keys.allSatisfy({ !frames.contains($0) }), !kept.contains(call.maker) else {
      return []
    }
    let ways: Set = [
      "get_bind", "bind", "conn", "connection", "checkfirst", "engine", "get_engine",
    ]
    let made: Set = ["Table", "Enum", "ENUM", "Sequence", "DOMAIN"]
    if made.contains(call.maker) || call.contains(ways) || call.receiver == "__table__" {
      return [call.step("drops \(owner(call))")]
    }
    return [call.doubt("drops \(owner(call)), whatever that is")]
  }
}
