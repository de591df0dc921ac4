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
      try record(tag, tagger, subject)
    } catch {
      throw unfinished(release, "its record is not written", error)
    }
    guard let remote = plan.remote else { return Done(tag: tag, isSigned: isSigned, pushedTo: nil) }
    do {
      try await push(release, to: remote)
    } catch {
      throw unfinished(release, "not pushed", error)
    }
    return Done(tag: tag, isSigned: isSigned, pushedTo: remote)
  }

  private func unfinished(_ release: ReleaseVersion, _ what: String, _ error: any Error) -> Failure
  {
    let failure = Failure(error)
    let cause = failure.hint.map { "\(failure.message) (\($0))" } ?? failure.message
    return Failure(
      failure.kind, "\(release) is tagged here, and \(what): \(cause)",
      hint: "\(plan.command) finishes it; git tag -d \(release) takes it back")
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
    if let signer = plan.signer { tag = tag.signed(with: try await signer.sign(tag.payload)) }
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

  private func record(_ tag: ObjectID, _ tagger: Identity, _ subject: ReleaseCase) throws {
    let stands = subject.evidence.tagRecords.contains { record in
      if case .tag(tag) = record.body { record.commit == subject.commit } else { false }
    }
    guard !stands else { return }
    let record = try workspace.record(
      .tag(object: tag), environment: nil, in: subject, by: tagger)
    try workspace.ledgers.append(
      [record], by: tagger, message: "deed: cut \(subject.release)")
  }

  /// Tag and ledgers in one atomic push: nobody sees one without the other.
  private func push(_ release: ReleaseVersion, to remote: String) async throws {
    let sync = Sync(workspace.ledgers, remote: remote)
    for _ in 0..<Self.attempts {
      let outgoing = try sync.outgoing()
      let results = try await workspace.repository.push(
        remote, ["\(release.reference):\(release.reference)"] + outgoing.map(\.refspec),
        atomic: true)
      let rejections = results.compactMap { result -> (String, PushResult.Rejection)? in
        guard case .rejected(let rejection) = result.outcome else { return nil }
        return (result.destination, rejection)
      }
      if rejections.isEmpty {
        for ledger in outgoing { try sync.notePushed(ledger) }
        return
      }
      try await check(rejections, release, remote)
      _ = try await sync.receive()
    }
    throw Failure(.network, "\(remote.safe) kept moving on", hint: nil)
  }

  /// Returns where it is worth trying again: where ledgers moved on, and nothing else is wrong.
  private func check(
    _ rejections: [(reference: String, why: PushResult.Rejection)], _ release: ReleaseVersion,
    _ remote: String
  ) async throws {
    if let (_, why) = rejections.first, rejections.allSatisfy(\.1.isConsequence) {
      throw Failure(.refused, "\(remote.safe) does not take it: \(why.reason.safeLine)")
    }
    for (reference, why) in rejections {
      switch why {
      case .atomic: continue
      case .movedOn where reference != release.reference: continue
      // A remote may say of all references alike that it moved on: what it has now decides.
      case .movedOn where try await isFree(release, on: remote): continue
      case .movedOn, .exists:
        throw Failure(
          .refused, "\(remote.safe) has another tag \(release) by now", hint: "git fetch --tags")
      case .refused(let reason):
        throw Failure(
          .refused, "\(remote.safe) does not take \(reference.safe): \(reason.safeLine)")
      }
    }
  }

  private func isFree(_ release: ReleaseVersion, on remote: String) async throws -> Bool {
    try await workspace.repository.listRemote(remote, [release.reference])[release.reference]
      == nil
  }

  /// Where git keeps a tag's message while it is edited.
  private var messagePath: String { workspace.repository.gitDirectory + "/TAG_EDITMSG" }

  private func editedMessage() async throws -> [UInt8] {
    try Files.write(plan.draft, to: messagePath, exclusively: false)
    try await workspace.repository.edit(messagePath)
    return try Files.read(messagePath)
  }

  /// Nobody is to type a message twice: it goes once the tag is there, and not before.
  private func tagKeepingMessage(
    _ release: ReleaseVersion, _ tagger: Identity
  ) async throws -> (ObjectID, isSigned: Bool) {
    guard edits, plan.unfinished == nil else { return try await tag(release, tagger) }
    do {
      let result = try await tag(release, tagger)
      try Files.remove(messagePath)
      return result
    } catch {
      let failure = Failure(error)
      throw Failure(
        failure.kind, "\(failure.message); nothing was tagged",
        hint: "your text is kept: \(plan.command) --edit -F \(messagePath)")
    }
  }
}

extension PushResult.Rejection {
  /// Whether another reference in the same push is to blame.
  fileprivate var isConsequence: Bool { if case .atomic = self { true } else { false } }
}
