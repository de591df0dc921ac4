import Foundation
import TestSupport
import Testing

/// One fault a row: on a project where all passes, each makes exactly its check fail.
@Suite struct CheckFaultTests {
  private struct Report: Decodable {
    struct Check: Decodable {
      let name: String
      let outcome: String
      let why: String?
      let findings: [Finding]
    }

    struct Finding: Decodable {
      let outcome: String
      let code: String
      let path: String?
      let line: Int?
    }

    let checks: [Check]
  }

  private func report(
    _ test: TestRepository, of release: String = "v1.1.0"
  ) async throws -> Report {
    let ran = await test.deed(
      "check", release, "-e", "production", "--no-record", "--format", "json")
    #expect(ran.code < 2, "\(ran.output)\(ran.error)")
    return try JSONDecoder().decode(Report.self, from: Data(ran.output.utf8))
  }

  @Test func `without a fault, all pass`() async throws {
    let test = try await CheckProject.make()
    let report = try await report(test)
    #expect(report.checks.count == 8)
    for check in report.checks { #expect(check.outcome == "pass", "\(check)") }
    let staging = await test.deed("check", "v1.1.0", "-e", "staging", "--no-record")
    #expect(staging.code == 0, "\(staging.output)")
  }

  private static let faults =
    CheckFault.checkout + CheckFault.migrations + CheckFault.secrets + CheckFault.artifacts
    + CheckFault.runbook

  @Test(arguments: faults)
  func `a fault makes its check fail, and is named with file and line`(_ fault: CheckFault)
    async throws
  {
    let test = try await CheckProject.make()
    let before = try test.id("HEAD")
    try fault.make(test)
    // A fault that is committed is in another candidate, whose artifacts are recorded anew.
    if try fault.release == "v1.1.0" && test.id("HEAD") != before {
      await test.deed("artifacts", "record", "v1.1.0")
    }
    let report = try await report(test, of: fault.release)
    let failed = Set(report.checks.filter { $0.outcome != "pass" }.map(\.name))
    #expect(failed == fault.checks, "\(report.checks.filter { $0.outcome != "pass" })")
    let findings = report.checks.flatMap(\.findings).filter { $0.outcome == "fail" }.map {
      "\($0.code)\($0.path.map { " \($0)" } ?? "")\($0.line.map { ":\($0)" } ?? "")"
    }
    #expect(findings.contains(fault.finding), "\(findings)")
  }
}
