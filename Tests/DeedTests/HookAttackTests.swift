import Release
import TestSupport
import Testing

@testable import Deed

/// What somebody who may push tries with plain git, and what the server says to it.
@Suite struct HookAttackTests {
  private let notes = "refs/notes/deed/signoffs"

  private func refused(
    _ said: String?, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(said?.contains(reason) ?? false, "\(said ?? "taken")", sourceLocation: sourceLocation)
  }

  @Test func `a release tag is never moved, deleted or taken for another`() async throws {
    let team = try GuardedTeam()
    try await team.release("v1.0.0")
    let test = team.minsu
    try test.git("fetch", "--quiet", "--tags")
    try test.commit("feat: evil")
    try test.git("tag", "--force", "-a", "-m", "evil", "v1.0.0")
    refused(
      try team.push(test, "--force", "v1.0.0"), "- v1.0.0: the tag of a release is never moved")
    refused(
      try team.push(test, "--delete", "v1.0.0"), "- v1.0.0: the tag of a release is never deleted")
    let tree = try test.git("rev-parse", "HEAD^{tree}")
    try test.git("tag", "-a", "-m", "tree", "v1.2.0", tree)
    refused(try team.push(test, "v1.2.0"), "v1.2.0 does not point at a commit")
    // The same with a policy that gives releases another name.
    try test.commit("chore: rename", files: ["deed.toml": "[tags]\nprefix = \"rel-\"\n"])
    try test.git("tag", "--force", "-a", "-m", "evil", "v1.0.0")
    refused(try team.push(test, "--force", "v1.0.0", "main"), "never moved")
    #expect(try team.push(test, "main") == nil)
    refused(try team.push(test, "--force", "v1.0.0"), "never moved")
    refused(try team.push(test, "--delete", "v1.0.0"), "never deleted")
    try test.git("update-ref", "refs/tags/v1.1.0", "HEAD~1")
    refused(try team.push(test, "v1.1.0"), "v1.1.0 is a lightweight tag")
    try test.git("update-ref", "refs/tags/v1.1.0", try team.server.id("v1.0.0").description)
    refused(try team.push(test, "v1.1.0"), "the tag object of v1.1.0 says that it is v1.0.0")
  }

  @Test func `a release does not lower its own bar, by policy, prefix or package`() async throws {
    let team = try GuardedTeam()
    try await team.release("v1.0.0")
    let test = team.minsu
    for policy in [
      "[approvals]\nrequired = 0\n", "[tags]\nprefix = \"rel-\"\n",
      "[approvals]\nrequired = 0\n"
        + "[packages.x]\nprefix = \"x-\"\npaths = [\"x\"]\n",
    ] {
      try test.commit("chore: lower", files: ["deed.toml": policy])
      try test.git("tag", "--force", "-a", "-m", "evil", "v1.1.0")
      refused(
        try team.push(test, "v1.1.0", "main"), "- v1.1.0: production: signoffs 0 of 2")
    }
  }

