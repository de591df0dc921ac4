import Git
import Release

/// Which notes are wanted, as a person says it.
struct NotesRequest {
  /// A release, cut or still a candidate.
  var release: String?
  var from: String?
  var to: String?
}

extension Workspace {
  /// The notes that the request asks for.
  func notes(_ request: NotesRequest) throws -> ReleaseNotes {
    let (target, commit, prefix) = try target(of: request)
    if let from = request.from {
      let base = try self.commit(from)
      return try notes(of: target, at: commit, since: base, previous: from)
    }
    let history = try history(of: commit, prefix: prefix)
    let release = target ?? (request.to == nil ? history.here.last : nil)
    return try notes(of: release, at: commit, history)
  }

  /// The notes of a release, or of what is not released yet, since the one before.
  func notes(
    of release: ReleaseVersion?, at commit: ObjectID, _ history: ReleaseHistory
  ) throws -> ReleaseNotes {
    let previous = history.previous(of: release)
    return try notes(
      of: release, at: commit, since: previous.flatMap { history.commit(of: $0) },
      previous: previous?.description)
  }

  /// The release, if it is one, and the commit up to which is told.
  private func target(
    of request: NotesRequest
  ) throws -> (ReleaseVersion?, ObjectID, prefix: String) {
    if let name = request.release, request.to == nil {
      var arguments = ReleaseArguments()
      arguments.version = name
      arguments.commit = nil
      let subject = try subject(arguments)
      return (subject.release, subject.commit, subject.policy.tags.prefix)
    }
    let commit = try request.to.map(self.commit) ?? head()
    let prefix = try policy(at: commit).tags.prefix
    let named = request.release ?? request.to
    return (named.flatMap { ReleaseVersion(tag: $0, prefix: prefix) }, commit, prefix)
  }

  private func notes(
    of release: ReleaseVersion?, at commit: ObjectID, since base: ObjectID?, previous: String?
  ) throws -> ReleaseNotes {
    let range = try commits(from: commit, since: base.map { [$0] } ?? [])
    if repository.isShallow { try checkWhole(range, since: base) }
    let end = release.map(\.description) ?? commit.short
    return ReleaseNotes(
      release: release?.description, previous: previous,
      range: previous.map { "\($0)..\(end)" } ?? end, commits: range)
  }

  /// In a shallow clone, a commit whose parent is missing means that the range may be cut short.
  private func checkWhole(_ range: [HistoryCommit], since base: ObjectID?) throws {
    for commit in range {
      for parent in commit.parents where try repository.header(of: parent) == nil {
        throw Failure(
          .repository,
          "this is a shallow clone, and the range reaches beyond it (\(parent.short) is missing)",
          hint: "git fetch --unshallow --tags (in CI: fetch-depth: 0)")
      }
    }
  }
}
