// The definitions of links that end a changelog: `[1.4.0]: https://…`.
extension Changelog {
  /// Where a version's heading leads.
  struct Link {
    let address: String
    /// What the definition of “Unreleased” becomes; `nil` where it stays.
    let unreleased: MessageBytes?
  }

  /// The address for a version, in the way of that of “Unreleased” or else the remote's.
  ///
  /// `compare/v1.3.0...HEAD` becomes `compare/v1.4.0...HEAD`, whatever it began with. In a file of
  /// several packages that is so only where it began with the release before.
  func link(to release: Release, isNewest: Bool) -> Link? {
    let tag = release.version.description
    if isNewest, let place = unreleasedDefinition, let previous = release.notes.previous,
      let known = ComparedAddress(lines[place].text, prefix: release.version.prefix),
      !names.isShared || known.begins(with: previous)
    {
      return Link(
        address: known.address(from: previous, to: tag), unreleased: known.moved(to: tag))
    }
    return release.notes.compare.map { Link(address: $0, unreleased: nil) }
  }

  /// Adds a version's address to those at the end of the file, as the others are.
  mutating func define(_ link: Link, as label: String) {
    guard !defines(label) else { return }
    let start = definitions
    let unreleased = unreleasedDefinition
    if let place = unreleased, let moved = link.unreleased { lines[place].text = moved }
    let own = self.version(of: label)
    let lower = lines[start...].firstIndex { line in
      guard let own, let other = Self.label(of: line.text).flatMap(version(of:)) else {
        return false
      }
      return other < own
    }
    let isFirst = start == lines.count
    let below = link.unreleased == nil ? nil : unreleased.map { $0 + 1 }
    insert(["[\(label)]: \(link.address)"], at: below ?? lower ?? endOfDefinitions)
    if isFirst { separate(at: start) }
  }

  func defines(_ label: String) -> Bool {
    lines[definitions...].contains { Self.label(of: $0.text)?.elementsEqual(label.utf8) ?? false }
  }

  /// Whether headings have their addresses at the end of the file.
  var definesHeadings: Bool {
    unreleasedDefinition != nil
      || lines[definitions...].contains { Self.label(of: $0.text).flatMap(version(of:)) != nil }
  }

  private var unreleasedDefinition: Int? {
    lines[definitions...].firstIndex {
      $0.text.asciiLowercased.starts(withASCII: "[unreleased]: ")
    }
  }

  private var endOfDefinitions: Int {
    lines[definitions...].lastIndex { !$0.text.isBlank }.map { $0 + 1 } ?? lines.count
  }

  private static func label(of line: MessageBytes) -> MessageBytes? {
    guard isDefinition(line), let end = line.firstRange(ofASCII: "]: ") else { return nil }
    return line[..<end.lowerBound].dropFirst()
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
