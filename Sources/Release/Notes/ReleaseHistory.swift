/// The releases among the ancestors of one commit.
///
/// Takes time linear in the number of commits.
package struct ReleaseHistory: Sendable {
  /// The releases on the commit and its ancestors, the lowest first.
  package let reachable: [ReleaseVersion]
  /// The releases on the commit itself, the lowest first.
  package let here: [ReleaseVersion]

  /// - Parameters:
  ///   - nodes: A commit and all its ancestors, children before parents.
  ///   - tags: The releases and the commits that their tags lead to, reachable or not.
  package init(nodes: [CommitNode], tags: [(ReleaseVersion, ObjectID)]) {
    let ids = Set(nodes.lazy.map(\.id))
    reachable = tags.lazy.filter { ids.contains($0.1) }.map(\.0).sorted()
    here = tags.lazy.filter { $0.1 == nodes.first?.id }.map(\.0).sorted()
  }

  /// Those that `target` could be compared with; several may be on one commit.
  ///
  /// These are the lower ones: to a stable target the stable ones, so not its own candidates; to a
  /// pre-release any. Without a target, what is not released yet is compared as the stable release
  /// that it will be.
  package static func candidates(
    before target: ReleaseVersion?, among tags: [(ReleaseVersion, ObjectID)]
  ) -> [(ReleaseVersion, ObjectID)] {
    let wantsStable = target?.number.isStable ?? true
    return tags.filter { version, _ in
      (version.number.isStable || !wantsStable) && target.map { version < $0 } ?? true
    }
  }
}
