import Git
import Ledger
import Release
import TestSupport
import Testing

@testable import Deed

/// A secret in an attached file, and how it goes.
@Suite struct RedactTests {
  static let files = [
    "deed.toml": ChecklistSample.policy, ChecklistSample.path: ChecklistSample.document,
  ]
  static let reference = LedgerName.attachments.reference

  /// The blob of a file with this text.
  static func blob(_ text: String) throws -> ObjectID {
    let id = try TestRepository().git(["hash-object", "--stdin"], input: Array(text.utf8))
    return try #require(ObjectID(id))
  }

  private static let secret = "connected as admin:hunter2\n"

  /// Hanako has attached a log with a password in it and one without; Min-su has both.
  private struct Team {
    let server: TestRepository
    let hanako: TestRepository
    let minsu: TestRepository
    let blob: ObjectID

    init() async throws {
      hanako = try TestRepository()
      try hanako.commit("feat: begin", files: RedactTests.files)
      server = try hanako.bare()
      minsu = try server.clone(as: TestRepository.minsu)
      for (item, text) in [("1.1", RedactTests.secret), ("2.2", "all is well\n")] {
        try TestSupport.Files.write(text, to: "\(hanako.path)/\(item).log")
        let ran = await hanako.deed(
          "tick", "v1.0.0", item, "--pass", "--attach", "\(item).log", "-q", "--push")
        try #require(ran.code == 0, "\(ran.error)")
      }
      try #require(await minsu.deed("sync").code == 0)
      blob = try RedactTests.blob(RedactTests.secret)
    }
  }

  /// Whether plain git finds a way from a repository's ledger to a file.
  static func leads(_ test: TestRepository, to file: ObjectID) throws -> Bool {
    try test.git("rev-list", "--objects", reference).contains("\(file)")
  }

  static func isHere(_ file: ObjectID, in test: TestRepository) throws -> Bool {
    try test.run(["cat-file", "-e", "\(file)"]).status == 0
  }

  @Test func `a secret goes from all clones, and everybody sees that it went`() async throws {
    let team = try await Team()
    let (hanako, minsu) = (team.hanako, team.minsu)
    let id = team.blob.description.prefix(12)
    var session = Transcript("redact")
    await session.run(hanako, "redact", "\(id)", "-m", "it held a password", "--dry-run", "--push")
    await session.run(hanako, "redact", "\(id)", "-m", "it held a password", "--push")
    await session.run(hanako, "redact", "\(id)", "-m", "it held a password", "--push", "--yes")
    session.say("It did not go by half: the same command finds nothing more to do.")
    await session.run(hanako, "redact", "\(id)", "-m", "again", "--push", "--yes")
    await session.run(hanako, "show", "v1.0.0")
    session.say("In another clone.")
    await session.run(minsu, "sync")
    await session.run(minsu, "verify", "v1.0.0")
    await session.run(minsu, "sync", "--format", "json")
    session.say("The answer counts as it did.")
    await session.run(minsu, "status", "v1.0.0")
    await session.run(minsu, "status", "v1.0.0", "--format", "json")
    try session.check()
    for side in [team.server, hanako, minsu] { #expect(try !Self.leads(side, to: team.blob)) }
    #expect(try hanako.id(Self.reference) == minsu.id(Self.reference))
    for side in [team.server, hanako, minsu] { try side.fsck() }
  }

  @Test func `doctor says where the object still is, and its commands take it away`() async throws {
    let team = try await Team()
    let ran = await team.hanako.deed(
      "redact", "\(team.blob)", "-m", "a password", "--yes", "--push", "-q")
    #expect(ran.code == 0, "\(ran.error)")
    for side in [team.hanako, team.minsu] {
      if side.path == team.minsu.path {
        #expect(await side.deed("sync", "--pull").code == 0)
      }
      #expect(try Self.isHere(team.blob, in: side))
      let said = await side.deed("doctor")
      #expect(said.code == 0 && said.output.contains("was redacted, and its object"))
      let hint = try #require(
        said.output.split(separator: "\n").first { $0.contains("git gc --prune=now") })
      let command = hint.split(separator: " ").dropFirst().joined(separator: " ")
      let pruned = try Program.run(
        "sh", ["-c", command], directory: side.path, environment: side.environment)
      #expect(pruned.status == 0, "\(pruned.error)")
      #expect(try !Self.isHere(team.blob, in: side), "\(command)")
      #expect(await !side.deed("doctor").output.contains("redacted"))
      let verified = await side.deed("verify", "v1.0.0")
      #expect(verified.output.contains("was redacted by Hanako"))
      #expect(!verified.output.contains("is not here: deed sync"))
      #expect(await side.deed("sync").code == 0)
    }
  }

