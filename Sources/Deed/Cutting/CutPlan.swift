import Git
import Release

/// What `cut` is going to do, reckoned before anything is written: a dry run is the same plan.
struct CutPlan {
  enum Version {
    /// As somebody typed it.
    case named(String)
    /// As the commits ask for it.
    case suggested(prerelease: String?)
  }

  let target: ObjectID
  let policy: Policy
  let remote: String?
  let preflight: [PreflightCheck]
  /// `nil` where the version is none.
  let release: ReleaseVersion?
  /// The release, or what somebody typed instead of one.
  let name: String
  /// The tag that an earlier, unfinished run made.
  let unfinished: AnnotatedTag?
  let tagger: Identity?
  let signer: TagSigner?
  let releaseCase: ReleaseCase?
  let verdicts: [Verdict]
  private let text: [UInt8]

  var isClear: Bool { preflight.allSatisfy { $0.state == .met } }

  init(
    _ workspace: Workspace, version: Version, target: ObjectID, policy: Policy, remote: String?,
    message: [UInt8]?, isCommitGiven: Bool, signing: SigningChoice
  ) async throws {
    self.target = target
    self.policy = policy
    self.remote = remote
    var preflight = Preflight(workspace, target: target, policy: policy, remote: remote)
    release = try preflight.version(version)
    name = release?.description ?? version.typed
    preflight.branch(isCommitGiven: isCommitGiven)
    await preflight.workTree(isCommitGiven: isCommitGiven)
    preflight.operation()
    await preflight.upstream(isCommitGiven: isCommitGiven)
    tagger = await preflight.identity()
    signer = await preflight.signer(signing)
    guard let release else {
      (unfinished, releaseCase, verdicts, text) = (nil, nil, [], [])
      self.preflight = preflight.checks
      return
    }
    unfinished = try await preflight.tag(release, tagger: tagger)
    let history = preflight.order(release)
    let subject = ReleaseSubject(release: release, commit: target, policy: policy)
    let gathered = try await workspace.gather(subject)
    releaseCase = gathered
    verdicts = Gate.judge(gathered)
    preflight.gate(verdicts, floor: gathered.floor.policy)
    text = try preflight.message(message, release, history)
    self.preflight = preflight.checks
  }

  /// Environments that would not let the release through, and that nobody requires for a tag.
  var unmetButNotRequired: [Verdict] {
    verdicts.filter { verdict in
      verdict.approvals.counted < verdict.approvals.required
        && !policy.tags.require.contains { $0.utf8.elementsEqual(verdict.environment.utf8) }
    }
  }

  /// The tag's message, the trailers included, as `git tag --cleanup=whitespace` would clean it.
  ///
  /// - Parameter edited: What a person made of it in an editor.
  func message(edited: [UInt8]? = nil) throws -> [UInt8] {
    let cleaned = TagObject.message(cleaning: edited ?? text)
    guard !cleaned.isEmpty else {
      throw Failure(
        .refused, "the message is empty; nothing was tagged", hint: "deed cut … -m TEXT")
    }
    if let line = TagTrailers.reserved(in: cleaned).first {
      throw Failure(
        .refused, "the message may not have a line that begins with Deed-: \(line.safe)",
        hint: "take it out; deed writes those trailers itself")
    }
    return TagTrailers(verdicts: verdicts).appended(to: cleaned)
  }

  /// What an editor is opened on.
  var draft: [UInt8] { TagObject.message(cleaning: text) }
}

extension CutPlan.Version {
  fileprivate var typed: String {
    switch self {
    case .named(let name): name
    case .suggested: "the next version"
    }
  }
}
