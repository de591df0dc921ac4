import Testing

@testable import Checks

/// How Alembic's modules are read, and what of them cannot be.
@Suite struct AlembicTests {
  @Test func `a revision that does nothing is blank, unless it joins two others`() throws {
    #expect(try AlembicModule.read("    pass")?.isBlank == true)
    #expect(try AlembicModule.read("    op.create_table('t')")?.isBlank == false)
    let head = "revision = 'x'\ndown_revision = ('a', 'b')"
    let merge = try AlembicModule.read("    pass", head: head)
    #expect(merge?.isBlank == false && merge?.joins == true)
    #expect(try AlembicModule.read("    op.create_table('t')", head: head)?.joins == false)
  }

  @Test func `revision, parents and names are read`() throws {
    let migration = try #require(try AlembicModule.read("    op.create_table('users')"))
    #expect(migration.id == "ab12" && migration.line == 2 && migration.parents == ["aa11"])
    #expect(migration.hasDown && migration.effects.steps.isEmpty)
    #expect(migration.names.map(\.text) == ["ab12", "ab12_add_users", "add_users", "add users"])
  }

  @Test(
    arguments: [
      ("None", []), ("(\n  'a',\n  \"b\",\n)", ["a", "b"]), ("[ 'a' ]", ["a"]),
      ("'a'  # was b", ["a"]), ("()", []), ("[ ]", []),
    ] as [(String, [String])])
  func `parents come in every spelling`(value: String, parents: [String]) throws {
    let head = "revision = 'x'\ndown_revision = \(value)"
    #expect(try AlembicModule.read("    pass", head: head)?.parents == parents)
  }

  @Test(
    arguments: [
      ("", "it assigns no revision", nil), ("revision = 'a", "a text is never closed", 1),
      ("revision = 'a'\n", "it assigns no down_revision", nil),
      ("revision = 'a'\ndown_revision = f()", "its down_revision is not written out", 2),
      ("revision = x\ndown_revision = None", "its revision is no text", 1),
      ("revision = ('a'\n\n", "a bracket is never closed", 1),
      ("revision = 'a')\n", "a bracket was never opened", 1),
      ("revision = f'{a}'\ndown_revision = None", "its revision is no text", 1),
      ("revision = 'a'\ndown_revision = f'{a}'", "its down_revision is not written out", 2),
    ] as [(String, String, Int?)])
  func `what cannot be read says why`(head: String, why: String, line: Int?) {
    let error = #expect(throws: UnreadableMigration.self) {
      try AlembicModule.read("    pass", head: head)
    }
    #expect(error?.why == why && error?.line == line)
  }

  @Test(
    arguments: [
      ("<<<<<<< HEAD\n    pass\n=======\n    x()\n>>>>>>> b", "a conflict marker stands there", 5),
      ("    '''\n>>>>>>> b\n    '''", "a conflict marker stands there", 6),
      ("    op.create_table('t'", "a bracket is never closed", 5),
      ("    op.create_table('t', [1)", "a bracket was never opened", 5),
      ("    op.create_table('t)", "a text is never closed", 5),
      ("    op.execute('''drop)", "a text is never closed", 5),
      ("    op.execute(f'{a')", "a text is never closed", 5),
      ("    op.drop_column('t' name)", besides, 5),
      ("    op.drop_table('t') op.drop_table('u')", besides, 5),
      ("    op.drop_column('t',, 'a')", "a value is missing before a comma", 5),
      ("    if True\n        pass", "a colon is missing behind if", 5),
      ("    if True:\n    pass", "an indented block is missing", 6),
      ("    pass\n      pass", "it is indented and belongs to nothing", 6),
      ("        pass\n    pass", "its indentation is that of no block", 6),
      ("    x =", "a value is missing at its end", 5),
      (String(repeating: "(", count: 300), "brackets stand in brackets too deep", 5),
    ] as [(String, String, Int)])
  func `what Python would not read is not read here`(body: String, why: String, line: Int) {
    #expect(throws: UnreadableMigration(line: line, why: why)) { try AlembicModule.read(body) }
  }

  private static let besides = "two values stand beside each other: is a comma missing?"

  @Test(arguments: [
    ("upgrade = other", 1), ("upgrade, x = two()", 1), ("upgrade: Callable = other", 1),
    ("if x:\n    downgrade = other", 2), ("from app import go as upgrade", 1),
    ("from app import (\n    a,\n    downgrade,\n)", 1), ("import upgrade", 1),
    ("def one():\n    global upgrade\n    upgrade = other", 2), ("from other import *", 1),
    ("class upgrade(A):\n    pass", 1), ("del upgrade", 1),
    ("setattr(sys.modules[__name__], 'upgrade', f)", 1), ("globals()['downgrade'] = f", 1),
  ])
  func `what upgrade() becomes behind its definition cannot be read`(
    text: String, line: Int
  ) throws {
    let read = try AlembicModule.read(
      "    op.create_table('t')", down: "op.drop_table('t')\n\(text)")
    #expect(read?.id == "ab12" && read?.parents == ["aa11"])
    #expect(read?.hidden?.line == 8 + line)
    let bare = try AlembicMigrations().read(
      MigrationFile(
        path: "a.py",
        content: Array("revision = 'a'\ndown_revision = None\nupgrade = other\n".utf8)),
      among: MigrationFiles())
    #expect(bare?.hidden?.line == 3)
  }

  @Test(arguments: [
    "from app.upgrade import go", "from upgrade import go", "import app.upgrade", "upgrades = 1",
    "def one(upgrade=True):\n    return upgrade", "f(upgrade=1)", "x.upgrade = 1",
    "upgrade.__doc__ = 'Adds t.'",
  ])
  func `another name that only looks like it does no harm`(text: String) throws {
    let read = try AlembicModule.read(
      "    op.create_table('t')", down: "op.drop_table('t')\n\(text)")
    #expect(read != nil && read?.hidden == nil)
  }

  @Test(arguments: ["upgrade = None", "from app import upgrade", "from app import *"])
  func `a definition undoes what the name stood for before it`(text: String) throws {
    let read = try AlembicModule.read(
      "    op.create_table('t')", head: "\(text)\n\(AlembicModule.head)")
    #expect(read != nil && read?.hidden == nil)
  }

  @Test func `the last assignment of several counts`() throws {
    let head = "revision = 'a'\ndown_revision = None\nrevision = 'b'"
    #expect(try AlembicModule.read("    pass", head: head)?.id == "b")
  }

  @Test func `every byte of a migration may be cut off or changed without harm`() throws {
    let text = Array(
      "\(AlembicModule.head)\ndef upgrade():\n    op.execute('''DROP \"a\" $$ x $$''')\n".utf8)
    for end in text.indices {
      _ = try? AlembicMigrations().read(
        MigrationFile(path: "a.py", content: Array(text[..<end])), among: MigrationFiles())
      var other = text
      other[end] ^= 0x15
      _ = try? AlembicMigrations().read(
        MigrationFile(path: "a.py", content: other), among: MigrationFiles())
      _ = try? SqlxMigrations().read(
        MigrationFile(path: "1_a.sql", content: other), among: MigrationFiles())
    }
  }
}
