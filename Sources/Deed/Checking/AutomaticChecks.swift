import Checks
import Git
import Glibc
import Ledger
import Release

/// Runs the checks of an environment, side by side where they allow it, and records how each came
/// out.
struct AutomaticChecks {
  let workspace: Workspace
  let run: CheckRun
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
  }

  /// What is told while they run, in the order of the names.
  struct Audience {
    /// A check's place from 1 and its title: all before it have ended.
    let begun: (Int, String) -> Void
    /// What a command printed, as it came; its check's name where others run beside it.
    let printed: (String, _ isAlone: Bool, [UInt8]) -> Void
    let ended: (Done) -> Void
  }

  func run(for audience: Audience) async throws -> [Done] {
    var all: [Done] = []
    for stretch in stretches {
      let done =
        stretch.contains { run.command(names[$0]) != nil }
        ? try await Interruption.noted { try await run(stretch, audience) }
        : try await run(stretch, audience)
      all += done
      if stretch.contains(where: { run.command(names[$0]) != nil }),
        let signal = Interruption.signal
      {
        let last = names[stretch.upperBound - 1]
        throw Failure(
          .repository, "stopped by signal \(signal) during the check \(last.safe)",
          hint: "what was recorded before stays")
      }
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

  /// How much is shown of what one command prints, in bytes.
  private static let mostShown = 1 << 20

  private enum Event: Sendable {
    case printed(Int, [UInt8])
    case ended(Int, CheckReport)
  }

  /// As many at once as there are processors.
  private func run(_ stretch: Range<Int>, _ audience: Audience) async throws -> [Done] {
    let (events, sender) = AsyncStream.makeStream(of: Event.self)
    let (run, names) = (run, names)
    let isAlone = stretch.count == 1
    var reports: [Int: CheckReport] = [:]
    var done: [Done] = []
    var problem: (any Error)?
    audience.begun(stretch.lowerBound + 1, run.title(of: names[stretch.lowerBound]))
    await withTaskGroup(of: Void.self) { group in
      var rest = stretch
      func startNext() {
        guard let index = rest.popFirst() else { return }
        group.addTask {
          var shown = 0
          let report = await run.report(on: names[index]) { bytes in
            // The log keeps what matters of the rest; a command may print without an end.
            guard shown < Self.mostShown else { return }
            shown += bytes.count
            sender.yield(.printed(index, bytes))
          }
          sender.yield(.ended(index, report))
        }
      }
      for _ in 0..<max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) { startNext() }
      for await event in events {
        switch event {
        case .printed(let index, let bytes): audience.printed(names[index], isAlone, bytes)
        case .ended(let index, let report):
          reports[index] = report
          startNext()
        }
        // In the order of the names, whichever ended first.
        while problem == nil, let report = reports[stretch.lowerBound + done.count] {
          do {
            done.append(try await self.done(report))
          } catch {
            problem = error
            break
          }
          audience.ended(done[done.count - 1])
          let next = stretch.lowerBound + done.count
          if next < stretch.upperBound { audience.begun(next + 1, run.title(of: names[next])) }
        }
        if reports.count == stretch.count { break }
      }
    }
    if let problem { throw problem }
    return done
  }

  private func done(_ report: CheckReport) async throws -> Done {
    let outcome = report.outcome(strict: isStrict)
    var record: Record?
    if let outcome, let identity { record = try await self.record(report, outcome, by: identity) }
    return Done(report: report, outcome: outcome, record: record)
  }

  private func record(
    _ report: CheckReport, _ outcome: Record.CheckOutcome, by identity: Identity
  ) async throws -> Record {
    var result = Record.CheckResult(name: report.name, outcome: outcome)
    result.findings = report.counts
    result.tag = subject.tag(ofCheck: report.name)
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
    return try await workspace.append(
      [record], by: identity,
      message: "deed: check \(report.name) of \(subject.release) in \(environment.name)")[0]
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
