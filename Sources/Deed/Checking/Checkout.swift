import Git
import Release

extension Workspace {
  /// The work tree, where it stands at the release's commit and nothing in it is changed: what runs or
  /// lies elsewhere says nothing of the release.
  func directory(standingAt subject: ReleaseCase) async throws -> String {
    guard let directory = repository.workDirectory else {
      throw Failure(
        .repository, "this is a bare repository: there is no work tree in it",
        hint: "run this in a clone of it")
    }
    let release = subject.release.description
    let target =
      if case .absent = subject.tag { subject.commit.short } else { release }
    let head = try head()
    guard head == subject.commit else {
      throw Failure(
        .refused,
        "the work tree is at \(head.short), and \(release.safe) at \(subject.commit.short)",
        hint: "git switch --detach \(GitError.quoted(target))")
    }
    let changed = try await repository.status(untracked: false)
    guard changed.isEmpty else {
      let named = changed.prefix(5).joined(separator: ", ").safe
      let rest = changed.count > 5 ? " and \(changed.count - 5) more" : ""
      throw Failure(
        .refused, "the work tree is not \(release.safe); not committed: \(named)\(rest)",
        hint: "git stash")
    }
    // A change that git is told not to see is one all the same.
    if let file = try await repository.unseenFiles().first(where: \.isThere) {
      throw Failure(
        .refused,
        "the work tree may not be \(release.safe): git is told not to see whether \(file.path.safe) was "
          + "changed",
        hint: file.reveal)
    }
    return directory
  }
}

extension ReleaseCase {
  /// What a command may want to know of where it is run.
  func commandVariables(in environment: EnvironmentRules) -> [String: String] {
    [
      "DEED_RELEASE": release.description, "DEED_COMMIT": commit.description,
      "DEED_ENVIRONMENT": environment.name,
    ]
  }
}
