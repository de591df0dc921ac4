import Checks
import Git
import Release

// `deed check` without `--run`: the automatic checks.
extension CheckCommand {
  func runChecks(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    let identity = records ? try await workspace.committer() : nil
    let remote = try await workspace.receiveIfAsked(recording, commit: place.commit)
    let (version, names) = try workspace.splitVersion(words, place)
    // Who records nothing may look at what there is to come.
    let chosen = try workspace.subject(place.release(version), suggesting: !records)
    let environment = try chosen.policy.environment(named: place.environment)
    let subject = try await workspace.gather(chosen)
    let selected = try selection(names, environment, chosen.policy)
    let asked = checkRemote ? try await workspace.requireRemote(chosen.policy) : nil
    let checks = AutomaticChecks(
      workspace: try await workspace.signing(
        signing, recording, factsOf: subject, in: environment),
      run: CheckRun(
        context: context, subject: subject, environment: environment, remote: asked,
        isOnline: online),
      names: selected, isStrict: strict, identity: identity)
    if recording.dryRun {
      for name in selected { context.output.print(name.safe) }
      return 0
    }
    if let outputFile { try Files.requireDirectory(above: workspace.path(outputFile)) }
    let style = Style(hasColour: context.terminal.outputHasColour)
    let outcome = await run(checks, style, context)
    let done = outcome.done
    let output = CheckOutput(subject: subject, environment: environment.name, done: done)
    if let problem = outcome.problem {
      if format == .text { context.output.print(output.counts(style).joined(separator: "\n")) }
      throw problem
    }
    if format == .text {
      context.output.print(output.summary(style).joined(separator: "\n"))
    } else {
      context.output.write(try output.bytes(format))
    }
    if let outputFile {
      try workspace.write(try output.bytes(format(of: outputFile)), to: outputFile)
    }
    if done.contains(where: { $0.record != nil }) {
      try await workspace.shareIfAsked(
        "the outcome", remote, recording, common, subject.policy)
    }
    return output.exitCode
  }

  /// The format that the file's ending says, or else that of standard output.
  private func format(of file: String) -> CheckFormat {
    file.hasSuffix(".xml") ? .junit : file.hasSuffix(".json") ? .json : format
  }

  private var records: Bool { record && !recording.dryRun }

  /// Runs them; text is written as it comes, with what commands print on standard error.
  private func run(
    _ checks: AutomaticChecks, _ style: Style, _ context: Context
  ) async -> AutomaticChecks.Outcome {
    let isText = format == .text
    if isText {
      let heading = CheckOutput.heading(checks.subject, checks.environment.name)
      context.output.print(heading.joined(separator: "\n"))
    }
    // A line is shown when it is whole, so that lines of two commands never mix.
    var views: [String: OutputView] = [:]
    return await checks.run(
      for: AutomaticChecks.Audience(
        begun: { number, title in
          if isText { context.output.print("\n" + CheckOutput.title(number, title)) }
        },
        printed: { name, isAlone, bytes in
          guard !common.quiet else { return }
          let margin = isAlone ? "  │ " : "  │ \(name.safe) │ "
          views[name, default: OutputView(context.error, margin: margin)].show(bytes)
        },
        ended: { done in
          views[done.report.name]?.finish()
          guard isText else { return }
          for line in CheckOutput.lines(of: done, style, width: context.terminal.width) {
            context.output.print(line)
          }
        }))
  }

  /// The checks that are named, or those of the environment that are due at the stage.
  private func selection(
    _ names: [String], _ environment: EnvironmentRules, _ policy: Policy
  ) throws -> [String] {
    let stage = try chosenStage()
    guard names.isEmpty else {
      let known = Set(policy.checks.keys).union(CheckRules.builtIn.keys).sorted()
      for name in names where !known.containsBytes(of: name) {
        throw Failure(
          .usage, "there is no check \u{201C}\(name.safe)\u{201D}",
          hint: "there are: \(known.joined(separator: ", ").safe)")
      }
      return names.reduce(into: []) { if !$0.containsBytes(of: $1) { $0.append($1) } }
    }
    let due = environment.checks.filter { policy.stage(ofCheck: $0) == stage }
    guard !due.isEmpty else {
      throw Failure(
        .usage,
        "\(environment.name.safe) asks for no checks at the stage \(stage.rawValue)",
        hint: "name some: deed check tag, or checks = [\"tag\"] in [environments."
          + "\(environment.name.safe)] of \(Policy.fileName)")
    }
    return due
  }
}