  @Test func `recovery from reflogs and objects brings nothing back`() async throws {
    let team = try await Team()
    let test = team.hanako
    let old = try test.id(Self.reference)
    await test.deed("redact", "\(team.blob)", "-m", "a password", "--yes", "-q")
    for arguments in [["doctor", "--recover"], ["doctor", "--recover", "--from", "\(old)"]] {
      let ran = await test.deed(arguments)
      #expect(ran.code == 0 && !ran.output.contains("brought back"), "\(ran.output)")
      #expect(try !Self.leads(test, to: team.blob))
    }
    // Even where somebody has put the old history there again.
    try test.git("update-ref", Self.reference, "\(old)")
    let doctor = await test.deed("doctor")
    #expect(doctor.code == 1 && doctor.output.contains("is in the ledger here"), "\(doctor.output)")
    let recovered = await test.deed("doctor", "--recover")
    #expect(recovered.output.contains("1 file redacted and gone from attachments"))
    #expect(try !Self.leads(test, to: team.blob))
  }

  @Test func `a redacted file is not attached again, and what names it still counts`() async throws
  {
    let team = try await Team()
    let test = team.hanako
    await test.deed("redact", "\(team.blob)", "-m", "a password", "--yes", "-q")
    let ran = await test.deed("tick", "v1.0.0", "1.1", "--pass", "--attach", "1.1.log")
    #expect(ran.code == 0 && ran.error.contains("1.1.log is not kept"), "\(ran.error)")
    #expect(try !Self.leads(test, to: team.blob))
    let verified = await test.deed("verify", "v1.0.0")
    #expect(verified.output.split(separator: "was redacted by").count == 3, "\(verified.output)")
  }

  @Test func `every release that names the file tells of it, by one command`() async throws {
    let team = try await Team()
    let test = team.hanako
    try test.commit("feat: more")
    let carried = await test.deed("carry", "v1.1.0", "--from", "v1.0.0", "--all", "--push")
    #expect(carried.code == 0, "\(carried.error)")
    let record = try #require(try test.records("checklists").first { $0.contains("1.1.log") })
    let id = RecordID(of: Array(record.utf8)).short
    let ran = await test.deed("redact", id, "-m", "a password", "--yes", "--format", "json")
    #expect(ran.code == 0 && ran.output.split(separator: "\"record\" : {").count == 3)
    for (version, commit) in [("v1.0.0", "HEAD~1"), ("v1.1.0", "HEAD")] {
      let shown = await test.deed("show", version, "--commit", commit)
      #expect(shown.output.contains("redacted by Hanako"), "\(shown.output)")
    }
    #expect(try !Self.leads(test, to: team.blob))
  }

