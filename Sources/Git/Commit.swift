internal import Glibc
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
  /// What a commit object says that history is told by, the author as `identify` has it.
  init(id: ObjectID, _ headers: CommitHeaders, _ identify: (Person) -> Person) {
    let decode = Commit.decoder(headers.encoding)
    self.init(
      id: id, parents: headers.parents,
      author: identify(IdentityLine(headers.author).person(decode)),
      message: decode(headers.message))
  }
}

extension ArraySlice<UInt8> {
  /// The same as UTF-8, with U+FFFD for what is none.
  var repaired: ArraySlice<UInt8> {
    withUnsafeBytes(\.isUTF8) ? self : Array(String(decoding: self, as: UTF8.self).utf8)[...]
  }
}

extension UnsafeRawBufferPointer {
  /// Whether all of it is well-formed: to make a text of it, and bytes again, takes ten times as long.
  fileprivate var isUTF8: Bool {
    var place = 0
    while place < count {
      if place + 8 <= count,
        loadUnaligned(fromByteOffset: place, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        place += 8
      } else if self[place] < 0x80 {
        place += 1
      } else if let length = lengthOfScalar(at: place) {
        place += length
      } else {
        return false
      }
    }
    return true
  }

  /// How many bytes the scalar beyond ASCII has that begins at a place inside; `nil` where none does.
  private func lengthOfScalar(at place: Int) -> Int? {
    // Unicode's table 3-7: only the second byte's bounds depend on the first.
    let (length, second): (Int, ClosedRange<UInt8>)
    switch self[place] {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard place + length <= count, second.contains(self[place + 1]) else { return nil }
    for further in (place + 2)..<(place + length) where self[further] & 0xC0 != 0x80 { return nil }
    return length
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
    guard let places = content.withUnsafeBytes(HeaderPlaces.init) else { return nil }
    tree = places.tree
    parents = places.parents
    author = content[places.author]
    committer = content[places.committer]
    encoding = content[places.encoding]
    message = content[places.message]
  }

  /// Whether the text is to be read as UTF-8, as most is.
  var isUTF8: Bool {
    encoding.isEmpty || TextEncoding.isUTF8(String(decoding: encoding, as: UTF8.self))
  }

  /// Takes the next line off `rest`, without its line feed.
  static func line(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard !rest.isEmpty else { return nil }
    let length = rest.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress, let end = memchr(start, 10, bytes.count) else {
        return bytes.count
      }
      return UnsafeRawPointer(end) - start
    }
    let end = rest.startIndex + length
    defer { rest = rest[min(end + 1, rest.endIndex)...] }
    return rest[..<end]
  }

  /// The id in a header line that starts with `prefix`.
  static func id(_ line: ArraySlice<UInt8>, after prefix: StaticString) -> ObjectID? {
    line.withUnsafeBytes { HeaderPlaces.id($0, 0..<$0.count, after: prefix) }
  }
}

/// Where the parts of a commit object stand: histories have many, so no slice is made of each line.
private struct HeaderPlaces {
  let tree: ObjectID
  var parents: [ObjectID] = []
  var author = 0..<0
  var committer = 0..<0
  var encoding = 0..<0
  var message = 0..<0

  init?(_ bytes: UnsafeRawBufferPointer) {
    guard let first = Self.line(bytes, from: 0), let tree = Self.id(bytes, first, after: "tree ")
    else { return nil }
    self.tree = tree
    var start = first.upperBound + 1
    while let line = Self.line(bytes, from: start) {
      start = line.upperBound + 1
      guard !line.isEmpty else {
        message = min(start, bytes.count)..<bytes.count
        return
      }
      // Only what stands before the author is a parent: signatures and merged tags come after.
      switch bytes[line.lowerBound] {
      case UInt8(ascii: "p") where author.isEmpty && Self.begins(bytes, line, "parent "):
        guard let parent = Self.id(bytes, line, after: "parent ") else { return nil }
        // Most have one: to make room for it is all that is done.
        if parents.isEmpty { parents = [parent] } else { parents.append(parent) }
      case UInt8(ascii: "a") where author.isEmpty && Self.begins(bytes, line, "author "):
        author = line.dropFirst(7)
      case UInt8(ascii: "c") where committer.isEmpty && Self.begins(bytes, line, "committer "):
        committer = line.dropFirst(10)
      case UInt8(ascii: "e") where encoding.isEmpty && Self.begins(bytes, line, "encoding "):
        encoding = line.dropFirst(9)
      default: break
      }
    }
  }

  /// The line that begins at `start`, without its line feed; `nil` at the end.
  private static func line(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Range<Int>? {
    guard start < bytes.count, let address = bytes.baseAddress else { return nil }
    guard let end = memchr(address + start, 10, bytes.count - start) else {
      return start..<bytes.count
    }
    return start..<(UnsafeRawPointer(end) - address)
  }

  /// The id in a header line that starts with `prefix`.
  static func id(
    _ bytes: UnsafeRawBufferPointer, _ line: Range<Int>, after prefix: StaticString
  ) -> ObjectID? {
    guard begins(bytes, line, prefix) else { return nil }
    let digits = UnsafeRawBufferPointer(rebasing: bytes[line.dropFirst(prefix.utf8CodeUnitCount)])
    return digits.withMemoryRebound(to: UInt8.self) { ObjectID(digits: $0.span) }
  }

  private static func begins(
    _ bytes: UnsafeRawBufferPointer, _ line: Range<Int>, _ prefix: StaticString
  ) -> Bool {
    guard line.count >= prefix.utf8CodeUnitCount, let address = bytes.baseAddress else {
      return false
    }
    return memcmp(address + line.lowerBound, prefix.utf8Start, prefix.utf8CodeUnitCount) == 0
  }
}
