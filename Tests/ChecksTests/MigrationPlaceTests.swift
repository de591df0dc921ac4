import Release
import TestSupport
import Testing

@testable import Checks

/// How migrations are told apart, and where their numbers stand.
@Suite struct MigrationPlaceTests {
  private func check(_ settings: [String: CheckSetting] = [:]) -> MigrationsCheck {
    MigrationsCheck(
      CheckSettings(["tool": .text("plain"), "paths": .texts(["db"])].merging(settings) { $1 }))
  }

  private func released(_ files: [String: String]) throws -> TestRepository {
    let test = try TestRepository()
    try test.git("config", "core.precomposeUnicode", "false")
    try test.commit("feat: begin", files: files)
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    return test
  }

  private static let create = "CREATE TABLE t (a int);\n-- migrate:down\nDROP TABLE t;\n"

  @Test func `a new file is no shipped one of which the name is another form`() async throws {
    let (composed, decomposed) = ("db/1_\u{e9}.sql", "db/1_e\u{301}.sql")
    #expect(composed == decomposed && !composed.utf8.elementsEqual(decomposed.utf8))
    let test = try released([composed: Self.create])
    try test.commit("feat: more", files: [decomposed: "DROP TABLE orders;\n"])
    let findings = try await test.findings(of: check())
    #expect(findings.first?.message == "2 migrations, 1 of them new since v1.0.0")
    #expect(
      findings.faults.map { Array($0.utf8) }
        == [
          "migration-duplicate \(composed):1",
          "? migration-destructive \(decomposed):1", "migration-no-way-back \(decomposed):1",
        ].map { Array($0.utf8) }, "\(findings)")
    // The shipped one in another form is gone.
    try test.git("mv", "--force", composed, decomposed)
    try test.commit("feat: rename")
    #expect(
      try await test.findings(of: check()).faults.contains { $0.hasPrefix("migration-renamed") })
  }

  @Test func `Prisma's numbers are those of directories`() async throws {
    let test = try released([
      "db/migration_lock.toml": "", "db/20240101_users/migration.sql": "CREATE TABLE t (a int);\n",
    ])
    let settings: [String: CheckSetting] = [
      "down": .text("ignore"), "rule": .text("^[0-9]{8}_[a-z]+$"),
      "documents": .texts(["schema.md"]),
    ]
    try test.commit(
      "feat: mail",
      files: [
        "db/20240201_mail_address/migration.sql": "ALTER TABLE t DROP COLUMN a;\n",
        "schema.md": "A migration was added.\n",
      ])
    let place = "db/20240201_mail_address/migration.sql:1"
    #expect(
      try await test.findings(of: check(settings)).faults == [
        "migration-name \(place)", "? migration-destructive \(place)",
        "migration-undocumented \(place)",
      ])
    try test.git("mv", "db/20240201_mail_address", "db/20230201_mail")
    try test.commit("feat: rename", files: ["schema.md": "- 20230201_mail: the address\n"])
    #expect(
      try await test.findings(of: check(settings)).faults == [
        "migration-order db/20230201_mail/migration.sql:1",
        "? migration-destructive db/20230201_mail/migration.sql:1",
      ])
  }

  @Test func `a directory's down file is the way back`() async throws {
    let test = try released([
      "db/01_users/up.sql": Self.create, "db/01_users/down.sql": "SELECT 1;\n",
    ])
    try test.commit(
      "feat: mail",
      files: [
        "db/02_mail/up.sql": "CREATE TABLE m (a int);\n", "db/02_mail/down.sql": "DROP TABLE m;\n",
        "db/03_idle/up.sql": "CREATE TABLE n (a int);\n", "db/03_idle/down.sql": "SELECT 1;\n",
      ])
    let findings = try await test.findings(of: check())
    #expect(findings.faults == ["migration-no-way-back db/03_idle/up.sql:1"], "\(findings)")
    try test.commit("feat: words", files: ["db/words/up.sql": Self.create])
    #expect(
      try await test.findings(of: check()).faults.contains("migration-unreadable db/words/up.sql:1")
    )
  }

  @Test func `moved ones are found by their directories`() async throws {
    let test = try released([
      "old/01_users/migration.sql": Self.create, "old/02_mail/migration.sql": "SELECT 2;\n",
    ])
    try test.git("mv", "old", "db")
    try test.commit("feat: move")
    let findings = try await test.findings(of: check(["down": .text("ignore")]))
    #expect(
      findings.filter { $0.code == "migration-renamed" }.map(\.message) == [
        "it shipped in v1.0.0 as old/01_users/migration.sql",
        "it shipped in v1.0.0 as old/02_mail/migration.sql",
      ])
  }
}
