internal import Glibc

/// The lines of a commit message, without line ends: where they stand, since histories have millions.
struct MessageLines: RandomAccessCollection, Hashable, Sendable {
  /// `nil` where there are no lines.
  private let text: Text?
  let startIndex: Int
  let endIndex: Int

  /// What all parts of a message share; a class, so that they are handed about as one word.
  private final class Text: Sendable {
    let message: MessageBytes
    let lines: [Line]
    /// What any line of the message may be.
    let marks: LineMarks

    init(_ message: MessageBytes) {
      self.message = message
      (lines, marks) = message.withUnsafeBytes { bytes in MessageLines.lines(of: bytes) }
    }
  }

  private struct Line {
    let place: Range<Int>
    let marks: LineMarks
  }

  init() { self.init(nil, 0..<0) }

  /// The lines of `message`, ended by LF, CRLF or a lone CR; there is always one.
  init(_ message: MessageBytes) {
    let text = Text(message)
    self.init(text, 0..<text.lines.count)
  }

  private init(_ text: Text?, _ bounds: Range<Int>) {
    self.text = text
    startIndex = bounds.lowerBound
    endIndex = bounds.upperBound
  }

  subscript(index: Int) -> MessageBytes {
    guard let text else { return [] }
    let place = text.lines[index].place
    let start = text.message.startIndex
    return text.message[(start + place.lowerBound)..<(start + place.upperBound)]
  }

  subscript(bounds: Range<Int>) -> MessageLines { MessageLines(text, bounds) }

  func isBlank(_ index: Int) -> Bool { mayBe(.blank, index) }

  /// Whether a line may be what the mark says.
  func mayBe(_ mark: LineMarks, _ index: Int) -> Bool {
    text?.lines[index].marks.contains(mark) == true
  }

  /// Whether any line of the whole message may be what the mark says.
  func mayHave(_ mark: LineMarks) -> Bool { text?.marks.contains(mark) == true }

  /// The lines that may be what the mark says.
  func places(_ mark: LineMarks) -> [Int] {
    mayHave(mark) ? indices.filter { mayBe(mark, $0) } : []
  }

  /// The first line at or after a place that is not blank; the end where all are.
  func text(from index: Int) -> Int {
    var index = index
    while index < endIndex, isBlank(index) { index += 1 }
    return index
  }

  static func == (left: MessageLines, right: MessageLines) -> Bool { left.elementsEqual(right) }

  func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for line in self { hasher.combine(line) }
  }

  private static func lines(of bytes: UnsafeRawBufferPointer) -> ([Line], LineMarks) {
    var lines: [Line] = []
    var marks: LineMarks = []
    lines.reserveCapacity(bytes.count / 24 + 1)
    let hasReturns = bytes.firstIndex(of: .carriageReturn, in: 0..<bytes.count) != bytes.count
    var start = 0
    var feed = -1
    while true {
      // Not looked for again by each of the lines that only a CR ends.
      if feed < start { feed = bytes.firstIndex(of: .lineFeed, in: start..<bytes.count) }
      var end = feed
      if hasReturns { end = bytes.firstIndex(of: .carriageReturn, in: start..<end) }
      let line = Line(place: start..<end, marks: LineMarks(bytes, start..<end))
      lines.append(line)
      marks.formUnion(line.marks)
      guard end < bytes.count else { return (lines, marks) }
      let isPair =
        bytes[end] == .carriageReturn && end + 1 < bytes.count && bytes[end + 1] == .lineFeed
      start = end + (isPair ? 2 : 1)
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Where `byte` stands first in a part; the end of the part where it does not.
  fileprivate func firstIndex(of byte: UInt8, in part: Range<Int>) -> Int {
    guard let start = baseAddress,
      let found = memchr(start + part.lowerBound, Int32(byte), part.count)
    else { return part.upperBound }
    return UnsafeRawPointer(found) - start
  }
}
