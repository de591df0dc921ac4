// What a plain `upgrade()` does: nothing but calls of `op`, one after the other.
extension AlembicSteps {
  /// What it does, call by call; `nil` unless all of the module is plain.
  func acts() throws(UnreadableMigration) -> [SQLAct]? {
    guard let body = functions.onlyBody(of: "upgrade"),
      functions.loose.allSatisfy(Self.isDeclaration)
    else { return nil }
    var acts: [SQLAct] = []
    for statement in body where !Self.isIdleText(statement) {
      guard let next = try self.acts(of: statement) else { return nil }
      acts += next
    }
    return acts
  }

  private static func isIdleText(_ statement: [PythonSource.Token]) -> Bool {
    statement.count == 1 && (statement[0].kind == .text || statement[0].isName("pass"))
  }

  /// Whether a statement of the module only imports other names than `op`, or assigns a value.
  private static func isDeclaration(_ statement: [PythonSource.Token]) -> Bool {
    guard let first = statement.first, !isIdleText(statement) else { return true }
    if first.isName("from") || first.isName("import") {
      return !statement.contains { $0.isMark("*") }
        && (!statement.contains { roots.contains($0.text) }
          || allowed.contains(statement.map(\.text)))
    }
    return first.kind == .name && !PythonSyntax.keywords.contains(first.text)
      && !statement.contains { $0.kind == .name && roots.contains($0.text) }
      && statement.contains { $0.isMark("=") }
      && statement.dropFirst().first.map { $0.isMark("=") || $0.isMark(":") } ?? false
      && PythonCall.all(in: statement).isEmpty
  }

  /// What calls are made of.
  private static let roots: Set<String> = ["op", "sa", "sqlalchemy", "postgresql", "mysql"]
  private static let allowed: Set<[String]> = [
    ["from", "alembic", "import", "op"], ["import", "sqlalchemy", "as", "sa"],
    ["import", "sqlalchemy"],
    ["from", "sqlalchemy", ".", "dialects", "import", "postgresql"],
    ["from", "sqlalchemy", ".", "dialects", "import", "mysql"],
  ]

  /// Those that leave every name what it was.
  private static let plain: Set<String> = [
    "create_index", "drop_index", "create_foreign_key", "create_unique_constraint",
    "create_check_constraint", "create_primary_key", "create_table_comment",
  ]

  private func acts(of statement: [PythonSource.Token]) throws(UnreadableMigration) -> [SQLAct]? {
    let calls = PythonCall.all(in: statement)
    guard let call = calls.first, call.path == ["op", call.name],
      // `op.name(` and `)`, with all that is given in between.
      statement.count == call.tokens.count + 5,
      calls.dropFirst().allSatisfy({ inner in
        inner.path.count > 1 && Self.roots.contains(inner.path[0])
          && (inner.path[0] != "op" || inner.name == "f")
      }),
      !statement.contains(where: {
        $0.hasValues || $0.kind == .name && PythonSyntax.keywords.contains($0.text)
          || $0.isMark("*") || $0.isMark("%")
      })
    else { return nil }
    switch call.name {
    case "create_table":
      guard let table = table(call, ["schema", "comment"]) else { return nil }
      return [SQLAct(deed: .makes(table, isNew: true), steps: [])]
    case "drop_table":
      guard call.values.count == 1, let table = table(call, ["schema"]) else { return nil }
      return [SQLAct(deed: .drops(table), steps: judged("drop_table", call))]
    case "execute":
      guard call.values.count == 1, call.named.isEmpty, call.tokens.count == 1,
        call.tokens[0].kind == .text
      else { return nil }
      return SQLAct.all(in: try scripts(call.tokens), \.up)
    case "alter_column":
      guard call.values.count == 2, literal(call.values[1]) != nil,
        let table = table(call, ["nullable", "existing_type"]),
        call.named["nullable"].map({ $0.count == 1 && $0[0].isName("False") }) == true
      else { return nil }
      return [SQLAct(deed: .narrows(table), steps: judged("alter_column", call))]
    case "add_column": return [SQLAct(deed: added(call), steps: judged("add_column", call))]
    case let name where Self.plain.contains(name): return [SQLAct(deed: .other, steps: [])]
    default: return nil
    }
  }

  /// `op.add_column("t", sa.Column("c", …))`, without a schema or anything else.
  private func added(_ call: PythonCall) -> SQLAct.Deed {
    guard call.values.count == 2, let table = table(call, []),
      let inner = PythonCall.all(in: call.values[1]).first,
      [["sa", "Column"], ["sqlalchemy", "Column"]].contains(inner.path),
      call.values[1].count == inner.tokens.count + 5, let column = literal(inner.values.first)
    else { return .other }
    return .adds(table, columns: [.column(column, of: table.name)])
  }

  /// A text that SQL has as it stands, whatever letters mean there.
  private func literal(_ value: [PythonSource.Token]?) -> String? {
    guard let value, value.count == 1, value[0].kind == .text,
      value[0].text.wholeMatch(of: /[a-z_][a-z0-9_]*/) != nil
    else { return nil }
    return value[0].text
  }

  /// The table that a call names, and names alike in SQL, where it is given nothing else but these.
  private func table(_ call: PythonCall, _ options: Set<String>) -> SQLObject? {
    guard options.isSuperset(of: call.named.keys), let name = literal(call.values.first) else {
      return nil
    }
    guard call.named["schema"] != nil else { return SQLObject(kind: "TABLE", name: name) }
    return literal(call.named["schema"]).map { SQLObject(kind: "TABLE", name: "\($0).\(name)") }
  }
}
