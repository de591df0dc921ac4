import Git
import Ledger
import Release
import TestSupport
import Testing

/// Which of two records came first, by a ledger's history, and what is refused that would hide it.
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

  private func objections(_ old: ObjectID, _ new: ObjectID) throws -> [LedgerObjection] {
    try test.store().objections(toMoving: .deployments, from: old, to: new)
  }

  @Test func `what another program dropped, and was put back, came when it came`() throws {
    let both = try state([earlier, later], on: state([earlier]))
    #expect(try isInOrder())
    let old = try state([later], on: state([], on: both))
    let new = try state([earlier, later], on: old)
    #expect(try isInOrder())
    #expect(try objections(both, new).isEmpty)
  }

  @Test func `of two that came at once, or the other way round, none is the later one`() throws {
    _ = try state([earlier, later])
    #expect(try !isInOrder())
    let begun = try state([])
    _ = try state([earlier, later], on: state([earlier], on: begun), state([later], on: begun))
    #expect(try !isInOrder())
    _ = try state([earlier, later], on: state([later]))
    #expect(try !isInOrder())
  }

  @Test(arguments: ["beside all others", "on an older state", "without the other, on top"])
  func `a tag's record is taken once, so that nothing hides when it came`(_ way: String) throws {
    let begun = try state([])
    let both = try state([earlier, later], on: state([earlier], on: begun))
    let copy =
      switch way {
      case "beside all others": try state([later])
      case "on an older state": try state([later], on: begun)
      default: try state([later], on: state([], on: begun))
      }
    let joined = try state([earlier, later], on: both, copy)
    #expect(try !isInOrder())
    #expect(try objections(both, joined) == [.repeated(note: commit)])
    // Whoever had it from here, by whatever way, is not kept from anything.
    let other = try state([earlier, later], on: both, state([earlier], on: state([], on: begun)))
    #expect(try objections(both, other) == [.repeated(note: commit)])
    let own = try state([earlier], on: try test.id("\(both)^"))
    #expect(try objections(both, state([earlier, later], on: both, own)).isEmpty)
    // Where it was taken before anybody looked, nobody is held up for it.
    #expect(try objections(joined, state([earlier, later], on: joined)).isEmpty)
  }

  @Test func `signed by somebody else, a record is the same`() throws {
    let begun = try state([])
    let first = try state([earlier], on: begun)
    let signed = try earlier.signed(Record.Signature(format: "ssh", value: "no signature"))
    let joined = try state([earlier, signed], on: first, state([signed], on: begun))
    #expect(try objections(first, joined) == [.repeated(note: commit)])
    #expect(try objections(first, state([earlier, signed], on: first)).isEmpty)
  }

  @Test func `two who record each their own are let in one after the other`() throws {
    let begun = try state([])
    let one = try state([earlier], on: begun)
    let joined = try state([earlier, later], on: one, state([later], on: begun))
    #expect(try objections(one, joined).isEmpty)
    let alone = try state([later])
    #expect(try objections(one, state([earlier, later], on: one, alone)).isEmpty)
  }
}
