internal import Dispatch
internal import Glibc
package import Release
internal import Synchronization

extension Repository {
  /// The commits of one commit's history without another's, as each reads by itself: children before
  /// parents; authors as the mailmap has them.
  ///
  /// All processors take part, since most of the time goes into decompression and into what the
  /// messages say. What the walk itself has to read is handed on while it goes.
  package func readings(
    from tip: ObjectID, excluding base: ObjectID?, mappedBy mailmap: Mailmap?
  ) throws(GitError) -> [CommitReading] {
    Heap.prepare()
    let (packs, directory) = (packs, commonDirectory)
    let ahead = CommitsAhead(in: commitGraph) { CommitSource(packs, directory, mailmap) }
    keepWalked().onMeeting = ahead.add
    defer { walked = nil }
    let (ancestry, order) = try orderOfNotes(from: tip, excluding: base)
    walked = nil
    guard var known = ahead.finish() else {
      return try readings(of: order.map { ancestry.id(of: $0.node) }, mappedBy: mailmap)
    }
    let missing = order.filter { !known.has($0.handedOn) }.map { ancestry.id(of: $0.node) }
    var rest = try readings(of: missing, mappedBy: mailmap).makeIterator()
    return order.compactMap { known.take($0.handedOn) ?? rest.next() }
  }

  /// The same of the commits of these ids, in their order; one that a walk has read is not read again.
  package func readings(
    of ids: [ObjectID], mappedBy mailmap: Mailmap?
  ) throws(GitError) -> [CommitReading] {
    let walked = walked?.contents
    self.walked = nil
    let processors = Processors.countForMemory
    // Small enough that nobody waits long for the last, and to be worth a thread.
    let size = 128
    let parts = (ids.count + size - 1) / size
    let (packs, directory) = (packs, commonDirectory)
    let next = Atomic<Int>(0)
    let read = Mutex<[[CommitReading?]]>(Array(repeating: [], count: parts))
    DispatchQueue.concurrentPerform(iterations: min(processors, parts)) { _ in
      var source = CommitSource(packs, directory, mailmap)
      while true {
        let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard part < parts else { return }
        let some = Array(ids[(part * size)..<min((part + 1) * size, ids.count)])
        let commits = source.readings(of: some, known: some.map { walked?[$0] })
        read.withLock { $0[part] = commits }
      }
    }
    var readings: [CommitReading] = []
    readings.reserveCapacity(ids.count)
    for part in read.withLock({ $0 }) {
      for reading in part {
        if let reading {
          readings.append(reading)
        } else {
          readings.append(CommitReading(try unusual(ids[readings.count], mailmap)))
        }
      }
    }
    return readings
  }

  /// A commit that could not be read the short way, or why it cannot be read at all.
  private func unusual(_ id: ObjectID, _ mailmap: Mailmap?) throws(GitError) -> HistoryCommit {
    guard let commit = try commit(id) else { throw missing(id, "commit") }
    return HistoryCommit(
      id: id, parents: commit.parents, author: mailmap?.resolve(commit.author) ?? commit.author,
      message: commit.message)
  }
}
