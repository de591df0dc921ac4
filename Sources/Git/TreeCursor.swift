internal import Release

/// The entries of a stored tree, one after the other.
///
/// Histories hold millions of entries, so that nothing is copied on the way.
struct TreeCursor {
  private let content: [UInt8]
  private(set) var start = 0
  /// Behind the blank after the mode.
  private var nameStart = 0
  private var nameEnd = 0
  /// Behind the entry.
  private(set) var end = 0
  private(set) var isAtEnd = false
  private(set) var isReadable = true

  init(_ content: [UInt8]) {
    self.content = content
    advance()
  }

  mutating func advance() {
    start = end
    guard start < content.count else {
      isAtEnd = true
      return
    }
    (nameStart, nameEnd) = content.withUnsafeBufferPointer { bytes in
      var space = start
      while space < bytes.count, bytes[space] != UInt8(ascii: " ") { space += 1 }
      var end = space + 1
      while end < bytes.count, bytes[end] != 0 { end += 1 }
      return (space + 1, end)
    }
    end = nameEnd + 1 + ObjectID.byteCount
    guard end <= content.count else {
      isReadable = false
      isAtEnd = true
      return
    }
  }

  /// Mode, name and id as they stand.
  var bytes: ArraySlice<UInt8> { content[start..<end] }

  /// Passes over the entries that come next in both, the same to the byte; says whether there are any.
  mutating func skipCommon(with other: inout TreeCursor) -> Bool {
    let (first, common) = (start, commonCount(with: other))
    while !isAtEnd, end - first <= common { advance() }
    guard start > first else { return false }
    other.end = other.start + (start - first)
    other.advance()
    return true
  }

  /// How many bytes from here on both have.
  private func commonCount(with other: TreeCursor) -> Int {
    content.withUnsafeBytes { mine in
      other.content.withUnsafeBytes { theirs in
        let count = min(mine.count - start, theirs.count - other.start)
        var place = 0
        func word(_ bytes: UnsafeRawBufferPointer, from start: Int) -> UInt64 {
          bytes.loadUnaligned(fromByteOffset: start + place, as: UInt64.self)
        }
        while place + 8 <= count, word(mine, from: start) == word(theirs, from: other.start) {
          place += 8
        }
        while place < count, mine[start + place] == theirs[other.start + place] { place += 1 }
        return place
      }
    }
  }

  var name: ArraySlice<UInt8> { content[nameStart..<nameEnd] }

  var id: ObjectID { content.withUnsafeBytes { ObjectID($0, at: nameEnd + 1) } }

  /// Directories are `40000`; all other modes have six digits.
  var isDirectory: Bool { nameStart - start == 6 }

  /// The number that git writes in octal digits; `nil` where it is none.
  var mode: UInt32? {
    var mode: UInt32 = 0
    for digit in content[start..<(nameStart - 1)] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit), mode < 1 << 28 else {
        return nil
      }
      mode = mode << 3 | UInt32(digit - UInt8(ascii: "0"))
    }
    return nameStart - 1 > start ? mode : nil
  }

  func isNamed(_ name: [UInt8]) -> Bool {
    guard nameEnd - nameStart == name.count else { return false }
    for offset in name.indices where content[nameStart + offset] != name[offset] { return false }
    return true
  }

  /// Whether no entry after this one can have any of the names.
  ///
  /// Trees are sorted, a directory as though its name ended in a slash: git itself looks no further.
  func isLast(of names: [[UInt8]]) -> Bool {
    for name in names where !isAtOrPast(name) { return false }
    return true
  }

  private func isAtOrPast(_ name: [UInt8]) -> Bool {
    let count = nameEnd - nameStart
    for offset in 0..<min(name.count, count) {
      let byte = content[nameStart + offset]
      if byte != name[offset] { return byte > name[offset] }
    }
    // What is longer may still stand before a directory of this name.
    return name.count == count
  }
}
