extension Changelog {
  /// What the headings of a file may be called.
  package struct Names: Sendable {
    /// What a heading of the release's own versions begins with.
    let own: [String]
    /// What those of others begin with.
    let others: [String]
    /// Whether several have their sections in the file, so that each heading has the whole tag.
    let isShared: Bool

    /// - Parameters:
    ///   - prefix: What the release's tags begin with.
    ///   - others: What those of other packages begin with.
    package init(prefix: String, others: [String] = [], isShared: Bool = false) {
      let short = ["v", ""]
      own = [prefix] + (isShared ? [] : short)
      self.others = others + (isShared ? short : [])
      self.isShared = isShared
    }
  }

  /// Whether a heading says that others have their sections here, or that all have the whole tag.
  package var namesPackages: Bool {
    sections.contains { section in
      switch section.heading.subject {
      case .elsewhere: true
      case .version:
        section.heading.style.map { !["v", ""].contains($0.prefix) } ?? false
      case .unreleased, .other: false
      }
    }
  }

  /// Whether it has a section of any version.
  package var hasVersions: Bool {
    sections.contains { $0.heading.subject != .unreleased }
  }

  /// Whether there is anything for the version that people wrote.
  package func hasWritten(for version: ReleaseVersion) -> Bool {
    let sections = sections
    let own = sections.first { $0.heading.subject == .version(version.number) }
    // A version that is not the newest takes over nothing.
    let isNewest = sections.allSatisfy { section in
      guard case .version(let number) = section.heading.subject else { return true }
      return number < version.number
    }
    let unreleased = isNewest ? sections.first { $0.heading.subject == .unreleased } : nil
    guard let section = own ?? unreleased else { return false }
    let empty = emptyGroups(in: section)
    return (section.body..<section.end).contains { line in
      !lines[line].text.isBlank && !empty.contains { $0.contains(line) }
    }
  }

  /// The commits of generated entries, by the first digits of their ids: in the version's section, and in
  /// the first section that has any.
  package func commits(toldFor version: ReleaseVersion) -> [String] {
    var ids: [String] = []
    for section in sections where section.heading.subject != .unreleased {
      let isOwn = section.heading.subject == .version(version.number)
      guard isOwn || ids.isEmpty else { continue }
      ids += lines[section.body..<section.end].compactMap { Self.generatedID($0.text) }
    }
    return ids
  }
}
