import TestSupport
import Testing

@testable import Checks

/// What is SQL at all.
@Suite struct SQLGrammarTests {
  @Test(arguments: [
    ("DORP TABLE users;", 1, "no SQL statement begins with DORP"),
    ("select 1;\n\nCREAT TABLE z (id int);", 3, "no SQL statement begins with CREAT"),
    ("ここに書く", 1, "no SQL statement begins with ここに書く"),
    ("<html>", 1, "no SQL statement begins with <"),
    ("'text'", 1, "a text stands where a statement should begin"),
    ("TODO: write this", 1, "no SQL statement begins with TODO"),
    ("ALTER TABEL users", 1, "ALTER is followed by TABEL, which is no kind of object"),
    ("create temp tabel t (a int)", 1, "CREATE is followed by tabel, which is no kind of object"),
    ("create unique indxe i", 1, "CREATE is followed by indxe, which is no kind of object"),
    ("DROP", 1, "nothing stands behind DROP"),
    ("begin;\ndorp table t;\ncommit", 2, "no SQL statement begins with dorp"),
    (
      "create function f() returns int as $$ x := 1 $$ language plpgsql;\ndorp table t", 2,
      "no SQL statement begins with dorp"
    ),
    (
      "DELIMITER //\nbegin not atomic set @a = 1; end//\nDELIMITER ;\nDORP x;", 4,
      "no SQL statement begins with DORP"
    ),
    ("-- migrate:up\nselect 1;\n-- migrate:down\nx;", 4, "no SQL statement begins with x"),
    ("create table t (a int);\nGO\nx table t\nGO", 3, "no SQL statement begins with x"),
  ])
  func `what no database reads is no SQL`(text: String, line: Int, why: String) throws {
    let fault = SQLGrammar.fault(in: try SQLScript.readings(text, hasHalves: true))
    #expect(fault?.line == line && fault?.why == why)
  }

