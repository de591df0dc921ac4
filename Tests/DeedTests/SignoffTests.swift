import Release
import TestSupport
import Testing

@testable import Deed

@Suite struct SignoffTests {
  private static let policy = """
    [approvals]
    required = 2
    [environments.staging]
    approvals.required = 1
    [environments.production]
    approvals.roles = ["engineer", "reviewer"]
    """

  @Test func `approve, reject and withdraw replace one's own word only`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    let minsu = test.as(TestRepository.minsu)
    var session = Transcript("signoffs")
    await session.run(test, "approve", "v0.1.0", "-m", "Tried it.\nIt works.")
    await session.run(minsu, "reject", "-m", "한국어 문서가 빠졌습니다.")
    await session.run(minsu, "status")
    await session.run(minsu, "withdraw")
    await session.run(minsu, "withdraw", "-q")
    await session.run(minsu, "approve", "-q", "--format", "json")
    await session.run(test, "withdraw", "-q", "--dry-run")
    await session.run(test, "withdraw", "-q", "--dry-run", "--format", "json")
    await session.run(test, "status")
    await session.run(test, "show")
    try session.check()
    try test.fsck()
    let third = test.as(Person(name: "Third", email: "third@example.com"))
    #expect(await third.deed("withdraw").code == 1)
  }

  @Test func `roles and environments are those of the policy`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": Self.policy])
    let minsu = test.as(TestRepository.minsu)
    var session = Transcript("environments")
    await session.run(test, "approve", "v0.1.0")
    await session.run(test, "approve", "v0.1.0", "-e", "nowhere")
    await session.run(test, "approve", "v0.1.0", "-e", "production", "--role", "king")
    await session.run(test, "approve", "v0.1.0", "-e", "staging")
    await session.run(
      test, "approve", "v0.1.0", "--environment", "production", "--role", "engineer")
    await session.run(minsu, "approve", "-q", "-e", "production", "--role", "engineer")
    await session.run(minsu, "status")
    await session.run(minsu, "approve", "-q", "-e", "production", "--role", "reviewer")
    await session.run(minsu, "status")
    await session.run(minsu, "cut", "v0.1.0")
    await session.run(minsu, "verify", "-e", "staging")
    await session.run(minsu, "verify", "-e", "nowhere")
    await session.run(minsu, "verify", "-e", "nowhere", "--format", "json")
    try session.check()
    #expect(
      try test.git("cat-file", "tag", "v0.1.0").hasSuffix(
        """
        Deed-Approved-by: Hanako Sato <hanako@example.com> # staging
        Deed-Approved-by: Hanako Sato <hanako@example.com> # production
        Deed-Approved-by: Kim Min-su <minsu@example.com> # production
        """))
  }

  @Test func `only those named may approve, and anybody may object`() async throws {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: ["deed.toml": "[approvals]\nrequired = 1\nfrom = [\"MINSU@example.com\"]\n"])
    let before = try test.everything()
    let refused = await test.deed("approve", "v0.1.0", "-q")
    #expect(refused.code == 1 && refused.error.contains("is not among those who may approve"))
    #expect(refused.error.contains("hint: "))
    #expect(try test.everything() == before)
    #expect(await test.deed("reject", "v0.1.0", "-q").code == 0)
    #expect(await test.as(TestRepository.minsu).deed("approve", "v0.1.0", "-q").code == 0)
  }

  @Test func `one person by the mailmap is counted once`() async throws {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: [".mailmap": "Hanako Sato <hanako@example.com> <hanako@home.example>\n"])
    await test.deed("approve", "v0.1.0")
    let home = test.as(Person(name: "Hanako", email: "Hanako@Home.example"))
    let second = await home.deed("approve")
    #expect(second.code == 1 && second.output.contains("\nsign-offs unmet: 1 of 2"))
  }

  @Test(arguments: ["approve", "reject"])
  func `a dry run of a sign-off writes nothing`(verb: String) async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    _ = try test.bare()
    let before = try test.everything()
    let ran = await test.deed(verb, "v0.1.0", "--dry-run", "--push")
    #expect(ran.code == 0 && ran.output.hasPrefix("would record "))
    #expect(try test.everything() == before)
    #expect(!TestSupport.Files.exists("\(test.path)/.git/deed"))
  }

  @Test func `it says how to share a sign-off that was not pushed`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    let alone = await test.deed("approve", "v0.1.0")
    #expect(!alone.error.contains("sync"))
    _ = try test.bare()
    let ran = await test.deed("approve", "v0.1.0")
    #expect(ran.error.hasSuffix("\nhint: deed sync   # shares it with origin\n"))
    #expect(await test.deed("approve", "v0.1.0", "-q").error.isEmpty)
  }

  @Test func `plain git reads the records`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    let ran = await test.deed("approve", "v0.1.0", "-q", "--format", "json")
    #expect(ran.code == 0)
    let lines = try test.records("signoffs")
    #expect(lines.count == 1)
    let log = try test.git("log", "--notes=deed/*", "-1")
    #expect(log.contains("Notes (deed/signoffs):\n    \(lines[0])"))
  }
}
