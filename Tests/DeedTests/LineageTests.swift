import Release
import TestSupport
import Testing

@testable import Deed

/// Ways to bring a list of signers of one's own, by a release that sets the bar for the next.
@Suite struct LineageTests: LineageLab {
  @Test func `a branch from before anybody signed lets in nobody`() async throws {
    let project = try SignedProject(policy: Self.rules)
    let test = project.test
    try test.commit("chore: loose", files: ["deed.toml": "[tags]\nrequire = [\"production\"]\n"])
    _ = await project.deed("hanako", "approve", "v0.9.0", "-q")
    _ = await project.deed("minsu", as: TestRepository.minsu, "approve", "v0.9.0", "-q")
    #expect(await project.deed(nil, "cut", "v0.9.0", "--no-sign", "-q").code == 0)
    try test.commit("feat: sign", files: ["deed.toml": Self.policy])
    _ = await project.deed("minsu", as: TestRepository.minsu, "approve", "v1.0.0", "-q")
    try await cut("v1.0.0", project)
    try test.git("switch", "--quiet", "--create", "side", "v0.9.0")
    try carry("v1.0.1", in: project, files: ["deed.toml": Self.policy])
    try merge("side", in: project)
    expectHeld(try await takeOver("v1.1.0", project), code: 1, "v1.0.1 sets no bar here")
  }

  @Test func `whoever was taken off the list lets in nobody by an older one`() async throws {
    let project = try await released()
    let test = project.test
    let list = try project.signers(["hanako": "hanako@example.com"])
    try test.commit("feat: Min-su left", files: [".deed/signers": list])
    try await cut("v2.0.0", project)
    try test.git("switch", "--quiet", "--create", "side", "v1.0.0")
    try test.commit(
      "fix: x", files: [".deed/signers": try project.signers(["mallory": "hanako@example.com"])])
    _ = await project.deed("minsu", as: TestRepository.minsu, "approve", "v2.0.1", "-q")
    try tag("v2.0.1", in: project)
    try merge("side", in: project)
    expectHeld(try await takeOver("v3.0.0", project), code: 1, "v2.0.1 sets no bar here")
  }

  @Test func `a first release that nobody knew decides over none that was there`() async throws {
    let project = try await released()
    let test = project.test
    try test.git("switch", "--quiet", "--orphan", "side")
    try carry(
      "v0.0.1", in: project,
      files: ["deed.toml": Self.policy.replacing("[\"production\"]", with: "[]")])
    try carry("v1.0.1", in: project)
    try merge("side", in: project)
    try test.commit("chore: the rules", files: ["deed.toml": Self.policy])
    expectHeld(try await takeOver("v1.1.0", project), code: 1, "v1.0.1 sets no bar here")
    let genuine = await project.deed(nil, "verify", "v1.0.0")
    #expect(genuine.code == 0 && !words(genuine).contains("v0.0.1"), "\(words(genuine))")
  }

  @Test(arguments: [
    ("r1.0.0", "r1.1.0", "\nprefix = \"r\"\n"),
    ("api/v1.0.0", "api/v1.1.0", "\n[packages.api]\npaths = [\"api\"]\n"),
  ])
  func `another prefix or a new package lets in nobody`(
    first: String, second: String, rules: String
  ) async throws {
    let project = try await released()
    try carry(
      first, in: project, files: ["deed.toml": Self.policy + rules, "api/x": "x"])
    try project.test.commit("feat: y", files: ["api/x": "y"])
    expectHeld(try await takeOver(second, project), code: 1, "\(first) sets no bar here")
  }

  @Test(arguments: [true, false])
  func `the tag before moved or deleted makes nobody the first`(isMoved: Bool) async throws {
    let project = try await released()
    try carry("v1.0.1", in: project)
    if isMoved {
      try project.test.git("tag", "-f", "-a", "-m", "v1.0.0", "v1.0.0", "v1.0.0^0")
    } else {
      try project.test.git("tag", "-d", "v1.0.0")
    }
    let ran = try await takeOver("v1.1.0", project)
    expectHeld(
      ran, code: 2,
      isMoved ? "the tag v1.0.0 is not the one that was cut" : "v1.0.0 was cut before")
    let hint =
      isMoved
      ? "git fetch --force origin tag v1.0.0   # where the remote has the one that was cut"
      : "git fetch origin tag v1.0.0"
    #expect(ran.error.hasSuffix("hint: \(hint)\n"), "\(ran.error)")
  }

