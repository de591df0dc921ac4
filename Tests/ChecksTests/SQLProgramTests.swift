import Testing

@testable import Checks

/// What programs, blocks and texts do that a script defines, calls and executes.
@Suite struct SQLProgramTests {
  private static let built = "executes what is put together when it runs"

  @Test(
    arguments: [
      // Called where they are defined.
      (
        "create function f() returns void as $$\nbegin\n drop table t;\nend $$ language plpgsql;\n"
          + "select f();", ["3 drops the table t"]
      ),
      (
        "create procedure public.p() language sql as 'delete from t';\ncall p();",
        ["1 deletes all rows of t"]
      ),
      (
        "create procedure p()\nbegin\n  declare a int;\n  if a is null then\n"
          + "    alter table t drop column a;\n  end if;\n  drop table u;\nend;\ncall p();",
        ["5 drops the column t.a", "7 drops the table u"]
      ),
      (
        "DELIMITER //\nCREATE PROCEDURE p()\nBEGIN\n SELECT 1;\n TRUNCATE t;\nEND //\nDELIMITER ;\n"
          + "CALL `p`;", ["5 empties the table t"]
      ),
      (
        "create proc dbo.p as\nselect 1;\ndrop table t;\nGO\nexec [dbo].[p] @a = 1",
        ["3 drops the table t"]
      ),
      (
        "create procedure p is\n a int;\nbegin\n execute immediate 'drop table t';\nend;\n/\n"
          + "begin p; end;\n/", ["4 drops the table t"]
      ),
      (
        "create function g() returns void as $$ drop table t $$ language sql;\n"
          + "create function f() returns void as $$ begin perform g(); end $$ language plpgsql;\n"
          + "do $$ begin perform f(); end $$", ["1 drops the table t"]
      ),
      (
        "select f();\ncreate function f() returns void begin atomic\n delete from t;\nend;",
        ["3 deletes all rows of t"]
      ),
      (
        "create function f() returns int as $$ drop table t $$ language sql;\n"
          + "alter table a add b int default f();", ["1 drops the table t"]
      ),
      (
        "create function f() returns int as $$ plpy.execute('drop table t') $$ language plpython3u;\n"
          + "select f()", ["1? calls f, which is in PLPYTHON3U"]
      ),
      ("do language plperl $$ drop() $$", ["1? runs a block in PLPERL"]),
      ("select a, purge(b)\nfrom c", ["1? calls purge, which no migration before it defines"]),
      (
        "do $$ begin\nperform app.purge(); end $$",
        ["2? calls app.purge, which no migration before it defines"]
      ),
      ("begin pkg.purge; end;\n/", ["1? calls pkg.purge, which no migration before it defines"]),
      (
        "begin\n purge_all('t'); end;\n/",
        ["2? calls purge_all, which no migration before it defines"]
      ),
      ("begin dbms_output.put_line('a'); commit; end;\n/", []),
      ("select pg_catalog.setval('s', max(id)), count(*) from t group by a having (a) in (1)", []),
      (
        "select * from jsonb_to_recordset('[]') as x(a int, b text) join unnest(c) d(e) on (true)",
        []
      ),
      ("call p()", ["1? calls p, which no migration before it defines"]),
      ("exec dbo.p 'drop table t'", ["1? calls dbo.p, which no migration before it defines"]),
      // Only defined, or named.
      (
        "create procedure p() begin delete from t; drop table t; end;\ncreate index i on p (a);\n"
          + "drop procedure p;", []
      ),
      ("create procedure p as begin delete from t; drop table t; end\nGO\nselect 1", []),
      ("create procedure p as delete from t; drop table t;\nGO\nselect 1\nGO", []),
      (
        "create procedure p is a int; begin delete from t; exception when others then null; end;\n/",
        []
      ),
      (
        "create trigger x after delete on a for each row begin\n  delete from b;\n"
          + "  if new.a then select case a when 1 then 2 end; end if;\n"
          + "  delete from c where d = old.d;\nend;",
        ["2 creates a trigger that deletes all rows of b"]
      ),
      (
        "create trigger x instead of delete on a as begin delete from b; drop table c; end\ngo",
        [
          "1 creates a trigger that deletes all rows of b",
          "1 creates a trigger that drops the table c",
        ]
      ),
      (
        "create trigger x after update on a for each row update b set c = 1",
        ["1 creates a trigger that changes all rows of b"]
      ),
      (
        "create trigger x after insert on a for each row when (new.b > 1) update b set c = new.c "
          + "where d = new.d", []
      ),
      (
        "create rule r as on delete to t do instead (delete from a; delete from b where c = old.c)",
        ["1 creates a rule that deletes all rows of a"]
      ),
      (
        "create event e on schedule every 1 day do begin delete from t; end;",
        ["1 creates an event that deletes all rows of t"]
      ),
      ("alter event e disable", []), ("alter trigger x on t rename to y", []),
      (
        "create trigger x before update on t for each row execute procedure moddatetime(a)", []
      ),
      // What hides nothing.
      (
        "create procedure p() delete from t; drop table u;", ["1 drops the table u"]
      ),
      (
        "create function f(begin int) returns int as $$ select 1 $$ language sql;\ndrop table t;\n"
          + "select 1 as end", ["2 drops the table t"]
      ),
      (
        "create trigger x after insert on begin execute function f();\ndrop table t;\nend;",
        [
          "1? creates a trigger that calls f, which no migration before it defines",
          "2 drops the table t",
        ]
      ),
      (
        "create procedure p()\nbegin\nselect 1;\ndrop table t;", ["4 drops the table t"]
      ),
      (
        "create procedure p() update t set a = 1 where b is null;\ndrop table t;\n"
          + "DELIMITER //\nselect 1 //", ["2 drops the table t"]
      ),
      (
        "-- +goose Up\ncreate proc p as select 1; drop table t;\n-- +goose Down\nselect 1\nGO",
        ["2 drops the table t"]
      ),
      (
        "create function f() returns trigger as $$ begin delete from t; end $$ language plpgsql;\n"
          + "create trigger x after insert on t for each row execute function f();\ndrop table u",
        [
          "2 creates a trigger that calls f, which deletes all rows of t (line 1)",
          "3 drops the table u",
        ]
      ),
      ("alter publication p drop table t", []), ("alter extension e drop table t", []),
      ("grant select, delete on t to a drop table u", ["1 drops the table u"]),
    ] as [(String, [String])])
  func `what is called is run, and what is only defined is not`(
    text: String, found: [String]
  ) throws {
    let steps = try destructiveSteps(text)
    #expect(steps == found)
  }

