import Git
import Ledger
import Release

/// Takes a cut back that nobody else has, tag and record; of somebody else's the record alone, where there
/// is no tag.
struct TakingBack {
  struct Report: Encodable {
    let v = 1
    let release: String
    let commit: String
    /// The tag that is gone; absent where only the record was left.
    let tag: String?
    let takenBack: Bool
  }

  private let workspace: Workspace
  private let release: ReleaseVersion
  /// The lines that say that it was cut, by the note in which they stand.
  private let lines: [ObjectID: [[UInt8]]]
  let commit: ObjectID
  /// The tag, where it still is what was cut.
  let tag: ObjectID?
  /// Those that were asked, at all of their addresses, and have nothing of it.
  private let remotes: [String]
  /// Who else says that they cut it.
  private let others: [String]

  /// Looks whether it can be done; nothing is changed.
  ///
  /// - Parameter remote: Where it would be pushed; `nil` where there is no such remote.
  init(_ release: ReleaseVersion, _ workspace: Workspace, remote: String?) async throws {
    self.workspace = workspace
    self.release = release
    remotes = try await workspace.repository.remoteNames()
    let here = try workspace.repository.reference(release.reference)
    var found = CutLines(
      lines: try workspace.ledgers.unsentLines(of: release),
      cuts: try workspace.ledgers.unsentCuts().cuts.filter { $0.release == release })
    if found.cuts.isEmpty {
      // A remote that had the record once may have it no more: those that are here are asked below.
      found = try workspace.ledgers.recordsAlone(of: release, tag: here, besides: remote)
    }
    let own = found.cuts.first { $0.tag == here }
    guard let commit = (own ?? found.cuts.first)?.commit ?? found.unreadable.first?.commit else {
      throw try Self.nothing(release, here, workspace)
    }
    // Whoever has it from somebody else has no business to take it away, but where it is a record alone.
    let person = try await workspace.committer().person
    let strangers = found.cuts.map(\.by).filter { $0.foldedEmail != person.foldedEmail }
    others = found.writers(strangers)
    if let own, own.by.foldedEmail != person.foldedEmail {
      throw Failure(
        .refused, "\(own.by.name.safe) cut \(release): only they take it back",
        hint: try await workspace.way(on: own, remote))
    }
    if own != nil, remotes.isEmpty, workspace.repository.workDirectory == nil {
      throw Failure(
        .refused,
        "nobody can be asked who has \(release): this is a bare repository without a remote, as "
          + "servers have them", hint: Self.instead(of: release))
    }
    try await workspace.requireNothing(
      restsOn: workspace.ledgers.states(of: .deployments, with: found.lines),
      of: found.cuts.first { $0.by.foldedEmail == person.foldedEmail }, release, remote)
    for name in remotes {
      let addresses = try await workspace.repository.addresses(of: name)
      for address in addresses {
        try await Self.requireNothing(
          on: name, at: address, isAlone: addresses.count == 1, of: release, found, own: remote,
          isOwn: others.isEmpty, workspace)
      }
    }
    lines = found.lines
    self.commit = commit
    tag = own?.tag
  }

  /// Refuses where a remote has the tag or the record; one that does not answer may have both.
  ///
  /// - Parameters:
  ///   - own: Where the release would be pushed.
  ///   - isOwn: Whether nobody else cut it.
  private static func requireNothing(
    on remote: String, at address: String, isAlone: Bool, of release: ReleaseVersion,
    _ found: CutLines, own: String?, isOwn: Bool, _ workspace: Workspace
  ) async throws {
    let ledger = LedgerName.deployments
    let tags = found.cuts.map(\.tag)
    let hasTag: Bool
    let hasRecord: Bool
    do {
      // The tag may stand there under another name.
      let there = try await workspace.repository.listRemote(
        address, ["refs/tags/*", ledger.reference])
      hasTag = there.contains { $0.key != ledger.reference && tags.contains($0.value) }
      let tip = there[ledger.reference]
      if !hasTag, let tip, try workspace.repository.header(of: tip) == nil {
        throw Failure(
          .repository, "its ledger is not here",
          hint: "deed sync \(GitError.quoted(isAlone ? remote : address))")
      }
      hasRecord = try found.lines.contains { object, own in
        guard !hasTag, let tip else { return false }
        let theirs = try workspace.ledgers.lines(of: ledger, at: tip, on: object)
        return own.contains(where: theirs.contains)
      }
    } catch {
      let failure = Failure(error)
      let gone =
        remote == own
        ? "" : "; one that is gone for good: git remote remove \(GitError.quoted(remote))"
      throw Failure(
        failure.kind == .refused ? .network : failure.kind,
        "whether \(remote.safe) has \(release) cannot be told: \(failure.message)",
        hint: error is Failure ? failure.hint : "the same command, once it answers\(gone)")
    }
    if hasTag {
      var hint = "deed sync   # sends the record too"
      if let own, remote != own, let cut = found.cuts.first {
        hint = try await workspace.way(on: cut, own)
      }
      throw Failure(
        .refused, "\(remote.safe) has the tag \(release): what others have is not taken back",
        hint: hint)
    }
    guard hasRecord else { return }
    if isOwn || remote == own { throw isShared(release) }
    throw Failure(
      .refused, "\(remote.safe) has the record of \(release), and would bring it again",
      hint: "git remote remove \(GitError.quoted(remote))   # where it is nobody's; then again")
  }

