// What is assigned to a name that promises a secret.
extension SecretScanner {
  func assignment(
    in bytes: Swift.Span<UInt8>, at sign: Int, from lineStart: Int, _ naming: inout Naming?
  ) -> Found? {
    if begins(bytes, at: sign, with: "://") { return address(in: bytes, at: sign + 3) }
    if begins(bytes, at: sign, with: ":AA") { return botToken(in: bytes, at: sign) }
    var start = sign + 1
    // `:=`, `=>`, `==`
    while start < bytes.count, start - sign < 3,
      bytes[start] == UInt8(ascii: "=") || bytes[start] == UInt8(ascii: ">")
    {
      start += 1
    }
    let isTight = start == sign + 1 && bytes[sign] == UInt8(ascii: "=")
    while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    // In JSON that stands in a text, quotation marks have a backslash before them.
    if start + 1 < bytes.count, bytes[start] == 0x5c, Self.isQuotation(bytes[start + 1]) {
      start += 1
    }
    guard start < bytes.count else { return nil }
    let mark = bytes[start]
    let isQuoted = Self.isQuotation(mark)
    let isNaming = sign > lineStart && isName(in: bytes, before: sign, from: lineStart)
    guard
      isQuoted || isNaming || manner.contains(.settings)
        || (isTight && mayStandAlone(bytes, sign, from: lineStart))
    else { return nil }
    if isQuoted { start += 1 }
    var end = start
    while end < bytes.count, end - start <= Self.longest, bytes[end] > 0x20, bytes[end] < 0x7f,
      isQuoted ? bytes[end] != mark && bytes[end] != 0x5c : !Self.isQuotation(bytes[end])
    {
      end += 1
    }
    if isNaming { naming = Naming(value: start..<end, sign: sign) }
    guard (Self.shortest...Self.longest).contains(end - start),
      !isQuoted || (end < bytes.count && (bytes[end] == mark || bytes[end] == 0x5c))
    else { return nil }
    // Most signs have been left behind here: names cost more than values.
    guard let name = name(in: bytes, before: sign, from: lineStart, naming), Self.isTelling(name)
    else { return nil }
    let value = (start..<end).map { bytes[$0] }
    guard SecretValue.isRandom(value) else { return nil }
    return ("a secret assigned to \(String(decoding: name, as: UTF8.self))", start, end - start)
  }

  private static let shortest = 16
  private static let longest = 256

  private static func isQuotation(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`")
  }

  /// Whether a value right behind the sign may do without quotation marks: in a script always, in
  /// other files where the name is one of a shell's variables or a program's options.
  private func mayStandAlone(
    _ bytes: Swift.Span<UInt8>, _ sign: Int, from lineStart: Int
  ) -> Bool {
    guard sign > lineStart, Self.isWord(bytes[sign - 1]) else { return false }
    if manner.contains(.script) { return true }
    var start = sign
    var hasSmall = false
    while start > lineStart, sign - start < 64,
      Self.isWord(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: "-")
    {
      start -= 1
      hasSmall = hasSmall || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[start])
    }
    return !hasSmall || begins(bytes, at: start, with: "--")
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

  /// The name that ends before the sign, in quotation marks or not; of a `value`, what the `name`
  /// before it says.
  private func name(
    in bytes: Swift.Span<UInt8>, before sign: Int, from lineStart: Int, _ naming: Naming?
  ) -> [UInt8]? {
    var end = sign
    while end > lineStart, sign - end < 16, Self.isBetween(bytes[end - 1]) { end -= 1 }
    var start = end
    while start > lineStart, end - start < 64,
      Self.isWord(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: "-")
    {
      start -= 1
    }
    guard end - start >= 3 else { return nil }
    let name = (start..<end).map { bytes[$0] }
    guard let naming, sign - naming.sign < 300, naming.value.count < 64,
      name.map({ $0 | 0x20 }).elementsEqual("value".utf8)
    else { return name }
    return naming.value.map { bytes[$0] }
  }

  /// Whether a byte may stand between a name and the sign behind it.
  private static func isBetween(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\""), UInt8(ascii: "'"),
      UInt8(ascii: "`"), UInt8(ascii: "]"), UInt8(ascii: ":"), 0x5c:
      true
    default: false
    }
  }

  /// Whether a name promises a secret: `apiKey`, `DB_PASSWORD`, `client-secret`.
  static func isTelling(_ name: [UInt8]) -> Bool {
    let folded = name.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }.map {
      $0.isASCIILetter ? $0 | 0x20 : $0
    }
    // What Docker and npm call a name and password together.
    if folded.elementsEqual("auth".utf8) { return true }
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
    "authkey", "encryptionkey", "signingkey", "credential", "accountkey", "masterkey", "licensekey",
    "apppass", "dbpass",
  ].map { Array($0.utf8) }
  private static let others: [[UInt8]] = ["public", "tokeniz", "placeholder", "csrf"].map {
    Array($0.utf8)
  }
  private static let ends: [[UInt8]] = [
    "id", "name", "path", "file", "url", "uri", "type", "length", "size", "field", "header",
    "prefix", "label", "hint", "text", "title", "message", "error", "class", "selector",
  ].map { Array($0.utf8) }
}

