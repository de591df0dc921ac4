import Release
import TestSupport
import Testing

@testable import Deed

/// The project's own changelog is kept with deed.
@Suite struct ProjectChangelogTests {
  private static let next = "1000.0.0"

  @Test func `a release's section is made of what was written`() async throws {
    let text = try ProjectPage.text("CHANGELOG.md")
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["CHANGELOG.md": text])
    let release = "v\(Self.next)"
    let made = await test.deed("changelog", release, "--written")
    #expect(made.code == 0, "\(made.error)")
    let bytes = try #require(TestSupport.Files.read("\(test.path)/CHANGELOG.md"))
    let new = String(decoding: bytes, as: UTF8.self)
    // One heading more, and nothing else.
    let heading = try #require(new.firstRange(of: "## [\(Self.next)] - "))
    let end = try #require(new[heading.lowerBound...].firstRange(of: "\n\n"))
    #expect(String(new[..<heading.lowerBound]) + new[end.upperBound...] == text)
    #expect(new[..<heading.lowerBound].hasSuffix("## [Unreleased]\n\n"))
    #expect(await test.deed("changelog", release, "--written", "--check").code == 0)
  }

  @Test func `its groups are those of Keep a Changelog`() throws {
    let lines = try ProjectPage.text("CHANGELOG.md").split(separator: "\n")
    let groups = lines.filter { $0.hasPrefix("### ") }.map { $0.dropFirst(4) }
    #expect(!groups.isEmpty)
    let known = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
    for group in groups { #expect(known.contains(String(group))) }
  }
}
