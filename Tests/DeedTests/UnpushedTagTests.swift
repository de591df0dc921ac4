import Release
import TestSupport
import Testing

@testable import Deed

/// A release whose record went out without its tag.
@Suite struct UnpushedTagTests {
  /// Hanako cuts v1.4.0 and pushes no more than the records; Min-su has fetched those.
  private func shared() async throws -> (Team, Ran) {
    let team = try Team()
    #expect(await team.hanako.deed("cut", "v1.4.0").code == 0)
    // Deed itself sends no record without its tag; git does.
    try team.hanako.git("push", "-q", "origin", "refs/notes/deed/deployments")
    let ran = await team.hanako.deed("sync")
    #expect(await team.minsu.deed("sync", "--pull").code == 0)
    return (team, ran)
  }

  private func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func `a record that goes out without its tag is told of, here and by everybody else`()
    async throws
  {
    let (team, ran) = try await shared()
    let warning =
      "warning: v1.4.0 is cut here and recorded on origin, and not tagged there: nobody else can "
      + "tell what later releases are held to\nhint: git push origin v1.4.0\n"
    #expect(ran.code == 0 && ran.error == warning, "\(ran.error)")
    let json = await team.hanako.deed("sync", "--format", "json", "-q")
    #expect(words(json.output).contains("\"untagged\" : [ \"v1.4.0\" ]") && json.error.isEmpty)
    let approved = await team.hanako.deed("approve", "v1.4.0", "--push", "-q")
    #expect(approved.error == warning)

    let verified = await team.minsu.deed("verify", "v1.4.0")
    #expect(verified.code == 2)
    #expect(words(verified.output).contains("ask Hanako Sato to: git push origin v1.4.0"))
    try team.minsu.commit("feat: more")
    let status = words(await team.minsu.deed("status", "v1.5.0").output)
    #expect(
      status.contains("the floor: v1.4.0 was cut before (by Hanako Sato, 2026-01-01 00:00 UTC)"))
    #expect(status.contains("who cut it pushes it (git push origin v1.4.0), or cuts it anew"))

    try team.hanako.git("push", "-q", "origin", "v1.4.0")
    for _ in 0..<2 { #expect(await team.hanako.deed("sync").error.isEmpty) }
    try team.minsu.git("fetch", "-q", "--tags")
    let known = words(await team.minsu.deed("status", "v1.5.0").output)
    #expect(known.contains("approvals at least as in v1.4.0"), "\(known)")
    #expect(await team.minsu.deed("sync").error.isEmpty)
  }

  @Test func `what was cut and never pushed is cut anew by whoever says where`() async throws {
    let (team, _) = try await shared()
    for words in [["--push"], ["--commit", "HEAD"]] {
      let refused = await team.minsu.deed(["cut", "v1.4.0"] + words)
      #expect(refused.code == 1, "\(refused.error)")
      #expect(self.words(refused.error).contains("and that tag is not here"), "\(refused.error)")
      #expect(
        self.words(refused.error).contains(
          "who cut it pushes it (git push origin v1.4.0), or cuts it anew, with --commit, where it")
      )
    }
    let cut = await team.minsu.deed("cut", "v1.4.0", "--commit", "HEAD", "--push")
    #expect(cut.code == 0, "\(cut.error)")
    let auditor = try team.server.clone()
    #expect(await auditor.deed("sync", "--pull").code == 0)
    let verified = await auditor.deed("verify", "v1.4.0")
    #expect(verified.output.contains("cut by Kim Min-su"), "\(verified.output)")
    #expect(verified.output.contains("\nconsistent"))

