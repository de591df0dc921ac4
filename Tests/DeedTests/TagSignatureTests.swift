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
      #expect(refused.status != 0 && refused.unwrapped.contains(why), "\(refused.error)")
    }
    try project.tag("hanako")
    try test.git(all)
  }

  @Test func `a signature that nobody judged gets no tick`() async throws {
    let project = try SignedProject(policy: "")
    await project.deed("hanako", "approve", "v0.1.0", "-q")
    try project.tag("hanako")
    let verified = await project.verify()
    #expect(verified.contains("· the signature of the signoff by Hanako Sato"), "\(verified)")
    #expect(verified.contains("· the tag is signed: "), "\(verified)")
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
    func codes() async -> String {
      await project.deed(nil, "verify", "v0.1.0", "--format", "json").output
    }
    #expect(await codes().contains("\"tag-signature-bad\""))
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
    #expect(await codes().contains("\"tag-unsigned\""))
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
      "feat: more",
      files: [
        "deed.toml":
          "[approvals]\nsigned = true\nsigners = \".deed/signers\"\n[tags]\nsign = \"never\"\n"
      ])
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

  @Test func `a tag is not made with a key that does not count, where it has to be signed`()
    async throws
  {
    let project = try SignedProject(
      ["hanako": "hanako@example.com"],
      policy: "required = 1\nsigners = \".deed/signers\"\n[tags]\nsign = \"always\"")
    let test = project.test
    #expect(await project.deed("hanako", "cut", "v0.1.0", "-q").code == 0)
    let mallory = Person(name: "Mallory", email: "mallory@example.com")
    let both = try project.signers([
      "hanako": "hanako@example.com", "mallory": "mallory@example.com",
    ])
    try test.commit("feat: more", files: [".deed/signers": both])
    let records = try test.records("deployments")
    for option in ["--dry-run", "--sign"] {
      let cut = await project.deed("mallory", as: mallory, "cut", "v0.2.0", option)
      let said = cut.error.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(cut.code == 1, "\(cut.error)")
      #expect(
        (said + cut.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")).contains(
          "the list of signers of v0.1.0, which decides, has no key of mallory@example.com; the list "
            + "of this release has it, and counts from the release after this one"), "\(said)")
    }
    // A key that is not theirs by any list promises nothing for later.
    let foreign = await project.deed("mallory", "cut", "v0.2.0")
    let said = foreign.error.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(foreign.code == 1 && said.contains("is no key of theirs"), "\(said)")
    #expect(!said.contains("the release after this one"), "\(said)")
    #expect(try test.git("tag", "--list") == "v0.1.0")
    #expect(try test.records("deployments") == records)
    #expect(await project.deed("hanako", "cut", "v0.2.0", "-q").code == 0)
    try test.commit("feat: yet more")
    let next = await project.deed("mallory", as: mallory, "cut", "v0.3.0")
    #expect(next.code == 0 && next.output.contains(", signed"), "\(next.error)")
    #expect(await project.deed(nil, "verify", "v0.3.0").output.contains("the tag is signed by"))
  }

  @Test func `a server says first what to do first, each with its command`() async throws {
    let project = try SignedProject(
      policy: """
        signers = ".deed/signers"
        [tags]
        require = ["production", "staging"]
        sign = "always"
        [checks.tests]
        run = "true"
        [environments.staging]
        approvals.required = 1
        [environments.production]
        checks = ["tests"]
        after = "staging"
        """)
    let test = project.test
    _ = try test.guardedServer()
    for words in [
      ["sync", "--pull"], ["check", "v0.1.0", "-e", "production"],
      ["approve", "v0.1.0", "-e", "staging"], ["go", "v0.1.0", "-e", "staging"],
    ] {
      let ran = await project.deed("hanako", words)
      #expect(ran.code == 0, "\(words) \(ran.error)")
    }
    try test.git("tag", "-a", "-m", "one", "v0.1.0")
    // The ledger that the seal names is not pushed.
    let pushed = try test.run(["push", "origin", "v0.1.0", "refs/notes/deed/signoffs"])
    try Golden.check(pushed.said.joined(separator: "\n") + "\n", "hook-refusal-order")
  }

  /// A release whose policy wants tags signed is on a server, and the rule has been dropped since.
  private func dropped() async throws -> SignedProject {
    let project = try SignedProject(
      policy: "required = 0\nsigners = \".deed/signers\"\n[tags]\nsign = \"always\"")
    let test = project.test
    _ = try test.bare()
    let cut = await project.deed("hanako", "cut", "v0.1.0", "--push")
    try #require(cut.code == 0, "\(cut.error)")
    try test.commit("feat: more", files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    try test.git("push", "--quiet", "origin", "main")
    return project
  }

  @Test(arguments: [[], ["--no-tags"]])
  func `a clone that never fetched the records leaves no tag unsigned`(
    _ options: [String]
  ) async throws {
    let project = try await dropped()
    let clone = try project.test.at("\(project.test.directory)/server.git").clone(options: options)
    let cut = await clone.deed("cut", "v0.2.0")
    let said = cut.error.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(cut.code == 2, "\(cut.error)")
    #expect(said.contains("whether the tag has to be signed cannot be told"), "\(said)")
    #expect(said.contains("hint: deed sync && git fetch --tags # or --sign"), "\(said)")
    #expect(try !clone.git("tag", "--list").contains("v0.2.0"))
    // Signed, it may be made without asking anybody.
    try clone.git("config", "gpg.format", "ssh")
    try clone.git("config", "user.signingkey", "\(project.test.directory)/hanako")
    let signed = await clone.deed("cut", "v0.2.0", "--sign")
    #expect(signed.code == 0 && signed.output.contains(", signed"), "\(signed.error)")
    // And the commands that are named tell.
    try clone.git("tag", "-d", "v0.2.0")
    try clone.git("update-ref", "-d", "refs/notes/deed/deployments")
    try clone.git("config", "--unset", "user.signingkey")
    #expect(await clone.deed("sync", "--pull").code == 0)
    try clone.git("fetch", "--quiet", "--tags")
    let told = await clone.deed("cut", "v0.2.0", "--no-sign")
    #expect(told.error.contains("deed.toml of v0.1.0 wants the tag signed"), "\(told.error)")
  }

  @Test func `a tag that was left unsigned does not go out where it has to be signed by now`()
    async throws
  {
    let project = try await dropped()
    let test = project.test
    // Whoever cut it knew of no release before.
    try test.git("tag", "-a", "-m", "two", "v0.2.0")
    let record = try Record(
      at: Timestamp(seconds: TestRepository.epoch), by: TestRepository.hanako,
      commit: try test.id("HEAD"), release: try ReleaseVersion(parsing: "v0.2.0", prefix: "v"),
      environment: nil, body: .tag(object: try test.id("v0.2.0")), replaces: [])
    try test.git(
      ["notes", "--ref", "deed/deployments", "append", "-F", "-"], input: record.line + [10])
    let refused = await project.deed("hanako", "cut", "v0.2.0", "--push")
    let said = refused.error.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(refused.code == 1, "\(refused.error)")
    #expect(
      said.contains("tagged here without a signature, and deed.toml of v0.1.0 wants one"), "\(said)"
    )
    #expect(said.contains("hint: git tag -d v0.2.0 # the same command then makes"), "\(said)")
    try test.git("tag", "-d", "v0.2.0")
    let cut = await project.deed("hanako", "cut", "v0.2.0", "--push")
    #expect(cut.code == 0 && cut.output.contains(", signed"), "\(cut.error)")
  }
}
