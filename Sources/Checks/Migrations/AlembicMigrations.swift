internal import Release

/// Alembic: Python modules that name the revision before.
struct AlembicMigrations: MigrationTool {
  func owns(_ path: String) -> Bool {
    let name = PathName.last(path)
    return name.hasSuffix(".py") && name != "__init__.py" && name != "env.py"
  }

  /// Whether a file is one of its own, wherever it lies.
  func isRevision(_ file: MigrationFile) -> Bool {
    guard owns(file.path) else { return false }
    do throws(UnreadableMigration) {
      return try read(file, among: MigrationFiles()) != nil
    } catch {
      return false
    }
  }

  func read(
    _ file: MigrationFile, among files: MigrationFiles
  ) throws(UnreadableMigration) -> Migration? {
    let source = try PythonSource(file.text())
    guard let named = source.value(of: "revision") else {
      throw UnreadableMigration(
        line: nil, why: "it assigns no revision",
        hint: "write its revision, or put what is no migration elsewhere")
    }
    let line = source.line(of: "revision") ?? 1
    guard named.count == 1, named[0].kind == .text, !named[0].hasValues, !named[0].text.isEmpty
    else {
      throw UnreadableMigration(line: line, why: "its revision is no text")
    }
    let functions = PythonFunctions(source)
    let hidden = ["upgrade", "downgrade"].lazy.compactMap { name in
      functions.rebinding(of: name).map { line in
        UnreadableMigration(line: line, why: "what \(name) stands for is not written out in it")
      }
    }.first
    guard let up = functions.reached(from: "upgrade") ?? hidden.map({ _ in [] }) else {
      throw UnreadableMigration(line: nil, why: "it has no upgrade()")
    }
    let names = AlembicNames(source)
    let steps = AlembicSteps(names: names, functions: functions)
    let down = functions.reached(from: "downgrade") ?? []
    // Nothing done needs no way back: a revision that only joins two others.
    let isEmpty = try !steps.doesSomething(up)
    let parents = try Self.parents(source)
    let hasDown = try steps.doesSomething(down)
    let unread = try steps.unread(in: functions.loose + up + down)
    var effects = try steps.effects(in: functions.loose + up)
    effects.harmless = try steps.acts().map(SQLAct.harmless) ?? []
    var needs: [String] = []
    var hiddenNeeds: UnreadableMigration?
    do throws(UnreadableMigration) {
      needs = try Self.texts("depends_on", source) ?? []
    } catch {
      hiddenNeeds = error
    }
    return Migration(
      path: file.path, id: named[0].text, line: line, parents: parents, needs: needs,
      labels: source.value(of: "branch_labels")?.filter { $0.kind == .text }.map(\.text) ?? [],
      needsLine: source.line(of: "depends_on"),
      parentsLine: source.line(of: "down_revision"), upLine: functions.line(of: "upgrade"),
      downLine: functions.line(of: "downgrade"), effects: effects, hasDown: isEmpty || hasDown,
      isBlank: isEmpty && parents.count < 2, joins: isEmpty && parents.count > 1,
      hidden: hidden ?? unread ?? hiddenNeeds)
  }

  private static func parents(_ source: PythonSource) throws(UnreadableMigration) -> [String] {
    guard let parents = try texts("down_revision", source) else {
      throw UnreadableMigration(
        line: source.line(of: "down_revision"), why: "it assigns no down_revision")
    }
    return parents
  }

  /// The texts that a name is given, none of `None` and `[]`; `nil` where it is given nothing.
  private static func texts(
    _ name: String, _ source: PythonSource
  ) throws(UnreadableMigration) -> [String]? {
    guard let value = source.value(of: name) else { return nil }
    if value.count == 1, value[0].isName("None") { return [] }
    let isPlain = value.allSatisfy { token in
      (token.kind == .text && !token.hasValues)
        || (token.kind == .mark && "()[],".contains(token.text))
    }
    let texts = value.filter { $0.kind == .text }.map(\.text)
    guard isPlain, !value.isEmpty else {
      throw UnreadableMigration(line: source.line(of: name), why: "its \(name) is not written out")
    }
    return texts
  }

  func before(_ migration: Migration, among all: [Migration]) -> [Migration] {
    let byID = Dictionary(all.map { (ExactName($0.id), $0) }, uniquingKeysWith: { one, _ in one })
    var seen: Set<ExactName> = [ExactName(migration.id)]
    var before: [Migration] = []
    var open = migration.parents
    while !open.isEmpty {
      let next = open.removeFirst()
      guard seen.insert(ExactName(next)).inserted, let parent = byID[ExactName(next)] else {
        continue
      }
      before.append(parent)
      open += parent.parents
    }
    return before.reversed()
  }

