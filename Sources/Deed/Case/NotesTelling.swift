import Git
import Release

extension Workspace {
  /// The notes of a release since the one before.
  ///
  /// - Parameter filter: Which files count; `nil` for all.
  func notes(
    of release: ReleaseVersion, at commit: ObjectID, changing filter: PathFilter?
  ) throws -> ReleaseNotes {
    let previous = try previous(
      of: release, at: commit, among: releasePlaces(prefix: release.prefix))
    return try notes(
      NotesRange(
        release: release, base: previous?.1, previous: previous?.0.description, tip: commit,
        filter: filter))
  }

  /// The notes of a stretch of history, by the rules at its end.
  ///
  /// - Parameters:
  ///   - contributors: What is said of people, instead of what the rules have.
  ///   - changelog: Where they are told in a changelog, the groups that it has.
  func notes(
    _ range: NotesRange, contributors: NotesRules.Contributors? = nil,
    changelog: NotesRules.Preset? = nil
  ) throws -> ReleaseNotes {
    let policy = try notesPolicy(at: range.tip)
    let mailmap = try mailmap(at: range.tip)
    let identify = { @Sendable (person: Person) in mailmap?.resolve(person) ?? person }
    let commits = try commits(of: range, mappedBy: mailmap)
    context.leftovers.keep(commits)
    let before = try copies(
      at: range.base, besides: commits, upTo: range.tip, changing: range.filter)
    let returning = try returning(
      to: range.tip, with: commits, before: before, changing: range.filter, mappedBy: mailmap)
    var rules = changelog.map(policy.notes.ofChangelog) ?? policy.notes
    if let contributors { rules.contributors = contributors }
    var earlier: Set<[UInt8]>?
    if rules.contributors == .new {
      earlier = try authors(before: range, among: commits, identify)
    }
    let forge = try forge(policy)
    let merges = MergedReverts(self)
    let notes = ReleaseNotes(
      release: range.release?.description, previous: range.previous, range: range.name,
      // Not copied for nothing: there may be a hundred thousand.
      readings: returning.isEmpty ? commits : commits + returning, returned: returning.count,
      before: before,
      releases: try releases(announcedBy: commits, upTo: range, policy), rules: rules,
      earlierAuthors: earlier,
      compare: try forge.flatMap { try compare(range, on: $0) },
      forge: forge, identify: identify, keeps: merges.keeps)
    try merges.check()
    return notes
  }

  /// The releases that commits announce: the one that the notes are of, and those with a tag.
  private func releases(
    announcedBy commits: [CommitReading], upTo range: NotesRange, _ policy: Policy
  ) throws -> [ReleaseVersion] {
    var releases: Set<ReleaseVersion> = []
    let announced = commits.indices.concurrentParts { part in
      commits[part].compactMap(\.announces)
    }
    for text in Set(announced.joined()) {
      guard let version = ReleaseVersion(recorded: text) else { continue }
      for prefix in policy.prefixes {
        let release = ReleaseVersion(prefix: prefix, number: version.number)
        if try repository.reference(release.reference) != nil { releases.insert(release) }
      }
    }
    if let release = range.release { releases.insert(release) }
    return releases.sorted()
  }

  /// What the release before, at `base`, has on a branch of its own, where copies may be of what is in the
  /// range: also where that branch was merged back.
  func copies(
    at base: ObjectID?, besides commits: [CommitReading], upTo tip: ObjectID,
    changing filter: PathFilter?
  ) throws -> [CommitReading] {
    guard let base, !commits.isEmpty else { return [] }
    let trunk = try repository.trunkEnd(from: tip, excluding: base)
    return trunk == base ? [] : try self.commits(from: base, since: trunk)
  }

