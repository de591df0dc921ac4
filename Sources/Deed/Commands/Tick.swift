import ArgumentParser
import Git
import Release

struct TickCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "tick",
    abstract: "Record results of checklist items.",
    usage: "deed tick [<version>] <item> ... [--pass|--fail|--na] [<options>]",
    discussion: """
      An item is its number, the beginning of its id, or a part of its text that no other item has. \
      An item alone is a pass; with --section, -m or --attach, say which. A later result of an item \
      replaces the earlier one. Everything is recorded, or nothing is.

        deed tick 2.3
        deed tick 1.2 --value v1.4.0
        deed tick v1.4.0 2.4 --fail -m "two rows differ" --attach diff.csv
        deed tick --section 2 --pass -e staging --push
        deed tick --from results.json
      """)

  @Argument(help: ArgumentHelp("Items, and the release if it has to be said.", valueName: "item"))
  var words: [String] = []

  @Flag(help: "Record that it is so, as is meant where nothing else is said.")
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
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "What goes into the blank of the item's text; once for each of several.", valueName: "text"))
  var value: [String] = []

  @Option(
    help: ArgumentHelp("A link to proof, such as https://…; may be repeated.", valueName: "url"))
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
  @OptionGroup var signing: SigningOptions
  @OptionGroup var recording: RecordingOptions
  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  private var outcome: Record.ItemOutcome {
    if fail { return .fail }
    return na ? .na : .pass
  }

  func validate() throws {
    let said = [pass, fail, na].count { $0 }
    if said > 1 { throw ValidationError("--pass, --fail and --na exclude each other.") }
    let own = [section, attach, link, value, [message].compactMap(\.self)]
    if from != nil, said > 0 || own.contains(where: { !$0.isEmpty }) {
      throw ValidationError("--from brings its own items, outcomes, comments and files.")
    }
    // One item is ticked off; more than that is said in full.
    if from == nil, said == 0, !section.isEmpty || !attach.isEmpty || message != nil {
      throw ValidationError("Say --pass, --fail or --na.")
    }
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
    let others = version == nil ? [] : try workspace.candidatesBeside(board.subject)
    let records = try await workspace.record(answers, recording, signing, in: board, by: identity)
    try await workspace.shareIfAsked(
      records.count == 1 ? "your result" : "your results", remote, recording, common,
      board.subject.policy)
    try report(records, answers, board, context)
    if !common.quiet {
      noteBlanks(answers, context)
      noteWaivers(answers, board, context)
      note(others, board, context)
    }
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
    guard !items.isEmpty else {
      throw Failure(.usage, "which item?", hint: "deed checklist   # shows them with their numbers")
    }
    if items.count > 1, !value.isEmpty {
      throw Failure(.usage, "--value fills the blank of one item, and \(items.count) were named")
    }
    if value.count > 1, let item = items.first, item.blanks != value.count {
      throw Failure(
        .usage,
        "\(value.count) values, and \(item.blanks.counted("blank")) to fill: \(item.listed)",
        hint: "say --value once for each blank")
    }
    // An empty one among them would leave a blank that nobody sees.
    let filled = value.contains("") ? "" : value.joined(separator: " / ")
    var seen: Set<ItemID> = []
    return items.filter { seen.insert($0.id).inserted }.map { item in
      ItemAnswer(
        item: item, outcome: outcome, comment: message, value: value.isEmpty ? nil : filled,
        links: link, files: attach)
    }
  }

  private func report(
    _ records: [Record], _ answers: [ItemAnswer], _ board: ItemBoard, _ context: Context
  ) throws {
    switch output.format {
    case .json:
      try context.output.print(json: try RecordedSeveralReport(records))
    case .text:
      let done = recording.dryRun ? "would record" : "recorded"
      for (record, answer) in zip(records, answers) {
        context.say(
          "\(done) \(record.id.short): \(answer.outcome.rawValue)  \(answer.item.listed)"
            + board.replaced(by: record, of: answer.item))
      }
    }
  }
}

// What else is worth a word.
extension TickCommand {
  /// Says which items passed with their blank left empty: often a slip, at times what is meant.
  private func noteBlanks(_ answers: [ItemAnswer], _ context: Context) {
    for answer in answers
    where answer.outcome == .pass && answer.item.blanks > 0 && answer.value == nil {
      context.error.print(
        "note: nothing fills the blank of \(answer.item.listed); --value does, in a new result")
    }
  }

  /// Says which answers do not count for now.
  private func noteWaivers(_ answers: [ItemAnswer], _ board: ItemBoard, _ context: Context) {
    for answer in answers where answer.outcome != .pass {
      let state = board.entries.first { $0.item.id == answer.item.id }?.state
      guard let state, let by = state.by, state.outcome == .waived else { continue }
      let waivers = board.standing(of: answer.item).compactMap { record in
        if case .waiver(let waiver) = record.body, record.id == state.record { waiver } else { nil }
      }
      let until = waivers.first?.until.map { ", until \($0.minute) UTC" } ?? ""
      context.error.print(
        "note: the waiver by \(by.name.safe) outweighs this \(answer.outcome.rawValue)\(until): "
          + answer.item.listed)
    }
  }

  /// Says where a new release begins beside another one: a mistyped version does that too.
  private func note(_ others: [ReleaseVersion], _ board: ItemBoard, _ context: Context) {
    guard let other = others.first else { return }
    let release = board.subject.release.description.safe
    let names = others.map(\.description.safe).joined(separator: ", ")
    context.error.print(
      "note: \(release) is new at \(board.subject.commit.short), where \(names) has records; "
        + "its answers are brought here by carry")
    context.error.print(
      "hint: deed carry \(release) --from "
        + GitError.quoted(other.description).safe)
  }
}

extension Workspace {
  /// Candidates with records at a commit where the release itself has none yet.
  fileprivate func candidatesBeside(_ subject: ReleaseCase) throws -> [ReleaseVersion] {
    let prefix = subject.release.prefix
    let here = try releases(at: subject.commit, prefixes: [prefix])
    guard !here.contains(subject.release) else { return [] }
    let cut = try releaseTags(prefix: prefix).map(\.version)
    return here.filter { !cut.contains($0) }
  }
}

extension ItemBoard {
  /// ` (replaces fail by 민수)`, as a result of an item does here.
  func replaced(by record: Record, of item: ChecklistItem) -> String {
    let former = standing(of: item).compactMap { former -> String? in
      guard record.replaces.contains(former.id), case .result(let result) = former.body else {
        return nil
      }
      return "\(result.outcome.rawValue) by \(former.by.name.safe)"
    }
    return former.isEmpty ? "" : " (replaces \(former.joined(separator: ", ")))"
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
