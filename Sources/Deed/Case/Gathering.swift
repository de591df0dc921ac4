import Configuration
import Git
import Ledger
import Release

// The one door through which facts about a release come in. Every judgement and every screen rests
// on the case that is gathered here.
extension Workspace {
  /// - Parameters:
  ///   - contents: The ledgers, where they were read before and have not changed since.
  ///   - isCutting: Whether the tag is being made, so that its record may be still to come.
  func gather(
    _ subject: ReleaseSubject, from contents: LedgerContents? = nil, isCutting: Bool = false
  ) async throws -> ReleaseCase {
    let remote = try await remote(subject.policy)
    let reading = LedgerReading(
      try contents ?? LedgerContents(ledgers, remote: remote), commit: subject.commit)
    var evidence = reading.evidence(of: subject.release)
    let tag = try tagFact(subject.release)
    if remote != nil, !isCutting {
      for ledger in try ledgersBehind(tag, evidence) {
        evidence.ledgers[ledger] = .behind(tag: subject.release.description)
      }
    }
    evidence.redacted = try await learnRedactions(reading.contents).filter(evidence.concerns)
    evidence.findings += try missingAttachments(evidence) + evidence.redactionFindings
    evidence.manifests = manifests(of: evidence.records)
    let floor = try floor(of: subject, reading.contents)
    let contributors = try contributors(to: subject, since: floor)
    return ReleaseCase(
      release: subject.release, commit: subject.commit, tag: tag,
      policy: subject.policy, floor: floor.policy,
      checklists: checklists(of: subject.policy, at: subject.commit), evidence: evidence,
      signoffsElsewhere: reading.signoffsElsewhere(of: subject.release),
      mailmap: try mailmap(
        at: [subject.commit, floor.commit].compactMap(\.self), of: evidence, tag, contributors),
      contributors: contributors, proofs: try await proofs(of: evidence, tag, subject, floor),
      now: context.now())
  }

  /// Files that standing results name, and that are not here; those that were taken out are told of as
  /// that.
  private func missingAttachments(_ evidence: Evidence) throws -> [Finding] {
    var findings: [Finding] = []
    for record in evidence.standing.ofKind(.result) {
      for file in record.attachments
      where try !ledgers.redacted.files.contains(file.blob)
        && repository.header(of: file.blob) == nil
      {
        findings.append(
          Finding(
            .error, "attachment-missing",
            "the file \(file.name) of a result by \(record.by.name) is not here: deed sync",
            record: record.id))
      }
    }
    return findings
  }

  /// The same case with the records as they are now: for those who judge items and nothing else.
  ///
  /// What the commit alone decides, its documents before all, is not read twice.
  func reread(_ subject: ReleaseCase, remote: String?) throws -> ReleaseCase {
    let contents = try LedgerContents(ledgers, remote: remote)
    var subject = subject
    let known = subject.evidence.manifests
    subject.evidence = LedgerReading(contents, commit: subject.commit)
      .evidence(of: subject.release)
    subject.evidence.manifests = manifests(of: subject.evidence.records, known: known)
    subject.now = context.now()
    return subject
  }

  struct Floor {
    let policy: PolicyFloor
    let commit: ObjectID?
  }

  /// What sets the bar for a release.
  func floor(of subject: ReleaseSubject, _ contents: LedgerContents) throws -> Floor {
    if let doubt = contents.states[.deployments]?.doubt {
      return Floor(
        policy: .unknown("an earlier release may set a floor: \(doubt)", mend: .sync), commit: nil)
    }
    let floor = try floor(below: subject.release, contents.deployments)
    guard case .none = floor.policy else { return floor }
    return try baseline ?? self.floor(before: subject, contents.deployments)
  }

