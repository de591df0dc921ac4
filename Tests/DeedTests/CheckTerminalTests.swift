import Glibc
import Release
import TestSupport
import Testing

@testable import Deed

/// Somebody at a terminal agrees to each command before it runs.
@Suite(.serialized) struct CheckTerminalTests {
  private func project(_ commands: String...) throws -> TestRepository {
    let items = commands.enumerated().map { number, command in
      "- [ ] Item \(number + 1) <!-- deed: run command=\"\(command)\" -->\n"
    }
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: ["deed.toml": "[checklists]\nproduction = \"list.md\"\n", "list.md": items.joined()])
    return test
  }

  private func check(_ test: TestRepository) throws -> PseudoTerminal {
    try PseudoTerminal(
      Program.built("deed"), ["check", "v1.0.0", "--run"], directory: test.path,
      environment: test.environment)
  }

  @Test func `each command is shown and run after a yes, and all after an a`() async throws {
    let test = try project("echo first", "echo second", "echo third", "echo fourth")
    let terminal = try check(test)
    let first = try terminal.expect("quit> ")
    #expect(first.contains("$ echo first") && !first.contains("│ first"))
    try terminal.type("?")
    try terminal.expect("Ctrl-C stops a command that runs")
    try terminal.expect("quit> ")
    try terminal.type("xy")
    try terminal.expect("│ first")
    try terminal.expect("quit> ")
    try terminal.type("n")
    try terminal.expect("quit> ")
    try terminal.type("a")
    try terminal.expect("│ third")
    try terminal.expect("│ fourth")
    #expect(try terminal.end() == 2)
    try terminal.expect("3 of 4 commands passed")
    try terminal.expect("warning: not run: 2 Item 2")
    #expect(try test.records("checklists").count == 3)
  }

  @Test func `whoever quits keeps what was recorded`() async throws {
    let test = try project("echo first", "echo second")
    let terminal = try check(test)
    try terminal.expect("quit> ")
    try terminal.type("y")
    try terminal.expect("quit> ")
    try terminal.type("q")
    #expect(try terminal.end() == 2 && terminal.isAsShellsHaveIt)
    try terminal.expect("1 of 2 commands passed")
    #expect(try test.records("checklists").count == 1)
  }

  @Test func `an interrupted command goes with all that it started, and is not recorded`()
    async throws
  {
    let mark = "700\(UInt32.random(in: 0..<1_000_000_000))"
    let test = try project("echo first", "echo begun; sleep \(mark) & wait", "echo third")
    let terminal = try check(test)
    try terminal.expect("quit> ")
    try terminal.type("a")
    try terminal.expect("│ begun")
    try terminal.type("\u{3}")
    #expect(try terminal.end() == 130)
    try terminal.expect("\n1 of 3 commands passed")
    try terminal.expect("warning: stopped, and not recorded: 2 Item 2")
    try terminal.expect("warning: not run: 3 Item 3")
    #expect(try test.records("checklists").count == 1)
    #expect(try !isRunning("sleep \(mark)"))
  }

  private func isRunning(_ command: String) throws -> Bool {
    try Program.run(
      "sh", ["-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; true"], directory: "/",
      environment: ["PATH": "/usr/bin:/bin"]
    ).text.contains(command)
  }

  @Test func `an interrupted check ends, with all that run beside it`() async throws {
    let mark = "700\(UInt32.random(in: 0..<1_000_000_000))"
    let test = try TestRepository()
    let policy = """
      [environments.production]
      checks = ["artifacts", "tests", "later"]
      [checks.artifacts]
      paths = ["big.bin"]
      [checks.tests]
      run = "echo begun; sleep \(mark)"
      parallel = true
      [checks.later]
      run = "true"

      """
    try test.commit("feat: begin", files: ["deed.toml": policy, ".gitignore": "big.bin\n"])
    try TestSupport.Files.write("\"outcome\" : \"pass\"", to: "\(test.path)/../o.json")
    try TestSupport.Files.write("", to: "\(test.path)/big.bin")
    #expect(await test.deed("artifacts", "record", "v1.0.0").code == 0)
    // It would be digested for minutes.
    #expect(truncate("\(test.path)/big.bin", 1 << 38) == 0)
    let terminal = try PseudoTerminal(
      Program.built("deed"), ["check", "v1.0.0", "-o", "../o.json", "-o", "../o.xml"],
      directory: test.path,
      environment: test.environment.merging(["TERM": "xterm"]) { $1 })
    try terminal.expect("│ tests │ begun")
    try terminal.expect("/s, ")
    try terminal.type("\u{3}")
    #expect(try terminal.end() == 2)
    try terminal.expect("Result: 0/3 checks passed")
    try terminal.expect("Interrupted; stopped: artifacts, tests; not run: later")
    try terminal.expect("stopped by signal 2 during artifacts, tests")
    let report = String(
      decoding: try #require(TestSupport.Files.read("\(test.path)/../o.json")), as: UTF8.self)
    #expect(report.contains("  \"outcome\" : \"unknown\",\n  \"release\""), "\(report)")
    #expect(report.contains("stopped by signal 2") && report.contains("it was not run"))
    let junit = String(
      decoding: try #require(TestSupport.Files.read("\(test.path)/../o.xml")), as: UTF8.self)
    for (name, hasTime) in [("artifacts", true), ("tests", true), ("later", false)] {
      let none = "<testcase name=\"\(name)\" classname=\"deed\" time=\"0.000\">"
      #expect(junit.contains(none) != hasTime, "\(junit)")
    }
    #expect(try test.records("checks").count == 1)
    #expect(try !isRunning("sleep \(mark)"))
  }
}
