import Release
import TestSupport
import Testing

@testable import Deed

/// What may be taken out of a ledger, and what keeps it there.
@Suite struct TakingBackTests {
  private static let ledger = "refs/notes/deed/deployments"

  private func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A team whose server has a record of `release` that Minsu wrote, and no such tag; Hanako has it, too.
  private func planted(_ release: String, prefix: String = "v") async throws -> Team {
    let team = try Team()
    try team.minsu.forgeTagRecord(of: release, prefix: prefix)
    try team.minsu.git("push", "--quiet", "origin", Self.ledger)
    try team.hanako.commit(
      "feat: more", files: ["deed.toml": "[tags]\nrequire = [\"production\"]\n"])
    try team.hanako.git("push", "--quiet", "origin", "main")
    #expect(await team.hanako.deed("sync", "-q").code == 0)
    return team
  }

  private func approve(_ version: String, in test: TestRepository) async {
    for person in [TestRepository.hanako, TestRepository.minsu] {
      await test.as(person).deed("approve", version, "-q")
    }
  }

  private func lose(_ team: Team) async throws {
    try team.server.git("update-ref", "-d", Self.ledger)
    #expect(await team.hanako.deed("sync", "--pull", "-q").code == 0)
  }

  @Test func `what a decision seals stays, though the remote has lost it`() async throws {
    let team = try await planted("web/v0.1.0", prefix: "web/v")
    let test = team.hanako
    await approve("v1.4.0", in: test)
    #expect(await test.deed("go", "v1.4.0", "--push", "-q").code == 0)
    try await lose(team)
    let before = try test.id(Self.ledger)
    let ran = await test.deed("cut", "web/v0.1.0", "--take-back")
    #expect(ran.code == 1 && ran.error.contains("on v1.4.0 seals the ledger"), "\(ran.error)")
    #expect(try test.id(Self.ledger) == before)
    // The command for whoever runs the server.
    let command = "git fetch CLONE \(Self.ledger):\(Self.ledger)"
    #expect(words(ran.error).contains(command), "\(ran.error)")
    try team.server.git("fetch", "--quiet", test.path, "\(Self.ledger):\(Self.ledger)")
    #expect(await test.deed("sync").code == 0)
    let verified = await test.deed("status", "v1.4.0")
    #expect(verified.code == 0, "\(verified.output)")
  }

