import Git
import Ledger
import Release

// The bar below which a release may not go.
extension Workspace {
  struct Floor {
    let policy: PolicyFloor
    let commit: ObjectID?
    /// The nearest release in the history, since which a hand in this one counts, whichever sets the bar.
    var previous: ObjectID?
    /// The release that would set it and has no tag here, and the commits of its records.
    var untagged: (release: ReleaseVersion, commits: [ObjectID])?
    /// A release whose tag is here, and of which records say what makes it none, or what nobody can read.
    var disputed: (release: ReleaseVersion, commits: [ObjectID])?
    /// Releases that would have set it, and that those before them did not let in.
    var passedOver: [PassedOver] = []

    init(
      policy: PolicyFloor, commit: ObjectID?,
      untagged: (release: ReleaseVersion, commits: [ObjectID])? = nil
    ) {
      self.policy = policy
      self.commit = commit
      previous = commit
      self.untagged = untagged
    }

    static func unknown(_ why: String, mend: Mend) -> Floor {
      Floor(policy: .unknown(why, mend: mend), commit: nil)
    }
  }

  /// What would set the bar for a release if all that were cut had been let in.
  ///
  /// - Parameter passing: Releases that are taken for none.
  func floor(
    of subject: ReleaseSubject, _ deployments: DeploymentLines,
    passing: Set<ReleaseVersion> = [], baseline: Floor? = nil
  ) throws -> Floor {
    let floor = try floor(
      below: subject.release, before: subject.commit, deployments, passing: passing)
    guard case .none = floor.policy else { return floor }
    return try baseline ?? self.floor(before: subject, deployments, passing: passing)
  }

  /// The policy of the highest lower stable version that deed cut, by the `tag` records.
  ///
  /// A record alone is no release: anybody may write one, and a cut may never have been pushed. Without
  /// its tag here it leaves open what the bar is, and that only where it speaks of a commit that came
  /// before.
  ///
  /// - Parameters:
  ///   - commit: What is released; `nil` where the bar is asked for whatever comes next.
  ///   - isPast: Whether the records are those of an earlier time, which tags since then say nothing
  ///     about.
  ///   - passing: Releases that are taken for none.
  func floor(
    below release: ReleaseVersion, before commit: ObjectID?, _ deployments: DeploymentLines,
    isPast: Bool = false, passing: Set<ReleaseVersion> = []
  ) throws -> Floor {
    func unknown(_ why: String, mend: Mend = .sync) -> Floor { .unknown(why, mend: mend) }
    func lower(_ name: String) -> ReleaseVersion? {
      guard let version = ReleaseVersion(tag: name, prefix: release.prefix),
        version.number.isStable, version < release, !passing.contains(version)
      else { return nil }
      return version
    }
    let highest = try highestCut(deployments, prefix: release.prefix) { cut in
      guard cut.release < release, !passing.contains(cut.release) else { return [] }
      // On a server, what a record speaks of is a release once its tag was let in.
      if try repository.reference(cut.release.reference) != nil { return cut.records }
      if isServer { return [] }
      guard let commit, !repository.isShallow else { return cut.records }
      return try cut.records.filter { try isBefore($0.commit, commit) }
    }
    if let hidden = try hidden(in: deployments, above: highest, before: commit, lower) {
      return hidden
    }
    if !isPast,
      let orphan = try unrecorded(
        above: highest?.release, below: release, passing: passing,
        among: deployments.cuts.tags(of: self, prefix: release.prefix))
    {
      return unknown(
        "the floor: \(orphan) was cut by deed, and its record is not here: deed sync"
          + takingAway(orphan))
    }
    guard let (highest, records) = highest else { return Floor(policy: .none, commit: nil) }
    if let missing = try missingTag(of: highest, records, deployments) { return missing }
    guard let commit = try self.commit(of: highest, records) else {
      let command =
        try isServer
        ? "deed verify \(GitError.quoted("\(highest)"))"
        : fetchingBack(highest, from: policyOrDefaults().remote)
      var floor = unknown(
        "the floor: the tag \(highest) is not the one that was cut",
        mend: .other(command: command))
      floor.disputed = (highest, records.map(\.commit))
      return floor
    }
    guard try repository.header(of: commit) != nil else {
      return unknown(
        "the floor: \(highest) was cut before, and is not here",
        mend: .other(command: "git fetch --tags"))
    }
    do {
      return Floor(policy: .release(highest, try policy(at: commit)), commit: commit)
    } catch let error as GitError where error.kind == .missingObject && repository.isPartial {
      return unknown("the floor: of \(highest), \(error.message)", mend: .wholeClone)
    } catch {
      return unknown("the floor: of \(highest), \(Failure(error).message)\(takingAway(highest))")
    }
  }

