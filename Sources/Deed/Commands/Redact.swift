import ArgumentParser
import Git
import Ledger
import Release

struct RedactCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "redact",
    abstract: "Take an attached file out of the records, in all clones.",
    usage: "deed redact <id> ... -m <why> [--push] [<options>]",
    discussion: """
      For what should never have been attached, such as a password in a log. <id> begins the id of the \
      file, or of a record whose files are meant. A redaction is recorded for each release that names the \
      file, who, when and why; the records that name it stand as they are, and verify says that it is \
      redacted. Clones that receive the redaction take the file out, and never back in. Whoever may \
      approve a release may redact its files; what no record names, whoever may approve the last one.

        deed redact 4b825dc642cb -m "the log held a database password" --push

      It cannot be undone, and it does not reach whoever has read the file, or copied it: change the \
      secret. git keeps the object until it prunes; deed doctor says how.
      """)

  @Argument(
    help: ArgumentHelp(
      "A file, or a record with files, by the first digits of its id.", valueName: "id"))
  var ids: [String]

  @Option(
    name: [.customShort("m"), .customLong("message")], parsing: .unconditional,
    help: ArgumentHelp("Why; it has to be said, and holds no secret.", valueName: "text"))
  var message: String?

  @Flag(help: "Redact without asking.")
  var yes = false

  @OptionGroup var signing: SigningOptions
  @OptionGroup var recording: RecordingOptions
  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    let reason = try Reason.require(message, of: "a redaction")
    let workspace = try Workspace(context)
    let identity = try await workspace.committer()
    let remote = try await workspace.receiveIfAsked(recording, commit: nil)
    let plan = try await RedactionPlan(ids, workspace)
    var records = try plan.records(reason: reason, by: identity, at: context.now())
    // Before anybody is asked; where only signatures count, once there are some.
    if !plan.wantsSignature { try await plan.check(records) }
    guard try isAgreed(plan, context) else {
      context.error.print("nothing was redacted")
      return 1
    }
    if !recording.dryRun {
      records = try await carryOut(plan, records, workspace, identity)
    }
    try await workspace.shareIfAsked(
      "your redaction", remote, recording, common, try workspace.policyOrDefaults())
    try report(records, plan, workspace)
    if recording.dryRun, !common.quiet { noteUnknown(plan, records, workspace) }
    return 0
  }

  /// Shows what goes, and asks where somebody is there.
  private func isAgreed(_ plan: RedactionPlan, _ context: Context) throws -> Bool {
    if !common.quiet || !(yes || recording.dryRun) {
      for line in plan.lines(width: context.terminal.errorWidth) { context.error.print(line) }
    }
    if yes || recording.dryRun || plan.isDone { return true }
    guard context.terminal.isInteractive else {
      throw Failure(
        .usage,
        "\(plan.files.count.counted("file")) would go for good, and nobody is at a terminal to agree",
        hint: "--dry-run shows what would be recorded, --yes does it")
    }
    return try Confirmation.ask("redact \(plan.files.count.counted("file")) for good, everywhere?")
  }

  /// Records first, then takes the files out: whoever stops in between finishes by the same command.
  private func carryOut(
    _ plan: RedactionPlan, _ records: [Record], _ workspace: Workspace, _ identity: Identity
  ) async throws -> [Record] {
    var recorded: [Record] = []
    if !records.isEmpty {
      let signing = try await workspace.signing(
        signing, recording, isAsked: plan.wantsSignature)
      for record in records { recorded.append(try await signing.signer?.signed(record) ?? record) }
      try await plan.check(recorded)
      try workspace.ledgers.append(
        recorded, by: identity, message: "deed: redact \(plan.files.count.counted("file"))")
    }
    try await workspace.learnRedactions()
    try workspace.ledgers.dropRedacted()
    return recorded
  }

  /// Says what a dry run does not find out.
  private func noteUnknown(_ plan: RedactionPlan, _ records: [Record], _ workspace: Workspace) {
    if recording.push {
      workspace.note(
        "note: a dry run fetches and pushes nothing: this is by what was fetched before")
    }
    if plan.wantsSignature, !records.isEmpty {
      workspace.note("note: it counts with a signature alone, and a dry run makes none")
    }
  }

  private func report(
    _ records: [Record], _ plan: RedactionPlan, _ workspace: Workspace
  ) throws {
    let context = workspace.context
    switch output.format {
    case .json: try context.output.print(json: try RecordedSeveralReport(records))
    case .text:
      for record in records {
        let done = recording.dryRun ? "would record" : "recorded"
        context.say("\(done) \(record.id.short): \(record.release.safe): \(record.summary.safe)")
      }
      if records.isEmpty { context.output.print("redacted already") }
      if !recording.dryRun, !common.quiet {
        workspace.note(
          "hint: whoever has read it still knows it: change the secret; deed doctor says where its object "
            + "still is")
      }
    }
  }
}
