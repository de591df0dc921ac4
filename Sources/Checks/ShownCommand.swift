extension String {
  /// A command as a report names it: its first line, and whether there are more.
  package var shownCommand: String {
    let lines = split(whereSeparator: \.isNewline).map { $0.trimmed }.filter { !$0.isEmpty }
    return (lines.first ?? "") + (lines.count > 1 ? " …" : "")
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
