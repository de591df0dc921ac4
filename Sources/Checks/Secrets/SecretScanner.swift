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
  }

  /// Whether values stand without quotation marks, as in YAML or an environment file.
  let isSettings: Bool

  init(isSettings: Bool) {
    self.isSettings = isSettings
  }

  init(path: String) {
    let name = PathName.last(path)
    let endings = [
      ".yml", ".yaml", ".ini", ".cfg", ".conf", ".properties", ".toml", ".tfvars", ".env",
    ]
    isSettings = name.hasPrefix(".env") || endings.contains(where: name.hasSuffix)
  }

  /// Whether a file is no text: git's own rule.
  static func isBinary(_ bytes: Swift.Span<UInt8>) -> Bool {
    for index in 0..<min(bytes.count, 8000) where bytes[index] == 0 { return true }
    return false
  }

  func sightings(in bytes: Swift.Span<UInt8>) -> [Sighting] {
    guard !Self.isBinary(bytes) else { return [] }
    var sightings: [Sighting] = []
    var line = 1
    var lineStart = 0
    var previous = UInt8(ascii: "\n")
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      var found: (what: String, start: Int, length: Int)?
      switch byte {
      case UInt8(ascii: "\n"):
        line += 1
        lineStart = index + 1
      case UInt8(ascii: "="), UInt8(ascii: ":"):
        found = assignment(in: bytes, at: index, from: lineStart)
      case UInt8(ascii: "-"):
        if previous != byte { found = privateKey(in: bytes, at: index) }
      case UInt8(ascii: "e"):
        if !Self.isWord(previous) { found = webToken(in: bytes, at: index) }
      case UInt8(ascii: "A")...UInt8(ascii: "z"):
        if !Self.isWord(previous), index + 1 < bytes.count,
          KeyFormat.mayBegin(with: byte, bytes[index + 1])
        {
          found = key(in: bytes, at: index)
        }
      default: break
      }
      if let found {
        sightings.append(
          Sighting(
            what: found.what, line: line, column: found.start - lineStart + 1,
            length: found.length))
        // A key that is assigned is one key.
        let end = found.start + found.length
        while index < end {
          if bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
          }
          index += 1
        }
        previous = bytes[end - 1]
      } else {
        previous = byte
        index += 1
      }
    }
    return sightings
  }

  private typealias Found = (what: String, start: Int, length: Int)

  private static func isWord(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "_")
  }

  private func key(in bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
    for format in KeyFormat.byFirstByte[Int(bytes[start])] {
      if let length = format.length(in: bytes, at: start) { return (format.what, start, length) }
    }
    return nil
  }

  private func begins(_ bytes: Swift.Span<UInt8>, at start: Int, with text: StaticString) -> Bool {
    guard start >= 0, start + text.utf8CodeUnitCount <= bytes.count else { return false }
    for offset in 0..<text.utf8CodeUnitCount
    where bytes[start + offset] != text.utf8Start[offset] {
      return false
    }
    return true
  }

  /// A private key in PEM, with a part of the key itself behind its first line.
  private func privateKey(in bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
    guard begins(bytes, at: start, with: "-----BEGIN ") else { return nil }
    var end = start + 11
    while end < bytes.count, end - start < 60, bytes[end] != UInt8(ascii: "-") { end += 1 }
    let isKey =
      begins(bytes, at: end - 11, with: "PRIVATE KEY")
      || begins(bytes, at: end - 17, with: "PRIVATE KEY BLOCK")
    guard isKey, begins(bytes, at: end, with: "-----") else { return nil }
    let head = end + 5
    end = head
    // In source it may go on behind `\n"` and `+ "`.
    while end < bytes.count, end - head < 40,
      !bytes[end].isASCIILetter || (bytes[end] == UInt8(ascii: "n") && bytes[end - 1] == 0x5c)
    {
      end += 1
    }
    let body = end
    while end < bytes.count, Self.isBase64(bytes[end]) { end += 1 }
    let isBody = end - body >= 32 || begins(bytes, at: body, with: "Proc-Type:")
    return isBody ? ("a private key", start, end - start) : nil
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
    return ("a signed web token", start, end - start)
  }

  /// Of a web token's three, in bytes.
  private static let longestPart = 2048

  private static func isBase64(_ byte: UInt8) -> Bool {
    byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=")
  }
}

