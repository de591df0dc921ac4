import Git
import Ledger
import Release

/// Reads what is here of the seals of decisions, for those who judge them as of their time.
///
/// A class, because what many seals name is read once.
final class SealReader {
  private let workspace: Workspace
  private var deployments: [ObjectID: DeploymentLines] = [:]
  /// What the notes of commits say that were read last: most say the same from seal to seal.
  private var notes: [ObjectID: (text: [[UInt8]], lines: [LedgerLine])] = [:]

  init(_ workspace: Workspace) {
    self.workspace = workspace
  }

  /// One for each decision with a seal, whether or not it stands.
  func seals(of subject: ReleaseCase) throws -> [SealEvidence] {
    try subject.evidence.records.compactMap { record in
      guard case .decision(let decision) = record.body, let seal = decision.seal else { return nil }
      return try evidence(of: seal, carriedBy: record.id, subject)
    }
  }

  private func evidence(
    of seal: Seal, carriedBy decision: RecordID, _ subject: ReleaseCase
  ) throws -> SealEvidence {
    let list = try workspace.repository.object(seal.list.blob)
    var evidence = SealEvidence(
      decision: decision, list: list?.kind == .blob ? list?.bytes : nil)
    for (ledger, tip) in seal.ledgers where ledger != .attachments {
      guard try workspace.ledgers.knows(tip, in: ledger) else {
        // Where the ledger is not known, its history is not either.
        if subject.evidence.doubt(about: ledger) == nil { evidence.foreign.append(ledger) }
        continue
      }
      evidence.stood.formUnion(
        try workspace.stood(in: ledger, at: tip, of: subject.release, on: subject.commit))
      if ledger == .deployments {
        evidence.deployments = try past(at: tip, subject)
      }
    }
    return evidence
  }

  /// The ledger of deployments as it stood.
  private func lines(at tip: ObjectID) throws -> [LedgerLine] {
    try workspace.ledgers.lines(at: [tip]).flatMap { commit, text in
      if let known = notes[commit], known.text == text { return known.lines }
      let lines = LedgerLine.placed(text, in: .deployments, on: commit)
      notes[commit] = (text, lines)
      return lines
    }
  }

  /// What the ledger of deployments said, of this release and of those before it.
  private func past(at tip: ObjectID, _ subject: ReleaseCase) throws -> SealEvidence.Deployments {
    let then: DeploymentLines
    if let read = deployments[tip] {
      then = read
    } else {
      then = try workspace.counted(DeploymentLines(try lines(at: tip)))
      deployments[tip] = then
    }
    var (floor, contributors) = (subject.floor, subject.contributors)
    // A release that sets the bar by all that is known set it then: who decides beside the ledger that others
    // have does not lower it by what is not in theirs, and what came after the release does not raise it.
    if case .release = floor {} else { (floor, contributors) = try bar(by: then, subject) }
    let name = subject.release.description.utf8
    return SealEvidence.Deployments(
      floor: floor, contributors: contributors,
      tagRecords: then.standingTags.filter { $0.release.utf8.elementsEqual(name) },
      runs: then.runs, unreadableRuns: then.unreadableRuns)
  }

  /// What set the bar by the ledger of deployments as it stood, and who had a hand in the release since.
  private func bar(
    by then: DeploymentLines, _ subject: ReleaseCase
  ) throws -> (PolicyFloor, Contributors) {
    let chosen = ReleaseSubject(
      release: subject.release, commit: subject.commit, policy: subject.policy)
    // Who was not let in, as is known by now, was none then.
    let passing = Set(subject.passedOver)
    var floor = try workspace.floor(
      below: subject.release, before: subject.commit, then, isPast: true, passing: passing)
    if case .none = floor.policy {
      floor = try workspace.floor(before: chosen, then, passing: passing)
    }
    return (floor.policy, try workspace.contributors(to: chosen, since: floor))
  }
}

extension Workspace {
  /// The records of a release at its commit that a ledger held.
  ///
  /// - Parameter mayBe: Whether those count, too, that nobody can read and that name no release.
  fileprivate func stood(
    in ledger: LedgerName, at tip: ObjectID, of release: ReleaseVersion, on commit: ObjectID,
    orMayBe mayBe: Bool = false
  ) throws -> Set<RecordID> {
    let name = release.description.utf8
    let lines = try ledgers.lines(of: ledger, at: tip, on: commit)
    return Set(
      LedgerLine.placed(lines, in: ledger, on: commit).compactMap { line in
        switch line {
        case .record(let record) where record.release.utf8.elementsEqual(name): return record.id
        case .unreadable(let record) where record.release?.utf8.elementsEqual(name) ?? mayBe:
          return record.id
        default: return nil
        }
      })
  }

  /// What stood by the states of ledgers that a release's tag names.
  ///
  /// A state that a ledger never had, or does not have here, says of nothing that it was there.
  func tagSeals(in tag: TagFact, of subject: ReleaseSubject) throws -> [TagSeal] {
    guard case .annotated(let tag) = tag else { return [] }
    func records(_ tips: [LedgerName: ObjectID]) throws -> Set<RecordID> {
      var records: Set<RecordID> = []
      for (ledger, tip) in tips where ledger != .attachments {
        guard try ledgers.knows(tip, in: ledger) else { continue }
        records.formUnion(
          try stood(
            in: ledger, at: tip, of: subject.release, on: subject.commit, orMayBe: true))
      }
      return records
    }
    func seal(_ environment: String?, _ tips: [LedgerName: ObjectID]) throws -> TagSeal {
      TagSeal(
        environment: environment, records: try records(tips),
        namesSignoffs: try tips[.signoffs].map { try ledgers.knows($0, in: .signoffs) } ?? false)
    }
    let trailers = TagTrailers(parsing: tag.message)
    return try trailers.seals.map { try seal($0.environment, $0.ledgers) }
      + (trailers.ledgers.map { [try seal(nil, $0.tips)] } ?? [])
  }
}

extension LedgerStore {
  /// Where the ledgers of records stand here.
  func tipsOfRecords() throws(GitError) -> [LedgerName: ObjectID] {
    var tips: [LedgerName: ObjectID] = [:]
    for ledger in LedgerName.ofRecords { tips[ledger] = try tip(of: ledger) }
    return tips
  }

  /// The same, as far as all that is read stands in them; none where what was fetched is not united yet.
  func tipsOfAllRecords() throws(GitError) -> [LedgerName: ObjectID] {
    let own = try tipsOfRecords()
    for ledger in LedgerName.ofRecords {
      for tip in try tips(of: ledger) where tip != own[ledger] {
        guard let known = own[ledger], try repository.isAncestor(tip, of: known) else { return [:] }
      }
    }
    return own
  }

  /// Whether a commit is in the history of a ledger: anybody can name one that only looks like it.
  func knows(_ commit: ObjectID, in ledger: LedgerName) throws -> Bool {
    guard try repository.header(of: commit)?.kind == .commit else { return false }
    for tip in try tips(of: ledger) {
      if try commit == tip || repository.isAncestor(commit, of: tip) { return true }
    }
    return false
  }
}
