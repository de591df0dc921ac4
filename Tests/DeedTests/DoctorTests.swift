import Release
import TestSupport
import Testing

@testable import Deed

@Suite struct DoctorTests {
  @Test func `everything that loses records or hides them is found, with its mend`() async throws {
    let test = try TestRepository()
    let server = try test.bare()
    try test.commit("feat: begin")
    var session = Transcript("doctor/session")
    await session.run(test, "approve", "v1.0.0", "-q")
    await session.run(test, "doctor", "-q")
    await session.run(test, "sync", "-q")
    await session.run(test, "doctor", "-q")
    let tip = try test.id("refs/notes/deed/signoffs")
    try test.git("notes", "--ref", "deed/signoffs", "remove", "HEAD")
    try test.git("notes", "--ref", "deed/signoffs", "append", "-m", "by hand")
    await session.run(test, "doctor")
    await session.run(test, "doctor", "--recover", "-q")
    try test.git("update-ref", "-d", "refs/notes/deed/signoffs")
    try test.git("update-ref", "-d", "refs/deed/remotes/origin/signoffs")
    try test.git("--git-dir", server.path, "update-ref", "-d", "refs/notes/deed/signoffs")
    await session.run(test, "doctor", "-q")
    try test.forgetTips()
    await session.run(test, "doctor", "-q")
    await session.run(test, "doctor", "--objects", "--format", "json")
    await session.run(test, "doctor", "--recover", "--from", "HEAD", "-q")
    await session.run(test, "doctor", "--recover", "--from", tip.description, "-q")
    await session.run(test, "sync", "-q")
    try test.git("config", "--add", "remote.origin.fetch", "+refs/notes/*:refs/notes/*")
    try test.git("config", "--add", "remote.origin.push", "+refs/*:refs/*")
    try test.git("config", "remote.origin.mirror", "true")
    try test.git("config", "notes.rewriteRef", "refs/notes/*")
    try Files.write("[environments\n", to: "\(test.path)/deed.toml")
    try test.git("add", ".")
    try test.git("commit", "--quiet", "-m", "fix: rules")
    await session.run(test, "doctor", "-q")
    try session.check()
  }

  @Test func `a release that is on record without its tag is told`() async throws {
    let test = try TestRepository()
    _ = try test.bare()
    try test.commit("feat: begin")
    try test.git("push", "--quiet", "origin", "main")
    #expect(await test.deed("sync", "-q").code == 0)
    try test.forgeTagRecord(of: "v9.0.0", prefix: "v")
    let told = await test.deed("doctor", "--format", "json")
    #expect(told.output.contains("\"tag-not-here\""), "\(told.output)")
    #expect(told.output.contains("git fetch origin tag v9.0.0"), "\(told.output)")
  }

