import Release
import TestSupport
import Testing

@testable import Deed

/// Tag and ledgers leave together or not at all, and what was left undone is finished.
@Suite struct CutPushTests {
  private func refuse(_ references: String, on server: TestRepository) throws {
    let hook = "\(server.path)/hooks/update"
    try TestSupport.Files.write(
      "#!/bin/sh\ncase $1 in \(references)) echo 'not on a Friday' >&2; exit 1;; esac\n", to: hook)
    TestSupport.Files.setMode(0o755, of: hook)
  }

  /// Runs `script` when `repository` is about to push, once.
  private func beforePush(_ repository: TestRepository, _ script: String) throws {
    let hook = "\(repository.path)/.git/hooks/pre-push"
    let done = "\(repository.directory)/hook-ran"
    try TestSupport.Files.write(
      """
      #!/bin/sh
      [ ! -e \(done) ] || exit 0
      touch \(done)
      unset GIT_DIR GIT_WORK_TREE
      \(script)
      """, to: hook)
    TestSupport.Files.setMode(0o755, of: hook)
  }

  private func ledgers(_ repository: TestRepository) throws -> String {
    try repository.git("for-each-ref", "--format=%(refname)", "refs/tags/v1.4.0", "refs/notes")
  }

  @Test func `a remote that refuses the notes gets no tag either`() async throws {
    let team = try Team()
    try refuse("refs/notes/*", on: team.server)
    var session = Transcript("push-refused")
    await session.run(team.hanako, "approve", "v1.4.0", "--push", "-q")
    await session.run(team.hanako, "cut", "v1.4.0", "--push")
    #expect(try ledgers(team.server).isEmpty)
    await session.run(team.hanako, "cut", "v1.4.0", "--push")
    await session.run(team.hanako, "sync")
    TestSupport.Files.remove("\(team.server.path)/hooks/update")
    await session.run(team.hanako, "cut", "v1.4.0", "--push")
    await session.run(team.hanako, "cut", "v1.4.0", "--push")
    try session.check()
    #expect(
      try ledgers(team.server)
        == "refs/notes/deed/deployments\nrefs/notes/deed/signoffs\nrefs/tags/v1.4.0")
    #expect(try team.hanako.records("deployments").count == 1)
    try team.server.fsck()
  }

  @Test func `a remote that refuses the tag gets no record either`() async throws {
    let team = try Team()
    try refuse("refs/tags/*", on: team.server)
    let ran = await team.hanako.deed("cut", "v1.4.0", "--push")
    #expect(ran.code == 1 && ran.error.contains("not on a Friday"), "\(ran.error)")
    #expect(ran.error.contains("v1.4.0 is tagged here, and not pushed: "))
    #expect(try ledgers(team.server).isEmpty)
  }

  @Test func `a crash between tag and record is finished by the same command`() async throws {
    let team = try Team()
    #expect(await team.hanako.deed("cut", "v1.4.0").code == 0)
    let tag = try team.hanako.id("refs/tags/v1.4.0")
    try team.hanako.git("update-ref", "-d", "refs/notes/deed/deployments")
    try team.hanako.forgetTips()
    #expect(await team.hanako.deed("cut", "v1.4.0").code == 0)
    #expect(try team.hanako.id("refs/tags/v1.4.0") == tag)
    #expect(try team.hanako.records("deployments").count == 1)
    let again = await team.hanako.deed("cut", "v1.4.0")
    #expect(again.code == 1 && again.error.contains("hint: deed cut v1.4.0 --push   # shares it"))
    let pushed = await team.hanako.deed("cut", "v1.4.0", "--push")
    #expect(pushed.code == 0, "\(pushed.error)")
    #expect(try team.server.id("refs/tags/v1.4.0") == tag)
    #expect(try team.hanako.records("deployments").count == 1)
    #expect(await team.hanako.deed("verify").code == 0)
  }

  @Test func `a push that failed is finished by the same command, --auto too`() async throws {
    let team = try Team()
    try refuse("refs/tags/*", on: team.server)
    let words = ["cut", "--auto", "--push"]
    #expect(await team.hanako.deed(words).code == 1)
    TestSupport.Files.remove("\(team.server.path)/hooks/update")
    let again = await team.hanako.deed(words)
    #expect(again.code == 0 && again.output.contains("v1.4.0 cut at "), "\(again.error)")
    #expect(try team.hanako.records("deployments").count == 1)
    let done = await team.hanako.deed(words)
    #expect(done.code == 1 && done.error.contains("nothing to release"), "\(done.error)")
    #expect(await team.hanako.deed("cut", "--auto").code == 1)
  }

  @Test(arguments: [
    ["cut", "v1.4.0", "-m", "First\n\nand last"], ["cut", "--auto"], ["cut", "v1.4.0", "--edit"],
    ["cut", "v1.4.0", "--edit", "-m", "Begun"],
  ])
  func `a record that could not be written is written by the same command`(
    words: [String]
  ) async throws {
    let team = try Team()
    let lock = "\(team.hanako.path)/.git/refs/notes/deed/deployments.lock"
    try TestSupport.Files.write("", to: lock)
    let settings = ["GIT_EDITOR": "printf 'by %s\\n' $PPID >>"]
    let broken = await team.hanako.deed(words, with: settings)
    #expect(broken.code == 2 && broken.error.contains("its record is not written"))
    #expect(broken.error.contains("the same command again finishes it"), "\(broken.error)")
    let tag = try team.hanako.id("refs/tags/v1.4.0")
    TestSupport.Files.remove(lock)
    let again = await team.hanako.deed(words, with: settings)
    #expect(again.code == 0, "\(again.error)")
    #expect(try team.hanako.id("refs/tags/v1.4.0") == tag)
    #expect(try team.hanako.records("deployments").count == 1)
    #expect(!TestSupport.Files.exists("\(team.hanako.path)/.git/TAG_EDITMSG"))
    try team.hanako.git("push", "--quiet", "origin", "v1.4.0")
    #expect(await team.hanako.deed("sync").code == 0)
    #expect(await team.hanako.deed("verify", "v1.4.0").code == 0)
  }

  @Test func `a branch that moved on at the remote, unfetched, is not released from`() async throws
  {
    let team = try Team()
    try team.minsu.commit("fix: just in time")
    try team.minsu.git("push", "--quiet")
    let local = await team.hanako.deed("cut", "v1.4.0", "--dry-run")
    #expect(local.code == 0 && local.error.contains("not behind origin/main"), "\(local.error)")
    let ran = await team.hanako.deed("cut", "v1.4.0", "--push")
    #expect(ran.code == 1, "\(ran.error)")
    #expect(ran.error.contains("origin has commits on main that are not here"), "\(ran.error)")
    try team.hanako.git("pull", "--quiet")
    #expect(await team.hanako.deed("cut", "v1.4.0", "--push").code == 0)
  }

  @Test func `somebody else's tag is not finished`() async throws {
    let team = try Team()
    let minsu = team.hanako.as(TestRepository.minsu)
    try minsu.git("tag", "-a", "-m", "v1.4.0", "v1.4.0")
    let ran = await team.hanako.deed("cut", "v1.4.0")
    #expect(ran.code == 1 && ran.error.contains("v1.4.0 is a tag already"))
    #expect(try team.hanako.records("deployments").isEmpty)
  }

  @Test func `a tag of one's own that says something else is not taken for a cut`() async throws {
    let team = try Team()
    try team.hanako.git("tag", "-a", "-m", "wip", "v1.4.0")
    let ran = await team.hanako.deed("cut", "v1.4.0", "--push")
    #expect(ran.code == 1 && ran.error.contains("not the one to be made"), "\(ran.error)")
    #expect(try ledgers(team.server).isEmpty)
  }

  @Test func `of two who cut at once one leaves nothing, and no record of it goes out`()
    async throws
  {
    let team = try Team()
    #expect(await team.minsu.deed("cut", "v1.4.0", "--push").code == 0)
    // Without the tag and the record, as in the moment before they came.
    let tag = await team.hanako.deed("cut", "v1.4.0", "--push")
    #expect(tag.code == 1 && tag.error.contains("was cut by"), "\(tag.error)")
    #expect(try team.hanako.records("deployments").count == 1)
    await team.hanako.deed("sync")
    try team.hanako.git("fetch", "--quiet", "--tags")
    #expect(await team.hanako.deed("verify", "v1.4.0").code == 0)
  }

  @Test func `an objection stops a cut, whatever is required`() async throws {
    let team = try Team()
    await team.minsu.deed("reject", "v1.4.0", "--push", "-m", "not yet")
    let ran = await team.hanako.deed("cut", "v1.4.0", "--push")
    #expect(ran.code == 1 && ran.error.contains("rejects v1.4.0"), "\(ran.error)")
    #expect(try !ledgers(team.server).contains("refs/tags"))
  }

  @Test func `an objection that arrives while it pushes stops the tag`() async throws {
    let team = try Team()
    await team.minsu.deed("reject", "v1.4.0", "-q")
    await team.hanako.deed("approve", "v1.4.0", "-q")
    try beforePush(
      team.hanako, "git -C \(team.minsu.path) push -q origin refs/notes/deed/signoffs || exit 1")
    let ran = await team.hanako.deed("cut", "v1.4.0", "--push")
    #expect(ran.code == 1 && ran.error.contains("rejects it"), "\(ran.error)")
    #expect(try !ledgers(team.server).contains("refs/tags"))
  }

  @Test func `records that arrive while it pushes are united`() async throws {
    let team = try Team()
    await team.minsu.deed("approve", "v1.4.0", "-q")
    await team.hanako.deed("approve", "v1.4.0", "-q")
    try beforePush(
      team.hanako, "git -C \(team.minsu.path) push -q origin refs/notes/deed/signoffs || exit 1")
    let ran = await team.hanako.deed("cut", "v1.4.0", "--push")
    #expect(ran.code == 0, "\(ran.error)")
    #expect(TestSupport.Files.exists("\(team.hanako.directory)/hook-ran"))
    #expect(try team.server.records("signoffs", at: "main").count == 2)
    #expect(try team.server.records("deployments", at: "main").count == 1)
    try team.server.fsck()
  }

  @Test func `a tag that arrives while it pushes is not overwritten`() async throws {
    let team = try Team()
    try team.minsu.git("tag", "-a", "-m", "mine", "v1.4.0")
    try beforePush(team.hanako, "git -C \(team.minsu.path) push -q origin v1.4.0 || exit 1")
    let ran = await team.hanako.deed("cut", "v1.4.0", "--push")
    #expect(ran.code == 1 && ran.error.contains("origin has another tag v1.4.0"), "\(ran.error)")
    #expect(try team.server.id("v1.4.0") == team.minsu.id("v1.4.0"))
    #expect(try team.server.git("for-each-ref", "refs/notes").isEmpty)
  }

  @Test func `a tag that the remote has already is an answer of the preflight`() async throws {
    let team = try Team()
    try team.minsu.git("tag", "-a", "-m", "mine", "v1.4.0")
    try team.minsu.git("push", "--quiet", "origin", "v1.4.0")
    var session = Transcript("push-taken")
    await session.run(team.hanako, "cut", "v1.4.0", "--push")
    await session.run(team.hanako, "cut", "v1.4.0", "--push", "--dry-run", "-q")
    try session.check()
    #expect(try team.hanako.run(["rev-parse", "-q", "--verify", "v1.4.0"]).status != 0)
  }

  @Test func `a remote that is gone leaves nothing half done`() async throws {
    let team = try Team()
    try team.hanako.git("remote", "set-url", "origin", "\(team.hanako.directory)/gone.git")
    let before = try team.hanako.git("for-each-ref")
    var session = Transcript("push-gone")
    await session.run(team.hanako, "cut", "v1.4.0", "--push")
    await session.run(team.hanako, "cut", "v1.4.0", "--push", "--dry-run", "-q")
    await session.run(team.hanako, "approve", "v1.4.0", "--push", "-q")
    await session.run(team.hanako, "sync")
    await session.run(team.hanako, "sync", "--format", "json")
    try session.check()
    #expect(try team.hanako.git("for-each-ref") == before)
    #expect(await team.hanako.deed("approve", "v1.4.0", "-q").code == 0)
    #expect(await team.hanako.deed("cut", "v1.4.0", "-q").code == 0)
  }

  @Test func `a remote is named where it is not the configured one`() async throws {
    let team = try Team()
    let other = try team.server.clone(to: "other.git", options: ["--bare"])
    try team.hanako.git("remote", "add", "other", other.path)
    let rehearsed = await team.hanako.deed("cut", "--auto", "--push", "other", "--dry-run")
    #expect(rehearsed.code == 0, "\(rehearsed.error)")
    let ran = await team.hanako.deed("cut", "v1.4.0", "--push", "other")
    #expect(ran.code == 0 && ran.output.contains("pushed to other"), "\(ran.error)")
    #expect(try ledgers(other) == "refs/notes/deed/deployments\nrefs/tags/v1.4.0")
    #expect(try ledgers(team.server).isEmpty)
    let wrong = await team.hanako.deed("cut", "v1.5.0", "--push", "third")
    #expect(wrong.code == 2 && wrong.error.contains("third"), "\(wrong.error)")
  }

  @Test func `a dry run writes nothing, here or there`() async throws {
    let team = try Team()
    await team.minsu.deed("approve", "v1.4.0", "--push", "-q")
    let here = try team.hanako.everything()
    let there = try team.server.everything()
    let ran = await team.hanako.deed("cut", "v1.4.0", "--push", "--dry-run")
    #expect(ran.code == 0, "\(ran.error)")
    #expect(ran.output.hasPrefix("v1.4.0\n"))
    #expect(try team.hanako.everything() == here)
    #expect(try team.server.everything() == there)
    #expect(!TestSupport.Files.exists("\(team.hanako.path)/.git/deed"))
  }
}
