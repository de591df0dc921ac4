// The definitions of links that end a changelog: `[1.4.0]: https://…`.
extension Changelog {
  /// Where a version's heading leads.
  struct Link {
    let address: String
    /// The line that says where “Unreleased” leads, and what it becomes; `nil` where it stays.
    let unreleased: (line: Int, text: MessageBytes)?
  }

  /// The address for a version, in the way of that of “Unreleased” or else the remote's.
  ///
  /// `compare/v1.3.0...HEAD` becomes `compare/v1.4.0...HEAD`, whatever it began with. In a file of
  /// several packages that is so only where it began with the release before.
  func link(to release: Release, isNewest: Bool, below unreleased: Section?) -> Link? {
    let tag = release.version.description
    guard isNewest, let previous = release.notes.previous,
      let (line, known) = comparedUnreleased(unreleased, prefix: release.version.prefix),
      !names.isShared || known.begins(with: previous)
    else { return release.notes.compare.map { Link(address: $0, unreleased: nil) } }
    return Link(
      address: known.address(from: previous, to: tag), unreleased: (line, known.moved(to: tag)))
  }

  /// What “Unreleased” compares, and on which line: that of its definition, or its heading.
  private func comparedUnreleased(
    _ section: Section?, prefix: String
  ) -> (Int, ComparedAddress)? {
    if let place = unreleasedDefinition {
      return ComparedAddress(lines[place].text, prefix: prefix).map { (place, $0) }
    }
    guard let section, section.heading.style?.isLinked == true else { return nil }
    return ComparedAddress(lines[section.line].text, prefix: prefix, behind: "](")
      .map { (section.line, $0) }
  }

  /// Adds a version's address to those at the end of the file, as the others are, or to that of “Unreleased”.
  mutating func define(_ link: Link, as label: String) {
    guard !defines(label) else { return }
    let start = definitions
    let own = self.version(of: label)
    let lower = lines[start...].firstIndex { line in
      guard let own, let other = Self.label(of: line.text).flatMap(version(of:)) else {
        return false
      }
      return other < own
    }
    let isFirst = start == lines.count
    let below = link.unreleased == nil ? nil : unreleasedDefinition
    let text = "[\(label)]: \(link.address)"
    guard let near = below ?? lower else {
      insert([text], at: endOfDefinitions)
      if isFirst { separate(at: start) }
      return
    }
    let indent = lines[near].text.prefix { $0 == 0x20 }.text
    insert([indent + text], at: below.map { $0 + 1 } ?? near)
  }

  /// Has the address of a version that was to come, up to `HEAD`, lead to what it became.
  mutating func redirect(_ label: String, to address: String) {
    let place = allDefinitions.first { index in
      Self.label(of: lines[index].text)?.elementsEqual(label.utf8) ?? false
        && lines[index].text.firstRange(ofASCII: "HEAD") != nil
    }
    guard let place, let end = lines[place].text.firstRange(ofASCII: "]: ") else { return }
    lines[place].text = Array(lines[place].text[..<end.upperBound] + Array(address.utf8))[...]
  }

  func defines(_ label: String) -> Bool {
    allDefinitions.contains { Self.label(of: lines[$0].text)?.elementsEqual(label.utf8) ?? false }
  }

  /// All over the file.
  private var allDefinitions: [Int] {
    let isCovered = scan().isCovered
    return lines.indices.filter { !isCovered[$0] && Self.isDefinition(lines[$0].text) }
  }

  /// Whether headings have their addresses at the end of the file.
  var definesHeadings: Bool {
    unreleasedDefinition != nil
      || allDefinitions.contains { Self.label(of: lines[$0].text).flatMap(version(of:)) != nil }
  }

  private var unreleasedDefinition: Int? {
    allDefinitions.first { index in
      Self.label(of: lines[index].text).map { label in
        ChangelogHeading(level: 2, text: label, names: names).subject == .unreleased
      } ?? false
    }
  }

  private var endOfDefinitions: Int {
    lines[definitions...].lastIndex { Self.isDefinition($0.text) }.map { $0 + 1 } ?? lines.count
  }

  private static func label(of line: MessageBytes) -> MessageBytes? {
    guard isDefinition(line), let end = line.firstRange(ofASCII: "]: ") else { return nil }
    return line[..<end.lowerBound].drop { $0 == 0x20 }.dropFirst()
  }

  private func version(of label: String) -> SemanticVersion? { version(of: Array(label.utf8)[...]) }

  /// The number that a label names, of this or another package.
  private func version(of label: MessageBytes) -> SemanticVersion? {
    switch ChangelogHeading(level: 2, text: label, names: names).subject {
    case .version(let number), .elsewhere(let number): number
    case .unreleased, .other: nil
    }
  }
}
