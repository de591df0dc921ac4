/// What a file holds, as far as it can be looked through.
enum ScannedText {
  /// Bytes in which ASCII stands for itself.
  case plain
  /// UTF-16, each of its units one byte: what is no ASCII is 0xff.
  case wide([UInt8])
  /// No text, by git's own rule.
  case binary

  init(_ bytes: Swift.Span<UInt8>) {
    let head = min(bytes.count, 8000)
    var zeros = (even: 0, odd: 0)
    for index in 0..<head where bytes[index] == 0 {
      if index.isMultiple(of: 2) { zeros.even += 1 } else { zeros.odd += 1 }
    }
    guard zeros.even + zeros.odd > 0 || Self.mark(bytes) != nil else {
      self = .plain
      return
    }
    // Without a mark: text of some ASCII has zeros on one side only, and many of them.
    let isLittle = zeros.even == 0 && zeros.odd * 8 >= head
    let isBig = zeros.odd == 0 && zeros.even * 8 >= head
    guard let isBigEndian = Self.mark(bytes) ?? (isLittle ? false : isBig ? true : nil) else {
      self = .binary
      return
    }
    var units: [UInt8] = []
    units.reserveCapacity(bytes.count / 2)
    for index in stride(from: 0, to: bytes.count - 1, by: 2) {
      let high = bytes[isBigEndian ? index : index + 1]
      let low = bytes[isBigEndian ? index + 1 : index]
      // UTF-32 is this with zeros between.
      if high == 0, low == 0 { continue }
      units.append(high == 0 && low < 0x80 ? low : 0xff)
    }
    self = .wide(units)
  }

  /// Whether the file says that it is UTF-16, and the higher byte comes first.
  private static func mark(_ bytes: Swift.Span<UInt8>) -> Bool? {
    guard bytes.count > 1 else { return nil }
    switch (bytes[0], bytes[1]) {
    case (0xff, 0xfe): return false
    case (0xfe, 0xff): return true
    default: return nil
    }
  }
}
