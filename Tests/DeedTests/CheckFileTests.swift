import Checks
import Glibc
import Release
import TestSupport
import Testing

@testable import Deed

/// What `check -o` leaves behind, however it ends.
@Suite struct `A file of the checks' result` {
  private func project(_ policy: String) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": policy])
    return test
  }

  private func text(_ name: String, _ test: TestRepository) throws -> String {
    String(
      decoding: try #require(TestSupport.Files.read("\(test.path)/../\(name)")), as: UTF8.self)
  }

  @Test func `says that the policy cannot be read`() async throws {
    let test = try project("[enviroments.production]\n")
    for name in ["o.xml", "o.json", "o.txt"] {
      try TestSupport.Files.write("All checks passed\n", to: "\(test.path)/../\(name)")
    }
    let ran = await test.deed(
      "check", "v1.0.0", "-o", "../o.xml", "-o", "../o.json", "-o", "../o.txt", "-o", "../n.xml")
    #expect(ran.code == 2 && ran.output == "", "\(ran.output)")
    let why = "there is no key `enviroments` (did you mean `environments`?)"
    let junit = try text("o.xml", test)
    #expect(junit.contains("tests=\"1\" failures=\"0\" errors=\"1\""), "\(junit)")
    #expect(junit.contains("line 1: \(why)\" type=\"configuration\">"), "\(junit)")
    #expect(try text("n.xml", test).contains(why))
    let json = try text("o.json", test)
    #expect(json.contains(why) && json.contains("\"kind\" : \"configuration\""), "\(json)")
    #expect(try text("o.txt", test).hasPrefix("error: deed.toml at "))
    let shown = await test.deed("check", "v1.0.0", "--format", "junit")
    #expect(shown.code == 2 && shown.output.contains(why), "\(shown.output)")
  }

  @Test func `is written where another one cannot be, and that is said`() async throws {
    let test = try project(
      "[environments.production]\nchecks = [\"a\"]\n[checks.a]\nrun = \"true\"\n")
    let ran = await test.deed(
      "check", "v1.0.0", "--no-record", "-o", "../no/one.xml", "-o", "../two.json", "-o",
      "../no/three.txt")
    #expect(ran.code == 2 && ran.output.hasSuffix("All checks passed\n"), "\(ran.output)")
    for name in ["one.xml", "three.txt"] {
      #expect(ran.error.contains("../no/\(name): No such file or directory\n"), "\(ran.error)")
    }
    #expect(try text("two.json", test).contains("\"outcome\" : \"pass\""))
  }

  @Test func `is no pipe that nobody reads`() async throws {
    let test = try project(
      "[environments.production]\nchecks = [\"a\"]\n[checks.a]\nrun = \"true\"\n")
    #expect(mkfifo("\(test.directory)/o.xml", 0o600) == 0)
    let ran = await test.deed("check", "v1.0.0", "--no-record", "-o", "../o.xml")
    #expect(ran.code == 2 && ran.error.contains("nobody reads that pipe"), "\(ran.error)")
  }

  @Test func `says behind a link too that nothing is known before the end`() async throws {
    let test = try project(
      """
      [environments.production]
      checks = ["look"]
      [checks.look]
      run = "grep -q 'did not come to their end' ../real.xml"

      """)
    try TestSupport.Files.write("All checks passed\n", to: "\(test.path)/../real.xml")
    _ = try Program.run(
      "/bin/ln", ["-s", "real.xml", "\(test.path)/../o.xml"], directory: "/", environment: [:])
    let ran = await test.deed("check", "v1.0.0", "--no-record", "-o", "../o.xml")
    #expect(ran.code == 0, "\(ran.output)\(ran.error)")
    #expect(try text("real.xml", test).contains("tests=\"1\" failures=\"0\" errors=\"0\""))
  }

  @Test func `is the one result of a run whose outcome could not be pushed`() async throws {
    let test = try project(
      "[environments.production]\nchecks = [\"a\"]\n[checks.a]\nrun = \"true\"\n")
    let server = try test.bare()
    try test.git("push", "-q", "origin", "main")
    let hook = "\(server.path)/hooks/pre-receive"
    try TestSupport.Files.write("#!/bin/sh\necho not today\nexit 1\n", to: hook)
    _ = try Program.run("/bin/chmod", ["+x", hook], directory: "/", environment: [:])
    for format in ["json", "junit"] {
      let ran = await test.deed("check", "v1.0.0", "--push", "--format", format, "-o", "../o.json")
      #expect(ran.code != 0 && ran.error.contains("error: "), "\(ran.error)")
      #expect(!ran.output.dropFirst().contains(format == "json" ? "\n{" : "{"), "\(ran.output)")
      #expect(!ran.output.contains("\"error\" : {"), "\(ran.output)")
      #expect(try text("o.json", test).contains("\"outcome\" : \"pass\""))
    }
  }

  @Test func `keeps what could not be recorded from looking like a pass`() async throws {
    let test = try project(
      """
      [environments.production]
      checks = ["held", "later"]
      [checks.held]
      run = "mkdir -p .git/refs/notes && : > .git/refs/notes/deed"
      [checks.later]
      run = "true"

      """)
    let ran = await test.deed("check", "v1.0.0", "-o", "../o.xml", "-o", "../o.json")
    #expect(ran.code == 2 && ran.output.contains("\nBroken off; "), "\(ran.output)")
    #expect(ran.output.hasSuffix("\nBroken off; not run: later\n"), "\(ran.output)")
    let junit = try text("o.xml", test)
    #expect(junit.contains("tests=\"3\" failures=\"0\" errors=\"2\""), "\(junit)")
    #expect(junit.contains("<error message=\"it was not run\">"), "\(junit)")
    let json = try text("o.json", test)
    #expect(json.contains("  \"outcome\" : \"unknown\""), "\(json)")
    #expect(json.contains("\"error\" : {"), "\(json)")
    TestSupport.Files.remove("\(test.path)/.git/refs/notes/deed")
  }

  @Test func `names file and line of what failed`() async throws {
    let test = try project(
      """
      [environments.production]
      checks = ["runbook"]
      [checks.runbook]
      sections = ["rollback"]

      """)
    try test.commit(
      "docs: runbook",
      files: ["RUNBOOK.md": "# Runbook\n\n## Contact\n\nhanako@shop.co.jp\n\nTBD\n"])
    let ran = await test.deed("check", "v1.0.0", "--no-record", "--format", "junit")
    #expect(
      ran.output.contains(
        "message=\"no heading speaks of rollback (RUNBOOK.md)\" type=\"section-missing\""),
      "\(ran.output)")
  }

  @Test func `has every name in quotation marks as it is, and on one line`() {
    let name = "'本番\u{a0}用/a b'\\''s: c.env'"
    let hint = "where there is nobody's own, mend what stands in \(name), or leave it out of it all"
    let finding = CheckFinding(.fail, "a", "it is not there", path: "x\u{a0}y z", hint: hint)
    for width in 40...110 {
      let lines = CheckOutput.lines(
        of: AutomaticChecks.Done(
          report: CheckReport(name: "a", title: "A", findings: [finding]), outcome: .fail,
          record: nil), Style(hasColour: false), width: width)
      #expect(lines.contains { $0.contains(name) }, "\(lines)")
      #expect(lines.contains { $0.contains("x\u{a0}y z") }, "\(lines)")
    }
  }

  @Test func `has commands on one line, behind the words or below them`() async throws {
    let test = try project(
      """
      [environments.production]
      checks = ["migrations", "secrets"]
      [checks.migrations]
      paths = ["db"]
      [checks.secrets]
      files = { production = "設定/本番 用/.env" }

      """)
    try test.commit(
      "feat: more",
      files: ["db/1_a.sql": "create table t (a int);\n", "設定/本番 用/.env": "MODE=production\n"])
    let ran = await test.deed(
      ["check", "v1.0.0", "--no-record"], terminal: Terminal(isOutput: true))
    #expect(
      ran.output.contains(
        """
                  hint: write the way back; where there is none on purpose:
                        down = "ignore" in [checks.migrations]

        """), "\(ran.output)")
    #expect(
      ran.output.contains(
        """
                  hint: replace every value that was in it, and ignore it:
                        git rm --cached -- '設定/本番 用/.env'

        """), "\(ran.output)")
  }
}
