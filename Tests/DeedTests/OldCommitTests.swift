import Release
import TestSupport
import Testing

@testable import Deed

/// Old commits, old tags and old keys, by which somebody wants to have been there before the others.
@Suite struct OldCommitTests: LineageLab {
  private let minsu = TestRepository.minsu
  private let mallory = Person(name: "Mallory", email: "mallory@example.com")

  private static let packages = "\n[packages.api]\npaths = [\"api\"]\n"

  /// Mallory's list came with a branch, was taken back there, and the branch merged, before v1.0.0.
  private func merged() async throws -> (project: SignedProject, list: ObjectID) {
    let project = try SignedProject(policy: Self.rules + Self.packages)
    let test = project.test
    let genuine = try project.signers(["hanako": "hanako@example.com"])
    try test.git("switch", "--quiet", "--create", "pr")
    try test.commit(
      "feat: try", files: [".deed/signers": try project.signers(["mallory": "hanako@example.com"])])
    let list = try test.id("HEAD")
    try test.commit("feat: useful", files: [".deed/signers": genuine])
    try test.git("switch", "--quiet", "main")
    try test.git("merge", "--quiet", "--no-ff", "-m", "Merge pr", "pr")
    try await cut("v1.0.0", project)
    return (project, list)
  }

  @Test(arguments: [("api/v0.0.1", "api/v1.0.0", false), ("v0.1.0", "v0.1.1", true)])
  func `a list that was merged long ago lets in nobody`(
    first: String, next: String, isJoined: Bool
  ) async throws {
    let (project, list) = try await merged()
    let test = project.test
    try test.git("switch", "--quiet", "--detach", "\(list)")
    _ = await project.deed("mallory", "approve", first, "-q")
    let genuine = try test.id("refs/notes/deed/deployments")
    if isJoined { try forget(project) }
    try tag(first, in: project)
    if isJoined {
      let forged = try test.id("refs/notes/deed/deployments")
      try test.git("update-ref", "refs/notes/deed/deployments", "\(genuine)")
      try test.git(
        "notes", "--ref", "deed/deployments", "merge", "-s", "cat_sort_uniq", "\(forged)")
    }
    let said = isJoined ? "was there first cannot be told" : "signoffs: 0 of 1"
    let verified = await project.deed(nil, "verify", first)
    expectHeld(verified, code: isJoined ? 2 : 1, said)
    if !isJoined { try test.git("switch", "--quiet", "main") }
    let taken = try await takeOver(next, project)
    #expect(taken.code != 0 && !words(taken).contains("is proven by"), "\(words(taken))")
  }

  @Test(arguments: ["nameless", "unreadable", "elsewhere"])
  func `an old tag and a line of anybody's put no later release in doubt`(line: String) async throws
  {
    let project = try SignedProject(policy: Self.rules)
    let test = project.test
    try test.git("tag", "-a", "-m", "before deed", "v0.9.0")
    try test.commit("feat: begin")
    try await cut("v1.0.0", project)
    try test.commit("feat: more")
    try await cut("v1.1.0", project)
    let id = try test.id("v0.9.0^{commit}")
    switch line {
    case "elsewhere":
      try test.commit("feat: z")
      try test.forgeTagRecord(of: "v0.9.0", prefix: "v")
    default:
      let name = line == "nameless" ? "" : "\"release\":\"v0.9.0\","
      let text =
        "{\"at\":\"2026-01-01T00:00:00.000Z\",\"body\":{\"x\":1},\"by\":\"Mallory <m@example.com>\","
        + "\"commit\":\"\(id)\",\"kind\":\"tag\",\(name)\"v\":2}"
      try project.append(Array(text.utf8), to: "deployments", at: "v0.9.0")
    }
    for release in ["v1.0.0", "v1.1.0"] {
      let verified = await project.deed(nil, "verify", release)
      #expect(verified.code == 0, "\(words(verified))")
    }
    try test.commit("feat: yet more")
    try await cut("v1.2.0", project)
  }

  @Test(arguments: [false, true])
  func `what an OpenPGP key let in sets the bar when that key has ended`(
    isRevoked: Bool
  ) async throws {
    let project = try SignedProject([:], policy: Self.rules, hasOpenPGP: true)
    let test = project.test
    func openPGP(_ index: Int) -> [(String, String)] {
      [("gpg.format", "openpgp"), ("user.signingkey", project.fingerprints[index])]
    }
    func cut(_ version: String) async {
      let approved = await project.deed(nil, "approve", version, "-q", with: openPGP(0))
      #expect(approved.code == 0, "\(words(approved))")
      let ran = await project.deed(nil, "cut", version, "--sign", "-q", with: openPGP(0))
      #expect(ran.code == 0, "\(words(ran))")
    }
    await cut("v1.0.0")
    let list = "hanako@example.com openpgp4fpr:\(project.fingerprints[0])\n"
    try test.commit("chore: Min-su leaves", files: [".deed/signers": list])
    await cut("v1.1.0")
    try test.commit("feat: more")
    let later = try project.endOpenPGPKey(0, at: "20260601T000000", seenFrom: "20270101T000000")
    if isRevoked { try project.revokeOpenPGPKey(0) }
    let approved = await project.deed(
      nil, as: minsu, "approve", "v1.2.0", "-q", with: openPGP(1) + [("gpg.program", later)])
    let state = isRevoked ? "unknown" : "unmet"
    #expect(words(approved).contains("sign-offs \(state): 0 of 1"), "\(words(approved))")
    guard !isRevoked else { return }
    let status = await project.deed(nil, "status", "v1.2.0", with: [("gpg.program", later)])
    #expect(words(status).contains("approvals at least as in v1.1.0"), "\(words(status))")
  }

  @Test func `an author of an old commit has a hand in it, whatever came of it`() async throws {
    let project = try SignedProject(
      policy: Self.rules.replacing("required = 1", with: "required = 1\nindependent = 1"))
    let test = project.test
    let hole = try test.id("HEAD")
    try test.as(minsu).commit("fix: hole")
    try tag("v1.0.0", in: project)
    try test.git("switch", "--quiet", "--detach", "\(hole)")
    let ran = await project.deed("hanako", "approve", "v1.1.0", "-q")
    #expect(words(ran).contains("sign-offs unmet"), "\(words(ran))")
  }
}
