extension ReleaseNotes {
  /// The notes of `commits`, which are in an order that has children before parents.
  ///
  /// `earlierAuthors` holds the folded addresses of all who have commits before the range; `nil`
  /// says that nobody looked, so that nobody is called new. `identify` says whom the mailmap makes
  /// of a co-author; authors come mapped as the caller wants. `before` is what the release before
  /// has, on a branch of its own, and this one has not: it may hold copies of these. `releases` are
  /// those that a commit may announce. `keeps` says whether a merge kept what a revert took back.
  package init(
    release: String?, previous: String?, range: String, commits: [HistoryCommit],
    before: [HistoryCommit] = [], releases: [ReleaseVersion] = [],
    rules: NotesRules = NotesRules(), earlierAuthors: Set<[UInt8]>? = nil, compare: String? = nil,
    forge: Forge? = nil, identify: @Sendable (Person) -> Person = { $0 },
    keeps: MergeKeeps = .never
  ) {
    self.init(
      release: release, previous: previous, range: range, readings: commits.map(CommitReading.init),
      before: before.map(CommitReading.init), releases: releases, rules: rules,
      earlierAuthors: earlierAuthors,
      compare: compare, forge: forge, identify: identify, keeps: keeps)
  }

  /// The same, of commits that have been read; the last ones are those that have `returned`, of a
  /// history that both releases have.
  package init(
    release: String?, previous: String?, range: String, readings: [CommitReading],
    returned: Int = 0, before: [CommitReading] = [], releases: [ReleaseVersion] = [],
    rules: NotesRules = NotesRules(), earlierAuthors: Set<[UInt8]>? = nil, compare: String? = nil,
    forge: Forge? = nil, identify: @Sendable (Person) -> Person = { $0 },
    keeps: MergeKeeps = .never
  ) {
    let types = TypeRules(rules, readsAreas: TypeRules.areNamedByArea(readings))
    let selection = ChangeSelection(
      readings, types: types, before: before, releases: releases, keeps: keeps)
    var parts = readings.indices.concurrentParts { part in
      var telling = Telling(groups: rules.groups.count + 1)
      for place in part.reversed() {
        telling.add(
          selection, at: place, of: readings, types: types, forge: forge, identify: identify)
      }
      return telling
    }
    var told = Told(groups: rules.groups.count + 1)
    for part in parts.indices.reversed() { told.take(&parts[part]) }
    let (entries, hidden, unclear) = (told.entries, told.hidden, told.unclear)
    let titles = rules.groups.map(\.title) + [NotesRules.rest]
    self.init(
      release: release, previous: previous, range: range,
      counts: Counts(
        considered: readings.count, shown: readings.count - hidden.count, hidden: hidden.count,
        returned: returned),
      groups: zip(titles, entries).filter { !$1.isEmpty }.map { Group(title: $0, entries: $1) },
      hidden: hidden, unclear: unclear,
      contributors: told.authors.people.map { person in
        Contributor(
          name: person.name, email: person.email,
          first: earlierAuthors.map { !$0.contains(person.foldedEmail) }, bot: person.isBot)
      },
      compare: compare, titles: titles, forge: forge,
      namesContributors: rules.contributors != .none, marksBreaks: !types.separatesBreaks)
  }
}

/// What is told of a part of the range, the oldest commit first.
private struct Telling: Sendable {
  /// By the place of their group; as `Told` takes them out, one by one.
  fileprivate var entries: [[ReleaseNotes.Entry?]]
  fileprivate var hidden: [ReleaseNotes.Hidden?] = []
  fileprivate var unclear: [ReleaseNotes.Hidden?] = []
  private(set) var authors = DistinctPeople()
  /// The last author who was alone: commits of one person often follow each other.
  private var latest: (person: Person, authors: [ReleaseNotes.Author])?

  init(groups: Int) { entries = Array(repeating: [], count: groups) }

  /// Adds the next commit.
  mutating func add(
    _ selection: ChangeSelection, at place: Int, of readings: [CommitReading], types: TypeRules,
    forge: Forge?, identify: (Person) -> Person
  ) {
    let reading = readings[place]
    if !reading.isMerge {
      authors.insert(reading.source.author)
      for person in reading.coAuthors { authors.insert(identify(person)) }
    }
    switch selection.outcome(at: place) {
    case .hidden(let why): hidden.append(ReleaseNotes.Hidden(id: reading.source.id, why: why))
    case .shown(let changes, let pullRequest, let standsFor):
      let authors = authors(
        of: standsFor.isEmpty ? [place] : standsFor.reversed(), of: readings, identify)
      // By place: a copy of each change takes longer than what is asked of it.
      for number in changes.indices {
        let squashed = changes[number].squashed
        let isRevert = (squashed ?? reading).revert != nil
        let place = types.place(of: changes[number], isRevert: isRevert)
        entries[place].append(
          ReleaseNotes.Entry(
            changes[number], of: reading, isTyped: types.explains(changes[number]),
            isDeprecation: types.isOfDeprecations(place), pullRequest: pullRequest,
            authors: squashed.map { $0.authors.map(identify).distinctAuthors } ?? authors,
            forge: forge))
      }
      let isFolded = selection.isFolded(place)
      if let doubt = reading.unclear(to: types, telling: changes, isFolded: isFolded) {
        unclear.append(doubt)
      }
    }
  }

