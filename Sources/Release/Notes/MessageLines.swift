internal import Glibc

/// The lines of a commit message, without line ends: where they stand, since histories have millions.
struct MessageLines: RandomAccessCollection, Hashable, Sendable {
  private let message: MessageBytes
  private let places: [Range<Int>]
  let startIndex: Int
  let endIndex: Int

  init() {
    self.init([])
  }

  /// The lines of `message`, ended by LF, CRLF or a lone CR; there is always one.
  init(_ message: MessageBytes) {
    self.message = message
    places = message.withUnsafeBytes { bytes in Self.places(in: bytes) }
    startIndex = 0
    endIndex = places.count
  }

  private init(_ lines: MessageLines, _ bounds: Range<Int>) {
    message = lines.message
    places = lines.places
    startIndex = bounds.lowerBound
    endIndex = bounds.upperBound
  }

  subscript(index: Int) -> MessageBytes {
    let place = places[index]
    let start = message.startIndex
    return message[(start + place.lowerBound)..<(start + place.upperBound)]
  }

  subscript(bounds: Range<Int>) -> MessageLines { MessageLines(self, bounds) }

  /// Looks at a line without holding on to the message.
  func at<Answer>(_ index: Int, _ look: (UnsafeBufferPointer<UInt8>) -> Answer) -> Answer {
    let place = places[index]
    return message.withUnsafeBufferPointer { bytes in
      look(
        UnsafeBufferPointer(
          rebasing: bytes[place]))
    }
  }

  static func == (left: MessageLines, right: MessageLines) -> Bool { left.elementsEqual(right) }

  func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for line in self { hasher.combine(line) }
  }

  private static func places(in bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
    var places: [Range<Int>] = []
    places.reserveCapacity(bytes.count / 24 + 1)
    let hasReturns = bytes.firstIndex(of: .carriageReturn, in: 0..<bytes.count) != bytes.count
    var start = 0
    while true {
      var end = bytes.firstIndex(of: .lineFeed, in: start..<bytes.count)
      if hasReturns { end = bytes.firstIndex(of: .carriageReturn, in: start..<end) }
      places.append(start..<end)
      guard end < bytes.count else { return places }
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
