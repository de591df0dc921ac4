import Testing

@testable import Checks

/// What the way there takes away, as `line what`, with `?` behind the line of what nobody can tell.
func destructiveSteps(_ text: String) throws -> [String] {
  let effects = try DestructiveSQL.effects(in: SQLScript.readings(text, hasHalves: true), \.up)
  let migration = Migration(path: "1_a.sql", id: "1", effects: effects, hasDown: true)
  return MigrationPrograms([migration], PlainMigrations()).steps(of: migration)
    .map { "\($0.line)\($0.isCertain ? "" : "?") \($0.what)" }
}

@Suite struct DestructiveSQLTests {
  private static let addsB = "1 adds the column t.b, not null and without a default"
  private static let changes = "1 changes all rows of t"
  private static let changesQualified = "1 changes all rows of s.t"
  private static let deletes = "1 deletes all rows of t"
  private static let dropsOfT = "1 drops the column {T}.a"

  @Test(
    arguments: [
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
      ("\u{feff}drop table t", "1 drops the table t"),
      // What only some databases read so, but they do.
      ("/*!50001 DROP TABLE t */;", "1 drops the table t"),
      ("/*M!100100\nDROP TABLE t */", "2 drops the table t"),
      ("/* a /* b */ drop table t; /* c */ */", "1 drops the table t"),
      ("insert into a values ('it\\'s'); drop table t; -- '", "1 drops the table t"),
      ("# don't\ndrop table t;\n# isn't it", "2 drops the table t"),
      ("select 1; # don't\ndrop table t; # isn't", "2 drops the table t"),
      ("DELIMITER $$\ndrop table t$$\nDELIMITER ;", "2 drops the table t"),
      ("create table a (b int)\nGO\ndrop table t\nGO", "3 drops the table t"),
      ("select 1\n/\ndrop table t\n/", "3 drops the table t"),
      ("create table a (b int)\ndrop table t", "2 drops the table t"),
      ("if object_id('t') is not null drop table t", "1 drops the table t"),
      ("alter table [dbo].[t] drop column [a b]", "1 drops the column dbo.t.a b"),
      ("alter table t alter column a int", "1 retypes the column t.a"),
      ("exec sp_rename 't.a', 'b', 'COLUMN'", "1 renames a table or column"),
      ("alter table t add (a int default 0, b int not null)", addsB),
      ("alter table t add b text not null check (b in ('DEFAULT'))", addsB),
      ("alter table t add b text not null check (b <> default)", addsB),
      ("alter table t add b text not null comment 'DEFAULT'", addsB),
      ("alter table t add b text default null not null", addsB),
      ("alter table t add \"DEFAULT\" text not null", addsB.replacing("t.b", with: "t.DEFAULT")),
      ("alter table t add identity text not null", addsB.replacing("t.b", with: "t.identity")),
      ("alter table t drop partition p", "1 drops a partition of t"),
      ("alter table t set schema old", "1 moves the table t"),
      ("alter foreign table t drop column a", "1 drops the column t.a"),
      ("create or replace table t (a int)", "1 replaces the table t"),
      ("delete from t where true", "1 deletes all rows of t"),
      ("update t set a = 1", changes), ("update only t as x set a = b where 1 = 1", changes),
      ("select 1;update t set a = (select b from c where d)", changes),
      ("with a as (update t set b = 1 returning c) select c from a where d", changes),
      ("with a as (select 1 where b) update t set c = 1", changes),
      ("update t set a = case when b then c else d end", changes),
      ("create table u (a int)\nupdate t set a = 1", "2 changes all rows of t"),
      ("update low_priority ignore t set a = 1", changes), ("update top (5) t set a = 1", changes),
      ("update or replace t set a = 1", changes),
      ("alter table t add b int; update t set b = 1, a = 2", changes),
      ("alter table t add a int; update u set a = 2", changes.replacing("of t", with: "of u")),
      // Tables that may be others of the same name.
      ("alter table s.t add a int; update t set a = 1", changes),
      ("create table s.t (a int); update t set a = 1", changes),
      ("create table t (a int); update s.t set a = 1", changes.replacing("of t", with: "of s.t")),
      ("create table if not exists t (a int); update t set a = 1", changes),
      ("alter table t add column if not exists a int; update t set a = 1", changes),
      ("-- a\rdrop table t", "1 drops the table t"),
      // Databases do not agree on whether a CR alone ends a line.
      ("-- \rcreate table u (a int);\ndrop table u", "2 drops the table u"),
      ("-- \rcreate table u (a int);\nupdate u set a = 1", "2 changes all rows of u"),
      ("create table u (a int);\r-- \r\ndrop table u", "2 drops the table u"),
      ("-- \r'\ndrop table t;\n-- '", "2 drops the table t"),
      ("delete from t -- all\rwhere a = 1", deletes),
      ("delete from t # all\rwhere a = 1", deletes),
      // Halves begin at the left margin.
      ("create table u (a int); -- x\r-- migrate:down\ndrop table t", "2 drops the table t"),
      ("create table u (a int); -- migrate:down\ndrop table t", "2 drops the table t"),
      ("-- +goose Up\nselect 1;\n -- +goose Down\ndrop table t", "4 drops the table t"),
      ("drop table \"s.t\"", "1 drops the table \"s.t\""),
      ("create table \"s.t\" (a int); update s.t set a = 1", changesQualified),
      ("create temp table \"s.t\" (a int); update s.t set a = 1", changesQualified),
      ("alter table `s.t` add a int; update s.t set a = 1", changesQualified),
      ("alter table t add \"t.a\" int; update t set t.a = 1", changes),
      // What only some versions of MySQL run, and what comments in comments hide from some databases.
      ("/*!99999 drop table t */", "1 drops the table t"),
      ("/*M!100100 drop table t */", "1 drops the table t"),
      ("/*!99999 create table t (a int) */; update t set a = 1", changes),
      ("/*!99999 create temporary table t (a int) */; update t set a = 1", changes),
      ("create table t (a int) /*!99999 ; drop table t */", "1 drops the table t"),
      ("delete from t /*!99999 where a = 1 */", deletes),
      ("delete from t /*!99999 where /* b */ a = 1 */", deletes),
      (
        "/* /* */ create table t (a int); -- */\nupdate t set a = 1",
        changes.replacing("1", with: "2")
      ),
      ("create table t (a int); set search_path to s; update t set a = 1", changes),
      ("create table t (a int); use s; update t set a = 1", changes),
      ("update t set a = 1; create temp table t (a int)", changes),
      ("create temp table t (a int) on commit drop; update t set a = 1", changes),
      ("create temp table t (a int); rollback; update t set a = 1", changes),
      ("do $$ begin create temp table t (a int); end $$; update t set a = 1", changes),
      ("do $$ begin if a then update t set a = 1; end if; end $$", changes),
      ("delete from t using (select 1 where a) b", "1 deletes all rows of t"),
      ("with a as (select 1 where b) delete from t", "1 deletes all rows of t"),
      ("with a as (delete from t returning *) select 1 from a where b", "1 deletes all rows of t"),
      ("DO 'BEGIN DROP TABLE t; END'", "1 drops the table t"),
      // Put together when it runs.
      ("DO $$ BEGIN EXECUTE format('DROP TABLE %I', x); END $$", "1 drops the table {…}"),
      ("DO $$ BEGIN EXECUTE 'ALTER TABLE ' || t || ' DROP COLUMN a'; END $$", dropsOfT),
      ("DO $$ BEGIN EXECUTE q; END $$", "1? executes what is put together when it runs"),
      ("prepare s from @q", "1? executes what is put together when it runs"),
      ("prepare s from 'drop table t'", "1 drops the table t"),
      ("exec('drop table t')", "1 drops the table t"),
      // Columns that are called as things are of which tables have several.
      ("alter table t drop key", "1 drops the column t.key"),
      ("alter table t drop index cascade", "1 drops the column t.index"),
      ("alter table t drop if exists key", "1 drops the column t.key"),
      ("alter table t drop \"index\"", "1 drops the column t.index"),
      ("alter table t drop `key`", "1 drops the column t.key"),
      ("alter table t drop column `key`", "1 drops the column t.key"),
      ("alter table t drop type", "1 drops the column t.type"),
      ("alter table t rename key to k", "1 renames the column t.key"),
      ("alter table t alter index type text", "1 retypes the column t.index"),
      ("alter table t add key text not null", addsB.replacing("t.b", with: "t.key")),
      ("alter table t drop constraint c, column a", "1 drops the column t.a"),
      ("alter table t add a int, b int not null", addsB),
      // Rows that leave.
      ("alter table t switch to u", "1 moves rows of t elsewhere"),
      ("alter table t switch partition 1 to u partition 2", "1 moves rows of t elsewhere"),
      ("alter table t exchange partition p with table u", "1 exchanges a partition of t"),
      ("alter table t drop partition p, q", "1 drops a partition of t"),
      ("alter table t truncate partition p", "1 empties a part of t"),
      ("alter table t detach partition p concurrently", "1 detaches a partition of t"),
      ("alter table t no inherit u", "1 takes t out of u"),
      ("alter table t move partition p to table u", "1 moves rows of t elsewhere"),
      ("alter table t set unused (a)", "1 drops the column t.a"),
      ("alter table t delete where 1", "1 deletes all rows of t"),
      // Values that nobody gives.
      ("alter table t add b int primary key", addsB),
      ("alter table t add constraint c not null a", "1 makes the column t.a not null"),
      // Deletions in other statements.
      (
        "merge into t using u on (t.a = u.a) when matched then delete",
        "1 deletes rows of t in a merge"
      ),
      (
        "merge t using u on t.a = u.a when matched then update set a = 1\n"
          + "when not matched by source then delete;", "2 deletes rows of t in a merge"
      ),
      (
        "merge into t using u on (a = b) when matched and 1 = 1 then delete",
        "1 deletes rows of t in a merge"
      ),
      (
        "merge into t using u on (a = b) when matched then update set a = 1 delete where 1 = 1",
        "1 deletes rows of t in a merge"
      ),
      ("insert into u with a as (delete from t returning *) select * from a where b", deletes),
      ("with a as (with b as (delete from t) select 1) select 1 where b", deletes),
      ("create table u as with a as (delete from t returning *) select 1 from a where b", deletes),
    ] as [(String, String)])
  func `what takes something away is found on its line`(text: String, step: String) throws {
    #expect(try destructiveSteps(text) == [step])
  }

