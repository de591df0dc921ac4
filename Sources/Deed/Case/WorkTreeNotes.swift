import Git
import Release

// What is said of the work tree where it is not what somebody may take it for.
extension Workspace {
  /// Says that the rules in the work tree are not committed, where they are not.
  ///
  /// - Parameter commit: Whose rules count.
  func noteUncommittedPolicy(countingAt commit: ObjectID, _ common: CommonOptions) async throws {
    guard !common.quiet, repository.workDirectory != nil else { return }
    let here = try repository.fileOnDisk(at: Policy.fileName)
    var committed: [UInt8]?
    switch try repository.head() {
    case .unborn: break
    case .branch(_, let head), .detached(let head):
      // What a partial clone has left out is told elsewhere.
      guard try !isWithheld(Policy.fileName, in: head) else { return }
      committed = try repository.file(at: Policy.fileName, in: head)
    }
    if here == committed { return }
    if committed != nil {
      // Filters and line ends may part them, and a sparse checkout leaves it out: git alone can tell.
      let changed = try await repository.status(untracked: false, under: [Policy.fileName])
      if changed.isEmpty { return }
    }
    let counting =
      try repository.entry(at: Policy.fileName, in: commit) == nil
      ? "the defaults, since \(commit.short) has none" : "that of \(commit.short)"
    let what = here == nil ? "is gone here, which is" : "here is"
    context.error.print(
      "note: \(Policy.fileName) \(what) not committed: what counts is \(counting)")
  }

  /// Says that what was just written makes the checkout unclean, where it does.
  ///
  /// - Parameters:
  ///   - name: A file or directory, as a person named it.
  ///   - isNotes: Whether it is a file of notes: in a changelog's place they should not be.
  func noteUnclean(_ name: String, _ common: CommonOptions, isNotes: Bool = false) async throws {
    guard !common.quiet, let root = repository.workDirectory.flatMap(Disk.resolved),
      let place = Disk.resolved(path(name)), place.utf8.starts(with: "\(root)/".utf8)
    else { return }
    let relative = String(decoding: place.utf8.dropFirst(root.utf8.count + 1), as: UTF8.self)
    guard try await !repository.status(under: [relative]).isEmpty else { return }
    if isNotes, let kept = try repository.file(at: relative, in: head()),
      Changelog(kept, prefix: "").hasVersions
    {
      context.error.print(
        "note: \(name.safe) is these notes alone now; to keep what people wrote there: "
          + "git restore \(GitError.quoted(name).safe) && deed changelog")
      return
    }
    context.error.print(
      "note: \(name.safe) makes the checkout unclean: ignore it, or write it elsewhere")
  }
}
