/// Finds the footers of a body, with all that belongs to each.
///
/// Of any token in the paragraphs at its end; elsewhere only those that are unmistakable, since
/// squashed messages leave them in the middle.
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
    /// The column of the bullet before it; `nil` without one.
    let bullet: Int?
  }

  static func footers(of body: MessageLines) -> [CommitFooter] {
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
    if body.at(index, CommitFooter.mayBegin), let footer = CommitFooter(line: body[index]),
      index >= end || footer.isUnmistakable, !isCode(index)
    {
      settle()
      // Most that have one have a few.
      if footers.isEmpty { footers.reserveCapacity(4) }
      footers.append(footer)
      open = Open(start: index, bullet: footer.isText ? bullet(of: index) : nil)
    } else if let open, let last = footers.indices.last {
      if footers[last].isText {
        if isCode(index) || !ends(open, at: index) {
          footers[last].append(line: body[index])
        } else {
          settle()
        }
      } else if body.at(index, \.isBlank) {
        self.open = nil
      } else {
        footers[last].append(body[index])
      }
    }
  }

  /// Ends the value of the footer before.
  private mutating func settle() {
    if open != nil, let last = footers.indices.last, footers[last].isText {
      footers[last].settle()
    }
    open = nil
  }

  /// Whether a line is code: of the text of a footer, or anywhere before those at the end.
  private mutating func isCode(_ index: Int) -> Bool {
    let text = open.flatMap { open in footers.last?.isText == true ? open.start : nil }
    guard index < end || text != nil else { return false }
    let fences = knownFences ?? CodeFences(body)
    knownFences = fences
    guard let start = fences.start(around: index) else { return false }
    return index < end || text.map { start > $0 } ?? false
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
    guard index > body.startIndex, body.at(index - 1, \.isBlank) else { return false }
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
