import Git
import Ledger
import Release

// Which release comes next, and which of two was there first.
extension Lineage {
  /// What would set the bar for a release: of one that has nothing before it, as an orphan has, the highest
  /// release of any prefix that did not come after it; of the first with its prefix, the highest with that of
  /// the nearest one.
  ///
  /// A history of one's own makes nobody the first of all, and an old line no prefix of its own.
  func next(
    for subject: ReleaseSubject, _ passing: Set<ReleaseVersion>, baseline: Workspace.Floor?,
    leavesOutLater: Bool
  ) throws -> Workspace.Floor {
    let floor = try workspace.floor(of: subject, lines, passing: passing, baseline: baseline)
    if case .release(let near, let policy) = floor.policy, !near.hasPrefix(of: subject.release),
      try mayMatter
    {
      // Where the nearest asks for nothing, any that asks for something is a higher bar.
      let asks = !policy.environmentsProvenBeforeTag.isEmpty
      var highest = try highest(
        of: asks ? [near.prefix] : prefixes, passing, for: subject, isTagged: true, isAsking: !asks)
      highest?.previous = floor.commit
      return highest ?? floor
    }
    guard case .none = floor.policy, try mayMatter else { return floor }
    let passing = leavesOutLater ? passing.union(try later(than: subject)) : passing
    var highest = try highest(of: prefixes, passing, for: subject)
    highest?.previous = nil
    return highest ?? floor
  }

  /// The highest of several prefixes' highest releases; what cannot be told of any of them goes before.
  ///
  /// - Parameters:
  ///   - isTagged: Whether only those count of which the tag is here.
  ///   - isAsking: Whether only those count that ask for signed approvals before a tag.
  private func highest(
    of prefixes: [String], _ passing: Set<ReleaseVersion>, for subject: ReleaseSubject,
    isTagged: Bool = false, isAsking: Bool = false
  ) throws -> Workspace.Floor? {
    var highest: (release: ReleaseVersion, floor: Workspace.Floor)?
    for prefix in prefixes {
      guard let other = try highestOf(prefix, passing, for: subject, isTagged: isTagged) else {
        continue
      }
      guard case .release(let release, let policy) = other.policy else { return other }
      if isAsking, policy.environmentsProvenBeforeTag.isEmpty { continue }
      if highest.map({ $0.release.number < release.number }) ?? true { highest = (release, other) }
    }
    return highest?.floor
  }

  private var prefixes: [String] {
    Set(lines.standingTags.compactMap { ReleaseVersion(recorded: $0.release)?.prefix }).sorted()
  }

  /// The highest release of a prefix that may have been there before the subject; `nil` where there is none.
  ///
  /// - Parameter isTagged: Whether only those count of which the tag is here.
  private func highestOf(
    _ prefix: String, _ passing: Set<ReleaseVersion>, for subject: ReleaseSubject,
    isTagged: Bool = false
  ) throws -> Workspace.Floor? {
    var passing = passing.union([subject.release])
    let cuts = lines.cuts.stable(prefix: prefix)
    for cut in cuts where !passing.contains(cut.release) {
      // What has its own prefix and no tag was asked about before.
      let isUntagged =
        try (isTagged || cut.release.hasPrefix(of: subject.release))
        && workspace.repository.reference(cut.release.reference) == nil
      let commit = try workspace.commit(of: cut.release, cut.records)
      let cameOfIt = try commit.map { try comes(cut.release, at: $0, of: subject) } ?? false
      if try isUntagged || isNowhere(cut) || cameOfIt {
        passing.insert(cut.release)
      } else {
        break
      }
    }
    guard let highest = cuts.first(where: { !passing.contains($0.release) })?.release.number else {
      return nil
    }
    let above = SemanticVersion(
      major: highest.major, minor: highest.minor,
      patch: highest.patch == .max ? .max : highest.patch + 1)
    let floor = try workspace.floor(
      below: ReleaseVersion(prefix: prefix, number: above), before: nil, lines, passing: passing)
    switch floor.policy {
    case .none: return nil
    case .unknown(let why, let mend) where floor.untagged != nil:
      let way = "; where it is nobody's, it is none once no branch has its commit"
      return Workspace.Floor(
        policy: .unknown(why + way, mend: mend), commit: nil, untagged: floor.untagged)
    case .unknown, .branch, .release: return floor
    }
  }

