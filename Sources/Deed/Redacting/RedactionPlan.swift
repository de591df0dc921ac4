import Git
import Ledger
import Release

/// Which files are to be taken out, and by which records that is said.
struct RedactionPlan {
  struct File {
    let blob: ObjectID
    /// The records that name it, by time.
    let uses: [Record]
    /// Where redactions of it are to stand, each once.
    let places: [RecordedPlace]
    /// Whether it was redacted before, so that there is nothing more to say of it.
    let isDone: Bool
  }

  let files: [File]
  /// Whether the redactions count for nothing without a signature.
  let wantsSignature: Bool
  private let contents: LedgerContents
  private let workspace: Workspace

  /// Finds the files that somebody names by their own ids or by those of records.
  init(_ words: [String], _ workspace: Workspace) async throws {
    self.workspace = workspace
    let contents = try await workspace.redactionContents()
    self.contents = contents
    for ledger in LedgerName.ofRecords {
      guard let doubt = contents.states[ledger]?.doubt else { continue }
      throw Failure(
        .repository, "it cannot be told which records name it: \(doubt)", hint: "deed sync")
    }
    let known = try FileUses(contents)
    // What was taken out by half is still to be found.
    let attached = try workspace.ledgers.attachedFiles()
      .union(contents.redactions.compactMap(\.redactedBlob))
    var blobs: [ObjectID] = []
    for word in words {
      for blob in try Self.blobs(word, known.records, attached) where !blobs.contains(blob) {
        blobs.append(blob)
      }
    }
    let judged = try await workspace.learnRedactions(contents)
    var files: [File] = []
    for blob in blobs {
      let uses = known.records(naming: blob)
      if let why = RedactedFile.protection(uses, try workspace.redactable(blob)) {
        throw Failure(.refused, "the file \(blob.short) stays: \(why)")
      }
      files.append(
        File(
          blob: blob, uses: uses, places: try await workspace.places(of: uses, contents),
          isDone: judged.contains { $0.blob == blob && $0.state == .inForce }))
    }
    self.files = files
    wantsSignature = try await Self.wantsSignature(files, contents, workspace)
  }

  /// The least digits by which a file or a record is named, as git has it.
  private static let digits = 4

  private static func blobs(
    _ word: String, _ known: [Record], _ attached: Set<ObjectID>
  ) throws -> [ObjectID] {
    guard word.utf8.count >= digits else {
      throw Failure(
        .usage, "\u{201C}\(word.safe)\u{201D} is too short for an id: say \(digits) digits of it",
        hint: "deed show   # lists records with their ids")
    }
    let beginning = word.lowercased()
    let records = known.filter { $0.id.description.hasPrefix(beginning) }
    let blobs = attached.union(known.flatMap(\.attachments).map(\.blob)).filter {
      $0.description.hasPrefix(beginning)
    }
    guard records.count + blobs.count < 2 else {
      throw Failure(
        .usage, "\u{201C}\(word.safe)\u{201D} begins the ids of \(records.count + blobs.count)",
        hint: "say more of its digits")
    }
    if let record = records.first {
      // In the order in which it names them, each once.
      return record.attachments.map(\.blob).reduce(into: []) { all, blob in
        if !all.contains(blob) { all.append(blob) }
      }
    }
    guard let blob = blobs.first else {
      throw Failure(
        .usage,
        "\u{201C}\(word.safe)\u{201D} is no attached file, and no record with one",
        hint: "deed show   # lists records with their ids; deed sync, if it is somewhere else")
    }
    return [blob]
  }

  var isDone: Bool { files.allSatisfy(\.isDone) }

  private static func wantsSignature(
    _ files: [File], _ contents: LedgerContents, _ workspace: Workspace
  ) async throws -> Bool {
    var rules = RedactionRules(workspace, contents, [])
    for place in files.flatMap(\.places) {
      try await rules.add(place)
      if rules.rules(of: place).contains(where: { $0.contains(where: \.isSigned) }) { return true }
    }
    return false
  }

  /// What is to be recorded: one redaction of each file in each release that names it.
  func records(reason: String, by identity: Identity, at now: Timestamp) throws -> [Record] {
    var records: [Record] = []
    for file in files where !file.isDone {
      let body = Record.Body.redaction(Record.Redaction(blob: file.blob, reason: reason))
      for place in file.places {
        guard let release = ReleaseVersion(recorded: place.release) else { continue }
        let subject = Subject(
          of: body, release: place.release, commit: place.commit, environment: nil)
        let standing = Standing(of: contents.redactions).about(subject, by: identity.person)
        records.append(
          try Record(
            at: now, by: identity.person, commit: place.commit, release: release,
            environment: nil, body: body, replaces: standing.map(\.id)))
      }
    }
    return records
  }

  /// Refuses what would take nothing out.
  func check(_ records: [Record]) async throws {
    for file in try await workspace.judge(contents.redactions + records, contents)
    where files.contains(where: { $0.blob == file.blob }) {
      switch file.state {
      case .inForce: continue
      case .void(let why):
        throw Failure(.refused, "a redaction of \(file.blob.short) would not count: \(why.safe)")
      case .unknown(let why):
        throw Failure(
          .repository,
          "whether a redaction of \(file.blob.short) counts cannot be told: \(why.safe)"
        )
      }
    }
  }

  /// What goes, for people.
  func lines(width: Int) -> [String] {
    files.flatMap { file -> [String] in
      let names = file.uses.flatMap { use in
        let name = use.attachments.first { $0.blob == file.blob }?.name ?? ""
        return "\(name.safe) of \(use.id.short): \(use.release.safe), \(use.summary.safe)"
          .wrapped(to: width, after: "  ", indent: 4, head: 2)
      }
      return ["\(file.blob.short)\(file.isDone ? " (redacted already)" : "")"]
        + (names.isEmpty ? ["  no record names it"] : names)
    }
  }
}
