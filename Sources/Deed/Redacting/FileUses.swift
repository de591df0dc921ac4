import Git
import Ledger
import Release

/// The records that name files, of all releases on all commits.
struct FileUses {
  private(set) var records: [Record] = []
  /// Why there may be more.
  private(set) var doubt: String?

  /// - Parameter blobs: The files in question; all that there are where nothing is said.
  init(of blobs: Set<ObjectID>? = nil, _ contents: LedgerContents) throws {
    let words = blobs.map { $0.map(\.hexadecimal) } ?? [Array("\"blob\":".utf8)]
    for ledger in LedgerName.ofRecords {
      if let doubt = contents.states[ledger]?.doubt {
        self.doubt = self.doubt ?? doubt
        continue
      }
      for (commit, lines) in try contents.lines(of: ledger) {
        let named = lines.filter { line in words.contains { line.holds($0) } }
        for line in LedgerLine.placed(named, in: ledger, on: commit) {
          switch line {
          case .record(let record)
          where record.attachments.contains { blobs?.contains($0.blob) ?? true }:
            // What is called like no release is no evidence of one.
            if ReleaseVersion(recorded: record.release) != nil { records.append(record) }
          case .unreadable(let record) where record.kind != .redaction:
            doubt = doubt ?? "a \(record.kind.rawValue) cannot be judged: \(record.reason)"
          case .record, .unreadable, .unknownKind, .malformed: continue
          }
        }
      }
    }
    records = records.distinct
  }
}
