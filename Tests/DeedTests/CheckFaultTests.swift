import Foundation
import TestSupport
import Testing

/// One fault a row: on a project where all passes, each makes exactly its check fail.
@Suite struct CheckFaultTests {
  /// One thing that goes wrong, and what is said of it.
  struct Fault: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// The checks that fail; all others pass.
    let checks: Set<String>
    /// `code path:line` of a finding that fails.
    let finding: String
    let make: @Sendable (TestRepository) throws -> Void

    init(
      _ what: String, fails checks: Set<String>, _ finding: String,
      make: @escaping @Sendable (TestRepository) throws -> Void
    ) {
      testDescription = what
      self.checks = checks
      self.finding = finding
      self.make = make
    }

    /// A text of a file is replaced by another, and that is committed where git tracks the file.
    static func replacing(
      _ old: String, with new: String, in path: String, fails check: String, _ finding: String
    ) -> Fault {
      Fault("\(path): \(old.prefix(30)) → \(new.prefix(30))", fails: [check], finding) { test in
        let bytes = try #require(TestSupport.Files.read("\(test.path)/\(path)"))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains(old))
        try TestSupport.Files.write(
          text.replacing(old, with: new), to: "\(test.path)/\(path)")
        if try !test.git("ls-files", path).isEmpty { try test.commit("feat: a fault") }
      }
    }

