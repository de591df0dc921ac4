package import Release

/// A commit as it stands in the database, read leniently.
package struct Commit: Sendable {
  package let id: ObjectID
  package let tree: ObjectID
  package let parents: [ObjectID]
  /// As written: no mailmap.
  package let author: Person
  package let committer: Person
  /// Seconds since 1970, as written; 0 where there is no readable time.
  package let authorTime: Int64
  package let commitTime: Int64
  /// The whole message, decoded to UTF-8; what does not decode is U+FFFD.
  package let message: String
}

extension Commit {
  /// Reads a commit object; `nil` where it has no tree or a header that is no header.
  ///
  /// libgit2's own parser refuses commits whose author line is malformed; real histories have such.
  init?(id: ObjectID, parsing content: [UInt8]) {
    guard let headers = CommitHeaders(content) else { return nil }
    let decode = Self.decoder(headers.encoding)
    let author = IdentityLine(headers.author)
    let committer = IdentityLine(headers.committer)
    self.id = id
    self.tree = headers.tree
    self.parents = headers.parents
    self.author = author.person(decode)
    self.committer = committer.person(decode)
    self.authorTime = author.seconds ?? 0
    self.commitTime = committer.seconds ?? 0
    self.message = decode(headers.message)
  }

  fileprivate static func decoder(_ encoding: ArraySlice<UInt8>) -> (ArraySlice<UInt8>) -> String {
    guard !encoding.isEmpty else { return { String(decoding: $0, as: UTF8.self) } }
    let name = String(decoding: encoding, as: UTF8.self)
    if !TextEncoding.isUTF8(name), let text = TextEncoding(named: name) {
      return { text.decode($0) }
    }
    return { String(decoding: $0, as: UTF8.self) }
  }
}

extension HistoryCommit {
  /// Reads of a commit object what history is told by; `nil` where `Commit` would be.
  init?(id: ObjectID, parsing content: [UInt8]) {
    guard let headers = CommitHeaders(content) else { return nil }
    let decode = Commit.decoder(headers.encoding)
    self.init(
      id: id, parents: headers.parents, author: IdentityLine(headers.author).person(decode),
      message: decode(headers.message))
  }
}

/// The parts of a commit object, undecoded.
struct CommitHeaders {
  private(set) var tree: ObjectID
  private(set) var parents: [ObjectID] = []
  private(set) var author: ArraySlice<UInt8> = []
  private(set) var committer: ArraySlice<UInt8> = []
  private(set) var encoding: ArraySlice<UInt8> = []
  private(set) var message: ArraySlice<UInt8> = []

  init?(_ content: [UInt8]) {
    var rest = content[...]
    guard let first = Self.line(&rest), let tree = Self.id(first, after: "tree ") else {
      return nil
    }
    self.tree = tree
    while let line = Self.line(&rest) {
      guard !line.isEmpty else {
        message = rest
        return
      }
      // Only what stands before the author is a parent: signatures and merged tags come after.
      if author.isEmpty, line.starts(with: "parent ".utf8) {
        guard let parent = Self.id(line, after: "parent ") else { return nil }
        parents.append(parent)
      } else if author.isEmpty, line.starts(with: "author ".utf8) {
        author = line.dropFirst(7)
      } else if committer.isEmpty, line.starts(with: "committer ".utf8) {
        committer = line.dropFirst(10)
      } else if encoding.isEmpty, line.starts(with: "encoding ".utf8) {
        encoding = line.dropFirst(9)
      }
    }
  }

  /// Takes the next line off `rest`, without its line feed.
  static func line(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard !rest.isEmpty else { return nil }
    let length = rest.withUnsafeBufferPointer { bytes in
      var length = 0
      while length < bytes.count, bytes[length] != UInt8(ascii: "\n") { length += 1 }
      return length
    }
    let end = rest.startIndex + length
    defer { rest = rest[min(end + 1, rest.endIndex)...] }
    return rest[..<end]
  }

  /// The id in a header line that starts with `prefix`.
  static func id(_ line: ArraySlice<UInt8>, after prefix: StaticString) -> ObjectID? {
    let name = UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)
    guard line.starts(with: name) else { return nil }
    return ObjectID(hexadecimal: line.dropFirst(name.count))
  }
}
