/// Finds what Alembic's operations take away or narrow, and what cannot be judged.
struct AlembicSteps {
  let names: AlembicNames
  let functions: PythonFunctions

  func effects(in statements: [[PythonSource.Token]]) throws(UnreadableMigration) -> SQLEffects {
    var effects = SQLEffects()
    for statement in statements {
      let calls = PythonCall.all(in: statement)
      let context = Context(statement)
      for call in calls { effects.add(try self.effects(of: call, in: context)) }
      if !Self.isImport(statement) { effects.add(SQLEffects(handedOn(statement))) }
      effects.add(SQLEffects(strange(statement, calls)))
      if !context.namesEngines { effects.add(SQLEffects(nameless(statement))) }
    }
    return effects
  }

  /// What the calls of a statement are judged by besides themselves.
  private struct Context {
    /// Whether a query is made, and no row of it left out.
    let deletesQuery: Bool
    let updatesQuery: Bool
    /// Whether functions are named as Alembic's own template finds them: `upgrade_engine1()`.
    let namesEngines: Bool

    init(_ statement: [PythonSource.Token]) {
      let isQuery = statement.contains { $0.isName("query") }
      deletesQuery = isQuery && AlembicSteps.isOfAll(statement, "delete")
      updatesQuery = isQuery && AlembicSteps.isOfAll(statement, "update")
      namesEngines = statement.contains { token in
        token.kind == .text && ["upgrade_", "downgrade_"].contains(where: token.text.hasPrefix)
      }
    }
  }

  private static func isImport(_ statement: [PythonSource.Token]) -> Bool {
    guard let first = statement.first else { return false }
    return first.isName("import") || first.isName("from")
  }

  private func effects(
    of call: PythonCall, in context: Context
  ) throws(UnreadableMigration) -> SQLEffects {
    let operation = operation(call)
    if isExecuting(call) { return try executed(call) }
    if call.name == "callproc", !call.receiver.isEmpty {
      let procedure = call.value(0, "procname").map(PythonCall.words) ?? "{…}"
      let name = SQLRoutine.last(procedure)
      return SQLEffects(calls: [
        SQLCall(name: name, line: call.line, what: "calls \(procedure)", isAsked: true)
      ])
    }
    return SQLEffects(steps(of: call, operation, in: context))
  }

  /// What a call does by Alembic's own name for it; `nil` where it is something else.
  func operation(_ call: PythonCall) -> String? {
    (call.receiver.isEmpty ? names.operations[call.name] : call.name).map(AlembicNames.plain)
  }

  /// Whether it runs what it is given.
  func isExecuting(_ call: PythonCall) -> Bool {
    // SQLModel's sessions have a method of this name.
    if call.name == "exec", !call.receiver.isEmpty { return true }
    return operation(call).map(AlembicNames.executing.contains) ?? false
  }

  private func steps(
    of call: PythonCall, _ operation: String?, in context: Context
  ) -> [DestructiveStep] {
    if let operation, AlembicNames.judged.contains(operation) { return judged(operation, call) }
    if isReflection(call, context) {
      return [call.doubt("reaches what it does by a name that is put together")]
    }
    guard !call.receiver.isEmpty else { return [] }
    switch call.name {
    case "drop_all": return [call.step("drops all tables of \(owner(call))")]
    case "drop": return dropped(call)
    case "delete" where context.deletesQuery: return [call.step("deletes all rows of a query")]
    case "update" where context.updatesQuery: return [call.step("changes all rows of a query")]
    default: return []
    }
  }

  /// What something is called on, for people.
  func owner(_ call: PythonCall) -> String {
    call.receiver == "()" ? "a type or table" : call.receiver
  }

  /// Operations that are not called where they are named: whoever calls them does so unseen.
  private func handedOn(_ statement: [PythonSource.Token]) -> [DestructiveStep] {
    guard !names.isAlias(statement) else { return [] }
    return statement.indices.compactMap { index in
      let token = statement[index]
      guard token.kind == .name, index > 0, statement[index - 1].isMark("."),
        AlembicNames.judged.contains(token.text) || AlembicNames.executing.contains(token.text)
          || ["drop_all", "drop", "callproc"].contains(token.text)
          || isForeign(token.text, behind: statement[..<(index - 1)]),
        index + 1 == statement.count || !statement[index + 1].isMark("(")
      else { return nil }
      return DestructiveStep(
        line: token.line, what: "hands \(token.text) on to what calls it unseen", isCertain: false)
    }
  }

