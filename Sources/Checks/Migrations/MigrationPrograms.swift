/// What migrations do by way of programs that they leave in the database for each other.
struct MigrationPrograms {
  private let migrations: [Migration]
  private let tool: any MigrationTool
  /// Of all programs that any of them leaves.
  private let names: Set<String>
  /// What the new ones make: to fill that loses nothing.
  private let made: SQLMade

  /// - Parameters:
  ///   - migrations: All that could be read.
  ///   - new: Those of them that have not shipped.
  init(_ migrations: [Migration], new: [Migration], _ tool: any MigrationTool) {
    self.migrations = migrations
    self.tool = tool
    names = Set(migrations.flatMap { $0.effects.programs.map(\.name) })
    made = new.reduce(into: SQLMade()) { $0.add($1.effects.made) }
  }

  /// All that a new one does, by lines.
  func steps(of migration: Migration) -> [DestructiveStep] {
    let effects = migration.effects
    var known = SQLPrograms()
    if effects.calls.contains(where: { names.contains($0.name) }) {
      for other in tool.before(migration, among: migrations) {
        known.add(other.effects.programs, from: other.path)
      }
      known.add(effects.programs, from: nil)
    }
    var all = SQLEffects(effects.steps.filter { !isFilling($0) && !effects.harmless.contains($0) })
    all.add(SQLEffects(effects.calls.flatMap(known.steps)))
    return all.steps.sorted { $0.line < $1.line }
  }

  /// Whether a step changes nothing but what was not there in the release before.
  private func isFilling(_ step: DestructiveStep) -> Bool {
    guard let columns = step.overwrites, !columns.isEmpty else { return false }
    return columns.allSatisfy(made.contains)
  }
}