// What is assigned to a name that promises a secret.
extension SecretScanner {
  private func assignment(
    in bytes: Swift.Span<UInt8>, at sign: Int, from lineStart: Int
  ) -> Found? {
    if begins(bytes, at: sign, with: "://") { return password(in: bytes, at: sign + 3) }
    var start = sign + 1
    // `:=`, `=>`, `==`
    while start < bytes.count, start - sign < 3,
      bytes[start] == UInt8(ascii: "=") || bytes[start] == UInt8(ascii: ">")
    {
      start += 1
    }
    while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    guard start < bytes.count else { return nil }
    let mark = bytes[start]
    let isQuoted =
      mark == UInt8(ascii: "\"") || mark == UInt8(ascii: "'") || mark == UInt8(ascii: "`")
    guard isQuoted || isSettings else { return nil }
    if isQuoted { start += 1 }
    var end = start
    while end < bytes.count, end - start <= Self.longest, bytes[end] > 0x20, bytes[end] < 0x7f,
      !isQuoted || bytes[end] != mark
    {
      end += 1
    }
    guard (Self.shortest...Self.longest).contains(end - start),
      !isQuoted || (end < bytes.count && bytes[end] == mark)
    else { return nil }
    // Most signs have been left behind here: names cost more than values.
    guard let name = name(in: bytes, before: sign, from: lineStart), Self.isTelling(name) else {
      return nil
    }
    let value = (start..<end).map { bytes[$0] }
    guard Self.isRandom(value) else { return nil }
    return ("a secret assigned to \(String(decoding: name, as: UTF8.self))", start, end - start)
  }

  private static let shortest = 16
  private static let longest = 256

  /// The name that ends before the sign, in quotation marks or not.
  private func name(in bytes: Swift.Span<UInt8>, before sign: Int, from lineStart: Int) -> [UInt8]?
  {
    var end = sign
    while end > lineStart, sign - end < 16, Self.isBetween(bytes[end - 1]) { end -= 1 }
    var start = end
    while start > lineStart, end - start < 64,
      Self.isWord(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: "-")
    {
      start -= 1
    }
    guard end - start >= 3 else { return nil }
    return (start..<end).map { bytes[$0] }
  }

  /// Whether a byte may stand between a name and the sign behind it.
  private static func isBetween(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\""), UInt8(ascii: "'"),
      UInt8(ascii: "`"), UInt8(ascii: "]"), UInt8(ascii: ":"):
      true
    default: false
    }
  }

  /// Whether a name promises a secret: `apiKey`, `DB_PASSWORD`, `client-secret`.
  private static func isTelling(_ name: [UInt8]) -> Bool {
    let folded = name.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }.map {
      $0.isASCIILetter ? $0 | 0x20 : $0
    }
    guard kinds.contains(where: { contains(folded, $0) }) else { return false }
    return !others.contains { contains(folded, $0) }
      && !ends.contains { folded.count >= $0.count && folded.suffix($0.count).elementsEqual($0) }
  }

  private static func contains(_ name: [UInt8], _ word: [UInt8]) -> Bool {
    guard name.count >= word.count else { return false }
    return (0...(name.count - word.count)).contains { name[$0...].starts(with: word) }
  }

  private static let kinds: [[UInt8]] = [
    "secret", "token", "password", "passwd", "passphrase", "apikey", "accesskey", "privatekey",
    "authkey", "encryptionkey", "signingkey", "credential",
  ].map { Array($0.utf8) }
  private static let others: [[UInt8]] = ["public", "tokeniz", "placeholder", "csrf"].map {
    Array($0.utf8)
  }
  private static let ends: [[UInt8]] = [
    "id", "name", "path", "file", "url", "uri", "type", "length", "size", "field", "header",
    "prefix", "label", "hint", "text", "title", "message", "error", "class", "selector",
  ].map { Array($0.utf8) }

  /// Whether a value looks drawn by lot: no words, no reference to another place, no placeholder.
  private static func isRandom(_ value: [UInt8]) -> Bool {
    let text = String(decoding: value, as: UTF8.self)
    if "$<{%*".contains(where: { text.first == $0 }) || text.contains("${") || text.contains("{{") {
      return false
    }
    if text.contains("://") || text.contains("(") { return false }
    guard value.contains(where: \.isASCIIDigit), value.contains(where: \.isASCIILetter) else {
      return false
    }
    if SecretValue.isPlaceholder(text, isSecret: true) || SecretValue.isEasy(text) { return false }
    // Names and paths: words between signs.
    let words = text.split { "-_./:".contains($0) }
    let plain = words.count { word in word.allSatisfy(\.isLetter) || word.allSatisfy(\.isNumber) }
    if words.count > 1, plain * 2 > words.count { return false }
    let isHexadecimal = value.allSatisfy { $0.isASCIIDigit || (0x61...0x66).contains($0 | 0x20) }
    return SecretValue.entropy(value) >= (isHexadecimal ? 3 : 3.5)
  }

  /// The password of `scheme://user:password@host`, the first argument behind the slashes.
  private func password(in bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
    var colon: Int?
    var end = start
    while end < bytes.count, end - start <= Self.longest {
      let byte = bytes[end]
      if byte == UInt8(ascii: "@") { break }
      if byte == UInt8(ascii: ":"), colon == nil { colon = end }
      guard byte > 0x20, byte < 0x7f, !"/\"'`<>".utf8.contains(byte) else { return nil }
      end += 1
    }
    guard let colon, end < bytes.count, bytes[end] == UInt8(ascii: "@"), end - colon > 8 else {
      return nil
    }
    let value = ((colon + 1)..<end).map { bytes[$0] }
    let isShortWord = value.count < Self.shortest && SecretValue.entropy(value) < 3
    guard !isShortWord, Self.isRandom(value) else { return nil }
    return ("a password in a URL", colon + 1, end - colon - 1)
  }
}
