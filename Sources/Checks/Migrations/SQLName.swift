/// Names of SQL's as texts that can be compared: dots part them, but not within quotation marks.
enum SQLName {
  /// One part of a name, in quotation marks where it would be taken for something else without them.
  static func part(_ text: String) -> String {
    // What is put in when it runs is shown as it stands.
    guard !text.hasPrefix("{"), text.contains(where: { $0 == "." || $0 == "\"" }) else {
      return text
    }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }

  /// The last part, without quotation marks.
  static func last(_ name: String) -> String {
    var isQuoted = false
    var start = name.startIndex
    for index in name.indices {
      if name[index] == "\"" { isQuoted.toggle() }
      if name[index] == ".", !isQuoted { start = name.index(after: index) }
    }
    let part = name[start...]
    guard part.count > 1, part.hasPrefix("\""), part.hasSuffix("\"") else { return String(part) }
    return String(part.dropFirst().dropLast()).replacing("\"\"", with: "\"")
  }
}
