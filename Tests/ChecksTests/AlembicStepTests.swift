import Testing

@testable import Checks

/// What Alembic's revisions take away, and whether there is a way back.
@Suite struct AlembicStepTests {
  private static let unseen = "? executes what is not written out in it"

  private static let deletesAll = "5 deletes all rows of a table"

  private static func nameless(_ line: Int) -> String { "\(line)? calls what has no name there" }

  private static func calls(_ name: String, _ line: Int) -> String {
    "\(line)? calls \(name), which another module defines"
  }

  @Test(
    arguments: [
      ("    op.drop_column('users', 'name')", "5 drops the column users.name"),
      ("    op.drop_table(\n        'users'\n    )", "5 drops the table users"),
      (
        "    x = 1\n    op.alter_column('users', 'age', type_=sa.Text())",
        "6 retypes the column users.age"
      ),
      ("    op.alter_column('u', 'a', nullable=False)", "5 makes the column u.a not null"),
      (
        "    op.alter_column('u', 'a', nullable=False, existing_server_default=sa.text('0'))",
        "5 makes the column u.a not null"
      ),
      (
        "    op.alter_column('u', 'a', nullable=False, server_default='0')",
        "5 makes the column u.a not null"
      ),
      ("    op.alter_column('u', 'a', new_column_name='b')", "5 renames the column u.a"),
      ("    op.rename_table('a', 'b')", "5 renames the table a"),
      (
        "    op.add_column('u', sa.Column('a', sa.Integer(), nullable=False))",
        "5 adds the column u.a, not null and without a default"
      ),
      (
        "    with op.batch_alter_table('u') as batch_op:\n        batch_op.drop_column('a')",
        "6 drops the column u.a"
      ),
      (
        "    op.execute('''\n        SELECT 1;\n        DROP TABLE users\n    ''')",
        "7 drops the table users"
      ),
      (
        "    op.execute(sa.text(\n        'ALTER TABLE users '\n        'DROP COLUMN name'))",
        "7 drops the column users.name"
      ),
      ("    op.execute(statement)", "5? executes what is not written out in it"),
      ("    op.execute(f'drop table {name}')", "5 drops the table {name}"),
      ("    op.execute(f\"drop table {d[\"a b\"]}\")", "5 drops the table {d[a b]}"),
      ("    op.execute('drop table %s' % name)", "5 drops the table {…}"),
      ("    op.execute('drop table ' + name)", "5 drops the table {name}"),
      ("    op.execute('drop table {}'.format(name))", "5 drops the table {}"),
      ("    op.get_bind().exec_driver_sql('drop table t')", "5 drops the table t"),
      ("    connection.execute(text('drop table t'), {'a': 1})", "5 drops the table t"),
      ("    op.execute('/*!50001 drop table t */')", "5 drops the table t"),
      ("    sql = 'drop table t'\n    op.execute(sql)", "5 drops the table t"),
      ("    sql = 'select 1'\n    sql += ', 2'\n    op.execute(sql)", "7\(Self.unseen)"),
      ("    sql = 'select 1'\n    for sql in all: op.execute(sql)", "6\(Self.unseen)"),
      ("    sql = 'select 1'\n    with a as sql: op.execute(sql)", "6\(Self.unseen)"),
      ("    sql = 'select 1'\n    sql, x = two()\n    op.execute(sql)", "7\(Self.unseen)"),
      ("    sql = 'select 1'\n    x = sql = two()\n    op.execute(sql)", "7\(Self.unseen)"),
      ("    sql = 'select 1'\n    if (sql := two()): op.execute(sql)", "6\(Self.unseen)"),
      ("    sql = 'select 1'\n    if x: sql = 'select 2'\n    op.execute(sql)", "7\(Self.unseen)"),
      ("    sql = 'select 1'\n    [op.execute(sql) for (x, sql) in all]", "6\(Self.unseen)"),
      ("    sql = 'select 1'\n    list(map(lambda sql: op.execute(sql), all))", "6\(Self.unseen)"),
      (
        "    run(1)\n\nsql = 'select 1'\n\ndef run(a, *, sql: str = 'x'):\n    op.execute(sql)",
        "10\(Self.unseen)"
      ),
      ("    op.execute(users.delete())", "5 deletes all rows of a table"),
      ("    session.query(User).delete()", "5 deletes all rows of a query"),
      ("    d = op.drop_column\n    d('t', 'a')", "6 drops the column t.a"),
      ("    from alembic.op import drop_column as d\n    d('t', 'a')", "6 drops the column t.a"),
      ("    from alembic.op import *\n    drop_table('t')", "6 drops the table t"),
      ("    import alembic.op as o\n    o.drop_column('t', 'a')", "6 drops the column t.a"),
      (
        "    with op.batch_alter_table('u') as batch:\n        batch.drop_column('a')",
        "6 drops the column u.a"
      ),
      ("    op.drop_column(op.f('t'), column_name='a')", "5 drops the column t.a"),
      ("    op.drop_table(table)", "5 drops the table {table}"),
      ("    op.drop_table(*tables)", "5 drops the table {*tables}"),
      ("    Base.metadata.drop_all(op.get_bind())", "5 drops all tables of metadata"),
      ("    sa.Enum(name='e').drop(op.get_bind())", "5 drops a type or table"),
      (
        "    op.add_column('u', sa.Column('a', sa.Text(), nullable=False, server_default=None))",
        "5 adds the column u.a, not null and without a default"
      ),
      (
        "    op.add_column('u', sa.Column('a', sa.Text(), primary_key=True))",
        "5 adds the column u.a, a primary key without a default"
      ),
      ("    if True: op.drop_table('t')", "5 drops the table t"),
      ("    pass\n\nop.drop_table('t')", "7 drops the table t"),
      // Functions of the file that are led to.
      (
        "    one()\n\ndef one():\n    two()\n\ndef two():\n    op.drop_table('t')",
        "11 drops the table t"
      ),
      ("    list(map(one, 'ab'))\n\ndef one(t):\n    op.drop_table(t)", "8 drops the table {t}"),
      (
        "    A().b()\n\nclass A:\n    def b(self):\n        op.drop_table('t')",
        "9 drops the table t"
      ),
      ("    def one(): op.drop_table('t')\n    one()", "5 drops the table t"),
      // What nobody here can tell.
      ("    getattr(op, name)('t')", "5? reaches what it does by a name that is put together"),
      (
        "    getattr(op, 'drop_table')('t')",
        "5? reaches what it does by a name that is put together"
      ),
      ("    eval('op.drop_table')('t')", "5? reaches what it does by a name that is put together"),
      (
        "    for t in 'ab': run(op.drop_table, t)", "5? hands drop_table on to what calls it unseen"
      ),
      ("    from app import clean\n    clean()", "6? calls clean, which another module defines"),
      ("    import app as a\n    a.b.clean(1)", "6? calls a.b.clean, which another module defines"),
      (
        "    from app import clean\n    x = clean(op)",
        "6? calls clean, which another module defines"
      ),
      ("    op.execute(f'{verb} table t')", "5? executes what is not written out in it"),
      ("    op.execute(build(1))", "5? executes what is not written out in it"),
      ("    op.add_column('t', column)", "5? adds a column that is not written out in it"),
      ("    op.alter_column('t', 'a', nullable=flag)", "5? may make the column t.a not null"),
      ("    op.alter_column('t', 'a', **how)", "5? changes the column t.a in ways unseen"),
      ("    op.invoke(step)", "5? invokes an operation that is put together"),
      // Functions from elsewhere, wherever they are called.
      ("    from app import clean\n    x = clean()", calls("clean", 6)),
      ("    from app import clean\n    return clean(op)", calls("clean", 6)),
      ("    from app import clean\n    [clean() for x in 'ab']", calls("clean", 6)),
      ("    from app import clean\n    if not clean(): pass", calls("clean", 6)),
      ("    from app import clean\n    print(1, clean())", calls("clean", 6)),
      ("    from app import clean\n    x = lambda: a.b(clean(1))", calls("clean", 6)),
      ("    from app import clean as c\n    d = c\n    d()", calls("d", 7)),
      ("    from app import *\n    x = clean()", calls("clean", 6)),
      ("    from app import Clean\n    x = Clean()", calls("Clean", 6)),
      ("    from app import clean\n    x = f'{clean()}'", "6? calls clean within a text"),
      ("    x = f\"{op.drop_table('t')}\"", "5? calls drop_table within a text"),
      (
        "    from app import clean\n    list(map(clean, 'ab'))",
        "6? hands clean on to what calls it unseen"
      ),
      ("    import subprocess\n    x = subprocess.run(['a'])", calls("subprocess.run", 6)),
      ("    import os\n    x = os.system('a')", calls("os.system", 6)),
      ("    from app import wrap\n\n    @wrap\n    def a():\n        pass", calls("wrap", 7)),
      (
        "    from app import default\n    op.add_column('t', sa.Column('a', default()))",
        calls("default", 6)
      ),
      ("    from app import a\n    b = [a.c]\n    b[0]()", nameless(7)),
      ("    (lambda: op)()", nameless(5)), ("    x['y'](1)", nameless(5)),
      // What SQLAlchemy drops and deletes.
      ("    Table('t', metadata).drop(engine)", "5 drops a type or table"),
      ("    users.drop(engine)", "5 drops users"),
      ("    User.__table__.drop()", "5 drops __table__"),
      ("    x.drop()", "5? drops x, whatever that is"),
      ("    metadata.drop_all(engine, tables=[t])", "5 drops all tables of metadata"),
      (
        "    conn.run_sync(Base.metadata.drop_all)",
        "5? hands drop_all on to what calls it unseen"
      ),
      ("    op.execute(sa.delete(users))", deletesAll),
      ("    op.execute(db.delete(users))", deletesAll),
      ("    op.execute(sa.delete(sa.table('users')))", deletesAll),
      ("    op.execute(delete(sa.table('users', sa.column('a'))))", deletesAll),
      ("    op.execute(sa.delete(sa.Table('users', sa.MetaData())))", deletesAll),
      ("    op.execute(s.delete(s.table('users')))", deletesAll),
      ("    op.execute(sa.delete(users_table()))", deletesAll),
      (
        "    op.execute(sa.update(sa.table('users', sa.column('a'))).values(a=None))",
        "5 changes all rows of a table"
      ),
      ("    op.execute(users.delete().where(true()))", deletesAll),
      ("    op.execute(users.delete().where(sa.true()))", deletesAll),
      ("    op.execute(users.delete().where(True))", deletesAll),
      ("    op.execute(users.delete().where(sa.text('1 = 1')))", deletesAll),
      ("    op.execute(users.delete().where(users.c.a == users.c.a))", deletesAll),
      ("    op.execute(users.delete().where(or_(users.c.a == 1, true())))", deletesAll),
      ("    op.execute(users.delete().where(and_(true(), 1 == 1)))", deletesAll),
      ("    op.execute(users.delete().where((users.c.a == 1) | true()))", deletesAll),
      ("    op.execute(users.delete().where(~sa.false()))", deletesAll),
      ("    op.execute(users.delete().where())", deletesAll),
      ("    session.query(User).filter(true()).delete()", "5 deletes all rows of a query"),
      ("    session.query(User).filter_by().delete()", "5 deletes all rows of a query"),
      ("    users.delete().execute()", "5\(Self.unseen)"),
      ("    cursor.callproc('p', [1])", "5? calls p, which no migration before it defines"),
      ("    op.execute(users.update().values(a=1))", "5 changes all rows of a table"),
      (
        "    u = sa.table('users')\n    op.execute(u.update().values({'a': 1}))",
        "6 changes all rows of users"
      ),
      ("    op.execute(sa.update(u).values(a=u.c.b))", "5 changes all rows of a table"),
      ("    session.query(User).update({User.a: f(1)})", "5 changes all rows of a query"),
      ("    op.execute('update t set a = 1')", "5 changes all rows of t"),
      (
        "    op.add_column('t', sa.Column('b', sa.Text()))\n    op.execute('update t set a = 1')",
        "6 changes all rows of t"
      ),
      (
        "    op.execute('create function f() returns void language sql as $$ truncate t $$')\n"
          + "    op.execute('select f()')", "6 calls f, which empties the table t (line 5)"
      ),
      ("    op.execute('call p()')", "5? calls p, which no migration before it defines"),
      // What Python makes of a text.
      ("    op.execute('-- a\\ndrop table t')", "5 drops the table t"),
      ("    op.execute('-- a\\x0adrop\\ttable t')", "5 drops the table t"),
      ("    op.execute('\\x44rop \\u0074able t\\137old')", "5 drops the table t_old"),
      ("    op.execute('dr' 'op table t' + '_old')", "5 drops the table t_old"),
      ("    op.execute(\n        'select 1; dr'\n        'op table t')", "6 drops the table t"),
      ("    op.execute('select 1;'\n        'drop table t')", "6 drops the table t"),
      ("    op.execute('-' '- \\'\\ndrop table t; -- \\'')", "5 drops the table t"),
      ("    op.execute('-- a '\n        'b\\n'\n        'drop table t')", "7 drops the table t"),
      ("    op.execute('dr\\\nop table t')", "5 drops the table t"),
      ("    op.execute('''delete from t \\\n -- x \\\nwhere a = 1''')", "5 deletes all rows of t"),
      ("    op.execute('update t set a = 1 -- all \\\nwhere a = 1')", "5 changes all rows of t"),
      (
        "    op.execute('-- then: \\\n    create table t (a int)')\n    op.drop_table('t')",
        "7 drops the table t"
      ),
      ("    op.execute('''\\\n    select 1; \\\n    drop table t''')", "7 drops the table t"),
      ("    op.execute('select 1; \\\r\n    drop table t')", "6 drops the table t"),
      ("    op.create_index('i', 't', ['a']) # x\r    op.drop_table('t')", "6 drops the table t"),
      ("    op.execute('select 1 -- \\rdrop table t')", "5\(Self.unseen)"),
      ("    op.execute('select 1 -- \\r\\ndrop table t')", "5 drops the table t"),
      ("    op.execute('\\N{LATIN CAPITAL LETTER D}rop table t')", "5\(Self.unseen)"),
      (
        "    op.execute(r\"delete from t where a = 'a\\'' or 1 = 1 -- '\")",
        "5 deletes all rows of t"
      ),
      (
        "    op.execute(r'''update t set a = 1 where n = '\\'' or 1 = 1 # '\n''')",
        "5 changes all rows of t"
      ),
      (
        "    op.create_table('s.t')\n    op.execute('update s.t set a = 1')",
        "6 changes all rows of s.t"
      ),
    ] as [(String, String)])
  func `what takes something away is found on its line`(body: String, step: String) throws {
    #expect(try AlembicModule.steps(body) == [step])
  }

