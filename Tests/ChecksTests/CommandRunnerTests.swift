import Synchronization
import TestSupport
import Testing

@testable import Checks

@Suite struct CommandRunnerTests {
  private func run(
    _ command: String, timeout: Int = 600, environment: [String: String] = [:],
    alone isAlone: Bool = false,
    until isStopped: @escaping @Sendable () -> Bool = { false }
  ) async throws -> (ending: CommandRunner.Ending, shown: String) {
    let directory = try TemporaryDirectory()
    let runner = CommandRunner(
      directory: directory.path,
      environment: ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }, timeout: timeout,
      isAlone: isAlone)
    var shown: [UInt8] = []
    let ending = try await runner.run(command, show: { shown += $0 }, until: isStopped)
    #expect(ending.log.bytes == shown)
    return (ending, String(decoding: shown, as: UTF8.self))
  }

  @Test(arguments: [
    ("true", 0), ("exit 7", 7), ("kill -9 $$", 137), ("no-such-program", 127),
    ("test -t 0 || read line", 1), ("exec >&- 2>&-; exit 3", 3),
  ])
  func `a command ends as the shell says`(command: String, status: Int) async throws {
    let (ending, _) = try await run(command)
    #expect(ending.status == status && ending.cause == .itself)
    #expect(ending.isSuccess == (status == 0))
  }

  @Test func `output and errors come in the order in which they were written`() async throws {
    let (_, shown) = try await run("for n in 1 2 3; do echo out $n; echo err $n >&2; done")
    #expect(shown == "out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n")
  }

  @Test func `it has the environment that it was given, and no other`() async throws {
    let (_, shown) = try await run("echo $NAME $HOME", environment: ["NAME": "花子"])
    #expect(shown == "花子\n")
  }

  @Test func `bytes that are no text are kept as they are`() async throws {
    let (ending, _) = try await run("printf '\\377\\000\\033[31m'")
    #expect(ending.log.bytes == [0xff, 0, 0x1b, 0x5b, 0x33, 0x31, 0x6d])
  }

  @Test(arguments: [
    "echo begun; sleep 60", "echo begun; trap '' TERM; sleep 60 & wait; sleep 60",
    "exec >&- 2>&-; sleep 60", "sleep 60 | cat",
  ])
  func `a command that takes too long is ended with all that it started`(
    command: String
  ) async throws {
    let mark = "600\(UInt32.random(in: 0..<1_000_000_000))"
    let start = ContinuousClock.now
    let (ending, _) = try await run(command.replacing("60", with: mark), timeout: 1)
    #expect(ending.cause == .timeout && !ending.isSuccess)
    #expect(ending.status > 128, "\(ending.status)")
    #expect(try !isRunning("sleep \(mark)"))
    // The time that it is given to end, which this one uses up, is not counted.
    let elapsed = Int((ContinuousClock.now - start) / .milliseconds(1))
    #expect(!command.contains("trap") || ending.milliseconds + 4000 < elapsed)
  }

  private func isRunning(_ command: String) throws -> Bool {
    try Program.run(
      "sh", ["-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; true"], directory: "/",
      environment: ["PATH": "/usr/bin:/bin"]
    ).text.contains(command)
  }

  /// Quiet ones, one that holds the command's output, and one that will not hear of it.
  @Test(arguments: [
    "sleep 60 & exit 3", "sleep 60 >&- 2>&- & exit 3",
    "(trap '' TERM; sleep 60; sleep 60) & exit 3", "(sleep 60 | cat) & exit 3",
  ])
  func `nothing is left of one that is to be alone`(_ command: String) async throws {
    let mark = "600\(UInt32.random(in: 0..<1_000_000_000))"
    let (ending, _) = try await run(command.replacing("60", with: mark), alone: true)
    #expect(ending.cause == .itself && ending.status == 3)
    #expect(try !isRunning("sleep \(mark)"))
  }

  @Test func `what has left its group for good holds nobody up`() async throws {
    let (ending, shown) = try await run("setsid sleep 3600 & echo $! done", alone: true)
    #expect(ending.isSuccess && shown.hasSuffix(" done\n"))
    try stop(shown)
  }

  // No clock is asked below: who waited for these processes would wait longer than any test may take.

  @Test func `a process that it leaves behind is not waited for`() async throws {
    let (ending, shown) = try await run("sleep 3600 & echo $! done", timeout: 600)
    #expect(ending.isSuccess && shown.hasSuffix(" done\n"))
    try stop(shown)
  }

  @Test func `a process that it leaves behind may write as long as it likes`() async throws {
    // It ends when nobody reads it any more.
    let (ending, _) = try await run("yes & true", timeout: 600)
    #expect(ending.isSuccess)
  }

  @Test func `whoever started it can stop it`() async throws {
    let asked = Atomic<Int>(0)
    let (ending, _) = try await run("sleep 3600", timeout: 600) {
      asked.add(1, ordering: .relaxed).newValue > 3
    }
    #expect(ending.cause == .stopped)
  }

  /// Ends the process whose number stands first in what was shown.
  private func stop(_ shown: String) throws {
    let number = String(shown.prefix { $0.isNumber })
    let ended = try Program.run(
      "kill", [number], directory: "/", environment: ["PATH": "/usr/bin:/bin"])
    #expect(ended.status == 0, "\(shown.prefix(80)) \(ended.error)")
  }

  @Test func `what cannot be started is an error`() async throws {
    let runner = CommandRunner(directory: "/nowhere", environment: [:], timeout: 1)
    await #expect(throws: CommandRunner.Failure.self) {
      _ = try await runner.run("true", show: { _ in })
    }
  }
}

@Suite struct CommandLogTests {
  @Test func `of very much output the beginning and the end are kept`() {
    var log = CommandLog()
    let block = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    log.append(Array("begin".utf8))
    for _ in 0..<40 { log.append(block) }
    log.append(Array("end".utf8))
    let text = log.bytes
    #expect(text.count < 25 << 20)
    #expect(text.starts(with: "begin".utf8) && text.suffix(3).elementsEqual("end".utf8))
    let note = Array("\n[deed: \(log.omitted) bytes are left out here]\n".utf8)
    #expect(log.omitted > 0 && text.count == (40 << 20) + 8 - log.omitted + note.count)
  }

  @Test func `all of little output is kept`() {
    var log = CommandLog()
    log.append([1, 2])
    log.append([3])
    #expect(log.bytes == [1, 2, 3] && log.omitted == 0)
  }
}
