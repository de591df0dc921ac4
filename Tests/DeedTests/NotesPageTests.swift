import Configuration
import Release
import TestSupport
import Testing

@testable import Deed

/// The examples of docs/notes.md are run as they stand there.
@Suite struct NotesPageTests {
  /// A project that has all that the page speaks of: `v1.0.0` to `v1.4.0`, and commits since then.
  private func project(_ page: String) async throws -> TestRepository {
    let packages = try ProjectPage.block(
      "toml", in: ProjectPage.section("Parts of a repository", of: page))
    let test = try TestRepository()
    try test.commit("feat: open the shop", files: ["services/api/a": "a", "web/site/a.css": "a"])
    try test.git("tag", "v1.0.0")
    for version in ["v1.2.0", "v1.3.0"] {
      try test.commit("fix: for \(version)", files: ["web/site/a.css": version])
      try test.git("tag", version)
    }
    try test.commit(
      "feat: rules",
      files: [
        "deed.toml": packages
          + "[checklists]\nrelease = \"r.md\"\n[checks.tests]\nrun = \"true\"\n",
        "r.md": "- [ ] Backup\n- [ ] Window\n",
      ])
    for words in [
      ["tick", "v1.4.0", "Backup", "Window", "--pass"], ["check", "v1.4.0", "tests"],
      ["approve", "v1.4.0"],
    ] {
      let ran = await test.deed(words)
      #expect(ran.code == 0, "\(ran.error)")
    }
    #expect(await test.as(TestRepository.minsu).deed("approve", "v1.4.0").code == 0)
    #expect(await test.deed("cut", "v1.4.0").code == 0)
    try test.commit(
      "feat: on both sides", files: ["services/api/a": "b", "web/site/b.css": "b"])
    return test
  }

  @Test func `the page's commands do what it says`() async throws {
    let page = try ProjectPage.text("docs/notes.md")
    let test = try await project(page)
    var count = 0
    for block in try ProjectPage.blocks("console", in: page) {
      for line in block.split(separator: "\n") {
        let command = line.split(separator: "#")[0]
        let parts = command.split(separator: ">", maxSplits: 1)
        let words = ProjectPage.words(parts[0])
        try #require(words.starts(with: ["$", "deed"]), "\(line)")
        let ran = await test.deed(Array(words.dropFirst(2)))
        #expect(ran.code == 0, "\(line)\n\(ran.error)")
        #expect(!ran.error.contains("warning"), "\(line)\n\(ran.error)")
        if parts.count > 1 {
          let file = try #require(ProjectPage.words(parts[1]).first)
          try TestSupport.Files.write(ran.output, to: "\(test.path)/\(file)")
        }
        if words.contains("--evidence") {
          let told = try ProjectPage.block("markdown", in: page)
          #expect(ran.output.hasSuffix(told), "\(ran.output)")
        }
        count += 1
      }
    }
    #expect(count >= 16, "\(count)")
    let changelog = try #require(TestSupport.Files.read("\(test.path)/services/api/CHANGELOG.md"))
    #expect(String(decoding: changelog, as: UTF8.self).contains("- on both sides ("))
  }

  @Test func `the page's configuration is one`() throws {
    let blocks = try ProjectPage.blocks("toml", in: ProjectPage.text("docs/notes.md"))
    #expect(blocks.count == 3)
    for block in blocks {
      #expect(throws: Never.self, "\(block)") {
        try ConfigurationFile.policy(from: Array(block.utf8), file: "docs/notes.md")
      }
    }
  }
}
