/// The id of a git object: SHA-1, the only object format that libgit2 1.5 reads.
package struct ObjectID: Hashable, Comparable, Sendable, CustomStringConvertible {
  // Three words rather than an array: an id costs no allocation, and histories hold many.
  private let high: UInt64
  private let middle: UInt64
  private let low: UInt32

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
      let id = text.withContiguousStorageIfAvailable(Self.init(digits:))
        ?? Array(text).withUnsafeBufferPointer(Self.init(digits:))
    else { return nil }
    self = id
  }

  private init?(digits: UnsafeBufferPointer<UInt8>) {
    var high: UInt64 = 0
    var middle: UInt64 = 0
    var low: UInt32 = 0
    for index in digits.indices {
      guard let value = Hexadecimal.value(of: digits[index]) else { return nil }
      switch index {
      case 0..<16: high = high << 4 | UInt64(value)
      case 16..<32: middle = middle << 4 | UInt64(value)
      default: low = low << 4 | UInt32(value)
      }
    }
    self.init(high: high, middle: middle, low: low)
  }

  /// An id from its 40 lower-case hexadecimal digits; `nil` for anything else.
  package init?(_ text: some StringProtocol) {
    self.init(hexadecimal: Array(text.utf8))
  }

  /// The 20 raw bytes.
  package var bytes: [UInt8] { (0..<Self.byteCount).map(byte(at:)) }

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

  // The bits of a SHA-1 are as good as random: a few of them tell ids apart.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(high)
  }

  package static func < (left: ObjectID, right: ObjectID) -> Bool {
    (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
  }
}
