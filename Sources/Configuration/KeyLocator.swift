/// One step from a table or list to what it holds.
///
/// Names are bytes: TOML does not unite what Unicode calls equivalent.
enum Step: Hashable {
  case key([UInt8])
  case index(Int)
}

/// Finds the lines on which the keys of a TOML text stand: the parser does not tell.
///
/// What it cannot place has no line; what it placed stands there for certain.
struct KeyLocator {
  struct Place {
    let line: Int
    /// Counts up in the file's order.
    let order: Int
  }

  struct Mistake {
    let line: Int
    /// From 1, in characters as the parser counts them.
    let column: Int
    let message: String
  }

  /// Where each key and list element is first mentioned.
  private(set) var places: [[Step]: Place] = [:]
  /// The first text that holds an escaped NUL, which a C string would be cut off at.
  private(set) var lineOfNul: Int?
  /// The mistake on which the parser aborts the program instead of reporting it.
  private(set) var mistake: Mistake?

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  /// The table whose header was read last; `nil` beneath `[[…]]`, where names are ambiguous.
  private var table: [Step]? = []
  private var listsOfTables: Set<[Step]> = []

  /// Beyond this many steps nothing is placed: no key of ours lies deeper.
  static let depth = 16

  private struct Lost: Error {}

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // Where the scan loses its way, what it found before still holds.
    try? scanDocument()
  }

  private mutating func scanDocument() throws(Lost) {
    skipBlank()
    while let byte = next {
      if byte == UInt8(ascii: "[") {
        do {
          try scanHeader()
        } catch {
          // Letters of other languages are no bare key in TOML 1.0.
          noteMistake(
            next.map { $0 >= 0x80 } ?? false
              ? "a name of other letters than A-Z, a-z, 0-9, _ and - wants quotation marks"
              : "a section's name is broken")
          throw error
        }
      } else {
        try scanPair(in: table)
      }
      skipSpaces()
      if let byte = next, !isNewline(byte), byte != UInt8(ascii: "#") { throw Lost() }
      skipBlank()
    }
  }

  /// `[a.b]` or `[[a.b]]`.
  private mutating func scanHeader() throws(Lost) {
    let line = self.line
    try expect("[")
    let isList = next == UInt8(ascii: "[")
    if isList { try expect("[") }
    let path = try scanKey().map(Step.key)
    try expect("]")
    if isList { try expect("]") }

    let prefixes = path.indices.map { Array(path[..<$0]) }
    guard !prefixes.contains(where: listsOfTables.contains), path.count <= Self.depth else {
      table = nil
      return
    }
    for prefix in prefixes where !prefix.isEmpty { place(prefix, line) }
    place(path, line)
    if isList { listsOfTables.insert(path) }
    table = isList ? nil : path
  }

  /// `a.b = value`.
  private mutating func scanPair(in base: [Step]?) throws(Lost) {
    let line = self.line
    let parts = try scanKey()
    try expect("=")
    var path = base
    if let base, base.count + parts.count <= Self.depth {
      var walked = base
      for part in parts {
        walked.append(.key(part))
        place(walked, line)
      }
      path = walked
    } else {
      path = nil
    }
    try scanValue(at: path)
  }

  private mutating func scanKey() throws(Lost) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    while true {
      skipSpaces()
      switch next {
      case UInt8(ascii: "\""), UInt8(ascii: "'"): parts.append(try scanQuoted())
      default: parts.append(try scanBare())
      }
      skipSpaces()
      guard next == UInt8(ascii: ".") else { return parts }
      try expect(".")
    }
  }

  private mutating func scanBare() throws(Lost) -> [UInt8] {
    let start = position
    while let byte = next, byte.isBareKey { advance() }
    guard position > start else { throw Lost() }
    return Array(bytes[start..<position])
  }

  private mutating func scanValue(at path: [Step]?) throws(Lost) {
    skipSpaces()
    switch next {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      if isTripleQuote { try skipMultiline() } else { _ = try scanQuoted() }
    case UInt8(ascii: "["): try scanList(at: path)
    case UInt8(ascii: "{"): try scanInlineTable(at: path)
    default:
      guard let first = next, first.isBareKey || first == UInt8(ascii: "+") else {
        noteMistake("a value is missing")
        throw Lost()
      }
      while let byte = next, !isNewline(byte), !",]}#".utf8.contains(byte) { advance() }
    }
  }

  private mutating func scanList(at path: [Step]?) throws(Lost) {
    try expect("[")
    var index = 0
    skipBlank()
    while next != UInt8(ascii: "]") {
      let element = path.flatMap { $0.count < Self.depth ? $0 + [.index(index)] : nil }
      if let element { place(element, line) }
      try scanValue(at: element)
      index += 1
      try skipSeparator(before: "]")
    }
    try expect("]")
  }

  private mutating func scanInlineTable(at path: [Step]?) throws(Lost) {
    try expect("{")
    skipBlank()
    while next != UInt8(ascii: "}") {
      try scanPair(in: path)
      try skipSeparator(before: "}")
    }
    try expect("}")
  }

  private mutating func skipSeparator(before end: Unicode.Scalar) throws(Lost) {
    skipBlank()
    if next == UInt8(ascii: ",") {
      advance()
      skipBlank()
    } else if next != UInt8(ascii: end) {
      throw Lost()
    }
  }

  private mutating func place(_ path: [Step], _ line: Int) {
    if places[path] == nil { places[path] = Place(line: line, order: places.count) }
  }
}

