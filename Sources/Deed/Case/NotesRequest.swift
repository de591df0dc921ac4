import Git
import Release

/// Which notes are wanted, as a person says it.
enum NotesRequest {
  /// The release at HEAD, or else what is not released yet.
  case current
  /// The release at HEAD, or else the one that its commits ask for.
  case proposed
  /// A release, cut or still a candidate.
  case release(String)
  /// After `from`, without it after the release before; up to `to`, without it up to HEAD.
  case range(from: String?, to: String?)
  /// What HEAD has and no release.
  case unreleased
}

/// Which part of the repository is told about.
struct NotesPart {
  /// One of `[packages]`.
  var package: String?
  /// Patterns of paths, instead of the package's own.
  var paths: [String] = []
  var exclude: [String] = []
}

/// A stretch of history to tell about.
struct NotesRange {
  /// `nil` for what is not released yet.
  let release: ReleaseVersion?
  /// After this commit; `nil` for all of the history.
  let base: ObjectID?
  /// How `base` was named.
  let previous: String?
  let tip: ObjectID
  /// Which files count; `nil` for all.
  var filter: PathFilter?
  /// The patterns that were typed.
  var paths: [String] = []
  /// What the release is of.
  var part: ReleasePart?
  /// Whether the release has no tag yet.
  var isCandidate = false
  /// What came before, as far as somebody may see it otherwise.
  var before = ReleaseBefore()
  /// Whether both ends were named, so that nothing between them is a mistake.
  var isNamed = false

  /// `v1.3.0..v1.4.0`.
  var name: String {
    let end = release.map(\.description) ?? tip.short
    return previous.map { "\($0)..\(end)" } ?? end
  }
}

extension Workspace {
  /// The stretch of history that the request means.
  func range(_ request: NotesRequest, _ part: NotesPart = NotesPart()) throws -> NotesRange {
    switch request {
    case .current: return try current(part)
    case .proposed: return try proposed(part)
    case .release(let name): return try release(name, part)
    case .range(let from, let to):
      let end = try end(to, part, naming: [to, from].compactMap(\.self))
      let release = try to.flatMap { try taggedRelease($0, prefix: end.prefix) }
      guard let from else {
        let prefix = release?.prefix ?? end.prefix
        return try range(of: release, at: end, among: releaseEnds(prefix: prefix))
      }
      let base = try revision(from, prefix: end.prefix)
      return NotesRange(
        release: release, base: base, previous: from, tip: end.tip, filter: end.filter,
        paths: end.paths, part: end.part, isNamed: true)
    case .unreleased:
      let end = try end(nil, part)
      var range = try range(of: nil, at: end, among: releaseEnds(prefix: end.prefix))
      range.isNamed = true
      return range
    }
  }

  /// Every release, the highest first, and before them what is not released yet.
  ///
  /// Candidates that became a release are part of its notes.
  func allRanges(_ part: NotesPart) throws -> [NotesRange] {
    repository.keepLinks()
    let end = try end(nil, part)
    let places = try releasePlaces(prefix: end.prefix)
    let stable = Set(places.lazy.map(\.0.number).filter(\.isStable))
    var ranges: [NotesRange] = []
    let unreleased = try range(of: nil, at: end, among: places)
    if unreleased.base != end.tip { ranges.append(unreleased) }
    for (release, commit) in places.reversed() {
      guard release.number.isStable || !stable.contains(release.number.core) else { continue }
      ranges.append(try range(of: release, at: end.moved(to: commit), among: places))
    }
    return ranges
  }

