/// Whose a value in quotation marks is, read backwards from it: through prefixes, brackets, signs,
/// types and defaults to the nearest name.
struct ValueOwner {
  private let bytes: [UInt8]
  private var end: Int

  /// More than this stands between no name and its value.
  static let reach = 200

  /// - Parameter before: What stands before the quotation mark.
  init(before: [UInt8]) {
    bytes = before
    end = before.count
  }

  /// The name, where it promises a secret.
  mutating func name() -> [UInt8]? {
    skipPrefix()
    // Brackets and wrappers: `Some(String::from("…"))`.
    for _ in 0..<6 {
      skipBlanks()
      if end > 2, SecretScanner.isWideSign(bytes.span, at: end - 3) {
        end -= 3
        return assigned()
      }
      switch last {
      case UInt8(ascii: "("):
        end -= 1
        if let name = callee() { return name }
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        end -= 1
        skipBlanks()
        // What a block gives where there is no such setting: `fetch("KEY") { "…" }`.
        if last == UInt8(ascii: ")") { return operand() }
      case UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: ">"): return assigned()
      case UInt8(ascii: ","): return argument()
      case UInt8(ascii: "|"), UInt8(ascii: "?"): return alternative()
      case let byte?:
        guard Self.isWord(byte) else { return nil }
        let word = word()
        return word.elementsEqual("or".utf8) ? alternative() : telling(word)
      case nil: return nil
      }
      guard !isLost else { return nil }
    }
    return nil
  }

  /// Whether what was passed is a call that makes something else of its argument.
  private var isLost = false
  /// Whether the key before it is `value`, so that another key has the name.
  private(set) var isOfValue = false

  private var last: UInt8? { end > 0 ? bytes[end - 1] : nil }

  static func isWord(_ byte: UInt8) -> Bool {
    SecretScanner.isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "$")
  }

  private func telling(_ name: [UInt8]) -> [UInt8]? {
    name.count > 1 && SecretName.isTelling(name) ? name : nil
  }

  private mutating func skip(_ signs: StaticString) {
    while let last, signs.contains(last) { end -= 1 }
  }

  /// Blanks, and the ends of lines: values stand below their names, too.
  private mutating func skipBlanks() {
    skip(" \t\r\n")
    if skipWide() { skipBlanks() }
  }

  /// Whether there was a blank as wide as a sign.
  private mutating func skipWide() -> Bool {
    guard last == 0x80, bytes[..<end].suffix(3).elementsEqual("\u{3000}".utf8) else { return false }
    end -= 3
    return true
  }

  private mutating func word() -> [UInt8] {
    let stop = end
    while let last, Self.isWord(last), stop - end < 64 { end -= 1 }
    return Array(bytes[end..<stop])
  }

  /// `b"…"`, `rb'…'`, `@"…"`, `r#"…"#`, and the backslash of a text within a text.
  private mutating func skipPrefix() {
    // Three quotation marks are one.
    if end > 1, last == bytes[end - 2], "\"'`".utf8.contains(bytes[end - 1]) { end -= 2 }
    let place = end
    skip("\\#@$")
    var count = 0
    while let last, last.isASCIILetter, count < 3 {
      end -= 1
      count += 1
    }
    let isPrefix = bytes[end..<(end + count)].allSatisfy { "bBfFrRuULN".utf8.contains($0) }
    if count > 2 || !isPrefix || last.map(Self.isWord) == true { end = place }
    if end == place { skip("\\#@$") }
  }
}

// What stands before a value.
extension ValueOwner {
  /// Before a sign: a name, in quotation marks or not, with its type behind it or before it.
  private mutating func assigned() -> [UInt8]? {
    skip("=:>+?!|&~")
    repeat { skip(" \t\"'`])\\") } while skipWide()
    skipAccessors()
    if last == UInt8(ascii: "[") { end -= 1 }
    // `char token[32] =`
    let place = end
    skip("0123456789")
    if last == UInt8(ascii: "[") { end -= 1 } else { end = place }
    let name = word()
    // `isTest ? "" : "…"`
    if name.isEmpty { return foreign() ?? climbed() }
    if let name = telling(name) { return name }
    isOfValue = name.map(\.smallLetter).elementsEqual("value".utf8)
    return Self.isGeneral(name) ? said() : typed()
  }

  /// A name in another script.
  private func foreign() -> [UInt8]? {
    guard let last, last >= 0x80 else { return nil }
    // `APIキー`
    let name = bytes[..<end].suffix(64).reversed().prefix { $0 >= 0x80 || $0.isASCIILetter }
    return telling(name.reversed())
  }

  /// Skips what stands behind a property: `ApiKey { get; set; } =`.
  private mutating func skipAccessors() {
    guard last == UInt8(ascii: "}"),
      let start = bytes[..<end].suffix(60).lastIndex(of: UInt8(ascii: "{"))
    else { return }
    end = start
    skipBlanks()
  }

