import ArgumentParser
import Git
import Release

struct WalkCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "walk",
    abstract: "Work through checklist items on a terminal, one key an item.",
    usage: "deed walk [<version>] [-e <name>] [--all] [--push] [<options>]",
    discussion: """
      Begins at the first item that is not met, and records every answer as it is given: whoever \
      stops comes back to where they were. ? shows the keys.

        deed walk -e staging
        deed walk v1.4.0 --section 2 --push
      """)

  @Argument(help: "The release, such as v1.4.0. May be left out where only one is at HEAD.")
  var version: String?

  @Flag(help: "Show items that are met too.")
  var all = false

  @Option(help: ArgumentHelp("Only the items of this section.", valueName: "section"))
  var section: String?

  @OptionGroup var lists: ChecklistOptions
  @OptionGroup var place: PlaceOptions

  @Flag(help: "Fetch and unite the ledgers first, and push them at the end.")
  var push = false

  @OptionGroup var signing: SigningOptions
  @OptionGroup var common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    guard context.terminal.isInteractive else {
      throw Failure(
        .usage, "walk asks somebody at a terminal, and there is none",
        hint: "deed tick ITEM   # records results without asking")
    }
    let workspace = try Workspace(context)
    let identity = try await workspace.committer()
    let recording = self.recording
    let remote = try await workspace.receiveIfAsked(recording, commit: place.commit)
    let board = try await workspace.board(version, place, lists)
    if !common.quiet { warn(board, context) }
    guard let walk = Walk(board, places: try places(board), all: all) else {
      context.output.print("every item is met; --all shows them all the same")
      return 0
    }
    var session = try await WalkSession(
      workspace.signing(signing, recording, factsOf: board.subject, in: board.environment), walk,
      by: identity)
    let result = await session.run()
    let isGone = result.ending.isWithoutTerminal
    if !isGone { report(result, context) }
    if !result.recorded.isEmpty {
      try await workspace.shareIfAsked(
        "what you recorded", remote, recording, common, board.subject.policy, quietly: isGone)
    }
    return result.ending.code
  }

  private var recording: RecordingOptions {
    var options = RecordingOptions()
    options.push = push
    options.dryRun = false
    return options
  }

  /// Indices of the entries that are asked for, or why there are none.
  private func places(_ board: ItemBoard) throws -> [Int] {
    let environment = board.environment.name.safe
    guard !board.entries.isEmpty else {
      throw Failure(
        .usage, "\(environment) has no items to walk through",
        hint: "deed checklist --lint   # says what is wrong with its checklists")
    }
    let items = try section.map { try board.items(ofSection: $0, inAnyChecklist: true) }
    let wanted = Set(items ?? board.items)
    return board.entries.indices.filter { wanted.contains(board.entries[$0].item) }
  }

  private func warn(_ board: ItemBoard, _ context: Context) {
    for gap in board.gaps { context.error.print("warning: \(gap.name.safe): \(gap.why.safe)") }
    if let doubt = board.subject.evidence.doubt(about: .checklists) {
      context.error.print("warning: others may have answered: \(doubt.safe); deed sync, or --push")
    }
  }

  private func report(_ result: WalkSession.Result, _ context: Context) {
    context.error.print("")
    for item in result.unrecorded {
      context.error.print(
        "warning: never answered, so not recorded: what you said of \(item.listed)")
    }
    let counts = Record.ItemOutcome.allCases.reversed().compactMap { outcome in
      let count = result.recorded.count { $0 == outcome }
      return count == 0 ? nil : "\(count) \(outcome.rawValue)"
    }
    let progress = result.board.progress
    let what = counts.isEmpty ? "" : " (\(counts.joined(separator: ", ")))"
    context.say(
      "recorded \(result.recorded.count.counted("result"))\(what); \(progress.met) of \(progress.total) items "
        + "met in \(result.board.environment.name.safe)")
  }
}

extension Ending {
  /// Whether nobody is there any more to read a word.
  fileprivate var isWithoutTerminal: Bool { self == .closed || self == .signalled(1) }

  /// As a shell has it: 128 and the signal.
  var code: Int32 {
    switch self {
    case .finished, .quit, .endOfInput: 0
    case .interrupted: 130
    case .closed: 129
    case .signalled(let number): 128 + number
    }
  }
}
