import Release
import TestSupport
import Testing

@testable import Deed

/// A project with a release behind it, its server, and one clone a person.
struct Team {
  let hanako: TestRepository
  let minsu: TestRepository
  let server: TestRepository

  init() throws {
    hanako = try TestRepository()
    try hanako.commit("feat: answer health checks", files: ["README.md": "shop\n"])
    try hanako.git("tag", "-a", "-m", "v1.3.0", "v1.3.0")
    try hanako.commit("feat(api): limit requests by user", files: ["limits.txt": "100\n"])
    try hanako.commit("fix: 接続が切れたときに再試行する (#43)", files: ["server.txt": "retry\n"])
    server = try hanako.bare()
    try hanako.git("fetch", "--quiet", "origin")
    try hanako.git("branch", "--quiet", "--set-upstream-to=origin/main")
    minsu = try server.clone(as: TestRepository.minsu)
  }
}

@Suite struct SessionTests {
  @Test func `two people release together, and an auditor proves it`() async throws {
    let team = try Team()
    var session = Transcript("session")
    session.say("Hanako looks, and approves.")
    await session.run(team.hanako, "next")
    await session.run(team.hanako, "status")
    await session.run(team.hanako, "approve", "v1.4.0", "--push")
    session.say("Min-su approves without having seen it, and cuts.")
    await session.run(team.minsu, "approve", "--push")
    await session.run(team.minsu, "status")
    await session.run(team.minsu, "cut", "--push")
    session.say("An auditor has a fresh clone.")
    let auditor = try team.server.clone(as: Person(name: "Auditor", email: "audit@example.com"))
    await session.run(auditor, "verify", "v1.4.0")
    await session.run(auditor, "sync")
    await session.run(auditor, "verify", "v1.4.0")
    await session.run(auditor, "show")
    await session.run(auditor, "notes", "v1.4.0")
    try session.check()
    for repository in [team.hanako, team.minsu, team.server, auditor] { try repository.fsck() }
  }
}
