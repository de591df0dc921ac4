/// References to issues and pull requests as the forges write them: `#12`, `!34`, `org/repo#56`,
/// `GH-7`, `ABC-8`, and by their addresses there.
enum IssueReference {
  /// The references in a list such as `#1, #2 and org/repo#3`, in order, each once.
  static func all(in text: MessageBytes) -> [String] {
    var found: [String] = []
    for word in text.split(whereSeparator: { $0.isBlank || $0 == UInt8(ascii: ",") }) {
      let core = word.trimmingPunctuation
      guard let text = isReference(core) ? core.text : IssueAddress(core)?.text else { continue }
      if !found.contains(text) { found.append(text) }
    }
    return found
  }

  /// The numbers that a sentence is about, linked or not.
  ///
  /// It begins or ends with them, or has them in brackets, as `#12` of `[#12](https://…)`; one in
  /// passing is none.
  static func named(in text: MessageBytes) -> [String] {
    let words = text.split { !isPathByte($0) && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "!") }
      .compactMap { word in
        // Without the full stop that ends the sentence.
        word.lastIndex { $0.isLetter || $0.isDigit || $0 >= 0x80 }.map { word[...$0] }
      }
    func isApart(_ word: MessageBytes) -> Bool {
      isNumbered(word) || keywords.contains { matches($0, word) }
    }
    let start = words.prefix(while: isApart).count
    let end = words.count - words.reversed().prefix(while: isApart).count
    var found: [String] = []
    var depth = 0
    var place = text.startIndex
    for (number, word) in words.enumerated() {
      for byte in text[place..<word.startIndex] {
        if "([".utf8.contains(byte) { depth += 1 }
        if ")]".utf8.contains(byte) { depth = max(depth - 1, 0) }
      }
      place = word.endIndex
      guard number < start || number >= end || depth > 0, isNumbered(word) else { continue }
      found.append(word.text)
    }
    return found
  }

  /// The subject without the references in parentheses at its end, and these references:
  /// `add x (#12)`, `add x (closes #1, #2) (#3)`.
  static func splitting(_ subject: MessageBytes) -> (subject: MessageBytes, references: [String]) {
    var rest = subject.trimmed
    var found: [String] = []
    while rest.last == UInt8(ascii: ")"), let open = rest.lastIndex(of: UInt8(ascii: "(")) {
      let inner = rest[(open + 1)..<(rest.endIndex - 1)]
      guard let references = onlyReferences(in: inner) else { break }
      let before = rest[..<open].trimmed
      guard !before.isEmpty else { break }
      found = references.filter { !found.contains($0) } + found
      rest = before
    }
    return (rest, found)
  }

  /// The references of a text that holds nothing else but a word such as `closes` before them.
  private static func onlyReferences(in text: MessageBytes) -> [String]? {
    let words = text.split { $0.isBlank || $0 == UInt8(ascii: ",") }
    var found: [String] = []
    for word in words {
      if isNumbered(word) {
        found.append(word.text)
      } else if !word.allSatisfy({ $0.isLetter || $0 == UInt8(ascii: ":") }) || word.count > 10 {
        return nil
      } else if !keywords.contains(where: { matches($0, word) }) {
        return nil
      }
    }
    return found.isEmpty ? nil : found
  }

  private static let keywords: [StaticString] = [
    "close", "closed", "closes", "fix", "fixed", "fixes", "resolve", "resolved", "resolves",
    "ref", "refs", "see", "and", "pr", "issue", "re", "for",
  ]

  private static func matches(_ keyword: StaticString, _ word: MessageBytes) -> Bool {
    let bare = word.last == UInt8(ascii: ":") ? word.dropLast() : word
    return keyword.withUTF8Buffer { bare.asciiLowercased.elementsEqual($0) }
  }

  private static func isReference(_ word: MessageBytes) -> Bool {
    isNumbered(word) || isKey(word)
  }

  /// `#12`, `!34`, `org/repo#56`, `gh-7`.
  private static func isNumbered(_ word: MessageBytes) -> Bool {
    let digits = word.reversed().prefix { $0.isDigit }.count
    guard digits > 0, digits <= 12, digits < word.count else { return false }
    let sign = word[word.endIndex - digits - 1]
    let before = word.dropLast(digits + 1)
    if sign == UInt8(ascii: "-") { return before.asciiLowercased.elementsEqual("gh".utf8) }
    guard sign == UInt8(ascii: "#") || sign == UInt8(ascii: "!") else { return false }
    return before.isEmpty || (before.contains(UInt8(ascii: "/")) && before.allSatisfy(isPathByte))
  }

  private static func isPathByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || "-_./".utf8.contains(byte)
  }

  /// `ABC-8`, as issue trackers outside the forges have it.
  private static func isKey(_ word: MessageBytes) -> Bool {
    guard let dash = word.firstIndex(of: UInt8(ascii: "-")), dash - word.startIndex >= 2 else {
      return false
    }
    let number = word[(dash + 1)...]
    return word[..<dash].allSatisfy { $0.isDigit || ($0.isLetter && $0 < UInt8(ascii: "a")) }
      && word.first?.isLetter == true && !number.isEmpty && number.count <= 9
      && number.allSatisfy(\.isDigit)
  }
}

extension ArraySlice<UInt8> {
  fileprivate var trimmingPunctuation: MessageBytes {
    func isPunctuation(_ byte: UInt8) -> Bool { "()[].;:".utf8.contains(byte) }
    guard let end = lastIndex(where: { !isPunctuation($0) }) else { return [] }
    return self[...end].drop(while: isPunctuation)
  }
}
