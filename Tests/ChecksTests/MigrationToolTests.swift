import Testing

@testable import Checks

@Suite struct DestructiveSQLTests {
  private func steps(_ text: String) throws -> [String] {
    let script = try SQLScript(text)
    return try DestructiveSQL.steps(in: script.up).map { "\($0.line) \($0.what)" }
  }

  @Test(arguments: [
    ("DROP TABLE users;", "1 drops the table users"),
    ("\n\ndrop table if exists \"Users\" cascade", "3 drops the table Users"),
    ("ALTER TABLE users DROP COLUMN name;", "1 drops the column users.name"),
    ("ALTER TABLE users\n  ADD a int,\n  DROP name;", "3 drops the column users.name"),
    (
      "alter table only public.users alter column age type text",
      "1 retypes the column public.users.age"
    ),
    ("alter table t alter age set data type text", "1 retypes the column t.age"),
    ("alter table t alter age set not null", "1 makes the column t.age not null"),
    ("alter table t modify column age int", "1 retypes the column t.age"),
    ("alter table t rename to u", "1 renames the table t"),
    ("alter table t rename column a to b", "1 renames the column t.a"),
    ("RENAME TABLE a TO b", "1 renames the table a"),
    (
      "alter table t add column a int not null",
      "1 adds the column t.a, not null and without a default"
    ),
    (
      "alter table t add a numeric(3, 1) not null, add b int",
      "1 adds the column t.a, not null and without a default"
    ),
    ("TRUNCATE users", "1 empties the table users"),
    ("delete from users", "1 deletes all rows of users"),
    ("DO $$ BEGIN\n  IF true THEN DROP TABLE t; END IF;\nEND $$;", "2 drops the table t"),
    ("DO $$ BEGIN\n EXECUTE 'drop table t';\nEND $$;", "2 drops the table t"),
    ("select 'it\\'s'; drop table t", "1 drops the table t"),
  ])
  func `what takes something away is found on its line`(text: String, step: String) throws {
    #expect(try steps(text) == [step])
  }

  @Test(arguments: [
    "-- DROP TABLE users", "/* DROP TABLE users; /* nested */ */", "SELECT 'DROP TABLE users;'",
    "alter table t drop constraint c", "alter table t add a int not null default 0",
    "alter table t add id bigserial not null", "alter table t add check (a is not null)",
    "create table t (a int not null)", "delete from t where a = 1", "drop index i",
    "alter table t alter a drop not null", "select E'it\\'s; drop table t'",
    "create function f() returns void as $body$ drop table t; $body$ language sql", "",
  ])
  func `what takes nothing away is none`(text: String) throws {
    #expect(try steps(text) == [])
  }

  @Test(arguments: ["select 'a", "/* a", "select (1", "select 1)", "DO $$ begin", "select \"a"])
  func `what has no end cannot be read`(text: String) {
    #expect(throws: UnreadableMigration.self) { try SQLScript(text) }
  }

  @Test(arguments: [
    "-- +goose Up\nselect 1;\n-- +goose Down\nDROP TABLE t;",
    "-- migrate:up\nselect 1;\n-- migrate:down\ndrop table t",
    "-- Up\nselect 1;\n-- Down\ndrop table t",
    "select 1;\n--rollback drop table t",
  ])
  func `the way back is told from the way there`(text: String) throws {
    let script = try SQLScript(text)
    #expect(script.up.count == 1 && script.down.count == 1)
    #expect(try steps(text) == [])
  }

  @Test func `a remark about rolling back hides nothing, and is no way back`() throws {
    let script = try SQLScript("-- Rollback is not possible after this step.\ndrop table users;")
    #expect(script.up.count == 1 && script.down.isEmpty)
    #expect(try DestructiveSQL.steps(in: script.up).map(\.line) == [2])
  }

  @Test func `blocks in blocks without an end are not followed`() throws {
    let text = (0..<40).reduce("drop table t") { text, depth in "DO $a\(depth)$ \(text) $a\(depth)$"
    }
    #expect(throws: UnreadableMigration.self) {
      try DestructiveSQL.steps(in: SQLScript(text).up)
    }
  }
}

@Suite struct AlembicTests {
  private func read(_ body: String, down: String = "op.drop_table('t')", head: String = head)
    throws(UnreadableMigration) -> Migration?
  {
    try AlembicMigrations().read(
      MigrationFile(
        path: "versions/ab12_add_users.py",
        content: Array(
          "\(head)\ndef upgrade() -> None:\n\(body)\n\ndef downgrade():\n    \(down)\n".utf8)),
      among: [])
  }

  private static let head = """
    \"\"\"Add users. op.drop_table("not this")\"\"\"
    revision: str = "ab12"
    down_revision: Union[str, None] = 'aa11'
    """

