/// Untrusted text for a line of Markdown: it looks there as it was written, and does nothing else.
///
/// Only what would be markup is escaped, so that the source stays readable in a terminal. Balanced
/// code spans stay what they are, and so do addresses, which would lead elsewhere; where marks follow one,
/// it stands in angle brackets. Mentions become code, or beside code get a space of no width: a backslash
/// keeps no forge from pinging.
struct MarkdownText {
  private let scalars: [Unicode.Scalar]
  private let hasLinks: Bool
  private let hasStrikes: Bool
  /// Brackets that close nowhere in the text: what follows it could close one, and make a link of both.
  private let openBrackets: Set<Int>
  private var place = 0
  private var output: [UInt8] = []

  /// The text as the content of a paragraph or list item, cut after `limit` characters.
  static func escaped(_ text: String, limit: Int = 300) -> String {
    if isPlain(text, limit: limit) { return text }
    var writer = MarkdownText(text, limit: limit)
    writer.write()
    return String(decoding: writer.output, as: UTF8.self)
  }

  /// The text at a column of its line, further lines of it below each other.
  static func hanging(_ text: String, at column: Int) -> String {
    guard text.utf8.contains(.lineFeed) else { return escaped(text, limit: 600) }
    let indent = String(repeating: " ", count: column)
    return MarkdownBlocks.escaped(text).split(
      separator: "\n", omittingEmptySubsequences: false
    ).enumerated().map { $0 == 0 || $1.isEmpty ? String($1) : indent + $1 }.joined(separator: "\n")
  }

  /// A line of code: nothing in it is markup between fences.
  static func code(_ line: String, limit: Int) -> String {
    var text = String.UnicodeScalarView()
    for (place, scalar) in line.unicodeScalars.enumerated() {
      guard place < limit else {
        text.append("…")
        break
      }
      if scalar == "\t" {
        text.append(contentsOf: "    ".unicodeScalars)
      } else {
        text.append(scalar.visible)
      }
    }
    return String(text)
  }

  /// Whether nothing in the text could be markup: so are most subjects, and thousands are told.
  private static func isPlain(_ text: String, limit: Int) -> Bool {
    // What is not stored as UTF-8 is seldom, and written the long way.
    text.utf8.withContiguousStorageIfAvailable { bytes in
      guard bytes.count <= limit, let first = bytes.first, first.isLetter else { return false }
      let plain = plain
      var place = 1
      while place < bytes.count {
        if plain[bytes[place]] {
          place += 1
          continue
        }
        // Names such as `read_cache` are as frequent as all marks together, and no emphasis.
        guard bytes[place] == UInt8(ascii: "_"), bytes[place - 1].isLetterOrDigit else {
          return false
        }
        while place < bytes.count, bytes[place] == UInt8(ascii: "_") { place += 1 }
        guard place < bytes.count, bytes[place].isLetterOrDigit else { return false }
      }
      return true
    } ?? false
  }