  /// Whether a release was cut on a commit that comes of another's, and so had no say in that.
  ///
  /// Whoever tags an old commit was not the first for that, whatever it asks for: somebody's branch that was
  /// merged long ago may have had a list of its own. It has to be known which was cut first.
  private func comes(
    _ release: ReleaseVersion, at commit: ObjectID, of subject: ReleaseSubject
  ) throws -> Bool {
    guard commit != subject.commit, try workspace.repository.header(of: commit) != nil,
      try workspace.repository.isAncestor(subject.commit, of: commit)
    else { return false }
    return try workspace.repository.reference(release.reference) == nil
      || asksForProof(commit) == false
      || wasCut(release, at: commit, after: subject)
  }

  /// Whether a release is known by its record alone, and its commit is on no branch of a clone that fetches
  /// all: then nobody has it.
  private func isNowhere(_ cut: (release: ReleaseVersion, records: [Record])) throws -> Bool {
    let repository = workspace.repository
    guard try repository.reference(cut.release.reference) == nil, try workspace.hasAllBranches
    else {
      return false
    }
    let commits = try cut.records.map(\.commit).filter { try repository.header(of: $0) != nil }
    if commits.isEmpty { return true }
    let tips = try ["refs/heads/", "refs/remotes/", "refs/tags/"].flatMap {
      try repository.references(under: $0)
    }.compactMap { try repository.commit(of: $0) }
    return try !commits.contains { commit in
      try Set(tips).contains { try $0 == commit || repository.isAncestor(commit, of: $0) }
    }
  }

  /// The releases whose tags say that they were cut when a release had its record, which has nothing before
  /// it.
  func later(than subject: ReleaseSubject) throws -> Set<ReleaseVersion> {
    let place = RecordedPlace("\(subject.release)", at: subject.commit)
    if let known = later[place] { return known }
    guard try mayMatter else { return [] }
    var found: Set<ReleaseVersion> = []
    let own = try workspace.floor(of: subject, lines)
    if case .none = own.policy, try isCut(subject) {
      let line = try self.place(of: subject)
      for prefix in prefixes {
        for cut in lines.cuts.stable(prefix: prefix)
        where try cut.release != subject.release
          && tagNames(line, cut.release, at: cut.records.map(\.commit))
        {
          found.insert(cut.release)
        }
      }
    }
    later[place] = found
    return found
  }

  /// Whether a lower release, or one of another prefix, was cut when another one stood already, and so had
  /// no say in it: a backport.
  func isLater(_ bar: ReleaseSubject, than release: ReleaseSubject) throws -> Bool {
    guard try isCut(release) else { return false }
    // One that says the same is as good a bar, and its tag is enough of an answer.
    if try bar.release.isBelow(release.release)
      && workspace.hasSameTrust(bar.commit, release.commit)
    {
      return try tagNames(place(of: release), bar.release, at: [bar.commit])
    }
    return try wasCut(bar, after: release)
  }

  private func isCut(_ release: ReleaseSubject) throws -> Bool {
    try !records(of: release.release, at: release.commit).isEmpty
      && workspace.repository.reference(release.release.reference) != nil
  }

