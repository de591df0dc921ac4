/// The tags in a piece of HTML, read as far as links and words need.
struct HTMLTags {
  struct Link {
    let target: String
    /// How many lines down in the piece.
    let line: Int
    let isPicture: Bool
  }

  /// Links and pictures.
  private(set) var links: [Link] = []
  /// What a link may name after its `#`.
  private(set) var anchors: Set<String> = []
  /// What stands between the tags.
  private(set) var text = ""

  private let bytes: [UInt8]
  private var place = 0
  private var line = 0

  init(_ html: String) {
    bytes = Array(html.utf8)
    var words: [UInt8] = []
    while place < bytes.count {
      if begins(with: "<!--") {
        skip(past: "-->")
      } else if byte == UInt8(ascii: "<"), let next = after, Self.isTagBegin(next) {
        readTag()
      } else {
        words.append(bytes[place])
        advance()
      }
    }
    text = String(decoding: words, as: UTF8.self)
  }

  private var byte: UInt8? { place < bytes.count ? bytes[place] : nil }
  private var after: UInt8? { place + 1 < bytes.count ? bytes[place + 1] : nil }

  private func begins(with text: StaticString) -> Bool {
    place + text.utf8CodeUnitCount <= bytes.count
      && (0..<text.utf8CodeUnitCount).allSatisfy { bytes[place + $0] == text.utf8Start[$0] }
  }

  private mutating func advance() {
    if byte == UInt8(ascii: "\n") { line += 1 }
    place += 1
  }

  private mutating func skip(past end: StaticString) {
    while place < bytes.count, !begins(with: end) { advance() }
    for _ in 0..<end.utf8CodeUnitCount { advance() }
  }

  private static func isTagBegin(_ byte: UInt8) -> Bool {
    isLetter(byte) || "/!?".utf8.contains(byte)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 }

  private mutating func readTag() {
    let start = line
    while let byte, !Self.isBlank(byte), byte != UInt8(ascii: ">") { advance() }
    while let byte, byte != UInt8(ascii: ">") {
      guard !Self.isBlank(byte), byte != UInt8(ascii: "/"), byte != UInt8(ascii: "=") else {
        advance()
        continue
      }
      readAttribute(ofTagOn: start)
    }
    advance()
  }

  private mutating func readAttribute(ofTagOn start: Int) {
    let name = read { !Self.isBlank($0) && !"=>".utf8.contains($0) }
    while let byte, Self.isBlank(byte) { advance() }
    guard byte == UInt8(ascii: "=") else { return }
    advance()
    while let byte, Self.isBlank(byte) { advance() }
    let value: String
    if let mark = byte, mark == UInt8(ascii: "\"") || mark == UInt8(ascii: "'") {
      advance()
      value = read { $0 != mark }
      advance()
    } else {
      value = read { !Self.isBlank($0) && $0 != UInt8(ascii: ">") }
    }
    add(value, of: name.lowercased(), line: start)
  }

  private mutating func add(_ value: String, of name: String, line: Int) {
    func link(_ target: some StringProtocol) -> Link {
      Link(target: Self.decoded(String(target)), line: line, isPicture: name != "href")
    }
    switch name {
    case "href", "src": links.append(link(value))
    case "srcset":
      // Several, each with its size behind a blank.
      links += value.split(separator: ",").compactMap { one in
        one.split(whereSeparator: \.isWhitespace).first.map(link)
      }
    case "id", "name": anchors.insert(Self.decoded(value))
    default: return
    }
  }

  private mutating func read(while isPart: (UInt8) -> Bool) -> String {
    let start = place
    while let byte, isPart(byte) { advance() }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private static func decoded(_ value: String) -> String {
    guard value.contains("&") else { return value }
    return value.replacing("&quot;", with: "\"").replacing("&#39;", with: "'")
      .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
  }
}
