import Git
import Release

extension Workspace {
  /// Says so where tags look like versions with a prefix that is none of the policy's; whether they do.
  ///
  /// Once: a command may look for releases in several ways.
  @discardableResult
  func mentionOtherPrefix(than prefix: String, _ policy: Policy) throws -> Bool {
    guard let other = try otherPrefixes(than: [prefix] + policy.prefixes).first else {
      return false
    }
    let note = "\(other.look); say so by [tags] prefix in \(Policy.fileName), and commit it"
    if memory.mentioned.insert(note).inserted { context.error.print("note: \(note)") }
    return true
  }

  /// Refuses to take for the first release what most likely is not, and has another prefix.
  ///
  /// A package's is that whose name is in it: in a repository of many, all others' are other.
  func checkPrefix(of part: ReleasePart, _ policy: Policy) throws {
    let others = try otherPrefixes(than: [part.prefix] + policy.prefixes)
    // A chart's or a package's tags are not the whole project's.
    let words = ["", "v", "r", "rel", "release", "releases", "ver", "version"]
    guard
      let other = others.first(where: { other in
        let word = other.prefix.lowercased().split { "-_/.".contains($0) }.joined()
        return part.package.map(other.prefix.contains) ?? words.contains(word)
      })
    else { return }
    let place = part.package.map { "[packages.\($0.safe)]" } ?? "[tags]"
    throw Failure(
      .refused, "no tag begins with \u{201C}\(part.prefix.safe)\u{201D}, and \(other.look)",
      hint: "\(place) prefix = \"\(other.prefix.safe)\" in \(Policy.fileName), and commit it; "
        + "or name the version, such as \(part.prefix.safe)0.1.0, to begin anew")
  }

  /// Other prefixes with which more tags look like versions than with these, the commonest first.
  private func otherPrefixes(than prefixes: [String]) throws -> [OtherPrefix] {
    var counts: [String: Int] = [:]
    for reference in try repository.references(under: "refs/tags/") {
      let name = reference.name.dropFirst("refs/tags/".count)
      guard let start = name.firstIndex(where: { ("0"..."9").contains($0) }),
        ReleaseVersion(tag: String(name), prefix: String(name[..<start])) != nil
      else { continue }
      counts[String(name[..<start]), default: 0] += 1
    }
    let own = Set(prefixes).reduce(0) { $0 + (counts[$1] ?? 0) }
    return counts.filter { !prefixes.contains($0.key) && $0.value > own }
      .map { OtherPrefix(prefix: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.prefix) < ($0.count, $1.prefix) }
  }
}

/// What stands before the version in the names of some tags, and in none of a release.
private struct OtherPrefix {
  let prefix: String
  let count: Int

  /// `2 tags here look like versions with the prefix “release-”`.
  var look: String {
    (count == 1 ? "1 tag here looks like a version" : "\(count) tags here look like versions")
      + " with the prefix \u{201C}\(prefix.safe)\u{201D}"
  }
}
