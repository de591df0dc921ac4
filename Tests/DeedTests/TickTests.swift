import Glibc
import Release
import TestSupport
import Testing

@testable import Deed

@Suite struct TickTests {
  @Test func `results are recorded by number, id or words, one or several`() async throws {
    let test = try ChecklistSample.project()
    var session = Transcript("tick/items")
    await session.run(test, "tick", "v1.0.0", "1.1", "--pass")
    await session.run(test, "tick", "Backups", "logs", "tls", "--pass", "-m", "all\tgood")
    await session.run(test, "tick", "logs", "2.1", "ログ", "--fail")
    await session.run(test, "tick", "--section", "2", "--na", "-m", "no such thing here")
    await session.run(test, "tick", "--section", "確認", "--section", "1", "1.1", "--pass")
    await session.run(
      test, "tick", "1.2", "--pass", "--value", "v1.0.0", "--link", "https://a.example/1",
      "--link", "https://a.example/2", "--format", "json")
    await session.run(test, "tick", "1.1", "1.2", "--pass", "--dry-run")
    await session.run(test, "tick", "1.1", "3.1", "--pass", "--dry-run", "--format", "json")
    try session.check()
    try test.fsck()
  }

  @Test func `what cannot be recorded is refused with a reason, and nothing is`() async throws {
    let test = try ChecklistSample.project()
    let before = try test.everything()
    var session = Transcript("tick/refused")
    await session.run(test, "tick", "v1.0.0", "1.1", "--pass", "--fail")
    await session.run(test, "tick", "v1.0.0", "--pass")
    await session.run(test, "tick", "v1.0.0", "9.9", "--pass")
    await session.run(test, "tick", "v1.0.0", "e", "--pass")
    await session.run(test, "tick", "v1.0.0", "", "--pass")
    await session.run(test, "tick", "v1.0.0", "--section", "9", "--pass")
    await session.run(test, "tick", "v1.0.0", "1.1", "--na")
    await session.run(test, "tick", "v1.0.0", "1.1", "--na", "-m", " ")
    await session.run(test, "tick", "v1.0.0", "1.1", "--pass", "--value", "x")
    await session.run(test, "tick", "v1.0.0", "1.1", "1.2", "--pass", "--value", "x")
    await session.run(test, "tick", "v1.0.0", "1.2", "--pass", "--value", "")
    await session.run(test, "tick", "v1.0.0", "1.2", "--pass", "-m", "", "--link", "")
    await session.run(test, "tick", "v1.0.0", "v1.1.0", "1.2", "--pass")
    await session.run(test, "tick", "v1.0.0", "1.1", "9.9", "--pass")
    await session.run(test, "tick", "v1.0.0", "1.1", "--pass", "--push")
    await session.run(test, "tick", "v1.0.0", "1.1", "--pass", "--fail", "--format", "json")
    session.say("A version that is mistyped is no item.")
    for word in ["v1.0", "V1.0.0", "v1.0.0.1", "v1"] {
      await session.run(test, "tick", word, "1.1")
    }
    session.say("A link is one.")
    for link in ["wiki", "see https://a.example", "C:\\proof", "https:", ":x", "1a://b"] {
      await session.run(test, "tick", "v1.0.0", "1.1", "--link", link)
    }
    session.say("As many values as blanks.")
    await session.run(test, "tick", "v1.0.0", "1.2", "--value", "a", "--value", "b")
    let long = String(repeating: "あ", count: 2_000)
    let ran = await test.deed(
      "tick", "v1.0.0", "1.1", "--pass", "-m", long, "--attach", "deed.toml")
    #expect(ran.code == 2 && ran.error.contains("4096"), "\(ran.error)")
    try session.check()
    #expect(try test.everything() == before)
  }

