import Git
import Ledger
import Release

// Which files were taken out of the ledger of attachments, by every record that is known here.
extension Workspace {
  /// Judges all redactions, and has the ledgers take in no more what was taken out.
  ///
  /// - Parameter contents: The ledgers, where they were read before and have not changed since.
  @discardableResult
  func learnRedactions(_ contents: LedgerContents? = nil) async throws -> [RedactedFile] {
    // With a ledger that cannot be read, what was known before stays.
    if case .unreadable = contents?.states[.signoffs] { return [] }
    var judged = contents?.redacted
    if judged == nil, try contents != nil || ledgers.mentionRedactions() {
      let read = if let contents { contents } else { try await redactionContents() }
      judged = try await judge(read.redactions, read)
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
    _ redactions: [Record], _ contents: LedgerContents
  ) async throws -> [RedactedFile] {
    guard !redactions.isEmpty else { return [] }
    let byBlob = Dictionary(grouping: redactions) { $0.redactedBlob ?? .zero }
    let uses = try FileUses(of: Set(byBlob.keys), contents)
    var rules = RedactionRules(self, contents, redactions)
    for use in uses.records { try await rules.add(use) }
    return try byBlob.sorted { $0.key < $1.key }.compactMap { blob, redactions in
      RedactedFile(
        blob, redactions.distinct, uses: uses.records.filter { $0.names(blob) },
        content: try redactable(blob), doubt: uses.doubt, rules: rules.rules)
    }
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

/// The records that name some files, of all releases on all commits.
struct FileUses {
  private(set) var records: [Record] = []
  /// Why there may be more.
  private(set) var doubt: String?

  init(of blobs: Set<ObjectID>, _ contents: LedgerContents) throws {
    let names = blobs.map { Array($0.hexadecimal) }
    for ledger in LedgerName.ofRecords {
      if let doubt = contents.states[ledger]?.doubt {
        self.doubt = self.doubt ?? doubt
        continue
      }
      for (commit, lines) in try contents.lines(of: ledger) {
        let named = lines.filter { line in names.contains { line.holds($0) } }
        for line in LedgerLine.placed(named, in: ledger, on: commit) {
          switch line {
          case .record(let record) where record.attachments.contains { blobs.contains($0.blob) }:
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

/// The rules of all releases whose records name files that redactions speak of.
struct RedactionRules {
  private struct Place: Hashable {
    // By bytes, as all names.
    let release: [UInt8]
    let commit: ObjectID

    init(_ record: Record) {
      release = Array(record.release.utf8)
      commit = record.commit
    }
  }

  private let workspace: Workspace
  private let contents: LedgerContents
  private let evidence: Evidence
  private var rules: [Place: RedactionRule] = [:]
  /// By prefix, the rule of the last release that was cut with it; `nil` where none was.
  private var floors: [[UInt8]: RedactionRule?] = [:]
  /// Releases whose commits are not here.
  private var absent: Set<Place> = []

  /// - Parameter redactions: Those whose signatures are looked at.
  init(_ workspace: Workspace, _ contents: LedgerContents, _ redactions: [Record]) {
    self.workspace = workspace
    self.contents = contents
    let signatures = Dictionary(grouping: redactions.filter { $0.signature != nil }, by: \.id)
    evidence = Evidence(
      records: redactions.distinct,
      signatures: signatures.mapValues { $0.compactMap(\.signature) })
  }

  /// That of the record's release, and that of the last release which was cut, by the same prefix if
  /// there is one.
  ///
  /// A commit that is nowhere to be found must neither forbid nor allow anything: the last release
  /// alone decides then.
  func rules(of use: Record) -> [[RedactionRule]] {
    let prefix = ReleaseVersion(recorded: use.release).map { Array($0.prefix.utf8) } ?? []
    let last = floors[prefix].flatMap(\.self).map { [$0] } ?? floors.values.compactMap(\.self)
    let own =
      rules[Place(use)] ?? RedactionRule(use.release, unknown: "its rules were not looked at")
    if last.isEmpty { return [[own]] }
    return absent.contains(Place(use)) ? [last] : [[own], last]
  }

  /// The rule of the release of which a record is.
  mutating func add(_ use: Record) async throws {
    guard rules[Place(use)] == nil, let release = ReleaseVersion(recorded: use.release) else {
      return
    }
    try await addFloors(besides: release.prefix)
    do {
      guard try workspace.repository.header(of: use.commit) != nil else {
        absent.insert(Place(use))
        throw Failure(
          .repository,
          "its commit \(use.commit.short) is not here: git fetch"
            + (workspace.repository.isShallow ? " --unshallow --tags" : ""))
      }
      let subject = ReleaseSubject(
        release: release, commit: use.commit, policy: try workspace.policy(at: use.commit))
      let floor = try workspace.floor(of: subject, contents)
      rules[Place(use)] = RedactionRule(
        use.release, policy: subject.policy, floor: floor.policy,
        proofs: try await workspace.proofs(of: evidence, .absent, subject, floor))
    } catch {
      rules[Place(use)] = RedactionRule(use.release, unknown: Failure(error).message)
    }
  }

  /// Looks up the last release of each prefix that anything was cut with.
  private mutating func addFloors(besides prefix: String) async throws {
    let cut = contents.deployments.standingTags.compactMap { ReleaseVersion(recorded: $0.release) }
    for prefix in cut.map(\.prefix) + [prefix] where floors[Array(prefix.utf8)] == nil {
      // Above all that can be cut.
      guard let top = ReleaseVersion(tag: "\(prefix)\(UInt64.max).0.0", prefix: prefix) else {
        continue
      }
      floors[Array(prefix.utf8)] = .some(try await floor(below: top))
    }
  }

  private func floor(below top: ReleaseVersion) async throws -> RedactionRule? {
    let floor = try workspace.floor(below: top, before: nil, contents.deployments)
    switch floor.policy {
    case .none: return nil
    case .unknown(let why, _): return RedactionRule("the last release", unknown: why)
    case .branch(_, let policy): return try await rule(top, policy, floor)
    case .release(let release, let policy): return try await rule(release, policy, floor)
    }
  }

  private func rule(
    _ release: ReleaseVersion, _ policy: Policy, _ floor: Workspace.Floor
  ) async throws -> RedactionRule? {
    guard let commit = floor.commit else { return nil }
    let subject = ReleaseSubject(release: release, commit: commit, policy: policy)
    return RedactionRule(
      "\(release)", policy: policy, floor: floor.policy,
      proofs: try await workspace.proofs(of: evidence, .absent, subject, floor))
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
