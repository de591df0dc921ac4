/// The first line of a footer, by Conventional Commits §8: a token of letters, digits and hyphens, then
/// `: ` or ` #`; of those that are known also `：`, and of those that refer to issues an address.
struct FooterHead {
  let kind: CommitFooter.Kind
  /// Empty where a break is announced, however that is spelt.
  let token: Range<Int>
  let value: Range<Int>

  /// As Angular has it: in capitals it is no prose, and its text may begin a line below.
  static let deprecation = "DEPRECATED"

  /// `nil` for prose.
  init?(_ line: MessageBytes) {
    if let value = Self.breakValue(line) {
      self.init(kind: .breaking, token: value.startIndex..<value.startIndex, value: value.indices)
      return
    }
    let length = line.withUnsafeBufferPointer(Self.tokenLength)
    guard length > 0 else { return nil }
    let token = line[..<(line.startIndex + length)]
    let rest = line[token.endIndex...]
    if rest.first == .wideSign, let value = rest.dropping(prefix: "：") {
      let (kind, text) = (Self.kind(of: token), value.droppingBlanks.trimmed)
      guard kind != .other, !text.isEmpty || token.elementsEqual(Self.deprecation.utf8) else {
        return nil
      }
      self.init(kind: kind, token: token.indices, value: text.indices)
      return
    }
    guard rest.first == UInt8(ascii: ":") else {
      // The number itself belongs to the value: `Closes #12`.
      let kind = Self.kind(of: token)
      guard
        rest.dropFirst(2).first?.isDigit == true
          || (kind.refers && !IssueReference.all(in: rest).isEmpty)
      else { return nil }
      self.init(kind: kind, token: token.indices, value: rest.trimmed.indices)
      return
    }
    let value = rest.dropFirst().trimmed
    if value.isEmpty {
      guard token.elementsEqual(Self.deprecation.utf8) else { return nil }
    } else {
      guard rest.dropFirst().first?.isBlank == true else { return nil }
    }
    self.init(kind: Self.kind(of: token), token: token.indices, value: value.indices)
  }

  private init(kind: CommitFooter.Kind, token: Range<Int>, value: Range<Int>) {
    self.kind = kind
    self.token = token
    self.value = value
  }

  /// The length of what may be a token at the start of a line; 0 where the line goes on otherwise.
  private static func tokenLength(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    guard let first = bytes.first, first.isLetter else { return 0 }
    var length = 1
    while length < bytes.count, bytes[length].isInToken { length += 1 }
    guard length <= 40, length < bytes.count else { return 0 }
    if bytes[length] == UInt8(ascii: ":") { return length }
    if bytes[length] == .wideSign { return length }
    guard bytes[length] == UInt8(ascii: " "), length + 1 < bytes.count else { return 0 }
    return bytes[length + 1] == UInt8(ascii: "#") || bytes[length + 1] == UInt8(ascii: "h")
      ? length : 0
  }

  /// Whether the first letter of a line, behind blanks and marks, is that of `BREAKING CHANGE`.
  private static func mayBeginBreak(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    for byte in bytes {
      let isMark = byte.isBlank || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "-")
      if !isMark { return byte == UInt8(ascii: "b") || byte == UInt8(ascii: "B") }
    }
    return false
  }

  /// The text after `BREAKING CHANGE:`, or after `BREAKING CHANGE #` in capitals.
  ///
  /// Any case and plural, and in capitals also indented or behind a bullet: a break that was
  /// announced somehow must not be missed. Four spaces in is code.
  private static func breakValue(_ line: MessageBytes) -> MessageBytes? {
    guard line.withUnsafeBufferPointer(mayBeginBreak),
      line.prefix(while: \.isBlank).count < 4
    else { return nil }
    var rest = line.trimmed
    if rest.starts(withASCII: "* ") || rest.starts(withASCII: "- ") {
      rest = rest.dropFirst(2).trimmed
    }
    rest = rest.drop { $0 == UInt8(ascii: "*") }
    guard rest.prefix(8).equalsIgnoringCase("breaking") else { return nil }
    // `git merge --log` indents subjects, and those are no announcements.
    guard rest.startIndex == line.startIndex || rest.starts(withASCII: "BREAKING") else {
      return nil
    }
    let isLoud =
      rest.starts(withASCII: "BREAKING CHANGE") || rest.starts(withASCII: "BREAKING-CHANGE")
    rest = rest.dropFirst(8)
    guard rest.first == UInt8(ascii: " ") || rest.first == UInt8(ascii: "-") else { return nil }
    rest = rest.dropFirst()
    guard rest.prefix(6).equalsIgnoringCase("change") else { return nil }
    rest = rest.dropFirst(6)
    if rest.first?.asciiLowercased == UInt8(ascii: "s") { rest = rest.dropFirst() }
    if isLoud, let text = rest.dropping(prefix: " #") {
      // A number belongs to the value, as in `Closes #12`.
      let value = (text.first?.isDigit == true ? rest : text).trimmed
      return value.isEmpty ? nil : value
    }
    rest = rest.drop { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: " ") }
    let value = rest.dropping(prefix: ":") ?? rest.dropping(prefix: "：")
    return value?.drop { $0 == UInt8(ascii: "*") }.droppingBlanks.trimmed
  }

  /// What a token means that is none of the spellings of `BREAKING CHANGE`.
  static func kind(of token: MessageBytes) -> CommitFooter.Kind {
    for (name, kind) in names where token.equalsIgnoringCase(name) { return kind }
    return .other
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
