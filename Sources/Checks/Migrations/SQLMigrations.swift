internal import Release

/// sqlx: `VERSION_DESCRIPTION.sql`, or a pair that ends in `.up.sql` and `.down.sql`.
struct SqlxMigrations: MigrationTool {
  func owns(_ path: String) -> Bool { PathName.last(path).hasSuffix(".sql") }

  func read(
    _ file: MigrationFile, among files: [String: MigrationFile]
  ) throws(UnreadableMigration) -> Migration? {
    let name = PathName.last(file.path)
    guard let version = name.prefixMatch(of: /([0-9]+)_/) else {
      throw UnreadableMigration(line: nil, why: "its name does not begin with a version and _")
    }
    return try SQLFile.read(
      file, id: SQLFile.number(version.1), among: files, hasHalves: false)
  }

  func order(_ migrations: [Migration], isShipped: (Migration) -> Bool) -> [CheckFinding] {
    SQLFile.order(migrations, isShipped: isShipped)
  }
}

/// Files of any kind, in the order of the numbers in their names: V12__name.sql, 0012_name.sql.
struct PlainMigrations: MigrationTool {
  func owns(_ path: String) -> Bool {
    let name = PathName.last(path)
    let isReadme = name.uppercased().prefix { $0 != "." } == "README"
    return !name.hasPrefix(".") && !isReadme && !Self.others.contains(String(name))
      && !Self.endings.contains(where: name.hasSuffix)
  }

  /// What lies beside migrations and is none: sums over them, locks, remarks.
  private static let endings = [".md", ".rst", ".lock", ".sum", ".sha256", ".pyc"]
  private static let others: Set<String> = ["__init__.py", "migration_lock.toml"]

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

  func read(
    _ file: MigrationFile, among files: [String: MigrationFile]
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
    guard let version = name.firstMatch(of: /^[A-Za-z]?([0-9]+(?:[._-][0-9]+)*)/) else {
      throw UnreadableMigration(line: nil, why: "its name has no number to order it by")
    }
    let id = SQLFile.number(version.1)
    if name.hasSuffix(".sql") {
      // Flyway: U12__name.sql takes back V12__name.sql.
      if name.hasPrefix("U") { return nil }
      return try SQLFile.read(file, id: id, among: files, hasHalves: true)
    }
    _ = try file.text()
    let unseen = DestructiveStep(
      line: 1, what: "is no SQL: neither what it does nor its way back is looked at",
      isCertain: false)
    return Migration(path: file.path, id: id, steps: [unseen], hasDown: true)
  }

  func order(_ migrations: [Migration], isShipped: (Migration) -> Bool) -> [CheckFinding] {
    SQLFile.order(migrations, isShipped: isShipped)
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
    _ file: MigrationFile, id: String, among files: [String: MigrationFile], hasHalves: Bool
  ) throws(UnreadableMigration) -> Migration? {
    let readings = try SQLScript.readings(file.text(), hasHalves: hasHalves)
    let name = PathName.last(file.path)
    if let base = base(file.path, without: ".down.sql") {
      guard files[base + ".up.sql"] != nil else {
        throw UnreadableMigration(line: nil, why: "there is no \(PathName.last(base)).up.sql")
      }
      return nil
    }
    let base = base(file.path, without: ".up.sql") ?? String(file.path.dropLast(4))
    var undos = [base + ".down.sql"]
    if name.hasPrefix("V") {
      undos.append(file.path.dropLast(name.count) + "U" + name.dropFirst())
    }
    var hasDown = readings.contains { reading in
      reading.up.allSatisfy(SQLScript.isIdle) || !reading.down.allSatisfy(SQLScript.isIdle)
    }
    for undo in undos {
      guard let file = files[undo] else { continue }
      let readings = try SQLScript.readings(file.text(), hasHalves: hasHalves)
      hasDown = hasDown || readings.contains { !$0.all.allSatisfy(SQLScript.isIdle) }
    }
    return Migration(
      path: file.path, id: id, steps: try DestructiveSQL.steps(in: readings, \.up),
      hasDown: hasDown)
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
