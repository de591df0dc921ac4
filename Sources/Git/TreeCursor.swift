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

  /// Name, NUL and id as they stand.
  var nameAndID: ArraySlice<UInt8> { content[nameStart..<end] }

  /// What git takes the mode for; `nil` where it is no number.
  ///
  /// Old programs wrote others than git does: of a file it asks no more than whether its owner may run it,
  /// and what is of no kind that it knows is a submodule.
  var mode: UInt32? {
    // Nearly all are written in one way, here with the blank behind it.
    let text = content.withUnsafeBytes { $0.bigEndian(at: start, as: UInt64.self) }
    if text >> 8 == 0x31_3030_3634_3420 { return TreeEntry.file }
    if text >> 16 == 0x3430_3030_3020 { return TreeEntry.directory }
    var mode: UInt32 = 0
    for digit in content[start..<(nameStart - 1)] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit), mode < 1 << 28 else {
        return nil
      }
      mode = mode << 3 | UInt32(digit - UInt8(ascii: "0"))
    }
    guard nameStart - 1 > start else { return nil }
    switch mode & 0o170000 {
    case 0o100000: return mode & 0o100 == 0 ? TreeEntry.file : 0o100755
    case 0o120000: return 0o120000
    case TreeEntry.directory: return TreeEntry.directory
    default: return 0o160000
    }
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
