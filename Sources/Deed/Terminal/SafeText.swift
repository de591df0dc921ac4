extension String {
  /// The text with everything made visible that could move a cursor, change a colour, reorder what
  /// is shown or break a line.
  ///
  /// Names, subjects and paths are anybody's words.
  var safe: String {
    if utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
    var result = ""
    for scalar in unicodeScalars {
      if scalar.isUnsafeToShow {
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
  var safeLines: String {
    // By bytes, and only where there is something to look at: notes may be megabytes long.
    var text = self
    return text.withUTF8 { bytes in
      var place = 0
      while place < bytes.count, bytes[place].isPlain { place += 1 }
      if place == bytes.count { return self }
      var result: [UInt8] = []
      result.reserveCapacity(bytes.count)
      var start = 0
      while start < bytes.count {
        var end = start
        while end < bytes.count, bytes[end].isPlain { end += 1 }
        result += bytes[start..<end]
        start = end
        while end < bytes.count, !bytes[end].isPlain { end += 1 }
        // Whole characters: what is not plain begins and ends at one.
        result += String(decoding: bytes[start..<end], as: UTF8.self).safe.utf8
        start = end
      }
      return String(decoding: result, as: UTF8.self)
    }
  }
}

extension UInt8 {
  /// Whether it is a character of ASCII that only shows itself, or begins a line or a column.
  fileprivate var isPlain: Bool { (self >= 0x20 && self < 0x7F) || self == 0x0A || self == 0x09 }
}

extension Int {
  /// `1 commit`, `2 commits`.
  func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
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
}
