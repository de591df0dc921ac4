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
    reading.contents.deployments = try counted(reading.contents.deployments)
    var evidence = reading.evidence(of: subject.release)
    let tag = try tagFact(subject.release)
    if let remote, !isCutting {
      for ledger in try ledgersBehind(tag, evidence, remote) {
        evidence.ledgers[ledger] = .behind(tag: subject.release.description)
      }
    }
    evidence.redacted = try await learnRedactions(reading.contents).filter(evidence.concerns)
    evidence.findings += try missingAttachments(evidence) + evidence.redactionFindings
    evidence.manifests = manifests(of: evidence.records)
    let floor = try await floor(of: subject, reading.contents)
    let contributors = try contributors(to: subject, since: floor)
    var gathered = ReleaseCase(
      release: subject.release, commit: subject.commit, tag: tag,
      policy: subject.policy, floor: floor.policy,
      checklists: checklists(of: subject.policy, at: subject.commit), evidence: evidence,
      signoffsElsewhere: reading.signoffsElsewhere(of: subject.release),
      mailmap: try mailmap(
        at: [subject.commit, floor.commit].compactMap(\.self), of: evidence, tag, contributors),
      contributors: contributors, proofs: try await proofs(of: evidence, tag, subject, floor),
      now: context.now())
    gathered.passedOver = floor.passedOver.map(\.release)
    gathered.evidence.findings += floor.passedOver.map(\.finding)
    gathered.tagsInTheWay = try tagsInTheWay(of: subject.release).map(GitError.quoted)
    if case .absent = tag, !evidence.tagRecords.isEmpty {
      gathered.lacksOtherTags = try lacksTags(of: reading.contents.deployments)
    }
    gathered.keptTag = try keptTag(
      subject.release, tag, gathered.tagRecords, reading.contents.deployments)
    gathered.evidence.findings += voidTagFindings(of: gathered, reading.contents.deployments)
    if !gathered.environmentsBeforeTag.isEmpty {
      gathered.tagSeals = try tagSeals(in: tag, of: subject)
    }
    return gathered
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
    contents.deployments = try counted(contents.deployments)
    var subject = subject
    let known = subject.evidence.manifests
    subject.evidence = LedgerReading(contents, commit: subject.commit)
      .evidence(of: subject.release)
    subject.evidence.manifests = manifests(of: subject.evidence.records, known: known)
    subject.now = context.now()
    return subject
  }

  /// Who wrote or co-wrote a commit since the floor release, where a rule asks for it.
  func contributors(to subject: ReleaseSubject, since floor: Floor) throws -> Contributors {
    let policies = [subject.policy] + (floor.policy.policy.map { [$0] } ?? [])
    guard policies.contains(where: { $0.environments.contains { $0.approvals.independent > 0 } })
    else { return .notAsked }
    if repository.isShallow {
      return .unknown("who wrote it cannot be told from a shallow clone: git fetch --unshallow")
    }
    var excluded: [ObjectID] = []
    // A release that comes of this commit says nothing of who had a hand in it.
    if let previous = floor.previous,
      try previous == subject.commit || !repository.isAncestor(subject.commit, of: previous)
    {
      excluded = [previous]
    }
    let nodes = try repository.topology(from: [subject.commit], excluding: excluded)
    var persons: Set<Person> = []
    for node in nodes {
      guard let commit = try repository.commit(node.id) else {
        return .unknown("commit \(node.id.short) is not here")
      }
      persons.insert(commit.author)
      persons.formUnion(CommitReading.coAuthors(in: commit.message))
    }
    return .known(persons.sorted { ($0.email, $0.name) < ($1.email, $1.name) })
  }

  /// The mailmaps of the released commit and of the floor's, for everybody whose identity matters to
  /// the case: a release that takes a line out makes no two people of one.
  func mailmap(
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
