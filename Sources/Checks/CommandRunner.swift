internal import Glibc
internal import Subprocess
internal import SystemPackage

/// Runs commands of a team's own by the shell, each in a process group of its own.
///
/// Nobody can type into them: standard input is empty.
package struct CommandRunner: Sendable {
  /// Where commands are started.
  package let directory: String
  package let environment: [String: String]
  /// How long one may take, in seconds.
  package let timeout: Int

  package init(directory: String, environment: [String: String], timeout: Int) {
    self.directory = directory
    self.environment = environment
    self.timeout = timeout
  }

  /// How a command ended.
  package struct Ending: Sendable {
    package enum Cause: Sendable {
      /// It ended, or something else ended it.
      case itself
      case timeout
      /// Whoever started it wanted it to stop.
      case stopped
    }

    package let cause: Cause
    /// As a shell has it: 128 and the signal where a signal ended it.
    package let status: Int
    package let milliseconds: Int
    /// What it wrote to standard output and standard error, as it came.
    package let log: CommandLog

    package var isSuccess: Bool { cause == .itself && status == 0 }
  }

  /// A command that could not be started.
  package struct Failure: Error {
    package let message: String
  }

  /// How long a group that was asked to end has before it is killed, in seconds.
  private static let grace = 5

  /// How long the output of a command that has ended is read on.
  private static let remainder = Duration.seconds(1)

  /// Runs a command to its end, its timeout or until it is stopped.
  ///
  /// A process that it leaves behind is not waited for, unless it had to be stopped: then all of its
  /// group goes.
  ///
  /// - Parameters:
  ///   - show: Is given the output as it comes.
  ///   - isStopped: Is asked some times a second whether the command is to stop.
  package func run(
    _ command: String, show: ([UInt8]) -> Void,
    until isStopped: @escaping @Sendable () -> Bool = { false }
  ) async throws(Failure) -> Ending {
    let clock = ContinuousClock()
    let start = clock.now
    var log = CommandLog()
    do {
      let result = try await Subprocess.run(
        .path("/bin/sh"), arguments: ["-c", command], environment: .custom(variables),
        workingDirectory: FilePath(directory), platformOptions: options, input: .none,
        output: .sequence, error: .combinedWithOutput
      ) { execution in
        async let cause = watch(execution.processIdentifier.value, isStopped) {
          await execution.teardown(using: Self.ending)
        }
        var end: ContinuousClock.Instant?
        for try await buffer in execution.standardOutput {
          let bytes = buffer.withUnsafeBytes { Array($0) }
          log.append(bytes)
          show(bytes)
          // What a process that was left behind goes on writing is not the command's.
          if end == nil, Self.hasEnded(execution.processIdentifier.value) { end = clock.now }
          if let end, clock.now - end > Self.remainder { break }
          // Commands that print without a pause must leave their watchers a thread.
          await Task.yield()
        }
        return await cause
      }
      let status: Int32 =
        switch result.terminationStatus {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
      return Ending(
        cause: result.closureResult, status: Int(status),
        milliseconds: Int((clock.now - start) / .milliseconds(1)), log: log)
    } catch {
      throw Failure(message: "cannot run the command: \(error)")
    }
  }

  private var variables: [Environment.Key: String] {
    var variables: [Environment.Key: String] = [:]
    for (name, value) in environment {
      guard let key = Environment.Key(rawValue: name) else { continue }
      variables[key] = value
    }
    return variables
  }

  private var options: PlatformOptions {
    var options = PlatformOptions()
    options.processGroupID = 0
    options.teardownSequence = Self.ending
    return options
  }

  private static var ending: [TeardownStep] {
    [
      .send(
        signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(grace))
    ]
  }

  /// Waits until the command has ended, and ends it where it must not go on.
  private func watch(
    _ process: pid_t, _ isStopped: @Sendable () -> Bool, end: () async -> Void
  ) async -> Ending.Cause {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(timeout)
    while !Self.hasEnded(process) {
      let cause: Ending.Cause? = isStopped() ? .stopped : clock.now >= deadline ? .timeout : nil
      if let cause {
        await end()
        // Not yet reaped, so the number is still its own: what ignored the request goes too.
        _ = kill(-process, SIGKILL)
        return cause
      }
      do { try await Task.sleep(for: .milliseconds(50)) } catch { break }
    }
    return .itself
  }

  /// Whether a child has ended, leaving it to be reaped.
  private static func hasEnded(_ process: pid_t) -> Bool {
    var info = siginfo_t()
    let found = waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT)
    return found != 0 || info.si_signo != 0
  }
}
