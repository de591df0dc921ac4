internal import Clibgit2
internal import Glibc
internal import Release

/// Where one thread has commits from.
struct CommitSource {
  private let reader: PackReader?
  private let mailmap: Mailmap?
  private let directory: String
  // Most histories lie in packs, and opening takes as long as reading hundreds of commits.
  private lazy var database = OwnDatabase(directory)
  /// Whom each line of an author means: few people write most of a history.
  private var authors: [AuthorLine: Person] = [:]

  init(_ packs: Packs, _ directory: String, _ mailmap: Mailmap?) {
    reader = PackReader(packs)
    self.directory = directory
    self.mailmap = mailmap
  }

  /// What commits read; `nil` for anything out of the ordinary.
  ///
  /// - Parameter known: What was read of each already.
  mutating func readings(of ids: [ObjectID], known: [[UInt8]?]) -> [CommitReading?] {
    let isAllKnown = known.allSatisfy { $0 != nil }
    let places = isAllKnown ? nil : reader?.places(of: ids)
    return ids.indices.map { index in
      commit(ids[index], known[index] ?? content(of: ids[index], at: places?[index]))
        .map(CommitReading.init)
    }
  }

  private mutating func commit(_ id: ObjectID, _ content: [UInt8]?) -> HistoryCommit? {
    guard let content, let headers = CommitHeaders(content) else { return nil }
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
    let key = AuthorLine(text: line[..<end])
    if let known = authors[key] { return known }
    let person = IdentityLine(line).person { String(decoding: $0, as: UTF8.self) }
    let author = mailmap?.resolve(person) ?? person
    if end > line.startIndex { authors[AuthorLine(text: Array(line[..<end])[...])] = author }
    return author
  }

  private mutating func content(of id: ObjectID, at place: PackPlace?) -> [UInt8]? {
    let found = place.map { reader?.object(at: $0) } ?? reader?.object(id)
    guard let object = found else { return database?.commit(id) }
    return object.kind == .commit ? object.bytes : nil
  }
}

/// An author line without its date.
private struct AuthorLine: Hashable {
  let text: ArraySlice<UInt8>

  static func == (left: AuthorLine, right: AuthorLine) -> Bool {
    left.text.withUnsafeBytes { left in
      right.text.withUnsafeBytes { right in
        left.count == right.count
          && (left.baseAddress.flatMap { left in
            right.baseAddress.map { memcmp(left, $0, right.count) == 0 }
          } ?? true)
      }
    }
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(text.withUnsafeBytes(QuickHash.of))
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