  /// The authors of the commits at these places, each once.
  private mutating func authors(
    of places: [Int], of readings: [CommitReading], _ identify: (Person) -> Person
  ) -> [ReleaseNotes.Author] {
    if places.count == 1, readings[places[0]].coAuthors.isEmpty {
      let person = readings[places[0]].source.author
      if let latest, latest.person == person { return latest.authors }
      let authors = [person].distinctAuthors
      latest = (person, authors)
      return authors
    }
    return places.flatMap { place in
      [readings[place].source.author] + readings[place].coAuthors.map(identify)
    }.distinctAuthors
  }
}

/// What is told of all parts, put together.
private struct Told {
  private(set) var entries: [[ReleaseNotes.Entry]]
  private(set) var hidden: [ReleaseNotes.Hidden] = []
  private(set) var unclear: [ReleaseNotes.Hidden] = []
  private(set) var authors = DistinctPeople()

  init(groups: Int) { entries = Array(repeating: [], count: groups) }

  /// Adds the next part, of which nothing is left but its authors.
  mutating func take(_ next: inout Telling) {
    for person in next.authors.people { authors.insert(person) }
    hidden.take(&next.hidden)
    unclear.take(&next.unclear)
    for group in entries.indices { entries[group].take(&next.entries[group]) }
  }
}

extension Array {
  /// Moves what another array has to the end of this one.
  ///
  /// Copied, tens of thousands of objects that lie all over memory would be counted once more, and once
  /// less later.
  fileprivate mutating func take(_ others: inout [Element?]) {
    for place in others.indices {
      if let next = others[place].take() { append(next) }
    }
  }
}

extension CommitReading {
  /// Who made it, as it says itself.
  fileprivate var authors: [Person] { [source.author] + coAuthors }

  /// What in a shown commit was not understood; `nil` where all of it was.
  ///
  /// - Parameters:
  ///   - changes: What is told of it, maybe in words of what it mends.
  ///   - isFolded: Whether it mends one of the range.
  fileprivate func unclear(
    to types: TypeRules, telling changes: [Change], isFolded: Bool
  ) -> ReleaseNotes.Hidden? {
    func doubt(
      _ why: String, _ subject: String? = nil, of change: Change? = nil
    ) -> ReleaseNotes.Hidden {
      let told = (change ?? changes.first).map { types.explains($0) ? $0.subject : $0.header }
      return ReleaseNotes.Hidden(id: source.id, why: why, subject, of: told)
    }
    if !isReadable { return doubt("not readable as text") }
    if let foldsInto, !isFolded { return doubt("nothing here to fold into: ", foldsInto.text) }
    if hasNote || revert != nil { return nil }
    if commit.saysNothing { return doubt("nothing after \u{201C}\(commit.header)\u{201D}") }
    for place in changes.indices where !types.understands(changes[place]) {
      return changes[place].type.map { doubt("unknown type ", $0, of: changes[place]) }
        ?? doubt("no type", of: changes[place])
    }
    return nil
  }
}

extension [Person] {
  fileprivate var distinctAuthors: [ReleaseNotes.Author] {
    distinct.map { ReleaseNotes.Author(name: $0.name, email: $0.email) }
  }

  private var distinct: [Person] {
    if count < 2 { return self }
    var distinct = DistinctPeople()
    for person in self { distinct.insert(person) }
    return distinct.people
  }
}

/// People, each once, told apart by address, or by name where there is none.
private struct DistinctPeople {
  private(set) var people: [Person] = []
  private var keys: Set<[UInt8]> = []
  /// As they are written: most have been seen in this very way.
  private var seen: Set<Person> = []
  /// Commits of one person often follow each other.
  private var latest: Person?

  mutating func insert(_ person: Person) {
    if let latest, latest == person { return }
    latest = person
    guard seen.insert(person).inserted else { return }
    let key = person.email.isEmpty ? [0] + [UInt8](person.name.utf8) : person.foldedEmail
    if keys.insert(key).inserted { people.append(person) }
  }
}