  @Test func `what a pushed tag names stays, too`() async throws {
    let team = try await planted("web/v0.1.0", prefix: "web/v")
    let test = team.hanako
    await approve("v1.4.0", in: test)
    let cut = await test.deed("cut", "v1.4.0", "--push", "-q")
    #expect(cut.code == 0, "\(cut.error)")
    try await lose(team)
    let ran = await test.deed("cut", "web/v0.1.0", "--take-back")
    #expect(ran.code == 1 && ran.error.contains("the tag v1.4.0 names the ledger"), "\(ran.error)")
    #expect(
      try test.git("notes", "--ref", "deed/deployments", "list").split(separator: "\n").count == 2)
  }

  @Test func `of several the last goes first, and only that is proposed`() async throws {
    let team = try Team()
    let test = team.hanako
    try test.commit("chore: rules", files: ["deed.toml": "[tags]\nrequire = [\"production\"]\n"])
    try test.git("push", "--quiet", "origin", "main")
    #expect(await test.deed("sync", "-q").code == 0)
    for version in ["v1.4.0", "v1.5.0", "v1.6.0"] {
      try test.commit("feat: \(version)")
      await approve(version, in: test)
      let cut = await test.deed("cut", version, "-q")
      #expect(cut.code == 0, "\(cut.error)")
    }
    for version in ["v1.6.0", "v1.5.0", "v1.4.0"] {
      let sync = await test.deed("sync")
      let proposed = sync.error.split(separator: "\n").filter { $0.contains("--take-back") }
      #expect(proposed.count == 1 && proposed.first?.contains(version) == true, "\(sync.error)")
      let ran = await test.deed("cut", version, "--take-back")
      #expect(ran.code == 0, "\(ran.error)")
    }
    #expect(try test.git("for-each-ref", Self.ledger).isEmpty)
  }

  @Test func `what was written before others' records came stays when a later cut goes`()
    async throws
  {
    let team = try Team()
    let test = team.hanako
    #expect(await test.deed("cut", "v1.4.0", "-q").code == 0)
    let named = try test.id(Self.ledger)
    try team.minsu.forgeTagRecord(of: "v0.9.0", prefix: "v", object: "HEAD")
    try team.minsu.git("push", "--quiet", "origin", Self.ledger)
    #expect(await test.deed("sync", "--pull", "-q").code == 0)
    try test.commit("feat: more")
    #expect(await test.deed("cut", "v1.5.0", "-q").code == 0)
    let ran = await test.deed("cut", "v1.5.0", "--take-back")
    #expect(ran.code == 0, "\(ran.error)")
    try test.git("merge-base", "--is-ancestor", named.description, Self.ledger)
    let kept = try test.git("notes", "--ref", "deed/deployments", "show", "HEAD~1")
    #expect(kept.split(separator: "\n").count == 2, "\(kept)")
  }

  @Test(arguments: ["\"v\":1", "\"v\":2"])
  func `a record of a name that no policy knows, or of a later version, is put away`(
    version: String
  ) async throws {
    let team = try await planted("web/v0.1.0", prefix: "web/v")
    let test = team.hanako
    let object = try test.id("HEAD~1").description
    let line = try test.git("notes", "--ref", "deed/deployments", "show", object)
    let changed = line.replacing("\"v\":1", with: version)
    try test.git(
      ["notes", "--ref", "deed/deployments", "add", "-f", "-F", "-", object],
      input: Array("\(changed)\n".utf8))
    try test.git("push", "--quiet", "--force", "origin", Self.ledger)
    try team.server.git("update-ref", "-d", Self.ledger)
    // The clone forgets what it had: only that line was ever there.
    for name in ["refs/deed/remotes/origin/deployments"] { try test.git("update-ref", "-d", name) }
    let ran = await test.deed("cut", "web/v0.1.0", "--take-back")
    #expect(ran.code == 0, "\(ran.error)")
    let writer = version == "\"v\":2" ? "a later version of deed" : "Kim Min-su"
    #expect(words(ran.output).contains(writer), "\(ran.output)")
    #expect(try test.git("log", "-p", "refs/deed/set-aside/deployments").contains(changed))
  }

  @Test func `another's record beside one's own cut goes with it`() async throws {
    let team = try Team()
    let test = team.hanako
    #expect(await test.deed("cut", "v1.4.0", "-q").code == 0)
    try team.minsu.forgeTagRecord(of: "v1.4.0", prefix: "v")
    #expect(await test.deed("sync", team.minsu.path, "-q").code == 0)
    let fetched = try test.git("for-each-ref", "--format=%(refname)", "refs/deed/remotes")
    for name in fetched.split(separator: "\n") {
      try test.git("update-ref", "-d", String(name))
    }
    let ran = await test.deed("cut", "v1.4.0", "--take-back")
    #expect(ran.code == 0 && ran.output.contains("record by Kim Min-su is kept"), "\(ran.error)")
    #expect(try test.git("for-each-ref", Self.ledger).isEmpty)
  }

  @Test func `a server's own repository takes no release back`() async throws {
    let team = try Team()
    #expect(await team.hanako.deed("cut", "v1.4.0", "--push", "-q").code == 0)
    let server = try TestRepository("--bare")
    try team.hanako.git("push", "--quiet", server.path, "main", "v1.4.0", "refs/notes/deed/*")
    let ran = await server.as(TestRepository.hanako).deed("cut", "v1.4.0", "--take-back")
    #expect(ran.code == 1 && ran.error.contains("bare repository without a remote"), "\(ran.error)")
    #expect(try !server.git("for-each-ref", "refs/tags/v1.4.0").isEmpty)
  }

  @Test func `a fork's other cut of a release is settled by the command that is told`()
    async throws
  {
    let team = try Team()
    let test = team.hanako
    #expect(await test.deed("cut", "v1.4.0", "--push", "-q").code == 0)
    let fork = try team.server.clone(as: TestRepository.minsu)
    try fork.git("notes", "--ref", "deed/deployments", "remove", "--ignore-missing", "HEAD")
    try fork.forgeTagRecord(of: "v1.4.0", prefix: "v")
    #expect(await test.deed("sync", fork.path).code == 0)
    // Its commit is not at HEAD any more.
    try test.commit("feat: more")
    let sync = await test.deed("sync")
    let hint = try #require(sync.error.split(separator: "\n").first { $0.contains("settles") })
    let command = hint.dropFirst("hint: ".count).prefix { $0 != "#" }.split(separator: " ")
    #expect(command.starts(with: ["deed", "cut", "v1.4.0", "--commit"]), "\(sync.error)")
    let ran = await test.deed(command.dropFirst().map(String.init))
    #expect(ran.code == 0, "\(ran.error)")
    #expect(await test.deed("sync").code == 0)
  }

  @Test func `of many that wait some are named`() async throws {
    let team = try Team()
    let test = team.hanako
    for minor in 11...50 {
      try team.minsu.commit("feat: \(minor)")
      try team.minsu.forgeTagRecord(of: "v1.\(minor).0", prefix: "v")
    }
    try test.git("pull", "--quiet", team.minsu.path, "main")
    #expect(await test.deed("sync", team.minsu.path, "-q").code == 0)
    let sync = await test.deed("sync")
    #expect(sync.code == 1 && words(sync.output).contains("v1.30.0 and 20 more"), "\(sync)")
    #expect(sync.error.split(separator: "\n").count < 25, "\(sync.error)")
  }
}
