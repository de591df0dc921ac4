import Git
import Ledger
import Release

/// A release that would have set a bar, and that the one before it did not let in.
struct PassedOver {
  let release: ReleaseVersion
  let why: String

  var finding: Finding {
    Finding(.warning, "release-passed-over", "\(release) sets no bar here: \(why)")
  }
}

extension Workspace {
  /// What sets the bar for a release: the highest lower release that was itself let in.
  func floor(of subject: ReleaseSubject, _ contents: LedgerContents) async throws -> Floor {
    try await lineage(contents).floor(of: subject)
  }

  /// The same for whatever comes below a version.
  func floor(below release: ReleaseVersion, _ contents: LedgerContents) async throws -> Floor {
    try await lineage(contents).floor(below: release)
  }

  private func lineage(_ contents: LedgerContents) throws -> Lineage {
    let lines = try counted(contents.deployments)
    if let known = memory.lineage, known.contents === contents, known.lines.cuts === lines.cuts {
      return known
    }
    let lineage = Lineage(self, contents, lines)
    memory.lineage = lineage
    return lineage
  }
}

/// Tells which releases those before them let in, down to the first one.
///
/// A release lets in no approvers of its own, and neither do two of them, one that nobody approved and the
/// next by its list. So what sets the bar for a release is itself held to what set its own, by the same
/// rules, as the gate has them. Which of two releases was there first, the seals of tags say, and the history
/// of the ledger; where neither does, it is not known.
final class Lineage {
  let contents: LedgerContents
  let lines: DeploymentLines
  private let workspace: Workspace
  private var standings: [RecordedPlace: Standing] = [:]
  /// Those that are being judged: packages may come of one another in circles.
  private var open: Set<RecordedPlace> = []
  /// Whether an answer rests on one of them having been left out.
  private var isCutShort = false

  private enum Standing {
    /// Where it says the same as the one before, that one is named.
    case letIn(as: ReleaseVersion?)
    case passedOver(String)
    case unknown(String, mend: Mend)
  }

  init(_ workspace: Workspace, _ contents: LedgerContents, _ lines: DeploymentLines) {
    self.workspace = workspace
    self.contents = contents
    self.lines = lines
  }

  func floor(of subject: ReleaseSubject) async throws -> Workspace.Floor {
    try await floor(of: subject) { passing in
      try self.workspace.floor(
        of: subject, self.lines, passing: passing, baseline: self.workspace.baseline)
    }
  }

  func floor(below release: ReleaseVersion) async throws -> Workspace.Floor {
    try await floor(of: nil) { passing in
      try self.workspace.floor(below: release, before: nil, self.lines, passing: passing)
    }
  }

  private func floor(
    of subject: ReleaseSubject?, _ next: (Set<ReleaseVersion>) throws -> Workspace.Floor
  ) async throws -> Workspace.Floor {
    if let doubt = contents.states[.deployments]?.doubt {
      return Workspace.Floor(
        policy: .unknown("an earlier release may set a floor: \(doubt)", mend: .sync), commit: nil)
    }
    guard try mayMatter else { return try next([]) }
    var passing: Set<ReleaseVersion> = []
    var passedOver: [PassedOver] = []
    while true {
      var floor = try next(passing)
      floor.passedOver = passedOver
      if case .release(let release, let policy) = floor.policy, let commit = floor.commit {
        let bar = ReleaseSubject(release: release, commit: commit, policy: policy)
        if try subject.map({ try isLater(bar, than: $0) }) ?? false {
          passing.insert(release)
          continue
        }
        switch try await standing(of: bar) {
        case nil: break
        case .letIn?: return floor
        case .passedOver(let why)?: passedOver.append(PassedOver(release: release, why: why))
        case .unknown(let why, let mend)?:
          floor = Workspace.Floor(policy: .unknown(why, mend: mend), commit: nil)
          floor.passedOver = passedOver
          return floor
        }
        passing.insert(release)
      } else if let untagged = floor.untagged, let why = try await refusal(of: untagged) {
        passedOver.append(PassedOver(release: untagged.release, why: why))
        passing.insert(untagged.release)
      } else {
        return floor
      }
    }
  }

