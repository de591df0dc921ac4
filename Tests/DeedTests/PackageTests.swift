import Release
import TestSupport
import Testing

@testable import Deed

/// Parts of a repository that are released by themselves.
@Suite struct PackageTests {
  private static let rules = """
    [approvals]
    required = 1
    [packages.api]
    [packages.web]
    paths = ["sites/web"]
    prefix = "web-"

    """

  /// A repository with two packages, and a commit after the first that neither has anything of.
  private func project(_ rules: String = rules) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: 始める", files: ["deed.toml": rules, "api/a": "a"])
    try test.commit("feat: the page", files: ["sites/web/a": "a"])
    try test.commit("ci: build", files: ["build": "a"])
    return test
  }

  @Test func `packages at one commit are released side by side`() async throws {
    let test = try project()
    var session = Transcript("packages/session")
    session.say("Nothing is released yet, and nobody says what is meant.")
    await session.run(test, "status")
    await session.run(test, "approve")
    await session.run(test, "cut")
    session.say("A package is named, or its version.")
    await session.run(test, "status", "--package", "api")
    await session.run(test, "status", "api/v0.2.0")
    await session.run(test, "status", "--package", "api", "0.2.0")
    await session.run(test, "approve", "api/v0.1.0")
    session.say("Where one release is at HEAD, it is meant.")
    await session.run(test, "status")
    await session.run(test, "cut", "--dry-run")
    await session.run(test, "cut", "--package", "api", "--auto")
    await session.run(test, "approve", "--package", "web", "web-0.1.0")
    session.say("With two there, it is said which.")
    await session.run(test, "status")
    await session.run(test, "cut", "--package", "web", "--auto", "-q")
    await session.run(test, "status", "--package", "web")
    await session.run(test, "show", "api/v0.1.0")
    await session.run(test, "verify", "--all")
    await session.run(test, "verify", "--all", "--package", "web")
    session.say("Each goes on from its own release.")
    try test.commit("fix: answer again", files: ["api/a": "b"])
    await session.run(test, "next", "--package", "api")
    await session.run(test, "next", "--package", "web")
    await session.run(test, "next")
    await session.run(test, "cut", "--package", "api", "--auto", "--dry-run", "-q")
    await session.run(test, "cut", "api/v0.1.0")
    try session.check()
  }

  @Test func `what is no version of a package is said with what one looks like`() async throws {
    let test = try project()
    var session = Transcript("packages/mistakes")
    await session.run(test, "cut", "api/v1")
    await session.run(test, "cut", "--package", "api", "v1.0.0")
    await session.run(test, "cut", "--package", "apt", "--auto")
    await session.run(test, "status", "1.0.0")
    await session.run(test, "status", "API/v1.0.0")
    await session.run(test, "status", "--package", "web", "api/v1.0.0")
    await session.run(test, "waive", "api/v1.0", "tests", "-m", "why")
    _ = try test.bare()
    await session.run(test, "cut", "api/v1.0", "--push")
    try session.check()
  }

  @Test(arguments: [nil, "api", "web"], [[], ["--pre", "rc"]])
  func `cut takes what next says, of each package`(
    package: String?, options: [String]
  ) async throws {
    let test = try project()
    let words = (package.map { ["--package", $0] } ?? []) + options
    func released() async throws -> String {
      let next = await test.deed(["next", "-q"] + words)
      let cut = await test.deed(["cut", "--auto", "-q"] + words)
      #expect(next.code == 0 && cut.code == 0, "\(next.error)\(cut.error)")
      let name = next.output.dropLast()
      #expect(cut.output.hasPrefix("\(name) cut at "), "\(next.output)\(cut.output)")
      return String(name)
    }
    let first = try await released()
    #expect(await test.deed(["next"] + words).code == 1)
    try test.commit("feat: more", files: ["api/a": "b", "sites/web/a": "b"])
    let second = try await released()
    #expect(first != second)
    #expect(try test.git("tag", "--sort=creatordate") == "\(first)\n\(second)")
  }

  @Test func `the tag tells what changed in the package, and nothing else`() async throws {
    let test = try project()
    #expect(await test.deed("cut", "web-1.0.0").code == 0)
    let message = try test.git("tag", "-l", "--format=%(contents)", "web-1.0.0")
    #expect(message.contains("- the page (") && !message.contains("始める"), "\(message)")
    #expect(message.hasPrefix("web-1.0.0\n"))
    let notes = await test.deed("notes", "web-1.0.0", "-q")
    #expect(notes.output.contains("- the page (") && !notes.output.contains("始める"))
    #expect(await test.deed("notes", "..web-1.0.0", "-q").output == notes.output)
    #expect(await test.deed("notes", "-q").output == notes.output)
  }

  @Test func `a package's floor is its own release before, or the nearest of any`() async throws {
    let test = try project("[approvals]\nrequired = 3\n[packages.api]\n")
    #expect(await test.deed("cut", "v1.0.0").code == 0)
    #expect(await test.deed("cut", "api/v1.0.0").code == 0)
    try test.commit(
      "feat: less",
      files: ["deed.toml": "[approvals]\nrequired = 1\n[packages.api]\n[packages.b]\n"])
    func floor(_ release: String) async -> String {
      await test.deed("status", release).output
    }
    #expect(await floor("api/v1.1.0").contains("0 of 3"))
    #expect(await floor("v1.1.0").contains("0 of 3"))
    #expect(await floor("b/v1.1.0").contains("0 of 3"))
    #expect(await floor("api/v0.9.0").contains("0 of 3"))
  }

  @Test func `packages run in one environment side by side`() async throws {
    let test = try project(
      Self.rules + "[environments.staging]\n[environments.production]\nafter = \"staging\"\n")
    for release in ["api/v1.0.0", "web-1.0.0", "v1.0.0"] {
      #expect(await test.deed("cut", release).code == 0)
      #expect(await test.deed("approve", release, "-e", "staging").code == 0)
      #expect(await test.deed("go", release, "-e", "staging").code == 0)
      #expect(await test.deed("deploy", release, "-e", "staging", "--finished").code == 0)
    }
    // What fails with one of them is no setback of the others.
    await test.deed("deploy", "web-1.0.0", "-e", "staging", "--failed")
    let api = await test.deed("status", "api/v1.0.0").output
    #expect(api.contains("✓ predecessor  staging: deployed"), "\(api)")
    #expect(api.contains("api/v1.0.0 deployed") && !api.contains("web-1.0.0"), "\(api)")
    let web = await test.deed("status", "web-1.0.0").output
    #expect(web.contains("✗ predecessor  staging: a deployment of web-1.0.0 failed"), "\(web)")
    #expect(await test.deed("status", "v1.0.0").output.contains("✓ predecessor"))
  }

  @Test func `answers of one package are none of another's`() async throws {
    let rules = Self.rules + "[checklists]\nrelease = \"release.md\"\n"
    let test = try project(rules)
    try test.commit("docs: what to look at", files: ["release.md": "- [ ] Backup\n- [ ] Window\n"])
    #expect(await test.deed("tick", "api/v1.0.0", "Backup", "--pass").code == 0)
    #expect(await test.deed("tick", "web-1.0.0", "Window", "--pass").code == 0)
    let web = await test.deed("checklist", "web-1.0.0", "--format", "json").output
    #expect(
      web.components(of: "\"state\":\"pass\"") + web.components(of: "\"state\" : \"pass\"") == 1)
    try test.commit("fix: on", files: ["api/a": "c"])
    let carried = await test.deed("carry", "web-1.0.0", "--from", "HEAD~", "--all")
    #expect(carried.code == 0 && carried.output.contains("Window"), "\(carried.output)")
    #expect(!carried.output.contains("Backup"), "\(carried.output)")
    let named = await test.deed("carry", "web-1.0.0", "--from", "api/v1.0.0", "--all")
    #expect(named.output.contains("Backup"), "\(named.output)\(named.error)")
  }

  @Test func `a release is pushed under its package's name, beside a remote's`() async throws {
    let test = try project()
    let server = try test.bare()
    #expect(await test.deed("cut", "--push", "origin", "api/v1.0.0").code == 0)
    #expect(await test.deed("cut", "web-1.0.0", "--push", server.path).code == 0)
    #expect(try server.git("tag") == "api/v1.0.0\nweb-1.0.0")
    let again = await test.deed("cut", "--package", "api", "--auto", "--push")
    #expect(again.code == 1 && again.error.contains("nothing to release"), "\(again.error)")
  }

  @Test func `a tag that leaves no room for a package's is said before anything is made`()
    async throws
  {
    let test = try project()
    try test.git("tag", "api")
    let cut = await test.deed("cut", "api/v1.0.0")
    #expect(cut.code == 1 && cut.error.contains("the tag api leaves no room for api/v1.0.0"))
    try test.git("tag", "-d", "api")
    try test.git("tag", "api/v1.0.0/x")
    let other = await test.deed("cut", "api/v1.0.0")
    #expect(other.code == 1 && other.error.contains("the tag api/v1.0.0/x leaves no room"))
  }

  @Test func `a package that was none yet is told by today's rules`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["api/a": "a", "b": "b"])
    try test.git("tag", "api/v1.0.0")
    try test.commit("feat: packages", files: ["deed.toml": "[packages.api]\n"])
    for words in [["api/v1.0.0"], ["--package", "api", "1.0.0"]] {
      let notes = await test.deed(["notes"] + words)
      #expect(notes.output.hasPrefix("## api/v1.0.0\n"), "\(notes.error)")
    }
    #expect(await test.deed("status", "api/v1.0.0").output.hasPrefix("api/v1.0.0  "))
  }
}