  /// The commits of a range; refused where a named one has none, with what was probably meant.
  func commits(of range: NotesRange, mappedBy mailmap: Mailmap?) throws -> [CommitReading] {
    let commits = try commits(
      from: range.tip, since: range.base, changing: range.filter, mappedBy: mailmap)
    if repository.isShallow { try checkWhole(commits.map(\.source)) }
    guard commits.isEmpty, range.isNamed, let base = range.base, let previous = range.previous
    else { return commits }
    let end = range.release?.description ?? range.tip.short
    if range.filter != nil, try repository.isAncestor(base, of: range.tip), base != range.tip {
      try checkPaths(of: [range])
      throw Failure(
        .refused, "no commit in \(range.name.safe) changes anything at these paths",
        hint: Self.patternHint)
    }
    guard base != range.tip else {
      throw Failure(.refused, "there are no commits in \(range.name.safe): both are one commit")
    }
    throw Failure(
      .refused, "there are no commits in \(range.name.safe): \(end) comes before \(previous.safe)",
      hint: "deed notes \(GitError.quoted("\(end)..\(previous)").safe)")
  }

  /// Refuses paths at which there is nothing, at either end of any of the ranges: those that were typed,
  /// or else a package's.
  func checkPaths(of ranges: [NotesRange]) throws {
    guard let last = ranges.first else { return }
    for range in ranges {
      guard let filter = range.filter else { return }
      for end in [range.tip] + (range.base.map { [$0] } ?? [])
      where try repository.has(filter, in: end) { return }
    }
    guard last.paths.isEmpty, let part = last.part else {
      throw Failure(
        .refused, "there is nothing at \(last.paths.map(\.safe).joined(separator: ", "))",
        hint: Self.patternHint)
    }
    try checkFiles(of: part, in: last.tip)
  }

  /// Refuses a package of which a commit has no file: most likely its paths are mistyped.
  func checkFiles(of part: ReleasePart, in commit: ObjectID) throws {
    guard let filter = part.filter, let package = part.package,
      try !repository.has(filter, in: commit)
    else { return }
    throw Failure(
      .refused,
      "there is nothing of the package \(package.safe) in \(commit.short), at "
        + (part.patterns ?? "").safe,
      hint:
        "mend [packages.\(package.safe)] in \(Policy.fileName), and commit it: patterns are whole "
        + "paths from the root")
  }

  private static let patternHint =
    "patterns are whole paths from the root; ** stands for any number of directories, and [ for itself"

  /// Where a range ends, what releases' names begin with there, and which files count.
  private struct End {
    var tip: ObjectID
    let prefix: String
    let filter: PathFilter?
    /// The patterns that were typed.
    let paths: [String]
    /// What is released, whatever is asked for.
    let part: ReleasePart
    /// The rules there.
    let policy: Policy

    init(tip: ObjectID, _ policy: Policy, _ part: ReleasePart, _ wanted: NotesPart) {
      self.tip = tip
      self.policy = policy
      prefix = part.prefix
      self.part = part
      paths = wanted.paths
      if wanted.paths.isEmpty, wanted.exclude.isEmpty {
        filter = part.filter
      } else {
        let rules = part.package.flatMap { policy.packages[$0] }
        filter = PathFilter(
          including: wanted.paths.isEmpty ? rules?.paths ?? [] : wanted.paths,
          // Whoever names paths of their own means all that is there.
          excluding: (wanted.paths.isEmpty ? rules?.exclude ?? [] : []) + wanted.exclude)
      }
    }

    /// The same part of the repository, elsewhere in the history.
    func moved(to tip: ObjectID) -> End {
      var end = self
      end.tip = tip
      return end
    }
  }

  private func end(
    _ name: String?, _ part: NotesPart, naming names: [String] = []
  ) throws -> End {
    let tip =
      try name.map { try revision($0, prefix: policyOrDefaults().tags.prefix) } ?? head()
    return try end(at: tip, part, naming: names)
  }

