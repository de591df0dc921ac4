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

  @Test func `a tag of deed's comes with its record, or not at all`() async throws {
    let team = try GuardedTeam()
    try await team.release("v1.0.0")
    let test = team.minsu
    try test.git("fetch", "--quiet", "--tags")
    let words = "evil\n\nDeed-Approved-by: Hanako Sato <hanako@example.com>"
    try test.git("tag", "-a", "-m", words, "v1.1.0-rc.1")
    refused(try team.push(test, "v1.1.0-rc.1"), "no record of that is here or pushed with it")
    refused(try team.push(test, "v1.1.0-rc.1"), "  hint: deed cut v1.1.0-rc.1 --commit ")
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
    let ledger = "refs/notes/deed/deployments"
    for names in [["main", "v1.1.0", ledger], [ledger]] {
      let said = try test.run(["push", "origin"] + names).unwrapped
      #expect(said.contains("say that v1.0.9 was cut, and no such tag is here"), "\(said)")
      #expect(said.contains("git push --atomic origin v1.0.9 'refs/notes/deed/*'"), "\(said)")
      #expect(said.contains("no such tag: deed cut v1.0.9 --take-back"), "\(said)")
    }
    // Nor with a tag of the name that is another one, or elsewhere, or of no commit.
    for object in ["HEAD~1", "v1.1.0", "HEAD:deed.toml"] {
      let tag = "\(try test.id(object)):refs/tags/v1.0.9"
      let said = try test.run(["push", "origin", tag, ledger]).unwrapped
      let why = "say that v1.0.9 was cut as another tag than the one that is here"
      #expect(said.contains(why), "\(said)")
      #expect(said.contains("  hint: deed cut v1.0.9 --push   # settles it"), "\(said)")
    }
    // Before the hook came, it was taken.
    try test.plant()
    refused(try team.push(test, "main", "v1.1.0"), "signoffs 0 of 2")
  }

  @Test(arguments: [[], ["--require", "production"]])
  func `a tag that no policy calls a release sets no bar, whatever its record says`(
    _ options: [String]
  ) async throws {
    let team = try GuardedTeam(options: options)
    try await team.release("v1.0.0")
    let test = team.minsu
    #expect(await test.deed("sync", "--pull").code == 0)
    let lax = "[approvals]\nrequired = 0\n"
    try test.commit("chore: lower", files: ["deed.toml": lax])
    try test.git("tag", "-a", "-m", "evil", "rel-0.9.0")
    try test.forgeTagRecord(of: "rel-0.9.0", prefix: "rel-", object: "rel-0.9.0")
    #expect(try team.push(test, "rel-0.9.0") == nil)
    // Before the hook came, its record was taken.
    refused(try team.push(test, "refs/notes/deed/deployments"), "has no such releases")
    try test.plant()
    // It would be the highest lower one, and under another prefix the nearest.
    for prefix in ["rel-", "new-"] {
      try test.commit(
        "chore: rename", files: ["deed.toml": lax + "[tags]\nprefix = \"\(prefix)\"\n"])
      try test.git("tag", "-a", "-m", "evil", "\(prefix)1.0.0")
      refused(try team.push(test, "\(prefix)1.0.0"), "production: signoffs 0 of 2")
    }
    // A record of it on a commit that calls it one makes it none.
    try test.forgeTagRecord(of: "rel-0.9.0", prefix: "rel-")
    refused(try team.push(test, "refs/notes/deed/deployments"), "say that rel-0.9.0 was cut")
    try test.plant()
    refused(try team.push(test, "rel-1.0.0"), "production: signoffs 0 of 2")
  }

  @Test func `a prefix that is given up is guarded as before`() async throws {
    let team = try GuardedTeam()
    try await team.release("v1.0.0")
    let test = team.minsu
    let lax = "[approvals]\nrequired = 0\n[tags]\nprefix = \"rel-\"\n"
    try test.commit("chore: rename", files: ["deed.toml": lax])
    try test.git("tag", "-a", "-m", "evil", "v1.1.0")
    #expect(try team.push(test, "main") == nil)
    refused(try team.push(test, "v1.1.0"), "v1.1.0: production: signoffs 0 of 2")
    refused(try team.push(test, "v1.1.0:refs/tags/V1.1.0"), "take it for v1.1.0")
    // One that never was any release's is nobody's.
    try test.git("tag", "-a", "-m", "x", "build-1.1.0")
    #expect(try team.push(test, "build-1.1.0") == nil)
  }

  @Test func `a tag that squats on the name of a package goes as it came`() async throws {
    let team = try GuardedTeam()
    try await team.release("v1.0.0")
    let test = team.minsu
    try test.git("tag", "-a", "-m", "evil", "api/v7.0.0")
    #expect(try team.push(test, "api/v7.0.0") == nil)
    let policy = String(decoding: try #require(Files.read("\(test.path)/deed.toml")), as: UTF8.self)
    try test.commit(
      "feat: a package",
      files: ["api/x": "x", "deed.toml": policy + "\n[packages.api]\npaths = [\"api\"]\n"])
    #expect(try team.push(test, "main") == nil)
    #expect(try team.push(test, "--delete", "api/v7.0.0") == nil)
    refused(try team.push(test, "--delete", "v1.0.0"), "never deleted")
  }

  @Test func `a number below all releases lowers no bar`() async throws {
    let team = try GuardedTeam()
    try await team.release("v1.0.0")
    let test = team.minsu
    try test.commit("chore: lower", files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    try test.git("tag", "-a", "-m", "evil", "v0.0.1")
    refused(try team.push(test, "v0.0.1"), "v0.0.1: production: signoffs 0 of 2")
  }

  @Test(arguments: ["v1.0.0+evil", "V1.1.0", "v99999999999999999999.0.0"])
  func `a tag that others take for a release is let in as none`(_ name: String) throws {
    let team = try GuardedTeam()
    try team.hanako.git("tag", "-a", "-m", "evil", name)
    refused(try team.push(team.hanako, name), "- \(name): ")
    #expect(try team.push(team.hanako, "\(name):refs/tags/v1", "\(name):refs/tags/evil") == nil)
  }

  @Test func `no tag is put where a release's would have to be`() throws {
    let team = try GuardedTeam()
    for name in ["v1.1.0/x", "v1.1.0/x/y"] {
      refused(
        try team.push(team.hanako, "HEAD:refs/tags/\(name)"),
        "- \(name): no tag v1.1.0 could stand beside it")
    }
    #expect(try team.push(team.hanako, "HEAD:refs/tags/x/y", "HEAD:refs/tags/build-1.1.0/x") == nil)
  }

  @Test func `a reference that is pushed twice, or from where it is not, is judged as neither`()
    async throws
  {
    let team = try GuardedTeam()
    try await team.release("v1.0.0")
    let test = team.hanako
    try test.git("tag", "-a", "-m", "evil", "evil", "v1.0.0^{}")
    try test.git("push", "--quiet", "origin", "evil", "v1.0.0:refs/tags/good")
    // No git sends this, and any other program can.
    let none = String(repeating: "0", count: 40)
    func said(_ lines: String...) async -> String {
      let input = lines.map { $0 + "\n" }.joined()
      return await team.server.deed(["hook", "pre-receive"], input: input).error
    }
    let (evil, good) = (try test.id("evil"), try test.id("v1.0.0"))
    let tag = "refs/tags/v2.0.0"
    #expect(
      await said("\(none) \(evil) \(tag)", "\(none) \(good) \(tag)")
        .contains("- \(tag): it is pushed 2 times at once"))
    // git would refuse the ledger, and take the tag that was judged by it.
    let tip = try team.server.id(notes)
    for old in [none, "\(good)"] {
      #expect(
        await said("\(old) \(tip) \(notes)", "\(none) \(evil) \(tag)")
          .contains("- \(notes): it has moved on meanwhile\n  hint: deed sync   # then push again"))
    }
  }

  @Test func `where the default branch is not there, nothing is held to it in vain`() throws {
    let team = try GuardedTeam(policy: "", options: ["--require", "production"])
    try team.server.git("symbolic-ref", "HEAD", "refs/heads/master")
    let test = team.hanako
    try test.commit("chore: lower", files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    try test.git("tag", "-a", "-m", "evil", "v1.0.0")
    refused(
      try team.push(test, "v1.0.0"),
      "- v1.0.0: it cannot be judged: the server's default branch is master, and that is not there")
    #expect(try team.push(test, "main") == nil)
  }

  @Test func `what the server requires no policy lowers, not that of the first release`() throws {
    let team = try GuardedTeam(policy: "", options: ["--require", "production"])
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
    refused(try team.push(test, notes), "1 line of the note of ")
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
    refused(said, "hint: deed doctor --recover && deed sync")
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
    for name in [
      "refs/notes/deed", "refs/notes/deed/signoffs/x", "refs/notes", "refs/notes/deed/Signoffs",
      "refs/notes/deed/SIGNOFFS/x",
    ] {
      refused(try team.push(team.hanako, "HEAD:\(name)"), "could stand beside it")
    }
    #expect(try team.push(team.hanako, "HEAD:refs/notes/deeds") == nil)
  }

  @Test func `a branch is no ledger, whatever its name`() throws {
    let team = try GuardedTeam()
    for name in ["attachments", "signoffs", "later"] {
      refused(
        try team.push(team.hanako, "HEAD:refs/notes/deed/\(name)"),
        "refs/notes/deed/\(name): it would hold files, such as deed.toml, and not one note")
      refused(
        try team.push(team.hanako, "HEAD:deed.toml:refs/notes/deed/\(name)"),
        "it would point at a blob")
    }
    // A ledger of a deed to come is notes as any other.
    try team.hanako.git("notes", "--ref", "deed/later", "add", "-m", "anything", "HEAD")
    #expect(try team.push(team.hanako, "refs/notes/deed/later") == nil)
  }
}
