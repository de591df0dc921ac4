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
    try test.git("push", "--quiet", "origin", "refs/notes/deed/deployments")
  }

  private func refusal(_ tag: String, _ test: TestRepository) throws -> String {
    let pushed = try test.run(["push", "origin", tag])
    #expect(pushed.status != 0)
    return pushed.error
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
    #expect(refused.contains("(deed of a newer version)"))
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

  @Test func `a made-up record under another prefix sets no bar on a server`() async throws {
    let team = try GuardedTeam()
    try await team.release("v1.0.0")
    let test = team.minsu
    #expect(await test.deed("sync", "--pull").code == 0)
    try test.commit("chore: lower", files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    try test.forgeTagRecord(of: "x-1.0.0", prefix: "x-")
    #expect(try team.push(test, "main", "refs/notes/deed/deployments") == nil)
    try test.commit(
      "chore: rename",
      files: ["deed.toml": "[approvals]\nrequired = 0\n[tags]\nprefix = \"rel-\"\n"])
    try test.git("tag", "-a", "-m", "evil", "rel-1.0.0")
    let said = try team.push(test, "main", "rel-1.0.0")
    #expect(said?.contains("signoffs 0 of 2") ?? false, "\(said ?? "taken")")
  }
}
