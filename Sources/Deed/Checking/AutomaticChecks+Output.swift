import Checks
import Release

extension AutomaticChecks {
  /// Runs them while signals are noted, with the environment's secrets kept out of what commands print.
  ///
  /// - Parameters:
  ///   - isShown: Whether standard output shows what they find as it comes, and the summary.
  ///   - isQuiet: Whether standard error is spared what commands print.
  func output(isShown: Bool, isQuiet: Bool) async -> CheckOutput {
    var checks = self
    checks.run.names = names
    if names.contains(where: { run.command($0) != nil }) {
      checks.run = await checks.run.maskingSecrets()
    }
    let outcome = await checks.run(for: audience(isShown: isShown, isQuiet: isQuiet))
    let output = CheckOutput(
      subject: subject, environment: environment.name, done: outcome.done,
      secrets: checks.run.secrets, problem: outcome.problem.map(Failure.init),
      isInterrupted: outcome.isInterrupted)
    if isShown {
      let terminal = run.context.terminal
      let summary = output.summary(
        Style(hasColour: terminal.outputHasColour), width: terminal.outputWidth)
      run.context.output.print(summary.joined(separator: "\n"))
    }
    return output
  }

  private func audience(isShown: Bool, isQuiet: Bool) -> Audience {
    let context = run.context
    let style = Style(hasColour: context.terminal.outputHasColour)
    if isShown {
      let heading = CheckOutput.heading(subject, environment.name)
      context.output.print(heading.joined(separator: "\n"))
    }
    // A line is shown when it is whole, so that lines of two commands never mix.
    var views: [String: OutputView] = [:]
    return Audience(
      begun: { number, title in
        if isShown { context.output.print("\n" + CheckOutput.title(number, title)) }
      },
      printed: { name, isAlone, bytes in
        guard !isQuiet else { return }
        let margin = isAlone ? "  │ " : "  │ \(name.safe) │ "
        views[name, default: OutputView(context.error, margin: margin)].show(bytes)
      },
      ended: { done in
        views[done.report.name]?.finish()
        guard isShown else { return }
        for line in CheckOutput.lines(of: done, style, width: context.terminal.outputWidth) {
          context.output.print(line)
        }
      })
  }
}
