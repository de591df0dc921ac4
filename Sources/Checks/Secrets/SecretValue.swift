internal import FoundationEssentials
internal import Glibc

/// What can be told of a value without showing it.
enum SecretValue {
  /// Whether a value looks drawn by lot: no words, no reference to another place, no placeholder.
  static func isRandom(_ value: [UInt8]) -> Bool {
    guard mayBeRandom(value), !isHidden(value) else { return false }
    if let plain = plainText(inBase64: value) {
      // A text without a name before it is one to keep only if it is none of plain words.
      guard plain.contains(":") else { return isPassword(Array(plain.utf8), of: []) }
      let password = plain.split(separator: ":", maxSplits: 1).last ?? ""
      return fault(in: String(password), isSecret: true) == nil
    }
    let text = String(decoding: value, as: UTF8.self)
    // Names and paths: words between signs.
    let words = text.split { "-_./:".contains($0) }
    let plain = words.count { word in
      // `sha256` is one, too.
      let letters = word.prefix(while: \.isLetter).count
      return word.dropFirst(letters).allSatisfy(\.isNumber)
        && (letters == word.count || letters == 0 || letters > 2)
    }
    if words.count > 1, plain * 2 > words.count { return false }
    return fault(in: text, isSecret: true) == nil && !isEasy(text)
  }

  /// What a value says that is a text, encoded; nothing that is drawn by lot is one.
  static func plainText(inBase64 value: [UInt8]) -> String? {
    guard value.count.isMultiple(of: 4), let data = Data(base64Encoded: Data(value)),
      data.allSatisfy({ (0x20..<0x7f).contains($0) })
    else { return nil }
    return String(decoding: data, as: UTF8.self)
  }

  /// What can be seen of that at a glance.
  static func mayBeRandom(_ value: [UInt8]) -> Bool {
    guard value.contains(where: \.isASCIIDigit), value.contains(where: \.isASCIILetter) else {
      return false
    }
    let isHexadecimal = value.allSatisfy { $0.isASCIIDigit || (0x61...0x66).contains($0 | 0x20) }
    return entropy(value) >= (isHexadecimal ? 3 : 3.5)
  }

  /// Whether the value only says where one is, is a call or a template, or was encrypted by SOPS.
  private static func isHidden(_ value: [UInt8]) -> Bool {
    if let first = value.first, "$<{%*".utf8.contains(first) { return true }
    if value.contains(UInt8(ascii: "(")) || value.starts(with: "ENC[".utf8) { return true }
    // An option that is to be given to a program: `--shm-size=256MB`.
    if value.starts(with: "--".utf8), value.contains(UInt8(ascii: "=")) { return true }
    // `token=…&secret=…`, whose parts are looked at by themselves.
    if value.contains(UInt8(ascii: "&")), value.count(where: { $0 == UInt8(ascii: "=") }) > 1 {
      return true
    }
    guard value.contains(UInt8(ascii: "{")) || value.contains(UInt8(ascii: ":")) else {
      return false
    }
    let text = String(decoding: value, as: UTF8.self)
    return ["${", "{{", "://"].contains(where: text.contains)
      || text.contains(/\{[A-Za-z_][A-Za-z0-9_.]*\}/)
  }

  /// Whether what stands in an address as a password is one, and no word of documentation.
  static func isPassword(_ value: [UInt8], of user: some Sequence<UInt8>) -> Bool {
    let text = String(decoding: value, as: UTF8.self)
    // Patterns have brackets there; in an address they would be encoded.
    guard value.count > 7, !isHidden(value), !value.contains(where: "()[]{}|^".utf8.contains),
      !value.elementsEqual(user), entropy(value) >= 2.5,
      fault(in: text, isSecret: true) ?? .guessable == .guessable
    else { return false }
    // Signs that are encoded have digits.
    let value = Array(text.replacing(/%[0-9A-Fa-f]{2}/, with: "-").utf8)
    let isMixed =
      value.contains(where: \.isASCIIDigit)
      || (value.contains(where: \.isASCIICapital) && value.contains(where: \.isASCIISmall))
      || value.contains { !$0.isASCIIWord && !ValueWords.parts.contains($0) }
    // `password123` documents; whoever writes `P4ssw0rd!` means one.
    let words = ValueWords(value.map(\.smallLetter), isDisguised: false)
    let disguised = ValueWords(value.map(\.smallLetter))
    let isOneWord = disguised.own < 2 && disguised.covered < 10
    return isMixed && !words.isAll && !isOneWord
  }