  @Test(
    arguments: [
      ("if col_length('t', 'a') is not null\n  exec('alter table t drop column a')", dropsA(2)),
      ("if 1 = 1 begin\n exec sp_rename 't.a', 'b', 'COLUMN'\nend", renames(2)),
      ("if 1 = 1 begin declare @a int\n execute sp_executesql N'drop table t' end", drops(2)),
      ("set @a = 1 exec sys.sp_executesql @stmt = N'drop table t', N'@b int', @b = 1", drops(1)),
      ("exec @rc = [sp_rename] 't', 'u'", renames(1)), ("sp_rename 't', 'u'", renames(1)),
      ("exec sp_rename 't.i', 'j', N'INDEX'", []), ("exec sp_updatestats", []),
      ("exec sp_addextendedproperty 'MS_Description', 'drop table t'", []),
      ("exec sp_msforeachtable 'truncate table ?'", ["1 empties the table {…}"]),
      ("declare @s text = 'drop table t'\nexec(@s)", ["2? \(built)"]),
      ("exec sp_executesql @s", ["1? \(built)"]),
      ("sp_executesql N'drop table t', N'@a int'", drops(1)),
      ("exec(N'drop table ' + @t)", ["1 drops the table {T}"]),
      ("if @@rowcount = 0 delete t", ["1 deletes all rows of t"]),
      (
        "if exists (select 1) delete top (5) from t else drop view v",
        [
          "1 deletes all rows of t", "1 drops the view v, which may still be used",
        ]
      ),
      ("while 1 = 1 begin truncate table t end", ["1 empties the table t"]),
      (
        "begin try\n drop table t\nend try begin catch exec('drop table u') end catch",
        drops(2) + [
          "3 drops the table u"
        ]
      ),
      ("declare a int; begin\n execute immediate 'drop table t'; end;\n/", drops(2)),
      (
        "do $$ declare r record; begin for r in select 1 loop\n execute 'drop table t'; end loop;"
          + " end $$", drops(2)
      ),
      ("do $$ begin for r in execute\n'drop table t' loop null; end loop; end $$", drops(2)),
      ("do $$ begin execute 'select 1'\n || '; drop table t'; end $$", drops(2)),
      ("do $$ begin execute format('truncate %I', t); end $$", ["1 empties the table {…}"]),
      (
        "do $$ begin execute format('alter table %I drop column %I', t, c); end $$",
        [
          "1 drops the column {…}.{…}"
        ]
      ),
      (
        "do $$ begin execute 'drop table t' using a; <<b>> truncate u; end $$",
        drops(1) + [
          "1 empties the table u"
        ]
      ),
      ("do $$ begin execute 'select (' || a; end $$", ["1? \(built)"]),
      (
        "do $$ begin case a when 1 then truncate t; else delete from u; end case; end $$",
        [
          "1 empties the table t", "1 deletes all rows of u",
        ]
      ),
      ("do 'begin drop table t;'\n' end'", drops(1)),
      ("prepare p as select 1; execute p", []),
      (
        "prepare p (int) as delete from t; execute p(1)",
        [
          "1 deletes all rows of t"
        ]
      ),
      ("select exec from jobs", []), ("create table t (exec int, execute int)", []),
      ("create procedure p() with execute as owner as begin select 1 end", []),
      ("do sleep('1')", []),
    ] as [(String, [String])])
  func `what stands behind guards and in texts is run`(text: String, found: [String]) throws {
    let steps = try destructiveSteps(text)
    #expect(steps == found)
  }

