import Checks
import Git
import Ledger
import Release

/// Runs the checks of an environment one after the other, and records how each came out.
struct AutomaticChecks {
  let workspace: Workspace
  let subject: ReleaseCase
  let environment: EnvironmentRules
  /// The names of the checks, in the order in which they are run.
  let names: [String]
  let isStrict: Bool
  /// Who records the outcomes; `nil` where they are not recorded.
  let identity: Identity?
  /// Whose tag is compared too; `nil`: nobody's.
  let remote: String?
  /// Whether the web may be asked.
  let isOnline: Bool

  /// One check with what was recorded of it.
  struct Done {
    let report: CheckReport
    let outcome: Record.CheckOutcome?
    let record: Record?
  }

  /// - Parameters:
  ///   - begun: Is told of each check before it runs, and its place from 1.
  ///   - ended: Is given each as it ends.
  func run(
    begun: (Int, String) -> Void, show: ([UInt8]) -> Void, ended: (Done) -> Void
  ) async throws -> [Done] {
    let looked = checkSubject
    var all: [Done] = []
    for (number, name) in names.enumerated() {
      begun(number + 1, title(of: name))
      let report = try await report(on: name, looked, show)
      let outcome = report.outcome(strict: isStrict)
      let record = try outcome.flatMap { outcome in
        try identity.map { try self.record(report, outcome, by: $0) }
      }
      let done = Done(report: report, outcome: outcome, record: record)
      ended(done)
      all.append(done)
      if let signal = Interruption.signal {
        throw Failure(
          .refused, "stopped by signal \(signal) during the check \(name.safe)",
          hint: "what was recorded before stays")
      }
    }
    return all
  }

  private var checkSubject: CheckSubject {
    var looked = CheckSubject(
      repository: workspace.repository, release: subject.release, commit: subject.commit,
      tag: subject.tag, tagRecords: subject.evidence.tagRecords, remote: remote,
      environment: environment.name, isOnline: isOnline, now: workspace.context.now(),
      previous: { () throws(CheckTrouble) in try previous() })
    if environment.asksForManifest || names.containsBytes(of: CheckRules.artifacts) {
      looked.manifests = ManifestStanding(subject.evidence)
    }
    looked.watch = ProgressLine.watch(workspace.context, "digesting")
    return looked
  }

  private func previous() throws(CheckTrouble) -> PreviousRelease? {
    do {
      let places = try workspace.releasePlaces(prefix: subject.policy.tags.prefix)
      let found = try workspace.previous(of: subject.release, at: subject.commit, among: places)
      return found.map { PreviousRelease(release: $0.0, commit: $0.1) }
    } catch {
      let failure = Failure(error)
      throw CheckTrouble(failure.message, hint: failure.hint)
    }
  }

  private func title(of name: String) -> String { check(name)?.title ?? name }

  private func check(_ name: String) -> (any Check)? {
    let settings =
      if case .builtIn(let settings)? = subject.policy.checks[name] {
        settings
      } else { [String: CheckSetting]() }
    return BuiltInChecks.check(name, CheckSettings(settings))
  }

  private func report(
    on name: String, _ looked: CheckSubject, _ show: ([UInt8]) -> Void
  ) async throws -> CheckReport {
    if case .command(let rules)? = subject.policy.checks[name] {
      return try await run(rules, named: name, show)
    }
    guard let check = check(name) else {
      return CheckReport(
        name: name, title: name, findings: [],
        trouble: CheckTrouble(
          "this version of deed has no check \(name) yet",
          hint: "deed waive --check \(name) -m WHY, where it is not needed"))
    }
    return await CheckReport.of(check, named: name, on: looked)
  }

  /// A command of the team's own, in the release's own tree.
  private func run(
    _ rules: CommandRules, named name: String, _ show: ([UInt8]) -> Void
  ) async throws -> CheckReport {
    let ending: CommandRunner.Ending
    do {
      let root = try await workspace.directory(standingAt: subject)
      let runner = CommandRunner(
        directory: rules.directory.map { "\(root)/\($0)" } ?? root,
        environment: workspace.context.environment.merging(rules.environment) { $1 }
          .merging(subject.commandVariables(in: environment)) { $1 },
        timeout: rules.timeout ?? CommandRules.defaultTimeout)
      ending = try await Interruption.noted {
        try await runner.run(rules.run, show: show) { Interruption.signal != nil }
      }
    } catch {
      let failure = Failure(error)
      return CheckReport(
        name: name, title: name, findings: [],
        trouble: CheckTrouble(failure.message, hint: failure.hint))
    }
    guard ending.cause != .stopped else {
      return CheckReport(
        name: name, title: name, findings: [], trouble: CheckTrouble("it was stopped"),
        milliseconds: ending.milliseconds)
    }
    let finding = CheckFinding(
      ending.isSuccess ? .pass : .fail, ending.cause == .timeout ? "timeout" : "exit",
      "\(rules.run): \(ending.words)")
    return CheckReport(
      name: name, title: name, findings: [finding], milliseconds: ending.milliseconds,
      command: ending)
  }

  private func record(
    _ report: CheckReport, _ outcome: Record.CheckOutcome, by identity: Identity
  ) throws -> Record {
    var result = Record.CheckResult(name: report.name, outcome: outcome)
    result.findings = report.counts
    result.run = report.command.map {
      Record.CommandRun(exit: $0.status, milliseconds: $0.milliseconds)
    }
    result.attachments.append(
      try workspace.attachment("\(report.name).json", report.json(outcome).canonical, by: identity))
    if let log = report.command?.log.bytes, !log.isEmpty {
      result.attachments.append(try workspace.attachment("\(report.name).log", log, by: identity))
    }
    var now = subject
    now.now = workspace.context.now()
    let record = try workspace.record(
      .check(result), environment: environment.name, in: now, by: identity)
    try workspace.ledgers.append(
      [record], by: identity,
      message: "deed: check \(report.name) of \(subject.release) in \(environment.name)")
    return record
  }
}

extension CheckReport {
  /// The full report, as it is attached.
  fileprivate func json(_ outcome: Record.CheckOutcome) -> JSON {
    .object([
      "check": .string(name),
      "findings": .array(
        findings.map { finding in
          var members: [String: JSON] = [
            "code": .string(finding.code), "message": .string(finding.message),
            "outcome": .string(finding.outcome.rawValue),
          ]
          if let path = finding.path { members["path"] = .string(path) }
          if let line = finding.line { members["line"] = .integer(line) }
          return .object(members)
        }), "outcome": .string(outcome.rawValue), "v": .integer(1),
    ])
  }
}
