/// A commit message read by Conventional Commits 1.0.0, leniently.
///
/// Reading never fails: what has no such header is an unconventional commit with its subject.
package struct ConventionalCommit: Hashable, Sendable {
  /// In lower case; `nil` for an unconventional commit.
  package let type: String?
  package let scope: String?
  /// What follows the header's colon, or the whole header where nothing does.
  package let subject: String
  /// The whole header line.
  package let header: String
  package private(set) var footers: [CommitFooter]
  /// By `!` or by footer.
  package let isBreaking: Bool
  /// Whether the header itself says so.
  let isMarkedBreaking: Bool
  /// What kind of change the type stands for.
  package let kind: ChangeKind
  private var lines: MessageLines

  /// Reads a whole commit message.
  package init(message: String) {
    let message = CommitMessage(message)
    self.init(header: message.subject, body: message.body)
  }

  init(header: MessageBytes, body: MessageLines) {
    let footers = CommitFooter.all(in: body)
    let text = header.text
    let parsed = ConventionalHeader(header, text)
    self.type = parsed?.type
    self.kind = parsed?.kind ?? .other
    self.scope = parsed?.scope
    self.header = text
    self.subject = parsed?.subject ?? text
    self.lines = body
    self.footers = footers
    let isMarked =
      parsed?.isMarkedBreaking == true
      || (header.starts(withASCII: "BREAKING") && CommitFooter(line: header)?.isBreaking == true)
    self.isMarkedBreaking = isMarked
    self.isBreaking = isMarked || footers.contains(where: \.announcesBreak)
  }

  /// Whether a footer says what is not to be used any more.
  var deprecates: Bool { footers.contains(where: \.announcesDeprecation) }

  /// Whether nothing follows the type.
  var saysNothing: Bool { type != nil && subject.utf8.elementsEqual(header.utf8) }

  /// Everything below the header, line ends as LF.
  package var body: String { Array(lines.joined(separator: [.lineFeed]))[...].trimmed.text }

  /// Keeps what is told of it, and no hold on the message, which takes the most memory.
  mutating func detach() {
    lines = MessageLines()
    footers =
      footers.contains(where: \.isTold) ? footers.filter(\.isTold).map(\.detached) : []
  }
}

/// `type(scope)!: subject`, with the liberties that people take.
struct ConventionalHeader {
  let type: String
  let kind: ChangeKind
  private(set) var scope: String?
  private(set) var isMarkedBreaking = false
  private(set) var subject: String
  /// Whether the type is `breaking`, as the group of such changes is called.
  private var saysBreaking: Bool { kind == .other && type == NotesRules.breaking }
  /// Whether it is known what the type means.
  var isTyped: Bool { kind != .other || saysBreaking }

  /// `nil` where the header is of another form.
  ///
  /// Liberties are taken for known types only, such as an emoji before them, lest prose become a type,
  /// and none that would hide a commit which says `test::f` or `build:x`.
  ///
  /// - Parameter text: The same as `header`.
  init?(_ header: MessageBytes, _ text: String) {
    let marked = header.behindEmoji
    let header = marked ?? header
    guard Self.mayBeginType(header) else { return nil }
    let word = header.prefix(while: \.isInWord)
    guard word.count <= 40 else { return nil }
    var rest = header[word.endIndex...]
    self.type = word.lowercasedText
    self.subject = text
    self.kind = ChangeKind(type: type)
    let isKnown = kind != .other
    guard isKnown || marked == nil else { return nil }
    if isKnown { rest.skipBlanks() }
    isMarkedBreaking = rest.take("!", "！")
    if let scope = rest.takeParenthesized() {
      self.scope = scope.isEmpty ? nil : scope
    }
    if isKnown { rest.skipBlanks() }
    isMarkedBreaking = rest.take("!", "！") || isMarkedBreaking || saysBreaking
    if isKnown { rest.skipBlanks() }
    if !rest.take("：", "：") {
      guard rest.take(":", ":") else { return nil }
      let isFollowedByBlank = rest.isEmpty || rest.blankLength > 0
      guard
        isFollowedByBlank || (isKnown && kind != .housekeeping && rest.first != UInt8(ascii: ":"))
      else { return nil }
    }
    rest.skipBlanks()
    if rest.isEmpty {
      // Nothing to show but the header itself; of an unknown type it is just a line with a colon.
      guard isKnown else { return nil }
    } else {
      self.subject = rest.text
    }
  }
}

