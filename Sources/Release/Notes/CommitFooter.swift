/// A footer of a commit message: `Refs: #1`, `Closes #12`, `BREAKING CHANGE: …`.
package struct CommitFooter: Hashable, Sendable {
  // Bytes of the message itself: most footers are sign-offs, which nobody is told about.
  private let tokenBytes: MessageBytes
  private var valueBytes: MessageBytes
  /// What the token means.
  let kind: Kind

  enum Kind: Hashable, Sendable {
    case breaking
    case deprecation
    case coAuthor
    case signOff
    case releaseNote
    /// Its value may name issues and pull requests; `fix` and `refs` are read with more care.
    case reference
    case fix
    case refs
    case other
  }

  package static let breaking = "BREAKING CHANGE"

  /// As Angular has it: in capitals it is no prose, and its text may begin a line below.
  private static let deprecation = "DEPRECATED"

  package init(token: String, value: String) {
    tokenBytes = Array(token.utf8)[...]
    valueBytes = Array(value.utf8)[...]
    kind = token == Self.breaking ? .breaking : Kind(token: tokenBytes)
  }

  /// The footer that begins on this line, by Conventional Commits §8: a token of letters, digits
  /// and hyphens, then `: ` or ` #`; `nil` for prose.
  init?(line: MessageBytes) {
    guard let (token, value) = Self.parts(of: line) else { return nil }
    tokenBytes = token ?? Array(Self.breaking.utf8)[...]
    valueBytes = value
    kind = token.map(Kind.init(token:)) ?? .breaking
  }

  /// As written, but `BREAKING CHANGE` for each of its spellings.
  package var token: String { tokenBytes.text }

  /// Its lines; of what is no text, joined by spaces.
  package var value: String { valueBytes.text }

  /// The same without hold on the message.
  var detached: CommitFooter { CommitFooter(token: token, value: value) }

  /// Adds a further line of a value that is no text.
  mutating func append(_ line: MessageBytes) {
    if !valueBytes.isEmpty { valueBytes.append(UInt8(ascii: " ")) }
    valueBytes += line.trimmed
  }

  /// Adds a further line of a text.
  mutating func append(line: MessageBytes) {
    valueBytes.append(.lineFeed)
    valueBytes += line
  }

  /// Drops the blank lines around a text, and the indentation that all its further lines share.
  mutating func settle() {
    guard valueBytes.contains(.lineFeed) else { return }
    let lines = valueBytes.split(separator: .lineFeed, omittingEmptySubsequences: false)
    let further = lines.dropFirst()
    let shared = further.lazy.filter { !$0.isBlank }.map { $0.prefix(while: \.isBlank).count }.min()
    var text = Array(lines.first ?? [])[...]
    for line in further {
      text.append(.lineFeed)
      if !line.isBlank { text += line.dropFirst(shared ?? 0) }
    }
    while text.last?.isBlank == true { text.removeLast() }
    valueBytes = text.drop { $0 == .lineFeed }
  }

  /// Whether its value is a text of paragraphs, lists and code, up to the next footer.
  var isText: Bool { kind == .breaking || kind == .deprecation }

  package var isBreaking: Bool { kind == .breaking }

  /// Whether a footer begins on this line.
  static func begins(_ line: MessageBytes) -> Bool { parts(of: line) != nil }

  /// Whether a closer look is worth it: most lines are prose, and told by what follows their first
  /// word.
  static func mayBegin(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    tokenLength(line) > 0 || mayBeginBreak(line)
  }

  /// Token and value; no token where a break is announced, however that is spelt.
  private static func parts(
    of line: MessageBytes
  ) -> (token: MessageBytes?, value: MessageBytes)? {
    let (length, mayBeBreak) = line.withUnsafeBufferPointer { bytes in
      (tokenLength(bytes), mayBeginBreak(bytes))
    }
    if mayBeBreak, let value = breakingValue(line) { return (nil, value) }
    guard length > 0 else { return nil }
    let rest = line[(line.startIndex + length)...]
    let token = line[..<rest.startIndex]
    if rest[rest.startIndex] == UInt8(ascii: ":") {
      let value = rest.dropFirst()
      if value.isBlank, token.elementsEqual(Self.deprecation.utf8) { return (token, []) }
      return value.first?.isBlank == true && !value.isBlank ? (token, value.trimmed) : nil
    }
    let isNumbered = rest.starts(withASCII: " #") && rest.dropFirst(2).first?.isDigit == true
    return isNumbered ? (token, rest.trimmed) : nil
  }

  /// The length of what may be a token at the start of a line; 0 where the line goes on otherwise.
  private static func tokenLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    guard let first = bytes.first, first.isLetter else { return 0 }
    var length = 1
    while length < bytes.count, bytes[length].isInToken { length += 1 }
    guard length <= 40, length < bytes.count else { return 0 }
    if bytes[length] == UInt8(ascii: ":") { return length }
    let isNumber = bytes[length] == UInt8(ascii: " ") && length + 1 < bytes.count
    return isNumber && bytes[length + 1] == UInt8(ascii: "#") ? length : 0
  }

  /// Whether the first letter of a line, behind blanks and marks, is that of `BREAKING CHANGE`.
  private static func mayBeginBreak(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    for byte in bytes {
      let isMark = byte.isBlank || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "-")
      if !isMark { return byte == UInt8(ascii: "b") || byte == UInt8(ascii: "B") }
    }
    return false
  }

  /// The text after `BREAKING CHANGE:`.
  ///
  /// Any case and plural, and in capitals also indented or behind a bullet: a break that was
  /// announced somehow must not be missed. Four spaces in is code.
  private static func breakingValue(_ line: MessageBytes) -> MessageBytes? {
    guard line.prefix(while: \.isBlank).count < 4 else { return nil }
    var rest = line.trimmed
    if rest.starts(withASCII: "* ") || rest.starts(withASCII: "- ") {
      rest = rest.dropFirst(2).trimmed
    }
    rest = rest.drop { $0 == UInt8(ascii: "*") }
    guard rest.prefix(8).asciiLowercased.elementsEqual("breaking".utf8) else { return nil }
    // `git merge --log` indents subjects, and those are no announcements.
    guard rest.startIndex == line.startIndex || rest.starts(withASCII: "BREAKING") else {
      return nil
    }
    rest = rest.dropFirst(8)
    guard rest.first == UInt8(ascii: " ") || rest.first == UInt8(ascii: "-") else { return nil }
    rest = rest.dropFirst()
    guard rest.prefix(6).asciiLowercased.elementsEqual("change".utf8) else { return nil }
    rest = rest.dropFirst(6)
    if rest.first?.asciiLowercased == UInt8(ascii: "s") { rest = rest.dropFirst() }
    rest = rest.drop { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: " ") }
    return rest.dropping(prefix: ":")?.drop { $0 == UInt8(ascii: "*") }.trimmed
  }
}