// What needs no name.
extension SecretScanner {
  /// An address that whoever knows it may write to, or one with a password.
  private func address(in bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
    let hooks: [(StaticString, String)] = [
      ("hooks.slack.com/", "a Slack webhook"), ("discord.com/api/webhooks/", "a Discord webhook"),
      ("discordapp.com/api/webhooks/", "a Discord webhook"),
      ("outlook.office.com/webhook/", "a Teams webhook"),
      ("api.telegram.org/bot", "a Telegram bot's token"),
    ]
    for (place, what) in hooks where begins(bytes, at: start, with: place) {
      return hook(in: bytes, at: start, behind: start + place.utf8CodeUnitCount, what)
    }
    for place in start..<min(start + 64, bytes.count) {
      guard Self.isWord(bytes[place]) || bytes[place] == UInt8(ascii: "-") else {
        if begins(bytes, at: place, with: ".webhook.office.com/webhookb2/") {
          return hook(in: bytes, at: start, behind: place + 30, "a Teams webhook")
        }
        break
      }
    }
    return password(in: bytes, at: start)
  }

  private func hook(
    in bytes: Swift.Span<UInt8>, at start: Int, behind place: Int, _ what: String
  ) -> Found? {
    var end = place
    while end < bytes.count, end - place < 400,
      Self.isWord(bytes[end]) || "/-:@.".utf8.contains(bytes[end])
    {
      end += 1
    }
    let path = (place..<end).map { bytes[$0] }
    // The longest part is the secret; documentation shows one of Xs or zeros.
    let longest = path.split { !Self.isWord($0) && $0 != UInt8(ascii: "-") }.max {
      $0.count < $1.count
    }
    guard let longest, longest.count >= 20, SecretValue.isRandom(Array(longest)) else { return nil }
    return (what, start, end - start)
  }

  /// Telegram's `123456789:AA…`.
  private func botToken(in bytes: Swift.Span<UInt8>, at sign: Int) -> Found? {
    var start = sign
    while start > 0, sign - start < 11, bytes[start - 1].isASCIIDigit { start -= 1 }
    guard (8...10).contains(sign - start) else { return nil }
    var end = sign + 1
    while end < bytes.count, end - sign <= 36,
      Self.isWord(bytes[end]) || bytes[end] == UInt8(ascii: "-")
    {
      end += 1
    }
    guard end - sign - 1 == 35 else { return nil }
    let body = ((sign + 3)..<end).map { bytes[$0] }
    return SecretValue.isRandom(body) ? ("a Telegram bot's token", sign + 1, end - sign - 1) : nil
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
    guard !isShortWord, SecretValue.isRandom(value) else { return nil }
    return ("a password in a URL", colon + 1, end - colon - 1)
  }

  /// What files say in a form of their own that holds passwords by its nature.
  func secret(inLineOf bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
    var end = start
    while end < bytes.count, end - start < 1024, bytes[end] != UInt8(ascii: "\n"),
      bytes[end] != UInt8(ascii: "\r")
    {
      end += 1
    }
    let line = (start..<end).map { bytes[$0] }
    guard line.first != UInt8(ascii: "#") else { return nil }
    func found(_ value: ArraySlice<UInt8>, _ what: String) -> Found? {
      let text = String(decoding: value, as: UTF8.self)
      let isSecret = value.count >= 4 && !SecretValue.isPlaceholder(text, isSecret: true)
      return isSecret ? (what, start + value.startIndex, value.count) : nil
    }
    let words = line.split { $0 == 0x20 || $0 == 0x09 }
    if manner.contains(.netrc),
      let place = words.firstIndex(where: { $0.elementsEqual("password".utf8) }),
      place + 1 < words.count
    {
      return found(words[place + 1], "a password for a machine")
    }
    if manner.contains(.pgpass) {
      let fields = line.split(
        separator: UInt8(ascii: ":"), maxSplits: 4, omittingEmptySubsequences: false)
      return fields.count == 5 ? found(fields[4], "a password for a database") : nil
    }
    guard manner.contains(.docker), words.count > 2,
      words[0].map({ $0 | 0x20 }).elementsEqual("env".utf8), Self.isTelling(Array(words[1])),
      !words[1].contains(UInt8(ascii: "=")), SecretValue.isRandom(Array(words[2]))
    else { return nil }
    let name = String(decoding: words[1], as: UTF8.self)
    return ("a secret assigned to \(name)", start + words[2].startIndex, words[2].count)
  }
}
