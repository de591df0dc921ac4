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
    let isPlain: (UInt8) -> Bool = { (0x20..<0x7F).contains($0) || $0 == 0x0A || $0 == 0x09 }
    if utf8.allSatisfy(isPlain) { return self }
    return utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { line in
        if line.allSatisfy(isPlain) { return String(Substring(line)) }
        return line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
          .map { String(Substring($0)).safe }.joined(separator: "\t")
      }
      .joined(separator: "\n")
  }
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