  @Test func `revision, parents and names are read`() throws {
    let migration = try #require(try read("    op.create_table('users')"))
    #expect(migration.id == "ab12" && migration.line == 2 && migration.parents == ["aa11"])
    #expect(migration.hasDown && migration.steps.isEmpty)
    #expect(migration.names == ["ab12", "ab12_add_users", "add_users", "add users"])
  }

  @Test(
    arguments: [
      ("None", []), ("(\n  'a',\n  \"b\",\n)", ["a", "b"]), ("[ 'a' ]", ["a"]),
      ("'a'  # was b", ["a"]),
    ] as [(String, [String])])
  func `parents come in every spelling`(value: String, parents: [String]) throws {
    let head = "revision = 'x'\ndown_revision = \(value)"
    #expect(try read("    pass", head: head)?.parents == parents)
  }

  @Test(arguments: [
    ("    op.drop_column('users', 'name')", "5 drops the column users.name"),
    ("    op.drop_table(\n        'users'\n    )", "5 drops the table users"),
    (
      "    x = 1\n    op.alter_column('users', 'age', type_=sa.Text())",
      "6 retypes the column users.age"
    ),
    ("    op.alter_column('u', 'a', nullable=False)", "5 makes the column u.a not null"),
    ("    op.alter_column('u', 'a', new_column_name='b')", "5 renames the column u.a"),
    ("    op.rename_table('a', 'b')", "5 renames the table a"),
    (
      "    op.add_column('u', sa.Column('a', sa.Integer(), nullable=False))",
      "5 adds the column u.a, not null and without a default"
    ),
    (
      "    with op.batch_alter_table('u') as batch_op:\n        batch_op.drop_column('a')",
      "6 drops the column a"
    ),
    (
      "    op.execute('''\n        SELECT 1;\n        DROP TABLE users\n    ''')",
      "7 drops the table users"
    ),
    (
      "    op.execute(sa.text(\n        'ALTER TABLE users '\n        'DROP COLUMN name'))",
      "7 drops the column users.name"
    ),
    ("    op.execute(statement)", "5 executes what is not written out in it"),
    ("    op.execute(f'drop table {name}')", "5 drops the table "),
  ])
  func `what takes something away is found on its line`(body: String, step: String) throws {
    #expect(try read(body)?.steps.map { "\($0.line) \($0.what)" } == [step])
  }

  @Test(arguments: [
    "    op.add_column('u', sa.Column('a', sa.Integer(), nullable=False, server_default='0'))",
    "    op.alter_column('u', 'a', nullable=False, server_default=sa.text('0'))",
    "    # op.drop_table('users')\n    pass", "    print(\"op.drop_table('users')\")",
    "    op.execute('CREATE INDEX i ON t (a)')",
  ])
  func `what takes nothing away is none`(body: String) throws {
    #expect(try read(body)?.steps == [])
  }

  @Test(arguments: [
    ("pass", false), ("raise NotImplementedError(\"no\")", false), ("\"\"\"Nothing.\"\"\"", false),
    ("...", false), ("op.drop_table('t')", true),
  ])
  func `a way back is one that does something`(down: String, has: Bool) throws {
    #expect(try read("    op.create_table('t')", down: down)?.hasDown == has)
    #expect(try read("    pass", down: down)?.hasDown == true)
  }

  @Test(
    arguments: [
      ("", "it assigns no revision", nil), ("revision = 'a", "a text is never closed", 1),
      ("revision = 'a'\n", "it assigns no down_revision", nil),
      ("revision = 'a'\ndown_revision = f()", "its down_revision is not written out", 2),
      ("revision = x\ndown_revision = None", "its revision is no text", 1),
      ("revision = ('a'\n\n", "a bracket is never closed", 1),
      ("revision = 'a')\n", "a bracket was never opened", 1),
    ] as [(String, String, Int?)])
  func `what cannot be read says why`(head: String, why: String, line: Int?) {
    #expect(throws: UnreadableMigration(line: line, why: why)) { try read("    pass", head: head) }
  }

  @Test func `every byte of a migration may be cut off or changed without harm`() throws {
    let text = Array(
      "\(Self.head)\ndef upgrade():\n    op.execute('''DROP \"a\" $$ x $$''')\n".utf8)
    for end in text.indices {
      _ = try? AlembicMigrations().read(
        MigrationFile(path: "a.py", content: Array(text[..<end])), among: [])
      var other = text
      other[end] ^= 0x15
      _ = try? AlembicMigrations().read(MigrationFile(path: "a.py", content: other), among: [])
      _ = try? SqlxMigrations().read(MigrationFile(path: "1_a.sql", content: other), among: [])
    }
  }
}
