import Release
import TestSupport
import Testing

@testable import Deed

/// What a server says where a record leaves in doubt what a release is held to.
@Suite struct HookDoubtTests {
  private static let strict = "signers = \".deed/signers\"\n[tags]\nsign = \"always\""
  private static let loose = "[approvals]\nsigned = true\nsigners = \".deed/signers\"\n"

  /// A release that had to be signed is on a server with the hook, and its policy has been weakened
  /// since.
  private func project() async throws -> SignedProject {
    let project = try SignedProject(policy: Self.strict)
    let test = project.test
    _ = try test.guardedServer()
    let cut = await project.deed("hanako", "cut", "v0.1.0", "--push")
    try #require(cut.code == 0, "\(cut.error)")
    try test.commit("feat: more", files: ["deed.toml": Self.loose])
    try test.git("push", "--quiet", "origin", "main")
    return project
  }

  /// Pushes the record of v0.1.0 once more, as one of a version to come that speaks of another
  /// release, or of nobody knows which.
  private func pushUnreadable(_ release: String?, _ test: TestRepository) throws {
    let line = try test.git("notes", "--ref", "deed/deployments", "show", "v0.1.0^{}")
    let member = release.map { "\"release\":\"\($0)\"" } ?? "\"released\":\"v0.1.0\""
    let unreadable =
      line.replacing("\"release\":\"v0.1.0\"", with: member).replacing("\"v\":1", with: "\"v\":2")
    try #require(unreadable != line)
    try test.git(
      ["notes", "--ref", "deed/deployments", "add", "-f", "-F", "-", "v0.1.0^{}"],
      input: Array("\(line)\n\(unreadable)\n".utf8))
    try test.plant()
  }

  private func refusal(_ tag: String, _ test: TestRepository) throws -> String {
    let pushed = try test.run(["push", "origin", tag])
    #expect(pushed.status != 0)
    return pushed.unwrapped
  }

  @Test(arguments: ["v0.1.5", "v0.1.0", nil])
  func `a record that nobody can read, of a tag that was never let in, hides no floor`(
    _ release: String?
  ) async throws {
    let project = try await project()
    let test = project.test
    try test.git("tag", "-a", "-m", "two", "v0.2.0")
    let why = "the tag is not signed, and deed.toml of v0.1.0 wants it to be"
    #expect(try refusal("v0.2.0", test).contains(why))
    try pushUnreadable(release, test)
    let refused = try refusal("v0.2.0", test)
    #expect(refused.contains(why), "\(refused)")
    // Nor does it keep out what is right.
    try test.git([
      "-c", "gpg.format=ssh", "-c", "user.signingkey=\(test.directory)/hanako", "tag", "-f", "-s",
      "-m", "two", "v0.2.0",
    ])
    try test.git("push", "--quiet", "origin", "v0.2.0")
  }

