import ArgumentParser
import Git
import Ledger
import Release

struct CarryCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "carry",
    abstract: "Record results of another commit or release here again.",
    usage: "deed carry [<version>] [<item> ...] --from <rev> [--all] [<options>]",
    discussion: """
      Nothing moves by itself when the candidate does. Without items or --all it shows whose text is
      unchanged since; what is carried is recorded under your name, and says where it comes from.

        deed carry v1.4.0 --from v1.4.0-rc.2
        deed carry v1.4.0 --from v1.4.0-rc.2 --all --push
        deed carry 2.3 2.4 --from HEAD~3
      """)

  @Argument(
    help: ArgumentHelp("Items, and the release if it has to be said.", valueName: "item"))
  var words: [String] = []

  @Option(
    help: ArgumentHelp("The commit or release where the results stand.", valueName: "rev"))
  var from: String

  @Flag(help: "Carry over every result whose item is unchanged.")
  var all = false

  @OptionGroup var place: PlaceOptions
  @OptionGroup var lists: ChecklistOptions
  @OptionGroup var recording: RecordingOptions
  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  private struct Candidate {
    let item: ChecklistItem
    let record: Record
    let result: Record.ItemResult
  }

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    let remote = try await workspace.receiveIfAsked(recording, commit: place.commit)
    let (version, items) = try workspace.splitVersion(words, place)
    let board = try await workspace.board(version, place, lists)
    let candidates = try await candidates(workspace, board)
    let chosen = try choose(candidates, items, board)
    guard !chosen.isEmpty else {
      // Machines that asked for all get the same shape, however many there are.
      if all, output.format == .json {
        try report([], [], context)
      } else {
        try show(candidates, board, context)
      }
      return 0
    }
    let identity = try await workspace.committer()
    let answers = chosen.map { answer($0) }
    let records =
      try recording.dryRun
      ? answers.map { try workspace.makeRecord($0, [], in: board, by: identity) }
      : workspace.record(answers, in: board, by: identity)
    try await workspace.shareIfAsked(
      "what you carried over", remote, recording, common, board.subject.policy)
    try report(records, answers, context)
    return 0
  }

  /// What stands there of items that are the same here, the worst where several stand.
  private func candidates(
    _ workspace: Workspace, _ board: ItemBoard
  ) async throws -> [Candidate] {
    let standing = try await standingThere(workspace, board)
    return board.entries.compactMap { entry in
      guard entry.state.outcome == .open, !entry.item.flags.contains(.duplicateID) else {
        return nil
      }
      let results = standing.compactMap { record -> (Record, Record.ItemResult)? in
        guard case .result(let result) = record.body, ItemID(result.item) == entry.item.id,
          result.isAbout(entry.item)
        else { return nil }
        return (record, result)
      }
      let worst = Record.ItemOutcome.worst(of: results.map(\.1.outcome))
      return results.first { $0.1.outcome == worst }
        .map { Candidate(item: entry.item, record: $0.0, result: $0.1) }
    }
  }

  private func standingThere(_ workspace: Workspace, _ board: ItemBoard) async throws -> [Record] {
    let prefix = board.subject.policy.tags.prefix
    let isRelease = ReleaseVersion(tag: from, prefix: prefix) != nil
    let tag = try workspace.repository.reference("refs/tags/\(from)")
    let place = board.environment.name
    if isRelease, tag == nil {
      // A candidate that was never cut has no commit of its own: its records say which it was.
      let commits = try workspace.commits(withResultsOf: from)
      guard let commit = commits.first, commits.count == 1 else {
        throw Failure(
          .usage,
          commits.isEmpty
            ? "no result of \(from.safe) is recorded anywhere"
            : "results of \(from.safe) are on \(commits.count) commits: "
              + commits.map(\.short).joined(separator: ", "),
          hint: commits.isEmpty ? "deed sync, if it is somewhere else" : "say the commit")
      }
      return try workspace.standing(on: commit).filter { record in
        record.release.utf8.elementsEqual(from.utf8) && record.isResult(in: place)
      }
    }
    let commit = try workspace.commit(from)
    let here = board.subject.release.description
    return try workspace.standing(on: commit).filter { record in
      let fits =
        isRelease
        ? record.release.utf8.elementsEqual(from.utf8)
        : commit != board.subject.commit || !record.release.utf8.elementsEqual(here.utf8)
      return fits && record.isResult(in: place)
    }
  }

  private func choose(
    _ candidates: [Candidate], _ words: [String], _ board: ItemBoard
  ) throws -> [Candidate] {
    if all { return candidates }
    return try words.map { word in
      let item = try board.item(word)
      guard let candidate = candidates.first(where: { $0.item.id == item.id }) else {
        throw Failure(
          .refused, "there is nothing to carry over for \(item.listed)",
          hint: "deed carry --from \(from.safe) shows what there is")
      }
      return candidate
    }
  }

  private func answer(_ candidate: Candidate) -> ItemAnswer {
    var answer = ItemAnswer(
      item: candidate.item, outcome: candidate.result.outcome, comment: candidate.result.comment,
      value: candidate.result.value, links: candidate.result.links)
    answer.attachments = candidate.result.attachments
    answer.run = candidate.result.run
    answer.origin = Record.Origin(
      commit: candidate.record.commit, record: candidate.record.id,
      release: candidate.record.release)
    return answer
  }

  private func show(
    _ candidates: [Candidate], _ board: ItemBoard, _ context: Context
  ) throws {
    guard output.format == .text else {
      return try context.output.print(json: OfferReport(from: from, items: candidates.map(offer)))
    }
    for candidate in candidates {
      context.output.print(
        "\(candidate.result.outcome.rawValue)  \(candidate.item.listed)  "
          + "(\(candidate.record.by.name.safe), \(candidate.record.at.minute) UTC)")
    }
    let open = board.entries.count { $0.state.outcome == .open }
    context.error.print(
      "\(candidates.count) of \(open) open items are unchanged since \(from.safe) and answered "
        + "there; --all carries them over, or name them")
  }

  private func offer(_ candidate: Candidate) -> OfferReport.Item {
    OfferReport.Item(
      id: candidate.item.id.text, number: candidate.item.number, text: candidate.item.text,
      outcome: candidate.result.outcome.rawValue, by: candidate.record.by.description,
      at: candidate.record.at.description, record: candidate.record.id.description)
  }

  private func report(_ records: [Record], _ answers: [ItemAnswer], _ context: Context) throws {
    switch output.format {
    case .json: try context.output.print(json: try RecordedSeveralReport(records))
    case .text:
      let done = recording.dryRun ? "would carry" : "carried"
      for (record, answer) in zip(records, answers) {
        context.output.print(
          "\(done) \(record.id.short): \(answer.outcome.rawValue)  \(answer.item.listed)")
      }
    }
  }
}

