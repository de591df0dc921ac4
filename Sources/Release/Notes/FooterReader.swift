/// Finds the footers of a body, with all that belongs to each.
///
/// Of any token in the paragraphs at its end; elsewhere only those that are unmistakable, since
/// squashed messages leave them in the middle. Those that tell nothing end what stands before them,
/// and are left out: most are sign-offs.
struct FooterReader {
  private let body: MessageLines
  /// Where the paragraphs begin that consist of footers.
  private let end: Int
  private var footers: [CommitFooter] = []
  private var open: Open?
  /// Looked for where something may be code: most bodies have nothing of the kind.
  private var knownFences: CodeFences?

  /// The footer whose value may go on.
  private struct Open {
    let start: Int
    /// Whether it is one of those that are found.
    let isKept: Bool
    let isText: Bool
    /// The column of the bullet before a text; `nil` without one.
    let bullet: Int?
  }

  static func footers(of body: MessageLines) -> [CommitFooter] {
    guard body.mayHave(.footer) else { return [] }
    var reader = FooterReader(body)
    for index in body.indices { reader.read(index) }
    reader.settle()
    return reader.footers
  }

  private init(_ body: MessageLines) {
    self.body = body
    end = CommitFooter.trailingFooters(of: body)
  }

  private mutating func read(_ index: Int) {
    if body.mayBe(.footer, index), begin(index) { return }
    guard let open else { return }
    if open.isText {
      if isCode(index) || !ends(open, at: index) {
        footers[footers.count - 1].append(line: body[index])
      } else {
        settle()
      }
    } else if body.isBlank(index) {
      self.open = nil
    } else if open.isKept {
      footers[footers.count - 1].append(body[index])
    }
  }

  /// Begins the footer of a line, if it has one.
  private mutating func begin(_ index: Int) -> Bool {
    let line = body[index]
    guard let head = FooterHead(line) else { return false }
    let footer = head.kind.isTelling ? CommitFooter(line, head) : nil
    guard index >= end || footer?.isUnmistakable ?? head.kind.isUnmistakable, !isCode(index) else {
      return false
    }
    settle()
    if let footer { footers.append(footer) }
    let isText = footer?.isText == true
    open = Open(
      start: index, isKept: footer != nil, isText: isText,
      bullet: isText ? bullet(of: index) : nil)
    return true
  }

  /// Ends the value of the footer before.
  private mutating func settle() {
    if open?.isText == true { footers[footers.count - 1].settle() }
    open = nil
  }

  /// Whether a line is code or a comment: of the text of a footer, or begun before those at the end.
  private mutating func isCode(_ index: Int) -> Bool {
    guard body.mayHave(.fence) else { return false }
    let fences = knownFences ?? CodeFences(body)
    knownFences = fences
    guard let start = fences.start(around: index) else { return false }
    return start < end || open.map { start > $0.start } ?? false
  }

  /// Whether a line is no more of the text that is open, though no footer begins on it: what tools
  /// add, and the next commit of a squashed body.
  private func ends(_ open: Open, at index: Int) -> Bool {
    let line = body[index]
    let text = line.trimmed
    if text.starts(withASCII: "(cherry picked from ")
      || text.starts(withASCII: "See merge request ")
    {
      return true
    }
    if let bullet = open.bullet, let other = self.bullet(of: index), other <= bullet { return true }
    guard index > body.startIndex, body.isBlank(index - 1) else { return false }
    if text.count >= 3, text.allSatisfy({ $0 == UInt8(ascii: "-") }) { return true }
    let title = line.dropping(prefix: "* ") ?? line
    guard ConventionalHeader.mayBegin(title), let header = ConventionalHeader(title, title.text)
    else { return false }
    return header.kind != .other
  }

  private func bullet(of index: Int) -> Int? {
    let line = body[index]
    let text = line.drop(while: \.isBlank)
    return text.starts(withASCII: "* ") || text.starts(withASCII: "- ")
      ? text.startIndex - line.startIndex : nil
  }
}
