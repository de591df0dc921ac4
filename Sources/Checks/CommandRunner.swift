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
  /// Whether what a command leaves running is ended with it.
  package let isAlone: Bool
  /// What is taken out of the output before anybody sees it, the log included.
  package var mask = SecretMask.none

  /// - Parameter isAlone: Whether what a command leaves running is ended with it, and not left alone.
  package init(
    directory: String, environment: [String: String], timeout: Int, isAlone: Bool = false
  ) {
    self.directory = directory
    self.environment = environment
    self.timeout = timeout
    self.isAlone = isAlone
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
    /// Until it ended, or was told to: how long it then took to obey is not counted.
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
  /// A process that it leaves behind is not waited for. It goes with the rest of its group where the
  /// command is to be alone, or had to be stopped.
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
    var output = MaskedOutput(mask)
    func take(_ bytes: [UInt8]) {
      guard !bytes.isEmpty else { return }
      log.append(bytes)
      show(bytes)
    }
    do {
      let result = try await Subprocess.run(
        .path("/bin/sh"), arguments: ["-c", command], environment: .custom(variables),
        workingDirectory: FilePath(directory), platformOptions: options, input: .none,
        output: .sequence, error: .combinedWithOutput
      ) { execution in
        async let outcome = watch(execution.processIdentifier.value, from: start, isStopped) {
          await execution.teardown(using: Self.ending)
        }
        var end: ContinuousClock.Instant?
        for try await buffer in execution.standardOutput {
          take(output.pass(buffer.withUnsafeBytes { Array($0) }))
          // What a process that was left behind goes on writing is not the command's.
          if end == nil, Self.hasEnded(execution.processIdentifier.value) { end = clock.now }
          if let end, clock.now - end > Self.remainder { break }
          // Commands that print without a pause must leave their watchers a thread.
          await Task.yield()
        }
        return await outcome
      }
      take(output.finish())
      let status: Int32 =
        switch result.terminationStatus {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
      return Ending(
        cause: result.closureResult.cause, status: Int(status),
        milliseconds: Int(result.closureResult.duration / .milliseconds(1)), log: log)
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
    _ process: pid_t, from start: ContinuousClock.Instant, _ isStopped: @Sendable () -> Bool,
    end: () async -> Void
  ) async -> (cause: Ending.Cause, duration: Duration) {
    let clock = ContinuousClock()
    let deadline = start + .seconds(timeout)
    while !Self.hasEnded(process) {
      let cause: Ending.Cause? = isStopped() ? .stopped : clock.now >= deadline ? .timeout : nil
      if let cause {
        let duration = clock.now - start
        await end()
        // Not yet reaped, so the number is still its own: what ignored the request goes too.
        _ = kill(-process, SIGKILL)
        return (cause, duration)
      }
      do { try await Task.sleep(for: .milliseconds(50)) } catch { break }
    }
    let duration = clock.now - start
    if isAlone { await ProcessGroup(process).end(within: .seconds(Self.grace)) }
    return (.itself, duration)
  }

  /// Whether a child has ended, leaving it to be reaped.
  private static func hasEnded(_ process: pid_t) -> Bool {
    var info = siginfo_t()
    let found = waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT)
    return found != 0 || info.si_signo != 0
  }
}
