import Git
import Release

extension Workspace {
  /// The commit that a revision names, or why it names none and which tags were probably meant.
  func revision(_ name: String, prefix: String) throws -> ObjectID {
    if let commit = try repository.commit(named: name) { return commit }
    throw try unknown(name, prefix: prefix)
  }

  /// Why a name says nothing here, and which tags were probably meant.
  func unknown(_ name: String, prefix: String) throws -> Failure {
    if try repository.reference("refs/tags/\(name)") != nil { return withoutCommit(name) }
    let hint =
      try remoteBranch(name)
      ?? nearestTags(to: name, prefix: prefix)
      ?? (repository.isShallow
        ? "git fetch --unshallow --tags" : "git fetch --tags   # if it is somewhere else")
    return Failure(.usage, "\u{201C}\(name.safe)\u{201D} names no commit here", hint: hint)
  }

  /// A remote's branch of this name, in a phrase; `nil` where no remote has one.
  private func remoteBranch(_ name: String) throws -> String? {
    let tracked = try repository.references(under: "refs/remotes/").map {
      String($0.name.dropFirst("refs/remotes/".count))
    }
    return tracked.first { $0.drop { $0 != "/" }.dropFirst().elementsEqual(name) }
      .map { NearestName.question($0.safe) }
  }

  /// A tag may be of a tree or of a file.
  func withoutCommit(_ tag: String) -> Failure {
    Failure(
      .usage, "the tag \(tag.safe) leads to no commit",
      hint: "git show --stat \(GitError.quoted(tag).safe)   # to see to what")
  }

  /// Which tags were probably meant, in a phrase; `nil` where none is near.
  func nearestTags(to name: String, prefix: String) throws -> String? {
    let tags = try repository.references(under: "refs/tags/").map {
      String($0.name.dropFirst("refs/tags/".count))
    }
    return NearestNames.hint(name, among: tags, of: "tags", prefix: prefix)
  }
}

/// Names that somebody may have meant.
enum NearestNames {
  /// Which names were probably meant, in a phrase; `nil` where none is near.
  ///
  /// - Parameter kind: What the names are of, in the plural.
  static func hint(
    _ name: String, among names: [String], of kind: String, prefix: String
  ) -> String? {
    let nearest = of(name, among: names, prefix: prefix)
    switch nearest.count {
    case 0: return nil
    // A version that differs by more than a letter was hardly mistyped.
    case 1
    where version(name, prefix: prefix) == nil || EditDistance.between(name, nearest[0]) <= 1
      || prefix + name == nearest[0]:
      return NearestName.question(nearest[0].safe)
    case 1: return "the nearest of the \(kind) is \(nearest[0].safe)"
    default: return "the nearest \(kind) are \(nearest.map(\.safe).joined(separator: ", "))"
    }
  }

  /// At most three of `names`, the likeliest first: the versions around it where it looks like one,
  /// else those that differ by few letters.
  static func of(_ name: String, among names: [String], prefix: String) -> [String] {
    let begun = names.filter { $0.hasPrefix(name + ".") || $0 == prefix + name }
    if !begun.isEmpty { return Array(inOrder(begun, prefix: prefix).suffix(3).reversed()) }
    if let wanted = version(name, prefix: prefix) {
      let versions = names.compactMap { ReleaseVersion(tag: $0, prefix: prefix) }.sorted()
      let below = versions.last { $0 <= wanted }
      let above = versions.first { $0 > wanted }
      return [below, above].compactMap { $0?.description }
    }
    // Short names are alike too soon.
    let length = name.unicodeScalars.count
    let limit = length < 5 ? 1 : max(2, length / 3)
    let distances = names.map { ($0, EditDistance.between(name, $0)) }.filter { $0.1 <= limit }
    return distances.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(3).map(\.0)
  }

  /// The version that is meant, numbers that are left out being 0.
  private static func version(_ name: String, prefix: String) -> ReleaseVersion? {
    let full = name.hasPrefix(prefix) ? name : prefix + name
    return ["", ".0", ".0.0"].lazy.compactMap { ReleaseVersion(tag: full + $0, prefix: prefix) }
      .first
  }

  private static func inOrder(_ names: [String], prefix: String) -> [String] {
    let versions = names.compactMap { ReleaseVersion(tag: $0, prefix: prefix) }.sorted()
    return versions.isEmpty ? names.sorted() : versions.map(\.description)
  }
}
