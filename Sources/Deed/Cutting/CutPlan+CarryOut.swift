import Git
import Ledger
import Release

/// Carries out a plan.
///
/// What fails after the tag exists says what stands, and the same command finishes it.
struct Cut {
  struct Done {
    let tag: ObjectID
    let isSigned: Bool
    let pushedTo: String?
  }

  /// How often to unite and push again when the remote moved on meanwhile.
  private static let attempts = 20

  let workspace: Workspace
  let plan: CutPlan
  let edits: Bool

  func carryOut() async throws -> Done {
    guard let release = plan.release, let tagger = plan.tagger, let subject = plan.releaseCase
    else {
      throw Failure(.usage, "there is no version to cut")
    }
    let (tag, isSigned) = try await tagKeepingMessage(release, tagger)
    do {
      try await record(tag, tagger, subject)
      // Until now it was what tells this tag from another one.
      if edits { try Files.remove(workspace.messagePath) }
    } catch {
      let failure = Failure(error)
      throw Failure(
        failure.kind,
        "\(release) is tagged here, and its record is not written: \(failure.message)",
        hint: (failure.hint.map { "\($0); then " } ?? "") + "the same command again finishes it")
    }
    guard let remote = plan.remote else { return Done(tag: tag, isSigned: isSigned, pushedTo: nil) }
    do {
      try await push(subject, to: remote)
    } catch let taken as TagTaken {
      throw try takeBack(taken, tag, release, tagger)
    } catch {
      throw unpushed(release, tag, remote, error)
    }
    return Done(tag: tag, isSigned: isSigned, pushedTo: remote)
  }

  /// What stands here and nowhere else, and both ways on.
  private func unpushed(
    _ release: ReleaseVersion, _ tag: ObjectID, _ remote: String, _ error: any Error
  ) -> Failure {
    let failure = Failure(error)
    guard failure.kind != .refused else {
      let words = failure.message.split(separator: "\n").joined(separator: "\n  ")
      let name = GitError.quoted(release.description)
      return Failure(
        .refused,
        "\(release) is tagged here, and not pushed: \(words)\n"
          + "its tag \(tag.short) and its record stand here",
        hint: [
          failure.hint, "once that is mended: \(plan.command)",
          "or to take it back: deed cut \(name) --take-back",
        ].compactMap { $0 }.joined(separator: "\n"))
    }
    let cause = failure.hint.map { "\(failure.message) (\($0))" } ?? failure.message
    return Failure(
      failure.kind, "\(release) is tagged here, and not pushed: \(cause)",
      hint: "\(plan.command)   # finishes it")
  }

  private func tag(
    _ release: ReleaseVersion, _ tagger: Identity
  ) async throws -> (ObjectID, isSigned: Bool) {
    if let tag = plan.unfinished { return (tag.object, tag.isSigned) }
    let edited: [UInt8]? = if edits { try await editedMessage() } else { nil }
    let message = try plan.message(edited: edited)
    var tag = TagObject(
      object: plan.target, kind: .commit, name: release.description, tagger: tagger,
      message: message)
    if let signed = plan.signed, signed.payload == tag.payload {
      // Nobody is asked twice for their passphrase, or to touch their key.
      tag = signed
    } else if let signer = plan.signer {
      tag = tag.signed(with: try await signer.sign(tag.payload))
    }
    let id = try workspace.repository.write(.tag, tag.bytes)
    let created = try workspace.repository.updateReference(
      release.reference, from: nil, to: id, message: "deed: cut \(release)")
    guard created else {
      throw Failure(
        .refused, "somebody else made the tag \(release) in this moment",
        hint: "deed show \(release)")
    }
    return (id, tag.signature != nil)
  }

