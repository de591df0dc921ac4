/// The points of a list, as people write it below `BREAKING CHANGE:`.
enum ListPoints {
  /// The points of a text that is one bulleted list; the text itself where it is anything else.
  static func splitting(_ text: String) -> [String] {
    var points: [[MessageBytes]] = []
    var isAfterBlank = false
    for line in Array(text.utf8).split(separator: .lineFeed, omittingEmptySubsequences: false) {
      if let rest = ["- ", "* ", "+ "].lazy.compactMap({ line.dropping(prefix: $0) }).first {
        points.append([rest.trimmed])
      } else if let last = points.indices.last, continues(line, isAfterBlank) {
        points[last].append(line.dropFirst(line.prefix(2).prefix(while: \.isBlank).count))
      } else {
        return [text]
      }
      isAfterBlank = line.isBlank
    }
    return points.map { lines in
      let end = (lines.lastIndex { !$0.isBlank } ?? -1) + 1
      return Array(lines[..<end].joined(separator: [.lineFeed]))[...].text
    }
  }

  /// Whether a line belongs to the point above it: it is below it, or goes on with its paragraph.
  private static func continues(_ line: MessageBytes, _ isAfterBlank: Bool) -> Bool {
    line.isBlank || line.first?.isBlank == true
      || (!isAfterBlank && CodeFence(opening: line) == nil && line.first != UInt8(ascii: "|"))
  }
}
