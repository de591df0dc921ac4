import Git
import Ledger
import Release

// Which tag records count, where tags have to be signed (`docs/gate.md`, signatures).
extension Workspace {
  /// The ledger, its tag records sorted into those that count and those that do not.
  ///
  /// Whoever cuts a tag that has to be signed signs its record with it. One that has to be and is not
  /// says nothing, unless it speaks of the very tag that is here and no other record of that release
  /// counts: it sets no bar, disagrees with nobody and replaces nothing.
  func counted(_ lines: DeploymentLines) throws -> DeploymentLines {
    if lines.isCounted { return lines }
    var judge = TagRecordJudge(self, lines.tags)
    var (counting, agreeing): ([Record], [Record]) = ([], [])
    for records in Dictionary(grouping: lines.tags, by: { Array($0.release.utf8) }).values {
      let records = try judge.counting(records)
      counting += records
      if records.count > 1 { agreeing += try records.filter(isOfTag) }
    }
    return lines.counting(counting, ofTheirTags: agreeing)
  }

  /// The tag records that others of the same release have replaced, to whoever reads the ledger.
  ///
  /// One that does not count replaces nothing. Nor does one on a commit that is not here, which may turn out
  /// to ask for a signature: whoever has that commit may push it later.
  func replacedTags(in lines: DeploymentLines) throws -> Set<RecordID> {
    var judge = TagRecordJudge(self, lines.tags)
    var replaced: Set<RecordID> = []
    for records in Dictionary(grouping: lines.tags, by: { Array($0.release.utf8) }).values
    where records.contains(where: { !$0.replaces.isEmpty }) {
      let ids = Set(records.map(\.id))
      for record in try judge.counting(records) {
        guard try repository.header(of: record.commit)?.kind == .commit else { continue }
        replaced.formUnion(ids.intersection(record.replaces))
      }
    }
    return replaced
  }

  /// What is told of records that do not count, where they would have spoken of this release or of one
  /// that may set its bar.
  func voidTagFindings(
    of subject: ReleaseCase, _ lines: DeploymentLines
  ) -> [Finding] {
    let lowest: ReleaseVersion? =
      if case .release(let release, _) = subject.floor { release } else { nil }
    let records = lines.voidTags.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
    let findings = records.compactMap { record -> Finding? in
      guard let release = ReleaseVersion(tag: record.release, prefix: subject.release.prefix),
        release == subject.release
          || (release < subject.release && lowest.map { $0 < release } ?? true)
      else { return nil }
      return Finding(
        .warning, "tag-record-void",
        "that \(release) was cut at \(record.commit.short) says a record in the name of "
          + "\(record.by), \(record.at.minute) UTC, and no signature of theirs, which tags have to "
          + "have: it counts for nothing; where it is true, they cut it again where it was, with "
          + "--sign", record: record.id)
    }
    // Anybody may write as many as they like.
    let told = findings.prefix(5)
    guard told.count < findings.count else { return findings }
    return told + [
      Finding(
        .warning, "tag-record-void",
        "\((findings.count - told.count).counted("more record")) without a signature that counts")
    ]
  }
}

/// Tells tag records that have to be signed and are not from others.
private struct TagRecordJudge {
  private let workspace: Workspace
  private let all: [Record]
  private var rules: [ObjectID: Rules?] = [:]
  /// All records, by what they say: anybody may write as many as they like that say the same.
  private lazy var alike: [Saying: [Record]] = Dictionary(grouping: all, by: Saying.init)
  private var bars: [Saying: ObjectID?] = [:]
  /// The releases whose tag is here, by prefix, the highest first.
  private var tagged: [[UInt8]: [Tagged]]?
  private var inHistory: [ObjectID: Bool] = [:]

  /// What a record says, and all that its bar depends on.
  private struct Saying: Hashable {
    let release: [UInt8]
    let commit: ObjectID
    let object: ObjectID?

    init(_ record: Record) {
      release = Array(record.release.utf8)
      commit = record.commit
      object = if case .tag(let object) = record.body { object } else { nil }
    }
  }

  /// A release, with the records that speak of its tag as it is here: they all say the same.
  private struct Tagged {
    let release: ReleaseVersion
    let commit: ObjectID
    let records: [Record]
  }

  /// What a commit says of tags.
  private struct Rules {
    let wantsSigned: Bool
    let signers: AllowedSigners?
  }

  init(_ workspace: Workspace, _ tags: [Record]) {
    self.workspace = workspace
    all = tags
  }

  /// - Parameter records: Those of one release, each once for each signature.
  mutating func counting(_ records: [Record]) throws -> [Record] {
    // As good as always: the one record of the tag that is here.
    if records.count == 1, try workspace.namesTag(records[0]) { return records }
    var counting: [Record] = []
    var unsigned: [Record] = []
    for record in records {
      if try isUnsigned(record) { unsigned.append(record) } else { counting.append(record) }
    }
    return counting.isEmpty ? try unsigned.filter(workspace.isOfTag) : counting
  }

  /// Whether it has to be signed, by the policy at its own commit or at the last release below it whose
  /// tag is here, and has no signature that may be of whom it names.
  private mutating func isUnsigned(_ record: Record) throws -> Bool {
    var asking = [try rules(at: record.commit)].compactMap(\.self)
    if let release = ReleaseVersion(recorded: record.release),
      let bar = try bar(for: record, of: release)
    {
      asking += [try rules(at: bar)].compactMap(\.self)
    }
    guard asking.contains(where: \.wantsSigned) else { return false }
    return !Self.maySign(record, asking.compactMap(\.signers))
  }

