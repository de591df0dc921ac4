import ArgumentParser
import Checks
import Release

/// How `check` writes what it found.
enum CheckFormat: String, ExpressibleByArgument, CaseIterable {
  case text
  case json
  case junit
}

/// What the checks of one run found, in every format.
struct CheckOutput {
  let subject: ReleaseCase
  let environment: String
  let done: [AutomaticChecks.Done]
  /// What is not to be seen of what commands printed.
  var secrets = SecretMask.none
  /// What kept an outcome from being recorded, or the rest from being run.
  var problem: Failure?
  /// Whether somebody wanted it to end.
  var isInterrupted = false

  /// The whole in one format, ended by a line feed.
  func bytes(_ format: CheckFormat) throws -> [UInt8] {
    switch format {
    case .text: Array(text.utf8)
    case .json: try Output.json(CheckRunReport(self))
    case .junit: Array(JUnit.document(self).utf8)
    }
  }

  private var text: String {
    let style = Style(hasColour: false)
    var lines = Self.heading(subject, environment)
    for (number, item) in done.enumerated() {
      lines += ["", Self.title(number + 1, item.report.title)]
      lines += Self.lines(of: item, style, width: .max)
    }
    lines += summary(style, width: .max)
    return lines.joined(separator: "\n") + "\n" + (problem?.text ?? "")
  }

  static func heading(_ subject: ReleaseCase, _ environment: String) -> [String] {
    [
      "\(subject.release.description.safe) for \(environment.safe)",
      "date   \(subject.now.minute) UTC", "commit \(subject.commit)",
    ]
  }

  static func title(_ number: Int, _ title: String) -> String { "CHECK \(number): \(title.safe)" }

  /// One line a finding; of what is to be mended, its code at the end.
  static func lines(of item: AutomaticChecks.Done, _ style: Style, width: Int) -> [String] {
    let findings = item.report.findings
    var lines = findings.indices.flatMap { index -> [String] in
      let finding = findings[index]
      // What several want in a row is said once, below the last of them.
      let next = index + 1 < findings.count ? findings[index + 1].hint : nil
      let isSaidBelow = finding.hint != nil && finding.hint == next
      return Self.lines(of: finding, style, width)
        + (isSaidBelow ? [] : Self.lines(ofHint: finding.hint, width, indent: 10))
    }
    if let trouble = item.report.trouble {
      lines += trouble.message.safe.wrapped(
        to: width, after: "  \(style.yellow("?")) cannot tell: ", indent: 4, head: 17,
        keeping: ["\u{a0}"])
      lines += Self.lines(ofHint: trouble.hint, width, indent: 4)
    }
    return lines
  }

  private static func lines(
    of finding: CheckFinding, _ style: Style, _ width: Int
  ) -> [String] {
    var lines = finding.sentence.safe.wrapped(
      to: width, after: "  \(style.mark(finding.outcome)) \(finding.outcome.rawValue)  ",
      indent: 10, keeping: [finding.path?.safe, "\u{a0}"].compactMap(\.self))
    let code = finding.shownCode.dropFirst()
    if let last = lines.popLast() {
      let isWhole = !code.isEmpty && last.hasSuffix(code)
      lines.append(isWhole ? last.dropLast(code.count) + style.dim(String(code)) : last)
    }
    return lines
  }

  private static func lines(ofHint hint: String?, _ width: Int, indent: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    return hint?.safeLine.wrappedHint(to: width, after: "\(margin)hint: ") ?? []
  }

  /// How the checks came out, how many passed, and the verdict.
  func summary(_ style: Style, width: Int) -> [String] {
    let column = done.map(\.report.name.safe.displayWidth).max() ?? 0
    var lines = [""]
    for item in done {
      let mark = item.outcome.map(style.mark) ?? style.yellow("?")
      let counts = item.report.counts
      let parts = [(counts.fail, "fail"), (counts.warn, "warn"), (counts.pass, "pass")]
        .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
      let said = item.outcome == nil ? item.doubt : parts.joined(separator: ", ")
      let waived = item.waiver.map { "; \($0.safe)" } ?? ""
      lines += (said + waived).wrapped(
        to: width, after: "\(mark) \(item.report.name.safe.padded(to: column))  ",
        indent: column + 4)
    }
    let passed = done.count { $0.outcome == .pass || $0.outcome == .warn }
    let isLost =
      problem != nil && !isInterrupted
      && done.contains {
        $0.outcome != nil && $0.record == nil
      }
    lines.append(
      "Result: \(passed)/\(done.count) checks passed" + (isLost ? ", and not all is recorded" : ""))
    return lines + verdict.wrapped(to: width, indent: 2, head: 0)
  }

