internal import Glibc

/// A stretch of a commit message.
///
/// Bytes, since `String` makes one character of `\r\n` and compares by canonical equivalence.
typealias MessageBytes = ArraySlice<UInt8>

/// A commit message in the two parts that git sees in it.
struct CommitMessage {
  /// The first paragraph on one line, as `git log --oneline` has it, but without footers in it.
  let subject: MessageBytes
  /// What follows, line by line, without line ends and trailing blanks.
  let body: MessageLines

  init(_ message: String) {
    self.init(Array(message.utf8)[...])
  }

  init(_ message: MessageBytes) {
    let lines = MessageLines(message.dropping(prefix: "\u{FEFF}") ?? message)
    let first = lines.text(from: lines.startIndex)
    guard first < lines.endIndex else {
      self.subject = []
      self.body = MessageLines()
      return
    }
    var subject = lines[first].trimmed.droppingBlanks
    var end = first + 1
    while end < lines.endIndex, !lines.isBlank(end), !Self.beginsBody(lines, end) {
      subject += [UInt8(ascii: " ")] + lines[end].trimmed
      end += 1
    }
    self.subject = subject
    self.body = lines[lines.text(from: end)...]
  }

  init(subject: MessageBytes, body: MessageLines) {
    self.subject = subject
    self.body = body[body.text(from: body.startIndex)...]
  }

  /// Whether a line that directly follows the subject is no part of it all the same.
  private static func beginsBody(_ lines: MessageLines, _ index: Int) -> Bool {
    let text = lines[index].trimmed
    return text.starts(withASCII: "- ") || text.starts(withASCII: "* ")
      || text.starts(withASCII: "#") || text.starts(withASCII: "This reverts ")
      || text.starts(withASCII: "(cherry picked from ")
      || (lines.mayBe(.footer, index) && CommitFooter.begins(lines[index]))
  }
}

extension ArraySlice<UInt8> {
  var text: String { String(decoding: self, as: UTF8.self) }

  var isBlank: Bool { withUnsafeBufferPointer(\.isBlank) }

  var trimmed: MessageBytes {
    let (start, end) = withUnsafeBufferPointer { bytes in
      var (start, end) = (0, bytes.count)
      while end > start, bytes[end - 1].isBlank { end -= 1 }
      while start < end, bytes[start].isBlank { start += 1 }
      return (start, end)
    }
    return self[(startIndex + start)..<(startIndex + end)]
  }

  /// Whether this is `text`, which is in lower case, in any case.
  func equalsIgnoringCase(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    return withUnsafeBufferPointer { bytes in
      for index in bytes.indices where bytes[index].asciiLowercased != text.utf8Start[index] {
        return false
      }
      return true
    }
  }

  func starts(withASCII prefix: StaticString) -> Bool {
    let length = prefix.utf8CodeUnitCount
    guard count >= length else { return false }
    return withUnsafeBufferPointer { bytes in
      for index in 0..<length where bytes[index] != prefix.utf8Start[index] { return false }
      return true
    }
  }

  /// What follows `prefix`; `nil` where this does not start with it.
  func dropping(prefix: StaticString) -> MessageBytes? {
    starts(withASCII: prefix) ? self[(startIndex + prefix.utf8CodeUnitCount)...] : nil
  }

  /// The first place of `needle` at or after the start.
  func firstRange(ofASCII needle: StaticString) -> Range<Int>? {
    needle.withUTF8Buffer { needle in
      guard let first = needle.first else { return nil }
      var from = startIndex
      while let start = self[from...].firstPlace(of: first) {
        if self[start...].starts(with: needle) { return start..<(start + needle.count) }
        from = start + 1
      }
      return nil
    }
  }

  /// The same as `firstIndex(of:)`, many bytes at a time.
  func firstPlace(of byte: UInt8) -> Int? {
    let offset = withUnsafeBytes { bytes in
      bytes.baseAddress.flatMap { start in
        memchr(start, Int32(byte), bytes.count).map { UnsafeRawPointer($0) - start }
      }
    }
    return offset.map { startIndex + $0 }
  }

  var asciiLowercased: MessageBytes { map(\.asciiLowercased)[...] }

  /// In ASCII's lower case; no array on the way.
  var lowercasedText: String {
    withUnsafeBufferPointer { bytes in
      String(unsafeUninitializedCapacity: bytes.count) { text in
        for index in bytes.indices { text[index] = bytes[index].asciiLowercased }
        return bytes.count
      }
    }
  }

  /// What stands after the leading decimal digits, and those digits; `nil` without any.
  var splitDigits: (digits: MessageBytes, rest: MessageBytes)? {
    let digits = prefix(while: \.isDigit)
    return digits.isEmpty ? nil : (digits, self[digits.endIndex...])
  }
}

extension UnsafeBufferPointer<UInt8> {
  var isBlank: Bool {
    for byte in self where !byte.isBlank { return false }
    return true
  }
}

extension UInt8 {
  static var lineFeed: UInt8 { UInt8(ascii: "\n") }
  static var carriageReturn: UInt8 { UInt8(ascii: "\r") }

  var isBlank: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }

  var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }

  var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }

  var isHexadecimal: Bool { Hexadecimal.value(of: asciiLowercased) != nil }

  var asciiLowercased: UInt8 {
    self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self
  }
}
