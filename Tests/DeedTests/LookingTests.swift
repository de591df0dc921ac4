import Release
import TestSupport
import Testing

@testable import Deed

@Suite struct LookingTests {
  /// A release with both sign-offs and a tag, and a rejected candidate after it.
  private func project() async throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    await test.deed("approve", "v0.1.0", "-q", "-m", "良い")
    await test.as(TestRepository.minsu).deed("approve", "-q")
    await test.deed("cut", "v0.1.0", "-q")
    try test.commit("fix(core)!: mend it\n\nBREAKING CHANGE: once more", files: ["a": "b"])
    return test
  }

  @Test func `status, show, verify, next and notes print text and JSON`() async throws {
    let test = try await project()
    var session = Transcript("looking")
    await session.run(test, "status")
    await session.run(test, "status", "v0.1.0")
    await session.run(test, "show", "v0.1.0")
    await session.run(test, "verify", "v0.1.0")
    await session.run(test, "verify", "v0.1.0", "-q")
    await session.run(test, "verify", "--all", "--strict")
    await session.run(test, "verify")
    await session.run(test, "verify", "v0.2.0")
    await session.run(test, "show", "v0.2.0")
    await session.run(test, "next", "--pre", "rc")
    await session.run(test, "next", "-q")
    await session.run(test, "notes", "-q")
    await session.run(test, "notes", "v0.1.0..")
    await session.run(test, "notes", "--from", "v0.1.0", "--to", "HEAD")
    try session.check()
    try test.fsck()
  }

  @Test func `JSON has the members that are promised`() async throws {
    let test = try await project()
    var session = Transcript("json")
    await session.run(test, "status", "v0.1.0", "--format", "json")
    await session.run(test, "show", "v0.1.0", "--format=json")
    await session.run(test, "verify", "v0.1.0", "--format", "json")
    await session.run(test, "next", "--format", "json")
    await session.run(test, "notes", "--format", "json")
    await session.run(test, "cut", "v0.2.0", "--dry-run", "--format", "json")
    await session.run(test, "cut", "v0.1.0", "--format", "json")
    await session.run(test, "cut", "v0.2.0", "--format", "json")
    await session.run(test, "sync", "--format", "json")
    _ = try test.bare()
    await session.run(test, "sync", "--format", "json")
    await session.run(test, "status", "v1.2", "--format", "json")
    await session.run(test, "status", "--nonsense", "--format", "json")
    await session.run(test, "status", "--format", "yaml")
    try session.check()
  }

  @Test func `the release at HEAD is shown where its candidate was cut there too`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    for version in ["v1.0.0-rc.1", "v1.0.0"] { await test.deed("cut", version, "-q") }
    let status = await test.deed("status")
    #expect(status.output.hasPrefix("v1.0.0  cut at "))
    let others = await test.deed("show")
    #expect(others.code == 2 && others.error.contains("2 releases are at "))
  }

  @Test func `init adds a refspec that brings the ledgers, and changes nothing twice`()
    async throws
  {
    let team = try Team()
    var session = Transcript("init")
    let before = try team.minsu.everything()
    await session.run(team.minsu, "init", "--dry-run")
    await session.run(team.minsu, "init", "--dry-run", "--format", "json")
    #expect(try team.minsu.everything() == before)
    await session.run(team.minsu, "init")
    let after = try team.minsu.everything()
    await session.run(team.minsu, "init")
    #expect(try team.minsu.everything() == after)
    await session.run(team.server, "init")
    try session.check()
    await team.hanako.deed("approve", "v1.4.0", "--push", "-q")
    try team.minsu.git("fetch", "--quiet")
    let status = await team.minsu.deed("status", "v1.4.0")
    #expect(status.output.contains("Hanako Sato"), "what git has fetched is read at once")
    // As its help says.
    try team.minsu.git("config", "--unset-all", "remote.origin.fetch", "refs/notes/deed")
    #expect(
      try team.minsu.git("config", "--get-all", "remote.origin.fetch")
        == "+refs/heads/*:refs/remotes/origin/*")
  }

  @Test func `sync brings both sides together, and reads others only`() async throws {
    let team = try Team()
    await team.hanako.deed("approve", "v1.4.0", "-q")
    await team.minsu.deed("reject", "v1.4.0", "-q")
    var session = Transcript("sync")
    await session.run(team.hanako, "sync")
    await session.run(team.minsu, "sync", "--pull")
    await session.run(team.minsu, "sync")
    await session.run(team.hanako, "sync")
    await session.run(team.hanako, "sync")
    try team.hanako.git("remote", "add", "mirror", team.minsu.path)
    await session.run(team.hanako, "sync", "mirror")
    await session.run(team.hanako, "sync", "nowhere")
    await session.run(team.hanako, "sync", "/nowhere/at/all")
    try session.check()
    #expect(try team.hanako.records("signoffs").count == 2)
    for repository in [team.hanako, team.minsu, team.server] { try repository.fsck() }
  }
}