  fileprivate static func isShared(_ release: ReleaseVersion) -> Failure {
    Failure(
      .refused, "others have the record of \(release): what they have is not taken back",
      hint: instead(of: release))
  }

  private static func instead(of release: ReleaseVersion) -> String {
    "deed no-go \(release) -e ENVIRONMENT -m WHY   # and a new version"
  }

  /// Why there is nothing to take back.
  private static func nothing(
    _ release: ReleaseVersion, _ here: ObjectID?, _ workspace: Workspace
  ) throws -> Failure {
    let records = DeploymentLines(try workspace.ledgers.lines(of: .deployments)).standingTags
    if records.contains(where: { $0.release.utf8.elementsEqual(release.description.utf8) }) {
      return isShared(release)
    }
    return Failure(
      .refused, "no record here says that \(release) was cut",
      hint: here == nil ? "deed status" : "git tag -d \(release)   # removes a tag of git's own")
  }

  /// The tag first: without it the same command finishes.
  func carryOut(by identity: Identity) throws {
    if let tag,
      try !workspace.repository.deleteReference(release.reference, expected: tag)
    {
      throw Failure(
        .refused, "another program changed the tag \(release); nothing was taken back",
        hint: "run the same command again")
    }
    try workspace.ledgers.takeBack(lines, from: .deployments, by: identity)
  }

  func report(isDone: Bool) -> Report {
    Report(
      release: release.description, commit: commit.description, tag: tag?.description,
      takenBack: isDone)
  }

  /// What would be done.
  var plan: String {
    let names = remotes.joined(separator: ", ").safe
    return "would take back \(release) at \(commit.short): \(what)"
      + (names.isEmpty ? "" : ", which \(verb) not on \(names)")
  }

  /// What was done.
  var words: String {
    let names = remotes.joined(separator: ", ").safe
    return "\(release) is taken back: \(what) \(verb) gone from here"
      + (names.isEmpty ? "" : ", and not on \(names)")
      + (others.isEmpty
        ? ""
        : "; the \(others.count == 1 ? "record" : "records") by "
          + "\(others.joined(separator: ", ").safe) \(others.count == 1 ? "is" : "are") kept in "
          + LedgerStore.setAsideReference(.deployments))
  }

  private var what: String { tag.map { "its tag \($0.short) and its record" } ?? "its record" }
  private var verb: String { tag == nil ? "is" : "are" }
}

extension LedgerStore {
  /// What says here of a release that another tag was cut than the one that is here, if any, and was fetched
  /// from nowhere as of the last time; refused where it was.
  ///
  /// - Parameter own: The team's remote.
  fileprivate func recordsAlone(
    of release: ReleaseVersion, tag: ObjectID?, besides own: String?
  ) throws -> CutLines {
    guard let tip = try tip(of: .deployments) else { return CutLines() }
    let alone = try records(of: release, besides: tag, at: tip)
    let remotes = try repository.configuredRemotes().keys.sorted()
    var ways: [String] = []
    for reference in try fetchedReferences(of: .deployments)
    where try !records(of: release, besides: tag, at: reference.target).lines.isEmpty {
      let remote = try remotes.first { remote in
        try reference.name.utf8.elementsEqual(
          "\(Self.trackingRoot)\(trackingName(of: remote))/\(LedgerName.deployments.rawValue)".utf8)
      }
      if let own, remote == own { throw TakingBack.isShared(release) }
      if let remote { ways.append("git remote remove \(GitError.quoted(remote))") }
      ways.append("git update-ref -d \(GitError.quoted(reference.name))")
    }
    guard ways.isEmpty else {
      throw Failure(
        .refused, "the record of \(release) was fetched from elsewhere, and would come again",
        hint: "\(ways.joined(separator: " && "))   # where it is nobody's; then again")
    }
    return alone
  }

