import Release
import TestSupport
import Testing

@testable import Deed

/// What somebody is told who has not used it before.
@Suite struct NewcomerTests {
  private func project(
    _ policy: String? = nil, files: [String: String] = [:]
  ) throws -> TestRepository {
    let test = try TestRepository()
    let own = policy.map { ["deed.toml": $0] } ?? ["a": "a"]
    try test.commit("feat: begin", files: own.merging(files) { $1 })
    return test
  }

  /// A policy by which production wants a list and checks, and the list.
  private static func files(
    list: String, checks: [String], rules: String = ""
  ) -> [String: String] {
    let policy = """
      [checklists]
      list = "list.md"
      [environments.production]
      checklists = ["list"]
      checks = \(checks)
      \(rules)

      """
    return ["deed.toml": policy, "list.md": list]
  }

  // MARK: what is not committed

  @Test func `rules that are not committed are said not to count`() async throws {
    let test = try project()
    #expect(await test.deed("status").error == "")
    try TestSupport.Files.write("[approvals]\nrequired = 7\n", to: "\(test.path)/deed.toml")
    let head = try test.id("HEAD").short
    let note = "note: deed.toml here is not committed: what counts is "
    for words in [
      ["status"], ["check", "v1.0.0", "tag", "--no-record"], ["cut", "v1.0.0", "--dry-run"],
    ] {
      let ran = await test.deed(words)
      let said = ran.error.split(separator: "\n").filter { $0.hasPrefix("note: deed.toml") }
      #expect(said == ["\(note)the defaults, since \(head) has none"], "\(words): \(ran.error)")
      #expect(await !test.deed(words + ["-q"]).error.contains("note: deed.toml"))
    }
    let committed = try test.commit("chore: rules").short
    #expect(await test.deed("status").error == "")
    try TestSupport.Files.write("[approvals]\nrequired = 1\n", to: "\(test.path)/deed.toml")
    #expect(await test.deed("status").error == "\(note)that of \(committed)\n")
    #expect(await test.deed(["status"], directory: "\(test.path)/.git").error.isEmpty == false)
  }

  @Test func `rules that git only writes otherwise on this machine are committed`() async throws {
    let test = try project("[approvals]\nrequired = 1\n")
    try test.git("config", "core.autocrlf", "true")
    try TestSupport.Files.write("[approvals]\r\nrequired = 1\r\n", to: "\(test.path)/deed.toml")
    try test.git("-c", "core.safecrlf=false", "add", "deed.toml")
    #expect(await test.deed("status").error == "")
  }

  @Test func `a result that makes the checkout unclean is said to, where it is written`()
    async throws
  {
    let test = try project("[environments.production]\nchecks = [\"tag\"]\n")
    let note = " makes the checkout unclean: ignore it, or write it elsewhere\n"
    func ran(_ words: String..., at directory: String? = nil) async -> String {
      await test.deed(words, directory: directory).error
    }
    #expect(await ran("check", "v1.0.0", "--no-record", "-o", "o.xml") == "note: o.xml\(note)")
    #expect(await ran("check", "v1.0.0", "--no-record", "-o", "../o.xml") == "")
    #expect(await ran("check", "v1.0.0", "--no-record", "-o", ".git/o.xml") == "")
    #expect(await ran("check", "v1.0.0", "--no-record", "-o", "o.xml", "-q") == "")
    #expect(await ran("notes", "-o", "花.md").contains("note: 花.md\(note)"))
    try test.commit("chore: ignore", files: [".gitignore": "/out/\n*.xml\n*.md\n"])
    #expect(await ran("check", "v1.0.0", "--no-record", "-o", "p.xml") == "")
    try test.commit("feat: more", files: ["sub/a": "a"])
    let recorded = await ran(
      "artifacts", "record", "v1.0.0", "a", "-o", "info", at: "\(test.path)/sub")
    #expect(recorded.contains("note: info\(note)"), "\(recorded)")
    #expect(await !ran("artifacts", "record", "v1.0.0", "sub/a", "-o", "out").contains("note:"))
  }

  // MARK: what is mistyped

