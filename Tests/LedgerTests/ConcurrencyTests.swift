import Git
import Release
import TestSupport
import Testing

@testable import Ledger

/// Writers that do not wait for each other: processes, not tasks, as people and servers are.
@Suite(.serialized) struct ConcurrencyTests {
  // script/torture does it with far more, and kills them.
  @Test func `of eight processes that write at once, every record stands`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    // All begin where there is no ref yet.
    let results = try Writers.run(8, appending: 25, to: test, on: commit)
    #expect(results.complaints.isEmpty)
    #expect(results.lines.count == 200)
    #expect(try Set(test.store().lines(of: .checks, on: commit)) == results.lines)
    #expect(try test.count(LedgerName.checks.reference) == 200)
    #expect(try test.store().lost(in: .checks).isEmpty)
    try test.fsck()
  }

  @Test func `writers who all begin a ledger at once begin one ledger`() throws {
    for _ in 0..<5 {
      let test = try TestRepository()
      let commit = try test.commit("One")
      #expect(try Writers.run(6, appending: 1, to: test, on: commit).complaints.isEmpty)
      #expect(try test.lines()[commit]?.count == 6)
    }
  }

  @Test func `a ref that moves between reading and writing is read again`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    try test.record("first", on: commit)
    let store = try test.store()
    let line = try check("ours", on: commit).line
    var rounds = 0
    try store.update(LedgerName.checks.reference, by: writer, message: "m") {
      tree throws(GitError) in
      rounds += 1
      if rounds < 4 {
        do {
          try test.git("notes", "--ref", "deed/checks", "append", "-m", "foreign \(rounds)", "HEAD")
        } catch {
          throw GitError(.other, "\(error)")
        }
      }
      return try store.add([commit: [line]], to: tree)
    }
    #expect(rounds == 4)
    #expect(try test.lines()[commit]?.count == 5)
    #expect(try test.store().lost(in: .checks).isEmpty)
  }

  @Test func `a lock left by a crash is named, and nothing is lost`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    try test.record("first", on: commit)
    let tip = try test.id(LedgerName.checks.reference)
    let lock = "\(test.path)/.git/\(LedgerName.checks.reference).lock"
    try Files.write("", to: lock)
    let error = try #require(throws: GitError.self) { try test.record("second", on: commit) }
    #expect(error.kind == .locked)
    #expect(error.message.contains(lock))
    #expect(error.hint?.contains("rm \(lock)") == true)
    #expect(try test.id(LedgerName.checks.reference) == tip)
    #expect(try test.lines()[commit]?.count == 1)
    Files.remove(lock)
    try test.record("second", on: commit)
    #expect(try test.lines()[commit]?.count == 2)
  }

  @Test func `a lock file that another user made is enough to lock`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    try test.record("first", on: commit)
    Files.setMode(0o444, of: "\(test.path)/.git/deed/lock")
    try test.record("second", on: commit)
    #expect(try test.lines()[commit]?.count == 2)
  }

  @Test func `where the lock cannot be opened, the path is named and nothing is written`() throws {
    let test = try TestRepository()
    let commit = try test.commit("One")
    try Files.write("", to: "\(test.path)/.git/deed")
    let error = try #require(throws: GitError.self) { try test.record("first", on: commit) }
    #expect(error.kind == .readOnly)
    #expect(error.message.contains("\(test.path)/.git/deed/lock"))
    #expect(try test.run(["rev-parse", "-q", "--verify", LedgerName.checks.reference]).status == 1)
  }
}

/// Processes that append records at the same time.
enum Writers {
  struct Results {
    /// The lines that were acknowledged.
    let lines: Set<[UInt8]>
    /// What the writers complained of.
    let complaints: String
  }

  static func run(
    _ count: Int, appending records: Int, to test: TestRepository, on commit: ObjectID
  ) throws -> Results {
    // A shell starts them, for the threads of the tests are as few as the machine's cores.
    let script = """
      for writer in $(seq \(count)); do
        "$1" "$2" "$3" "w$writer" \(records) >"said.$writer" || echo "$writer failed" >&2 &
      done
      wait
      """
    let result = try Program.run(
      "sh", ["-c", script, "sh", try Program.built("LedgerWriter"), test.path, "\(commit)"],
      directory: test.directory, environment: test.environment)
    let said = (1...count).flatMap { Files.read("\(test.directory)/said.\($0)") ?? [] }
    return Results(lines: Set(NoteText.lines(of: said)), complaints: result.error)
  }
}