  @Test(
    arguments: [
      "update t set a = 1 where b is null",
      "update t set a = case when b then c else d end where e",
      "update t set a = u.b from u where u.id = t.id",
      "update t join u on t.id = u.id set t.a = u.b",
      "update t set a = x.b from t inner join x on t.c = x.c", "update statistics t",
      "insert into t values (1) on conflict (a) do update set b = excluded.b",
      "insert into t values (1) on duplicate key update a = 1", "select 1 from t for update",
      "create table t (a int references u on update set null)", "grant update on t to a",
      "/*!40101 set names utf8 */; create table t (a int) /*!50100 engine = x */; select 1 /* /*! */",
      "merge into t using u on (a = b) when matched then update set a = 1",
      "-- DROP TABLE users", "/* DROP TABLE users; /* nested */ */", "SELECT 'DROP TABLE users;'",
      "alter table t drop constraint c", "alter table t add a int not null default 0",
      "alter table t add id bigserial not null", "alter table t add a int not null default (0)",
      "alter table t add a int identity(1, 1) not null",
      "alter table t add a int not null generated by default as identity",
      "alter table t add check (a is not null)",
      "create table t (a int not null)", "delete from t where a = 1", "drop index i",
      "alter table t alter a drop not null", "select E'it\\'s; drop table t'",
      "create function f() returns void as $body$ drop table t; $body$ language sql", "",
      "delete from t where a in (select 1)", "select a #>> '{b}'\n#- '{c}' from t",
      "copy t from 'a' (format csv,\ndelimiter ',')", "select arr[a] from t",
      "grant delete on t to a", "alter table t alter column a set default 1",
      "/*+ drop table t */ select 1", "execute immediate 'create table a (b int)'",
      "prepare p as select 1 from t", "alter table t drop key k", "alter table t drop index i",
      "alter table t drop index if exists i", "alter table t rename index a to b",
      "alter table t alter index i invisible", "alter table t add key k (a)",
      "alter table t add index i ((a is not null))", "alter table t add unique key (a), add b int",
      "alter table t add a int, constraint c primary key (a)", "alter table t drop period for a",
      "alter table t add id int primary key auto_increment",
      "alter table t add id serial8 primary key",
      "alter table t add id int generated always as identity primary key",
      "alter table t add b int as (a + 1) stored not null",
      "alter table t attach partition p default",
      "alter table t add foreign key (a) references b on delete cascade",
      "merge into t using u on (a = b) when matched and u.gone then delete",
      "with a as (delete from t where b returning *) select 1", "select 5 --3; drop table t",
      "delete a from a join b on a.b = b.a", "delete from t using u where t.a = u.a",
    ] as [String])
  func `what takes nothing away is none`(text: String) throws {
    #expect(try destructiveSteps(text) == [])
  }