  @Test(arguments: ["v1.4.00", "1.4", "v1,4.0", "V1.4.0", "v1.4"])
  func `a mistyped version is never taken for something else`(word: String) async throws {
    let test = try project()
    // Two releases are here: without a version nobody knows which is meant.
    for release in ["v1.0.0", "v1.1.0"] { #expect(await test.deed("approve", release).code == 0) }
    let before = try test.everything()
    for verb in [
      ["status"], ["show"], ["verify"], ["approve"], ["reject"], ["withdraw"], ["go"],
      ["no-go", "-m", "x"], ["deploy", "--finished"], ["checklist"], ["cut"],
      ["artifacts", "record", "a"], ["artifacts", "record"], ["artifacts", "verify"],
      ["artifacts", "distribute", "--to", "."], ["check", "tag"],
    ] {
      let ran = await test.deed(verb + [word])
      #expect(ran.code == 2, "\(verb) \(ran.output)\(ran.error)")
      #expect(ran.error.contains("\u{201C}\(word)\u{201D}"), "\(verb) \(ran.error)")
      #expect(ran.error.contains("hint: did you mean v1.4.0?"), "\(verb) \(ran.error)")
    }
    for verb in [["notes"], ["changelog"]] {
      let ran = await test.deed(verb + [word])
      #expect(ran.code == 2 && ran.error.contains("is not a version"), "\(verb) \(ran.error)")
    }
    #expect(try test.everything() == before)
  }

  @Test func `a file that is called like a version is one`() async throws {
    let test = try project()
    try test.commit("feat: a file", files: ["v1.4.00": "1\n", "1.4": "1\n"])
    for name in ["v1.4.00", "1.4"] {
      let ran = await test.deed("artifacts", "record", "v1.0.0", name, "--dry-run")
      #expect(ran.code == 0 && ran.output.hasSuffix("  \(name)\n"), "\(ran.error)")
    }
  }

  @Test(arguments: [
    (["statsu"], "status"), (["aprove", "v1.0.0"], "approve"), (["help", "cutt"], "cut"),
    (["artifacts", "recrd"], "record"), (["hook", "pre-recieve"], "pre-receive"),
    (["help", "artifacts", "verfy"], "verify"), (["-C", ".", "verfy"], "verify"),
    (["status", "--package", "apii"], "api"),
    (["approve", "v1.0.0", "-e", "prodction"], "production"),
    (["check", "v1.0.0", "tga"], "tag"), (["check", "tga"], "tag"),
    (["check", "v1.0.0", "--stage", "befor"], "before"),
    (["check", "v1.0.0", "tset"], "test"), (["init", "--template", "prodution.ja"], "production"),
    (["checklist", "v1.0.0", "--checklist", "liste"], "list"),
    (["tick", "v1.0.0", "bakcup"], "backup"),
    (["waive", "v1.0.0", "--check", "tst", "-m", "x"], "test"),
    (["approve", "v1.0.0", "--role", "reviwer"], "reviewer"),
  ])
  func `whoever mistypes a name is asked whether they meant the right one`(
    words: [String], meant: String
  ) async throws {
    let test = try project(
      files: Self.files(
        list: "- [ ] Backup taken <!-- deed: id=backup -->\n", checks: ["tag", "test"],
        rules: """
          [approvals]
          roles = ["reviewer"]
          [packages.api]
          prefix = "api-v"
          [checks.test]
          run = "true"
          """))
    let ran = await test.deed(words)
    #expect(ran.code == 2 && ran.error.contains("hint: did you mean \(meant)?\n"), "\(ran.error)")
  }

  @Test func `of names in Japanese and Korean only those are near that are alike`() async throws {
    let test = try project()
    for tag in ["開発", "夏の大型更新", "결제기능추가"] { try test.git("tag", tag) }
    for word in ["本番", "冬季緊急修正"] {
      let ran = await test.deed("notes", "\(word)..HEAD")
      #expect(ran.code == 2 && !ran.error.contains("did you mean"), "\(ran.error)")
    }
    let ran = await test.deed("notes", "결제기능추..HEAD")
    #expect(ran.error.contains("did you mean 결제기능추가?"), "\(ran.error)")
  }

  @Test func `who waives a check as though it were an item is told how`() async throws {
    let test = try project("[environments.production]\nchecks = [\"tag\"]\n")
    let ran = await test.deed("waive", "v1.0.0", "tag", "-m", "why")
    #expect(ran.code == 2 && ran.error.contains("error: tag is a check, and no item\n"))
    #expect(ran.error.contains("hint: deed waive v1.0.0 --check tag -m WHY\n"), "\(ran.error)")
    #expect(await test.deed("waive", "v1.0.0", "--check", "tag", "-m", "why").code == 0)
    // Part of several items' texts is no item either.
    try test.commit(
      "build: list",
      files: Self.files(
        list: "- [ ] The tag is there\n- [ ] The tag is signed\n", checks: ["tag"]))
    let several = await test.deed("waive", "v1.1.0", "tag", "-m", "why")
    #expect(several.error.contains("hint: deed waive v1.1.0 --check tag -m WHY\n"))
  }

  @Test func `what is wrong with an image is said`() async throws {
    let digits = String(repeating: "5", count: 63)
    let test = try project(
      "[checks.artifacts]\nimages = [\"app\"]\n",
      files: [
        "compose.yaml": """
        services:
          web:
            image: ghcr.io/acme/web:1
          db:
            image: postgres:16

        """
      ])
    func said(_ words: String...) async -> String {
      await test.deed(["artifacts", "record", "v1.0.0"] + words).error
    }
    #expect(
      await said().contains(
        "image app has no digest, and docker knows none: compose.yaml has ghcr.io/acme/web, postgres"
      ))
    for (text, why) in [
      ("app@sha256:\(digits)", "its digest has 63 of 64 digits"),
      ("app@sha256:\(digits)g", "its digest has more in it than the digits 0-9 and a-f"),
      ("app@sha512:1", "its digest does not begin with sha256:"),
      ("@sha256:\(digits)5", "it has no name"),
      ("a@b@c", "it has more than one @"), ("ap p", "its name has what no image's name has in it"),
    ] {
      #expect(await said("--image", text).contains("is no image: \(why)\n"), "\(text)")
    }
    try test.commit(
      "feat: pin", files: ["compose.yaml": "services:\n  app:\n    image: app@sha256:\(digits)\n"])
    #expect(await said().contains("image app has no digest: its digest has 63 of 64 digits"))
  }