  @Test func `a record that was taken out of the ledger makes nobody the first`() async throws {
    let project = try await released()
    try forget(project)
    try carry("v1.0.1", in: project)
    expectHeld(
      try await takeOver("v1.1.0", project), code: 2, "v1.0.0 was cut by deed, and its record")
  }

  @Test func `an author who approves alone lets in nobody where others are wanted`() async throws {
    let project = try SignedProject(policy: "independent = 1\n\(Self.rules)")
    let test = project.test
    // Hanako wrote it all.
    let minsu = TestRepository.minsu
    #expect(await project.deed("minsu", as: minsu, "approve", "v1.0.0", "-q").code == 0)
    #expect(await project.deed("hanako", "cut", "v1.0.0", "--sign", "-q").code == 0)
    let list = try project.signers(["mallory": "minsu@example.com"])
    try test.commit("fix: x", files: [".deed/signers": list])
    _ = await project.deed("hanako", "approve", "v1.0.1", "-q")
    try tag("v1.0.1", in: project)
    try test.commit("feat: evil")
    _ = await project.deed("mallory", as: minsu, "approve", "v1.1.0", "-q")
    try tag("v1.1.0", in: project)
    expectHeld(
      await project.deed(nil, "verify", "v1.1.0"), code: 1, "v1.0.1 sets no bar here")
  }

  @Test func `a reject keeps a list out, whoever else approved it`() async throws {
    let project = try await released()
    let list = try project.signers(["mallory": "hanako@example.com"])
    try project.test.commit("fix: x", files: [".deed/signers": list])
    _ = await project.deed("hanako", "approve", "v1.0.1", "-q")
    _ = await project.deed("minsu", as: TestRepository.minsu, "reject", "v1.0.1", "-m", "no", "-q")
    try tag("v1.0.1", in: project)
    // The tag does not say what was there before it.
    expectHeld(try await takeOver("v1.1.0", project), code: 2)
  }

  @Test func `a list takes the place of the readers' own only where those let it in`() async throws
  {
    let project = try SignedProject(policy: "required = 1\n[tags]\nrequire = [\"production\"]")
    let own = "\(project.test.directory)/own"
    try Files.write(
      try project.signers(["hanako": "hanako@example.com", "minsu": "minsu@example.com"]), to: own)
    let settings = [("gpg.ssh.allowedSignersFile", own)]
    #expect(await project.deed("hanako", "approve", "v1.0.0", "-q", with: settings).code == 0)
    let ran = await project.deed("hanako", "cut", "v1.0.0", "--sign", "-q", with: settings)
    #expect(ran.code == 0, "\(ran.error)")
    try carry("v1.0.1", in: project, files: ["deed.toml": Self.policy])
    expectHeld(
      try await takeOver("v1.1.0", project, with: settings), code: 1, "v1.0.1 sets no bar here")
    // And without any list of one's own nobody can tell.
    expectHeld(await project.deed(nil, "verify", "v1.1.0"), code: 2)
  }

  @Test(arguments: [["--filter=tree:0"], ["--depth=2"], ["--single-branch", "--no-tags"]])
  func `a clone that lacks something takes nobody for the first`(options: [String]) async throws {
    let project = try await released()
    let test = project.test
    try carry("v1.0.1", in: project)
    _ = try await takeOver("v1.1.0", project)
    let server = try test.bare()
    try test.git("push", "--quiet", "origin", "main", "--tags", "refs/notes/deed/*")
    try server.git("config", "uploadpack.allowFilter", "true")
    let path = "\(test.directory)/lacking"
    try test.git(["clone", "--quiet"] + options + ["file://\(server.path)", path])
    let clone = test.at(path)
    if options.contains("--no-tags") {
      try clone.git("fetch", "--quiet", "--no-tags", "origin", "tag", "v1.0.1", "tag", "v1.1.0")
    }
    #expect(await clone.deed("sync", "--pull", "-q").code == 0)
    let verified = await clone.deed("verify", "v1.1.0")
    expectHeld(verified, code: 2)
  }

