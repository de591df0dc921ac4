import TestSupport
import Testing

@testable import Checks

/// What is SQL at all.
@Suite struct SQLGrammarTests {
  private static let dorp = "no SQL statement begins with DORP"

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
    (
      "create if not exists users (id int)", 1,
      "CREATE is followed by if, where a kind of object should be"
    ),
    ("begin;\ndorp table t;\ncommit", 2, "no SQL statement begins with dorp"),
    (
      "create function f() returns int as $$ x := 1 $$ language plpgsql;\ndorp table t", 2,
      "no SQL statement begins with dorp"
    ),
    (
      "DELIMITER //\nbegin not atomic set @a = 1; end//\nDELIMITER ;\nDORP x;", 4,
      "no SQL statement begins with DORP"
    ),
    ("-- migrate:up\nselect 1;\n-- migrate:down\ntodo;", 4, "no SQL statement begins with todo"),
    ("create table t (a int);\nGO\ndorp table t\nGO", 3, "no SQL statement begins with dorp"),
    ("delete from t; where a = 1", 1, "no SQL statement begins with where"),
    ("Nothing to go back to", 1, "no SQL statement begins with Nothing"),
    ("drop table t; remember to tell the others", 1, "no SQL statement begins with remember"),
    ("1. drop it", 1, "no SQL statement begins with 1"),
    ("Nichts zu tun.", 1, "no SQL statement begins with Nichts"),
    ("version https://git-lfs.github.com/spec/v1", 1, "no SQL statement begins with version"),
    // Behind what only looks like the beginning of declarations.
    (
      "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a)\n"
        + "EXECUTE FUNCTION f();\nDORP TABLE t", 3, dorp
    ),
    ("CREATE TRIGGER x AFTER UPDATE OF begin ON t EXECUTE FUNCTION f();\nDORP x", 2, dorp),
    ("CREATE RULE r AS ON INSERT TO t DO ALSO DELETE FROM u;\nDORP TABLE t", 2, dorp),
    (
      "CREATE TRIGGER x AFTER INSERT ON t REFERENCING NEW TABLE AS n EXECUTE FUNCTION f();\nDORP x",
      2, dorp
    ),
    (
      "create trigger x after update on t when new.a is not null begin update t set b = 1; end;\n"
        + "DORP x", 2, dorp
    ),
    ("CREATE FUNCTION f(a int) RETURNS int RETURN CAST(a AS int);\nDORP x", 2, dorp),
    ("CREATE FUNCTION f(a int) RETURNS boolean RETURN a IS NULL;\nDORP x", 2, dorp),
    (
      "CREATE FUNCTION dbo.f(@x AS int) RETURNS int AS BEGIN RETURN @x END\nGO\nDORP TABLE t\nGO",
      3, dorp
    ),
    (
      "DECLARE c CURSOR WITH HOLD FOR SELECT 1;\nFECTH ALL FROM c", 2,
      "no SQL statement begins with FECTH"
    ),
    // Behind columns of that name.
    ("CREATE TABLE s (id int, begin timestamp, finish timestamp);\nDORP TABLE t", 2, dorp),
    ("ALTER TABLE t ADD COLUMN begin int;\nDORP TABLE x", 2, dorp),
    ("ALTER TABLE t ADD COLUMN IF NOT EXISTS begin int;\nDORP TABLE x", 2, dorp),
    ("CREATE PROCEDURE p() BEGIN UPDATE t SET begin = 1; END;\nDORP TABLE x", 2, dorp),
    ("CREATE FUNCTION f(begin date) RETURNS date RETURN begin;\nDORP x", 2, dorp),
    ("CREATE PROCEDURE p() SELECT begin FROM t;\nDORP TABLE x", 2, dorp),
    (
      "CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO l SELECT begin FROM t;\nDORP TABLE x", 2,
      dorp
    ),
    ("REPLACE INTO t SELECT begin FROM x;\nDORP TABLE x", 2, dorp),
    ("ALTER TYPE x ADD ATTRIBUTE begin timestamp;\nDORP TABLE x", 2, dorp),
    ("BEGIN NOT DEFERRABLE;\nDORP TABLE x", 2, dorp),
    ("CREATE FUNCTION add1(a) AS a + 1;\nDORP TABLE x", 2, dorp),
    ("CREATE FUNCTION f AS x -> x + 1;\nDORP TABLE x", 2, dorp),
    ("DECLARE GLOBAL TEMPORARY TABLE s.t (x int);\nDORP TABLE x", 2, dorp),
    ("CREATE PROCEDURE dbo.p AS foo 1\nGO\nDORP TABLE x\nGO", 3, dorp),
    // Liquibase's way back.
    (
      "--liquibase formatted sql\nselect 1;\n--rollback DROP TABLE a\n--rollback DORP TABLE b", 4,
      dorp
    ),
    ("--liquibase formatted sql\nselect 1;\n--rollback\tDORP TABLE t;", 3, dorp),
    ("select 1;\n/* liquibase\n  rollback\n  DORP TABLE t;\n*/", 4, dorp),
    ("--liquibase formatted sql\nselect 1;\n--rollback DORP\n--rollback TABLE t;", 3, dorp),
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
      "RECEIVE TOP(1) * FROM q; SEND ON CONVERSATION @h; CREATE JSON INDEX i ON t (c)",
      "DROP TABLE t\nGO\nusp_UpdateThings 1, 'a'\nGO",
      "SELECT 1\nBEGIN TRY\n  DROP TABLE t;\n  SET @a = 1;\nEND TRY BEGIN CATCH PRINT 1; END CATCH",
      "create columnstore index i on t (a); alter authorization on schema::s to u; disable trigger x",
      // Oracle.
      "DECLARE\n  x NUMBER := 1;\n  y NUMBER;\nBEGIN\n  y := x;\n  p.q('a');\nEND;\n/\nDROP TABLE t;",
      "CREATE FUNCTION f(a NUMBER) RETURN NUMBER DETERMINISTIC IS\n  creat NUMBER;\n  dorp NUMBER;\n"
        + "BEGIN\n  dorp := a;\n  RETURN x;\nEND;",
      "CREATE PACKAGE p AS\n  creat NUMBER;\n  dorp NUMBER;\nEND p;",
      "CREATE TYPE BODY t AS MEMBER FUNCTION f RETURN NUMBER IS BEGIN creat := 1; dorp := 2; END; END;",
      "column a format a10\nCREATE BIGFILE TABLESPACE b; CREATE SHARED DATABASE LINK l",
      "CREATE FUNCTION f RETURN NUMBER IS\n  x NUMBER;\n  y NUMBER;\nBEGIN\n  RETURN x;\nEND;\n/\nselect 1",
      // Tools.
      "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON t (a);",
      "${prefix} select 1; {{ macro() }}; :name",
      "-- +goose Up\n-- +goose StatementBegin\nCREATE FUNCTION f() RETURNS int AS $$ x $$ LANGUAGE sql;\n"
        + "-- +goose StatementEnd\n-- +goose Down\nDROP FUNCTION f();",
      "--liquibase formatted sql\n--changeset a:1\ncreate table t (a int);\n--rollback drop table t;",
      "--liquibase formatted sql\nselect 1;\n--rollback not required",
      "select 1;\n--rollback EMPTY",
      "select 1;\n--rollback changesetId:1 changesetAuthor:bob",
      "--changeset a:1\nselect 1;\n--rollback DELETE FROM a\n--rollback WHERE id = 1;\n"
        + "--changeset a:2\nselect 2;\n--rollback UPDATE a\n--rollback SET b = 1\n--rollback WHERE c;",
      "--rollback drop index a\n--changeset b:2\n--rollback drop table t",
      "--rollback create table t (\n--rollback a int)",
      // Others near to them.
      "CREATE OR REPLACE JSON DUALITY VIEW v AS SELECT 1; nowarning; UNPIVOT t ON a",
      "CREATE PLACEMENT POLICY p; SPLIT TABLE t BETWEEN (0) AND (9) REGIONS 4; ADMIN CHECK TABLE t",
      "CREATE DYNAMIC TABLE t TARGET_LAG = '1 m' AS SELECT 1; CREATE ICEBERG TABLE t (a int)",
      "CREATE PERSISTENT SECRET s (TYPE s3); FROBNICATE TABLE t",
      "CREATE CONSTANT ONE VALUE 1; CREATE MASK m ON t FOR COLUMN c RETURN c ENABLE",
      "CREATE PFILE FROM SPFILE; DEL FROM t; sho parameters; exe p(1)",
      "--rollback INSERT INTO t (a,\n--rollback updates, created) VALUES (1, 2, 3)",
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
      ("op.execute('BEGIN x := 1; y(2); END;')", nil), ("session.exec('DORP TABLE t')", 0),
      ("exec('DORP TABLE t')", nil),
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

  @Test(arguments: [
    "DROP DYNAMIC TABLE d", "ALTER ICEBERG TABLE t DROP COLUMN a",
    "CREATE OR REPLACE ICEBERG TABLE t (a int)", "DROP GENERATOR g", "usp_x 1",
    "exec_sql 'DROP TABLE users'", "ERASE TABLE t", "DROP orders CASCADE",
  ])
  func `what no list has cannot be judged`(_ text: String) throws {
    let readings = try SQLScript.readings(text + ";", hasHalves: true)
    let effects = try DestructiveSQL.effects(in: readings) { $0.up }
    #expect(effects.steps.contains { !$0.isCertain }, "\(effects.steps)")
  }
}
