internal import Clibgit2
internal import Dispatch
internal import Glibc
package import Release
internal import Synchronization

extension Repository {
  /// What `transform` makes of the commits of these ids, in the same order; authors as the mailmap
  /// has them.
  ///
  /// All processors take part, since most of the time goes into decompression and into whatever is
  /// done with the messages. A commit that a walk has just read is not read again.
  package func history<Output: Sendable>(
    of ids: [ObjectID], mappedBy mailmap: Mailmap?,
    as transform: @escaping @Sendable (HistoryCommit) -> Output
  ) throws(GitError) -> [Output] {
    let walked = walked
    self.walked = nil
    let processors = max(1, min(8, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    // Small enough that nobody waits long for the last, and to be worth a thread.
    let size = 128
    let parts = (ids.count + size - 1) / size
    let (packs, directory) = (packs, commonDirectory)
    let next = Atomic<Int>(0)
    let read = Mutex<[[Output?]]>(Array(repeating: [], count: parts))
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
    var commits: [Output] = []
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

/// Where one thread has commits from.
private struct CommitSource {
  private let reader: PackReader?
  private let mailmap: Mailmap?
  private let directory: String
  // Most histories lie in packs, and opening takes as long as reading hundreds of commits.
  private lazy var database = OwnDatabase(directory)
  /// Whom each line of an author means: few people write most of a history.
  private var authors: [[UInt8]: Person] = [:]

  init(_ packs: Packs, _ directory: String, _ mailmap: Mailmap?) {
    reader = PackReader(packs)
    self.directory = directory
    self.mailmap = mailmap
  }

  /// `nil` for anything out of the ordinary.
  mutating func commit(_ id: ObjectID, _ known: [UInt8]?) -> HistoryCommit? {
    guard let content = known ?? content(of: id), let headers = CommitHeaders(content) else {
      return nil
    }
    guard headers.isUTF8 else {
      return HistoryCommit(id: id, headers) { mailmap?.resolve($0) ?? $0 }
    }
    return HistoryCommit(
      id: id, parents: headers.parents, author: author(headers.author),
      text: headers.message.repaired)
  }

  private mutating func author(_ line: ArraySlice<UInt8>) -> Person {
    // Without the date, which makes every line another.
    let end = line.lastIndex(of: UInt8(ascii: ">")) ?? line.startIndex
    let key = Array(line[..<end])
    if let known = authors[key] { return known }
    let person = IdentityLine(line).person { String(decoding: $0, as: UTF8.self) }
    let author = mailmap?.resolve(person) ?? person
    if end > line.startIndex { authors[key] = author }
    return author
  }

  private mutating func content(of id: ObjectID) -> [UInt8]? {
    guard let object = reader?.object(id) else { return database?.commit(id) }
    return object.kind == .commit ? object.bytes : nil
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
