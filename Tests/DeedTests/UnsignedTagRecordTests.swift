import Release
import TestSupport
import Testing

@testable import Deed

/// Records of releases that nobody cut, where tags have to be signed, and their records with them.
@Suite struct UnsignedTagRecordTests {
  private static let policy = """
    required = 1
    signers = ".deed/signers"
    [tags]
    require = ["production"]
    sign = "always"
    """

  private func released(_ policy: String = policy) async throws -> SignedProject {
    let project = try SignedProject(policy: policy)
    try await cut("v0.1.0", project)
    return project
  }

  private func cut(_ version: String, _ project: SignedProject, _ options: String...) async throws {
    #expect(await project.deed("hanako", "approve", version, "-q").code == 0)
    let ran = await project.deed("hanako", ["cut", version, "-q"] + options)
    #expect(ran.code == 0, "\(ran.error)")
  }

  private func words(_ ran: Ran) -> String {
    (ran.output + " " + ran.error).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A record in Hanako's name that she did not make.
  private func forge(
    _ release: String, at commit: String, object: String, in project: SignedProject,
    signedBy key: String? = nil, replacing replaced: [RecordID] = []
  ) async throws {
    try project.write(
      .tag(object: try project.test.id(object)), of: release, at: commit,
      by: TestRepository.hanako, signedBy: key, replacing: replaced)
  }

  @Test(arguments: [nil, "mallory"])
  func `a tag record that had to be signed and is not stops nobody`(_ key: String?) async throws {
    let project = try await released()
    let test = project.test
    try test.commit("feat: more")
    try await forge("v0.1.1", at: "HEAD", object: "HEAD", in: project, signedBy: key)
    // On a commit from before the last release, too.
    try await forge("v0.1.2", at: "v0.1.0^{}", object: "HEAD", in: project, signedBy: key)
    // And of the release that is to come.
    try await forge("v0.2.0", at: "v0.1.0^{}", object: "HEAD", in: project, signedBy: key)
    try test.commit("feat: yet more")
    let status = await project.deed(nil, "status", "v0.2.0")
    #expect(status.code == 1 && words(status).contains("next: deed approve"), "\(status.output)")
    try await cut("v0.2.0", project)
    let verified = await project.deed(nil, "verify", "v0.2.0")
    #expect(verified.code == 0, "\(verified.output)")
    let said = words(verified)
    #expect(
      said.contains("! that v0.1.1 was cut at") && said.contains("that v0.1.2 was"), "\(said)")
    let json = await project.deed(nil, "verify", "v0.2.0", "--format", "json")
    #expect(json.output.contains("\"tag-record-void\""), "\(json.output)")
    #expect(!said.contains("that v0.2.0 was cut"), "the cut replaced it: \(said)")
    #expect(said.contains("they cut it again where it was, with --sign"), "\(said)")
    #expect(!said.contains("deed cut"), "a forger's commit is no advice: \(said)")
  }

  @Test func `an unsigned record neither disagrees with the tag nor takes its record's place`()
    async throws
  {
    let project = try await released()
    let test = project.test
    _ = try test.bare()
    try test.git("push", "--quiet", "origin", "v0.1.0")
    #expect(await project.deed(nil, "sync").code == 0)
    let line = try #require(try test.records("deployments").first)
    let parsed = LedgerLine(parsing: Array(line.utf8))
    let genuine = try #require(
      { () -> Record? in
        if case .record(let record) = parsed { record } else { nil }
      }())
    try test.commit("feat: more")
    try await forge(
      "v0.1.0", at: "HEAD", object: "HEAD", in: project, replacing: [genuine.id])
    let verified = await project.deed(nil, "verify", "v0.1.0")
    #expect(verified.code == 0, "\(verified.output)")
    #expect(words(verified).contains("cut by Hanako Sato"), "\(verified.output)")
    #expect(words(verified).contains("it counts for nothing"), "\(verified.output)")
    // A tag moved to it, with that record beside it, is moved all the same.
    try test.git("tag", "-f", "-a", "-m", "evil", "v0.1.0")
    try await forge(
      "v0.1.0", at: "HEAD", object: "v0.1.0", in: project, replacing: [genuine.id])
    let moved = await project.deed(nil, "verify", "v0.1.0")
    #expect(moved.code == 1 && words(moved).contains("the one that Hanako Sato cut is"))
    try test.git("fetch", "--quiet", "--force", "origin", "tag", "v0.1.0")
    // Whoever cut it says so again, and it is told no more.
    try test.git("switch", "--quiet", "--detach", "v0.1.0")
    let again = await project.deed("hanako", "cut", "v0.1.0", "--commit", "HEAD", "--push")
    #expect(again.code == 0, "\(again.error)")
    let settled = await project.deed(nil, "verify", "v0.1.0")
    #expect(
      settled.code == 0 && !words(settled).contains("counts for nothing"), "\(settled.output)")
  }

  @Test func `a record from before tags had to be signed still sets the bar`() async throws {
    let project = try SignedProject(policy: "required = 1\nsigners = \".deed/signers\"")
    let test = project.test
    try await cut("v0.1.0", project, "--no-sign")
    // As a forger would, to have it forgotten: the rule comes later, and the tag is not here.
    try test.commit("feat: more", files: ["deed.toml": "[tags]\nsign = \"always\"\n"])
    try test.git("tag", "-d", "v0.1.0")
    let status = await project.deed(nil, "status", "v0.2.0")
    #expect(words(status).contains("the floor: v0.1.0 was cut before"), "\(status.output)")
  }

  @Test func `a release of somebody's own branch makes no others' records void`() async throws {
    let project = try SignedProject(policy: "required = 1\nsigners = \".deed/signers\"")
    let test = project.test
    try await cut("v0.2.0", project, "--no-sign")
    try test.git("switch", "--quiet", "--create", "side")
    try test.commit("chore: rules", files: ["deed.toml": "[tags]\nsign = \"always\"\n"])
    try test.git("tag", "-a", "-m", "evil", "v0.1.9")
    try await forge("v0.1.9", at: "HEAD", object: "v0.1.9", in: project)
    try test.git("switch", "--quiet", "main")
    try test.git("tag", "-d", "v0.2.0")
    try test.commit("feat: more")
    let status = await project.deed(nil, "status", "v0.3.0")
    #expect(words(status).contains("v0.2.0 was cut before"), "\(status.output)")
  }
}