    // Whoever was late learns whose tag counts.
    #expect(await team.hanako.deed("sync").error.isEmpty)
    let late = await team.hanako.deed("verify", "v1.4.0")
    let mend = "git fetch --force origin tag v1.4.0"
    #expect(late.code == 1 && words(late.output).contains("by Kim Min-su"))
    #expect(words(late.output).contains(mend), "\(late.output)")
    try team.hanako.git("fetch", "-q", "--force", "origin", "tag", "v1.4.0")
    #expect(await team.hanako.deed("verify", "v1.4.0").output.contains("cut by Kim Min-su"))
  }

  @Test func `no command names a commit for which a record alone vouches`() async throws {
    let (team, _) = try await shared()
    let commit = try team.hanako.id("HEAD").short
    try team.minsu.commit("feat: more")
    for command in [
      ["cut", "v1.4.0", "--push"], ["cut", "v1.4.0", "--commit", "HEAD~"], ["approve", "v1.4.0"],
      ["tick", "v1.4.0", "1.1"], ["status", "v1.5.0"], ["verify", "v1.4.0"], ["doctor"],
      ["check", "v1.4.0", "tag", "--no-record"],
    ] {
      let ran = await team.minsu.deed(command)
      #expect(!(ran.output + ran.error).contains("--commit \(commit)"), "\(ran.output + ran.error)")
    }
    let refused = await team.minsu.deed("approve", "v1.4.0")
    #expect(refused.code == 2 && words(refused.error).contains("or cuts it anew, with --commit"))

    // Nor where the record is in one's own name: anybody may have written it.
    let alone = try Team().hanako
    #expect(await alone.deed("sync", "-q").code == 0)
    #expect(await alone.deed("cut", "v1.4.0", "-q").code == 0)
    try alone.commit("feat: more")
    let place = try alone.id("HEAD~").short
    #expect(await alone.deed("doctor").output.contains("deed cut v1.4.0 --commit \(place) --push"))
    try alone.git("tag", "-d", "v1.4.0")
    let doctor = await alone.deed("doctor")
    #expect(doctor.output.contains("deed cut v1.4.0 --commit COMMIT --push"), "\(doctor.output)")
  }

  @Test func `somebody else's cut is not cut anew where the remote has its tag`() async throws {
    let (team, _) = try await shared()
    try team.hanako.git("push", "-q", "origin", "v1.4.0")
    let refused = await team.minsu.deed("cut", "v1.4.0", "--commit", "HEAD", "--push")
    #expect(refused.code == 1 && refused.error.contains("and that tag is not here"))
    #expect(refused.error.contains("origin has a tag v1.4.0 already"), "\(refused.error)")
    // Whoever lost the race is not asked to win it.
    #expect(refused.error.contains("hint: git fetch origin tag v1.4.0 && deed show v1.4.0"))
    #expect(!refused.error.contains("cuts it anew"), "\(refused.error)")
    // Nor by way of another remote, which has none.
    let fork = try TestRepository("--bare")
    try team.minsu.git("remote", "add", "fork", fork.path)
    let other = await team.minsu.deed("cut", "v1.4.0", "--commit", "HEAD", "--push", "fork")
    #expect(other.code == 1 && other.error.contains("and that tag is not here"), "\(other.error)")
    #expect(try team.minsu.records("deployments").count == 1)
  }

  @Test func `only who has no name here is not asked for tags, and other trouble is told`()
    async throws
  {
    let (team, _) = try await shared()
    let nobody = await team.hanako.deed(
      ["sync"], with: ["GIT_COMMITTER_NAME": nil, "GIT_COMMITTER_EMAIL": nil, "EMAIL": nil])
    #expect(nobody.code == 0 && nobody.error.isEmpty, "\(nobody.error)")
    let broken = await team.hanako.deed(["sync"], with: ["GIT_COMMITTER_DATE": "yesteryear"])
    #expect(broken.code == 2, "\(broken.error)")
    #expect(
      words(broken.error).contains("whether origin has all tags is not known: git cannot say"))
    #expect(broken.output == "already the same as origin\n", "\(broken.output)")
  }

  @Test func `whoever has a tag from somebody else is not told to push it`() async throws {
    let team = try Team()
    #expect(await team.hanako.deed("cut", "v1.4.0", "--push").code == 0)
    try team.minsu.git("fetch", "-q", "--tags")
    try team.hanako.git("push", "-q", "origin", ":refs/tags/v1.4.0")
    #expect(await team.minsu.deed("sync").error.isEmpty)
  }
}
