import Git
import Ledger
import Release

extension Workspace {
  /// The version that the commits since the last release ask for.
  ///
  /// - Parameter tellsBeside: Whether it is said where a higher release is on another branch.
  func suggestion(
    for commit: ObjectID, _ policy: Policy, _ part: ReleasePart, prerelease: String?,
    tellsBeside: Bool = false
  ) throws -> NextVersion.Suggestion {
    let prefix = part.prefix
    let places = try releasePlaces(prefix: prefix)
    if places.isEmpty { try checkPrefix(of: part, policy) }
    try checkFiles(of: part, in: commit)
    let history = try history(of: commit, among: places)
    let reachable = Set(history.reachable)
    if !history.here.contains(where: { $0.number.isStable || prerelease != nil }),
      let later = try firstRelease(
        after: commit, among: places.filter { !reachable.contains($0.0) },
        orCandidate: prerelease != nil),
      try isTrunk(commit, of: later)
    {
      throw Failure(
        .refused, "nothing to release: \(commit.short) is part of \(later) already",
        hint: "deed cut VERSION   # if there is to be a release all the same")
    }
    let before = try before(nil, at: commit, among: places, changing: part.filter)
    if tellsBeside { try mentionBeside(before, at: commit) }
    let previous = before.previous
    let mailmap = try mailmap(at: commit)
    let range = try commits(
      from: commit, since: previous?.1, changing: part.filter, mappedBy: mailmap)
    let copies = try copies(
      at: previous?.1, besides: range, upTo: commit, changing: part.filter)
    let returning = try returning(
      to: commit, with: range, before: copies, changing: part.filter, mappedBy: mailmap)
    try mentionPassedOver(
      nil, after: previous?.0, among: places, prefix, policy, isFirst: history.reachable.isEmpty)
    let merges = MergedReverts(self)
    let next: NextVersion.Suggestion
    do throws(NextVersion.Refusal) {
      next = try NextVersion.next(
        after: previous?.0, commits: returning.isEmpty ? range : range + returning, before: copies,
        prefix: prefix,
        rules: policy.notes, prerelease: prerelease, existing: places.map(\.0),
        reachable: history.reachable,
        here: history.here, keeps: merges.keeps)
    } catch {
      try merges.check()
      switch error {
      case .identifier: throw Failure(.usage, error.description.safe, hint: "such as --pre rc")
      case .exists, .behind, .outOfNumbers:
        throw Failure(
          .refused, error.description.safe, hint: "deed cut VERSION   # as you choose it")
      case .noCommits, .onlyHousekeeping:
        throw try nothing(error)
      }
    }
    try merges.check()
    let candidate = history.reachable.max().flatMap { last in places.first { $0.0 == last } }
    if prerelease != nil, let candidate, candidate.0.isFollowed(by: next.version) {
      try checkNews(since: candidate, at: commit, changing: part.filter, policy)
    }
    return next
  }

  /// Refuses a further candidate where nothing has come since the last that anybody reads of.
  private func checkNews(
    since candidate: (ReleaseVersion, ObjectID), at commit: ObjectID,
    changing filter: PathFilter?, _ policy: Policy
  ) throws {
    let commits = try commits(from: commit, since: candidate.1, changing: filter)
    do throws(NextVersion.Refusal) {
      _ = try NextVersion.next(
        after: candidate.0, commits: commits, prefix: candidate.0.prefix, rules: policy.notes,
        prerelease: candidate.0.number.prerelease[0])
    } catch {
      if case .onlyHousekeeping = error { throw try nothing(error) }
    }
  }

  private func nothing(_ refusal: NextVersion.Refusal) throws -> Failure {
    var last: ReleaseVersion?
    switch refusal {
    case .onlyHousekeeping(_, let release): last = release
    case .noCommits(let release): last = release
    case .exists, .behind, .identifier, .outOfNumbers: break
    }
    // Its record alone says that it was cut.
    let hint =
      if let last, try repository.reference(last.reference) == nil {
        "deed status \(GitError.quoted("\(last)"))   # it is recorded as cut, and its tag is not here"
      } else {
        "deed cut VERSION   # if there is to be a release all the same"
      }
    return Failure(.refused, refusal.description.safe, hint: hint, last: last)
  }

