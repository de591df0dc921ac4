extension Changelog {
  /// What is to be said of one version.
  package struct Release {
    package let version: ReleaseVersion
    /// `2026-01-31`.
    package let date: String
    package let notes: ReleaseNotes
    /// Whether only what people wrote under “Unreleased” is taken, and nothing added.
    package var isWritten = false
    /// What commits would be told as that the changelog names and the notes do not.
    package var former: [ReleaseNotes] = []

    package init(
      version: ReleaseVersion, date: String, notes: ReleaseNotes, isWritten: Bool = false,
      former: [ReleaseNotes] = []
    ) {
      self.version = version
      self.date = date
      self.notes = notes
      self.isWritten = isWritten
      self.former = former
    }
  }

  /// Whether the file has a section for the version.
  package func has(_ version: ReleaseVersion) -> Bool { section(of: version) != nil }

  /// Brings the section of one version up to date, and makes it where there is none.
  ///
  /// A new section takes over what people wrote under “Unreleased”. Whatever they wrote stays as it
  /// is, also in entries that were once generated: an entry is known by its commit. Added are the
  /// entries of commits that are missing, removed those of commits that the release has no more, where
  /// nobody changed them.
  ///
  /// - Returns: How many entries it has in somebody's own words already.
  @discardableResult
  package mutating func update(_ release: Release) -> Int {
    var left = 0
    if lines.isEmpty {
      insert(["# Changelog", ""], at: 0)
    }
    let open = openSection(of: release.version)
    if open != nil || section(of: release.version) == nil {
      insertSection(release, insteadOf: open)
      if !release.isWritten { takeOverCandidates(of: release) }
    }
    if !release.isWritten {
      // Several changes of one commit come and go together, so this is asked once.
      let named = section(of: release.version).map(commits(namedIn:)) ?? NamedCommits()
      let mended = mendStale(release)
      left = addMissing(release) { entry in
        named.contains(entry) || mended.contains(ObjectIdentifier(entry))
      }
    }
    fillEmpty(release)
    return left
  }

  func section(of version: ReleaseVersion) -> Section? {
    sections.first { $0.heading.subject == .version(version.number) }
  }

  /// The section of what was to become a version: `[1.4.0] - TBD`, `1.4.0-SNAPSHOT`.
  private func openSection(of version: ReleaseVersion) -> Section? {
    let sections = sections
    let isThere = sections.contains {
      $0.heading.subject == .version(version.number) && !$0.heading.isOpen
    }
    return isThere
      ? nil
      : sections.first { section in
        guard case .version(let number) = section.heading.subject, section.heading.isOpen else {
          return false
        }
        return number == version.number
          || version.number.isStable && number.core == version.number
      }
  }

  private typealias Versions = [(number: SemanticVersion, section: Section)]

  /// Makes the section's heading: in the place of an open one, below “Unreleased”, or else above the first
  /// lower version.
  private mutating func insertSection(_ release: Release, insteadOf open: Section?) {
    let sections = sections
    let versions: Versions = sections.compactMap { section in
      guard case .version(let number) = section.heading.subject, !section.heading.isOpen else {
        return nil
      }
      return (number, section)
    }
    let unreleased = sections.first { $0.heading.subject == .unreleased }
    let first = sections.first { $0.heading.subject != .unreleased && !$0.heading.isOpen }
    let like = Self.section(like: release.version.number, among: versions)
    let isNewest = versions.allSatisfy { $0.number < release.version.number }
    let link = link(to: release, isNewest: isNewest, below: unreleased)
    if let (line, text) = link?.unreleased { lines[line].text = text }
    var style =
      (like ?? first ?? unreleased)?.heading.style
      ?? ChangelogHeading.Style(isBracketed: release.notes.compare != nil)
    if first == nil { style.date = [" - ", ""] }
    if let open {
      if first == nil { style.level = open.heading.level }
      style.anchor = style.anchor ?? open.heading.style?.anchor
    }
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
        style.heading(of: release.version, date: release.date, compare: link?.address)
      ]
    if let open {
      // Places to link to are people's own: they stay, and those that others have come to them.
      let kept = lines[open.start..<open.line].map(\.text.text)
      lines.removeSubrange(open.line..<open.body)
      insert(heading.filter { !kept.contains($0) }, at: open.line)
      if let link { redirect(style.label(of: release.version), to: link.address) }
    } else {
      place(
        heading, of: release.version, among: versions, below: isNewest ? unreleased : nil,
        first: isNewest ? first?.start ?? firstOfLevelTwo : nil)
    }
    if style.isBracketed, !style.isLinked, let link {
      define(link, as: style.label(of: release.version))
    }
  }

  /// - Parameters:
  ///   - unreleased: Of the newest version, what its section begins with.
  ///   - first: Of the newest version, the line at which it goes where all others are below it.
  private mutating func place(
    _ heading: [String], of version: ReleaseVersion, among versions: Versions,
    below unreleased: Section?, first: Int?
  ) {
    let isAscending =
      versions.count > 1 && zip(versions, versions.dropFirst()).allSatisfy { $0.number < $1.number }
    if let unreleased {
      if isAscending, let last = versions.last, unreleased.start > last.section.start {
        begin(heading, insteadOf: unreleased)
      } else {
        begin(heading, below: unreleased)
      }
      return
    }
    let lower = versions.first { $0.number < version.number }?.section.start
    let higher = versions.first { $0.number > version.number }?.section.start
    let start = isAscending ? higher ?? versions.last?.section.end : first ?? lower
    let place = start ?? definitions
    insert(place == lines.count ? heading : heading + [""], at: place)
    separate(at: place)
  }

  /// Begins the newest version's section with what stands under “Unreleased”, which goes to the end: the
  /// oldest version is the first here.
  private mutating func begin(_ heading: [String], insteadOf unreleased: Section) {
    let old = lines[unreleased.start..<unreleased.body]
    lines.removeSubrange(unreleased.start..<unreleased.body)
    insert(heading, at: unreleased.start)
    let end = unreleased.end - old.count + heading.count
    if lines[end - 1].end.isEmpty { lines[end - 1].end = newline[...] }
    lines.insert(contentsOf: old, at: end)
    separate(at: end + old.count)
    separate(at: end)
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
    like version: SemanticVersion, among versions: Versions
  ) -> Section? {
    guard let newest = versions.first?.section else { return nil }
    guard versions.contains(where: { $0.section.heading.level != newest.heading.level }) else {
      return newest
    }
    return versions.first { ($0.number.patch > 0) == (version.patch > 0) }?.section ?? newest
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

  /// Adds the entries that the section does not have, each to its group.
  ///
  /// It has one where it names its commit, or where somebody wrote of it; says how many of the latter
  /// there are.
  private mutating func addMissing(
    _ release: Release, unless isTold: (ReleaseNotes.Entry) -> Bool
  ) -> Int {
    var left = 0
    let told = Set(release.notes.groups.lazy.flatMap(\.entries).map(\.shortID))
    let written = WrittenEntries(
      section(of: release.version).map { entries(in: $0, besides: told) } ?? [])
    let mark = bullet(besides: release.version)
    var candidates = wordsOfCandidates(of: release.version)
    for group in release.notes.groups {
      guard let section = section(of: release.version) else { return left }
      let unnamed = group.entries.filter { !isTold($0) }
      let missing = unnamed.filter { !written.have($0) }
      left += unnamed.count - missing.count
      let added = missing.flatMap { entry in
        candidates.words(for: entry, in: release.notes)
          ?? release.notes.bullet(entry, links: true, mark: mark).split(
            separator: "\n", omittingEmptySubsequences: false
          ).map(String.init)
      }
      guard !added.isEmpty else { continue }
      let titles = release.notes.titles
      let later = titles[((titles.firstIndex(of: group.title) ?? titles.count - 1) + 1)...]
      add(added, to: group.title, of: section, before: Array(later))
    }
    return left
  }

  /// Says that there is nothing to say, so that no section is empty.
  private mutating func fillEmpty(_ release: Release) {
    guard let section = section(of: release.version) else { return }
    let nothing = "No notable changes."
    let body = section.body..<section.end
    let isCovered = scan().isCovered
    if lines[body].allSatisfy(\.text.isBlank) {
      insert(["", nothing], at: section.body)
      separate(at: section.body + 2)
    } else if let place = body.first(where: {
      !isCovered[$0] && lines[$0].text.elementsEqual(nothing.utf8)
    }), body.contains(where: { !isCovered[$0] && Self.bullet(of: lines[$0].text) != nil }) {
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
