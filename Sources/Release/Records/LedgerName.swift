/// One of the ledgers: one a concern, so that a server can grant them separately.
package enum LedgerName: String, Hashable, Sendable, CaseIterable {
  // In the order in which they are pushed: files before the records that name them.
  case attachments
  case checks
  case checklists
  case signoffs
  case deployments

  /// Under which all ledgers live.
  package static let root = "refs/notes/deed/"

  /// `refs/notes/deed/signoffs`.
  package var reference: String { Self.root + rawValue }

  /// The ledgers that hold records; the remaining one holds files.
  package static var ofRecords: [LedgerName] { allCases.filter { $0 != .attachments } }
}

extension LedgerLine {
  /// Why this line counts for nothing where it stands; `nil` where it may count.
  ///
  /// A record copied to another commit's note speaks of what it was not written for. One in
  /// another ledger would get around a server that lets each concern's writers write their own.
  package func misplacement(in ledger: LedgerName, on commit: ObjectID) -> String? {
    let (kind, named): (Record.Kind, ObjectID)
    switch self {
    case .record(let record): (kind, named) = (record.kind, record.commit)
    case .unreadable(let record): (kind, named) = (record.kind, record.commit)
    case .unknownKind, .malformed: return nil
    }
    if named != commit {
      return "a \(kind.rawValue) of commit \(named.short) stands in the note of \(commit.short): "
        + "it counts for nothing"
    }
    if kind.ledger != ledger {
      return "a \(kind.rawValue) stands in the ledger \(ledger.rawValue) and belongs in "
        + "\(kind.ledger.rawValue): it counts for nothing"
    }
    return nil
  }

  /// The id of a record that can be named, whether or not it can be judged.
  package var id: RecordID? {
    switch self {
    case .record(let record): record.id
    case .unreadable(let record): record.id
    case .unknownKind, .malformed: nil
    }
  }
}

extension Record.Kind {
  /// The ledger in which records of this kind stand.
  package var ledger: LedgerName {
    switch self {
    case .check, .manifest: .checks
    case .result, .waiver: .checklists
    case .signoff, .decision, .redaction: .signoffs
    case .tag, .deployment, .rollback: .deployments
    }
  }
}
