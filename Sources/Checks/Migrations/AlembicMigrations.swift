internal import Release

/// Alembic: Python modules that name the revision before.
struct AlembicMigrations: MigrationTool {
  func owns(_ path: String) -> Bool {
    let name = PathName.last(path)
    return name.hasSuffix(".py") && name != "__init__.py" && name != "env.py"
  }

  func read(
    _ file: MigrationFile, among paths: Set<String>
  ) throws(UnreadableMigration) -> Migration? {
    let source = try PythonSource(file.text())
    guard let named = source.value(of: "revision") else {
      throw UnreadableMigration(line: nil, why: "it assigns no revision")
    }
    let line = source.line(of: "revision") ?? 1
    guard named.count == 1, named[0].kind == .text, !named[0].text.isEmpty else {
      throw UnreadableMigration(line: line, why: "its revision is no text")
    }
    guard let up = source.body(of: "upgrade") else {
      throw UnreadableMigration(line: nil, why: "it has no upgrade()")
    }
    let steps = try AlembicSteps.steps(in: up)
    // Nothing done needs no way back: a revision that only joins two others.
    let hasDown = !Self.isSomething(up) || Self.isSomething(source.body(of: "downgrade") ?? [])
    return Migration(
      path: file.path, id: named[0].text, line: line, parents: try Self.parents(source),
      steps: steps, hasDown: hasDown)
  }

  private static func parents(_ source: PythonSource) throws(UnreadableMigration) -> [String] {
    let line = source.line(of: "down_revision")
    guard let value = source.value(of: "down_revision") else {
      throw UnreadableMigration(line: line, why: "it assigns no down_revision")
    }
    if value.count == 1, value[0].isName("None") { return [] }
    let isPlain = value.allSatisfy { token in
      token.kind == .text || (token.kind == .mark && "()[],".contains(token.text))
    }
    let parents = value.filter { $0.kind == .text }.map(\.text)
    guard isPlain, !parents.isEmpty else {
      throw UnreadableMigration(line: line, why: "its down_revision is not written out")
    }
    return parents
  }

  /// Whether a function's body does more than `pass` or refuse.
  private static func isSomething(_ body: [[PythonSource.Token]]) -> Bool {
    body.contains { statement in
      guard let first = statement.first else { return false }
      if statement.allSatisfy({ $0.kind == .text || $0.isMark(".") }) { return false }
      return !["pass", "raise", "return", "import", "from"].contains(first.text)
    }
  }

  func order(_ migrations: [Migration], isShipped: (Migration) -> Bool) -> [CheckFinding] {
    var byID: [String: Migration] = [:]
    var findings: [CheckFinding] = []
    for migration in migrations {
      if let other = byID[migration.id] {
        findings.append(
          CheckFinding(
            .fail, "migration-duplicate", "revision \(migration.id) is that of \(other.path) too",
            path: migration.path, line: migration.line))
      } else {
        byID[migration.id] = migration
      }
    }
    for migration in migrations {
      for parent in migration.parents where byID[parent] == nil {
        findings.append(
          CheckFinding(
            .fail, "migration-parent",
            "it comes after revision \(parent), which no migration is", path: migration.path,
            line: migration.line))
      }
    }
    guard findings.isEmpty else { return findings }
    let followed = Set(migrations.flatMap(\.parents))
    let heads = migrations.filter { !followed.contains($0.id) }
    if heads.count > 1 {
      let named = heads.map(\.id).joined(separator: ", ")
      return heads.map { head in
        CheckFinding(
          .fail, "migration-heads", "one of \(heads.count) heads: \(named)", path: head.path,
          line: head.line)
      }
    }
    let reached = Self.reached(from: heads, byID)
    let cut = migrations.filter { !reached.contains($0.id) }
    guard cut.isEmpty else {
      return cut.map { migration in
        CheckFinding(
          .fail, "migration-cycle", "revision \(migration.id) comes after itself",
          path: migration.path, line: migration.line)
      }
    }
    return heads.map { head in
      CheckFinding(.pass, "migration-head", "there is one head: \(head.id)", path: head.path)
    }
  }

  private static func reached(
    from heads: [Migration], _ byID: [String: Migration]
  ) -> Set<String> {
    var reached: Set<String> = []
    var open = heads
    while let next = open.popLast() {
      guard reached.insert(next.id).inserted else { continue }
      open += next.parents.compactMap { byID[$0] }
    }
    return reached
  }
}

/// Finds what Alembic's operations take away or narrow.
enum AlembicSteps {
  static func steps(in body: [[PythonSource.Token]]) throws(UnreadableMigration)
    -> [DestructiveStep]
  {
    var steps: [DestructiveStep] = []
    for call in body.flatMap(PythonCall.all) {
      steps += call.method == "execute" ? try executed(call) : Self.steps(of: call)
    }
    return steps
  }

  private static func steps(of call: PythonCall) -> [DestructiveStep] {
    let name = call.texts.prefix(2).joined(separator: ".")
    func step(_ what: String) -> DestructiveStep { DestructiveStep(line: call.line, what: what) }
    switch call.method {
    case "drop_column": return [step("drops the column \(name)")]
    case "drop_table": return [step("drops the table \(name)")]
    case "rename_table": return [step("renames the table \(call.texts.first ?? "")")]
    case "alter_column":
      var steps: [DestructiveStep] = []
      if call.named["type_"] != nil { steps.append(step("retypes the column \(name)")) }
      if call.named["new_column_name"] != nil {
        steps.append(step("renames the column \(name)"))
      }
      if call.contains("nullable", "False"), call.named["server_default"] == nil,
        call.named["existing_server_default"] == nil
      {
        steps.append(step("makes the column \(name) not null"))
      }
      return steps
    case "add_column":
      let column = call.tokens.first { $0.kind == .text && $0.text != call.texts.first }?.text
      guard call.contains("nullable", "False"), !call.mentions("server_default") else { return [] }
      let full = ([call.texts.first, column].compactMap(\.self)).joined(separator: ".")
      return [step("adds the column \(full), not null and without a default")]
    default: return []
    }
  }

  /// What SQL does that is written out in a call of `execute`.
  private static func executed(_ call: PythonCall) throws(UnreadableMigration) -> [DestructiveStep]
  {
    let wrapping: Set = ["sa", "text", "sqlalchemy", "op"]
    let isWritten = call.tokens.allSatisfy { token in
      switch token.kind {
      case .text: true
      case .name: wrapping.contains(token.text)
      case .mark: "().,".contains(token.text)
      case .number: false
      }
    }
    let texts = call.tokens.filter { $0.kind == .text }
    guard isWritten, let first = texts.first else {
      return [DestructiveStep(line: call.line, what: "executes what is not written out in it")]
    }
    // Line for line as in the file, so that a step is found where it stands.
    var script = ""
    var line = first.line
    for text in texts {
      script += String(repeating: "\n", count: max(0, text.line - line)) + " " + text.text
      line = max(line, text.line) + text.text.count { $0 == "\n" }
    }
    let parsed = try SQLScript(script, startingAt: first.line)
    return try DestructiveSQL.steps(in: parsed.up + parsed.down)
  }
}
