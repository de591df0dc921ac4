import Release
import TestSupport
import Testing

@testable import Deed

/// What signatures on tags prove, and where a tag has to have one.
@Suite struct TagSignatureTests {
  @Test func `a server counts what is signed, by the list in what is pushed`() async throws {
    let project = try SignedProject(
      policy:
        "signers = \".deed/signers\"\n[tags]\nrequire = [\"production\"]\nsign = \"always\"")
    let test = project.test
    let server = try test.guardedServer()
    #expect(await project.deed("hanako", "approve", "v0.1.0", "-q").code == 0)
    // Min-su's words, in somebody else's hand.
    let forged = await project.deed("mallory", as: TestRepository.minsu, "approve", "v0.1.0", "-q")
    #expect(forged.code == 0)
    try test.git("tag", "-a", "-m", "one", "v0.1.0")
    let all = ["push", "--atomic", "origin", "v0.1.0", "refs/notes/deed/signoffs"]
    let refused = try test.run(all)
    #expect(refused.status != 0 && refused.error.contains("signoffs 1 of 2"), "\(refused.error)")
    #expect(try server.git("for-each-ref", "refs/notes", "refs/tags").isEmpty)
    let good = await project.deed("minsu", as: TestRepository.minsu, "approve", "v0.1.0", "-q")
    #expect(good.code == 0)
    // The tag, too.
    for key in [nil, "mallory"] {
      if let key { try project.tag(key) }
      let refused = try test.run(all)
      let why = key == nil ? "the tag is not signed" : "is no key of theirs"
      #expect(refused.status != 0 && refused.error.contains(why), "\(refused.error)")
    }
    try project.tag("hanako")
    try test.git(all)
  }

  @Test func `verify says by whom a tag is signed, and what is wrong with its signature`()
    async throws
  {
    let project = try SignedProject(
      list: "", policy: "signers = \".deed/signers\"\n[tags]\nsign = \"always\"")
    let test = project.test
    await project.deed("hanako", "approve", "v0.1.0", "-q")
    await project.deed("minsu", as: TestRepository.minsu, "approve", "v0.1.0", "-q")
    #expect(await project.deed("hanako", "cut", "v0.1.0").code == 0)
    let good = await project.verify()
    #expect(
      good.contains(
        "the tag is signed by Hanako Sato <hanako@example.com>, with SHA256:"))
    #expect(good.contains("consistent"))
    // The tag's record is signed with it.
    #expect(try test.records("deployments").allSatisfy { $0.contains("\"signature\":") })
    let directory = test.directory
    try Files.write(try project.publicKey("hanako") + "\n", to: "\(directory)/revoked")
    let revoked = await project.verify([("gpg.ssh.revocationFile", "\(directory)/revoked")])
    #expect(revoked.contains("✗ the tag: its key is revoked"))
    try project.tag("minsu")
    #expect(await project.verify().contains("and signed by minsu@example.com, with SHA256:"))
    try project.tag("mallory")
    #expect(await project.verify().contains("✗ the tag: its signature is not one of hanako@"))
    // Other words under the same signature.
    try project.tag("hanako")
    let content = try test.git("cat-file", "tag", "v0.1.0")
    let forged = content.replacing("\none\n", with: "\ntwo\n") + "\n"
    let object = try test.git(
      ["hash-object", "-t", "tag", "-w", "--stdin"], input: Array(forged.utf8))
    try test.git("update-ref", "refs/tags/v0.1.0", object)
    #expect(await project.verify().contains("✗ the tag: its signature is not over what it says"))
    // A signature for something else.
    let elsewhere = try Program.run(
      "ssh-keygen", ["-q", "-Y", "sign", "-n", "deed", "-f", "hanako"],
      directory: directory, environment: test.environment,
      input: Array(content.prefix(while: { $0 != "-" }).utf8))
    let start = try #require(content.firstRange(of: "-----BEGIN"))
    let moved = content[..<start.lowerBound] + elsewhere.text
    let other = try test.git(
      ["hash-object", "-t", "tag", "-w", "--stdin"], input: Array(moved.utf8))
    try test.git("update-ref", "refs/tags/v0.1.0", other)
    #expect(await project.verify().contains("✗ the tag: its signature is for something else"))
    try test.git("tag", "-f", "-a", "-m", "one", "v0.1.0")
    #expect(await project.verify().contains("✗ the tag is not signed, and deed.toml wants it"))
  }

  @Test func `a release does not do without the signature that the one before had to have`()
    async throws
  {
    let project = try SignedProject(
      policy: "signers = \".deed/signers\"\n[tags]\nsign = \"always\"")
    let test = project.test
    func approve(_ version: String) async {
      await project.deed("hanako", "approve", version, "-q")
      await project.deed("minsu", as: TestRepository.minsu, "approve", version, "-q")
    }
    await approve("v0.1.0")
    #expect(await project.deed("hanako", "cut", "v0.1.0").code == 0)
    try test.commit(
      "feat: more", files: ["deed.toml": "[approvals]\nsigned = true\n[tags]\nsign = \"never\"\n"])
    await approve("v0.2.0")
    for command in [["cut", "v0.2.0", "--no-sign"], ["go", "v0.2.0", "--no-sign"]] {
      let refused = await project.deed("hanako", command)
      #expect(
        refused.code == 1 && refused.error.contains("deed.toml of v0.1.0 wants"),
        "\(refused.error)")
      #expect(refused.error.contains("leave out --no-sign"))
    }
    for command in [["cut", "v0.2.0"], ["go", "v0.2.0"]] {
      let bare = await project.deed(nil, command)
      #expect(bare.code == 2 && bare.error.contains("hint: "), "\(bare.error)")
    }
    #expect(try test.git("tag", "--list") == "v0.1.0")
    #expect(await project.deed("hanako", "go", "v0.2.0", "-q").code == 0)
    #expect(try test.records("signoffs").allSatisfy { $0.contains("\"signature\":") })
    let cut = await project.deed("hanako", "cut", "v0.2.0")
    #expect(cut.code == 0 && cut.output.contains(", signed"), "\(cut.error)")
    // Plain git makes one without: verify, and with it a server, says no.
    try test.git("tag", "-f", "-a", "-m", "two", "v0.2.0")
    let verified = await project.deed(nil, "verify", "v0.2.0")
    #expect(verified.output.contains("not signed, and deed.toml of v0.1.0 wants it"))
  }
}
