// Entries that were generated, and what became of their commits.
extension Changelog {
  /// A line as entries are generated: `- text (#12, 1a2b3c4d)`.
  private struct Generated {
    let id: String
    /// What stands between the bullet and the parentheses.
    let text: MessageBytes
    /// Where the parentheses begin.
    let tail: Int
    let references: Set<String>
    /// Where the commit is linked to, without its id; `nil` where it is not.
    let site: MessageBytes?

    init?(_ line: MessageBytes) {
      guard Changelog.bullet(of: line) != nil, line.last == UInt8(ascii: ")"),
        let id = Changelog.generatedID(line),
        let open = line.indices.last(where: { index in
          line[index] == UInt8(ascii: "(") && index > line.startIndex && line[index - 1] == 0x20
        })
      else { return nil }
      var parts = line[(open + 1)...].dropLast().split(separator: UInt8(ascii: " ")).map { part in
        part.last == UInt8(ascii: ",") ? part.dropLast() : part
      }
      guard let commit = parts.popLast().map(Self.link), commit.text.elementsEqual(id.utf8) else {
        return nil
      }
      self.id = id
      text = line[..<(open - 1)].dropFirst(2)
      tail = open
      references = Set(parts.map { Self.link($0).text.text })
      site = commit.address.map { address in
        address[..<(address.firstRange(of: Array(id.utf8))?.lowerBound ?? address.endIndex)]
      }
    }

    /// `#12` of `[#12](https://…)`, and the address.
    private static func link(_ part: MessageBytes) -> (text: MessageBytes, address: MessageBytes?) {
      guard let end = part.firstRange(ofASCII: "]("), part.first == UInt8(ascii: "["),
        part.last == UInt8(ascii: ")")
      else { return (part, nil) }
      return (part[..<end.lowerBound].dropFirst(), part[end.upperBound...].dropLast())
    }
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

  /// The commits that a section of the version names and the notes do not tell, by the first digits of
  /// their ids.
  package func untold(_ version: ReleaseVersion, by notes: ReleaseNotes) -> [String] {
    guard let section = section(of: version) else { return [] }
    let told = Set(notes.groups.lazy.flatMap(\.entries).map(\.shortID))
    let isCovered = scan().isCovered
    return (section.body..<section.end).compactMap { index in
      isCovered[index] ? nil : Generated(lines[index].text)?.id
    }.filter { !told.contains($0) }
  }

  /// Mends the entries of commits that the release does not tell: where another commit has come in their
  /// place they get its id, else they go if they are as they were generated.
  ///
  /// What anybody else may have written stays: other words, and what is of no known commit.
  ///
  /// - Returns: The entries that the section has now.
  mutating func mendStale(_ release: Release) -> Set<ObjectIdentifier> {
    let notes = release.notes
    let untold = Set(untold(release.version, by: notes))
    guard !untold.isEmpty, let section = section(of: release.version) else { return [] }
    let isCovered = scan().isCovered
    var stale: [(line: Int, generated: Generated)] = []
    for index in section.body..<section.end where !isCovered[index] {
      guard let generated = Generated(lines[index].text), untold.contains(generated.id) else {
        continue
      }
      stale.append((index, generated))
    }
    let former = former(of: release)
    let named = commits(namedIn: section)
    let site = notes.groups.first?.entries.first.flatMap { Self.site(of: $0, on: notes.forge) }
    var open = notes.groups.flatMap(\.entries).filter { !named.contains($0) }
      .map { (entry: $0, generated: Generated(first(of: $0, in: notes))) }
    var found: Set<ObjectIdentifier> = []
    for isSame in [Self.hasSameText, Self.hasSameNumber] {
      stale.removeAll { line, old in
        let known = former[old.id] ?? []
        // A date has the form of an id, too; and others link to commits of theirs.
        guard !known.isEmpty || old.id.contains(where: \.isLetter),
          old.site.map({ site?.elementsEqual($0) ?? false }) ?? true,
          let place = open.firstIndex(where: { new in
            new.generated.map { isSame(old, $0, new.entry, known) } ?? false
          }), let new = open[place].generated
        else { return false }
        let text = first(of: open[place].entry, in: notes)
        lines[line].text = lines[line].text[..<old.tail] + text[new.tail...]
        found.insert(ObjectIdentifier(open[place].entry))
        open.remove(at: place)
        return true
      }
    }
    remove(stale.map { ($0.line, former[$0.generated.id] ?? []) }, of: release)
    return found
  }

  /// An entry that a commit may once have had.
  private struct Former {
    let text: [MessageBytes]
    let isBreaking: Bool
  }

  private func former(of release: Release) -> [String: [Former]] {
    var former: [String: [Former]] = [:]
    for notes in release.former {
      for entry in notes.groups.flatMap(\.entries) {
        let text = Array(notes.bullet(entry, links: true, mark: "-").utf8)[...]
        former[entry.shortID, default: []].append(
          Former(text: text.split(separator: .lineFeed), isBreaking: entry.breaking))
      }
    }
    return former
  }

