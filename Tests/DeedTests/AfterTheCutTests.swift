import Release
import TestSupport
import Testing

@testable import Deed

/// What the commands say of a release once its tag is there.
@Suite struct AfterTheCutTests {
  private static let required = "required = 2\n[tags]\nrequire = [\"production\"]"

  private func project(_ policy: String = required) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": "[approvals]\n\(policy)\n"])
    return test
  }

  private func words(_ ran: Ran) -> String {
    (ran.output + " " + ran.error).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func `approvals after a tag that should have waited for them leave a trace`() async throws {
    let test = try project()
    try test.git("tag", "-a", "-m", "one", "v0.1.0")
    let before = words(await test.deed("status", "v0.1.0"))
    #expect(!before.contains("next: deed approve"), "\(before)")
    #expect(before.contains("next: deed verify v0.1.0"), "\(before)")
    #expect(before.contains("the tag was made before production was met"), "\(before)")
    #expect(before.contains("deed next names a new version"), "\(before)")
    for person in [test, test.as(TestRepository.minsu)] {
      #expect(await person.deed("approve", "v0.1.0", "-q").code == 0)
    }
    let verified = words(await test.deed("verify", "v0.1.0"))
    #expect(verified.contains("! production: approved after the cut"), "\(verified)")
    #expect(verified.contains("sign-offs were 0 of 2"), "\(verified)")
    let status = words(await test.deed("status", "v0.1.0"))
    #expect(status.contains("! approved after the cut"), "\(status)")
    let json = await test.deed("verify", "v0.1.0", "--format", "json")
    #expect(json.output.contains("\"approved-after-cut\""))
  }

  @Test func `approvals that were lost and given again after the cut leave a trace`() async throws {
    let test = try project()
    let other = test.as(TestRepository.minsu)
    for person in [test, other] {
      #expect(await person.deed("approve", "v0.1.0", "-q").code == 0)
    }
    #expect(await test.deed("cut", "v0.1.0", "-q").code == 0)
    #expect(!words(await test.deed("verify", "v0.1.0")).contains("after"))
    try test.git("update-ref", "-d", "refs/notes/deed/signoffs")
    for person in [test, other] {
      #expect(await person.deed("approve", "v0.1.0", "-q").code == 0)
    }
    let verified = words(await test.deed("verify", "v0.1.0"))
    #expect(verified.contains("! production: approved after the cut"), "\(verified)")
    #expect(verified.contains("after the tag: what stood then is not here"), "\(verified)")
  }

  @Test func `a seal in the tag tells what came later, though it is dated back`() async throws {
    let test = try project(
      "required = 1\n[tags]\nrequire = [\"production\"]\n[environments.production]\ndeploy = \"true\""
    )
    #expect(await test.deed("approve", "v0.1.0", "-q").code == 0)
    #expect(await test.deed("go", "v0.1.0", "-q").code == 0)
    #expect(await test.deed("cut", "v0.1.0", "-q").code == 0)
    #expect(await test.deed("verify", "v0.1.0").code == 0)
    #expect(!words(await test.deed("verify", "v0.1.0")).contains("after the cut"))
    // The one approval is lost with its history, and another one made to look old.
    let lines = try test.records("signoffs").filter { !$0.contains("\"kind\":\"signoff\"") }
    try test.git("update-ref", "-d", "refs/notes/deed/signoffs")
    let forged = try Record(
      at: Timestamp(seconds: TestRepository.epoch), by: TestRepository.minsu,
      commit: try test.id("HEAD"), release: try ReleaseVersion(parsing: "v0.1.0", prefix: "v"),
      environment: "production",
      body: .signoff(Record.Signoff(decision: .approve, role: nil, comment: nil, covers: .init())),
      replaces: [])
    let text = (lines + [String(decoding: forged.line, as: UTF8.self)]).joined(separator: "\n")
    try test.git(
      ["notes", "--ref", "deed/signoffs", "add", "-F", "-"], input: Array((text + "\n").utf8))
    let verified = await test.deed("verify", "v0.1.0")
    #expect(verified.code == 1, "\(verified.output)")
    #expect(words(verified).contains("! production: approved after the cut"), "\(verified.output)")
  }

  @Test func `the cut names the check that is due again, and deploy what stands`() async throws {
    let rules = ["staging", "production"].map {
      "[environments.\($0)]\nchecks = [\"tag\", \"own\"]\n"
    }
    let test = try project(
      "required = 0\n\(rules.joined())[checks.own]\nrun = \"true\"\n")
    _ = try test.bare()
    for place in ["staging", "production"] {
      #expect(await test.deed("check", "v0.1.0", "-e", place, "-q", "--push").code == 0)
      #expect(await test.deed("go", "v0.1.0", "-e", place, "-q").code == 0)
    }
    let cut = await test.deed("cut", "v0.1.0", "--push")
    let hints = ["staging", "production"].map { "hint: deed check v0.1.0 tag -e \($0) --push\n" }
    #expect(cut.error == hints.joined(), "\(cut.error)")
    let early = await test.deed("deploy", "v0.1.0", "-e", "production", "--finished")
    #expect(
      early.error.hasPrefix(
        "warning: Hanako Sato decided go; since then not met: check:tag\n\(hints[1])"),
      "\(early.error)")
    for place in ["staging", "production"] {
      #expect(await test.deed("check", "v0.1.0", "tag", "-e", place, "-q", "--push").code == 0)
    }
    let done = await test.deed("deploy", "v0.1.0", "-e", "production", "--finished")
    #expect(!done.error.contains("warning"), "\(done.error)")
    // The release is known to be there by what was last fetched.
    let again = await test.deed("cut", "v0.1.0")
    #expect(again.code == 1 && again.error.contains("v0.1.0 is cut, and on origin already\n"))
    #expect(again.error.contains("hint: deed verify v0.1.0\n"), "\(again.error)")
  }

  @Test func `a moved tag is proposed to nobody, and approved by nobody`() async throws {
    let test = try project("required = 2")
    _ = try test.bare()
    #expect(await test.deed("approve", "v0.1.0", "-q").code == 0)
    #expect(await test.deed("cut", "v0.1.0", "--push", "-q").code == 0)
    try test.commit("feat: more")
    try test.git("tag", "-f", "-a", "-m", "evil", "v0.1.0")
    let status = words(await test.deed("status", "v0.1.0"))
    #expect(status.contains("next: git fetch --force origin tag v0.1.0"), "\(status)")
    #expect(status.contains("and its tag was moved"), "\(status)")
    #expect(!status.contains("deed approve"), "\(status)")
    let approved = await test.deed("approve", "v0.1.0", "-q")
    #expect(approved.code == 1 && words(approved).contains("its tag was moved"))
    #expect(words(approved).contains("git fetch --force origin tag v0.1.0"), "\(approved.error)")
    #expect(await test.deed("go", "v0.1.0", "-q").code == 1)
    let verified = await test.deed("verify", "v0.1.0")
    let lines = verified.output.split(separator: "\n")
    #expect(verified.code == 1 && lines.count == 4, "\(verified.output)")
    #expect(
      lines[1].hasPrefix("  ✗ the tag is ") && lines[1].contains(": git fetch --force origin"))
    #expect(lines[2] == "  ? what is asked of v0.1.0 is not judged: its tag was moved")
    let settle = "git fetch --force origin tag v0.1.0   # where the remote has the one that was cut"
    #expect(verified.error == "hint: \(settle)\n", "\(verified.error)")
    #expect(approved.error.hasSuffix("hint: \(settle)\n"), "\(approved.error)")
    let shown = await test.deed("show", "v0.1.0")
    #expect(shown.code == 1 && words(shown).contains("and not the one that was cut ✗ v0.1.0 is"))
    #expect(shown.error == "hint: git fetch --force origin tag v0.1.0\n", "\(shown.error)")
    #expect(!shown.output.contains("\ntag "), "\(shown.output)")
    // To say no to it everybody may.
    #expect(await test.deed("reject", "v0.1.0", "-m", "moved", "-q").code == 0)
    try test.git("fetch", "--force", "--quiet", "origin", "tag", "v0.1.0")
    #expect(words(await test.deed("status", "v0.1.0")).contains("deed approve"))
  }

  @Test(arguments: [["v0.1.0"], ["-a", "-m", "anew", "v0.1.0"]])
  func `by a tag that was made anew nothing is deployed, and status says no`(_ anew: [String])
    async throws
  {
    let test = try project("required = 0")
    #expect(await test.deed("cut", "v0.1.0", "-q").code == 0)
    #expect(await test.deed("go", "v0.1.0", "-q").code == 0)
    let before = await test.deed("status", "v0.1.0", "--format", "json")
    #expect(before.code == 0 && before.output.contains("\"may_deploy\" : \"met\""))
    #expect(!before.output.contains("\"moved\""), "\(before.output)")
    try test.git(["tag", "-f"] + anew)
    let status = await test.deed("status", "v0.1.0")
    #expect(status.code == 1, "\(status.output)")
    #expect(words(status).contains("and not the one that was cut"), "\(status.output)")
    let json = await test.deed("status", "v0.1.0", "--format", "json")
    #expect(json.code == 1 && json.output.contains("\"may_deploy\" : \"unmet\""))
    #expect(json.output.contains("\"moved\" : \"v0.1.0 is recorded as cut at "), "\(json.output)")
    for command in [["deploy", "--started"], ["deploy", "--finished"], ["go"], ["approve"]] {
      let ran = await test.deed(command + ["v0.1.0"])
      #expect(ran.code == 1 && words(ran).contains("and its tag was moved"), "\(ran.error)")
    }
    #expect(try test.records("deployments").count == 1)
  }

  @Test func `what brings back the tag that was cut is named whatever stands in its place`()
    async throws
  {
    let test = try project("required = 0")
    _ = try test.bare()
    #expect(await test.deed("cut", "v0.1.0", "--push", "-q").code == 0)
    try test.commit("feat: more")
    let tree = try test.git("rev-parse", "HEAD^{tree}")
    for other in [["v0.1.0"], ["v0.1.0", tree], ["-a", "-m", "tree", "v0.1.0", tree]] {
      try test.git(["tag", "-f"] + other)
      let status = words(await test.deed("status", "v0.1.0"))
      #expect(status.contains("next: git fetch --force origin tag v0.1.0"), "\(status)")
      try test.git("fetch", "--force", "--quiet", "origin", "tag", "v0.1.0")
      #expect(await test.deed("verify", "v0.1.0").code == 0)
    }
  }

  @Test func `of all releases those are verified whose tags are here, and the others told`()
    async throws
  {
    let test = try project("required = 0")
    for version in ["v0.1.0", "v0.2.0", "v0.3.0"] {
      #expect(await test.deed("cut", version, "-q").code == 0)
      try test.commit("feat: more")
    }
    let lost = try test.id("v0.2.0").description
    TestSupport.Files.remove("\(test.path)/.git/objects/\(lost.prefix(2))/\(lost.dropFirst(2))")
    let verified = await test.deed("verify", "--all", "--format", "json")
    #expect(verified.code == 2, "\(verified.output) \(verified.error)")
    let states = verified.output.split(separator: "\n").filter { $0.contains("\"state\"") }
    #expect(states.count == 3 && states[0].contains("\"met\""), "\(verified.output)")
    try test.git("update-ref", "-d", "refs/tags/v0.2.0")
    #expect(verified.output.contains("v0.2.0 points at \(lost.prefix(12)), which is not here"))
  }

  @Test func `a sign-off that does not count is kept, and answered with no`() async throws {
    let test = try project("required = 2\nindependent = 2")
    let own = await test.deed("approve", "v0.1.0", "-q")
    #expect(own.code == 1, "\(own.output)")
    #expect(words(own).contains("it is recorded, and does not count: they had a hand in"))
    #expect(try test.records("signoffs").count == 1)
    let other = await test.as(TestRepository.minsu).deed("approve", "v0.1.0", "-q")
    #expect(other.code == 0, "\(other.error)")
    // One person under two addresses adds nothing.
    try test.commit(
      "chore: names",
      files: [
        "deed.toml": "", ".mailmap": "Kim Min-su <minsu@example.com> <kim@example.com>\n",
      ])
    #expect(await test.as(TestRepository.minsu).deed("approve", "v0.2.0", "-q").code == 0)
    let kim = await test.as(Person(name: "Kim", email: "kim@example.com"))
      .deed("approve", "v0.2.0", "-q")
    #expect(kim.code == 1 && words(kim).contains("one person"), "\(kim.output)\(kim.error)")
  }

  @Test func `an approval in a role that is asked for is no idle one`() async throws {
    let test = try project("required = 1\nindependent = 1\nroles = [\"security\"]")
    let own = await test.deed("approve", "v0.1.0", "--role", "security", "-q")
    #expect(own.code == 0, "\(own.output)\(own.error)")
    let other = await test.as(TestRepository.minsu).deed("approve", "v0.1.0", "-q")
    #expect(other.code == 0 && words(other).contains("met"), "\(other.output)")
  }

  @Test func `an approval under a bar that is not known is never called met`() async throws {
    let test = try project("required = 1")
    try test.git("tag", "-a", "-m", "one", "v0.1.0")
    try test.forgeTagRecord(of: "v0.1.1", prefix: "v")
    try test.commit("feat: more")
    let approved = await test.deed("approve", "v0.2.0", "-q")
    let said = words(approved)
    #expect(!said.contains("sign-offs met"), "\(said)")
    #expect(said.contains("sign-offs unknown: 1 of 1 by these rules"), "\(said)")
    #expect(
      said.contains("it is not signed") && said.contains("hint: git fetch origin tag v0.1.1"),
      "\(said)")
    let status = await test.deed("status", "v0.2.0")
    #expect(status.code == 2 && words(status).contains("? signoffs"), "\(status.output)")
  }

  @Test func `no line of an answer is wider than the terminal`() async throws {
    let test = try project("required = 2\nindependent = 1")
    let people = [
      test, test.as(Person(name: "佐藤花子 (リリース担当)", email: "hanako.sato.release@example.com")),
    ]
    var ran: [Ran] = []
    let screen = Terminal(isOutput: true)
    for person in people {
      ran.append(await person.deed(["approve", "v0.1.0", "-m", "よし"], terminal: screen))
    }
    ran.append(await people[1].deed(["no-go", "v0.1.0", "-m", "no"], terminal: screen))
    try test.git("tag", "-a", "-m", "one", "v0.1.0")
    for verb in ["verify", "status"] {
      ran.append(await test.deed([verb, "v0.1.0"], terminal: screen))
    }
    for line in ran.flatMap({ ($0.output + $0.error).split(separator: "\n") }) {
      #expect(String(line).displayWidth <= 80, "\(line)")
    }
  }

  @Test func `no line of what was recorded is wider than the terminal`() async throws {
    let long = "接続が切れたときに再試行することを、二人で確かめた and written down in the runbook, too"
    let test = try ChecklistSample.project(
      "# Release\n\n## 1. Prepare\n\n- [ ] \(long)\n- [ ] \(long) again\n")
    let name = "佐藤花子 (リリース担当、リリース責任者、リリース承認者)"
    let person = test.as(Person(name: name, email: "hanako.sato.release@example.com"))
    var ran: [Ran] = []
    for command in [
      ["tick", "v1.0.0", "1.1", "--fail"], ["tick", "v1.0.0", "1.1", "--pass"],
      ["waive", "v1.0.0", "1.2", "-m", "why", "--until", "2d"],
      ["deploy", "v1.0.0", "--started", "-m", long],
    ] {
      ran.append(await person.deed(command, terminal: Terminal(isOutput: true)))
      #expect(ran.last?.code == 0, "\(command) \(ran.last?.error ?? "")")
    }
    for line in ran.flatMap({ $0.output.split(separator: "\n") }) {
      #expect(String(line).displayWidth <= 80, "\(line)")
    }
  }
}
