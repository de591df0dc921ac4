internal import Release

/// sqlx: `VERSION_DESCRIPTION.sql`, or a pair that ends in `.up.sql` and `.down.sql`.
struct SqlxMigrations: MigrationTool {
  func owns(_ path: String) -> Bool { PathName.last(path).hasSuffix(".sql") }

  private static func version(_ name: Substring) -> Substring? {
    name.prefixMatch(of: /([0-9]+)_/)?.1
  }

  func knows(_ file: MigrationFile) -> Bool { Self.version(PathName.last(file.path)) != nil }

  func read(
    _ file: MigrationFile, among files: MigrationFiles
  ) throws(UnreadableMigration) -> Migration? {
    let name = PathName.last(file.path)
    guard let version = Self.version(name) else {
      throw UnreadableMigration(
        line: nil, why: "its name does not begin with a version and _",
        hint: "rename it: VERSION_NAME.sql; or mend `tool` or `paths` in [checks.migrations]")
    }
    return try SQLFile.read(
      file, id: SQLFile.number(version), among: files, hasHalves: false)
  }

  func order(_ migrations: [Migration], isShipped: (Migration) -> Bool) -> [CheckFinding] {
    SQLFile.order(migrations, isShipped: isShipped)
  }

  func before(_ migration: Migration, among all: [Migration]) -> [Migration] {
    SQLFile.before(migration, among: all) { _ in false }
  }
}

/// Files of any kind, in the order of the numbers in their names: V12__name.sql, 0012_name.sql; or in
/// those of their directories: 0012_name/migration.sql.
struct PlainMigrations: MigrationTool {
  func owns(_ path: String) -> Bool {
    let name = PathName.last(path)
    let isReadme = name.uppercased().prefix { $0 != "." } == "README"
    return !name.hasPrefix(".") && !isReadme && !Self.others.contains(String(name))
      && !Self.endings.contains(where: name.hasSuffix) && !Self.isBeside(path)
  }

  /// What lies beside migrations and is none: sums over them, locks, remarks, Flyway's settings,
  /// Drizzle's notes.
  private static let endings = [".md", ".rst", ".lock", ".sum", ".sha256", ".pyc", ".conf"]
  private static let others: Set<String> = [
    "__init__.py", "migration_lock.toml", "_journal.json", "snapshot.json",
  ]

  /// Whether a file has the name of a program's that embeds or lists migrations, or of what they come
  /// to in the end: where its directory has a number it is a part of a migration all the same.
  private static func isBeside(_ path: String) -> Bool {
    let parts = path.split(separator: "/").suffix(2)
    let directory = parts.count == 2 ? parts.first : nil
    guard let name = parts.last, directory.flatMap(version) == nil else { return false }
    return besides.contains(String(name))
      || (directory == "meta" && name.hasSuffix("_snapshot.json"))
  }

  private static let besides: Set<String> = [
    "embed.go", "doc.go", "migrations.go", "index.js", "index.ts", "mod.rs", "LATEST.sql",
    "schema.sql", "structure.sql", "schema.prisma",
  ]

  /// Flyway: R__name.sql has no version.
  func isRepeatable(_ path: String) -> Bool {
    let name = PathName.last(path)
    return (name.hasPrefix("R__") && name.hasSuffix(".sql")) || isCallback(path)
  }

  /// Flyway: afterMigrate.sql and beforeEachMigrate__name.sql are run around the others.
  func isCallback(_ path: String) -> Bool { Self.event(of: path) != nil }

  private static func event(of path: String) -> Substring? {
    PathName.last(path).wholeMatch(
      of: /((?:before|after)[A-Z][A-Za-z]*|createSchema)(?:__.*)?\.sql/)?.1
  }

  private static func version(_ name: Substring) -> Substring? {
    name.firstMatch(of: /^[A-Za-z]?([0-9]+(?:[._-][0-9]+)*)/)?.1
  }

  /// Prisma, Diesel: a file without a number is a part of what its directory's number says.
  func name(of path: String) -> Substring {
    let parts = path.split(separator: "/").suffix(2)
    guard let name = parts.last, let directory = parts.first, parts.count == 2,
      Self.version(name) == nil, Self.version(directory) != nil, !isRepeatable(path)
    else { return PathName.last(path) }
    return directory
  }

