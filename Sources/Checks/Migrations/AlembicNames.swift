/// What the names of a migration's module stand for, as far as it says so in plain words.
struct AlembicNames {
  /// What changes a schema or runs SQL, by the names that a module gives it.
  private(set) var operations: [String: String] = [:]
  /// Texts that a name stands for all the time.
  private(set) var texts: [String: PythonSource.Token] = [:]
  /// The tables that batches are about, by the batches' names.
  private(set) var tables: [String: String] = [:]
  /// The tables' own names, by the names that stand for them: `users = sa.table("users", …)`.
  private(set) var tableNames: [String: String] = [:]
  /// What operations are called on, as `op` and batches are.
  private(set) var handles: Set<String> = ["op", "batch_op"]
  /// What comes from modules that nobody here has read.
  private var strange: Set<String> = []
  /// What such names were given to.
  private(set) var aliases: Set<String> = []
  /// Whether all names of such a module came.
  private var isFlooded = false
  /// All names that the module gives something.
  private var bound: Set<String> = []

  /// Operations of Alembic that may take something away.
  static let judged: Set<String> = [
    "drop_column", "drop_table", "rename_table", "alter_column", "add_column", "invoke",
  ]
  /// What runs SQL, whatever it is called on.
  static let executing: Set<String> = [
    "execute", "exec_driver_sql", "executemany", "executescript", "scalar", "scalars",
  ]
  /// Operations of Alembic that take nothing away, and what else it has beside them.
  static let harmless: Set<String> = [
    "batch_alter_table", "bulk_insert", "context", "create_check_constraint",
    "create_exclude_constraint", "create_foreign_key", "create_index", "create_primary_key",
    "create_table", "create_table_comment", "create_unique_constraint", "drop_constraint",
    "drop_index", "drop_table_comment", "f", "get_bind", "get_context", "impl",
    "implementation_for", "inline_literal", "migration_context", "register_operation", "run_async",
    "schema_obj",
  ]

  /// GeoAlchemy's operations do what Alembic's own do, to tables that have shapes in them.
  static func plain(_ operation: String) -> String {
    operation.replacing("_geospatial_", with: "_")
  }

  /// Whether an operation is none that Alembic brings along.
  static func isForeign(_ operation: String) -> Bool {
    !judged.contains(operation) && !executing.contains(operation) && !harmless.contains(operation)
  }

  init(_ source: PythonSource) {
    var counts: [String: Int] = [:]
    for line in source.lines {
      let tokens = line.tokens
      switch tokens[0].text {
      case "from" where tokens[0].kind == .name: importFrom(tokens)
      case "import" where tokens[0].kind == .name: importModules(tokens)
      default: break
      }
      for name in PythonBindings.names(in: tokens) { counts[name, default: 0] += 1 }
      if let (name, value) = Self.assignment(tokens) { assign(name, value) }
      for call in PythonCall.all(in: tokens) where call.name == "batch_alter_table" {
        if let place = tokens.lastIndex(where: { $0.isName("as") }), place + 1 < tokens.count,
          let table = call.value(0, "table_name")
        {
          tables[tokens[place + 1].text] = PythonCall.words(table)
          handles.insert(tokens[place + 1].text)
        }
      }
    }
    for (name, count) in counts where count > 1 {
      texts[name] = nil
      tableNames[name] = nil
    }
    bound = Set(counts.keys)
  }

  /// Whether what a name stands for is defined where nobody here has looked.
  func isStrange(_ name: String) -> Bool {
    strange.contains(name)
      || (isFlooded && !bound.contains(name) && !PythonLibrary.builtins.contains(name))
  }

  /// `name = value` and `name: type = value`.
  static func assignment(
    _ tokens: [PythonSource.Token]
  ) -> (name: String, value: ArraySlice<PythonSource.Token>)? {
    guard tokens[0].kind == .name, tokens.count > 2,
      tokens[1].isMark("=") || tokens[1].isMark(":"),
      let equals = tokens.firstIndex(where: { $0.isMark("=") }), equals + 1 < tokens.count
    else { return nil }
    return (tokens[0].text, tokens[(equals + 1)...])
  }

  /// Whether a statement only gives an operation another name.
  func isAlias(_ statement: [PythonSource.Token]) -> Bool {
    guard let (name, value) = Self.assignment(statement), let last = value.last else {
      return false
    }
    return operations[name] != nil && Self.isPath(value) && last.kind == .name
  }

  private static func isPath(_ value: ArraySlice<PythonSource.Token>) -> Bool {
    value.allSatisfy { $0.kind == .name || $0.isMark(".") }
  }

  private mutating func assign(_ name: String, _ value: ArraySlice<PythonSource.Token>) {
    if let last = value.last, Self.isPath(value) {
      if last.kind == .name, handles.contains(last.text) { handles.insert(name) }
      let isOperation = Self.judged.contains(last.text) || Self.executing.contains(last.text)
      operations[name] = isOperation && value.count > 1 ? last.text : operations[last.text]
      // A function by another name; what is no function is not called by its own.
      if let first = value.first, strange.contains(first.text) { aliases.insert(name) }
    }
    if let call = PythonCall.all(in: Array(value)).first, ["table", "Table"].contains(call.name),
      let table = call.value(0, "name"), table.count == 1, table[0].kind == .text
    {
      tableNames[name] = table[0].text
    }
    guard let first = value.first, value.allSatisfy({ $0.kind == .text }) else { return }
    texts[name] = PythonSource.Token(
      kind: .text, text: value.map(\.text).joined(), line: first.line,
      hasValues: value.contains(where: \.hasValues))
  }

  private mutating func importFrom(_ tokens: [PythonSource.Token]) {
    guard let place = tokens.firstIndex(where: { $0.isName("import") }) else { return }
    let module = tokens[1..<place].map(\.text).joined()
    let isHarmless = PythonLibrary.isHarmless(module)
    let names = tokens[(place + 1)...].filter { !$0.isMark("(") && !$0.isMark(")") }
    for part in names.split(whereSeparator: { $0.isMark(",") }) {
      guard let first = part.first, let last = part.last else { continue }
      if module == "alembic", first.text == "op" { handles.insert(last.text) }
      if module == "alembic.op" {
        let all = Self.judged.union(Self.executing)
        for name in first.isMark("*") ? all : [first.text] {
          operations[first.isMark("*") ? name : last.text] = name
        }
      } else if first.isMark("*") {
        isFlooded = isFlooded || !isHarmless
      } else if !isHarmless || PythonLibrary.runsPrograms(module, first.text) {
        strange.insert(last.text)
      }
    }
  }

  private mutating func importModules(_ tokens: [PythonSource.Token]) {
    for part in tokens.dropFirst().split(whereSeparator: { $0.isMark(",") }) {
      if part.map(\.text).starts(with: ["alembic", ".", "op", "as"]), let last = part.last {
        handles.insert(last.text)
      }
      guard let first = part.first, let last = part.last, !PythonLibrary.isHarmless(first.text)
      else {
        continue
      }
      strange.insert(part.contains { $0.isName("as") } ? last.text : first.text)
    }
  }
}