  func order(_ migrations: [Migration], isShipped: (Migration) -> Bool) -> [CheckFinding] {
    var byID: [ExactName: Migration] = [:]
    var findings: [CheckFinding] = []
    for migration in migrations {
      if let other = byID[ExactName(migration.id)] {
        findings.append(
          CheckFinding(
            .fail, "migration-duplicate", "revision \(migration.id) is that of \(other.path) too",
            path: migration.path, line: migration.line,
            hint: "give the new one a revision of its own, and name that in what comes after it"))
      } else {
        byID[ExactName(migration.id)] = migration
      }
    }
    let labels = Set(migrations.flatMap(\.labels))
    for migration in migrations {
      for parent in migration.parents where byID[ExactName(parent)] == nil {
        findings.append(
          CheckFinding(
            .fail, "migration-parent",
            "it comes after revision \(parent), which no migration is", path: migration.path,
            line: migration.parentsLine))
      }
      for need in migration.needs where byID[ExactName(need)] == nil && !labels.contains(need) {
        findings.append(
          CheckFinding(
            .fail, "migration-parent",
            "it depends on \(need), which no migration is", path: migration.path,
            line: migration.needsLine))
      }
    }
    guard findings.isEmpty else { return findings }
    let followed = Set(migrations.flatMap(\.parents).map { ExactName($0) })
    let heads = migrations.filter { !followed.contains(ExactName($0.id)) }
    if heads.count > 1 {
      let named = heads.map(\.id).joined(separator: ", ")
      return heads.map { head in
        CheckFinding(
          .fail, "migration-heads", "one of \(heads.count) heads: \(named)", path: head.path,
          line: head.line)
      }
    }
    let reached = Self.reached(from: heads) { $0.parents.compactMap { byID[ExactName($0)] } }
    let cut = migrations.filter { !reached.contains(ExactName($0.id)) }
    guard cut.isEmpty else {
      return cut.map { migration in
        CheckFinding(
          .fail, "migration-cycle", "revision \(migration.id) comes after itself",
          path: migration.path, line: migration.parentsLine)
      }
    }
    let circles = Self.circles(in: migrations, byID)
    guard circles.isEmpty else { return circles }
    return heads.map { head in
      CheckFinding(.pass, "migration-head", "there is one head: \(head.id)", path: head.path)
    }
  }

  /// Those that come after themselves by what they depend on, which may be named by a label.
  private static func circles(
    in migrations: [Migration], _ byID: [ExactName: Migration]
  ) -> [CheckFinding] {
    var byName = byID
    for migration in migrations {
      for label in migration.labels where byName[ExactName(label)] == nil {
        byName[ExactName(label)] = migration
      }
    }
    func named(_ names: [String]) -> [Migration] { names.compactMap { byName[ExactName($0)] } }
    let stuck = stuck(migrations) { named($0.parents + $0.needs) }
    return migrations.filter { migration in
      stuck.contains(ExactName(migration.id))
        && reached(from: named(migration.needs)) { named($0.parents + $0.needs) }
          .contains(ExactName(migration.id))
    }.map { migration in
      CheckFinding(
        .fail, "migration-cycle",
        "revision \(migration.id) comes after itself, by what it depends on",
        path: migration.path, line: migration.needsLine)
    }
  }

  /// Those that can not run once all before them have: what is in a circle, or comes after one.
  private static func stuck(
    _ migrations: [Migration], waitingFor before: (Migration) -> [Migration]
  ) -> Set<ExactName> {
    var waits: [ExactName: Int] = [:]
    var followers: [ExactName: [ExactName]] = [:]
    for migration in migrations {
      let others = before(migration)
      waits[ExactName(migration.id), default: 0] += others.count
      for other in others {
        followers[ExactName(other.id), default: []].append(ExactName(migration.id))
      }
    }
    var open = waits.filter { $0.value == 0 }.map(\.key)
    while let next = open.popLast() {
      waits[next] = nil
      for follower in followers[next] ?? [] {
        waits[follower, default: 0] -= 1
        if waits[follower] == 0 { open.append(follower) }
      }
    }
    return Set(waits.keys)
  }

  private static func reached(
    from first: [Migration], by steps: (Migration) -> [Migration]
  ) -> Set<ExactName> {
    var reached: Set<ExactName> = []
    var open = first
    while let next = open.popLast() {
      guard reached.insert(ExactName(next.id)).inserted else { continue }
      open += steps(next)
    }
    return reached
  }
}