  /// The name of `name: Type =`, or of `name Type =`.
  private mutating func typed() -> [UInt8]? {
    let start = end
    var isNear = true
    while let byte = last, start - end < 80 {
      if Self.isWord(byte) {
        let place = end
        // A module's or an object's name says nothing of what is in it.
        if bytes[place...].first == UInt8(ascii: ".") {
          _ = word()
          continue
        }
        let isDeclared = isNear || bytes[place...].first { $0 > 0x20 && $0 != 0x3f } == 0x3a
        if let name = telling(word()), isDeclared { return name }
        isNear = false
      } else if " \t*&'<>?|.:[]!".utf8.contains(byte) {
        // Of types before and behind a name, a colon parts them.
        end -= 1
      } else {
        return nil
      }
    }
    return nil
  }

  /// Of a key that says nothing itself, such as `default`, the nearest word that does.
  private mutating func said() -> [UInt8]? {
    while let byte = last {
      guard byte != UInt8(ascii: ";"), byte != UInt8(ascii: "}") else { return nil }
      if Self.isWord(byte) {
        if let name = telling(word()) { return name }
      } else {
        end -= 1
      }
    }
    return nil
  }

  private static func isGeneral(_ name: [UInt8]) -> Bool {
    let folded = name.filter(\.isASCIILetter).map(\.smallLetter)
    return ["default", "defaultvalue", "fallback", "initial", "initialvalue"].contains {
      folded.elementsEqual($0.utf8)
    }
  }

  /// The argument before this one, where that is a text: `getenv("KEY", "…")`.
  private mutating func argument() -> [UInt8]? {
    end -= 1
    skipBlanks()
    if last == UInt8(ascii: "\"") || last == UInt8(ascii: "'") || last == UInt8(ascii: "`") {
      end -= 1
      skip("\\")
      if let name = telling(word()) { return name }
      // `auth=("admin", "…")`
      skip("\\\"'`")
      guard last == UInt8(ascii: "(") else { return nil }
      end -= 1
      return last == UInt8(ascii: "=") ? assigned() : nil
    }
    let name = word()
    // `:api_key`, as Ruby and Elixir have names.
    return last == UInt8(ascii: ":") ? telling(name) : nil
  }

  /// What the value stands in for: `getenv("KEY") or "…"`, `process.env.KEY ?? "…"`; else what all of
  /// that is assigned to.
  private mutating func alternative() -> [UInt8]? {
    skip("|?:")
    skipBlanks()
    let place = end
    if let name = operand() { return name }
    end = place
    return climbed()
  }

  /// What an expression is assigned to.
  private mutating func climbed() -> [UInt8]? {
    let place = end
    while let byte = last, place - end < 120 {
      switch byte {
      case UInt8(ascii: "="), UInt8(ascii: ":"): return assigned()
      case UInt8(ascii: ";"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\n"): return nil
      default: end -= 1
      }
    }
    return nil
  }

  private mutating func operand() -> [UInt8]? {
    skip(" \t\"'`])\\")
    return telling(word())
  }

  /// What a call sets: `setPassword("…")`, `SecretStr("…")`; a call that only wraps its argument is
  /// stepped over.
  private mutating func callee() -> [UInt8]? {
    skip("!")
    let name = word()
    guard !name.isEmpty else { return nil }
    let words = SecretName.words(of: name)
    if let name = telling(name) {
      isLost = true
      return words.first.map(Self.askers.contains) == true ? nil : name
    }
    guard let verb = words.last, Self.wrappers.contains(verb) else {
      isLost = true
      return nil
    }
    while let byte = last, Self.isWord(byte) || ".:".utf8.contains(byte) { end -= 1 }
    let place = end
    skipBlanks()
    if !word().elementsEqual("new".utf8) { end = place }
    return nil
  }

  private static let wrappers: Set<String> = [
    "from", "of", "some", "ok", "just", "optional", "new", "str", "string", "bytes", "bytearray",
    "fromhex", "b64decode", "b64", "atob", "decode", "literal", "array", "data",
  ]

  /// Calls whose argument is what they look for or look at.
  private static let askers: Set<String> = [
    "get", "read", "fetch", "find", "load", "lookup", "resolve", "has", "is", "check", "verify",
    "validate", "compare", "hash", "encrypt", "decrypt", "encode", "decode", "parse", "create",
    "generate", "make", "new", "build", "delete", "remove", "revoke", "require", "expect", "assert",
    "test", "mask", "redact", "retrieve", "list", "describe", "import",
  ]
}

extension StaticString {
  fileprivate func contains(_ byte: UInt8) -> Bool {
    (0..<utf8CodeUnitCount).contains { utf8Start[$0] == byte }
  }
}