  func knows(_ file: MigrationFile) -> Bool {
    isRepeatable(file.path)
      || (Self.version(name(of: file.path)) != nil && !AlembicMigrations().isRevision(file))
  }

  func read(
    _ file: MigrationFile, among files: MigrationFiles
  ) throws(UnreadableMigration) -> Migration? {
    let name = PathName.last(file.path)
    // What is run on the way back only.
    if let event = Self.event(of: file.path), event.contains("Undo") || event.contains("Clean") {
      _ = try SQLScript.readings(file.text())
      return nil
    }
    if isRepeatable(file.path) {
      // Its way back is what it was before.
      var migration = try SQLFile.read(
        file, id: PathName.stem(file.path), among: files, hasHalves: false)
      migration?.hasDown = true
      return migration
    }
    let place = self.name(of: file.path)
    guard let version = Self.version(place) else {
      throw UnreadableMigration(
        line: nil, why: "neither its name nor its directory's has a number to order it by",
        hint: "rename it, such as 0012_NAME.sql; or mend `tool` or `paths` in [checks.migrations]")
    }
    let id = SQLFile.number(version)
    if Self.version(name) == nil {
      return try SQLFile.read(part: file, of: String(place), id: id, among: files)
    }
    if name.hasSuffix(".sql") {
      // Flyway: U12__name.sql takes back V12__name.sql.
      if name.hasPrefix("U") { return nil }
      if files.isWayBack(file.path) {
        _ = try SQLScript.readings(file.text(), hasHalves: true)
        return nil
      }
      return try SQLFile.read(file, id: id, among: files, hasHalves: true)
    }
    return try SQLFile.unread(file, id: id)
  }

  func order(_ migrations: [Migration], isShipped: (Migration) -> Bool) -> [CheckFinding] {
    SQLFile.order(migrations, isShipped: isShipped)
  }

  /// What is run again when it changes may have run before anything.
  func before(_ migration: Migration, among all: [Migration]) -> [Migration] {
    SQLFile.before(migration, among: all) { self.isRepeatable($0.path) }
  }
}

/// What SQL files have in common, whoever runs them.
enum SQLFile {
  /// A version without the zeros before its numbers, which order nothing.
  static func number(_ text: some StringProtocol) -> String {
    text.split { !$0.isNumber }.map { part in
      let digits = part.drop { $0 == "0" }
      return digits.isEmpty ? "0" : String(digits)
    }.joined(separator: ".")
  }

  /// - Parameter hasHalves: Whether a file may hold both ways, parted by a comment.
  static func read(
    _ file: MigrationFile, id: String, among files: MigrationFiles, hasHalves: Bool
  ) throws(UnreadableMigration) -> Migration? {
    let readings = try SQLScript.readings(file.text(), hasHalves: hasHalves)
    let name = PathName.last(file.path)
    if let base = base(file.path, without: ".down.sql") {
      guard files[base + ".up.sql"] != nil else {
        throw UnreadableMigration(
          line: nil, why: "there is no \(PathName.last(base)).up.sql",
          hint: "write what it takes back, or remove it")
      }
      return nil
    }
    let base = base(file.path, without: ".up.sql") ?? String(file.path.dropLast(4))
    var undos = [base + ".down.sql"]
    if hasHalves { undos += SQLWayBack.places(of: file.path) }
    if name.hasPrefix("V") {
      undos.append(file.path.dropLast(name.count) + "U" + name.dropFirst())
    }
    var hasDown =
      readings.allSatisfy { $0.up.allSatisfy(SQLScript.isIdle) }
      || readings.allSatisfy { !$0.lacksWayBack && !$0.down.allSatisfy(SQLScript.isIdle) }
    var hidden = SQLGrammar.fault(in: readings)
    for undo in undos {
      guard let file = files[undo] else { continue }
      let readings = try SQLScript.readings(file.text(), hasHalves: hasHalves)
      hasDown = hasDown || readings.allSatisfy { !$0.all.allSatisfy(SQLScript.isIdle) }
      hidden = hidden ?? SQLGrammar.fault(in: readings)?.of(undo)
    }
    return Migration(
      path: file.path, id: id, effects: try DestructiveSQL.effects(in: readings, \.up),
      hasDown: hasDown, isBlank: readings.allSatisfy(\.up.isEmpty), hidden: hidden)
  }

