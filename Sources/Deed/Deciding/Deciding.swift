import ArgumentParser
import Git
import Ledger
import Release

/// Options of `go` and `no-go`.
struct DecisionOptions: ParsableArguments {
  @OptionGroup var statement: StatementOptions

  @Flag(help: "Decide without asking the remote what others recorded; that is recorded too.")
  var offline = false

  @OptionGroup var signing: SigningOptions
  @OptionGroup var recording: RecordingOptions
  @OptionGroup var output: FormatOption

  init() {}

  func validate() throws {
    if offline, recording.push { throw ValidationError("--offline and --push exclude each other.") }
  }
}

/// Records whether a release may go to an environment, and seals what that rests on.
struct Deciding {
  let workspace: Workspace
  let options: DecisionOptions
  let identity: Identity
  /// Where it is pushed with `--push`.
  let remote: String?
  /// Whether there is a remote, and it was not asked.
  let isOffline: Bool
  let subject: ReleaseCase
  let environment: EnvironmentRules
  let verdict: Verdict
  private let tips: [LedgerName: ObjectID]

  /// Brings together what is known: first of all from the remote, so that no objection that is
  /// already there is overlooked.
  init(_ options: DecisionOptions, in context: Context) async throws {
    let workspace = try Workspace(context)
    self.workspace = workspace
    self.options = options
    identity = try await workspace.committer()
    let policy = try Self.policyBefore(options, workspace)
    remote = options.recording.push ? try await workspace.requireRemote(policy) : nil
    let known = try await Self.remote(policy, options, workspace)
    isOffline = options.offline && known != nil
    try await Self.receive(from: known, options, workspace)
    let chosen = try workspace.subject(options.statement.release)
    // What the released commit says counts, and it may name another remote than HEAD's.
    let named = try await Self.remote(chosen.policy, options, workspace)
    if named != known { try await Self.receive(from: named, options, workspace) }
    // Before the records are read: a seal names what it was read from, or something earlier.
    tips = try workspace.ledgers.tipsOfRecords()
    environment = try workspace.environment(named: options.statement.environment, of: chosen)
    subject = try await workspace.gather(chosen)
    verdict = Gate.judge(subject, in: environment)
    try subject.requireSoundTag(otherwise: "nothing can be decided of it")
  }

  /// The no-go that governs, where one does.
  var noGo: Record? {
    verdict.decision.flatMap { $0.decision.choice == .noGo ? $0.record : nil }
  }

  /// The rules by which the remote is chosen, before anything was received.
  private static func policyBefore(
    _ options: DecisionOptions, _ workspace: Workspace
  ) throws -> Policy {
    if options.statement.release.version != nil {
      return try workspace.subject(options.statement.release).policy
    }
    return try workspace.policy(
      at: options.statement.release.commit.map(workspace.commit) ?? workspace.head())
  }

  /// The remote that has what others recorded; `nil` where there is none at all.
  private static func remote(
    _ policy: Policy, _ options: DecisionOptions, _ workspace: Workspace
  ) async throws -> String? {
    if options.offline { return try await workspace.remote(policy) }
    if try await workspace.repository.remotes().isEmpty { return nil }
    // A fork's records are nobody's answer.
    return try await workspace.requireRemote(policy)
  }

  private static func receive(
    from remote: String?, _ options: DecisionOptions, _ workspace: Workspace
  ) async throws {
    // A dry run needs no rights, and changes nothing.
    if options.recording.dryRun { return }
    guard let remote, !options.offline else {
      return try await workspace.uniteFetched()
    }
    do {
      _ = try await workspace.receive(from: remote)
    } catch {
      let failure = Failure(error)
      throw Failure(
        failure.kind, "what others recorded is not known: \(failure.message)",
        hint: failure.hint.map { "\($0)\nor --offline, which is recorded" }
          ?? "--offline decides without it, and is recorded")
    }
  }

  /// The screen of what is being decided, before it is.
  func show(_ common: CommonOptions) {
    guard !common.quiet else { return }
    let context = workspace.context
    let screen = StatusScreen(
      subject: subject, verdicts: [verdict],
      style: Style(hasColour: context.terminal.errorHasColour), width: context.terminal.errorWidth)
    for line in screen.heading + screen.environment(verdict) { context.error.print(line) }
  }

