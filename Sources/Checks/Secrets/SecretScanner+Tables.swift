// What stands beside a name in a table, and behind the signs that Japanese is written with.
extension SecretScanner {
  /// Whether a full-width colon or equals sign stands there.
  static func isWideSign(_ bytes: Swift.Span<UInt8>, at start: Int) -> Bool {
    start + 2 < bytes.count && bytes[start] == 0xef && bytes[start + 1] == 0xbc
      && (bytes[start + 2] == 0x9a || bytes[start + 2] == 0x9d)
  }

  /// Past blanks, those that are as wide as a sign too.
  func skipGap(in bytes: Swift.Span<UInt8>, from start: Int) -> Int {
    var place = start
    while place < bytes.count {
      if bytes[place] == 0x20 || bytes[place] == 0x09 {
        place += 1
      } else if begins(bytes, at: place, with: Self.wideBlank) {
        place += 3
      } else {
        break
      }
    }
    return place
  }

  static let wideBlank: StaticString = "\u{3000}"

  /// The one word of a cell, where the cell before it is a name: `| パスワード | value |`.
  func cell(in bytes: Swift.Span<UInt8>, behind bar: Int, from lineStart: Int) -> Found? {
    let start = skipFrame(in: bytes, from: bar + 1)
    let end = end(of: bytes, from: start, Array("|*".utf8))
    let behind = skipFrame(in: bytes, from: end)
    let isAlone =
      behind >= bytes.count || [UInt8(ascii: "|"), 0x0a, 0x0d].contains(bytes[behind])
    guard isAlone else { return nil }
    return secret(in: bytes, start..<end, named: nil) {
      var first = bar
      while first > lineStart, bar - first < 128, bytes[first - 1] != UInt8(ascii: "|") {
        first -= 1
      }
      return Self.name(inCell: String(decoding: (first..<bar).map { bytes[$0] }, as: UTF8.self))
    }
  }

  /// What tells of the name in a cell, or else in the remark at its end: `DB password (production)`, `DB (password)`.
  private static func name(inCell cell: String) -> [UInt8]? {
    let end = cell.lastIndex { !$0.isWhitespace && !"*`".contains($0) }
    guard let end, ")）".contains(cell[end]), let open = cell.lastIndex(where: "(（".contains)
    else { return word(in: cell[...]) }
    return word(in: cell[..<open]) ?? word(in: cell[open...])
  }

  /// Only the word that tells: what stands beside it may be a secret itself.
  private static func word(in text: Substring) -> [UInt8]? {
    let words = text.split { !$0.isLetter && !$0.isNumber && !"_-.$".contains($0) }
    return SecretName.word(of: Array(words.joined(separator: " ").utf8))
  }

  /// Past what may stand around the words of a cell.
  private func skipFrame(in bytes: Swift.Span<UInt8>, from start: Int) -> Int {
    var place = start
    while place < bytes.count {
      let byte = bytes[place]
      if byte == 0x20 || byte == 0x09 || byte == UInt8(ascii: "*") || Self.isQuotation(byte) {
        place += 1
      } else if Self.wideFrames.contains(where: { begins(bytes, at: place, with: $0) }) {
        place += 3
      } else {
        break
      }
    }
    return place
  }

  private static let wideFrames: [StaticString] = [wideBlank, "「", "」", "『", "』"]
}
