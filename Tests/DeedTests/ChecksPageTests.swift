import TestSupport
import Testing

@testable import Checks

/// docs/checks.md tells of every finding and every key.
@Suite struct ChecksPageTests {
  private static func codes() throws -> Set<String> {
    let found = try Program.run(
      "grep",
      [
        "-rhzoE", "(CheckFinding\\([^\"]*|refused\\(|\\(\\(\\s*|[?:] )\"[a-z]+(-[a-z]+)+\"",
        "Sources/Checks", "Sources/Deed/Checking",
      ], directory: ProjectPage.root, environment: ["PATH": "/usr/bin:/bin"])
    #expect(found.status == 0, "\(found.error)")
    return Set(
      found.text.split(separator: "\0").compactMap { text in
        text.split(separator: "\"").last.map(String.init)
      })
  }

  @Test func `every code is in the table of its check`() throws {
    let codes = try Self.codes()
    #expect(codes.count > 50, "\(codes.count)")
    let rows = try ProjectPage.text("docs/checks.md").split(separator: "\n")
      .filter { $0.hasPrefix("| `") }.joined()
    let untold = codes.filter { !rows.contains("`\($0)`") }.sorted()
    #expect(untold.isEmpty, "\(untold)")
  }

  /// Those of which every finding says itself what mends it.
  private static let saidByFindings: Set = [
    "exit", "migration-changed", "migration-removed", "migration-renamed", "secrets-mode",
    "tag-not-commit", "tag-renamed",
  ]

  /// Codes of which a pass is told alone have nothing to mend.
  @Test func `every code that is no pass has a remedy`() throws {
    let rows = try ProjectPage.text("docs/checks.md").split(separator: "\n")
      .filter { $0.hasPrefix("| `") && !$0.hasSuffix("| passes |") }
      .compactMap { $0.dropFirst().split(separator: "|").first }
    let listed = Set(rows.flatMap { $0.matches(of: /`([^`]+)`/).map { String($0.1) } })
    let codes = try Self.codes().union(["exit", "timeout", "placeholder"]).intersection(listed)
    let silent = codes.filter { Remedy.texts[$0] == nil }
    #expect(codes.count > 70 && silent == Self.saidByFindings, "\(codes.count), \(silent)")
    let unknown = Remedy.texts.keys.filter { !listed.contains($0) }.sorted()
    #expect(unknown.isEmpty, "\(unknown)")
  }

  /// Behind it nothing may stand that would be pasted with it.
  @Test func `a command ends its remedy, and takes no path for an option`() {
    var count = 0
    for (code, text) in Remedy.texts {
      let programs = /(?:^|[ (])(?:git|deed|chmod|sed|ls|alembic|openssl) [a-z-].*/
      guard let command = text.firstMatch(of: programs)?.output else { continue }
      count += 1
      #expect(!command.contains(", ") && !command.contains("; "), "\(code): \(text)")
      let file = command.ranges(of: "{file}").first
      #expect(
        file.map { command[..<$0.lowerBound].hasSuffix("-- ") } ?? true, "\(code): \(text)")
    }
    #expect(count > 20, "\(count)")
  }
}