  @Test func `a hook that comes after a forged release holds the next to the one before it`()
    async throws
  {
    let project = try await released()
    let test = project.test
    try carry("v1.0.1", in: project)
    let server = try test.bare()
    try test.git("push", "--quiet", "origin", "main", "--tags", "refs/notes/deed/*")
    try server.installHook(["--require", "production"])
    _ = try await takeOver("v1.1.0", project)
    let arguments = ["push", "--quiet", "origin", "main", "v1.1.0", "refs/notes/deed/*"]
    let refused = try test.run(arguments)
    #expect(refused.status != 0, "\(refused.error)")
    #expect(refused.error.contains("v1.1.0: production: signoffs 0 of 1"), "\(refused.error)")
    #expect(await project.deed("hanako", "approve", "v1.1.0", "-e", "production", "-q").code == 0)
    let taken = try test.run(arguments)
    #expect(taken.status == 0, "\(taken.error)")
  }

  @Test func `a record alone that nobody let in makes no release fail`() async throws {
    let project = try await released()
    try project.test.git("switch", "--quiet", "--create", "side")
    try carry("v1.0.1", in: project)
    try project.test.git("tag", "-d", "v1.0.1")
    try project.test.git("switch", "--quiet", "main")
    let all = await project.deed(nil, "verify", "--all")
    #expect(all.code == 0, "\(words(all))")
    #expect(words(all).contains("it is taken for no release: its tag is not here"), "\(words(all))")
  }

  @Test func `who was first is not told by a ledger that was joined from two`() async throws {
    let project = try await released()
    try join("v1.0.1", in: project)
    expectHeld(
      try await takeOver("v1.1.0", project), code: 2, "which of them was there first cannot be told"
    )
  }
}

/// What honest people do, and that keeps none of their releases from setting the bar.
@Suite struct HonestLineageTests {
  private func released() async throws -> SignedProject {
    let project = try SignedProject(
      policy: "required = 1\nsigners = \".deed/signers\"\n[tags]\nrequire = [\"production\"]")
    try await cut("v1.0.0", project)
    let list = try project.signers(["hanako": "hanako@example.com"])
    try project.test.commit("feat: another list", files: [".deed/signers": list])
    return project
  }

  private func cut(_ version: String, _ project: SignedProject) async throws {
    #expect(await project.deed("hanako", "approve", version, "-q").code == 0)
    let ran = await project.deed("hanako", "cut", version, "--sign", "-q")
    #expect(ran.code == 0, "\(ran.error)")
  }

  private func expectNext(_ version: String, _ project: SignedProject) async throws {
    try project.test.commit("feat: more")
    try await cut(version, project)
    let verified = await project.deed(nil, "verify", version)
    #expect(verified.code == 0 && !verified.output.contains("sets no bar"), "\(verified.output)")
  }

  @Test func `an approval that is taken back after the cut takes back no release`() async throws {
    let project = try await released()
    try await cut("v1.1.0", project)
    #expect(await project.deed("hanako", "withdraw", "v1.1.0", "-q").code == 0)
    try await expectNext("v1.2.0", project)
  }