  /// How many bits one character carries on average, by how often each occurs.
  static func entropy(_ bytes: some Collection<UInt8>) -> Double {
    guard !bytes.isEmpty else { return 0 }
    var counts = [Int](repeating: 0, count: 256)
    for byte in bytes { counts[Int(byte)] += 1 }
    let total = Double(bytes.count)
    return counts.reduce(0) { sum, count in
      guard count > 0 else { return sum }
      let share = Double(count) / total
      return sum - share * log2(share)
    }
  }

  /// Whether a value can be guessed: few different characters, a repeated or a counted sequence.
  static func isEasy(_ value: String) -> Bool {
    let bytes = Array(value.utf8)
    guard bytes.count > 1 else { return true }
    // Of ten digits each carries a little more than three bits at best.
    if entropy(bytes) < (bytes.allSatisfy(\.isASCIIDigit) ? 2.5 : 3) { return true }
    if Repetition.period(of: bytes) < bytes.count { return true }
    let steps = zip(bytes, bytes.dropFirst()).count { abs(Int($0) - Int($1)) <= 1 }
    return steps * 2 > bytes.count
  }
}

/// Name and password in a URL such as `postgres://user:password@host`.
struct URLLogin {
  let user: Range<Int>
  let password: Range<Int>

  /// - Parameter address: What stands behind `://`, to the end of the address.
  ///
  /// A password may hold `/` and `@`, though they want to be encoded there: where a host and a port
  /// would stand otherwise, the last `@` counts, and behind that the first one.
  init?(in address: some Collection<UInt8>) {
    let bytes = Array(address)
    let ends = Set("/?#".utf8)
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      !bytes[..<colon].contains(where: { ends.contains($0) || $0 == UInt8(ascii: "@") }),
      bytes.first != UInt8(ascii: "[")
    else { return nil }
    let start = colon + 1
    let slash = bytes[start...].firstIndex(where: ends.contains) ?? bytes.count
    if let at = bytes[start..<slash].lastIndex(of: UInt8(ascii: "@")) {
      password = start..<at
    } else {
      let isPort = bytes[start..<slash].allSatisfy(\.isASCIIDigit)
      guard !isPort, let at = bytes[slash...].firstIndex(of: UInt8(ascii: "@")),
        at + 1 < bytes.count, bytes[at + 1].isASCIIWord || bytes[at + 1] == UInt8(ascii: "[")
      else { return nil }
      password = start..<at
    }
    user = 0..<colon
    if password.isEmpty { return nil }
  }
}

extension SecretValue {
  /// The password of the first URL in a value; `nil` where it has none.
  static func password(inURL value: String) -> Substring? { login(inURL: value)?.password }

  static func login(inURL value: String) -> (user: Substring, password: Substring)? {
    guard let mark = value.firstRange(of: "://"),
      value[..<mark.lowerBound].utf8.last.map(\.isASCIIWord) == true
    else { return nil }
    let rest = value[mark.upperBound...].prefix(4096)
    let address = rest.prefix { !$0.isWhitespace }
    guard let login = URLLogin(in: address.utf8) else { return nil }
    func part(_ range: Range<Int>) -> Substring {
      let start = address.utf8.index(address.startIndex, offsetBy: range.lowerBound)
      return address[start..<address.utf8.index(start, offsetBy: range.count)]
    }
    return (part(login.user), part(login.password))
  }
}
