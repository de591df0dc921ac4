import ArgumentParser
import Git
import Ledger
import Release

struct DoctorCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "doctor",
    abstract: "Find what loses records or hides them, and mend what can be mended.",
    usage: "deed doctor [--objects] [--recover [--from <commit>] ...] [<options>]",
    discussion: """
      Looks at git's configuration, at locks, and at the ledgers, their histories and reflogs, names the \
      command that mends each finding, and changes nothing. With --recover it brings back records that \
      no ledger leads to any more, puts back what a history lost, and sets aside lines that a server refuses. \
      Exits 1 where something is to be mended.

        deed doctor
        deed doctor --recover

      Where deed noted nothing of a ledger that was deleted, --objects searches everything that git still \
      has, which takes minutes in a large repository, and --from brings back one commit that it found. \
      Anybody who could push a branch may have made it, so read first what it says.

        deed doctor --objects
        deed doctor --recover --from 1a2b3c4d5e6f
      """)

  @Flag(help: "Search all objects for records that nothing leads to any more.")
  var objects = false

  @Flag(help: "Bring back what was lost, and set aside what no server takes.")
  var recover = false

  @Option(
    help: ArgumentHelp(
      "With --recover: bring back what this commit of a ledger holds, too.", valueName: "commit"))
  var from: [String] = []

  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    if !recover, !from.isEmpty { throw ValidationError("--from wants --recover") }
  }

  func run(in context: Context) async throws -> Int32 {
    // What an earlier run noted about histories may be part of what is wrong.
    let workspace = try Workspace(context, remembers: false)
    let recovery = recover ? try await Recovery(workspace, from: from) : nil
    var diagnoses = await Examination(workspace: workspace, searchesObjects: objects).diagnoses()
    for problem in recovery?.problems ?? [] { await diagnoses.look { _ in throw problem } }
    switch output.format {
    case .json: try context.output.print(json: Report(diagnoses, recovery))
    case .text: show(diagnoses, recovery, context)
    }
    return diagnoses.exitCode
  }

  private func show(_ diagnoses: Diagnoses, _ recovery: Recovery?, _ context: Context) {
    let style = Style(hasColour: context.terminal.outputHasColour)
    for line in recovery?.lines ?? [] { context.output.print(line.safe) }
    if recovery?.lines.isEmpty ?? false { context.output.print("nothing was lost") }
    for diagnosis in diagnoses.all {
      let finding = diagnosis.finding
      if common.quiet, finding.severity == .info { continue }
      context.say(finding.message.safe, after: "\(style.mark(finding)) ")
      // A command is copied, so it stays one line.
      if let hint = diagnosis.hint { context.output.print("  \(style.dim("→")) \(hint.safe)") }
    }
    let errors = diagnoses.count(.error)
    let warnings = diagnoses.count(.warning)
    context.output.print(
      errors + warnings == 0
        ? "nothing to mend" : "\(errors) to mend, \(warnings.counted("warning"))")
  }

  private struct Report: Encodable {
    struct Entry: Encodable {
      let severity: String
      let code: String
      let message: String
      let hint: String?
    }

    let v = 1
    let ok: Bool
    /// What was brought back and set aside; absent where nobody asked for it.
    let recovered: [String]?
    let findings: [Entry]

    init(_ diagnoses: Diagnoses, _ recovery: Recovery?) {
      ok = diagnoses.exitCode == 0
      recovered = recovery?.lines
      findings = diagnoses.all.map { diagnosis in
        Entry(
          severity: diagnosis.finding.severity.rawValue, code: diagnosis.finding.code,
          message: diagnosis.finding.message, hint: diagnosis.hint)
      }
    }
  }
}