  @Test func `results come from a file or standard input, all or none`() async throws {
    let test = try ChecklistSample.project()
    let file = """
      {"results": [
        {"item": "1.1", "outcome": "pass", "comment": "by CI", "links": ["https://ci.example/7"]},
        {"item": "1.2", "outcome": "pass", "value": "v1.0.0"},
        {"item": "logs", "outcome": "fail", "attach": ["out.log"]}
      ]}
      """
    try test.commit("ci: results", files: ["results.json": file, "out.log": "3 errors\n"])
    var session = Transcript("tick/from")
    await session.run(test, "tick", "v1.0.0", "--from", "results.json")
    await session.run(
      test, "tick", "v1.0.0", "--from", "-", input: "[{\"item\":\"2.2\",\"outcome\":\"pass\"}]")
    let before = try test.everything()
    let bad = [
      "", "[]", "nonsense", "{\"results\": 3}", "[{\"item\": \"1.1\"}]",
      "[{\"item\": 1.1, \"outcome\": \"pass\"}]", "[{\"item\": \"1.1\", \"outcome\": \"ok\"}]",
      "[{\"item\": \"1.1\", \"outcome\": \"pass\"}, {\"item\": \"9\", \"outcome\": \"pass\"}]",
      "[{\"item\": \"1.1\", \"outcome\": \"pass\"}, {\"item\": \"Back\", \"outcome\": \"fail\"}]",
      "[{\"item\": \"1.1\", \"outcome\": \"na\"}]",
      "[{\"item\": \"1.1\", \"outcome\": \"pass\", \"attach\": [\"gone\"]}]",
      "[{\"item\": \"1.1\", \"outcome\": \"pass\"}, {\"item\": \"1.2\", \"outcom\": \"pass\"}]",
      "[{\"item\": \"1.1\", \"outcome\": \"pass\", \"reason\": \"x\"}]", "[3]",
      "{\"result\": []}", "[{\"item\": \"1.1\", \"outcome\": \"pass\", \"links\": [\"wiki\"]}]",
      "[{\"item\": \"1.1\", \"outcome\": \"pass\", \"links\": [3]}]",
    ]
    for input in bad {
      session.say(input)
      await session.run(test, "tick", "v1.0.0", "--from", "-", input: input)
    }
    await session.run(test, "tick", "v1.0.0", "--from", "nowhere.json")
    await session.run(test, "tick", "v1.0.0", "--from", "docs")
    await session.run(test, "tick", "v1.0.0", "--from", "results.json", "1.1")
    await session.run(test, "tick", "v1.0.0", "--from", "results.json", "--pass")
    await session.run(test, "tick", "v1.0.0", "--from", "results.json", "-m", "x")
    try session.check()
    #expect(try test.everything() == before)
  }
}

/// What tick says beside what it was asked to record.
@Suite struct TickTalkTests {
  @Test func `an item that is named passes, unless something else is said`() async throws {
    let test = try ChecklistSample.project(
      ChecklistSample.document.replacing("Version: ____ is", with: "Version: ____ of ____ is"))
    var session = Transcript("tick/talk")
    await session.run(test, "tick", "v1.0.0", "1.1")
    await session.run(test, "tick", "1.2", "--value", "v1.0.0", "--value", "orders")
    await session.run(test, "tick", "1.1", "1.2", "--fail", "-m", "no")
    session.say("What a waiver in force outweighs is said.")
    await session.run(test, "waive", "1.1", "-m", "known", "--until", "7d")
    await session.run(test.as(TestRepository.minsu), "tick", "1.1", "--fail", "-m", "still")
    await session.run(test, "tick", "1.1", "--na", "-m", "never")
    await session.run(test, "tick", "1.1", "--fail")
    await session.run(test, "tick", "1.1", "--dry-run")
    await session.run(test, "checklist", "--section", "1")
    await session.run(test, "status")
    session.say("Another release begins beside the first.")
    await session.run(test, "tick", "v1.1.0", "1.1")
    await session.run(test, "tick", "v1.1.0", "logs")
    try session.check()
  }

  @Test func `an id that looks like a version is an item all the same`() async throws {
    let test = try ChecklistSample.project("- [ ] One <!-- deed: id=v1-api -->\n- [ ] Two\n")
    let ran = await test.deed("tick", "v1.0.0", "v1-api")
    #expect(ran.code == 0 && ran.output.contains("One  [v1-api]"), "\(ran.error)")
    #expect(await test.deed("tick", "v1.0.0", "v1-ap").code == 0)
    let other = await test.deed("tick", "v1.0.0", "v1-b")
    #expect(other.code == 2 && other.error.contains("is not a version"), "\(other.error)")
  }
}

@Suite struct AttachmentTests {
  private func attachments(_ test: TestRepository) throws -> [String] {
    try test.git("notes", "--ref", "deed/attachments", "list").split(separator: "\n")
      .map { String($0.prefix(40)) }
  }

