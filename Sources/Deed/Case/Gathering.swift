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
    return ReleaseCase(
      release: subject.release, commit: subject.commit, tag: try tagFact(subject.release),
      policy: subject.policy, floor: floor.policy, evidence: evidence,
      signoffsElsewhere: reading.signoffsElsewhere(of: subject.release),
      mailmap: try mailmap(at: subject.commit, of: evidence, contributors),
      contributors: contributors, now: context.now())
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
    let cut = reading.contents.standingTags.compactMap { record -> (ReleaseVersion, Record)? in
      guard let version = ReleaseVersion(tag: record.release, prefix: release.prefix),
        version.number.isStable, version < release
      else { return nil }
      return (version, record)
    }
    guard let (version, record) = cut.max(by: { $0.0 < $1.0 }) else {
      return Floor(policy: .none, commit: nil)
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
    at commit: ObjectID, of evidence: Evidence, _ contributors: Contributors
  ) throws -> [[UInt8]: [UInt8]] {
    guard let bytes = try repository.file(at: ".mailmap", in: commit) else { return [:] }
    let mailmap = try Mailmap(bytes)
    var persons = evidence.records.map(\.by) + evidence.tagRecords.map(\.by)
    if case .known(let others) = contributors { persons += others }
    return Dictionary(
      persons.map { ($0.foldedEmail, mailmap.resolve($0).foldedEmail) }, uniquingKeysWith: { $1 })
  }
}
