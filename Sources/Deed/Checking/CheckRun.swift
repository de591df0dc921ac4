import Checks
import Git
import Release

/// Runs single checks of a release, several at once if need be: each opens the repository for itself.
struct CheckRun: Sendable {
  let context: Context
  let subject: ReleaseCase
  let environment: EnvironmentRules
  /// Whose tag is compared too; `nil`: nobody's.
  var remote: String?
  /// Whether the web may be asked.
  var isOnline = false
  /// The names of all that are run together.
  var names: [String] = []
  /// What must not be seen of what commands print.
  var secrets = SecretMask.none
  /// What commands have said of the settings: each is run once.
  private let answers = SecretAnswers()

  func title(of name: String) -> String { check(name)?.title ?? name }

  /// The team's own command of this name; `nil` where it is another check.
  func command(_ name: String) -> CommandRules? {
    if case .command(let rules)? = subject.policy.checks[name] { rules } else { nil }
  }

  /// - Parameter show: Is given what a command prints, as it comes.
  func report(on name: String, show: @Sendable ([UInt8]) -> Void) async -> CheckReport {
    // Whatever else is at the tag's place is not the release; to say so is the check of the tag's.
    if let why = subject.movedTag, !looksAtTag(name) {
      return CheckReport(
        name: name, title: title(of: name), findings: [],
        trouble: CheckTrouble(why, hint: subject.settleTag))
    }
    do {
      let workspace = try Workspace(context)
      if let rules = command(name) {
        return try await run(rules, named: name, workspace, show)
      }
      guard let check = check(name) else {
        return CheckReport(
          name: name, title: name, findings: [],
          trouble: CheckTrouble(
            "this version of deed has no check \(name) yet",
            hint: "where it is not needed: deed waive --check \(GitError.quoted(name)) -m WHY"))
      }
      if looksAtManifests(name), let doubt = subject.doubtAboutManifests {
        return CheckReport(
          name: name, title: check.title, findings: [], trouble: CheckTrouble(doubt))
      }
      return await CheckReport.of(check, named: name, on: checkSubject(of: name, workspace))
    } catch {
      return CheckReport(
        name: name, title: title(of: name), findings: [], trouble: CheckTrouble(Failure(error)))
    }
  }

  private func check(_ name: String) -> (any Check)? {
    let settings =
      if case .builtIn(let settings)? = subject.policy.checks[name] {
        settings.inside(environment.name)
      } else { [String: CheckSetting]() }
    return BuiltInChecks.check(name, CheckSettings(settings))
  }

  /// The same, with what nobody may see of the environment's settings in the output of commands, where
  /// the policy says what these are.
  func maskingSecrets() async -> CheckRun {
    let name = CheckRules.secrets
    guard case .builtIn(let settings)? = subject.policy.checks[name] else { return self }
    var run = self
    do {
      run.secrets = try await SecretMask.values(
        CheckSettings(settings.inside(environment.name)),
        on: checkSubject(of: name, try Workspace(context)))
    } catch {
      let why = "which of it is secret cannot be told: \(Failure(error).message)"
      // Behind "[deed: not shown and not kept: ", and beside a check's name.
      run.secrets = .everything(
        because: why.safe.wrapped(to: 64, indent: 2, head: 31).joined(separator: "\n"))
    }
    return run
  }

  /// Runs commands on the release: these are told which one it is, and nobody sees the secrets in what
  /// they print.
  ///
  /// - Parameter timeout: In seconds.
  func runner(
    in directory: String, adding variables: [String: String] = [:], timeout: Int,
    isAlone: Bool = false
  ) -> CommandRunner {
    var runner = CommandRunner(
      directory: directory,
      environment: context.environment.merging(variables) { $1 }
        .merging(subject.commandVariables(in: environment)) { $1 },
      timeout: timeout, isAlone: isAlone)
    runner.mask = secrets
    return runner
  }

