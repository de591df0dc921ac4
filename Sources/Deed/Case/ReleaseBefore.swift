import Git
import Release

extension Workspace {
  /// The release before the one at `tip`, or before what is not released yet, and its commit; `nil`
  /// where it is the first.
  ///
  /// It is the nearest of the lower releases: no other one lies between. Where several are nearest, on
  /// branches that were merged, it is the highest.
  ///
  /// Releases also live on branches that are never merged back. What such a branch has in common with
  /// `tip` was released there, so it counts from where it left, and the highest release on it is meant.
  /// One that came later than the release does not count: it must not change the notes of what is out.
  /// Nor does, for what has no number yet, one above all on the line: then it is this that left.
  func previous(
    of release: ReleaseVersion?, at tip: ObjectID, among places: [(ReleaseVersion, ObjectID)]
  ) throws -> (ReleaseVersion, ObjectID)? {
    let candidates = ReleaseHistory.candidates(before: release, among: places)
    let onLine = Set(try nearest(of: candidates.map(\.1), from: tip))
    let nearest = candidates.filter { onLine.contains($0.1) }.max { $0.0 < $1.0 }
    // A lower number than the nearest's cannot have left later.
    let above = candidates.filter { version, id in
      nearest.map { version > $0.0 } ?? true && !onLine.contains(id)
    }
    guard !above.isEmpty else { return nearest }
    let isOut = places.contains { $0.1 == tip && $0.0 == release }
    let limit = try isOut ? release.flatMap { try time(of: $0, at: tip) } ?? .max : .max
    let beside = try above.filter { try time(of: $0.0, at: $0.1).map { $0 <= limit } ?? false }
    guard !beside.isEmpty else { return nearest }
    let highestFirst = beside.sorted { $0.0 > $1.0 }
    if release == nil, nearest != nil,
      let highest = try history(of: tip, among: places).reachable.last,
      highestFirst[0].0 > highest
    {
      return nearest
    }
    return try meetings(of: onLine + beside.map(\.1), with: tip).compactMap { id in
      try candidates.filter { $0.1 == id }.max { $0.0 < $1.0 }
        ?? highestFirst.first { try repository.isAncestor(id, of: $0.1) }
    }.max { $0.0 < $1.0 }
  }

  /// When a release was made, in seconds: its tag, or else its commit.
  ///
  /// `nil` of what is no commit, and of one that is not here: it may be recorded of a branch that was
  /// never fetched.
  private func time(of release: ReleaseVersion, at commit: ObjectID) throws -> Int64? {
    guard try repository.header(of: commit)?.kind == .commit else { return nil }
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
        hint: "git fetch --unshallow --tags (in CI: fetch-depth: 0)")
    }
  }
}