  /// What takes away a release that nobody made.
  func takingAway(_ release: ReleaseVersion) -> String {
    "; where \(release) is nobody's: git tag -d \(GitError.quoted("\(release)")), and the same on the "
      + "remote"
  }

  /// The highest stable release with a prefix that its own policy calls one.
  ///
  /// - Parameter counting: Those of a release's records that count; none: it is passed over.
  private func highestCut(
    _ deployments: DeploymentLines, prefix: String,
    counting: ((release: ReleaseVersion, records: [Record])) throws -> [Record]
  ) throws -> (release: ReleaseVersion, records: [Record])? {
    for cut in deployments.cuts.stable(prefix: prefix) {
      let records = try counting(cut)
      guard !records.isEmpty,
        try commit(of: cut.release, records).map({ try isNamed(cut.release, at: $0) }) ?? true
      else { continue }
      return (cut.release, records)
    }
    return nil
  }

  /// The answer where a `tag` record that cannot be judged may be of a release above the highest one that is
  /// known; `nil` where there is no such record.
  ///
  /// - Parameter lower: The version of this name, where it is one that may set the floor.
  private func hidden(
    in deployments: DeploymentLines,
    above cut: (release: ReleaseVersion, records: [Record])?, before commit: ObjectID?,
    _ lower: (String) -> ReleaseVersion?
  ) throws -> Floor? {
    let highest = cut?.release
    for record in deployments.unreadableTags {
      guard let name = record.release else {
        // It speaks of a tag that is here and at its commit, if of any, and all others are known.
        let other = try release(at: record.commit) { name in
          lower(name).flatMap { other in highest.map { $0 < other } ?? true ? other : nil }
        }
        if let other { return try unreadable(record, of: other) }
        continue
      }
      guard let other = lower(name), try isNamed(other, at: record.commit) else { continue }
      let isHere = try repository.reference(other.reference) != nil
      // Another record says which tag that is; on a server, the tag itself at which commit.
      if let cut, other == cut.release, isHere,
        try isServer || self.commit(of: cut.release, cut.records) != nil
      {
        continue
      }
      if isServer {
        guard isHere else { continue }
      } else if !isHere {
        if let commit, !repository.isShallow, try !isBefore(record.commit, commit) { continue }
        // One that would ask for what is asked for anyway need not be waited for.
        if let cut, let commit = try self.commit(of: cut.release, cut.records),
          try hasSameTrust(record.commit, commit)
        {
          continue
        }
      }
      if highest.map({ $0 <= other }) ?? true { return try unreadable(record, of: other) }
    }
    return nil
  }

  /// The answer where a record cannot be read; of a release of which nothing else is here, that is told.
  private func unreadable(
    _ record: UnreadableRecord, of release: ReleaseVersion
  ) throws -> Floor {
    let isHere = try repository.reference(release.reference) != nil
    let way = isHere && record.release != nil ? takingAway(release) : ""
    var floor = Floor.unknown(
      "the floor: a tag record\(record.release.map { " of \($0.safe)" } ?? "") says what this version "
        + "of deed does not know\(way)", mend: .other(command: "install a newer deed"))
    if isHere {
      floor.disputed = (release, [record.commit])
    } else {
      floor.untagged = (release, [record.commit])
    }
    return floor
  }