  @Test(arguments: [
    "true", "1=1", "(1)", "((1 = 1) and 'a' = 'a')", "id = id", "t.id = id", "id >= id",
    "not false",
    "not (1 = 0)", "a = 1 or true", "a is null or a is not null", "a <> 1 or a = 1", "a like '%'",
    "exists (select 1)", "2 > 1", "1 in (1)", "1 = 1 returning a", "1 = 1 order by a limit 5",
    "1 between 0 and 2", "'t'", "-1", "1 = 1 && 2 = 2", "1.0 = 1", "case when 1 then 1 end",
  ])
  func `a condition that is always true is none`(condition: String) throws {
    #expect(try destructiveSteps("delete from t where \(condition)") == [Self.deletes])
  }

  @Test(arguments: [
    "a = 1", "false", "1 = 0", "not true", "null", "a.id = b.id", "a < a", "'a' = 'b'",
    "a between 1 and 2", "a and true", "true and a in (select 1)", "not exists (select 1 from u)",
    "a = 1 or b = 1", "a is not null", "a like 'b%'", "f(a)", "current of c", "@a = 1", "1 is null",
    "case when a then true else false end", "a = any (array[1])",
  ])
  func `a condition that leaves rows out is one`(condition: String) throws {
    #expect(try destructiveSteps("delete from t where \(condition)") == [])
  }

