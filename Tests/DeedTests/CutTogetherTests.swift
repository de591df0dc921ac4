import Release
import TestSupport
import Testing

@testable import Deed

/// Cuts that keep the ledger of deployments here together with their own records, and what sends it.
@Suite struct CutTogetherTests {
  private func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  @Test func `two that wait for one another go out together, by the command that is told`()
    async throws
  {
    let team = try Team()
    #expect(await team.hanako.deed("cut", "v1.4.0", "-q").code == 0)
    try team.hanako.commit("feat: more")
    #expect(await team.hanako.deed("cut", "v1.5.0", "-q").code == 0)
    let command = "git push --atomic origin v1.4.0 v1.5.0 'refs/notes/deed/*'"
    let sync = await team.hanako.deed("sync")
    #expect(sync.code == 1)
    #expect(
      sync.error == "hint: \(command)\nhint: or to take it back: deed cut v1.4.0 --take-back\n"
        + "hint: or to take it back: deed cut v1.5.0 --take-back\n", "\(sync.error)")
    let cut = await team.hanako.deed("cut", "v1.5.0", "--push")
    #expect(cut.code == 1 && cut.error.contains("hint: \(command)   # or to"), "\(cut.error)")
    let pushed = try Program.run(
      "sh", ["-c", command], directory: team.hanako.path, environment: team.hanako.environment)
    #expect(pushed.status == 0, "\(pushed.error)")
    #expect(await team.hanako.deed("sync").code == 0)
  }

  @Test func `a record of somebody else's without its tag, as a fork may have, is put away`()
    async throws
  {
    let team = try Team()
    let fork = try team.server.clone(as: TestRepository.minsu)
    try fork.forgeTagRecord(of: "v1.4.0", prefix: "v")
    try team.hanako.git("remote", "add", "fork", fork.path)
    #expect(await team.hanako.deed("init", "-q").code == 0)
    #expect(try team.hanako.git("config", "--get-all", "remote.fork.fetch").hasSuffix("/fork/*"))
    let refspec = "+refs/notes/deed/*:refs/deed/remotes/fork/*"
    try team.hanako.git("config", "--add", "remote.fork.fetch", refspec)
    let doctor = await team.hanako.deed("doctor")
    #expect(words(doctor.output).contains("git fetch from fork brings its ledgers"))
    #expect(
      doctor.output.contains("--unset-all remote.fork.fetch '\(refspec)'"), "\(doctor.output)")
    #expect(await team.hanako.deed("sync", "fork").code == 0)
    let stuck = await team.hanako.deed("sync")
    #expect(stuck.code == 1)
    #expect(stuck.error.contains("deed cut v1.4.0 --take-back"), "\(stuck.error)")
    let refused = await team.hanako.deed("cut", "v1.4.0", "--take-back")
    let command =
      "git remote remove fork && git update-ref -d refs/deed/remotes/fork/deployments"
    #expect(refused.code == 1 && words(refused.error).contains(command), "\(refused.error)")
    let removed = try Program.run(
      "sh", ["-c", command], directory: team.hanako.path, environment: team.hanako.environment)
    #expect(removed.status == 0, "\(removed.error)")
    #expect(await team.hanako.deed("cut", "v1.4.0", "--take-back").code == 0)
    #expect(await team.hanako.deed("sync").code == 0)
  }

  @Test func `of several remotes, none of which is named, none is shared with`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    let forks = try ["alice", "bob"].map { name in
      let fork = try TestRepository("--bare")
      try test.git("remote", "add", name, fork.path)
      return fork
    }
    #expect(await test.deed("approve", "v1.0.0", "-q").code == 0)
    let unnamed = await test.deed("sync")
    #expect(unnamed.code == 2, "\(unnamed.error)")
    #expect(unnamed.error.contains("hint: git remote rename REMOTE origin   # or for everybody"))
    #expect(await test.deed("sync", "--pull").code == 2)
    #expect(await test.deed("doctor").output.contains("there is no remote"))
    // Nor is any of them asked before a decision.
    let decided = await test.deed("no-go", "v1.0.0", "-m", "not yet")
    #expect(decided.code == 2 && decided.error.contains("there is no remote"), "\(decided.error)")
    #expect(await test.deed("no-go", "v1.0.0", "-m", "not yet", "--offline", "-q").code == 0)
    // One that is named by hand is read.
    #expect(await test.deed("sync", "bob").code == 0)
    for fork in forks { #expect(try fork.git("for-each-ref").isEmpty) }
    try test.commit("chore: name the remote", files: ["deed.toml": "remote = \"bob\"\n"])
    #expect(await test.deed("sync").code == 0)
    #expect(await !test.deed("doctor").output.contains("there is no remote"))
    #expect(try forks[0].git("for-each-ref").isEmpty)
    #expect(try forks[1].git("for-each-ref").contains("refs/notes/deed/signoffs"))
  }

  @Test func `a record without its tag that the server has lost again is put away, too`()
    async throws
  {
    let team = try Team()
    let test = team.hanako
    try team.minsu.forgeTagRecord(of: "v1.4.0", prefix: "v")
    let ledger = "refs/notes/deed/deployments"
    try team.minsu.git("push", "--quiet", "origin", ledger)
    #expect(await test.deed("sync", "-q").code == 0)
    let shared = await test.deed("cut", "v1.4.0", "--take-back")
    #expect(shared.code == 1 && shared.error.contains("others have the record"), "\(shared.error)")
    try team.server.git("update-ref", "-d", ledger)
    // A server without the hook would get it again by the next sync.
    #expect(await test.deed("sync", "--pull", "-q").code == 0)
    let ran = await test.deed("cut", "v1.4.0", "--take-back", "-q")
    #expect(ran.code == 0, "\(ran.error)")
    let kept = "the record by Kim Min-su is kept in refs/deed/set-aside/deployments"
    #expect(ran.output.contains(kept), "\(ran.output)")
    #expect(await test.deed("sync", "-q").code == 0)
    #expect(try team.server.git("for-each-ref", ledger).isEmpty)
    let doctor = await test.deed("doctor")
    #expect(doctor.code == 0 && !doctor.output.contains("--recover"), "\(doctor.output)")
  }
}