  /// Whether the signature may be theirs: made over these very words, by a key that a list gives them
  /// where there is any list.
  ///
  /// What only gpg could tell may be, of somebody who has such a key there.
  private static func maySign(_ record: Record, _ lists: [AllowedSigners]) -> Bool {
    guard let signature = record.signature, let format = SigningFormat(rawValue: signature.format)
    else { return false }
    guard format == .ssh else {
      return lists.isEmpty || lists.contains { $0.givesOpenPGP(to: record.by) }
    }
    guard let made = SSHSignature(armoured: signature.value),
      made.namespace.elementsEqual("deed".utf8), made.validity(over: record.payload) != .invalid
    else { return false }
    return lists.isEmpty
      || lists.contains { list in
        made.key.isCertified ? list.namesAuthority : list.gives(made.key, to: record.by)
      }
  }

  /// What a commit says; `nil` where it is not here, or cannot be read.
  private mutating func rules(at commit: ObjectID) throws -> Rules? {
    if let known = rules[commit] { return known }
    let found = try read(commit)
    rules[commit] = .some(found)
    return found
  }

  private func read(_ commit: ObjectID) throws -> Rules? {
    guard try workspace.repository.header(of: commit)?.kind == .commit else { return nil }
    let policy: Policy
    do {
      policy = try workspace.policy(at: commit)
    } catch {
      // What it asks for is not known: then its records count, and may keep others from it.
      return nil
    }
    return Rules(
      wantsSigned: policy.tags.sign == .always,
      signers: try workspace.signers(of: policy, in: commit))
  }

  /// The commit of the highest lower stable release whose tag is here, in the history of HEAD: a branch
  /// of somebody's own says nothing of others' records.
  ///
  /// Of a tag that is here, one that was cut after it decides nothing either.
  private mutating func bar(for record: Record, of release: ReleaseVersion) throws -> ObjectID? {
    let saying = Saying(record)
    if let known = bars[saying] { return known }
    let found = try findBar(for: record, of: release)
    bars[saying] = .some(found)
    return found
  }

  private mutating func findBar(
    for record: Record, of release: ReleaseVersion
  ) throws -> ObjectID? {
    let lower = try releases(prefix: release.prefix).drop { !($0.release < release) }
    guard !lower.isEmpty, !workspace.repository.isShallow,
      let head = try workspace.repository.head().commit
    else { return nil }
    let own = try workspace.isOfTag(record) ? LedgerPlace(alike[Saying(record)] ?? []) : nil
    for other in lower where try isInHistory(other.commit, of: head) {
      guard let own, try came(other.records, after: own) else { return other.commit }
    }
    return nil
  }

  private mutating func releases(prefix: String) throws -> [Tagged] {
    let key = Array(prefix.utf8)
    if let tagged { return tagged[key] ?? [] }
    var found: [[UInt8]: [Tagged]] = [:]
    for records in alike.values {
      guard let release = ReleaseVersion(recorded: records[0].release), release.number.isStable,
        try workspace.isOfTag(records[0])
      else { continue }
      found[Array(release.prefix.utf8), default: []].append(
        Tagged(release: release, commit: records[0].commit, records: records))
    }
    for prefix in found.keys { found[prefix]?.sort { $1.release < $0.release } }
    tagged = found
    return found[key] ?? []
  }

  private mutating func isInHistory(_ commit: ObjectID, of head: ObjectID) throws -> Bool {
    if let known = inHistory[commit] { return known }
    let found = try commit == head || workspace.repository.isAncestor(commit, of: head)
    inHistory[commit] = found
    return found
  }

  /// Whether all records of one release came to the ledger when any of another's stood in it.
  private func came(_ records: [Record], after other: LedgerPlace) throws -> Bool {
    guard let commit = records.first?.commit else { return false }
    let ledgers = workspace.ledgers
    let lines = try ledgers.lines(of: .deployments, on: commit)
    let here = Set(lines.compactMap { LedgerLine(parsing: $0).id })
    let ids = Set(records.map(\.id))
    // Of those that stand, whichever came first says it of all. What is nowhere in the ledger, as in a
    // state of it that was left, came after nothing, and is asked for by itself.
    let groups = [ids.intersection(here)] + ids.subtracting(here).map { Set([$0]) }
    return try groups.filter { !$0.isEmpty }.allSatisfy { ids in
      try ledgers.came(LedgerPlace(of: ids, on: commit), after: other, in: .deployments)
    }
  }
}

extension Workspace {
  /// Whether a record names the very tag object that is here.
  fileprivate func namesTag(_ record: Record) throws -> Bool {
    guard case .tag(let object) = record.body,
      let release = ReleaseVersion(recorded: record.release)
    else { return false }
    return try repository.reference(release.reference) == object
  }

  /// Whether it speaks of that tag at its commit, too.
  fileprivate func isOfTag(_ record: Record) throws -> Bool {
    guard case .tag(let object) = record.body, try namesTag(record) else { return false }
    return try repository.peeledToCommit(object) == record.commit
  }
}