  /// Says so where nothing is released here, and a remote may have tags that were not fetched.
  func mentionNoReleases(prefix: String, _ policy: Policy) async throws {
    guard try releasePlaces(prefix: prefix).isEmpty, let remote = try await remote(policy) else {
      return
    }
    context.error.print(
      "note: no release tags are here; git fetch --tags, if \(remote.safe) has some")
  }

  /// Says so where a higher release than the one before is on a branch with changes of its own.
  func mentionBeside(_ before: ReleaseBefore, at tip: ObjectID) throws {
    guard let beside = before.beside, let previous = before.previous else { return }
    if let later = try firstRelease(after: tip, among: releasePlaces(prefix: beside.prefix)) {
      context.error.print(
        "note: \(tip.short) is part of \(later) already; deed notes \(later) tells all of it")
      return
    }
    context.error.print(
      "note: \(beside) is on a branch with changes that are not here, so \(previous.0) is what came "
        + "before; deed notes \(beside)..HEAD, if it is \(beside) all the same")
  }

  /// Says so where tags look like versions between a release and the one before, and are none here.
  ///
  /// Asked once a command, and by their names alone: whether they are on this branch has not been looked at.
  ///
  /// - Parameter isFirst: Whether no release is here, so that another prefix may be meant for all.
  func mentionPassedOver(
    _ release: ReleaseVersion?, after previous: ReleaseVersion?,
    among places: [(ReleaseVersion, ObjectID)], _ prefix: String, _ policy: Policy, isFirst: Bool
  ) throws {
    if isFirst, try mentionOtherPrefix(than: prefix, policy) { return }
    guard !memory.isLookedThrough else { return }
    memory.isLookedThrough = true
    let wantsStable = release?.number.isStable ?? true
    let ends = Set(places.map(\.1))
    var found: [(version: ReleaseVersion, name: String)] = []
    func look(at name: Swift.Span<UInt8>, _ end: ObjectID) {
      guard ReleaseVersion(tag: name, prefix: prefix) == nil,
        let version = ReleaseVersion(seenIn: name, prefix: prefix),
        version.number.isStable || !wantsStable, !ends.contains(end),
        previous.map({ $0 < version }) ?? true, release.map({ version <= $0 }) ?? true
      else { return }
      let name = name.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
      if policy.release(named: name) == nil { found.append((version, name)) }
    }
    if try !repository.forEachTagEnd(look) {
      found = []
      for reference in try repository.references(under: "refs/tags/") {
        look(
          at: Array(reference.name.utf8.dropFirst("refs/tags/".utf8.count)).span, reference.target)
      }
    }
    guard let highest = found.max(by: { ($0.version, $0.name) < ($1.version, $1.name) }) else {
      return
    }
    let above = previous.map { " above \($0)" } ?? ""
    let why = Self.whyNoRelease(highest.name, prefix: prefix)
    context.error.print(
      found.count == 1
        ? "note: the tag \(highest.name.safe) looks like a version\(above), and is none here: \(why)"
        : "note: \(found.count) tags look like versions\(above), and are none here, such as "
          + "\(highest.name.safe): \(why)")
  }

  private static func whyNoRelease(_ name: String, prefix: String) -> String {
    do throws(SemanticVersion.ParseError) {
      return "\(try ReleaseVersion(parsing: name, prefix: prefix)) is one"
    } catch {
      return error.description.safe
    }
  }

  /// Whether the line of first parents leads from a release to a commit: else it is a branch of its own that
  /// was merged there, and may go on.
  private func isTrunk(_ commit: ObjectID, of release: ReleaseVersion) throws -> Bool {
    var place = try repository.commit(named: release.reference)
    while let id = place, id != commit { place = try repository.commit(id)?.parents.first }
    return place == commit
  }

