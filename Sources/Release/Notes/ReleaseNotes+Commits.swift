extension ReleaseNotes {
  /// The notes of `commits`, which are in an order that has children before parents.
  ///
  /// `earlierAuthors` holds the folded addresses of all who have commits before the range; `nil`
  /// says that nobody looked, so that nobody is called new. `identify` says whom the mailmap makes
  /// of a co-author; authors come mapped as the caller wants.
  package init(
    release: String?, previous: String?, range: String, commits: [HistoryCommit],
    earlierAuthors: Set<[UInt8]>? = nil, compare: String? = nil,
    identify: (Person) -> Person = { $0 }
  ) {
    let readings = commits.map(CommitReading.init)
    let selection = ChangeSelection(readings)
    let people = readings.map { reading in
      [reading.source.author] + reading.coAuthors.map(identify)
    }
    var entries: [GroupKind: [Entry]] = [:]
    var hidden: [Hidden] = []
    for place in readings.indices.reversed() {
      switch selection.outcomes[place] {
      case .hidden(let why):
        hidden.append(Hidden(id: readings[place].source.id, why: why))
      case .shown(let pullRequest, let places):
        let authors = places.isEmpty ? people[place] : places.reversed().flatMap { people[$0] }
        let entry = Entry(readings[place], pullRequest: pullRequest, authors: authors)
        entries[GroupKind(readings[place]), default: []].append(entry)
      }
    }
    let authors = readings.indices.reversed().filter { !readings[$0].isMerge }.flatMap {
      people[$0]
    }
    let groups = GroupKind.allCases.compactMap { kind in
      entries[kind].map { Group(title: kind.rawValue, entries: $0) }
    }
    self.init(
      release: release, previous: previous, range: range,
      counts: Counts(
        considered: commits.count, shown: commits.count - hidden.count, hidden: hidden.count),
      groups: groups, hidden: hidden,
      contributors: authors.distinct.map { person in
        Contributor(
          name: person.name, email: person.email,
          first: earlierAuthors.map { !$0.contains(person.foldedEmail) })
      },
      compare: compare)
  }
}

/// The groups, in their order.
private enum GroupKind: String, CaseIterable {
  case breaking = "Breaking Changes"
  case features = "Features"
  case fixes = "Bug Fixes"
  case performance = "Performance Improvements"
  case reverts = "Reverts"
  case other = "Other Changes"

  init(_ reading: CommitReading) {
    switch reading.commit.kind {
    case _ where reading.commit.isBreaking: self = .breaking
    case _ where reading.revert != nil: self = .reverts
    case .feature: self = .features
    case .fix: self = .fixes
    case .performance: self = .performance
    case .revert: self = .reverts
    case .housekeeping, .other: self = .other
    }
  }
}

extension ReleaseNotes.Entry {
  fileprivate init(_ reading: CommitReading, pullRequest: String?, authors: [Person]) {
    let commit = reading.commit
    let isKnown = commit.kind != .other
    let subject = isKnown ? commit.subject : commit.header
    self.init(
      id: reading.source.id, type: commit.type, scope: commit.scope, subject: subject,
      breaking: commit.isBreaking,
      details: commit.footers.filter(\.announcesBreak).map(\.value)
        .filter { !$0.isEmpty && $0 != commit.subject },
      authors: authors.distinct.map { ReleaseNotes.Author(name: $0.name, email: $0.email) },
      references: (pullRequest.map { [$0] } ?? []) + reading.references.filter { $0 != pullRequest }
    )
  }
}

extension [Person] {
  /// Each once, told apart by address, or by name where there is none.
  fileprivate var distinct: [Person] {
    var seen: Set<[UInt8]> = []
    return filter { person in
      seen.insert(person.email.isEmpty ? [0] + [UInt8](person.name.utf8) : person.foldedEmail)
        .inserted
    }
  }
}