  private func checkSubject(of name: String, _ workspace: Workspace) -> CheckSubject {
    var looked = CheckSubject(
      repository: workspace.repository, release: subject.release, commit: subject.commit,
      tag: subject.tag, tagRecords: subject.evidence.tagRecords, remote: remote,
      environment: environment.name, isOnline: isOnline, now: context.now(),
      previous: { () throws(CheckTrouble) in try previous(workspace) })
    if looksAtManifests(name) { looked.manifests = subject.releasedManifests }
    looked.above = { () throws(CheckTrouble) in try above(workspace) }
    looked.nextCommand = subject.policy.part(of: subject.release).nextCommand
    looked.restoreTag = subject.restoreTag
    looked.tagDoubt = subject.doubtAboutTag
    looked.secretAnswers = answers
    looked.watch = ProgressLine.watch(context, "digesting") { Interruption.signal != nil }
    return looked
  }

  private func looksAtTag(_ name: String) -> Bool {
    command(name) == nil && name.utf8.elementsEqual(CheckRules.tag.utf8)
  }

  /// Whether a check holds something to the manifests that stand.
  private func looksAtManifests(_ name: String) -> Bool {
    name.utf8.elementsEqual(CheckRules.artifacts.utf8)
      || environment.asksForManifest && name.utf8.elementsEqual(CheckRules.tag.utf8)
  }

  private func previous(_ workspace: Workspace) throws(CheckTrouble) -> PreviousRelease? {
    do {
      let places = try workspace.releasePlaces(prefix: subject.release.prefix)
      let found = try workspace.previous(of: subject.release, at: subject.commit, among: places)
      return try found.map { release, commit in
        PreviousRelease(
          release: release, commit: commit, policy: try workspace.policy(at: commit))
      }
    } catch {
      throw CheckTrouble(Failure(error))
    }
  }

  /// The highest release among the ancestors, where `cut` refuses a version below it.
  private func above(_ workspace: Workspace) throws(CheckTrouble) -> ReleaseVersion? {
    let release = subject.release
    do {
      let history = try workspace.history(of: subject.commit, prefix: release.prefix)
      return history.reachable.last { $0 != release }.flatMap { $0 >= release ? $0 : nil }
    } catch {
      throw CheckTrouble(Failure(error))
    }
  }

  /// A command of the team's own, in the release's own tree.
  private func run(
    _ rules: CommandRules, named name: String, _ workspace: Workspace,
    _ show: @Sendable ([UInt8]) -> Void
  ) async throws -> CheckReport {
    let root = try await workspace.directory(standingAt: subject)
    if let directory = rules.directory, !Files.exists("\(root)/\(directory)/.") {
      throw Failure(
        .configuration,
        "there is no directory \(directory.safe) here, where [checks.\(name.safe)] is to run",
        hint: "mend `directory` in \(Policy.fileName), or make it first")
    }
    let strays = try await workspace.repository.status()
    let directory = rules.directory.map { "\(root)/\($0)" } ?? root
    let runner = runner(
      in: directory, adding: rules.environment,
      timeout: rules.timeout ?? CommandRules.defaultTimeout, isAlone: true)
    let ending = try await runner.run(rules.run, show: show) { Interruption.signal != nil }
    guard ending.cause != .stopped else {
      return stopped(name, after: ending.milliseconds)
    }
    let command = rules.run.shownCommand
    // A command may be `exit 3` itself.
    let words = ending.words.hasPrefix("\(command) ") ? ending.words : "\(command): \(ending.words)"
    var findings = [
      ending.isSuccess
        ? CheckFinding(.pass, "exit", words)
        : ending.cause == .timeout
          ? CheckFinding(.fail, "timeout", words)
          : CheckFinding(
            .fail, "exit", words,
            hint: try ending.lineEnds(of: rules.run, in: directory) ?? ending.explanation)
    ]
    if ending.isSuccess { findings += try await reservations(strays, workspace) }
    let looked = checkSubject(of: name, workspace)
    return CheckReport(
      name: name, title: name, findings: findings.map { $0.hinted(on: looked) },
      milliseconds: ending.milliseconds, command: ending)
  }

