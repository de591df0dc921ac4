/// The stretches of code between fences, and of comments as templates for pull requests have them.
struct CodeFences {
  /// From the line of the opening to that of the closing fence, or mark.
  private var places: [ClosedRange<Int>] = []

  /// What is never closed is none: what follows it would be lost.
  init(_ lines: MessageLines) {
    var open: (fence: CodeFence, start: Int)?
    var isClosed = true
    for index in lines.places(.fence) where index > places.last?.upperBound ?? -1 {
      let line = lines[index]
      if open == nil, isClosed, line.trimmed.starts(withASCII: "<!--") {
        if let end = Self.endOfComment(lines, index) {
          places.append(index...end)
        } else {
          isClosed = false
        }
        continue
      }
      if let (fence, start) = open {
        guard fence.isClosed(by: line) else { continue }
        places.append(start...index)
        open = nil
      } else {
        open = CodeFence(opening: line).map { ($0, index) }
      }
    }
  }

  /// The line on which a comment ends; `nil` where there is none.
  private static func endOfComment(_ lines: MessageLines, _ start: Int) -> Int? {
    (start..<lines.endIndex).first { lines[$0].firstRange(ofASCII: "-->") != nil }
  }

  /// The line of the fence that opens the code which a line is of, fences included.
  func start(around index: Int) -> Int? {
    // The last that begins at or before the line: they are in order, and texts may have thousands.
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle].lowerBound <= index { low = middle + 1 } else { high = middle }
    }
    return low > 0 && places[low - 1].contains(index) ? places[low - 1].lowerBound : nil
  }
}

/// A line such as ```` ```swift ````.
struct CodeFence {
  private let mark: UInt8
  private let length: Int
  /// The language of the code, as far as it is a plain word.
  let language: String

  init?(opening line: MessageBytes) {
    let text = line.trimmed
    guard let mark = text.first, mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~") else {
      return nil
    }
    let length = text.prefix { $0 == mark }.count
    let rest = text.dropFirst(length)
    guard length >= 3, mark == UInt8(ascii: "~") || !rest.contains(mark) else { return nil }
    self.mark = mark
    self.length = length
    language =
      rest.trimmed.prefix { $0.isLetter || $0.isDigit || "-_+#".utf8.contains($0) }.text
  }

  func isClosed(by line: MessageBytes) -> Bool {
    let text = line.trimmed
    return text.count >= length && text.allSatisfy { $0 == mark }
  }
}
