import Release
import Synchronization
import TestSupport
import Testing

@testable import Deed

/// How a command line ended, and what it said.
struct Ran {
  let code: Int32
  let output: String
  let error: String
}

/// What was written, kept.
private final class Capture: Sendable {
  private let bytes = Mutex<[UInt8]>([])

  var output: Output {
    Output { written in self.bytes.withLock { $0 += written } }
  }

  var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
}

extension TestRepository {
  /// Runs a command line of deed in process: this repository's user, clock and directory.
  ///
  /// - Parameters:
  ///   - settings: Changes to the environment; `nil` takes a variable away.
  ///   - directory: Where it is started, instead of in the repository.
  @discardableResult
  func deed(
    _ arguments: [String], with settings: [String: String?] = [:], input: String = "",
    terminal: Terminal? = nil, directory: String? = nil
  ) async -> Ran {
    let now = Timestamp(milliseconds: tick() * 1000)
    var environment = environment
    for (name, value) in settings { environment[name] = value }
    let output = Capture()
    let error = Capture()
    let code = await Main.run(
      arguments,
      in: Context(
        directory: directory ?? path, environment: environment, output: output.output,
        error: error.output, terminal: terminal ?? Terminal(), now: { now },
        input: { Array(input.utf8) }))
    return Ran(code: code, output: output.text, error: error.text)
  }

  /// The same, its arguments one after the other.
  @discardableResult
  func deed(_ arguments: String...) async -> Ran {
    await deed(arguments)
  }

  /// All references and what they point at, and the configuration: what a dry run must not change.
  func everything() throws -> String {
    let head = try run(["symbolic-ref", "HEAD"]).text
    return try head + git("for-each-ref") + git("config", "--local", "--list")
      + git("count-objects", "-v") + run(["status", "--porcelain", "--ignored"]).text
  }

  /// As though deed had noted nothing of where its ledgers were.
  func forgetTips() throws {
    _ = try Program.run(
      "sh", ["-c", "rm -f .git/deed/tips .git/deed/seen-*"], directory: path,
      environment: ["PATH": "/usr/bin:/bin"])
  }

  /// The lines of a ledger's notes, by plain git.
  func records(_ ledger: String, at revision: String = "HEAD") throws -> [String] {
    let note = try run(["notes", "--ref", "deed/\(ledger)", "show", revision])
    return note.status == 0 ? note.text.split(separator: "\n").map(String.init) : []
  }
}
