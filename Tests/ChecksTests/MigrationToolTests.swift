import Git
import Release
import TestSupport
import Testing

@testable import Checks

/// What becomes of migrations that shipped, where another tool or none runs them by now.
@Suite struct MigrationToolTests {
  /// One of Alembic's shipped in v1.0.0.
  private func project(_ revision: String = "aa") throws -> TestRepository {
    let test = try TestRepository()
    let module = """
      revision = "\(revision)"
      down_revision = None


      def upgrade():
          op.create_table("t")


      def downgrade():
          op.drop_table("t")

      """
    try test.commit(
      "feat: begin", files: ["alembic/\(revision)_one.py": module, "alembic/env.py": "import os\n"])
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    return test
  }

  private func findings(
    _ test: TestRepository, tool: String = "plain", paths: [String]
  ) async throws -> [CheckFinding] {
    var policy = Policy()
    policy.checks["migrations"] = .builtIn(
      settings: ["tool": .text("alembic"), "paths": .texts(["alembic"])])
    return try await migrations(["paths": .texts(paths)], tool: tool).run(
      on: test.subject(formerly: policy))
  }

  /// A revision's name may begin with digits, and is no number for that.
  @Test(arguments: ["aa", "1975ea83b712"])
  func `what shipped under another tool is not held to the names of today's`(
    revision: String
  ) async throws {
    let test = try project(revision)
    try test.commit("feat: plain", files: ["sql/0001_a.sql": "-- up\nselect 1\n"])
    let alone = try await findings(test, paths: ["sql"])
    #expect(
      alone.first { $0.code == "migration-removed" }?.hint
        == "name its directory in `paths` of [checks.migrations] again", "\(alone)")
    #expect(try await findings(test, paths: ["alembic", "sql"]).faults == [])
    try test.commit("feat: odd", files: ["alembic/bb_two.py": "x = 1\n"])
    let new = try await findings(test, paths: ["alembic", "sql"])
    #expect(new.faults == ["migration-unreadable alembic/bb_two.py:1"])
    #expect(new.last?.hint?.hasPrefix("rename it") ?? false, "\(new)")
  }

  @Test(arguments: ["plain", "sqlx"])
  func `it is held to what it was, whatever today's tool sees`(tool: String) async throws {
    let test = try project()
    try test.commit("feat: plain", files: ["sql/0001_a.sql": "select 1;\n"])
    let paths = ["alembic", "sql"]
    #expect(try await findings(test, tool: tool, paths: paths).faults == [])
    try test.commit("feat: change", files: ["alembic/aa_one.py": "revision = 'aa'\n"])
    let changed = try await findings(test, tool: tool, paths: paths)
    #expect(changed.contains { $0.code == "migration-changed" }, "\(changed)")
    try test.git("rm", "-q", "alembic/aa_one.py")
    try test.commit("feat: remove")
    let removed = try await findings(test, tool: tool, paths: paths)
    #expect(
      removed.first { $0.code == "migration-removed" }?.hint
        == "git restore --source v1.0.0 -- alembic/aa_one.py", "\(removed)")
  }

  @Test func `where all are gone, or looked for elsewhere, what shipped is named`() async throws {
    let test = try project()
    let elsewhere = try await findings(test, tool: "alembic", paths: ["alembik"])
    #expect(
      elsewhere.faults == ["migrations-missing alembik", "migration-removed alembic/aa_one.py:1"])
    #expect(elsewhere.last?.hint == "name its directory in `paths` of [checks.migrations] again")
    try test.git("rm", "-q", "alembic/aa_one.py")
    try test.commit("feat: remove")
    let gone = try await findings(test, tool: "alembic", paths: ["alembic"])
    #expect(gone.faults == ["migrations-missing alembic", "migration-removed alembic/aa_one.py:1"])
    #expect(gone.last?.hint == "git restore --source v1.0.0 -- alembic/aa_one.py")
  }
}
