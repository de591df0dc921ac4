internal import Glibc

// What is assigned to a name that promises a secret.
extension SecretScanner {
  static let shortest = 12
  static let longest = 256

  /// What a sign leads to: an address, or a value without quotation marks.
  func assignment(
    in bytes: Swift.Span<UInt8>, at sign: Int, from lineStart: Int, _ naming: inout Naming?
  ) -> Found? {
    if begins(bytes, at: sign, with: "://") { return address(in: bytes, at: sign + 3) }
    if begins(bytes, at: sign, with: ":AA"), let token = botToken(in: bytes, at: sign) {
      return token
    }
    if let password = passwordVariable(in: bytes, at: sign) { return password }
    var start = sign + (Self.isWideSign(bytes, at: sign) ? 3 : 1)
    // `:=`, `=>`, `==`
    while start < bytes.count, start - sign < 3,
      bytes[start] == UInt8(ascii: "=") || bytes[start] == UInt8(ascii: ">")
    {
      start += 1
    }
    let isTight = start == sign + 1 && bytes[sign] == UInt8(ascii: "=")
    let isInCorners: Bool
    (start, isInCorners) = skipOpening(in: bytes, from: start)
    guard start < bytes.count else { return nil }
    let isQuoted = Self.isQuotation(bytes[start])
    if sign > lineStart, isName(in: bytes, before: sign, from: lineStart) {
      let end = self.end(
        of: bytes, from: isQuoted ? start + 1 : start, isQuoted ? [bytes[start]] : [])
      naming = Naming(value: (isQuoted ? start + 1 : start)..<end, place: sign)
    }
    // Who has quotation marks is asked where they begin.
    guard !isQuoted else { return nil }
    let ends: [UInt8]
    var isReference = false
    if let begin = fallback(in: bytes, at: sign, from: lineStart) {
      start = begin
      ends = [UInt8(ascii: "}")]
    } else if isInCorners {
      ends = []
    } else if manner.contains(.settings) {
      isReference = Self.references.contains { begins(bytes, at: start, with: $0) }
      let isTagged = bytes[start] == UInt8(ascii: "!") || bytes[start] == UInt8(ascii: "&")
      start = skipMarks(in: bytes, from: start)
      // What else has quotation marks is asked where they begin.
      if isTagged, start < bytes.count, Self.isQuotation(bytes[start]) { start += 1 }
      ends = []
    } else if isTight, mayStandAlone(bytes, sign, from: lineStart) {
      ends = Array(";&<>,)".utf8)
    } else {
      return nil
    }
    var end = self.end(of: bytes, from: start, ends)
    if manner.contains(.text) {
      while end > start, bytes[end - 1] == UInt8(ascii: "*") { end -= 1 }
    }
    let found = secret(in: bytes, start..<end, named: naming) {
      name(in: bytes, before: sign, from: lineStart)
    }
    // Asked last, as it is read for: few values are found.
    guard found != nil, isReference, isReferenced(in: bytes, start..<end) else { return found }
    return nil
  }

  /// Past what may stand before a value; and whether that is a corner, as Japanese has them.
  private func skipOpening(
    in bytes: Swift.Span<UInt8>, from first: Int
  ) -> (start: Int, isInCorners: Bool) {
    var start = skipGap(in: bytes, from: first)
    if manner.contains(.text) {
      // `**Password:** value`, `Password: **value**`
      while start < bytes.count, bytes[start] == UInt8(ascii: "*") { start += 1 }
      start = skipGap(in: bytes, from: start)
    }
    let isInCorners =
      begins(bytes, at: start, with: "「") || begins(bytes, at: start, with: "『")
    if isInCorners { start += 3 }
    // In JSON that stands in a text, quotation marks have a backslash before them.
    if start + 1 < bytes.count, bytes[start] == 0x5c, Self.isQuotation(bytes[start + 1]) {
      start += 1
    }
    return (start, isInCorners)
  }