  @Test func `a record without its tag lowers no bar`() async throws {
    let team = try GuardedTeam()
    try await team.release("v1.0.0")
    let test = team.minsu
    #expect(await test.deed("sync", "--pull").code == 0)
    try test.commit("chore: lower", files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    try test.forgeTagRecord(of: "v1.0.9", prefix: "v")
    try test.git("tag", "-a", "-m", "evil", "v1.1.0")
    refused(
      try team.push(test, "main", "v1.1.0", "refs/notes/deed/deployments"), "signoffs 0 of 2")
    #expect(try team.push(test, "main", "refs/notes/deed/deployments") == nil)
    refused(try team.push(test, "v1.1.0"), "signoffs 0 of 2")
  }

  @Test func `what the server requires no policy lowers, not that of the first release`() throws {
    let team = try GuardedTeam(policy: "", "--require", "production")
    let test = team.hanako
    try test.commit("chore: lower", files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    try test.git("tag", "-a", "-m", "evil", "v1.0.0")
    refused(try team.push(test, "v1.0.0", "main"), "production: signoffs 0 of 2")
    try test.commit("chore: rename", files: ["deed.toml": "[environments.live]\n"])
    try test.git("tag", "--force", "-a", "-m", "evil", "v1.0.0")
    refused(
      try team.push(test, "v1.0.0", "main"),
      "production: the policy at \(try test.id("HEAD").short) has no such environment")
    try test.commit("chore: prefix", files: ["deed.toml": "[tags]\nprefix = \"rel-\"\n"])
    try test.git("tag", "-a", "-m", "evil", "rel-1.0.0")
    refused(try team.push(test, "rel-1.0.0", "main"), "rel-1.0.0: production: signoffs 0 of 2")
  }

  @Test func `records that only look fetched count for nothing`() async throws {
    let team = try GuardedTeam()
    try await team.approve("v1.0.0", pushing: false)
    let test = team.hanako
    #expect(try team.push(test, "\(notes):refs/deed/remotes/x/signoffs") == nil)
    #expect(try team.push(test, "\(notes):refs/deed/remotes/origin/signoffs") == nil)
    try test.git("tag", "-a", "-m", "evil", "v1.0.0")
    refused(try team.push(test, "v1.0.0"), "signoffs 0 of 2")
  }

  @Test func `a ledger is never deleted, rewritten or cut short`() async throws {
    let team = try GuardedTeam()
    try await team.approve("v1.0.0")
    let test = team.minsu
    #expect(await test.deed("reject", "v1.0.0", "-m", "no", "-q", "--push").code == 0)
    refused(try team.push(test, "--delete", notes), "\(notes): it would be deleted")
    let all = try test.records("signoffs")
    try test.git(
      "notes", "--ref", "deed/signoffs", "add", "-f", "-m", all.dropLast().joined(separator: "\n"))
    refused(try team.push(test, notes), "1 line(s) that stand in the note of ")
    try test.git(
      "notes", "--ref", "deed/signoffs", "add", "-f", "-m",
      all.joined(separator: "\n").replacing("reject", with: "approve"))
    refused(try team.push(test, notes), "would be gone or altered")
    try test.git("notes", "--ref", "deed/signoffs", "remove")
    refused(try team.push(test, "--force", notes), "would be gone or altered")
    try test.git("update-ref", "-d", notes)
    try test.git("notes", "--ref", "deed/signoffs", "add", "-m", all.joined(separator: "\n"))
    refused(try team.push(test, "--force", notes), "its history would be rewritten")
    let blob = try test.git("hash-object", "-w", "deed.toml")
    refused(try team.push(test, "--force", "\(blob):\(notes)"), "it would point at a blob")
    // All of it is mended by the command that is named.
    #expect(await test.deed("sync").code == 0)
    #expect(try test.records("signoffs") == all)
  }

  @Test func `lines that are no records of their commit stay outside, with all that comes along`()
    async throws
  {
    let team = try GuardedTeam()
    let test = team.hanako
    try await team.approve("v1.0.0", pushing: false)
    let approvals = try test.records("signoffs").joined(separator: "\n")
    try test.commit("feat: something else")
    try test.git("notes", "--ref", "deed/signoffs", "add", "-m", approvals)
    let said = try team.push(test, "main", notes)
    refused(said, "a signoff of commit \(try test.id("HEAD~1").short) stands in the note of ")
    refused(said, "(git notes --ref deed/signoffs edit \(try test.id("HEAD").short) to take it out")
    try test.git("notes", "--ref", "deed/signoffs", "remove")
    #expect(try team.push(test, "main", notes) == nil)
    try test.git("notes", "--ref", "deed/checks", "add", "-m", approvals, "HEAD~1")
    refused(try team.push(test, "refs/notes/deed/checks"), "belongs in signoffs")
    try test.git("notes", "--ref", "deed/checklists", "add", "-m", "\u{1B}[31mhello")
    let escaped = try team.push(test, "refs/notes/deed/checklists")
    refused(escaped, "is not a record")
    #expect(!(escaped ?? "").contains("\u{1B}"))
  }

  @Test func `a ledger that is refused keeps no other from being shared`() async throws {
    let team = try GuardedTeam()
    let test = team.hanako
    try await team.approve("v1.0.0", pushing: false)
    try test.git("notes", "--ref", "deed/checks", "add", "-m", "hello")
    let ran = await test.deed("sync")
    #expect(ran.code == 1)
    #expect(ran.output.contains("checks: not taken by the remote: "), "\(ran.output)")
    #expect(ran.output.contains("signoffs: pushed"), "\(ran.output)")
    #expect(try team.server.git("for-each-ref", "--format=%(refname)", "refs/notes") == notes)
  }

  @Test func `nothing is put in a ledger's way`() throws {
    let team = try GuardedTeam()
    for name in ["refs/notes/deed", "refs/notes/deed/signoffs/x", "refs/notes"] {
      refused(try team.push(team.hanako, "HEAD:\(name)"), "could stand beside it")
    }
    #expect(try team.push(team.hanako, "HEAD:refs/notes/deeds", "HEAD:refs/notes/deed/zz") == nil)
  }
}
