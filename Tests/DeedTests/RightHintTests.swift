import Release
import TestSupport
import Testing

@testable import Deed

/// Where the obvious advice would be the wrong one.
@Suite struct RightHintTests {
  private func project(_ policy: String, files: [String: String] = [:]) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": policy].merging(files) { $1 })
    return test
  }

  private static let own = "[environments.production]\nchecks = [\"own\"]\n[checks.own]\n"

  @Test func `a migration that the release has is put back, and not removed`() async throws {
    let test = try project(
      """
      [environments.production]
      checks = ["migrations"]
      [checks.migrations]
      tool = "plain"
      paths = ["db"]
      down = "ignore"

      """, files: ["db/001_a.sql": "CREATE TABLE a (id int);\n"])
    try test.git("tag", "-a", "-m", "v1.0.0", "v1.0.0")
    try test.commit("feat: b", files: ["db/002_b.sql": "CREATE TABLE b (id int);\n"])
    for name in ["001_a", "002_b", "003_c"] {
      try TestSupport.Files.write("CREATE TABLE c (id int);\n", to: "\(test.path)/db/\(name).sql")
    }
    let ran = await test.deed("check", "v1.1.0", "--no-record")
    let back = "put it back: git restore --staged --worktree -- db/"
    for hint in [
      "it shipped as it was; \(back)001_a.sql\n",
      "commit it, and release that; or \(back)002_b.sql\n",
      "remove it; or commit it and release that: git add -- db/003_c.sql\n",
    ] { #expect(ran.output.contains("hint: \(hint)"), "\(ran.output)") }
    try test.git("restore", "--staged", "--worktree", "--", "db/001_a.sql", "db/002_b.sql")
    try test.git("clean", "-fdq")
    #expect(await test.deed("check", "v1.1.0", "--no-record").code == 0)
  }

  @Test func `a tag on no commit is not made anew where somebody stands by now`() async throws {
    let test = try project("")
    try test.git("tag", "-a", "-m", "x", "v1.0.0", "HEAD^{tree}")
    try test.git("tag", "-a", "-m", "x", "v1.1.0", "v1.0.0")
    for release in ["v1.0.0", "v1.1.0"] {
      let ran = await test.deed("check", release, "tag", "--no-record")
      let hint = "at the commit that is meant: git tag -d \(release) && deed cut \(release)\n"
      #expect(ran.output.contains("hint: \(hint)"), "\(ran.output)\(ran.error)")
    }
  }

  @Test func `rules that are mended here and not committed are told of`() async throws {
    let test = try project("remot = \"origin\"\n")
    #expect(!(await test.deed("check", "v1.0.0")).error.contains("hint:"))
    try TestSupport.Files.write("remote = \"origin\"\n", to: "\(test.path)/deed.toml")
    let mended = await test.deed("check", "v1.0.0")
    #expect(
      mended.error.contains(
        "hint: deed.toml here can be read, and is not committed; what counts is"),
      "\(mended.error)")
    try test.git("commit", "-m", "fix: rules", "deed.toml")
    #expect(await test.deed("check", "v1.0.0", "tag", "--no-record").code == 0)
  }

  @Test func `rules that are gone are told of`() async throws {
    let test = try project("[environments.staging]\nchecks = [\"tag\"]\n")
    try test.git("rm", "-q", "deed.toml")
    try test.commit("chore: tidy")
    let commit = try test.git("rev-parse", "HEAD").prefix(12)
    for words in [["check"], ["approve"], ["deploy", "--finished", "--commit", "HEAD"]] {
      let named = await test.deed(words + ["v1.0.0", "-e", "staging"])
      #expect(
        named.error.contains("no environment \u{201C}staging\u{201D}: \(commit) has no deed.toml"),
        "\(named.error)")
    }
    let unnamed = await test.deed("check", "v1.0.0")
    #expect(unnamed.code == 2 && unnamed.error.contains("there is no deed.toml in the commit"))
  }

  @Test func `a tag that the remote lacks is pushed from wherever somebody is`() async throws {
    let test = try project("[approvals]\nrequired = 0\n")
    let server = try test.bare()
    let cut = await test.deed("cut", "v1.0.0", "--push")
    #expect(cut.code == 0, "\(cut.error)")
    try server.git("tag", "-d", "v1.0.0")
    try test.commit("feat: more")
    let command = ["cut", "v1.0.0", "--commit", "v1.0.0", "--push"]
    let ran = await test.deed("check", "v1.0.0", "tag", "--check-remote", "--no-record")
    #expect(
      ran.output.contains("hint: deed \(command.joined(separator: " "))\n"), "\(ran.output)")
    let pushed = await test.deed(command)
    #expect(pushed.code == 0, "\(pushed.error)")
    try server.git("rev-parse", "refs/tags/v1.0.0")
  }

  @Test func `a script whose lines end as on Windows is told apart from a missing one`()
    async throws
  {
    let test = try project(
      "\(Self.own)run = \"bin/own --all\"\n", files: ["bin/own": "#!/bin/sh\r\nexit 0\r\n"])
    TestSupport.Files.setMode(0o755, of: "\(test.path)/bin/own")
    try test.commit("chore: a program")
    let ran = await test.deed("check", "v1.0.0", "--no-record")
    #expect(ran.output.contains("its lines end as on Windows"), "\(ran.output)")
    #expect(ran.output.contains("sed -i 's/\\r$//' -- bin/own\n"), "\(ran.output)")
  }

  @Test func `what a failed command printed can be read later`() async throws {
    let test = try project("\(Self.own)run = \"echo it is the disk; exit 1\"\n")
    let ran = await test.deed("check", "v1.0.0", "-q")
    let hint = "hint: what it printed says why: "
    let lines = ran.output.split(separator: "\n").map { $0.drop { $0 == " " } }
    let line = try #require(lines.first { $0.hasPrefix(hint) }, "\(ran.output)")
    let words = line.dropFirst(hint.count).split(separator: " ").map(String.init)
    #expect(words.first == "git")
    #expect(try test.git(Array(words.dropFirst())).contains("it is the disk"))
  }

  @Test func `what is to be checked after a deployment is named at once`() async throws {
    let test = try project(
      """
      [approvals]
      required = 0
      [environments.production]
      checks = ["health", "api"]
      [checks.health]
      run = "true"
      stage = "after"
      [checks.api]
      run = "true"
      stage = "after"

      """)
    for words in [["cut"], ["go"], ["deploy", "--finished", "--no-check"]] {
      #expect(await test.deed(words + ["v1.0.0"]).code == 0)
    }
    let status = await test.deed("status", "v1.0.0")
    #expect(
      status.output.contains("next: deed check v1.0.0 health api\n"), "\(status.output)")
  }

  @Test func `no environment is guessed`() async throws {
    let test = try project("[environments.staging]\n[environments.production]\n")
    let ran = await test.deed("approve", "v1.0.0")
    #expect(
      ran.error.contains("hint: say which one: -e staging or -e production\n"), "\(ran.error)")
  }

  @Test func `artifacts looked for in the wrong directory are not to be removed`() async throws {
    let test = try ArtifactTests.project()
    #expect(await test.deed("artifacts", "record", "v1.0.0").code == 0)
    let copy = "\(test.directory)/copy"
    for path in ["models/深い/モデル.pt", "models/b.bin", "artifacts/ai1.pkl"] {
      let bytes = try #require(TestSupport.Files.read("\(test.path)/\(path)"))
      try TestSupport.Files.write(bytes, to: "\(copy)/all/\(path)")
    }
    for (place, right) in [
      ("../copy/all/models", "../copy/all"), ("models", "."), ("models/", "."),
    ] {
      let ran = await test.deed("artifacts", "verify", "v1.0.0", place)
      #expect(ran.code == 1 && !ran.error.contains("remove it"), "\(ran.error)")
      #expect(
        ran.error.contains("hint: deed artifacts verify v1.0.0 \(right)   #"), "\(ran.error)")
    }
    let above = await test.deed("artifacts", "verify", "v1.0.0", "../copy")
    #expect(above.error.contains("hint: deed artifacts verify v1.0.0 ../copy/all   #"))
    let another = await test.deed("artifacts", "verify", "v1.0.0", ".git/refs")
    #expect(
      another.error.contains(
        "hint: nothing that was recorded is in .git/refs: name the directory where"),
      "\(another.error)")
  }
}