  @Test func `a file of any bytes is stored as it is, once`() async throws {
    let test = try ChecklistSample.project()
    let bytes = (0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 251) } + [0, 10, 13]
    try TestSupport.Files.write(bytes, to: "\(test.path)/proof.bin")
    try TestSupport.Files.write("", to: "\(test.directory)/empty")
    let ran = await test.deed(
      "tick", "v1.0.0", "1.1", "2.1", "--pass", "-q", "--attach", "proof.bin", "--attach",
      "\(test.directory)/empty")
    #expect(ran.code == 0, "\(ran.error)")
    let stored = try attachments(test)
    #expect(stored.count == 2)
    let contents = try stored.map { try test.run(["cat-file", "blob", $0]).output }
    #expect(contents.contains(bytes) && contents.contains([]))
    let digest = Digest(of: bytes).description
    for record in try test.records("checklists") {
      #expect(record.contains("\"name\":\"proof.bin\",\"sha256\":\"\(digest)\",\"size\":70003"))
      #expect(record.contains("\"name\":\"empty\""))
    }
    let before = try test.git("rev-parse", "refs/notes/deed/attachments")
    await test.deed("tick", "v1.0.0", "1.2", "--pass", "-q", "--attach", "./proof.bin")
    #expect(try test.git("rev-parse", "refs/notes/deed/attachments") == before)
    try test.git("gc", "--quiet", "--prune=now")
    #expect(try stored.allSatisfy { try test.run(["cat-file", "-e", $0]).status == 0 })
    try test.fsck()
  }

  @Test func `they travel with the records`() async throws {
    let test = try ChecklistSample.project()
    let server = try test.bare()
    try TestSupport.Files.write([1, 0, 2], to: "\(test.path)/proof")
    let ran = await test.deed("tick", "v1.0.0", "1.1", "--pass", "--attach", "proof", "--push")
    #expect(ran.code == 0, "\(ran.error)")
    let other = try server.clone(as: TestRepository.minsu)
    await other.deed("sync", "-q")
    #expect(try attachments(other) == attachments(test))
  }

  @Test(arguments: ["directory", "pipe", "gone", "device", "unreadable"])
  func `what is no file is refused before anything is recorded`(what: String) async throws {
    let test = try ChecklistSample.project()
    let path = "\(test.path)/\(what)"
    switch what {
    case "directory": try TestSupport.Files.makeDirectory(path)
    case "pipe": #expect(mkfifo(path, 0o600) == 0)
    case "device": #expect(symlink("/dev/zero", path) == 0)
    case "unreadable":
      try TestSupport.Files.write("x", to: path)
      TestSupport.Files.setMode(0, of: path)
      if TestUser.isRoot { return }
    default: break
    }
    let before = try test.git("for-each-ref")
    let ran = await test.deed(
      "tick", "v1.0.0", "1.1", "--pass", "--attach", "deed.toml", "--attach", what)
    #expect(ran.code == 2 && ran.error.hasPrefix("error: "), "\(ran.error)")
    #expect(ran.error.contains(what), "\(ran.error)")
    #expect(try test.records("checklists").isEmpty)
    if what != "unreadable" { #expect(try test.git("for-each-ref") == before) }
  }

  @Test func `a file that would weigh on every clone is wanted twice`() async throws {
    let test = try ChecklistSample.project()
    let path = "\(test.path)/core"
    try TestSupport.Files.write("", to: path)
    #expect(truncate(path, 100_000_001) == 0)
    let words = ["tick", "v1.0.0", "1.1", "--pass", "--attach", "core"]
    let before = try test.git("for-each-ref")
    let refused = await test.deed(words)
    #expect(refused.code == 1)
    #expect(
      refused.error == """
        error: core has 100 MB, and every clone would carry it for ever
        hint: attach a link with --link instead, or say --large

        """)
    #expect(try test.git("for-each-ref") == before)
    #expect(await test.deed(words + ["--dry-run"]).code == 1)
    let large = await test.deed(words + ["--large", "-q"])
    #expect(large.code == 0, "\(large.error)")
    #expect(try test.records("checklists").first?.contains("\"size\":100000001") == true)
    #expect(truncate(path, 100_000_000) == 0)
    #expect(await test.deed(words + ["--dry-run"]).code == 0)
  }
}
