import Release
import TestSupport
import Testing

@testable import Deed

/// What a list that the reader keeps says against those of releases.
@Suite struct OwnListTests {
  @Test func `a key that the reader knows to be another one proves nothing, whoever lists it`()
    async throws
  {
    let project = try SignedProject(policy: "required = 1\nsigners = \".deed/signers\"")
    #expect(await project.deed("hanako", "approve", "v0.1.0", "-q").code == 0)
    #expect(await project.deed("hanako", "cut", "v0.1.0", "--no-sign", "-q").code == 0)
    try project.test.commit("feat: more")
    #expect(await project.deed("hanako", "approve", "v0.2.0", "-q").code == 0)
    #expect(await project.deed("hanako", "cut", "v0.2.0", "--no-sign", "-q").code == 0)
    func verify(_ keys: [String: String]) async throws -> Ran {
      let list = "\(project.test.directory)/own"
      try TestSupport.Files.write(try project.signers(keys), to: list)
      return await project.deed(
        nil, "verify", "v0.2.0", with: [("gpg.ssh.allowedSignersFile", list)])
    }
    let disputed = try await verify(["minsu": "Hanako@example.com"])
    let words = disputed.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(disputed.code == 2, "\(disputed.output)")
    #expect(words.contains("knows hanako@example.com by another key: ask them"), "\(words)")
    let agreed = try await verify(["hanako": "hanako@example.com"])
    #expect(agreed.code == 0, "\(agreed.output)")
    // Whom the reader does not know is said by the release before alone.
    #expect(try await verify(["minsu": "minsu@example.com"]).code == 0)
  }
}
