/// A hash of bytes that takes a fraction of `Hasher`'s time, for tables of what histories repeat.
///
/// Multiplied by a number that is another one in each process: nobody can prepare collisions.
package enum QuickHash {
  private static let factor = UInt64.random(in: .min ... .max) | 1

  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var hash = UInt64(bytes.count) &* factor
    var place = 0
    while place + 8 <= bytes.count {
      hash = fold(hash ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place += 8
    }
    var rest: UInt64 = 0
    while place < bytes.count {
      rest = rest << 8 | UInt64(bytes[place])
      place += 1
    }
    return fold(hash ^ rest)
  }

  /// Both halves of the product, so that each bit has a say in all others.
  private static func fold(_ word: UInt64) -> UInt64 {
    let (high, low) = word.multipliedFullWidth(by: factor)
    return high ^ low
  }
}
