import Git
import Glibc
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

/// Of what made-up cases are made: the same in every run, and few, since each takes dozens of processes;
/// or as many as `DEED_SEEDS` says.
enum Seeds {
  static let few: Range<Int> = {
    let text = getenv("DEED_SEEDS").map { String(cString: $0) }
    return 0..<(text.flatMap { Int($0) } ?? 4)
  }()
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

  /// Stores several blobs as they are, by one process.
  func blobs(_ contents: [[UInt8]]) throws -> [ObjectID] {
    let directory = "\(directory)/blobs-\(UInt64.random(in: .min ... .max))"
    let paths = contents.indices.map { "\(directory)/\($0)" }
    for (path, content) in zip(paths, contents) { try Files.write(content, to: path) }
    let printed = try git(
      ["hash-object", "-w", "--no-filters", "--stdin-paths"],
      input: Array(paths.map { "\($0)\n" }.joined().utf8))
    let ids = printed.split(separator: "\n").compactMap { ObjectID(String($0)) }
    guard ids.count == contents.count else { throw TestFailure("git made \(ids.count) blobs") }
    return ids
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
    let blobs = try notes.isEmpty ? [] : blobs(notes.values.map { Array($0.utf8) })
    for (object, blob) in zip(notes.keys, blobs) {
      files[object.description] = ("100644", blob)
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