  /// The lines of a ledger's commit that say that a release was cut.
  ///
  /// - Parameter tag: The one that is here, of which none of them is to speak.
  private func records(
    of release: ReleaseVersion, besides tag: ObjectID?, at tip: ObjectID
  ) throws -> CutLines {
    let name = release.description.utf8
    var found = CutLines()
    for (object, lines) in try lines(at: [tip]) {
      for line in lines {
        switch LedgerLine(parsing: line) {
        case .record(let record):
          guard case .tag(let cut) = record.body, cut != tag,
            record.release.utf8.elementsEqual(name)
          else { continue }
          found.cuts.append(
            UnsentCut(release: release, commit: record.commit, tag: cut, by: record.by))
        case .unreadable(let record):
          // Which tag it means is not known.
          guard tag == nil, record.kind == .tag, record.release?.utf8.elementsEqual(name) ?? false
          else { continue }
          found.unreadable.append(record)
        case .unknownKind, .malformed: continue
        }
        found.lines[object, default: []].append(line)
      }
    }
    return found
  }

  /// What says here that a release was cut, and is on no remote.
  ///
  /// - Parameter tag: The tag that was cut; `nil` for whichever it was.
  func unsentLines(
    of release: ReleaseVersion, naming tag: ObjectID? = nil
  ) throws(GitError) -> [ObjectID: [[UInt8]]] {
    let name = release.description
    return try unsent(in: .deployments).mapValues { lines in
      lines.filter { line in
        guard case .record(let record) = LedgerLine(parsing: line),
          case .tag(let cut) = record.body, tag == nil || tag == cut
        else { return false }
        return record.release.utf8.elementsEqual(name.utf8)
      }
    }.filter { !$0.value.isEmpty }
  }
}

extension Workspace {
  /// What goes on from one cut that stands here.
  fileprivate func way(on cut: UnsentCut, _ remote: String?) async throws -> String {
    let remote = remote ?? "origin"
    var cut = cut
    do {
      let there = try await repository.listRemote(remote, [cut.release.reference])
      if let tag = there[cut.release.reference] { cut.isTaken = tag != cut.tag }
    } catch {
      // One that does not answer refuses whatever is named, and says why.
    }
    return try await WaitingCuts([cut], on: remote, self).send(cut)
  }

  /// Refuses where a decision seals one of these states of the ledger of deployments, or the tag of another
  /// release names one: what rests on it could not be told any more.
  ///
  /// - Parameter cut: That of whoever wants to take it back.
  fileprivate func requireNothing(
    restsOn states: Set<ObjectID>, of cut: UnsentCut?, _ release: ReleaseVersion, _ remote: String?
  ) async throws {
    let ledger = LedgerName.deployments
    let unhooked =
      "git fetch CLONE \(ledger.reference):\(ledger.reference)   # on the server, by whoever runs it: "
      + "that asks no hook"
    var way = unhooked
    if let cut { way = try await self.way(on: cut, remote) }
    for (commit, lines) in try ledgers.lines(of: .signoffs) {
      for line in LedgerLine.placed(lines, in: .signoffs, on: commit) {
        guard case .record(let record) = line, case .decision(let decision) = record.body,
          let sealed = decision.seal?.ledgers[ledger], states.contains(sealed)
        else { continue }
        throw Failure(
          .refused,
          "the decision of \(record.by.name.safe) on \(record.release.safe) seals the ledger with it",
          hint: way)
      }
    }
    let releases = DeploymentLines(try ledgers.lines(of: ledger)).tags
      .compactMap { ReleaseVersion(recorded: $0.release) }
    let unsent = try ledgers.unsentCuts().cuts
    for other in Set(releases).subtracting([release]).sorted(by: { $1 < $0 }) {
      guard case .annotated(let tag) = try tagFact(other),
        TagTrailers(parsing: tag.message).tips(of: ledger).contains(where: states.contains)
      else { continue }
      let isUnsent = unsent.contains { $0.release == other && $0.tag == tag.object }
      throw Failure(
        .refused, "the tag \(other) names the ledger with it",
        hint: isUnsent
          ? "deed cut \(GitError.quoted("\(other)")) --take-back   # first" : unhooked)
    }
  }
}

/// What says of a release that it was cut.
private struct CutLines {
  /// By the note in which they stand.
  var lines: [ObjectID: [[UInt8]]] = [:]
  var cuts: [UnsentCut] = []
  /// Of a later version: whose they are is not known.
  var unreadable: [UnreadableRecord] = []

  /// - Parameter strangers: Who wrote those that can be read, but for whoever asks.
  func writers(_ strangers: [Person]) -> [String] {
    var names: [String] = []
    for name in strangers.map(\.name) where !names.contains(name) { names.append(name) }
    return names + (unreadable.isEmpty ? [] : ["a later version of deed"])
  }
}
