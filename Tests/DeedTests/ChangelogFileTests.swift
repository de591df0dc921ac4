import Release
import TestSupport
import Testing

@testable import Deed

/// What `deed changelog` does to files that are not as one expects, and leaves undone.
@Suite struct ChangelogFileTests {
  private func text(_ test: TestRepository, _ name: String = "CHANGELOG.md") throws -> String {
    String(decoding: try #require(TestSupport.Files.read("\(test.path)/\(name)")), as: UTF8.self)
  }

  private func packages() throws -> TestRepository {
    let test = try TestRepository()
    try test.commit(
      "chore: begin", files: ["deed.toml": "[packages.api]\n[packages.web]\n", "a": "a"])
    try test.commit("feat: api one", files: ["api/a": "a"])
    try test.commit("feat: web one", files: ["web/a": "a"])
    return test
  }

  private func run(_ test: TestRepository, _ words: String...) async -> String {
    let ran = await test.deed(["changelog"] + words)
    #expect(ran.code == 0, "\(words): \(ran.error)")
    return ran.error
  }

  @Test(arguments: [[], ["-o", "CHANGES.md"]])
  func `two packages keep their sections in one file`(file: [String]) async throws {
    let test = try packages()
    let name = file.last ?? "CHANGELOG.md"
    for package in ["api", "web", "api", "web"] {
      let ran = await test.deed(["changelog", "--package", package] + file)
      #expect(ran.code == 0, "\(ran.error)")
    }
    let both = try text(test, name)
    #expect(both.contains("## api/v0.1.0 - 2026-01-01\n\n### Added\n\n- api one ("))
    #expect(both.contains("## web/v0.1.0 - 2026-01-01\n\n### Added\n\n- web one ("))
    #expect(both.ranges(of: "\n## ").count == 2 && both.ranges(of: "\n- ").count == 2, "\(both)")
    #expect(await test.deed(["changelog", "v0.1.0"] + file).code == 0)
    #expect(try text(test, name).hasSuffix(String(both.dropFirst("# Changelog\n\n".count))))
    for version in ["api/v0.1.0", "web/v0.1.0", "v0.1.0"] {
      #expect(await test.deed(["changelog", version, "--check"] + file).code == 0, "\(version)")
    }
  }

  @Test func `a package's own file has short headings, and another's keeps its entries`()
    async throws
  {
    let test = try packages()
    _ = await run(test, "--package", "api", "-o", "api/CHANGELOG.md")
    let own = try text(test, "api/CHANGELOG.md")
    #expect(own.hasPrefix("# Changelog\n\n## 0.1.0 - "))
    _ = await run(test, "--package", "web", "-o", "api/CHANGELOG.md")
    let slip = try text(test, "api/CHANGELOG.md")
    #expect(slip.contains("\n## web/v0.1.0 - ") && slip.hasSuffix(String(own.dropFirst(13))))
    _ = await run(test, "--package", "api", "-o", "api/CHANGELOG.md", "--check")
  }

  @Test func `a short heading is a package's where it tells of nothing else`() async throws {
    let test = try packages()
    let ids = try ["HEAD~1", "HEAD"].map { try test.git("rev-parse", "--short=8", $0) }
    let begin = "# Changelog\n\n## 0.1.0\n\n### Added\n\n- One for all (\(ids[0]))\n"
    try TestSupport.Files.write(begin, to: "\(test.path)/CHANGELOG.md")
    #expect(await run(test, "--package", "api").contains("has all of api/v0.1.0 already"))
    _ = await run(test, "--package", "web")
    #expect(try text(test).hasSuffix("- web one (\(ids[1]))\n" + begin.dropFirst(12)))
    // By hand, it may be anybody's.
    try TestSupport.Files.write("# C\n\n## 0.1.0\n\n- All\n", to: "\(test.path)/CHANGELOG.md")
    _ = await run(test, "--package", "api")
    #expect(try text(test).hasSuffix("- api one (\(ids[0]))\n\n## 0.1.0\n\n- All\n"))
    // Where its file has been named, it is the package's; what was rewritten since is no other's.
    try TestSupport.Files.write(
      "# C\n\n## 0.0.1\n\n- All (01234567)\n", to: "\(test.path)/api.md")
    _ = await run(test, "--package", "api", "-o", "api.md")
    #expect(try text(test, "api.md").hasPrefix("# C\n\n## 0.1.0\n\n### Added"))
  }

  @Test func `what is no UTF-8 or no Markdown is left as it is`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    let path = "\(test.path)/CHANGELOG.md"
    let cases: [([UInt8], String)] = [
      ([0xFF, 0xFE, 0x23, 0], "hint: iconv -f UTF-16 -t UTF-8 CHANGELOG.md"),
      (Array("PNG\0".utf8), "CHANGELOG.md is no text"),
      (Array("== 1.0.0\n".utf8), "CHANGELOG.md is AsciiDoc, and no Markdown"),
    ]
    for (bytes, said) in cases {
      try TestSupport.Files.write(bytes, to: path)
      for words in [[], ["--check"], ["-o", "-"]] {
        let ran = await test.deed(["changelog"] + words)
        #expect(ran.code == 2 && ran.output.isEmpty && ran.error.contains(said), "\(ran.error)")
      }
      #expect(TestSupport.Files.read(path) == bytes)
    }
  }

