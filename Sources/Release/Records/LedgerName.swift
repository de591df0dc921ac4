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

extension Record.Kind {
  /// The ledger in which records of this kind stand.
  package var ledger: LedgerName {
    switch self {
    case .check, .manifest: .checks
    case .result, .waiver: .checklists
    case .signoff, .decision: .signoffs
    case .tag, .deployment, .rollback: .deployments
    }
  }
}
