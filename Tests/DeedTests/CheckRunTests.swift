import Release
import TestSupport
import Testing

@testable import Deed

/// Commands of checklists, run and recorded.
@Suite struct CheckRunTests {
  static let document = """
    # 本番
    ## 1. 確認
    <!-- deed: run -->

    | # | 確認項目 | 手順 |
    |---|---|---|
    | 1 | ログが出る | `echo ログ; echo err >&2; printf 'bell \\007\\n'` |
    | 2 | 環境 | `echo https://<env>.example.com/<env> $DEED_RELEASE $DEED_ENVIRONMENT` |
    | 3 | 静か | `test -e deed.toml` |

    ## 2. ほか

    - [ ] By hand
    - [ ] Not asked for <!-- deed: command="exit 3" -->

    ## 3. Later
    <!-- deed: run stage=after -->

    | # | Check | How |
    |---|---|---|
    | 1 | Healthy | `echo healthy` |

    """

  private func project(_ text: String = document, run: Bool = false) throws -> TestRepository {
    let policy = """
      [checklists]
      production = { path = "docs/リリース.md", run = \(run) }

      """
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": policy, "docs/リリース.md": text])
    return test
  }

  private func results(_ test: TestRepository) throws -> [Record.ItemResult] {
    try test.records("checklists").compactMap { line in
      guard case .record(let record) = LedgerLine(parsing: Array(line.utf8)),
        case .result(let result) = record.body
      else { return nil }
      return result
    }
  }

