/// What a name says of the value that it is given.
enum SecretName {
  /// Whether a setting of this name is to be kept from others.
  static func isSecret(_ name: String) -> Bool {
    if isTold(Array(name.utf8)) { return true }
    let words = words(of: Array(name.utf8))
    return !speaksOfAnother(words)
      && words.contains { word in kinds.contains(word) || glued.contains(where: word.hasSuffix) }
  }

  /// What ends words that are written together: `DBPASSWORD`.
  private static let glued = ["password", "secret", "token", "apikey"]

  private static let kinds: Set<String> = [
    "secret", "secrets", "password", "passwd", "pass", "pwd", "passphrase", "token", "key", "keys",
    "apikey", "credential", "credentials", "private", "dsn", "salt", "pepper", "pw",
  ]

  /// Whether the value is a key that the service itself signs or encrypts with: `SECRET_KEY`,
  /// `JWT_SECRET`.
  static func isOwnKey(_ name: String) -> Bool {
    let words = words(of: Array(name.utf8))
    let ends = [
      ["secret", "key"], ["secret", "key", "base"], ["jwt", "secret"], ["session", "secret"],
      ["cookie", "secret"], ["app", "secret"], ["app", "key"], ["encryption", "key"],
      ["signing", "key"], ["signing", "secret"], ["master", "key"], ["jwt", "key"],
      ["hmac", "key"], ["token", "secret"],
    ]
    return ends.contains { words.suffix($0.count).elementsEqual($0) } || words == ["secret"]
  }

  /// Whether a name in a file promises a secret, written together or apart: `apiKey`,
  /// `DB_PASSWORD`, `dbpassword`.
  ///
  /// - Parameter isWordShown: Whether nothing of it is shown but the word that tells.
  static func isTelling(_ name: [UInt8], isWordShown: Bool = false) -> Bool {
    if isTold(name) { return true }
    let joined = name.filter { $0.isASCIILetter || $0.isASCIIDigit }.map(\.smallLetter)
    // Most names are none, and to find their words takes longer.
    let isShort = short.contains { joined.elementsEqual($0) }
    guard isShort || parts.contains(where: { contains(joined, $0) }) || mayEndShort(joined) else {
      return false
    }
    let words = words(of: name)
    let isNamed = isShort || parts.contains { contains(joined, $0) }
    let isKind = isNamed || words.last.map { shortLast.contains($0) } ?? false
    return isKind && (isWordShown || !isDrawn(words, name)) && !speaksOfAnother(words)
      && !joinedOthers.contains { ends(joined, with: $0) }
  }

  /// Whether a name looks drawn by lot: it may be a secret, and names are shown.
  private static func isDrawn(_ words: [String], _ name: [UInt8]) -> Bool {
    let plain = words.count { word in
      let letters = word.utf8.prefix(while: \.isASCIILetter).count
      return letters > 2 && word.utf8.dropFirst(letters).allSatisfy(\.isASCIIDigit)
    }
    return name.count > 11 && plain * 2 < words.count
  }

  /// Those that say it alone: the last is what Docker and npm call a name and password together.
  private static let short = ["pwd", "pass", "pw", "auth"].map { Array($0.utf8) }
  /// Those that say it as the last word of several: `DB_PWD`.
  private static let shortLast: Set<String> = ["pwd", "pass", "pw"]

  private static func mayEndShort(_ joined: [UInt8]) -> Bool {
    short.contains { ends(joined, with: $0) }
  }

  private static let parts = [
    "secret", "token", "password", "passwd", "passphrase", "passcode", "passwort", "apikey",
    "accesskey", "privatekey", "authkey", "encryptionkey", "signingkey", "credential",
    "accountkey", "masterkey", "licensekey", "securestring", "apppass", "dbpass", "dbpwd",
  ].map { Array($0.utf8) }

  /// Of a name that promises a secret, the word that does, and nothing else; `nil` of other names.
  static func word(of name: [UInt8]) -> [UInt8]? {
    if let word = toldWord(name) { return Array(word.utf8) }
    guard isTelling(name, isWordShown: name.contains(0x20)) else { return nil }
    let joined = name.filter { $0.isASCIILetter || $0.isASCIIDigit }.map(\.smallLetter)
    return parts.first { contains(joined, $0) } ?? short.first { ends(joined, with: $0) }
  }

  private static func isTold(_ name: [UInt8]) -> Bool { toldWord(name) != nil }

  /// The word for a secret in Korean or Japanese that a name ends in: there what is spoken of comes last.
  private static func toldWord(_ name: [UInt8]) -> String? {
    let name = name.reversed().drop { $0.isASCIIDigit || $0 == UInt8(ascii: "_") }
    guard let last = name.first, last >= 0x80 else { return nil }
    return told.first { word in
      let before = name.dropFirst(word.utf8.count)
      return name.starts(with: word.utf8.reversed())
        && !toldOthers.contains { before.starts(with: $0.utf8.reversed()) }
    }
  }

