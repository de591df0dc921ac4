import Release
import TestSupport
import Testing

@testable import Deed

/// What `verify` says of evidence that lies in the wrong place, or not here.
@Suite struct VerifyEvidenceTests {
  /// Two people released `v0.1.0` and shared it.
  private func released() async throws -> (test: TestRepository, server: TestRepository) {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": "[tags]\nrequire = [\"production\"]\n"])
    let server = try test.bare()
    try test.git("push", "-q", "origin", "main")
    for person in [TestRepository.hanako, TestRepository.minsu] {
      #expect(await test.as(person).deed("approve", "v0.1.0", "-q").code == 0)
    }
    let cut = await test.deed("cut", "v0.1.0", "--push")
    #expect(cut.code == 0, "\(cut.error)")
    return (test, server)
  }

  private func verify(_ test: TestRepository) async -> Ran {
    let ran = await test.deed("verify", "v0.1.0")
    let words = ran.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return Ran(code: ran.code, output: words, error: ran.error)
  }

  @Test func `evidence that is not here is told of with the command that fetches it`()
    async throws
  {
    let (test, server) = try await released()
    #expect(await verify(test).code == 0)
    // A plain clone brings no notes.
    let plain = try server.clone()
    let unfetched = await verify(plain)
    #expect(unfetched.code == 2)
    #expect(unfetched.output.contains("never fetched from origin"))
    #expect(unfetched.error.contains("deed sync"))
    #expect(await plain.deed("sync", "--pull").code == 0)
    #expect(await verify(plain).code == 0)
    // One without the tag.
    let untagged = try server.clone(options: ["--no-tags"])
    for words in [["verify", "v0.1.0"], ["verify", "--all"]] {
      let ran = await untagged.deed(words)
      #expect(ran.code == 2 && ran.error.contains("deed sync"), "\(ran.output)\(ran.error)")
    }
    #expect(await untagged.deed("sync", "--pull").code == 0)
    let tagless = await verify(untagged)
    let words = tagless.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(tagless.code == 2 && words.contains("git fetch origin tag v"), "\(tagless.output)")
    // One whose records' texts stayed on the server.
    try server.git("config", "uploadpack.allowFilter", "true")
    let partial = try server.clone(options: ["--filter=blob:none", "--no-checkout"])
    try partial.git("fetch", "-q", "origin", "refs/notes/deed/*:refs/notes/deed/*")
    try partial.git("remote", "set-url", "origin", "\(test.directory)/gone")
    let blobless = await verify(partial)
    #expect(blobless.code == 2, "\(blobless.output) \(blobless.error)")
    // One with a history cut short.
    let shallow = try server.clone(options: ["--depth=1", "--branch=v0.1.0"])
    try shallow.git("fetch", "-q", "--depth=1", "origin", "refs/notes/deed/*:refs/notes/deed/*")
    let short = await verify(shallow)
    #expect(short.code == 2 && short.output.contains("is not here: git fetch --unshallow --tags"))
    #expect(short.error.contains("git fetch --unshallow --tags"), "\(short.error)")
    try shallow.git("fetch", "-q", "--unshallow", "--tags")
    #expect(await shallow.deed("sync", "--pull").code == 0)
    #expect(await verify(shallow).code == 0)
  }

  @Test func `a partial clone names one command that brings all that it left out`() async throws {
    let (test, server) = try await released()
    try test.commit("feat: more", files: ["deed.toml": "# Less.\n[approvals]\nrequired = 0\n"])
    try test.git("push", "-q", "origin", "main")
    for person in [TestRepository.hanako, TestRepository.minsu] {
      #expect(await test.as(person).deed("approve", "v0.2.0", "-q").code == 0)
    }
    #expect(await test.deed("cut", "v0.2.0", "--push").code == 0)
    try server.git("config", "uploadpack.allowFilter", "true")
    let partial = try server.clone(options: ["--filter=blob:none", "--no-checkout"])
    #expect(await partial.deed("sync", "--pull").code == 0)
    let told = await partial.deed("verify", "--all")
    let words = told.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(told.code == 2 && words.contains("git fetch --refetch --no-filter"), "\(words)")
    try partial.git("fetch", "-q", "--refetch", "--no-filter")
    let whole = await partial.deed("verify", "--all")
    #expect(whole.code == 0, "\(whole.output)")
  }

  @Test func `a name of which nothing is known is not judged as what is at HEAD`() async throws {
    let (test, server) = try await released()
    try test.commit("feat: more")
    let ran = await test.deed("verify", "v9.9.9")
    #expect(ran.code == 2 && ran.output.isEmpty)
    #expect(
      ran.error.hasPrefix(
        "error: there is no release v9.9.9 here: no tag, and no record of it\nhint: git fetch"))
    // A candidate is known by its records, and what was never fetched may know it.
    #expect(await test.deed("approve", "v0.2.0", "-q").code == 0)
    #expect(await test.deed("verify", "v0.2.0").output.contains("there is no tag v0.2.0"))
    let plain = try server.clone()
    #expect(await plain.deed("verify", "v9.9.9").output.contains("never fetched from origin"))
  }

  @Test func `a record counts for nothing on another commit, release or ledger`() async throws {
    let (test, _) = try await released()
    let line = try #require(try test.records("signoffs").first)
    try test.commit("feat: more")
    // The same line on another commit.
    try test.git(["notes", "--ref", "deed/signoffs", "append", "-m", line])
    try test.git("tag", "-a", "-m", "two", "v0.2.0")
    let copied = await test.deed("verify", "v0.2.0")
    let words = copied.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let (one, two) = (try test.id("v0.1.0^{commit}"), try test.id("HEAD"))
    #expect(words.contains("a signoff of commit \(one.short) stands in the note of \(two.short)"))
    #expect(copied.code == 1 && words.contains("signoffs: 0 of 2"), "\(words)")
    // In another ledger.
    try test.git(["notes", "--ref", "deed/checks", "append", "-m", line, one.description])
    #expect(await verify(test).output.contains("stands in the ledger checks and belongs in"))
    // The same words for another release, on the right commit, are another release's.
    let forged = line.replacing("\"release\":\"v0.1.0\"", with: "\"release\":\"v0.1.1\"")
    try test.git(["notes", "--ref", "deed/signoffs", "append", "-m", forged, one.description])
    #expect(await verify(test).code == 0)
    #expect(await test.deed("status", "v0.1.1", "--commit", "v0.1.0").output.contains("1 of 2"))
  }
}