  /// A release that nobody had to approve, and then rules that want it.
  private func lax(_ version: String) async throws -> SignedProject {
    let project = try SignedProject(files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    let ran = await project.deed("hanako", "cut", version, "--sign", "-q")
    #expect(ran.code == 0, "\(ran.error)")
    return project
  }

  private static let strict = """
    [approvals]
    signed = true
    required = 1
    signers = ".deed/signers"
    [tags]
    require = ["production"]

    """

  @Test func `a package that wants more is no bar for what stood before it`() async throws {
    let project = try await lax("v1.0.0")
    let before = await project.deed(nil, "verify", "v1.0.0")
    let rules = Self.strict + "[packages.api]\npaths = [\"api\"]\n"
    try project.test.commit("feat: api", files: ["deed.toml": rules, "api/x": "x"])
    try await cut("api/v1.0.0", project)
    #expect(await project.deed(nil, "verify", "v1.0.0").output == before.output)
    let package = await project.deed(nil, "verify", "api/v1.0.0")
    #expect(package.code == 0, "\(package.output)")
    try await expectNext("v1.1.0", project)
  }

  @Test func `a backport that wants more is no bar for what stood before it`() async throws {
    let project = try await lax("v1.0.0")
    let test = project.test
    try test.commit("feat: more")
    #expect(await project.deed("hanako", "cut", "v2.0.0", "--sign", "-q").code == 0)
    let before = await project.deed(nil, "verify", "v2.0.0")
    try test.git("switch", "--quiet", "--create", "release/1", "v1.0.0")
    try test.commit("fix: x", files: ["deed.toml": Self.strict])
    try await cut("v1.0.1", project)
    try test.git("switch", "--quiet", "main")
    #expect(await project.deed(nil, "verify", "v2.0.0").output == before.output)
  }

  @Test func `a list approved before the first release, and cut after it, is no bar for that`()
    async throws
  {
    let project = try SignedProject(policy: "required = 1\nsigners = \".deed/signers\"")
    let test = project.test
    let rules = Self.strict + "[packages.api]\npaths = [\"api\"]\n"
    try test.commit("feat: api", files: ["deed.toml": rules, "api/x": "x"])
    let first = try test.id("HEAD")
    let list = try project.signers(["hanako": "hanako@example.com"])
    try test.commit("feat: another list", files: [".deed/signers": list, "api/x": "y"])
    #expect(await project.deed("hanako", "approve", "api/v1.0.0", "-q").code == 0)
    try test.git("switch", "--quiet", "--detach", "\(first)")
    for arguments in [
      ["approve", "v1.0.0", "-q"], ["cut", "v1.0.0", "--commit", "\(first)", "--sign", "-q"],
    ] {
      let ran = await project.deed("hanako", arguments)
      #expect(ran.code == 0, "\(ran.error)")
    }
    let before = await project.deed(nil, "verify", "v1.0.0")
    try test.git("switch", "--quiet", "main")
    let ran = await project.deed("hanako", "cut", "api/v1.0.0", "--sign", "-q")
    #expect(ran.code == 0, "\(ran.error)")
    #expect(await project.deed(nil, "verify", "v1.0.0").output == before.output)
    #expect(await project.deed(nil, "verify", "api/v1.0.0").code == 0)
  }

  @Test func `what is shipped of a release after its cut makes it no less of one`() async throws {
    let project = try await released()
    try await cut("v1.1.0", project)
    let recorded = await project.deed(
      nil, "artifacts", "record", "v1.1.0", "--image",
      "registry.example.com/app@sha256:\(String(repeating: "ab", count: 32))", "--no-sign")
    #expect(recorded.code == 0, "\(recorded.error)")
    let status = await project.deed(nil, "status", "v1.1.0")
    #expect(status.output.contains("stale") || status.output.contains("0 of 1"), "\(status.output)")
    try await expectNext("v1.2.0", project)
  }

  @Test func `a backport that changes the list changes nothing above it`() async throws {
    let project = try await released()
    try await cut("v2.0.0", project)
    try project.test.git("switch", "--quiet", "--create", "release/1", "v1.0.0")
    let list = try project.signers(["minsu": "minsu@example.com"])
    try project.test.commit("fix: the list", files: [".deed/signers": list])
    try await cut("v1.0.1", project)
    try project.test.git("switch", "--quiet", "main")
    #expect(await project.deed(nil, "verify", "v2.0.0").code == 0)
    try await expectNext("v2.1.0", project)
  }
}
