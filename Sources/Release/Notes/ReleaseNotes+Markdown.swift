extension ReleaseNotes {
  /// The notes as Markdown, for a forge's release page or a terminal; ends in a line feed.
  ///
  /// - Parameters:
  ///   - links: Whether issues and commits are linked, where the forge is known.
  ///   - contributors: Whether those who made the changes are named.
  package func markdown(
    titled: Bool = true, links: Bool = true, contributors: Bool = true
  ) -> String {
    var blocks: [String] = []
    if titled { blocks.append("## " + MarkdownText.escaped(release ?? "Unreleased")) }
    if groups.isEmpty { blocks.append(emptyText) }
    for group in groups {
      blocks.append("### " + MarkdownText.escaped(group.title))
      blocks.append(group.entries.map { bullet($0, links: links) }.joined(separator: "\n"))
    }
    if contributors, !credits.isEmpty {
      blocks.append("### Contributors")
      blocks.append(creditsText)
    }
    if let evidence { blocks += ["### " + NotesEvidence.title, evidence.markdown] }
    if let compare { blocks.append("Full changelog: " + compare.onOneLine) }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  /// The notes as an annotated tag's message.
  ///
  /// Headings are underlined: plain to read in a terminal, still Markdown, and no line begins with
  /// the `#` that an editor session of git would remove.
  package func tagMessage(title: String) -> String {
    var blocks = [title.onOneLine]
    if groups.isEmpty { blocks.append(emptyText) }
    for group in groups {
      let title = group.title.onOneLine
      blocks.append(title + "\n" + String(repeating: "-", count: max(3, title.utf8.count)))
      blocks.append(group.entries.map { bullet($0, links: false) }.joined(separator: "\n"))
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  var emptyText: String {
    switch counts.hidden {
    case 0: "No changes."
    case 1: "No notable changes (1 commit of housekeeping)."
    default: "No notable changes (\(counts.hidden) commits of housekeeping)."
    }
  }

  /// People as they are named below the notes: no programs, each name once, and nobody where that
  /// would be one person who is not new.
  var credits: [(name: String, isFirst: Bool)] {
    // Of a first release everybody is new, which is no news.
    let isNews = previous != nil
    let people = contributors.filter { !$0.bot }
    guard namesContributors,
      people.count > 1 || (isNews && people.contains { $0.first == true })
    else { return [] }
    // One name under several addresses, and without a mailmap, reads as one person.
    var seen: Set<[UInt8]> = []
    return people.filter { seen.insert(Array($0.name.utf8)).inserted }.map { person in
      (person.name, isNews && person.first == true)
    }
  }

  private var creditsText: String {
    credits.map { person in
      MarkdownText.escaped(person.name, limit: 100)
        + (person.isFirst ? " (first contribution)" : "")
    }.joined(separator: ", ")
  }

  /// `- **scope:** subject (#12, 1a2b3c4d)`, with what a break means below it.
  func bullet(_ entry: Entry, links: Bool) -> String {
    var line = "- "
    if marksBreaks, entry.breaking { line += "**Breaking:** " }
    if let scope = entry.shownScope { line += "**\(MarkdownText.escaped(scope, limit: 60)):** " }
    line += entry.subject.isEmpty ? "(no message)" : MarkdownText.escaped(entry.subject)
    let marks = self.links(of: entry).map { link in
      guard links, let url = link.url else { return link.text.onOneLine }
      return "[\(link.text.onOneLine)](\(url))"
    }
    line += " (" + marks.joined(separator: ", ") + ")"
    for detail in entry.details { line += "\n  - " + MarkdownText.escaped(detail, limit: 600) }
    return line
  }
}

extension String {
  fileprivate var onOneLine: String {
    if utf8.allSatisfy({ $0 >= 0x20 }) { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
  }
}