  @Test func `headings of no known version are mentioned`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["CHANGELOG.md": "# C\n\n## 1.0\n\n- x\n"])
    #expect(await run(test).contains("note: no heading in CHANGELOG.md is known to be a version's"))
    #expect(try text(test).hasSuffix("\n\n## 1.0\n\n- x\n"))
    #expect(await !run(test).contains("note:"))
  }

  @Test(arguments: [
    "", "# C\n\n## Unreleased\n\n### Added\n\n## 1.0.0\n\n- x\n", "# C\n\n## 1.1.0\n",
  ])
  func `what is to be written by people is refused where nothing is`(old: String) async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["CHANGELOG.md": old])
    try test.git("tag", "v1.0.0")
    try test.commit("feat: more")
    for check in [[], ["--check"]] {
      let ran = await test.deed(["changelog", "--written"] + check)
      #expect(ran.code == 1 && ran.error.contains("nothing is written for v1.1.0 in CHANGELOG.md"))
      #expect(ran.error.contains("deed changelog v1.1.0   #"), "\(ran.error)")
    }
    #expect(try text(test) == old)
    let new = "# C\n\n## Unreleased\n\n- x\n"
    try TestSupport.Files.write(new, to: "\(test.path)/CHANGELOG.md")
    _ = await run(test, "--written")
    _ = await run(test, "--written", "--check")
    let backport = await test.deed("changelog", "v1.0.0", "--written")
    #expect(backport.code == 1 && backport.error.contains("nothing is written for v1.0.0"))
  }

  @Test func `a version that cannot be the next is refused as notes refuse it`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.0.0")
    try test.commit("feat: more")
    let ran = await test.deed("changelog", "v9.9.9")
    #expect(ran.code == 2 && ran.error.contains("and the next after v1.0.0 cannot be it"))
    #expect(
      ran.error.contains("hint: deed changelog   # ")
        && TestSupport.Files.read("\(test.path)/CHANGELOG.md") == nil)
  }

  @Test func `notes in a changelog's place name the command that keeps it`() async throws {
    let test = try TestRepository()
    try test.commit(
      "feat: begin", files: ["CHANGELOG.md": "# C\n\n## 1.0.0\n\n- x\n", "x.md": "x"])
    let kept = await test.deed("notes", "-o", "CHANGELOG.md")
    #expect(kept.code == 0 && kept.error.contains("git restore CHANGELOG.md && deed changelog"))
    let other = await test.deed("notes", "-o", "x.md")
    #expect(other.error.contains("makes the checkout unclean") && !other.error.contains("restore"))
  }

  @Test func `a conflict is refused`() async throws {
    let test = try TestRepository()
    let text = "# C\n\n<<<<<<< HEAD\n- a\n=======\n- b\n>>>>>>> other\n"
    try test.commit("feat: begin", files: ["CHANGELOG.md": text])
    for check in [[], ["--check"]] {
      let ran = await test.deed(["changelog"] + check)
      #expect(ran.code == 1 && ran.error.contains("CHANGELOG.md has a merge conflict on line 3"))
    }
    #expect(try self.text(test) == text)
  }

  @Test(arguments: ["1.0.0 - 2026-01-02", "[v1.0.0] - TBD"])
  func `two sections of one version are refused, whatever the words in them`(
    _ second: String
  ) async throws {
    let test = try TestRepository()
    let text = "# C\n\n## 1.0.0\n\n- x\n\n### 1.0.0 in detail\n\n- y\n\n## 0.9.0\n"
    let twice = text.replacing("## 0.9.0", with: "## \(second)\n\n- z\n\n## 0.9.0")
    try test.commit("feat: begin", files: ["CHANGELOG.md": twice])
    try test.git("tag", "v1.0.0")
    for options in [[], ["--check"], ["-o", "-"]] {
      let ran = await test.deed(["changelog", "v1.0.0"] + options)
      #expect(ran.code == 1 && ran.output.isEmpty)
      #expect(ran.error.contains("CHANGELOG.md has 2 sections of v1.0.0, on lines 3, 11"))
    }
    #expect(try self.text(test) == twice)
    try TestSupport.Files.write(text, to: "\(test.path)/CHANGELOG.md")
    _ = await run(test, "v1.0.0")
    _ = await run(test, "v1.0.0", "--check")
  }

  @Test(arguments: ["<!-- to be kept\n", "```\n"])
  func `a file whose end is all comment or code is refused`(_ open: String) async throws {
    let test = try TestRepository()
    let text = "# C\n\n\(open)\n## 1.0.0\n\n- x\n"
    try test.commit("feat: begin", files: ["CHANGELOG.md": text])
    for _ in 1...2 {
      let ran = await test.deed("changelog")
      #expect(ran.code == 1)
      #expect(ran.error.contains("begins on line 3 of CHANGELOG.md and never ends"))
    }
    #expect(try self.text(test) == text)
  }

  @Test
  func `a file without headings of versions is refused, or it is said where the section went`()
    async throws
  {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["CHANGELOG.md": "# C\n\n**1.0.0** (2026)\n\n- x\n"])
    let ran = await test.deed("changelog")
    #expect(ran.code == 1 && ran.error.contains("in no heading: \u{201C}**1.0.0** (2026)\u{201D}"))
    try TestSupport.Files.write("# C\n\n- x\n", to: "\(test.path)/CHANGELOG.md")
    #expect(await run(test).contains("v0.1.0 stands at the end"))
    #expect(await !run(test).contains("note:"))
  }

  @Test func `an edited entry stays through a rebase, and what is dropped goes`() async throws {
    let test = try TestRepository()
    try test.commit("chore: begin")
    try test.git("tag", "v1.0.0")
    for subject in ["fix: crash", "fix: typo", "docs: z", "fix: dropped"] {
      try test.commit(subject)
    }
    _ = await run(test)
    let docs = try test.git("rev-parse", "--short=8", "HEAD~1")
    let edited =
      try text(test).replacing("- crash (", with: "- No more crashes (")
      + "- z (\(docs))\n- Zones (20260101)\n"
    try TestSupport.Files.write(edited, to: "\(test.path)/CHANGELOG.md")
    try test.git("reset", "-q", "--soft", "v1.0.0")
    for subject in ["fix: crash", "fix: typo"] {
      try test.git("commit", "-q", "--allow-empty", "-m", "\(subject)", "-m", "Again.")
    }
    _ = await run(test)
    let ids = try ["HEAD~1", "HEAD"].map { try test.git("rev-parse", "--short=8", $0) }
    let new = try text(test)
    let kept = "- z (\(docs))\n- Zones (20260101)\n"
    #expect(new.hasSuffix("- No more crashes (\(ids[0]))\n- typo (\(ids[1]))\n" + kept), "\(new)")
    _ = await run(test, "--check")
  }

  @Test func `a check after a release is about that release`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.0.0")
    _ = await run(test)
    try test.commit("docs: more")
    #expect(await run(test, "--check").contains("CHANGELOG.md has all of v1.0.0"))
    #expect(await test.deed("changelog").code == 1)
    try TestSupport.Files.write("# C\n", to: "\(test.path)/CHANGELOG.md")
    #expect(await test.deed("changelog", "--check").code == 1)
  }
}