  /// Whether any release ever asked for signed approvals before the next: else nobody can tell one that
  /// was let in from another.
  private var mayMatter: Bool {
    get throws {
      try lines.standingTags.contains { record in
        if let known = workspace.memory.asksForProof[record.commit] { return known ?? true }
        let asks = try asksForProof(record.commit)
        workspace.memory.asksForProof[record.commit] = .some(asks)
        return asks ?? true
      }
    }
  }

  private func asksForProof(_ commit: ObjectID) throws -> Bool? {
    guard try workspace.repository.header(of: commit) != nil else { return nil }
    do {
      return try !workspace.policy(at: commit).environmentsProvenBeforeTag.isEmpty
    } catch let error as GitError where error.kind == .missingObject {
      return nil
    } catch {
      // By rules that cannot be read nobody is let in, and nobody kept out.
      return false
    }
  }

  /// Whether a release was let in; `nil` where that is just being asked.
  private func standing(of release: ReleaseSubject) async throws -> Standing? {
    let place = RecordedPlace("\(release.release)", at: release.commit)
    if let known = standings[place] { return known }
    guard open.insert(place).inserted else {
      isCutShort = true
      return nil
    }
    defer { open.remove(place) }
    let wasCutShort = isCutShort
    isCutShort = false
    let standing = try await judged(release)
    if !isCutShort || open.count == 1 { standings[place] = standing }
    isCutShort = open.count > 1 && (isCutShort || wasCutShort)
    return standing
  }

  private func judged(_ release: ReleaseSubject) async throws -> Standing {
    let floor = try await floor(of: release) { passing in
      try self.workspace.floor(of: release, self.lines, passing: passing)
    }
    if case .unknown(let why, let mend) = floor.policy { return .unknown(why, mend: mend) }
    guard case .release(let before, let policy) = floor.policy, let commit = floor.commit else {
      return .letIn(as: nil)
    }
    let bar = ReleaseSubject(release: before, commit: commit, policy: policy)
    if try hasSameTrust(release, bar) { return .letIn(as: before) }
    guard !policy.environmentsProvenBeforeTag.isEmpty else { return .letIn(as: nil) }
    let name = GitError.quoted("\(release.release)")
    let said = "says otherwise than \(before) who may approve, and"
    let mend = Mend.other(command: "deed verify \(name)")
    func way(_ place: String, _ why: String) -> String {
      "\(place.safe): sign-offs \(why); where it is right, more of that one's signers may: "
        + "deed approve \(name) -e \(GitError.quoted(place))"
    }
    switch try await lettingIn(release, by: floor) {
    case .letIn: return .letIn(as: nil)
    case .unknown(let place, let why):
      return .unknown(
        "the floor: \(release.release) \(said) whether that one's signers let it in cannot be told: "
          + way(place, why), mend: mend)
    case .refused(let place, let why):
      if try wasCut(release, after: bar) {
        return .passedOver("it \(said) its signers did not let it in: \(way(place, why))")
      }
      return .unknown(
        "the floor: \(release.release) \(said) which of them was there first cannot be told: "
          + "\(way(place, why)); where it is nobody's: git tag -d \(name), and the same on the "
          + "remote", mend: mend)
    }
  }

  /// Why a release without a tag here need not be waited for: those before it did not let it in, or it asks
  /// for what they ask for; `nil` where that is not so.
  private func refusal(
    of untagged: (release: ReleaseVersion, records: [Record])
  ) async throws -> String? {
    var why: String?
    for commit in Set(untagged.records.map(\.commit)).sorted() {
      guard try workspace.repository.header(of: commit)?.kind == .commit else { return nil }
      let release = ReleaseSubject(
        release: untagged.release, commit: commit, policy: try workspace.policy(at: commit))
      switch try await standing(of: release) {
      case .passedOver(let reason)?: why = "its tag is not here, and \(reason)"
      case .letIn(let before?)?:
        why =
          "its tag is not here, and its record is of a commit that says who may approve as "
          + "\(before) does: git fetch --tags"
      case nil, .letIn?, .unknown?: return nil
      }
    }
    return why
  }

