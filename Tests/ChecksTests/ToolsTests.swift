import TestSupport
import Testing

@testable import Checks

@Suite struct ToolsTests {
  @Test(arguments: [
    ("--version", 0, []), ("version", 0, []), ("-version", 0, []), ("version --client", 0, []),
    ("-V", 0, []), ("-V", 1, ["tool-version"]), ("--help", 0, ["tool-version"]),
  ])
  func `a program is asked in the ways that programs know`(
    option: String, status: Int, faults: [String]
  ) async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    let script = "#!/bin/sh\n[ \"$*\" = \"\(option)\" ] || exit 1\necho v1.32.4\nexit \(status)\n"
    try Files.write(script, to: "\(test.path)/tool")
    _ = try Program.run(
      "/bin/chmod", ["+x", "\(test.path)/tool"], directory: "/", environment: [:])
    let check = ToolsCheck(versions: [("tool", "1.32")])
    #expect(try await test.findings(of: check, path: test.path).faults == faults)
  }
}