  /// Records the decision.
  ///
  /// - Parameter seals: Whether it carries a seal over all records of the release at its commit.
  func record(_ decision: Record.Decision, seals: Bool, _ common: CommonOptions) async throws {
    var decision = decision
    decision.isOffline = isOffline
    var files: [PendingFile] = []
    if seals {
      let (seal, list) = try seal()
      decision.seal = seal
      files = [list]
    }
    let signing = try await signing(seals: seals)
    var record = try workspace.record(
      .decision(decision), environment: environment.name, in: subject, by: identity)
    if !options.recording.dryRun {
      record = try await signing.append(
        record, with: files,
        of: ReleaseSubject(
          release: subject.release, commit: subject.commit, policy: subject.policy),
        by: identity,
        message:
          "deed: \(decision.choice.rawValue) for \(subject.release) in \(environment.name)")
    }
    try await workspace.shareIfAsked(
      "your decision", remote, options.recording, common, subject.policy)
    try report(record)
  }

  /// What seals the evidence of a release whose tag has to be signed is signed, too.
  private func signing(seals: Bool) async throws -> Workspace {
    let isRefused = options.signing.sign == false
    switch seals ? subject.wantsSignedTag : .no {
    case .yes(let policy) where isRefused:
      throw Failure(
        .refused, "\(policy) wants tags signed, and the seals that they carry",
        hint: "leave out --no-sign")
    case .unknown(let why) where isRefused:
      throw Failure(
        .repository, "whether the seal has to be signed cannot be told: \(why)",
        hint: "leave out --no-sign; or: deed sync && git fetch --tags")
    case .yes: return try await workspace.signing(options.signing, options.recording, isAsked: true)
    case .no, .unknown:
      return try await workspace.signing(
        options.signing, options.recording, factsOf: subject, in: environment)
    }
  }

  private func seal() throws -> (Seal, list: PendingFile) {
    let sealed = subject.evidence.sealed(release: subject.release, commit: subject.commit)
    let list = sealed.list
    let seal = sealed.seal(
      blob: try workspace.repository.id(of: .blob, list), ledgers: tips)
    return (seal, PendingFile(attachment: seal.list, isProof: true) { list })
  }

  private func report(_ record: Record) throws {
    let context = workspace.context
    switch options.output.format {
    case .json:
      try context.output.print(
        json: RecordedReport(id: record.id.description, record: try RecordLine(record)))
    case .text:
      let done = options.recording.dryRun ? "would record" : "recorded"
      context.say(
        "\(done) \(record.id.short): \(subject.release.description.safe) in \(environment.name.safe): "
          + record.decisionLine.safe)
    }
  }
}

/// `go --format json`, where the answer is no.
struct GoRefusalReport: Encodable {
  struct Entry: Encodable {
    let id: String
    let state: Answer
    let why: String
    let mend: String?
  }

  let v = 1
  let release: String
  let commit: String
  let environment: String
  let verdict: Answer
  let requirements: [Entry]
}

extension Deciding {
  /// What comes before a go for the environment before, where more is wanting there than that.
  private func first(before mend: Mend?, _ hasRemote: Bool) -> String? {
    guard case .go(let place)? = mend, let rules = subject.policy.environment(place),
      case let before = Gate.judge(subject, in: rules), before.state != .met
    else { return nil }
    return NextStep(subject, [before], hasRemote: hasRemote).command
  }

  /// Says what is not met, each with the command that mends it; the exit code is the gate's answer.
  func refuse() async throws -> Int32 {
    let context = workspace.context
    let hasRemote = try await workspace.remote(subject.policy) != nil
    let words = StepWords(of: subject, hasRemote: hasRemote)
    let open = verdict.requirements.filter { $0.state != .met }
    let entries = open.map { requirement in
      GoRefusalReport.Entry(
        id: requirement.id.description, state: requirement.state, why: requirement.why,
        mend: first(before: requirement.mend, hasRemote)
          ?? requirement.mend.flatMap { words.command($0, in: environment.name) })
    }
    switch options.output.format {
    case .json:
      try context.output.print(
        json: GoRefusalReport(
          release: subject.release.description, commit: subject.commit.description,
          environment: environment.name, verdict: verdict.state, requirements: entries))
    case .text:
      let style = Style(hasColour: context.terminal.errorHasColour)
      context.error.print(
        "\(style.red("error:")) \(subject.release.description.safe) may not go to "
          + "\(environment.name.safe):")
      let commands = words.commands(
        for: open.map { ($0.mend, environment.name) }, of: subject.policy)
      for (requirement, (entry, command)) in zip(open, zip(entries, commands)) {
        let lines = "\(entry.id): \(entry.why)".safe.wrapped(
          to: context.terminal.errorWidth, after: "  \(style.mark(requirement.state)) ", indent: 4)
        for line in lines { context.error.print(line) }
        let hint = first(before: requirement.mend, hasRemote) ?? command
        var remark = ""
        if case .approve? = requirement.mend, let who = subject.whoMayApproveNext(verdict) {
          remark = "   # \(who)"
        }
        if let hint { context.error.print("    hint: \(hint.safe)\(remark.safe)") }
      }
    }
    return verdict.state.exitCode
  }
}
