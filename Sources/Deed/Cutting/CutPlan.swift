import Git
import Release

/// What `cut` is going to do, reckoned before anything is written: a dry run is the same plan.
struct CutPlan {
  enum Version {
    /// As somebody typed it.
    case named(String, package: String?)
    /// As the commits ask for it.
    case suggested(package: String?, prerelease: String?)
  }

  let target: ObjectID
  let policy: Policy
  let remote: String?
  private let isCommitGiven: Bool
  let preflight: [PreflightCheck]
  /// What to say of it though it is clear.
  let advice: String?
  /// Whether something was typed wrongly: trouble, and no answer.
  let isMistyped: Bool
  /// `nil` where the version is none.
  let release: ReleaseVersion?
  /// The release, or what somebody typed instead of one.
  let name: String
  /// The tag that an earlier, unfinished run made.
  let unfinished: AnnotatedTag?
  let tagger: Identity?
  let signer: Signer?
  /// The tag as it was signed to see whether that counts; `nil` where nobody asks for it.
  let signed: TagObject?
  /// What is still to be recorded as shipped.
  let manifest: Manifest?
  private(set) var releaseCase: ReleaseCase?
  private(set) var verdicts: [Verdict]
  private let text: [UInt8]
  /// Where the ledgers stood before the case was read.
  private var ledgers: [LedgerName: ObjectID] = [:]

  var isClear: Bool { preflight.allSatisfy { $0.state == .met } }

  init(
    _ workspace: Workspace, version: Version, target: ObjectID, policy: Policy, remote: String?,
    message: RequestedMessage, isCommitGiven: Bool, signing: CutSigning
  ) async throws {
    self.target = target
    self.policy = policy
    self.remote = remote
    self.isCommitGiven = isCommitGiven
    var preflight = Preflight(workspace, target: target, policy: policy, remote: remote)
    release = try await preflight.version(version)
    isMistyped = preflight.isMistyped
    name = release?.description ?? version.typed
    preflight.branch(isCommitGiven: isCommitGiven)
    await preflight.workTree(isCommitGiven: isCommitGiven)
    preflight.operation()
    await preflight.upstream(isCommitGiven: isCommitGiven)
    advice = preflight.advice
    tagger = await preflight.identity()
    var gathered: ReleaseCase?
    if let release {
      ledgers = try workspace.ledgers.tipsOfAllRecords()
      gathered = try await workspace.gather(
        ReleaseSubject(release: release, commit: target, policy: policy), isCutting: true)
    }
    signer = await preflight.signer(signing, for: gathered)
    guard let release, let gathered else {
      (unfinished, signed, manifest, releaseCase, verdicts, text) = (nil, nil, nil, nil, [], [])
      self.preflight = preflight.checks
      return
    }
    preflight.package(of: release)
    let hasHistory = await preflight.order(release)
    releaseCase = gathered
    verdicts = Gate.judge(gathered.asCut(by: tagger?.person))
    preflight.gate(verdicts, gathered)
    await preflight.signersOfTheNext(after: gathered)
    preflight.attachments(of: gathered)
    await preflight.others(than: release)
    manifest = await preflight.manifest(gathered)
    text = try preflight.message(message, release, hasHistory: hasHistory)
    let edited = message.isEdited ? try workspace.keptMessage() : nil
    // Beside the tag that was cut, what does not count is settled; nothing else waits for it.
    let void = gathered.tagRecords.agreeing.isEmpty ? [] : gathered.evidence.voidTagRecords
    unfinished = try await preflight.tag(
      release, tagger: tagger, records: gathered.evidence.tagRecords + void,
      message: TagObject.message(cleaning: edited ?? text), signs: signer != nil,
      isCommitGiven: isCommitGiven)
    signed =
      if unfinished != nil {
        preflight.signature(on: gathered)
      } else {
        await preflight.signature(
          TagObject(
            object: target, kind: .commit, name: release.description, tagger: tagger,
            message: Self.message(
              of: TagObject.message(cleaning: text), verdicts, gathered, ledgers)),
          by: signer, for: gathered)
      }
    self.preflight = preflight.checks
  }

