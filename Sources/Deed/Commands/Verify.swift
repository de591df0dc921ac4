import ArgumentParser
import Git
import Release

struct VerifyCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Prove a release from the repository alone, without a network.",
    usage: "deed verify [<version>|--all] [-e <name>] [--strict] [<options>]",
    discussion: """
      Checks the tag against its record, every record against its commit, and the sign-offs against \
      the rules. Exits 0 where nothing is wrong, 1 where something is, 2 where evidence is not here \
      (deed sync fetches it).

        deed verify v1.4.0
        deed verify --all --strict
      """)

  @Argument(help: "The release, such as v1.4.0. May be left out where only one is at HEAD.")
  var version: String?

  @Flag(help: "Verify every release.")
  var all = false

  @Option(
    name: [.short, .long],
    help: ArgumentHelp("Judge only this environment.", valueName: "name"))
  var environment: String?

  @Flag(help: "Let warnings fail too.")
  var strict = false

  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  private struct Verified {
    let subject: ReleaseCase
    let findings: [Finding]
  }

  func validate() throws {
    if all, version != nil { throw ValidationError("--all and a version exclude each other") }
  }

  func run(in context: Context) async throws -> Int32 {
    // An audit believes no file that anybody who can write here may have changed.
    let workspace = try Workspace(context, remembers: false)
    let subjects = try all ? allSubjects(workspace) : [subject(workspace)]
    var verified: [Verified] = []
    var contents: LedgerContents?
    for subject in subjects {
      let remote = try await workspace.remote(subject.policy)
      let known = try contents ?? LedgerContents(workspace.ledgers, remote: remote)
      contents = known
      let gathered = try await workspace.gather(subject, from: known)
      let environments =
        try environment.map { [try subject.policy.environment(named: $0)] }
        ?? subject.policy.environments
      let verdicts = environments.map { Gate.judge(gathered, in: $0) }
      verified.append(
        Verified(
          subject: gathered, findings: Verification.findings(on: gathered, verdicts: verdicts)))
    }
    switch output.format {
    case .json: try context.output.print(json: report(verified))
    case .text: show(verified, context)
    }
    return exitCode(of: verified)
  }

  private func subject(_ workspace: Workspace) throws -> ReleaseSubject {
    var arguments = ReleaseArguments()
    arguments.version = version
    arguments.commit = nil
    return try workspace.subject(arguments)
  }

  private func allSubjects(_ workspace: Workspace) throws -> [ReleaseSubject] {
    let prefix = try workspace.policy(at: try workspace.head()).tags.prefix
    return try workspace.releaseTags(prefix: prefix).compactMap { tag in
      guard let commit = tag.commit else { return nil }
      return ReleaseSubject(
        release: tag.version, commit: commit, policy: try workspace.policy(at: commit))
    }
  }

  /// What is wrong goes before what cannot be told.
  private func exitCode(of verified: [Verified]) -> Int32 {
    let codes = verified.map { exitCode($0.findings) }
    return codes.contains(1) ? 1 : codes.max() ?? 0
  }

  private func exitCode(_ findings: [Finding]) -> Int32 {
    if findings.contains(where: { $0.severity == .error && !$0.isUnknown }) { return 1 }
    if findings.contains(where: \.isUnknown) { return 2 }
    return strict && findings.contains { $0.severity == .warning } ? 1 : 0
  }

  private func show(_ verified: [Verified], _ context: Context) {
    let style = Style(hasColour: context.terminal.outputHasColour)
    for item in verified {
      context.output.print(
        "\(style.bold(item.subject.release.description.safe)) at \(item.subject.commit.short)")
      for finding in item.findings where !common.quiet || finding.severity != .info {
        let record = finding.record.map { " [\($0.short)]" } ?? ""
        let lines = (finding.message.safe + record).wrapped(
          to: context.terminal.width, after: "  \(style.mark(finding)) ", indent: 4)
        for line in lines { context.output.print(line) }
      }
    }
    let warnings = verified.flatMap(\.findings).filter { $0.severity == .warning }.count
    let verdict =
      switch exitCode(of: verified) {
      case 0:
        "consistent\(warnings == 0 ? "" : ", with \(warnings.counted("warning"))"); who signed is not proven"
      case 1: "not as it should be"
      default: "cannot be told: evidence is missing, or cannot be judged"
      }
    context.output.print(verified.isEmpty ? "there is no release yet" : verdict)
    if verified.contains(where: \.subject.lacksLedgers), !common.quiet {
      context.error.print("hint: deed sync fetches what is recorded, then verify again")
    }
  }

  private struct Report: Encodable {
    struct Release: Encodable {
      let release: String
      let commit: String
      let findings: [Entry]
    }

    struct Entry: Encodable {
      let severity: String
      let code: String
      let message: String
      let record: String?
    }

    let v = 1
    let ok: Bool
    /// Whether the names on the sign-offs are proven by signatures.
    let proven: Bool
    let releases: [Release]
  }

  private func report(_ verified: [Verified]) -> Report {
    Report(
      ok: verified.allSatisfy { exitCode($0.findings) == 0 }, proven: false,
      releases: verified.map { item in
        Report.Release(
          release: item.subject.release.description, commit: item.subject.commit.description,
          findings: item.findings.map { finding in
            Report.Entry(
              severity: finding.severity.rawValue, code: finding.code, message: finding.message,
              record: finding.record?.description)
          })
      })
  }
}
