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
  /// Who says that they cut it; `nil` where nobody but whoever takes it back does.
  private let other: String?

  /// Looks whether it can be done; nothing is changed.
  ///
  /// - Parameter remote: Where it would be pushed; `nil` where there is no such remote.
  init(_ release: ReleaseVersion, _ workspace: Workspace, remote: String?) async throws {
    self.workspace = workspace
    self.release = release
    remotes = try await workspace.repository.remoteNames()
    var lines = try workspace.ledgers.unsentLines(of: release)
    var cuts = try workspace.ledgers.unsentCuts().cuts.filter { $0.release == release }
    let here = try workspace.repository.reference(release.reference)
    if cuts.isEmpty, here == nil {
      // A remote that had the record once may have it no more: those that are here are asked below.
      (lines, cuts) = try workspace.ledgers.recordsAlone(of: release, besides: remote)
    }
    guard let cut = cuts.first(where: { $0.tag == here }) ?? cuts.first else {
      throw try Self.nothing(release, here, workspace)
    }
    // Whoever has it from somebody else has no business to take it away, but where it is a record alone.
    let person = try await workspace.committer().person
    let others = cuts.first { $0.by.foldedEmail != person.foldedEmail }
    other = others?.by.name
    if let other = others, here != nil {
      throw Failure(
        .refused, "\(other.by.name.safe) cut \(release): only they take it back",
        hint: try await workspace.ways(on: other, remote ?? "origin").send)
    }
    if let decision = try workspace.decision(resting: .deployments) {
      throw Failure(
        .refused,
        "the decision of \(decision.by.name.safe) on \(decision.release.safe) seals the ledger with it",
        hint: try await workspace.ways(on: cut, remote ?? "origin").send)
    }
    if let other = try workspace.tag(resting: .deployments, on: lines, besides: release) {
      throw Failure(
        .refused, "the tag \(other) names the ledger with it",
        hint: "deed cut \(GitError.quoted("\(other)")) --take-back   # first")
    }
    for name in remotes {
      let addresses = try await workspace.repository.addresses(of: name)
      for address in addresses {
        try await Self.requireNothing(
          on: name, at: address, isAlone: addresses.count == 1, of: cut, cuts.map(\.tag), lines,
          own: remote, isOwn: other == nil, workspace)
      }
    }
    self.lines = lines
    commit = cut.commit
    tag = cuts.contains { $0.tag == here } ? here : nil
  }

  /// Refuses where a remote has the tag or the record; one that does not answer may have both.
  ///
  /// - Parameters:
  ///   - own: Where the release would be pushed.
  ///   - isOwn: Whether nobody else cut it.
  private static func requireNothing(
    on remote: String, at address: String, isAlone: Bool, of cut: UnsentCut, _ tags: [ObjectID],
    _ lines: [ObjectID: [[UInt8]]], own: String?, isOwn: Bool, _ workspace: Workspace
  ) async throws {
    let (release, ledger) = (cut.release, LedgerName.deployments)
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
      hasRecord = try lines.contains { object, own in
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
      throw Failure(
        .refused, "\(remote.safe) has the tag \(release): what others have is not taken back",
        hint: remote == own ?? remote
          ? "deed sync   # sends the record too"
          : try await workspace.ways(on: cut, own ?? remote).send)
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
      hint: "deed no-go \(release) -e ENVIRONMENT -m WHY   # and a new version")
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
      + (other.map {
        "; the record by \($0.safe) is kept in \(LedgerStore.setAsideReference(.deployments))"
      } ?? "")
  }

  private var what: String { tag.map { "its tag \($0.short) and its record" } ?? "its record" }
  private var verb: String { tag == nil ? "is" : "are" }
}

extension LedgerStore {
  /// Whether a ledger had a state here that no remote has.
  fileprivate func isHereAlone(_ tip: ObjectID, of ledger: LedgerName) throws -> Bool {
    try knows(tip, in: ledger) && !isSent(tip, of: ledger)
  }

