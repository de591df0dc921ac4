// Files that are not as one expects.
extension Changelog {
  /// The line, the first being 1, on which a merge left a conflict; `nil` where none did.
  package var conflict: Int? {
    let isCovered = scan().isCovered
    func first(_ mark: StaticString) -> Int? {
      lines.indices.first { !isCovered[$0] && lines[$0].text.starts(withASCII: mark) }
    }
    guard let start = first("<<<<<<< "), let end = first(">>>>>>> "), start < end else {
      return nil
    }
    return start + 1
  }

  /// The line, the first being 1, on which code or a comment begins that never ends, so that all below is part
  /// of it; `nil` where none does.
  package var unclosed: Int? { scan().open.map { $0 + 1 } }

  /// The lines, the first being 1, of a version's headings where it has several of one level; none, otherwise.
  ///
  /// Nobody can tell which of the sections is the one to bring up to date.
  package func repeatedHeadings(of version: ReleaseVersion) -> [Int] {
    let own = sections.filter { $0.heading.subject == .version(version.number) }
    let alike = own.filter { $0.heading.level == own[0].heading.level }
    return alike.count > 1 ? alike.map { $0.line + 1 } : []
  }

  /// Whether it has sections, but none that is known to be of a version.
  package var hasUnknownSections: Bool { !hasVersions && firstOfLevelTwo != nil }

  /// The line that names the first version, where no heading does: `**1.4.0** (2026-01-31)`, a row of a table,
  /// `Changes in 1.4`.
  ///
  /// A section among such lines would have no end.
  package var versionInText: String? {
    // With a section for what is unreleased, whoever wrote it knows headings.
    if hasVersions || firstOfLevelTwo != nil || !sections.isEmpty { return nil }
    let isCovered = scan().isCovered
    let place = lines.indices.first { !isCovered[$0] && Self.namesVersion(lines[$0].text) }
    return place.map { lines[$0].text.trimmed.text }
  }

  /// Whether there are entries, and nothing that tells which versions they are of.
  package var hasEntriesAlone: Bool {
    if hasVersions || firstOfLevelTwo != nil { return false }
    let isCovered = scan().isCovered
    let unreleased = sections.first
    return lines.indices.contains { index in
      let isOwn = unreleased.map { $0.body <= index && index < $0.end } ?? false
      return !isCovered[index] && !isOwn && Self.bullet(of: lines[index].text) != nil
    }
  }

  /// Whether a line begins with a version, or with a word that says that one follows.
  private static func namesVersion(_ line: MessageBytes) -> Bool {
    guard line.first?.isBlank == false, !isDefinition(line) else { return false }
    let words = line.split { $0.isBlank || "*_|[]()".utf8.contains($0) }.prefix(8)
    let lead = words.prefix { word in
      ["changes", "noteworthy", "in", "release", "version", "what", "what's", "new"]
        .contains(word.asciiLowercased.text)
    }
    // An entry may begin with a number, too.
    guard lead.count < words.count, bullet(of: line) == nil || !lead.isEmpty else { return false }
    let word = words[lead.count]
    let name = word.first?.asciiLowercased == UInt8(ascii: "v") ? word.dropFirst() : word
    let number = name.prefix { $0.isDigit || $0 == UInt8(ascii: ".") }
    return number.first?.isDigit == true
      && number.split(separator: UInt8(ascii: ".")).count > 1
      && name[number.endIndex...].first.map { ":,-".utf8.contains($0) } ?? true
  }
}
