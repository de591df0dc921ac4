import ArgumentParser
import Git
import Ledger
import Release

struct WaiveCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "waive",
    abstract: "Record that an item or a check does not hold the release back.",
    usage: "deed waive [<version>] <item>|--check <name> -m <why> [<options>]",
    discussion: """
      A waiver is shown as a waiver, never as a pass, and ends when you say. Sign-offs that were \
      given before it become stale: it was not before the approvers' eyes.

        deed waive 2.3 -m "the broker is down; tried by hand" --until 2026-12-01
        deed waive v1.4.0 --check secrets -m "new keys come tomorrow" --until 24h
      """)

  @Argument(
    help: ArgumentHelp("The item, and the release if it has to be said.", valueName: "item"))
  var words: [String] = []

  @Option(help: ArgumentHelp("Waive a check instead of an item.", valueName: "name"))
  var check: String?

  @Option(
    name: [.customShort("m"), .customLong("message")], parsing: .unconditional,
    help: ArgumentHelp("Why; it has to be said.", valueName: "text"))
  var message: String?

  @Option(
    help: ArgumentHelp(
      "\(Deadline.help)", valueName: "date"))
  var until: String?

  @OptionGroup var place: PlaceOptions
  @OptionGroup var lists: ChecklistOptions
  @OptionGroup var signing: SigningOptions
  @OptionGroup var recording: RecordingOptions
  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    let reason = try Reason.require(message, of: "a waiver")
    let workspace = try Workspace(context)
    let identity = try await workspace.committer()
    let remote = try await workspace.receiveIfAsked(recording, commit: place.commit)
    let (version, items) = try workspace.splitVersion(words, place)
    let board = try await workspace.board(version, place, lists)
    let end = try until.map { try Deadline.parse($0, of: "the waiver", now: board.subject.now) }
    var record = try workspace.record(
      .waiver(try waiver(items, reason, end, board)), environment: board.environment.name,
      in: board.subject, by: identity)
    if !recording.dryRun {
      record = try await workspace.signing(
        signing, recording, factsOf: board.subject, in: board.environment
      ).append(
        [record], by: identity,
        message: "deed: waiver for \(board.subject.release) in \(board.environment.name)")[0]
    }
    try await workspace.shareIfAsked(
      "your waiver", remote, recording, common, board.subject.policy)
    try report(record, end, context)
    return 0
  }

  private func waiver(
    _ words: [String], _ reason: String, _ end: Timestamp?, _ board: ItemBoard
  ) throws -> Record.Waiver {
    if let check {
      guard words.isEmpty else {
        throw Failure(.usage, "an item and --check exclude each other")
      }
      guard board.environment.checks.contains(where: { $0.utf8.elementsEqual(check.utf8) }) else {
        throw Failure.unknownName(
          "\(board.environment.name.safe) asks for no check \u{201C}\(check.safe)\u{201D}", check,
          among: board.environment.checks,
          otherwise: board.environment.checks.isEmpty
            ? nil : "its checks are: \(board.environment.checks.joined(separator: ", ").safe)")
      }
      return Record.Waiver(.check(check), reason: reason, until: end)
    }
    guard let word = words.first, words.count == 1 else {
      throw Failure(
        .usage, words.isEmpty ? "which item?" : "one item at a time can be waived",
        hint: "deed checklist   # shows them with their numbers")
    }
    if board.environment.checks.containsBytes(of: word) {
      switch ItemSearch(word, in: board.items) {
      case .one: break
      case .none, .several:
        throw Failure(
          .usage, "\(word.safe) is a check, and no item",
          hint: "deed waive \(board.subject.release) --check \(GitError.quoted(word)) -m WHY".safe)
      }
    }
    let item = try board.item(word)
    try item.requireOwnID()
    return Record.Waiver(.item(item.id.text), reason: reason, until: end, text: item.text)
  }

  private func report(_ record: Record, _ end: Timestamp?, _ context: Context) throws {
    switch output.format {
    case .json:
      try context.output.print(
        json: RecordedReport(id: record.id.description, record: try RecordLine(record)))
    case .text:
      let done = recording.dryRun ? "would record" : "recorded"
      let until = end.map { ", until \($0.minute) UTC" } ?? ", for good"
      context.say("\(done) \(record.id.short): \(record.summary.safe)\(until)")
    }
  }
}