  private func record(_ tag: ObjectID, _ tagger: Identity, _ subject: ReleaseCase) async throws {
    let stands = subject.evidence.tagRecords.contains { record in
      if case .tag(tag) = record.body { record.commit == subject.commit } else { false }
    }
    let all = subject.evidence.tagRecords + subject.evidence.voidTagRecords
    guard !stands || all.count > 1 else { return }
    let record = try workspace.record(
      .tag(object: tag), environment: nil, in: subject, by: tagger)
    // Whoever signs the tag signs that it is theirs.
    var signing = workspace
    signing.signer = plan.signer
    try await signing.append([record], by: tagger, message: "deed: cut \(subject.release)")
  }

  /// Tag and ledgers in one atomic push: nobody sees one without the other.
  private func push(_ subject: ReleaseCase, to remote: String) async throws {
    let release = subject.release
    let sync = workspace.sync(with: remote)
    var reason: String?
    for _ in 0..<Self.attempts {
      // What came in with the last attempt may leave in doubt what was not before it.
      if let doubt = try sync.doubt(about: subject) {
        throw Failure(
          .repository, "not all files of \(release) can be sent to \(remote.safe): \(doubt)",
          hint: "deed sync   # once that can be told")
      }
      let outgoing = try sync.outgoing()
      let results = try await workspace.repository.push(
        remote, ["\(release.reference):\(release.reference)"] + outgoing.map(\.refspec),
        atomic: true, leases: outgoing.leases)
      let rejections = results.compactMap { result -> (String, PushResult.Rejection)? in
        guard case .rejected(let rejection) = result.outcome else { return nil }
        return (result.destination, rejection)
      }
      if rejections.isEmpty {
        for ledger in outgoing { try sync.notePushed(ledger) }
        return
      }
      reason = try await check(rejections, release, remote, sync) ?? reason
      _ = try await sync.receive()
      try await judgeAgain(subject)
    }
    let said = reason.map { "; it said last: \($0.safeLine)" } ?? ""
    throw Failure(.network, "\(remote.safe) kept moving on\(said)", hint: nil)
  }

  /// Returns where it is worth trying again: where ledgers moved on, and nothing else is wrong.
  ///
  /// - Returns: Why the remote refused it all the same, if it did.
  private func check(
    _ rejections: [(reference: String, why: PushResult.Rejection)], _ release: ReleaseVersion,
    _ remote: String, _ sync: Sync
  ) async throws -> String? {
    if let (_, why) = rejections.first, rejections.allSatisfy(\.1.isConsequence) {
      throw Failure(.refused, "\(remote.safe) does not take it: \(why.reason.safeLines)")
    }
    // A hook refuses all references for the tag that somebody else has made meanwhile.
    let isTagRejected = rejections.contains { $0.reference == release.reference }
    if isTagRejected, try await isTaken(release, on: remote) { throw TagTaken(remote: remote) }
    // A remote may say of all references alike that it moved on, and another run may have pushed this
    // very tag: what it has now has decided.
    for case (let reference, .refused(let reason)) in rejections {
      guard try await sync.news().isEmpty else { return reason }
      throw Failure(
        .refused, "\(remote.safe) does not take \(reference.safe): \(reason.safeLines)")
    }
    return nil
  }

  /// What came with a union may be an objection: the tag must not go out over it.
  private func judgeAgain(_ subject: ReleaseCase) async throws {
    let fresh = try await workspace.gather(
      ReleaseSubject(release: subject.release, commit: subject.commit, policy: subject.policy))
    if let doubt = fresh.possibleRefusals.first {
      throw Failure(.repository, doubt.why, hint: "deed status \(subject.release)")
    }
    if case .annotated(let tag) = fresh.tag, !tag.isSigned, case .yes(let by) = fresh.wantsSignedTag
    {
      throw Failure(
        .refused, "the tag is not signed, and by now \(by) wants it to be",
        hint: "git tag -d \(subject.release) && deed cut \(subject.release) --sign --push")
    }
    for verdict in Gate.judge(fresh.asCut(by: plan.tagger?.person)) {
      if let rejects = verdict.rejections.first {
        throw Failure(
          .refused, "\(rejects.record.by.name.safe) rejects it in \(verdict.environment.safe)",
          hint: "only they can take it back")
      }
      if verdict.decision?.decision.choice == .noGo {
        throw Failure(
          .refused, "somebody decided no-go for \(verdict.environment.safe)",
          hint: "deed status \(subject.release)")
      }
      if fresh.isRequiredForTag(verdict.environment), verdict.state != .met {
        throw Failure(
          .refused, "\(verdict.environment.safe) is not met any more",
          hint: "deed status \(subject.release)")
      }
    }
  }