/// What `carry` could carry over, as JSON.
private struct OfferReport: Encodable {
  struct Item: Encodable {
    let id: String
    let number: String
    let text: String
    let outcome: String
    let by: String
    let at: String
    let record: String
  }

  let v = 1
  let from: String
  let items: [Item]
}

extension Record.ItemResult {
  /// Whether it answered the very words: an id that the document gives outlives them.
  fileprivate func isAbout(_ item: ChecklistItem) -> Bool {
    text.map { TextForm.canonical($0) == TextForm.canonical(item.text) } ?? true
  }
}

extension Record {
  fileprivate func isResult(in environment: String) -> Bool {
    kind == .result && (self.environment ?? "").utf8.elementsEqual(environment.utf8)
  }
}

extension Workspace {
  /// What stands in the checklists' ledger on one commit, of all releases.
  fileprivate func standing(on commit: ObjectID) throws -> [Record] {
    Standing(of: records(in: try ledgers.lines(of: .checklists, on: commit), on: commit)).records
  }

  /// The commits on which results of a release are recorded.
  fileprivate func commits(withResultsOf release: String) throws -> [ObjectID] {
    try ledgers.lines(of: .checklists).filter { commit, lines in
      records(in: lines, on: commit).contains {
        $0.kind == .result && $0.release.utf8.elementsEqual(release.utf8)
      }
    }.keys.sorted()
  }

  private func records(in lines: [[UInt8]], on commit: ObjectID) -> [Record] {
    lines.compactMap { line in
      guard case .record(let record) = LedgerLine(parsing: line), record.commit == commit else {
        return nil
      }
      return record
    }
  }
}
