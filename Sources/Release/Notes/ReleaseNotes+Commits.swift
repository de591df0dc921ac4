extension ReleaseNotes {
  /// The notes of `commits`, which are in an order that has children before parents.
  ///
  /// `earlierAuthors` holds the folded addresses of all who have commits before the range; `nil`
  /// says that nobody looked, so that nobody is called new. `identify` says whom the mailmap makes
  /// of a co-author; authors come mapped as the caller wants. `before` is what the release before
  /// has, on a branch of its own, and this one has not: it may hold copies of these.
  package init(
    release: String?, previous: String?, range: String, commits: [HistoryCommit],
    before: [HistoryCommit] = [], rules: NotesRules = NotesRules(),
    earlierAuthors: Set<[UInt8]>? = nil, compare: String? = nil,
    forge: Forge? = nil, identify: (Person) -> Person = { $0 }
  ) {
    self.init(
      release: release, previous: previous, range: range, readings: commits.map(CommitReading.init),
      before: before.map(CommitReading.init), rules: rules, earlierAuthors: earlierAuthors,
      compare: compare, forge: forge, identify: identify)
  }

  /// The same, of commits that have been read.
  package init(
    release: String?, previous: String?, range: String, readings: [CommitReading],
    before: [CommitReading] = [], rules: NotesRules = NotesRules(),
    earlierAuthors: Set<[UInt8]>? = nil, compare: String? = nil,
    forge: Forge? = nil, identify: (Person) -> Person = { $0 }
  ) {
    let selection = ChangeSelection(readings, rules: rules, before: before)
    let people = readings.map { reading in
      [reading.source.author] + reading.coAuthors.map(identify)
    }
    var entries = Array(repeating: [Entry](), count: rules.groups.count + 1)
    var hidden: [Hidden] = []
    var unclear: [Hidden] = []
    for place in readings.indices.reversed() {
      let reading = readings[place]
      switch selection.outcomes[place] {
      case .hidden(let why):
        hidden.append(Hidden(id: reading.source.id, why: why))
      case .shown(let changes, let pullRequest, let places):
        let authors = places.isEmpty ? people[place] : places.reversed().flatMap { people[$0] }
        for change in changes {
          let entry = Entry(
            change, of: reading, rules: rules, pullRequest: pullRequest, authors: authors)
          entries[rules.place(of: change, isRevert: reading.revert != nil)].append(entry)
        }
        if let why = reading.unclear(to: rules) {
          unclear.append(Hidden(id: reading.source.id, why: why))
        }
      }
    }
    let authors = readings.indices.reversed().filter { !readings[$0].isMerge }.flatMap {
      people[$0]
    }
    let titles = rules.groups.map(\.title) + [NotesRules.rest]
    self.init(
      release: release, previous: previous, range: range,
      counts: Counts(
        considered: readings.count, shown: readings.count - hidden.count, hidden: hidden.count),
      groups: zip(titles, entries).filter { !$1.isEmpty }.map { Group(title: $0, entries: $1) },
      hidden: hidden, unclear: unclear,
      contributors: authors.distinct.map { person in
        Contributor(
          name: person.name, email: person.email,
          first: earlierAuthors.map { !$0.contains(person.foldedEmail) }, bot: person.isBot)
      },
      compare: compare, titles: titles, forge: forge,
      namesContributors: rules.contributors != .none, marksBreaks: !rules.separatesBreaks)
  }
}

extension CommitReading {
  /// What in a shown commit was not understood; `nil` where all of it was.
  fileprivate func unclear(to rules: NotesRules) -> String? {
    if commit.header.unicodeScalars.contains("\u{FFFD}") { return "not readable as text" }
    if let foldsInto { return "nothing here to fold into: \(foldsInto.text)" }
    if hasNote || revert != nil { return nil }
    guard let change = changes.first(where: { !rules.understands($0) }) else { return nil }
    return change.type.map { "unknown type \($0)" } ?? "no type"
  }
}

extension ReleaseNotes.Entry {
  fileprivate init(
    _ change: Change, of reading: CommitReading, rules: NotesRules, pullRequest: String?,
    authors: [Person]
  ) {
    let commit = reading.commit
    // Where nothing says what the type means, the title is shown as it was written.
    let isTyped = rules.names(change.type) || change.kind != .other
    var references: [String] = []
    for reference in (pullRequest.map { [$0] } ?? []) + change.references + reading.references
    where !references.contains(reference) {
      references.append(reference)
    }
    self.init(
      id: reading.source.id, type: change.type, scope: change.scope,
      subject: isTyped ? change.subject : change.header, isTyped: isTyped,
      breaking: change.isBreaking,
      details: change.isBreaking
        ? commit.footers.filter(\.announcesBreak).map(\.value)
          .filter { !$0.isEmpty && !$0.utf8.elementsEqual(change.subject.utf8) } : [],
      authors: authors.distinct.map { ReleaseNotes.Author(name: $0.name, email: $0.email) },
      references: references)
  }
}

extension [Person] {
  /// Each once, told apart by address, or by name where there is none.
  fileprivate var distinct: [Person] {
    if count < 2 { return self }
    var seen: Set<[UInt8]> = []
    return filter { person in
      seen.insert(person.email.isEmpty ? [0] + [UInt8](person.name.utf8) : person.foldedEmail)
        .inserted
    }
  }
}
