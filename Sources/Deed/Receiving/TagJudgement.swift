import Git
import Ledger
import Release

/// Judges the tags of a push: which of them are releases, and whether those may be.
struct TagJudgement {
  /// A tag with longer notes in it than any release has.
  private static let tagLimit = 16 << 20
  /// No file system holds a longer name in one piece.
  private static let nameLimit = 1024

  private struct PushedTag {
    let push: PushedReference
    /// What it is called, without `refs/tags/`.
    let name: String
    /// The releases that it is, by whichever policy calls it one.
    var releases: [ReleaseVersion] = []
    /// Whether a record says of the tag as it stands that a release was cut with it.
    var isRecorded = false
    /// Why that cannot be told.
    var doubt: (any Error)?
  }

  private let workspace: Workspace
  private let required: [String]
  private var tags: [PushedTag] = []

  /// - Parameter workspace: Shows, from here on, the references as the push would leave them.
  init(
    _ workspace: inout Workspace, pushed: [PushedReference], tags: [PushedReference],
    requiring required: [String]
  ) {
    self.required = required
    let standing = Standing(workspace, isBar: !required.isEmpty)
    // One that cannot be read leaves every tag that may be a release in doubt.
    if !required.isEmpty, case .success(let baseline) = standing.baseline {
      workspace.baseline = baseline
    }
    for push in tags {
      if let tag = Self.read(push, workspace, standing) { self.tags.append(tag) }
    }
    for push in tags + pushed.filter({ $0.ledger != nil }) {
      workspace.repository.pending[push.name] = .some(push.new)
    }
    self.workspace = workspace
  }

  /// What the default branch says, as it was before the push: no push changes by which names its own
  /// tags are known.
  private struct Standing {
    let workspace: Workspace
    private let head: Result<(name: String, commit: ObjectID)?, any Error>
    private let policy: Result<Policy, any Error>
    /// What stands in the ledger of cuts, by the names of tags.
    private let records: Result<[[UInt8]: [Record]], any Error>
    private let unreadable: Result<[[UInt8]: [UnreadableRecord]], any Error>
    private let released: Result<[String], any Error>

    /// - Parameter isBar: Whether a release is held to it, and not called one alone.
    init(_ workspace: Workspace, isBar: Bool) {
      self.workspace = workspace
      let head = Result { () throws -> (name: String, commit: ObjectID)? in
        switch try workspace.repository.head() {
        case .branch(let name, let commit): return (name, commit)
        case .detached(let commit): return ("HEAD", commit)
        case .unborn(let name):
          // Only where there is nothing yet, nothing is what the default branch says.
          guard try !isBar || workspace.repository.references(under: "refs/heads/").isEmpty else {
            throw Failure(
              .repository, "the server's default branch is \(name.safe), and that is not there",
              hint: "on the server: git symbolic-ref HEAD refs/heads/BRANCH")
          }
          return nil
        }
      }
      self.head = head
      policy = Result { try head.get().map { try workspace.policy(at: $0.commit) } ?? Policy() }
      let lines: Result<DeploymentLines, any Error> = Result {
        DeploymentLines(try workspace.ledgers.lines(of: .deployments))
      }
      records = lines.map { lines in
        Dictionary(grouping: lines.standingTags) { Array($0.release.utf8) }
      }
      unreadable = lines.map { lines in
        Dictionary(grouping: lines.unreadableTags) { Array(($0.release ?? "").utf8) }
      }
      released = Result {
        var known: Set<[UInt8]> = []
        return try lines.get().standingTags.compactMap { record in
          guard let release = ReleaseVersion(recorded: record.release),
            !known.contains(Array(release.prefix.utf8)),
            try workspace.repository.reference(release.reference) != nil,
            try workspace.isNamed(release, at: record.commit)
          else { return nil }
          known.insert(Array(release.prefix.utf8))
          return release.prefix
        }
      }
    }

    /// Those of the default branch, and those of releases that are there: a prefix that is given up
    /// is guarded as before.
    func prefixes() throws -> [String] { try policy.get().prefixes + released.get() }

    var known: Result<[String], any Error> { Result { try prefixes() } }

    /// Whether a record that stands speaks of this very tag, or may: without it, it would be one of what
    /// nobody has.
    func isRecorded(_ name: String, as object: ObjectID) throws -> Bool {
      let isNamed = try records.get()[Array(name.utf8)]?.contains { record in
        if case .tag(object) = record.body { true } else { false }
      }
      if isNamed == true { return true }
      guard let unreadable = try self.unreadable.get()[Array(name.utf8)],
        let commit = try workspace.repository.peeledToCommit(object)
      else { return false }
      return unreadable.contains { $0.commit == commit }
    }