  private func lettingIn(
    _ release: ReleaseSubject, by floor: Workspace.Floor
  ) async throws -> Gate.LettingIn {
    let reading = LedgerReading(contents, commit: release.commit)
    var evidence = reading.evidence(of: release.release)
    let tag = try workspace.tagFact(release.release)
    if let remote = try await workspace.remote(release.policy) {
      for ledger in try workspace.ledgersBehind(tag, evidence, remote) {
        evidence.ledgers[ledger] = .behind(tag: release.release.description)
      }
    }
    let contributors = try workspace.contributors(to: release, since: floor)
    var subject = ReleaseCase(
      release: release.release, commit: release.commit, tag: tag, policy: release.policy,
      floor: floor.policy, evidence: evidence,
      mailmap: try workspace.mailmap(
        at: [release.commit, floor.commit].compactMap(\.self), of: evidence, tag, contributors),
      contributors: contributors,
      proofs: try await workspace.proofs(
        of: evidence, tag, release, floor, forgiving: [.expired]), now: workspace.context.now())
    subject.tagSeals = try workspace.tagSeals(in: tag, of: release)
    return Gate.lettingIn(
      subject,
      lenient: try await workspace.proofs(
        of: evidence, tag, release, floor, forgiving: [.expired, .revoked]))
  }
}

// Who may approve, and which of two releases was there first.
extension Lineage {
  /// What a release says of who may approve the next, and of what its tag needs.
  private struct Trust: Hashable {
    let tags: TagRules
    let approvals: [String: ApprovalRules]
    let namesList: Bool
    /// What the list of signers is at that commit.
    let list: ObjectID?
  }

  private func hasSameTrust(_ one: ReleaseSubject, _ other: ReleaseSubject) throws -> Bool {
    try trust(of: one) == trust(of: other)
  }

  private func trust(of release: ReleaseSubject) throws -> Trust {
    let policy = release.policy
    let list = try policy.approvals.signers.flatMap {
      try workspace.repository.entry(at: $0, in: release.commit)?.id
    }
    return Trust(
      tags: policy.tags,
      approvals: Dictionary(
        policy.environments.map { ($0.name, $0.approvals) }, uniquingKeysWith: { one, _ in one }),
      namesList: policy.approvals.signers != nil, list: list)
  }

  /// Whether a lower release was cut when another one stood already, and so had no say in it: a backport.
  private func isLater(_ lower: ReleaseSubject, than release: ReleaseSubject) throws -> Bool {
    guard try !records(of: release).isEmpty,
      try workspace.repository.reference(release.release.reference) != nil,
      try !hasSameTrust(lower, release)
    else { return false }
    return try wasCut(lower, after: release)
  }

  /// Whether one release was cut by somebody who had the record of another.
  ///
  /// A seal in its tag says so, which nobody can change; where there is none, the ledger's history.
  private func wasCut(_ release: ReleaseSubject, after other: ReleaseSubject) throws -> Bool {
    let ledgers = workspace.ledgers
    let earlier = try place(of: other)
    if case .annotated(let tag) = try workspace.tagFact(release.release),
      tag.commit == release.commit
    {
      let seals = TagTrailers(parsing: tag.message).seals
      if !seals.isEmpty {
        return try seals.compactMap { $0.ledgers[.deployments] }.contains { tip in
          try ledgers.knows(tip, in: .deployments)
            && ledgers.stands(earlier, at: tip)
        }
      }
    }
    return try ledgers.came(place(of: release), after: earlier, in: .deployments)
  }

  private func place(of release: ReleaseSubject) throws -> LedgerPlace {
    let ids = Set(try records(of: release).map(\.id))
    return LedgerPlace(on: release.commit) { line in
      LedgerLine(parsing: line).id.map(ids.contains) ?? false
    }
  }

  private func records(of release: ReleaseSubject) throws -> [Record] {
    let name = release.release.description.utf8
    return lines.standingTags.filter { record in
      record.commit == release.commit && record.release.utf8.elementsEqual(name)
    }
  }
}
