import ArgumentParser
import Checks
import Git
import Ledger
import Release

struct DeployCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "deploy",
    abstract: "Record what another system deployed, and check what runs then.",
    usage: "deed deploy [<version>] [-e <name>] --finished|--failed|--started",
    discussion: """
      Records that a deployment began, succeeded or failed, under your git identity. Where no go let \
      it through, it is recorded all the same, and said: what happened, happened; but nothing of a \
      tag that is not the one that was cut. After --finished it runs the checks that the environment \
      has for after the deployment, and exits as deed check does: 1 where one failed, 2 where one \
      cannot tell.

        deed deploy v1.4.0 -e staging --finished --push
        deed deploy -e production --failed -m "health check timed out" --push
      """)

  @OptionGroup var release: ReleaseArguments

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The environment; may be left out where there is only one.", valueName: "name"))
  var environment: String?

  @Flag(help: "It began.")
  var started = false

  @Flag(help: "It succeeded.")
  var finished = false

  @Flag(help: "It failed.")
  var failed = false

  @Flag(
    inversion: .prefixedNo,
    help: "With --finished: run the checks for after the deployment, or only name them.")
  var check = true

  @Option(
    name: [.short, .long], parsing: .unconditional,
    help: ArgumentHelp("A comment.", valueName: "text"))
  var message: String?

  @OptionGroup var signing: SigningOptions
  @OptionGroup var recording: RecordingOptions
  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard [started, finished, failed].count(where: { $0 }) == 1 else {
      throw ValidationError("Say one of --started, --finished and --failed.")
    }
  }

  private var outcome: Record.RunOutcome {
    if started { return .started }
    return finished ? .succeeded : .failed
  }

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    let identity = try await workspace.committer()
    let remote = try await workspace.receiveIfAsked(recording, commit: release.commit)
    let chosen = try workspace.subject(release)
    let rules = try workspace.environment(named: environment, of: chosen)
    let subject = try await workspace.gather(chosen)
    try subject.requireSoundTag(otherwise: "nothing of it can be deployed")
    try subject.requireUnmovedTag(toBe: "deployed")
    if release.commit == nil, !subject.isKnown {
      throw Failure.noRelease(
        subject.release, otherwise: "or say which commit it is: --commit REV")
    }
    var run = Record.Run(outcome)
    run.comment = message
    run.isReported = true
    var record = try workspace.record(
      .deployment(run), environment: rules.name, in: subject, by: identity)
    let recorder = try await workspace.signing(signing, recording, factsOf: subject, in: rules)
    if !recording.dryRun {
      record = try await recorder.append(
        [record], by: identity,
        message: "deed: deployment of \(subject.release) to \(rules.name) \(outcome.rawValue)")[0]
    }
    try await warn(Gate.judge(subject, in: rules), subject, workspace)
    let due = outcome == .succeeded ? subject.policy.checks(of: rules, at: .after) : []
    guard check, !due.isEmpty, !recording.dryRun else {
      try await workspace.shareIfAsked(
        "the deployment", remote, recording, common, subject.policy)
      try report(record, context)
      try await sayWhatIsDue(due, in: rules, subject, workspace)
      return 0
    }
    let checks = AutomaticChecks(
      workspace: recorder,
      run: CheckRun(context: context, subject: subject, environment: rules), names: due,
      isStrict: false, identity: identity)
    return try await finish(checks, after: record, of: chosen, remote)
  }

  /// Shares the deployment, checks what runs now, and shares that.
  private func finish(
    _ checks: AutomaticChecks, after record: Record, of chosen: ReleaseSubject, _ remote: String?
  ) async throws -> Int32 {
    let (workspace, context) = (checks.workspace, checks.run.context)
    let policy = checks.subject.policy
    let isText = output.format == .text
    if isText { try report(record, context) }
    var troubles: [Failure] = []
    func attempt(_ task: () async throws -> Void) async {
      do { try await task() } catch { troubles.append(Failure(error)) }
    }
    // Others hear of the deployment before the checks are through, and these need no network.
    await attempt {
      try await workspace.shareIfAsked(
        "the deployment", remote, recording, common, policy, quietly: remote == nil)
    }
    var checked: CheckOutput?
    await attempt {
      var checks = checks
      // What the ledgers say with the deployment in them.
      checks.run = CheckRun(
        context: context, subject: try await workspace.gather(chosen),
        environment: checks.environment)
      if isText { context.output.print("") }
      checked = await Interruption.noted {
        await checks.output(isShown: isText, isQuiet: common.quiet)
      }
    }
    if troubles.isEmpty, remote == nil || checked?.isRecorded == true {
      await attempt {
        try await workspace.shareIfAsked("the outcome", remote, recording, common, policy)
      }
    }
    if !isText { try report(record, context, checked: checked) }
    let open = checked?.done.filter { $0.isObjection || $0.outcome == nil } ?? []
    try await sayWhatIsDue(
      open.map(\.report.name), in: checks.environment, checks.subject, workspace)
    return (troubles + [checked?.problem].compactMap(\.self)).map { $0.told(in: context) }
      .reduce(checked?.exitCode ?? 0, max)
  }

  /// Names what is to be checked now that it runs there.
  private func sayWhatIsDue(
    _ names: [String], in rules: EnvironmentRules, _ subject: ReleaseCase, _ workspace: Workspace
  ) async throws {
    guard !names.isEmpty else { return }
    if recording.dryRun {
      guard check, output.format == .text else { return }
      return workspace.context.say("would run \(names.joined(separator: ", ").safe)")
    }
    guard !common.quiet else { return }
    let words = StepWords(
      of: subject, hasRemote: try await workspace.remote(subject.policy) != nil)
    workspace.context.error.print("hint: \(words.check(names, in: rules.name).safe)")
  }

  /// Says where nobody let it through, or what is not met any more: the record stays a fact.
  private func warn(
    _ verdict: Verdict, _ subject: ReleaseCase, _ workspace: Workspace
  ) async throws {
    guard verdict.mayDeploy != .met else { return }
    let why: String
    switch verdict.decision {
    case nil:
      if case .absent = subject.tag,
        let go = try workspace.goElsewhere(for: subject, in: verdict.environment)
      {
        return try await warn(of: go, verdict, subject, workspace)
      }
      why = "there is no go"
    case let decision? where !decision.isInForce:
      why = "the \(decision.decision.choice.rawValue) is not in force: \(decision.objection ?? "")"
    case let decision? where decision.decision.choice == .go:
      return try await warn(since: decision, verdict, subject, workspace)
    case let decision?: why = decision.words
    }
    let place = verdict.environment.safe
    let answer =
      verdict.mayDeploy == .unknown
      ? "it cannot be told whether it might go to \(place)" : "nothing let it go to \(place)"
    workspace.context.error.print("warning: \(answer): \(why.safe)")
  }

  /// The version was let go as another commit: what runs there may be that one.
  private func warn(
    of go: Record, _ verdict: Verdict, _ subject: ReleaseCase, _ workspace: Workspace
  ) async throws {
    workspace.note(
      "warning: nothing let \(subject.commit.short) go to \(verdict.environment.safe): the go for "
        + "\(subject.release) is for \(go.commit.short), by \(go.by.name.safe)")
    guard !common.quiet else { return }
    let words = StepWords(
      of: subject, hasRemote: try await workspace.remote(subject.policy) != nil)
    let command = words.deploy(
      started ? "--started" : finished ? "--finished" : "--failed", in: verdict.environment)
    workspace.context.error.print(
      "hint: \(command.safe) --commit \(go.commit.short)   # if that is what was deployed")
  }

  /// The go stands: what is not met since, and what mends that.
  private func warn(
    since go: DecisionStanding, _ verdict: Verdict, _ subject: ReleaseCase, _ workspace: Workspace
  ) async throws {
    let open = verdict.requirements.filter { $0.state != .met }
    let names = open.map(\.id.description).joined(separator: ", ")
    let what = verdict.state == .unknown ? "it cannot be told whether these are met" : "not met"
    workspace.note("warning: \(go.words.safe); since then \(what): \(names.safe)")
    let words = StepWords(
      of: subject, hasRemote: try await workspace.remote(subject.policy) != nil)
    let commands = words.commands(
      for: open.map { ($0.mend, verdict.environment) }, of: subject.policy)
    for command in commands.compactMap(\.self) where !common.quiet {
      workspace.context.error.print("hint: \(command.safe)")
    }
  }

  /// - Parameter checked: What was checked after it.
  private func report(
    _ record: Record, _ context: Context, checked: CheckOutput? = nil
  ) throws {
    switch output.format {
    case .json:
      try context.output.print(
        json: DeploymentReport(
          id: record.id.description, record: try RecordLine(record),
          checks: checked.map(CheckRunReport.init)))
    case .text:
      let done = recording.dryRun ? "would record" : "recorded"
      context.say(
        "\(done) \(record.id.short): \(record.environment?.safe ?? ""): \(record.runLine().safe)")
    }
  }
}

/// `deploy --format json`: as of any recording command, with what was checked after it.
private struct DeploymentReport: Encodable {
  let v = 1
  let id: String
  let record: RecordLine
  let checks: CheckRunReport?
}
