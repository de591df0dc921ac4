import Release
import TestSupport
import Testing

@testable import Deed

/// Releases that look for a lower bar than the one before: without an environment, in an old line, under
/// another name, or by a go of their own.
@Suite struct LowerBarTests: LineageLab {
  private let mallory = Person(name: "Mallory", email: "mallory@example.com")

  /// v1.0.0 asked for nothing, v2.0.0 asks for signed approvals.
  private func begun() async throws -> SignedProject {
    let project = try SignedProject(files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    #expect(await project.deed("hanako", "cut", "v1.0.0", "-q").code == 0)
    try project.test.commit("feat: signed", files: ["deed.toml": Self.policy])
    try await cut("v2.0.0", project)
    return project
  }

  @Test func `an environment that is removed leaves its approvals to those that stay`() async throws
  {
    let both = """
      [approvals]
      signed = true
      signers = ".deed/signers"
      [tags]
      require = ["production"]
      [environments.staging]
      approvals.required = 0
      [environments.production]
      approvals.required = 1

      """
    let project = try SignedProject(files: ["deed.toml": both])
    let test = project.test
    #expect(await project.deed("hanako", "approve", "v1.0.0", "-e", "production", "-q").code == 0)
    #expect(await project.deed("hanako", "cut", "v1.0.0", "--sign", "-q").code == 0)
    let less = both.split(separator: "\n").dropLast(2).joined(separator: "\n").replacing(
      "\"production\"", with: "\"staging\"")
    try carry("v1.1.0", in: project, files: ["deed.toml": less + "\n"])
    let verified = await project.deed(nil, "verify", "v1.1.0")
    #expect(
      verified.code == 1 && words(verified).contains("staging: signoffs: 0 of 1"),
      "\(words(verified))")
    try test.commit("feat: back", files: ["deed.toml": both])
    expectHeld(try await takeOver("v1.2.0", project), code: 1, "signoffs: 0 of 1")
  }

  @Test(arguments: ["prefix = \"r\"\n", "\n[packages.api]\npaths = [\"**\"]\n"])
  func `an old line brings no name of its own`(rules: String) async throws {
    let project = try await begun()
    let test = project.test
    let (first, next) = rules.hasPrefix("p") ? ("r3.0.0", "r3.1.0") : ("api/v0.0.1", "api/v0.0.2")
    try test.git("switch", "--quiet", "--create", "side", "v1.0.0")
    try carry(first, in: project, files: ["deed.toml": Self.policy + rules])
    let verified = await project.deed(nil, "verify", first)
    #expect(
      verified.code == 1 && words(verified).contains("signoffs: 0 of 1"), "\(words(verified))")
    expectHeld(try await takeOver(next, project), code: 1, "signoffs: 0 of 1")
  }

  @Test(arguments: [false, true])
  func `a release that is put before the first one is held to it`(isJoined: Bool) async throws {
    let project = try SignedProject(files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    let test = project.test
    let root = try test.id("HEAD")
    try test.commit("feat: signed", files: ["deed.toml": Self.policy])
    try await cut("v1.0.0", project)
    try test.git("switch", "--quiet", "--detach", "\(root)")
    if isJoined {
      try test.git("tag", "-a", "-m", "old", "v0.1.0")
      let ref = "refs/notes/deed/deployments"
      let genuine = try test.id(ref)
      try forget(project)
      try test.forgeTagRecord(of: "v0.1.0", prefix: "v", object: "v0.1.0")
      let forged = try test.id(ref)
      try test.git("update-ref", ref, "\(genuine)")
      try test.git(
        "notes", "--ref", "deed/deployments", "merge", "-s", "cat_sort_uniq", "\(forged)")
    } else {
      try tag("v0.1.0", in: project)
    }
    let verified = await project.deed(nil, "verify", "v0.1.0")
    #expect(verified.code == (isJoined ? 2 : 1), "\(words(verified))")
    try carry("v0.1.1", in: project, files: ["deed.toml": Self.policy])
    let next = try await takeOver("v0.1.2", project)
    #expect(next.code != 0 && !words(next).contains("is proven by their keys"), "\(words(next))")
    // The first one is what it was, where the ledger tells.
    #expect(await project.deed(nil, "verify", "v1.0.0").code == (isJoined ? 2 : 0))
  }

  @Test func `a prefix that was given up before anything was signed is no lower bar`() async throws
  {
    let project = try SignedProject(
      files: ["deed.toml": "[approvals]\nrequired = 0\n[tags]\nprefix = \"release-\"\n"])
    let test = project.test
    #expect(await project.deed("hanako", "cut", "release-1.0.0", "-q").code == 0)
    try test.commit("feat: signed", files: ["deed.toml": Self.policy])
    try await cut("v2.0.0", project)
    try test.git("switch", "--quiet", "--create", "side", "release-1.0.0")
    try carry(
      "api/v1.0.0", in: project,
      files: ["deed.toml": Self.policy + "\n[packages.api]\npaths = [\"**\"]\n"])
    let verified = await project.deed(nil, "verify", "api/v1.0.0")
    #expect(
      verified.code == 1 && words(verified).contains("signoffs: 0 of 1"), "\(words(verified))")
  }

  @Test func `a go of one's own lowers no bar for a history of one's own`() async throws {
    let project = try await released()
    let test = project.test
    try test.git("switch", "--quiet", "--orphan", "mine")
    try test.commit(
      "feat: mine",
      files: [
        "deed.toml": "[approvals]\nrequired = 0\n[tags]\nprefix = \"r\"\nbranches = [\"*\"]\n"
      ])
    try tag("r3.0.0", in: project)
    let record = try #require(
      try test.records("deployments").lazy.map { LedgerLine(parsing: Array($0.utf8)) }.compactMap {
        line -> Record? in
        guard case .record(let record) = line, record.release == "r3.0.0" else { return nil }
        return record
      }.first)
    let list = SealedIDs([record.id])
    let blob = try #require(
      ObjectID(String(try test.git(["hash-object", "-w", "--stdin"], input: list.list).prefix(40))))
    var go = Record.Decision(.go)
    go.seal = Seal(
      count: 1, digest: list.digest,
      ledgers: [.deployments: try test.id("refs/notes/deed/deployments")],
      list: Record.Attachment(
        blob: blob, name: "seal", digest: list.digest, size: list.list.count))
    try project.write(.decision(go), of: "r3.0.0", by: mallory)
    let verified = await project.deed(nil, "verify", "r3.0.0")
    #expect(verified.code == 1 && words(verified).contains("0 of 1"), "\(words(verified))")
  }
}