  private func first(of entry: ReleaseNotes.Entry, in notes: ReleaseNotes) -> MessageBytes {
    let text = Array(notes.bullet(entry, links: true, mark: "-").utf8)[...]
    return text.prefix { $0 != .lineFeed }
  }

  private static func site(of entry: ReleaseNotes.Entry, on forge: Forge?) -> MessageBytes? {
    forge.map { Array($0.commit(entry.id).utf8.dropLast(entry.id.description.utf8.count))[...] }
  }

  /// Whether an entry says what the line says, or once said.
  private static func hasSameText(
    _ old: Generated, _ new: Generated, _ entry: ReleaseNotes.Entry, _ former: [Former]
  ) -> Bool {
    new.text.elementsEqual(old.text)
      || former.contains { known in
        Generated(known.text[0])?.text.elementsEqual(new.text) ?? false
      }
  }

  /// Whether an entry is of the same issue or pull request; what breaks must not go unsaid for that.
  private static func hasSameNumber(
    _ old: Generated, _ new: Generated, _ entry: ReleaseNotes.Entry, _ former: [Former]
  ) -> Bool {
    // A line as it was generated is of its own commit, and goes with it.
    !former.contains { Generated($0.text[0])?.text.elementsEqual(old.text) ?? false }
      && !new.references.isDisjoint(with: old.references)
      && (!entry.breaking || former.contains(where: \.isBreaking))
  }

  /// Removes those entries that are in all as they were generated.
  private mutating func remove(_ stale: [(line: Int, former: [Former])], of release: Release) {
    for (line, former) in stale.reversed() where !former.isEmpty {
      guard let section = section(of: release.version) else { return }
      var next = line + 1
      while let more = lines[next..<section.end].firstIndex(where: { !$0.text.isBlank }),
        lines[more].text.first?.isBlank == true
      {
        next = more + 1
      }
      let block = lines[line..<next].map(\.text)
      guard former.contains(where: { Self.isSame(block, $0.text) }) else { continue }
      lines.removeSubrange(line..<next)
      _ = dropEmptyGroup(before: line, in: section, end: section.end - (next - line))
    }
  }

  /// Whether two entries have the same words, whatever their bullets and the numbers behind them.
  private static func isSame(_ block: [MessageBytes], _ former: [MessageBytes]) -> Bool {
    func words(_ line: MessageBytes) -> MessageBytes {
      let text = line.trimmed
      return bullet(of: text) == nil ? text : text.dropFirst(2)
    }
    let block = block.filter { !$0.isBlank }
    let former = former.filter { !$0.isBlank }
    guard block.count == former.count, let own = Generated(block[0]),
      let other = Generated(former[0]), own.text.elementsEqual(other.text)
    else { return false }
    return zip(block, former).dropFirst().allSatisfy { words($0).elementsEqual(words($1)) }
  }

  /// What people wrote in a section, an entry each, without what a commit that is told stands for.
  func entries(in section: Section, besides told: Set<String>) -> [MessageBytes] {
    var entries: [MessageBytes] = []
    var isOpen = false
    let isCovered = scan().isCovered
    for index in section.body..<section.end {
      let line = lines[index].text
      if isCovered[index] {
        isOpen = false
      } else if Self.bullet(of: line) != nil {
        isOpen = Self.generatedID(line).map { !told.contains($0) } ?? true
        if isOpen { entries.append(Self.words(of: line)) }
      } else if isOpen, line.first?.isBlank == true, !line.isBlank {
        entries[entries.endIndex - 1] += [UInt8(ascii: " ")] + line.trimmed
      } else {
        isOpen = false
      }
    }
    return entries
  }

  /// An entry without its bullet, and without a commit that has been replaced.
  private static func words(of line: MessageBytes) -> MessageBytes {
    guard let generated = Generated(line) else { return line.dropFirst(2).trimmed }
    let references = generated.references.sorted().map { " (\($0))" }.joined()
    return generated.text + Array(references.utf8)
  }

  /// What in a section looks like commits' ids: git and other programs begin with seven digits.
  struct NamedCommits {
    fileprivate var ids: Set<String> = []

    func contains(_ entry: ReleaseNotes.Entry) -> Bool {
      ids.contains(entry.shortID) || ids.contains(String(entry.shortID.prefix(7)))
    }
  }

  func commits(namedIn section: Section) -> NamedCommits {
    var named = NamedCommits()
    let isCovered = scan().isCovered
    for index in section.body..<section.end where !isCovered[index] {
      for word in lines[index].text.split(whereSeparator: { !$0.isHexadecimal })
      where word.count >= 7 {
        named.ids.insert(word.prefix(8).text)
      }
    }
    return named
  }
}
