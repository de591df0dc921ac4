/// Finds what looks like a secret in a file, byte by byte.
struct SecretScanner: Sendable {
  /// Something that looks like a secret; never what it says.
  struct Sighting: Hashable, Sendable {
    let what: String
    let line: Int
    /// In bytes, from 1.
    let column: Int
    /// In bytes.
    let length: Int
    /// Whether it is the value of a secret that is known, and no guess.
    var isKnown = false

    func overlaps(_ other: Sighting) -> Bool {
      line == other.line && column < other.column + other.length && other.column < column + length
    }
  }

  let manner: FileManner

  init(manner: FileManner) {
    self.manner = manner
  }

  init(path: String) {
    self.init(manner: FileManner(path: path))
  }

  func sightings(in bytes: Swift.Span<UInt8>) -> [Sighting] {
    var sightings: [Sighting] = []
    var state = State()
    var index = 0
    while index < bytes.count, sightings.count < Self.most {
      guard let found = found(in: bytes, at: index, &state) else {
        state.previous = bytes[index]
        index += 1
        continue
      }
      let end = found.start + found.length
      // A value may stand on a line below its name.
      Self.countLines(of: bytes, in: index..<found.start, &state.line, &state.lineStart)
      sightings.append(
        Sighting(
          what: found.what, line: state.line, column: found.start - state.lineStart + 1,
          length: found.length))
      // A key that is assigned is one key.
      Self.countLines(of: bytes, in: found.start..<end, &state.line, &state.lineStart)
      index = end
      state.previous = bytes[end - 1]
    }
    return sightings
  }

  /// What is known of the place that is looked at.
  private struct State {
    var line = 1
    var lineStart = 0
    var previous = UInt8(ascii: "\n")
    var naming: Naming?
    /// Up to where all that is assigned is encrypted.
    var sealedEnd = 0
    let beginnings = KeyFormat.beginnings
  }

  /// What is found at a byte; counts the lines.
  @inline(__always)
  private func found(
    in bytes: Swift.Span<UInt8>, at index: Int, _ state: inout State
  ) -> Found? {
    let byte = bytes[index]
    let isOpen = index >= state.sealedEnd
    if index == state.lineStart, !manner.isDisjoint(with: .byLines),
      let found = secret(inLineOf: bytes, at: index)
    {
      return found
    }
    switch byte {
    case UInt8(ascii: "\n"):
      state.line += 1
      state.lineStart = index + 1
    case UInt8(ascii: "="), UInt8(ascii: ":"),
      0xef where Self.isWideSign(bytes, at: index):
      if isOpen { return assignment(in: bytes, at: index, from: state.lineStart, &state.naming) }
    case UInt8(ascii: "|"):
      if isOpen, manner.contains(.text) {
        return cell(in: bytes, behind: index, from: state.lineStart)
      }
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
      if isOpen {
        return literal(in: bytes, at: index, state.naming)
          ?? joined(in: bytes, at: index, state.beginnings)
      }
    case UInt8(ascii: ">"): if isOpen { return element(in: bytes, at: index, &state.naming) }
    case UInt8(ascii: " "):
      if isOpen, state.previous != byte, manner.contains(.script) {
        return word(in: bytes, behind: index, from: state.lineStart)
      }
    case UInt8(ascii: "-"):
      if state.previous != byte {
        return privateKey(in: bytes, at: index)
          ?? option(in: bytes, at: index, behind: state.previous)
      }
    case UInt8(ascii: "A")...UInt8(ascii: "z"):
      guard !Self.isWord(state.previous), index + 2 < bytes.count else { break }
      if byte | 0x20 == UInt8(ascii: "e"), isOpen {
        state.sealedEnd = sealed(in: bytes, at: index, from: state.lineStart) ?? 0
      }
      return key(in: bytes, at: index, behind: state.previous, state.beginnings)
    default: break
    }
    return nil
  }

  private static func countLines(
    of bytes: Swift.Span<UInt8>, in range: Range<Int>, _ line: inout Int, _ lineStart: inout Int
  ) {
    for place in range where bytes[place] == UInt8(ascii: "\n") {
      line += 1
      lineStart = place + 1
    }
  }

  /// Of one file, more are not told.
  private static let most = 1000

  typealias Found = (what: String, start: Int, length: Int)

  /// What a key `name` was given, for the key `value` behind it: so Kubernetes writes variables.
  struct Naming {
    let value: Range<Int>
    let place: Int
  }