  /// The policy of the highest lower stable version that deed cut, by the `tag` records.
  ///
  /// - Parameter isPast: Whether the records are those of an earlier time, which tags since then
  ///   say nothing about.
  func floor(
    below release: ReleaseVersion, _ deployments: DeploymentLines, isPast: Bool = false
  ) throws -> Floor {
    func unknown(_ why: String, mend: Mend = .sync) -> Floor {
      Floor(policy: .unknown(why, mend: mend), commit: nil)
    }
    func lower(_ name: String) -> ReleaseVersion? {
      guard let version = ReleaseVersion(tag: name, prefix: release.prefix),
        version.number.isStable, version < release
      else { return nil }
      return version
    }
    var cut = deployments.standingTags.compactMap { record in
      lower(record.release).map { ($0, record) }
    }
    if isServer {
      // Anybody may push a record; what it speaks of is a release here once its tag was let in.
      cut = try cut.filter { try repository.reference($0.0.reference) != nil }
    }
    let highest = cut.map(\.0).max()
    if let hidden = try hidden(in: deployments, above: highest, lower) {
      return unknown(
        "the floor: a tag record\(hidden) says what this version of deed does not know",
        mend: .other(command: "deed of a newer version"))
    }
    if !isPast, let orphan = try unrecorded(above: highest, below: release) {
      return unknown("the floor: \(orphan) was cut by deed, and its record is not here")
    }
    guard let highest else { return Floor(policy: .none, commit: nil) }
    guard let commit = try commit(of: highest, cut.filter { $0.0 == highest }.map(\.1)) else {
      return unknown(
        "the floor: the tag \(highest) is not the one that was cut",
        mend: .other(command: "deed verify \(highest)"))
    }
    guard try repository.header(of: commit) != nil else {
      return unknown(
        "the floor: \(highest) was cut before, and is not here",
        mend: .other(command: "git fetch --tags"))
    }
    do {
      return Floor(policy: .release(highest, try policy(at: commit)), commit: commit)
    } catch {
      return unknown("the floor: \(Failure(error).message)")
    }
  }

  /// Of what a `tag` record that cannot be judged may be, where that may be a release above the
  /// highest one that is known, as ` of v1.0.5`; `nil` where there is no such record.
  ///
  /// - Parameter lower: The version of this name, where it is one that may set the floor.
  private func hidden(
    in deployments: DeploymentLines, above highest: ReleaseVersion?,
    _ lower: (String) -> ReleaseVersion?
  ) throws -> String? {
    for record in deployments.unreadableTags {
      guard let name = record.release else {
        guard isServer else { return "" }
        // It speaks of a tag that was let in, if of any, and all others are known.
        let isOfNone = try !repository.references(under: "refs/tags/").contains { tag in
          lower(String(tag.name.dropFirst("refs/tags/".count)))
            .map { other in highest.map { $0 < other } ?? true } ?? false
        }
        if isOfNone { continue }
        return ""
      }
      guard let other = lower(name) else { continue }
      if isServer {
        // The tag itself says at which commit the highest one is.
        guard try repository.reference(other.reference) != nil, other != highest else { continue }
      }
      if highest.map({ $0 <= other }) ?? true { return " of \(other)" }
    }
    return nil
  }

  /// The policy of the nearest release in the history that was cut under another prefix, for one whose
  /// own prefix has none: a new prefix does not lower the bar.
  ///
  /// Of each prefix the highest stable one counts; of several that are as near, the highest.
  func floor(before subject: ReleaseSubject, _ deployments: DeploymentLines) throws -> Floor {
    let others = Dictionary(
      grouping: try deployments.standingTags.compactMap { record in
        ReleaseVersion(recorded: record.release).map { ($0, record) }
      }.filter { release, _ in
        try release.number.isStable
          && !release.prefix.utf8.elementsEqual(subject.release.prefix.utf8)
          && (!isServer || repository.reference(release.reference) != nil)
      }, by: { Array($0.0.prefix.utf8) })
    guard !others.isEmpty else { return Floor(policy: .none, commit: nil) }
    guard !repository.isShallow else {
      return Floor(
        policy: .unknown(
          "the floor: which releases came before cannot be told from a shallow clone",
          mend: .other(command: "git fetch --unshallow --tags")), commit: nil)
    }
    var nearest: [(release: ReleaseVersion, commit: ObjectID)] = []
    for records in others.values {
      let byRelease = Dictionary(grouping: records, by: \.0)
      for release in byRelease.keys.sorted(by: >) {
        guard let commit = try commit(of: release, byRelease[release, default: []].map(\.1)),
          commit != subject.commit, try repository.header(of: commit) != nil,
          try repository.isAncestor(commit, of: subject.commit)
        else { continue }
        nearest.append((release, commit))
        break
      }
    }
    let last = try nearest.filter { one in
      try !nearest.contains { other in
        try other.commit != one.commit && repository.isAncestor(one.commit, of: other.commit)
      }
    }.max { $0.release < $1.release }
    guard let last else { return Floor(policy: .none, commit: nil) }
    do {
      return Floor(
        policy: .release(last.release, try policy(at: last.commit)), commit: last.commit)
    } catch {
      return Floor(
        policy: .unknown("the floor: \(Failure(error).message)", mend: .sync), commit: nil)
    }
  }

