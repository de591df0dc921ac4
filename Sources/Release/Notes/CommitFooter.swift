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

    /// Whether notes make anything of it.
    var isTelling: Bool { self != .signOff && self != .other }

    /// Whether its value may name issues and pull requests.
    var refers: Bool { self == .reference || self == .fix || self == .refs }

    /// Whether such a token alone is no prose.
    var isUnmistakable: Bool {
      switch self {
      case .breaking, .coAuthor, .signOff, .releaseNote: true
      case .deprecation, .reference, .fix, .refs, .other: false
      }
    }
  }

  package static let breaking = "BREAKING CHANGE"

  package init(token: String, value: String) {
    tokenBytes = Array(token.utf8)[...]
    valueBytes = Array(value.utf8)[...]
    kind = token == Self.breaking ? .breaking : FooterHead.kind(of: tokenBytes)
  }

  /// The footer that begins on this line; `nil` for prose.
  init?(line: MessageBytes) {
    guard let head = FooterHead(line) else { return nil }
    self.init(line, head)
  }

  init(_ line: MessageBytes, _ head: FooterHead) {
    tokenBytes = head.kind == .breaking ? Array(Self.breaking.utf8)[...] : line[head.token]
    valueBytes = line[head.value]
    kind = head.kind
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
  static func begins(_ line: MessageBytes) -> Bool { FooterHead(line) != nil }
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
      guard let last = part.last(where: { !body.isBlank($0) }) else { break }
      let start = (part[..<last].last { body.isBlank($0) } ?? body.startIndex - 1) + 1
      let isRule = start == last && body[start].trimmed.allSatisfy { $0 == UInt8(ascii: "-") }
      guard
        isRule || (body.mayBe(.footer, start) && CommitFooter.begins(body[start]))
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
    case .deprecation: tokenBytes.elementsEqual(FooterHead.deprecation.utf8)
    case .reference, .fix, .refs: !references.isEmpty
    default: kind.isUnmistakable
    }
  }

  /// The issues and pull requests that the footer names, where it is of that kind.
  var references: [String] {
    guard kind.refers else { return [] }
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
    guard kind == .releaseNote, !isComment else { return nil }
    return isDenial ? "" : value
  }

  /// Whether the footer announces a break, and not that there is none, as templates make people do.
  var announcesBreak: Bool {
    isBreaking && !isDenial && !isComment
  }

  /// Whether the footer says what is not to be used any more.
  var announcesDeprecation: Bool {
    kind == .deprecation && !valueBytes.isEmpty && !isDenial && !isComment
  }

  /// Whether people are told its text below the change.
  var isTold: Bool { announcesBreak || announcesDeprecation }

  /// Whether nobody has written anything there, and only what a template says stands there.
  private var isComment: Bool {
    let text = valueBytes.trimmed
    guard text.starts(withASCII: "<!--") else { return false }
    return text.firstRange(ofASCII: "-->")?.upperBound == text.endIndex
  }

  /// Whether its value says that there is nothing to say.
  private var isDenial: Bool {
    let answer = valueBytes.asciiLowercased.trimmed
    let denials: [StaticString] = [
      "no", "none", "n/a", "na", "-", "false", "nothing", "no breaking change",
      "no breaking changes",
    ]
    return denials.contains { denial in
      denial.withUTF8Buffer { answer.drop { $0 == UInt8(ascii: ".") }.elementsEqual($0) }
        || denial.withUTF8Buffer { $0.count + 1 == answer.count && answer.starts(with: $0) }
          && answer.last == UInt8(ascii: ".")
    }
  }
}
