import Git
import Ledger
import Release
import TestSupport
import Testing

/// What a server makes of it, by what it knows of redactions.
@Suite struct RedactionReceivingTests {
  private let test: TestRepository
  private let commit: ObjectID
  private let secret: ObjectID
  private let kept: ObjectID
  private let old: ObjectID

  init() throws {
    test = try TestRepository()
    commit = try test.commit("One")
    (secret, kept) = (try test.attach("secret"), try test.attach("kept"))
    old = try test.id(LedgerName.attachments.reference)
  }

  private func objections(
    _ old: ObjectID?, _ new: ObjectID?, _ redacted: Set<ObjectID>
  ) throws -> [LedgerObjection] {
    let store = try test.store()
    store.redacted = RedactedFiles(redacted)
    return try store.objections(toMoving: .attachments, from: old, to: new)
  }

  private func ledger(_ files: [ObjectID], on parents: [ObjectID] = []) throws -> ObjectID {
    let notes = files.map { ($0.description, (mode: "100644", blob: $0)) }
    return try test.writeLedger(
      Dictionary(uniqueKeysWithValues: notes), on: parents.map(\.description), of: .attachments)
  }

  @Test func `a history goes only for what was taken out, and nothing else with it`() throws {
    let new = try ledger([kept])
    #expect(try objections(old, new, [secret]).isEmpty)
    #expect(try objections(old, new, []) == [.rewritten, .droppedFile(secret)])
    #expect(try objections(old, new, [kept]).contains(.droppedFile(secret)))
    let empty = try ledger([])
    #expect(try objections(old, empty, [secret]) == [.droppedFile(kept)])
    #expect(try objections(old, empty, [secret, kept]).isEmpty)
    #expect(try objections(old, nil, [secret]) == [.deleted])
    let more = try ledger([kept, test.blob([7])])
    #expect(try objections(old, more, [secret]).isEmpty)
    // A redaction of something that is not there leads out of no history.
    #expect(try objections(old, try ledger([secret, kept]), [test.blob([8])]) == [.rewritten])
  }

  @Test func `a file that only the history held is not lost with it`() throws {
    let dropped = try ledger([secret], on: [old])
    #expect(try objections(dropped, try ledger([]), [secret]) == [.droppedFile(kept)])
    #expect(try objections(dropped, try ledger([kept]), [secret]).isEmpty)
  }

  @Test func `what was taken out is not let in again, nor a history that holds it`() throws {
    let clean = try ledger([kept])
    #expect(
      try objections(clean, try ledger([kept, secret], on: [clean]), [secret]) == [
        .broughtBack(secret)
      ])
    let joined = try ledger([kept], on: [clean, old])
    #expect(try objections(clean, joined, [secret]) == [.broughtBack(secret)])
    #expect(try objections(nil, old, [secret]) == [.broughtBack(secret)])
    // Where it is still there, nobody is kept from pushing.
    let more = try ledger([kept, secret, test.blob([7])], on: [old])
    #expect(try objections(old, more, [secret]).isEmpty)
  }
}
