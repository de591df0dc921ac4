import Git
import Ledger
import Release

/// Brings back what can be: nothing that stands and counts is taken away by it.
struct Recovery {
  /// What was done, a sentence each without its full stop.
  private(set) var lines: [String] = []
  /// What kept some of it from being done; the rest was.
  private(set) var problems: [any Error] = []

  private let workspace: Workspace
  private var ledgers: LedgerStore { workspace.ledgers }

  /// - Parameter commits: Commits of ledgers that somebody wants back by name.
  init(_ workspace: Workspace, from commits: [String]) async throws {
    self.workspace = workspace
    var wanted: [ForgottenTip] = []
    for name in commits {
      guard let tip = try ledgers.forgotten(at: try workspace.commit(name)) else {
        throw Failure(
          .usage, "\u{201C}\(name.safe)\u{201D} is no commit of a ledger",
          hint: "deed doctor --objects   # names those that there are")
      }
      wanted.append(tip)
    }
    // Records first: they say which files are to stay away.
    for ledger in LedgerName.ofRecords + [.attachments] {
      do {
        if ledger == .attachments {
          try await workspace.learnRedactions()
          say(try ledgers.dropRedacted(), "redacted and gone from", ledger)
        }
        for tip in try ledgers.forgotten(in: ledger) {
          say(try ledgers.recover(tip), "brought back into", ledger)
        }
        say(try ledgers.restore(ledger), "put back into", ledger)
        for tip in wanted where tip.ledger == ledger {
          say(try ledgers.recover(tip), "brought back from \(tip.commit.short) into", ledger)
        }
        try await setAside(from: ledger)
      } catch {
        problems.append(error)
      }
    }
  }

  private mutating func setAside(from ledger: LedgerName) async throws {
    let refusable = try ledgers.refusable(in: ledger)
    guard !refusable.isEmpty else { return }
    let count = try ledgers.setAside(
      refusable, from: ledger, by: try await workspace.committer())
    lines.append(
      "set \(count.counted("line")) of \(ledger.rawValue) aside, in "
        + LedgerStore.setAsideReference(ledger))
  }

  private mutating func say(_ count: Int, _ what: String, _ ledger: LedgerName) {
    guard count > 0 else { return }
    lines.append("\(count.counted(ledger.noun)) \(what) \(ledger.rawValue)")
  }
}
