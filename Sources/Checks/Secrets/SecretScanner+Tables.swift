// What stands beside a name in a table, and behind the signs that Japanese is written with.
extension SecretScanner {
  /// Whether a full-width colon or equals sign stands there.
  static func isWideSign(_ bytes: Swift.Span<UInt8>, at start: Int) -> Bool {
    start + 2 < bytes.count && bytes[start] == 0xef && bytes[start + 1] == 0xbc
      && (bytes[start + 2] == 0x9a || bytes[start + 2] == 0x9d)
  }

  /// The one word of a cell, where the cell before it is a name: `| パスワード | value |`.
  func cell(in bytes: Swift.Span<UInt8>, behind bar: Int, from lineStart: Int) -> Found? {
    var start = bar + 1
    while start < bytes.count, Self.isFrame(bytes[start]) { start += 1 }
    let end = end(of: bytes, from: start, Array("|*".utf8))
    var behind = end
    while behind < bytes.count, Self.isFrame(bytes[behind]) { behind += 1 }
    let isAlone =
      behind >= bytes.count || [UInt8(ascii: "|"), 0x0a, 0x0d].contains(bytes[behind])
    guard isAlone else { return nil }
    return secret(in: bytes, start..<end, named: nil) {
      var last = bar
      while last > lineStart, Self.isFrame(bytes[last - 1]) { last -= 1 }
      var first = last
      while first > lineStart, last - first < 64, bytes[first - 1] != UInt8(ascii: "|") {
        first -= 1
      }
      while first < last, Self.isFrame(bytes[first]) { first += 1 }
      return last - first > 1 ? (first..<last).map { bytes[$0] } : nil
    }
  }

  /// What may stand around the words of a cell.
  private static func isFrame(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == UInt8(ascii: "*") || isQuotation(byte)
  }
}