  // MARK: what stops a tag

  @Test func `a reject that counts for nothing stops no tag, and one that counts does`()
    async throws
  {
    let test = try project("[approvals]\nrequired = 0\nsigned = true\n")
    let unheard = await test.deed("reject", "v1.0.0", "--no-sign", "-m", "no")
    #expect(unheard.code == 1 && unheard.error.contains("does not count: not signed"))
    let cut = await test.deed("cut", "v1.0.0", "--dry-run")
    #expect(cut.code == 0, "\(cut.error)")
    try test.commit("build: rules", files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    #expect(await test.deed("reject", "v1.0.0", "-m", "no").code == 0)
    let stopped = await test.deed("cut", "v1.0.0", "--dry-run")
    #expect(stopped.code == 1 && stopped.error.contains("Hanako Sato rejects v1.0.0"))
  }

  // MARK: what commands print

  /// Production's settings have a secret, and a check runs a command.
  private func secretive(list: String, command: String) throws -> TestRepository {
    let test = try project(
      files: Self.files(
        list: list, checks: ["tests"],
        rules: """
          [checks.secrets]
          files = { production = ".env" }
          [checks.tests]
          run = "\(command)"
          """
      ).merging([".gitignore": ".env\n"]) { $1 })
    try TestSupport.Files.write("API_KEY=Zq81-tt5-mm\nMODE=production\n", to: "\(test.path)/.env")
    return test
  }

  @Test func `what a command prints of the environment's secrets is shown and kept without them`()
    async throws
  {
    let test = try secretive(
      list: "- [ ] Look <!-- deed: run command=\"cat .env\" -->\n",
      command: "head -c 12 .env; sleep 0.2; tail -c +13 .env")
    for words in [["check", "v1.0.0"], ["check", "v1.0.0", "--run", "--yes"]] {
      let ran = await test.deed(words)
      #expect(ran.code == 0, "\(ran.error)")
      #expect(ran.error.contains("│ API_KEY=***\n"), "\(ran.error)")
      #expect(ran.error.contains("│ MODE=production\n"))
      #expect(!(ran.output + ran.error).contains("Zq81"))
    }
    let objects = try test.git("cat-file", "--batch-all-objects", "--batch")
    #expect(objects.contains("\nAPI_KEY=***\nMODE=production\n"))
    #expect(!objects.contains("Zq81"))
  }

  @Test func `a report shows no secret, though a terminal's codes stand in the middle of it`()
    async throws
  {
    let test = try secretive(
      list: "- [ ] Look\n",
      command: "printf 'key Zq81-\\\\033[1mtt5-\\\\033[Kmm\\\\n'; exit 1")
    let ran = await test.deed("check", "v1.0.0", "--format", "junit")
    #expect(ran.code == 1, "\(ran.output)\(ran.error)")
    #expect(ran.output.contains("<system-out>key ***&#10;"), "\(ran.output)")
  }

  @Test func `where it is not known what is secret, nothing that a command prints is kept`()
    async throws
  {
    let test = try project(
      """
      [environments.production]
      checks = ["tests"]
      [checks.secrets]
      commands = { production = "exit 3" }
      [checks.tests]
      run = "echo words"

      """)
    let ran = await test.deed("check", "v1.0.0")
    #expect(ran.code == 0 && ran.output.contains("✓ tests"), "\(ran.output)")
    let lines = ran.error.split(separator: "\n").map(String.init)
    #expect(lines.allSatisfy { $0.displayWidth <= 80 }, "\(ran.error)")
    let said = lines.map { $0.drop { " │".contains($0) } }.joined(separator: " ")
    #expect(
      said.contains("[deed: not shown and not kept: which of it is secret cannot be told: the "))
    #expect(try !test.git("cat-file", "--batch-all-objects", "--batch").contains("\nwords\n"))
  }
}
