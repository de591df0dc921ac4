import Release
import TestSupport
import Testing

@testable import Checks

@Suite struct MigrationsTests {
  private static func alembic(
    _ revision: String, after: String?, up: String = "op.create_table('t')"
  ) -> String {
    """
    revision = "\(revision)"
    down_revision = \(after.map { "\"\($0)\"" } ?? "None")


    def upgrade():
        \(up)


    def downgrade():
        op.drop_table("t")

    """
  }

  /// Two migrations, the first of which shipped in v1.0.0.
  private func project() throws -> TestRepository {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: [
        "db/aa_one.py": Self.alembic("aa", after: nil, up: "op.drop_table('old')"),
        "db/__init__.py": "", "db/README.md": "Words.\n", "docs/schema.md": "aa\n",
        "cache.lua": "1\n",
      ])
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    try test.commit(
      "feat: go on",
      files: ["db/bb_two.py": Self.alembic("bb", after: "aa"), "CHANGELOG.md": "- bb: more\n"])
    return test
  }

  @Test func `complete ones pass, and what shipped is not judged again`() async throws {
    let test = try project()
    let settings: [String: CheckSetting] = [
      "documents": .texts(["docs/schema.md"]), "rule": .text("^[a-z]{2}_[a-z]+\\.py$"),
      "schemas": .texts(["cache.lua"]),
    ]
    let findings = try await test.findings(of: migrations(settings))
    #expect(findings.faults == [], "\(findings)")
    #expect(
      findings.map(\.message) == [
        "2 migrations, 1 of them new since v1.0.0", "all is committed under db",
        "none of the 1 that shipped in v1.0.0 was changed", "there is one head: bb",
        "nothing is seen in the new ones that takes data away", "the new ones are documented",
        "cache.lua is as in v1.0.0",
      ])
  }

  @Test func `revisions that only Unicode calls equal are two`() async throws {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: [
        "db/a.py": Self.alembic("caf\u{e9}", after: nil),
        "db/b.py": Self.alembic("cafe\u{301}", after: "caf\u{e9}"),
      ])
    #expect(try await test.findings(of: migrations()).faults == [])
  }

  /// What is written into files of the work tree, `nil` taking one away; whether it is committed;
  /// and what is found.
  struct Fault: CustomTestStringConvertible {
    let name: String
    let files: [String: String?]
    var isCommitted = true
    let faults: [String]

    var testDescription: String { name }
  }

  @Test(arguments: [
    Fault(
      name: "untracked", files: ["db/cc_三.py": alembic("cc", after: "bb")], isCommitted: false,
      faults: ["migration-uncommitted db/cc_三.py:1"]),
    Fault(
      name: "modified", files: ["db/bb_two.py": alembic("bb", after: "aa") + "#\n"],
      isCommitted: false, faults: ["migration-uncommitted db/bb_two.py:1"]),
    Fault(
      name: "changed", files: ["db/aa_one.py": alembic("aa", after: nil)],
      faults: ["migration-changed db/aa_one.py:6"]),
    Fault(
      name: "removed",
      files: ["db/aa_one.py": nil, "db/bb_two.py": alembic("bb", after: nil)],
      faults: ["migration-removed db/aa_one.py:1"]),
    Fault(
      name: "renamed",
      files: [
        "db/aa_one.py": nil, "db/aa_eins.py": alembic("aa", after: nil, up: "op.drop_table('old')"),
      ],
      faults: [
        "migration-renamed db/aa_one.py:1", "? migration-destructive db/aa_eins.py:6",
      ]),
    Fault(
      name: "two heads", files: ["db/cc.py": alembic("cc", after: "aa")],
      faults: ["migration-heads db/bb_two.py:1", "migration-heads db/cc.py:1"]),
    Fault(
      name: "twice", files: ["db/cc.py": alembic("bb", after: "aa")],
      faults: ["migration-duplicate db/cc.py:1"]),
    Fault(
      name: "no parent", files: ["db/cc.py": alembic("cc", after: "zz")],
      faults: ["migration-parent db/cc.py:2"]),
    Fault(
      name: "nothing to depend on",
      files: [
        "db/cc.py": alembic("cc", after: "bb") + "depends_on = 'zz'\n",
        "db/dd.py": alembic("dd", after: "cc") + "depends_on = ('aa', 'label')\n",
        "db/ee.py": alembic("ee", after: "dd") + "depends_on = None\nbranch_labels = ('label',)\n",
      ],
      faults: ["migration-parent db/cc.py:11"]),
    Fault(
      name: "text that is no SQL",
      files: ["db/cc.py": alembic("cc", after: "bb", up: "op.execute('DORP TABLE t')")],
      faults: ["migration-unreadable db/cc.py:6"]),
    Fault(
      name: "circle",
      files: ["db/cc.py": alembic("cc", after: "dd"), "db/dd.py": alembic("dd", after: "cc")],
      faults: ["migration-cycle db/cc.py:2", "migration-cycle db/dd.py:2"]),
    Fault(
      name: "circle through what is depended on",
      files: [
        "db/cc.py": alembic("cc", after: "bb") + "depends_on = ('aa', 'dd')\n",
        "db/dd.py": alembic("dd", after: "cc"),
        "db/ee.py": alembic("ee", after: "dd") + "depends_on = 'ee'\n",
        "db/ff.py": alembic("ff", after: "ee") + "depends_on = 'label'\n",
        "db/gg.py": alembic("gg", after: "ff")
          + "depends_on = ('cc', 'cc')\nbranch_labels = ('label',)\n",
      ],
      faults: [
        "migration-cycle db/cc.py:11", "migration-cycle db/ee.py:11", "migration-cycle db/ff.py:11",
      ]),
    Fault(
      name: "nothing needed",
      files: [
        "db/cc.py": alembic("cc", after: "bb") + "depends_on = []\n",
        "db/dd.py": alembic("dd", after: "cc") + "depends_on = ()\n",
      ], faults: []),
    Fault(
      name: "destructive",
      files: ["db/cc.py": alembic("cc", after: "bb", up: "op.drop_column('t', 'a')")],
      faults: ["? migration-destructive db/cc.py:6"]),
    Fault(
      name: "no way back",
      files: [
        "db/cc.py": alembic("cc", after: "bb").replacing("op.drop_table(\"t\")", with: "pass")
      ],
      faults: ["migration-no-way-back db/cc.py:9"]),
    Fault(
      name: "no downgrade()",
      files: [
        "db/cc.py": "revision = 'cc'\ndown_revision = 'bb'\n\n\n"
          + "def upgrade():\n    op.create_table('t')\n"
      ],
      faults: ["migration-no-way-back db/cc.py:5"]),
    Fault(
      name: "empty", files: ["db/cc.py": alembic("cc", after: "bb", up: "pass")],
      faults: ["? migration-empty db/cc.py:5"]),
    Fault(
      name: "unreadable", files: ["db/cc.py": "revision = 'cc\n"],
      faults: ["migration-unreadable db/cc.py:1"]),
    Fault(
      name: "none", files: ["db": nil],
      faults: ["migrations-missing db", "migration-removed db/aa_one.py:1"]),
  ])
  func `each fault is found`(_ fault: Fault) async throws {
    let test = try project()
    for (path, content) in fault.files {
      if let content {
        try Files.write(content, to: "\(test.path)/\(path)")
      } else {
        try test.git("rm", "-r", "--quiet", path)
      }
    }
    if fault.isCommitted { try test.commit("feat: more") }
    #expect(try await test.findings(of: migrations()).faults == fault.faults)
  }

  @Test func `names, documents and other schemas are compared`() async throws {
    let test = try project()
    // It stays as it is when what it leads to changes.
    _ = try Program.run(
      "/bin/ln", ["-s", "cache.lua", "\(test.path)/link.lua"], directory: "/", environment: [:])
    try test.git("add", "link.lua")
    try test.commit(
      "feat: more",
      files: ["db/cc_3.py": Self.alembic("cc", after: "bb"), "cache.lua": "1\n2\n"])
    let settings: [String: CheckSetting] = [
      "documents": .texts(["docs/schema.md", "docs/gone.md"]), "rule": .text("^[a-z_]+\\.py$"),
      "schemas": .texts(["cache.lua", "gone.lua", "link.lua"]), "destructive": .text("fail"),
      "down": .text("ignore"),
    ]
    #expect(
      try await test.findings(of: migrations(settings)).faults == [
        "migration-name db/cc_3.py:1", "document-missing docs/gone.md:1",
        "migration-undocumented db/cc_3.py:1", "? schema-changed cache.lua:2",
        "schema-missing gone.lua:1", "schema-missing link.lua:1",
      ])
  }

  @Test func `one that only joins two heads needs no mention`() async throws {
    let test = try project()
    let merge = Self.alembic("dd", after: "bb", up: "pass").replacing(
      "\"bb\"", with: "('bb', 'cc')")
    try test.commit(
      "feat: more",
      files: ["db/cc_3.py": Self.alembic("cc", after: "aa"), "db/dd_merge.py": merge])
    let settings: [String: CheckSetting] = ["documents": .texts(["docs/schema.md"])]
    #expect(
      try await test.findings(of: migrations(settings)).faults == [
        "migration-undocumented db/cc_3.py:1"
      ])
  }

  @Test func `a schema in a submodule or behind a link is told as that`() async throws {
    let test = try project()
    let commit = try test.git("rev-parse", "HEAD")
    try test.git("update-index", "--add", "--cacheinfo", "160000,\(commit),lib/sub")
    try test.git("commit", "--quiet", "-m", "feat: a submodule")
    let paths = ["lib/sub", "lib/sub/a.sql", "lib/none"]
    let findings = try await test.findings(of: migrations(["schemas": .texts(paths)]))
    let found = findings.filter { $0.code == "schema-missing" }
    let hint = "name files of the release itself in `schemas` of [checks.migrations]"
    #expect(
      found.map(\.message) == [
        "lib/sub is a submodule in v1.1.0, and no file",
        "lib/sub is a submodule in v1.1.0, which itself has no file lib/sub/a.sql",
        "v1.1.0 has no file lib/none",
      ], "\(findings)")
    #expect(found.map(\.hint) == [hint, hint, nil])
  }

  @Test func `sqlx and plain files are ordered by their numbers`() async throws {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: [
        "db/0002_a.up.sql": "create table a (b int);\n", "db/0002_a.down.sql": "drop table a;\n",
      ])
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    #expect(try await test.findings(of: migrations(tool: "sqlx")).faults == [])
    try test.commit(
      "feat: more",
      files: [
        "db/10_b.up.sql": "alter table a drop column b;\n", "db/10_b.down.sql": "\n",
        "db/1_c.sql": "select 1", "db/002_d.sql": "-- up\nselect now();\n-- down\nselect now();\n",
      ])
    let faults = [
      "migration-duplicate db/002_d.sql:1", "migration-order db/1_c.sql:1",
      "? migration-destructive db/10_b.up.sql:1", "migration-no-way-back db/10_b.up.sql:1",
    ]
    #expect(
      try await test.findings(of: migrations(tool: "sqlx")).faults
        == faults[..<2] + ["migration-no-way-back db/002_d.sql:1"] + faults[2...])
    #expect(try await test.findings(of: migrations(tool: "plain")).faults == faults)
    try test.commit("feat: odd", files: ["db/later.sql": "select 'x"])
    #expect(
      try await test.findings(of: migrations(tool: "sqlx")).faults.first
        == "migration-unreadable db/later.sql:1")
  }

  @Test func `a renamed one is told of once, however it is documented`() async throws {
    let test = try project()
    let settings: [String: CheckSetting] = [
      "documents": .texts(["docs/schema.md"]), "destructive": .text("ignore"),
    ]
    try test.commit("docs: less", files: ["docs/schema.md": "bb\n"])
    try test.git("mv", "db/aa_one.py", "db/aa_eins.py")
    try test.commit("feat: rename")
    #expect(
      try await test.findings(of: migrations(settings)).faults
        == ["migration-renamed db/aa_one.py:1"])
    try test.git("mv", "db/aa_eins.py", "db/aa_one.py")
    try test.git("mv", "db", "sql")
    try test.commit("feat: move")
    #expect(
      try await test.findings(of: migrations(settings.merging(["paths": .texts(["sql"])]) { $1 }))
        .faults == ["migration-renamed sql/aa_one.py:1"])
  }

  @Test func `what shipped is brought back by the command that is said`() async throws {
    let test = try project()
    try test.git("mv", "db/aa_one.py", "db/aa it's.py")
    try test.commit("feat: rename")
    let moved = try await test.findings(of: migrations()).first { $0.code == "migration-renamed" }
    #expect(moved?.hint == #"git mv -- 'db/aa it'\''s.py' db/aa_one.py"#)
    try test.git("rm", "-q", "db/aa it's.py")
    try test.commit("feat: remove")
    let gone = try await test.findings(of: migrations()).first { $0.code == "migration-removed" }
    #expect(gone?.hint == "git restore --source v1.0.0 -- db/aa_one.py")
  }

  @Test func `a tool that nobody knows is trouble`() async throws {
    let test = try project()
    await #expect(throws: CheckTrouble.self) {
      try await test.findings(of: migrations(tool: "alembik"))
    }
    #expect(
      try await test.findings(of: MigrationsCheck(CheckSettings([:]))).codes == ["migrations-none"])
  }

  @Test func `what git ignores is said, unless it is no migration`() async throws {
    let test = try project()
    try test.commit("chore: ignore", files: [".gitignore": "db/x*\n*.pyc\n"])
    try Files.write(Self.alembic("cc", after: "bb"), to: "\(test.path)/db/x日本.py")
    try Files.write("x", to: "\(test.path)/db/__pycache__/12_a.pyc")
    try Files.write("x", to: "\(test.path)/db/x.txt")
    #expect(try await test.findings(of: migrations()).faults == ["migration-ignored db/x日本.py:1"])
    #expect(
      try await test.findings(of: migrations(tool: "plain")).faults.filter {
        $0.contains("ignored")
      }
        == ["migration-ignored db/x.txt:1", "migration-ignored db/x日本.py:1"])
  }

  @Test func `a clone that may lack tags has not been compared`() async throws {
    let origin = try TestRepository()
    try origin.commit("feat: begin", files: ["db/aa.py": Self.alembic("aa", after: nil)])
    #expect(try await origin.findings(of: migrations()).codes.contains("migrations-first"))
    let clone = try origin.clone()
    #expect(try await clone.findings(of: migrations()).faults == ["? migrations-not-compared"])
    let asked = try await clone.findings(of: migrations(), remote: "origin")
    #expect(asked.faults == [] && asked.codes.contains("migrations-first"), "\(asked)")
    try origin.git("tag", "-a", "-m", "v0.9.0", "v0.9.0")
    await #expect(throws: CheckTrouble.self) {
      try await clone.findings(of: migrations(), remote: "origin")
    }
    // Tags are fetched here, and none of them is before.
    try clone.git("tag", "-a", "-m", "v2.0.0", "v2.0.0")
    #expect(try await clone.findings(of: migrations()).codes.contains("migrations-first"))
  }

  @Test func `a file that two paths lead to is read once`() async throws {
    let test = try project()
    try test.commit(
      "feat: more",
      files: ["db/new/cc.py": Self.alembic("cc", after: "bb", up: "op.drop_table('x')")])
    let paths: CheckSetting = .texts(["db", "db/new", "db", "db/new/cc.py"])
    let findings = try await test.findings(of: migrations(["paths": paths]))
    #expect(findings.faults == ["? migration-destructive db/new/cc.py:6"])
    #expect(findings.first?.message == "3 migrations, 2 of them new since v1.0.0")
  }

  @Test(arguments: [
    // A number that is all there is must have three digits, and be no part of anything else.
    ("2_a.sql", "We fixed 2 bugs.", false), ("V2__a.sql", "We fixed 2 bugs.", false),
    ("0002_a.sql", "We fixed 2 bugs in 02 files.", false), ("02_a.sql", "in 02 files", false),
    ("V1.2__a.sql", "It takes 1.2 seconds.", false), ("V1.2__a.sql", "V1 is gone.", false),
    ("V2__a.sql", "V2: a", true), ("V2__a.sql", "V20, V2.1, XV2", false),
    ("0002_a.sql", "0002 adds a", true), ("0002_a.sql", "`0002_a.sql`", true),
    ("2_a.sql", "see 2_a", true), ("V1.2__a.sql", "V1.2 adds a", true),
    ("V2__add_users.sql", "we add users now", true), ("2-add-users.sql", "add-users", true),
    ("120_a.sql", "Migration 120.", true), ("120_a.sql", "#120, 1,120, 120.5, 2026-120", false),
    ("20260102_a.sql", "(20260102)", true), ("1-add-users-up.sql", "add users", true),
    ("1.do.add-users.sql", "add-users", true), ("1_set_up_a.sql", "set", false),
    ("R__users_view.sql", "", true), ("1_쿠폰추가.sql", "- 쿠폰추가", true),
    ("1_추가.sql", "- 추가", false), ("2026010100_init.sql", "- init", false),
    ("2026010100_init.sql", "- 2026010100_init", true),
  ])
  func `a document mentions a migration by what is its own`(
    name: String, document: String, isMentioned: Bool
  ) async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["db/\(name)": "", "docs/schema.md": document])
    let settings: [String: CheckSetting] = ["documents": .texts(["docs/schema.md"])]
    let codes = try await test.findings(of: migrations(settings, tool: "plain")).codes
    #expect(codes.contains("migration-undocumented") != isMentioned, "\(codes)")
  }

  @Test func `a bare repository has nothing uncommitted`() async throws {
    let server = try project().bare()
    #expect(try await server.findings(of: migrations()).faults == [])
  }
}
