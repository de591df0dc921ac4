import Git
import Ledger
import Release

// Which files were taken out of the ledger of attachments, by every record that is known here.
extension Workspace {
  /// Judges all redactions, and has the ledgers take in no more what was taken out.
  ///
  /// - Parameters:
  ///   - contents: The ledgers, where they were read before and have not changed since.
  ///   - records: Records that are about to be in them.
  @discardableResult
  func learnRedactions(
    _ contents: LedgerContents? = nil, besides records: [Record] = []
  ) async throws -> [RedactedFile] {
    // With a ledger that cannot be read, what was known before stays.
    if case .unreadable = contents?.states[.signoffs] { return [] }
    var judged = contents?.redacted
    if judged == nil, try contents != nil || ledgers.mentionRedactions() {
      let read = if let contents { contents } else { try await redactionContents() }
      judged = try await judge(read.redactions, read, besides: records)
      read.redacted = judged
    }
    ledgers.redacted = RedactedFiles(judged ?? [])
    return judged ?? []
  }

  func redactionContents() async throws -> LedgerContents {
    try LedgerContents(ledgers, remote: try await remote(policyOrDefaults()))
  }

  /// Says of each file that redactions name whether it was taken out.
  func judge(
    _ redactions: [Record], _ contents: LedgerContents, besides records: [Record] = []
  ) async throws -> [RedactedFile] {
    guard !redactions.isEmpty else { return [] }
    let byBlob = Dictionary(grouping: redactions) { $0.redactedBlob ?? .zero }
    let uses = try FileUses(of: Set(byBlob.keys), contents)
    var rules = RedactionRules(self, contents, redactions)
    var files: [RedactedFile] = []
    for (blob, redactions) in byBlob.sorted(by: { $0.key < $1.key }) {
      let named = uses.records(naming: blob, besides: records)
      for record in named.isEmpty ? redactions : named {
        try await rules.add(RecordedPlace(record))
      }
      let file = RedactedFile(
        blob, redactions.distinct, uses: named, content: try redactable(blob),
        doubt: named.isEmpty ? uses.doubt(about: blob) : uses.doubt
      ) { rules.rules(of: RecordedPlace($0)) }
      if let file { files.append(file) }
    }
    return files
  }

  /// What somebody wants taken out.
  func redactable(_ id: ObjectID) throws -> RedactedFile.Content {
    guard let object = try repository.object(id) else { return .absent }
    guard object.kind == .blob else { return .none }
    if SealedIDs(list: object.bytes) != nil { return .proof }
    do {
      _ = try Manifest(canonical: object.bytes)
      return .proof
    } catch {
      return .plain
    }
  }

  /// Brings ledgers together as this repository's rules have it.
  func sync(with remote: String) -> Sync {
    Sync(ledgers, remote: remote) { () async throws(GitError) in
      do {
        try await learnRedactions()
        return ledgers.redacted
      } catch {
        if let error = error as? GitError { throw error }
        let failure = Failure(error)
        throw GitError(.other, failure.message, hint: failure.hint)
      }
    }
  }
}

extension RedactedFiles {
  init(_ judged: [RedactedFile]) {
    self.init()
    for file in judged {
      switch file.state {
      case .inForce: files.insert(file.blob)
      case .unknown(let why): doubtful[file.blob] = why
      case .void: continue
      }
    }
  }
}

extension LedgerStore {
  /// Whether any line may be a redaction: for most repositories that is all there is to ask.
  fileprivate func mentionRedactions() throws(GitError) -> Bool {
    let word = Array("\"kind\":\"redaction\"".utf8)
    return try lines(of: .signoffs).values.contains { $0.contains { $0.holds(word) } }
  }
}

extension Record {
  /// The file that a redaction takes out; `nil` of all other records.
  var redactedBlob: ObjectID? {
    if case .redaction(let redaction) = body { redaction.blob } else { nil }
  }

  func names(_ blob: ObjectID) -> Bool { attachments.contains { $0.blob == blob } }
}

extension Evidence {
  /// Whether a file is one of these records', or one of which a redaction among them speaks.
  func concerns(_ file: RedactedFile) -> Bool {
    let ids = Set(file.redactions.map(\.id))
    return records.contains { $0.names(file.blob) || ids.contains($0.id) }
  }
}

extension [UInt8] {
  /// Whether some bytes stand in these, one after the other.
  func holds(_ word: [UInt8]) -> Bool {
    guard let first = word.first else { return true }
    var rest = self[...]
    while let place = rest.firstIndex(of: first) {
      rest = rest[place...]
      if rest.starts(with: word) { return true }
      rest = rest.dropFirst()
    }
    return false
  }
}
