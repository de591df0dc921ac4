internal import Clibgit2
internal import Dispatch
internal import Glibc
package import Release
internal import Synchronization

extension Repository {
  /// What `transform` makes of the commits of these ids, in the same order.
  ///
  /// All processors take part, since most of the time goes into decompression and into whatever is
  /// done with the messages. A commit that a walk has just read is not read again.
  package func history<Output: Sendable>(
    of ids: [ObjectID], as transform: @escaping @Sendable (HistoryCommit) -> Output
  ) throws(GitError) -> [Output] {
    let walked = walked
    self.walked = nil
    let processors = max(1, min(8, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    // Starting a thread and opening the packs once more pays from some hundred commits on.
    let parts = min(processors, 1 + ids.count / 256)
    let size = (ids.count + parts - 1) / max(1, parts)
    let directory = commonDirectory
    let read = Mutex<[Int: [Output?]]>([:])
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let range = min(part * size, ids.count)..<min((part + 1) * size, ids.count)
      let database = OwnDatabase(directory)
      let commits = ids[range].map { id in
        (walked?[id] ?? database?.commit(id)).flatMap { content in
          HistoryCommit(id: id, parsing: content).map(transform)
        }
      }
      read.withLock { $0[part] = commits }
    }
    var commits: [Output] = []
    commits.reserveCapacity(ids.count)
    for part in 0..<parts {
      for commit in read.withLock({ $0.removeValue(forKey: part) }) ?? [] {
        if let commit {
          commits.append(commit)
        } else {
          commits.append(transform(try unusual(ids[commits.count])))
        }
      }
    }
    return commits
  }

  /// A commit that could not be read the short way, or why it cannot be read at all.
  private func unusual(_ id: ObjectID) throws(GitError) -> HistoryCommit {
    guard let commit = try commit(id) else { throw missing(id, "commit") }
    return HistoryCommit(
      id: id, parents: commit.parents, author: commit.author, message: commit.message)
  }
}

/// The objects of a repository, opened once more, for another thread.
final class OwnDatabase {
  let database: OpaquePointer

  /// `nil` where they cannot be opened; the repository's own handle says why.
  init?(_ commonDirectory: String) {
    var database: OpaquePointer?
    guard git_odb_open(&database, "\(commonDirectory)/objects") == 0, let database else {
      git_error_clear()
      return nil
    }
    self.database = database
  }

  deinit {
    git_odb_free(database)
  }

  /// `nil` for anything out of the ordinary.
  func commit(_ id: ObjectID) -> [UInt8]? {
    var found: OpaquePointer?
    var raw = id.raw
    guard git_odb_read(&found, database, &raw) == 0 else {
      git_error_clear()
      return nil
    }
    defer { git_odb_object_free(found) }
    guard git_odb_object_type(found) == GIT_OBJECT_COMMIT else { return nil }
    return [UInt8](
      UnsafeRawBufferPointer(
        start: git_odb_object_data(found), count: git_odb_object_size(found)))
  }
}