  @Test(
    arguments: [
      "    op.add_column('u', sa.Column('a', sa.Integer(), nullable=False, server_default='0'))",
      "    op.alter_column('u', 'a', nullable=True, server_default=sa.text('0'))",
      "    sql = 'SELECT 1'\n    op.execute(sql)", "    op.execute('SELECT \\'<<<<<<< a\\'')",
      "    # op.drop_table('users')\n    pass", "    print(\"op.drop_table('users')\")",
      "    op.execute('CREATE INDEX i ON t (a)')", "    op.execute(users.insert().values(a=1))",
      "    op.execute(users.delete().where(users.c.a == 1))",
      "    rows = op.get_bind().execute(sa.select(t.c.a)).scalars()",
      "    op.execute(sa.text('UPDATE t SET a = :a WHERE b').bindparams(a=1))",
      "    globals()[f'upgrade_{engine}']()\n\ndef upgrade_one():\n    pass",
      "    import uuid\n    x = uuid.uuid4()", "    getattr(settings, 'name')",
      "    from app.types import GUID\n    op.create_table('t', sa.Column('a', GUID()))",
      "    from app import GUID\n    x = sa.Column('a', sa.ARRAY(GUID(16)))",
      "    import os, uuid, datetime as d\n    x = [os.environ.get('A'), uuid.uuid4(), d.date()]",
      "    from app import clean\n    x = clean", "    df.drop(columns=['a'])",
      "    sa.Index('i', t.c.a).drop(op.get_bind())",
      "    op.execute(users.delete().where(users.c.a == bindparam('b')))",
      "    op.execute(users.delete().where(bindparam('b') == users.c.a))",
      "    op.execute(r'-- a\\ndrop table t')", "    op.execute('-- a\\\\ndrop table t')",
      "    op.execute(users.update().where(users.c.a == 1).values(a=2))",
      "    session.query(User).filter(User.a == 1).update({'a': 2})",
      "    op.execute(users.delete(users.c.a == 1))",
      "    op.execute(sa.delete(sa.table('users', a)).where(a == 1))",
      "    op.execute(sa.delete(users, users.c.a == 1))",
      "    op.execute(users.delete(or_(users.c.a == 1, users.c.b == 2)))",
      "    op.execute(sa.update(sa.table('users', a)).where(a == 1).values(a=2))",
      "    op.execute(users.delete().where(false()))",
      "    op.execute(sa.delete(users).where(sa.or_(users.c.a == 1, users.c.b.in_([2]))))",
      "    op.execute(sa.delete(users).where(sa.text('a = 1')))",
      "    session.query(User).filter_by(a=1).delete()",
      "    session.query(User).filter(User.a == 1).delete(synchronize_session=False)",
      "    x = sessionmaker(bind=op.get_bind())()\n    for y in [1]: (z) = (1, 2)",
      "    return\n    op.drop_table('t')", "    if False:\n        op.drop_table('t')",
      "    if x:\n        raise ValueError\n        op.drop_table('t')",
      "    x = [f\"{a['b']:>{c}}\" for a in b if not c]  # fine\n    match x:\n        case 1: pass",
    ] as [String])
  func `what takes nothing away is none`(body: String) throws {
    #expect(try AlembicModule.steps(body) == [])
  }

