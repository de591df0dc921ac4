import Testing

@testable import Checks

/// What one migration makes and drops itself.
@Suite struct SQLObjectTests {
  private static func drops(_ what: String, _ line: Int = 1) -> String {
    "\(line) drops the \(what), which may still be used"
  }

  private static let dropsT = "1 drops the table t"

  /// What a revision with this `upgrade()` takes away.
  private func steps(_ body: [String], before: String = "") throws -> [String]? {
    let head = "from alembic import op\nimport sqlalchemy as sa\n\(before)revision = 'a'\n"
    let lines = body.map { "    \($0)\n" }.joined()
    let text =
      "\(head)down_revision = None\n\ndef upgrade():\n\(lines)\ndef downgrade():\n    pass\n"
    let file = MigrationFile(path: "versions/a.py", content: Array(text.utf8))
    return try AlembicMigrations().read(file, among: MigrationFiles()).map { migration in
      MigrationPrograms([migration], AlembicMigrations()).steps(of: migration)
        .map(\.what)
    }
  }

  @Test(
    arguments: [
      "CREATE TABLE tmp (a int); INSERT INTO tmp SELECT a FROM t; DROP TABLE tmp;",
      "begin; create table tmp as select * from t; drop table if exists tmp; commit;",
      "create table app.tmp (a int); truncate table app.tmp; drop table app.tmp",
      "create table tmp (a int); alter table tmp add b int not null, add c int; drop table tmp",
      "create table tmp (a int);\nupdate t set b = 1 where a in (select a from tmp);\ndrop table tmp",
      "create table tmp (a int); grant select on tmp to x; comment on table tmp is 'it'; drop table tmp",
      "create index i on t (a); create view v as select 1; drop view v;",
      "create table s.t (a int); update s.t set a = 1",
      "create table t as select * from u; update t set a = (select max(a) from u) where 1 = 1",
      "alter table t add column a int, add b int;\nupdate t set a = lower(b), b = 2",
      "alter table s.t add key text;\nalter table s.t add a int;\nupdate s.t set a = 1",
      "create table t (a int); alter table t alter column a set not null; drop table t",
      "DROP VIEW v; CREATE VIEW v AS SELECT 1",
      "DROP VIEW IF EXISTS app.v; CREATE OR REPLACE VIEW app.v (a) AS SELECT 1",
      "drop materialized view v; create materialized view v as select 1",
      "drop function f(int);\ncreate function f(int) returns int as $$ select 1 $$ language sql;",
      "drop function f;\ncreate function f(int) returns int as $$ select 1 $$ language sql;",
      "drop procedure p\nGO\ncreate proc p as select 1\nGO",
      "drop trigger a on t; create trigger a after insert on t execute function now();",
      "drop trigger if exists a; create trigger a before insert on t for each row set new.b = 1;",
      "drop trigger a;\ncreate trigger a before insert on t for each row begin set new.b = 1; end;",
      "drop trigger a;\nDELIMITER //\ncreate trigger a before insert on t for each row\nbegin\n"
        + "if new.b is null then set new.b = 1; end if;\nend //\nDELIMITER ;",
      "drop event e; create event e on schedule every 1 day do select 1",
      "-- +goose Up\ndrop view v;\ncreate view v as select 1;\n-- +goose Down\nselect 1;",
    ])
  func `what is made anew, or was made by the migration itself, takes nothing away`(text: String)
    throws
  {
    #expect(try destructiveSteps(text) == [])
  }

  private static let helper =
    "create function f(a int) returns int language sql as $$ select 1 $$;\nselect f(1);\n"

  @Test(
    arguments: [
      "\(helper)drop function f(int);", "\(helper)drop function if exists F;",
      "\(helper)drop function f(a int);",
      "create function s.f() returns int as $$ select 1 $$;\ndo $$ begin perform s.f(); end $$;\ndrop function s.f();",
      "create function f(a int default 1, b text = 'x') returns int as $$ select 1 $$;\ndrop function f(int, text);",
      "DELIMITER //\nCREATE DEFINER = `a`@`b` PROCEDURE p()\nBEGIN\n  UPDATE t SET a = 1 WHERE b = 2;\nEND //\n"
        + "DELIMITER ;\nCALL p();\nDROP PROCEDURE `p`;",
      "create proc p as select 1\nGO\nexec p\nGO\ndrop procedure p\nGO",
    ])
  func `a program that a script makes, calls and drops is nobody else's`(text: String) throws {
    #expect(try destructiveSteps(text).filter { $0.contains("drops") } == [])
  }

