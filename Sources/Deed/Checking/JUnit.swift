import Checks
import Release

/// The XML that CI systems read test results from.
enum JUnit {
  static func document(_ output: CheckOutput) -> String {
    let done = output.done
    return document(
      "deed check \(output.subject.release) for \(output.environment)",
      at: output.subject.now, milliseconds: done.map(\.report.milliseconds).reduce(0, +),
      failures: done.count(where: \.isObjection), errors: done.count { $0.outcome == nil },
      done.map { testCase($0, output.secrets) }, output.problem)
  }

  /// That nothing could be told.
  static func document(_ problem: Failure, at now: Timestamp) -> String {
    document("deed check", at: now, milliseconds: 0, failures: 0, errors: 0, [], problem)
  }

  /// - Parameter problem: What kept it from being whole, a case of its own: else what did pass would look
  ///   like all.
  private static func document(
    _ name: String, at now: Timestamp, milliseconds: Int, failures: Int, errors: Int,
    _ cases: [String], _ problem: Failure?
  ) -> String {
    let cases = cases + [problem.map(testCase)].compactMap(\.self)
    let counts =
      "tests=\"\(cases.count)\" failures=\"\(failures)\" "
      + "errors=\"\(errors + (problem == nil ? 0 : 1))\""
    let time = seconds(milliseconds)
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites \(counts) time="\(time)">
        <testsuite name="\(escaped(name))" \(counts) time="\(time)" \
      timestamp="\(now.description)">
      \(cases.joined(separator: "\n"))
        </testsuite>
      </testsuites>

      """
  }

  private static func testCase(_ problem: Failure) -> String {
    let hint = problem.hint.map { "hint: \($0)" } ?? ""
    return """
          <testcase name="deed check" classname="deed" time="0.000">
            <error message="\(escaped(problem.message))" type="\(problem.kind.rawValue)">\
      \(escaped(hint))</error>
          </testcase>
      """
  }

  private static func testCase(_ item: AutomaticChecks.Done, _ secrets: SecretMask) -> String {
    let report = item.report
    let head =
      "    <testcase name=\"\(escaped(report.name))\" classname=\"deed\" "
      + "time=\"\(seconds(report.milliseconds))\">"
    let told = report.findings.map { finding in
      "\(finding.outcome.rawValue): \(finding.sentence)"
        + (finding.hint.map { "\n  hint: \($0)" } ?? "")
    }.joined(separator: "\n")
    var lines = [head]
    switch item.outcome {
    case .fail? where !item.isObjection:
      lines.append("      <skipped message=\"\(escaped(item.waiver ?? ""))\"/>")
      lines.append("      <system-out>\(escaped(told))</system-out>")
    case .fail?:
      // With --strict it may have failed by a warning.
      let first =
        report.findings.first { $0.outcome == .fail }
        ?? report.findings.first { $0.outcome == .warn }
      let message = "message=\"\(escaped(first?.located ?? ""))\""
      let type = first.map { " type=\"\(escaped($0.code))\"" } ?? ""
      lines.append("      <failure \(message)\(type)>\(escaped(told))</failure>")
      if let log = report.command?.log, !log.isEmpty {
        // Once more: what was taken out may have stood in the middle of one.
        let shown = secrets.covering(ShownLog(log).text)
        lines.append("      <system-out>\(escaped(shown))</system-out>")
      }
    case nil:
      let message = escaped(report.trouble?.message ?? "")
      let hint = report.trouble?.hint.map { "hint: \($0)" } ?? ""
      let found = [told, hint].filter { !$0.isEmpty }.joined(separator: "\n")
      lines.append("      <error message=\"\(message)\">\(escaped(found))</error>")
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