    var baseline: Result<Workspace.Floor?, any Error> {
      Result {
        guard let head = try head.get() else { return nil }
        return Workspace.Floor(policy: .branch(head.name, try policy.get()), commit: head.commit)
      }
    }
  }

  /// What a tag is; `nil` where it is nobody's release, and no record speaks of it.
  private static func read(
    _ push: PushedReference, _ workspace: Workspace, _ standing: Standing
  ) -> PushedTag? {
    guard let bytes = push.tag, let name = String(validating: bytes, as: UTF8.self) else {
      return nil
    }
    var tag = PushedTag(push: push, name: name)
    guard bytes.count <= nameLimit else {
      tag.doubt = Failure(.refused, "its name is longer than \(nameLimit) bytes")
      return tag
    }
    if push.new != nil, let release = Self.releaseAbove(name, standing) {
      tag.doubt = Failure(
        .refused, "no tag \(release) could stand beside it: git keeps tags as files",
        hint: "give it another name")
      return tag
    }
    guard ReleaseVersion.isLikely(name) else { return nil }
    do {
      var prefixes = try standing.prefixes()
      let there = try workspace.repository.reference(push.shown)
      if push.old != nil, let there { tag.isRecorded = try standing.isRecorded(name, as: there) }
      for target in Set([push.old, push.new, there].compactMap { $0 }) {
        // What git has lost nobody can move or delete for the worse.
        guard try target == push.new || workspace.repository.header(of: target) != nil,
          let commit = try workspace.repository.peeledToCommit(target)
        else { continue }
        prefixes += try workspace.policy(at: commit).prefixes
      }
      add(prefixes, to: &tag)
      // One that came before its prefix was anybody's was let in unread, and goes so, unless it is on record:
      // else whoever squats on the name of a package keeps it for good.
      if push.new == nil, let old = push.old, try workspace.repository.header(of: old) != nil,
        let commit = try workspace.repository.peeledToCommit(old)
      {
        tag.releases = try tag.releases.filter { try workspace.isNamed($0, at: commit) }
      }
      if tag.releases.isEmpty, push.new != nil,
        let why = prefixes.lazy.compactMap({ ReleaseVersion.lookalike(name, prefix: $0) }).first
      {
        tag.doubt = Failure(.refused, why, hint: "another name, or deed next")
      }
    } catch {
      tag.doubt = error
    }
    return tag.releases.isEmpty && !tag.isRecorded && tag.doubt == nil ? nil : tag
  }

