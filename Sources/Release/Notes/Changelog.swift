/// A changelog as people keep it: a section for each version, the newest first.
///
/// Lines are kept with what ends them, and only those that change are touched.
package struct Changelog {
  struct Line {
    var text: MessageBytes
    /// LF, CRLF, or nothing at the end of the file.
    var end: MessageBytes
  }

  struct Section {
    let heading: ChangelogHeading
    /// The first line of the heading.
    let start: Int
    /// The first line below the heading.
    let body: Int
    /// The line after the section's last one.
    var end: Int
  }

  var lines: [Line]
  /// What ends the lines of the file, and so of what is added.
  let newline: [UInt8]
  private let prefix: String

  /// - Parameter prefix: What the project's tags begin with; a heading may leave it out.
  package init(_ bytes: [UInt8], prefix: String) {
    self.prefix = prefix
    var lines: [Line] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let feed = rest.firstIndex(of: .lineFeed)
      let next = feed.map { $0 + 1 } ?? rest.endIndex
      var text = rest[..<(feed ?? rest.endIndex)]
      if feed != nil, text.last == .carriageReturn { text = text.dropLast() }
      lines.append(Line(text: text, end: rest[text.endIndex..<next]))
      rest = rest[next...]
    }
    self.lines = lines
    newline = lines.first { !$0.end.isEmpty }.map { Array($0.end) } ?? [.lineFeed]
  }

  /// The file's content.
  package var bytes: [UInt8] { lines.flatMap { Array($0.text + $0.end) } }

  /// Where the link definitions begin that end the file; the number of lines where none do.
  var definitions: Int {
    let text = lines.lastIndex { !$0.text.isBlank && !Self.isDefinition($0.text) } ?? -1
    return lines[(text + 1)...].firstIndex { !$0.text.isBlank } ?? lines.count
  }

  static func isDefinition(_ line: MessageBytes) -> Bool {
    line.first == UInt8(ascii: "[") && line.firstRange(ofASCII: "]: ") != nil
  }

  /// The sections of versions and of what is not released yet, in the order of the file.
  var sections: [Section] {
    let headings = self.headings
    let level = headings.lazy.filter { $0.heading.subject != .other }.map(\.heading.level).first
    guard let level else { return [] }
    let ends = definitions
    var sections: [Section] = []
    for (place, found) in headings.enumerated()
    where found.heading.level == level && found.heading.subject != .other {
      let next = headings[(place + 1)...].first { $0.heading.level <= level }
      sections.append(
        Section(
          heading: found.heading, start: found.start, body: found.body,
          end: min(next?.start ?? ends, max(ends, found.body))))
    }
    return sections
  }

  /// Headings of both kinds, but none in code and comments.
  private var headings: [(heading: ChangelogHeading, start: Int, body: Int)] {
    var found: [(heading: ChangelogHeading, start: Int, body: Int)] = []
    var fence: UInt8?
    var isComment = false
    for (index, line) in lines.enumerated() {
      let text = line.text.drop { $0 == 0x20 }
      let isIndented = line.text.count - text.count > 3
      if let mark = fence {
        if text.prefix(3).allSatisfy({ $0 == mark }), text.count >= 3 { fence = nil }
      } else if isComment || text.starts(withASCII: "<!--") {
        isComment = text.firstRange(ofASCII: "-->") == nil
      } else if !isIndented, text.starts(withASCII: "```") || text.starts(withASCII: "~~~") {
        fence = text.first
      } else if !isIndented, let heading = self.heading(at: index, text) {
        found.append(heading)
      }
    }
    return found
  }

  private func heading(
    at index: Int, _ text: MessageBytes
  ) -> (heading: ChangelogHeading, start: Int, body: Int)? {
    let level = text.prefix { $0 == UInt8(ascii: "#") }.count
    if (1...6).contains(level), text.dropFirst(level).first.map(\.isBlank) ?? true {
      let title = text.dropFirst(level).trimmed
      return (ChangelogHeading(level: level, text: title, prefix: prefix), index, index + 1)
    }
    // Underlined: a line of text, and below it nothing but equals signs or hyphens.
    guard !text.isBlank, lines.indices.contains(index + 1),
      index == 0 || lines[index - 1].text.isBlank
    else { return nil }
    let rule = lines[index + 1].text.trimmed
    guard rule.count >= 3, let mark = rule.first,
      mark == UInt8(ascii: "=") || mark == UInt8(ascii: "-"),
      rule.allSatisfy({ $0 == mark })
    else { return nil }
    let depth = mark == UInt8(ascii: "=") ? 1 : 2
    return (ChangelogHeading(level: depth, text: text, prefix: prefix), index, index + 2)
  }
}
