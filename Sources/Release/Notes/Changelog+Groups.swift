// The groups of entries within a section.
extension Changelog {
  /// A heading of entries, or a line in bold type where no headings are.
  struct Group {
    /// As far as people mean the same by it.
    let name: String
    let line: Int
    /// The first line below the heading.
    let body: Int
    let isBold: Bool
  }

  /// What may be groups in all of the file.
  var groups: [Group] {
    let scan = scan()
    return groups(in: 0..<lines.count, scan)
      + sections.flatMap { groups(in: $0.body..<$0.end, scan) }.filter(\.isBold)
  }

  /// The groups of a section, in their order.
  func groups(in section: Section, _ scan: Scan) -> [Group] {
    groups(in: section.body..<section.end, scan)
  }

  private func groups(in section: Range<Int>, _ scan: Scan) -> [Group] {
    let headings = scan.headings(in: section)
    guard headings.isEmpty else {
      return headings.map { found in
        let text = lines[found.line].text.drop { "# ".utf8.contains($0) }
        return Group(
          name: Self.groupName(text.text), line: found.line, body: found.body, isBold: false)
      }
    }
    return section.compactMap { index in
      guard !scan.isCovered[index], let text = Self.bold(lines[index].text) else { return nil }
      return Group(name: Self.groupName(text.text), line: index, body: index + 1, isBold: true)
    }
  }

  /// What a line is that is nothing but bold; `**Added**`, `**Added:**`.
  private static func bold(_ line: MessageBytes) -> MessageBytes? {
    guard var text = line.trimmed.dropping(prefix: "**") else { return nil }
    if text.last == UInt8(ascii: ":") { text = text.dropLast() }
    guard text.count > 2, text.suffix(2).elementsEqual("**".utf8) else { return nil }
    text = text.dropLast(2)
    return text.firstRange(ofASCII: "**") == nil ? text : nil
  }

  /// Letters and digits in lower case: people differ in those, and set signs before and behind.
  static func groupName(_ title: String) -> String {
    let words = title.split(separator: " ").filter { !($0.hasPrefix(":") && $0.hasSuffix(":")) }
    let letters = words.joined().unicodeScalars.filter { scalar in
      scalar.properties.isAlphabetic || "0"..."9" ~= scalar
    }
    return letters.isEmpty ? title : String(String.UnicodeScalarView(letters)).lowercased()
  }

  /// Adds entries to a group, which is made where the section has none of that title.
  ///
  /// - Parameter later: The groups that such a one stands before.
  mutating func add(
    _ entries: [String], to title: String, of section: Section, before later: [String]
  ) {
    let scan = scan()
    let groups = groups(in: section, scan)
    let end = min(section.end, scan.open ?? section.end)
    let name = Self.groupName(title)
    if let place = groups.firstIndex(where: { $0.name == name }) {
      let group = groups[place]
      let next = min(groups[(place + 1)...].first?.line ?? end, max(end, group.body))
      let last =
        lines[group.body..<next].lastIndex { !$0.text.isBlank && !Self.isDefinition($0.text) }
        ?? group.body - 1
      let isEmpty = last < group.body
      let hasBlank = isEmpty && group.body < next
      let start = last + (hasBlank ? 2 : 1)
      let needsBlank = isEmpty ? !hasBlank : !isList(upTo: last, scan)
      let added = needsBlank ? [""] + entries : entries
      insert(added, at: start)
      separate(at: start + added.count)
      return
    }
    let names = later.map(Self.groupName)
    let next = names.lazy.compactMap { name in groups.first { $0.name == name }?.line }.first
    let last = lines[section.start..<(next ?? end)].lastIndex { line in
      !line.text.isBlank && !Self.isDefinition(line.text)
    }
    let start = (last ?? section.start) + 1
    let heading = heading(ofGroup: title, in: section, groups, scan)
    insert(["", heading, ""] + entries, at: start)
    separate(at: start + 3 + entries.count)
  }

  /// The line that begins a group, as other sections have it.
  private func heading(
    ofGroup title: String, in section: Section, _ own: [Group], _ scan: Scan
  ) -> String {
    let name = Self.groupName(title)
    let mark = String(repeating: "#", count: groupLevel(in: section)) + " "
    let sections = sections
    let others = sections.lazy.map { self.groups(in: $0, scan) }
    let isBold = (own.first ?? others.first { !$0.isEmpty }?.first)?.isBold ?? false
    for groups in others {
      let known = groups.first { $0.name == name && $0.isBold == isBold }
      guard let known, known.body == known.line + 1 else { continue }
      let text = lines[known.line].text.trimmed.text
      if isBold || text.hasPrefix(mark) { return text }
    }
    return isBold ? "**\(title)**" : mark + title
  }

  /// Whether a line is of a list, so that the next entry may follow at once: a paragraph would swallow it.
  private func isList(upTo last: Int, _ scan: Scan) -> Bool {
    if lines[last].text.first?.isBlank == true { return true }
    let start = lines[..<last].lastIndex { $0.text.isBlank }.map { $0 + 1 } ?? 0
    return (start...last).contains { !scan.isCovered[$0] && Self.bullet(of: lines[$0].text) != nil }
  }

  /// Takes away the heading whose last entry has just gone, and says how many lines that were.
  mutating func dropEmptyGroup(before index: Int, in section: Section, end: Int) -> Int {
    let scan = scan()
    var section = section
    section.end = end
    guard let last = lines[..<index].lastIndex(where: { !$0.text.isBlank }),
      let group = groups(in: section, scan).last(where: { $0.line <= last }),
      group.body == last + 1,
      lines[index..<end].first(where: { !$0.text.isBlank }).flatMap({ Self.bullet(of: $0.text) })
        == nil,
      lines[index..<end].first.map(\.text.isBlank) ?? true
    else { return 0 }
    let start = lines[group.line - 1].text.isBlank ? group.line - 1 : group.line
    lines.removeSubrange(start..<index)
    return index - start
  }
}
