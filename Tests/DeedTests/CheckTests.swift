import Release
import TestSupport
import Testing

@testable import Checks
@testable import Deed

/// The automatic checks, as a pipeline runs them.
@Suite struct CheckTests {
  static let policy = """
    [approvals]
    required = 0
    [environments.production]
    checks = ["tag", "checkout", "tools", "lint", "smoke"]
    [checks.checkout]
    files = ["scripts/deploy.sh"]
    [checks.tools]
    versions = { sh = "*", git = ">=2.0" }
    [checks.lint]
    run = "echo linting $STRICT in $(basename $(pwd)) for $DEED_RELEASE; exit ${LINT:-0}"
    directory = "scripts"
    environment = { STRICT = "1" }
    [checks.smoke]
    run = "true"
    stage = "after"

    """

  private func project(_ policy: String = policy) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit(
      "feat: begin", files: ["deed.toml": policy, "scripts/deploy.sh": "#!/bin/sh\n"])
    return test
  }

  @Test func `the checks that are due are run, shown and recorded, and the gate takes them`()
    async throws
  {
    let test = try project()
    #expect(await test.deed("status", "v1.0.0").output.contains("next: deed check v1.0.0\n"))
    let ran = await test.deed("check", "v1.0.0")
    #expect(ran.code == 0, "\(ran.output)\(ran.error)")
    let said = ran.output
    for line in [
      "v1.0.0 for production\n", "\nCHECK 1: Git tag\n", "  ✓ pass  v1.0.0 is free, and a cand",
      "\nCHECK 2: Checkout\n", "  ✓ pass  scripts/deploy.sh is the one of v1.0.0\n",
      "\nCHECK 3: Tools\n", "  ✓ pass  sh is installed\n", "\nCHECK 4: lint\n",
      "\nResult: 4/4 checks passed\nAll checks passed\n",
    ] {
      #expect(said.contains(line), "\(line)\n\(said)")
    }
    #expect(ran.error.contains("  │ linting 1 in scripts for v1.0.0\n"), "\(ran.error)")
    #expect(try test.records("checks").count == 4)
    let status = await test.deed("status", "v1.0.0")
    #expect(status.code == 0 && status.output.contains("✓ check:lint"), "\(status.output)")
    #expect(status.output.contains("✗ check:smoke "), "\(status.output)")
    #expect(await test.deed("deploy", "v1.0.0", "--finished", "--no-check").code == 0)
    #expect(await test.deed("check", "v1.0.0", "--stage", "after").code == 0)
    #expect(await test.deed("status", "v1.0.0").output.contains("✓ check:smoke"))
  }

  @Test func `a failure ends with 1, is recorded, and can be waived`() async throws {
    let test = try project()
    let ran = await test.deed(["check", "v1.0.0"], with: ["LINT": "3"])
    #expect(ran.code == 1, "\(ran.error)")
    #expect(ran.output.contains("Result: 3/4 checks passed\nNot to be deployed: lint\n"))
    let status = await test.deed("status", "v1.0.0")
    #expect(status.code == 1 && status.output.contains("✗ check:lint"), "\(status.output)")
    #expect(status.output.contains("next: deed check v1.0.0 lint\n"), "\(status.output)")
    let line = try #require(try test.records("checks").first { $0.contains("\"check\":\"lint\"") })
    guard case .record(let record) = LedgerLine(parsing: Array(line.utf8)),
      case .check(let check) = record.body
    else { throw TestFailure(line) }
    #expect(check.run?.exit == 3 && check.findings?.fail == 1)
    #expect(check.attachments.map(\.name) == ["lint.json", "lint.log"])
    let log = try test.git("cat-file", "blob", check.attachments[1].blob.description)
    #expect(log == "linting 1 in scripts for v1.0.0")
    #expect(
      await test.deed("waive", "v1.0.0", "--check", "lint", "-m", "known", "--until", "1d").code
        == 0)
    let waived = await test.deed("status", "v1.0.0")
    #expect(waived.code == 0 && waived.output.contains("failed, waived"), "\(waived.output)")
    let words = ["check", "v1.0.0", "lint", "--no-record"]
    let again = await test.deed(words, with: ["LINT": "3"])
    #expect(again.code == 0, "\(again.output)")
    #expect(again.output.contains("✗ lint  1 fail; waived until 2026-01-02 "), "\(again.output)")
    #expect(
      again.output.hasSuffix(
        " UTC by Hanako Sato: known\nResult: 0/1 checks passed\nWaived: lint\n"),
      "\(again.output)")
    let json = await test.deed(words + ["--format", "json"], with: ["LINT": "3"])
    #expect(json.code == 0, "\(json.output)")
    #expect(json.output.contains("\"waived\" : \"waived until "), "\(json.output)")
    #expect(json.output.contains("  \"outcome\" : \"warn\""), "\(json.output)")
    let junit = await test.deed(words + ["--format", "junit"], with: ["LINT": "3"])
    #expect(junit.output.contains("failures=\"0\""), "\(junit.output)")
    #expect(junit.output.contains("<skipped message=\"waived "), "\(junit.output)")
    // One that has ended lets nothing go.
    for _ in 0..<(24 * 60 * 60) { _ = test.tick() }
    let over = await test.deed(words, with: ["LINT": "3"])
    #expect(over.code == 1 && over.output.hasSuffix("Not to be deployed: lint\n"))
  }

  @Test func `machines get JSON or JUnit, and a file beside it`() async throws {
    let test = try project()
    let words = ["check", "v1.0.0", "tag", "lint", "--no-record"]
    let json = await test.deed(words + ["--format", "json"], with: ["LINT": "1"])
    #expect(json.code == 1 && json.output.contains("\"outcome\" : \"fail\""), "\(json.output)")
    let junit = await test.deed(
      words + ["--format", "junit", "-o", "out.xml"], with: ["LINT": "1"])
    #expect(junit.code == 1)
    #expect(junit.output.contains("tests=\"2\" failures=\"1\" errors=\"0\""), "\(junit.output)")
    let file = try #require(TestSupport.Files.read("\(test.path)/out.xml"))
    #expect(String(decoding: file, as: UTF8.self) == junit.output)
    #expect(
      junit.output.contains("\" type=\"exit\">") && junit.output.contains(" [exit]&#10;  hint: "),
      "\(junit.output)")
    let parsed = try Program.run(
      "python3", ["-c", "import sys, xml.dom.minidom as m; m.parse(sys.stdin)"], directory: "/",
      environment: test.environment, input: file)
    #expect(parsed.status == 0, "\(parsed.error)")
    #expect(try test.records("checks").isEmpty)
    let text = await test.deed(["check", "v1.0.0", "tag", "--no-record", "-o", "out.txt"])
    #expect(text.code == 0)
    let written = try #require(TestSupport.Files.read("\(test.path)/out.txt"))
    #expect(String(decoding: written, as: UTF8.self).hasSuffix("All checks passed\n"))
  }

  @Test func `a report has what a failing command printed, without what a terminal obeys`()
    async throws
  {
    let test = try project(
      """
      [environments.production]
      checks = ["noise", "broken"]
      [checks.noise]
      run = "printf 'a\\\\033[31m<red>\\\\033[0m\\\\000\\\\377\\\\n10%%\\\\r100%%\\\\n'; exit 3"
      [checks.broken]
      run = "true"
      directory = "gone"

      """)
    let ran = await test.deed(
      "check", "v1.0.0", "--no-record", "-o", "../one.xml", "-o", "../two.json", "-q")
    #expect(ran.code == 1 && ran.error == "", "\(ran.error)")
    #expect(ran.output.contains("[exit]\n          hint: what it printed says why\n"))
    let verdict = "Not to be deployed: noise; cannot be told: broken\n"
    #expect(ran.output.hasSuffix(verdict), "\(ran.output)")
    func read(_ name: String) throws -> String {
      let bytes = try #require(TestSupport.Files.read("\(test.path)/../\(name)"))
      return String(decoding: bytes, as: UTF8.self)
    }
    let junit = try read("one.xml")
    let said = "<system-out>a&lt;red&gt;\\u{0}\u{fffd}&#10;100%&#10;</system-out>"
    #expect(junit.contains(said), "\(junit)")
    #expect(junit.contains("&#10;  hint: what it printed says why</failure>"), "\(junit)")
    #expect(junit.contains("\">hint: mend `directory` in deed.toml, or make it first</error>"))
    #expect(try read("two.json").contains("\"hint\" : \"what it printed says why\""))
  }

  @Test(
    arguments: [
      ("kill -9 $$", "signal 9 ended it"), ("kill -TERM $$", "signal 15 ended it"),
      ("no-such-program", "a program that it calls is not on the PATH"),
      ("exit 5", "it printed nothing: run it by hand"),
      ("echo no; false", "what it printed says why"),
    ])
  func `how a command ended is explained`(command: String, hint: String) async throws {
    let test = try project(
      "[environments.production]\nchecks = [\"own\"]\n[checks.own]\nrun = \"\(command)\"\n")
    let ran = await test.deed("check", "v1.0.0", "own", "--no-record", "-q")
    #expect(ran.code == 1 && ran.output.contains("          hint: \(hint)"), "\(ran.output)")
  }

  @Test func `of much output the end is reported`() {
    var log = CommandLog()
    log.append(Array(String(repeating: "日本語 line\n", count: 10_000).utf8) + Array("end\n".utf8))
    let text = ShownLog(log).text
    #expect(text.hasPrefix("[deed: the first ") && text.hasSuffix("line\nend\n"))
    #expect(text.split(separator: "\n").dropFirst().dropLast().allSatisfy { $0 == "日本語 line" })
    #expect(text.utf8.count <= ShownLog.most + 60)
  }

  @Test func `paths and addresses stay whole`() {
    let path = "docs/リリース手順/本番環境のデプロイ手順と切り戻し手順.md"
    let lines =
      "見出しが見つかりません (\(path):12) https://example.com/\(String(repeating: "a", count: 40))を見る"
      .wrapped(to: 40, after: "", indent: 2, keeping: [path])
    #expect(lines.contains { $0.contains(path) }, "\(lines)")
    #expect(
      lines.contains { $0.contains("https://example.com/" + String(repeating: "a", count: 40)) })
    #expect(lines.allSatisfy { $0.displayWidth <= 70 }, "\(lines)")
    let spaced = "設定/本番 の 環境.env"
    #expect(
      "there are many words before this one: \(spaced)".wrapped(
        to: 30, indent: 2, keeping: [spaced]
      ).contains("  \(spaced)"))
  }

  @Test func `no line that is wrapped ends in a blank, and without a width there is one line`() {
    let text = "recorded 1234: pass do  [abcdefghi]"
    #expect(
      text.wrapped(to: 24, indent: 2, head: 0) == ["recorded 1234: pass do", "  [abcdefghi]"])
    #expect(text.wrapped(to: .max, after: "! ", indent: 2) == ["! \(text)"])
  }

  @Test func `commands run side by side where they may, and are told of in the policy's order`()
    async throws
  {
    // Each waits for the other: one after the other, both would be stopped.
    let test = try project(
      """
      [environments.production]
      checks = ["tag", "left", "right", "alone"]
      [checks.left]
      run = "touch l.tmp; until test -e r.tmp; do sleep 0.1; done; sleep 0.3; echo 左 one; echo two"
      timeout = "20s"
      parallel = true
      [checks.right]
      run = "printf 'half '; touch r.tmp; until test -e l.tmp; do sleep 0.1; done; echo line"
      timeout = "20s"
      parallel = true
      [checks.alone]
      run = "rm l.tmp r.tmp; echo last; exit 1"

      """)
    try test.commit("chore: leave out", files: [".gitignore": "*.tmp\n"])
    let ran = await test.deed("check", "v1.0.0")
    #expect(ran.code == 1, "\(ran.output)\(ran.error)")
    let titles = ran.output.split(separator: "\n").filter { $0.hasPrefix("CHECK") }
    #expect(titles == ["CHECK 1: Git tag", "CHECK 2: left", "CHECK 3: right", "CHECK 4: alone"])
    for line in ["  │ left │ 左 one\n", "  │ left │ two\n", "  │ right │ half line\n", "  │ last\n"]
    {
      #expect(ran.error.contains(line), "\(line): \(ran.error)")
    }
    #expect(ran.output.contains("Result: 3/4 checks passed\nNot to be deployed: alone\n"))
    #expect(try test.records("checks").count == 4)
  }

  @Test func `what cannot tell is no pass, and is not recorded`() async throws {
    let test = try project(
      "[environments.production]\nchecks = [\"tests\"]\n[checks.tests]\nrun = \"true\"\n")
    try TestSupport.Files.write("changed\n", to: "\(test.path)/deed.toml")
    let ran = await test.deed("check", "v1.0.0", "tests")
    #expect(ran.code == 2 && ran.output.contains("? cannot tell: the work tree is not v1.0.0"))
    #expect(ran.output.contains("Result: 0/1 checks passed\nCannot be told: tests\n"))
    #expect(try test.records("checks").isEmpty)
    let json = await test.deed("check", "v1.0.0", "tests", "--format", "json")
    #expect(json.code == 2 && json.output.contains("\"outcome\" : \"unknown\""))
    let junit = await test.deed("check", "v1.0.0", "tests", "--format", "junit")
    #expect(junit.code == 2 && junit.output.contains("<error message="), "\(junit.output)")
  }

  @Test func `warnings pass unless they are not to`() async throws {
    let test = try project()
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    let ran = await test.deed("check", "v1.0.0", "tag")
    #expect(ran.code == 0 && ran.output.contains("! warn  no record says who cut it"))
    #expect(ran.output.hasSuffix("Nothing failed; read the warnings\n"), "\(ran.output)")
    #expect(await test.deed("check", "v1.0.0", "tag", "--strict").code == 1)
    #expect(await test.deed("status", "v1.0.0").output.contains("✗ check:tag"))
  }

  @Test func `a tag is compared with its record and with the remote's`() async throws {
    let test = try project()
    let server = try test.bare()
    let words = ["check", "v1.0.0", "tag", "--check-remote", "--no-record"]
    #expect(await test.deed("cut", "v1.0.0").code == 0)
    let local = await test.deed(words)
    #expect(local.code == 1 && local.output.contains("✗ fail  origin does not have it"))
    #expect(await test.deed("cut", "v1.0.0", "--push").code == 0)
    let both = await test.deed(words)
    #expect(both.code == 0 && both.output.contains("origin has the same tag"), "\(both.output)")
    try server.git("tag", "-f", "-a", "-m", "other", "v1.0.0", "main")
    let other = await test.deed(words)
    #expect(other.code == 1 && other.output.contains("origin has another tag of that name"))
    try test.git("tag", "-f", "-a", "-m", "moved", "v1.0.0", "main")
    let moved = await test.deed("check", "v1.0.0", "tag", "--no-record")
    #expect(moved.code == 1 && moved.output.contains("it was moved"), "\(moved.output)")
    try test.git("tag", "-d", "v1.0.0")
    let gone = await test.deed("check", "v1.0.0", "tag", "--no-record")
    #expect(gone.code == 1 && gone.output.contains("is recorded as cut at"), "\(gone.output)")
  }

  @Test func `a checkout that is not the release is said, file by file`() async throws {
    let test = try project()
    try TestSupport.Files.write("#!/bin/sh\nrm -rf /\n", to: "\(test.path)/scripts/deploy.sh")
    let ran = await test.deed("check", "v1.0.0", "checkout", "--no-record", "--format", "json")
    #expect(ran.code == 1)
    for code in ["checkout-dirty", "file-changed"] {
      #expect(ran.output.contains("\"code\" : \"\(code)\""), "\(ran.output)")
    }
    #expect(ran.output.contains("\"path\" : \"scripts/deploy.sh\""))
    try test.git("checkout", "--quiet", ".")
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    try test.commit("feat: go on")
    let elsewhere = await test.deed("check", "v1.0.0", "checkout", "--no-record")
    #expect(elsewhere.code == 1 && elsewhere.output.contains("the checkout is at "))
  }

  @Test func `what is to be mended has its code at the end, dimmed, within the width`() async throws
  {
    let test = try project()
    try TestSupport.Files.write("#!/bin/sh\nrm -rf /\n", to: "\(test.path)/scripts/deploy.sh")
    let words = ["check", "v1.0.0", "checkout", "--no-record"]
    let plain = await test.deed(words, terminal: Terminal(isOutput: true))
    #expect(plain.output.contains(" [file-changed]\n"), "\(plain.output)")
    #expect(
      plain.output.contains("[checkout-dirty]\n") && !plain.output.contains("[checkout-place]"))
    #expect(plain.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(plain.output)")
    var terminal = Terminal()
    terminal.outputHasColour = true
    let coloured = await test.deed(words, terminal: terminal)
    #expect(coloured.output.contains("\u{1b}[2m[file-changed]\u{1b}[0m\n"), "\(coloured.output)")
  }

  @Test func `wrong words are refused`() async throws {
    let test = try project()
    for (words, text) in [
      (["nope"], "there is no check \u{201C}nope\u{201D}"), (["--stage", "late"], "no stage is"),
      (["--set", "a=b"], "go with --run"), (["--run", "--strict"], "--run goes with none of"),
      (["--dry-run", "--format", "junit"], "--dry-run runs no check"),
      (["--dry-run", "-o", "result.xml"], "--dry-run runs no check"),
      (["--stage", "during"], "asks for no checks at the stage during"),
    ] {
      let ran = await test.deed(["check", "v1.0.0"] + words)
      #expect(ran.code == 2 && ran.error.contains(text), "\(words): \(ran.error)")
    }
    for (words, end) in [
      (["--stage", "during"], "\n      deed check tag\n"), (["nope"], ", tag, tools\n"),
    ] {
      let ran = await test.deed(
        ["check", "v1.0.0"] + words, terminal: Terminal(width: 60, isError: true))
      #expect(ran.error.hasSuffix(end), "\(ran.error)")
      #expect(ran.error.split(separator: "\n").allSatisfy { $0.count <= 60 }, "\(ran.error)")
    }
    let dry = await test.deed("check", "v1.0.0", "--dry-run")
    #expect(dry.code == 0 && dry.output == "tag\ncheckout\ntools\nlint\n", "\(dry.output)")
  }
}
