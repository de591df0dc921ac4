// What stands in several texts, one behind the other.
extension SecretScanner {
  /// So much of the text before is looked at, and of all behind it, in bytes.
  private static let head = 64
  private static let tail = 400
  private static let mostTexts = 8

  /// A key of a known form of which one text has the beginning and the next one more: `"a" + "b"`, at
  /// the quotation mark behind the first.
  func joined(in bytes: Swift.Span<UInt8>, at mark: Int, _ beginnings: [UInt64]) -> Found? {
    guard let second = nextText(in: bytes, behind: mark) else { return nil }
    var start = mark
    while start > 0, mark - start < Self.head, !endsText(bytes[start - 1]) { start -= 1 }
    var text = (start..<mark).map { bytes[$0] }
    let head = text.count
    guard head > 0 else { return nil }
    var count = 0
    var next: Int? = second
    for _ in 0..<Self.mostTexts {
      guard let begin = next else { break }
      var end = begin
      while end < bytes.count, text.count - head < Self.tail, !endsText(bytes[end]) {
        text.append(bytes[end])
        end += 1
      }
      if begin == second { count = end - begin }
      guard end < bytes.count, Self.isQuotation(bytes[end]) else { break }
      next = nextText(in: bytes, behind: end)
    }
    guard count > 0 else { return nil }
    for place in 0..<head where place == 0 || !Self.isWord(text[place - 1]) {
      guard text[place] < 0x80, place + 2 < text.count,
        let found = key(in: text.span, at: place, behind: 0, beginnings),
        found.start + found.length > head
      else { continue }
      return (
        "\(found.what), put together from texts", second,
        min(found.start + found.length - head, count)
      )
    }
    return nil
  }

  private func endsText(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == 0x5c || Self.isQuotation(byte)
  }

  /// Where the text begins that is put behind the one that a quotation mark ends: by a sign, or by
  /// standing there.
  private func nextText(in bytes: Swift.Span<UInt8>, behind mark: Int) -> Int? {
    var place = mark + 1
    var signs = 0
    while place < bytes.count, place - mark < 80 {
      let byte = bytes[place]
      if Self.isQuotation(byte) { return place > mark + 1 ? place + 1 : nil }
      if "+.|&".utf8.contains(byte) {
        signs += 1
        guard signs < 3 else { return nil }
      } else if Self.isWord(byte) {
        // `b"…"`
        guard "bBfFrRuU".utf8.contains(byte), place + 1 < bytes.count,
          Self.isQuotation(bytes[place + 1])
        else { return nil }
      } else if byte > 0x20, byte != 0x5c {
        return nil
      }
      place += 1
    }
    return nil
  }
}
