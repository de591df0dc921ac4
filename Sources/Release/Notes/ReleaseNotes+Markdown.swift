extension ReleaseNotes {
  /// The notes as Markdown, for a forge's release page or a terminal; ends in a line feed.
  package func markdown(titled: Bool = true, contributors: Bool = true) -> String {
    var blocks: [String] = []
    if titled { blocks.append("## " + MarkdownText.escaped(release ?? "Unreleased")) }
    if groups.isEmpty { blocks.append(emptyText) }
    for group in groups {
      blocks.append("### " + group.title)
      blocks.append(group.list)
    }
    if contributors, let people = contributorsText {
      blocks.append("### Contributors")
      blocks.append(people)
    }
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
      blocks.append(group.title + "\n" + String(repeating: "-", count: group.title.utf8.count))
      blocks.append(group.list)
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private var emptyText: String {
    switch counts.hidden {
    case 0: "No changes."
    case 1: "No notable changes (1 commit of housekeeping)."
    default: "No notable changes (\(counts.hidden) commits of housekeeping)."
    }
  }

  /// `nil` where it would name one person who is not new.
  private var contributorsText: String? {
    // Of a first release everybody is new, which is no news.
    let isNews = previous != nil
    let people = contributors.filter { !$0.bot }
    guard people.count > 1 || (isNews && people.contains { $0.first == true }) else {
      return nil
    }
    // One name under several addresses, and without a mailmap, reads as one person.
    var seen: Set<[UInt8]> = []
    return people.filter { seen.insert(Array($0.name.utf8)).inserted }.map { person in
      MarkdownText.escaped(person.name, limit: 100)
        + (isNews && person.first == true ? " (first contribution)" : "")
    }.joined(separator: ", ")
  }
}

extension ReleaseNotes.Group {
  fileprivate var list: String { entries.map(\.bullet).joined(separator: "\n") }
}

extension ReleaseNotes.Entry {
  /// `- **scope:** subject (#12, 1a2b3c4d)`, with what a break means below it.
  fileprivate var bullet: String {
    var line = "- "
    if isTyped, let scope { line += "**\(MarkdownText.escaped(scope, limit: 60)):** " }
    line += subject.isEmpty ? "(no message)" : MarkdownText.escaped(subject)
    let marks = references.map(\.onOneLine) + [String(id.description.prefix(Self.idDigits))]
    line += " (" + marks.joined(separator: ", ") + ")"
    for detail in details { line += "\n  - " + MarkdownText.escaped(detail, limit: 600) }
    return line
  }

  /// Enough for a forge to link, and for large repositories.
  private static let idDigits = 8
}

extension String {
  fileprivate var onOneLine: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
  }
}