  /// Whether a name is that of another module's operation: `op.drop_view`.
  private func isForeign(_ name: String, behind path: ArraySlice<PythonSource.Token>) -> Bool {
    guard let handle = path.last, handle.kind == .name, names.handles.contains(handle.text),
      path.dropLast().last?.isMark(".") != true
    else { return false }
    return AlembicNames.isForeign(AlembicNames.plain(name))
  }

  private func isReflection(_ call: PythonCall, _ context: Context) -> Bool {
    switch call.name {
    case "getattr":
      guard let value = call.value(1, "name"), value.count == 1, value[0].kind == .text,
        !value[0].hasValues
      else { return true }
      let isOfHandle = call.values.first?.last.map { names.handles.contains($0.text) } ?? false
      return AlembicNames.judged.union(AlembicNames.executing).contains(value[0].text)
        || (isOfHandle && AlembicNames.isForeign(AlembicNames.plain(value[0].text)))
    case "globals", "locals", "vars":
      return !context.namesEngines
    case "eval", "exec", "compile", "__import__": return call.receiver.isEmpty
    case "import_module", "methodcaller", "attrgetter", "__getattribute__": return true
    default: return false
    }
  }
}

// What single operations do.
extension AlembicSteps {
  func judged(_ operation: String, _ call: PythonCall) -> [DestructiveStep] {
    switch operation {
    case "drop_column": return [call.step("drops the column \(column(call))")]
    case "drop_table":
      return [call.step("drops the table \(name(call.value(0, "table_name")))")]
    case "rename_table":
      return [call.step("renames the table \(name(call.value(0, "old_table_name")))")]
    case "alter_column": return altered(call)
    case "add_column": return added(call)
    default: return [call.doubt("invokes an operation that is put together")]
    }
  }

  private func name(_ value: [PythonSource.Token]?) -> String {
    value.map(PythonCall.words) ?? "{…}"
  }

  /// `users.name`; a batch knows its table.
  private func column(_ call: PythonCall) -> String {
    if let table = names.tables[call.receiver] {
      return "\(table).\(name(call.value(0, "column_name")))"
    }
    let parts = [call.value(0, "table_name"), call.value(1, "column_name")].compactMap(\.self)
    return parts.isEmpty ? "{…}" : parts.map(PythonCall.words).joined(separator: ".")
  }

  private func altered(_ call: PythonCall) -> [DestructiveStep] {
    func isGiven(_ name: String) -> Bool {
      call.named[name].map { !($0.count == 1 && ["None", "False"].contains($0[0].text)) } ?? false
    }
    let column = column(call)
    var steps: [DestructiveStep] = []
    if isGiven("type_") { steps.append(call.step("retypes the column \(column)")) }
    if isGiven("new_column_name") || isGiven("name") {
      steps.append(call.step("renames the column \(column)"))
    }
    // A default fills no row that is there.
    if let nullable = call.named["nullable"] {
      if nullable.count == 1, nullable[0].text == "False" {
        steps.append(call.step("makes the column \(column) not null"))
      } else if !(nullable.count == 1 && ["True", "None"].contains(nullable[0].text)) {
        steps.append(call.doubt("may make the column \(column) not null"))
      }
    }
    if call.isSpread { steps.append(call.doubt("changes the column \(column) in ways unseen")) }
    return steps
  }

