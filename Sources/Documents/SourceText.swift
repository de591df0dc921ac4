/// A document's text as the parser gets it: checked, without byte order mark, its lines ended by line
/// feeds alone, its front matter blank.
struct SourceText {
  static let limit = 10 * 1_048_576

  // cmark-gfm 0.29 takes time in the square of some of these and memory in the product of others;
  // with these limits the worst that could be made of them ends within seconds.
  private static let mostLines = 50_000
  private static let mostBrackets = 25_000
  private static let mostCells = 2_000_000

  private static let lineFeed = UInt8(ascii: "\n")

  let bytes: [UInt8]
  /// Where each line begins, and one offset past the last.
  private let starts: [Int]

  init(_ document: [UInt8]) throws(DocumentError) {
    guard document.count <= Self.limit else {
      throw .tooLarge(size: document.count, limit: Self.limit)
    }
    if String(validating: document, as: UTF8.self) == nil {
      throw .notUTF8(line: Self.firstLineOutsideUTF8(document))
    }
    let mark: [UInt8] = [0xef, 0xbb, 0xbf]
    var bytes = Self.endingLinesAlike(document.dropFirst(document.starts(with: mark) ? 3 : 0))
    let starts = Self.lineStarts(of: bytes)
    if let end = Self.endOfFrontMatter(bytes, starts) {
      for offset in 0..<starts[end] where bytes[offset] != Self.lineFeed {
        bytes[offset] = UInt8(ascii: " ")
      }
    }
    try Self.check(bytes, lines: starts.count - 1)
    self.bytes = bytes
    self.starts = starts
  }

  // Swift 6.3's own validation error names offsets that are now and then wrong.
  private static func firstLineOutsideUTF8(_ bytes: [UInt8]) -> Int {
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes.makeIterator()
    var line = 1
    var previous: UInt8?
    while case .valid(let scalar) = parser.parseScalar(from: &rest) {
      let isCarriageReturn = scalar.first == UInt8(ascii: "\r")
      let isSecondHalf = scalar.first == lineFeed && previous == UInt8(ascii: "\r")
      if isCarriageReturn || (scalar.first == lineFeed && !isSecondHalf) { line += 1 }
      previous = scalar.first
    }
    return line
  }

  /// A line without its end, counted from 1; empty where there is none.
  func line(_ number: Int) -> String {
    guard number >= 1, number < starts.count else { return "" }
    let line = bytes[starts[number - 1]..<starts[number]]
    return String(decoding: line.last == Self.lineFeed ? line.dropLast() : line, as: UTF8.self)
  }

  private static func endingLinesAlike(_ document: ArraySlice<UInt8>) -> [UInt8] {
    let carriageReturn = UInt8(ascii: "\r")
    guard document.contains(carriageReturn) else { return Array(document) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(document.count)
    var previous: UInt8?
    for byte in document {
      if byte != lineFeed || previous != carriageReturn {
        bytes.append(byte == carriageReturn ? lineFeed : byte)
      }
      previous = byte
    }
    return bytes
  }

  private static func lineStarts(of bytes: [UInt8]) -> [Int] {
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == lineFeed { starts.append(offset + 1) }
    if starts.last != bytes.count { starts.append(bytes.count) }
    return starts
  }

  /// The index of the first line after YAML (`---`) or TOML (`+++`) that opens the document.
  private static func endOfFrontMatter(_ bytes: [UInt8], _ starts: [Int]) -> Int? {
    func text(_ index: Int) -> Substring {
      let line = String(decoding: bytes[starts[index]..<starts[index + 1]], as: UTF8.self)
      return line[...].trimmingEnd()
    }
    let lines = starts.count - 1
    guard lines > 1 else { return nil }
    let closing: [Substring]
    switch text(0) {
    case "---":
      // A document may as well begin with a rule; only a first `key:` makes it YAML.
      guard text(1) == "---" || text(1).isKey else { return nil }
      closing = ["---", "..."]
    case "+++": closing = ["+++"]
    default: return nil
    }
    return (1..<lines).first { closing.contains(text($0)) }.map { $0 + 1 }
  }

  private static func check(_ bytes: [UInt8], lines: Int) throws(DocumentError) {
    guard lines <= mostLines else { throw .tooIntricate(what: "more than \(mostLines) lines") }
    var brackets = 0
    var cells = 0
    var mostInLine = 0
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "["): brackets += 1
      case UInt8(ascii: "|"):
        cells += 1
        mostInLine = max(mostInLine, cells)
      case lineFeed: cells = 0
      default: continue
      }
    }
    guard brackets <= mostBrackets else {
      throw .tooIntricate(what: "more than \(mostBrackets) brackets")
    }
    guard mostInLine * lines <= mostCells else {
      throw .tooIntricate(what: "\(mostInLine) cells in a line, times \(lines) lines")
    }
  }
}

extension Substring {
  fileprivate func trimmingEnd() -> Substring {
    var rest = self
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return rest
  }

  /// Whether it begins as YAML's `key:` does.
  fileprivate var isKey: Bool {
    guard let colon = firstIndex(of: ":"), colon > startIndex else { return false }
    let rest = self[index(after: colon)...]
    return self[..<colon].allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
      && (rest.isEmpty || rest.first == " ")
  }
}