  /// - Parameter names: What was typed; a package's version among it means the package.
  private func end(
    at tip: ObjectID, _ part: NotesPart, naming names: [String] = []
  ) throws -> End {
    var policy = try notesPolicy(at: tip)
    if let name = part.package {
      // What was no package yet when it was released is told by today's rules.
      if !policy.packages.keys.contains(name) { policy.packages = try today().packages }
      return End(tip: tip, policy, try policy.part(named: name), part)
    }
    let versions = names.filter { ReleaseVersion(recorded: $0) != nil }
    if !versions.isEmpty, versions.allSatisfy({ policy.release(named: $0) == nil }) {
      policy.packages = try policyOrDefaults().packages
    }
    let release = names.lazy.compactMap { policy.release(named: $0) }.first
    return End(tip: tip, policy, try release.map(policy.part(of:)) ?? policy.part(named: nil), part)
  }

  /// The release that an end of a range is; one from before its prefix was written down by today's.
  private func taggedRelease(_ name: String, prefix: String) throws -> ReleaseVersion? {
    if let release = ReleaseVersion(tag: name, prefix: prefix) { return release }
    guard try repository.reference("refs/tags/\(name)") != nil else { return nil }
    return ReleaseVersion(tag: name, prefix: try policyOrDefaults().tags.prefix)
  }

  private func today() throws -> Policy { try notesPolicy(at: head()) }

  /// The release at HEAD, or what is not released yet: of the whole repository, unless a package's
  /// release is all that is there.
  private func current(_ part: NotesPart) throws -> NotesRange {
    let end = try end(nil, part)
    let places = try releaseEnds(prefix: end.prefix)
    let here = places.filter { $0.1 == end.tip }.map(\.0).max()
    if here == nil, part.package == nil, !end.policy.packages.isEmpty {
      let tags = try releaseTags(prefixes: end.policy.prefixes).filter { $0.commit == end.tip }
      if let last = tags.last, Set(tags.map(\.version.prefix)).count == 1 {
        return try release(last.version.description, part)
      }
    }
    return try range(of: here, at: end, among: places)
  }

  /// A release, or what is not released yet, since the release before.
  private func range(
    of release: ReleaseVersion?, at end: End, among places: [(ReleaseVersion, ObjectID)]
  ) throws -> NotesRange {
    let before = try before(release, at: end.tip, among: places, changing: end.part.filter)
    let previous = before.previous
    try mentionPassedOver(
      release, after: previous?.0, among: places, end.prefix, end.policy, isFirst: places.isEmpty)
    return NotesRange(
      release: release, base: previous?.1, previous: previous?.0.description, tip: end.tip,
      filter: end.filter, paths: end.paths, part: end.part, before: before)
  }

  private func proposed(_ part: NotesPart) throws -> NotesRange {
    if part.package == nil {
      let release = try subject(ReleaseArguments(version: nil), suggesting: true).release
      let end = try end(nil, part, naming: [release.description])
      return try range(of: release, at: end, among: releasePlaces(prefix: end.prefix))
    }
    let end = try end(nil, part)
    let places = try releasePlaces(prefix: end.prefix)
    let release =
      try places.last { $0.1 == end.tip }?.0
      ?? suggestion(
        for: end.tip, end.policy, end.policy.part(named: part.package), prerelease: nil
      ).version
    return try range(of: release, at: end, among: places)
  }

  /// The range of a release, cut or still a candidate at HEAD; of a package also without its prefix.
  private func release(_ name: String, _ part: NotesPart) throws -> NotesRange {
    let begun = try part.package.map { try today().package(named: $0).prefix } ?? ""
    for name in [name, begun + name] {
      guard let target = try repository.reference("refs/tags/\(name)") else { continue }
      guard let tip = try repository.peeledToCommit(target) else { throw withoutCommit(name) }
      let end = try end(at: tip, part, naming: [name])
      if let release = try taggedRelease(name, prefix: end.prefix) {
        return try range(of: release, at: end, among: releaseEnds(prefix: release.prefix))
      }
      try mentionOtherPrefix(than: end.prefix, end.policy)
    }
    let end = try end(at: self.head(), part, naming: [name])
    let release = try version(name, part, end)
    let places = try releaseEnds(prefix: end.prefix)
    if !places.contains(where: { $0.0 == release }) { try checkCandidate(release, end, places) }
    var range = try range(of: release, at: end, among: places)
    range.isCandidate = true
    return range
  }