// Quoted texts.
extension KeyLocator {
  private var isTripleQuote: Bool {
    position + 2 < bytes.count && bytes[position] == bytes[position + 1]
      && bytes[position] == bytes[position + 2]
  }

  /// `"…"` or `'…'` on one line, decoded.
  private mutating func scanQuoted() throws(Lost) -> [UInt8] {
    guard let quote = next else { throw Lost() }
    advance()
    var text: [UInt8] = []
    while let byte = next, byte != quote {
      if isNewline(byte) { throw Lost() }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        text += try scanEscape()
      } else {
        text.append(byte)
        advance()
      }
    }
    guard next == quote else { throw Lost() }
    advance()
    return text
  }

  private mutating func skipMultiline() throws(Lost) {
    guard let quote = next else { throw Lost() }
    position += 3
    while let byte = next {
      if byte == quote, isTripleQuote {
        position += 3
        // Up to two quotes may stand directly before the closing three.
        for _ in 0..<2 where next == quote { advance() }
        return
      }
      let isEscape = byte == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"")
      if isEscape, position + 1 < bytes.count, !isBlank(bytes[position + 1]) {
        _ = try scanEscape()
      } else {
        advance()
      }
    }
    throw Lost()
  }

  private mutating func scanEscape() throws(Lost) -> [UInt8] {
    advance()
    guard let kind = next else { throw Lost() }
    advance()
    switch kind {
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "e"): return [27]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [kind]
    case UInt8(ascii: "x"): return try scanScalar(digits: 2)
    case UInt8(ascii: "u"): return try scanScalar(digits: 4)
    case UInt8(ascii: "U"): return try scanScalar(digits: 8)
    default: throw Lost()
    }
  }

  private mutating func scanScalar(digits: Int) throws(Lost) -> [UInt8] {
    guard position + digits <= bytes.count,
      let value = UInt32(
        String(decoding: bytes[position..<position + digits], as: UTF8.self), radix: 16),
      let scalar = Unicode.Scalar(value)
    else { throw Lost() }
    position += digits
    if value == 0 { lineOfNul = lineOfNul ?? line }
    return Array(String(scalar).utf8)
  }
}

// Single bytes.
extension KeyLocator {
  private mutating func noteMistake(_ message: String) {
    let start = bytes[..<position].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = bytes[start..<position].count { $0 & 0xC0 != 0x80 } + 1
    mistake = Mistake(line: line, column: column, message: message)
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func advance() {
    if next == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(Lost) {
    guard next == UInt8(ascii: character) else { throw Lost() }
    advance()
  }

  private func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private func isNewline(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  private func isBlank(_ byte: UInt8) -> Bool { isSpace(byte) || isNewline(byte) }

  private mutating func skipSpaces() {
    while let byte = next, isSpace(byte) { advance() }
  }

  /// Spaces, line ends and comments.
  private mutating func skipBlank() {
    while let byte = next, isBlank(byte) || byte == UInt8(ascii: "#") {
      if byte == UInt8(ascii: "#") {
        while let byte = next, byte != UInt8(ascii: "\n") { advance() }
      } else {
        advance()
      }
    }
  }
}