  @Test(
    arguments: [
      "", "-- nothing", "(select 1) union (select 2);", "values (1);", "table t;",
      // PostgreSQL and its program.
      "\\connect app\n\\set x 1\nselect :x \\gexec\nCREATE TABLE t (a int);",
      "\\restrict a\nselect 1",
      "DO $$ BEGIN x := 1; frobnicate(); END $$;", "copy t from stdin;\nx\ty\n\\.\nselect 1;",
      "create unlogged table t (a int); create unique index concurrently i on t (a);",
      "create or replace procedural language l; create foreign data wrapper w; drop owned by x;",
      "alter default privileges in schema s grant select on tables to r; reassign owned by a to b;",
      "create text search configuration c (copy = x); alter system set a = 1; listen x",
      "create function f() returns int begin atomic select 1; x; end;\ncomment on table t is 'a'",
      "create rule r as on insert to t do also (insert into u values (1); delete from v where a);",
      "create access method m type table handler h; create event trigger e on x execute function f();",
      // MySQL and MariaDB.
      "/*!40101 SET NAMES utf8 */;\nLOCK TABLES `t` WRITE;\nUNLOCK TABLES;",
      "# a remark\nuse db;\nselect 1 # one",
      "DELIMITER //\nCREATE PROCEDURE p()\nBEGIN\n  l: LOOP LEAVE l; END LOOP;\nEND//\nDELIMITER ;",
      "CREATE DEFINER = 'a'@'b' TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1;",
      "create algorithm = merge view v as select 1; create sql security invoker view w as select 1;",
      "CREATE PROCEDURE p() BEGIN DECLARE x int; IF x THEN DELETE FROM t; END IF; x; END;",
      "alter ignore table t add a int; create spatial index i on t (a); drop prepare s; handler t open",
      "create loadable function f returns int soname 'x'; alter instance rotate innodb master key;",
      // SQLite.
      "PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\nCREATE VIRTUAL TABLE v USING fts5(a);\nEND;",
      ".mode csv\n", "vacuum; detach d; reindex;",
      "create trigger x after update on t begin update t set a = 1; select 2; end;",
      // SQL Server.
      "SET ANSI_NULLS ON\nGO\nCREATE OR ALTER PROCEDURE p AS\nBEGIN\n  EXEC q\n  x @a = 1\nEND\nGO",
      "IF OBJECT_ID('t') IS NULL\nBEGIN\n  CREATE TABLE t (a int);\n  PRINT 'a';\nEND\nELSE PRINT 'b'",
      "DECLARE @x int = 1; WHILE @x < 3 BEGIN SET @x += 1; END; sp_rename 'a', 'b';\ndbo.p 1; p @a = 1",
      "BEGIN TRY\n  DROP TABLE t;\nEND TRY\nBEGIN CATCH\n  THROW;\nEND CATCH;",
      ":setvar A b\nselect 1",
      "create unique nonclustered index i on t (a); create primary xml index x on t (a);",
      "create columnstore index i on t (a); alter authorization on schema::s to u; disable trigger x",
      // Oracle.
      "DECLARE\n  x NUMBER := 1;\n  y NUMBER;\nBEGIN\n  y := x;\n  p.q('a');\nEND;\n/\nDROP TABLE t;",
      "CREATE FUNCTION f RETURN NUMBER IS\n  x NUMBER;\n  y NUMBER;\nBEGIN\n  RETURN x;\nEND;\n/\nselect 1",
      // Tools.
      "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON t (a);",
      "${prefix} select 1; {{ macro() }}; :name",
      "-- +goose Up\n-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS int AS $$ x $$ LANGUAGE sql;\n"
        + "-- +goose StatementEnd\n-- +goose Down\nDROP FUNCTION f();",
      "--liquibase formatted sql\n--changeset a:1\ncreate table t (a int);\n--rollback drop table t;",
    ] as [String])
  func `what some database reads is SQL`(text: String) throws {
    #expect(SQLGrammar.fault(in: try SQLScript.readings(text, hasHalves: true)) == nil)
  }

  @Test(
    arguments: [
      ("op.execute('DORP TABLE t')", 0), ("op.execute(sa.text('''\n  DORP TABLE t'''))", 1),
      ("op.get_bind().execute(text(f'DORP TABLE {x}'))", 0), ("op.execute('ALTER ' 'TABEL t')", 0),
      ("op.execute(f'{x} TABLE t')", nil), ("op.execute('DROP ' + x)", nil),
      ("op.execute(queries['DORP'])", nil), ("op.execute('select 1')", nil),
      ("op.get_bind().scalar(load('users'))", nil), ("op.execute('''-- nothing\n''')", nil),
      ("op.execute('BEGIN x := 1; y(2); END;')", nil),
    ] as [(String, Int?)])
  func `what Alembic executes is SQL`(call: String, line: Int?) throws {
    #expect(try AlembicModule.read("    \(call)")?.hidden?.line == line.map { 5 + $0 })
    let back = try AlembicModule.read("    op.create_table('t')", down: call)
    #expect(back?.hidden?.line == line.map { 8 + $0 })
  }

  @Test func `a way back that is no SQL is told where it stands, and what shipped is not asked`()
    async throws
  {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["db/1_a.sql": "CREAT TABLE a (b int);"])
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    try test.commit(
      "feat: more",
      files: [
        "db/2_b.up.sql": "create table b (c int);", "db/2_b.down.sql": "select 1;\nDORP TABLE b;",
        "db/3_c.sql": "create table c (d int);\n-- migrate:down\ndrop table c;\n",
        "db/4_d/up.sql": "create table d (e int);", "db/4_d/down.sql": "DORP TABLE d;",
      ])
    #expect(
      try await test.findings(of: migrations(tool: "plain")).faults == [
        "migration-unreadable db/2_b.down.sql:2", "migration-unreadable db/4_d/down.sql:1",
      ])
  }
}
