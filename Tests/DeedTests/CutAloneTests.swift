import Release
import TestSupport
import Testing

@testable import Deed

/// A cut that stands in one clone alone: nothing sends its record without its tag, and it can be undone.
@Suite struct CutAloneTests {
  private func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A team whose server refuses tags, and the cut that it refused.
  private func refused(_ policy: String = "") async throws -> (Team, Ran) {
    let team = try Team()
    try forbidTags(true, on: team.server)
    let ran = await team.hanako.deed("cut", "v1.4.0", "--push")
    #expect(ran.code == 1, "\(ran.error)")
    return (team, ran)
  }

  private func forbidTags(_ isForbidden: Bool, on server: TestRepository) throws {
    let hook = "\(server.path)/hooks/update"
    TestSupport.Files.remove(hook)
    guard isForbidden else { return }
    try TestSupport.Files.write(
      "#!/bin/sh\ncase $1 in refs/tags/*) printf 'ask first\\nhint: rm -rf .\\n' >&2; exit 1;; esac\n",
      to: hook)
    TestSupport.Files.setMode(0o755, of: hook)
  }

  private func ledgers(_ server: TestRepository) throws -> [String] {
    try server.git("for-each-ref", "--format=%(refname)", "refs/notes", "refs/tags/v1.4.0")
      .split(separator: "\n").map(String.init)
  }