    /// A file is added and committed.
    static func adding(
      _ path: String, _ content: String, fails check: String, _ finding: String
    ) -> Fault {
      Fault("added: \(path), \(finding)", fails: [check], finding) { test in
        try test.commit("feat: a fault", files: [path: content])
      }
    }
  }

  private static func migration(_ revision: String, after: String, up: String) -> String {
    """
    revision = "\(revision)"
    down_revision = \(after)


    def upgrade():
        \(up)


    def downgrade():
        op.drop_column("users", "mail")

    """
  }

  private static let digest = String(repeating: "5e", count: 32)
  private static let key = "Wq3+vN8zR1tY6uB0mK4sD7xC2gH5jL9p"
  private static let new = migration(
    "bb22", after: "\"aa11\"", up: "op.add_column(\"users\", sa.Column(\"mail\", sa.Text()))")

  private static let files = [
    "deed.toml": """
    [environments.staging]
    checks = ["secrets"]
    [environments.production]
    checks = ["tag", "checkout", "tools", "migrations", "secrets", "artifacts", "runbook", "tests"]
    [checks.checkout]
    files = ["deploy.sh"]
    [checks.tools]
    versions = { git = ">=2.0" }
    [checks.migrations]
    tool = "alembic"
    paths = ["migrations/versions"]
    rule = "^[a-z0-9]+_[a-z_]+\\\\.py$"
    documents = ["docs/schema.md"]
    destructive = "fail"
    [checks.secrets]
    files = { production = ".env.production", staging = ".env.staging" }
    required = ["DATABASE_URL", "SECRET_KEY"]
    values = { APP_ENV = "production" }
    forbid = ["staging\\\\."]
    names = "^[A-Z_]+$"
    mode = "0600"
    [checks.secrets.environments.staging]
    required = ["SECRET_KEY"]
    values = {}
    [checks.artifacts]
    paths = ["checkpoints/**/*.pt"]
    images = ["app"]
    [checks.runbook]
    sections = ["health", "rollback", "scaling", "monitoring"]
    fresh = "90d"
    [checks.tests]
    run = "test -x deploy.sh"

    """,
    "deploy.sh": "#!/bin/sh\n", ".gitignore": ".env.*\n!.env.example\ncheckpoints/\n",
    ".env.example":
      "APP_ENV=\nSECRET_KEY=\nDATABASE_URL=postgres://app:0ther-w0rd-3x@db/app\nMAIL_FROM=\n",
    "docker-compose.yml":
      "services:\n  app:\n    image: registry.example.com/app@sha256:\(digest)\n",
    "docs/schema.md": "# Schema\n\n- aa11: users\n",
    "migrations/versions/aa11_users.py": migration(
      "aa11", after: "None", up: "op.create_table(\"users\")"),
    "RUNBOOK.md": """
    # Runbook

    Last updated: 2025-12-24

    ## Health checks

    See [the tables](docs/schema.md#schema).

    ## ロールバック

    Run `deed rollback`.

    ## 확장

    Add an instance.

    ## Monitoring

    The dashboard.

    ## Emergency contacts

    Hanako Sato, +81 3 1234 5678

    """,
  ]

  private static let environment = """
    APP_ENV=production
    SECRET_KEY=\(key)
    DATABASE_URL=postgres://app:n8zR1tY6uB0mK@db/app
    MAIL_FROM=a@shop.example

    """

  /// v1.0.0 is cut, two years before v1.1.0 is to be.
  private func project() async throws -> TestRepository {
    let test = try TestRepository()
    for (name, content) in Self.files {
      try TestSupport.Files.write(content, to: "\(test.path)/\(name)")
    }
    TestSupport.Files.setMode(0o755, of: "\(test.path)/deploy.sh")
    try test.git("add", "--all")
    _ = try test.run(
      ["commit", "--quiet", "-m", "feat: begin"],
      with: ["GIT_COMMITTER_DATE": "1700000000 +0000"])
    for name in ["ai1", "ai2", "日本/ai3"] {
      try TestSupport.Files.write(
        "weights of \(name)", to: "\(test.path)/checkpoints/\(name).pt")
    }
    #expect(await test.deed("cut", "v1.0.0").code == 0)
    try test.commit(
      "feat: mail",
      files: [
        "migrations/versions/bb22_mail.py": Self.new,
        "docs/schema.md": "# Schema\n\n- aa11: users\n- bb22: mail\n",
      ])
    for (name, content) in [
      ".env.production": Self.environment,
      ".env.staging": "SECRET_KEY=\(String(Self.key.reversed()))\n",
    ] {
      try TestSupport.Files.write(content, to: "\(test.path)/\(name)")
      TestSupport.Files.setMode(0o600, of: "\(test.path)/\(name)")
    }
    #expect(await test.deed("artifacts", "record", "v1.1.0").code == 0)
    return test
  }

  private struct Report: Decodable {
    struct Check: Decodable {
      let name: String
      let outcome: String
      let why: String?
      let findings: [Finding]
    }

    struct Finding: Decodable {
      let outcome: String
      let code: String
      let path: String?
      let line: Int?
    }

    let checks: [Check]
  }

  private func report(_ test: TestRepository) async throws -> Report {
    let ran = await test.deed(
      "check", "v1.1.0", "-e", "production", "--no-record", "--format", "json")
    #expect(ran.code < 2, "\(ran.output)\(ran.error)")
    return try JSONDecoder().decode(Report.self, from: Data(ran.output.utf8))
  }

  @Test func `without a fault, all pass`() async throws {
    let test = try await project()
    let report = try await report(test)
    #expect(report.checks.count == 8)
    for check in report.checks { #expect(check.outcome == "pass", "\(check)") }
    let staging = await test.deed("check", "v1.1.0", "-e", "staging", "--no-record")
    #expect(staging.code == 0, "\(staging.output)")
  }

  private static let versions = "migrations/versions"

  static let faults: [Fault] = [
    Fault("a lightweight tag", fails: ["tag"], "tag-lightweight") { test in
      try test.git("tag", "v1.1.0")
    },
    Fault("a file is left behind", fails: ["checkout"], "checkout-dirty left.txt") { test in
      try TestSupport.Files.write("x", to: "\(test.path)/left.txt")
    },
    .replacing(
      ">=2.0", with: ">=99", in: "deed.toml", fails: "tools", "tool-version"),
    .replacing(
      "test -x deploy.sh", with: "exit 3", in: "deed.toml", fails: "tests", "exit"),
    // Migrations.
    Fault(
      "an untracked migration", fails: ["checkout", "migrations"],
      "migration-uncommitted migrations/versions/cc33_x.py:1"
    ) { test in
      try TestSupport.Files.write(new, to: "\(test.path)/\(versions)/cc33_x.py")
    },
    .replacing(
      "op.create_table", with: "op.create_tables", in: "\(versions)/aa11_users.py",
      fails: "migrations", "migration-changed migrations/versions/aa11_users.py:6"),
    Fault(
      "a migration that shipped is renamed", fails: ["migrations"],
      "migration-renamed migrations/versions/aa11_users.py:1"
    ) { test in
      try test.git("mv", "\(versions)/aa11_users.py", "\(versions)/aa11_people.py")
      try test.commit("feat: a fault")
    },
    Fault(
      "a migration that shipped is gone", fails: ["migrations"],
      "migration-removed migrations/versions/aa11_users.py:1"
    ) { test in
      try test.git("rm", "--quiet", "\(versions)/aa11_users.py")
      try test.commit("feat: a fault")
    },
    .replacing(
      "\"aa11\"", with: "None", in: "\(versions)/bb22_mail.py", fails: "migrations",
      "migration-heads migrations/versions/bb22_mail.py:1"),
    .replacing(
      "\"aa11\"", with: "\"zz99\"", in: "\(versions)/bb22_mail.py", fails: "migrations",
      "migration-parent migrations/versions/bb22_mail.py:1"),
    .replacing(
      "\"bb22\"", with: "\"aa11\"", in: "\(versions)/bb22_mail.py", fails: "migrations",
      "migration-duplicate migrations/versions/bb22_mail.py:1"),
    .replacing(
      "sa.Text()", with: "sa.Text(), nullable=False", in: "\(versions)/bb22_mail.py",
      fails: "migrations", "migration-destructive migrations/versions/bb22_mail.py:6"),
    .replacing(
      "op.add_column(", with: "op.drop_column(", in: "\(versions)/bb22_mail.py",
      fails: "migrations", "migration-destructive migrations/versions/bb22_mail.py:6"),
    .replacing(
      "op.drop_column(\"users\", \"mail\")", with: "pass", in: "\(versions)/bb22_mail.py",
      fails: "migrations", "migration-no-way-back migrations/versions/bb22_mail.py:1"),
    .replacing(
      "def upgrade():", with: "def upgrade(:", in: "\(versions)/bb22_mail.py",
      fails: "migrations", "migration-unreadable migrations/versions/bb22_mail.py:5"),
    .replacing(
      "- bb22: mail", with: "", in: "docs/schema.md", fails: "migrations",
      "migration-undocumented migrations/versions/bb22_mail.py:1"),
    .adding(
      "\(versions)/Odd.py", migration("aa12", after: "\"bb22\"", up: "pass"), fails: "migrations",
      "migration-name migrations/versions/Odd.py:1"),
    // Settings and secrets.
    .replacing(
      "SECRET_KEY", with: "SECRET_KEX", in: ".env.production", fails: "secrets",
      "setting-missing .env.production:2"),
    .replacing(
      key, with: "", in: ".env.production", fails: "secrets", "setting-empty .env.production:2"),
    .replacing(
      key, with: "changeme", in: ".env.production", fails: "secrets",
      "secret-placeholder .env.production:2"),
    .replacing(
      key, with: "Wq3+vN8zR1", in: ".env.production", fails: "secrets",
      "secret-short .env.production:2"),
    .replacing(
      key, with: String(repeating: "ab1", count: 12), in: ".env.production", fails: "secrets",
      "secret-easy .env.production:2"),
    .replacing(
      key, with: String(key.reversed()), in: ".env.production", fails: "secrets",
      "secret-reused .env.production:2"),
    .replacing(
      "n8zR1tY6uB0mK", with: "0ther-w0rd-3x", in: ".env.production", fails: "secrets",
      "secret-example .env.production:3"),
    .replacing(
      "=production", with: "=staging", in: ".env.production", fails: "secrets",
      "setting-value .env.production:1"),
    .replacing(
      "@db", with: "@db.staging.example", in: ".env.production", fails: "secrets",
      "setting-forbidden .env.production:3"),
    .replacing(
      "MAIL_FROM", with: "MAIL_FORM", in: ".env.production", fails: "secrets",
      "setting-misspelled .env.production:4"),
    .replacing(
      "MAIL_FROM", with: "mail", in: ".env.production", fails: "secrets",
      "setting-name .env.production:4"),
    Fault(
      "settings that others may read", fails: ["secrets"], "secrets-mode .env.production:1"
    ) { test in
      TestSupport.Files.setMode(0o644, of: "\(test.path)/.env.production")
    },
    Fault("no settings", fails: ["secrets"], "secrets-missing .env.production:1") { test in
      TestSupport.Files.remove("\(test.path)/.env.production")
    },
    Fault("tracked settings", fails: ["secrets"], "secrets-tracked .env.production:1") { test in
      try test.git("add", "--force", ".env.production")
      try test.commit("feat: a fault")
    },
    .adding(
      "src/設定.py", "x = 1\ntoken = \"\("gh" + "p_")q7Zt2vLxR1tY6uB0mK4sD7xC2gH5jL9pWn3e\"\n",
      fails: "secrets", "secret-in-tree src/設定.py:2"),
    Fault(
      "a secret under two names", fails: ["secrets"], "secret-in-tree settings.yaml:1"
    ) { test in
      let text = "api_token: q7Zt2vLxR1tY6uB0mK4sD7xC2gH5jL9pWn3e\n"
      try test.commit("feat: a fault", files: ["a.txt": text, "settings.yaml": text])
    },
    Fault(
      "migrations are moved and changed", fails: ["migrations"],
      "migration-changed db/versions/aa11_users.py:1"
    ) { test in
      try test.git("mv", "migrations", "db")
      let policy = try #require(files["deed.toml"]).replacing(
        "migrations/versions", with: "db/versions")
      try test.commit(
        "feat: a fault",
        files: [
          "deed.toml": policy,
          "db/versions/aa11_users.py": migration(
            "aa11", after: "None", up: "op.create_table(\"people\")"),
        ])
    },
    // The artifacts.
    Fault(
      "a changed artifact", fails: ["artifacts"], "artifact-changed checkpoints/日本/ai3.pt"
    ) { test in
      try TestSupport.Files.write("other weights", to: "\(test.path)/checkpoints/日本/ai3.pt")
    },
    Fault("a lost artifact", fails: ["artifacts"], "artifact-missing checkpoints/ai2.pt") { test in
      TestSupport.Files.remove("\(test.path)/checkpoints/ai2.pt")
    },
    Fault(
      "an artifact that nobody recorded", fails: ["artifacts"], "artifact-extra checkpoints/ai9.pt"
    ) { test in
      try TestSupport.Files.write("weights", to: "\(test.path)/checkpoints/ai9.pt")
    },
    Fault("no artifacts", fails: ["artifacts"], "artifact-none checkpoints/**/*.pt") { test in
      for name in ["ai1", "ai2", "日本/ai3"] {
        TestSupport.Files.remove("\(test.path)/checkpoints/\(name).pt")
      }
    },
    .replacing(
      "@sha256:\(digest)", with: ":1.1", in: "docker-compose.yml", fails: "artifacts",
      "image-no-digest docker-compose.yml:3"),
    // The runbook.
    Fault("no runbook", fails: ["runbook"], "runbook-missing RUNBOOK.md") { test in
      try test.git("rm", "--quiet", "RUNBOOK.md")
      try test.commit("feat: a fault")
    },
    .replacing(
      "## ロールバック", with: "## ほか", in: "RUNBOOK.md", fails: "runbook",
      "section-missing RUNBOOK.md:21"),
    .replacing(
      "Add an instance.", with: "", in: "RUNBOOK.md", fails: "runbook",
      "section-empty RUNBOOK.md:13"),
    .replacing(
      "+81 3 1234 5678", with: "downstairs", in: "RUNBOOK.md", fails: "runbook",
      "contact-missing RUNBOOK.md:21"),
    .replacing(
      "Hanako Sato", with: "[On-call engineer]", in: "RUNBOOK.md", fails: "runbook",
      "placeholder RUNBOOK.md:23"),
    .replacing(
      "#schema)", with: "#tables)", in: "RUNBOOK.md", fails: "runbook", "link-broken RUNBOOK.md:7"),
    .replacing(
      "docs/schema.md#", with: "docs/gone.md#", in: "RUNBOOK.md", fails: "runbook",
      "link-broken RUNBOOK.md:7"),
    Fault("an old runbook", fails: ["runbook"], "runbook-stale RUNBOOK.md:3") { test in
      let text = try #require(files["RUNBOOK.md"])
      try TestSupport.Files.write(
        text.replacing("2025-12-24", with: "2023-12-24"), to: "\(test.path)/RUNBOOK.md")
      _ = try test.run(
        ["commit", "--quiet", "-a", "-m", "feat: a fault"],
        with: ["GIT_COMMITTER_DATE": "1700000001 +0000"])
    },
  ]

  @Test(arguments: faults)
  func `a fault makes its check fail, and is named with file and line`(_ fault: Fault)
    async throws
  {
    let test = try await project()
    let before = try test.id("HEAD")
    try fault.make(test)
    // A fault that is committed is in another candidate, whose artifacts are recorded anew.
    if try test.id("HEAD") != before { await test.deed("artifacts", "record", "v1.1.0") }
    let report = try await report(test)
    let failed = Set(report.checks.filter { $0.outcome != "pass" }.map(\.name))
    #expect(failed == fault.checks, "\(report.checks.filter { $0.outcome != "pass" })")
    let findings = report.checks.flatMap(\.findings).filter { $0.outcome == "fail" }.map {
      "\($0.code)\($0.path.map { " \($0)" } ?? "")\($0.line.map { ":\($0)" } ?? "")"
    }
    #expect(findings.contains(fault.finding), "\(findings)")
  }
}
