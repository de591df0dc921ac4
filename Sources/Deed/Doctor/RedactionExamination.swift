import Git
import Ledger
import Release

/// Looks for files that were redacted and are still here, for redactions that do not count, and for
/// files that may be here by mistake.
struct RedactionExamination {
  private let workspace: Workspace
  private var ledgers: LedgerStore { workspace.ledgers }
  private var repository: Repository { workspace.repository }

  init(_ workspace: Workspace) {
    self.workspace = workspace
  }

  func diagnose(_ found: inout Diagnoses) async throws {
    for file in try await workspace.learnRedactions() {
      let who = "\(file.first.by.name), \(file.first.at.minute) UTC"
      switch file.state {
      case .inForce: try look(for: file.blob, &found)
      case .void(let why):
        found.add(
          .warning, "redaction-void",
          "the file \(file.blob.short) stays: its redaction by \(who), does not count: \(why)")
      case .unknown(let why):
        found.add(
          .warning, "redaction-unknown",
          "whether the file \(file.blob.short) was redacted by \(who), cannot be told: \(why)")
      }
    }
    try await unnamed(&found)
  }

  /// So many are told one by one.
  private static let told = 3

  /// Tells of attached files that no record names: whoever attached one may not know that it is there.
  private func unnamed(_ found: inout Diagnoses) async throws {
    let attached = try ledgers.attachedFiles()
    guard !attached.isEmpty else { return }
    let uses = try FileUses(try await workspace.redactionContents())
    // There may be records that name them.
    guard uses.doubt == nil else { return }
    let named = Set(uses.records.flatMap(\.attachments).map(\.blob))
    let unnamed = try attached.subtracting(named).sorted().filter { blob in
      try !ledgers.redacted.covers(blob) && uses.doubt(about: blob) == nil
        && RedactedFile.protection([], workspace.redactable(blob)) == nil
    }
    guard !unnamed.isEmpty else { return }
    let ids = unnamed.prefix(Self.told).map(\.short)
    found.add(
      .info, "unnamed-file",
      "\(unnamed.count.counted("file")) that no record names \(unnamed.count == 1 ? "is" : "are") "
        + "attached: \(ids.joined(separator: ", "))\(unnamed.count > ids.count ? ", …" : "")",
      hint: "deed redact \(ids.joined(separator: " ")) -m WHY, if nobody should read what is in it")
  }

  /// Says where a redacted file still is, and how it goes: to move a reference removes no object.
  private func look(for blob: ObjectID, _ found: inout Diagnoses) throws {
    guard try repository.header(of: blob) != nil else { return }
    if let tip = try ledgers.tip(of: .attachments), try holds(blob, tip) {
      found.add(
        .error, "redacted-kept", "the file \(blob.short) was redacted, and is in the ledger here",
        hint: "deed sync takes it out, and so does deed doctor --recover")
      return
    }
    let references = try ledgers.fetchedReferences(of: .attachments)
    let holders = try references.filter { try holds(blob, $0.target) }.map(\.name)
    if let first = holders.first {
      found.add(
        .warning, "redacted-kept",
        "the file \(blob.short) was redacted, and is in what was fetched: "
          + holders.joined(separator: ", "),
        hint: "deed sync, with that remote; or git update-ref -d \(GitError.quoted(first))")
      return
    }
    let logs = try ([LedgerName.attachments.reference] + references.map(\.name)).filter { name in
      try repository.reflog(of: name).contains { id in
        try repository.header(of: id)?.kind == .commit && holds(blob, id)
      }
    }
    let expire =
      logs.isEmpty
      ? ""
      : "git reflog expire --expire=now \(logs.map(GitError.quoted).joined(separator: " ")) && "
    found.add(
      .warning, "redacted-object",
      "the file \(blob.short) was redacted, and its object is still here"
        + (logs.isEmpty ? "" : ": the reflog of \(logs.joined(separator: ", ")) leads to it"),
      hint: expire + "git gc --prune=now")
  }

  private func holds(_ blob: ObjectID, _ tip: ObjectID) throws -> Bool {
    try !ledgers.files([blob], in: tip).isEmpty
  }
}