  private static let plain = ByteSet(
    " ,.;:'\"/%=?$^{}|-+()!#>0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

  private init(_ text: String, limit: Int) {
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(min(text.utf8.count, limit + 1))
    for scalar in text.unicodeScalars {
      guard scalars.count < limit else {
        scalars.append("…")
        break
      }
      scalars.append(scalar.visible)
    }
    self.scalars = scalars
    self.hasLinks =
      zip(scalars, scalars.dropFirst()).contains {
        $0 == "]" && ($1 == "(" || $1 == "[" || $1 == ":")
      } || Self.hasAddressInBrackets(scalars)
    self.hasStrikes = scalars.count { $0 == "~" } > 1
    self.openBrackets = Self.openBrackets(scalars)
  }

  private var previous: Unicode.Scalar? { place > 0 ? scalars[place - 1] : nil }

  private var next: Unicode.Scalar? { place + 1 < scalars.count ? scalars[place + 1] : nil }

  private mutating func append(_ scalar: Unicode.Scalar) {
    if scalar.isASCII {
      output.append(UInt8(ascii: scalar))
    } else {
      output += UTF8.encode(scalar).map(Array.init) ?? []
    }
  }

  private mutating func append(contentsOf scalars: some Sequence<Unicode.Scalar>) {
    for scalar in scalars { append(scalar) }
  }

  private mutating func write() {
    output.reserveCapacity(scalars.count + 16)
    writeStart()
    while place < scalars.count {
      if scalars[place] == "`" {
        writeBackticks()
      } else if let end = addressEnd {
        writeAddress(upTo: end)
      } else if scalars[place] == "@", !previous.isWord, let end = mentionEnd {
        writeMention(upTo: end)
      } else {
        if isMarkup { append("\\") }
        append(scalars[place])
        place += 1
      }
    }
  }

  /// Copies an address; in brackets where forges would go on with it, and take what escapes a mark for a
  /// part of it, so that the mark is one again.
  private mutating func writeAddress(upTo end: Int) {
    guard hasMarks(from: end) else {
      append(contentsOf: scalars[place..<end])
      place = end
      return
    }
    // Stops are the sentence's, and so is a parenthesis that only closes.
    let stops = scalars[place..<end].contains("(") ? "?!.,:*_~'\"" : "?!.,:*_~'\")"
    let last = scalars[place..<end].lastIndex { !stops.unicodeScalars.contains($0) } ?? place
    append("<")
    append(contentsOf: scalars[place...last])
    append(">")
    place = last + 1
  }

  private mutating func writeMention(upTo end: Int) {
    // Backticks beside others would make one run with them, and open what those close.
    guard previous != "`", end == scalars.count || scalars[end] != "`" else {
      append(contentsOf: "@&#8203;".unicodeScalars)
      place += 1
      return
    }
    append("`")
    append(contentsOf: scalars[place..<end])
    append("`")
    place = end
  }

  /// What is markup only where a block begins: headings, lists, quotes, rules, task boxes.
  private mutating func writeStart() {
    let digits = scalars.prefix { ("0"..."9").contains($0) }
    let after = digits.count + 1 < scalars.count ? scalars[digits.count + 1] : nil
    if !digits.isEmpty, digits.count < scalars.count,
      ".)".unicodeScalars.contains(scalars[digits.count]), after.map({ $0 == " " }) ?? true
    {
      append(contentsOf: digits)
      append("\\")
      append(scalars[digits.count])
      place = digits.count + 1
    } else if let first = scalars.first, beginsBlock(first) {
      append("\\")
      append(first)
      place = 1
    }
  }

  private func beginsBlock(_ first: Unicode.Scalar) -> Bool {
    switch first {
    case ">": true
    case "#": next.map { $0 == "#" || $0 == " " } ?? true
    case "-", "+": next.map { $0 == first || $0 == " " } ?? true
    case "[": next.map { $0 == " " || $0 == "x" || $0 == "X" } ?? false
    default: false
    }
  }

  /// Whether the scalar here would be markup in the middle of a line.
  private var isMarkup: Bool {
    switch scalars[place] {
    case "\\":
      // An address gets a bracket, perhaps, which is not to be escaped.
      next.map(\.isPunctuationMark) ?? true
        || scalars[(place + 1)...].starts(with: "http".unicodeScalars)
    case "*": !(previous.isBlank && next.isBlank)
    case "_":
      !(scalars[..<place].last { $0 != "_" }.isWord && scalars[place...].first { $0 != "_" }.isWord)
    case "~": hasStrikes
    case "[": hasLinks || next == "^" || openBrackets.contains(place)
    // The second sign of `://` and `www.` keeps forges from a link that would take in what follows.
    case "/": previous == ":" && next == "/" && hasMarks(from: place)
    case ".":
      scalars[..<place].suffix(3).elementsEqual("www".unicodeScalars) && hasMarks(from: place)
    case "<": next.map { $0.isASCIILetter || "/!?".unicodeScalars.contains($0) } ?? false
    case "&":
      next.map { $0.isASCIILetter || $0 == "#" } ?? false
        && scalars[place...].prefix(40).contains(";")
    default: false
    }
  }

  /// Copies a code span whole; escapes backticks that open none.
  private mutating func writeBackticks() {
    let run = scalars[place...].prefix { $0 == "`" }
    if let end = Self.codeEnd(scalars, after: run) {
      append(contentsOf: scalars[place..<end])
      place = end
      return
    }
    for _ in run { append(contentsOf: "\\`".unicodeScalars) }
    place = run.endIndex
  }

  /// Where the code span ends that a run of backticks opens; `nil` where it opens none.
  private static func codeEnd(
    _ scalars: [Unicode.Scalar], after run: ArraySlice<Unicode.Scalar>
  ) -> Int? {
    var search = run.endIndex
    while let start = scalars[search...].firstIndex(of: "`") {
      let closing = scalars[start...].prefix { $0 == "`" }
      if closing.count == run.count { return closing.endIndex }
      search = closing.endIndex
    }
    return nil
  }

  private static func openBrackets(_ scalars: [Unicode.Scalar]) -> Set<Int> {
    guard scalars.contains("[") else { return [] }
    var open: [Int] = []
    var place = 0
    while place < scalars.count {
      var end = place + 1
      switch scalars[place] {
      case "`":
        let run = scalars[place...].prefix { $0 == "`" }
        end = codeEnd(scalars, after: run) ?? run.endIndex
      case "[": open.append(place)
      case "]": _ = open.popLast()
      default: break
      }
      place = end
    }
    return Set(open)
  }

  /// Where the address ends that begins here, as far as every forge makes one link of it.
  ///
  /// In it are no marks that could end it sooner, and make of the rest what is none of it.
  private var addressEnd: Int? {
    guard scalars[place] == "h" || scalars[place] == "w" else { return nil }
    let start: Int
    if let end = self.end(of: "https://") ?? self.end(of: "http://") {
      guard previous.map({ !$0.isASCIIWord }) ?? true else { return nil }
      start = end
    } else if let end = self.end(of: "www.") {
      guard previous.map({ " *_~(".unicodeScalars.contains($0) }) ?? true else { return nil }
      start = end
    } else {
      return nil
    }
    let host = scalars[start...].prefix { $0.isASCIILetter || $0.isDigit || $0 == "-" || $0 == "." }
    guard let first = host.first, first != "-", first != "." else { return nil }
    let after = host.endIndex < scalars.count ? scalars[host.endIndex] : " "
    guard "/?#: ".unicodeScalars.contains(after) || Self.marks.contains(after) else { return nil }
    let end =
      scalars[host.endIndex...].firstIndex {
        !$0.isASCII || $0.value <= 0x20 || $0 == "|" || Self.marks.contains($0)
      } ?? scalars.count
    // In brackets it would be no address.
    return scalars[place] == "w" && hasMarks(from: end) ? nil : end
  }

  private static let marks = "<>[]\\`".unicodeScalars

  /// Whether marks stand between a place and the next blank: all that may be one link.
  private func hasMarks(from place: Int) -> Bool {
    scalars[place...].prefix { $0 != " " }.contains { Self.marks.contains($0) }
  }

  /// Whether an address stands behind a bracket that is open: there no forge makes a link of it, and its
  /// parts would be names and marks.
  private static func hasAddressInBrackets(_ scalars: [Unicode.Scalar]) -> Bool {
    guard let first = scalars.firstIndex(of: "[") else { return false }
    var depth = 0
    // One that closes may be code, and close nothing.
    let hasCode = scalars.contains("`")
    for place in first..<scalars.count {
      switch scalars[place] {
      case "[": depth += 1
      case "]" where depth > 0 && !hasCode: depth -= 1
      case ":" where depth > 0:
        if scalars[place...].starts(with: "://".unicodeScalars) { return true }
      case "w" where depth > 0:
        if scalars[place...].starts(with: "www.".unicodeScalars) { return true }
      default: break
      }
    }
    return false
  }

  /// The place behind a word, where it stands here.
  private func end(of word: StaticString) -> Int? {
    let end = place + word.utf8CodeUnitCount
    guard end < scalars.count else { return nil }
    for offset in 0..<(end - place)
    where scalars[place + offset].value != UInt32(word.utf8Start[offset]) { return nil }
    return end
  }

  /// Where the name ends that a forge would take for a mention at this `@`.
  ///
  /// With one that follows at once, as in `@angular/core@next`: behind code it would be a mention.
  private var mentionEnd: Int? {
    guard let first = next, first.isASCIIWord else { return nil }
    var end = place + 1
    while end < scalars.count,
      scalars[end].isASCIIWord || "-./@".unicodeScalars.contains(scalars[end])
    {
      end += 1
    }
    while end > place + 1, "-./@".unicodeScalars.contains(scalars[end - 1]) { end -= 1 }
    return end
  }
}

extension UInt8 {
  fileprivate var isLetterOrDigit: Bool { isLetter || isDigit }
}

/// Some of ASCII's characters, a bit each.
private struct ByteSet {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  init(_ text: String) {
    for byte in text.utf8 {
      if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte & 63) }
    }
  }

  subscript(byte: UInt8) -> Bool {
    byte < 0x80 && (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 != 0
  }
}

