import Configuration
import Git
import Ledger
import Release

// The one door through which facts about a release come in. Every judgement and every screen rests
// on the case that is gathered here.
extension Workspace {
  /// - Parameter contents: The ledgers, where they were read before and have not changed since.
  func gather(
    _ subject: ReleaseSubject, from contents: LedgerContents? = nil
  ) async throws -> ReleaseCase {
    let remote = try await remote(subject.policy)
    let reading = LedgerReading(
      try contents ?? LedgerContents(ledgers, remote: remote), commit: subject.commit)
    let evidence = reading.evidence(of: subject.release)
    let floor = try floor(below: subject.release, reading)
    let contributors = try contributors(to: subject, since: floor)
    let tag = try tagFact(subject.release)
    return ReleaseCase(
      release: subject.release, commit: subject.commit, tag: tag,
      policy: subject.policy, floor: floor.policy,
      checklists: checklists(of: subject.policy, at: subject.commit), evidence: evidence,
      signoffsElsewhere: reading.signoffsElsewhere(of: subject.release),
      mailmap: try mailmap(at: subject.commit, of: evidence, tag, contributors),
      contributors: contributors, now: context.now())
  }

  /// The same case with the records as they are now: for those who judge items and nothing else.
  ///
  /// What the commit alone decides, its documents before all, is not read twice.
  func reread(_ subject: ReleaseCase, remote: String?) throws -> ReleaseCase {
    let contents = try LedgerContents(ledgers, remote: remote)
    var subject = subject
    subject.evidence = LedgerReading(contents, commit: subject.commit)
      .evidence(of: subject.release)
    subject.now = context.now()
    return subject
  }

  private struct Floor {
    let policy: PolicyFloor
    let commit: ObjectID?
  }

  /// The policy of the highest lower stable version that deed cut, by the `tag` records.
  private func floor(below release: ReleaseVersion, _ reading: LedgerReading) throws -> Floor {
    if let doubt = reading.doubt(about: .deployments) {
      return Floor(
        policy: .unknown("an earlier release may set a floor: \(doubt)"), commit: nil)
    }
    func lower(_ name: String) -> ReleaseVersion? {
      guard let version = ReleaseVersion(tag: name, prefix: release.prefix),
        version.number.isStable, version < release
      else { return nil }
      return version
    }
    let cut = reading.contents.standingTags.compactMap { record in
      lower(record.release).map { ($0, record) }
    }
    let highest = cut.max { $0.0 < $1.0 }
    // A record that cannot be judged may be of a higher one, and one of two that stand is wrong.
    let isHidden = reading.contents.unreadableTags.contains { record in
      guard let name = record.release else { return true }
      return lower(name).map { other in highest.map { $0.0 <= other } ?? true } ?? false
    }
    if isHidden {
      return Floor(
        policy: .unknown("the floor: a tag record says what this version of deed does not know"),
        commit: nil)
    }
    guard let (version, record) = highest else { return Floor(policy: .none, commit: nil) }
    guard cut.filter({ $0.0 == version }).count == 1 else {
      return Floor(
        policy: .unknown("the floor: several tag records of \(version) stand"), commit: nil)
    }
    guard try repository.header(of: record.commit) != nil,
      try repository.reference(version.reference) != nil
    else {
      return Floor(
        policy: .unknown("\(version) was cut before, and is not here: git fetch --tags"),
        commit: nil)
    }
    do {
      return Floor(policy: .release(version, try policy(at: record.commit)), commit: record.commit)
    } catch let error as ConfigurationError {
      return Floor(policy: .unknown("the floor: \(error.description)"), commit: record.commit)
    } catch let error as GitError {
      return Floor(policy: .unknown("the floor: \(error.message)"), commit: record.commit)
    }
  }

  /// Who wrote or co-wrote a commit since the floor release, where a rule asks for it.
  private func contributors(to subject: ReleaseSubject, since floor: Floor) throws -> Contributors {
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

  /// The mailmap of the released commit, for everybody whose identity matters to the case.
  private func mailmap(
    at commit: ObjectID, of evidence: Evidence, _ tag: TagFact, _ contributors: Contributors
  ) throws -> [[UInt8]: Set<[UInt8]>] {
    guard let bytes = try repository.file(at: ".mailmap", in: commit) else { return [:] }
    let mailmap = Mailmap(bytes)
    var persons = evidence.records.map(\.by) + evidence.tagRecords.map(\.by)
    if case .annotated(let tag) = tag, let tagger = tag.tagger { persons.append(tagger) }
    if case .known(let others) = contributors { persons += others }
    var known: [[UInt8]: Set<[UInt8]>] = [:]
    var seen = Set(persons)
    var open = seen
    // What an address leads to is looked up too: identity is transitive.
    while let person = open.popFirst() {
      let resolved = mailmap.resolve(person)
      known[person.foldedEmail, default: []].insert(resolved.foldedEmail)
      if seen.insert(resolved).inserted { open.insert(resolved) }
    }
    return known
  }
}
