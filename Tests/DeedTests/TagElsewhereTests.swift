import Release
import TestSupport
import Testing

@testable import Deed

/// What is said where the tag of a release is gone, or is not the one that was cut.
@Suite struct TagElsewhereTests {
  private func released() async throws -> (TestRepository, ObjectID) {
    let test = try TestRepository()
    try test.commit(
      "feat: begin", files: ["deed.toml": "[approvals]\nrequired = 0\n", "app": "1\n"])
    _ = try test.bare()
    try test.git("push", "-q", "origin", "main")
    #expect(await test.deed("cut", "v1.0.0", "--push").code == 0)
    let commit = try test.id("HEAD")
    try test.commit("feat: more")
    return (test, commit)
  }

  @Test
  func
    `a release whose tag is gone is looked at where it was cut, and nothing is recorded of HEAD`()
    async throws
  {
    let (made, commit) = try await released()
    let test = try made.clone(options: ["--no-tags"])
    #expect(await test.deed("sync").code == 0)
    let cut = "v1.0.0 is recorded as cut at \(commit.short) by Hanako Sato, and its tag is not here"
    let fetch = "git fetch origin tag v1.0.0"
    let check = await test.deed("check", "tag", "secrets", "v1.0.0", "--no-record")
    let words = check.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(check.code == 1 && words.contains("\(cut) [tag-not-here] hint: \(fetch)"), "\(words)")
    #expect(check.output.contains("commit \(commit)\n"))
    #expect(await test.deed("status", "v1.0.0").output.contains("at \(commit.short)\n"))
    #expect(
      await test.deed("status", "v1.0.0").output.hasSuffix("next: \(fetch)\n"))
    for words in [
      ["artifacts", "record", "v1.0.0", "app"], ["approve", "v1.0.0"], ["go", "v1.0.0"],
      ["artifacts", "record", "v1.0.0", "app", "--commit", "\(commit)"],
    ] {
      let ran = await test.deed(words)
      #expect(ran.code == 2 && ran.error.contains("error: \(cut)\n"), "\(words): \(ran.error)")
      #expect(ran.error.contains("hint: \(fetch)"))
    }
    #expect(try test.records("checks") == [] && test.records("signoffs") == [])
    // Who took a tag back cuts it anew, and says where.
    #expect(await test.deed("approve", "v1.0.0", "--commit", "HEAD", "--dry-run").code == 0)
    try test.git("fetch", "-q", "origin", "tag", "v1.0.0")
    #expect(await test.deed("check", "tag", "v1.0.0", "--no-record").code == 0)
  }

  @Test(arguments: [["tag", "-f", "v1.0.0"], ["tag", "-f", "-a", "-m", "moved", "v1.0.0"]])
  func `a tag that was moved is said to be, and what is there is not judged as the release`(
    moving: [String]
  ) async throws {
    let (test, commit) = try await released()
    let tag = try test.git("rev-parse", "v1.0.0")
    try test.git(moving)
    let cut = "v1.0.0 is recorded as cut at \(commit.short) by Hanako Sato"
    let check = await test.deed("check", "tag", "secrets", "v1.0.0")
    let words = check.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(check.code == 1, "\(words)")
    #expect(words.contains("it was moved: \(cut)"), "\(words)")
    #expect(
      words.contains("hint: put back what was cut: git fetch --force origin tag v1.0.0"),
      "\(words)")
    #expect(!words.contains("manifest-none"), "\(words)")
    #expect(words.contains("? cannot tell: \(cut), and its tag was moved"), "\(words)")
    #expect(try test.records("checks").count == 1)
    let record = await test.deed("artifacts", "record", "v1.0.0", "app")
    #expect(record.code == 2 && record.error.contains("\(cut), and its tag was moved"))
    try test.git("update-ref", "refs/tags/v1.0.0", tag)
    #expect(await test.deed("check", "tag", "v1.0.0", "--no-record").code == 0)
  }

  @Test func `where several tags are lacking, one command brings them all`() async throws {
    let (made, _) = try await released()
    try made.git("push", "-q", "origin", "main")
    #expect(await made.deed("cut", "v1.1.0", "--push", "-q").code == 0)
    let test = try made.clone(options: ["--no-tags"])
    #expect(await test.deed("sync", "-q").code == 0)
    let fetch = "git fetch --tags origin"
    let verified = await test.deed("verify", "v1.1.0")
    #expect(verified.code == 2, "\(verified.output)")
    #expect(verified.error.hasSuffix("hint: \(fetch)\n"), "\(verified.error)")
    #expect(await test.deed("status", "v1.1.0").output.hasSuffix("next: \(fetch)\n"))
    #expect(await test.deed("doctor").output.contains("→ \(fetch) "))
    try test.git("fetch", "-q", "--tags", "origin")
    #expect(await test.deed("verify", "v1.1.0").code == 0)
  }

  @Test func `what only a sync can tell of a tag is not called moved`() async throws {
    let (made, commit) = try await released()
    let test = try made.clone()
    for (name, doubt) in [
      ("never fetched", "who cut v1.0.0 cannot be told: more may be on origin"),
      (
        "cut anew",
        "v1.0.0 is recorded as cut at \(commit.short) by Hanako Sato, and whether the tag here was "
          + "cut since, deed sync tells"
      ),
    ] {
      if name == "cut anew" {
        try made.git("tag", "-d", "v1.0.0")
        try made.git("push", "-q", "origin", ":v1.0.0")
        // Approved, so that the tag says of itself that deed made it.
        #expect(await made.deed("approve", "v1.0.0", "--commit", "HEAD").code == 0)
        let cut = await made.deed("cut", "v1.0.0", "--commit", "HEAD", "--push")
        #expect(cut.code == 0, "\(cut.error)")
        try test.git("fetch", "-q", "--force", "origin", "tag", "v1.0.0")
      }
      let check = await test.deed("check", "tag", "secrets", "v1.0.0", "--no-record")
      let words = check.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      #expect(
        check.code == 2 && words.contains("? cannot tell: \(doubt) hint: deed sync"), "\(words)")
      #expect(!words.contains("moved") && !words.contains("by hand"), "\(words)")
      #expect(await test.deed("sync").code == 0)
      let synced = await test.deed("check", "tag", "v1.0.0", "--no-record")
      #expect(synced.code == 0, "\(synced.output)")
    }
  }

  @Test func `a version that only the remote has is not free for who asks it`() async throws {
    let (made, _) = try await released()
    let test = try made.clone(options: ["--no-tags"])
    let check = await test.deed("check", "tag", "v1.0.0", "--no-record", "--check-remote")
    let words = check.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(check.code == 1, "\(words)")
    #expect(
      words.contains(
        "origin has v1.0.0, and its tag is not here [tag-not-here] hint: git fetch origin tag v1.0.0"
      ),
      "\(words)")
    let free = await test.deed("check", "tag", "v1.1.0", "--no-record", "--check-remote")
    #expect(free.code == 0, "\(free.output)")
  }

  @Test func `whether a version is free cannot be told without the records`() async throws {
    let (made, _) = try await released()
    let test = try made.clone(options: ["--no-tags"])
    let doubt = "? cannot tell: whether v1.0.0 is free cannot be told: more may be on origin"
    let check = await test.deed("check", "tag", "v1.0.0", "--no-record")
    #expect(check.code == 2 && check.output.contains("  \(doubt)\n    hint: deed sync\n"))
    #expect(await test.deed("sync").code == 0)
    let synced = await test.deed("check", "tag", "v1.0.0", "--no-record")
    #expect(synced.code == 1 && synced.output.contains("[tag-not-here]"), "\(synced.output)")
    try test.git("remote", "remove", "origin")
    let free = await test.deed("check", "tag", "v1.1.0", "--no-record")
    #expect(free.code == 0 && free.output.contains("v1.1.0 is free"), "\(free.output)")
  }

  @Test func `what is wrong with a tag on the remote is wrong whoever cut it`() async throws {
    let (made, commit) = try await released()
    let test = try made.clone()
    try test.git("tag", "-a", "-m", "by hand", "v1.1.0")
    try test.git("tag", "-f", "-a", "-m", "anew", "v1.0.0", "\(commit)")
    for (release, code) in [("v1.0.0", "tag-differs"), ("v1.1.0", "tag-not-pushed")] {
      let words = ["check", "tag", release, "--no-record"]
      let check = await test.deed(words + ["--check-remote"])
      #expect(check.code == 1 && check.output.contains("[\(code)]"), "\(check.output)")
      #expect(check.output.contains("✓ pass  it is at "), "\(check.output)")
      #expect(await test.deed(words).code == 2)
    }
  }

  @Test func `a version that cannot be cut is no candidate`() async throws {
    let (test, _) = try await released()
    let check = await test.deed("check", "v0.9.0", "tag", "--no-record")
    let objection = "v0.9.0 is not above v1.0.0, which is among its ancestors"
    #expect(check.code == 1, "\(check.output)")
    #expect(
      check.output.contains("✗ fail  \(objection) [tag-order]\n          hint: deed next\n"),
      "\(check.output)")
    let cut = await test.deed("cut", "v0.9.0", "--dry-run")
    #expect(cut.code == 1 && (cut.output + cut.error).contains(objection), "\(cut.error)")
  }
}
