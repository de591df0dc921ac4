extension String {
  /// The text with everything made visible that could move a cursor, change a colour, reorder what
  /// is shown or break a line.
  ///
  /// Names, subjects and paths are anybody's words.
  var safe: String { showing(\.isUnsafeToShow) }

  private func showing(_ isUnsafe: (Unicode.Scalar) -> Bool) -> String {
    if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
    var result = ""
    for scalar in unicodeScalars {
      if isUnsafe(scalar) {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The same on one line, whatever lines it has.
  var safeLine: String {
    split(whereSeparator: \.isNewline).map { String($0).safe }.joined(separator: "; ")
  }

  /// The same for text of several lines: line feeds and tabs stay.
  var safeLines: String { showingLines(\.isUnsafeToShow) }

  /// The same for a document that others show: what only cannot be seen stays, as scripts need it between words.
  var safeDocument: String { showingLines(\.isUnsafeInDocument) }

  private func showingLines(_ isUnsafe: (Unicode.Scalar) -> Bool) -> String {
    // By bytes, and only where there is something to look at: notes may be megabytes long.
    var text = self
    return text.withUTF8 { bytes in
      var result: [UInt8] = []
      var done = 0
      var place = bytes.plainEnd(from: 0)
      while place < bytes.count {
        var end = place
        while end < bytes.count, !bytes[end].isPlain { end += 1 }
        // Whole characters: what is not plain begins and ends at one.
        let other = String(decoding: bytes[place..<end], as: UTF8.self)
        let safe = other.showing(isUnsafe)
        if !safe.utf8.elementsEqual(other.utf8) {
          result += bytes[done..<place]
          result += safe.utf8
          done = end
        }
        place = bytes.plainEnd(from: end)
      }
      return done == 0 ? self : String(decoding: result + bytes[done...], as: UTF8.self)
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Where the plain bytes that begin at `start` end, eight of them seen at once.
  fileprivate func plainEnd(from start: Int) -> Int {
    let bytes = UnsafeRawBufferPointer(self)
    var place = start
    while place < count {
      if place + 8 <= count {
        let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
        // The highest bit of a byte is set where it is no ASCII, below a blank, or a delete.
        let odd =
          word | (word &- 0x2020_2020_2020_2020) | (word &+ 0x0101_0101_0101_0101)
        if (odd & 0x8080_8080_8080_8080) == 0 {
          place += 8
          continue
        }
      }
      let end = Swift.min(place + 8, count)
      while place < end {
        guard self[place].isPlain else { return place }
        place += 1
      }
    }
    return count
  }
}

extension UInt8 {
  /// Whether it is a character of ASCII that only shows itself, or begins a line or a column.
  fileprivate var isPlain: Bool { (self >= 0x20 && self < 0x7F) || self == 0x0A || self == 0x09 }
}

extension Unicode.Scalar {
  var isUnsafeToShow: Bool {
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: true
    // Bidirectional overrides can show an order that is not there; joiners are needed by scripts.
    case .format: value != 0x200c && value != 0x200d
    default: false
    }
  }

  /// Whether it acts on what stands around it, whatever shows it.
  fileprivate var isUnsafeInDocument: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}