  private func added(_ call: PythonCall) -> [DestructiveStep] {
    let inner = PythonCall.all(in: call.tokens).first
    let table = names.tables[call.receiver] ?? name(call.value(0, "table_name"))
    guard let inner, inner.name.hasSuffix("Column") else {
      return [call.doubt("adds a column that is not written out in it")]
    }
    let column = "\(table).\(name(inner.value(0, "name")))"
    let filling = call.inner("server_default")
    let isFilled =
      filling.map { !$0.isName("None") } ?? false || call.contains(["Identity", "Computed"])
    if isFilled { return [] }
    switch call.inner("nullable")?.text {
    case "True": return []
    case "False":
      return [call.step("adds the column \(column), not null and without a default")]
    case nil where isNewKey(call):
      return [call.step("adds the column \(column), a primary key without a default")]
    case nil where !inner.isSpread: return []
    default: return [call.doubt("may add the column \(column) not null and without a default")]
    }
  }

  /// Whether a column is a primary key that the database does not number by itself.
  private func isNewKey(_ call: PythonCall) -> Bool {
    call.inner("primary_key")?.isName("True") == true
      && !call.contains(["Integer", "BigInteger", "SmallInteger"])
  }
}

// What SQL does that a call executes.
extension AlembicSteps {
  /// What a statement is wrapped in without becoming another.
  static let wrapping: Set<String> = [
    "sa", "text", "sqlalchemy", "op", "f", "textwrap", "dedent", "inspect", "cleandoc", "strip",
    "DDL", "str", "sql",
  ]

  /// What is executed; `nil` where nothing is given.
  private func given(_ call: PythonCall) -> [PythonSource.Token]? {
    call.values.first
      ?? ["sqltext", "statement", "clause", "clauseelement"].lazy.compactMap { call.named[$0] }
      .first
  }

  /// What is executed, without the values that are bound to it.
  func statement(_ call: PythonCall) -> [PythonSource.Token]? {
    guard let value = given(call) else { return nil }
    let binding: Set = ["bindparams", "bindparam", "execution_options", "columns"]
    let end = value.firstIndex { $0.kind == .name && binding.contains($0.text) }
    return value[..<(end ?? value.endIndex)].map { token in
      token.kind == .name ? names.texts[token.text] ?? token : token
    }
  }

  private func executed(_ call: PythonCall) throws(UnreadableMigration) -> SQLEffects {
    let unseen = call.doubt("executes what is not written out in it")
    guard let value = statement(call) else {
      // `users.delete().execute()`; of what it gives back, the rest is only looked at.
      let isRun = call.tokens.isEmpty && call.name.hasPrefix("exec")
      return SQLEffects(isRun ? [unseen] : [])
    }
    if let steps = built(value, call) { return SQLEffects(steps) }
    guard value.contains(where: { $0.kind == .text }) else { return SQLEffects([unseen]) }
    var effects = try DestructiveSQL.effects(in: try scripts(value), \.all)
    if effects.steps.isEmpty, !isWritten(value) { effects.add(SQLEffects([unseen])) }
    return effects
  }

  /// What a statement in SQLAlchemy's own language does; `nil` where it is another one.
  private func built(_ value: [PythonSource.Token], _ call: PythonCall) -> [DestructiveStep]? {
    let texts = value.filter { $0.kind == .text }
    func calls(_ names: Set<String>) -> Bool {
      value.contains { $0.kind == .name && names.contains($0.text) }
    }
    guard texts.isEmpty || !isWritten(value) else { return nil }
    if calls(["delete"]) {
      return Self.isOfAll(given(call) ?? value, "delete")
        ? [call.step("deletes all rows of a table")] : []
    }
    if let drop = value.first(where: { $0.kind == .name && $0.text.hasPrefix("Drop") }) {
      let isHarmless = [
        "DropIndex", "DropConstraint", "DropTableComment", "DropColumnComment",
      ].contains(drop.text)
      return isHarmless ? [] : [call.step("executes \(drop.text)")]
    }
    if texts.contains(where: \.hasValues) { return nil }
    if calls(["update"]), Self.isOfAll(given(call) ?? value, "update") {
      return [updated(given(call) ?? value, call)]
    }
    let isHarmless = calls([
      "select", "insert", "update", "CreateSchema", "CreateTable", "CreateSequence", "CreateIndex",
    ])
    return isHarmless ? [] : nil
  }

