import Release
import TestSupport
import Testing

@testable import Deed

/// go, no-go, broken glass, and deployments that others made.
@Suite struct DecisionTests {
  private static let policy = """
    [approvals]
    required = 1
    [environments.staging]
    [environments.production]
    after = "staging"
    soak = "10m"

    """

  private func project(_ policy: String = policy) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": policy])
    return test
  }

  private let onlyProduction = "[approvals]\nrequired = 1\n"

  @Test func `environments go in order, each with its own evidence`() async throws {
    let test = try project()
    var session = Transcript("decisions/order")
    await session.run(test, "go", "v0.1.0", "-e", "staging")
    await session.run(test, "approve", "v0.1.0", "-e", "staging", "-q")
    await session.run(test, "go", "v0.1.0", "-e", "production")
    await session.run(test, "go", "v0.1.0", "-e", "staging", "-m", "試した")
    await session.run(test, "deploy", "v0.1.0", "-e", "staging", "--started")
    await session.run(test, "status", "v0.1.0")
    await session.run(test, "deploy", "v0.1.0", "-e", "staging", "--finished")
    await session.run(test, "approve", "v0.1.0", "-e", "production", "-q")
    await session.run(test, "status", "v0.1.0")
    session.say("Ten minutes later.")
    for _ in 0..<600 { _ = test.tick() }
    await session.run(test, "go", "v0.1.0", "-e", "production", "--format", "json")
    await session.run(test, "cut", "v0.1.0")
    await session.run(test, "deploy", "v0.1.0", "-e", "production", "--failed", "-m", "503")
    await session.run(test, "deploy", "v0.1.0", "-e", "production", "--finished")
    await session.run(test, "status", "v0.1.0", "--format", "json")
    await session.run(test, "show", "v0.1.0")
    await session.run(test, "verify", "v0.1.0")
    try session.check()
    let trailers = try test.git("for-each-ref", "--format=%(contents:trailers)", "refs/tags/v0.1.0")
    #expect(trailers.split(separator: "\n").count { $0.hasPrefix("Deed-Seal: ") } == 2)
  }

  @Test func `a failure since takes the way on away, until it was deployed again`() async throws {
    let test = try project()
    for words in [
      ["approve", "v0.1.0", "-e", "staging"], ["go", "v0.1.0", "-e", "staging"],
      ["deploy", "v0.1.0", "-e", "staging", "--finished"],
      ["deploy", "v0.1.0", "-e", "staging", "--failed"],
    ] {
      #expect(await test.deed(words).code == 0)
    }
    let failed = await test.deed("status", "v0.1.0")
    #expect(failed.output.contains("staging: a deployment of v0.1.0 failed since"))
    #expect(
      failed.output.contains("next: deed deploy v0.1.0 -e staging --finished  # once it runs"))
    #expect(await test.deed("deploy", "v0.1.0", "-e", "staging", "--finished").code == 0)
    #expect(await test.deed("status", "v0.1.0").output.contains(", soaks until 2026-"))
  }

  @Test func `breaking the glass meets nothing, ends, and waits for somebody to answer`()
    async throws
  {
    let test = try project(onlyProduction)
    var session = Transcript("decisions/break-glass")
    await session.run(test, "go", "v0.1.0", "--break-glass")
    await session.run(test, "go", "v0.1.0", "--break-glass", "-m", "止まった")
    await session.run(test, "go", "v0.1.0", "--break-glass", "-m", "x", "--until", "2025-01-01")
    await session.run(test, "go", "v0.1.0", "--until", "4h")
    await session.run(test, "go", "v0.1.0", "--break-glass", "-m", "止まった", "--until", "10m")
    await session.run(test, "deploy", "v0.1.0", "--finished")
    await session.run(test, "cut", "v0.1.0")
    await session.run(test, "verify", "v0.1.0")
    session.say("Ten minutes later.")
    for _ in 0..<600 { _ = test.tick() }
    await session.run(test, "deploy", "v0.1.0", "--finished")
    await session.run(test.as(TestRepository.minsu), "approve", "v0.1.0", "-m", "見た")
    await session.run(test, "status", "v0.1.0")
    await session.run(test, "go", "v0.1.0", "--break-glass", "-m", "x", "--until", "10m")
    await session.run(test, "verify", "v0.1.0")
    try session.check()
  }

  @Test func `a no-go that a go did not see outweighs it`() async throws {
    let hanako = try project(onlyProduction)
    let server = try hanako.bare()
    let minsu = try server.clone(as: TestRepository.minsu)
    #expect(await hanako.deed("approve", "v0.1.0", "--push").code == 0)
    #expect(await hanako.deed("go", "v0.1.0").code == 0)
    let without = await minsu.deed("no-go", "v0.1.0")
    #expect(without.code == 2 && without.error.contains("a no-go wants a reason"))
    #expect(await minsu.deed("no-go", "v0.1.0", "-m", "아직", "--push").code == 0)
    #expect(await hanako.deed("sync").code == 0)
    let status = await hanako.deed("status", "v0.1.0")
    #expect(status.output.contains("✗ no-go by Kim Min-su"), "\(status.output)")
    let deployed = await hanako.deed("deploy", "v0.1.0", "--finished", "--dry-run")
    #expect(deployed.error.contains("Kim Min-su decided no-go"), "\(deployed.error)")
    #expect(await hanako.deed("go", "v0.1.0", "--push").code == 0)
    #expect(await hanako.deed("status", "v0.1.0").output.contains("✓ go by Hanako Sato"))
  }

  @Test func `what the remote holds is asked before a go, or that it was not is recorded`()
    async throws
  {
    let hanako = try project(onlyProduction)
    let server = try hanako.bare()
    let minsu = try server.clone(as: TestRepository.minsu)
    #expect(await hanako.deed("approve", "v0.1.0", "--push").code == 0)
    #expect(await minsu.deed("reject", "v0.1.0", "-m", "no", "--push").code == 0)
    let refused = await hanako.deed("go", "v0.1.0")
    #expect(refused.code == 1 && refused.error.contains("Kim Min-su rejects"), "\(refused.error)")

    let never = try server.clone(as: TestRepository.hanako)
    let unknown = await never.deed("go", "v0.1.0", "--offline")
    #expect(unknown.code == 2 && unknown.error.contains("never fetched from origin"))

    #expect(await minsu.deed("withdraw", "v0.1.0", "--push").code == 0)
    #expect(await hanako.deed("sync").code == 0)
    _ = try Program.run(
      "mv", [server.path, "\(server.path).gone"], directory: "/", environment: hanako.environment)
    let gone = await hanako.deed("go", "v0.1.0")
    #expect(gone.code == 2 && gone.error.contains("what others recorded is not known"))
    #expect(gone.error.contains("--offline, which is recorded"), "\(gone.error)")
    let both = await hanako.deed("go", "v0.1.0", "--offline", "--push")
    #expect(both.code == 2 && both.error.contains("exclude each other"))
    let offline = await hanako.deed("go", "v0.1.0", "--offline")
    #expect(offline.code == 0 && offline.output.contains("; without asking the remote"))
    #expect(try hanako.records("signoffs").contains { $0.contains("\"offline\":true") })
  }

  @Test func `a seal that names a state of a ledger which never was is broken`() async throws {
    let test = try project(onlyProduction)
    #expect(await test.deed("cut", "v0.1.0").code == 0)
    #expect(await test.deed("approve", "v0.1.0").code == 0)
    #expect(await test.deed("go", "v0.1.0").code == 0)
    #expect(await test.deed("verify", "v0.1.0").code == 0)
    let lines = try test.records("signoffs")
    let tip = try test.git("rev-parse", "refs/notes/deed/deployments")
    let head = try test.git("rev-parse", "HEAD")
    let forged = try #require(lines.first { $0.contains(tip) }).replacing(tip, with: head)
    let note = try test.git(
      ["hash-object", "-w", "--stdin"],
      input: Array((lines + [forged]).sorted().map { "\($0)\n" }.joined().utf8))
    try test.git("notes", "--ref", "deed/signoffs", "add", "-f", "-C", note, "HEAD")
    let verified = await test.deed("verify", "v0.1.0")
    #expect(verified.code == 1, "\(verified.output)")
    let said = verified.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(said.contains("names a state of the ledger deployments that its history does not have"))
  }

  @Test func `a ledger that a seal names and that is gone is not known`() async throws {
    let test = try project(onlyProduction)
    #expect(await test.deed("cut", "v0.1.0").code == 0)
    #expect(await test.deed("approve", "v0.1.0").code == 0)
    #expect(await test.deed("go", "v0.1.0").code == 0)
    try test.git("update-ref", "-d", "refs/notes/deed/deployments")
    try test.forgetTips()
    try test.commit("feat: go on")
    #expect(await test.deed("approve", "v0.2.0").code == 0)
    let status = await test.deed("status", "v0.2.0")
    #expect(
      status.code == 2 && status.output.contains("deployments: it is not here"), "\(status.output)")
    #expect(await test.deed("go", "v0.2.0").code == 2)
  }

  @Test func `whoever cuts has a hand in the release before the tag is made`() async throws {
    let policy = """
      [tags]
      require = ["production"]
      [approvals]
      required = 1
      independent = 1

      """
    let hanako = try project(policy)
    let minsu = hanako.as(TestRepository.minsu)
    #expect(await minsu.deed("approve", "v0.1.0").code == 0)
    let own = await minsu.deed("cut", "v0.1.0")
    #expect(
      own.code == 1 && own.error.contains("signoffs (it wants 1 approver without a hand"),
      "\(own.error)")
    #expect(await hanako.deed("cut", "v0.1.0").code == 0)
    #expect(await hanako.deed("verify", "v0.1.0").code == 0)
  }

  @Test func `a no-go stops the tag and is told of at every look`() async throws {
    let test = try project(onlyProduction)
    #expect(await test.deed("approve", "v0.1.0").code == 0)
    #expect(await test.deed("no-go", "v0.1.0", "-m", "too slow").code == 0)
    let status = await test.deed("status", "v0.1.0")
    #expect(status.code == 1, "\(status.output)")
    #expect(status.output.hasSuffix("next: deed show v0.1.0  # Hanako Sato decided no-go\n"))
    let cut = await test.deed("cut", "v0.1.0")
    #expect(cut.code == 1 && cut.error.contains("Hanako Sato decided no-go"), "\(cut.error)")
    let glass = await test.deed("go", "v0.1.0", "--break-glass", "-m", "x", "--until", "1h")
    #expect(glass.code == 1 && glass.error.contains("and Hanako Sato decided no-go"))
    let go = await test.deed("go", "v0.1.0")
    #expect(go.code == 0 && go.error.contains("note: this outweighs the no-go by Hanako Sato"))
    #expect(await test.deed("cut", "v0.1.0").code == 0)
    #expect(await test.deed("no-go", "v0.1.0", "-m", "after all").code == 0)
    #expect(await test.deed("deploy", "v0.1.0", "--finished").code == 0)
    let verify = await test.deed("verify", "v0.1.0")
    #expect(verify.output.contains("! production: Hanako Sato <hanako@example.com> decided no-go"))
    #expect(await test.deed("verify", "v0.1.0", "--strict").code == 1)
  }

  @Test func `a refusal names one command for all checks, and the first of the environment before`()
    async throws
  {
    let checks = "checks = [\"tag\", \"a\", \"b\"]\n"
    let test = try project(
      "[approvals]\nrequired = 0\n[environments.staging]\n\(checks)[environments.production]\n"
        + "\(checks)after = \"staging\"\n[checks.a]\nrun = \"true\"\n[checks.b]\nrun = \"true\"\n")
    func hints(_ ran: Ran) -> [Substring] {
      ran.error.split(separator: "\n").filter { $0.hasPrefix("    hint: ") }
    }
    let refused = await test.deed("go", "v0.1.0", "-e", "production")
    #expect(
      hints(refused) == [
        "    hint: deed check v0.1.0 -e production", "    hint: deed check v0.1.0 -e staging",
      ], "\(refused.error)")
    #expect(await test.deed("check", "v0.1.0", "b", "-e", "staging", "-q").code == 0)
    let some = await test.deed("go", "v0.1.0", "-e", "staging")
    #expect(hints(some) == ["    hint: deed check v0.1.0 tag a -e staging"], "\(some.error)")
    let json = await test.deed("go", "v0.1.0", "-e", "staging", "--format", "json")
    #expect(json.output.contains("\"mend\" : \"deed check v0.1.0 a -e staging\""))
    #expect(await test.deed("check", "v0.1.0", "tag", "a", "-e", "staging", "-q").code == 0)
    let last = await test.deed("go", "v0.1.0", "-e", "production")
    #expect(hints(last).last == "    hint: deed go v0.1.0 -e staging", "\(last.error)")
  }

  @Test func `what nobody ever named is neither deployed nor shown`() async throws {
    let test = try project(onlyProduction)
    for words in [["deploy", "v9.0.0", "--finished"], ["show", "v9.0.0"]] {
      let ran = await test.deed(words)
      #expect(ran.code == 2 && ran.output.isEmpty)
      #expect(
        ran.error.hasPrefix(
          "error: there is no release v9.0.0 here: no tag, and no record of it\nhint: git fetch"),
        "\(ran.error)")
    }
    #expect(try test.records("deployments").isEmpty)
    // Whoever says which commit it is means it.
    let named = await test.deed("deploy", "v0.1.0", "--finished", "--commit", "HEAD", "-q")
    #expect(named.code == 0, "\(named.error)")
    #expect(await test.deed("show", "v0.1.0").code == 0)
  }

  @Test func `a deployment that nobody let go is a warning for good`() async throws {
    let test = try project(onlyProduction)
    #expect(await test.deed("approve", "v0.1.0").code == 0)
    #expect(await test.deed("cut", "v0.1.0").code == 0)
    let deployed = await test.deed("deploy", "v0.1.0", "--finished")
    #expect(deployed.error.contains("nothing let it go to production: there is no go"))
    #expect(await test.deed("go", "v0.1.0").code == 0)
    let verify = await test.deed("verify", "v0.1.0", "--strict")
    #expect(verify.code == 1 && verify.output.contains("nobody had let it go when"))
  }

  @Test func `a dry run decides nothing and touches nothing`() async throws {
    let test = try project(onlyProduction)
    #expect(await test.deed("approve", "v0.1.0").code == 0)
    let before = try test.everything()
    for words in [
      ["go", "v0.1.0", "--dry-run"], ["no-go", "v0.1.0", "-m", "x", "--dry-run"],
      ["deploy", "v0.1.0", "--finished", "--dry-run"],
    ] {
      let ran = await test.deed(words)
      #expect(ran.code == 0 && ran.output.hasPrefix("would record "), "\(ran.error)")
    }
    #expect(try test.everything() == before)
  }

  @Test func `a clock that is a year ahead holds nothing back but what waits for time`()
    async throws
  {
    let test = try project()
    let ahead = test.as(TestRepository.minsu)
    #expect(await test.deed("approve", "v0.1.0", "-e", "staging").code == 0)
    #expect(await test.deed("go", "v0.1.0", "-e", "staging").code == 0)
    // A ledger line as that machine would have written it.
    #expect(await ahead.deed("deploy", "v0.1.0", "-e", "staging", "--finished").code == 0)
    let line = try test.records("deployments")[0]
    let late = line.replacing("\"at\":\"2026", with: "\"at\":\"2027")
    try test.git("notes", "--ref", "deed/deployments", "add", "-f", "-m", late, "HEAD")
    let status = await test.deed("status", "v0.1.0")
    #expect(status.output.contains("deployed 2027-01-01"), "\(status.output)")
    #expect(status.output.contains("soaks until 2027-01-01"), "\(status.output)")
    #expect(status.code == 1)
  }
}