  @Test(arguments: [
    "\(helper)drop function f(text);", "\(helper)drop function f(int) cascade;",
    "\(helper)drop function g;", "\(helper)drop procedure f;", "\(helper)drop function s.f;",
    "\(helper)set search_path = b;\ndrop function f(int);", "\(helper)drop function f(int, int);",
    "\(helper)alter function f(int) rename to g;\ndrop function f(int);",
    "create or replace function f() returns int as $$ select 1 $$;\ndrop function f();",
    "create function if not exists f() returns int return 1;\ndrop function f;",
    "if a then create function f() returns int return 1; end if;\ndrop function f;",
    "drop function f(); \(helper)drop function f();", "drop function f(int);\n\(helper)",
    "/*!50000 create procedure p() select 1; */\ndrop procedure p;",
  ])
  func `one that may have been there before is told`(text: String) throws {
    #expect(try !destructiveSteps(text).filter { $0.contains("may still be used") }.isEmpty)
  }

  @Test(
    arguments: [
      ("drop view v", [drops("view v")]),
      ("drop function if exists f(int, text)", [drops("function f")]),
      ("drop function f(int, text), g;", [drops("function f"), drops("function g")]),
      ("drop trigger a on t", [drops("trigger a")]),
      ("drop proc dbo.p", [drops("procedure dbo.p")]),
      ("drop event trigger e", [drops("trigger e")]),
      ("drop table a, b", ["1 drops the table a", "1 drops the table b"]),
      // What is made anew is another one, or not for certain.
      ("drop view v; create view w as select 1", [drops("view v")]),
      ("drop view v; create table v (a int)", [drops("view v")]),
      ("drop view v; create view v as select 1;\ndrop view v", [drops("view v", 2)]),
      ("create or replace view v as select 1; drop view v", [drops("view v")]),
      ("drop view v;\nif a = 1 begin create view v as select 1; end", [drops("view v")]),
      ("drop view v;\ndo $$ begin create view v as select 1; end $$", [drops("view v")]),
      ("drop view v; # \ncreate view v as select 1", [drops("view v")]),
      // Data do not come back with their table.
      ("drop table t; create table t (a int)", [dropsT]),
      ("drop table t; create table t (a int); drop table t", [dropsT]),
      ("create table t (a int); drop table t;\ndrop table t", ["2 drops the table t"]),
      ("create table t (a int); drop table u.t", ["1 drops the table u.t"]),
      ("if a then create table t (a int); end if; drop table t", [dropsT]),
    ])
  func `what is not is told`(text: String, found: [String]) throws {
    #expect(try destructiveSteps(text) == found)
  }

  @Test(
    arguments: [
      "create table own (a int); truncate own, users;",
      "create table own (a int); truncate own cascade;",
      "create table own (a int); drop table own cascade;",
      "create table own (a int); drop table own, users;",
      "create table own (a int); alter table users inherit own; truncate own",
      "create table own (a int) engine=merge union=(users); truncate own",
      "create table archive (a int); alter table archive exchange partition p0 with table users; "
        + "drop table archive",
      "create table archive (a int); alter table users switch to archive; drop table archive",
      "create table al (a int); alter table al attach partition users default; drop table al",
      "create table own partition of users default; drop table own",
      "create temporary table users (a int); drop temporary table users; drop table users",
      "create temporary table users (a int); drop table users; drop table users",
      "create temp table users (a int) on commit drop; commit; drop table users",
      "begin; create temp table users (a int); rollback; drop table users",
      "begin; create table users (a int); rollback; drop table users",
      "create table if not exists users (a int); drop table users",
      "create global temporary table users (a int); drop table users",
      "create table users (a int); alter table users set schema arch; drop table users",
      "create table a (a int); alter table a rename to b; drop table a",
      "create table users (a int); set search_path = b; drop table users",
      "create table users (a int); select set_config('search_path', 'b', false); drop table users",
      "use a; create table users (a int); use b; drop table users",
      "create table users (a int)\nuse b\ndrop table users",
      "create table :own (a int); drop table :users",
      "create table ${own} (a int); drop table ${users}",
      "create table {{own}} (a int); drop table {{users}}",
      "create table own{{x}} (a int); drop table own",
      "create table @own (a int); drop table @own",
      "create table 'own' (a int); drop table 'users'",
      "create table %s (a int); drop table %s",
      "create table Users (a int); drop table users",
      "create table \"a.users\" (a int); drop table a.users",
      "create table \"users\" (a int); drop table users",
      "begin try create table users (a int) end try begin catch drop table users end catch",
      "\\if :x\ncreate table users (a int);\n\\endif\ndrop table users;",
      "/*!99999 create table users (a int); */ drop table users;",
      "create procedure p as select 1; create table users (a int);\nGO\ndrop table users",
      "drop view v cascade; create view v as select 1",
      "drop view v; create temp view v as select 1",
      "drop view v; begin; create view v as select 1; rollback",
      "begin; drop view v; savepoint s; create view v as select 1; rollback to s; commit",
      "drop function f(int);\ncreate function f(text) returns int as $$ select 1 $$ language sql",
      "drop trigger t on a; create trigger t after insert on b execute function now()",
      "drop package body p; create package body q as end;",
      "drop package p; create package p as end;",
    ])
  func `a script that is not plain owns nothing`(text: String) throws {
    #expect(try !destructiveSteps(text).isEmpty)
  }