  /// The answer where nobody can tell which of two releases was there first, that ask for different things;
  /// `nil` where that can be told, or where the bar asks for nothing.
  func undecided(_ subject: ReleaseSubject?, _ bar: ReleaseSubject) throws -> Workspace.Floor? {
    guard let subject, !bar.policy.environmentsProvenBeforeTag.isEmpty,
      try !workspace.decidesAlike(bar.commit, subject.commit), try isOpen(subject, bar)
    else { return nil }
    return .unknown(
      "the floor: which was there first, \(bar.release) or \(subject.release), cannot be told; where one "
        + "of the two is nobody's: git tag -d of that one, and the same on the remote, and of a branch "
        + "that has nothing else",
      mend: .other(command: "deed verify --all"))
  }

  /// Of two releases that ask for the same, and neither came after the other, one is taken for the first, the
  /// lower or the one whose name sorts first: neither vouches for the other's signers then.
  func isFirst(_ subject: ReleaseSubject, beside bar: ReleaseSubject) throws -> Bool {
    let (own, other) = (subject.release, bar.release)
    let isBefore =
      own.hasPrefix(of: other)
      ? own < other : "\(own)".utf8.lexicographicallyPrecedes("\(other)".utf8)
    return try isBefore && workspace.decidesAlike(bar.commit, subject.commit)
      && isOpen(subject, bar)
  }

  /// Whether nothing tells which of two releases came first.
  private func isOpen(_ subject: ReleaseSubject, _ bar: ReleaseSubject) throws -> Bool {
    try isCut(subject)
      && (bar.commit == subject.commit
        || !workspace.repository.isAncestor(bar.commit, of: subject.commit))
      && !wasCut(subject, after: bar) && !wasCut(bar, after: subject)
  }

  /// Whether a release that those before it did not let in is known from its record alone, of a commit that
  /// came after theirs: whoever was first, it is none.
  func isAlone(_ release: ReleaseSubject, above bar: ReleaseSubject) throws -> Bool {
    try workspace.repository.reference(release.release.reference) == nil
      && (bar.commit == release.commit
        || workspace.repository.isAncestor(bar.commit, of: release.commit))
  }

  /// Whether one release was cut by somebody who had the record of another.
  ///
  /// Its tag says so, which nobody can change, by a state of the ledger that it names; where it does not,
  /// because anybody may name an older one, the ledger's history does.
  func wasCut(_ release: ReleaseSubject, after other: ReleaseSubject) throws -> Bool {
    try wasCut(release.release, at: release.commit, after: other)
  }

  private func wasCut(
    _ release: ReleaseVersion, at commit: ObjectID, after other: ReleaseSubject
  ) throws -> Bool {
    let earlier = try place(of: other)
    return try tagNames(earlier, release, at: [commit])
      || workspace.ledgers.came(place(of: release, at: commit), after: earlier, in: .deployments)
  }

  /// A release of which neither this one's tag nor its own says which of them was there first; `nil` where there
  /// is none.
  ///
  /// Of those that ask for proof, as the new one does: all above it, and of the first with its prefix those of
  /// all others. Later somebody may have to know.
  ///
  /// - Parameter isThere: Whether a release was there before.
  func unknown(
    to release: ReleaseSubject, _ isThere: (ReleaseVersion) throws -> Bool
  ) throws -> ReleaseVersion? {
    guard release.release.number.isStable, !release.policy.environmentsProvenBeforeTag.isEmpty
    else {
      return nil
    }
    let own = try lines.cuts.stable(prefix: release.release.prefix).filter {
      try isThere($0.release)
    }
    let above = own.filter { release.release < $0.release }
    let isFirst = !own.contains { $0.release < release.release }
    let others = isFirst ? prefixes.filter { $0 != release.release.prefix } : []
    for cut in above + others.flatMap({ lines.cuts.stable(prefix: $0) })
    where try isThere(cut.release) {
      if let commit = try workspace.commit(of: cut.release, cut.records),
        try asksForProof(commit) ?? true,
        try !tagNames(place(of: cut.release, at: commit), release.release, at: [release.commit]),
        try !tagNames(place(of: release), cut.release, at: [commit])
      {
        return cut.release
      }
    }
    return nil
  }

