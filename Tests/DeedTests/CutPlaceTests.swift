import Release
import TestSupport
import Testing

@testable import Deed

/// Where a release can be cut from.
@Suite struct CutPlaceTests {
  private func project(_ options: String...) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a/one": "1", "b/two": "2"])
    return test
  }

  @Test func `in a bare repository`() async throws {
    let bare = try project().bare()
    try bare.git("remote", "remove", "origin")
    #expect(await bare.deed("approve", "v0.1.0", "-q").code == 0)
    let ran = await bare.deed("cut", "v0.1.0")
    #expect(ran.code == 0, "\(ran.error)")
    #expect(await bare.deed("verify").code == 0)
    #expect(await bare.deed("status").code == 1)
    try bare.fsck()
  }

  @Test func `in a linked worktree, whose records are the repository's`() async throws {
    let test = try project()
    let linked = test.at("\(test.directory)/linked")
    try test.git("worktree", "add", "--quiet", "-b", "release/0.1", linked.path)
    try TestSupport.Files.write("dirt", to: "\(test.path)/dirt")
    #expect(await linked.deed("approve", "v0.1.0", "-q").code == 0)
    #expect(await linked.deed("cut", "v0.1.0").code == 0)
    #expect(await test.deed("show", "v0.1.0").output.contains("cut the tag"))
    try test.fsck()
  }

  @Test func `in a sparse and partial clone`() async throws {
    let test = try project()
    try test.git("config", "uploadpack.allowFilter", "true")
    await test.deed("approve", "v0.1.0", "-q")
    let clone = try test.clone(
      as: TestRepository.minsu, options: ["--filter=blob:none", "--sparse"])
    try clone.git("sparse-checkout", "set", "a")
    #expect(await clone.deed("approve", "v0.1.0", "--push", "-q").code == 0)
    let ran = await clone.deed("cut", "v0.1.0", "--push")
    #expect(ran.code == 0, "\(ran.error)")
    #expect(await clone.deed("verify").code == 0)
    #expect(try test.records("signoffs", at: "main").count == 2)
    #expect(await test.deed("verify").code == 0)
  }

  @Test func `in a shallow clone it is said what is missing`() async throws {
    let test = try project()
    try test.commit("fix: more", files: ["c": "3"])
    let clone = try test.clone(options: ["--depth=1"])
    var session = Transcript("shallow")
    await session.run(clone, "cut", "v0.2.0")
    await session.run(clone, "notes")
    await session.run(clone, "next")
    await session.run(clone, "status")
    await session.run(clone, "status", "v0.2.0")
    try session.check()
    try clone.git("fetch", "--quiet", "--unshallow", "--tags")
    #expect(await clone.deed("cut", "v0.2.0").code == 0)
  }

  @Test func `at another commit than HEAD, and with a detached HEAD`() async throws {
    let test = try project()
    let first = try test.id("HEAD")
    try test.commit("feat!: leap", files: ["c": "3"])
    try TestSupport.Files.write("dirt", to: "\(test.path)/dirt")
    let ran = await test.deed("cut", "v0.1.0", "--commit", "HEAD~1")
    #expect(ran.code == 0, "\(ran.error)")
    #expect(try test.id("v0.1.0^{commit}") == first)
    try test.git("switch", "--quiet", "--detach")
    #expect(await test.deed("cut", "v0.2.0").code == 1)
    #expect(await test.deed("cut", "v0.2.0", "--commit", "HEAD").code == 0)
    try test.git("switch", "--quiet", "--orphan", "stray")
    try test.commit("feat: stray")
    let stray = await test.deed("cut", "v0.3.0", "--commit", "HEAD")
    #expect(stray.code == 1 && stray.error.contains("is on none of the branches"))
  }

  @Test func `a maintenance branch may release below the newest`() async throws {
    let test = try project()
    await test.deed("cut", "v1.0.0", "-q")
    try test.git("branch", "release/1.0")
    try test.commit("feat: two", files: ["c": "3"])
    await test.deed("cut", "v1.1.0", "-q")
    try test.git("switch", "--quiet", "release/1.0")
    try test.commit("fix: patch", files: ["d": "4"])
    #expect(await test.deed("next", "-q").output == "v1.0.1\n")
    #expect(await test.deed("cut", "v1.0.1").code == 0)
    let notes = await test.deed("notes", "v1.0.1", "-q").output
    #expect(notes.contains("patch") && !notes.contains("two"))
    try test.git("switch", "--quiet", "main")
    try test.commit("fix: on", files: ["e": "5"])
    #expect(await test.deed("cut", "v1.0.2").code == 1)
  }

  @Test func `a release is compared with the release before, not with its candidates`()
    async throws
  {
    let test = try project()
    await test.deed("cut", "v1.0.0", "-q")
    for number in 1...2 {
      try test.commit("feat: part \(number)", files: ["c": "\(number)"])
      #expect(await test.deed("cut", "v1.1.0-rc.\(number)", "-q").code == 0)
    }
    let candidate = await test.deed("notes", "v1.1.0-rc.2", "-q").output
    #expect(candidate.contains("part 2") && !candidate.contains("part 1"))
    #expect(await test.deed("cut", "v1.1.0", "-q").code == 0)
    let stable = await test.deed("notes", "v1.1.0", "-q").output
    #expect(stable.contains("part 1") && stable.contains("part 2"))
    #expect(await test.deed("cut", "v1.1.0-rc.3").code == 1)
  }

  @Test func `-C before and after the command, several of them, adds up`() async throws {
    let test = try project()
    let place = test.directory
    for arguments in [
      ["-C", "repository", "next", "-q"], ["next", "-q", "-C", "repository"],
      ["-C", "repository", "next", "-C", "a", "-q"], ["-C", "/", "-C", test.path, "next", "-q"],
      ["-C", "repository/a", "-C", "../b", "next", "-q"],
    ] {
      let ran = await test.deed(arguments, directory: place)
      #expect(ran.code == 0 && ran.output == "v0.1.0\n", "\(arguments): \(ran.error)")
    }
    #expect(await test.deed(["-C", "repository"], directory: place).output.hasPrefix("OVERVIEW: "))
  }
}