  @Test(
    arguments: [
      "if x:\n        op.create_table('t')", "if x: y(); op.create_table('t')",
      "try:\n        op.create_table('t')\n    except E: pass",
      "for x in y:\n        op.create_table('t')",
      "match x:\n        case 1:\n            op.create_table('t')",
      "with suppress(E):\n        op.create_table('t')",
      "with op.batch_alter_table('u') as b, x:\n        op.create_table('t')",
      "x and op.create_table('t')", "[op.create_table('t') for x in y]",
      "x = lambda: op.create_table('t')", "if x:\n        return\n    op.create_table('t')",
      "def f(): op.create_table('t')", "def f():\n        op.create_table('t')\n    f()",
      "if x:\n        op.add_column('t', sa.Column('a', X()))",
      "if x:\n        op.execute('create table t (a int)')",
      "'A text.'\n    if x:\n        y()\n    t = op.create_table('t'); z = 1",
      "with op.batch_alter_table('t') as b:\n        b.add_column(sa.Column('a', X()))",
      "with op.get_context().autocommit_block():\n        op.execute('create table t (a int)')",
      "if x:\n        raise E\n    op.create_table('t')", "other.create_table('t')",
    ])
  func `what anything but a plain call makes may not have been made`(body: String) throws {
    let line = 5 + body.split(separator: "\n").count
    #expect(
      try AlembicModule.steps("    \(body)\n    op.execute('update t set a = 1')") == [
        "\(line) changes all rows of t"
      ])
  }

  @Test(arguments: [
    ("pass", false), ("raise NotImplementedError(\"no\")", false), ("\"\"\"Nothing.\"\"\"", false),
    ("...", false), ("op.drop_table('t')", true), ("print('no')", false),
    ("print('no'); raise NotImplementedError", false), ("logger.warning('no')", false),
    ("conn = op.get_bind()", false), ("op.execute('SELECT 1')", false),
    ("op.execute('-- nothing')", false), ("return op.drop_table('t')", true),
    ("helper()\n\ndef helper():\n    pass", false),
    ("helper()\n\ndef helper():\n    op.drop_table('t')", true),
    ("op.execute('DELETE FROM t WHERE a = 1')", true),
    ("return NotImplemented('no')", false), ("return NotImplementedError('no')", false),
    ("return", false), ("return None", false), ("raise SystemExit(1)", false),
    ("raise NotImplementedError\n    op.drop_table('t')", false),
    ("raise X; op.drop_table('t')", false), ("return 1\n    op.drop_table('t')", false),
    ("if x:\n        raise X\n    op.drop_table('t')", true),
    ("try:\n        raise X\n    finally:\n        op.drop_table('t')", true),
    ("if (x):\n        pass", false), ("if False:\n        op.drop_table('t')", false),
    ("x = max(1, 2)", false), ("import time; time.sleep(1)", false),
    ("with a():\n        return\n        b()\n    op.drop_table('t')", true),
  ])
  func `a way back is one that does something`(down: String, has: Bool) throws {
    #expect(try AlembicModule.read("    op.create_table('t')", down: down)?.hasDown == has)
    #expect(try AlembicModule.read("    pass", down: down)?.hasDown == true)
  }

  @Test(
    arguments: [
      ("op.drop_view('v')", ["5? calls op.drop_view\(unknown)"]),
      ("op.sync_enum_values('public', 's', ['a'])", ["5? calls op.sync_enum_values\(unknown)"]),
      (
        "op.truncate_table('a')\n    op.truncate_table('b')",
        ["5? calls op.truncate_table\(unknown)", "6? calls op.truncate_table\(unknown)"]
      ),
      (
        "with op.batch_alter_table('t') as b:\n        b.drop_view('v')",
        ["6? calls b.drop_view\(unknown)"]
      ),
      ("o = op\n    o.drop_view('v')", ["6? calls o.drop_view\(unknown)"]),
      ("from alembic import op as o\n    o.drop_view('v')", ["6? calls o.drop_view\(unknown)"]),
      ("import alembic.op as o\n    o.drop_view('v')", ["6? calls o.drop_view\(unknown)"]),
      ("alembic.op.drop_view('v')", ["5? calls alembic.op.drop_view\(unknown)"]),
      ("from alembic.op import drop_view\n    drop_view('v')", ["6? calls drop_view\(unknown)"]),
      ("for v in x: run(op.drop_view, v)", ["5? hands drop_view on to what calls it unseen"]),
      ("getattr(op, 'drop_view')('v')", ["5? reaches what it does by a name that is put together"]),
      ("op.drop_geospatial_table('lake')", ["5 drops the table lake"]),
      (
        "with op.batch_alter_table('t') as b:\n        b.drop_geospatial_column('g')",
        ["6 drops the column t.g"]
      ),
      (
        "op.add_geospatial_column('t', sa.Column('g', X(), nullable=False))",
        ["5 adds the column t.g, not null and without a default"]
      ),
      ("op.create_geospatial_table('t')\n    op.drop_geospatial_index('t', 'g')", []),
      ("op.create_exclude_constraint('c', 't', ('a', '='))\n    op.bulk_insert(t, [])", []),
      ("op.get_context().autocommit_block()\n    op.get_bind().dialect.name", []),
      ("op.impl.dialect.has_table(x, 't')\n    t.c.op.desc()\n    a.op('||')('b')", []),
    ] as [(String, [String])])
  func `what an operation does that Alembic does not bring along, nobody here can tell`(
    body: String, found: [String]
  ) throws {
    #expect(try AlembicModule.steps("    \(body)") == found)
  }

  private static let unknown = ", which Alembic does not bring along"

  @Test func `what stands behind a refusal on the way there is run on no way`() throws {
    let text = "    one()\n\ndef one():\n    raise X\n    op.drop_table('t')\n\nop.drop_table('u')"
    #expect(try AlembicModule.steps(text) == ["11 drops the table u"])
  }
}
