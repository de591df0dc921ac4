import Release
import TestSupport
import Testing

@testable import Checks

/// What migrations do, from a release to the next one.
@Suite struct MigrationEffectTests {
  /// SQL files, the first of which shipped in v1.0.0, and what is found in the others.
  private func found(_ tool: String, _ shipped: String, _ new: [String: String]) async throws
    -> [String]
  {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["db/V1__begin.sql": shipped])
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    try test.commit("feat: go on", files: new)
    return try await test.findings(of: migrations(["down": .text("ignore")], tool: tool)).filter {
      $0.outcome != .pass
    }.map { "\($0.code) \($0.path ?? "")\($0.line.map { ":\($0)" } ?? "") \($0.message)" }
  }

  private static let purge =
    "create function purge(a int) returns void language sql as $$\ndelete from t $$;\n"

  @Test func `what another migration defines is judged where it is called`() async throws {
    let found = try await found(
      "plain", Self.purge,
      [
        "db/V2__a.sql": "select 1;\nselect purge(1);",
        "db/V3__b.sql": "create procedure all_of_it() language sql as 'select purge(1)';",
        "db/V4__c.sql": "call all_of_it();", "db/V5__d.sql": "select later();",
        "db/V6__e.sql":
          Self.purge.replacing("function", with: "or replace function").replacing(
            "delete from t", with: "delete from t where b") + "select purge(2);",
        "db/V7__f.sql": "select purge(3);",
        "db/V8__g.sql": "create function later() returns void as $$ drop table t $$ language sql;",
        "db/R__views.sql": "select later();",
      ])
    #expect(
      found == [
        "migration-destructive db/R__views.sql:1 it calls later, which drops the table t "
          + "(db/V8__g.sql:1)",
        "migration-destructive db/V2__a.sql:2 it calls purge, which deletes all rows of t "
          + "(db/V1__begin.sql:2)",
        "migration-destructive db/V4__c.sql:1 it calls all_of_it, which deletes all rows of t "
          + "(db/V1__begin.sql:2)",
        "migration-unjudged db/V5__d.sql:1 cannot be judged: it calls later, which no migration "
          + "before it defines",
      ])
  }

  @Test func `a trigger of a program that shipped is judged by that program`() async throws {
    let trigger = "create trigger x after insert on t for each row execute function purge()"
    let body = Self.purge.replacing("a int", with: "").replacing("void", with: "trigger")
    let found = try await found("plain", body, ["db/V2__a.sql": trigger])
    #expect(
      found == [
        "migration-destructive db/V2__a.sql:1 it creates a trigger that calls purge, which deletes "
          + "all rows of t (db/V1__begin.sql:2)"
      ])
  }

  @Test func `rows are filled where the migration itself brings the column`() async throws {
    let found = try await found(
      "plain", "create table t (a int, b int)",
      [
        "db/V2__a.sql": "alter table t add column c int;\nupdate t set c = a;",
        "db/V3__b.sql": "update t set c = a;", "db/V4__c.sql": "update t set b = a;",
      ])
    #expect(
      found
        == [3, 4].map { number in
          let path = "db/V\(number)__\(number == 3 ? "b" : "c").sql"
          return "migration-destructive \(path):1 it changes all rows of t"
        })
  }

  @Test func `a migration in which nothing stands is said`() async throws {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: [
        "db/1_a.sql": "-- to be written\n", "db/2_b.sql": "", "db/3_c.py": " \n",
        "db/4_d.sql": "select 1",
      ])
    #expect(
      try await test.findings(of: migrations(tool: "plain")).faults == [
        "? migration-empty db/1_a.sql:1", "? migration-empty db/2_b.sql:1",
        "? migration-empty db/3_c.py:1",
      ])
  }

  @Test func `what is run again whenever it changes may change, and is judged again`() async throws
  {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: ["db/V1__a.sql": "", "db/R__表示.sql": "select f();", "db/R__b.sql": "select 1;"])
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    #expect(try await test.findings(of: migrations(tool: "plain")).faults == [])
    try test.git("mv", "db/R__b.sql", "db/R__c.sql")
    try test.commit("feat: more", files: ["db/R__表示.sql": "drop view a;"])
    #expect(
      try await test.findings(of: migrations(tool: "plain")).faults
        == ["? migration-destructive db/R__表示.sql:1"])
  }

  @Test func `a migration that was another kind of file before is documented as any new one`()
    async throws
  {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: ["db/V1__a.sql": "select 1;", "db/R__view.sql": "select 2;", "docs/schema.md": "a\n"])
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    try test.git("mv", "db/R__view.sql", "db/V2__secretive.sql")
    try test.git("mv", "db/V1__a.sql", "db/V3__moved.sql")
    try test.commit("feat: more", files: ["db/V4__copy.sql": "select 1;"])
    let settings: [String: CheckSetting] = ["documents": .texts(["docs/schema.md"])]
    let faults = try await test.findings(of: migrations(settings, tool: "plain")).faults
      .filter { !$0.contains("migration-destructive") && !$0.contains("migration-no-way-back") }
    #expect(
      faults == [
        "migration-renamed db/V1__a.sql:1", "migration-undocumented db/V2__secretive.sql:1",
        "migration-undocumented db/V4__copy.sql:1",
      ])
  }

  @Test func `what cannot be judged in a module does no harm once it has shipped`() async throws {
    let test = try TestRepository()
    func module(_ id: String, after: String) -> String {
      "revision = '\(id)'\ndown_revision = \(after)\ndef upgrade():\n    op.create_table('t')\n\n"
        + "downgrade = irreversible\n"
    }
    try test.commit("feat: begin", files: ["db/a.py": module("a", after: "None")])
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    try test.commit("feat: more", files: ["db/b.py": module("b", after: "'a'")])
    #expect(
      try await test.findings(of: migrations(tool: "alembic")).faults
        == ["migration-unreadable db/b.py:6"])
  }

  @Test func `what is run each time is judged each time, under the name that the tool gives`()
    async throws
  {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: [
        "db/V1__a.sql": "select 1;", "db/afterMigrate.sql": "truncate cache;",
        "db/beforeUndo.sql": "drop table a;", "db/README.txt": "Words.", "db/atlas.sum": "h1:x",
        "db/README.md": "Words.", "db/.gitkeep": "", "db/migration_lock.toml": "x = 1",
      ])
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    let settings: [String: CheckSetting] = [
      "rule": .text("^V[0-9]+__[a-z]+\\.sql$"), "documents": .texts(["docs/schema.md"]),
    ]
    try test.commit(
      "feat: more",
      files: [
        "db/afterEachMigrate__log.sql": "\ndelete from log;", "db/beforeMigrate.sql": "select 1",
        "db/afterMigrateError.sql": "drop 'x", "db/V1__a.sql": "select 1;", "db/sums.sum": "x",
        "docs/schema.md": "",
      ])
    #expect(
      try await test.findings(of: migrations(settings, tool: "plain")).faults == [
        "migration-unreadable db/afterMigrateError.sql:1",
        "? migration-destructive db/afterEachMigrate__log.sql:2",
        "? migration-destructive db/afterMigrate.sql:1",
      ])
    try test.commit("feat: odd", files: ["db/aftermath.sql": "select 1"])
    let faults = try await test.findings(of: migrations(settings, tool: "plain")).faults
    #expect(faults.contains("migration-name db/aftermath.sql:1"))
    #expect(faults.contains("migration-unreadable db/aftermath.sql:1"))
  }

  @Test func `what is no SQL, and half of a pair, is said`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["db/1_a.js": "x", "db/2_a.down.sql": "select f();"])
    #expect(
      try await test.findings(of: migrations(tool: "plain")).faults == [
        "migration-unreadable db/2_a.down.sql:1", "? migration-unjudged db/1_a.js:1",
      ])
  }
}
