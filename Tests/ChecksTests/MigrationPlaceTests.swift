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

  private static let up = "CREATE TABLE m (a int);\n"
  private static let down = "DROP TABLE m;\n"

  @Test(arguments: [
    ("002.do.mail.sql", "002.undo.mail.sql"), ("002.do.sql", "002.undo.sql"),
    ("2-mail-up.sql", "2-mail-down.sql"), ("2_mail_up.sql", "2_mail_down.sql"),
    ("2_mail.sql", "2_mail_rollback.sql"), ("2_mail.sql", "2_mail.down.sql"),
    ("2_mail.sql", "2_mail-undo.sql"), ("2_mail.sql", "rollback/2_mail.sql"),
    ("2_mail.up.sql", "2_mail.down.sql"), ("up/2_mail.sql", "down/2_mail.sql"),
    ("migrations/2_mail.sql", "rollbacks/2_mail.sql"),
  ])
  func `a file beside it is the way back`(up: String, down: String) async throws {
    let test = try released(["db/1_users.sql": Self.create])
    try test.commit("feat: mail", files: ["db/\(up)": Self.up, "db/\(down)": Self.down])
    #expect(try await test.findings(of: check()).faults == [])
    try test.commit("feat: idle", files: ["db/\(down)": "SELECT 1;\n"])
    #expect(try await test.findings(of: check()).faults == ["migration-no-way-back db/\(up):1"])
    try test.commit("feat: broken", files: ["db/\(down)": "SELECT 'x\n"])
    let broken = try await test.findings(of: check()).faults
    #expect(broken.contains("migration-unreadable db/\(down):1"), "\(broken)")
    // Alone it is a migration as others are, or none that anybody could take back.
    try test.git("rm", "-q", "db/\(up)")
    try test.commit("feat: alone", files: ["db/\(down)": Self.down])
    let alone = try await test.findings(of: check()).faults
    #expect(alone.contains { $0.hasSuffix(" db/\(down):1") }, "\(alone)")
  }

  @Test func `another number's file takes nothing back`() async throws {
    let test = try released(["db/1_users.sql": Self.create])
    try test.commit(
      "feat: mail",
      files: ["db/2_mail.sql": Self.up, "db/3_mail_rollback.sql": Self.create + "-- \n"])
    #expect(
      try await test.findings(of: check()).faults == ["migration-no-way-back db/2_mail.sql:1"])
  }

  @Test func `what programs keep beside migrations is none`() async throws {
    let test = try released(["db/0000_a.sql": Self.create, "db/meta/_journal.json": "{}\n"])
    try test.commit(
      "feat: more",
      files: [
        "db/0001_b.sql": Self.create, "db/meta/_journal.json": "{ }\n",
        "db/meta/0000_snapshot.json": "{}\n", "db/meta/0001_snapshot.json": "{}\n",
        "db/embed.go": "package db\n", "db/LATEST.sql": "DROP TABLE t;\n",
        "db/schema.sql": "DROP TABLE t;\n", "db/0001_b.sql.conf": "a=b\n", "db/index.ts": "\n",
        "db/mod.rs": "\n",
      ])
    let findings = try await test.findings(of: check())
    #expect(findings.faults == [], "\(findings)")
    #expect(findings.first?.message == "2 migrations, 1 of them new since v1.0.0")
    // A directory's number makes it a part of what that does.
    try test.commit("feat: part", files: ["db/0002_c/schema.sql": "DROP TABLE t;\n"])
    #expect(
      try await test.findings(of: check()).faults == [
        "? migration-destructive db/0002_c/schema.sql:1",
        "migration-no-way-back db/0002_c/schema.sql:1",
      ])
  }

  @Test func `the policy says what else is none, but hides nothing that shipped`() async throws {
    let test = try released(["db/1_users.sql": Self.create, "db/list.txt": "1\n"])
    try test.commit(
      "feat: mail",
      files: [
        "db/2_mail.sql": Self.create, "db/list.txt": "1\n2\n",
        "db/seeds/1_a.sql": "DROP TABLE t;\n",
        "db/seeds2/3_b.sql": Self.create,
      ])
    try Files.write("", to: "\(test.path)/db/seeds/2_b.sql")
    let paths: [String: CheckSetting] = ["paths": .texts(["db"]), "tool": .text("plain")]
    func findings(_ except: [String]) async throws -> [CheckFinding] {
      var policy = Policy()
      policy.checks["migrations"] = .builtIn(settings: paths)
      return try await check(["except": .texts(except)]).run(on: test.subject(formerly: policy))
    }
    let plain = try await findings([]).faults
    #expect(plain.contains("migration-unreadable db/list.txt:1"), "\(plain)")
    let except = ["db/list.txt", "db/seeds"]
    let left = try await findings(except)
    #expect(left.faults == [], "\(left)")
    #expect(left.first?.message == "3 migrations, 2 of them new since v1.0.0")
    let told = left.first { $0.code == "migrations-except" }
    #expect(told?.message == "not read, as `except` says: db/list.txt and 1 more")
    #expect(try await findings(except + ["db/*.sql"]).faults == ["? migrations-except"])
    let hidden = try await findings(except + ["db/1_users.sql"])
    #expect(hidden.faults == ["migration-removed db/1_users.sql:1"])
    #expect(
      hidden.first { $0.code == "migration-removed" }?.hint
        == "take it out of `except` of [checks.migrations]")
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
