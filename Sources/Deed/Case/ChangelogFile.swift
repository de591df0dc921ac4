import Git
import Release

/// A changelog on disk, before a section is put into it.
struct ChangelogFile {
  let path: String
  /// Nothing, where there is none yet.
  let bytes: [UInt8]

  init(_ path: String, named name: String) throws {
    self.path = path
    bytes = Files.exists(path) ? try Files.readRegularFile(path, for: .changelog) : []
    guard let text = ForeignText(bytes, name: path) else { return }
    let other = "name a file in Markdown by -o FILE"
    switch text {
    case .utf16(let encoding):
      let (old, new) = (GitError.quoted(name).safe, GitError.quoted(name + ".utf8").safe)
      throw Failure(
        .usage, "\(name.safe) is UTF-16, and a changelog must be UTF-8",
        hint: "iconv -f \(encoding) -t UTF-8 \(old) > \(new) && mv \(new) \(old)")
    case .binary: throw Failure(.usage, "\(name.safe) is no text", hint: other)
    case .markup(let language):
      throw Failure(.usage, "\(name.safe) is \(language), and no Markdown", hint: other)
    }
  }
}

extension Files.Use {
  /// It is read, and then written anew: what a device gives need never end.
  fileprivate static let changelog = Files.Use(
    refusal: "cannot be a changelog",
    hint: "name a regular file, or -o - to print the changelog instead")
}

extension Workspace {
  /// A changelog, with whose versions its headings name.
  ///
  /// - Parameter isNamed: Whether somebody named the file.
  func changelog(
    _ file: ChangelogFile, isNamed: Bool, of release: ReleaseVersion, _ range: NotesRange
  ) throws -> Changelog {
    let policy = try notesPolicy(at: range.tip)
    let others = policy.prefixes.filter { !$0.utf8.elementsEqual(release.prefix.utf8) }
    let own = Changelog(
      file.bytes, names: Changelog.Names(prefix: release.prefix, others: others))
    guard let filter = range.filter,
      try isShared(own, at: file.path, isNamed: isNamed, of: release, filter, policy)
    else { return own }
    return Changelog(
      file.bytes,
      names: Changelog.Names(prefix: release.prefix, others: others, isShared: true))
  }

  /// Whether a package's changelog has the sections of others too, or may have: a heading that does not
  /// name the package is only its own where the file lies in it, or what it tells is of it.
  private func isShared(
    _ changelog: Changelog, at path: String, isNamed: Bool, of release: ReleaseVersion,
    _ filter: PathFilter, _ policy: Policy
  ) throws -> Bool {
    let homes = try policy.packagesInOrder.filter { package in
      try isInside(path, policy.part(named: package.name).filter)
    }
    if isInside(path, filter), homes.count < 2 { return false }
    if changelog.namesPackages || !changelog.hasVersions { return true }
    var isTold = isNamed
    for id in changelog.commits(toldFor: release) {
      // One that is not here, or whose digits are of several, was perhaps rewritten: it tells nothing.
      guard let commit = try commit(beginningWith: id) else { continue }
      let isOfOthers = try policy.packagesInOrder.contains { package in
        let part = try policy.part(named: package.name)
        guard !part.prefix.utf8.elementsEqual(release.prefix.utf8), let filter = part.filter else {
          return false
        }
        return try changes(commit, filter)
      }
      // What is of several, or of none any more, tells nothing either.
      switch (try changes(commit, filter), isOfOthers) {
      case (false, true): return true
      case (true, false): isTold = true
      case (true, true), (false, false): break
      }
    }
    return !isTold
  }

  /// What commits would be told as, each by itself, by the rules or by those that hold without any:
  /// as far as they are here, and known by their first digits.
  func notes(
    ofCommits ids: [String], _ range: NotesRange, changelog: NotesRules.Preset
  ) throws -> [ReleaseNotes] {
    if ids.isEmpty { return [] }
    let policy = try notesPolicy(at: range.tip)
    let forge = try forge(policy)
    return try Set(ids).sorted().flatMap { digits in
      guard let id = try commit(beginningWith: digits) else { return [] as [ReleaseNotes] }
      let base = try repository.commit(id)?.parents.first
      let readings = try repository.readings(from: id, excluding: base, mappedBy: nil)
      return [policy.notes.ofChangelog(changelog), NotesRules(changelog)].map { rules in
        ReleaseNotes(
          release: nil, previous: nil, range: digits, readings: readings, rules: rules,
          forge: forge)
      }
    }
  }

  private func isInside(_ path: String, _ filter: PathFilter?) -> Bool {
    guard let filter, let root = repository.workDirectory.flatMap(Disk.resolved),
      let slash = path.lastIndex(of: "/"),
      let directory = Disk.resolved(String(path[..<slash]) + "/")
    else { return false }
    let place = directory + path[slash...]
    guard place.utf8.starts(with: "\(root)/".utf8) else { return false }
    return place.utf8.dropFirst(root.utf8.count).split(separator: UInt8(ascii: "/"))
      .reduce(filter.root) { filter.enter($1, from: $0) }.isMeant
  }

  private func commit(beginningWith digits: String) throws -> ObjectID? {
    do throws(GitError) {
      return try repository.commit(named: digits)
    } catch {
      guard error.kind == .ambiguous else { throw error }
      return nil
    }
  }

  /// Whether a commit, or the branch that it merged, changes anything that is meant.
  private func changes(_ id: ObjectID, _ filter: PathFilter) throws -> Bool {
    let before = try repository.commit(id)?.parents.first
    return try !repository.topology(from: id, excluding: before, changing: filter).isEmpty
  }
}
