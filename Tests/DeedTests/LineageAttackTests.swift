import Release
import TestSupport
import Testing

@testable import Deed

/// What those with a key that counts, or did once, try so that others' keys count.
@Suite struct LineageAttackTests: LineageLab {
  private let minsu = TestRepository.minsu

  private func reject() -> Record.Body {
    .signoff(
      Record.Signoff(decision: .reject, role: nil, comment: "no", covers: Record.Covers()))
  }

  /// Takes Min-su off the list, and releases that.
  private func leave(_ version: String, _ project: SignedProject) async throws {
    let list = try project.signers(["hanako": "hanako@example.com"])
    try project.test.commit("feat: Min-su left", files: [".deed/signers": list])
    try await cut(version, project)
  }

  @Test(arguments: [
    ("r1.0.0", "r1.1.0", "\nprefix = \"r\"\n"),
    ("api/v0.0.1", "api/v1.0.0", "\n[packages.api]\npaths = [\"api\"]\n"),
  ])
  func `a history of its own under another prefix lets in nobody`(
    first: String, second: String, rules: String
  ) async throws {
    let project = try await released()
    let test = project.test
    try test.git("switch", "--quiet", "--orphan", "side")
    let files = ["deed.toml": Self.policy + rules, "api/x": "x"]
    try carry(first, in: project, files: files)
    try merge("side", in: project)
    try test.commit("feat: more", files: files)
    expectHeld(try await takeOver(second, project), code: 1, "no key of")
    let genuine = await project.deed(nil, "verify", "v1.0.0")
    #expect(genuine.code == 0 && !words(genuine).contains(first), "\(words(genuine))")
  }

  @Test func `a history of its own lets in nobody where the genuine tag is not here`() async throws
  {
    let project = try await released()
    let test = project.test
    try test.git("switch", "--quiet", "--orphan", "side")
    try carry("r1.0.0", in: project, files: ["deed.toml": Self.policy + "\nprefix = \"r\"\n"])
    try test.git("tag", "-d", "v1.0.0")
    expectHeld(try await takeOver("r1.1.0", project), code: 2)
  }

  @Test func `a key that has expired lets in no signers today`() async throws {
    // The tests' clock begins with 2026.
    let project = try SignedProject(policy: Self.rules)
    let test = project.test
    let minsu = try project.publicKey("minsu")
    let list =
      try project.signers(["hanako": "hanako@example.com"])
      + "minsu@example.com valid-before=\"20251231\" \(minsu)\n"
    try test.commit("chore: till the end of the year", files: [".deed/signers": list])
    try await cut("v1.0.0", project)
    try test.commit(
      "fix: x", files: [".deed/signers": try project.signers(["mallory": "hanako@example.com"])])
    _ = await project.deed("minsu", as: self.minsu, "approve", "v1.0.1", "-q")
    try tag("v1.0.1", in: project)
    expectHeld(try await takeOver("v1.1.0", project), code: 1, "v1.0.1 sets no bar here")
  }

  @Test func `a tag dated back before a reject lets in nobody`() async throws {
    let project = try await released()
    let test = project.test
    let list = try project.signers(["mallory": "hanako@example.com"])
    try test.commit("fix: x", files: [".deed/signers": list])
    #expect(await project.deed("minsu", as: minsu, "approve", "v1.0.1", "-q").code == 0)
    let time = test.tick()
    _ = await project.deed("hanako", "reject", "v1.0.1", "-m", "no", "-q")
    let tagged = try Program.run(
      "git",
      [
        "-c", "gpg.format=ssh", "-c", "user.signingkey=\(test.directory)/minsu", "tag", "-s", "-m",
        "v1.0.1", "v1.0.1",
      ], directory: test.path,
      environment: test.as(minsu).environment.merging(
        ["GIT_COMMITTER_DATE": "\(time) +0000"]) { $1 })
    try #require(tagged.status == 0, "\(tagged.error)")
    try project.write(
      .tag(object: try test.id("v1.0.1")), of: "v1.0.1", by: minsu, signedBy: "minsu",
      time: Timestamp(seconds: time))
    expectHeld(try await takeOver("v1.1.0", project), code: 2)
  }

  @Test func `a reject dated back by whoever was taken off the list undoes no release`()
    async throws
  {
    let project = try await released()
    let test = project.test
    try await leave("v2.0.0", project)
    try project.write(
      reject(), of: "v2.0.0", at: "v2.0.0", by: minsu, signedBy: "minsu",
      time: Timestamp(seconds: TestRepository.epoch))
    try test.commit(
      "fix: x", files: [".deed/signers": try project.signers(["mallory": "hanako@example.com"])])
    _ = await project.deed("minsu", as: minsu, "approve", "v3.0.0", "-q")
    try tag("v3.0.0", in: project)
    expectHeld(try await takeOver("v3.1.0", project), code: 1, "v3.0.0 sets no bar here")
  }

