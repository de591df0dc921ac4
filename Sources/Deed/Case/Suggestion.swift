import Git
import Release

extension Workspace {
  /// The version that the commits since the last release ask for.
  func suggestion(
    for commit: ObjectID, _ policy: Policy, prerelease: String?
  ) throws -> NextVersion.Suggestion {
    let history = try history(of: commit, prefix: policy.tags.prefix)
    let previous = history.previous(of: nil)
    let range = try commits(
      from: commit, since: previous.flatMap { history.commit(of: $0) }.map { [$0] } ?? [])
    do {
      return try NextVersion.next(
        after: previous, commits: range, prefix: policy.tags.prefix, prerelease: prerelease,
        existing: try releasePlaces(prefix: policy.tags.prefix).map(\.0),
        reachable: history.reachable, here: history.here)
    } catch let refusal as NextVersion.Refusal {
      switch refusal {
      case .identifier: throw Failure(.usage, refusal.description.safe, hint: "such as --pre rc")
      case .exists, .behind, .outOfNumbers:
        throw Failure(
          .refused, refusal.description.safe, hint: "deed cut VERSION, as you choose it")
      case .noCommits, .onlyHousekeeping:
        throw Failure(
          .refused, refusal.description.safe,
          hint: "deed cut VERSION, if there is to be a release all the same")
      }
    }
  }

  /// The commits of a range, children before parents, authors as the mailmap of `commit` has them.
  func commits(from commit: ObjectID, since excluded: [ObjectID]) throws -> [HistoryCommit] {
    let mailmap = try repository.file(at: ".mailmap", in: commit).map { Mailmap($0) }
    return try repository.topology(from: [commit], excluding: excluded).map { node in
      guard let found = try repository.commit(node.id) else {
        throw Failure(
          .repository, "commit \(node.id.short) is not here",
          hint: repository.isShallow ? "git fetch --unshallow --tags" : "git fsck")
      }
      let told = found.historyCommit
      return HistoryCommit(
        id: told.id, parents: told.parents, author: mailmap?.resolve(told.author) ?? told.author,
        message: told.message)
    }
  }
}
