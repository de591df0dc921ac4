import Git
import Ledger
import Release

/// A release that would have set a bar, and that those before it did not let in.
struct PassedOver {
  let release: ReleaseVersion
  let why: String

  init(_ release: ReleaseVersion, _ why: String) {
    self.release = release
    self.why = why
  }

  var finding: Finding {
    Finding(.warning, "release-passed-over", "\(release) sets no bar here: \(why)")
  }
}

extension Workspace {
  /// What sets the bar for a release: the highest lower release that was itself let in.
  func floor(of subject: ReleaseSubject, _ contents: LedgerContents) async throws -> Floor {
    let lineage = try lineage(contents)
    guard try repository.reference(subject.release.reference) == nil else {
      return try await lineage.floor(of: subject)
    }
    // What is to be cut does not wait for a record that says it was: others may, and this settles it.
    let others = lineage.lines.without(subject.release)
    let isOnRecord =
      others.tags.count < lineage.lines.tags.count
      || others.unreadableTags.count < lineage.lines.unreadableTags.count
    guard isOnRecord else { return try await lineage.floor(of: subject) }
    return try await Lineage(self, contents, others).floor(of: subject)
  }

  /// The same for whatever comes below a version.
  func floor(below release: ReleaseVersion, _ contents: LedgerContents) async throws -> Floor {
    try await lineage(contents).floor(below: release)
  }

