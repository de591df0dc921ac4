import Release
import TestSupport
import Testing

@testable import Deed

/// What is said where a tag is here, and not all that it was cut with.
@Suite struct OlderLedgerTests {
  private func words(_ ran: Ran) -> String {
    ran.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A clone that fetched the ledgers before the second approval and the tag, and the tag afterwards.
  private func clone(
    deciding: Bool = false
  ) async throws -> (clone: TestRepository, test: TestRepository) {
    let test = try TestRepository()
    try test.commit("feat: begin")
    let server = try test.bare()
    try test.git("push", "-q", "origin", "main")
    #expect(await test.deed("approve", "v1.0.0", "--push").code == 0)
    let clone = try server.clone()
    #expect(await clone.deed("sync").code == 0)
    #expect(await test.as(TestRepository.minsu).deed("approve", "v1.0.0", "--push").code == 0)
    if deciding { #expect(await test.deed("go", "v1.0.0", "--push").code == 0) }
    #expect(await test.deed("cut", "v1.0.0", "--push").code == 0)
    try clone.git("fetch", "-q", "--tags")
    return (clone, test)
  }

  @Test func `a clone whose ledgers are older than the tag cannot tell, and sync mends it`()
    async throws
  {
    let (clone, _) = try await clone()
    let status = await clone.deed("status", "v1.0.0")
    #expect(status.code == 2, "\(status.output)")
    #expect(words(status).contains("? ledger not all is here that stood when v1.0.0 was cut"))
    #expect(words(status).contains("? signoffs 1 of 2; not all is here"))
    #expect(status.output.hasSuffix("\nnext: deed sync\n"))
    let verify = await clone.deed("verify", "v1.0.0")
    #expect(verify.code == 2 && verify.error.contains("deed sync"), "\(verify.output)")
    #expect(!words(verify).contains("no record"))
    #expect(await clone.deed("verify", "--all").code == 2)
    let doctor = await clone.deed("doctor", "-q")
    #expect(words(doctor).contains("older than the tag v1.0.0: not all is here that stood then"))
    #expect(words(doctor).contains("→ deed sync") && !words(doctor).contains("nothing to mend"))
    #expect(await clone.deed("go", "v1.0.0", "--offline").code == 2)
    #expect(await clone.deed("sync").code == 0)
    #expect(await clone.deed("status", "v1.0.0").code == 0)
    #expect(await clone.deed("verify", "v1.0.0").code == 0)
    #expect(await clone.deed("doctor", "-q").output.hasSuffix("nothing to mend\n"))
  }

  @Test func `so does one that lacks a state of a ledger which a seal in the tag names`()
    async throws
  {
    let (clone, test) = try await clone(deciding: true)
    // The tag's own record is here, and the ledger of sign-offs is as old as it was.
    try clone.git(
      "fetch", "-q", "origin", "refs/notes/deed/deployments:refs/deed/remotes/origin/deployments")
    let verify = await clone.deed("verify", "v1.0.0")
    #expect(verify.code == 2, "\(verify.output)")
    #expect(words(verify).contains("signoffs: 1 of 2; not all is here that stood when v1.0.0 was"))
    #expect(await clone.deed("status", "v1.0.0").code == 2)
    #expect(await clone.deed("doctor").output.contains("older than the tag"))
    #expect(await clone.deed("sync").code == 0)
    #expect(await clone.deed("verify", "v1.0.0").code == 0)
    #expect(await test.deed("verify", "v1.0.0").code == 0)
  }

  /// Hanako cut and never pushed the tag; Min-su cut anew, and Hanako fetched that tag alone.
  private func cutAnew() async throws -> (hanako: TestRepository, minsu: TestRepository) {
    let team = try Team()
    #expect(await team.hanako.deed("approve", "v1.4.0", "--push", "-q").code == 0)
    #expect(await team.hanako.deed("cut", "v1.4.0", "-q").code == 0)
    try team.hanako.git("push", "-q", "origin", "refs/notes/deed/deployments")
    #expect(await team.hanako.deed("sync", "-q").code == 0)
    let cut = await team.minsu.deed("cut", "v1.4.0", "--commit", "HEAD", "--push", "-q")
    #expect(cut.code == 0, "\(cut.error)")
    try team.hanako.git("fetch", "-q", "--force", "origin", "tag", "v1.4.0")
    return (team.hanako, team.minsu)
  }

  @Test func `a tag that was cut anew is not called moved while its record is still elsewhere`()
    async throws
  {
    let (hanako, _) = try await cutAnew()
    let verify = await hanako.deed("verify", "v1.4.0")
    #expect(verify.code == 2 && !verify.output.contains("puts that back"), "\(verify.output)")
    #expect(verify.error.contains("hint: deed sync"), "\(verify.error)")
    #expect(await hanako.deed("sync").code == 0)
    let known = await hanako.deed("verify", "v1.4.0")
    #expect(known.code == 0 && words(known).contains("cut by Kim Min-su"), "\(known.output)")
  }

  @Test
  func `a forged tag that looks as though it were cut anew is called moved once it was asked`()
    async throws
  {
    let (hanako, _) = try await cutAnew()
    #expect(await hanako.deed("sync").code == 0)
    let message = "v1.4.0\n\nDeed-Approved-by: Kim Min-su <minsu@example.com>"
    try hanako.git("tag", "-f", "-a", "-m", message, "v1.4.0")
    #expect(await hanako.deed("verify", "v1.4.0").code == 2)
    for _ in 0..<2 {
      _ = await hanako.deed("sync")
      let verify = await hanako.deed("verify", "v1.4.0")
      #expect(verify.code == 1 && words(verify).contains("puts that back"), "\(verify.output)")
    }
  }

  @Test func `a tag that came without its record is not called one of nobody's until it was asked`()
    async throws
  {
    let team = try Team()
    #expect(await team.hanako.deed("sync", "-q").code == 0)
    #expect(await team.minsu.deed("cut", "v1.4.0", "--push", "-q").code == 0)
    try team.hanako.git("fetch", "-q", "--tags")
    let verify = await team.hanako.deed("verify", "v1.4.0")
    #expect(verify.code == 2 && !verify.output.contains("no record says"), "\(verify.output)")
    #expect(verify.error.contains("hint: deed sync"), "\(verify.error)")
    #expect(await team.hanako.deed("sync").code == 0)
    #expect(await team.hanako.deed("verify", "v1.4.0").code == 0)
    try team.hanako.git("tag", "-a", "-m", "by hand", "v1.5.0")
    #expect(await team.hanako.deed("verify", "v1.5.0").code == 2)
    #expect(await team.hanako.deed("sync").code == 0)
    let hand = await team.hanako.deed("verify", "v1.5.0")
    #expect(hand.code == 1 && hand.output.contains("no record says who cut v1.5.0"))
  }

  @Test func `where there is nowhere else to look, what is not here is missing`() async throws {
    let (clone, _) = try await clone()
    try clone.git("remote", "remove", "origin")
    let verify = await clone.deed("verify", "v1.0.0")
    #expect(verify.code == 1, "\(verify.output)")
    #expect(words(verify).contains("the tag names an approval by Kim Min-su"))
  }

  @Test func `a cut that ended before its record was written can still be finished`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": "[tags]\nrequire = [\"production\"]\n"])
    _ = try test.bare()
    try test.git("push", "-q", "origin", "main")
    #expect(await test.deed("approve", "v1.0.0", "--push").code == 0)
    #expect(await test.as(TestRepository.minsu).deed("approve", "v1.0.0", "--push").code == 0)
    #expect(await test.deed("cut", "v1.0.0").code == 0)
    try test.git("update-ref", "-d", "refs/notes/deed/deployments")
    try test.forgetTips()
    let cut = await test.deed("cut", "v1.0.0", "--push")
    #expect(cut.code == 0, "\(cut.error)")
    #expect(await test.deed("verify", "v1.0.0").code == 0)
  }
}
