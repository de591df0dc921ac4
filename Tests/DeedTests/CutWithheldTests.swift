import Release
import TestSupport
import Testing

@testable import Deed

/// A release goes out with all that it rests on, or not at all.
@Suite struct CutWithheldTests {
  @Test func `no release goes out while its files may not be sent`() async throws {
    let hanako = try TestRepository()
    try hanako.commit("feat: begin", files: RedactTests.files)
    let server = try hanako.bare()
    let minsu = try server.clone(as: TestRepository.minsu)
    // On a branch that Min-su has not fetched.
    try hanako.commit("docs: more", files: ["more.md": "more"])
    try hanako.git("push", "--quiet", "origin", "HEAD:topic")
    try TestSupport.Files.write("the secret\n", to: "\(hanako.directory)/secret.log")
    for (version, commit) in [("v2.0.0", "HEAD"), ("v1.0.0", "HEAD~1")] {
      let ticked = await hanako.deed(
        "tick", version, "1.1", "--commit", commit, "--pass", "--attach", "../secret.log", "--push",
        "-q")
      try #require(ticked.code == 0, "\(ticked.error)")
    }
    try #require(await minsu.deed("sync").code == 0)
    let secret = try RedactTests.blob("the secret\n")
    let redacted = await hanako.deed("redact", "\(secret)", "-m", "x", "--yes", "--push", "-q")
    try #require(redacted.code == 0, "\(redacted.error)")
    let before = try server.git("for-each-ref")
    for options in [["--push"], ["--push", "--dry-run"]] {
      // A dry run fetches nothing, and goes by what was fetched last.
      let ran = await minsu.deed(["cut", "v1.0.0"] + options)
      let said = ran.error.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(
        ran.code == 2 && said.contains("not all files of v1.0.0 can be sent to origin: "), "\(said)"
      )
      #expect(said.contains("is not here: git fetch"), "\(said)")
    }
    #expect(try server.git("for-each-ref") == before)
    #expect(try minsu.git("tag", "--list").isEmpty)
    #expect(try minsu.records("deployments").isEmpty)
    #expect(try RedactTests.leads(minsu, to: secret))
    // One that does not rest on it goes.
    let beside = await minsu.deed("cut", "v0.9.0", "--push")
    #expect(beside.code == 0, "\(beside.error)")
    #expect(try server.git("tag", "--list") == "v0.9.0")
    #expect(try !RedactTests.leads(server, to: secret))
    try minsu.git("fetch", "--quiet")
    let cut = await minsu.deed("cut", "v1.0.0", "--push")
    #expect(cut.code == 0 && cut.output.contains("tag and ledgers together"), "\(cut.error)")
    #expect(try server.id(RedactTests.reference) == minsu.id(RedactTests.reference))
    #expect(try !RedactTests.leads(server, to: secret))
  }
}
