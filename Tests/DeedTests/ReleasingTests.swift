import Release
import TestSupport
import Testing

@testable import Deed

/// The sessions of docs/releasing.md are run as they stand there.
@Suite struct ReleasingTests {
  @Test(arguments: [
    ("Gate first", true), ("Tag first", true), ("When it cannot wait", false),
    ("Packages", true),
  ])
  func `the story runs as it is told`(heading: String, hasRules: Bool) async throws {
    let page = try ProjectPage.text("docs/releasing.md")
    let section = try ProjectPage.section(heading, of: page)
    let rules = try hasRules ? section : ProjectPage.section("Tag first", of: page)
    let hanako = try TestRepository()
    try hanako.commit(
      "feat: open the shop",
      files: [
        "deed.toml": try ProjectPage.block("toml", in: rules),
        "docs/release.md": try ProjectPage.block("markdown", in: page),
        "api/main": "api", "sites/web/main": "web",
      ])
    let server = try hanako.bare()
    try hanako.git("fetch", "--quiet", "origin")
    try hanako.git("branch", "--quiet", "--set-upstream-to=origin/main")
    let minsu = try server.clone(as: TestRepository.minsu)
    let people = ["hanako": hanako, "minsu": minsu]
    for line in try ProjectPage.block("console", in: section).split(separator: "\n") {
      let parts = line.split(separator: "#", maxSplits: 1)
      let mark = try #require(parts[0].firstRange(of: "$ "))
      let person = try #require(people[String(parts[0][..<mark.lowerBound])])
      let command = ProjectPage.words(parts[0][mark.upperBound...])
      let remark = parts.count > 1 ? parts[1].trimmingPrefix(" ") : ""
      let expected: Int32 =
        remark.hasPrefix("exits 1") ? 1 : remark.hasPrefix("exits 2") ? 2 : 0
      if command[0] == "git" {
        try person.git(Array(command.dropFirst()))
        continue
      }
      let ran = await person.deed(Array(command.dropFirst()))
      #expect(ran.code == expected, "\(line)\n\(ran.output)\(ran.error)")
    }
    guard hasRules, heading != "Packages" else { return }
    // The release is closed where it was asked for last.
    let status = await hanako.deed("status", "v1.0.0")
    #expect(status.output.contains("  ✓ closed: all is met"), "\(status.output)")
  }
}