  private var verdict: String {
    func names(_ isMeant: (AutomaticChecks.Done) -> Bool) -> [String] {
      done.filter(isMeant).map(\.report.name.safe)
    }
    func failed(_ stage: Stage) -> [String] {
      names { $0.isObjection && subject.policy.stage(ofCheck: $0.report.name) == stage }
    }
    let parts = [
      ("not to be deployed", failed(.before)),
      ("failed during the deployment", failed(.during)),
      ("failed after the deployment", failed(.after)),
      ("waived", names { $0.waiver != nil }),
      ("cannot be told", names { $0.outcome == nil && $0.doubt == AutomaticChecks.Done.unknown }),
      ("stopped", names { $0.report.trouble == .stopped }),
      ("not run", names { $0.report.trouble == .notRun }),
    ].filter { !$1.isEmpty }.map { what, names in "\(what): \(names.joined(separator: ", "))" }
    let breach = problem.map { _ in isInterrupted ? "interrupted" : "broken off" }
    let all = [breach].compactMap(\.self) + parts
    if !all.isEmpty { return all.joined(separator: "; ").capitalizedFirst }
    return done.contains { $0.outcome == .warn }
      ? "Nothing failed; read the warnings" : "All checks passed"
  }

  /// Whether an outcome of any was recorded.
  var isRecorded: Bool { done.contains { $0.record != nil } }

  /// 1 where a check failed that is not waived, 2 where one could not tell.
  var exitCode: Int32 {
    if done.contains(where: \.isObjection) { return 1 }
    return done.contains { $0.outcome == nil } ? 2 : 0
  }
}

extension AutomaticChecks.Done {
  fileprivate static let unknown = "cannot tell"

  /// Why there is no outcome, in a word or two.
  fileprivate var doubt: String {
    switch report.trouble {
    case .stopped: "stopped"
    case .notRun: "not run"
    default: Self.unknown
    }
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension CheckFinding {
  /// What it says, where, and its code.
  var sentence: String { located + shownCode }

  /// What it says, and where.
  var located: String {
    // A message that names its file need not say it twice; the first line is the file as a whole.
    let isNamed = path.map { line ?? 1 == 1 && message.contains($0) } ?? true
    return message + (isNamed ? "" : place)
  }

  /// ` (file:line)`; empty where it speaks of no file.
  fileprivate var place: String {
    path.map { " (\($0)\(line.map { ":\($0)" } ?? ""))" } ?? ""
  }

  /// ` [code]`; empty where nothing is to be mended.
  fileprivate var shownCode: String { outcome == .pass ? "" : " [\(code)]" }
}

extension Style {
  func mark(_ outcome: Record.CheckOutcome) -> String {
    switch outcome {
    case .pass: green("✓")
    case .warn: yellow("!")
    case .fail: red("✗")
    }
  }
}

/// `check --format json`.
struct CheckRunReport: Encodable {
  struct Check: Encodable {
    let name: String
    /// `pass`, `warn`, `fail`, or `unknown` where it could not tell.
    let outcome: String
    let why: String?
    /// Why it does not hold the release back though it failed.
    let waived: String?
    /// What mends what kept it from telling.
    let hint: String?
    let seconds: Double
    let findings: [Finding]
    let record: String?
  }

  struct Finding: Encodable {
    let outcome: String
    let code: String
    let message: String
    let path: String?
    let line: Int?
    let hint: String?
  }

  let v = 1
  let release: String
  let commit: String
  let environment: String
  let outcome: String
  let checks: [Check]
  /// What kept an outcome from being recorded, or the rest from being run.
  let error: FailureReport.Details?

  init(_ output: CheckOutput) {
    release = output.subject.release.description
    commit = output.subject.commit.description
    environment = output.environment
    checks = output.done.map { item in
      Check(
        name: item.report.name, outcome: item.outcome?.rawValue ?? "unknown",
        why: item.report.trouble?.message, waived: item.waiver, hint: item.report.trouble?.hint,
        seconds: Double(item.report.milliseconds) / 1000,
        findings: item.report.findings.map {
          Finding(
            outcome: $0.outcome.rawValue, code: $0.code, message: $0.message, path: $0.path,
            line: $0.line, hint: $0.hint)
        }, record: item.record?.id.description)
    }
    error = output.problem.map { FailureReport($0).error }
    let outcomes = output.done.compactMap { $0.waiver == nil ? $0.outcome : .warn }
    let worst = Record.CheckOutcome.worst(of: outcomes)
    outcome =
      worst == .fail
      ? "fail"
      : outcomes.count < output.done.count || error != nil ? "unknown" : worst?.rawValue ?? "pass"
  }
}