/// What is meant is another commit, another version, somebody else, or a remote that does not answer.
@Suite struct ElsewhereTests {
  private func project(_ policy: String) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": policy])
    return test
  }

  @Test func `a go for the version at another commit is named where it is deployed from this one`()
    async throws
  {
    let test = try project(
      "[approvals]\nrequired = 0\n[environments.staging]\n[environments.production]\n")
    #expect(await test.deed("go", "v1.0.0", "-e", "staging").code == 0)
    let meant = try test.id("HEAD").short
    try test.commit("fix: more")
    let words = ["deploy", "v1.0.0", "-e", "staging", "--finished", "--commit"]
    let wrong = await test.deed(words + ["HEAD"])
    let (here, command) = (try test.id("HEAD").short, words.joined(separator: " "))
    #expect(
      wrong.error.hasPrefix(
        "warning: nothing let \(here) go to staging: the go for v1.0.0 is for \(meant), by "),
      "\(wrong.error)")
    #expect(
      wrong.error.contains("hint: deed \(command) \(meant)   # if that is what was deployed\n"))
    let right = await test.deed(words + [meant])
    #expect(right.code == 0 && !right.error.contains("nothing let"), "\(right.error)")
    let elsewhere = await test.deed("deploy", "v1.0.0", "-e", "production", "--finished")
    #expect(elsewhere.error.contains("production: there is no go\n"), "\(elsewhere.error)")
  }

  @Test(arguments: [
    ("", "by somebody else than Hanako Sato"),
    ("from = [\"hanako@example.com\", \"jiwon@example.com\"]\n", "by jiwon@example.com"),
  ])
  func `who has approved already is not asked to approve again`(from: String, who: String)
    async throws
  {
    let test = try project("[approvals]\n\(from)").as(
      Person(name: "Hanako Sato", email: "hanako@example.com"))
    let first = await test.deed("approve", "v1.0.0")
    #expect(first.code == 0 && !first.output.contains(who), "\(first.output)\(first.error)")
    let status = await test.deed("status", "v1.0.0")
    #expect(status.output.contains("next: deed approve v1.0.0  # \(who)\n"), "\(status.output)")
    let go = await test.deed("go", "v1.0.0")
    #expect(go.error.contains("hint: deed approve v1.0.0   # \(who)\n"), "\(go.error)")
    let again = await test.deed("approve", "v1.0.0")
    #expect(
      again.output.contains("you had approved it before; what is missing is an approval \(who)\n"),
      "\(again.output)")
  }

  @Test func `a version that nobody knows and that is too high is questioned once`() async throws {
    let test = try project("[approvals]\nrequired = 0\n")
    let free = await test.deed("approve", "v1.0.0")
    #expect(!free.error.contains("nothing is known"), "\(free.error)")
    #expect(await test.deed("cut", "v1.0.0").code == 0)
    try test.commit("feat: more")
    let note = "note: nothing is known of v1.10.0 yet, and the commits ask for v1.1.0\n"
    for words in [["approve", "v1.10.0", "--dry-run"], ["approve", "v1.10.0"]] {
      let ran = await test.deed(words)
      #expect(ran.code == 0 && ran.error.contains(note), "\(ran.error)")
    }
    for words in [["approve", "v1.10.0"], ["approve", "v1.1.0"], ["approve", "v1.0.1"]] {
      #expect(!(await test.deed(words)).error.contains("nothing is known"))
    }
    try test.commit("feat: yet more")
    #expect(await test.deed("check", "v1.20.0", "tag").error.contains("of v1.20.0 yet"))
  }

  @Test func `where the remote cannot be asked, it is said that nothing is recorded`() async throws
  {
    let test = try project("")
    try test.git("remote", "add", "origin", "\(test.directory)/gone.git")
    for words in [
      ["deploy", "v1.0.0", "--finished", "--commit", "HEAD"], ["approve", "v1.0.0"],
    ] {
      let ran = await test.deed(words + ["--push"])
      #expect(ran.code == 2, "\(ran.error)")
      #expect(
        ran.error.hasPrefix("error: nothing is recorded: cannot fetch from origin"), "\(ran.error)")
      #expect(
        ran.error.hasSuffix(
          "to record it here, and share it later: the same without --push, then deed sync\n"))
    }
    #expect(try test.git("for-each-ref", "refs/notes") == "")
    #expect(await test.deed("approve", "v1.0.0").code == 0)
  }

  @Test func `who does not wait for a remote is told that nothing is recorded`() throws {
    let test = try project("")
    try test.git("remote", "add", "origin", "ssh://nowhere/x")
    try test.git("config", "core.sshCommand", "sleep 60; :")
    let terminal = try PseudoTerminal(
      Program.built("deed"), ["approve", "v1.0.0", "--push"], directory: test.path,
      environment: test.environment.merging(["TERM": "xterm"]) { $1 })
    try terminal.expect("note: origin has not answered yet; Ctrl-C ends this")
    try terminal.type("\u{3}")
    try terminal.expect("stopped by signal 2 while origin was asked; nothing is recorded")
    #expect(try terminal.end() == 2)
    #expect(try test.git("for-each-ref", "refs/notes") == "")
  }
}
