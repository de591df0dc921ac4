import Release
import TestSupport
import Testing

@testable import Deed

@Suite struct WaiveTests {
  private func project() throws -> TestRepository {
    let test = try ChecklistSample.project()
    try test.commit(
      "build: checks",
      files: [
        "deed.toml": ChecklistSample.policy
          + "[checks.tests]\nrun = \"make test\"\n[checks.scan]\nrun = \"make scan\"\n"
      ])
    return test
  }

  @Test func `a waiver wants a reason and an end that lies ahead`() async throws {
    let test = try project()
    let before = try test.everything()
    var session = Transcript("waive/refused")
    await session.run(test, "waive", "v1.0.0", "1.1")
    await session.run(test, "waive", "v1.0.0", "1.1", "-m", "  ")
    for end in ["2020-01-01", "2025-12-31", "0h", "tomorrow", "2026-02-30", "7", "-1d", ""] {
      await session.run(test, "waive", "v1.0.0", "1.1", "-m", "why", "--until=\(end)")
    }
    await session.run(test, "waive", "v1.0.0", "-m", "why")
    await session.run(test, "waive", "v1.0.0", "1.1", "1.2", "-m", "why")
    await session.run(test, "waive", "v1.0.0", "9.9", "-m", "why")
    await session.run(test, "waive", "v1.0.0", "--check", "nothing", "-m", "why")
    await session.run(test, "waive", "v1.0.0", "1.1", "--check", "tests", "-m", "why")
    await session.run(test, "waive", "v1.0.0", "1.1", "-m", "why", "--dry-run")
    try session.check()
    #expect(try test.everything() == before)
  }

  @Test func `it is shown as a waiver, and ends`() async throws {
    let test = try project()
    var session = Transcript("waive/shown")
    await session.run(test, "waive", "v1.0.0", "1.1", "-m", "done by hand")
    await session.run(test, "waive", "1.2", "-m", "nobody listens", "--until", "2026-01-01")
    await session.run(test, "waive", "logs", "-m", "known", "--until", "2026-01-01T12:30:00Z")
    await session.run(
      test, "waive", "2.2", "-m", "later", "--until", "2026-01-01T00:00:30.500Z", "--format", "json"
    )
    await session.run(test, "waive", "--check", "tests", "-m", "flaky", "--until", "7d")
    await session.run(test, "checklist")
    await session.run(test, "status")
    session.say("Half a minute later one of them has ended.")
    for _ in 0..<30 { _ = test.tick() }
    await session.run(test, "checklist", "--open")
    await session.run(test, "status")
    session.say("A pass outweighs a waiver; a failure does not.")
    await session.run(test, "tick", "1.1", "--fail", "-q")
    await session.run(test, "tick", "1.2", "--pass", "-q")
    await session.run(test, "checklist")
    await session.run(test, "show")
    try session.check()
  }
}
