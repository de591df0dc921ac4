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

  /// An id from its 20 raw bytes; `nil` for any other length.
  package init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    var rest = bytes[...]
    func take<Word: FixedWidthInteger>(_: Word.Type) -> Word {
      let word = rest.prefix(Word.bitWidth / 8).reduce(Word(0)) { $0 << 8 | Word($1) }
      rest = rest.dropFirst(Word.bitWidth / 8)
      return word
    }
    self.init(high: take(UInt64.self), middle: take(UInt64.self), low: take(UInt32.self))
  }

  /// An id from its 40 lower-case hexadecimal digits; `nil` for anything else.
  package init?(hexadecimal text: some Collection<UInt8>) {
    guard text.count == Self.digitCount, let bytes = Hexadecimal.decode(text) else { return nil }
    self.init(bytes: bytes)
  }

  /// An id from its 40 lower-case hexadecimal digits; `nil` for anything else.
  package init?(_ text: some StringProtocol) {
    self.init(hexadecimal: Array(text.utf8))
  }

  /// The 20 raw bytes.
  package var bytes: [UInt8] {
    func split(_ word: some FixedWidthInteger) -> [UInt8] {
      stride(from: word.bitWidth - 8, through: 0, by: -8).map {
        UInt8(truncatingIfNeeded: word >> $0)
      }
    }
    return split(high) + split(middle) + split(low)
  }

  /// The 40 hexadecimal digits as bytes.
  package var hexadecimal: [UInt8] { Hexadecimal.encode(bytes) }

  package var description: String { String(decoding: hexadecimal, as: UTF8.self) }

  /// The first 12 digits, as people see it.
  package var short: String { String(description.prefix(12)) }

  package static func < (left: ObjectID, right: ObjectID) -> Bool {
    (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
  }
}