  private static let told = [
    "비밀번호", "암호", "비밀키", "개인키", "액세스키", "액세스 키", "API키", "API 키", "인증키", "시크릿", "토큰",
    "パスワード", "パスフレーズ", "暗証番号", "秘密鍵", "共通鍵", "アクセスキー", "シークレット", "シークレットキー",
    "APIキー", "認証キー", "トークン",
  ]
  /// What such a word belongs to that names no secret: a page's token, a public key.
  private static let toldOthers = ["ページ", "公開", "ハッシュ", "페이지", "공개", "해시"]

  private static func contains(_ name: [UInt8], _ word: [UInt8]) -> Bool {
    guard name.count >= word.count else { return false }
    return (0...(name.count - word.count)).contains { name[$0...].starts(with: word) }
  }

  private static func ends(_ name: [UInt8], with word: [UInt8]) -> Bool {
    name.count >= word.count && name.suffix(word.count).elementsEqual(word)
  }

  // MARK: Names of what belongs to a secret

  /// Whether the words name something about a secret, or a token or key that is none: `tokenUrl`,
  /// `passwordHash`, `nextPageToken`, `PUBLIC_KEY`.
  private static func speaksOfAnother(_ words: [String]) -> Bool {
    if words.contains(where: anywhere.contains) { return true }
    // A number behind it says which one.
    let last = words.last { word in word.contains { !$0.isNumber } }
    if let last, lasts.contains(last) { return true }
    return zip(words, words.dropFirst()).contains { first, second in
      switch second {
      case "token", "tokens": tokensOf.contains(first)
      case "key", "keys": keysOf.contains(first)
      default: false
      }
    }
  }

  private static let anywhere: Set<String> = [
    "public", "publishable", "csrf", "xsrf", "tokenizer", "tokenize", "tokenization", "placeholder",
    "encrypted", "hashed", "sealed", "masked", "redacted",
  ]

  private static let lasts: Set<String> = [
    "id", "ids", "name", "names", "path", "paths", "file", "files", "filename", "dir", "directory",
    "folder", "url", "urls", "uri", "uris", "endpoint", "endpoints", "link", "host", "hostname",
    "port", "address", "location", "type", "types", "kind", "length", "size", "count", "limit",
    "max", "min", "field", "fields", "column", "header", "headers", "prefix", "suffix", "label",
    "hint", "text", "title", "message", "error", "errors", "class", "selector", "hash", "hashes",
    "hasher", "digest", "checksum", "fingerprint", "thumbprint", "ttl", "timeout", "expiry",
    "expires", "expiration", "expire", "lifetime", "age", "minutes", "seconds", "hours", "days",
    "issuer", "audience", "scope", "scopes", "algorithm", "alg", "format", "pattern", "regex",
    "rule", "rules", "policy", "provider", "manager", "store", "storage", "backend", "driver",
    "version", "enabled", "disabled", "required", "optional", "status", "rotation", "interval",
    "schedule", "index", "ref", "reference", "arn", "alias", "param", "parameter", "placeholder",
    "template", "description", "comment", "strength", "iterations", "rounds", "validator",
    "generator", "parser", "factory", "handler", "input", "button", "env",
  ]

  /// Of names in small letters that are written together; longer ones only, as others end words.
  private static let joinedOthers: [[UInt8]] = [
    "id", "name", "path", "file", "url", "uri", "type", "length", "size", "field", "header",
    "prefix", "label", "hint", "text", "title", "message", "error", "class", "selector",
    "endpoint", "hash", "digest", "checksum", "fingerprint", "expiry", "expires", "expiration",
    "lifetime", "timeout", "issuer", "algorithm", "pagetoken", "nexttoken", "synctoken",
    "continuationtoken", "cancellationtoken",
  ].map { Array($0.utf8) }

  /// Places in lists and the like, which everybody may know.
  private static let tokensOf: Set<String> = [
    "page", "next", "previous", "prev", "continuation", "pagination", "cursor", "sync", "resume",
    "cancel", "cancellation", "idempotency", "syntax", "design",
  ]

  private static let keysOf: Set<String> = [
    "cache", "sort", "partition", "primary", "foreign", "routing", "row", "object", "idempotency",
    "deduplication", "index", "group",
  ]

  /// The words of a name, in small letters: `dbPassword`, `DB_PASSWORD` and `db-password` have two.
  static func words(of name: [UInt8]) -> [String] {
    var words: [String] = []
    var word: [UInt8] = []
    for (place, byte) in name.enumerated() {
      guard byte.isASCIILetter || byte.isASCIIDigit else {
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        word = []
        continue
      }
      let next = place + 1 < name.count ? name[place + 1] : 0
      // `apiKey`, and of `APIKey` the K.
      let isHump =
        byte.isASCIICapital && place > 0
        && (name[place - 1].isASCIISmall || name[place - 1].isASCIIDigit
          || name[place - 1].isASCIICapital && next.isASCIISmall)
      if isHump, !word.isEmpty {
        words.append(String(decoding: word, as: UTF8.self))
        word = []
      }
      word.append(byte.smallLetter)
    }
    if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
    return words
  }
}

extension UInt8 {
  var isASCIICapital: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }

  var isASCIISmall: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }

  /// A letter without its case; what is none, itself.
  var smallLetter: UInt8 { isASCIICapital ? self | 0x20 : self }
}
