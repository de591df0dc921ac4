import Git
import Ledger
import Release

/// One reason why a push is refused.
struct PushRefusal {
  /// What it is about: a release, or a reference.
  let name: String
  /// A sentence without its full stop.
  let why: String
  /// What whoever pushes has to do.
  let command: String?

  init(_ name: String, _ why: String, command: String? = nil) {
    self.name = name
    self.why = why
    self.command = command
  }

  /// What cannot be judged is not let in.
  init(_ name: String, _ error: any Error) {
    let failure = Failure(error)
    let doubt = failure.kind == .refused ? "" : "it cannot be judged: "
    self.init(name, doubt + failure.message, command: failure.hint)
  }

  /// What whoever pushes reads: a line each, since programs read them too, as deed does in `sync`.
  var lines: [String] {
    ["- \(name.safe): \(why.safeLine)"] + (command.map { ["  hint: \($0.safeLine)"] } ?? [])
  }
}

/// Judges a push as a whole, in a repository that receives it: nothing is written.
///
/// Ledgers are judged by their form alone, release tags by the gate over the ledgers as the push
/// would leave them. All other references are let through unread.
struct PushJudgement {
  /// After so many reasons nobody reads another, and none is looked for.
  static let limit = 30

  private let context: Context
  /// Environments that a tag needs whatever its own policy says.
  private let required: [String]
  private let pushed: [PushedReference]
  /// Where the push would leave references, by the bytes of their names.
  private let targets: [[UInt8]: ObjectID?]

  init(_ pushed: [PushedReference], requiring required: [String], in context: Context) {
    self.context = context
    self.required = required
    self.pushed = pushed
    targets = Dictionary(pushed.map { ($0.name, $0.new) }, uniquingKeysWith: { $1 })
  }

  /// Why the push is refused; empty where it is let in.
  func refusals() async throws -> [PushRefusal] {
    let ledgers = pushed.compactMap { push in push.ledger.map { ($0, push) } }
    let tags = pushed.filter { $0.tag != nil }
    var refusals = pushed.compactMap(obstruction) + repetitions(among: tags + ledgers.map(\.1))
    let unknown = pushed.filter(\.isUnknownLedger)
    guard !ledgers.isEmpty || !tags.isEmpty || !unknown.isEmpty else { return refusals }
    var workspace = try Workspace(context, isServer: true)
    refusals += (ledgers.map(\.1) + tags).compactMap { outdated($0, workspace) }
    refusals += unknown.flatMap { self.refusals(ofUnknown: $0, workspace) }
    for (ledger, push) in ledgers where ledger != .attachments {
      refusals += self.refusals(of: push, ledger, workspace)
    }
    if let files = ledgers.first(where: { $0.0 == .attachments })?.1 {
      refusals += await self.refusals(ofFiles: files, ledgers.map(\.1), refusals.isEmpty, workspace)
    }
    guard !tags.isEmpty else { return refusals }
    let judgement = TagJudgement(&workspace, pushed: pushed, tags: tags, requiring: required)
    // What is wrong with the ledgers would be wrong with all that rests on them.
    return await judgement.refusals(asksGate: refusals.isEmpty) + refusals
  }

  /// Of a reference that is named twice git may take the one and refuse the other.
  private func repetitions(among pushed: [PushedReference]) -> [PushRefusal] {
    Dictionary(grouping: pushed, by: \.name).values.compactMap { same in
      same.count < 2
        ? nil
        : PushRefusal(
          same[0].shown, "it is pushed \(same.count) times at once", command: "push it once")
    }
  }

  /// A ledger or tag that is not where whoever pushes says: git would refuse it, and take what was judged
  /// by it.
  private func outdated(_ push: PushedReference, _ workspace: Workspace) -> PushRefusal? {
    // No record speaks of a name that is no text.
    guard let name = String(validating: push.name, as: UTF8.self) else { return nil }
    do {
      guard try workspace.repository.reference(name) != push.old else { return nil }
    } catch {
      return PushRefusal(name, error)
    }
    return PushRefusal(
      name, "it has moved on meanwhile",
      command: "\(push.tag == nil ? "deed sync" : "git fetch --tags")   # then push again")
  }

