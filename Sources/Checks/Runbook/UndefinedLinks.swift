internal import Documents

/// Links such as `[text][name]` of which nothing says where the name leads, so that they are none.
struct UndefinedLinks {
  struct Link {
    let text: String
    let name: String
    let line: Int
    /// Whether it is a link that was meant, and no brackets beside one another.
    let isSure: Bool
  }

  private let document: [UInt8]

  init(_ document: [UInt8]) {
    self.document = document
  }

  /// - Parameter outline: What the document is parsed to.
  func all(in outline: DocumentOutline) throws(DocumentError) -> [Link] {
    let labels = outline.labels
    let outline =
      if let masked { try DocumentOutline(masked) } else { outline }
    let definitions = Self.definitions(among: labels, in: outline)
    let isNumbered = definitions.contains { $0.allSatisfy(\.isNumber) }
    return Self.brackets(in: outline.lines).map { text, name, line in
      Link(
        text: Self.unmasked(text), name: Self.unmasked(name), line: line,
        isSure: Self.isMeant(name, definitions, isNumbered: isNumbered))
    }
  }

  /// The names of which it says where they lead: `[name]: docs/a.md`.
  ///
  /// Of such a line nothing is left in what is parsed.
  private static func definitions(
    among labels: [DocumentOutline.Label], in outline: DocumentOutline
  ) -> [String] {
    let said = Set(outline.lines.map(\.line))
    return labels.filter { label in
      !label.name.isEmpty && !label.name.hasPrefix("^") && !said.contains(label.line)
        && !outline.verbatim.contains { $0.contains(label.line) }
    }.map(\.name)
  }

  /// Whether a name may well be one of a document's, by those that it has.
  ///
  /// Where it has none, brackets such as `[FIRING:2][prod]` are probably no link.
  private static func isMeant(_ name: String, _ definitions: [String], isNumbered: Bool) -> Bool {
    if name.count > 1, name.contains(where: \.isLetter) { return !definitions.isEmpty }
    return isNumbered && name.allSatisfy(\.isNumber)
  }

  private static let masks: [(mark: String, bracket: String)] = [
    ("\u{e000}", "["), ("\u{e001}", "]"),
  ]

  /// The document with another sign for brackets that a backslash says are none of a link: its parsed text
  /// has them like others; `nil` where it has none.
  private var masked: [UInt8]? {
    var result: [UInt8] = []
    var isMasked = false
    var place = 0
    while place < document.count {
      let pair = document[place..<min(place + 2, document.count)]
      guard pair.first == UInt8(ascii: "\\"), pair.count == 2 else {
        result.append(document[place])
        place += 1
        continue
      }
      let mask = Self.masks.first { $0.bracket.utf8.first == pair[place + 1] }
      result += mask.map { Array($0.mark.utf8) } ?? Array(pair)
      isMasked = isMasked || mask != nil
      place += 2
    }
    return isMasked ? result : nil
  }

  private static func unmasked(_ text: String) -> String {
    masks.reduce(text) { $0.replacing($1.mark, with: "\\\($1.bracket)") }
  }

  private static func brackets(
    in lines: [DocumentOutline.Line]
  ) -> [(text: String, name: String, line: Int)] {
    var found: [(text: String, name: String, line: Int)] = []
    var paragraph: [DocumentOutline.Line] = []
    func read() {
      guard var line = paragraph.first?.line else { return }
      let text = paragraph.map(\.text).joined(separator: "\n")
      var place = text.startIndex
      for match in text.matches(
        of: /(?:^|([^A-Za-z0-9_\]]))(\[[^\[\]]+\])\[([^\[\]^][^\[\]]*)\]/)
      {
        line += text[place..<match.2.startIndex].count { $0 == "\n" }
        place = match.2.startIndex
        // Where words are written without spaces, an index stands at its name: `行列[i][j]`.
        let isAtWord = match.1?.first?.isLetter == true
        if isAtWord, isIndex(match.2.dropFirst().dropLast()), isIndex(match.3) { continue }
        let words = [match.2, match.3].map { $0.split(whereSeparator: \.isWhitespace) }
        let (shown, name) = (words[0].joined(separator: " "), words[1].joined(separator: " "))
        found.append(("\(shown)[\(name)]", name, line))
      }
    }
    for line in lines {
      // A link may go on over the end of a line.
      if let last = paragraph.last, line.line != last.line + 1 || line.block != last.block {
        read()
        paragraph = []
      }
      paragraph.append(line)
    }
    read()
    return found
  }

  private static func isIndex(_ text: Substring) -> Bool {
    text.count < 3 && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
      || text.allSatisfy { $0.isASCII && $0.isNumber }
  }
}
