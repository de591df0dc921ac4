/// How an object in a pack is told by another one, step by step.
struct PackedDelta {
  enum Step {
    /// So many bytes that stand in the delta itself.
    case own(Range<Int>)
    /// A stretch of the other object.
    case copied(Range<Int>)
  }

  private let bytes: [UInt8]
  private var place = 0
  /// The size of the object that it is told by.
  let baseSize: Int
  let size: Int

  /// `nil` where these are no sizes of objects that are read here.
  init?(_ bytes: [UInt8]) {
    self.bytes = bytes
    guard let baseSize = Self.number(bytes, &place), let size = Self.number(bytes, &place),
      size <= 1 << 24
    else { return nil }
    self.baseSize = baseSize
    self.size = size
  }

  var isAtEnd: Bool { place == bytes.count }

  subscript(range: Range<Int>) -> ArraySlice<UInt8> { bytes[range] }

  /// `nil` where what comes next is malformed, or nothing.
  mutating func next() -> Step? {
    guard place < bytes.count else { return nil }
    let command = bytes[place]
    place += 1
    guard command & 0x80 != 0 else {
      // 0 is reserved.
      let start = place
      place += Int(command)
      return command > 0 && place <= bytes.count ? .own(start..<place) : nil
    }
    // Only those bytes of the offset and the length stand here that are not 0.
    var (offset, length) = (0, 0)
    for bit in 0..<7 where command & 1 << UInt8(bit) != 0 {
      guard place < bytes.count else { return nil }
      if bit < 4 {
        offset |= Int(bytes[place]) << (8 * bit)
      } else {
        length |= Int(bytes[place]) << (8 * (bit - 4))
      }
      place += 1
    }
    if length == 0 { length = 0x10000 }
    let end = offset + length
    return end <= baseSize ? .copied(offset..<end) : nil
  }

  private static func number(_ bytes: [UInt8], _ place: inout Int) -> Int? {
    var value = 0
    var shift = 0
    while place < bytes.count, shift < 32 {
      let byte = bytes[place]
      place += 1
      value |= Int(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    return nil
  }
}