  private func obstruction(_ push: PushedReference) -> PushRefusal? {
    push.obstructedLedger.map { ledger in
      PushRefusal(
        push.shown, "no \(ledger.reference) could stand beside it",
        command: "give it another name")
    }
  }

  /// A later deed may have more ledgers, of which this one knows that they are notes.
  private func refusals(
    ofUnknown push: PushedReference, _ workspace: Workspace
  ) -> [PushRefusal] {
    guard let new = push.new else { return [] }
    do {
      return try workspace.ledgers.objections(toMovingUnknownLedgerFrom: push.old, to: new).map {
        PushRefusal(push.shown, $0.why, command: "give it another name")
      }
    } catch {
      return [PushRefusal(push.shown, error)]
    }
  }

  /// - Parameter redacted: What is known of redactions, for those who wonder why theirs does not help.
  private func refusals(
    of push: PushedReference, _ ledger: LedgerName, _ workspace: Workspace,
    _ redacted: [RedactedFile] = []
  ) -> [PushRefusal] {
    do {
      let words = StepWords(release: "", push: "", isOnlyEnvironment: true)
      let found = try workspace.ledgers.objections(
        toMoving: ledger, from: push.old, to: push.new)
      if found.isEmpty, ledger == .deployments, let new = push.new {
        return try lackOfTags(from: push.old, to: new, workspace)
      }
      // What would be lost is of more interest than what seals name.
      return (found.filter { $0 != .rewritten } + found.filter { $0 == .rewritten })
        .map { objection in
          PushRefusal(
            ledger.reference, objection.why + (Self.remark(on: objection, redacted) ?? ""),
            command: words.command(objection.mend(in: ledger), in: ""))
        }
    } catch {
      return [PushRefusal(ledger.reference, error)]
    }
  }

  /// Records of releases whose tags are neither here nor pushed with them.
  ///
  /// Nothing of deed's sends such a record. It would leave all that are held to that release without a bar,
  /// for as long as nobody cuts it. One that others have replaced says nothing of a tag any more, whether
  /// they come with it or stand there already. Nor does anything of deed's record a release by a name that the
  /// policy of its own commit does not have: whose tag that is goes unread, and may go again.
  private func lackOfTags(
    from old: ObjectID?, to new: ObjectID, _ workspace: Workspace
  ) throws -> [PushRefusal] {
    var lacking: Set<ReleaseVersion> = []
    var others: Set<ReleaseVersion> = []
    var unnamed: Set<ReleaseVersion> = []
    var replaced: Set<RecordID>?
    for line in try workspace.ledgers.news(of: .deployments, from: old, to: new) {
      guard lacking.count + others.count + unnamed.count <= Self.limit else { break }
      let said: (name: String?, commit: ObjectID, object: ObjectID?)
      switch line {
      case .record(let record):
        guard case .tag(let object) = record.body else { continue }
        said = (record.release, record.commit, object)
      // Which tag it means a later deed knows; where that is, it says.
      case .unreadable(let record) where record.kind == .tag:
        said = (record.release, record.commit, nil)
      case .unreadable, .unknownKind, .malformed: continue
      }
      guard let release = said.name.flatMap(ReleaseVersion.init(recorded:)) else { continue }
      let tag = try tagged(release, workspace)
      if let tag, tag.commit == said.commit, tag.object == said.object ?? tag.object {
        if try !workspace.isNamed(release, at: said.commit) { unnamed.insert(release) }
        continue
      }
      if case .record(let record) = line {
        // Read where it is needed, which is as good as never.
        let known = try replaced ?? self.replaced(at: new, workspace)
        replaced = known
        if known.contains(record.id) { continue }
      }
      if tag == nil { lacking.insert(release) } else { others.insert(release) }
    }
    return Self.refusals(lacking: lacking) + Self.refusals(ofOtherTags: others)
      + Self.refusals(ofUnnamed: unnamed)
  }

  private static func refusals(ofUnnamed releases: Set<ReleaseVersion>) -> [PushRefusal] {
    let all = releases.sorted { ($0.prefix, $0) < ($1.prefix, $1) }
    return all.prefix(limit).map { release in
      let name = GitError.quoted(release.description)
      return PushRefusal(
        LedgerName.deployments.reference,
        "records say that \(release) was cut, and \(Policy.fileName) of its commit has no such releases",
        command:
          "git push origin --delete \(name); git tag -d \(name) && deed cut \(name) --take-back   "
          + "# where it is nobody's")
    }
  }