  @Test func `exit status, duration and output are recorded as the item's result`() async throws {
    let test = try project()
    let ran = await test.deed(
      "check", "v1.0.0", "--run", "--yes", "--set", "env=stg", "--stage", "before")
    #expect(ran.code == 0 && ran.output == "3 of 3 commands passed\n", "\(ran.error)")
    #expect(ran.error.contains("\n  $ echo https://stg.example.com/stg $DEED_RELEASE"))
    #expect(ran.error.contains("\n  │ ログ\n  │ err\n  │ bell \\u{7}\n  ✓ pass  exit 0 after "))
    #expect(ran.error.contains("\n  │ https://stg.example.com/stg v1.0.0 production\n"))
    let results = try results(test)
    #expect(results.map(\.outcome) == [.pass, .pass, .pass])
    #expect(results.allSatisfy { $0.run?.exit == 0 && ($0.run?.milliseconds ?? -1) >= 0 })
    let logs = results.flatMap(\.attachments).sorted { $0.name < $1.name }
    #expect(logs.map(\.name) == ["1.1.log", "1.2.log"])
    #expect(
      try test.run(["cat-file", "blob", logs[0].blob.description]).output
        == Array("ログ\nerr\nbell \u{7}\n".utf8))
    #expect(
      results.contains { $0.comment?.hasPrefix("echo https://stg.example.com/stg $DEED") ?? false })
  }

  @Test func `a failure is a result too, and does not end the run`() async throws {
    let test = try project(
      """
      - [ ] Broken <!-- deed: run command="echo broken; exit 3" -->
      - [ ] Slow <!-- deed: run command="echo begun; sleep 77" -->
      - [ ] Whole <!-- deed: run command="echo whole" -->

      """)
    let ran = await test.deed("check", "v1.0.0", "--run", "--yes", "--timeout", "1s")
    #expect(ran.code == 1, "\(ran.error)")
    #expect(ran.output.hasPrefix("1 of 3 commands passed\nfailed: 1 Broken"), "\(ran.output)")
    #expect(ran.error.contains("✗ fail  exit 3 after "), "\(ran.error)")
    #expect(ran.error.contains("✗ fail  stopped after "), "\(ran.error)")
    let results = try results(test)
    #expect(results.count == 3 && results.count { $0.outcome == .fail } == 2)
    let status = await test.deed("status", "v1.0.0")
    #expect(status.output.contains("1 of 3 items met; failed: 1, 2"), "\(status.output)")
  }

  @Test func `an item that is named is run, annotated or not, and its last result replaced`()
    async throws
  {
    let test = try project()
    #expect(await test.deed("tick", "v1.0.0", "2.2", "--pass").code == 0)
    let ran = await test.deed("check", "--run", "2.2", "--yes", "--format", "json")
    #expect(ran.code == 1 && ran.output.contains("\"exit\" : 3"), "\(ran.error)\(ran.output)")
    let checklist = await test.deed("checklist")
    #expect(checklist.output.contains("✗ 2.2   Not asked for"), "\(checklist.output)")
  }

  @Test func `a list that deed toml runs needs no annotation`() async throws {
    let test = try project(run: true)
    let ran = await test.deed("check", "v1.0.0", "--run", "--dry-run", "--set", "env=a")
    #expect(ran.output.contains("Not asked for") && ran.output.contains("\n  $ exit 3"))
    #expect(!ran.output.contains("By hand"), "\(ran.output)")
  }

  @Test func `what comes after the deployment is run when it is asked for`() async throws {
    let test = try project()
    let ran = await test.deed("check", "v1.0.0", "--run", "--stage", "after", "--yes")
    #expect(ran.code == 0 && ran.output == "1 of 1 command passed\n", "\(ran.error)")
  }

  @Test func `what cannot be run is refused with a reason, and nothing is recorded`() async throws {
    let test = try project()
    let before = try test.everything()
    let cases: [([String], Int32, String)] = [
      (["v1.0.0"], 2, "asks for no checks at the stage before"),
      (["v1.0.0", "--run"], 2, "--set env=…"),
      (["v1.0.0", "--run", "--set", "env=a"], 2, "3 commands would be run, and nobody is at"),
      (["v1.0.0", "--run", "--set", "env=a b"], 2, "\u{201C} \u{201D}"),
      (["v1.0.0", "--run", "--set", "env=$(id)"], 2, "a shell could take for more"),
      (["v1.0.0", "--run", "--set", "host=a"], 2, "hint: there are: <env>"),
      (["v1.0.0", "--run", "--set", "env"], 2, "--set wants a name and a value"),
      (["v1.0.0", "--run", "--set", "env=a", "--set", "env=b"], 2, "two values"),
      (["v1.0.0", "--run", "2.1", "--yes"], 2, "there is no command to run: 2.1 By hand"),
      (["v1.0.0", "--run", "9", "--yes"], 2, "no item in production is"),
      (["v1.0.0", "--run", "--timeout", "soon"], 2, "is no length of time"),
      (["v1.0.0", "--run", "--stage", "late"], 2, "there are: before, during, after"),
      (["v1.0.0", "--run", "--stage", "during"], 2, "is to be run at the stage during"),
    ]
    for (words, code, text) in cases {
      let ran = await test.deed(["check"] + words)
      #expect(ran.code == code && ran.error.contains(text), "\(words): \(ran.error)")
    }
    #expect(try test.everything() == before)
  }

  @Test func `commands run only in the release's own tree, unchanged`() async throws {
    let test = try project(Self.document.replacing("echo ログ;", with: "touch ran;"))
    let words = ["check", "v1.0.0", "--run", "1.1", "--yes"]
    // Who looks at it runs nothing.
    for looking in [
      ["checklist", "v1.0.0"], ["checklist", "--lint"], ["status", "v1.0.0"], ["show", "v1.0.0"],
      ["verify", "v1.0.0"], ["check", "v1.0.0", "--run", "--dry-run"],
    ] {
      await test.deed(looking)
      #expect(!TestSupport.Files.exists("\(test.path)/ran"), "\(looking)")
    }
    try TestSupport.Files.write("more\n", to: "\(test.path)/deed.toml")
    let changed = await test.deed(words)
    #expect(changed.code == 1 && changed.error.contains("not committed: deed.toml"))
    try test.git("checkout", "--quiet", "deed.toml")
    try TestSupport.Files.write("built\n", to: "\(test.path)/out.o")
    #expect(await test.deed(words).code == 0)
    #expect(TestSupport.Files.exists("\(test.path)/ran"))
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    try test.commit("feat: go on")
    let moved = await test.deed(words)
    #expect(moved.code == 1 && moved.error.contains("hint: git switch --detach v1.0.0"))
    let server = try test.bare()
    let bare = await server.deed(words)
    #expect(bare.code == 2 && bare.error.contains("no work tree"), "\(bare.error)")
  }

  @Test func `nothing is recorded where nothing is to be`() async throws {
    let test = try project()
    let ran = await test.deed("check", "v1.0.0", "--run", "1.1", "--yes", "--no-record")
    #expect(ran.code == 0 && ran.output == "1 of 1 command passed\n")
    #expect(try test.records("checklists").isEmpty)
  }

  @Test func `a run is shared at its end`() async throws {
    let test = try project()
    let server = try test.bare()
    let ran = await test.deed("check", "v1.0.0", "--run", "1.1", "--yes", "--push")
    #expect(ran.code == 0 && ran.error.contains("pushed to origin"), "\(ran.error)")
    #expect(try server.records("checklists").count == 1)
    let blob = try results(test)[0].attachments[0].blob
    #expect(try server.run(["cat-file", "-e", blob.description]).status == 0)
  }

  @Test func `a command that changes what is released ends the run`() async throws {
    let test = try project(
      """
      - [ ] First <!-- deed: run command="true" -->
      - [ ] Changes <!-- deed: run command="echo more >> deed.toml; false" -->
      - [ ] Third <!-- deed: run command="true" -->

      """)
    let ran = await test.deed("check", "v1.0.0", "--run", "--yes")
    #expect(ran.code == 1 && ran.output.hasPrefix("1 of 3 commands passed\n"), "\(ran.output)")
    #expect(
      ran.error.contains("warning: nothing more is run, after 2 Changes"), "\(ran.error)")
    #expect(ran.error.contains("not committed: deed.toml\nhint: git stash\n"), "\(ran.error)")
    #expect(ran.error.contains("warning: not run: 3 Third"), "\(ran.error)")
    #expect(try results(test).count == 2)
    // Nothing runs after the last one.
    try test.git("checkout", "--quiet", "deed.toml")
    #expect(await test.deed("check", "v1.0.0", "--run", "2", "--yes").code == 1)
  }

  @Test func `where there is no command, it says who records what was done`() async throws {
    let test = try project()
    let ran = await test.deed("check", "v1.0.0", "--run", "2.1", "--yes")
    #expect(
      ran.error.contains("hint: deed tick ITEM   # records what was done by hand\n"), "\(ran.error)"
    )
    let both = await test.deed("check", "v1.0.0", "--run", "2.1", "3.1", "--yes")
    #expect(
      both.code == 2 && both.error.contains("; deed tick records what was done\n"),
      "\(both.error)")
  }
}