extension String {
  fileprivate func components(of part: String) -> Int { ranges(of: part).count }

  @Test(arguments: [
    #"paths = ["service/api"]"#, #"paths = ["services\\api"]"#,
    "paths = [\"services\"]\nexclude = [\"services/*\"]",
  ])
  func `a package of which nothing is there is told as that`(rules: String) async throws {
    let test = try TestRepository()
    let policy = "[packages.api]\n\(rules)\n"
    try test.commit("feat: begin", files: ["services/api/a": "a", "deed.toml": policy])
    try test.git("tag", "api/v1.0.0")
    let id = try test.commit("feat: more", files: ["services/api/a": "b"])
    for words in [
      ["next", "--package", "api"], ["notes", "--package", "api"], ["notes", "api/v1.1.0"],
      ["notes", "--all", "--package", "api"], ["changelog", "--package", "api", "-o", "-"],
      ["changelog", "api/v1.1.0", "-o", "-"], ["cut", "api/v1.1.0"],
      ["cut", "--auto", "--package", "api"],
    ] {
      let ran = await test.deed(words)
      #expect(ran.code == 1 && ran.output.isEmpty, "\(words): \(ran.error)")
      #expect(ran.error.contains("there is nothing of the package api in \(id.short), at service"))
    }
    #expect(try test.git("tag") == "api/v1.0.0")
    try test.commit("fix: rules", files: ["deed.toml": "[packages.api]\npaths = [\"services\"]\n"])
    #expect(await test.deed("next", "--package", "api", "-q").output == "api/v1.1.0\n")
  }
}