  private static func drops(_ line: Int) -> [String] { ["\(line) drops the table t"] }
  private static func dropsA(_ line: Int) -> [String] { ["\(line) drops the column t.a"] }
  private static func renames(_ line: Int) -> [String] { ["\(line) renames a table or column"] }

  @Test(
    arguments: [
      ("copy t from stdin;\n1\tdrop table a;\n2\tit's\n\\.\ndrop table t;", drops(5)),
      (
        "COPY t (a, b) FROM STDIN WITH (FORMAT csv); -- rows\n$$ /* ( '\r\n\\.\r\ndrop table t",
        drops(4)
      ),
      ("copy t from stdin;\n\\.\ncopy u from stdin;\n'\n\\.\nselect 1", []),
      ("copy t from 'stdin';\ndrop table t", drops(2)),
      (
        "copy (delete from t returning *) to stdout;\ndrop table t",
        [
          "1 deletes all rows of t", "2 drops the table t",
        ]
      ),
      ("select copy from stdin;\ndrop table t", drops(2)),
    ] as [(String, [String])])
  func `the data of COPY are no SQL`(text: String, found: [String]) throws {
    let steps = try destructiveSteps(text)
    #expect(steps == found)
  }

  @Test(
    arguments: [
      ("\\i other.sql\nselect 1", ["1? \(elsewhere)"]), ("select 1 \\gexec", ["1? \(elsewhere)"]),
      ("@@other.sql\n", ["1? \(elsewhere)"]), (":r other.sql\n", ["1? \(elsewhere)"]),
      ("source other.sql;", ["1? \(elsewhere)"]),
      ("\\set a on\ndrop view v", ["2 drops the view v, which may still be used"]),
      ("\\copy t from stdin\ndrop table t\n\\.\nselect 1", []),
      ("begin dbms_utility.exec_ddl_statement('drop table t'); end;\n/", drops(1)),
      ("select dblink_exec('dbname=a', 'drop table t')", drops(1)),
    ] as [(String, [String])])
  func `commands to a database's own program are told from SQL`(
    text: String, found: [String]
  ) throws {
    let steps = try destructiveSteps(text)
    #expect(steps == found)
  }

  private static let elsewhere = "runs what is not in this file"

  @Test(arguments: ["copy t from stdin;\n1\n", "copy t from stdin; select 'a\n\\.\n'"])
  func `data without an end cannot be read`(text: String) {
    #expect(throws: UnreadableMigration.self) { try destructiveSteps(text) }
  }
}