  /// The lowest release that comes after a commit and has it in it; `nil` where there is none.
  ///
  /// - Parameter orCandidate: Whether a candidate counts, too.
  private func firstRelease(
    after commit: ObjectID, among places: [(ReleaseVersion, ObjectID)], orCandidate: Bool = false
  ) throws -> ReleaseVersion? {
    // A record may be of a commit that was never fetched.
    let releases = try places.filter {
      try ($0.0.number.isStable || orCandidate) && $0.1 != commit
        && repository.header(of: $0.1)?.kind == .commit
    }
    var after: Set<ObjectID> = [commit]
    for node in try repository.topology(from: releases.map(\.1), excluding: [commit]).reversed()
    where node.parents.contains(where: after.contains) { after.insert(node.id) }
    return releases.filter { after.contains($0.1) }.map(\.0).min()
  }

  /// The commits of a range, children before parents, authors as the mailmap of `commit` has them.
  func commits(
    from commit: ObjectID, since base: ObjectID?, changing filter: PathFilter? = nil
  ) throws -> [CommitReading] {
    try commits(from: commit, since: base, changing: filter, mappedBy: mailmap(at: commit))
  }

  /// - Parameter filter: Which files must have changed; `nil` for any or none.
  func commits(
    from commit: ObjectID, since base: ObjectID?, changing filter: PathFilter?,
    mappedBy mailmap: Mailmap?
  ) throws -> [CommitReading] {
    guard let filter else {
      return try repository.readings(from: commit, excluding: base, mappedBy: mailmap)
    }
    let nodes = try repository.topology(from: commit, excluding: base, changing: filter)
    return try repository.readings(of: nodes.map(\.id), mappedBy: mailmap)
  }
}

extension ReleaseVersion {
  /// Whether another is a later candidate of the same release and kind: `rc.2` after `rc.1`.
  fileprivate func isFollowed(by next: ReleaseVersion) -> Bool {
    !number.isStable && number.core == next.number.core
      && number.prerelease.first == next.number.prerelease.first
  }
}

// What was said of a version elsewhere, or of another one.
extension Workspace {
  /// A go for the environment that stands for the release's version at another commit; the last of several.
  func goElsewhere(for subject: ReleaseCase, in environment: String) throws -> Record? {
    let release = subject.release.description
    var records: [Record] = []
    for (commit, lines) in try ledgers.lines(of: .signoffs) where commit != subject.commit {
      for case .record(let record) in lines.map({ LedgerLine(parsing: $0) })
      where record.kind == .decision && record.commit == commit
        && record.release.utf8.elementsEqual(release.utf8)
        && record.environment?.utf8.elementsEqual(environment.utf8) == true
      {
        records.append(record)
      }
    }
    return Standing(of: records).records.filter { record in
      if case .decision(let decision) = record.body { decision.choice == .go } else { false }
    }.max { ($0.at, $0.id) < ($1.at, $1.id) }
  }

  /// Says what the commits ask for where somebody names a higher version that nobody knows: it may be
  /// mistyped, and no record goes away again.
  func noteUnknownVersion(_ subject: ReleaseCase, _ common: CommonOptions) throws {
    let release = subject.release
    guard !common.quiet, case .absent = subject.tag, !subject.isKnown,
      try !releasePlaces(prefix: release.prefix).isEmpty
    else { return }
    let next: ReleaseVersion
    do {
      let part = subject.policy.part(of: release)
      next = try suggestion(for: subject.commit, subject.policy, part, prerelease: nil).version
    } catch {
      // The commits may ask for none: then nobody knows better than whoever typed it.
      return
    }
    guard release.number > next.number else { return }
    context.error.print(
      "note: nothing is known of \(release) yet, and the commits ask for \(next)")
  }
}
