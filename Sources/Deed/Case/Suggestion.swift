import Git
import Release

extension Workspace {
  /// The version that the commits since the last release ask for.
  ///
  /// - Parameter tellsBeside: Whether it is said where a higher release is on another branch.
  func suggestion(
    for commit: ObjectID, _ policy: Policy, _ part: ReleasePart, prerelease: String?,
    tellsBeside: Bool = false
  ) throws -> NextVersion.Suggestion {
    let prefix = part.prefix
    let places = try releasePlaces(prefix: prefix)
    let history = try history(of: commit, among: places)
    let before = try before(nil, at: commit, among: places, changing: part.filter)
    if tellsBeside { mentionBeside(before) }
    let previous = before.previous
    let mailmap = try mailmap(at: commit)
    let range = try commits(
      from: commit, since: previous?.1, changing: part.filter, mappedBy: mailmap)
    let copies = try copies(at: previous?.1, besides: range, upTo: commit)
    let returning = try returning(
      to: commit, with: range, before: copies, changing: part.filter, mappedBy: mailmap)
    if history.reachable.isEmpty { try mentionOtherPrefix(than: prefix, policy) }
    do throws(NextVersion.Refusal) {
      return try NextVersion.next(
        after: previous?.0, commits: returning.isEmpty ? range : range + returning, before: copies,
        prefix: prefix,
        rules: policy.notes, prerelease: prerelease, existing: places.map(\.0),
        reachable: history.reachable,
        here: history.here)
    } catch {
      switch error {
      case .identifier: throw Failure(.usage, error.description.safe, hint: "such as --pre rc")
      case .exists, .behind, .outOfNumbers:
        throw Failure(
          .refused, error.description.safe, hint: "deed cut VERSION, as you choose it")
      case .noCommits, .onlyHousekeeping:
        throw Failure(
          .refused, error.description.safe,
          hint: "deed cut VERSION, if there is to be a release all the same")
      }
    }
  }

  /// Says so where a higher release than the one before is on a branch with changes of its own.
  func mentionBeside(_ before: ReleaseBefore) {
    guard let beside = before.beside, let previous = before.previous else { return }
    context.error.print(
      "note: \(beside) is on a branch with changes that are not here, so \(previous.0) is what came "
        + "before; deed notes \(beside)..HEAD, if it is \(beside) all the same")
  }

  /// Says so where tags look like versions with a prefix that is none of the policy's.
  ///
  /// Once: a command may look for releases in several ways.
  func mentionOtherPrefix(than prefix: String, _ policy: Policy) throws {
    guard let other = try otherPrefix(than: [prefix] + policy.prefixes),
      tagMemory.mentioned.insert(other).inserted
    else { return }
    context.error.print("note: \(other)")
  }

  /// What to say where tags look like versions with another prefix; `nil` where none do.
  private func otherPrefix(than prefixes: [String]) throws -> String? {
    var counts: [String: Int] = [:]
    for reference in try repository.references(under: "refs/tags/") {
      let name = reference.name.dropFirst("refs/tags/".count)
      guard let start = name.firstIndex(where: { ("0"..."9").contains($0) }),
        ReleaseVersion(tag: String(name), prefix: String(name[..<start])) != nil
      else { continue }
      counts[String(name[..<start]), default: 0] += 1
    }
    guard
      let most = counts.filter({ !prefixes.contains($0.key) }).max(by: {
        ($0.value, $1.key) < ($1.value, $0.key)
      })
    else { return nil }
    return "\(most.value.counted("tag")) here look like versions with the prefix "
      + "\u{201C}\(most.key.safe)\u{201D}; say so by [tags] prefix in \(Policy.fileName)"
  }

  /// The commits of a range, children before parents, authors as the mailmap of `commit` has them.
  func commits(
    from commit: ObjectID, since base: ObjectID?, changing filter: PathFilter? = nil
  ) throws -> [CommitReading] {
    try commits(from: commit, since: base, changing: filter, mappedBy: mailmap(at: commit))
  }

  /// - Parameter filter: Which files must have changed; `nil` for any or none.
  func commits(
    from commit: ObjectID, since base: ObjectID?, changing filter: PathFilter?,
    mappedBy mailmap: Mailmap?
  ) throws -> [CommitReading] {
    guard let filter else {
      return try repository.readings(from: commit, excluding: base, mappedBy: mailmap)
    }
    let nodes = try repository.topology(from: commit, excluding: base, changing: filter)
    return try repository.readings(of: nodes.map(\.id), mappedBy: mailmap)
  }
}