  /// The version that was typed; where it is none, the tag that was probably meant is named.
  private func version(_ name: String, _ part: NotesPart, _ end: End) throws -> ReleaseVersion {
    do {
      return try end.policy.version(name, package: part.package)
    } catch let failure as Failure {
      if try repository.reference("refs/tags/\(name)") != nil {
        throw Failure(
          failure.kind, failure.message,
          hint: "deed notes ..\(GitError.quoted(name).safe)   "
            + "# for what came up to that tag all the same")
      }
      if let commit = try repository.commit(named: name) {
        let tag = name.hasPrefix("refs/tags/") ? String(name.dropFirst("refs/tags/".count)) : ""
        let isRelease = end.policy.release(named: tag) != nil
        throw Failure(
          failure.kind, failure.message,
          hint: isRelease
            ? "deed notes \(GitError.quoted(tag).safe)"
            : "deed notes --to \(GitError.quoted(name))   # for what came up to \(commit.short)")
      }
      if let package = part.package,
        let typed = ReleaseVersion(tag: name, prefix: end.policy.tags.prefix)
      {
        let meant = try end.policy.package(named: package).prefix + "\(typed.number)"
        throw Failure(failure.kind, failure.message, hint: NearestName.question(meant.safe))
      }
      guard let nearest = try nearestTags(to: name, prefix: end.prefix) else { throw failure }
      throw Failure(failure.kind, failure.message, hint: nearest)
    }
  }

  /// A version without a tag is a candidate here; but not where a later one has been released.
  private func checkCandidate(
    _ release: ReleaseVersion, _ end: End, _ places: [(ReleaseVersion, ObjectID)]
  ) throws {
    let releases = ReleaseHistory.candidates(before: nil, among: places)
    let nearest = Set(try nearest(of: releases.map(\.1), from: end.tip))
    if let latest = releases.filter({ nearest.contains($0.1) }).map(\.0).max(), latest > release {
      throw Failure(
        .usage, "there is no tag \(release) here, and it cannot be the next: \(latest) is out",
        hint: try nearestTags(to: "\(release)", prefix: end.prefix) ?? "git fetch --tags")
    }
  }

  /// Refuses a candidate that is no step from what came before: it is a tag that is not here, or another
  /// one mistyped.
  ///
  /// Where releases skip numbers, as those named after dates do, it may be the next.
  ///
  /// - Parameter command: What tells of that next one; without it, the notes of what has no number.
  func checkIsNext(_ range: NotesRange, instead command: String? = nil) throws {
    guard range.isCandidate, let release = range.release, let previous = range.before.previous
    else { return }
    let places = try releaseEnds(prefix: release.prefix).sorted { $0.0 < $1.0 }
    guard !release.number.mayFollow(previous.0.number),
      !places.contains(where: { $0.0 != release && $0.0.number.core == release.number.core }),
      zip(places, places.dropFirst()).allSatisfy({ $1.0.number.mayFollow($0.0.number) })
    else { return }
    let nearest = try nearestTags(to: "\(release)", prefix: release.prefix)
    throw Failure(
      .usage,
      "there is no tag \(release) here, and the next after \(previous.0) cannot be it",
      hint: (command ?? "deed notes \(previous.0)..HEAD") + (nearest.map { "   # \($0)" } ?? ""))
  }

  /// In a shallow clone, a commit whose parent is missing means that the range may be cut short.
  private func checkWhole(_ range: [HistoryCommit]) throws {
    for commit in range {
      for parent in commit.parents where try repository.header(of: parent) == nil {
        throw Failure(
          .repository,
          "this is a shallow clone, and the range reaches beyond it (\(parent.short) is missing)",
          hint: "git fetch --unshallow --tags   # in CI: fetch-depth: 0")
      }
    }
  }
}
