import Release
import TestSupport
import Testing

@testable import Deed

/// Honest pushes, and how a server is set up.
@Suite struct HookTests {
  @Test func `two people's sign-offs, and the release that they make, are taken`() async throws {
    let team = try GuardedTeam()
    // Neither has seen the other's, so that the second push is a union.
    for person in [team.hanako, team.minsu] {
      #expect(await person.deed("approve", "v1.0.0", "-q").code == 0)
    }
    for person in [team.hanako, team.minsu, team.hanako] {
      let ran = await person.deed("sync")
      #expect(ran.code == 0, "\(ran.output)\(ran.error)")
    }
    let cut = await team.minsu.deed("cut", "v1.0.0", "--push")
    #expect(cut.code == 0, "\(cut.error)")
    let auditor = try team.server.clone()
    #expect(await auditor.deed("sync").code == 0)
    #expect(await auditor.deed("verify", "v1.0.0").code == 0)
    for repository in [team.server, team.hanako, team.minsu] { try repository.fsck() }
  }

  @Test(arguments: ["approve", "cut"])
  func `who pushes in the same moment as others is not refused for it`(verb: String) async throws {
    let team = try GuardedTeam(policy: "version = 1\n")
    #expect(await team.minsu.deed("approve", "v1.0.0", "-q").code == 0)
    if verb == "cut" { #expect(await team.hanako.deed("approve", "v1.0.0", "-q").code == 0) }
    let hook = "\(team.hanako.path)/.git/hooks/pre-push"
    let push = "git -C \(team.minsu.path) push -q origin refs/notes/deed/signoffs"
    try TestSupport.Files.write("#!/bin/sh\nrm $0\nunset GIT_DIR\n\(push)\n", to: hook)
    TestSupport.Files.setMode(0o755, of: hook)
    let ran = await team.hanako.deed(verb, "v1.0.0", "--push", "-q")
    #expect(ran.code == 0, "\(ran.error)")
    #expect(!TestSupport.Files.exists(hook))
    #expect(try team.server.records("signoffs", at: "main").count == 2)
    #expect(try team.server.git("tag", "--list") == (verb == "cut" ? "v1.0.0" : ""))
  }

  @Test func `who loses a race for a tag on such a server keeps nothing of theirs`() async throws {
    let team = try GuardedTeam(policy: "version = 1\n")
    #expect(await team.minsu.deed("cut", "v1.0.0", "-q").code == 0)
    let hook = "\(team.hanako.path)/.git/hooks/pre-push"
    let what = "v1.0.0 refs/notes/deed/deployments"
    let push = "git -C \(team.minsu.path) push -q --atomic origin \(what)"
    try TestSupport.Files.write("#!/bin/sh\nrm $0\nunset GIT_DIR\n\(push)\n", to: hook)
    TestSupport.Files.setMode(0o755, of: hook)
    let ran = await team.hanako.deed("cut", "v1.0.0", "--push")
    #expect(ran.code == 1 && ran.error.contains("yours is taken back"), "\(ran.error)")
    #expect(await team.hanako.deed("sync").code == 0)
    try team.hanako.git("fetch", "-q", "--tags")
    #expect(try team.hanako.id("v1.0.0") == team.minsu.id("v1.0.0"))
    #expect(await team.hanako.deed("verify", "v1.0.0").output.contains("cut by Kim Min-su"))
  }

  @Test func `a tag is judged with the ledgers in the same push`() async throws {
    let team = try GuardedTeam()
    try await team.approve("v1.0.0", pushing: false)
    try team.hanako.git("tag", "-a", "-m", "one", "v1.0.0")
    #expect(
      try team.push(team.hanako, "v1.0.0") == """
        deed: nothing of this push was taken:
        - v1.0.0: production: signoffs 0 of 2
          hint: deed approve v1.0.0 --push
        """)
    #expect(
      try team.push(team.hanako, "--atomic", "v1.0.0", "refs/notes/deed/signoffs", "HEAD:other")
        == nil)
    #expect(try team.server.git("tag", "--list") == "v1.0.0")
  }

  @Test func `what is missing is said line by line, each with its command`() async throws {
    let team = try GuardedTeam(
      policy: """
        [tags]
        require = ["production", "staging"]
        [checks.tests]
        run = "true"
        [environments.staging]
        approvals.required = 1
        [environments.production]
        checks = ["tests"]

        """)
    _ = await team.minsu.deed("reject", "v1.0.0", "-e", "staging", "-m", "no", "--push", "-q")
    try team.hanako.git("tag", "-a", "-m", "one", "v1.0.0")
    let pushed = try team.hanako.run(["push", "origin", "v1.0.0"])
    try Golden.check(pushed.said.joined(separator: "\n") + "\n", "hook-refusal")
    let cut = await team.hanako.deed("cut", "v1.0.0", "--push")
    #expect(cut.code == 1)
  }

  @Test func `an objection stops a tag in whatever environment`() async throws {
    let team = try GuardedTeam(policy: "[environments.staging]\n[environments.production]\n")
    let reject = await team.minsu.deed(
      "reject", "v1.0.0", "-e", "staging", "-m", "no", "--push", "-q")
    #expect(reject.code == 0, "\(reject.error)")
    try team.hanako.git("tag", "-a", "-m", "one", "v1.0.0")
    let said = try #require(try team.push(team.hanako, "v1.0.0"))
    #expect(said.contains("v1.0.0: staging: signoffs 0 of 2; Kim Min-su rejects"), "\(said)")
    let withdraw = await team.minsu.deed("withdraw", "v1.0.0", "-e", "staging", "--push", "-q")
    #expect(withdraw.code == 0, "\(withdraw.error)")
    #expect(try team.push(team.hanako, "v1.0.0") == nil)
  }

  @Test func `branches, other tags and other notes pass unread`() throws {
    let team = try GuardedTeam(policy: Self.broken)
    let test = team.hanako
    try test.commit("fix: more")
    try test.git("tag", "nightly")
    try test.git("tag", "-a", "-m", "x", "build/2026-11-21")
    try test.git("notes", "add", "-m", "looks good")
    #expect(try team.push(test, "main", "nightly", "build/2026-11-21", "refs/notes/commits") == nil)
    #expect(try team.push(test, "--force", "HEAD~1:main", ":nightly", ":refs/notes/commits") == nil)
  }

  private static let broken = "prefix = 1\n"

  @Test func `where the policy cannot be read, what looks like a release is refused`() throws {
    let team = try GuardedTeam(policy: Self.broken)
    try team.hanako.git("tag", "-a", "-m", "x", "v1.0.0")
    let path = "\(team.server.path)/hooks/pre-receive"
    for options in ["", " --require production"] {
      try TestSupport.Files.write(
        "#!/bin/sh\nexec \(Program.built("deed")) hook pre-receive\(options)\n", to: path)
      try team.hanako.git("tag", "--force", "nightly")
      #expect(try team.push(team.hanako, "--force", "nightly", "HEAD:other") == nil)
      try team.hanako.git("tag", "--force", "nightly", "HEAD^{tree}")
      #expect(try team.push(team.hanako, "--force", "nightly") == nil)
    }
    let said = try #require(try team.push(team.hanako, "v1.0.0"))
    #expect(said.contains("- v1.0.0: it cannot be judged: deed.toml at "))
  }

  @Test func `the first push to an empty server is taken, tags and ledgers too`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": GuardedTeam.required])
    try test.git("tag", "-a", "-m", "x", "v0.1.0-rc.1")
    try test.git(
      "init", "--quiet", "--bare", "--initial-branch=main", "\(test.directory)/empty.git")
    let server = test.at("\(test.directory)/empty.git")
    try server.installHook(["--require", "production"])
    try test.git("remote", "add", "origin", server.path)
    let refused = try test.run(["push", "--atomic", "origin", "main", "v0.1.0-rc.1"])
    #expect(refused.status != 0 && refused.error.contains("signoffs 0 of 2"))
    for person in [TestRepository.hanako, TestRepository.minsu] {
      #expect(await test.as(person).deed("approve", "v0.1.0-rc.1", "-q").code == 0)
    }
    try test.git(
      "push", "--quiet", "--atomic", "origin", "main", "v0.1.0-rc.1", "refs/notes/deed/signoffs")
  }

  @Test func `old tags of before deed are taken where nothing is required of them`() throws {
    let team = try GuardedTeam(policy: "")
    for minor in 0..<20 { try team.hanako.git("tag", "-a", "-m", "old", "v0.\(minor).0") }
    #expect(try team.push(team.hanako, "--tags") == nil)
  }

  @Test func `a hook is put where git looks for it, and changed by the same command`() async throws
  {
    let team = try GuardedTeam()
    let path = "\(team.server.path)/hooks/pre-receive"
    func script() throws -> String {
      String(decoding: try #require(TestSupport.Files.read(path)), as: UTF8.self)
    }
    let program = try Program.built("deed")
    #expect(try script().hasSuffix("\nexec \(program) hook pre-receive\n"))
    var session = Transcript("hook-install")
    let server = team.server
    await session.run(server, "hook", "install", "--require", "production", "--dry-run")
    #expect(try script().hasSuffix("\nexec \(program) hook pre-receive\n"))
    await session.run(server, "hook", "install", "--require", "production")
    #expect(try script().hasSuffix("\nexec deed hook pre-receive --require production\n"))
    await session.run(server, "hook", "install", "--require", "prodction")
    try TestSupport.Files.write("#!/bin/sh\nexit 0\n", to: path)
    await session.run(server, "hook", "install")
    #expect(try script() == "#!/bin/sh\nexit 0\n")
    try server.git("config", "core.hooksPath", "\(server.directory)/common")
    await session.run(server, "hook", "install")
    #expect(TestSupport.Files.exists("\(server.directory)/common/pre-receive"))
    try session.check()
  }

  @Test func `trouble refuses, in its own words`() async throws {
    let team = try GuardedTeam()
    let none = String(repeating: "0", count: 40)
    for input in ["hello\n", "0 0 refs/tags/v1.0.0\n", "\(none)\n"] {
      let ran = await team.server.deed(["hook", "pre-receive"], input: input)
      #expect(ran.code == 1 && ran.error.contains("it cannot be judged"), "\(ran.error)")
    }
    let lost = String(repeating: "7", count: 40)
    for name in ["refs/tags/v1.0.0", "refs/notes/deed/checks"] {
      let ran = await team.server.deed(
        ["hook", "pre-receive"], input: "\(none) \(lost) \(name)\n")
      #expect(ran.code == 1 && ran.error.contains("it cannot be judged"), "\(ran.error)")
    }
    let outside = await team.server.deed(
      ["hook", "pre-receive"], input: "\(none) \(lost) refs/tags/v1.0.0\n", directory: "/")
    #expect(outside.code == 1 && outside.error.contains("not in a git repository"))
    #expect(await team.server.deed(["hook", "pre-receive"], input: "").code == 0)
  }

  @Test func `whoever hangs up before the answer is refused all the same`() throws {
    let team = try GuardedTeam()
    try team.hanako.git("tag", "v1.0.0")
    let tag = try team.hanako.id("v1.0.0")
    let line = "\(String(repeating: "0", count: 40)) \(tag) refs/tags/v1.0.0"
    let program = try Program.built("deed")
    for setting in ["trap '' PIPE", "true"] {
      let script = """
        { sleep 0.3; sh -c "\(setting); echo '\(line)' | \(program) hook pre-receive"; \
        echo $? > status; } 2>&1 | true
        while ! [ -s status ]; do sleep 0.05; done; cat status; rm status
        """
      let result = try Program.run(
        "sh", ["-c", script], directory: team.server.path, environment: team.server.environment)
      #expect(result.text != "0\n" && !result.text.isEmpty, "\(result.text)\(result.error)")
    }
  }
}