  /// The release whose name a tag lies under, as `v1.1.0/x` does; where what releases are called cannot
  /// be told, nothing is.
  private static func releaseAbove(_ name: String, _ standing: Standing) -> ReleaseVersion? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    let above = (1..<max(1, parts.count)).map { parts.prefix($0).joined(separator: "/") }
      .filter(ReleaseVersion.isLikely)
    guard !above.isEmpty, case .success(let prefixes) = standing.known else { return nil }
    return above.lazy.compactMap { name in
      prefixes.lazy.compactMap { ReleaseVersion(tag: name, prefix: $0) }.first
    }.first
  }

  private static func add(_ prefixes: [String], to tag: inout PushedTag) {
    for prefix in prefixes {
      guard let release = ReleaseVersion(tag: tag.name, prefix: prefix) else { continue }
      if !tag.releases.contains(where: { $0.prefix.utf8.elementsEqual(prefix.utf8) }) {
        tag.releases.append(release)
      }
    }
  }

  /// - Parameter asksGate: Whether the ledgers are such that the gate can be asked.
  func refusals(asksGate: Bool) async -> [PushRefusal] {
    var refusals: [PushRefusal] = []
    var contents: LedgerContents?
    for tag in tags {
      guard refusals.count <= PushJudgement.limit else { return refusals }
      if let doubt = tag.doubt {
        refusals.append(PushRefusal(tag.name, doubt))
        continue
      }
      do {
        let wrong = try form(of: tag)
        refusals += wrong
        guard wrong.isEmpty, asksGate else { continue }
        let read = try contents ?? LedgerContents(workspace.ledgers, remote: nil)
        contents = read
        for release in tag.releases { refusals += try await gate(of: release, tag, read) }
      } catch {
        refusals.append(PushRefusal(tag.name, error))
      }
    }
    return refusals
  }

  /// What is wrong with a tag whatever is recorded.
  private func form(of tag: PushedTag) throws -> [PushRefusal] {
    guard let new = tag.push.new else {
      return [
        PushRefusal(
          tag.name, "the tag of a release is never deleted", command: "git fetch --tags")
      ]
    }
    guard tag.push.old == nil else {
      return [
        PushRefusal(
          tag.name, "the tag of a release is never moved; a new version may be cut",
          command: "git fetch --tags --force && deed next")
      ]
    }
    if let size = try workspace.repository.header(of: new)?.size, size > Self.tagLimit {
      return [PushRefusal(tag.name, "the tag is \(size) bytes long: too long to be read")]
    }
    guard let release = tag.releases.first else { return [] }
    return Verification.form(of: try workspace.tagFact(release), release).map { finding in
      PushRefusal(
        tag.name, finding.message,
        command: "git tag -d \(GitError.quoted(tag.name)) && deed cut "
          + "\(GitError.quoted(tag.name)) --push")
    }
  }

  /// A tag of deed's whose record nobody has leaves open, for all that come after it, what it is.
  private static func lackOfRecord(_ tag: PushedTag, _ subject: ReleaseCase) -> [PushRefusal] {
    guard case .annotated(let own) = subject.tag, !TagTrailers(parsing: own.message).isEmpty,
      !subject.evidence.tagRecords.contains(where: own.isNamed)
    else { return [] }
    return [
      PushRefusal(
        tag.name,
        "its message says that deed cut it, and no record of that is here or pushed with it",
        command: "deed cut \(GitError.quoted(tag.name)) --commit \(subject.commit.short) --push   "
          + "# by whoever cut it")
    ]
  }

  /// A lower release that asks for proof, or the first with its prefix, and does not name one that was there: a
  /// copy of its record would leave open later which of them was first.
  private func ignorance(
    of subject: ReleaseSubject, _ tag: PushedTag, _ contents: LedgerContents, isRecorded: Bool
  ) throws -> [PushRefusal] {
    let repository = workspace.repository
    let other = try workspace.lineage(contents).unknown(to: subject) { release in
      try repository.pending[Array(release.reference.utf8)] == nil
        && repository.reference(release.reference) != nil
    }
    guard let other else { return [] }
    let name = GitError.quoted(tag.name)
    let away = isRecorded ? "deed cut \(name) --take-back" : "git tag -d \(name)"
    var again = "deed cut \(name) --commit \(subject.commit.short) --push"
    if case .annotated(let own) = try workspace.tagFact(subject.release), own.isSigned {
      again += " --sign"
    }
    return [
      PushRefusal(
        tag.name,
        "the ledgers that it names do not have the record of \(other), which is here already",
        command: "\(away) && deed sync && \(again)")
    ]
  }

  private func gate(
    of release: ReleaseVersion, _ tag: PushedTag, _ contents: LedgerContents
  ) async throws -> [PushRefusal] {
    guard let new = tag.push.new, let commit = try workspace.repository.peeledToCommit(new) else {
      return []
    }
    let subject = ReleaseSubject(
      release: release, commit: commit, policy: try workspace.policy(at: commit))
    var gathered = try await workspace.gather(subject, from: contents)
    gathered.isTagNew = true
    let words = StepWords(
      release: release.description, push: " --push",
      isOnlyEnvironment: subject.policy.environments.count == 1)
    var objections = gathered.objectionsToTag(requiring: required)
    if case .annotated(let own) = gathered.tag {
      let name = GitError.quoted(tag.name)
      let mend = Mend.other(command: "git tag -d \(name) && deed cut \(name) --sign --push")
      objections += Verification.signature(of: own, gathered).filter { $0.severity == .error }
        .map { TagObjection(.signature, $0.message, mend: mend) }
    }
    let inOrder = objections.inOrder
    let commands = words.commands(
      for: inOrder.map { ($0.mend, $0.environment ?? "") }, of: subject.policy)
    let isRecorded = gathered.tagRecords.first != nil
    return try Self.lackOfRecord(tag, gathered)
      + ignorance(of: subject, tag, contents, isRecorded: isRecorded)
      + zip(inOrder, commands).map { objection, command in
        PushRefusal(
          tag.name, (objection.environment.map { "\($0): " } ?? "") + objection.why,
          command: command)
      }
  }
}