  /// Where a byte stands next, found as fast as the system does: it may be asked of each line.
  private static func place(
    of byte: UInt8, in bytes: Swift.Span<UInt8>, from start: Int
  ) -> Int? {
    bytes.withUnsafeBytes { all in
      guard let base = all.baseAddress, start < all.count,
        let found = memchr(base + start, Int32(byte), all.count - start)
      else { return nil }
      return UnsafeRawPointer(found) - base
    }
  }

  /// Whether what CloudFormation's tags name is a name there, in a file that describes resources.
  private func isReferenced(in bytes: Swift.Span<UInt8>, _ name: Range<Int>) -> Bool {
    guard name.allSatisfy({ Self.isWord(bytes[$0]) || ".:-".utf8.contains(bytes[$0]) }) else {
      return false
    }
    var start = 0
    while let place = Self.place(of: UInt8(ascii: "R"), in: bytes, from: start) {
      let isKey =
        begins(bytes, at: place, with: "Resources:")
        || begins(bytes, at: place, with: "Resources\":")
        || begins(bytes, at: place, with: "Resources':")
      if isKey, place == 0 || "\n \"'".utf8.contains(bytes[place - 1]) { return true }
      start = place + 1
    }
    return false
  }

  /// What is in a range, if it is drawn by lot and its name promises a secret.
  func secret(
    in bytes: Swift.Span<UInt8>, _ range: Range<Int>, named naming: Naming?,
    by name: () -> [UInt8]?
  ) -> Found? {
    guard (Self.shortest...Self.longest).contains(range.count) else { return nil }
    // Names cost more than a glance at the value, and all that is to be known of that most.
    let value = range.map { bytes[$0] }
    guard SecretValue.mayBeRandom(value), var name = name() else { return nil }
    if name.map(\.smallLetter).elementsEqual("value".utf8), let naming,
      range.lowerBound - naming.place < 300, naming.value.count < 64
    {
      name = naming.value.map { bytes[$0] }
    }
    guard let word = SecretName.word(of: name), SecretValue.isRandom(value),
      !ExampleKeys.contain(value), !Self.isFingerprint(value, of: name)
    else { return nil }
    // One with blanks in it, or in a script that has none, may be a sentence with another secret in it.
    let isName = name.allSatisfy { ValueOwner.isWord($0) || $0 == UInt8(ascii: ".") }
    let shown = isName ? name : word
    let what = "a secret assigned to \(String(decoding: shown, as: UTF8.self))"
    return (what, range.lowerBound, range.count)
  }