  @Test func `what cannot be redacted is refused with a reason, and nothing is`() async throws {
    let team = try await Team()
    let test = team.hanako
    await test.deed("approve", "v1.0.0", "-q")
    try TestSupport.Files.write("artifact", to: "\(test.path)/artifact.bin")
    #expect(
      await test.deed("artifacts", "record", "v1.0.0", "artifact.bin", "-q").code == 0)
    let manifest = try #require(try test.records("checks").first)
    let before = try test.everything()
    for (words, why) in [
      (["\(team.blob)"], "wants a reason"), (["\(team.blob)", "-m", " "], "wants a reason"),
      (["abc", "-m", "x"], "too short"), (["1.1.log", "-m", "x"], "is no attached file"),
      (["\(Self.blobOfNothing)", "-m", "x"], "is no attached file"),
      (
        [RecordID(of: Array(manifest.utf8)).short, "-m", "x"], "a manifest is what a gate rests on"
      ),
      (["\(team.blob)", "-m", "x"], "nobody is at a terminal to agree"),
    ] {
      let ran = await test.deed(["redact"] + words)
      #expect(ran.code == (why.contains("gate") ? 1 : 2) && ran.error.contains(why), "\(ran.error)")
    }
    #expect(try test.everything() == before)
  }

  @Test func `ids are taken in capitals, and as short as git takes them`() async throws {
    let team = try await Team()
    let test = team.hanako
    let before = try test.everything()
    let record = try #require(try test.records("checklists").first { $0.contains("1.1.log") })
    let whole = RecordID(of: Array(record.utf8)).description
    for (id, digits) in [("\(team.blob)", 40), ("\(team.blob)", 4), (whole, 64), (whole, 4)] {
      let word = String(id.prefix(digits))
      for word in [word, word.uppercased()] {
        let ran = await test.deed("redact", word, "-m", "x", "--dry-run")
        #expect(ran.code == 0 && ran.error.contains(team.blob.short), "\(word): \(ran.error)")
        #expect(ran.output.contains("would record"))
      }
    }
    #expect(try test.everything() == before)
    let ran = await test.deed(
      "redact", String(team.blob.description.prefix(5)).uppercased(), "-m", "x", "--yes")
    #expect(ran.code == 0, "\(ran.error)")
    #expect(try !Self.leads(test, to: team.blob))
  }

  @Test func `what begins the ids of several is refused`() async throws {
    let team = try await Team()
    let test = team.hanako
    // Two files that nobody names, alike in four digits.
    var known: [String: String] = [:]
    var pair: [String] = []
    let repository = try Repository(discovering: test.path, environment: test.environment)
    for number in 0..<2_000 where pair.isEmpty {
      let id = "\(try repository.id(of: .blob, Array("file \(number)".utf8)))"
      if let other = known.updateValue("file \(number)", forKey: String(id.prefix(4))) {
        pair = [other, "file \(number)"]
      }
    }
    try #require(pair.count == 2)
    var ids: [String] = []
    for text in pair {
      let id = try test.git(["hash-object", "-w", "--stdin"], input: Array(text.utf8))
      try test.git("notes", "--ref", "deed/attachments", "add", "-C", id, id)
      ids.append(id)
    }
    let ran = await test.deed("redact", String(ids[0].prefix(4)), "-m", "x", "--yes")
    #expect(ran.code == 2 && ran.error.contains("begins the ids of 2"), "\(ran.error)")
    let one = await test.deed("redact", String(ids[0].prefix(12)), "-m", "x", "--yes")
    #expect(one.code == 0, "\(one.error)")
  }

  private static let blobOfNothing = String(repeating: "7", count: 40)

  @Test func `at a terminal it is asked, and no is no`() async throws {
    let team = try await Team()
    for (key, code) in [("n", Int32(1)), ("\u{3}", 1), ("y", 0)] {
      let terminal = try PseudoTerminal(
        Program.built("deed"), ["redact", "\(team.blob)", "-m", "a password"],
        directory: team.hanako.path, environment: team.hanako.environment)
      try terminal.expect("redact 1 file for good, everywhere? y yes, n no> ")
      try terminal.type(key)
      #expect(try terminal.end() == code)
      #expect(try Self.leads(team.hanako, to: team.blob) == (code == 1))
    }
  }
}
