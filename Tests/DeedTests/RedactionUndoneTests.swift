import Release
import TestSupport
import Testing

@testable import Deed

/// Redactions that counted, and do not any more: whose word counts may change.
@Suite struct RedactionUndoneTests {
  private static let text = "connected as admin:hunter2\n"

  /// A server that led to a file, and two clones that had it; in one of them it was redacted.
  private struct Team {
    let server: TestRepository
    let hanako: TestRepository
    let away: TestRepository
    let blob: ObjectID
  }

  private func team(
    _ test: TestRepository, _ deed: ([String]) async -> Ran
  ) async throws -> Team {
    let server = try test.bare()
    try TestSupport.Files.write(RedactionUndoneTests.text, to: "\(test.directory)/secret.log")
    let ticked = await deed([
      "tick", "v0.1.0", "1.1", "--pass", "--attach", "../secret.log", "-q", "--push",
    ])
    try #require(ticked.code == 0, "\(ticked.error)")
    let away = try server.clone(as: TestRepository.minsu)
    try #require(await away.deed("sync", "-q").code == 0)
    return Team(
      server: server, hanako: test, away: away, blob: try RedactTests.blob(Self.text))
  }

  @Test func `a redaction by a key that was revoked since brings a file back, and all are told`()
    async throws
  {
    let project = try SignedProject(
      policy: """
        signers = ".deed/signers"
        [checklists]
        production = "\(ChecklistSample.path)"
        """, files: [ChecklistSample.path: ChecklistSample.document])
    let team = try await team(project.test) { await project.deed("hanako", $0) }
    let redacted = await project.deed(
      "hanako", "redact", "\(team.blob)", "-m", "x", "--yes", "--push", "-q")
    try #require(redacted.code == 0, "\(redacted.error)")
    #expect(try !RedactTests.leads(team.server, to: team.blob))
    // What a thief did with the key is undone by this; what its owner did with it, too.
    let revoked = "\(project.test.directory)/revoked"
    try TestSupport.Files.write(try project.publicKey("hanako") + "\n", to: revoked)
    let settings = [("gpg.ssh.revocationFile", revoked)]
    let late = await project.deed(nil, "-C", team.away.path, "sync", with: settings)
    #expect(late.code == 0, "\(late.error)")
    for side in [team.server, team.away] {
      #expect(try RedactTests.leads(side, to: team.blob))
    }
    let told = await project.deed(nil, "sync", with: settings)
    #expect(told.code == 0 && told.error.contains("is here: its redaction by Hanako"), "\(told)")
    let doctor = await project.deed(nil, "doctor", with: settings)
    #expect(doctor.output.contains("deed redact \(team.blob.short) -m WHY"), "\(doctor.output)")
    // Somebody whose word counts says it again, and so it is.
    let again = await project.deed(
      "minsu", as: TestRepository.minsu, "redact", "\(team.blob)", "-m", "x", "--yes", "--push",
      with: settings)
    #expect(again.code == 0, "\(again.error)")
    let last = await project.deed(nil, "-C", team.away.path, "sync", with: settings)
    #expect(last.code == 0, "\(last.error)")
    for side in [team.server, team.away, team.hanako] {
      #expect(try !RedactTests.leads(side, to: team.blob))
    }
  }

  @Test func `a redaction by somebody who may approve no more is said again by who may`()
    async throws
  {
    let test = try TestRepository()
    func policy(_ from: String) -> [String: String] {
      [
        "deed.toml": ChecklistSample.policy.replacing(
          "required = 1", with: "required = 1\nfrom = [\(from)]"),
        ChecklistSample.path: ChecklistSample.document,
      ]
    }
    try test.commit("feat: begin", files: policy("\"hanako@example.com\", \"minsu@example.com\""))
    let team = try await team(test) { await test.deed($0) }
    let redacted = await test.as(TestRepository.minsu).deed(
      "redact", "\(team.blob)", "-m", "x", "--yes", "--push", "-q")
    try #require(redacted.code == 0, "\(redacted.error)")
    #expect(try !RedactTests.leads(team.server, to: team.blob))
    try test.commit("fix: rules", files: policy("\"hanako@example.com\""))
    try test.git("push", "-q", "origin", "main")
    #expect(await test.deed("approve", "v0.2.0", "-q").code == 0)
    let cut = await test.deed("cut", "v0.2.0", "--push", "-q")
    #expect(cut.code == 0, "\(cut.error)")
    try team.away.git("fetch", "-q", "--tags")
    // From then on it counts no more, here as there, and the file comes back from where it still is.
    let doctor = await test.deed("doctor").output.split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    #expect(doctor.contains("who may approve v0.2.0"), "\(doctor)")
    #expect(await team.away.deed("sync").code == 0)
    #expect(try RedactTests.leads(team.server, to: team.blob))
    let again = await test.deed("redact", "\(team.blob)", "-m", "x", "--yes", "--push")
    #expect(again.code == 0, "\(again.error)")
    #expect(await team.away.deed("sync").code == 0)
    for side in [team.server, team.away, team.hanako] {
      #expect(try !RedactTests.leads(side, to: team.blob))
    }
  }
}