  /// Why what passed may not have been the release alone.
  private func reservations(
    _ strays: [String], _ workspace: Workspace
  ) async throws -> [CheckFinding] {
    var findings: [CheckFinding] = []
    if let first = strays.first {
      let others = strays.count > 1 ? " and \(strays.count - 1) more" : ""
      // Where the checkout is looked at in the same moment, that is what fails for it.
      let isTold = names.containsBytes(of: "checkout")
      findings.append(
        CheckFinding(
          isTold ? .pass : .warn, "tree-untracked",
          "it ran beside what is not in \(subject.release): \(first)\(others)", path: first))
    }
    do {
      _ = try await workspace.directory(standingAt: subject)
    } catch {
      findings.append(
        CheckFinding(.warn, "tree-changed", "afterwards, \(Failure(error).message)"))
    }
    return findings
  }

  /// What is known of a check that did not come to its end.
  func stopped(_ name: String, after milliseconds: Int) -> CheckReport {
    without(name, .stopped, milliseconds)
  }

  /// What is known of a check whose turn never came.
  func notRun(_ name: String) -> CheckReport { without(name, .notRun, 0) }

  private func without(
    _ name: String, _ trouble: CheckTrouble, _ milliseconds: Int
  ) -> CheckReport {
    CheckReport(
      name: name, title: title(of: name), findings: [], trouble: trouble,
      milliseconds: milliseconds)
  }
}

extension CommandRunner.Ending {
  static let seeOutput = "what it printed says why"

  /// What mends a script that no shell could start, since its first line names its shell as Windows ends
  /// lines.
  fileprivate func lineEnds(of command: String, in directory: String) throws -> String? {
    guard status == 126 || status == 127 else { return nil }
    for word in command.split(whereSeparator: \.isWhitespace) {
      let path = word.hasPrefix("/") ? String(word) : "\(directory)/\(word)"
      guard Files.leadsToRegular(path), try Files.sizeOfRegularFile(path) <= 1 << 20 else {
        continue
      }
      // It is looked at to be of help: what cannot be read is no help.
      guard let content = try? Files.read(path) else { continue }
      let line = content.prefix { $0 != UInt8(ascii: "\n") }
      guard line.starts(with: Array("#!".utf8)), line.last == UInt8(ascii: "\r") else { continue }
      return "its lines end as on Windows, so its first names no shell; commit it without: "
        + "sed -i 's/\\r$//' -- \(GitError.quoted(String(word)))"
    }
    return nil
  }

  /// What a shell's exit status says, or where else to look.
  fileprivate var explanation: String {
    switch status {
    case 126: "what it calls may not be executed: chmod +x FILE"
    case 127: "a program that it calls is not on the PATH, or its name is misspelled"
    case 137: "signal 9 ended it: somebody did that, or memory was short"
    case 129...192: "signal \(status - 128) ended it"
    default: log.isEmpty ? "it printed nothing: run it by hand" : Self.seeOutput
    }
  }
}

extension ReleaseCase {
  /// Why it cannot be told who cut the release, or whether its version is free.
  fileprivate var doubtAboutTag: CheckTrouble? {
    guard isCutUnknown else { return nil }
    let why = evidence.doubt(about: .deployments).map { ": \($0)" } ?? ""
    let what =
      if case .absent = tag { "whether \(release) is free" } else { "who cut \(release)" }
    return CheckTrouble(movedTag ?? "\(what) cannot be told\(why)", hint: settleTag)
  }
}

extension CheckTrouble {
  fileprivate init(_ failure: Failure) {
    self.init(failure.message, hint: failure.hint)
  }
}
