import TestSupport
import Testing

@testable import Deed

/// What counts of checks that are about a deployment, and of what an old policy asks for.
@Suite struct CheckStageTests {
  private func project(_ policy: String = CheckTests.policy) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit(
      "feat: begin", files: ["deed.toml": policy, "scripts/deploy.sh": "#!/bin/sh\n"])
    return test
  }

  @Test func `a check that is about a deployment counts for none that is yet to come`()
    async throws
  {
    let test = try project(
      CheckTests.policy.replacing("run = \"true\"", with: "run = \"exit ${SMOKE:-0}\""))
    func smoke() async -> Ran {
      await test.deed(["check", "v1.0.0", "--stage", "after"], with: ["SMOKE": "1"])
    }
    func recorded() throws -> Int {
      try test.records("checks").count { $0.contains("\"check\":\"smoke\"") }
    }
    let early =
      "the records here do not say that a deployment of v1.0.0 to production has succeeded and is the "
      + "last one there: smoke is not recorded, and to be run again then hint: deed check v1.0.0 smoke"
    func isEarly(_ ran: Ran) -> Bool {
      ran.error.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(early)
    }
    let first = await smoke()
    #expect(first.code == 1 && isEarly(first), "\(first.error)")
    #expect(first.error.hasSuffix("\nhint: deed check v1.0.0 smoke -e production\n"))
    #expect(first.output.hasSuffix("\nFailed after the deployment: smoke\n"), "\(first.output)")
    for words in [
      ["cut", "v1.0.0"], ["check", "v1.0.0"], ["go", "v1.0.0"], ["deploy", "v1.0.0", "--started"],
    ] {
      let ran = await test.deed(words)
      #expect(ran.code == 0 && !isEarly(ran), "\(words) \(ran.error)")
    }
    #expect(isEarly(await smoke()))
    let mixed = await test.deed("check", "v1.0.0", "smoke", "lint", "--format", "json", "-q")
    #expect(mixed.code == 0 && isEarly(mixed), "\(mixed.error)")
    #expect(mixed.output.split(separator: "\"record\" : ").count == 2, "\(mixed.output)")
    #expect(try recorded() == 0)
    #expect(await test.deed("status", "v1.0.0").output.contains("✗ check:smoke "))
    let finished = await test.deed("deploy", "v1.0.0", "--finished", "--no-check")
    #expect(finished.code == 0 && finished.output.hasPrefix("recorded "))
    #expect(finished.error.contains("hint: deed check v1.0.0 smoke"), "\(finished.error)")
    let last = await smoke()
    #expect(last.code == 1 && !isEarly(last), "\(last.error)")
    #expect(try recorded() == 1)
    // What comes next is another deployment, and the last one is none of it.
    #expect(await test.deed("deploy", "v1.0.0", "--failed").code == 0)
    #expect(isEarly(await smoke()))
    #expect(try recorded() == 1)
    try test.commit("feat: more")
    #expect(await test.deed("deploy", "v1.1.0", "--finished", "--commit", "HEAD").code != 2)
    #expect(isEarly(await smoke()))
  }

  @Test func `a deployment that is finished is checked, and ends as its checks do`() async throws {
    let test = try project(
      CheckTests.policy.replacing("run = \"true\"", with: "run = \"exit ${SMOKE:-0}\""))
    _ = try test.bare()
    #expect(await test.deed("cut", "v1.0.0", "--push", "-q").code == 0)
    func checks() throws -> Int { try test.records("checks", at: "v1.0.0^0").count }
    let rehearsed = await test.deed("deploy", "v1.0.0", "--finished", "--dry-run")
    #expect(rehearsed.output.hasSuffix("\nwould run smoke\n"), "\(rehearsed.output)")
    #expect(try checks() == 0)
    let failed = await test.deed(
      ["deploy", "v1.0.0", "--finished", "--push"], with: ["SMOKE": "3"])
    #expect(failed.code == 1)
    #expect(failed.output.hasPrefix("recorded "), "\(failed.output)")
    #expect(
      failed.output.contains(" by Hanako Sato\n\nv1.0.0 for production\n"), "\(failed.output)")
    #expect(failed.output.hasSuffix("\nFailed after the deployment: smoke\n"), "\(failed.output)")
    #expect(
      failed.error.hasSuffix("pushed to origin\nhint: deed check v1.0.0 smoke --push\n"),
      "\(failed.error)")
    #expect(try checks() == 1)
    let pushed = try test.git("ls-remote", "origin", "refs/notes/deed/*")
    #expect(pushed.contains("refs/notes/deed/checks"), "\(pushed)")
    #expect(pushed.contains("refs/notes/deed/deployments"), "\(pushed)")
    #expect(await test.deed("status", "v1.0.0").output.contains("✗ check:smoke"))
    let json = await test.deed("deploy", "v1.0.0", "--finished", "--format", "json", "-q")
    #expect(json.code == 0, "\(json.error)")
    #expect(json.output.hasPrefix("{\n  \"checks\" : {\n"), "\(json.output)")
    #expect(json.output.contains("\"outcome\" : \"pass\""), "\(json.output)")
    #expect(await test.deed("status", "v1.0.0").output.contains("✓ check:smoke"))
    // The one who tells of it may stand elsewhere: what cannot be told here is no pass.
    try test.commit("feat: more")
    let elsewhere = await test.deed("deploy", "v1.0.0", "--finished")
    #expect(elsewhere.code == 2, "\(elsewhere.output)")
    #expect(
      elsewhere.error.hasSuffix("hint: deed check v1.0.0 smoke --push\n"), "\(elsewhere.error)")
    #expect(try checks() == 2)
    #expect(try test.records("deployments", at: "v1.0.0^0").count == 4)
    for outcome in ["--failed", "--started"] {
      let ran = await test.deed("deploy", "v1.0.0", outcome)
      #expect(ran.code == 0 && !ran.output.contains("CHECK"), "\(ran.output)")
    }
  }

  @Test func `whoever decides hears what failed where the release was before`() async throws {
    let test = try project(
      """
      [approvals]
      required = 0
      [environments.staging]
      checks = ["smoke"]
      [environments.production]
      after = "staging"
      [checks.smoke]
      run = "exit ${SMOKE:-0}"
      stage = "after"

      """)
    #expect(await test.deed("cut", "v1.0.0", "-q").code == 0)
    #expect(await test.deed("go", "v1.0.0", "-e", "staging", "-q").code == 0)
    let words = ["deploy", "v1.0.0", "-e", "staging", "--finished", "-q"]
    #expect(await test.deed(words, with: ["SMOKE": "1"]).code == 1)
    let note = "note: not met after the deployment to staging: check:smoke\n"
    let decided = await test.deed("go", "v1.0.0", "-e", "production")
    #expect(decided.code == 0 && decided.error.hasSuffix(note), "\(decided.error)")
    #expect(await test.deed(words).code == 0)
    #expect(!(await test.deed("go", "v1.0.0", "-e", "production")).error.contains(note))
  }

  @Test func `a deployment that could not be shared is checked all the same`() async throws {
    let test = try project()
    let remote = try test.bare()
    #expect(await test.deed("cut", "v1.0.0", "--push", "-q").code == 0)
    try test.git("remote", "set-url", "--push", "origin", remote.path + "-gone")
    let ran = await test.deed("deploy", "v1.0.0", "--finished", "--push")
    #expect(ran.code == 1, "\(ran.error)")
    #expect(ran.output.hasSuffix("\nAll checks passed\n"), "\(ran.output)")
    #expect(ran.error.contains("hint: deed sync"), "\(ran.error)")
    #expect(try test.records("checks").count == 1)
  }

  @Test func `it is not recorded either where nobody can tell whether there was a deployment`()
    async throws
  {
    let made = try project()
    for words in [["cut", "v1.0.0"], ["deploy", "v1.0.0", "--finished", "--no-check"]] {
      let ran = await made.deed(words)
      #expect(ran.code == 0, "\(ran.error)")
    }
    let test = try made.clone()
    let ran = await test.deed("check", "v1.0.0", "smoke")
    #expect(ran.code == 2, "\(ran.error)")
    #expect(await test.deed("check", "v1.0.0", "smoke", "--no-record").code == 0)
    let words = ran.error.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      words.contains(
        "warning: whether a deployment of v1.0.0 to production has succeeded cannot be told, so nothing is "
          + "recorded of smoke: more may be on origin hint: deed sync"), "\(ran.error)")
    #expect(try test.records("checks").isEmpty)
    #expect(await test.deed("check", "v1.0.0", "smoke", "--push").code == 0)
    #expect(try test.records("checks").count == 1)
  }

  @Test(arguments: ["v2.39", ">= 2.39", "2.*", ""])
  func `a version that is none keeps its check from telling, and nothing else`(version: String)
    async throws
  {
    let test = try project(CheckTests.policy.replacing(">=2.0", with: version))
    let ran = await test.deed("check", "v1.0.0", "tools")
    #expect(ran.code == 2, "\(ran.output)")
    #expect(
      ran.output.contains("\u{201C}\(version)\u{201D} is no version to ask of git"),
      "\(ran.output)")
    #expect(ran.output.contains("mend `versions` in [checks.tools]"), "\(ran.output)")
    #expect(await test.deed("cut", "v1.0.0").code == 0)
    #expect(await test.deed("verify", "v1.0.0").code == 0)
  }
}