  private static func refusals(lacking: Set<ReleaseVersion>) -> [PushRefusal] {
    let all = lacking.sorted { ($0.prefix, $0) < ($1.prefix, $1) }.map(\.description)
    guard let first = all.first else { return [] }
    let shown = all.prefix(limit)
    let isMore = all.count > shown.count
    let names = isMore ? "--tags" : shown.map { GitError.quoted($0) }.joined(separator: " ")
    let each = all.count == 1 ? GitError.quoted(first) : "VERSION"
    return [
      PushRefusal(
        LedgerName.deployments.reference,
        "records say that \(shown.joined(separator: ", "))\(isMore ? " and more" : "") "
          + "\(all.count == 1 ? "was" : "were") cut, and no such tag is here",
        command:
          "git push --atomic origin \(names) 'refs/notes/deed/*'   # the tags with their records; "
          + "where there is no such tag: deed cut \(each) --take-back")
    ]
  }

  private static func refusals(ofOtherTags releases: Set<ReleaseVersion>) -> [PushRefusal] {
    let all = releases.sorted { ($0.prefix, $0) < ($1.prefix, $1) }
    return all.prefix(limit).map { release in
      let name = GitError.quoted(release.description)
      return PushRefusal(
        LedgerName.deployments.reference,
        "records say that \(release) was cut as another tag than the one that is here",
        command: "deed cut \(name) --push   # settles it; or, where the record is nobody's: "
          + "deed cut \(name) --take-back")
    }
  }

  /// The tag records that say nothing any more in the ledger as the push would leave it.
  private func replaced(at tip: ObjectID, _ workspace: Workspace) throws -> Set<RecordID> {
    let repository = workspace.repository
    let pending = repository.pending
    defer { repository.pending = pending }
    for push in pushed where push.tag != nil || push.ledger != nil {
      repository.pending[push.name] = .some(push.new)
    }
    return try workspace.replacedTags(
      in: DeploymentLines(try workspace.ledgers.lines(at: [tip])))
  }

  /// The tag of a release as the push would leave it, and the commit that it is of.
  private func tagged(
    _ release: ReleaseVersion, _ workspace: Workspace
  ) throws -> (object: ObjectID, commit: ObjectID?)? {
    let target =
      if let pushed = targets[Array(release.reference.utf8)] { pushed } else {
        try workspace.repository.reference(release.reference)
      }
    guard let target else { return nil }
    return (target, try workspace.repository.peeledToCommit(target))
  }

  /// What becomes of the ledger of attachments, by the redactions that are stored and pushed together.
  ///
  /// - Parameter areRecordsSound: Whether those that are pushed can be let in, and so count.
  private func refusals(
    ofFiles push: PushedReference, _ ledgers: [PushedReference], _ areRecordsSound: Bool,
    _ workspace: Workspace
  ) async -> [PushRefusal] {
    let pending = workspace.repository.pending
    defer { workspace.repository.pending = pending }
    if areRecordsSound {
      for push in ledgers where push.ledger != .attachments {
        workspace.repository.pending[push.name] = .some(push.new)
      }
    }
    do {
      return refusals(
        of: push, .attachments, workspace, try await workspace.learnRedactions())
    } catch {
      // Then nothing counts as redacted: files may come, and none may go.
      let found = refusals(of: push, .attachments, workspace)
      return found.isEmpty ? [] : found + [PushRefusal(push.shown, error)]
    }
  }

  private static func remark(
    on objection: LedgerObjection, _ redacted: [RedactedFile]
  ) -> String? {
    let files: [RedactedFile]
    switch objection {
    case .rewritten: files = redacted
    case .droppedFile(let blob): files = redacted.filter { $0.blob == blob }
    default: return nil
    }
    return files.lazy.compactMap { file in
      switch file.state {
      case .inForce: nil
      case .void(let why), .unknown(let why):
        "; the redaction of \(file.blob.short) does not count: \(why)"
      }
    }.first
  }
}
