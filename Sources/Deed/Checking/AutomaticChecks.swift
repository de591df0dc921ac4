import Checks
import Git
import Ledger
import Release

/// Runs the checks of an environment, side by side where they allow it, and records how each came
/// out.
struct AutomaticChecks {
  let workspace: Workspace
  var run: CheckRun
  /// The names of the checks, in the order in which they are reported and recorded.
  let names: [String]
  let isStrict: Bool
  /// Who records the outcomes; `nil` where they are not recorded.
  let identity: Identity?

  var subject: ReleaseCase { run.subject }
  var environment: EnvironmentRules { run.environment }

  /// One check with what was recorded of it.
  struct Done {
    let report: CheckReport
    let outcome: Record.CheckOutcome?
    let record: Record?
    /// Why it does not hold the release back though it failed, where a waiver holds.
    var waiver: String?

    /// Whether it failed, and no waiver holds.
    var isObjection: Bool { outcome == .fail && waiver == nil }
  }

  /// What is told while they run, in the order of the names.
  struct Audience {
    /// A check's place from 1 and its title: all before it have ended.
    let begun: (Int, String) -> Void
    /// What a command printed, as it came; its check's name where others run beside it.
    let printed: (String, _ isAlone: Bool, [UInt8]) -> Void
    let ended: (Done) -> Void
  }

  /// What came of all of them, those that were not run included.
  struct Outcome {
    var done: [Done] = []
    /// What kept an outcome from being recorded, or the rest from being run.
    var problem: (any Error)?
    /// Whether somebody wanted it to end.
    var isInterrupted = false
  }

  /// Runs while signals are noted.
  func run(for audience: Audience) async -> Outcome {
    var all = Outcome()
    for stretch in stretches where all.problem == nil {
      if Interruption.signal == nil {
        let part = await run(stretch, audience)
        all.done += part.done
        all.problem = part.problem
      }
      if let signal = Interruption.signal {
        let open = all.done.filter { $0.report.trouble == .stopped }.map(\.report.name.safe)
        let during = open.isEmpty ? "" : " during \(open.joined(separator: ", "))"
        all.isInterrupted = true
        all.problem = Failure(
          .repository, "stopped by signal \(signal)\(during)",
          hint: all.done.contains { $0.record != nil } ? "what was recorded before stays" : nil)
      }
    }
    all.done += names.dropFirst(all.done.count).map { name in
      Done(report: run.notRun(name), outcome: nil, record: nil)
    }
    return all
  }

  /// What may run at once: the program's own checks change nothing, and a command runs beside others
  /// only where the policy says that it may.
  private var stretches: [Range<Int>] {
    var stretches: [Range<Int>] = []
    var isOpen = false
    for (index, name) in names.enumerated() {
      let isParallel = run.command(name)?.isParallel ?? true
      if isOpen, isParallel, let last = stretches.popLast() {
        stretches.append(last.lowerBound..<index + 1)
      } else {
        stretches.append(index..<index + 1)
      }
      isOpen = isParallel
    }
    return stretches
  }

  private enum Event: Sendable {
    case printed(Int, [UInt8])
    case ended(Int, CheckReport)
    /// Somebody wants it to stop, and waited for a while.
    case interrupted
  }

  /// How long what only reads may go on after a signal; commands are ended, and waited for.
  private static let patience = Duration.seconds(1)

  /// As many at once as there are processors.
  private func run(_ stretch: Range<Int>, _ audience: Audience) async -> Outcome {
    let (events, sender) = AsyncStream.makeStream(of: Event.self)
    let shown = Dictionary(uniqueKeysWithValues: stretch.map { ($0, ShownOutput()) })
    let isAlone = stretch.count == 1
    let clock = ContinuousClock()
    var begun: [Int: ContinuousClock.Instant] = [:]
    func start(_ index: Int) {
      begun[index] = clock.now
      self.start(index, shown[index], sender)
    }
    var reports: [Int: CheckReport] = [:]
    var outcome = Outcome()
    var rest = stretch
    let watcher = watchForSignals { sender.yield(.interrupted) }
    defer { watcher.cancel() }
    audience.begun(stretch.lowerBound + 1, run.title(of: names[stretch.lowerBound]))
    for _ in 0..<max(2, Processors.count) {
      if let index = rest.popFirst() { start(index) }
    }
    for await event in events {
      switch event {
      case .printed(let index, let bytes):
        audience.printed(names[index], isAlone, bytes)
        shown[index]?.shown(bytes.count)
      case .ended(let index, let report):
        reports[index] = reports[index] ?? report
        if Interruption.signal == nil, let index = rest.popFirst() { start(index) }
      case .interrupted:
        // Whatever still reads for them changes nothing, and ends with the program.
        for index in stretch where reports[index] == nil {
          if let start = begun[index] {
            guard run.command(names[index]) == nil else { continue }
            let time = (clock.now - start) / .milliseconds(1)
            reports[index] = run.stopped(names[index], after: Int(time))
          } else {
            reports[index] = run.notRun(names[index])
          }
        }
      }
      // In the order of the names, whichever ended first.
      while let report = reports[stretch.lowerBound + outcome.done.count] {
        outcome.done.append(await done(report, &outcome.problem))
        audience.ended(outcome.done[outcome.done.count - 1])
        let next = stretch.lowerBound + outcome.done.count
        if next < stretch.upperBound { audience.begun(next + 1, run.title(of: names[next])) }
      }
      if reports.count == stretch.count { break }
    }
    return outcome
  }

