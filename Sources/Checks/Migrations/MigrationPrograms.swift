/// What migrations do by way of programs that they leave in the database for each other.
struct MigrationPrograms {
  private let migrations: [Migration]
  private let tool: any MigrationTool
  /// Of all programs that any of them leaves.
  private let names: Set<String>

  /// - Parameter migrations: All that could be read.
  init(_ migrations: [Migration], _ tool: any MigrationTool) {
    self.migrations = migrations
    self.tool = tool
    names = Set(migrations.flatMap { $0.effects.programs.map(\.name) })
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
    var all = SQLEffects(effects.steps.filter { !effects.harmless.contains($0) })
    all.add(SQLEffects(effects.calls.flatMap(known.steps)))
    return all.steps.sorted { $0.line < $1.line }
  }
}
