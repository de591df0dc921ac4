import TestSupport
import Testing

// What goes wrong with migrations.
extension CheckFault {
  /// The newest migration does something else.
  private static func upgrading(_ step: String, _ finding: String) -> CheckFault {
    .replacing(
      "op.add_column(\"users\", sa.Column(\"mail\", sa.Text()))", with: step,
      in: "\(CheckProject.versions)/bb22_mail.py", fails: "migrations", finding)
  }

  static let migrations: [CheckFault] = [
    CheckFault(
      "an untracked migration", fails: ["checkout", "migrations"],
      "migration-uncommitted migrations/versions/cc33_x.py:1"
    ) { test in
      try TestSupport.Files.write(
        CheckProject.new, to: "\(test.path)/\(CheckProject.versions)/cc33_x.py")
    },
    CheckFault(
      "a migration is changed and not committed", fails: ["checkout", "migrations", "tests"],
      "migration-uncommitted migrations/versions/bb22_mail.py:1"
    ) { test in
      try TestSupport.Files.write(
        CheckProject.new + "\n", to: "\(test.path)/\(CheckProject.versions)/bb22_mail.py")
    },
    CheckFault(
      "a migration is changed where git does not look", fails: ["checkout", "migrations", "tests"],
      "migration-uncommitted migrations/versions/bb22_mail.py:1"
    ) { test in
      let path = "\(CheckProject.versions)/bb22_mail.py"
      try test.git("update-index", "--assume-unchanged", path)
      try TestSupport.Files.write(CheckProject.new + "\n", to: "\(test.path)/\(path)")
    },
    CheckFault(
      "no migrations", fails: ["migrations"], "migrations-missing migrations/versions"
    ) { test in
      try test.git("rm", "-r", "--quiet", "migrations")
      try test.commit("feat: a fault")
    },
    .replacing(
      "[\"migrations/versions\"]", with: "[\"migrations/versions\", \"migration/new\"]",
      in: "deed.toml", fails: "migrations", "migrations-missing migration/new"),
    .replacing(
      "op.create_table", with: "op.create_tables", in: "\(CheckProject.versions)/aa11_users.py",
      fails: "migrations", "migration-changed migrations/versions/aa11_users.py:6"),
    CheckFault(
      "a migration that shipped is renamed", fails: ["migrations"],
      "migration-renamed migrations/versions/aa11_users.py:1"
    ) { test in
      try test.git(
        "mv", "\(CheckProject.versions)/aa11_users.py", "\(CheckProject.versions)/aa11_people.py")
      try test.commit("feat: a fault")
    },
    CheckFault(
      "a migration that shipped is gone", fails: ["migrations"],
      "migration-removed migrations/versions/aa11_users.py:1"
    ) { test in
      try test.git("rm", "--quiet", "\(CheckProject.versions)/aa11_users.py")
      try test.commit("feat: a fault")
    },
    .replacing(
      "\"aa11\"", with: "None", in: "\(CheckProject.versions)/bb22_mail.py", fails: "migrations",
      "migration-heads migrations/versions/bb22_mail.py:1"),
    .replacing(
      "\"aa11\"", with: "\"zz99\"", in: "\(CheckProject.versions)/bb22_mail.py",
      fails: "migrations",
      "migration-parent migrations/versions/bb22_mail.py:2"),
    .replacing(
      "\"bb22\"", with: "\"aa11\"", in: "\(CheckProject.versions)/bb22_mail.py",
      fails: "migrations",
      "migration-duplicate migrations/versions/bb22_mail.py:1"),
    .replacing(
      "sa.Text()", with: "sa.Text(), nullable=False", in: "\(CheckProject.versions)/bb22_mail.py",
      fails: "migrations", "migration-destructive migrations/versions/bb22_mail.py:6"),
    .replacing(
      "op.add_column(", with: "op.drop_column(", in: "\(CheckProject.versions)/bb22_mail.py",
      fails: "migrations", "migration-destructive migrations/versions/bb22_mail.py:6"),
    .replacing(
      "op.drop_column(\"users\", \"mail\")", with: "pass",
      in: "\(CheckProject.versions)/bb22_mail.py",
      fails: "migrations", "migration-no-way-back migrations/versions/bb22_mail.py:9"),
    .replacing(
      "def upgrade():", with: "def upgrade(:", in: "\(CheckProject.versions)/bb22_mail.py",
      fails: "migrations", "migration-unreadable migrations/versions/bb22_mail.py:5"),
    .replacing(
      "- bb22: mail", with: "", in: "docs/schema.md", fails: "migrations",
      "migration-undocumented migrations/versions/bb22_mail.py:1"),
    .adding(
      "\(CheckProject.versions)/Odd.py",
      CheckProject.migration("aa12", after: "\"bb22\"", up: "pass"), fails: "migrations",
      "migration-name migrations/versions/Odd.py:1"),
    CheckFault(
      "migrations are moved and changed", fails: ["migrations"],
      "migration-changed db/versions/aa11_users.py:1"
    ) { test in
      try test.git("mv", "migrations", "db")
      let policy = try #require(CheckProject.files["deed.toml"]).replacing(
        "migrations/versions", with: "db/versions")
      try test.commit(
        "feat: a fault",
        files: [
          "deed.toml": policy,
          "db/versions/aa11_users.py": CheckProject.migration(
            "aa11", after: "None", up: "op.create_table(\"people\")"),
        ])
    },
    CheckFault(
      "the policy looks elsewhere", fails: ["migrations"],
      "migration-removed migrations/versions/aa11_users.py:1"
    ) { test in
      let policy = try #require(CheckProject.files["deed.toml"]).replacing(
        "migrations/versions", with: "migrations/new")
      try test.commit(
        "feat: a fault",
        files: [
          "deed.toml": policy, "docs/schema.md": "# Schema\n\n- cc33\n",
          "migrations/new/cc33_more.py": CheckProject.migration(
            "cc33", after: "None", up: "op.create_table(\"more\")"),
        ])
    },
    CheckFault(
      "the policy looks nowhere", fails: ["migrations"],
      "migration-removed migrations/versions/aa11_users.py:1"
    ) { test in
      let policy = try #require(CheckProject.files["deed.toml"]).replacing(
        "paths = [\"migrations/versions\"]\n", with: "")
      try test.commit("feat: a fault", files: ["deed.toml": policy])
    },
    upgrading(
      "op.drop_table(\"users\")", "migration-destructive migrations/versions/bb22_mail.py:6"),
    upgrading(
      "op.alter_column(\"users\", \"mail\", new_column_name=\"address\")",
      "migration-destructive migrations/versions/bb22_mail.py:6"),
    upgrading(
      "from app import wipe\n    op.get_bind().run_callable(wipe)",
      "migration-unjudged migrations/versions/bb22_mail.py:7"),
    upgrading(
      "op.execute(\"DROP VIEW buyers\")",
      "migration-destructive migrations/versions/bb22_mail.py:6"),
    upgrading(
      "op.execute(\"UPDATE users SET name = NULL\")",
      "migration-destructive migrations/versions/bb22_mail.py:6"),
    upgrading(
      "op.execute(\"SELECT purge()\")", "migration-unjudged migrations/versions/bb22_mail.py:6"),
    upgrading(
      "op.execute(\"COPY users FROM PROGRAM 'curl x'\")",
      "migration-unjudged migrations/versions/bb22_mail.py:6"),
    CheckFault(
      "a migration that git ignores", fails: ["migrations"],
      "migration-ignored migrations/versions/cc33_x.py:1"
    ) { test in
      try TestSupport.Files.write("cc33*\n", to: "\(test.path)/.git/info/exclude")
      try TestSupport.Files.write(
        CheckProject.new, to: "\(test.path)/\(CheckProject.versions)/cc33_x.py")
    },
    upgrading(
      "clean()\n\n\ndef clean():\n    op.drop_table(\"old\")",
      "migration-destructive migrations/versions/bb22_mail.py:10"),
    upgrading(
      "drop = op.drop_table\n    drop(\"old\")",
      "migration-destructive migrations/versions/bb22_mail.py:7"),
    upgrading(
      "op.get_bind().exec_driver_sql(\"DROP TABLE old\")",
      "migration-destructive migrations/versions/bb22_mail.py:6"),
    upgrading(
      "op.execute(\"/*!50001 DROP TABLE old */\")",
      "migration-destructive migrations/versions/bb22_mail.py:6"),
    upgrading(
      "op.execute(f\"DROP TABLE {name}\")",
      "migration-destructive migrations/versions/bb22_mail.py:6"),
    upgrading(
      "getattr(op, name)(\"old\")", "migration-unjudged migrations/versions/bb22_mail.py:6"),
    upgrading(
      "op.create_table(\"new\"", "migration-unreadable migrations/versions/bb22_mail.py:6"),
    .replacing(
      "op.drop_column(\"users\", \"mail\")", with: "print(\"there is none\")",
      in: "\(CheckProject.versions)/bb22_mail.py", fails: "migrations",
      "migration-no-way-back migrations/versions/bb22_mail.py:9"),
  ]
}
