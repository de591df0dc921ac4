import TestSupport
import Testing

/// A project that is about to release v1.1.0, on which every check passes.
enum CheckProject {
  static func migration(_ revision: String, after: String, up: String) -> String {
    """
    revision = "\(revision)"
    down_revision = \(after)


    def upgrade():
        \(up)


    def downgrade():
        op.drop_column("users", "mail")

    """
  }

  static let digest = String(repeating: "5e", count: 32)
  static let key = "Wq3+vN8zR1tY6uB0mK4sD7xC2gH5jL9p"
  static let new = migration(
    "bb22", after: "\"aa11\"", up: "op.add_column(\"users\", sa.Column(\"mail\", sa.Text()))")

  static let files = [
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
    unset = "fail"
    [checks.secrets.environments.staging]
    required = ["SECRET_KEY"]
    values = {}
    unset = "ignore"
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
      "APP_ENV=\nSECRET_KEY=\nDATABASE_URL=postgres://app:violet-otter-piano@db/app\nMAIL_FROM=\n",
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

  /// The password of the database's user.
  static let drawn = "n8zR1tY6uB0mK"

  static let environment = """
    APP_ENV=production
    SECRET_KEY=\(key)
    DATABASE_URL=postgres://app:\(drawn)@db/app
    MAIL_FROM=a@shop.example

    """

  /// v1.0.0 is cut, two years before v1.1.0 is to be.
  static func make() async throws -> TestRepository {
    let test = try TestRepository()
    for (name, content) in files {
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
        "migrations/versions/bb22_mail.py": new,
        "docs/schema.md": "# Schema\n\n- aa11: users\n- bb22: mail\n",
      ])
    for (name, content) in [
      ".env.production": environment,
      ".env.staging": "SECRET_KEY=\(String(key.reversed()))\n",
    ] {
      try TestSupport.Files.write(content, to: "\(test.path)/\(name)")
      TestSupport.Files.setMode(0o600, of: "\(test.path)/\(name)")
    }
    #expect(await test.deed("artifacts", "record", "v1.1.0").code == 0)
    return test
  }

  static let versions = "migrations/versions"
}