extension ConventionalHeader {
  /// Whether a word and what may follow a type stand at the start: most titles need no closer look.
  static func mayBegin(_ header: MessageBytes) -> Bool {
    if header.first?.isLetter == true { return mayBeginType(header) }
    return header.behindEmoji.map(mayBeginType) ?? false
  }

  private static func mayBeginType(_ header: MessageBytes) -> Bool {
    header.withUnsafeBufferPointer { bytes in
      guard let first = bytes.first, first.isLetter else { return false }
      var place = 1
      while place < bytes.count, bytes[place].isInWord { place += 1 }
      while place < bytes.count, bytes[place].isBlank { place += 1 }
      return place < bytes.count && bytes[place].mayFollowType
    }
  }
}

extension ArraySlice<UInt8> {
  /// The length of the blank at the start, of whatever script; 0 where there is none.
  fileprivate var blankLength: Int {
    guard let first else { return 0 }
    if first < 0x80 { return first.isBlank ? 1 : 0 }
    let scalar = String(decoding: prefix(4), as: UTF8.self).unicodeScalars.first
    guard let scalar, scalar.properties.isWhitespace else { return 0 }
    return UTF8.width(scalar)
  }

  fileprivate mutating func skipBlanks() {
    while blankLength > 0 { removeFirst(blankLength) }
  }

  /// Without the blanks at the start, of whatever script.
  var droppingBlanks: MessageBytes {
    var rest = self
    rest.skipBlanks()
    return rest
  }

  /// What stands behind the emoji that the text begins with, or such as `:boom:`; `nil` without one.
  fileprivate var behindEmoji: MessageBytes? {
    var rest = self
    while let length = rest.emojiLength {
      rest.removeFirst(length)
      rest.skipBlanks()
    }
    return rest.startIndex == startIndex ? nil : rest
  }

  /// The length of the emoji at the start, or of a part of one.
  private var emojiLength: Int? {
    guard let first, first >= 0x80 || first == UInt8(ascii: ":") else { return nil }
    if first < 0x80 {
      let name = dropFirst().prefix(40).prefix { $0.isInWord || $0 == UInt8(ascii: "+") }
      guard !name.isEmpty, dropFirst(1 + name.count).first == first else { return nil }
      return name.count + 2
    }
    guard let scalar = String(decoding: prefix(4), as: UTF8.self).unicodeScalars.first else {
      return nil
    }
    // Joined to others, or in another style.
    let isPart = [0x200D, 0xFE0E, 0xFE0F].contains(scalar.value)
    let isEmoji = scalar.properties.isEmoji && scalar.value >= 0x2000
    return isPart || isEmoji ? UTF8.width(scalar) : nil
  }

  fileprivate mutating func take(_ one: StaticString, _ other: StaticString) -> Bool {
    guard let rest = dropping(prefix: one) ?? dropping(prefix: other) else { return false }
    self = rest
    return true
  }

  /// The text in the parentheses at the start, which may hold balanced ones, and drops it all.
  fileprivate mutating func takeParenthesized() -> String? {
    guard first == UInt8(ascii: "(") || starts(withASCII: "（") else { return nil }
    var rest = self
    var depth = 0
    while !rest.isEmpty {
      let before = rest
      if rest.take("(", "（") {
        depth += 1
      } else if rest.take(")", "）") {
        depth -= 1
      } else {
        rest.removeFirst()
        continue
      }
      guard depth == 0 else { continue }
      var inner = self[..<before.startIndex]
      _ = inner.take("(", "（")
      self = rest
      return inner.trimmed.text
    }
    return nil
  }
}
