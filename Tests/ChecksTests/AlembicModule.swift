@testable import Checks

/// A revision of Alembic's, as tests write it.
enum AlembicModule {
  static let head = """
    \"\"\"Add users. op.drop_table("not this")\"\"\"
    revision: str = "ab12"
    down_revision: Union[str, None] = 'aa11'
    """

  static func read(_ body: String, down: String = "op.drop_table('t')", head: String = head)
    throws(UnreadableMigration) -> Migration?
  {
    try AlembicMigrations().read(
      MigrationFile(
        path: "versions/ab12_add_users.py",
        content: Array(
          "\(head)\ndef upgrade() -> None:\n\(body)\n\ndef downgrade():\n    \(down)\n".utf8)),
      among: MigrationFiles())
  }

  /// What it does by itself and by what it calls, as `line what`.
  static func steps(_ body: String) throws -> [String]? {
    try read(body).map { migration in
      MigrationPrograms([migration], AlembicMigrations()).steps(of: migration)
        .map { "\($0.line)\($0.isCertain ? "" : "?") \($0.what)" }
    }
  }
}
