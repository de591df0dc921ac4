import Testing

@testable import Checks

/// What one migration makes and drops itself.
@Suite struct SQLObjectTests {
  private static func drops(_ what: String, _ line: Int = 1) -> String {
    "\(line) drops the \(what), which may still be used"
  }

  private static let dropsT = "1 drops the table t"

  @Test(
    arguments: [
      "drop view v;\ncreate view v as select 1;",
      "DROP VIEW IF EXISTS app.V CASCADE; CREATE OR REPLACE VIEW app.v AS SELECT 1",
      "drop materialized view v; create materialized view v as select 1",
      "drop function f(int);\ncreate function f(int) returns int as $$ select 1 $$ language sql;",
      "drop procedure p\nGO\ncreate proc p as select 1\nGO",
      "drop trigger a on t; create trigger a after insert on t execute function now();",
      "drop view if exists v; create definer = a@b sql security invoker view v as select 1",
      "if object_id('v') is not null drop view v\nGO\ncreate view v as select 1\nGO",
      "create view v as select 1; drop view v;",
      "create table tmp (a int); insert into tmp select 1; drop table tmp;",
      "create table tmp as select * from t; alter table tmp drop column a; drop table tmp",
      "create temp table if not exists tmp (a int);\ntruncate tmp;\ndrop table tmp;",
      "create temporary table t (a int); drop table t",
      "create unlogged table a.b (c int); drop table A.B",
    ])
  func `what is made anew, or was made by the migration itself, takes nothing away`(text: String)
    throws
  {
    #expect(try destructiveSteps(text) == [])
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
      ("create table if not exists t (a int); drop table t", [dropsT]),
      ("create global temporary table if not exists t (a int); drop table t", [dropsT]),
      ("create temp table t (a int); drop table t;\ndrop table t", ["2 drops the table t"]),
      ("create table t (a int); drop table u.t", ["1 drops the table u.t"]),
      ("drop table t; create table t (a int); drop table t", [dropsT]),
      ("if a then create table t (a int); end if; drop table t", [dropsT]),
    ])
  func `what is not is told`(text: String, found: [String]) throws {
    #expect(try destructiveSteps(text) == found)
  }
}