  /// Whether all records that there are of a release came when another one had its own.
  func isLater(_ commits: [ObjectID], of doubtful: ReleaseVersion, than release: ReleaseSubject)
    throws -> Bool
  {
    guard try isCut(release) else { return false }
    let earlier = try place(of: release)
    let name = doubtful.description.utf8
    return try commits.allSatisfy { commit in
      let line = LedgerPlace(on: commit) { line in
        switch LedgerLine(parsing: line) {
        case .record(let record): record.kind == .tag && record.release.utf8.elementsEqual(name)
        case .unreadable(let record):
          record.kind == .tag && record.release?.utf8.elementsEqual(name) ?? true
        case .unknownKind, .malformed: false
        }
      }
      return try workspace.ledgers.came(line, after: earlier, in: .deployments)
    }
  }

  /// Whether a line of the ledger of deployments stood in a state of it that a release's tag names.
  private func tagNames(
    _ line: LedgerPlace, _ release: ReleaseVersion, at commits: [ObjectID]
  ) throws -> Bool {
    guard case .annotated(let tag) = try workspace.tagFact(release), let commit = tag.commit,
      commits.contains(commit)
    else { return false }
    let ledgers = workspace.ledgers
    return try TagTrailers(parsing: tag.message).tips(of: .deployments).contains { tip in
      try ledgers.knows(tip, in: .deployments) && ledgers.stands(line, at: tip)
    }
  }

  private func place(of release: ReleaseSubject) throws -> LedgerPlace {
    try place(of: release.release, at: release.commit)
  }

  private func place(of release: ReleaseVersion, at commit: ObjectID) throws -> LedgerPlace {
    LedgerPlace(of: Set(try records(of: release, at: commit).map(\.id)), on: commit)
  }

  /// What says that a release was cut: of the tag that is here all there ever was, whether it stands or not.
  ///
  /// Nobody could write of a tag before it was made; and whoever replaces its record afterwards, or makes it
  /// void, does not change when it came.
  private func records(of release: ReleaseVersion, at commit: ObjectID) throws -> [Record] {
    let name = release.description.utf8
    func isOfRelease(_ record: Record) -> Bool {
      record.commit == commit && record.release.utf8.elementsEqual(name)
    }
    let standing = lines.standingTags.filter(isOfRelease)
    guard !standing.isEmpty, case .annotated(let tag) = try workspace.tagFact(release) else {
      return standing
    }
    let own = lines.tags.filter { isOfRelease($0) && tag.isNamed(by: $0) }
    return own.isEmpty ? standing : own
  }
}

extension LedgerPlace {
  /// Where any of these records stands.
  init(of records: Set<RecordID>, on commit: ObjectID) {
    self.init(on: commit) { line in LedgerLine(parsing: line).id.map(records.contains) ?? false }
  }

  /// Where any of these stands, all of which are on one commit; `nil` where there are none.
  init?(_ records: [Record]) {
    guard let commit = records.first?.commit else { return nil }
    self.init(of: Set(records.map(\.id)), on: commit)
  }
}

extension ReleaseVersion {
  func hasPrefix(of other: ReleaseVersion) -> Bool {
    prefix.utf8.elementsEqual(other.prefix.utf8)
  }

  /// Whether it is a lower version of the same prefix.
  func isBelow(_ other: ReleaseVersion) -> Bool { hasPrefix(of: other) && self < other }
}

extension Workspace {
  /// Whether all that the remotes' branches hold is fetched here, as of the last time.
  fileprivate var hasAllBranches: Bool {
    get throws {
      guard !repository.isShallow else { return false }
      return try repository.configuredRemotes().values.allSatisfy { remote in
        // A bare clone has all, and says nothing of what to fetch.
        repository.isBare && remote.fetchRefspecs.isEmpty
          || remote.fetchRefspecs.contains { refspec in
            let source = refspec.drop { $0 == "+" }.prefix { $0 != ":" }
            return ["refs/heads/*", "refs/*"].contains(source)
          }
      }
    }
  }
}