  /// A file of a directory that is a migration; `down.sql` in it is the way back.
  static func read(
    part file: MigrationFile, of directory: String, id: String, among files: MigrationFiles
  ) throws(UnreadableMigration) -> Migration? {
    let name = PathName.last(file.path)
    let place = String(decoding: file.path.utf8.dropLast(name.utf8.count), as: UTF8.self)
    if name == "down.sql",
      ["up.sql", "migration.sql"].contains(where: { files["\(place)\($0)"] != nil })
    {
      _ = try SQLScript.readings(file.text(), hasHalves: true)
      return nil
    }
    guard file.path.hasSuffix(".sql") else { return try unread(file, id: id, directory) }
    var migration = try read(file, id: id, among: files, hasHalves: true)
    migration?.directory = directory
    if let down = files["\(place)down.sql"], migration?.hasDown == false {
      let readings = try SQLScript.readings(down.text(), hasHalves: true)
      migration?.hasDown = readings.allSatisfy { !$0.all.allSatisfy(SQLScript.isIdle) }
      let fault = SQLGrammar.fault(in: readings)?.of("\(place)down.sql")
      if migration?.hidden == nil { migration?.hidden = fault }
    }
    return migration
  }

  /// A file that is no SQL, so that nobody here can tell what it does.
  static func unread(
    _ file: MigrationFile, id: String, _ directory: String? = nil
  ) throws(UnreadableMigration) -> Migration {
    let text = try file.text()
    if text.allSatisfy(\.isWhitespace) {
      return Migration(
        path: file.path, id: id, directory: directory, hasDown: true, isBlank: true)
    }
    let unseen = DestructiveStep(
      line: 1, what: "is no SQL: neither what it does nor its way back is looked at",
      isCertain: false)
    return Migration(
      path: file.path, id: id, directory: directory, effects: SQLEffects([unseen]), hasDown: true)
  }

  private static func base(_ path: String, without ending: String) -> String? {
    path.hasSuffix(ending) ? String(path.dropLast(ending.count)) : nil
  }

  /// Versions once each, and new ones behind those that shipped.
  static func order(
    _ migrations: [Migration], isShipped: (Migration) -> Bool
  ) -> [CheckFinding] {
    var findings: [CheckFinding] = []
    var byID: [String: Migration] = [:]
    for migration in migrations {
      if let other = byID[migration.id] {
        findings.append(
          CheckFinding(
            .fail, "migration-duplicate", "version \(migration.id) is that of \(other.path) too",
            path: migration.path, line: 1))
      } else {
        byID[migration.id] = migration
      }
    }
    let last = migrations.filter(isShipped).map(\.id).max(by: precedes)
    for migration in migrations where !isShipped(migration) {
      guard let last, !precedes(last, migration.id), last != migration.id else { continue }
      findings.append(
        CheckFinding(
          .fail, "migration-order",
          "version \(migration.id) is new, and comes before \(last), which shipped",
          path: migration.path, line: 1))
    }
    guard findings.isEmpty else { return findings }
    let highest = migrations.map(\.id).max(by: precedes) ?? ""
    return [
      CheckFinding(.pass, "migration-head", "versions are unique and increasing, up to \(highest)")
    ]
  }

  /// - Parameter isRepeatable: Whether one has no place among the others.
  static func before(
    _ migration: Migration, among all: [Migration], isRepeatable: (Migration) -> Bool
  ) -> [Migration] {
    let isLast = isRepeatable(migration)
    let versioned = all.filter { other in
      !isRepeatable(other) && (isLast || precedes(other.id, migration.id))
    }
    let repeatable = all.filter { isRepeatable($0) && !$0.path.isExactly(migration.path) }
    return versioned.sorted { precedes($0.id, $1.id) }
      + repeatable.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// By numbers of any length, part by part.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    let parts = (left.split(separator: "."), right.split(separator: "."))
    for (one, other) in zip(parts.0, parts.1) where one != other {
      return one.count != other.count
        ? one.count < other.count : one.utf8.lexicographicallyPrecedes(other.utf8)
    }
    return parts.0.count < parts.1.count
  }
}
