import Git
import Ledger
import Release
import TestSupport
import Testing

/// Random numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: Int) {
    state = UInt64(truncatingIfNeeded: seed)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  mutating func id() -> ObjectID {
    ObjectID(bytes: (0..<ObjectID.byteCount).map { _ in UInt8.random(in: 0...255, using: &self) })
      ?? .zero
  }
}

let writer = Identity(
  person: TestRepository.hanako, seconds: TestRepository.epoch, offsetMinutes: 540)

/// A record of a check, told from others by its name.
func check(_ name: String, on commit: ObjectID, second: Int64 = 0) throws -> Record {
  try Record(
    at: Timestamp(seconds: TestRepository.epoch + second), by: TestRepository.hanako,
    commit: commit, release: ReleaseVersion(parsing: "v1.0.0", prefix: "v"),
    environment: "production", body: .check(Record.CheckResult(name: name, outcome: .pass)),
    replaces: [])
}

extension TestRepository {
  func store() throws -> LedgerStore {
    LedgerStore(try Repository(discovering: path, environment: environment))
  }

  /// Appends one record to the ledger of checks, and gives its line.
  @discardableResult
  func record(_ name: String, on commit: ObjectID, second: Int64 = 0) throws -> [UInt8] {
    let record = try check(name, on: commit, second: second)
    try store().append([record], by: writer, message: "deed: check \(name)")
    return record.line
  }

  /// Stores a blob as it is.
  func blob(_ content: [UInt8]) throws -> ObjectID {
    guard let id = ObjectID(try git(["hash-object", "-w", "--stdin"], input: content)) else {
      throw TestFailure("git hash-object printed no id")
    }
    return id
  }

  /// Makes `ledger` a commit with these files, in whatever layout they spell; on top of `parents`.
  ///
  /// - Parameter files: Mode and blob by path.
  @discardableResult
  func writeLedger(
    _ files: [String: (mode: String, blob: ObjectID)], on parents: [String] = [],
    of ledger: LedgerName = .checks
  ) throws -> ObjectID {
    let index = "\(directory)/index-\(UInt64.random(in: .min ... .max))"
    let lines = files.map { "\($0.value.mode) \($0.value.blob)\t\($0.key)\n" }.joined()
    let settings = ["GIT_INDEX_FILE": index]
    let update = try run(
      ["update-index", "--index-info"], input: Array(lines.utf8), with: settings)
    guard update.status == 0 else { throw TestFailure(update.error) }
    let tree = try run(["write-tree"], with: settings).text.prefix { $0 != "\n" }
    let commit = try git(
      ["commit-tree", "-m", "notes", String(tree)] + parents.flatMap { ["-p", $0] })
    try git("update-ref", ledger.reference, commit)
    return try id(ledger.reference)
  }

  /// Makes `ledger` a commit with these notes, all in one level.
  @discardableResult
  func writeNotes(
    _ notes: [ObjectID: String], on parents: [String] = [], of ledger: LedgerName = .checks
  ) throws -> ObjectID {
    var files: [String: (mode: String, blob: ObjectID)] = [:]
    for (object, text) in notes {
      files[object.description] = ("100644", try blob(Array(text.utf8)))
    }
    return try writeLedger(files, on: parents, of: ledger)
  }

  /// The lines of all notes of a ledger, as this program reads them.
  func lines(_ ledger: LedgerName = .checks) throws -> [ObjectID: [String]] {
    try store().lines(of: ledger).mapValues { $0.map { String(decoding: $0, as: UTF8.self) } }
  }

  /// How many commits a revision reaches.
  func count(_ revision: String) throws -> Int {
    Int(try git("rev-list", "--count", revision)) ?? -1
  }
}
