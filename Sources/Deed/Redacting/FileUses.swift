import Git
import Ledger
import Release

/// The records that name files, of all releases on all commits.
struct FileUses {
  private(set) var records: [Record] = []
  /// Why there may be more.
  private(set) var doubt: String?
  /// Lines that may name a file in a way that is not known here, each with its kind.
  private var foreign: [(kind: String, line: [UInt8])] = []

  /// - Parameter blobs: The files in question; all that there are where nothing is said.
  init(of blobs: Set<ObjectID>? = nil, _ contents: LedgerContents) throws {
    let names = blobs?.map(\.hexadecimal)
    for ledger in LedgerName.ofRecords {
      if let doubt = contents.states[ledger]?.doubt {
        self.doubt = self.doubt ?? doubt
        continue
      }
      for (commit, lines) in try contents.lines(of: ledger) {
        for line in lines where names?.contains(where: { line.holds($0) }) ?? true {
          add(line, in: ledger, on: commit, blobs)
        }
      }
    }
    records = records.distinct
  }
  private mutating func add(
    _ line: [UInt8], in ledger: LedgerName, on commit: ObjectID, _ blobs: Set<ObjectID>?
  ) {
    for placed in LedgerLine.placed([line], in: ledger, on: commit) {
      switch placed {
      case .record(let record)
      where record.attachments.contains { blobs?.contains($0.blob) ?? true }:
        // What is called like no release is no evidence of one.
        if ReleaseVersion(recorded: record.release) != nil { records.append(record) }
      case .unreadable(let record) where record.kind != .redaction:
        doubt = doubt ?? "a \(record.kind.rawValue) cannot be judged: \(record.reason)"
      case .unknownKind(let kind): foreign.append((kind, line))
      case .record, .unreadable, .malformed: continue
      }
    }
  }

  /// Those that name a file, and others that are about to.
  func records(naming blob: ObjectID, besides others: [Record] = []) -> [Record] {
    (records + others).filter { $0.names(blob) }
  }

  /// Why it is not known that no record names a file.
  func doubt(about blob: ObjectID) -> String? {
    if let doubt { return doubt }
    let name = blob.hexadecimal
    return foreign.first { $0.line.holds(name) }.map {
      "a record of the kind \u{201C}\($0.kind)\u{201D}, which this version of deed does not know, speaks of it"
    }
  }
}