  @Test(
    arguments: [
      ("DROP TABLES a, b;", ["1 drops the table a", "1 drops the table b"]),
      ("DROP TEMPORARY TABLE a;", []), ("RENAME VIEW v TO w", ["1 renames the view v"]),
      ("begin; RENAME TABLES a TO b; end", ["1 renames the table a"]),
      ("RENAME t TO u;", ["1 renames the table t"]), ("RENAME USER a TO b", []),
      ("RECREATE TABLE t (a int);", ["1 replaces the table t"]),
      ("DROP CLUSTER c INCLUDING TABLES;", ["1 drops the tables of the cluster c"]),
      ("CREATE TEMP TABLE t (id int) ON COMMIT DELETE ROWS;", []),
      ("INSERT INTO t VALUES (q'[it's]');\nDROP TABLE t;", ["2 drops the table t"]),
      ("sys.sp_executesql N'DROP TABLE users'", ["1 drops the table users"]),
      ("sp_MSforeachtable 'DROP TABLE t'", ["1 drops the table t"]),
    ] as [(String, [String])])
  func `words of one database mean the same as others'`(text: String, steps: [String]) throws {
    #expect(try destructiveSteps(text) == steps)
  }

  @Test(arguments: [
    "dbo.usp_x 1", "[dbo].[usp_x] 1", "usp_x @a = 1", "xp_cmdshell 'dir'", "EXEC xp_cmdshell 'dir'",
    "START x.sql", ".read x.sql", "dbo.usp_x",
  ])
  func `what runs something else cannot be judged`(text: String) throws {
    let steps = try destructiveSteps(text)
    #expect(steps.count == 1 && steps[0].hasPrefix("1? "), "\(steps)")
  }

  @Test(arguments: ["select 'a", "/* a", "select (1", "select 1)", "DO $$ begin", "select \"a"])
  func `what has no end cannot be read`(text: String) {
    #expect(throws: UnreadableMigration.self) { try SQLScript.readings(text) }
  }

