import TestSupport
import Testing

@testable import Checks

@Suite struct ToolsTests {
  /// Enough for any machine.
  private static let patience = 600

  private func project(_ programs: [String: String]) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin")
    for (name, script) in programs {
      try Files.write("#!/bin/sh\n\(script)\n", to: "\(test.path)/\(name)")
      _ = try Program.run(
        "/bin/chmod", ["+x", "\(test.path)/\(name)"], directory: "/", environment: [:])
    }
    return test
  }

  @Test(arguments: [
    ("--version", 0, []), ("version", 0, []), ("-version", 0, []), ("version --client", 0, []),
    ("-V", 0, []), ("-V", 1, ["tool-version"]), ("--help", 0, ["tool-version"]),
  ])
  func `a program is asked in the ways that programs know`(
    option: String, status: Int, faults: [String]
  ) async throws {
    let test = try project([
      "tool": "[ \"$*\" = \"\(option)\" ] || exit 1\necho v1.32.4\nexit \(status)"
    ])
    let check = ToolsCheck(versions: [("tool", "1.32")], patience: Self.patience)
    #expect(try await test.findings(of: check, path: test.path).faults == faults)
  }

  @Test func `ssh is asked without going anywhere`() async throws {
    let test = try project([
      "ssh": """
      [ "$*" = "version" ] && touch asked
      [ "$*" = "-V" ] || exit 255
      echo OpenSSH_9.6p1
      """
    ])
    let ssh = ToolsCheck(versions: [("ssh", "9")], patience: Self.patience)
    #expect(try await test.findings(of: ssh, path: test.path).faults == [])
    #expect(Files.read("\(test.path)/asked") == nil)
  }

  @Test func `of a program that does not answer in time that is said`() async throws {
    let test = try project(["slow": "exec sleep 3600"])
    let check = ToolsCheck(versions: [("slow", "9"), ("gone", "*")], patience: 1)
    #expect(
      try await test.findings(of: check, path: test.path).map(\.message) == [
        "slow did not say in time which version it is", "gone is not installed",
      ])
  }
}
