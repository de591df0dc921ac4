internal import Glibc
package import Release

/// git's file of packed references, read directly: libgit2 makes an object of each of thousands
/// before it tells of one.
struct PackedReferences {
  private let file: MappedFile
  /// Behind the line that says how the file is written.
  private let start: Int

  /// What one line says, as places in the file.
  struct Line {
    fileprivate let bytes: UnsafeRawBufferPointer
    fileprivate let start: Int
    fileprivate let nameEnd: Int
    /// Where the id stands that the reference leads to at last; `nil` where that is its target.
    fileprivate let peeledStart: Int?
    fileprivate let next: Int

    /// The name behind so many bytes of it.
    func name(after count: Int) -> UnsafeBufferPointer<UInt8> {
      let place = start + ObjectID.digitCount + 1 + count
      return UnsafeRawBufferPointer(rebasing: bytes[place..<nameEnd])
        .assumingMemoryBound(to: UInt8.self)
    }

    var target: ObjectID? { id(at: start) }
    var peeled: ObjectID? { peeledStart.flatMap(id) }

    private func id(at place: Int) -> ObjectID? {
      let digits = UnsafeRawBufferPointer(rebasing: bytes[place..<(place + ObjectID.digitCount)])
      return ObjectID(digits: digits.assumingMemoryBound(to: UInt8.self).span)
    }
  }

  /// `nil` where the file does not say of each tag what it leads to, or is in no form that is known.
  init?(_ path: String) {
    guard let file = MappedFile(path) else { return nil }
    let first = file.bytes.prefix { $0 != UInt8(ascii: "\n") }
    let words = first.split(separator: UInt8(ascii: " "))
    guard first.starts(with: "# pack-refs with:".utf8),
      ["fully-peeled", "sorted"].allSatisfy({ trait in
        words.contains { $0.elementsEqual(trait.utf8) }
      })
    else { return nil }
    self.file = file
    start = min(first.endIndex + 1, file.count)
  }

  /// Calls `body` for each reference whose name begins with `prefix`.
  ///
  /// - Returns: Whether all that was looked at is in the form that is known, and `body` says so too.
  func forEach(under prefix: String, _ body: (Line) -> Bool) -> Bool {
    let prefix = Array(prefix.utf8)
    guard var place = firstLine(notBefore: prefix) else { return false }
    while place < file.count {
      guard let line = line(at: place) else { return false }
      guard Self.order(line, prefix) == 0 else { return true }
      guard body(line) else { return false }
      place = line.next
    }
    return true
  }

  /// Where the first line stands whose name is not before `prefix`; `nil` where lines are malformed.
  private func firstLine(notBefore prefix: [UInt8]) -> Int? {
    var low = start
    var high = file.count
    while low < high {
      // From the middle back to where a line begins that has a name.
      var middle = (low + high) / 2
      while middle > low, file.bytes[middle - 1] != UInt8(ascii: "\n") { middle -= 1 }
      while middle > low, file.bytes[middle] == UInt8(ascii: "^") {
        middle -= 1
        while middle > low, file.bytes[middle - 1] != UInt8(ascii: "\n") { middle -= 1 }
      }
      guard let line = line(at: middle) else { return nil }
      if Self.order(line, prefix) < 0 { low = line.next } else { high = middle }
    }
    return low
  }

  /// Less than 0 where a line's name comes before those that begin with `prefix`, 0 where it is one.
  private static func order(_ line: Line, _ prefix: [UInt8]) -> Int32 {
    let name = line.name(after: 0)
    guard let start = name.baseAddress else { return prefix.isEmpty ? 0 : -1 }
    let order = memcmp(start, prefix, min(name.count, prefix.count))
    return order == 0 && name.count < prefix.count ? -1 : order
  }

  /// An id, a blank and a name; what a tag leads to may follow in a line of its own.
  private func line(at start: Int) -> Line? {
    let bytes = file.bytes
    let digits = ObjectID.digitCount
    guard let end = lineEnd(from: start), end - start > digits + 1,
      bytes[start + digits] == UInt8(ascii: " ")
    else { return nil }
    guard end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: "^") else {
      return Line(bytes: bytes, start: start, nameEnd: end, peeledStart: nil, next: end + 1)
    }
    guard let next = lineEnd(from: end + 1), next == end + 2 + digits else { return nil }
    return Line(bytes: bytes, start: start, nameEnd: end, peeledStart: end + 2, next: next + 1)
  }

  private func lineEnd(from start: Int) -> Int? {
    let bytes = file.bytes
    guard let address = bytes.baseAddress, start < bytes.count,
      let end = memchr(address + start, 10, bytes.count - start)
    else { return nil }
    return UnsafeRawPointer(end) - address
  }
}

extension Repository {
  /// Calls `take` with the name of each tag and what it leads to at last, in no order.
  ///
  /// Whether that is a commit, and is here, has not been looked at.
  ///
  /// - Returns: Whether these are all; not where each tag has to be looked at to tell.
  package func forEachTagEnd(
    _ take: (Swift.Span<UInt8>, ObjectID) -> Void
  ) throws(GitError) -> Bool {
    guard pending.isEmpty else { return false }
    let directory = "refs/tags/"
    let loose = Set(try looseNames(under: directory).map { Array($0.utf8) })
    let isRead = forEachPacked(under: directory) { line in
      let name = line.name(after: directory.utf8.count)
      if !loose.isEmpty, loose.contains(Array(directory.utf8) + name) { return true }
      guard let end = line.peeledOrTarget else { return false }
      take(name.span, end)
      return true
    }
    guard isRead else { return false }
    for name in loose {
      guard var end = try reference(String(decoding: name, as: UTF8.self)) else { continue }
      while try kind(of: end) == .tag { end = try tagged(by: end) }
      let rest = name[directory.utf8.count...]
      take(rest.span, end)
    }
    return true
  }

  /// References as `references(under:)` has them, but in no order; `nil` where libgit2 is to be asked.
  func storedReferences(under prefix: String) throws(GitError) -> [Reference]? {
    let loose = try looseNames(under: prefix)
    let names = Set(loose)
    var found: [Reference] = []
    let isRead = forEachPacked(under: prefix) { line in
      let name = String(decoding: line.name(after: 0), as: UTF8.self)
      if names.contains(name) { return true }
      guard let target = line.target else { return false }
      found.append(Reference(name: name, target: target, peeled: line.peeled))
      return true
    }
    guard isRead else { return nil }
    for name in loose {
      guard let target = try reference(name) else { continue }
      found.append(Reference(name: name, target: target, peeled: nil))
    }
    return found
  }

  /// The names of the references that have a file of their own.
  private func looseNames(under prefix: String) throws(GitError) -> [String] {
    let end = prefix.lastIndex(of: "/") ?? prefix.startIndex
    return try Disk.files(below: "\(commonDirectory)/\(prefix[..<end])")
      .map { String($0.dropFirst(commonDirectory.count + 1)) }
      .filter { $0.hasPrefix(prefix) && !$0.hasSuffix(".lock") }
  }

  private func forEachPacked(
    under prefix: String, _ body: (PackedReferences.Line) -> Bool
  ) -> Bool {
    let path = "\(commonDirectory)/packed-refs"
    guard Disk.exists(path) else { return true }
    return PackedReferences(path)?.forEach(under: prefix, body) ?? false
  }
}

extension PackedReferences.Line {
  fileprivate var peeledOrTarget: ObjectID? { peeledStart == nil ? target : peeled }
}
