/// The releases among the ancestors of one commit, and which of them came before another.
///
/// Takes time linear in the number of commits.
package struct ReleaseHistory: Sendable {
  /// The releases on the commit and its ancestors, the lowest first.
  package let reachable: [ReleaseVersion]
  /// The releases on the commit itself, the lowest first.
  package let here: [ReleaseVersion]

  private let commits: [ReleaseVersion: ObjectID]
  /// By place, the places of the parents that are known.
  private let parents: [[Int32]]
  private let releases: [Int: [ReleaseVersion]]

  /// - Parameters:
  ///   - nodes: A commit and all its ancestors, children before parents.
  ///   - tags: The releases and the commits that their tags lead to, reachable or not.
  package init(nodes: [CommitNode], tags: [(ReleaseVersion, ObjectID)]) {
    let places = Dictionary(
      nodes.indices.lazy.map { (nodes[$0].id, Int32($0)) }, uniquingKeysWith: { first, _ in first })
    self.parents = nodes.map { node in node.parents.compactMap { places[$0] } }
    var releases: [Int: [ReleaseVersion]] = [:]
    var commits: [ReleaseVersion: ObjectID] = [:]
    for (version, commit) in tags {
      guard let place = places[commit] else { continue }
      releases[Int(place), default: []].append(version)
      commits[version] = commit
    }
    self.releases = releases
    self.commits = commits
    self.reachable = commits.keys.sorted()
    self.here = (releases[0] ?? []).sorted()
  }

  /// The highest release that is reachable, stable or not.
  package var highestReachable: ReleaseVersion? { reachable.last }

  /// The commit of a reachable release.
  package func commit(of release: ReleaseVersion) -> ObjectID? { commits[release] }

  /// The release that `target` is compared with; `nil` where it is the first.
  ///
  /// It is the nearest of the lower releases: no other one lies between. Where several are nearest,
  /// on branches that were merged, it is the highest. A stable target looks at stable releases only,
  /// so not at its own candidates; a pre-release at all. Without a target, what is not released yet
  /// is compared as the stable release that it will be.
  package func previous(of target: ReleaseVersion?) -> ReleaseVersion? {
    var candidates: [Int: ReleaseVersion] = [:]
    for (place, versions) in releases {
      candidates[place] = Self.candidate(among: versions, before: target)
    }
    return candidates.isEmpty ? nil : nearest(of: candidates)
  }

  /// The one of the releases on a commit that `target` could be compared with.
  private static func candidate(
    among versions: [ReleaseVersion], before target: ReleaseVersion?
  ) -> ReleaseVersion? {
    let wantsStable = target?.number.isStable ?? true
    return versions.filter { version in
      (version.number.isStable || !wantsStable) && target.map { version < $0 } ?? true
    }.max()
  }

  /// By commit, the releases that `target` could be compared with; `previous(of:)` takes the highest
  /// of the nearest of them.
  package static func candidates(
    before target: ReleaseVersion?, among tags: [(ReleaseVersion, ObjectID)]
  ) -> [ObjectID: ReleaseVersion] {
    Dictionary(grouping: tags, by: \.1).compactMapValues { places in
      candidate(among: places.map(\.0), before: target)
    }
  }

  private func nearest(of candidates: [Int: ReleaseVersion]) -> ReleaseVersion? {
    var isBehind = Array(repeating: false, count: parents.count)
    var nearest: ReleaseVersion?
    for place in parents.indices {
      let candidate = candidates[place]
      if let candidate, !isBehind[place] { nearest = max(nearest ?? candidate, candidate) }
      if candidate != nil || isBehind[place] {
        for parent in parents[place] { isBehind[Int(parent)] = true }
      }
    }
    return nearest
  }
}