extension Unicode.Scalar {
  /// Itself, or what stands for it where it would act on a terminal or on the order of the text.
  fileprivate var visible: Unicode.Scalar {
    switch value {
    case 0x09, 0x0A, 0x0D: " "
    case 0..<0x20: Unicode.Scalar(0x2400 + value) ?? "\u{FFFD}"
    case 0x7F: "\u{2421}"
    case 0x80..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: "\u{FFFD}"
    default: self
    }
  }

  // Unicode's tables are asked for what is not ASCII alone.
  fileprivate var isASCIILetter: Bool { isASCII && UInt8(ascii: self).isLetter }

  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }

  fileprivate var isASCIIWord: Bool {
    isASCIILetter || isDigit || self == "_"
  }

  fileprivate var isPunctuationMark: Bool {
    isASCII && value > 0x20 && value < 0x7F && !isASCIIWord || self == "_"
  }
}

extension Unicode.Scalar? {
  fileprivate var isBlank: Bool {
    map { $0.isASCII ? UInt8(ascii: $0).isBlank : $0.properties.isWhitespace } ?? false
  }

  fileprivate var isWord: Bool {
    map {
      $0.isASCII
        ? $0.isASCIIWord : $0.properties.isAlphabetic || $0.properties.numericType != nil
    } ?? false
  }
}
