import Git
import Release

/// What came before a release, or before what has no number yet.
struct ReleaseBefore {
  /// With its commit; `nil` of a first release.
  var previous: (ReleaseVersion, ObjectID)?
  /// The highest release above that, on a branch that left later but has changes of its own: nobody but
  /// a person can say which of the two lines goes on.
  var beside: ReleaseVersion?
}

extension Workspace {
  /// The release before the one at `tip`, or before what is not released yet, and its commit; `nil`
  /// where it is the first.
  func previous(
    of release: ReleaseVersion?, at tip: ObjectID, among places: [(ReleaseVersion, ObjectID)]
  ) throws -> (ReleaseVersion, ObjectID)? {
    try before(release, at: tip, among: places).previous
  }

  /// The same, and what somebody may have expected instead.
  ///
  /// It is the nearest of the lower releases: no other one lies between. Where several are nearest, on
  /// branches that were merged, it is the highest.
  ///
  /// Releases also live on branches that are never merged back. What such a branch has in common with
  /// `tip` was released there, so it counts from where it left, and the highest release on it is meant.
  /// One that came later than the release does not count: it must not change the notes of what is out.
  /// For what has no number yet, one above all on the line counts where the branch was made to release
  /// what it left: its first release has no change that `tip` lacks. Else it may be `tip` that left.
  ///
  /// - Parameter filter: Which files belong to what is released; `nil` for all.
  func before(
    _ release: ReleaseVersion?, at tip: ObjectID, among places: [(ReleaseVersion, ObjectID)],
    changing filter: PathFilter? = nil
  ) throws -> ReleaseBefore {
    let candidates = ReleaseHistory.candidates(before: release, among: places)
    let onLine = Set(try nearest(of: candidates.map(\.1), from: tip))
    let nearest = candidates.filter { onLine.contains($0.1) }.max { $0.0 < $1.0 }
    // A lower number than the nearest's cannot have left later.
    let above = candidates.filter { version, id in
      nearest.map { version > $0.0 } ?? true && !onLine.contains(id)
    }
    guard !above.isEmpty else { return ReleaseBefore(previous: nearest) }
    let isOut = places.contains { $0.1 == tip && $0.0 == release }
    let limit = try isOut ? release.flatMap { try time(of: $0, at: tip) } ?? .max : .max
    // One may be recorded of a branch that was never fetched. Without a limit nobody has to read
    // thousands of tags.
    let beside = try above.filter { version, id in
      guard try repository.header(of: id)?.kind == .commit else { return false }
      return try limit == .max || time(of: version, at: id).map { $0 <= limit } ?? false
    }
    guard !beside.isEmpty else { return ReleaseBefore(previous: nearest) }
    let highestFirst = beside.sorted { $0.0 > $1.0 }
    let line =
      try release == nil && nearest != nil
      ? history(of: tip, among: places).reachable.last : nil
    var found = ReleaseBefore()
    for id in try meetings(of: onLine + beside.map(\.1), with: tip) {
      let here = candidates.filter { $0.1 == id }.max { $0.0 < $1.0 }
      guard
        let last = try here
          ?? highestFirst.first(where: { try repository.isAncestor(id, of: $0.1) })
      else { continue }
      if here == nil, let line, last.0 > line,
        try !isWhole(upTo: last.1, in: tip, among: candidates, changing: filter)
      {
        found.beside = max(found.beside ?? last.0, last.0)
      } else if found.previous.map({ $0.0 < last.0 }) ?? true {
        found.previous = last
      }
    }
    if found.previous == nil { found.previous = nearest }
    if let (previous, _) = found.previous, let beside = found.beside, beside < previous {
      found.beside = nil
    }
    return found
  }

  /// Whether `tip` has all changes of the first release on a branch that leads to `last`, but for what
  /// releasing it took.
  private func isWhole(
    upTo last: ObjectID, in tip: ObjectID, among candidates: [(ReleaseVersion, ObjectID)],
    changing filter: PathFilter?
  ) throws -> Bool {
    let own = Set(try repository.topology(from: [last], excluding: [tip]).map(\.id))
    let releases = candidates.filter { own.contains($0.1) }
    guard let first = releases.min(by: { $0.0 < $1.0 }) else { return false }
    let readings = try commits(from: first.1, since: tip, changing: filter, mappedBy: nil)
    let merges = MergedReverts(self)
    let notes = ReleaseNotes(
      release: nil, previous: nil, range: "", readings: readings,
      before: try commits(from: tip, since: first.1, changing: filter, mappedBy: nil),
      releases: candidates.map(\.0), rules: try notesPolicy(at: tip).notes, keeps: merges.keeps)
    try merges.check()
    // What was taken back there is what the release lacks, and not `tip`.
    let reverts = try readings.filter { reading in
      let targets = reading.takenBack
      return try !targets.isEmpty && targets.allSatisfy { try repository.isAncestor($0, of: tip) }
    }
    return Set(notes.groups.flatMap(\.entries).map(\.id)).isSubset(of: reverts.map(\.source.id))
  }

  /// When a release was made, in seconds: its tag, or else its commit.
  private func time(of release: ReleaseVersion, at commit: ObjectID) throws -> Int64? {
    if case .annotated(let tag) = try tagFact(release), let time = tag.time { return time }
    return try repository.commit(commit)?.commitTime
  }

  /// Those of `candidates` that are `tip` or come before it, and nothing in between.
  func nearest(of candidates: [ObjectID], from tip: ObjectID) throws -> [ObjectID] {
    try told { () throws(GitError) in try repository.nearest(of: candidates, from: tip) }
  }

  private func meetings(of others: [ObjectID], with tip: ObjectID) throws -> [ObjectID] {
    try told { () throws(GitError) in try repository.meetings(of: others, with: tip) }
  }

  private func told(_ read: () throws(GitError) -> [ObjectID]) throws -> [ObjectID] {
    do throws(GitError) {
      return try read()
    } catch {
      guard repository.isShallow, error.kind == .missingObject else { throw error }
      throw Failure(
        .repository,
        "this is a shallow clone: which releases came before cannot be told from it",
        hint: "git fetch --unshallow --tags   # in CI: fetch-depth: 0")
    }
  }
}