  /// What says here that a release was cut of which there is no tag, and was fetched from nowhere as of the
  /// last time; refused where it was.
  ///
  /// - Parameter own: The team's remote.
  fileprivate func recordsAlone(
    of release: ReleaseVersion, besides own: String?
  ) throws -> ([ObjectID: [[UInt8]]], [UnsentCut]) {
    guard let tip = try tip(of: .deployments) else { return ([:], []) }
    let alone = try records(of: release, at: tip)
    let remotes = try repository.configuredRemotes().keys.sorted()
    var ways: [String] = []
    for reference in try fetchedReferences(of: .deployments)
    where try !records(of: release, at: reference.target).lines.isEmpty {
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
  private func records(
    of release: ReleaseVersion, at tip: ObjectID
  ) throws -> (lines: [ObjectID: [[UInt8]]], cuts: [UnsentCut]) {
    var found: (lines: [ObjectID: [[UInt8]]], cuts: [UnsentCut]) = ([:], [])
    for (object, lines) in try lines(at: [tip]) {
      for line in lines {
        guard case .record(let record) = LedgerLine(parsing: line),
          case .tag(let tag) = record.body,
          record.release.utf8.elementsEqual(release.description.utf8)
        else { continue }
        found.lines[object, default: []].append(line)
        found.cuts.append(
          UnsentCut(release: release, commit: record.commit, tag: tag, by: record.by))
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
  /// A decision that seals a state of a ledger which no remote has.
  fileprivate func decision(resting ledger: LedgerName) throws -> Record? {
    for (commit, lines) in try ledgers.lines(of: .signoffs) {
      for line in LedgerLine.placed(lines, in: .signoffs, on: commit) {
        guard case .record(let record) = line, case .decision(let decision) = record.body,
          let sealed = decision.seal?.ledgers[ledger],
          try ledgers.isHereAlone(sealed, of: ledger)
        else { continue }
        return record
      }
    }
    return nil
  }

  /// The tag of another release, not pushed either, that names a state of a ledger which no remote has, or
  /// which has these lines.
  fileprivate func tag(
    resting ledger: LedgerName, on lines: [ObjectID: [[UInt8]]], besides release: ReleaseVersion
  ) throws -> ReleaseVersion? {
    try ledgers.unsentCuts().cuts.map(\.release).filter { $0 != release }.first { other in
      guard case .annotated(let tag) = try tagFact(other) else { return false }
      return try TagTrailers(parsing: tag.message).tips(of: ledger).contains { tip in
        guard try ledgers.knows(tip, in: ledger) else { return false }
        return try ledgers.isHereAlone(tip, of: ledger)
          || lines.contains { object, own in
            try ledgers.lines(of: ledger, at: tip, on: object).contains(where: own.contains)
          }
      }
    }
  }

  /// The commands that go on from a cut which stands here alone: one that sends it, and for whoever cut it
  /// one that undoes it.
  ///
  /// - Parameter all: What else waits there for its tag: of several none goes without the others.
  func ways(
    on cut: UnsentCut, _ remote: String, among all: [UnsentCut] = []
  ) async throws -> (send: String, undo: String?) {
    let name = GitError.quoted(cut.release.description)
    let person = try await knownCommitter()?.person
    let isOwn = person?.foldedEmail == cut.by.foldedEmail
    let open = try all.filter { cut in
      try !cut.isTaken && repository.reference(cut.release.reference) == cut.tag
    }
    if open.count > 1, open.contains(cut) {
      let names = open.map { GitError.quoted($0.release.description) }.joined(separator: " ")
      return (
        "git push --atomic \(GitError.quoted(remote)) \(names) 'refs/notes/deed/*'",
        isOwn ? "deed cut \(name) --take-back" : nil
      )
    }
    guard isOwn else {
      // A record alone may be nobody's.
      if try repository.reference(cut.release.reference) == nil {
        return ("git fetch --tags   # where that brings none: deed cut \(name) --take-back", nil)
      }
      // A server takes neither without the other.
      let ledger = LedgerName.deployments
      return (
        "git push --atomic \(GitError.quoted(remote)) \(name) \(ledger.reference) && deed sync", nil
      )
    }
    // A record alone vouches for no commit: the tag does, or whoever cut it knows.
    let isTagged = try repository.reference(cut.release.reference) == cut.tag
    let isHead = try repository.head().commit == cut.commit
    let place = isHead ? "" : " --commit \(isTagged ? cut.commit.short : "COMMIT")"
    return (
      "deed cut \(name)\(place) --push \(GitError.quoted(remote))", "deed cut \(name) --take-back"
    )
  }

  /// The same as one hint: to send a cut does no good where the remote has another tag of the name.
  func hint(
    for cut: UnsentCut, _ remote: String, among all: [UnsentCut] = []
  ) async throws -> String {
    let (send, undo) = try await ways(on: cut, remote, among: all)
    if cut.isTaken { return undo ?? "deed show \(GitError.quoted(cut.release.description))" }
    return send + (undo.map { "   # or to take it back: \($0)" } ?? "")
  }

  /// The same for several, as a hint's lines.
  func hint(for waiting: WaitingLedger, _ remote: String) async throws -> String {
    var lines: [String] = []
    for cut in waiting.cuts {
      let (send, undo) = try await ways(on: cut, remote, among: waiting.cuts)
      if cut.isTaken {
        lines.append(
          undo.map { "\($0)   # takes yours back" }
            ?? "deed show \(GitError.quoted(cut.release.description))")
      } else {
        if !lines.contains(send) { lines.append(send) }
        lines += undo.map { ["or to take it back: \($0)"] } ?? []
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension WaitingLedger {
  /// Why the ledger stays here.
  func words(_ remote: String) -> String {
    let taken = cuts.filter(\.isTaken).map(\.release.description)
    let open = cuts.filter { !$0.isTaken }.map(\.release.description)
    var parts: [String] = []
    if !open.isEmpty {
      let what = open.count == 1 ? "the tag" : "the tags"
      parts.append("\(remote) lacks \(what) \(open.joined(separator: ", "))")
    }
    if !taken.isEmpty {
      let plural = taken.count == 1 ? "another tag" : "other tags"
      parts.append("\(remote) has \(plural) \(taken.joined(separator: ", "))")
    }
    return parts.joined(separator: ", and ")
  }
}
