internal import Git
internal import Release

/// Whether the programs that a deployment needs are on this machine, in the versions asked for.
package struct ToolsCheck: Check {
  package let title = "Tools"
  /// By the program's name: `*`, or constraints such as `>=2.39 <3` or `20`.
  private let versions: [(key: String, value: String)]

  /// After how many seconds one tool is asked nothing more.
  private let patience: Int

  /// For how many seconds a program is looked for: that it is late would not say that it is not there.
  private static let longest = 600

  package init(versions: [(key: String, value: String)], patience: Int = 20) {
    self.versions = versions
    self.patience = patience
  }

  package func run(on subject: CheckSubject) async throws(CheckTrouble) -> [CheckFinding] {
    guard !versions.isEmpty else {
      return [CheckFinding(.pass, "tools-none", "the policy names no tools")]
    }
    let isStopped = subject.watch.isStopped
    func run(_ command: String, _ timeout: Int) async throws(CheckTrouble) -> CommandRunner.Ending {
      let runner = CommandRunner(
        directory: subject.repository.workDirectory ?? subject.repository.gitDirectory,
        environment: subject.repository.environment, timeout: timeout)
      do throws(CommandRunner.Failure) {
        let ending = try await runner.run(command, show: { _ in }, until: isStopped)
        if ending.cause != .stopped { return ending }
      } catch {
        throw CheckTrouble(error.message)
      }
      throw CheckTrouble.stopped
    }
    var findings: [CheckFinding] = []
    for (tool, wanted) in versions {
      findings.append(try await finding(tool, wanted, run))
    }
    return findings
  }

  private func finding(
    _ tool: String, _ wanted: String,
    _ run: (String, Int) async throws(CheckTrouble) -> CommandRunner.Ending
  ) async throws(CheckTrouble) -> CheckFinding {
    guard let constraint = VersionConstraint(wanted) else {
      throw CheckTrouble(
        "\u{201C}\(wanted)\u{201D} is no version to ask of \(tool)",
        hint: "mend `versions` in [checks.tools]: such as \"*\", \"20\", \">=2.39 <3\"")
    }
    guard Self.isName(tool) else {
      throw CheckTrouble(
        "\u{201C}\(tool)\u{201D} is not the name of a program",
        hint: "mend `versions` in [checks.tools]")
    }
    guard try await run("command -v '\(tool)'", Self.longest).isSuccess else {
      return CheckFinding(.fail, "tool-missing", "\(tool) is not installed")
    }
    guard !constraint.isAny else {
      return CheckFinding(.pass, "tool", "\(tool) is installed")
    }
    let start = ContinuousClock.now
    var isLate = false
    // ssh would connect to a host called `version`; the last is kubectl's.
    for option in ["--version", "-V", "version", "-version", "version --client"]
    where start.duration(to: .now) <= .seconds(patience) {
      let ending = try await run("'\(tool)' \(option)", max(1, patience / 2))
      isLate = isLate || ending.cause == .timeout
      let said = String(decoding: ending.log.bytes, as: UTF8.self)
      guard ending.isSuccess, let found = VersionConstraint.number(in: said) else { continue }
      let shown = found.map(String.init).joined(separator: ".")
      return constraint.admits(found)
        ? CheckFinding(.pass, "tool", "\(tool) \(shown) is installed")
        : CheckFinding(.fail, "tool-version", "\(tool) is \(shown), and \(wanted) is asked for")
    }
    return CheckFinding(
      .fail, "tool-version",
      isLate
        ? "\(tool) did not say in time which version it is"
        : "\(tool) does not say which version it is",
      hint: isLate
        ? "see what it waits for, or ask only whether it is there, by \"*\" in [checks.tools]" : nil
    )
  }

  /// A name that a shell takes for nothing else.
  private static func isName(_ tool: String) -> Bool {
    !tool.isEmpty && !tool.hasPrefix("-")
      && tool.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII
          && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || "._+-/".unicodeScalars.contains(scalar))
      }
  }
}
