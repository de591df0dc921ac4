import Git
import Ledger
import Release

/// Brings back all that can be: nothing that stands is taken away by it.
struct Recovery {
  /// What was done, a sentence each without its full stop.
  private(set) var lines: [String] = []

  init(_ workspace: Workspace) async throws {
    let ledgers = workspace.ledgers
    for ledger in LedgerName.allCases {
      for tip in try ledgers.forgotten(in: ledger) { try bring(tip, from: "a reflog", ledgers) }
      say(try ledgers.restore(ledger), "put back into", ledger)
    }
    for tip in try await ledgers.forgotten() { try bring(tip, from: "lost objects", ledgers) }
    for ledger in LedgerName.ofRecords {
      let refusable = try ledgers.refusable(in: ledger)
      guard !refusable.isEmpty else { continue }
      let count = try ledgers.setAside(
        refusable, from: ledger, by: try await workspace.committer())
      lines.append(
        "set \(count.counted("line")) of \(ledger.rawValue) aside, in "
          + LedgerStore.setAsideReference(ledger))
    }
  }

  private mutating func bring(
    _ tip: ForgottenTip, from place: String, _ ledgers: LedgerStore
  ) throws {
    say(try ledgers.recover(tip), "brought back from \(place) into", tip.ledger)
  }

  private mutating func say(_ count: Int, _ what: String, _ ledger: LedgerName) {
    guard count > 0 else { return }
    lines.append("\(count.counted(ledger.noun)) \(what) \(ledger.rawValue)")
  }
}
