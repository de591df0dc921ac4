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

  /// A tag that plain git made and nobody approved, with a list by which Mallory's key is Hanako's.
  private func release(_ version: String, in project: SignedProject) throws {
    let list = try project.signers(["mallory": "hanako@example.com"])
    try project.test.commit("fix: the list", files: [".deed/signers": list])
    try project.test.git("tag", "-a", "-m", version, version)
    try project.test.forgeTagRecord(of: version, prefix: "v", object: version)
  }

  private func words(_ ran: Ran) -> String {
    (ran.output + " " + ran.error).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func `a release that nobody approved lets in no signers for the next`() async throws {
    let project = try await released()
    let test = project.test
    try release("v0.1.1", in: project)
    try test.commit("feat: evil")
    let why =
      "v0.1.1 sets no bar here: it says otherwise than v0.1.0 who may approve, and its signers did not "
      + "let it in: production: sign-offs 0 of 1; where it is right, more of that one's signers may: "
      + "deed approve v0.1.1 -e production"
    let status = await project.deed(nil, "status", "v0.2.0")
    #expect(status.code == 1, "\(words(status))")
    // Of what nothing is recorded, verify knows nothing.
    #expect(await project.deed(nil, "verify", "v0.2.0").code == 2)
    #expect(
      words(status).contains("approvals at least as in v0.1.0; \(why)"), "\(words(status))")
    _ = await project.deed("mallory", "approve", "v0.2.0", "-q")
    let recorded = words(await project.deed(nil, "status", "v0.2.0"))
    #expect(
      recorded.contains(
        "approvals at least as in v0.1.0; v0.1.1 sets no bar: deed verify v0.2.0 says why"),
      "\(recorded)")
    #expect(await project.deed("mallory", "cut", "v0.2.0", "--sign").code == 1)
    try test.git("tag", "-a", "-m", "evil", "v0.2.0")
    try test.forgeTagRecord(of: "v0.2.0", prefix: "v", object: "v0.2.0")
    for release in ["v0.2.0", "v0.1.1"] {
      let verified = await project.deed(nil, "verify", release)
      #expect(verified.code != 0, "\(release) \(verified.output)")
      #expect(words(verified).contains("who signed is not proven"), "\(verified.output)")
      #expect(words(verified).contains(why) == (release == "v0.2.0"), "\(words(verified))")
    }
    // With those who have to have approved it, its list decides.
    let approved = await project.deed("hanako", "approve", "v0.1.1", "-q")
    #expect(!words(approved).contains("0 of 1"), "\(words(approved))")
    #expect(!words(await project.deed(nil, "status", "v0.2.0")).contains("sets no bar"))
  }

  @Test func `what a key approved that was revoked since, somebody else is told to approve again`()
    async throws
  {
    let project = try SignedProject(policy: Self.policy)
    let minsu = TestRepository.minsu
    #expect(await project.deed("hanako", "approve", "v0.1.0", "-q").code == 0)
    #expect(await project.deed("minsu", as: minsu, "cut", "v0.1.0", "--sign", "-q").code == 0)
    let path = "\(project.test.directory)/revoked"
    try Files.write(try project.publicKey("hanako") + "\n", to: path)
    let revoked = [("gpg.ssh.revocationFile", path)]
    let status = words(await project.deed(nil, "status", "v0.1.0", with: revoked))
    #expect(
      status.contains(
        "next: deed approve v0.1.0 # by somebody else than Hanako Sato, whose key is revoked"),
      "\(status)")
    let open = await project.deed(nil, "verify", "v0.1.0", with: revoked)
    #expect(
      open.code == 1
        && open.error
          == "hint: deed approve v0.1.0   # by somebody else than Hanako Sato, whose key is revoked\n",
      "\(open.error)")
    let again = await project.deed("minsu", as: minsu, "approve", "v0.1.0", "-q", with: revoked)
    #expect(again.code == 0, "\(again.error)")
    let verified = await project.deed(nil, "verify", "v0.1.0", with: revoked)
    #expect(verified.code == 0, "\(words(verified))")
  }

  @Test func `an environment that gets another name locks nobody out`() async throws {
    let project = try SignedProject(policy: Self.policy + "\n[environments.production]\n")
    try await cut("v0.1.0", project)
    let policy = try #require(Files.read("\(project.test.path)/deed.toml"))
    let renamed = String(decoding: policy, as: UTF8.self).replacing("production", with: "live")
    try project.test.commit("chore: rename it", files: ["deed.toml": renamed])
    try await cut("v0.2.0", project)
    try project.test.commit("feat: more")
    try await cut("v0.3.0", project)
    let verified = await project.deed(nil, "verify", "v0.3.0")
    #expect(verified.code == 0, "\(verified.output)")
  }

  @Test func `a key that was revoked lets in no signers until others say so`() async throws {
    let project = try await released()
    let list = try project.signers(["minsu": "hanako@example.com"])
    try project.test.commit("fix: another key", files: [".deed/signers": list])
    try await cut("v0.1.1", project)
    try project.test.commit("feat: more")
    #expect(await project.deed("minsu", "approve", "v0.2.0", "-q").code == 0)
    #expect(await project.deed("minsu", "cut", "v0.2.0", "--sign", "-q").code == 0)
    let path = "\(project.test.directory)/revoked"
    try Files.write(try project.publicKey("hanako") + "\n", to: path)
    func verify() async -> Ran {
      await project.deed(nil, "verify", "v0.2.0", with: [("gpg.ssh.revocationFile", path)])
    }
    let verified = await verify()
    #expect(verified.code == 2, "\(verified.output)")
    #expect(
      words(verified).contains("it may have signed before that; where it is right, more of that"),
      "\(words(verified))")
    _ = await project.deed(
      "minsu", as: TestRepository.minsu, "approve", "v0.1.1", "-e", "production", "-q")
    let again = await verify()
    #expect(again.code == 0, "\(again.output)")
  }

  @Test func `a backport with other signers has no say in what was there before it`() async throws {
    let project = try await released()
    let test = project.test
    try await cut("v0.2.0", project)
    try test.git("switch", "--quiet", "--create", "release/0.1", "v0.1.0")
    let list = try project.signers(["hanako": "hanako@example.com"])
    try test.commit("fix: the list", files: [".deed/signers": list])
    try await cut("v0.1.1", project)
    try test.git("switch", "--quiet", "main")
    try test.commit("feat: more")
    try await cut("v0.3.0", project)
    for release in ["v0.1.1", "v0.2.0", "v0.3.0"] {
      let verified = await project.deed(nil, "verify", release)
      #expect(verified.code == 0, "\(release) \(verified.output)")
    }
  }

  @Test func `a release of somebody's own branch decides over none that was there`() async throws {
    let project = try await released()
    let test = project.test
    try await cut("v0.2.0", project)
    try test.git("switch", "--quiet", "--create", "side", "v0.1.0")
    try release("v0.1.1", in: project)
    try test.git("switch", "--quiet", "main")
    for release in ["v0.2.0", "v0.3.0"] {
      let verified = await project.deed(nil, "verify", release)
      #expect(verified.code == 0, "\(verified.output)")
      try test.commit("feat: yet more")
      if release == "v0.2.0" { try await cut("v0.3.0", project) }
    }
  }

  @Test func `a record of another tag takes the place of none that speaks of the one here`()
    async throws
  {
    let project = try await released()
    let test = project.test
    _ = try test.bare()
    try test.git("push", "--quiet", "origin", "v0.1.0")
    #expect(await project.deed(nil, "sync", "-q").code == 0)
    let lines = try test.records("deployments", at: "v0.1.0^0")
    guard case .record(let genuine)? = lines.first.map({ LedgerLine(parsing: Array($0.utf8)) })
    else { throw TestFailure("\(lines)") }
    let forged = try Record(
      at: Timestamp(seconds: TestRepository.epoch), by: TestRepository.hanako,
      commit: genuine.commit, release: try ReleaseVersion(parsing: "v0.1.0", prefix: "v"),
      environment: nil, body: .tag(object: try test.id("HEAD")), replaces: [genuine.id])
    try test.git(
      ["notes", "--ref", "deed/deployments", "append", "-F", "-", "v0.1.0^0"],
      input: forged.line + [10])
    let verified = await project.deed(nil, "verify", "v0.1.0")
    #expect(verified.code == 1, "\(verified.output)")
    #expect(words(verified).contains("2 tag records of v0.1.0 stand"), "\(verified.output)")
    #expect(!words(verified).contains("not judged"), "\(verified.output)")
    // Whoever cut it settles that with the command that is named.
    let again = await project.deed("hanako", "cut", "v0.1.0", "--commit", "v0.1.0^0", "--push")
    #expect(again.code == 0, "\(again.error)")
    let settled = await project.deed(nil, "verify", "v0.1.0")
    #expect(settled.code == 0, "\(again.output)\(again.error)\(settled.output)")
    // Where the tag is not here, nobody is told to make one of what only the last of them names.
    try test.git(
      ["notes", "--ref", "deed/deployments", "append", "-F", "-", "v0.1.0^0"],
      input: try Record(
        at: Timestamp(seconds: TestRepository.epoch), by: TestRepository.minsu,
        commit: genuine.commit, release: try ReleaseVersion(parsing: "v0.1.0", prefix: "v"),
        environment: nil, body: .tag(object: try test.id("v0.1.0")),
        replaces: try test.records("deployments", at: "v0.1.0^0").compactMap {
          LedgerLine(parsing: Array($0.utf8)).id
        }
      ).line + [10])
    try test.git("tag", "-d", "v0.1.0")
    let status = words(await project.deed(nil, "status", "v0.1.0"))
    #expect(!status.contains("update-ref") && status.contains("git fetch"), "\(status)")
  }

  @Test func `a record without its tag, in the history, leaves the floor to its tag`() async throws
  {
    let project = try await released()
    let test = project.test
    let list = try project.signers(["hanako": "hanako@example.com"])
    try test.commit("fix: the list", files: [".deed/signers": list])
    #expect(await project.deed("hanako", "approve", "v0.1.1", "-q").code == 0)
    try test.forgeTagRecord(of: "v0.1.1", prefix: "v")
    try test.commit("feat: yet more")
    let status = await project.deed(nil, "status", "v0.2.0")
    #expect(status.code == 2, "\(status.output)")
    #expect(
      words(status).contains("the floor: v0.1.1 was cut before (by Kim Min-su, "),
      "\(words(status))")
    #expect(words(status).contains("and its tag is not here"))
    let cut = await project.deed("hanako", "cut", "v0.2.0", "--sign")
    #expect(cut.code == 2 && cut.error.contains("git fetch origin tag v0.1.1"), "\(cut.error)")
    #expect(await project.deed(nil, "verify", "v0.1.0").code == 0, "it came before")
  }

  @Test func `a record without its tag that changes nothing stops nobody`() async throws {
    let project = try await released()
    try project.test.forgeTagRecord(of: "v0.1.1", prefix: "v")
    try project.test.commit("feat: yet more")
    try await cut("v0.2.0", project)
    let verified = await project.deed(nil, "verify", "v0.2.0")
    #expect(verified.code == 0, "\(words(verified))")
    #expect(
      words(verified).contains("v0.1.1 sets no bar here: its tag is not here, and its record"),
      "\(words(verified))")
  }

  @Test func `a forged release whose tag was taken off leaves the others as they were`()
    async throws
  {
    let project = try await released()
    try release("v0.1.1", in: project)
    try project.test.git("tag", "-d", "v0.1.1")
    let list = try project.signers(["hanako": "hanako@example.com", "minsu": "minsu@example.com"])
    try project.test.commit("fix: the list as it was", files: [".deed/signers": list])
    try await cut("v0.2.0", project)
    let verified = await project.deed(nil, "verify", "v0.2.0")
    #expect(verified.code == 0, "\(words(verified))")
    #expect(
      words(verified).contains("v0.1.1 sets no bar here: its tag is not here, and it says"),
      "\(words(verified))")
  }
}
