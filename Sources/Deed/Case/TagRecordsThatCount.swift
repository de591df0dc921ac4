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
  /// Whether the records of one release came after those of another.
  private var orders: [[Set<RecordID>]: Bool] = [:]
  /// The releases whose tag is here, with the records that say so.
  private var tagged: [(release: ReleaseVersion, record: Record)]?

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
    let known =
      try tagged
      ?? all.compactMap { record in
        guard let release = ReleaseVersion(recorded: record.release), release.number.isStable,
          try workspace.isOfTag(record)
        else { return nil }
        return (release, record)
      }
    tagged = known
    let lower = known.filter { $0.release.isBelow(release) }
    guard !lower.isEmpty, !workspace.repository.isShallow,
      let head = try workspace.repository.head().commit
    else { return nil }
    let isOfTag = try workspace.isOfTag(record)
    let own = all.filter { other in
      other.commit == record.commit && other.release.utf8.elementsEqual(record.release.utf8)
        && other.tagObject == record.tagObject
    }
    return try lower.sorted { $1.release < $0.release }.first { other in
      let commit = other.record.commit
      guard try commit == head || workspace.repository.isAncestor(commit, of: head) else {
        return false
      }
      return try !isOfTag || !came([other.record], after: own)
    }?.record.commit
  }

  /// Whether the records of one release came to the ledger when those of another stood in it.
  private mutating func came(_ records: [Record], after others: [Record]) throws -> Bool {
    let pair = [records, others].map { Set($0.map(\.id)) }
    if let known = orders[pair] { return known }
    let places = [records, others].compactMap(LedgerPlace.init)
    let order =
      try places.count == 2
      && workspace.ledgers.came(places[0], after: places[1], in: .deployments)
    orders[pair] = order
    return order
  }
}

extension Record {
  fileprivate var tagObject: ObjectID? { if case .tag(let object) = body { object } else { nil } }
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
