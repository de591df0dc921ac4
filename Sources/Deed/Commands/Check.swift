import ArgumentParser
import Checks
import Git
import Release

struct CheckCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "check",
    abstract: "Run the automatic checks, or the commands in checklists, and record how they end.",
    usage: "deed check [<version>] [<name>] ... [--run [<item>] ...] [<options>]",
    discussion: """
      Runs the checks that the environment asks for, or those that are named: deed's own, and the \
      commands of your team's under [checks] in deed.toml. Each outcome is recorded; of a check \
      that is about a deployment, only once there was one. Exits 0 where \
      all passed, 1 where one failed that is not waived, 2 where none did and one cannot tell. --dry-run runs \
      nothing: it names the checks, or with --run shows the commands.

        deed check v1.4.0 -e production --strict
        deed check tag tests -o checks.xml --no-record

      With --run it runs the commands of checklist items instead: those that the document annotates \
      with `run`, those of lists that deed.toml runs as a whole, or those that are named. Each is \
      shown, and run only after a yes; exit status, duration and output become the item's result.

        deed check v1.4.0 --run -e staging
        deed check --run 2.3 --set env=stg --timeout 30m
        deed check --run --yes --push
      """)

  @Argument(
    help: ArgumentHelp(
      "Checks, or with --run items; and the release if it has to be said.", valueName: "name"))
  var words: [String] = []

  @Flag(help: "Let warnings fail.")
  var strict = false

  @Flag(help: "Compare the tag with the remote's too.")
  var checkRemote = false

  @Flag(help: "Ask the web whether the runbook's links still lead somewhere.")
  var online = false

  @Flag(help: "Run the commands in the checklists.")
  var run = false

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "With --run: what goes into the placeholder <name> of a command; may be repeated.",
      valueName: "name=value"))
  var set: [String] = []

  @Option(
    help: ArgumentHelp(
      "Run what is due at this stage of a deployment: before, during or after it.",
      valueName: "stage"))
  var stage = "before"

  @Option(help: ArgumentHelp("With --run: how long a command may take.", valueName: "span"))
  var timeout = "10m"

  @Flag(help: "With --run: run them without asking.")
  var yes = false

  @Flag(inversion: .prefixedNo, help: "Record the results, or do not.")
  var record = true

  @OptionGroup var place: PlaceOptions
  @OptionGroup var lists: ChecklistOptions
  @OptionGroup var signing: SigningOptions
  @OptionGroup var recording: RecordingOptions
  @Option(help: "How the result is written.")
  var format = CheckFormat.text

  @Option(
    name: .customShort("o"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Write the result into this file, too: JUnit where it ends in .xml, JSON in .json; may be repeated.",
      valueName: "file"))
  var outputFiles: [String] = []

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if run {
      if format == .junit || !outputFiles.isEmpty || strict || checkRemote || online {
        throw ValidationError(
          "--run goes with none of --format junit, -o, --strict, --check-remote and --online.")
      }
    } else if recording.dryRun, format != .text || !outputFiles.isEmpty {
      throw ValidationError("--dry-run runs no check, so there is no result for --format and -o.")
    } else if !set.isEmpty || yes || !lists.checklist.isEmpty {
      throw ValidationError("--set, --yes and --checklist go with --run.")
    }
  }

  func run(in context: Context) async throws -> Int32 {
    guard run else { return try await runChecks(in: context) }
    let workspace = try Workspace(context)
    let seconds = try timeoutSeconds()
    let values = try self.values()
    let identity = try await workspace.committer()
    let remote = try await workspace.receiveIfAsked(recording, commit: place.commit)
    let (version, items) = try workspace.splitVersion(words, place)
    let board = try await workspace.board(version, place, lists)
    try await workspace.noteUncommittedPolicy(countingAt: board.subject.commit, common)
    let selection = try CommandSelection(
      board, chosen: items.isEmpty ? nil : items.map { try board.item($0) },
      stage: try chosenStage(), values: values)
    try requireCommands(selection, board)
    if recording.dryRun { return try rehearse(selection, context) }
    let directory = try await workspace.directory(standingAt: board.subject)
    guard yes || context.terminal.isInteractive else {
      throw Failure(
        .usage,
        "\(selection.commands.count.counted("command")) would be run, and nobody is at a terminal to "
          + "agree",
        hint: "--dry-run shows them, --yes runs them")
    }
    let run = await CheckRun(
      context: context, subject: board.subject, environment: board.environment
    ).maskingSecrets()
    let runs = ItemRuns(
      workspace: try await workspace.signing(
        signing, recording, factsOf: board.subject, in: board.environment), board: board,
      runner: run.runner(in: directory, timeout: seconds), identity: identity, isAgreed: yes,
      isRecorded: record)
    let result = try await runs.run(selection.commands)
    try report(result, selection, context)
    let code = exitCode(result, selection)
    guard result.done.contains(where: { $0.record != nil }) else { return code }
    do {
      try await workspace.shareIfAsked(
        "what was run", remote, recording, common, board.subject.policy)
      return code
    } catch {
      return max(code, Failure(error).told(in: context))
    }
  }

  private func timeoutSeconds() throws -> Int {
    if let seconds = Span.seconds(timeout), seconds > 0 { return seconds }
    throw Failure(
      .usage, "\u{201C}\(timeout.safe)\u{201D} is no length of time", hint: "such as --timeout 30m")
  }

  func chosenStage() throws -> Stage {
    if let stage = Stage(rawValue: stage) { return stage }
    throw Failure.unknownName(
      "no stage is called \u{201C}\(stage.safe)\u{201D}", stage,
      among: Stage.allCases.map(\.rawValue),
      otherwise: "there are: \(Stage.allCases.map(\.rawValue).joined(separator: ", "))")
  }

  private func values() throws -> [String: String] {
    var values: [String: String] = [:]
    for text in set {
      guard let mark = text.firstIndex(of: "="), mark > text.startIndex else {
        throw Failure(
          .usage, "--set wants a name and a value, not \u{201C}\(text.safe)\u{201D}",
          hint: "--set env=stg fills <env>")
      }
      let name = String(text[..<mark])
      guard values.updateValue(String(text[text.index(after: mark)...]), forKey: name) == nil else {
        throw Failure(.usage, "--set gives <\(name.safe)> two values", hint: "give one")
      }
    }
    return values
  }

  private func requireCommands(_ selection: CommandSelection, _ board: ItemBoard) throws {
    guard selection.commands.isEmpty else { return }
    if let item = selection.withoutCommand.first {
      throw Failure(
        .usage, "there is no command to run: \(item.listed)",
        hint: "deed tick ITEM   # records what was done by hand"
          + (item.isRun ? "; deed checklist --lint says what is wrong with the item" : ""))
    }
    let environment = board.environment.name.safe
    throw Failure(
      .usage, "no item in \(environment) is to be run at the stage \(stage.safe)",
      hint: board.gaps.first.map { "\($0.name.safe): \($0.why.safe)" }
        ?? "name items, annotate them with <!-- deed: run -->, or say run = true of the checklist in "
        + Policy.fileName)
  }
}

