import Release
import TestSupport
import Testing

@testable import Deed

/// Records of releases that nobody cut, and what they do to those that somebody did.
@Suite struct FloorForgeryTests {
  private static let policy = """
    required = 1
    signers = ".deed/signers"
    [tags]
    require = ["production"]
    """

  /// A release by Hanako, and a commit after it.
  private func released() async throws -> SignedProject {
    let project = try SignedProject(policy: Self.policy)
    try await cut("v0.1.0", project)
    try project.test.commit("feat: more")
    return project
  }

  private func cut(_ version: String, _ project: SignedProject) async throws {
    #expect(await project.deed("hanako", "approve", version, "-q").code == 0)
    let ran = await project.deed("hanako", "cut", version, "--sign", "-q")
    #expect(ran.code == 0, "\(ran.error)")
  }

  /// Records that a release was cut on a branch where Mallory's key is Hanako's.
  private func forge(_ version: String, in project: SignedProject) throws {
    let test = project.test
    try test.git("switch", "--quiet", "--create", "side")
    try test.commit(
      "chore: the list",
      files: [".deed/signers": try project.signers(["mallory": "hanako@example.com"])])
    try test.forgeTagRecord(of: version, prefix: "v")
    try test.git("switch", "--quiet", "main")
  }

  @Test func `a record without its tag makes nobody's keys count`() async throws {
    let project = try await released()
    try forge("v0.1.1", in: project)
    let approved = await project.deed("mallory", "approve", "v0.2.0", "-q")
    #expect(approved.output.contains("0 of 1"), "\(approved.output)\(approved.error)")
    let cut = await project.deed("mallory", "cut", "v0.2.0", "--sign")
    #expect(cut.code == 1, "\(cut.error)")
    try project.test.git("tag", "-a", "-m", "evil", "v0.2.0")
    try project.test.forgeTagRecord(of: "v0.2.0", prefix: "v", object: "v0.2.0")
    let verified = await project.deed(nil, "verify", "v0.2.0")
    #expect(verified.code == 1, "\(verified.output)")
    #expect(verified.output.contains("who signed is not proven"), "\(verified.output)")
    #expect(verified.output.contains("  · production: Hanako Sato"), "\(verified.output)")
  }

  @Test(arguments: ["v0.0.9", "v0.1.1", "v0.2.5"], [false, true])
  func `a record without its tag stops no release that it did not come before`(
    _ forged: String, isGone: Bool
  ) async throws {
    let project = try await released()
    let test = project.test
    try forge(forged, in: project)
    if isGone {
      try test.git("branch", "--quiet", "-D", "side")
      try test.git("reflog", "expire", "--expire=now", "--all")
      try test.git("gc", "--quiet", "--prune=now")
    }
    try await cut("v0.2.0", project)
    for release in ["v0.1.0", "v0.2.0"] {
      let verified = await project.deed(nil, "verify", release)
      #expect(verified.code == 0, "\(verified.output)")
      #expect(verified.output.contains("who signed is proven by their keys\n"))
    }
    try test.commit("feat: yet more")
    try await cut("v0.3.0", project)
  }

  @Test func `a record without its tag, in the history, leaves the floor to its tag`() async throws
  {
    let project = try await released()
    let test = project.test
    try test.forgeTagRecord(of: "v0.1.1", prefix: "v")
    try test.commit("feat: yet more")
    let status = await project.deed(nil, "status", "v0.2.0")
    #expect(status.code == 2, "\(status.output)")
    let line = status.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(line.contains("the floor: v0.1.1 was cut before (by Kim Min-su, "), "\(line)")
    #expect(line.contains("and its tag is not here"))
    let cut = await project.deed("hanako", "cut", "v0.2.0", "--sign")
    #expect(cut.code == 2 && cut.error.contains("git fetch --tags"), "\(cut.error)")
    #expect(await project.deed(nil, "verify", "v0.1.0").code == 0, "it came before")
  }
}