  static func isWord(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "_")
  }

  /// A key that is known by how it begins, at a letter that begins a word.
  func key(
    in bytes: Swift.Span<UInt8>, at start: Int, behind previous: UInt8, _ beginnings: [UInt64]
  ) -> Found? {
    let (first, second) = (bytes[start], bytes[start + 1])
    let third = UInt64(bytes[start + 2] & 0x3f)
    if beginnings[KeyFormat.index(first, second)] >> third & 1 == 1,
      let found = key(in: bytes, at: start)
    {
      return found
    }
    return switch (first, second) {
    // Of a run of names one can be a token, so that a long one costs no more than its length.
    case (UInt8(ascii: "e"), UInt8(ascii: "y")) where previous != UInt8(ascii: "-"):
      webToken(in: bytes, at: start)
    case (UInt8(ascii: "L"), UInt8(ascii: "S")): encodedKey(in: bytes, at: start)
    case (UInt8(ascii: "P"), UInt8(ascii: "u")): puttyKey(in: bytes, at: start)
    default: nil
    }
  }

  private func key(in bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
    for format in KeyFormat.byFirstByte[Int(bytes[start])] {
      guard let length = format.length(in: bytes, at: start) else { continue }
      let isExample = ExampleKeys.contain((start..<(start + length)).map { bytes[$0] })
      return isExample ? nil : (format.what, start, length)
    }
    return nil
  }

  func begins(_ bytes: Swift.Span<UInt8>, at start: Int, with text: StaticString) -> Bool {
    guard start >= 0, start + text.utf8CodeUnitCount <= bytes.count else { return false }
    for offset in 0..<text.utf8CodeUnitCount
    where bytes[start + offset] != text.utf8Start[offset] {
      return false
    }
    return true
  }

  /// A signed JSON web token: three parts, the first two of them JSON.
  private func webToken(in bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
    guard begins(bytes, at: start, with: "eyJ") else { return nil }
    var end = start
    for part in 0..<3 {
      let begin = end
      if part == 1, !begins(bytes, at: begin, with: "eyJ") { return nil }
      // Bounded, so that a long word costs no more than its length.
      while end < bytes.count, end - begin <= Self.longestPart,
        Self.isWord(bytes[end]) || bytes[end] == UInt8(ascii: "-")
      {
        end += 1
      }
      guard (16...Self.longestPart).contains(end - begin) else { return nil }
      guard part < 2 else { break }
      guard end < bytes.count, bytes[end] == UInt8(ascii: ".") else { return nil }
      end += 1
    }
    let token = (start..<end).map { bytes[$0] }
    return ExampleKeys.contain(token) ? nil : ("a signed web token", start, end - start)
  }

  /// Of a web token's three, in bytes.
  private static let longestPart = 2048

  static func isBase64(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=")
  }
}

// Private keys in armour.
extension SecretScanner {
  /// A private key in PEM, with a part of the key itself behind its first line.
  private func privateKey(in bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
    guard begins(bytes, at: start, with: "-----BEGIN ") else { return nil }
    var end = start + 11
    while end < bytes.count, end - start < 60, bytes[end] != UInt8(ascii: "-") { end += 1 }
    let isKey =
      begins(bytes, at: end - 11, with: "PRIVATE KEY")
      || begins(bytes, at: end - 17, with: "PRIVATE KEY BLOCK")
    guard isKey, begins(bytes, at: end, with: "-----") else { return nil }
    end = body(in: bytes, from: end + 5)
    let body = end
    while end < bytes.count, end - body < 4096, Self.isBase64(bytes[end]) { end += 1 }
    // `privatekeyprivatekey…`
    let isKeyLike =
      end - body >= 32
      && !SecretValue.isEasy(String(decoding: (body..<end).map { bytes[$0] }, as: UTF8.self))
    return isKeyLike ? ("a private key", start, end - start) : nil
  }

  /// Where the key itself begins, behind line ends in every spelling and lines such as
  /// `Proc-Type: 4,ENCRYPTED`.
  private func body(in bytes: Swift.Span<UInt8>, from head: Int) -> Int {
    var place = head
    for _ in 0..<8 {
      place = skipLineEnds(in: bytes, from: place)
      var end = place
      while end < bytes.count, end - place < 40,
        bytes[end].isASCIILetter || bytes[end] == UInt8(ascii: "-")
      {
        end += 1
      }
      guard end > place, begins(bytes, at: end, with: ": ") else { return place }
      while end < bytes.count, end - place < 200, bytes[end] != UInt8(ascii: "\n"),
        bytes[end] != 0x5c
      {
        end += 1
      }
      place = end
    }
    return place
  }

  /// In source a key goes on behind `\n"` and `+ "`, in JSON behind `\r\n` or `\\n`.
  private func skipLineEnds(in bytes: Swift.Span<UInt8>, from start: Int) -> Int {
    var place = start
    while place < bytes.count, place - start < 120 {
      let byte = bytes[place]
      if byte == 0x5c {
        place += 1
        if place < bytes.count, "nrt".utf8.contains(bytes[place]) { place += 1 }
      } else if byte <= 0x20 || "\"'`+,|>.;#*".utf8.contains(byte) {
        place += 1
      } else {
        return place
      }
    }
    return place
  }

  /// A private key in PEM that was encoded once more, as Kubernetes keeps it.
  private func encodedKey(in bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
    guard begins(bytes, at: start, with: "LS0tLS1CRUdJTi") else { return nil }
    var end = start
    while end < bytes.count, end - start < 4096, Self.isBase64(bytes[end]) { end += 1 }
    // `PRIVATE KEY` at any of the three places in a group of three bytes.
    let words: [StaticString] = ["UFJJVkFURSBLRV", "BSSVZBVEUgS0VZ", "QUklWQVRFIEtFW"]
    let isKey =
      end - start >= 64
      && (start..<(start + 50)).contains { place in
        words.contains { begins(bytes, at: place, with: $0) }
      }
    return isKey ? ("a private key, encoded", start, end - start) : nil
  }

  private func puttyKey(in bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
    let head = start + 20
    guard begins(bytes, at: start, with: "PuTTY-User-Key-File-"), head < bytes.count,
      bytes[head].isASCIIDigit
    else { return nil }
    var end = head
    while end < bytes.count, end - start < 4096 {
      if begins(bytes, at: end, with: "Private-Lines: ") {
        let count = end + 15
        return count < bytes.count && bytes[count].isASCIIDigit
          ? ("a private key", start, end - start) : nil
      }
      end += 1
    }
    return nil
  }
}