  /// Whether the policy at a release's own commit calls it one, or cannot be read.
  ///
  /// A tag that none calls so was let in unread, whatever its record says, and sets no bar.
  func isNamed(_ release: ReleaseVersion, at commit: ObjectID) throws -> Bool {
    guard try repository.header(of: commit)?.kind == .commit else { return true }
    do {
      return try policy(at: commit).names(release)
    } catch {
      return true
    }
  }

  /// The policy of the nearest release in the history, of whatever prefix, for one whose
  /// own prefix has no lower one: a new prefix does not lower the bar, and neither does a lower number.
  ///
  /// Of each prefix the highest stable one counts; of several that are as near, the highest.
  func floor(
    before subject: ReleaseSubject, _ deployments: DeploymentLines,
    passing: Set<ReleaseVersion> = []
  ) throws -> Floor {
    func unknown(_ why: String, mend: Mend = .sync) -> Floor {
      .unknown("the floor: \(why)", mend: mend)
    }
    func mayCount(_ release: ReleaseVersion) throws -> Bool {
      guard release.number.isStable, release != subject.release, !passing.contains(release) else {
        return false
      }
      return try !isServer || repository.reference(release.reference) != nil
    }
    let others = Dictionary(
      grouping: try deployments.standingTags.compactMap { record in
        ReleaseVersion(recorded: record.release).map { ($0, record) }
      }.filter { release, record in
        try mayCount(release)
          && (isServer || !release.hasPrefix(of: subject.release)
            || isBefore(record.commit, subject.commit))
      }, by: { Array($0.0.prefix.utf8) })
    let unreadable = try deployments.unreadableTags.compactMap {
      record -> (record: UnreadableRecord, release: ReleaseVersion)? in
      guard let name = record.release else {
        return try stableRelease(at: record.commit, passing).map { (record, $0) }
      }
      guard let release = ReleaseVersion(recorded: name), try mayCount(release) else {
        return nil
      }
      // The tag itself says where it is.
      if isServer, let tag = try repository.reference(release.reference),
        try repository.peeledToCommit(tag) != record.commit
      {
        return nil
      }
      return try isNamed(release, at: record.commit) ? (record, release) : nil
    }
    guard !others.isEmpty || !unreadable.isEmpty else { return Floor(policy: .none, commit: nil) }
    guard !repository.isShallow else {
      return unknown(
        "which releases came before cannot be told from a shallow clone",
        mend: .other(command: "git fetch --unshallow --tags"))
    }
    let last = try nearest(to: subject, among: others.values)
    for (record, release) in unreadable where try isBefore(record.commit, subject.commit) {
      if let last, try record.commit == last.commit || isBefore(record.commit, last.commit) {
        continue
      }
      return try self.unreadable(record, of: release)
    }
    guard let last else { return Floor(policy: .none, commit: nil) }
    let cuts = others.values.joined().filter { $0.0 == last.release }.map(\.1)
    if let missing = try missingTag(of: last.release, cuts, deployments) { return missing }
    do {
      return Floor(
        policy: .release(last.release, try policy(at: last.commit)), commit: last.commit)
    } catch {
      return unknown(Failure(error).message)
    }
  }