  /// Starts one check: a command beside those that look after commands, any other on a thread of its own.
  private func start(
    _ index: Int, _ shown: ShownOutput?, _ sender: AsyncStream<Event>.Continuation
  ) {
    let (run, name) = (run, names[index])
    let thread: OwnThread? = run.command(name) == nil ? OwnThread() : nil
    Task(executorPreference: thread) {
      let report = await run.report(on: name) { bytes in
        if let bytes = shown?.admit(bytes) { sender.yield(.printed(index, bytes)) }
      }
      sender.yield(.ended(index, report))
    }
  }

  private func watchForSignals(_ tell: @escaping @Sendable () -> Void) -> Task<Void, Never> {
    Task {
      while !Task.isCancelled {
        if Interruption.signal != nil {
          guard await Self.slept(for: Self.patience) else { return }
          return tell()
        }
        guard await Self.slept(for: .milliseconds(50)) else { return }
      }
    }
  }

  /// `false` where nobody waits for it any more.
  private static func slept(for time: Duration) async -> Bool {
    do {
      try await Task.sleep(for: time)
      return true
    } catch {
      return false
    }
  }

  /// - Parameter problem: The first thing that kept an outcome from being recorded.
  private func done(_ report: CheckReport, _ problem: inout (any Error)?) async -> Done {
    let outcome = report.outcome(strict: isStrict)
    var record: Record?
    // What says nothing of the deployment must not count for it later.
    let stage = subject.policy.stage(ofCheck: report.name)
    let isDue = subject.early(for: stage, in: environment.name) == nil
    if let outcome, let identity, isDue {
      do {
        record = try await self.record(report, outcome, by: identity)
      } catch {
        // Others may yet be recorded, and all of them are to be shown.
        problem = problem ?? error
      }
    }
    let waiver =
      outcome == .fail ? subject.waiver(ofCheck: report.name, in: environment.name) : nil
    return Done(
      report: report.naming(logOf: record), outcome: outcome, record: record, waiver: waiver)
  }

  private func record(
    _ report: CheckReport, _ outcome: Record.CheckOutcome, by identity: Identity
  ) async throws -> Record {
    var result = Record.CheckResult(name: report.name, outcome: outcome)
    result.findings = report.counts
    result.tag = subject.tag(ofCheck: report.name)
    result.manifests = subject.manifests(ofCheck: report.name)
    result.deployments = subject.deployments(ofCheck: report.name, in: environment.name)
    result.run = report.command.map {
      Record.CommandRun(exit: $0.status, milliseconds: $0.milliseconds)
    }
    let json = report.json(outcome).canonical
    var files = [try workspace.pending("\(report.name).json") { json }]
    if let log = report.command?.log.bytes, !log.isEmpty {
      files.append(try workspace.pending("\(report.name).log") { log })
    }
    result.attachments = files.map(\.attachment)
    var now = subject
    now.now = workspace.context.now()
    let record = try workspace.record(
      .check(result), environment: environment.name, in: now, by: identity)
    return try await workspace.append(
      [record], with: files, by: identity,
      message: "deed: check \(report.name) of \(subject.release) in \(environment.name)")[0]
  }
}

extension CheckReport {
  /// The same, where it says that the output tells why with how that is read later.
  fileprivate func naming(logOf record: Record?) -> CheckReport {
    guard case .check(let result)? = record?.body,
      let log = result.attachments.first(where: { $0.name == "\(name).log" })
    else { return self }
    let seen = CommandRunner.Ending.seeOutput
    return CheckReport(
      name: name, title: title,
      findings: findings.map { finding in
        guard finding.hint == seen else { return finding }
        return CheckFinding(
          finding.outcome, finding.code, finding.message, path: finding.path, line: finding.line,
          hint: "\(seen): git cat-file -p \(log.blob.short)")
      }, trouble: trouble, milliseconds: milliseconds, command: command)
  }

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
