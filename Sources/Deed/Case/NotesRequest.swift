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
  /// Whether the release has no tag yet.
  var isCandidate = false
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
    case .current:
      let end = try end(nil, part)
      let places = try releasePlaces(prefix: end.prefix)
      return try range(of: places.last { $0.1 == end.tip }?.0, at: end, among: places)
    case .proposed: return try proposed(part)
    case .release(let name): return try release(name, part)
    case .range(let from, let to):
      let end = try end(to, part)
      let release = to.flatMap { ReleaseVersion(tag: $0, prefix: end.prefix) }
      guard let from else {
        return try range(of: release, at: end, among: releasePlaces(prefix: end.prefix))
      }
      let base = try revision(from, prefix: end.prefix)
      return NotesRange(
        release: release, base: base, previous: from, tip: end.tip, filter: end.filter,
        isNamed: true)
    case .unreleased:
      let end = try end(nil, part)
      var range = try range(of: nil, at: end, among: releasePlaces(prefix: end.prefix))
      range.isNamed = true
      return range
    }
  }

  /// Every release, the highest first, and before them what is not released yet.
  ///
  /// Candidates that became a release are part of its notes.
  func allRanges(_ part: NotesPart) throws -> [NotesRange] {
    let end = try end(nil, part)
    let places = try releasePlaces(prefix: end.prefix)
    let stable = Set(places.lazy.map(\.0.number).filter(\.isStable))
    var ranges: [NotesRange] = []
    let unreleased = try range(of: nil, at: end, among: places)
    if unreleased.base != end.tip { ranges.append(unreleased) }
    for (release, commit) in places.reversed() {
      guard release.number.isStable || !stable.contains(release.number.core) else { continue }
      let end = End(tip: commit, prefix: end.prefix, filter: end.filter)
      ranges.append(try range(of: release, at: end, among: places))
    }
    return ranges
  }

  /// The commits of a range; refused where a named one has none, with what was probably meant.
  func commits(of range: NotesRange) throws -> [CommitReading] {
    let commits = try commits(from: range.tip, since: range.base, changing: range.filter)
    if repository.isShallow { try checkWhole(commits.map(\.source)) }
    guard commits.isEmpty, range.isNamed, let base = range.base, let previous = range.previous
    else { return commits }
    let end = range.release?.description ?? range.tip.short
    if range.filter != nil, try repository.isAncestor(base, of: range.tip), base != range.tip {
      throw Failure(
        .refused, "no commit in \(range.name.safe) changes anything at these paths",
        hint: "patterns are whole paths from the root; ** stands for any number of directories")
    }
    guard base != range.tip else {
      throw Failure(.refused, "there are no commits in \(range.name.safe): both are one commit")
    }
    throw Failure(
      .refused, "there are no commits in \(range.name.safe): \(end) comes before \(previous.safe)",
      hint: "deed notes \(end)..\(previous.safe)")
  }

  /// Where a range ends, what releases' names begin with there, and which files count.
  private struct End {
    let tip: ObjectID
    let prefix: String
    let filter: PathFilter?
  }

  private func end(_ name: String?, _ part: NotesPart) throws -> End {
    let tip =
      try name.map { try revision($0, prefix: policyOrDefaults().tags.prefix) } ?? head()
    return try end(at: tip, part)
  }

  private func end(at tip: ObjectID, _ part: NotesPart) throws -> End {
    let policy = try notesPolicy(at: tip)
    guard let name = part.package else {
      let isAll = part.paths.isEmpty && part.exclude.isEmpty
      return End(
        tip: tip, prefix: policy.tags.prefix,
        filter: isAll ? nil : PathFilter(including: part.paths, excluding: part.exclude))
    }
    let package = try policy.package(named: name)
    return End(
      tip: tip, prefix: package.prefix,
      filter: PathFilter(
        including: part.paths.isEmpty ? package.paths : part.paths,
        excluding: package.exclude + part.exclude))
  }

  /// A release, or what is not released yet, since the release before.
  private func range(
    of release: ReleaseVersion?, at end: End, among places: [(ReleaseVersion, ObjectID)]
  ) throws -> NotesRange {
    let previous = try previous(of: release, at: end.tip, among: places)
    if places.isEmpty { try mentionOtherPrefix(than: end.prefix) }
    return NotesRange(
      release: release, base: previous?.1, previous: previous?.0.description, tip: end.tip,
      filter: end.filter)
  }

  /// The release before the one at `tip`, and its commit.
  func previous(
    of release: ReleaseVersion?, at tip: ObjectID, among places: [(ReleaseVersion, ObjectID)]
  ) throws -> (ReleaseVersion, ObjectID)? {
    let candidates = ReleaseHistory.candidates(before: release, among: places)
    let nearest = try nearest(of: Set(candidates.keys), from: tip)
    return nearest.compactMap { id in candidates[id].map { ($0, id) } }.max { $0.0 < $1.0 }
  }

  private func proposed(_ part: NotesPart) throws -> NotesRange {
    let end = try end(nil, part)
    let places = try releasePlaces(prefix: end.prefix)
    if part.package == nil {
      var arguments = ReleaseArguments()
      arguments.version = nil
      arguments.commit = nil
      let subject = try subject(arguments, suggesting: true)
      return try range(of: subject.release, at: end, among: places)
    }
    let release =
      try places.last { $0.1 == end.tip }?.0
      ?? suggestion(for: end.tip, notesPolicy(at: end.tip), part, prerelease: nil).version
    return try range(of: release, at: end, among: places)
  }

  /// The range of a release, cut or still a candidate at HEAD; of a package also without its prefix.
  private func release(_ name: String, _ part: NotesPart) throws -> NotesRange {
    let head = try part.package.map { try notesPolicy(at: self.head()).package(named: $0) }
    for name in [name, (head?.prefix ?? "") + name] {
      guard let target = try repository.reference("refs/tags/\(name)"),
        let tip = try repository.peeledToCommit(target)
      else { continue }
      let end = try end(at: tip, part)
      // A release from before the prefix was written down is named by today's.
      for prefix in [end.prefix, try policyOrDefaults().tags.prefix] {
        guard let release = ReleaseVersion(tag: name, prefix: prefix) else { continue }
        return try range(of: release, at: end, among: releasePlaces(prefix: prefix))
      }
      try mentionOtherPrefix(than: end.prefix)
    }
    let tip = try self.head()
    let end = try end(at: tip, part)
    let release =
      try ReleaseVersion(tag: end.prefix + name, prefix: end.prefix).flatMap {
        part.package == nil ? nil : $0
      } ?? version(name, prefix: end.prefix)
    let places = try releasePlaces(prefix: end.prefix)
    if !places.contains(where: { $0.0 == release }) { try checkCandidate(release, end, places) }
    var range = try range(of: release, at: end, among: places)
    range.isCandidate = true
    return range
  }

  /// A version without a tag is a candidate here; but not where a later one has been released.
  private func checkCandidate(
    _ release: ReleaseVersion, _ end: End, _ places: [(ReleaseVersion, ObjectID)]
  ) throws {
    let releases = ReleaseHistory.candidates(before: nil, among: places)
    let nearest = try nearest(of: Set(releases.keys), from: end.tip)
    if let latest = nearest.compactMap({ releases[$0] }).max(), latest > release {
      throw try unknown("\(release)", prefix: end.prefix)
    }
  }

  private func nearest(of candidates: Set<ObjectID>, from tip: ObjectID) throws -> [ObjectID] {
    do throws(GitError) {
      return try repository.nearest(of: candidates, from: tip)
    } catch {
      guard repository.isShallow, error.kind == .missingObject else { throw error }
      throw Failure(
        .repository,
        "this is a shallow clone: which releases came before cannot be told from it",
        hint: "git fetch --unshallow --tags (in CI: fetch-depth: 0)")
    }
  }

  /// In a shallow clone, a commit whose parent is missing means that the range may be cut short.
  private func checkWhole(_ range: [HistoryCommit]) throws {
    for commit in range {
      for parent in commit.parents where try repository.header(of: parent) == nil {
        throw Failure(
          .repository,
          "this is a shallow clone, and the range reaches beyond it (\(parent.short) is missing)",
          hint: "git fetch --unshallow --tags (in CI: fetch-depth: 0)")
      }
    }
  }
}

extension Policy {
  /// A package by its name, or why there is none.
  func package(named name: String) throws -> PackageRules {
    let found = packages.first { $0.key.utf8.elementsEqual(name.utf8) }
    if let found { return found.value }
    throw Failure(
      .usage, "there is no package \u{201C}\(name.safe)\u{201D}",
      hint: packages.isEmpty
        ? "name packages in \(Policy.fileName) under [packages.NAME]"
        : "the packages are: \(packages.keys.sorted().joined(separator: ", ").safe)")
  }
}