  /// Leaves nothing of a release that somebody else has cut meanwhile: our record would say what
  /// is not so, and would go out with the next synchronisation.
  private func takeBack(
    _ taken: TagTaken, _ tag: ObjectID, _ release: ReleaseVersion, _ tagger: Identity
  ) throws -> Failure {
    let repository = workspace.repository
    guard plan.unfinished == nil else {
      return Failure(
        .refused,
        "\(taken.remote.safe) has another tag \(release) by now; here stand the tag \(tag.short) and "
          + "its record",
        hint: "deed cut \(release) --take-back && git fetch --tags")
    }
    let isGone = try repository.deleteReference(release.reference, expected: tag)
    let lines = try workspace.ledgers.unsentLines(of: release, naming: tag)
    try workspace.ledgers.takeBack(lines, from: .deployments, by: tagger)
    return Failure(
      .refused,
      "\(taken.remote.safe) has another tag \(release) by now"
        + (isGone ? "; yours is taken back" : "; what is left here: the tag \(release)"),
      hint: "git fetch --tags && deed show \(release)")
  }

  /// Whether the remote has another tag of the name: one of several addresses may have taken ours.
  private func isTaken(_ release: ReleaseVersion, on remote: String) async throws -> Bool {
    let name = release.reference
    let there = try await workspace.repository.listRemote(remote, [name])[name]
    return try there != nil && there != workspace.repository.reference(name)
  }

  private func editedMessage() async throws -> [UInt8] {
    let path = workspace.messagePath
    try Files.write(plan.draft, to: path, exclusively: false)
    try await workspace.repository.edit(path)
    return try Files.read(path)
  }

  /// Nobody is to type a message twice: it goes once the tag is there, and not before.
  private func tagKeepingMessage(
    _ release: ReleaseVersion, _ tagger: Identity
  ) async throws -> (ObjectID, isSigned: Bool) {
    guard edits, plan.unfinished == nil else { return try await tag(release, tagger) }
    do {
      return try await tag(release, tagger)
    } catch {
      let failure = Failure(error)
      throw Failure(
        failure.kind, "\(failure.message); nothing was tagged",
        hint: "your text is kept: \(plan.command) --edit -F "
          + GitError.quoted(workspace.messagePath))
    }
  }
}

extension Workspace {
  /// Where git keeps a tag's message while it is edited.
  fileprivate var messagePath: String { repository.gitDirectory + "/TAG_EDITMSG" }

  /// The text that an earlier run had edited, and that no tag and record took over yet.
  func keptMessage() throws -> [UInt8]? {
    Files.exists(messagePath) ? try Files.read(messagePath) : nil
  }
}

extension Sync {
  /// What keeps a file that the release rests on from being sent with it; `nil` where nothing does.
  func doubt(about subject: ReleaseCase) throws(GitError) -> String? {
    let named = Set(subject.evidence.records.flatMap(\.attachments).map(\.blob))
    return LedgerSync.doubt(about: try withheld().filter { named.contains($0.key) })
  }
}

extension PushResult.Rejection {
  /// Whether another reference in the same push is to blame.
  fileprivate var isConsequence: Bool { if case .atomic = self { true } else { false } }
}

/// The remote has another tag of the release.
private struct TagTaken: Error {
  let remote: String
}
