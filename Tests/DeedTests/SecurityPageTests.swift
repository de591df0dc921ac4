import Configuration
import TestSupport
import Testing

/// docs/security.md promises nothing that no test mounts.
@Suite struct SecurityPageTests {
  private static func rows() throws -> [[Substring]] {
    let page = try ProjectPage.section("Attacks", of: try ProjectPage.text("docs/security.md"))
    return page.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| attack |") }
      .map { $0.split(separator: "|") }
  }

  @Test func `each attack has a test of the name that stands beside it`() throws {
    let found = try Program.run(
      "grep", ["-rhoE", "func `[^`]+`", "Tests"], directory: ProjectPage.root,
      environment: ["PATH": "/usr/bin:/bin"])
    let names = Set(found.text.split(separator: "\n").map { $0.dropFirst("func ".count) })
    #expect(names.count > 500, "\(names.count)")
    let rows = try Self.rows()
    #expect(rows.count >= 40, "\(rows.count)")
    for row in rows {
      #expect(row.count == 3, "\(row)")
      let name = row[row.count - 1].split(separator: " ").joined(separator: " ")
      #expect(names.contains(name[...]), "\(name)")
    }
    let attacks = rows.compactMap(\.first)
    #expect(Set(attacks).count == attacks.count)
  }

  @Test func `each code that the page names is one that the program gives`() throws {
    // A code stands behind its severity, or is what `code` is.
    let places = [
      ["-rhE", #"(\.(error|warning|info), |code: ).*"[a-z]+(-[a-z]+)+""#],
      ["-rhE", "-A8", "var code: String"],
    ]
    let lines = try places.map { place in
      try Program.run(
        "grep", place + ["Sources"], directory: ProjectPage.root,
        environment: ["PATH": "/usr/bin:/bin"]
      ).text
    }.joined()
    let codes = Set(lines.matches(of: /"([a-z]+(?:-[a-z]+)+)"/).map(\.output.1))
    #expect(codes.count < 150 && !codes.contains("pre-receive"), "\(codes.count)")
    let named = try ProjectPage.text("docs/security.md").matches(of: /`([a-z]+(?:-[a-z]+)+)`/)
    #expect(named.count >= 15, "\(named.count)")
    for code in named { #expect(codes.contains(code.output.1), "\(code.output.1)") }
  }

  @Test func `the policy on the page about security is one`() throws {
    let blocks = try ProjectPage.blocks("toml", in: try ProjectPage.text("docs/security.md"))
    #expect(!blocks.isEmpty)
    for block in blocks {
      #expect(throws: Never.self) {
        try ConfigurationFile.policy(from: Array(block.utf8), file: "docs/security.md")
      }
    }
  }
}
