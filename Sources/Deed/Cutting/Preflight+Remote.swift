import Git
import Release

// Answers that hang on what the remote has by now.
extension Preflight {
  private var repository: Repository { workspace.repository }

  /// The tags and branches of a remote, which is asked once; a tag also as `refs/tags/v1.4.0^{}`, peeled.
  mutating func remoteReferences(_ remote: String) async throws(GitError) -> [String: ObjectID] {
    if let listing { return try listing.get() }
    do throws(GitError) {
      let there = try await repository.listRemote(
        remote, ["refs/tags/*", "refs/heads/*"], peels: true)
      listing = .success(there)
      return there
    } catch {
      listing = .failure(error)
      throw error
    }
  }

  /// The releases of which only the remote has a tag, and their commits; the lowest first.
  private mutating func releasesElsewhere(
    prefix: String
  ) async throws -> [(ReleaseVersion, ObjectID)] {
    guard let remote else { return [] }
    let there = try await remoteReferences(remote)
    let tags = "refs/tags/"
    let here = Set(try repository.references(under: tags).map(\.name))
    return there.compactMap { name, id -> (ReleaseVersion, ObjectID)? in
      guard name.hasPrefix(tags), !here.contains(name),
        let version = ReleaseVersion(tag: String(name.dropFirst(tags.count)), prefix: prefix)
      else { return nil }
      return (version, there[name + "^{}"] ?? id)
    }.sorted { $0.0 < $1.0 }
  }

  /// Refuses to reckon a version where the remote has tags that would have a say in it.
  mutating func checkAllFetched(_ part: ReleasePart) async throws {
    let elsewhere = try await releasesElsewhere(prefix: part.prefix).map(\.0)
    guard let remote, let last = elsewhere.last else { return }
    throw Failure(
      .refused,
      elsewhere.count == 1
        ? "\(remote) has the release tag \(last), which is not here, and may ask for another version"
        : "\(remote) has \(elsewhere.count) release tags that are not here, up to \(last), and they "
          + "may ask for another version",
      hint: Self.fetch(remote))
  }

  /// The highest release in the target's history of which only the remote has a tag: the version and its
  /// notes would be as though it had never been.
  mutating func unfetched(
    besides release: ReleaseVersion
  ) async throws -> (ReleaseVersion, hint: String)? {
    // That the remote cannot be asked is told with its own tag.
    if case .failure? = listing { return nil }
    let elsewhere = try await releasesElsewhere(prefix: release.prefix).filter { $0.0 != release }
    guard let remote, !elsewhere.isEmpty else { return nil }
    return try workspace.history(of: target, among: elsewhere).reachable.last
      .map { ($0, Self.fetch(remote)) }
  }

  private static func fetch(_ remote: String) -> String {
    "git fetch --tags \(GitError.quoted(remote))   # then the same command again"
  }

  /// Not behind what the branch follows: as far as this clone has fetched, and with `--push` as the
  /// remote has it now.
  mutating func upstream(isCommitGiven: Bool) async {
    do {
      if isCommitGiven {
        add("upstream", .met, "no upstream to be behind")
      } else {
        try await upstreamOfHead()
      }
    } catch {
      return add("upstream", error)
    }
    do {
      advice = try await unbranched()
    } catch {
      // It is advice alone: what cannot be asked now is told when the tag is pushed.
      advice = nil
    }
  }

  private mutating func upstreamOfHead() async throws {
    guard case .branch(let name, let commit) = try repository.head() else {
      return add("upstream", .met, "no upstream to be behind")
    }
    let upstream = try await repository.upstream(of: name)
    let short = upstream.map { String($0.reference.dropFirst("refs/remotes/".count)) }
    if let short, let upstream, let tip = try repository.reference(upstream.reference) {
      let (_, behind) = try repository.aheadBehind(commit, tip)
      guard behind == 0 else {
        return add(
          "upstream", .unmet, "\(name) is \(behind.counted("commit")) behind \(short)",
          hint: "git pull")
      }
    }
    // What follows nothing is pushed to where its name is.
    let branch =
      upstream.map { $0.remote == remote ? $0.remoteReference : nil } ?? "refs/heads/\(name)"
    if let remote, let branch, try await isBehind(branch, of: remote, commit) {
      return add(
        "upstream", .unmet, "\(remote) has commits on \(name) that are not here",
        hint: upstream == nil
          ? "git pull \(GitError.quoted(remote)) \(GitError.quoted(name))" : "git pull")
    }
    add("upstream", .met, short.map { "not behind \($0)" } ?? "no upstream to be behind")
  }

  private mutating func isBehind(
    _ branch: String, of remote: String, _ commit: ObjectID
  ) async throws -> Bool {
    guard let tip = try await remoteReferences(remote)[branch] else { return false }
    guard try repository.header(of: tip) != nil else { return true }
    return try tip != commit && !repository.isAncestor(tip, of: commit)
  }

  /// What to say where the tag would be all that leads to its commit on the remote.
  private mutating func unbranched() async throws -> String? {
    guard let remote else { return nil }
    let tips = try await remoteReferences(remote).filter { $0.key.hasPrefix("refs/heads/") }.values
    let known = try tips.filter { try repository.header(of: $0)?.kind == .commit }
    guard try !repository.topology(from: [target], excluding: known).isEmpty else { return nil }
    let doubt = known.count == tips.count ? "" : ", as far as was fetched"
    let mend =
      if case .branch(let name, target) = try repository.head() {
        "git push \(GitError.quoted(remote)) \(GitError.quoted(name))"
      } else { "push its branch, too" }
    return "\(target.short) is on no branch of \(remote)\(doubt); \(mend)"
  }
}