  @Test(arguments: [false, true])
  func `a record planted before somebody left lets in nobody later`(hasWord: Bool) async throws {
    let project = try await released()
    let test = project.test
    try test.git("switch", "--quiet", "--create", "side")
    try test.commit(
      "fix: x", files: [".deed/signers": try project.signers(["mallory": "hanako@example.com"])])
    try test.git("tag", "-a", "-m", "v3.0.0", "v3.0.0")
    let planted = try test.id("v3.0.0")
    try project.write(
      .tag(object: planted), of: "v3.0.0", by: minsu, signedBy: "minsu")
    if hasWord {
      let word = Record.Signoff(
        decision: .approve, role: nil, comment: nil, covers: Record.Covers())
      try project.write(.signoff(word), of: "v3.0.0", by: minsu)
    }
    try test.git("tag", "-d", "v3.0.0")
    try test.git("switch", "--quiet", "main")
    try await leave("v2.0.0", project)
    try test.git("switch", "--quiet", "side")
    try test.git("update-ref", "refs/tags/v3.0.0", "\(planted)")
    _ = await project.deed("minsu", as: minsu, "approve", "v3.0.0", "-q")
    try merge("side", in: project)
    let verified = try await takeOver("v3.1.0", project)
    #expect(verified.code != 0, "\(words(verified))")
    #expect(!words(verified).contains("is proven by their keys"), "\(words(verified))")
  }

  @Test func `a release that nobody approved takes no line out of the mailmap`() async throws {
    let two = Person(name: "Hanako", email: "h2@example.com")
    let mallory = Person(name: "Mallory", email: "mallory@example.com")
    let project = try SignedProject(
      ["hanako": "hanako@example.com", "minsu": two.email, "mallory": mallory.email],
      policy: Self.rules.replacing("required = 1", with: "required = 2"),
      files: [".mailmap": "Hanako <hanako@example.com> <\(two.email)>\n"])
    let test = project.test
    _ = await project.deed("mallory", as: mallory, "approve", "v1.0.0", "-q")
    try await cut("v1.0.0", project)
    try test.commit("chore: mailmap", files: [".mailmap": "\n"])
    try tag("v1.0.1", in: project)
    try test.commit("feat: more")
    _ = await project.deed("hanako", "approve", "v1.1.0", "-q")
    _ = await project.deed("minsu", as: two, "approve", "v1.1.0", "-q")
    let ran = await project.deed("hanako", "cut", "v1.1.0", "--sign", "-q")
    #expect(ran.code == 1 && words(ran).contains("1 of 2"), "\(words(ran))")
  }

  @Test func `a go on a ledger of one's own lowers no bar`() async throws {
    let project = try SignedProject(
      policy: Self.rules.replacing("required = 1", with: "required = 2"))
    let test = project.test
    _ = await project.deed("minsu", as: minsu, "approve", "v1.0.0", "-q")
    try await cut("v1.0.0", project)
    let genuine = try test.id("refs/notes/deed/deployments")
    let tag = try test.id("v1.0.0")
    try test.commit("chore: one", files: ["deed.toml": Self.policy])
    try forget(project)
    try test.git("tag", "-d", "v1.0.0")
    _ = await project.deed("minsu", as: minsu, "approve", "v1.2.0", "-q")
    let go = await project.deed("minsu", as: minsu, "go", "v1.2.0", "-e", "production", "-q")
    #expect(go.code == 0, "\(words(go))")
    let ran = await project.deed("minsu", as: minsu, "cut", "v1.2.0", "--sign", "-q")
    #expect(ran.code == 0, "\(words(ran))")
    try test.git("update-ref", "refs/tags/v1.0.0", "\(tag)")
    try test.git("notes", "--ref", "deed/deployments", "merge", "-s", "cat_sort_uniq", "\(genuine)")
    let verified = await project.deed(nil, "verify", "v1.2.0")
    expectHeld(verified, code: 2, "which was there first, v1.2.0 or v1.0.0, cannot be told")
  }

  @Test func `a list that is a symbolic link is another one`() async throws {
    let project = try await released()
    let test = project.test
    let blob = try test.git("rev-parse", "HEAD:.deed/signers").split(separator: "\n")[0]
    try test.git("update-index", "--cacheinfo", "120000,\(blob),.deed/signers")
    try test.git("commit", "--quiet", "-m", "fix: x")
    try test.git("reset", "--quiet", "--hard")
    try tag("v1.0.1", in: project)
    let own = try project.signers(["hanako": "hanako@example.com", "minsu": "minsu@example.com"])
    try test.git("rm", "--quiet", ".deed/signers")
    try test.commit("fix: the list", files: [".deed/signers": own])
    try await cut("v1.1.0", project)
    let verified = await project.deed(nil, "verify", "v1.1.0")
    #expect(verified.code == 0, "\(words(verified))")
    #expect(words(verified).contains("v1.0.1 sets no bar here"), "\(words(verified))")
  }