  @Test func `a column that is made, filled and then not null is told for the last alone`() throws {
    let told = "makes the column t.a not null"
    for (alter, fill) in [("alter a", "update t set a = 1"), ("alter column a", "select 1")] {
      #expect(
        try destructiveSteps(
          "alter table t add a int;\n\(fill);\nalter table t \(alter) set not null;")
          == ["3 \(told)"])
    }
    let body = [
      "op.add_column('t', sa.Column('a', sa.Text()))", "op.execute('update t set a = 1')",
    ]
    #expect(try steps(body + ["op.alter_column('t', 'a', nullable=False)"]) == [told])
    let typed = "op.alter_column('t', 'a', existing_type=sa.Text(), nullable=False)"
    #expect(try steps(body + [typed]) == [told])
    for other in ["nullable=flag", "nullable=False, type_=sa.Text()", "new_column_name='b'"] {
      #expect(
        try (steps(body + ["op.alter_column('t', 'a', \(other))"]) ?? []).count > 1, "\(other)")
    }
  }

  @Test(
    arguments: [
      "update t set a = 1; alter table t add a int",
      "update t set a = 1; create table t (a int)",
      "alter table t add a int; update t set a = 1, b = 2",
      "alter table t add a int; update s.t set a = 1",
      "alter table t add a int; update t set t.a = 1",
      "alter table t add a int; update t set (a) = (1)",
      "alter table t add a int; update t set a = 1 from u",
      "alter table t add a int; update t, u set a = 1",
      "alter table t add a int; update t cross join u set a = 1",
      "alter table t add a int; update t set a = 1, u.b = 2",
      "alter table t add a int; update t set a = f(b)",
      "alter table t add a int; update only t set a = 1",
      "alter table t add (a int); update t set a = 1",
      "alter table t add key text; update t set key = 1",
      "alter table t add constraint a check (b > 1); update t set a = 1",
      "alter table t add A int; update t set a = 1",
      "alter table t add \"a\" int; update t set a = 1",
      "alter table t add \"t.a\" int; update t set t.a = 1",
      "alter table t add if not exists a int; update t set a = 1",
      "alter table t add a int; alter table t alter a type text; update t set a = 1",
      "alter table t add a int; alter table t alter a set not null, drop b; update t set a = 1",
      "alter table t add a int; drop table t; create view t as select * from u; update t set a = 1",
      "create table t (a int); drop table t; create view t as select * from u; update t set a = 1",
      "create table t (a int); update \"t\" set a = 1",
      "create table \"t\" (a int); update \"t\" set a = 1",
      "create table t (a int); update T set a = 1",
      "create table t (a int) engine = merge union = (u); update t set a = 1",
      "create temporary table t (a int); update t set a = 1",
      "create table s.t (a int)\nGO\nupdate s.t set t.a = 1",
      "if a = 1 begin create table t (a int) end\nupdate t set a = 1",
    ])
  func `what fills anything else is told`(text: String) throws {
    #expect(try destructiveSteps(text).contains { $0.contains("changes all rows of") })
  }

  @Test(
    arguments: [
      ["op.create_table('tmp', sa.Column('a', sa.Integer()))", "op.drop_table('tmp')"],
      ["op.create_table('tmp', schema='a')", "op.drop_table('tmp', schema='a')"],
      ["op.create_table('tmp')", "op.execute('insert into tmp select 1')", "op.drop_table('tmp')"],
      ["op.add_column('t', sa.Column('a', sa.Text()))", "op.execute('update t set a = lower(b)')"],
      ["op.create_table('t')", "op.execute('update t set a = 1')"],
      ["op.create_table('t')", "op.add_column('t', sa.Column('a', sa.Text(), nullable=False))"],
      ["'Anew.'", "op.execute('drop view v')", "op.execute('create view v as select 1')"],
    ])
  func `so it is with a revision that does one thing after the other`(body: [String]) throws {
    #expect(try steps(body) == [])
  }

  @Test(
    arguments: [
      ["op.drop_table('t')", "op.create_table('t')"],
      ["op.create_table('t', schema='a')", "op.drop_table('t')"],
      ["op.create_table('t', if_not_exists=True)", "op.drop_table('t')"],
      ["op.create_table('t', prefixes=['TEMPORARY'])", "op.drop_table('t')"],
      ["if x:", "    op.create_table('t')", "op.drop_table('t')"],
      ["has('t') or op.create_table('t')", "op.drop_table('t')"],
      ["with contextlib.suppress(Exception):", "    op.create_table('t')", "op.drop_table('t')"],
      ["f = lambda: op.create_table('t')", "op.drop_table('t')"],
      ["op.create_table('t', lambda: 1)", "op.drop_table('t')"],
      ["op.create_table('t')", "op.rename_table('t', 'u')", "op.drop_table('t')"],
      ["op.create_table(name)", "op.drop_table(name)"],
      ["op.create_table('T')", "op.drop_table('T')"],
      ["op.create_table(f'{a}')", "op.drop_table(f'{a}')"],
      ["op.create_table('%s' % a)", "op.drop_table('%s' % b)"],
      ["op.create_table('{}'.format(a))", "op.drop_table('{}'.format(b))"],
      [
        "op.execute('create temporary table users (a int)')",
        "op.execute('drop temporary table users')", "op.execute('drop table users')",
      ],
      ["op.execute('create table %s (a int)' % a)", "op.execute('drop table %s' % b)"],
      ["op.execute('create table :a (a int)')", "op.execute('drop table :a')"],
      ["op.create_table('t')", "op.execute('set search_path = b')", "op.drop_table('t')"],
      ["op.execute('update t set a = 1')", "op.create_table('t')"],
      ["op.execute('-- \\rcreate table t (a int)')", "op.drop_table('t')"],
      ["op.execute('-- ' 'create table t (a int)')", "op.drop_table('t')"],
      ["op.add_column('t', sa.Column('b', sa.Text()))", "op.execute('update t set a = 1')"],
      ["op.add_column('u', sa.Column('a', sa.Text()))", "op.execute('update t set a = 1')"],
      ["op.add_column('t', sa.Column(n, sa.Text()))", "op.execute('update t set a = 1')"],
      ["op.add_column('t', sa.Column('A', sa.Text()))", "op.execute('update t set a = 1')"],
      ["op.add_column('t', sa.Text('a'))", "op.execute('update t set a = 1')"],
      ["op.add_column('t', sa.Column('a'), schema='s')", "op.execute('update t set a = 1')"],
      ["op.add_column('t', sa.Column('a'), if_not_exists=x)", "op.execute('update t set a = 1')"],
      ["op.create_table('s.t')", "op.execute('update \"s.t\" set a = 1')"],
      ["op.create_table('t')", "op.execute(sa.table('t').update().values(a=1))"],
    ])
  func `a revision that does anything else owns nothing`(body: [String]) throws {
    #expect(try steps(body)?.isEmpty == false)
  }

  @Test(arguments: [
    "op = other\n", "a = op = other\n", "from other import op\n", "from other import *\n",
  ])
  func `nor does one whose operations may be others`(before: String) throws {
    let body = ["op.create_table('t')", "op.drop_table('t')"]
    #expect(try steps(body, before: before)?.isEmpty == false)
  }
}
