import Git
import Ledger
import Release

/// Looks for files that were redacted and are still here, for redactions that do not count, and for
/// files that may be here by mistake.
struct RedactionExamination {
  private let workspace: Workspace
  /// Whether all histories are searched, which may take minutes.
  private let searchesObjects: Bool
  private var ledgers: LedgerStore { workspace.ledgers }
  private var repository: Repository { workspace.repository }

  init(_ workspace: Workspace, searchesObjects: Bool) {
    self.workspace = workspace
    self.searchesObjects = searchesObjects
  }

  func diagnose(_ found: inout Diagnoses) async throws {
    var gone: Set<ObjectID> = []
    for file in try await workspace.learnRedactions() {
      let who = "\(file.first.by.name), \(file.first.at.minute) UTC"
      switch file.state {
      case .inForce: if try repository.header(of: file.blob) != nil { gone.insert(file.blob) }
      case .void(let why):
        found.add(
          .warning, "redaction-void",
          "the file \(file.blob.short) stays: its redaction by \(who), does not count: \(why)",
          hint: file.isProtected
            ? nil
            : "deed redact \(file.blob.short) -m WHY   # by somebody whose word counts, if it is to go"
        )
      case .unknown(let why):
        found.add(
          .warning, "redaction-unknown",
          "whether the file \(file.blob.short) was redacted by \(who), cannot be told: \(why)")
      }
    }
    if !gone.isEmpty { try look(for: gone, &found) }
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
    var unnamed: [ObjectID] = []
    // What one is, its content alone says, and nobody wants to hear of all.
    for blob in attached.subtracting(named).sorted() where unnamed.count <= Self.told {
      if ledgers.redacted.covers(blob) || uses.doubt(about: blob) != nil { continue }
      if RedactedFile.protection([], try workspace.redactable(blob)) == nil { unnamed.append(blob) }
    }
    guard !unnamed.isEmpty else { return }
    let ids = unnamed.prefix(Self.told).map(\.short)
    let count =
      unnamed.count > ids.count
      ? "more than \(ids.count.counted("file"))" : ids.count.counted("file")
    found.add(
      .info, "unnamed-file",
      "\(count) that no record names \(unnamed.count == 1 ? "is" : "are") attached: "
        + ids.joined(separator: ", ") + (unnamed.count > ids.count ? ", …" : ""),
      hint: "deed redact \(ids.joined(separator: " ")) -m WHY   "
        + "# if nobody should read what is in it")
  }

  /// Says where redacted files still are, and how they go: to move a reference removes no object.
  private func look(for files: Set<ObjectID>, _ found: inout Diagnoses) throws {
    let tip = try ledgers.tip(of: .attachments)
    let kept = try tip.map { try ledgers.files(files, in: $0) } ?? []
    for file in kept.sorted() {
      found.add(
        .error, "redacted-kept", "the file \(file.short) was redacted, and is in the ledger here",
        hint: "deed sync   # takes it out, and so does deed doctor --recover")
    }
    let others = files.subtracting(kept)
    guard !others.isEmpty else { return }
    let (holders, isWhole) = try ledgers.holders(of: others, isDeep: searchesObjects)
    for file in others.sorted() {
      tell(file, holders.filter { $0.files.contains(file) }, isWhole: isWhole, &found)
    }
  }

  private func tell(
    _ file: ObjectID, _ holders: [FileHolder], isWhole: Bool, _ found: inout Diagnoses
  ) {
    let copies = holders.filter { $0.kind == .copy }.map(\.name)
    let own = holders.filter { $0.kind == .ownFiles }.map(\.name)
    if !copies.isEmpty {
      let isFetched = copies.contains { $0.hasPrefix(LedgerStore.trackingRoot) }
      found.add(
        .warning, "redacted-kept",
        "the file \(file.short) was redacted, and is in \(copies.joined(separator: ", "))",
        hint: copies.map(Self.removal).joined(separator: " && ")
          + (isFetched ? "; or deed sync, with that remote" : ""))
    }
    if let first = own.first {
      let names = own.prefix(Self.told).joined(separator: ", ")
      found.add(
        .warning, "redacted-committed",
        "the file \(file.short) was redacted, and is among the files of \(names)"
          + (own.count > Self.told ? ", …" : "") + ": only a rewritten history is without it",
        hint: "git log --oneline --find-object=\(file) \(GitError.quoted(first))")
    }
    guard copies.isEmpty, own.isEmpty else { return }
    let logs = holders.filter { $0.kind == .reflog }.map(\.name)
    let expire =
      logs.isEmpty
      ? ""
      : "git reflog expire --expire=now \(logs.map(GitError.quoted).joined(separator: " ")) && "
    found.add(
      .warning, "redacted-object",
      "the file \(file.short) was redacted, and its object is still here"
        + (logs.isEmpty ? "" : ": the reflog of \(logs.joined(separator: ", ")) leads to it")
        + (isWhole
          ? ""
          : "; there are too many references to look at all of them without --objects"),
      hint: expire + "git gc --prune=now")
  }

  /// The command that removes a reference.
  private static func removal(of name: String) -> String {
    for (root, command) in [("refs/heads/", "git branch -D"), ("refs/tags/", "git tag -d")]
    where name.hasPrefix(root) {
      return "\(command) \(GitError.quoted(String(name.dropFirst(root.count))))"
    }
    return "git update-ref -d \(GitError.quoted(name))"
  }
}
