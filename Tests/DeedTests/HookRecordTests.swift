import Release
import TestSupport
import Testing

@testable import Deed

/// Records that releases were cut, and which of them a server takes without their tags.
@Suite struct HookRecordTests {
  private static let ledger = "refs/notes/deed/deployments"

  @Test func `what replaces a record and counts for nothing does not let it in`() async throws {
    let project = try SignedProject(
      policy: "signers = \".deed/signers\"\n[tags]\nsign = \"always\"")
    let test = project.test
    _ = try test.guardedServer()
    let cut = await project.deed("hanako", "cut", "v0.1.0", "--push", "-q")
    try #require(cut.code == 0, "\(cut.error)")
    try test.commit("feat: more")
    try project.write(.tag(object: try test.id("HEAD")), of: "v0.1.0", by: TestRepository.minsu)
    let line = try #require(try test.records("deployments").first)
    let other = try #require(LedgerLine(parsing: Array(line.utf8)).id)
    for key in [nil, "mallory"] {
      try project.write(
        .tag(object: try test.id("v0.1.0")), of: "v0.1.0", at: "v0.1.0",
        by: TestRepository.hanako, signedBy: key, replacing: [other])
      let refused = try test.run(["push", "origin", Self.ledger])
      #expect(refused.unwrapped.contains("records say that v0.1.0 was cut"), "\(refused.error)")
    }
    // Whoever cut it may say so.
    try project.write(
      .tag(object: try test.id("v0.1.0")), of: "v0.1.0", at: "v0.1.0",
      by: TestRepository.hanako, signedBy: "hanako", replacing: [other])
    let pushed = try test.run(["push", "origin", Self.ledger])
    #expect(pushed.status == 0, "\(pushed.error)")
  }

  @Test func `a record that another has replaced needs no tag, and comes back where it was lost`()
    async throws
  {
    let team = try GuardedTeam(policy: "")
    let test = team.hanako
    // Two cuts of which nobody has the tag any more, and the one that was meant.
    for message in ["one", "two"] {
      #expect(await test.deed("cut", "v1.0.0", "-m", message, "-q").code == 0)
      try test.git("tag", "-d", "v1.0.0")
    }
    let cut = await test.deed("cut", "v1.0.0", "-m", "three", "--push", "-q")
    #expect(cut.code == 0, "\(cut.error)")
    let lines = try test.records("deployments")
    #expect(lines.count == 3)
    #expect(try team.server.records("deployments", at: "main") == lines)
    // The server keeps the last alone.
    let tag = "\(try test.id("v1.0.0"))"
    let last = try #require(lines.first { $0.contains(tag) })
    try team.server.git(
      ["notes", "--ref", "deed/deployments", "add", "-f", "-F", "-", "main"],
      input: Array("\(last)\n".utf8))
    let ran = await test.deed("sync")
    #expect(ran.code == 0, "\(ran.output)\(ran.error)")
    #expect(try team.server.records("deployments", at: "main") == lines)
  }

  @Test func `a tag that git will not take lets in no record of it`() async throws {
    let team = try GuardedTeam(policy: "")
    let test = team.hanako
    #expect(await test.deed("cut", "v1.0.0", "--push", "-q").code == 0)
    let (mine, theirs) = (try test.id("v1.0.0"), try team.server.git("rev-parse", Self.ledger))
    try test.git("tag", "-f", "-a", "-m", "evil", "v1.0.0")
    let evil = try test.id("v1.0.0")
    try test.git("push", "--quiet", "origin", "\(evil):refs/tags/evil")
    // No git sends this, and any other program can.
    let none = String(repeating: "0", count: 40)
    for (old, new) in [(none, "\(evil)"), ("\(evil)", "\(mine)"), ("\(evil)", none)] {
      let input = "\(old) \(new) refs/tags/v1.0.0\n\(theirs) \(theirs) \(Self.ledger)\n"
      let said = await team.server.deed(["hook", "pre-receive"], input: input).error
      #expect(
        said.contains(
          "- refs/tags/v1.0.0: it has moved on meanwhile\n  hint: git fetch --tags   # then push"),
        "\(said)")
    }
  }

  @Test func `no record is taken of a tag that no policy calls a release`() async throws {
    let team = try GuardedTeam(policy: "")
    let test = team.minsu
    try test.git("tag", "-a", "-m", "evil", "web/v0.1.0")
    try test.forgeTagRecord(of: "web/v0.1.0", prefix: "web/v", object: "web/v0.1.0")
    let said = try team.push(test, "--atomic", "web/v0.1.0", Self.ledger)
    #expect(
      said?.contains("deed.toml of its commit has no such releases") ?? false, "\(said ?? "")")
    // So it goes as it came, and what is printed puts the record away.
    #expect(try team.push(test, "web/v0.1.0") == nil)
    let command =
      "git push origin --delete web/v0.1.0; git tag -d web/v0.1.0 && deed cut web/v0.1.0 --take-back"
    #expect(said?.contains(command) ?? false, "\(said ?? "")")
    #expect(try team.push(test, "--delete", "web/v0.1.0") == nil)
    try test.git("tag", "-d", "web/v0.1.0")
    #expect(await test.deed("cut", "web/v0.1.0", "--take-back").code == 0)
  }

  @Test func `a tag of which a record speaks stays, whether any policy names it or not`()
    async throws
  {
    let team = try GuardedTeam(policy: "")
    let test = team.minsu
    try test.commit("feat: more")
    for name in ["web/v0.1.0", "web/v0.2.0"] { try test.git("tag", "-a", "-m", "evil", name) }
    try test.forgeTagRecord(of: "web/v0.1.0", prefix: "web/v", object: "web/v0.1.0")
    // Before the hook came.
    #expect(try team.push(test, "web/v0.1.0", "web/v0.2.0", "main") == nil)
    try test.plant()
    for refspec in [":refs/tags/web/v0.1.0", "+web/v0.2.0:refs/tags/web/v0.1.0"] {
      let said = try team.push(test, refspec)
      #expect(said?.contains("- web/v0.1.0: the tag of a release is never") ?? false, "\(refspec)")
    }
    // Nobody recorded the other.
    #expect(try team.push(test, "+web/v0.1.0:refs/tags/web/v0.2.0") == nil)
    #expect(try team.push(test, "--delete", "web/v0.2.0") == nil)
    // Nor does it go when the team has come to have such a package.
    try test.commit(
      "feat: a package", files: ["web/x": "x", "deed.toml": "[packages.web]\npaths = [\"web\"]\n"])
    #expect(try team.push(test, "main") == nil)
    #expect(try team.push(test, "--delete", "web/v0.1.0") != nil)
  }
}
