import Git
import Ledger
import Release
import TestSupport
import Testing

/// Which of two records came first, by a ledger's history.
@Suite struct OrderTests {
  private let test: TestRepository
  private let commit: ObjectID
  private let earlier: Record
  private let later: Record

  init() throws {
    test = try TestRepository()
    let id = try test.commit("feat: begin")
    func record(_ version: String) throws -> Record {
      try Record(
        at: Timestamp(seconds: TestRepository.epoch), by: TestRepository.hanako, commit: id,
        release: ReleaseVersion(parsing: version, prefix: "v"), environment: nil,
        body: .tag(object: id), replaces: [])
    }
    (earlier, later) = (try record("v1.0.0"), try record("v2.0.0"))
    commit = id
  }

  private func state(_ records: [Record], on parents: ObjectID...) throws -> ObjectID {
    let text = records.map { String(decoding: $0.line, as: UTF8.self) + "\n" }.joined()
    return try test.writeNotes(
      records.isEmpty ? [:] : [commit: text], on: parents.map(\.description), of: .deployments)
  }

  /// Whether the later record came after the earlier one.
  private func isInOrder() throws -> Bool {
    func place(_ record: Record) -> LedgerPlace {
      LedgerPlace(on: commit) { LedgerLine(parsing: $0).id == record.id }
    }
    return try test.store().came(place(later), after: place(earlier), in: .deployments)
  }

  @Test func `what another program dropped, and was put back, came when it came`() throws {
    let both = try state([earlier, later], on: state([earlier]))
    #expect(try isInOrder())
    _ = try state([earlier, later], on: state([later], on: state([], on: both)))
    #expect(try isInOrder())
  }

  @Test func `of two that came at once, or the other way round, none is the later one`() throws {
    _ = try state([earlier, later])
    #expect(try !isInOrder())
    let begun = try state([])
    _ = try state([earlier, later], on: state([earlier], on: begun), state([later], on: begun))
    #expect(try !isInOrder())
    _ = try state([earlier, later], on: state([later]))
    #expect(try !isInOrder())
    // A copy of it, where the other one was not known.
    let both = try state([earlier, later], on: state([earlier], on: begun))
    _ = try state([earlier, later], on: both, state([later], on: begun))
    #expect(try !isInOrder())
  }
}