  /// Whether `user.signingKey` and the like only say which key it is, as OpenPGP does.
  private static func isFingerprint(_ value: [UInt8], of name: [UInt8]) -> Bool {
    value.count == 40 && SecretName.words(of: name).joined().hasSuffix("signingkey")
      && value.allSatisfy {
        $0.isASCIIDigit || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0)
      }
  }

  /// Where a value ends: at a blank, what is no ASCII, a quotation mark or one of `others`.
  func end(of bytes: Swift.Span<UInt8>, from start: Int, _ others: [UInt8]) -> Int {
    var end = start
    while end < bytes.count, end - start <= Self.longest, bytes[end] > 0x20, bytes[end] < 0x7f,
      !Self.isQuotation(bytes[end]), !others.contains(bytes[end])
    {
      end += 1
    }
    return end
  }

  static func isQuotation(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`")
  }

  /// Behind these CloudFormation names what has the value.
  private static let references: [StaticString] = ["!Ref ", "!GetAtt ", "!ImportValue "]

  /// Past what YAML writes before a value: a list's bracket, a tag, an anchor.
  private func skipMarks(in bytes: Swift.Span<UInt8>, from start: Int) -> Int {
    var place = start
    while place < bytes.count, place - start < 40 {
      if bytes[place] == UInt8(ascii: "!") || bytes[place] == UInt8(ascii: "&") {
        while place < bytes.count, place - start < 40, bytes[place] > 0x20 { place += 1 }
      } else if bytes[place] == UInt8(ascii: "[") || bytes[place] == 0x20 {
        place += 1
      } else {
        return place
      }
    }
    return start
  }

  /// Where the value of a shell's `${NAME:-value}`, or of Spring's `${name:value}`, begins; `nil` where
  /// the sign is of something else.
  private func fallback(
    in bytes: Swift.Span<UInt8>, at sign: Int, from lineStart: Int
  ) -> Int? {
    guard bytes[sign] == UInt8(ascii: ":"), sign + 1 < bytes.count else { return nil }
    var start = sign
    while start > lineStart, sign - start < 64,
      Self.isWord(bytes[start - 1]) || ".-".utf8.contains(bytes[start - 1])
    {
      start -= 1
    }
    guard begins(bytes, at: start - 2, with: "${") else { return nil }
    return "-=".utf8.contains(bytes[sign + 1]) ? sign + 2 : sign + 1
  }

  /// Whether a value right behind the sign may do without quotation marks: in a script always, in
  /// other files where the name is one of a shell's variables, a program's option or a part of a
  /// longer text such as `Server=x;Password=…`.
  private func mayStandAlone(
    _ bytes: Swift.Span<UInt8>, _ sign: Int, from lineStart: Int
  ) -> Bool {
    guard sign > lineStart, Self.isWord(bytes[sign - 1]) else { return false }
    if manner.contains(.script) { return true }
    var start = sign
    var hasSmall = false
    while start > lineStart, sign - start < 64,
      Self.isWord(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: "-")
        || bytes[start - 1] == UInt8(ascii: ".")
    {
      start -= 1
      hasSmall = hasSmall || bytes[start].isASCIISmall
    }
    if !hasSmall || begins(bytes, at: start, with: "--") || begins(bytes, at: start, with: "-D") {
      return true
    }
    return start > lineStart
      && (";?&".utf8.contains(bytes[start - 1]) || Self.isQuotation(bytes[start - 1]))
  }

  /// Whether the key before a sign is `name`, `Name` or `key`.
  private func isName(in bytes: Swift.Span<UInt8>, before sign: Int, from lineStart: Int) -> Bool {
    let end = Self.isQuotation(bytes[sign - 1]) ? sign - 1 : sign
    guard end > lineStart else { return false }
    let last = bytes[end - 1] | 0x20
    guard last == UInt8(ascii: "e") || last == UInt8(ascii: "y") else { return false }
    let isKey =
      begins(bytes, at: end - 4, with: "name") || begins(bytes, at: end - 4, with: "Name")
      || begins(bytes, at: end - 3, with: "key") || begins(bytes, at: end - 3, with: "Key")
    let length = last == UInt8(ascii: "e") ? 4 : 3
    return isKey && (end - length == lineStart || !Self.isWord(bytes[end - length - 1]))
  }

  /// The name that ends before the sign, in quotation marks or not.
  private func name(
    in bytes: Swift.Span<UInt8>, before sign: Int, from lineStart: Int
  ) -> [UInt8]? {
    var end = sign
    while end > lineStart, sign - end < 48 {
      if Self.isBetween(bytes[end - 1]) {
        end -= 1
      } else if begins(bytes, at: end - 3, with: Self.wideBlank) {
        end -= 3
      } else {
        break
      }
    }
    var start = end
    while start > lineStart, end - start < 64,
      Self.isWord(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: "-")
    {
      start -= 1
    }
    // One in another script: `APIキー`.
    if start == end {
      while start > lineStart, end - start < 64,
        bytes[start - 1].isASCIILetter || bytes[start - 1] >= 0x80,
        !begins(bytes, at: start - 3, with: Self.wideBlank)
      {
        start -= 1
      }
    }
    // Of `api.key` the last word alone would say nothing.
    if begins(bytes, at: start, with: "key"), end - start == 3, start > lineStart,
      bytes[start - 1] == UInt8(ascii: ".")
    {
      start -= 1
      while start > lineStart, end - start < 64, Self.isWord(bytes[start - 1]) { start -= 1 }
    }
    return end - start > 1 ? (start..<end).map { bytes[$0] } : nil
  }

  /// Whether a byte may stand between a name and the sign behind it.
  private static func isBetween(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\""), UInt8(ascii: "'"),
      UInt8(ascii: "`"), UInt8(ascii: "]"), UInt8(ascii: ":"), UInt8(ascii: "*"), 0x5c:
      true
    default: false
    }
  }
}

