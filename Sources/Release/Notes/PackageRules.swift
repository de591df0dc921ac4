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