  @Test(arguments: ["\"v\":2", "\"format\":\"x509\""])
  func `a sign-off that nobody can judge stops no release after it`(what: String) async throws {
    let project = try await released()
    let test = project.test
    try test.commit(
      "feat: another list",
      files: [".deed/signers": try project.signers(["hanako": "hanako@example.com"])])
    try await cut("v1.1.0", project)
    let lines = try test.records("signoffs", at: "v1.1.0^{commit}")
    let line = try #require(lines.first).replacing(
      "\"v\":1", with: what.hasPrefix("\"v") ? what : "\"v\":1"
    )
    .replacing("\"format\":\"ssh\"", with: what.hasPrefix("\"f") ? what : "\"format\":\"ssh\"")
    #expect(!lines.contains(line))
    try project.append(Array(line.utf8), to: "signoffs", at: "v1.1.0")
    try test.commit("feat: more")
    try await cut("v1.2.0", project)
    let verified = await project.deed(nil, "verify", "v1.2.0")
    #expect(verified.code == 0, "\(words(verified))")
  }

  @Test func `a tag record that nobody can read stops nobody where it changes nothing`()
    async throws
  {
    let project = try await released()
    let test = project.test
    let line = try #require(try test.records("deployments").first)
      .replacing("\"v\":1", with: "\"v\":2").replacing("v1.0.0", with: "v1.0.5")
    try project.append(Array(line.utf8), to: "deployments", at: "v1.0.0")
    try test.commit("feat: more")
    try await cut("v1.1.0", project)
    #expect(await project.deed(nil, "verify", "v1.1.0").code == 0)
  }

  @Test func `a tag by nobody waits for no ledgers, whatever it names`() async throws {
    let project = try await released(Self.rules + "\nsign = \"always\"")
    let test = project.test
    _ = try test.bare()
    #expect(await project.deed(nil, "sync", "-q").code == 0)
    let list = try project.signers(["mallory": "hanako@example.com"])
    try test.commit("fix: x", files: [".deed/signers": list])
    let nowhere = String(repeating: "1", count: 40)
    try test.git([
      "-c", "gpg.format=ssh", "-c", "user.signingkey=\(test.directory)/mallory", "tag", "-s",
      "-m", "v1.0.1", "-m", "Deed-Ledgers: signoffs=\(nowhere)", "v1.0.1",
    ])
    try project.write(
      .tag(object: try test.id("v1.0.1")), of: "v1.0.1", by: TestRepository.hanako,
      signedBy: "mallory")
    try test.git("revert", "--no-edit", "HEAD")
    try await cut("v1.1.0", project)
    let verified = await project.deed(nil, "verify", "v1.1.0")
    #expect(verified.code == 0, "\(words(verified))")
    #expect(words(verified).contains("v1.0.1 sets no bar here"), "\(words(verified))")
  }

  @Test func `a tag names the ledgers that were fetched before it, without a push, too`()
    async throws
  {
    let project = try await released()
    let test = project.test
    _ = try test.bare()
    #expect(await project.deed(nil, "init", "-q").code == 0)
    try test.commit("feat: more", files: ["a": "a"])
    try test.git("push", "--quiet", "origin", "main", "--tags", "refs/notes/deed/*")
    let clone = project.at(try test.clone())
    #expect(await clone.deed(nil, "sync", "--pull", "-q").code == 0)
    let approved = await clone.deed("minsu", as: minsu, "approve", "v1.1.0", "--push", "-q")
    #expect(approved.code == 0, "\(words(approved))")
    // With what `deed init` configured it brings the ledgers, and unites nothing.
    try test.git("pull", "--quiet", "origin", "main")
    try test.git("fetch", "--quiet", "origin")
    let cut = await project.deed("hanako", "cut", "v1.1.0", "--sign", "-q")
    #expect(cut.code == 0, "\(words(cut))")
    let tag = try test.git("cat-file", "tag", "v1.1.0")
    let approval = try clone.test.id("refs/notes/deed/signoffs")
    #expect(tag.contains("Deed-Ledgers: ") && tag.contains("signoffs=\(approval)"), "\(tag)")
  }

  @Test func `a record at a commit with rules that nobody can read stops nobody`() async throws {
    let project = try await released()
    let test = project.test
    try test.commit("chore: a slip", files: ["deed.toml": "[approvals\n"])
    try project.write(.tag(object: try test.id("HEAD")), of: "v1.0.5", by: minsu)
    try test.commit("chore: mend it", files: ["deed.toml": Self.policy])
    try await cut("v1.1.0", project)
    let verified = await project.deed(nil, "verify", "v1.1.0")
    #expect(verified.code == 0, "\(words(verified))")
  }

  @Test func `a forged record on a joined ledger stops nobody once its tag is gone`() async throws {
    let project = try await released()
    let test = project.test
    try join("v1.0.1", in: project)
    try test.git("revert", "--no-edit", "HEAD")
    try test.git("tag", "-d", "v1.0.1")
    try await cut("v1.1.0", project)
    #expect(await project.deed(nil, "verify", "v1.1.0").code == 0)
  }
}