  @Test(arguments: [
    "-- +goose Up\nselect 1;\n-- +goose Down\nDROP TABLE t;",
    "-- migrate:up\nselect 1;\n-- migrate:down\ndrop table t",
    "-- Up\nselect 1;\n-- Down\ndrop table t",
    "select 1;\n--rollback drop table t", "-- rambler up\nselect 1;\n-- rambler down\ndrop table t",
    "-- // First.\nselect 1;\n\n-- //@UNDO\ndrop table t;", "select 1;\n--//@UNDO\ndrop table t;",
    "# --- !Ups\nselect 1;\n\n# --- !Downs\ndrop table t;",
    "-- !Ups\nselect 1;\n-- !Downs\ndrop table t;",
    "select 1;\n--rollback drop table\n--rollback t", "select 1;\n--rollback\tdrop table t",
    "select 1;\n/* liquibase rollback\n  drop table t;\n*/",
    "--liquibase formatted sql\nselect 1;\n-- rollback drop table t",
    "select 1;\n--rollback changesetId:1 changesetAuthor:bob",
  ])
  func `the way back is told from the way there`(text: String) throws {
    let script = try #require(try SQLScript.readings(text, hasHalves: true).first)
    #expect(script.up.count == 1 && script.down.count == 1)
    #expect(try destructiveSteps(text) == [])
  }

  @Test(arguments: [
    ("--changeset a:2\ndrop table b;", false),
    ("--changeset a:2\ndrop table b;\n--rollback empty", false),
    ("--changeset a:2\ncreate table b (a int);\n--rollback drop table b;", true), ("", true),
  ])
  func `a file goes back where each of its changesets does`(more: String, goesBack: Bool) throws {
    let text =
      "--liquibase formatted sql\n--changeset a:1\ncreate table a (a int);\n"
      + "--rollback drop table a;\n\(more)\n"
    let file = MigrationFile(path: "db/1_a.sql", content: Array(text.utf8))
    let migration = try PlainMigrations().read(file, among: MigrationFiles([file]))
    #expect(migration?.hasDown == goesBack)
  }

  @Test func `a remark about rolling back hides nothing, and is no way back`() throws {
    for remark in [
      "Rollback is not possible after this step.", "rollback drop table users",
      "Migrate down to earth users", "down", "migration: down", "+goose StatementBegin",
      "goose down", "undo", "@UNDO", "// undo", "downs!", "rambler",
    ] {
      #expect(
        try destructiveSteps("-- \(remark)\ndrop table users;") == ["2 drops the table users"])
    }
  }

  @Test(arguments: [
    "/*!99999 drop table n */;", "/* x /* y */ drop table n; -- */", "select 1 # drop table n",
    "-- \rdrop table n;",
  ])
  func `a way back that only some databases see is none`(down: String) throws {
    let text = "-- migrate:up\ncreate table n (a int);\n-- migrate:down\n"
    func hasDown(_ down: String) throws -> Bool? {
      let file = MigrationFile(path: "db/1_a.sql", content: Array("\(text)\(down)\n".utf8))
      return try PlainMigrations().read(file, among: MigrationFiles([file]))?.hasDown
    }
    #expect(try hasDown(down) == false)
    #expect(try hasDown("drop table n;\r\n") == true)
  }

  @Test func `a file of one way only has no halves`() throws {
    let script = try #require(
      try SQLScript.readings("-- migrate:up\nselect 1;\n-- migrate:down\ndrop table t").first)
    #expect(script.up.count == 2 && script.down.isEmpty)
  }

  @Test func `names are told apart where dots stand in quotation marks`() {
    for text in ["a", "a.b", "a\"b", "\"", ".", "a\".\"b", ""] {
      #expect(SQLName.last(SQLName.part(text)) == text)
      #expect(SQLName.last("s." + SQLName.part(text)) == text)
    }
    #expect(SQLName.last("{a.b}") == "b}" && SQLName.last("a.b") == "b")
  }

  @Test func `blocks in blocks without an end are not followed`() throws {
    let text = (0..<40).reduce("drop table t") { text, depth in "DO $a\(depth)$ \(text) $a\(depth)$"
    }
    #expect(throws: UnreadableMigration.self) {
      try DestructiveSQL.effects(in: SQLScript.readings(text), \.up)
    }
  }
}
