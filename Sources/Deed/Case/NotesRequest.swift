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

/// A stretch of history to tell about.
struct NotesRange {
  /// `nil` for what is not released yet.
  let release: ReleaseVersion?
  /// After this commit; `nil` for all of the history.
  let base: ObjectID?
  /// How `base` was named.
  let previous: String?
  let tip: ObjectID
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
  func range(_ request: NotesRequest) throws -> NotesRange {
    switch request {
    case .current:
      let (tip, prefix) = try end(nil)
      let places = try releasePlaces(prefix: prefix)
      return try range(of: places.last { $0.1 == tip }?.0, at: tip, among: places)
    case .proposed:
      var arguments = ReleaseArguments()
      arguments.version = nil
      arguments.commit = nil
      let subject = try subject(arguments, suggesting: true)
      return try range(
        of: subject.release, at: subject.commit,
        among: releasePlaces(prefix: subject.policy.tags.prefix))
    case .release(let name):
      if let range = try cutRange(name) { return range }
      var arguments = ReleaseArguments()
      arguments.version = name
      arguments.commit = nil
      let subject = try subject(arguments)
      let places = try releasePlaces(prefix: subject.policy.tags.prefix)
      try checkCandidate(subject, among: places)
      var range = try range(of: subject.release, at: subject.commit, among: places)
      range.isCandidate = true
      return range
    case .range(let from, let to):
      let (tip, prefix) = try end(to)
      let release = to.flatMap { ReleaseVersion(tag: $0, prefix: prefix) }
      guard let from else {
        return try range(of: release, at: tip, among: releasePlaces(prefix: prefix))
      }
      let base = try revision(from, prefix: prefix)
      return NotesRange(release: release, base: base, previous: from, tip: tip, isNamed: true)
    case .unreleased:
      let (tip, prefix) = try end(nil)
      var range = try range(of: nil, at: tip, among: releasePlaces(prefix: prefix))
      range.isNamed = true
      return range
    }
  }

  /// Every release, the highest first, and before them what is not released yet.
  ///
  /// Candidates that became a release are part of its notes.
  func allRanges() throws -> [NotesRange] {
    let (tip, prefix) = try end(nil)
    let places = try releasePlaces(prefix: prefix)
    let stable = Set(places.lazy.map(\.0.number).filter(\.isStable))
    var ranges: [NotesRange] = []
    let unreleased = try range(of: nil, at: tip, among: places)
    if unreleased.base != tip { ranges.append(unreleased) }
    for (release, commit) in places.reversed() {
      guard release.number.isStable || !stable.contains(release.number.core) else { continue }
      ranges.append(try range(of: release, at: commit, among: places))
    }
    return ranges
  }

  /// The commits of a range; refused where a named one has none, with what was probably meant.
  func commits(of range: NotesRange) throws -> [HistoryCommit] {
    let commits = try commits(from: range.tip, since: range.base.map { [$0] } ?? [])
    if repository.isShallow { try checkWhole(commits) }
    guard commits.isEmpty, range.isNamed, let base = range.base, let previous = range.previous
    else { return commits }
    let end = range.release?.description ?? range.tip.short
    guard base != range.tip else {
      throw Failure(.refused, "there are no commits in \(range.name.safe): both are one commit")
    }
    throw Failure(
      .refused, "there are no commits in \(range.name.safe): \(end) comes before \(previous.safe)",
      hint: "deed notes \(end)..\(previous.safe)")
  }

  /// A release, or what is not released yet, since the release before.
  private func range(
    of release: ReleaseVersion?, at tip: ObjectID, among places: [(ReleaseVersion, ObjectID)]
  ) throws -> NotesRange {
    let candidates = ReleaseHistory.candidates(before: release, among: places)
    let nearest = try nearest(of: Set(candidates.keys), from: tip)
    let previous = nearest.compactMap { id in candidates[id].map { ($0, id) } }.max { $0.0 < $1.0 }
    if places.isEmpty { try mentionOtherPrefix(than: notesPolicy(at: tip).tags.prefix) }
    return NotesRange(
      release: release, base: previous?.1, previous: previous?.0.description, tip: tip)
  }

  /// The range of a release that has a tag.
  private func cutRange(_ name: String) throws -> NotesRange? {
    guard let target = try repository.reference("refs/tags/\(name)"),
      let tip = try repository.peeledToCommit(target)
    else { return nil }
    let prefix = try notesPolicy(at: tip).tags.prefix
    return try ReleaseVersion(tag: name, prefix: prefix).map { release in
      try range(of: release, at: tip, among: releasePlaces(prefix: prefix))
    }
  }

  /// A version without a tag is a candidate here; but not where a later one has been released.
  private func checkCandidate(
    _ subject: ReleaseSubject, among places: [(ReleaseVersion, ObjectID)]
  ) throws {
    let releases = ReleaseHistory.candidates(before: nil, among: places)
    let nearest = try nearest(of: Set(releases.keys), from: subject.commit)
    let latest = nearest.compactMap { releases[$0] }.max()
    if let latest, latest > subject.release {
      throw try unknown("\(subject.release)", prefix: subject.policy.tags.prefix)
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

  /// Where a range ends, and what releases' names begin with there.
  private func end(_ name: String?) throws -> (ObjectID, prefix: String) {
    guard let name else {
      let head = try head()
      return (head, try notesPolicy(at: head).tags.prefix)
    }
    let tip = try revision(name, prefix: policyOrDefaults().tags.prefix)
    return (tip, try notesPolicy(at: tip).tags.prefix)
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
