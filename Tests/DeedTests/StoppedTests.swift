import Glibc
import TestSupport
import Testing

@testable import Deed

/// What somebody is told who stops a command that reads for minutes.
@Suite struct StoppedTests {
  /// A file that would be digested for minutes, recorded when it was small.
  private func project() async throws -> TestRepository {
    let test = try TestRepository()
    let policy = "[environments.production]\nchecks = [\"artifacts\"]\n"
    try test.commit(
      "feat: begin",
      files: [
        "deed.toml": "\(policy)[checks.artifacts]\npaths = [\"big.bin\"]\n",
        ".gitignore": "big.bin\n",
      ])
    try TestSupport.Files.write("", to: "\(test.path)/big.bin")
    try TestSupport.Files.makeDirectory("\(test.directory)/store")
    #expect(await test.deed("artifacts", "record", "v1.0.0").code == 0)
    #expect(await test.deed("artifacts", "record", "v2.0.0").code == 0)
    #expect(truncate("\(test.path)/big.bin", 1 << 38) == 0)
    return test
  }

  /// - Returns: The terminal of a command that was stopped while it read.
  private func stopped(
    _ words: [String], _ verb: String, in test: TestRepository
  ) throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(
      Program.built("deed"), words, directory: test.path,
      environment: test.environment.merging(["TERM": "xterm"]) { $1 })
    try terminal.expect("\(verb): 0 of 1 file")
    try terminal.expect("/s, ")
    try terminal.type("\u{3}")
    return terminal
  }

  @Test(arguments: [
    (["artifacts", "record", "v1.1.0"], "nothing was recorded"),
    (
      ["artifacts", "verify", "v1.0.0"], "whether the files are as they were recorded"
    ),
  ])
  func `records and comparisons that were stopped say what stands`(
    words: [String], standing: String
  ) async throws {
    let test = try await project()
    let terminal = try stopped(words, "digesting", in: test)
    #expect(try terminal.end() == 2)
    try terminal.expect("stopped by signal 2: \(standing)")
    try terminal.expect("the same command does it from the beginning")
    #expect(try test.records("checks").count == 2)
  }

  @Test func `verify tells all else, and that the artifacts are not known`() async throws {
    let test = try await project()
    let words = ["verify", "v1.0.0", "--artifacts", "."]
    let terminal = try stopped(words, "digesting", in: test)
    #expect(try terminal.end() != 0)
    try terminal.expect("stopped by signal 2: whether the files are as they were recorded")
    try terminal.expect("not as it should be")
  }

  @Test func `what was to be distributed is not there in part`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: [".gitignore": "big.bin\n"])
    try TestSupport.Files.write("", to: "\(test.path)/big.bin")
    #expect(truncate("\(test.path)/big.bin", 1 << 30) == 0)
    #expect(await test.deed("artifacts", "record", "v1.0.0", "big.bin").code == 0)
    try TestSupport.Files.makeDirectory("\(test.directory)/store")
    let terminal = try stopped(
      ["artifacts", "distribute", "v1.0.0", "--to", "../store"], "copying", in: test)
    #expect(try terminal.end() == 2)
    try terminal.expect("stopped by signal 2: nothing was put into")
    try terminal.expect("the same command does it from the beginning")
    let left = try Program.run(
      "ls", ["-A", "\(test.directory)/store"], directory: "/",
      environment: ["PATH": "/usr/bin:/bin"])
    #expect(left.text.isEmpty, "\(left.text)")
  }

  @Test func `of a check that was stopped nothing is said to stay where nothing was recorded`()
    async throws
  {
    let test = try await project()
    let terminal = try stopped(["check", "v1.0.0"], "digesting", in: test)
    #expect(try terminal.end() == 2)
    try terminal.expect("stopped by signal 2 during artifacts")
    #expect(!String(decoding: terminal.shown, as: UTF8.self).contains("recorded before stays"))
  }
}
