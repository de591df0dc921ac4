internal import Dispatch
internal import Glibc
package import Release
internal import Synchronization

/// What is made of a commit.
typealias CommitOutcome = any AnyObject & Sendable

extension Repository {
  /// What `transform` makes of the commits of one commit's history without another's: children before
  /// parents; authors as the mailmap has them.
  ///
  /// All processors take part, since most of the time goes into decompression and into whatever is
  /// done with the messages. What the walk itself has to read is handed on while it goes.
  package func history<Output: AnyObject & Sendable>(
    from tip: ObjectID, excluding base: ObjectID?, mappedBy mailmap: Mailmap?,
    as transform: @escaping @Sendable (HistoryCommit) -> Output
  ) throws(GitError) -> [Output] {
    // Not generic where it runs for each commit: that would not be compiled for other modules' types.
    try outcomes(from: tip, excluding: base, mailmap, transform)
      .map { unsafeDowncast($0, to: Output.self) }
  }

  /// The same of the commits of these ids, in their order; one that a walk has read is not read again.
  package func history<Output: AnyObject & Sendable>(
    of ids: [ObjectID], mappedBy mailmap: Mailmap?,
    as transform: @escaping @Sendable (HistoryCommit) -> Output
  ) throws(GitError) -> [Output] {
    try outcomes(of: ids, mailmap, transform).map { unsafeDowncast($0, to: Output.self) }
  }

  private func outcomes(
    from tip: ObjectID, excluding base: ObjectID?, _ mailmap: Mailmap?,
    _ transform: @escaping @Sendable (HistoryCommit) -> CommitOutcome
  ) throws(GitError) -> [CommitOutcome] {
    let (packs, directory) = (packs, commonDirectory)
    let ahead = CommitsAhead(as: transform) { CommitSource(packs, directory, mailmap) }
    keepWalked().onMeeting = ahead.add
    defer { walked = nil }
    let ids = try orderOfNotes(from: tip, excluding: base)
    walked = nil
    guard var known = ahead.finish() else { return try outcomes(of: ids, mailmap, transform) }
    let places = ids.map { known.place(of: $0) }
    let missing = zip(ids, places).filter { $1 == nil }.map(\.0)
    var rest = try outcomes(of: missing, mailmap, transform).makeIterator()
    return places.compactMap { $0.flatMap { known.take($0) } ?? rest.next() }
  }

  private func outcomes(
    of ids: [ObjectID], _ mailmap: Mailmap?,
    _ transform: @escaping @Sendable (HistoryCommit) -> CommitOutcome
  ) throws(GitError) -> [CommitOutcome] {
    let walked = walked?.contents
    self.walked = nil
    let processors = Processors.countForMemory
    // Small enough that nobody waits long for the last, and to be worth a thread.
    let size = 128
    let parts = (ids.count + size - 1) / size
    let (packs, directory) = (packs, commonDirectory)
    let next = Atomic<Int>(0)
    let read = Mutex<[[CommitOutcome?]]>(Array(repeating: [], count: parts))
    DispatchQueue.concurrentPerform(iterations: min(processors, parts)) { _ in
      var source = CommitSource(packs, directory, mailmap)
      while true {
        let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard part < parts else { return }
        let commits = ids[(part * size)..<min((part + 1) * size, ids.count)].map { id in
          source.commit(id, walked?[id]).map(transform)
        }
        read.withLock { $0[part] = commits }
      }
    }
    var commits: [CommitOutcome] = []
    commits.reserveCapacity(ids.count)
    for part in read.withLock({ $0 }) {
      for commit in part {
        if let commit {
          commits.append(commit)
        } else {
          commits.append(transform(try unusual(ids[commits.count], mailmap)))
        }
      }
    }
    return commits
  }

  /// A commit that could not be read the short way, or why it cannot be read at all.
  private func unusual(_ id: ObjectID, _ mailmap: Mailmap?) throws(GitError) -> HistoryCommit {
    guard let commit = try commit(id) else { throw missing(id, "commit") }
    return HistoryCommit(
      id: id, parents: commit.parents, author: mailmap?.resolve(commit.author) ?? commit.author,
      message: commit.message)
  }
}
