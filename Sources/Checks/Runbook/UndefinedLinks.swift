internal import Documents

/// Links such as `[text][name]` of which nothing says where the name leads, so that they are none.
struct UndefinedLinks {
  private let document: [UInt8]

  init(_ document: [UInt8]) {
    self.document = document
  }

  /// Whether it says of any name where it leads: `[name]: docs/a.md`.
  var hasDefinitions: Bool {
    document.split(separator: UInt8(ascii: "\n")).contains { line in
      let indent = line.prefix { $0 == 0x20 }.count
      guard indent < 4, let end = line.firstIndex(of: UInt8(ascii: "]")) else { return false }
      let name = line[(line.startIndex + indent)..<end]
      return name.count > 1 && name.first == UInt8(ascii: "[")
        && name.dropFirst().first != UInt8(ascii: "^")
        && line[(end + 1)...].first == UInt8(ascii: ":")
    }
  }

  /// - Parameter outline: What the document is parsed to.
  func all(
    in outline: DocumentOutline
  ) throws(DocumentError) -> [(text: String, name: String, line: Int)] {
    guard let masked else { return Self.links(in: outline.lines) }
    return Self.links(in: try DocumentOutline(masked).lines)
  }

  /// The document without the brackets that a backslash says are none of a link, which its parsed text
  /// has like others; `nil` where it has none.
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
      let isBracket = [UInt8(ascii: "["), UInt8(ascii: "]")].contains(pair[place + 1])
      result += isBracket ? Array("..".utf8) : Array(pair)
      isMasked = isMasked || isBracket
      place += 2
    }
    return isMasked ? result : nil
  }

  private static func links(
    in lines: [DocumentOutline.Line]
  ) -> [(text: String, name: String, line: Int)] {
    var links: [(text: String, name: String, line: Int)] = []
    var paragraph: [DocumentOutline.Line] = []
    func read() {
      guard var line = paragraph.first?.line else { return }
      let text = paragraph.map(\.text).joined(separator: "\n")
      var place = text.startIndex
      for match in text.matches(
        of: /(?:^|[^A-Za-z0-9_\]])(\[[^\[\]]+\])\[([^\[\]^][^\[\]]*)\]/)
      {
        line += text[place..<match.1.startIndex].count { $0 == "\n" }
        place = match.1.startIndex
        let words = [match.1, match.2].map { $0.split(whereSeparator: \.isWhitespace) }
        let (shown, name) = (words[0].joined(separator: " "), words[1].joined(separator: " "))
        links.append(("\(shown)[\(name)]", name, line))
      }
    }
    for line in lines {
      // A link may go on over the end of a line.
      if let last = paragraph.last, line.line != last.line + 1 {
        read()
        paragraph = []
      }
      paragraph.append(line)
    }
    read()
    return links
  }
}
