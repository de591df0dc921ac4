// What needs no name.
extension SecretScanner {
  /// An address that whoever knows it may write to, or one with a password.
  func address(in bytes: Swift.Span<UInt8>, at start: Int) -> Found? {
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
  func botToken(in bytes: Swift.Span<UInt8>, at sign: Int) -> Found? {
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
    var end = start
    while end < bytes.count, end - start <= Self.longest, bytes[end] > 0x20, bytes[end] < 0x7f,
      !Self.isQuotation(bytes[end]), !"<>\\".utf8.contains(bytes[end])
    {
      end += 1
    }
    let address = (start..<end).map { bytes[$0] }
    guard let login = URLLogin(in: address),
      SecretValue.isPassword(Array(address[login.password]), of: address[login.user])
    else { return nil }
    return ("a password in a URL", start + login.password.lowerBound, login.password.count)
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
      // A password that can be guessed is one, too; a single word stands for any.
      let words = ValueWords(value.map(\.smallLetter))
      let isSecret =
        value.count > 3 && !SecretValue.isPlaceholder(text, isSecret: true)
        && !(words.isAll && words.own == 0)
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
      words[0].map({ $0 | 0x20 }).elementsEqual("env".utf8), SecretName.isTelling(Array(words[1])),
      !words[1].contains(UInt8(ascii: "=")), SecretValue.isRandom(Array(words[2]))
    else { return nil }
    let name = String(decoding: words[1], as: UTF8.self)
    return ("a secret assigned to \(name)", start + words[2].startIndex, words[2].count)
  }
}
