import Release
import TestSupport
import Testing

@testable import Deed

/// The rules of a release are those of its commit, and no lower than those of the release before.
@Suite struct ReleasedRulesTests {
  private func rules(_ required: Int, _ rest: String = "") -> [String: String] {
    ["deed.toml": "\(rest)[approvals]\nrequired = \(required)\n"]
  }

  private func signoffs(_ test: TestRepository, _ words: String...) async -> String {
    let ran = await test.deed(["status"] + words)
    let line = ran.output.split(separator: "\n").first { $0.contains(" signoffs ") }
    return line.map { $0.split(separator: " ").dropFirst(2).joined(separator: " ") } ?? ran.error
  }

  private func policy(_ test: TestRepository, _ words: String...) async -> String {
    let ran = await test.deed(["status"] + words)
    let lines = ran.output.split(separator: "\n")
    guard let first = lines.firstIndex(where: { $0.contains(" policy ") }) else { return ran.error }
    let rest = lines[(first + 1)...].prefix { $0.hasPrefix("         ") }
    return ([lines[first]] + rest).joined(separator: " ").split(separator: " ").dropFirst(2)
      .joined(separator: " ")
  }

  @Test func `neither the work tree nor HEAD says what a release needs`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: rules(3))
    try test.git("branch", "candidate")
    try test.commit("feat: go on", files: rules(1))
    try TestSupport.Files.write("nonsense", to: "\(test.path)/deed.toml")
    #expect(await signoffs(test, "v0.1.0", "--commit", "candidate") == "0 of 3")
    #expect(await signoffs(test, "v0.1.0") == "0 of 1")
    try test.git("tag", "-a", "-m", "v0.1.0", "v0.1.0", "candidate")
    #expect(await signoffs(test, "v0.1.0") == "0 of 3")
  }

  @Test func `a release cannot lower the bar of the one before it`() async throws {
    let test = try TestRepository()
    let minsu = test.as(TestRepository.minsu)
    try test.commit("feat: begin", files: rules(2, "[tags]\nrequire = [\"production\"]\n"))
    let refused = await test.deed("cut", "v0.1.0")
    #expect(refused.code == 1 && refused.error.contains("signoffs (0 of 2)"), "\(refused.error)")
    #expect(await test.deed("approve", "v0.1.0").code == 0)
    #expect(await minsu.deed("approve", "v0.1.0").code == 0)
    #expect(await test.deed("cut", "v0.1.0").code == 0)

    try test.commit("feat: let it go", files: rules(0))
    #expect(await signoffs(test, "v0.2.0") == "0 of 2")
    #expect(
      await policy(test, "v0.2.0")
        == "approvals at least as in v0.1.0; asked for all the same: 2 approvals in production "
        + "(not 0), production before the tag")
    let lowered = await test.deed("cut", "v0.2.0")
    #expect(lowered.code == 1 && lowered.error.contains("signoffs (0 of 2)"), "\(lowered.error)")

    // Nor under another prefix, or as a package beside it.
    for (name, prefix) in [
      ("rel-0.2.0", "[tags]\nprefix = \"rel-\"\n"), ("x-1.0.0", "[packages.x]\nprefix = \"x-\"\n"),
    ] {
      let paths = name.hasPrefix("x") ? "paths = [\"x\"]\n" : ""
      try test.commit("feat: let it go", files: rules(0, prefix + paths))
      let renamed = await test.deed("cut", name)
      #expect(renamed.code == 1 && renamed.error.contains("signoffs (0 of 2)"), "\(renamed.error)")
      #expect(await policy(test, name).contains("at least as in v0.1.0"))
    }

    // Whoever raises it raises it for the releases to come.
    try test.commit("feat: look closer", files: rules(3))
    #expect(await signoffs(test, "v0.2.0") == "0 of 3")
  }

  @Test func `a line taken out of the mailmap makes no two people of one`() async throws {
    let test = try TestRepository()
    var files = rules(0)
    files[".mailmap"] = "Hanako Sato <hanako@example.com> <h@private.example>\n"
    try test.commit("feat: begin", files: files)
    #expect(await test.deed("cut", "v0.1.0").code == 0)
    try test.git("rm", "-q", ".mailmap")
    try test.commit("feat: more", files: rules(2))
    #expect(await test.deed("approve", "v0.2.0").code == 0)
    let alias = test.as(Person(name: "H", email: "h@private.example"))
    #expect(await alias.deed("approve", "v0.2.0").code == 1)
    #expect(await signoffs(test, "v0.2.0") == "1 of 2")
  }

  @Test
  func `authors, co-authors and whoever cuts had a hand in it, and who only commits had none`()
    async throws
  {
    let test = try TestRepository()
    let people = ["author", "helper", "committer", "cutter"].map {
      Person(name: $0, email: "\($0)@example.com")
    }
    try test.commit(
      "feat: begin", files: ["deed.toml": "[approvals]\nrequired = 1\nindependent = 1\n"])
    let written = try test.as(people[2]).run(
      [
        "commit", "-q", "--allow-empty", "--author", people[0].description, "-m",
        "feat: more\n\nCo-authored-by: \(people[1])",
      ])
    #expect(written.status == 0, "\(written.error)")
    for (number, person) in people.enumerated() {
      let name = "v0.\(number + 1).0"
      let approved = await test.as(person).deed("approve", name, "-q")
      #expect(approved.code == (number < 2 ? 1 : 0), "\(approved.error)")
      if person == people[3] {
        try test.as(person).git("tag", "-a", "-m", "one", name)
      }
      let status = await signoffs(test, name)
      let isFree = person == people[2]
      #expect(
        status.hasPrefix("1 of 1") == isFree || status.contains("are wanted") == !isFree,
        "\(status)")
    }
  }

  @Test func `whoever wrote what was squashed had a hand in it`() async throws {
    let test = try TestRepository()
    try test.commit(
      "feat: begin", files: ["deed.toml": "[approvals]\nrequired = 1\nindependent = 1\n"])
    let helper = Person(name: "山田", email: "yamada@example.com")
    try test.git("switch", "-q", "-c", "topic")
    try test.as(helper).commit("feat: more", files: ["more": "1\n"])
    try test.git("switch", "-q", "main")
    try test.git("merge", "-q", "--squash", "topic")
    try test.git("commit", "-q", "--no-edit")
    let approved = await test.as(helper).deed("approve", "v0.1.0", "-q")
    #expect(approved.code == 1, "\(approved.error)")
    #expect(await signoffs(test, "v0.1.0").contains("it wants"))
  }

  @Test func `the bar is unknown where the release before it cannot be told`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: rules(1))
    #expect(await test.deed("approve", "v0.1.0").code == 0)
    #expect(await test.deed("cut", "v0.1.0").code == 0)
    try test.commit("feat: go on", files: rules(0))
    #expect(await policy(test, "v0.2.0").hasPrefix("approvals at least as in v0.1.0"))

    let ledger = "refs/notes/deed/deployments"
    let whole = try test.git("rev-parse", ledger)
    try test.git("update-ref", "-d", ledger)
    #expect(
      await policy(test, "v0.2.0")
        == "the floor: v0.1.0 was cut by deed, and its record is not here: deed sync; where v0.1.0 is nobody's: "
        + "git tag -d v0.1.0, and the same on the remote")
    let cut = await test.deed("cut", "v0.2.0")
    #expect(cut.code == 2 && cut.error.contains("the floor: v0.1.0"), "\(cut.error)")

    try test.git("update-ref", ledger, whole)
    try test.git("tag", "-f", "-a", "-m", "another", "v0.1.0", "HEAD")
    #expect(
      await policy(test, "v0.2.0") == "the floor: the tag v0.1.0 is not the one that was cut")

    try test.git("tag", "-d", "v0.1.0")
    #expect(
      await policy(test, "v0.2.0").hasPrefix(
        "the floor: v0.1.0 was cut before (by Hanako Sato, 2026-01-01 00:00 UTC), and its tag is "
          + "not here"))
  }

  @Test func `what a server lost is told of by whoever puts it back`() async throws {
    let team = try Team()
    #expect(await team.hanako.deed("approve", "v1.4.0", "--push").code == 0)
    #expect(await team.minsu.deed("sync", "--pull").code == 0)
    func lose() throws {
      try team.hanako.git("push", "--quiet", "origin", ":refs/notes/deed/signoffs")
    }
    try lose()
    let kept = await team.minsu.deed("sync", "--pull")
    #expect(kept.output == "signoffs: 1 record that origin has lost is kept here\n")
    let back = await team.hanako.deed("sync")
    #expect(back.output == "signoffs: 1 record that origin has lost is kept here, pushed\n")
    #expect(await team.hanako.deed("sync").output == "already the same as origin\n")
    #expect(await team.minsu.deed("sync", "--pull").code == 0)
    try lose()
    let approval = await team.minsu.deed("approve", "v1.4.0", "--push", "-q")
    let note = "note: signoffs: 1 record that origin has lost is kept here\n"
    #expect(approval.code == 0 && approval.error == note, "\(approval.error)")
    #expect(try team.server.records("signoffs", at: "HEAD").count == 2)
  }

  @Test func `a line that went missing is named until a sync puts it back`() async throws {
    let team = try Team()
    #expect(await team.hanako.deed("approve", "v1.4.0", "--push").code == 0)
    #expect(await team.minsu.deed("approve", "v1.4.0", "--push").code == 0)
    #expect(await team.minsu.deed("cut", "v1.4.0", "--push").code == 0)
    let lines = try team.minsu.records("signoffs")
    try team.minsu.git(["notes", "--ref", "deed/signoffs", "add", "-f", "-m", lines[0], "HEAD"])
    var session = Transcript("lost")
    session.say("Taken out of the ledger, it still stands in what was fetched.")
    await session.run(team.minsu, "verify", "v1.4.0")
    await session.run(team.minsu, "status", "v1.4.0")
    await session.run(team.minsu, "doctor", "-q")
    session.say("Now it stands nowhere.")
    let fetched = "refs/deed/remotes/origin/signoffs"
    let before = try team.minsu.git("rev-parse", fetched)
    try team.minsu.git("update-ref", fetched, "refs/notes/deed/signoffs")
    await session.run(team.minsu, "status", "v1.4.0")
    await session.run(team.minsu, "verify", "v1.4.0")
    await session.run(team.minsu, "doctor", "-q")
    try team.minsu.git("update-ref", fetched, before)
    await session.run(team.minsu, "sync")
    await session.run(team.minsu, "verify", "v1.4.0")
    try session.check()
    #expect(try team.minsu.records("signoffs") == lines)
  }
}