extension CommitFooter {
  /// The footers of a body.
  static func all(in body: MessageLines) -> [CommitFooter] { FooterReader.footers(of: body) }

  /// Where the paragraphs begin that consist of footers, at the end of the body.
  static func trailingFooters(of body: MessageLines) -> Int {
    var end = body.endIndex
    var paragraphEnd = body.endIndex
    while paragraphEnd > body.startIndex {
      let part = body.startIndex..<paragraphEnd
      guard let last = part.last(where: { !body.at($0, \.isBlank) }) else { break }
      let start = (part[..<last].last { body.at($0, \.isBlank) } ?? body.startIndex - 1) + 1
      let isRule = start == last && body[start].trimmed.allSatisfy { $0 == UInt8(ascii: "-") }
      guard
        isRule || CommitFooter.begins(body[start])
          || body[start].starts(withASCII: "(cherry picked from ")
      else { break }
      end = start
      paragraphEnd = start
    }
    return end
  }

  /// Whether it is no prose, wherever it stands.
  var isUnmistakable: Bool {
    switch kind {
    case .breaking, .coAuthor, .signOff, .releaseNote: true
    case .deprecation: tokenBytes.elementsEqual(Self.deprecation.utf8)
    case .reference, .fix, .refs: !references.isEmpty
    case .other: false
    }
  }

  /// The issues and pull requests that the footer names, where it is of that kind.
  var references: [String] {
    guard kind == .reference || kind == .fix || kind == .refs else { return [] }
    // `fix: x (#12)` in a squashed body is a change.
    if kind == .fix, IssueReference.all(in: valueBytes.prefix { !$0.isBlank }).isEmpty { return [] }
    return IssueReference.all(in: valueBytes)
  }

  /// The person of a `Co-authored-by` footer.
  package var coAuthor: Person? {
    guard kind == .coAuthor else { return nil }
    let bytes = valueBytes
    guard let open = bytes.lastIndex(of: UInt8(ascii: "<")),
      let close = bytes[open...].firstIndex(of: UInt8(ascii: ">"))
    else { return nil }
    let email = bytes[(open + 1)..<close].trimmed
    let name = bytes[..<open].trimmed
    guard !email.isEmpty else { return nil }
    return Person(name: (name.isEmpty ? email : name).text, email: email.text)
  }

  /// What people are to be told instead of the subject; empty where they are to be told nothing.
  var releaseNote: String? {
    guard kind == .releaseNote else { return nil }
    return isDenial ? "" : value
  }

  /// Whether the footer announces a break, and not that there is none, as templates make people do.
  var announcesBreak: Bool {
    isBreaking && !isDenial
  }

  /// Whether the footer says what is not to be used any more.
  var announcesDeprecation: Bool {
    kind == .deprecation && !valueBytes.isEmpty && !isDenial
  }

  /// Whether people are told its text below the change.
  var isTold: Bool { announcesBreak || announcesDeprecation }

  /// Whether its value says that there is nothing to say.
  private var isDenial: Bool {
    let answer = valueBytes.asciiLowercased.trimmed
    let denials: [StaticString] = ["no", "none", "n/a", "na", "-", "false", "nothing"]
    return denials.contains { denial in
      denial.withUTF8Buffer { answer.drop { $0 == UInt8(ascii: ".") }.elementsEqual($0) }
        || denial.withUTF8Buffer { $0.count + 1 == answer.count && answer.starts(with: $0) }
          && answer.last == UInt8(ascii: ".")
    }
  }
}

extension CommitFooter.Kind {
  /// What a token means that is none of the spellings of `BREAKING CHANGE`.
  fileprivate init(token: MessageBytes) {
    for (name, kind) in Self.names where token.equalsIgnoringCase(name) {
      self = kind
      return
    }
    self = .other
  }

  // The most frequent first.
  private static let names: [(StaticString, CommitFooter.Kind)] = [
    ("signed-off-by", .signOff), ("co-authored-by", .coAuthor), ("fixes", .reference),
    ("closes", .reference), ("refs", .refs), ("release-note", .releaseNote),
    ("deprecated", .deprecation), ("fix", .fix), ("ref", .refs), ("close", .reference),
    ("closed", .reference),
    ("fixed", .reference), ("issue", .reference), ("issues", .reference), ("pr", .reference),
    ("references", .reference), ("related", .reference), ("related-to", .reference),
    ("resolve", .reference), ("resolved", .reference), ("resolves", .reference),
    ("see", .reference), ("see-also", .reference),
  ]
}

extension UInt8 {
  fileprivate var isInToken: Bool { isLetter || isDigit || self == UInt8(ascii: "-") }
}
