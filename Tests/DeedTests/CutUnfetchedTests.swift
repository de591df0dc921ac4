import Release
import TestSupport
import Testing

@testable import Deed

/// A clone that lacks what the remote has makes no tag that everybody would have to live with.
@Suite struct CutUnfetchedTests {
  private static let hint = "hint: git fetch --tags origin   # then the same command again"

  /// v1.0.0 and v2.0.0, a commit after them, and a clone that has no tag.
  private func clone() throws -> (server: TestRepository, clone: TestRepository) {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "-a", "-m", "x", "v1.0.0")
    try test.commit("feat!: another")
    try test.git("tag", "-a", "-m", "x", "v2.0.0")
    try test.commit("fix: more")
    let server = try test.bare()
    return (server, try server.clone(options: ["--no-tags"]))
  }

  @Test(arguments: [["--auto"], ["--auto", "--pre", "rc"], ["v0.1.0"], ["v2.0.1"]])
  func `where the remote has release tags that are not here, nothing is cut`(
    words: [String]
  ) async throws {
    let (server, clone) = try clone()
    let before = try clone.everything()
    for options in [[], ["--dry-run"]] {
      let ran = await clone.deed(["cut"] + words + ["--push"] + options)
      #expect(ran.code == 1 && ran.error.contains(Self.hint), "\(ran.error)")
      #expect(ran.error.contains("v2.0.0"), "\(ran.error)")
    }
    #expect(try clone.everything() == before)
    try clone.git("fetch", "--quiet", "--tags", "origin")
    #expect(await clone.deed("cut", "--auto", "--push").output.hasPrefix("v2.0.1 cut"))
    #expect(try server.git("tag") == "v1.0.0\nv2.0.0\nv2.0.1")
  }

  @Test func `a named version below a release elsewhere is cut without its tag`() async throws {
    let (server, main) = try clone()
    try main.git("push", "--quiet", "origin", "HEAD~2:refs/heads/release/1.0")
    let clone = try server.clone(options: ["--branch=release/1.0", "--single-branch"])
    try clone.commit("fix: on the old line")
    try clone.git("push", "--quiet", "origin", "HEAD")
    #expect(try clone.git("tag") == "v1.0.0")
    let ran = await clone.deed("cut", "v1.0.1", "--push")
    #expect(ran.code == 0 && !ran.error.contains("no branch"), "\(ran.error)")
    let auto = await clone.deed("cut", "--auto", "--push", "--dry-run")
    #expect(auto.code == 1 && auto.error.contains("has the release tag v2.0.0, which is not here"))
  }

  @Test(arguments: [false, true])
  func `one who never fetched is told what the remote's branch has`(isFollowed: Bool) async throws {
    let (_, clone) = try clone()
    try clone.git("fetch", "--quiet", "--tags", "origin")
    try clone.git("reset", "--quiet", "--hard", "HEAD~1")
    try clone.git("remote", "set-head", "origin", "--delete")
    try clone.git("update-ref", "-d", "refs/remotes/origin/main")
    if !isFollowed { try clone.git("branch", "--quiet", "--unset-upstream") }
    try clone.commit("feat: of one's own")
    let ran = await clone.deed("cut", "--auto", "--push")
    #expect(ran.code == 1, "\(ran.error)")
    #expect(ran.error.contains("origin has commits on main that are not here"), "\(ran.error)")
    #expect(ran.error.contains("hint: git pull" + (isFollowed ? "\n" : " origin main\n")))
  }

  @Test func `a commit on no branch of the remote is said to be that`() async throws {
    let (_, clone) = try clone()
    try clone.git("fetch", "--quiet", "--tags", "origin")
    #expect(await clone.deed("sync").code == 0)
    let id = try clone.commit("fix: unpushed")
    let note = "note: \(id.short) is on no branch of origin; git push origin main"
    for words in [["--dry-run"], []] {
      let ran = await clone.deed(["cut", "--auto", "--push"] + words)
      #expect(ran.code == 0 && ran.error.contains(note), "\(ran.error)")
    }
    try clone.git("push", "--quiet", "origin", "main")
    #expect(await !clone.deed("cut", "v9.0.0", "--push").error.contains("no branch of"))
  }

  @Test func `a first version is told with where its releases may be`() async throws {
    let (_, clone) = try clone()
    let note = "note: no release tags are here; git fetch --tags, if origin has some"
    for words in [["next"], ["cut", "--auto", "--dry-run"]] {
      #expect(await clone.deed(words).error.contains(note))
    }
    #expect(await !clone.deed("next", "-q").error.contains("note:"))
    try clone.git("fetch", "--quiet", "--tags", "origin")
    #expect(await !clone.deed("next").error.contains("note:"))
    try clone.git("remote", "remove", "origin")
    #expect(await !clone.deed("next").error.contains("note:"))
  }

  @Test func `with --auto a word that is no remote is not taken for a version`() async throws {
    let (_, clone) = try clone()
    let ran = await clone.deed("cut", "--auto", "--push", "upstream")
    #expect(ran.code == 2 && ran.error.contains("there is no remote \u{201C}upstream\u{201D}"))
    #expect(ran.error.contains("hint: the remotes are: origin"), "\(ran.error)")
    let version = await clone.deed("cut", "--auto", "--push", "v1.0.0")
    #expect(version.error.contains("a version and --auto exclude each other"), "\(version.error)")
  }
}
