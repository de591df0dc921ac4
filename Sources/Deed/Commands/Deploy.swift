import ArgumentParser
import Git
import Ledger
import Release

struct DeployCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "deploy",
    abstract: "Record what another system deployed.",
    usage: "deed deploy [<version>] [-e <name>] --finished|--failed|--started",
    discussion: """
      Records that a deployment began, succeeded or failed, under your git identity. Where no go let \
      it through, it is recorded all the same, and said: what happened, happened.

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
    let rules = try chosen.policy.environment(named: environment)
    let subject = try await workspace.gather(chosen)
    guard subject.tag.isSound else {
      throw Failure(
        .refused, "the tag \(subject.release) is not a release: nothing of it can be deployed",
        hint: "deed verify \(subject.release)   # says what is wrong with it")
    }
    if release.commit == nil, !subject.isKnown {
      throw Failure.noRelease(
        subject.release, otherwise: "or say which commit it is: --commit REV")
    }
    var run = Record.Run(outcome)
    run.comment = message
    run.isReported = true
    var record = try workspace.record(
      .deployment(run), environment: rules.name, in: subject, by: identity)
    if !recording.dryRun {
      record = try await workspace.signing(
        signing, recording, factsOf: subject, in: rules
      ).append(
        [record], by: identity,
        message: "deed: deployment of \(subject.release) to \(rules.name) \(outcome.rawValue)")[0]
    }
    try await warn(Gate.judge(subject, in: rules), subject, workspace)
    try await workspace.shareIfAsked(
      "the deployment", remote, recording, common, subject.policy)
    try report(record, context)
    if outcome == .succeeded { try await sayWhatIsDue(in: rules, subject, workspace) }
    return 0
  }

  /// What is to be checked now that it runs there.
  private func sayWhatIsDue(
    in rules: EnvironmentRules, _ subject: ReleaseCase, _ workspace: Workspace
  ) async throws {
    let names = rules.checks.filter { subject.policy.stage(ofCheck: $0) == .after }
    guard !names.isEmpty, !recording.dryRun, !common.quiet else { return }
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
    case nil: why = "there is no go"
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

  private func report(_ record: Record, _ context: Context) throws {
    switch output.format {
    case .json:
      try context.output.print(
        json: RecordedReport(id: record.id.description, record: try RecordLine(record)))
    case .text:
      let done = recording.dryRun ? "would record" : "recorded"
      context.say(
        "\(done) \(record.id.short): \(record.environment?.safe ?? ""): \(record.runLine().safe)")
    }
  }
}
