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
  package let footers: [CommitFooter]
  /// By `!` or by footer.
  package let isBreaking: Bool
  /// What kind of change the type stands for.
  package let kind: ChangeKind
  private var lines: ArraySlice<MessageBytes>

  /// Reads a whole commit message.
  package init(message: String) {
    let message = CommitMessage(message)
    self.init(header: message.subject, body: message.body)
  }

  init(header: MessageBytes, body: ArraySlice<MessageBytes>) {
    let footers = CommitFooter.all(in: body)
    let text = header.text
    let parsed = ConventionalHeader(text)
    self.type = parsed?.type
    self.kind = parsed?.kind ?? .other
    self.scope = parsed?.scope
    self.header = text
    self.subject = parsed?.subject ?? text
    self.lines = body
    self.footers = footers
    self.isBreaking =
      parsed?.isMarkedBreaking == true || footers.contains(where: \.announcesBreak)
      || (header.starts(withASCII: "BREAKING") && CommitFooter(line: header)?.isBreaking == true)
  }

  /// Everything below the header, line ends as LF.
  package var body: String { Array(lines.joined(separator: [.lineFeed]))[...].trimmed.text }

  /// All but the body, which takes the most memory.
  var withoutBody: ConventionalCommit {
    var commit = self
    commit.lines = []
    return commit
  }
}

/// `type(scope)!: subject`, with the liberties that people take.
struct ConventionalHeader {
  let type: String
  let kind: ChangeKind
  private(set) var scope: String?
  private(set) var isMarkedBreaking = false
  private(set) var subject: String

  /// `nil` where the header is of another form.
  ///
  /// Liberties are taken for known types only, lest prose become a type, and none that would hide
  /// a commit which says `test::f` or `build:x`.
  init?(_ header: String) {
    guard Self.mayBegin(header) else { return nil }
    var rest = header.unicodeScalars[...]
    let word = rest.prefix { $0.isASCIILetter || $0.isDigitOrJoiner }
    guard let first = word.first, first.isASCIILetter, word.utf8Count <= 40 else {
      return nil
    }
    self.type = String(word).asciiLowercased
    self.subject = header
    self.kind = ChangeKind(type: type)
    let isKnown = kind != .other
    rest = rest.dropFirst(word.count)
    if isKnown { rest.skipBlanks() }
    isMarkedBreaking = rest.take("!", "！")
    if let scope = rest.takeParenthesized() {
      self.scope = scope.isEmpty ? nil : scope
    }
    if isKnown { rest.skipBlanks() }
    isMarkedBreaking = rest.take("!", "！") || isMarkedBreaking
    if isKnown { rest.skipBlanks() }
    if !rest.take("：", "：") {
      guard rest.take(":", ":") else { return nil }
      let isFollowedByBlank = rest.first.map(\.isBlank) ?? true
      guard isFollowedByBlank || (isKnown && kind != .housekeeping && rest.first != ":") else {
        return nil
      }
    }
    rest.skipBlanks()
    if rest.isEmpty {
      // Nothing to show but the header itself; of an unknown type it is just a line with a colon.
      guard isKnown else { return nil }
    } else {
      self.subject = String(rest)
    }
  }
}

extension ConventionalHeader {
  /// Whether a word and what may follow a type stand at the start: most titles need no closer look.
  private static func mayBegin(_ header: String) -> Bool {
    var rest = header.utf8[...]
    guard rest.first?.isLetter ?? false else { return false }
    rest = rest.drop {
      $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
    }
    // Blanks of other scripts and full-width signs begin with a byte that is no ASCII.
    guard let next = rest.drop(while: \.isBlank).first else { return false }
    return next >= 0x80 || next == UInt8(ascii: ":") || next == UInt8(ascii: "(")
      || next == UInt8(ascii: "!")
  }
}

extension Unicode.Scalar {
  // Unicode's tables are asked for what is not ASCII alone.
  fileprivate var isASCIILetter: Bool { isASCII && UInt8(ascii: self).isLetter }

  fileprivate var isBlank: Bool {
    isASCII ? UInt8(ascii: self).isBlank : properties.isWhitespace
  }

  fileprivate var isDigitOrJoiner: Bool {
    self == "-" || self == "_" || ("0"..."9").contains(self)
  }
}

extension String {
  var asciiLowercased: String { Array(utf8)[...].asciiLowercased.text }
}

extension Substring.UnicodeScalarView {
  fileprivate var utf8Count: Int { Substring(self).utf8.count }

  fileprivate mutating func skipBlanks() {
    self = drop { $0.isBlank }
  }

  fileprivate mutating func take(_ one: Unicode.Scalar, _ other: Unicode.Scalar) -> Bool {
    guard first == one || first == other else { return false }
    removeFirst()
    return true
  }

  /// The text in the parentheses at the start, which may hold balanced ones, and drops it all.
  fileprivate mutating func takeParenthesized() -> String? {
    guard first == "(" || first == "（" else { return nil }
    var depth = 0
    for index in indices {
      switch self[index] {
      case "(", "（": depth += 1
      case ")", "）": depth -= 1
      default: continue
      }
      guard depth == 0 else { continue }
      let inner = self[self.index(after: startIndex)..<index]
      self = self[self.index(after: index)...]
      return Array(String(inner).utf8)[...].trimmed.text
    }
    return nil
  }
}
