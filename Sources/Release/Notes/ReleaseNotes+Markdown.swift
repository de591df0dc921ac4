extension ReleaseNotes {
  /// The notes as Markdown, for a forge's release page or a terminal; ends in a line feed.
  ///
  /// - Parameters:
  ///   - links: Whether issues and commits are linked, where the forge is known.
  ///   - contributors: Whether those who made the changes are named.
  package func markdown(
    titled: Bool = true, links: Bool = true, contributors: Bool = true
  ) -> String {
    var text = ""
    func begin(_ block: String) {
      text += text.isEmpty ? block : "\n\n" + block
    }
    if titled { begin("## " + MarkdownText.escaped(release ?? "Unreleased")) }
    if groups.isEmpty { begin(emptyText) }
    for group in groups {
      begin("### " + MarkdownText.escaped(group.title))
      begin("")
      append(group.entries, to: &text, links: links)
    }
    let credits = contributors ? creditsText : ""
    if !credits.isEmpty {
      begin("### Contributors")
      begin(credits)
    }
    if let evidence {
      begin("### " + NotesEvidence.title)
      begin(evidence.markdown)
    }
    if let compare { begin("Full changelog: " + compare.onOneLine) }
    return text + "\n"
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
      var bullets = ""
      append(group.entries, to: &bullets, links: false)
      blocks.append(bullets)
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  var emptyText: String {
    if counts.hidden == 0 { return "No changes." }
    let isHousekeeping = hidden.allSatisfy { reason in
      ["type ", "merge", "announces "].contains { reason.why.hasPrefix($0) }
    }
    let what = counts.hidden == 1 ? "1 commit" : "\(counts.hidden) commits"
    return "No notable changes (\(what) \(isHousekeeping ? "of housekeeping" : "left out"))."
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
  ///
  /// - Parameter mark: What the line begins with.
  func bullet(_ entry: Entry, links: Bool, mark: String) -> String {
    var text: [UInt8] = []
    append(entry, to: &text, links: links, mark: mark)
    return String(decoding: text, as: UTF8.self)
  }

  /// The bullets of a group; histories have tens of thousands, so each is written in its place.
  private func append(_ entries: [Entry], to text: inout String, links: Bool) {
    let parts = entries.indices.concurrentParts { part in
      // Bytes: to add to them takes a fraction of what it takes to add to a text.
      var text: [UInt8] = []
      text.reserveCapacity(part.count * 80)
      for place in part {
        if place > 0 { text.append(.lineFeed) }
        append(entries[place], to: &text, links: links)
      }
      return String(decoding: text, as: UTF8.self)
    }
    text.reserveCapacity(parts.reduce(text.utf8.count) { $0 + $1.utf8.count })
    for part in parts { text += part }
  }

  private func append(
    _ entry: Entry, to text: inout [UInt8], links: Bool, mark: String = "-"
  ) {
    text += mark.utf8
    text += " ".utf8
    if marksBreaks, entry.breaking { text += "**Breaking:** ".utf8 }
    if let scope = entry.shownScope {
      text += "**\(MarkdownText.escaped(scope, limit: 60)):** ".utf8
    }
    text += (entry.subject.isEmpty ? "(no message)" : MarkdownText.escaped(entry.subject)).utf8
    text += " (".utf8
    for reference in entry.references {
      let link = link(to: reference)
      // Without a link, what is of another site is told by its address.
      append((links ? link.text : reference).onOneLine, links ? link.url : nil, to: &text)
      text += ", ".utf8
    }
    append(entry.shortID, links ? forge?.commit(entry.id) : nil, to: &text)
    text += ")".utf8
    for detail in entry.details {
      text += "\n  \(mark) ".utf8
      text += MarkdownText.hanging(detail, at: 4).utf8
    }
  }

  private func append(_ words: String, _ url: String?, to text: inout [UInt8]) {
    guard let url else {
      text += words.utf8
      return
    }
    text += "[\(words)](\(url))".utf8
  }
}

extension String {
  fileprivate var onOneLine: String {
    if utf8.allSatisfy({ $0 >= 0x20 }) { return self }
    return String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
  }
}
