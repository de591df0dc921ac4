import Git
import Ledger
import Release

/// Looks at what the ledgers hold, held, and should not hold.
struct LedgerExamination {
  /// How far ahead of this clock a record may be before it is told, in seconds.
  private static let clockTolerance: Int64 = 300

  private let workspace: Workspace
  private var ledgers: LedgerStore { workspace.ledgers }

  init(_ workspace: Workspace) {
    self.workspace = workspace
  }

  func diagnose(_ found: inout Diagnoses) async {
    for ledger in LedgerName.allCases {
      await found.look { found in
        try content(of: ledger, &found)
        try losses(of: ledger, &found)
        for tip in try ledgers.forgotten(in: ledger) {
          found.add(
            .error, "forgotten", "\(tip.words) that no ledger leads to any more",
            hint: "deed doctor --recover")
        }
        for commit in try ledgers.vanished(from: ledger).commits {
          found.add(
            .error, "gone",
            "\(ledger.rawValue) had the commit \(commit.short), which is gone from here with all that "
              + "it held: only a clone that still has it can bring it back",
            hint: "deed sync URL   # of such a clone")
        }
      }
    }
  }

  private func losses(of ledger: LedgerName, _ found: inout Diagnoses) throws {
    let (gone, kept) = try ledgers.losses(in: ledger)
    if gone > 0 {
      found.add(
        .error, "lost",
        "\(gone.counted(ledger.noun)) of \(ledger.rawValue) stood in its history and "
          + "\(gone == 1 ? "stands" : "stand") there no more",
        hint: "deed sync   # puts them back, and so does deed doctor --recover")
    }
    if kept > 0 {
      found.add(
        .warning, "removed",
        "\(kept.counted(ledger.noun)) \(kept == 1 ? "was" : "were") taken out of \(ledger.rawValue) "
          + "here, and still \(kept == 1 ? "stands" : "stand") in what was fetched",
        hint: "deed sync   # puts them back, and so does deed doctor --recover")
    }
  }

  private func content(of ledger: LedgerName, _ found: inout Diagnoses) throws {
    guard ledger != .attachments else { return }
    let notes = try ledgers.lines(of: ledger)
    var counts = Counts()
    let limit = workspace.context.now().milliseconds + Self.clockTolerance * 1000
    for (commit, lines) in notes {
      for line in lines {
        try counts.add(
          LedgerLine(parsing: line), in: ledger, on: commit, limit, workspace)
      }
    }
    if counts.records > 0 {
      found.add(
        .info, "readable",
        "\(ledger.rawValue): \(counts.records.counted("record")) on \(notes.count.counted("commit"))"
      )
    }
    try report(counts, of: ledger, &found)
  }

  private func report(
    _ counts: Counts, of ledger: LedgerName, _ found: inout Diagnoses
  ) throws {
    let refusable = try ledgers.refusable(in: ledger).values.reduce(0) { $0 + $1.count }
    if refusable > 0 {
      found.add(
        .error, "refused",
        "\(refusable.counted("line")) of \(ledger.rawValue) \(refusable == 1 ? "is" : "are") no "
          + "record of where \(refusable == 1 ? "it stands" : "they stand"): a server that runs "
          + "deed refuses the whole ledger for it",
        hint: "deed doctor --recover   # sets them aside")
    }
    let known = counts.misplaced + counts.malformed - refusable
    if known > 0 {
      found.add(
        .warning, "no-record",
        "\(known.counted("line")) of \(ledger.rawValue) on the remote count for nothing: they are no "
          + "records of where they stand")
    }
    if counts.unknown > 0 {
      found.add(
        .warning, "unknown-record",
        "\(counts.unknown.counted("record")) of \(ledger.rawValue) can be judged by a newer deed only",
        hint: "install a newer deed")
    }
    if let ahead = counts.ahead {
      found.add(
        .warning, "clock",
        "a record by \(ahead.by.name) is from \(ahead.at.minute) UTC, which is still to come: their "
          + "clock is wrong, or this one",
        hint: "date --utc")
    }
    if counts.missing > 0 {
      found.add(
        .error, "attachment-missing",
        "\(counts.missing.counted("file")) that \(ledger.rawValue) name \(counts.missing == 1 ? "is" : "are") "
          + "not here",
        hint: "deed sync")
    }
  }

  /// What the lines of a ledger are.
  private struct Counts {
    var records = 0
    var misplaced = 0
    var malformed = 0
    var unknown = 0
    var missing = 0
    var ahead: Record?

    mutating func add(
      _ line: LedgerLine, in ledger: LedgerName, on commit: ObjectID, _ limit: Int64,
      _ workspace: Workspace
    ) throws {
      guard line.misplacement(in: ledger, on: commit) == nil else {
        misplaced += 1
        return
      }
      switch line {
      case .malformed: malformed += 1
      case .unknownKind, .unreadable: unknown += 1
      case .record(let record):
        records += 1
        if record.at.milliseconds > limit, record.at.milliseconds > ahead?.at.milliseconds ?? 0 {
          ahead = record
        }
        for file in record.attachments
        where try !workspace.ledgers.redacted.files.contains(file.blob)
          && workspace.repository.header(of: file.blob) == nil
        {
          missing += 1
        }
      }
    }
  }
}
