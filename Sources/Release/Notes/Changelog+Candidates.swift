// What people wrote for the candidates of a release is written for the release, too.
extension Changelog {
  /// Entries as the sections of candidates have them.
  struct CandidateWords {
    /// By the first digits of their commits.
    fileprivate var blocks: [String: [[String]]] = [:]

    /// The lines of an entry, each of which is taken once; `nil` where no candidate tells it.
    mutating func words(for entry: ReleaseNotes.Entry, in notes: ReleaseNotes) -> [String]? {
      guard let own = blocks[entry.shortID] else { return nil }
      let text = notes.bullet(entry, links: true, mark: "-").split(separator: "\n")[0].dropFirst(2)
      let place = own.firstIndex { $0[0].dropFirst(2) == text } ?? 0
      guard own.indices.contains(place) else { return nil }
      blocks[entry.shortID]?.remove(at: place)
      return own[place]
    }
  }

  func wordsOfCandidates(of version: ReleaseVersion) -> CandidateWords {
    var words = CandidateWords()
    for (_, block) in entriesOfCandidates(of: version) {
      guard let id = Self.generatedID(Array(block[0].utf8)[...]) else { continue }
      words.blocks[id, default: []].append(block)
    }
    return words
  }

  /// Puts into a new section what candidates have that is of no commit.
  mutating func takeOverCandidates(of release: Release) {
    for (group, block) in entriesOfCandidates(of: release.version)
    where Self.generatedID(Array(block[0].utf8)[...]) == nil {
      guard let section = section(of: release.version),
        !lines[section.body..<section.end].contains(where: { $0.text.text == block[0] })
      else { continue }
      add(block, to: group ?? release.notes.titles.last ?? "", of: section, before: [])
    }
  }

  /// Of a stable version, what stands in the sections of its candidates, the oldest first; each with the
  /// title of its group.
  private func entriesOfCandidates(
    of version: ReleaseVersion
  ) -> [(group: String?, lines: [String])] {
    guard version.number.isStable else { return [] }
    let candidates = sections.filter { section in
      guard case .version(let number) = section.heading.subject else { return false }
      return !number.isStable && number.core == version.number
    }
    if candidates.isEmpty { return [] }
    let scan = scan()
    return candidates.reversed().flatMap { section in
      let groups = groups(in: section, scan)
      var entries: [(group: String?, lines: [String])] = []
      var isOpen = false
      var blank = 0
      for index in section.body..<section.end {
        let line = lines[index].text
        defer { blank = line.isBlank ? blank + 1 : 0 }
        if !scan.isCovered[index], Self.bullet(of: line) != nil {
          let group = groups.last { $0.line < index }.map { lines[$0.line].text }
          let title = group?.drop { "#* ".utf8.contains($0) }.text
          entries.append((title, [line.text]))
          isOpen = true
        } else if isOpen, line.first?.isBlank == true, !line.isBlank {
          // Paragraphs and code within an entry have blank lines of their own.
          entries[entries.count - 1].lines += Array(repeating: "", count: blank) + [line.text]
        } else if !line.isBlank {
          isOpen = false
        }
      }
      return entries
    }
  }
}
