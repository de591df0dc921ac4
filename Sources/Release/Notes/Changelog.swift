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
    /// The first line that belongs to the heading: an anchor above it, or the heading itself.
    let start: Int
    /// The heading.
    let line: Int
    /// The first line below the heading.
    let body: Int
    /// The line after the section's last one.
    var end: Int
  }

  var lines: [Line]
  /// What some editors put before the first line.
  private let byteOrderMark: [UInt8]
  /// What ends the lines of the file, and so of what is added.
  let newline: [UInt8]
  /// Whose versions its headings name.
  let names: Names

  /// - Parameter prefix: What the project's tags begin with; a heading may leave it out.
  package init(_ bytes: [UInt8], prefix: String) {
    self.init(bytes, names: Names(prefix: prefix))
  }

  package init(_ bytes: [UInt8], names: Names) {
    self.names = names
    var lines: [Line] = []
    byteOrderMark = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.prefix(3)) : []
    var rest = bytes.dropFirst(byteOrderMark.count)
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
  package var bytes: [UInt8] { byteOrderMark + lines.flatMap { Array($0.text + $0.end) } }

  /// Where the link definitions begin that end the file; the number of lines where none do.
  var definitions: Int { definitions(scan()) }

  private func definitions(_ scan: Scan) -> Int {
    let isCovered = scan.isCovered
    let text =
      lines.indices.last { index in
        !lines[index].text.isBlank && !isCovered[index] && !Self.isDefinition(lines[index].text)
      } ?? -1
    return lines.indices[(text + 1)...].first { index in
      !isCovered[index] && Self.isDefinition(lines[index].text)
    } ?? lines.count
  }

  static func isDefinition(_ line: MessageBytes) -> Bool {
    let text = line.drop { $0 == 0x20 }
    return line.count - text.count < 4 && text.first == UInt8(ascii: "[")
      && text.firstRange(ofASCII: "]: ") != nil
  }

  /// The sections of versions and of what is not released yet, in the order of the file.
  ///
  /// Their headings need not be of one level: some programs set those of patches lower, beside the
  /// headings of groups.
  var sections: [Section] {
    let scan = scan()
    let headings = scan.headings
    let own = headings.filter { $0.heading.subject != .other }
    let isMixed = own.contains { $0.heading.level != own[0].heading.level }
    let ends = definitions(scan)
    var sections: [Section] = []
    for (place, found) in headings.enumerated() where found.heading.subject != .other {
      let next = headings[(place + 1)...].first { next in
        let isGroup = isMixed && next.heading.level > 2
        return next.heading.subject != .other
          || next.heading.level <= found.heading.level - (isGroup ? 1 : 0)
      }
      sections.append(
        Section(
          heading: found.heading, start: found.start, line: found.line, body: found.body,
          end: min(next?.start ?? ends, max(ends, found.body))))
    }
    return sections
  }

  /// The level of the headings within a section: its own ones, or those of the other sections.
  func groupLevel(in section: Section) -> Int {
    let sections = self.sections
    var first: Int?
    for found in headings where found.heading.subject == .other {
      if section.body <= found.line, found.line < section.end { return found.heading.level }
      guard first == nil, let around = sections.last(where: { $0.start <= found.line }) else {
        continue
      }
      if found.line < around.end { first = found.heading.level }
    }
    return first ?? min(section.heading.level + 1, 6)
  }

  /// The lines of those groups in a section that have nothing below their headings.
  func emptyGroups(in section: Section) -> [Range<Int>] {
    let own = headings.filter { section.body <= $0.line && $0.line < section.end }
    return own.indices.compactMap { place in
      let level = own[place].heading.level
      let next = own[(place + 1)...].first { $0.heading.level <= level }
      let end = next?.line ?? section.end
      let isEmpty = lines[own[place].body..<end].allSatisfy(\.text.isBlank)
      return isEmpty ? own[place].line..<end : nil
    }
  }

  /// What entries begin with, `-`, `*` or `+`: as in the newest of the other versions, or else at all.
  func bullet(besides version: ReleaseVersion) -> String {
    var other: String?
    let isCovered = scan().isCovered
    for section in sections {
      let marks = (section.body..<section.end).lazy
        .compactMap { isCovered[$0] ? nil : Self.bullet(of: lines[$0].text) }
      guard let mark = marks.first else { continue }
      if case .version(let number) = section.heading.subject, number != version.number {
        return mark
      }
      other = other ?? mark
    }
    return other ?? "-"
  }

  /// Whose groups the file has: those of Keep a Changelog, unless all are of the other kind.
  package var preset: NotesRules.Preset {
    let groups = Set(groups.map(\.name))
    func has(_ preset: NotesRules.Preset) -> Bool {
      !groups.isDisjoint(with: NotesRules(preset).groups.map { Self.groupName($0.title) })
    }
    return has(.conventional) && !has(.keepAChangelog) ? .conventional : .keepAChangelog
  }

  /// What a line of a list begins with; `nil` of any other line.
  static func bullet(of line: MessageBytes) -> String? {
    for mark in ["- ", "* ", "+ "] as [StaticString] where line.starts(withASCII: mark) {
      return line.prefix(1).text
    }
    return nil
  }

  /// The first heading of level two; `nil` where there is none but that of “Unreleased”.
  var firstOfLevelTwo: Int? {
    headings.first { $0.heading.level == 2 && $0.heading.subject != .unreleased }?.line
  }

  typealias Heading = (heading: ChangelogHeading, start: Int, line: Int, body: Int)

  /// Headings of both kinds, but none in code and comments.
  var headings: [Heading] { scan().headings }

  /// What is in the file besides text.
  struct Scan {
    fileprivate(set) var headings: [Heading] = []
    /// By line, whether it is code or a comment: nothing there is a heading or an entry.
    fileprivate(set) var isCovered: [Bool]
    /// Where code or a comment begins that never ends.
    fileprivate(set) var open: Int?

    /// The headings on some of the lines; there may be thousands.
    func headings(in lines: Range<Int>) -> ArraySlice<Heading> {
      var (low, high) = (0, headings.count)
      while low < high {
        let middle = (low + high) / 2
        if headings[middle].line < lines.lowerBound { low = middle + 1 } else { high = middle }
      }
      return headings[low...].prefix { $0.line < lines.upperBound }
    }
  }

  func scan() -> Scan {
    var scan = Scan(isCovered: Array(repeating: false, count: lines.count))
    var fence: CodeFence?
    var isComment = false
    for (index, line) in lines.enumerated() {
      let text = line.text.drop { $0 == 0x20 }
      let isIndented = line.text.count - text.count > 3
      scan.isCovered[index] = true
      if let open = fence {
        if open.isClosed(by: text) { fence = nil }
      } else if isComment || (!isIndented && text.starts(withASCII: "<!--")) {
        if !isComment { scan.open = index }
        isComment = text.firstRange(ofASCII: "-->") == nil
      } else if !isIndented, let opening = CodeFence(opening: text) {
        fence = opening
        scan.open = index
      } else {
        scan.isCovered[index] = false
        if !isIndented, let heading = self.heading(at: index, text) {
          scan.headings.append(heading)
        }
      }
      if fence == nil, !isComment { scan.open = nil }
    }
    return scan
  }

  private func heading(at index: Int, _ text: MessageBytes) -> Heading? {
    let level = text.prefix { $0 == UInt8(ascii: "#") }.count
    if (1...6).contains(level), text.dropFirst(level).first.map(\.isBlank) ?? true {
      let title = text.dropFirst(level).trimmed
      let heading = ChangelogHeading(level: level, text: title, names: names)
      return (heading, start(of: heading, at: index), index, index + 1)
    }
    // Underlined: a line of text, and below it nothing but equals signs or hyphens.
    guard !text.isBlank, lines.indices.contains(index + 1),
      index == 0 || lines[index - 1].text.isBlank || Self.isAnchor(lines[index - 1].text)
    else { return nil }
    let rule = lines[index + 1].text.trimmed
    guard rule.count >= 3, let mark = rule.first,
      mark == UInt8(ascii: "=") || mark == UInt8(ascii: "-"),
      rule.allSatisfy({ $0 == mark })
    else { return nil }
    let depth = mark == UInt8(ascii: "=") ? 1 : 2
    let heading = ChangelogHeading(level: depth, text: text, names: names)
    return (heading, start(of: heading, at: index), index, index + 2)
  }

  /// Where a version's heading begins: anchors above it are part of it.
  private func start(of heading: ChangelogHeading, at line: Int) -> Int {
    guard heading.subject != .other else { return line }
    var start = line
    while let above = lines[..<start].lastIndex(where: { !$0.text.isBlank }),
      Self.isAnchor(lines[above].text)
    {
      start = above
    }
    return start
  }

  /// Whether a line is nothing but a place to link to: `<a name="1.4.0"></a>`.
  private static func isAnchor(_ line: MessageBytes) -> Bool {
    let text = line.trimmed
    guard let rest = text.dropping(prefix: "<a name=") ?? text.dropping(prefix: "<a id="),
      let end = rest.firstIndex(of: UInt8(ascii: ">"))
    else { return false }
    return rest[end...].elementsEqual("></a>".utf8)
  }
}
