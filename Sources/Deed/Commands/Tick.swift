import ArgumentParser
import Git
import Release

struct TickCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "tick",
    abstract: "Record results of checklist items.",
    usage: "deed tick [<version>] <item> ... [--pass|--fail|--na] [<options>]",
    discussion: """
      An item is its number, the beginning of its id, or a part of its text that no other item has.
      A later result of an item replaces the earlier one. Everything is recorded, or nothing is.

        deed tick 2.3 --pass
        deed tick v1.4.0 2.4 --fail -m "two rows differ" --attach diff.csv
        deed tick --section 2 --pass -e staging --push
        deed tick --from results.json
      """)

  @Argument(help: ArgumentHelp("Items, and the release if it has to be said.", valueName: "item"))
  var words: [String] = []

  @Flag(help: "Record that it is so.")
  var pass = false

  @Flag(help: "Record that it is not so.")
  var fail = false

  @Flag(help: "Record that it does not apply; wants -m.")
  var na = false

  @Option(
    name: [.customShort("m"), .customLong("message")], parsing: .unconditional,
    help: ArgumentHelp("A comment.", valueName: "text"))
  var message: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What goes into the blank of the item's text.", valueName: "text"))
  var value: String?

  @Option(help: ArgumentHelp("A link to proof; may be repeated.", valueName: "url"))
  var link: [String] = []

  @Option(help: ArgumentHelp("A file as proof; may be repeated.", valueName: "file"))
  var attach: [String] = []

  @Flag(help: "Attach files of more than 100 MB too.")
  var large = false

  @Option(help: ArgumentHelp("All items of a section; may be repeated.", valueName: "section"))
  var section: [String] = []

  @Option(
    help: ArgumentHelp("Take results from this file, or - for standard input.", valueName: "file"))
  var from: String?

  @OptionGroup var place: PlaceOptions
  @OptionGroup var lists: ChecklistOptions
  @OptionGroup var recording: RecordingOptions
  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  private var outcome: Record.ItemOutcome? {
    if fail { return .fail }
    if na { return .na }
    return pass ? .pass : nil
  }

  func validate() throws {
    if [pass, fail, na].count(where: { $0 }) > 1 {
      throw ValidationError("--pass, --fail and --na exclude each other.")
    }
    let own = [section, attach, link, [message, value].compactMap(\.self)]
    if from != nil, outcome != nil || own.contains(where: { !$0.isEmpty }) {
      throw ValidationError("--from brings its own items, outcomes, comments and files.")
    }
    if from == nil, outcome == nil { throw ValidationError("Say --pass, --fail or --na.") }
  }

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    let identity = try await workspace.committer()
    let remote = try await workspace.receiveIfAsked(recording, commit: place.commit)
    let (version, items) = try workspace.splitVersion(words, place)
    let board = try await workspace.board(version, place, lists)
    let answers =
      if let from {
        try answers(from: try workspace.read(from), items, board)
      } else {
        try answers(items, board)
      }
    try workspace.check(answers, allowLarge: large)
    let records =
      try recording.dryRun
      ? answers.map { try workspace.makeRecord($0, [], in: board, by: identity) }
      : workspace.record(answers, in: board, by: identity)
    try await workspace.shareIfAsked(
      records.count == 1 ? "your result" : "your results", remote, recording, common,
      board.subject.policy)
    try report(records, answers, context)
    return 0
  }

  private func answers(
    from file: [UInt8], _ words: [String], _ board: ItemBoard
  ) throws -> [ItemAnswer] {
    guard words.isEmpty else {
      throw Failure(
        .usage,
        "--from brings its own items, and \u{201C}\(words.joined(separator: " ").safe)\u{201D} "
          + "is named too")
    }
    return try ResultsFile(file).answers(on: board)
  }

  private func answers(_ words: [String], _ board: ItemBoard) throws -> [ItemAnswer] {
    var items = try words.map { try board.item($0) }
    for name in section { items += try board.items(ofSection: name) }
    guard let outcome, !items.isEmpty else {
      throw Failure(.usage, "which item?", hint: "deed checklist shows them with their numbers")
    }
    if items.count > 1, value != nil {
      throw Failure(.usage, "--value fills the blank of one item, and \(items.count) were named")
    }
    var seen: Set<ItemID> = []
    return items.filter { seen.insert($0.id).inserted }.map { item in
      ItemAnswer(
        item: item, outcome: outcome, comment: message, value: value, links: link, files: attach)
    }
  }

  private func report(_ records: [Record], _ answers: [ItemAnswer], _ context: Context) throws {
    switch output.format {
    case .json:
      try context.output.print(json: try RecordedSeveralReport(records))
    case .text:
      let done = recording.dryRun ? "would record" : "recorded"
      for (record, answer) in zip(records, answers) {
        context.output.print(
          "\(done) \(record.id.short): \(answer.outcome.rawValue)  \(answer.item.listed)")
      }
      noteBlanks(answers, context)
    }
  }
}

extension TickCommand {
  /// Says which items passed with their blank left empty: often a slip, at times what is meant.
  private func noteBlanks(_ answers: [ItemAnswer], _ context: Context) {
    guard !common.quiet else { return }
    for answer in answers
    where answer.outcome == .pass && answer.item.blanks > 0 && answer.value == nil {
      context.error.print(
        "note: nothing fills the blank of \(answer.item.listed); --value does, in a new result")
    }
  }
}

/// What `tick` prints as JSON.
struct RecordedSeveralReport: Encodable {
  let v = 1
  /// Of the only record, as every recording command has them.
  let id: String?
  let record: RecordLine?
  let records: [RecordedReport]

  init(_ records: [Record]) throws {
    let only = records.count == 1 ? records.first : nil
    id = only?.id.description
    record = try only.map { try RecordLine($0) }
    self.records = try records.map { record in
      RecordedReport(id: record.id.description, record: try RecordLine(record))
    }
  }
}
