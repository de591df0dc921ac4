import Git
import Ledger
import Release
import TestSupport
import Testing

/// As many clones of one server as are wanted.
struct RedactingTeam {
  let server: TestRepository
  let clones: [TestRepository]
  let commit: ObjectID

  init(_ count: Int) throws {
    let first = try TestRepository()
    commit = try first.commit("One", files: ["file": "text"])
    server = try first.bare()
    var clones = [first]
    while clones.count < count { clones.append(try server.clone()) }
    self.clones = clones
  }
}

extension TestRepository {
  /// The files of a ledger, which are the names of its notes too.
  func attachedFiles() throws -> Set<String> {
    let notes = try run(["notes", "--ref", "deed/attachments", "list"]).text
    return Set(
      try notes.split(separator: "\n").map { line in
        let fields = line.split(separator: " ")
        try #require(fields.count == 2 && fields[0] == fields[1])
        return String(fields[0])
      })
  }

  /// Whether plain git finds a way from the ledger to a file.
  func leads(to file: ObjectID) throws -> Bool {
    try git("rev-list", "--objects", LedgerName.attachments.reference).contains("\(file)")
  }

  /// A store that takes in no file of which any redaction speaks.
  func redactingStore() throws -> LedgerStore {
    let store = try store()
    store.redacted = try Self.redacted(store)
    return store
  }

  private static func redacted(_ store: LedgerStore) throws(GitError) -> RedactedFiles {
    let lines = try store.lines(of: .signoffs).values.joined()
    return RedactedFiles(
      Set(
        lines.compactMap { line in
          guard case .record(let record) = LedgerLine(parsing: line),
            case .redaction(let redaction) = record.body
          else { return nil }
          return redaction.blob
        }))
  }

  @discardableResult
  func syncRedacting() async throws -> [LedgerSync] {
    let store = try store()
    return try await Sync(store, remote: "origin") { () async throws(GitError) in
      try Self.redacted(store)
    }.run()
  }

  /// As a clone does that cannot tell of any redaction whether it counts.
  @discardableResult
  func syncDoubting() async throws -> [LedgerSync] {
    let store = try store()
    return try await Sync(store, remote: "origin") { () async throws(GitError) in
      let files = try Self.redacted(store).files
      return RedactedFiles(
        doubtful: Dictionary(uniqueKeysWithValues: files.map { ($0, "who knows") }))
    }.run()
  }

  /// Whether there is a ledger of attachments that leads to a file.
  func holds(_ file: ObjectID) throws -> Bool {
    let isHere =
      try run(["rev-parse", "-q", "--verify", LedgerName.attachments.reference]).status == 0
    return try isHere && leads(to: file)
  }

  @discardableResult
  func attach(_ text: String) throws -> ObjectID {
    try store().attach(Array(text.utf8), by: writer).blob
  }

  /// Records that a file is taken out, and leaves it where it is.
  func redact(_ file: ObjectID, on commit: ObjectID) throws {
    let record = try Record(
      at: Timestamp(seconds: TestRepository.epoch), by: TestRepository.hanako, commit: commit,
      release: ReleaseVersion(parsing: "v1.0.0", prefix: "v"), environment: nil,
      body: .redaction(Record.Redaction(blob: file, reason: "a secret")), replaces: [])
    try store().append([record], by: writer, message: "deed: redact")
  }
}
