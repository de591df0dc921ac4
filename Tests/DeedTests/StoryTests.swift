import Release
import TestSupport
import Testing

@testable import Deed

/// A release from its checklist to production, through the program itself.
@Suite struct StoryTests {
  private static let policy = """
    [tags]
    require = ["production"]

    [approvals]
    required = 2
    roles = ["engineer", "reviewer"]

    [checklists]
    production = "docs/release/production.md"

    [environments.staging]
    checklists = ["production"]
    approvals = { required = 1, roles = [] }

    [environments.production]
    checklists = ["production"]
    after = "staging"
    soak = "1s"

    """

  private func deed(_ repository: TestRepository, _ words: [String]) throws -> Program.Result {
    try Program.run(
      try Program.built("deed"), words, directory: repository.path,
      environment: repository.environment)
  }

  @discardableResult
  private func yes(
    _ repository: TestRepository, _ words: String..., location: SourceLocation = #_sourceLocation
  ) throws -> String {
    let result = try deed(repository, words)
    #expect(
      result.status == 0, "deed \(words.joined(separator: " ")): \(result.text)\(result.error)",
      sourceLocation: location)
    return result.text + result.error
  }

  @discardableResult
  private func no(
    _ repository: TestRepository, _ words: String..., because text: String,
    location: SourceLocation = #_sourceLocation
  ) throws -> String {
    let result = try deed(repository, words)
    let said = result.text + result.error
    #expect(
      result.status == 1
        && said.split(whereSeparator: \.isWhitespace).joined(separator: " ")
          .contains(text),
      "deed \(words.joined(separator: " ")): \(said)", sourceLocation: location)
    return said
  }

  @Test func `two people bring a release by way of staging into production, and prove it`() throws {
    let hanako = try TestRepository()
    try hanako.commit("feat: 店を開く", files: ["shop.txt": "open\n"])
    try yes(hanako, "init", "--template", "production.ja")
    try hanako.commit("docs: リリースの手順", files: ["deed.toml": Self.policy])
    let server = try hanako.bare()
    try hanako.git("fetch", "--quiet", "origin")
    try hanako.git("branch", "--quiet", "--set-upstream-to=origin/main")
    let minsu = try server.clone(as: TestRepository.minsu)

    // The list, answered in two clones; gate-first, so no tag without production.
    try yes(hanako, "tick", "v1.0.0", "-e", "staging", "--section", "1", "--pass", "--push")
    try yes(minsu, "tick", "v1.0.0", "-e", "staging", "--section", "2", "--pass")
    try yes(minsu, "tick", "v1.0.0", "-e", "staging", "3.1", "3.2", "3.3", "3.4", "3.6", "--pass")
    try yes(minsu, "sync")
    try yes(hanako, "sync")
    try no(hanako, "cut", "v1.0.0", "--push", because: "production wants first:")
    try no(hanako, "go", "v1.0.0", "-e", "staging", because: "checklist:production")

    // A reject blocks until it is withdrawn.
    try yes(minsu, "reject", "v1.0.0", "-e", "staging", "-m", "디스크가 부족합니다", "--push")
    try yes(hanako, "tick", "v1.0.0", "-e", "staging", "3.5", "--fail", "-m", "未導入")
    try no(hanako, "go", "v1.0.0", "-e", "staging", because: "Kim Min-su rejects")
    try yes(minsu, "withdraw", "v1.0.0", "-e", "staging", "--push")
    try yes(hanako, "approve", "v1.0.0", "-e", "staging", "--push")
    try no(hanako, "go", "v1.0.0", "-e", "staging", because: "failed: 3.5")

    // A waiver that no approver saw makes the approval stale.
    try yes(
      minsu, "waive", "v1.0.0", "-e", "staging", "3.5", "-m", "도구는 다음 주에", "--until", "7d",
      "--push")
    try no(hanako, "go", "v1.0.0", "-e", "staging", because: "stale: waiver")
    let shown = try yes(hanako, "approve", "v1.0.0", "-e", "staging", "--push")
    #expect(shown.contains("도구는 다음 주에"), "\(shown)")
    try no(hanako, "go", "v1.0.0", "-e", "production", because: "predecessor: staging: no go yet")
    try yes(hanako, "go", "v1.0.0", "-e", "staging", "--push")
    try no(
      hanako, "go", "v1.0.0", "-e", "production", because: "predecessor: staging: not deployed yet")
    try yes(minsu, "deploy", "v1.0.0", "-e", "staging", "--finished", "--push")

    // What was answered for staging counts for nothing in production.
    let status = try deed(hanako, ["status", "v1.0.0"]).text
    #expect(status.contains("  verdict    ✓ met                     ✗ unmet"), "\(status)")
    try yes(hanako, "tick", "v1.0.0", "-e", "production", "--section", "1", "--pass", "--push")
    try yes(
      minsu, "tick", "v1.0.0", "-e", "production", "--section", "2", "--section", "3", "--pass",
      "--push")
    try yes(hanako, "approve", "v1.0.0", "-e", "production", "--role", "engineer", "--push")
    try no(minsu, "go", "v1.0.0", "-e", "production", because: "signoffs: 1 of 2")
    try yes(minsu, "approve", "v1.0.0", "-e", "production", "--role", "reviewer", "--push")
    _ = try Program.run("sleep", ["1"], directory: "/", environment: hanako.environment)
    try yes(minsu, "go", "v1.0.0", "-e", "production", "-m", "가자", "--push")
    try yes(minsu, "cut", "v1.0.0", "--push")
    try yes(minsu, "deploy", "v1.0.0", "-e", "production", "--finished", "--push")
    let after = try deed(minsu, ["status", "v1.0.0"])
    #expect(after.status == 0 && after.text.contains("during and after the deployment:"))
    #expect(after.text.contains("\nnext: deed walk v1.0.0 -e staging --push"), "\(after.text)")

    try prove(server, hanako)
  }

  /// An auditor has a third clone; a record that somebody removes is named, and comes back.
  private func prove(_ server: TestRepository, _ hanako: TestRepository) throws {
    let auditor = try server.clone(as: Person(name: "Auditor", email: "audit@example.com"))
    try yes(auditor, "sync")
    let proof = try yes(auditor, "verify", "v1.0.0")
    #expect(proof.contains("sealed") && proof.contains("all here"), "\(proof)")
    let trailers = try auditor.git(
      "for-each-ref", "--format=%(contents:trailers)", "refs/tags/v1.0.0")
    #expect(trailers.contains("Deed-Approved-by: Hanako Sato <hanako@example.com> # production"))
    #expect(trailers.contains("Deed-Seal: production sha256:"), "\(trailers)")

    try yes(hanako, "sync")
    try hanako.git("fetch", "--quiet", "--tags")
    let lines = try hanako.records("checklists")
    let removed = try #require(lines.first { $0.contains("\"environment\":\"production\"") })
    let rest = lines.filter { $0 != removed }.map { "\($0)\n" }.joined()
    let note = try hanako.git(["hash-object", "-w", "--stdin"], input: Array(rest.utf8))
    try hanako.git("notes", "--ref", "deed/checklists", "add", "-f", "-C", note, "HEAD")
    try hanako.git("update-ref", "-d", "refs/deed/remotes/origin/checklists")
    guard case .record(let record) = LedgerLine(parsing: Array(removed.utf8)) else {
      throw TestFailure("the line is no record")
    }
    try no(hanako, "verify", "v1.0.0", because: "record \(record.id), which the go by")
    try yes(hanako, "sync")
    try yes(hanako, "verify", "v1.0.0")
    #expect(try hanako.records("checklists") == lines)
  }
}