  /// The answer where a release that would set the bar has no tag here.
  ///
  /// A record without its tag counts for nothing, and nobody can tell from here whether the tag was never
  /// pushed: so both ways out are named, and who can go the first.
  private func missingTag(
    of release: ReleaseVersion, _ records: [Record], _ deployments: DeploymentLines
  ) throws -> Floor? {
    guard try repository.reference(release.reference) == nil else { return nil }
    let remote = try policyOrDefaults().remote
    let fetch = try fetching(
      release, from: remote, withOthers: lacksTags(of: deployments))
    guard !repository.isShallow else {
      return Floor(
        policy: .unknown(
          "the floor: the tag \(release) is not here, and this is a shallow clone",
          mend: .other(command: fetch)), commit: nil)
    }
    let cuts = records.sorted { ($0.at, $0.id) < ($1.at, $1.id) }.map { record in
      "\(record.by.name), \(record.at.minute) UTC"
    }.joined(separator: ", and ")
    return Floor(
      policy: .unknown(
        "the floor: \(release) was cut before (by \(cuts)), and its tag is not here; where \(fetch) "
          + "does not bring it, it was never pushed: "
          + unpushedWays(release.description, on: remote),
        mend: .other(command: fetch)), commit: nil, untagged: (release, records.map(\.commit)))
  }

  /// The nearest release in a history, of those of each prefix.
  private func nearest(
    to subject: ReleaseSubject, among others: some Sequence<[(ReleaseVersion, Record)]>
  ) throws -> (release: ReleaseVersion, commit: ObjectID)? {
    var nearest: [(release: ReleaseVersion, commit: ObjectID)] = []
    for records in others {
      let byRelease = Dictionary(grouping: records, by: \.0)
      for release in byRelease.keys.sorted(by: >) {
        guard let commit = try commit(of: release, byRelease[release, default: []].map(\.1)),
          try isBefore(commit, subject.commit), try isNamed(release, at: commit)
        else { continue }
        nearest.append((release, commit))
        break
      }
    }
    return try nearest.filter { one in
      try !nearest.contains { try isBefore(one.commit, $0.commit) }
    }.max { $0.release < $1.release }
  }

  /// Whether a commit is here, and came before another.
  private func isBefore(_ commit: ObjectID, _ other: ObjectID) throws -> Bool {
    guard commit != other, try repository.header(of: commit) != nil else { return false }
    return try repository.isAncestor(commit, of: other)
  }

  /// What a tag that is there calls a commit, if that is a stable release.
  private func stableRelease(
    at commit: ObjectID, _ passing: Set<ReleaseVersion>
  ) throws -> ReleaseVersion? {
    try release(at: commit) { name in
      guard let release = ReleaseVersion(recorded: name), release.number.isStable,
        !passing.contains(release)
      else { return nil }
      return release
    }
  }

  /// The first tag at a commit that is a release by its name.
  private func release(
    at commit: ObjectID, named: (String) -> ReleaseVersion?
  ) throws -> ReleaseVersion? {
    for tag in try repository.references(under: "refs/tags/") {
      if let release = named(String(tag.name.dropFirst("refs/tags/".count))),
        try repository.commit(of: tag) == commit
      {
        return release
      }
    }
    return nil
  }

  /// The commit at which a release was cut; `nil` where its records and its tag contradict.
  ///
  /// It is that of the record which agrees with the tag; where there is no tag, of the only record.
  func commit(of release: ReleaseVersion, _ records: [Record]) throws -> ObjectID? {
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
    above floor: ReleaseVersion?, below release: ReleaseVersion,
    passing: Set<ReleaseVersion> = [], among tags: [ReleaseTag]? = nil
  ) throws -> ReleaseVersion? {
    for tag in try (tags ?? releaseTags(prefix: release.prefix, lacking: true)).reversed()
    where tag.version.number.isStable && tag.version < release
      && floor.map({ $0 < tag.version }) ?? true && !passing.contains(tag.version)
    {
      let isRelease = try tag.commit.map { try isNamed(tag.version, at: $0) } ?? true
      if try isRelease && hasTrailers(tag.version) { return tag.version }
    }
    return nil
  }
}

extension Policy {
  /// Whether it calls a tag of this name a release.
  func names(_ release: ReleaseVersion) -> Bool {
    let name = release.description
    return prefixes.contains { ReleaseVersion(tag: name, prefix: $0) != nil }
  }
}

extension Mend {
  /// What was left out of a partial clone is wanted.
  static let wholeClone = Mend.other(command: "git fetch --refetch --no-filter")
}