  @Test func `locks, clocks, reflogs, lost files and records to come are told, each with its mend`()
    async throws
  {
    let test = try ChecklistSample.project()
    func told() async -> String {
      let ran = await test.deed("doctor")
      return ran.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    try Files.write("proof\n", to: "\(test.path)/proof.log")
    let ticked = await test.deed("tick", "v1.0.0", "1.1", "--pass", "--attach", "proof.log", "-q")
    #expect(ticked.code == 0, "\(ticked.error)")
    #expect(await test.deed("approve", "v1.0.0", "-q").code == 0)
    #expect(await test.deed("doctor", "-q").output.hasSuffix("nothing to mend\n"))

    let lock = "\(test.path)/.git/refs/notes/deed/signoffs.lock"
    try Files.write("", to: lock)
    #expect(await !told().contains(lock))
    for (ago, time) in [
      ("90 minutes", "90 minutes"), ("5 hours", "5 hours"), ("73 hours", "3 days"),
    ] {
      let touched = try Program.run(
        "touch", ["-d", "\(ago) ago", lock], directory: test.path, environment: [:])
      #expect(touched.status == 0)
      #expect(await told().contains("\(lock) has been there for \(time): nothing can be written"))
    }
    #expect(await told().contains("→ rm \(lock) # only where no other git is running"))
    TestSupport.Files.remove(lock)

    TestSupport.Files.remove("\(test.path)/.git/logs/refs/notes/deed/signoffs")
    #expect(await told().contains("git notes nothing of what signoffs pointed at"))
    #expect(await told().contains("→ git config core.logAllRefUpdates always"))

    let line = try #require(try test.records("signoffs").first)
    let ahead = line.replacing("{\"at\":\"2026-", with: "{\"at\":\"2036-")
    let later = line.replacing("\"kind\":\"signoff\"", with: "\"kind\":\"vow\"")
    for other in [ahead, later] {
      #expect(other != line)
      try test.git(["notes", "--ref", "deed/signoffs", "append", "-m", other])
    }
    let records = await told()
    #expect(records.contains("a record by Hanako Sato is from 2036-01-01 00:00 UTC, which"))
    #expect(records.contains("clock is wrong, or this one → date --utc"), "\(records)")
    #expect(records.contains("1 record of signoffs can be judged by a newer deed only → install a"))

    let blob = try test.git("hash-object", "proof.log")
    TestSupport.Files.remove("\(test.path)/.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")
    let lost = await told()
    #expect(lost.contains("1 file that checklists name is not here → deed sync"), "\(lost)")
    test.expectDamage()
  }

  @Test func `whom to believe is not for the repository to say, and doctor tells`() async throws {
    let test = try TestRepository()
    try test.commit("feat: one")
    for key in ["gpg.ssh.revocationFile", "gpg.ssh.allowedSignersFile"] {
      #expect(await !test.deed("doctor").output.contains(key))
      try test.git("config", key, "/srv/keys list")
      let ran = await test.deed("doctor", "-q", "--format", "json")
      #expect(ran.output.contains("\"code\" : \"local-trust\""))
      #expect(
        ran.output.contains("git config --global \(key) PATH   # or --system"), "\(ran.output)")
    }
  }

  @Test func `a clone that is cut off, and one where nobody records, are told so`() async throws {
    let test = try TestRepository()
    try test.commit("feat: one")
    try test.commit("feat: two")
    let shallow = try test.clone(options: ["--depth=1"])
    let ran = await shallow.deed("doctor", "-q")
    #expect(ran.code == 0 && ran.output.contains("git fetch --unshallow"), "\(ran.output)")
    let nobody = await test.deed(
      ["doctor"],
      with: ["GIT_COMMITTER_NAME": nil, "GIT_COMMITTER_EMAIL": nil, "EMAIL": nil])
    #expect(nobody.code == 0, "\(nobody.output)")
  }

  @Test(arguments: [
    ("+refs/notes/*:refs/notes/*", true), ("refs/*:refs/*", true),
    ("+refs/notes/deed/signoffs:refs/notes/deed/signoffs", true),
    ("+refs/notes/deed/*:refs/deed/remotes/origin/*", false),
    ("+refs/heads/*:refs/remotes/origin/*", false), ("^refs/notes/deed/*", false),
    ("refs/notes/*", false), ("+refs/notes/*:refs/notes/*-mine", false),
    ("+refs/notes/*:refs/notes/commits", false), ("+refs/x:refs/*/checks", true),
  ])
  func `a refspec that reaches ledgers is told from others`(_ text: String, _ reaches: Bool) {
    #expect(Refspec(text).reachesLedgers == reaches)
  }

  @Test func `a push without a right side goes where it comes from`() {
    #expect(Refspec("+refs/notes/*", pushes: true).reachesLedgers)
    #expect(!Refspec("+refs/heads/*", pushes: true).reachesLedgers)
  }

  @Test func `what ails one ledger keeps no other from being mended`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    await test.deed("approve", "v1.0.0")
    try test.git("update-ref", "refs/notes/deed/checks", "HEAD:a")
    try test.git("notes", "--ref", "deed/signoffs", "remove", "HEAD")
    let ran = await test.deed("doctor", "--recover")
    #expect(
      ran.code == 2 && ran.output.contains("1 record put back into signoffs"), "\(ran.output)")
    #expect(ran.output.contains("refs/notes/deed/checks points at a blob"))
    #expect(try test.records("signoffs").count == 1)
  }
}