// What stands in quotation marks.
extension SecretScanner {
  /// A value that begins at a quotation mark, whosever it is by what stands before it.
  func literal(
    in bytes: Swift.Span<UInt8>, at mark: Int, _ naming: Naming?
  ) -> Found? {
    guard opens(bytes, mark) else { return nil }
    let quotation = bytes[mark]
    let start = mark + 1
    var end = start
    while end < bytes.count, end - start <= Self.longest, bytes[end] > 0x20, bytes[end] < 0x7f,
      bytes[end] != quotation, bytes[end] != 0x5c
    {
      end += 1
    }
    guard end < bytes.count, bytes[end] == quotation || bytes[end] == 0x5c,
      quotation != UInt8(ascii: "`") || isAssigned(bytes, mark)
        || !Self.isFieldTag((start..<end).map { bytes[$0] })
    else { return nil }
    return secret(in: bytes, start..<end, named: naming) {
      var owner = ValueOwner(before: (max(0, mark - ValueOwner.reach)..<mark).map { bytes[$0] })
      if let name = owner.name() { return name }
      return owner.isOfValue ? nameBehind(bytes, end) ?? Array("value".utf8) : nil
    }
  }

  /// Whether a sign stands before a text, and no type.
  private func isAssigned(_ bytes: Swift.Span<UInt8>, _ mark: Int) -> Bool {
    var place = mark
    while place > 0, bytes[place - 1] == 0x20 || bytes[place - 1] == 0x09 { place -= 1 }
    return place > 0 && "=:(,".utf8.contains(bytes[place - 1])
  }

  /// Whether it is what Go has behind a field's type, whose own texts are looked at by themselves:
  /// `json:"token"`.
  private static func isFieldTag(_ text: [UInt8]) -> Bool {
    let key = text.prefix(while: isWord)
    let value = text[key.endIndex...]
    return !key.isEmpty && value.starts(with: ":\"".utf8) && value.last == UInt8(ascii: "\"")
      && value.count { $0 == UInt8(ascii: "\"") } == 2
  }

  /// Whether a quotation mark can be the first of two: what stands before the last one is the value,
  /// but for prefixes such as `b"…"`.
  private func opens(_ bytes: Swift.Span<UInt8>, _ mark: Int) -> Bool {
    var place = mark
    if place > 0, bytes[place - 1] == 0x5c { place -= 1 }
    var count = 0
    while place > 0, count < 3, Self.isWord(bytes[place - 1]) {
      place -= 1
      count += 1
    }
    return count == 0
      || (count < 3
        && (place..<(place + count)).allSatisfy { "bBfFrRuULN".utf8.contains(bytes[$0]) })
  }

  /// What an attribute behind the value says: `value="…" name="…"`.
  private func nameBehind(_ bytes: Swift.Span<UInt8>, _ mark: Int) -> [UInt8]? {
    var place = mark + 1
    while place < bytes.count, place - mark < 20, bytes[place] == 0x20 { place += 1 }
    for key: StaticString in ["name=\"", "key=\""] where begins(bytes, at: place, with: key) {
      let start = place + key.utf8CodeUnitCount
      let end = end(of: bytes, from: start, [])
      return (start..<min(end, start + 64)).map { bytes[$0] }
    }
    return nil
  }
}
