internal import FoundationEssentials
internal import Git
internal import Release
internal import Synchronization

/// A secret manager's command, which prints settings.
struct SecretCommand {
  /// How long one may take where nothing says so, in seconds.
  static let defaultTimeout = 60

  private let command: String
  private let timeout: Int

  /// The environments that have one, and those.
  static func all(_ settings: CheckSettings) -> [(environment: String, command: SecretCommand)] {
    settings.table("commands").map { environment, command in
      let timeout = settings.seconds("timeout") ?? defaultTimeout
      return (environment, SecretCommand(command: command, timeout: timeout))
    }
  }

  /// What it prints: `NAME=value` by lines, or one JSON object of texts.
  func source(
    on subject: CheckSubject, names: Set<ExactName>
  ) async throws(CheckTrouble) -> SecretSource {
    let bytes = try await subject.secretAnswers.answer(to: command) {
      () async throws(CheckTrouble) in try await output(on: subject)
    }
    let content: EnvironmentFile
    if bytes.first(where: { $0 != 0x20 && $0 != 0x0a && $0 != 0x0d }) == UInt8(ascii: "{") {
      content = EnvironmentFile(variables: try PrintedSettings.read(bytes))
    } else {
      content = EnvironmentFile(bytes, known: names)
    }
    return SecretSource(path: nil, name: "what the command prints", content: content)
  }

  private func output(on subject: CheckSubject) async throws(CheckTrouble) -> [UInt8] {
    let repository = subject.repository
    let runner = CommandRunner(
      directory: repository.workDirectory ?? repository.gitDirectory,
      environment: repository.environment, timeout: timeout, isAlone: true)
    let ending: CommandRunner.Ending
    do throws(CommandRunner.Failure) {
      // Whatever it complains of is no setting, and may hold parts of some.
      ending = try await runner.run(
        "exec 2>/dev/null\n\(command)", show: { _ in }, until: subject.watch.isStopped)
    } catch {
      throw CheckTrouble(error.message)
    }
    let what = "the command that prints the secrets"
    switch ending.cause {
    case .stopped: throw CheckTrouble.stopped
    case .timeout:
      throw CheckTrouble(
        "\(what) did not end within \(Span.text(timeout)): \(command.shownCommand)",
        hint: "run it by hand to see what it waits for; or set `timeout` in [checks.secrets]")
    case .itself where ending.status != 0:
      throw CheckTrouble(
        "\(what) ended with \(ending.status): \(command.shownCommand)",
        hint: "run it by hand to see what it says")
    case .itself: break
    }
    guard ending.log.omitted == 0 else {
      throw CheckTrouble(
        "\(what) prints more than settings: \(command.shownCommand)",
        hint: "let it print NAME=value by lines, or one JSON object of texts")
    }
    return ending.log.bytes
  }
}

/// What commands have printed: to ask a secret manager may cost somebody a confirmation, so that each is
/// run once, whoever wants to know after that.
package final class SecretAnswers: Sendable {
  private let known = Mutex<[ExactName: Result<[UInt8], CheckTrouble>]>([:])

  package init() {}

  func answer(
    to command: String, _ ask: () async throws(CheckTrouble) -> [UInt8]
  ) async throws(CheckTrouble) -> [UInt8] {
    let name = ExactName(command)
    if let answer = known.withLock({ $0[name] }) { return try answer.get() }
    let answer: Result<[UInt8], CheckTrouble>
    do throws(CheckTrouble) {
      answer = .success(try await ask())
    } catch {
      answer = .failure(error)
    }
    known.withLock { $0[name] = answer }
    return try answer.get()
  }
}
