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
      lines += Self.lines(of: item, style, width: 100)
    }
    return (lines + summary(style)).joined(separator: "\n") + "\n"
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
    var lines = item.report.findings.flatMap { finding -> [String] in
      // A message that names its file need not say it twice.
      let isNamed =
        finding.path.map { finding.message.contains($0) && finding.line == nil } ?? true
      var lines = (finding.message + (isNamed ? "" : finding.place) + finding.shownCode).safe
        .wrapped(
          to: width, after: "  \(style.mark(finding.outcome)) \(finding.outcome.rawValue)  ",
          indent: 10)
      let code = finding.shownCode.dropFirst()
      if let last = lines.popLast() {
        let isWhole = !code.isEmpty && last.hasSuffix(code)
        lines.append(isWhole ? last.dropLast(code.count) + style.dim(String(code)) : last)
      }
      return lines
    }
    if let trouble = item.report.trouble {
      lines += trouble.message.safe.wrapped(
        to: width, after: "  \(style.yellow("?")) cannot tell: ", indent: 4, head: 17)
      if let hint = trouble.hint { lines.append("    hint: \(hint.safeLine)") }
    }
    return lines
  }

  /// How the checks came out, the result and the verdict.
  func summary(_ style: Style) -> [String] { counts(style) + [verdict] }

  /// How the checks came out, and how many passed.
  func counts(_ style: Style) -> [String] {
    let column = done.map(\.report.name.safe.displayWidth).max() ?? 0
    var lines = [""]
    for item in done {
      let mark = item.outcome.map(style.mark) ?? style.yellow("?")
      let counts = item.report.counts
      let parts = [(counts.fail, "fail"), (counts.warn, "warn"), (counts.pass, "pass")]
        .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
      let said = item.outcome == nil ? "cannot tell" : parts.joined(separator: ", ")
      lines.append("\(mark) \(item.report.name.safe.padded(to: column))  \(said)")
    }
    let passed = done.count { $0.outcome == .pass || $0.outcome == .warn }
    lines.append("Result: \(passed)/\(done.count) checks passed")
    return lines
  }

  private var verdict: String {
    let failed = done.filter { $0.outcome == .fail }.map(\.report.name.safe)
    let open = done.filter { $0.outcome == nil }.map(\.report.name.safe)
    if !failed.isEmpty { return "Not to be deployed: \(failed.joined(separator: ", "))" }
    if !open.isEmpty { return "Cannot be told: \(open.joined(separator: ", "))" }
    return done.contains { $0.outcome == .warn }
      ? "Nothing failed; read the warnings" : "All checks passed"
  }

  /// 1 where a check failed, 2 where one could not tell.
  var exitCode: Int32 {
    if done.contains(where: { $0.outcome == .fail }) { return 1 }
    return done.contains { $0.outcome == nil } ? 2 : 0
  }
}

extension CheckFinding {
  /// ` (file:line)`; empty where it speaks of no file.
  fileprivate var place: String {
    path.map { " (\($0)\(line.map { ":\($0)" } ?? ""))" } ?? ""
  }

  /// ` [code]`, by which docs/checks.md says what mends it; empty where nothing is to be mended.
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
  }

  let v = 1
  let release: String
  let commit: String
  let environment: String
  let outcome: String
  let checks: [Check]

  init(_ output: CheckOutput) {
    release = output.subject.release.description
    commit = output.subject.commit.description
    environment = output.environment
    checks = output.done.map { item in
      Check(
        name: item.report.name, outcome: item.outcome?.rawValue ?? "unknown",
        why: item.report.trouble?.message,
        seconds: Double(item.report.milliseconds) / 1000,
        findings: item.report.findings.map {
          Finding(
            outcome: $0.outcome.rawValue, code: $0.code, message: $0.message, path: $0.path,
            line: $0.line)
        }, record: item.record?.id.description)
    }
    let outcomes = output.done.compactMap(\.outcome)
    let worst = Record.CheckOutcome.worst(of: outcomes)
    outcome =
      worst == .fail
      ? "fail" : outcomes.count < output.done.count ? "unknown" : worst?.rawValue ?? "pass"
  }
}

/// The XML that CI systems read test results from.
enum JUnit {
  static func document(_ output: CheckOutput) -> String {
    let done = output.done
    let failures = done.count { $0.outcome == .fail }
    let errors = done.count { $0.outcome == nil }
    let suite = "deed check \(output.subject.release) for \(output.environment)"
    let counts = "tests=\"\(done.count)\" failures=\"\(failures)\" errors=\"\(errors)\""
    let time = seconds(done.map(\.report.milliseconds).reduce(0, +))
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites \(counts) time="\(time)">
        <testsuite name="\(escaped(suite))" \(counts) time="\(time)" \
      timestamp="\(output.subject.now.description)">
      \(done.map(testCase).joined(separator: "\n"))
        </testsuite>
      </testsuites>

      """
  }

  private static func testCase(_ item: AutomaticChecks.Done) -> String {
    let report = item.report
    let head =
      "    <testcase name=\"\(escaped(report.name))\" classname=\"deed\" "
      + "time=\"\(seconds(report.milliseconds))\">"
    let told = report.findings.map { finding in
      "\(finding.outcome.rawValue): \(finding.message)\(finding.place)\(finding.shownCode)"
    }.joined(separator: "\n")
    var lines = [head]
    switch item.outcome {
    case .fail?:
      // With --strict it may have failed by a warning.
      let first =
        report.findings.first { $0.outcome == .fail }
        ?? report.findings.first { $0.outcome == .warn }
      let message = "message=\"\(escaped(first?.message ?? ""))\""
      let type = first.map { " type=\"\(escaped($0.code))\"" } ?? ""
      lines.append("      <failure \(message)\(type)>\(escaped(told))</failure>")
    case nil:
      lines.append("      <error message=\"\(escaped(report.trouble?.message ?? ""))\"/>")
    case .pass?, .warn?: lines.append("      <system-out>\(escaped(told))</system-out>")
    }
    return (lines + ["    </testcase>"]).joined(separator: "\n")
  }

  private static func seconds(_ milliseconds: Int) -> String {
    let rest = String(milliseconds % 1000)
    return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
  }

  /// What XML 1.0 has no way to say is left out; everything that means something is escaped.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n": result += "&#10;"
      case "\t": result += "&#9;"
      default:
        if scalar.isUnsafeToShow || scalar.value == 0xfffe || scalar.value == 0xffff {
          result += "\\u{\(String(scalar.value, radix: 16))}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }
}