// What people and machines read of it.
extension CheckCommand {
  private func rehearse(_ selection: CommandSelection, _ context: Context) throws -> Int32 {
    switch format {
    case .json: try context.output.print(json: ItemRunsReport(selection.commands))
    case .text, .junit:
      for command in selection.commands {
        context.output.print("\(command.item.listed)\n  $ \(command.command.safe)")
      }
    }
    return 0
  }

  private func report(
    _ result: ItemRuns.Result, _ selection: CommandSelection, _ context: Context
  ) throws {
    let passed = result.done.count { $0.outcome == .pass }
    switch format {
    case .json:
      try context.output.print(
        json: try ItemRunsReport(result, withoutCommand: selection.withoutCommand))
    case .text, .junit:
      context.output.print("\(passed) of \(selection.commands.count.counted("command")) passed")
      for done in result.done where done.outcome == .fail {
        context.output.print("failed: \(done.command.item.listed)")
      }
    }
    if let (command, why) = result.trouble {
      context.error.print(
        "warning: nothing more is run, after \(command.item.listed): \(why.message)")
      if let hint = why.hint { context.error.print("hint: \(hint)") }
    }
    guard !common.quiet else { return }
    for item in selection.withoutCommand {
      context.error.print(
        "warning: there is no command to run: \(item.listed); deed tick records what was done")
    }
    if let item = result.stopped?.item {
      context.error.print("warning: stopped, and not recorded: \(item.listed)")
    }
    for command in result.skipped {
      context.error.print("warning: not run: \(command.item.listed)")
    }
  }

  private func exitCode(_ result: ItemRuns.Result, _ selection: CommandSelection) -> Int32 {
    if let ending = result.ending, ending.code != 0 { return ending.code }
    if result.done.contains(where: { $0.outcome == .fail }) { return 1 }
    if result.trouble != nil { return 2 }
    return result.skipped.isEmpty && selection.withoutCommand.isEmpty ? 0 : 2
  }
}

/// `check --run --format json`.
struct ItemRunsReport: Encodable {
  struct Item: Encodable {
    let id: String
    let number: String
    let text: String
    /// `nil` where the document gives none.
    let command: String?
    /// `pass`, `fail`, or `none` where it was not run to its end.
    let outcome: String
    let exit: Int?
    let milliseconds: Int?
    let record: String?
  }

  let v = 1
  let outcome: String
  let items: [Item]

  init(_ result: ItemRuns.Result, withoutCommand: [ChecklistItem]) throws {
    items =
      result.done.map { done in
        Item(
          done.command, outcome: done.outcome.rawValue, exit: done.ending.status,
          milliseconds: done.ending.milliseconds, record: done.record?.id.description)
      } + ([result.stopped].compactMap(\.self) + result.skipped).map { Item($0) }
      + withoutCommand.map { item in
        Item(
          id: item.id.text, number: item.number, text: item.text, command: nil, outcome: "none",
          exit: nil, milliseconds: nil, record: nil)
      }
    outcome =
      items.contains { $0.outcome == "fail" }
      ? "fail" : items.contains { $0.outcome == "none" } ? "none" : "pass"
  }

  /// What would be run.
  init(_ commands: [ItemCommand]) {
    items = commands.map { Item($0) }
    outcome = "none"
  }
}

extension ItemRunsReport.Item {
  init(
    _ command: ItemCommand, outcome: String = "none", exit: Int? = nil, milliseconds: Int? = nil,
    record: String? = nil
  ) {
    self.init(
      id: command.item.id.text, number: command.item.number, text: command.item.text,
      command: command.command, outcome: outcome, exit: exit, milliseconds: milliseconds,
      record: record)
  }
}
