import Ledger
import Release

extension LedgerStore.Vanished {
  /// What is said of it, and the command that brings it back; `nil` where nothing vanished.
  func words(_ ledger: LedgerName) -> (what: String, hint: String)? {
    if count > 0 {
      return (
        "\(count.counted(ledger.noun)) of \(ledger.rawValue) \(count == 1 ? "was" : "were") here, and "
          + "another program moved or deleted the ledger", "deed doctor --recover"
      )
    }
    guard let first = commits.first else { return nil }
    return (
      "\(ledger.rawValue) had the commit \(first.short), which is gone from here with all that it held",
      "deed sync URL   # of a clone that still has it"
    )
  }
}
