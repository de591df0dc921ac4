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
    if parts.contains(where: plain.contains) || wholes.contains(plain) { return true }
    if hasBrackets(folded) { return true }
    if folded.firstMatch(of: /^(your|todo|fixme)[ _:-]|[ _-]here$/) != nil { return true }
    if plain.count > 2, Set(plain).count == 1, "x0".contains(plain.first ?? "a") { return true }
    if value.count > 2, plain.isEmpty, Set(folded).count == 1, "*.-_?".contains(folded.first ?? "a")
    {
      return true
    }
    guard isSecret else { return false }
    let isExample = ["example", "サンプル", "ダミー", "샘플", "더미"].contains(where: plain.contains)
    return words.contains(plain) || isExample || isReference(value)
  }

  /// `<password>`, `[key]`, `{{ key }}`, and the first of these also within a value.
  private static func hasBrackets(_ folded: String) -> Bool {
    if folded.firstMatch(of: /^\[[^\[\]]*\]$|^\{\{.*\}\}$|^__[a-z_]+__$|^@[a-z_]+@$/) != nil {
      return true
    }
    // Mail addresses stand in such brackets, too.
    let inner = folded.split(separator: "<").dropFirst(folded.hasPrefix("<") ? 0 : 1)
    return inner.contains { part in
      guard let end = part.firstIndex(of: ">"), part.startIndex < end else { return false }
      return part[..<end].allSatisfy { $0.isLetter || $0.isNumber || " _-./".contains($0) }
    }
  }

  /// Whether a value is another one's name that nothing has put a value for: `${DB_PASSWORD}`.
  private static func isReference(_ value: String) -> Bool {
    value.wholeMatch(of: /\$\{[^{}]*\}|\$[A-Za-z_][A-Za-z0-9_]*|\$\([^()]*\)|%[A-Z_]+%/) != nil
  }

  private static let parts = [
    "changeme", "changethis", "changeit", "replaceme", "replacethis", "replacewith", "placeholder",
    "insertyour", "fillmein", "fillthisin", "tobechanged", "tobereplaced", "tobefilled", "editme",
    "goeshere", "要変更", "変更してください", "ここに入力", "入力してください", "設定してください",
    "置き換えてください", "変更必須", "변경필요", "변경하세요", "변경해주세요",
    "여기에입력", "입력하세요", "입력해주세요", "请修改", "請修改", "请填写",
    "請填寫", "在此输入", "请输入",
  ]
  private static let wholes: Set<String> = [
    "todo", "tbd", "fixme", "tba", "setme", "notset", "unset", "redacted", "未設定", "未定", "仮",
    "要設定", "要入力", "要記入", "미정", "미설정", "입력필요", "설정필요", "待定", "未设置",
  ]

  private static let words: Set<String> = [
    "password", "passwd", "pass", "secret", "secretkey", "token", "apikey", "test", "testing",
    "dummy", "sample", "default", "admin", "root", "user", "postgres", "mysql", "foo", "bar",
    "foobar", "abc", "abc123", "123", "1234", "12345", "123456", "1234567", "12345678",
    "123456789", "1234567890", "password1", "password123", "letmein", "qwerty", "none", "null",
    "undefined", "dev", "development", "local", "mysecret", "mysecretkey", "mypassword",
    "supersecret", "supersecretkey", "topsecret", "notasecret", "passw0rd", "p4ssw0rd", "pssw0rd",
    "welcome", "hunter2", "yourpassword", "yoursecret", "パスワード", "秘密", "비밀번호", "비밀",
    "密码", "密碼",
  ]

  /// Whether a value looks drawn by lot: no words, no reference to another place, no placeholder.
  static func isRandom(_ value: [UInt8]) -> Bool {
    let text = String(decoding: value, as: UTF8.self)
    if "$<{%*".contains(where: { text.first == $0 }) || text.contains("${") || text.contains("{{") {
      return false
    }
    if text.contains("://") || text.contains("(") { return false }
    // What SOPS has encrypted.
    if text.hasPrefix("ENC[") { return false }
    guard value.contains(where: \.isASCIIDigit), value.contains(where: \.isASCIILetter) else {
      return false
    }
    if isPlaceholder(text, isSecret: true) || isEasy(text) { return false }
    // Names and paths: words between signs.
    let words = text.split { "-_./:".contains($0) }
    let plain = words.count { word in word.allSatisfy(\.isLetter) || word.allSatisfy(\.isNumber) }
    if words.count > 1, plain * 2 > words.count { return false }
    let isHexadecimal = value.allSatisfy { $0.isASCIIDigit || (0x61...0x66).contains($0 | 0x20) }
    return entropy(value) >= (isHexadecimal ? 3 : 3.5)
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