  func lineage(_ contents: LedgerContents) throws -> Lineage {
    let lines = try counted(contents.deployments)
    contents.deployments = lines
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
/// rules, as the gate has them. Which of two releases was there first, the ledgers say that their tags name,
/// and the history of the ledgers; where neither does, it is not known.
final class Lineage {
  let contents: LedgerContents
  let lines: DeploymentLines
  let workspace: Workspace
  private var standings: [RecordedPlace: Standing] = [:]
  /// Those that are being judged: packages may come of one another in circles.
  private var open: Set<RecordedPlace> = []
  /// Whether an answer rests on one of them having been left out.
  private var isCutShort = false
  private var approvals: [RecordedPlace: Gate.LettingIn] = [:]
  /// By a release, those of other prefixes whose tags say that it was there.
  var later: [RecordedPlace: Set<ReleaseVersion>] = [:]

  private enum Standing {
    case letIn
    /// It says the same as the one before of who may approve, so that it decides over nobody else by that.
    case unchanged(since: ReleaseVersion, floor: Workspace.Floor)
    case passedOver(String)
    case unknown(String, mend: Mend)
  }

  init(_ workspace: Workspace, _ contents: LedgerContents, _ lines: DeploymentLines) {
    self.workspace = workspace
    self.contents = contents
    self.lines = lines
  }

  func floor(of subject: ReleaseSubject) async throws -> Workspace.Floor {
    try await floor(of: subject, isApproved: true, baseline: workspace.baseline)
  }

  func floor(below release: ReleaseVersion) async throws -> Workspace.Floor {
    try await walk(from: nil) { passing in
      try workspace.floor(below: release, before: nil, lines, passing: passing)
    }.floor
  }

  /// - Parameter isApproved: Whether a release that says the same as the one before has to have been
  ///   approved as well: it sets the bar by its mailmap, its documents and its place in the history, too.
  private func floor(
    of subject: ReleaseSubject, isApproved: Bool, baseline: Workspace.Floor? = nil
  ) async throws -> Workspace.Floor {
    let (floor, leftOut) = try await walk(from: subject, isApproved: isApproved) { passing in
      try next(for: subject, passing, baseline: baseline, leavesOutLater: true)
    }
    let mayLeaveOut = try leftOut || !Self.isOfSame(floor, subject) && !later(than: subject).isEmpty
    // Whoever cut those knew it; but not that it was approved, where its own tag does not say so.
    guard mayLeaveOut, try await !wasLetInAtCut(subject, by: floor) else { return floor }
    return try await walk(from: subject, isApproved: isApproved, leavesOutLater: false) { passing in
      try next(for: subject, passing, baseline: baseline, leavesOutLater: false)
    }.floor
  }

  /// Whether a floor is a lower release of the subject's own prefix, for which no other is asked.
  private static func isOfSame(_ floor: Workspace.Floor, _ subject: ReleaseSubject) -> Bool {
    if case .release(let bar, _) = floor.policy { bar.isBelow(subject.release) } else { false }
  }

  /// Asks one release after the other until one sets the bar.
  ///
  /// - Parameter leavesOutLater: Whether those are left out that were cut when the subject stood already.
  /// - Returns: With the bar, whether any were left out for that.
  private func walk(
    from subject: ReleaseSubject?, isApproved: Bool = true, leavesOutLater: Bool = true,
    _ next: (Set<ReleaseVersion>) throws -> Workspace.Floor
  ) async throws -> (floor: Workspace.Floor, leftOut: Bool) {
    if let doubt = contents.states[.deployments]?.doubt {
      return (.unknown("an earlier release may set a floor: \(doubt)", mend: .sync), false)
    }
    guard try mayMatter else { return (try next([]), false) }
    var passing: Set<ReleaseVersion> = []
    var passedOver: [PassedOver] = []
    var leftOut = false
    while true {
      var floor = try next(passing)
      floor.passedOver = passedOver
      if case .release(let release, let policy) = floor.policy, let commit = floor.commit {
        let bar = ReleaseSubject(release: release, commit: commit, policy: policy)
        if leavesOutLater, let subject, try isLater(bar, than: subject) {
          leftOut = true
          passing.insert(release)
          continue
        }
        if let subject, try isFirst(subject, beside: bar) {
          passing.insert(release)
          continue
        }
        switch try await judge(bar, isApproved: isApproved) {
        case .sets:
          if var doubt = try undecided(subject, bar) {
            doubt.passedOver = passedOver
            return (doubt, leftOut)
          }
          return (floor, leftOut)
        case .passed(let why): if let why { passedOver.append(PassedOver(release, why)) }
        case .unknown(let why, let mend):
          floor = .unknown(why, mend: mend)
          floor.passedOver = passedOver
          return (floor, leftOut)
        }
        passing.insert(release)
      } else if let doubtful = floor.untagged ?? floor.disputed, leavesOutLater, let subject,
        try isLater(doubtful.commits, of: doubtful.release, than: subject)
      {
        leftOut = true
        passing.insert(doubtful.release)
      } else if let untagged = floor.untagged,
        let why = try await refusal(of: untagged, beside: subject)
      {
        passedOver.append(PassedOver(untagged.release, why))
        passing.insert(untagged.release)
      } else {
        return (floor, leftOut)
      }
    }
  }

  private enum Judgement {
    case sets
    /// The text says why, where anybody is to be told.
    case passed(String?)
    case unknown(String, mend: Mend)
  }

  /// Whether a release that comes before another sets the bar for it.
  private func judge(_ bar: ReleaseSubject, isApproved: Bool) async throws -> Judgement {
    switch try await standing(of: bar) {
    case nil: return .passed(nil)
    case .letIn?: return .sets
    case .passedOver(let why)?: return .passed(why)
    case .unknown(let why, let mend)?: return .unknown(why, mend: mend)
    case .unchanged(let before, let own)?:
      guard isApproved else { return .sets }
      switch try await approval(of: bar, by: own) {
      case .letIn: return .sets
      // The one before asks the same of all others; of what comes with the release, less is known.
      case .unknown(let place, let why):
        return .passed(
          "whether what \(before) asks for was given cannot be told: "
            + way(bar.release, place, why))
      case .refused(let place, let why):
        return .passed("what \(before) asks for was not given: \(way(bar.release, place, why))")
      }
    }
  }

  /// Whether any release ever asked for signed approvals before the next: else nobody can tell one that
  /// was let in from another.
  var mayMatter: Bool {
    get throws {
      try lines.standingTags.contains { record in
        if let known = workspace.memory.asksForProof[record.commit] { return known ?? true }
        let asks = try asksForProof(record.commit)
        workspace.memory.asksForProof[record.commit] = .some(asks)
        return asks ?? true
      }
    }
  }

  func asksForProof(_ commit: ObjectID) throws -> Bool? {
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
    var floor = try await floor(of: release, isApproved: false)
    guard case .release(let before, _) = floor.policy, let commit = floor.commit else {
      return Self.standing(under: floor)
    }
    if try workspace.decidesAlike(release.commit, commit) {
      return .unchanged(since: before, floor: floor)
    }
    floor = try await self.floor(of: release, isApproved: true)
    guard case .release(let before, let policy) = floor.policy, let commit = floor.commit else {
      return Self.standing(under: floor)
    }
    let bar = ReleaseSubject(release: before, commit: commit, policy: policy)
    let said =
      try workspace.hasSameTrust(release.commit, commit)
      ? "has to be approved as \(before) asks, and"
      : "says otherwise than \(before) who may approve, and"
    let mend = Mend.other(command: "deed verify \(GitError.quoted("\(release.release)"))")
    switch try await approval(of: release, by: floor) {
    case .letIn: return .letIn
    case .unknown(let place, let why) where workspace.repository.isPartial:
      return .unknown(
        "the floor: \(release.release) \(said) whether that one's signers let it in cannot be told: "
          + "\(place.safe): sign-offs \(why)", mend: .wholeClone)
    case .unknown(let place, let why):
      return .unknown(
        "the floor: \(release.release) \(said) whether that one's signers let it in cannot be told: "
          + way(release.release, place, why) + workspace.takingAway(release.release), mend: mend)
    case .refused(let place, let why):
      let way = way(release.release, place, why)
      if try wasCut(release, after: bar) || isAlone(release, above: bar) {
        return .passedOver("it \(said) its signers did not let it in: \(way)")
      }
      return .unknown(
        "the floor: \(release.release) \(said) which of them was there first cannot be told: \(way); "
          + "where one of the two is nobody's: git tag -d of that one, and the same on the remote",
        mend: mend)
    }
  }

  /// What can be said of a release whose own bar is none, or not known.
  private static func standing(under floor: Workspace.Floor) -> Standing {
    if case .unknown(let why, let mend) = floor.policy { return .unknown(why, mend: mend) }
    return .letIn
  }

  private func way(_ release: ReleaseVersion, _ place: String, _ why: String) -> String {
    "\(place.safe): sign-offs \(why); where it is right, more of that one's signers may: "
      + "deed approve \(GitError.quoted("\(release)")) -e \(GitError.quoted(place))"
  }

  /// Why a release of which the tag is not here is none: those before it did not let it in; `nil` where that
  /// is not so.
  func refusal(ofUntagged release: ReleaseVersion) async throws -> String? {
    guard try mayMatter, try workspace.repository.reference(release.reference) == nil,
      let cut = lines.cuts.stable(prefix: release.prefix).first(where: { $0.release == release })
    else { return nil }
    return try await refusal(
      of: (release, cut.records.map(\.commit)), beside: nil, orUnchanged: false)
  }

  /// - Parameters:
  ///   - subject: What its bar is asked for.
  ///   - orUnchanged: Whether it need not be waited for either where it asks for what those before it ask for.
  private func refusal(
    of untagged: (release: ReleaseVersion, commits: [ObjectID]), beside subject: ReleaseSubject?,
    orUnchanged: Bool = true
  ) async throws -> String? {
    var why: String?
    for commit in Set(untagged.commits).sorted() {
      guard try workspace.repository.header(of: commit)?.kind == .commit else { return nil }
      if let subject, !subject.release.hasPrefix(of: untagged.release),
        try workspace.hasSameTrust(commit, subject.commit)
      {
        why =
          "its tag is not here, and its record is of a commit that says the same who may approve"
        continue
      }
      let policy: Policy
      do {
        policy = try workspace.policy(at: commit)
      } catch let error as Failure where error.kind == .configuration {
        // Nobody cuts a release by rules that cannot be read.
        why = "its tag is not here, and the rules at its commit cannot be read"
        continue
      }
      let release = ReleaseSubject(release: untagged.release, commit: commit, policy: policy)
      switch try await standing(of: release) {
      case .passedOver(let reason)?: why = "its tag is not here, and \(reason)"
      case .unchanged(let before, _)? where orUnchanged:
        why =
          "its tag is not here, and its record is of a commit that says who may approve as "
          + "\(before) does: git fetch --tags"
      case nil, .letIn?, .unchanged?, .unknown?: return nil
      }
    }
    return why
  }

  private func approval(
    of release: ReleaseSubject, by floor: Workspace.Floor
  ) async throws -> Gate.LettingIn {
    guard let policy = floor.policy.policy, !policy.environmentsProvenBeforeTag.isEmpty else {
      return .letIn
    }
    let place = RecordedPlace("\(release.release)", at: release.commit)
    if let known = approvals[place] { return known }
    let approval = try await lettingIn(release, by: floor)
    if open.isEmpty || !isCutShort { approvals[place] = approval }
    return approval
  }

  /// Whether a release has what its floor asks for by what stood in the ledgers that its own tag names.
  ///
  /// A record names the tag, and the tag the ledgers: so whoever has the record knows that this was there.
  private func wasLetInAtCut(
    _ release: ReleaseSubject, by floor: Workspace.Floor
  ) async throws -> Bool {
    guard let policy = floor.policy.policy, !policy.environmentsProvenBeforeTag.isEmpty else {
      return true
    }
    return try await lettingIn(release, by: floor, atCut: true) == .letIn
  }

  /// - Parameter atCut: Whether nothing counts but what the release's tag names.
  private func lettingIn(
    _ release: ReleaseSubject, by floor: Workspace.Floor, atCut: Bool = false
  ) async throws -> Gate.LettingIn {
    let reading = LedgerReading(contents, commit: release.commit)
    var evidence = reading.evidence(of: release.release)
    let tag = try workspace.tagFact(release.release)
    let seals = try workspace.tagSeals(in: tag, of: release)
    if atCut {
      evidence.keep(seals.reduce(into: []) { $0.formUnion($1.records) })
    }
    let proofs = try await workspace.proofs(
      of: evidence, tag, release, floor, forgiving: [.expired])
    let lenient = try await workspace.proofs(
      of: evidence, tag, release, floor, forgiving: [.expired, .revoked])
    if let remote = try await workspace.remote(release.policy) {
      let isNobodys = lenient.tag.isKnownToBeNobodys && floor.policy.policy?.tags.sign == .always
      for ledger in try workspace.ledgersBehind(tag, evidence, remote, isNobodys: isNobodys) {
        evidence.ledgers[ledger] = .behind(tag: release.release.description)
      }
    }
    let contributors = try workspace.contributors(to: release, since: floor)
    var subject = ReleaseCase(
      release: release.release, commit: release.commit, tag: tag, policy: release.policy,
      floor: floor.policy, evidence: evidence,
      mailmap: try workspace.mailmap(
        at: [release.commit, floor.commit].compactMap(\.self), of: evidence, tag, contributors),
      contributors: contributors, proofs: proofs, now: workspace.context.now())
    if !atCut { subject.tagSeals = seals }
    return Gate.lettingIn(subject, lenient: lenient)
  }
}