  /// What the release before has, but took back on its branch, and `tip` has: that is news to whoever
  /// comes from there.
  func returning(
    to tip: ObjectID, with commits: [CommitReading], before: [CommitReading],
    changing filter: PathFilter?, mappedBy mailmap: Mailmap?
  ) throws -> [CommitReading] {
    guard let last = before.first?.source.id else { return [] }
    // What was merged back took it back here, too.
    let own = Set(try repository.topologyOfNotes(from: last, excluding: tip).map(\.id))
    let before = before.filter { own.contains($0.source.id) }
    guard !before.isEmpty else { return [] }
    var known = Set(commits.lazy.map(\.source.id))
    return try ReturningChanges.ids(takenBackIn: before, unlessIn: commits).flatMap { id in
      guard let commit = try repository.commit(id), try repository.isAncestor(id, of: tip) else {
        return [] as [CommitReading]
      }
      // Of a merge with all that it brought in.
      return try self.commits(
        from: id, since: commit.parents.first, changing: filter, mappedBy: mailmap
      ).filter { known.insert($0.source.id).inserted }
    }
  }

  /// The day of a commit, in UTC: `2026-01-31`.
  func date(of commit: ObjectID) throws -> String {
    guard let commit = try repository.commit(commit) else {
      throw Failure(.repository, "commit \(commit.short) is not here", hint: "git fsck")
    }
    // Commits may say any time, also some that no calendar has.
    let seconds = min(max(commit.commitTime, 0), 253_402_300_799)
    return String(Timestamp(seconds: seconds).description.prefix(10))
  }

  /// The site of the remote, as far as its address tells.
  func forge(_ policy: Policy) throws -> Forge? {
    let remotes = try repository.configuredRemotes()
    let name = remotes[policy.remote] == nil ? remotes.keys.min() : policy.remote
    return name.flatMap { remotes[$0] }
      .flatMap { Forge(remote: $0.address, kind: policy.notes.forge) }
  }

  private func compare(_ range: NotesRange, on forge: Forge) throws -> String? {
    guard let base = range.base, let previous = range.previous else { return nil }
    let isTag = try repository.reference("refs/tags/\(previous)") != nil
    return forge.compare(
      isTag ? previous : base.description,
      range.release?.description ?? range.tip.description)
  }

  /// Folded addresses of those authors and co-authors of `commits` who have commits before the range.
  ///
  /// Reads the history back to where all of them have been met: all of it, where somebody is new.
  private func authors(
    before range: NotesRange, among commits: [CommitReading], _ identify: (Person) -> Person
  ) throws -> Set<[UInt8]> {
    guard let base = range.base else { return [] }
    var wanted: Set<[UInt8]> = []
    // Somebody may have another address by now: whom a name makes known is not called new.
    var addresses: [[UInt8]: Set<[UInt8]>] = [:]
    for commit in commits {
      for person in [commit.source.author] + commit.coAuthors.map(identify) {
        wanted.insert(person.foldedEmail)
        addresses[Array(person.name.utf8), default: []].insert(person.foldedEmail)
      }
    }
    var found: Set<[UInt8]> = []
    let isShallow = repository.isShallow
    var isCut = false
    for node in try repository.topology(from: [base], excluding: []) where !wanted.isEmpty {
      guard let commit = try repository.commit(node.id) else {
        isCut = true
        continue
      }
      if isShallow, !isCut {
        isCut = try commit.parents.contains { try repository.header(of: $0) == nil }
      }
      // Most messages name nobody, and need not be read.
      let mayNameOthers = ["uthored-", "Author: "].contains {
        commit.message.utf8.contains($0.utf8)
      }
      let others = mayNameOthers ? CommitReading.coAuthors(in: commit.message) : []
      for person in ([commit.author] + others).map(identify) {
        for address in addresses[Array(person.name.utf8), default: []].union([person.foldedEmail])
        where wanted.remove(address) != nil { found.insert(address) }
      }
    }
    guard wanted.isEmpty || !isCut else {
      guard isShallow else {
        throw Failure(
          .repository,
          "commits are missing here, so whose contribution is the first cannot be told",
          hint: "git fsck")
      }
      throw Failure(
        .repository,
        "this is a shallow clone: whose contribution is the first cannot be told from it",
        hint: "git fetch --unshallow --tags   # in CI: fetch-depth: 0")
    }
    return found
  }
}