  @Test func `a refused cut says what stands where, and both ways on`() async throws {
    let (team, ran) = try await refused()
    let tag = try team.hanako.id("refs/tags/v1.4.0").short
    #expect(words(ran.error).contains("its tag \(tag) and its record stand here"))
    #expect(
      ran.error.hasSuffix(
        "\nhint: once that is mended: deed cut v1.4.0 --push origin\n"
          + "      or to take it back: deed cut v1.4.0 --take-back\n"), "\(ran.error)")
    // Nothing that a server says begins a line as though deed had said it.
    #expect(ran.error.contains("\n  hint: rm -rf .\n") && !ran.error.contains("\nhint: rm"))
    let narrow = await team.hanako.deed(
      ["cut", "v1.4.0", "--push"], terminal: Terminal(width: 60, isError: true))
    #expect(narrow.error.split(separator: "\n").allSatisfy { String($0).displayWidth <= 60 })
  }

  @Test func `nothing sends the record of a cut whose tag the remote lacks`() async throws {
    let (team, _) = try await refused()
    for command in [
      ["approve", "v1.4.0", "--push", "-q"], ["sync"], ["sync", "--format", "json"],
    ] {
      let ran = await team.hanako.deed(command)
      #expect(ran.code == (command[0] == "sync" ? 1 : 0), "\(ran.error)")
      #expect(try ledgers(team.server) == ["refs/notes/deed/signoffs"])
      if command.contains("json") {
        #expect(words(ran.output).contains("\"push\" : \"waiting\", "), "\(ran.output)")
        #expect(words(ran.output).contains("\"why\" : \"origin lacks the tag v1.4.0\""))
        continue
      }
      #expect(
        ran.error.contains(
          "hint: deed cut v1.4.0 --push origin\nhint: or to take it back: "
            + "deed cut v1.4.0 --take-back\n"), "\(ran.error)")
      let said = words(ran.output + ran.error)
      #expect(said.contains("here: origin lacks the tag v1.4.0"), "\(said)")
    }
    // What else is in that ledger waits too, and whoever recorded it is told.
    let go = ["go", "v1.4.0", "--break-glass", "--until", "4h", "-m", "fire", "--offline", "-q"]
    #expect(await team.hanako.deed(go).code == 0)
    let deployed = await team.hanako.deed("deploy", "v1.4.0", "--finished", "--push")
    #expect(deployed.code == 1, "\(deployed.error)")
    #expect(
      words(deployed.error).contains(
        "is recorded here, and the ledger of deployments waits: origin"))
    #expect(try !ledgers(team.server).contains("refs/notes/deed/deployments"))
    let doctor = await team.hanako.deed("doctor", "-q")
    #expect(words(doctor.output).contains("v1.4.0 is cut here, and its record is on no remote"))
    #expect(!doctor.output.contains("deed sync\n"), "\(doctor.output)")

    try forbidTags(false, on: team.server)
    #expect(await team.hanako.deed("cut", "v1.4.0", "--push").code == 0)
    let sync = await team.hanako.deed("sync")
    #expect(sync.code == 0 && sync.error.isEmpty, "\(sync.error)")
    #expect(try ledgers(team.server).contains("refs/tags/v1.4.0"))
    #expect(await team.hanako.deed("doctor", "-q").output.hasSuffix("nothing to mend\n"))
  }

  @Test func `nobody who has the record from elsewhere sends it without its tag`() async throws {
    let (team, _) = try await refused()
    let read = await team.minsu.deed("sync", team.hanako.path, "-q")
    #expect(read.code == 0, "\(read.error)")
    #expect(try team.minsu.records("deployments").count == 1)
    let ran = await team.minsu.deed("sync")
    #expect(ran.code == 1 && ran.output.contains("origin lacks the tag v1.4.0"), "\(ran.output)")
    #expect(try !ledgers(team.server).contains("refs/notes/deed/deployments"))
  }

  @Test func `whoever pushes the tag by git has sent word that the record may go`() async throws {
    let team = try Team()
    let cut = await team.hanako.deed("cut", "v1.4.0")
    #expect(
      cut.code == 0 && cut.error.contains("hint: deed cut v1.4.0 --push origin"), "\(cut.error)")
    #expect(await team.hanako.deed("sync").code == 1)
    try team.hanako.git("push", "-q", "origin", "v1.4.0")
    let ran = await team.hanako.deed("sync")
    #expect(ran.code == 0 && ran.output == "deployments: pushed\n", "\(ran.output)")
  }

  @Test func `no other cut takes along the record of one that was refused`() async throws {
    let (team, _) = try await refused()
    try forbidTags(false, on: team.server)
    try team.hanako.commit("feat: more")
    try team.hanako.git("push", "-q", "origin", "main")
    let ran = await team.hanako.deed("cut", "v1.5.0", "--push")
    #expect(ran.code == 1, "\(ran.error)")
    #expect(
      words(ran.error).contains("v1.4.0 is cut here, and its record would go out without its"))
    let commit = try team.hanako.id("HEAD~").short
    let send = ["cut", "v1.4.0", "--commit", commit, "--push", "origin"]
    #expect(
      ran.error.contains(
        "hint: deed \(send.joined(separator: " "))   # or to take it back: deed cut v1.4.0 --take"))
    #expect(await team.hanako.deed(send).code == 0)
    #expect(await team.hanako.deed("cut", "v1.5.0", "--push").code == 0)
  }

  @Test func `a cut that nobody else has is taken back without a trace, and made anew`()
    async throws
  {
    let (team, _) = try await refused()
    let before = try team.hanako.everything()
    let rehearsed = await team.hanako.deed("cut", "v1.4.0", "--take-back", "--dry-run")
    let tag = try team.hanako.id("refs/tags/v1.4.0")
    let plan = ": its tag \(tag.short) and its record, which are not on origin\n"
    #expect(rehearsed.code == 0 && rehearsed.output.hasSuffix(plan), "\(rehearsed)")
    #expect(try team.hanako.everything() == before)
    let undone = await team.hanako.deed("cut", "v1.4.0", "--take-back")
    #expect(undone.code == 0, "\(undone.error)")
    #expect(
      undone.output
        == "v1.4.0 is taken back: its tag \(tag.short) and its record are gone from here, and not on "
        + "origin\n")
    #expect(try team.hanako.records("deployments").isEmpty)
    #expect(try team.hanako.run(["rev-parse", "-q", "--verify", "v1.4.0"]).status != 0)
    // It is kept beside the ledger, and nothing asks for it again.
    let aside = try team.hanako.git("log", "--format=%H", "refs/deed/set-aside/deployments")
    #expect(!aside.isEmpty)
    #expect(await team.hanako.deed("sync").code == 0)
    #expect(await team.hanako.deed("doctor", "-q").output.hasSuffix("nothing to mend\n"))
    let twice = await team.hanako.deed("cut", "v1.4.0", "--take-back")
    #expect(twice.code == 1 && twice.error.contains("no record here says that v1.4.0 was cut"))

    try forbidTags(false, on: team.server)
    try team.hanako.commit("fix: what the server asked for")
    try team.hanako.git("push", "-q", "origin", "main")
    #expect(await team.hanako.deed("cut", "v1.4.0", "--push").code == 0)
    let auditor = try team.server.clone()
    #expect(await auditor.deed("sync").code == 0)
    #expect(await auditor.deed("verify", "v1.4.0").code == 0)
    #expect(try auditor.records("deployments").count == 1)
    try team.server.fsck()
  }

  @Test(arguments: ["all", "tag", "record"])
  func `a cut that others may have is not taken back`(sent: String) async throws {
    let team = try Team()
    #expect(await team.hanako.deed("cut", "v1.4.0", "-q").code == 0)
    switch sent {
    case "all": #expect(await team.hanako.deed("cut", "v1.4.0", "--push").code == 0)
    case "tag": try team.hanako.git("push", "-q", "origin", "v1.4.0")
    default: try team.hanako.git("push", "-q", "origin", "refs/notes/deed/deployments")
    }
    let ran = await team.hanako.deed("cut", "v1.4.0", "--take-back")
    #expect(ran.code == 1 && ran.error.contains("is not taken back"), "\(ran.error)")
    #expect(try team.hanako.records("deployments").count == 1)
    #expect(try team.hanako.run(["rev-parse", "-q", "--verify", "v1.4.0"]).status == 0)
  }

  @Test(arguments: [
    "tag", "other name", "pushed to alone", "record", "another ledger", "no answer",
  ])
  func `a cut that a remote other than the team's may have is not taken back`(
    what: String
  ) async throws {
    let team = try Team()
    let backup = try TestRepository("--bare")
    try team.hanako.git("remote", "add", "backup", backup.path)
    #expect(await team.hanako.deed("cut", "v1.4.0", "-q").code == 0)
    let reference = "refs/notes/deed/deployments"
    switch what {
    case "tag": try team.hanako.git("push", "-q", "backup", "v1.4.0")
    case "other name": try team.hanako.git("push", "-q", "backup", "v1.4.0:refs/tags/candidate")
    case "pushed to alone":
      try team.hanako.git("remote", "remove", "backup")
      try team.hanako.git("config", "remote.origin.pushurl", backup.path)
      try team.hanako.git("push", "-q", "origin", "v1.4.0")
    case "record": try team.hanako.git("push", "-q", "backup", reference)
    case "another ledger":
      try team.minsu.git("notes", "--ref", "deed/deployments", "add", "-m", "of our own", "HEAD")
      try team.minsu.git("push", "-q", backup.path, reference)
    default: try team.hanako.git("remote", "set-url", "backup", "\(backup.path)/gone")
    }
    let ran = await team.hanako.deed("cut", "v1.4.0", "--take-back")
    let said = words(ran.error)
    switch what {
    case "tag", "other name", "pushed to alone", "record":
      #expect(ran.code == 1 && said.contains("is not taken back"), "\(ran.error)")
    case "another ledger":
      #expect(ran.code == 2 && said.contains("whether backup has v1.4.0 cannot be told"))
      #expect(ran.error.hasSuffix("\nhint: deed sync backup\n"), "\(ran.error)")
    default:
      #expect(ran.code == 2 && said.contains("whether backup has v1.4.0 cannot be told"))
      #expect(said.hasSuffix("one that is gone for good: git remote remove backup"), "\(said)")
    }
    #expect(try team.hanako.records("deployments").count == 1)
    #expect(try team.hanako.run(["rev-parse", "-q", "--verify", "v1.4.0"]).status == 0)
    guard what == "another ledger" || what == "no answer" else { return }
    if what == "no answer" {
      try team.hanako.git("remote", "remove", "backup")
    } else {
      #expect(await team.hanako.deed("sync", "backup").code == 0)
    }
    let again = await team.hanako.deed("cut", "v1.4.0", "--take-back")
    #expect(again.code == 0, "\(again.error)")
  }

  @Test func `a rehearsal of taking back asks the remotes too`() async throws {
    let team = try Team()
    #expect(await team.hanako.deed("cut", "v1.4.0", "-q").code == 0)
    try team.minsu.git("notes", "--ref", "deed/deployments", "add", "-m", "of our own", "HEAD")
    try team.minsu.git("push", "-q", "origin", "refs/notes/deed/deployments")
    let before = try team.hanako.everything()
    let rehearsal = ["cut", "v1.4.0", "--take-back", "--dry-run"]
    let unknown = await team.hanako.deed(rehearsal)
    #expect(unknown.code == 2, "\(unknown.error)")
    let hint = "hint: deed sync origin\n"
    #expect(unknown.error.hasSuffix("cannot be told: its ledger is not here\n\(hint)"))
    #expect(try team.hanako.everything() == before)
    try team.hanako.git("push", "-q", "origin", "v1.4.0")
    let refused = await team.hanako.deed(rehearsal)
    #expect(refused.code == 1 && refused.error.contains("origin has the tag"), "\(refused.error)")
    try team.hanako.git("push", "-q", "--delete", "origin", "v1.4.0")
    #expect(await team.hanako.deed("cut", "v1.4.0", "--take-back").code == 0)
  }

  @Test func `somebody else's cut is not taken back`() async throws {
    let team = try Team()
    #expect(await team.hanako.deed("cut", "v1.4.0", "-q").code == 0)
    let minsu = team.hanako.as(TestRepository.minsu)
    let ran = await minsu.deed("cut", "v1.4.0", "--take-back")
    #expect(
      ran.code == 1 && ran.error.contains("Hanako Sato cut v1.4.0: only they"), "\(ran.error)")
    #expect(
      ran.error.contains(
        "hint: git push --atomic origin v1.4.0 refs/notes/deed/deployments && deed sync"),
      "\(ran.error)")
    let sync = await minsu.deed("sync")
    #expect(sync.code == 1 && !sync.error.contains("--take-back"), "\(sync.error)")
    #expect(try team.hanako.records("deployments").count == 1)
  }

  @Test func `a cut that the tag of another one names is taken back after that one`() async throws {
    let team = try Team()
    let test = team.hanako
    try test.commit("chore: rules", files: ["deed.toml": "[tags]\nrequire = [\"production\"]\n"])
    try test.git("push", "--quiet", "origin", "main")
    #expect(await test.deed("sync", "-q").code == 0)
    for version in ["v1.4.0", "v1.5.0"] {
      for person in [TestRepository.hanako, TestRepository.minsu] {
        await test.as(person).deed("approve", version, "-q")
      }
      let ran = await test.deed("cut", version, "-q")
      #expect(ran.code == 0, "\(ran.error)")
    }
    let ran = await test.deed("cut", "v1.4.0", "--take-back")
    #expect(ran.code == 1 && ran.error.contains("the tag v1.5.0 names the ledger"), "\(ran.error)")
    #expect(words(ran.error).contains("hint: deed cut v1.5.0 --take-back"), "\(ran.error)")
    for version in ["v1.5.0", "v1.4.0"] {
      let ran = await test.deed("cut", version, "--take-back")
      #expect(ran.code == 0, "\(ran.error)")
    }
    #expect(try test.records("deployments").isEmpty)
  }

  @Test func `a cut on which a decision rests is not taken back`() async throws {
    let team = try Team()
    #expect(await team.hanako.deed("sync", "-q").code == 0)
    #expect(await team.hanako.deed("cut", "v1.4.0", "-q").code == 0)
    for person in [TestRepository.hanako, TestRepository.minsu] {
      await team.hanako.as(person).deed("approve", "v1.4.0", "-q")
    }
    let decided = await team.hanako.deed("go", "v1.4.0", "--offline", "-q")
    #expect(decided.code == 0, "\(decided.error)")
    let ran = await team.hanako.deed("cut", "v1.4.0", "--take-back")
    #expect(ran.code == 1 && ran.error.contains("seals the ledger with it"), "\(ran.error)")
    #expect(try team.hanako.records("deployments").count == 1)
  }

  @Test func `whoever loses a race keeps nothing of the cut, and nothing asks for it`() async throws
  {
    let team = try Team()
    try team.minsu.git("tag", "-a", "-m", "mine", "v1.4.0")
    let hook = "\(team.hanako.path)/.git/hooks/pre-push"
    try TestSupport.Files.write(
      "#!/bin/sh\nunset GIT_DIR\ngit -C \(team.minsu.path) push -q origin v1.4.0\n", to: hook)
    TestSupport.Files.setMode(0o755, of: hook)
    let ran = await team.hanako.deed("cut", "v1.4.0", "--push")
    TestSupport.Files.remove(hook)
    #expect(ran.code == 1 && ran.error.contains("yours is taken back"), "\(ran.error)")
    #expect(ran.error.contains("hint: git fetch --tags && deed show v1.4.0"))
    try team.hanako.git("fetch", "-q", "--tags")
    #expect(try team.hanako.id("v1.4.0") == team.minsu.id("v1.4.0"))
    #expect(await team.hanako.deed("doctor", "-q").output.hasSuffix("nothing to mend\n"))
    #expect(await team.hanako.deed("sync").code == 0)
  }

  @Test func `a race that is lost keeps the states on which decisions rest`() async throws {
    let team = try Team()
    let hanako = team.hanako
    #expect(await hanako.deed("sync", "-q").code == 0)
    // A release that is out, while its record is sent to nobody yet.
    #expect(await hanako.deed("cut", "v1.3.1", "--commit", "HEAD~1", "-q").code == 0)
    try hanako.git("push", "-q", "origin", "v1.3.1")
    for person in [TestRepository.hanako, TestRepository.minsu] {
      await hanako.as(person).deed("approve", "v1.4.0", "-q")
    }
    let decided = await hanako.deed("go", "v1.4.0", "--offline", "-q")
    #expect(decided.code == 0, "\(decided.error)")
    let rest = try hanako.id("refs/notes/deed/deployments")
    try team.minsu.git("tag", "-a", "-m", "mine", "v1.4.0")
    let hook = "\(hanako.path)/.git/hooks/pre-push"
    try TestSupport.Files.write(
      "#!/bin/sh\nunset GIT_DIR\ngit -C \(team.minsu.path) push -q origin v1.4.0\n", to: hook)
    TestSupport.Files.setMode(0o755, of: hook)
    let ran = await hanako.deed("cut", "v1.4.0", "--push")
    TestSupport.Files.remove(hook)
    #expect(ran.code == 1 && ran.error.contains("yours is taken back"), "\(ran.error)")
    #expect(try hanako.id("refs/notes/deed/deployments") == rest)
  }

  @Test func `to look whether a cut can be taken back changes nothing`() async throws {
    let (team, _) = try await refused()
    let before = try team.hanako.git("for-each-ref")
    let ran = await team.hanako.deed(
      "cut", "v1.4.0", "--take-back", "--dry-run", "--format", "json")
    #expect(ran.code == 0 && ran.output.contains("\"takenBack\" : false"), "\(ran.output)")
    #expect(try team.hanako.git("for-each-ref") == before)
  }

  @Test func `a remote's other tag of the name keeps the record here, and both are told apart`()
    async throws
  {
    let (team, _) = try await refused()
    try forbidTags(false, on: team.server)
    try team.minsu.git("tag", "-a", "-m", "mine", "v1.4.0")
    try team.minsu.git("push", "-q", "origin", "v1.4.0")
    let ran = await team.hanako.deed("sync")
    #expect(ran.code == 1 && ran.output.contains("origin has another tag v1.4.0"), "\(ran.output)")
    #expect(ran.error == "hint: deed cut v1.4.0 --take-back   # takes yours back\n")
    let doctor = await team.hanako.deed("doctor", "-q")
    #expect(words(doctor.output).contains("remote: origin has another tag of the name → deed"))
    #expect(doctor.output.contains("  → deed cut v1.4.0 --take-back   # takes yours"))
    #expect(!doctor.output.contains("--push"), "\(doctor.output)")
    // Who is offline is told of the cut all the same.
    func move(_ from: String, _ to: String) throws {
      let moved = try Program.run("mv", [from, to], directory: "/", environment: ["PATH": "/bin"])
      #expect(moved.status == 0)
    }
    try move(team.server.path, "\(team.server.path).gone")
    let offline = await team.hanako.deed("doctor", "-q")
    #expect(words(offline.output).contains("v1.4.0 is cut here"), "\(offline.output)")
    try move("\(team.server.path).gone", team.server.path)
    #expect(await team.hanako.deed("cut", "v1.4.0", "--take-back").code == 0)
    #expect(try team.server.id("v1.4.0") == team.minsu.id("v1.4.0"))
    #expect(try !ledgers(team.server).contains("refs/notes/deed/deployments"))
  }
}
