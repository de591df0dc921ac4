internal import Glibc

/// What a variable's name says of its value.
enum SecretName {
  /// Whether a value of this name is to be kept from others.
  static func isSecret(_ name: String) -> Bool {
    let words = words(name)
    if words.contains("PUBLIC") { return false }
    if let last = words.last, ["ID", "NAME", "URL", "PATH", "FILE", "TTL", "LENGTH"].contains(last)
    {
      return false
    }
    return words.contains(where: kinds.contains)
  }

  private static let kinds: Set<String> = [
    "SECRET", "SECRETS", "PASSWORD", "PASSWD", "PASS", "PWD", "PASSPHRASE", "TOKEN", "KEY", "KEYS",
    "APIKEY", "CREDENTIAL", "CREDENTIALS", "PRIVATE", "DSN", "SALT", "PEPPER",
  ]

  /// Whether the value is a key that the service itself signs or encrypts with: `SECRET_KEY`,
  /// `JWT_SECRET`.
  static func isOwnKey(_ name: String) -> Bool {
    let words = words(name)
    let ends = [
      ["SECRET", "KEY"], ["SECRET", "KEY", "BASE"], ["JWT", "SECRET"], ["SESSION", "SECRET"],
      ["COOKIE", "SECRET"], ["APP", "SECRET"], ["APP", "KEY"], ["ENCRYPTION", "KEY"],
      ["SIGNING", "KEY"], ["SIGNING", "SECRET"], ["MASTER", "KEY"], ["JWT", "KEY"],
      ["HMAC", "KEY"], ["TOKEN", "SECRET"],
    ]
    return ends.contains { words.suffix($0.count).elementsEqual($0) } || words == ["SECRET"]
  }

  private static func words(_ name: String) -> [String] {
    name.uppercased().split { "_.-".contains($0) }.map(String.init)
  }
}

/// What can be told of a value without showing it.
enum SecretValue {
  /// Whether somebody meant to put another value here.
  ///
  /// - Parameter isSecret: Whether a word such as `test` is none either.
  static func isPlaceholder(_ value: String, isSecret: Bool) -> Bool {
    let folded = value.lowercased()
    let plain = folded.filter { $0.isLetter || $0.isNumber }
    if parts.contains(where: plain.contains) { return true }
    if folded.firstMatch(of: /^<[^<>]*>$|^\[[^\[\]]*\]$|^\{\{.*\}\}$|^your[ _-]|[ _-]here$/) != nil
    {
      return true
    }
    if ["todo", "tbd", "fixme", "tba"].contains(folded) { return true }
    if value.count > 2, Set(folded).count == 1, "x*.-_?0".contains(folded.first ?? "a") {
      return true
    }
    return isSecret && (words.contains(plain) || plain.contains("example"))
  }

  private static let parts = ["changeme", "changethis", "replaceme", "placeholder", "insertyour"]

  private static let words: Set<String> = [
    "password", "passwd", "pass", "secret", "secretkey", "token", "apikey", "test", "testing",
    "dummy", "sample", "default", "admin", "root", "user", "postgres", "mysql", "foo", "bar",
    "foobar", "abc", "abc123", "123", "1234", "12345", "123456", "1234567", "12345678",
    "123456789", "1234567890", "password1", "password123", "letmein", "qwerty", "none", "null",
    "undefined", "dev", "development", "local",
  ]

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
    if entropy(bytes) < 3 { return true }
    for period in 1...(bytes.count / 2)
    where zip(bytes, bytes.dropFirst(period)).allSatisfy({ $0 == $1 }) {
      return true
    }
    let steps = zip(bytes, bytes.dropFirst()).count { abs(Int($0) - Int($1)) <= 1 }
    return steps * 2 > bytes.count
  }

  /// The password of a URL such as `postgres://user:password@host`; `nil` where it has none.
  static func password(inURL value: String) -> Substring? {
    // Scheme and user of an address are short; a long word would be tried from each of its letters.
    guard let mark = value.firstRange(of: "://") else { return nil }
    let start = value.utf8.index(mark.lowerBound, offsetBy: -32, limitedBy: value.startIndex)
    let address = value[(start ?? value.startIndex)...].prefix(4096)
    guard let match = address.firstMatch(of: /[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^\/@\s:]*:([^@\s]+)@/)
    else { return nil }
    return match.1
  }
}
