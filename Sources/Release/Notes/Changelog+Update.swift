extension Changelog {
  /// What is to be said of one version.
  package struct Release {
    package let version: ReleaseVersion
    /// `2026-01-31`.
    package let date: String
    package let notes: ReleaseNotes
    /// Whether only what people wrote under “Unreleased” is taken, and nothing added.
    package var isWritten = false

    package init(
      version: ReleaseVersion, date: String, notes: ReleaseNotes, isWritten: Bool = false
    ) {
      self.version = version
      self.date = date
      self.notes = notes
      self.isWritten = isWritten
    }
  }

  /// Whether the file has a section for the version.
  package func has(_ version: ReleaseVersion) -> Bool { section(of: version) != nil }

  /// Brings the section of one version up to date, and makes it where there is none.
  ///
  /// A new section takes over what people wrote under “Unreleased”. Whatever they wrote stays as it
  /// is, also in entries that were once generated: an entry is known by its commit. Added are the
  /// entries of commits that are missing, removed those of commits that the release has no more.
  ///
  /// - Returns: How many entries it has in somebody's own words already.
  @discardableResult
  package mutating func update(_ release: Release) -> Int {
    var left = 0
    if lines.isEmpty {
      insert(["# Changelog", ""], at: 0)
    }
    if section(of: release.version) == nil { insertSection(release) }
    if !release.isWritten {
      removeStale(release)
      left = addMissing(release)
    }
    fillEmpty(release)
    return left
  }

  private func section(of version: ReleaseVersion) -> Section? {
    sections.first { $0.heading.subject == .version(version.number) }
  }

  /// Makes the section's heading: below “Unreleased”, or else above the first lower version.
  private mutating func insertSection(_ release: Release) {
    let sections = sections
    let versions = sections.compactMap { section -> (number: SemanticVersion, Section)? in
      guard case .version(let number) = section.heading.subject else { return nil }
      return (number, section)
    }
    let unreleased = sections.first { $0.heading.subject == .unreleased }
    let first = sections.first { $0.heading.subject != .unreleased }
    let like = Self.section(like: release.version.number, among: versions)
    let isNewest = versions.allSatisfy { $0.number < release.version.number }
    let link = link(to: release, isNewest: isNewest)
    var style =
      (like ?? first ?? unreleased)?.heading.style
      ?? ChangelogHeading.Style(isBracketed: release.notes.compare != nil)
    if first == nil { style.date = [" - ", ""] }
    if names.isShared {
      style.prefix = release.version.prefix
    } else if like == nil {
      style.prefix = ""
    }
    if link == nil, definesHeadings, !defines(style.label(of: release.version)) {
      style.isBracketed = false
    }
    let heading =
      anchors(like: like, of: release.version) + [
        style.heading(of: release.version, date: release.date, compare: release.notes.compare)
      ]
    if let unreleased, isNewest {
      begin(heading, below: unreleased)
    } else {
      let lower = versions.first { $0.number < release.version.number }?.1.start
      let start = (isNewest ? first?.start ?? firstOfLevelTwo : lower) ?? definitions
      insert(start == lines.count ? heading : heading + [""], at: start)
      separate(at: start)
    }
    if style.isBracketed, !style.isLinked, let link {
      define(link, as: style.label(of: release.version))
    }
  }

  /// Begins the newest version's section with what stands under “Unreleased”.
  ///
  /// Groups with nothing below them stay there: they wait for what is to come.
  private mutating func begin(_ heading: [String], below unreleased: Section) {
    let empty = emptyGroups(in: unreleased)
    guard !empty.isEmpty else { return insert([""] + heading, at: unreleased.body) }
    var kept = empty.flatMap { lines[$0] }
    for range in empty.reversed() { lines.removeSubrange(range) }
    if let last = kept.last, !last.text.isBlank, lines.last?.text.isBlank == true {
      kept.append(lines.removeLast())
    }
    let start = lines[unreleased.body...].firstIndex { !$0.text.isBlank } ?? lines.count
    for place in kept.indices where kept[place].end.isEmpty { kept[place].end = newline[...] }
    lines.insert(contentsOf: kept, at: start)
    let place = start + kept.count
    let isSpaced = start > unreleased.body && place < lines.count
    insert(heading + (isSpaced ? [""] : []), at: place)
    separate(at: place)
  }

  /// The section whose heading a new one looks like: the newest, and where some programs set patches
  /// lower, the newest patch or the newest other version.
  private static func section(
    like version: SemanticVersion, among versions: [(number: SemanticVersion, Section)]
  ) -> Section? {
    guard let newest = versions.first?.1 else { return nil }
    guard versions.contains(where: { $0.1.heading.level != newest.heading.level }) else {
      return newest
    }
    return versions.first { ($0.number.patch > 0) == (version.patch > 0) }?.1 ?? newest
  }

  /// The anchors above a version's heading, as another one has them.
  private func anchors(like section: Section?, of version: ReleaseVersion) -> [String] {
    guard let section, case .version(let number) = section.heading.subject else { return [] }
    let name = number.description
    return lines[section.start..<section.line].map { line in
      guard let place = line.text.firstRange(of: Array(name.utf8)) else { return line.text.text }
      return line.text[..<place.lowerBound].text + version.number.description
        + line.text[place.upperBound...].text
    }
  }

  /// Drops the entries that were generated for commits which the release does not show.
  private mutating func removeStale(_ release: Release) {
    guard let section = section(of: release.version) else { return }
    let level = groupLevel(in: section)
    let shown = Set(release.notes.groups.flatMap(\.entries).map(\.shortID))
    var index = section.body
    var end = section.end
    while index < end {
      if let id = Self.generatedID(lines[index].text), !shown.contains(id) {
        var next = index + 1
        while let more = lines[next..<end].firstIndex(where: { !$0.text.isBlank }),
          lines[more].text.first == 0x20
        {
          next = more + 1
        }
        lines.removeSubrange(index..<next)
        end -= next - index
        let emptied = dropEmptyGroup(before: index, end: end, level)
        index -= emptied
        end -= emptied
      } else {
        index += 1
      }
    }
  }

  /// Takes away the heading whose last entry has just gone, and says how many lines that were.
  private mutating func dropEmptyGroup(before index: Int, end: Int, _ level: Int) -> Int {
    guard let heading = lines[..<index].lastIndex(where: { !$0.text.isBlank }),
      lines[heading].text.starts(with: (String(repeating: "#", count: level) + " ").utf8),
      lines[index..<end].first(where: { !$0.text.isBlank }).flatMap({ Self.bullet(of: $0.text) })
        == nil,
      lines[index..<end].first.map(\.text.isBlank) ?? true
    else { return 0 }
    let start = lines[heading - 1].text.isBlank ? heading - 1 : heading
    lines.removeSubrange(start..<index)
    return index - start
  }

  /// The commit of a line that ends as generated entries do: `- text (#12, 1a2b3c4d)`.
  static func generatedID(_ line: MessageBytes) -> String? {
    guard bullet(of: line) != nil, line.last == UInt8(ascii: ")") else { return nil }
    var inner = line.dropLast()
    // `[1a2b3c4d](https://…))`
    if inner.last == UInt8(ascii: ")"), let link = inner.lastIndex(of: UInt8(ascii: "[")) {
      inner = inner[..<(inner[link...].firstIndex(of: UInt8(ascii: "]")) ?? inner.endIndex)]
    }
    let id = inner.suffix(8)
    let before = inner.dropLast(8).last
    let isMarked = before.map { "([ ".utf8.contains($0) } ?? false
    guard id.count == 8, isMarked, id.allSatisfy(\.isHexadecimal) else {
      return nil
    }
    return id.text
  }

  /// Adds the entries that the section does not have, each to its group.
  ///
  /// It has one where it names its commit, or where somebody wrote of it; says how many of the latter
  /// there are.
  private mutating func addMissing(_ release: Release) -> Int {
    var left = 0
    // Several changes of one commit come and go together, so this is asked once.
    let named = section(of: release.version).map(ids(in:)) ?? []
    let written = WrittenEntries(section(of: release.version).map(entries(in:)) ?? [])
    let mark = bullet(besides: release.version)
    for group in release.notes.groups {
      guard let section = section(of: release.version) else { return left }
      let unnamed = group.entries.filter { !named.contains($0.shortID) }
      let missing = unnamed.filter { !written.have($0) }
      left += unnamed.count - missing.count
      let added = missing.flatMap { entry in
        release.notes.bullet(entry, links: true, mark: mark)
          .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      }
      guard !added.isEmpty else { continue }
      let titles = release.notes.titles
      let later = titles[((titles.firstIndex(of: group.title) ?? titles.count - 1) + 1)...]
      add(added, to: group.title, of: section, before: Array(later))
    }
    return left
  }

  /// What people wrote in a section, an entry each, without what ends as generated ones do.
  private func entries(in section: Section) -> [MessageBytes] {
    var entries: [MessageBytes] = []
    var isOpen = false
    for line in lines[section.body..<section.end] {
      if Self.bullet(of: line.text) != nil {
        isOpen = Self.generatedID(line.text) == nil
        if isOpen { entries.append(line.text.dropFirst(2).trimmed) }
      } else if isOpen, line.text.first?.isBlank == true, !line.text.isBlank {
        entries[entries.endIndex - 1] += [UInt8(ascii: " ")] + line.text.trimmed
      } else {
        isOpen = false
      }
    }
    return entries
  }

  private func place(of heading: String, in section: Section) -> Int? {
    lines[section.body..<section.end].firstIndex { $0.text.trimmed.elementsEqual(heading.utf8) }
  }

  /// The first eight digits of everything in a section that looks like a commit's id.
  private func ids(in section: Section) -> Set<String> {
    var ids: Set<String> = []
    for line in lines[section.body..<section.end] {
      for word in line.text.split(whereSeparator: { !$0.isHexadecimal }) where word.count >= 8 {
        ids.insert(word.prefix(8).text)
      }
    }
    return ids
  }

  private mutating func add(
    _ entries: [String], to title: String, of section: Section, before later: [String]
  ) {
    let mark = String(repeating: "#", count: groupLevel(in: section)) + " "
    if let heading = place(of: mark + title, in: section) {
      let next =
        lines[(heading + 1)..<section.end].firstIndex { $0.text.starts(with: "#".utf8) }
        ?? section.end
      let last = lines[heading..<next].lastIndex { !$0.text.isBlank } ?? heading
      let isEmpty = last == heading
      let hasBlank = isEmpty && heading + 1 < next
      let start = last + (hasBlank ? 2 : 1)
      let needsBlank = isEmpty ? !hasBlank : !isList(upTo: last)
      let added = needsBlank ? [""] + entries : entries
      insert(added, at: start)
      separate(at: start + added.count)
      return
    }
    let next = later.compactMap { place(of: mark + $0, in: section) }.first
    let last = lines[section.start..<(next ?? section.end)].lastIndex { !$0.text.isBlank }
    let start = (last ?? section.start) + 1
    insert(["", mark + title, ""] + entries, at: start)
    separate(at: start + 3 + entries.count)
  }

  /// Whether a line is of a list, so that the next entry may follow at once: a paragraph would swallow it.
  private func isList(upTo last: Int) -> Bool {
    if lines[last].text.first?.isBlank == true { return true }
    let start = lines[..<last].lastIndex { $0.text.isBlank }.map { $0 + 1 } ?? 0
    return lines[start...last].contains { Self.bullet(of: $0.text) != nil }
  }

  /// Says that there is nothing to say, so that no section is empty.
  private mutating func fillEmpty(_ release: Release) {
    guard let section = section(of: release.version) else { return }
    let nothing = "No notable changes."
    let body = section.body..<section.end
    if lines[body].allSatisfy(\.text.isBlank) {
      insert(["", nothing], at: section.body)
      separate(at: section.body + 2)
    } else if let place = lines[body].firstIndex(where: { $0.text.elementsEqual(nothing.utf8) }),
      lines[body].contains(where: { Self.bullet(of: $0.text) != nil })
    {
      lines.removeSubrange(place..<min(place + 2, section.end))
    }
  }

  /// Puts a blank line before a line that has text above and below it.
  mutating func separate(at index: Int) {
    guard index > 0, index < lines.count, !lines[index].text.isBlank,
      !lines[index - 1].text.isBlank
    else { return }
    insert([""], at: index)
  }

  mutating func insert(_ texts: [String], at index: Int) {
    // A file may end without a line end, and may go on here.
    if index > 0, lines[index - 1].end.isEmpty { lines[index - 1].end = newline[...] }
    lines.insert(
      contentsOf: texts.map { Line(text: Array($0.utf8)[...], end: newline[...]) }, at: index)
  }
}