  /// What environments ask for that nobody requires for a tag, each as a phrase.
  var openRequirements: [String] {
    verdicts.compactMap { verdict in
      guard !(releaseCase?.isRequiredForTag(verdict.environment) ?? true) else { return nil }
      // What was never fetched is said elsewhere, and is no requirement of the team's.
      let open = verdict.requirements.filter { requirement in
        requirement.state != .met && ![.policy, .ledger].contains(requirement.id)
          && !requirement.hangsOnPolicy
      }
      guard !open.isEmpty else { return nil }
      let reasons = open.map { "\($0.id): \($0.why)" }.joined(separator: "; ")
      return "\(verdict.environment) (\(reasons))"
    }
  }

  /// The environments whose check of the tag is to be run again, once this tag is there: that a version
  /// was free says nothing of the tag that took it.
  func placesToCheckAgain(_ tag: ObjectID) -> [String] {
    guard var cut = releaseCase else { return [] }
    cut.tag = .annotated(
      AnnotatedTag(
        object: tag, name: name, commit: target, tagger: tagger?.person, message: "",
        isSigned: false))
    return policy.environments.filter(cut.isTagCheckDueAgain).map(\.name)
  }

  /// The tag's message, the trailers included, as `git tag --cleanup=whitespace` would clean it.
  ///
  /// - Parameter edited: What a person made of it in an editor.
  func message(edited: [UInt8]? = nil) throws -> [UInt8] {
    let cleaned = TagObject.message(cleaning: edited ?? text)
    if let failure = Self.objection(to: cleaned) { throw failure }
    return Self.message(of: cleaned, verdicts, releaseCase, ledgers)
  }

  private static func message(
    of cleaned: [UInt8], _ verdicts: [Verdict], _ subject: ReleaseCase?,
    _ ledgers: [LedgerName: ObjectID]
  ) -> [UInt8] {
    let manifests = subject.map { ManifestStanding($0.evidence).entries } ?? []
    // Where nothing is asked before the tag, nobody has to know what was there.
    let isAsked = !(subject?.environmentsBeforeTag.isEmpty ?? true)
    return TagTrailers(
      verdicts: verdicts, manifests: manifests.map(\.summary.file.digest),
      ledgers: isAsked ? ledgers : [:]
    ).appended(to: cleaned)
  }

  /// The same plan over a case that knows more by now.
  ///
  /// - Parameter ledgers: Where the ledgers stood before it was read.
  func judged(_ subject: ReleaseCase, ledgers: [LedgerName: ObjectID]) -> CutPlan {
    var plan = self
    plan.ledgers = ledgers
    plan.releaseCase = subject
    plan.verdicts = Gate.judge(subject.asCut(by: tagger?.person))
    return plan
  }

  /// Why a message cannot be a tag's; `nil` where it can.
  static func objection(to cleaned: [UInt8]) -> Failure? {
    if cleaned.isEmpty {
      return Failure(.refused, "the message is empty", hint: "say what the release is: -m TEXT")
    }
    if let line = TagTrailers.reserved(in: cleaned).first {
      return Failure(
        .refused, "no line of the message may begin with \u{201C}Deed-\u{201D}: \(line.safe)",
        hint: "take it out: deed writes those trailers itself")
    }
    if cleaned.contains(0) { return Failure(.refused, "the message has a NUL byte in it") }
    if TagObject.signatureStart(in: cleaned) != nil {
      return Failure(.refused, "the message has a line in it that opens a signature")
    }
    return nil
  }

  /// The command that does the rest, where this one cannot.
  var command: String {
    let place = isCommitGiven ? " --commit \(target.short)" : ""
    let push = remote.map { " --push \(GitError.quoted($0))" } ?? ""
    return "deed cut \(GitError.quoted(name))\(place)\(push)"
  }

  /// What an editor is opened on.
  var draft: [UInt8] { TagObject.message(cleaning: text) }
}

extension ReleaseCase {
  /// The case as it will be once this person has cut the tag: who cuts has a hand in the release.
  func asCut(by tagger: Person?) -> ReleaseCase {
    guard case .absent = tag, let tagger else { return self }
    var cut = self
    cut.isTagNew = true
    cut.tag = .annotated(
      AnnotatedTag(
        object: .zero, name: release.description, commit: commit, tagger: tagger, message: "",
        isSigned: false))
    return cut
  }
}

/// The message that somebody asked for.
struct RequestedMessage {
  /// `nil` where it is to be the release notes.
  let text: [UInt8]?
  /// Whether it is still to be edited, so that nothing can be said about it yet.
  let isEdited: Bool
}

extension CutPlan.Version {
  fileprivate var typed: String {
    switch self {
    case .named(let name, package: _): name
    case .suggested: "the next version"
    }
  }
}