  /// The commit at which a release was cut; `nil` where its records and its tag contradict.
  ///
  /// It is that of the record which agrees with the tag; where there is no tag, of the only record.
  private func commit(of release: ReleaseVersion, _ records: [Record]) throws -> ObjectID? {
    guard let target = try repository.reference(release.reference) else {
      return records.count == 1 ? records[0].commit : nil
    }
    let peeled = try repository.peeledToCommit(target)
    return records.first { record in
      if case .tag(target) = record.body { record.commit == peeled } else { false }
    }?.commit
  }

  /// A stable release between two versions whose tag says that deed made it, and that no record
  /// speaks of.
  func unrecorded(
    above floor: ReleaseVersion?, below release: ReleaseVersion
  ) throws -> ReleaseVersion? {
    for tag in try releaseTags(prefix: release.prefix).reversed()
    where tag.version.number.isStable && tag.version < release
      && floor.map({ $0 < tag.version }) ?? true
    {
      if try hasTrailers(tag.version) { return tag.version }
    }
    return nil
  }

  /// Who wrote or co-wrote a commit since the floor release, where a rule asks for it.
  func contributors(to subject: ReleaseSubject, since floor: Floor) throws -> Contributors {
    let policies = [subject.policy] + (floor.policy.policy.map { [$0] } ?? [])
    guard policies.contains(where: { $0.environments.contains { $0.approvals.independent > 0 } })
    else { return .notAsked }
    if repository.isShallow {
      return .unknown("who wrote it cannot be told from a shallow clone: git fetch --unshallow")
    }
    let nodes = try repository.topology(
      from: [subject.commit], excluding: floor.commit.map { [$0] } ?? [])
    var persons: Set<Person> = []
    for node in nodes {
      guard let commit = try repository.commit(node.id) else {
        return .unknown("commit \(node.id.short) is not here")
      }
      persons.insert(commit.author)
      persons.formUnion(
        ConventionalCommit(message: commit.message).footers.compactMap(\.coAuthor))
    }
    return .known(persons.sorted { ($0.email, $0.name) < ($1.email, $1.name) })
  }

  /// The mailmaps of the released commit and of the floor's, for everybody whose identity matters to
  /// the case: a release that takes a line out makes no two people of one.
  private func mailmap(
    at commits: [ObjectID], of evidence: Evidence, _ tag: TagFact, _ contributors: Contributors
  ) throws -> [[UInt8]: Set<[UInt8]>] {
    let mailmaps = try commits.compactMap { commit in
      try repository.file(at: ".mailmap", in: commit).map { Mailmap($0) }
    }
    guard !mailmaps.isEmpty else { return [:] }
    var persons = evidence.records.map(\.by) + evidence.tagRecords.map(\.by)
    if case .annotated(let tag) = tag, let tagger = tag.tagger { persons.append(tagger) }
    if case .known(let others) = contributors { persons += others }
    var known: [[UInt8]: Set<[UInt8]>] = [:]
    var seen = Set(persons)
    var open = seen
    // What an address leads to is looked up too: identity is transitive.
    while let person = open.popFirst() {
      for resolved in mailmaps.map({ $0.resolve(person) }) {
        known[person.foldedEmail, default: []].insert(resolved.foldedEmail)
        if seen.insert(resolved).inserted { open.insert(resolved) }
      }
    }
    return known
  }
}
