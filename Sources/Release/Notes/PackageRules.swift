/// `[packages.NAME]`: a part of the repository that is released by itself.
package struct PackageRules: Hashable, Sendable {
  /// What stands before the number in its tags' names.
  package var prefix: String
  /// Patterns of the paths that belong to it.
  package var paths: [String]
  /// Patterns of those below them that do not.
  package var exclude: [String] = []

  package init(prefix: String, paths: [String]) {
    self.prefix = prefix
    self.paths = paths
  }
}

extension Policy {
  /// The packages, by the bytes of their names.
  package var packagesInOrder: [(name: String, rules: PackageRules)] {
    packages.map { ($0.key, $0.value) }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
  }

  /// What the names of releases begin with: the whole repository's first, then its packages'.
  package var prefixes: [String] { [tags.prefix] + packagesInOrder.map(\.rules.prefix) }

  /// The release that a name names, of the whole repository or of a package.
  package func release(named name: String) -> ReleaseVersion? {
    prefixes.lazy.compactMap { ReleaseVersion(tag: name, prefix: $0) }.first
  }

  /// The package that a release is of; `nil` where it is the whole repository's.
  package func package(of release: ReleaseVersion) -> (name: String, rules: PackageRules)? {
    packagesInOrder.first { $0.rules.prefix.utf8.elementsEqual(release.prefix.utf8) }
  }
}