  @Test func `a lower release has to have known the higher one that is there`() async throws {
    let project = try SignedProject(
      policy: "required = 1\nsigners = \".deed/signers\"\n[tags]\nrequire = [\"production\"]")
    let test = project.test
    _ = try test.guardedServer()
    for version in ["v0.1.0", "v0.3.0"] {
      #expect(await project.deed("hanako", "approve", version, "-q").code == 0)
      let ran = await project.deed("hanako", "cut", version, "--push", "-q")
      try #require(ran.code == 0, "\(ran.error)")
      try test.commit("feat: more")
    }
    try test.git("switch", "--quiet", "--create", "release/0.1", "v0.1.0")
    try test.commit("fix: x")
    #expect(await project.deed("hanako", "approve", "v0.1.1", "-q", "--push").code == 0)
    try test.git("tag", "-a", "-m", "one", "v0.1.1")
    #expect(
      try refusal("v0.1.1", test).contains(
        "v0.1.1: the ledgers that it names do not have the record of v0.3.0, which is here already")
    )
    // The printed command mends it.
    try test.git("tag", "-d", "v0.1.1")
    let ran = await project.deed("hanako", "cut", "v0.1.1", "--push", "-q")
    #expect(ran.code == 0, "\(ran.error)")
  }

  @Test func `where the floor cannot be told nothing goes unsigned, and no tag to a server`()
    async throws
  {
    let project = try await project()
    let test = project.test
    try test.git([
      "-c", "gpg.format=ssh", "-c", "user.signingkey=\(test.directory)/hanako", "tag", "-s",
      "-m", "patch", "v0.1.5",
    ])
    try test.git("push", "--quiet", "origin", "v0.1.5")
    try pushUnreadable("v0.1.5", test)
    try test.commit("feat: and more")
    try test.git("push", "--quiet", "origin", "main")
    let why = "a tag record of v0.1.5 says what this version of deed does not know"
    for command in ["cut", "go"] {
      let ran = await project.deed(
        "hanako",
        [command, "v0.2.0", "--no-sign"]
          + (command == "go" ? ["--break-glass", "--until", "4h", "-m", "x"] : []))
      #expect(ran.code == 2, "\(ran.error)")
      let said = ran.error.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(said.contains("has to be signed cannot be told: the floor: \(why)"), "\(said)")
      #expect(said.contains("leave out --no-sign"))
    }
    try test.git("tag", "-a", "-m", "two", "v0.2.0")
    let refused = try refusal("v0.2.0", test)
    #expect(refused.contains("- v0.2.0: policy cannot be told: the floor: \(why)"), "\(refused)")
    #expect(refused.contains("  hint: install a newer deed"))
    #expect(refused.contains("whether the tag has to be signed cannot be told"))
    let verified = await project.deed(nil, "verify", "v0.2.0", "--format", "json")
    #expect(verified.output.contains("tag-signature-unknown"), "\(verified.output)")
  }

  @Test func `a reject that cannot be judged stops a tag as one that counts`() async throws {
    let project = try await project()
    let test = project.test
    let reject = await project.deed(
      "minsu", as: TestRepository.minsu, "reject", "v0.2.0", "-m", "no", "--push", "-q")
    #expect(reject.code == 0, "\(reject.error)")
    let tag = [
      "-c", "gpg.format=ssh", "-c", "user.signingkey=\(test.directory)/hanako", "tag", "-f", "-s",
      "-m", "two",
    ]
    try test.git(tag + ["v0.2.0"])
    #expect(try refusal("v0.2.0", test).contains("signoffs 0 of 2; Kim Min-su rejects"))
    try test.git(tag + ["v0.1.5", "v0.1.0^{}"])
    try test.git("push", "--quiet", "origin", "v0.1.5")
    try pushUnreadable("v0.1.5", test)
    let refused = try refusal("v0.2.0", test)
    #expect(
      refused.contains("Kim Min-su rejects, and whether that counts cannot be told"), "\(refused)")
  }

  /// The line of a sign-off that stands, as one of which a later deed says more.
  @Test(arguments: [
    ("\"v\":1", "\"v\":2"), ("\"approve\"", "\"abstain\""),
    ("\"kind\":\"signoff\",", "\"kind\":\"decision\","),
  ])
  func `what may be a no and cannot be read stops a tag, though nothing is required`(
    _ known: String, _ unknown: String
  ) async throws {
    let team = try GuardedTeam(policy: "[environments.staging]\n[environments.production]\n")
    let test = team.hanako
    #expect(await test.deed("approve", "v1.0.0", "-e", "staging", "-q", "--push").code == 0)
    let line = try #require(try test.records("signoffs").first)
    var other = line.replacing(known, with: unknown)
    if unknown.contains("decision") { other.replace("\"v\":1", with: "\"v\":2") }
    try #require(other != line)
    try test.git("notes", "--ref", "deed/signoffs", "append", "-m", other)
    try test.git("tag", "-a", "-m", "one", "v1.0.0")
    let said = try team.push(test, "v1.0.0", "refs/notes/deed/signoffs")
    let why = " may say no, and that cannot be told: record "
    #expect(said?.contains("- v1.0.0: staging: a ") ?? false, "\(said ?? "taken")")
    #expect(said?.contains(why) ?? false, "\(said ?? "taken")")
    // Nor does cut make one.
    try test.git("tag", "-d", "v1.0.0")
    let cut = await test.deed("cut", "v1.0.0")
    let words = cut.error.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(cut.code == 2 && words.contains(why), "\(cut.error)")
  }

  @Test func `what is no record, or of a kind to come, says nobody's no`() async throws {
    let team = try GuardedTeam(policy: "")
    let test = team.hanako
    #expect(await test.deed("approve", "v1.0.0", "-q", "--push").code == 0)
    let line = try #require(try test.records("signoffs").first)
    try test.git("tag", "-a", "-m", "one", "v1.0.0")
    // Nothing writes such a line; where it stood before the hook, it is told of and counts for nothing.
    try test.git(
      "notes", "--ref", "deed/signoffs", "append", "-m", line.replacing("\"at\"", with: "\"au\""))
    let said = try team.push(test, "v1.0.0", "refs/notes/deed/signoffs")
    #expect(said?.contains("is not a record") ?? false, "\(said ?? "taken")")
    try test.git(
      "update-ref", "refs/notes/deed/signoffs",
      try team.server.git("rev-parse", "refs/notes/deed/signoffs"))
    try test.git(
      "notes", "--ref", "deed/signoffs", "append", "-m",
      line.replacing("\"signoff\"", with: "\"veto\""))
    #expect(try team.push(test, "v1.0.0", "refs/notes/deed/signoffs") == nil)
  }

  @Test func `a reject that went missing before the hook came stops a tag until it is back`()
    async throws
  {
    let team = try GuardedTeam(policy: "")
    let test = team.minsu
    #expect(await test.deed("reject", "v1.0.0", "-m", "no", "-q", "--push").code == 0)
    try team.server.git("notes", "--ref", "deed/signoffs", "remove", "\(try test.id("HEAD"))")
    try team.hanako.git("tag", "-a", "-m", "one", "v1.0.0")
    let said = try team.push(team.hanako, "v1.0.0")
    #expect(
      said == """
        deed: nothing of this push was taken:
        - v1.0.0: ledger signoffs: its tip lacks 1 record of its history
          hint: deed sync
        """)
    #expect(await test.deed("sync").code == 0)
    let back = try team.push(team.hanako, "v1.0.0")
    #expect(back?.contains("Kim Min-su rejects") ?? false, "\(back ?? "taken")")
  }

  @Test func `a record under another prefix that nobody can read hides no floor`() async throws {
    let team = try GuardedTeam(policy: "[approvals]\nrequired = 0\n")
    let test = team.hanako
    // x-1.0.0 was let in, and whether anything came between is not known here.
    let packages = "[packages.x]\nprefix = \"x-\"\npaths = [\"x\"]\n"
    try test.commit("feat: x", files: ["deed.toml": packages, "x/main.c": "int x;\n"])
    try test.git("push", "--quiet", "origin", "main")
    for person in [test, test.as(TestRepository.minsu)] {
      #expect(await person.deed("approve", "x-1.0.0", "-q", "--push").code == 0)
    }
    let cut = await test.deed("cut", "x-1.0.0", "--push", "-q")
    try #require(cut.code == 0, "\(cut.error)")
    let line = try #require(try test.records("deployments").first)
    try test.commit(
      "chore: lower", files: ["deed.toml": packages + "[approvals]\nrequired = 0\n"])
    let here = line.replacing("\(try test.id("HEAD~1"))", with: "\(try test.id("HEAD"))")
      .replacing("x-1.0.0", with: "x-2.0.0").replacing("\"v\":1", with: "\"v\":2")
    try test.git("notes", "--ref", "deed/deployments", "append", "-m", here)
    try test.commit("chore: go on")
    let status = await test.deed("status", "v1.0.0")
    #expect(status.code == 2, "\(status.output)")
    let words = status.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("the floor: a tag record of x-2.0.0 says what this"), "\(words)")
    // A server knows that there is no such release, until its tag is let in.
    try test.git("tag", "-a", "-m", "one", "v1.0.0")
    let ledger = "refs/notes/deed/deployments"
    let refused = try team.push(test, "v1.0.0:refs/tags/later", ledger)
    #expect(refused?.contains("records say that x-2.0.0 was cut, and no such tag") ?? false)
    try test.plant()
    #expect(try team.push(test, "v1.0.0:refs/tags/later") == nil)
    let zero = String(repeating: "0", count: 40)
    let judged = await team.server.deed(
      ["hook", "pre-receive"], input: "\(zero) \(try test.id("v1.0.0")) refs/tags/v1.0.0\n")
    #expect(judged.code == 0, "\(judged.error)")
    try test.git("tag", "-a", "-m", "two", "x-2.0.0", "HEAD~1")
    #expect(try team.push(test, "x-2.0.0") == nil)
    let said = try team.push(test, "v1.0.0")
    #expect(
      said?.contains("policy cannot be told: the floor: a tag record of x-2.0.0") ?? false,
      "\(said ?? "taken")")
  }

  @Test func `a made-up record under another prefix sets no bar on a server`() async throws {
    let team = try GuardedTeam()
    try await team.release("v1.0.0")
    let test = team.minsu
    #expect(await test.deed("sync", "--pull").code == 0)
    try test.commit("chore: lower", files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    try test.forgeTagRecord(of: "x-1.0.0", prefix: "x-")
    #expect(try team.push(test, "main", "refs/notes/deed/deployments") != nil)
    try test.plant()
    #expect(try team.push(test, "main") == nil)
    try test.commit(
      "chore: rename",
      files: ["deed.toml": "[approvals]\nrequired = 0\n[tags]\nprefix = \"rel-\"\n"])
    try test.git("tag", "-a", "-m", "evil", "rel-1.0.0")
    let said = try team.push(test, "main", "rel-1.0.0")
    #expect(said?.contains("signoffs 0 of 2") ?? false, "\(said ?? "taken")")
  }
}
