/// A release's name: the configured prefix and a semantic version, as its tag is called.
package struct ReleaseVersion: Hashable, Sendable, CustomStringConvertible {
  /// `v`, unless configured otherwise.
  package let prefix: String
  package let number: SemanticVersion

  package init(prefix: String, number: SemanticVersion) {
    self.prefix = prefix
    self.number = number
  }

  /// The release that `name` names, strictly: prefix, then SemVer 2.0.0.
  package init(parsing name: String, prefix: String) throws(SemanticVersion.ParseError) {
    guard name.utf8.starts(with: prefix.utf8) else { throw .prefixMissing(prefix) }
    let rest = Substring(name.utf8.dropFirst(prefix.utf8.count))
    self.init(prefix: prefix, number: try SemanticVersion(parsing: rest))
  }

  /// The release that a tag of this name stands for; `nil` where it is no release's tag.
  package init?(tag name: String, prefix: String) {
    guard let version = try? ReleaseVersion(parsing: name, prefix: prefix) else { return nil }
    self = version
  }

  /// `v1.4.0`.
  package var description: String { prefix + number.description }

  /// `refs/tags/v1.4.0`.
  package var reference: String { "refs/tags/\(self)" }
}

extension ReleaseVersion: Comparable {
  package static func < (left: ReleaseVersion, right: ReleaseVersion) -> Bool {
    left.number < right.number
  }
}
