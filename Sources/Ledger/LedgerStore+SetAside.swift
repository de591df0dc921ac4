package import Git
package import Release

// Lines that are no records, or records of something else, keep a server from taking a ledger. They
// count for nothing, and are kept where nothing reads them.
extension LedgerStore {
  /// Where they are kept: notes, like the ledger itself.
  package static func setAsideReference(_ ledger: LedgerName) -> String {
    "refs/deed/set-aside/\(ledger.rawValue)"
  }

  /// Lines of the ledger here that a server refuses and no remote has, by the note in which they stand.
  package func refusable(in ledger: LedgerName) throws(GitError) -> [ObjectID: [[UInt8]]] {
    guard ledger != .attachments, let tip = try tip(of: ledger) else { return [:] }
    let fetched = try fetchedTips(of: ledger)
    var refusable: [ObjectID: [[UInt8]]] = [:]
    for (object, lines) in try lines(at: [tip]) {
      let bad = lines.filter { LedgerObjection.objection(to: $0, in: ledger, on: object) != nil }
      if bad.isEmpty { continue }
      let own = NoteText.lines(of: bad, missingIn: try self.lines(in: fetched, on: object))
      if !own.isEmpty { refusable[object] = own }
    }
    return refusable
  }

  /// Takes these lines out of the ledger and keeps them beside it; says how many there were.
  package func setAside(
    _ notes: [ObjectID: [[UInt8]]], from ledger: LedgerName, by identity: Identity
  ) throws(GitError) -> Int {
    let lock = try WriteLock(repository)
    defer { lock.release() }
    // First where they go to, so that they stand somewhere at any time.
    let message = "deed: set aside what no server takes"
    try update(Self.setAsideReference(ledger), by: identity, message: message) {
      tree throws(GitError) in try self.add(notes, to: tree)
    }
    var count = 0
    try update(ledger.reference, by: identity, message: message) { tree throws(GitError) in
      count = try self.remove(notes, from: tree)
      return count > 0
    }
    return count
  }
}
