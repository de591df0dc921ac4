/// The id of a git object: SHA-1, the only object format that libgit2 1.5 reads.
package struct ObjectID: Hashable, Comparable, Sendable, CustomStringConvertible {
  // Three words rather than an array: an id costs no allocation, and histories hold many.
  @usableFromInline package let high: UInt64
  @usableFromInline package let middle: UInt64
  @usableFromInline package let low: UInt32

  /// Length in bytes.
  package static let byteCount = 20

  /// Length in hexadecimal digits.
  package static let digitCount = 40

  /// git's "no such object", the old value of a ref that does not exist.
  package static let zero = ObjectID(high: 0, middle: 0, low: 0)

  private init(high: UInt64, middle: UInt64, low: UInt32) {
    self.high = high
    self.middle = middle
    self.low = low
  }

  /// The id whose 20 raw bytes stand at `pointer`.
  @inlinable
  package init(at pointer: UnsafeRawPointer) {
    high = UInt64(bigEndian: pointer.loadUnaligned(as: UInt64.self))
    middle = UInt64(bigEndian: pointer.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    low = UInt32(bigEndian: pointer.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
  }

  /// An id from its 20 raw bytes; `nil` for any other length.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount,
      let id = bytes.withContiguousStorageIfAvailable(Self.init(raw:))
        ?? Array(bytes).withUnsafeBufferPointer(Self.init(raw:))
    else { return nil }
    self = id
  }

  private init?(raw bytes: UnsafeBufferPointer<UInt8>) {
    guard let address = bytes.baseAddress else { return nil }
    self.init(at: UnsafeRawPointer(address))
  }

  /// An id from its 40 lower-case hexadecimal digits; `nil` for anything else.
  package init?(hexadecimal text: some Collection<UInt8>) {
    // Histories hold millions of these, so no generic code may run for each digit.
    guard text.count == Self.digitCount,
      let id = text.withContiguousStorageIfAvailable({ Self.init(digits: $0.span) })
        ?? Array(text).withUnsafeBufferPointer({ Self.init(digits: $0.span) })
    else { return nil }
    self = id
  }

  /// The same of digits in memory.
  package init?(digits: Swift.Span<UInt8>) {
    let id = digits.withUnsafeBufferPointer { digits in
      digits.count == Self.digitCount
        ? digits.baseAddress.flatMap(Self.init(digitsAt:)) : nil
    }
    guard let id else { return nil }
    self = id
  }

  private init?(digitsAt address: UnsafePointer<UInt8>) {
    var words: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
    let isRead =
      Self.read(address, 0, &words.0) && Self.read(address, 8, &words.1)
      && Self.read(address, 16, &words.2) && Self.read(address, 24, &words.3)
      && Self.read(address, 32, &words.4)
    guard isRead else { return nil }
    self.init(
      high: words.0 << 32 | words.1, middle: words.2 << 32 | words.3,
      low: UInt32(truncatingIfNeeded: words.4))
  }

  /// Reads eight digits at once, each in a byte of one word.
  private static func read(
    _ digits: UnsafePointer<UInt8>, _ offset: Int, _ value: inout UInt64
  ) -> Bool {
    let word = UInt64(
      bigEndian: UnsafeRawPointer(digits).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    // 1 where a letter stands: `a` is 0x61, `0` is 0x30.
    let letters = word >> 6 & 0x0101_0101_0101_0101
    let nibbles = (word & 0x0F0F_0F0F_0F0F_0F0F) + 9 * letters
    // The upper half is 3 or 6; letters are above 9 and at most 15, digits at most 9.
    let isHexadecimal =
      (word & 0xF0F0_F0F0_F0F0_F0F0) == 0x3030_3030_3030_3030 + 0x30 * letters
      && (nibbles & 0x1010_1010_1010_1010) == 0
      && ((nibbles + 0x0606_0606_0606_0606) & 0x1010_1010_1010_1010) == letters << 4
    guard isHexadecimal else { return false }
    var packed = (nibbles | nibbles >> 4) & 0x00FF_00FF_00FF_00FF
    packed = (packed | packed >> 8) & 0x0000_FFFF_0000_FFFF
    value = (packed | packed >> 16) & 0xFFFF_FFFF
    return true
  }

  /// An id from its 40 lower-case hexadecimal digits; `nil` for anything else.
  package init?(_ text: some StringProtocol) {
    self.init(hexadecimal: Array(text.utf8))
  }

  /// The 20 raw bytes.
  package var bytes: [UInt8] { (0..<Self.byteCount).map(byte(at:)) }

  /// As good as a random number, and one that tables of objects are divided up by.
  @inlinable package var firstByte: UInt8 { UInt8(truncatingIfNeeded: high >> 56) }

  /// As good as a random number.
  @inlinable package var bits: UInt64 { high }

  private func byte(at index: Int) -> UInt8 {
    switch index {
    case 0..<8: UInt8(truncatingIfNeeded: high >> (56 - 8 * UInt64(index)))
    case 8..<16: UInt8(truncatingIfNeeded: middle >> (120 - 8 * UInt64(index)))
    default: UInt8(truncatingIfNeeded: low >> (152 - 8 * UInt32(index)))
    }
  }

  /// The 40 hexadecimal digits as bytes.
  package var hexadecimal: [UInt8] { Hexadecimal.encode(bytes) }

  package var description: String { digits(Self.digitCount) }

  /// The first 12 digits, as people see it.
  package var short: String { digits(12) }

  /// The first digits.
  package func digits(_ count: Int) -> String {
    // Notes name thousands of commits: no array on the way.
    String(unsafeUninitializedCapacity: count) { text in
      for index in 0..<count {
        let byte = byte(at: index / 2)
        let value = index.isMultiple(of: 2) ? byte >> 4 : byte & 15
        text[index] = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
      }
      return count
    }
  }

  @inlinable
  package static func == (left: ObjectID, right: ObjectID) -> Bool {
    left.high == right.high && left.middle == right.middle && left.low == right.low
  }

  // The bits of a SHA-1 are as good as random: a few of them tell ids apart.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(high)
  }

  @inlinable
  package static func < (left: ObjectID, right: ObjectID) -> Bool {
    (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
  }
}