  /// Whether all of it stands there, and nothing is put in when it runs.
  private func isWritten(_ value: [PythonSource.Token]) -> Bool {
    value.allSatisfy { token in
      switch token.kind {
      case .text: !token.hasValues
      case .name: Self.wrapping.contains(token.text)
      case .mark: "().,".contains(token.text)
      case .number: false
      }
    }
  }

  /// The SQL, line for line as in the file, so that a step is found where it stands.
  func scripts(
    _ value: [PythonSource.Token]
  ) throws(UnreadableMigration) -> [SQLScript] {
    let isWritten = isWritten(value)
    let first = value.first { $0.kind == .text }?.line ?? 1
    var script: [Unicode.Scalar] = []
    var breaks: [Int: Int] = [:]
    var line = first
    var isBehindText = false
    for token in value {
      if token.kind == .text {
        let skipped = max(0, token.line - line)
        if isBehindText {
          // Texts beside each other are one, whatever lines they are on.
          breaks[script.count, default: 0] += skipped
        } else {
          script += Array(repeating: "\n", count: skipped) + [" "]
        }
        for place in token.breaks { breaks[script.count + place, default: 0] += 1 }
        script += token.text.unicodeScalars
        line += skipped + token.breaks.count + token.text.utf8.count { $0 == UInt8(ascii: "\n") }
      } else if !isWritten, token.kind == .name, !Self.wrapping.contains(token.text) {
        script += " {\(token.text)}".unicodeScalars
      }
      isBehindText = token.kind == .text || (isBehindText && token.isMark("+"))
    }
    return try SQLScript.readings(
      String(String.UnicodeScalarView(script)), startingAt: first, isTemplate: !isWritten,
      breaks: breaks)
  }

  /// Whether statements do more than speak, ask or refuse.
  func doesSomething(_ statements: [[PythonSource.Token]]) throws(UnreadableMigration) -> Bool {
    for statement in statements where !Self.isIdle(statement) {
      for call in PythonCall.all(in: statement) where !functions.defines(call.name) {
        if isIdle(call) { continue }
        guard isExecuting(call) else { return true }
        guard let value = self.statement(call) else { continue }
        guard isWritten(value) else { return true }
        if try scripts(value).contains(where: { !$0.all.allSatisfy(SQLScript.isIdle) }) {
          return true
        }
      }
    }
    return false
  }

  private func isIdle(_ call: PythonCall) -> Bool {
    // `return NotImplemented("no")`, `SystemExit(1)`
    let isComplaint = ["Error", "Exception", "Warning", "Exit"].contains(where: call.name.hasSuffix)
    let isOfPython =
      call.path.count > 1 && PythonLibrary.isPure(call.path[0]) && !isStrange(call)
    return Self.idle.contains(call.name) || Self.talking.contains(call.receiver) || isComplaint
      || isOfPython || (call.path.count == 1 && PythonLibrary.isPure(call.name))
  }

  private static func isIdle(_ statement: [PythonSource.Token]) -> Bool {
    guard let first = statement.first else { return true }
    return ["raise", "assert", "import", "from", "@"].contains(first.text) && first.kind != .text
  }

  /// Functions that change no database.
  private static let idle: Set<String> = [
    "print", "get_bind", "get_context", "inspect", "f", "len", "str", "int", "list", "dict", "set",
    "tuple", "range", "sorted", "isinstance", "hasattr", "bool", "format", "join", "getLogger",
    "info", "warning", "warn", "debug", "error", "exception", "critical", "log", "exit", "sleep",
    "NotImplemented", "is_offline_mode", "echo", "has_table", "get_table_names", "get_columns",
    "get_indexes", "text",
    "batch_alter_table", "autocommit_block", "begin", "begin_nested", "begin_transaction",
  ]
  private static let talking: Set<String> = ["logging", "logger", "log", "warnings", "sys", "LOG"]
}

extension PythonCall {
  func step(_ what: String) -> DestructiveStep {
    DestructiveStep(line: line, what: what)
  }

  func doubt(_ what: String) -> DestructiveStep {
    DestructiveStep(line: line, what: what, isCertain: false)
  }
}
