import ArgumentParser
import Git
import Ledger
import Release

struct CarryCommand: Command {
  static let summary = CommandConfiguration(
    commandName: "carry",
    abstract: "Record results of another commit or release here again.",
    usage: "deed carry [<version>] [<item> ...] --from <rev> [--all] [<options>]",
    discussion: """
      Nothing moves by itself when the candidate does. Without items or --all it shows whose text is \
      unchanged since; what is carried is recorded under your name, and says where it comes from. \
      ≈ marks items whose procedure or command is another now: what was recorded by running \
      another command is not carried.

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

  @Flag(help: "Carry over every result whose item has the same words.")
  var all = false

  @OptionGroup var place: PlaceOptions
  @OptionGroup var lists: ChecklistOptions
  @OptionGroup var signing: SigningOptions
  @OptionGroup var recording: RecordingOptions
  @OptionGroup var output: FormatOption
  @OptionGroup var common: CommonOptions

  func run(in context: Context) async throws -> Int32 {
    let workspace = try Workspace(context)
    let remote = try await workspace.receiveIfAsked(recording, commit: place.commit)
    let (version, items) = try workspace.splitVersion(words, place)
    let board = try await workspace.board(version, place, lists)
    let candidates = try await candidates(workspace, board)
    if all, !common.quiet { warn(candidates, context) }
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
    let answers = chosen.map(\.answer)
    let records = try await workspace.record(answers, recording, signing, in: board, by: identity)
    try await workspace.shareIfAsked(
      "what you carried over", remote, recording, common, board.subject.policy)
    try report(records, chosen, context)
    return 0
  }

  /// What stands there of items that are the same here, the worst where several stand.
  private func candidates(
    _ workspace: Workspace, _ board: ItemBoard
  ) async throws -> [CarryCandidate] {
    let standing = try await standingThere(workspace, board)
    var there: [ObjectID: [Checklist]] = [:]
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
      guard let (record, result) = results.first(where: { $0.1.outcome == worst }) else {
        return nil
      }
      // On the same commit an item is what it was.
      guard record.commit != board.subject.commit else {
        return CarryCandidate(item: entry.item, record: record, result: result, former: entry.item)
      }
      let lists = there[record.commit] ?? workspace.checklists(at: record.commit)
      there[record.commit] = lists
      return CarryCandidate(
        item: entry.item, record: record, result: result, former: lists.item(like: entry.item))
    }
  }

  private func standingThere(_ workspace: Workspace, _ board: ItemBoard) async throws -> [Record] {
    let policy = board.subject.policy
    let isRelease = policy.release(named: from) != nil
    let tag = try workspace.repository.reference("refs/tags/\(from)")
    let place = board.environment.name
    if isRelease, tag == nil {
      // A candidate that was never cut has no commit of its own: its records say which it was.
      let commits = try workspace.commits(withResultsOf: from)
      guard let commit = commits.first, commits.count == 1 else {
        guard !commits.isEmpty else {
          throw Failure(
            .usage, "no result of \(from.safe) is recorded anywhere",
            hint: try hint(workspace, board, otherwise: "deed sync"))
        }
        throw Failure(
          .usage,
          "results of \(from.safe) are on \(commits.count) commits: "
            + commits.map(\.short).joined(separator: ", "), hint: "say the commit")
      }
      return try workspace.standing(on: commit).filter { record in
        record.release.utf8.elementsEqual(from.utf8) && record.kind == .result && record.isIn(place)
      }
    }
    guard let commit = try workspace.repository.commit(named: from) else {
      throw Failure(
        .usage, "\u{201C}\(from.safe)\u{201D} names no commit here",
        hint: try hint(workspace, board, otherwise: "git fetch --tags"))
    }
    let release = board.subject.release
    let here = release.description
    return try workspace.standing(on: commit).filter { record in
      // What another package was asked says nothing about this one, unless somebody names it.
      let isOfPart = policy.release(named: record.release).map { $0.prefix == release.prefix }
      guard isRelease || isOfPart ?? true else { return false }
      let fits =
        isRelease
        ? record.release.utf8.elementsEqual(from.utf8)
        : commit != board.subject.commit || !record.release.utf8.elementsEqual(here.utf8)
      return fits && record.kind == .result && record.isIn(place)
    }
  }

  /// Which release was probably meant by the one that is not known, or else where it may be.
  private func hint(
    _ workspace: Workspace, _ board: ItemBoard, otherwise command: String
  ) throws -> String {
    let prefix = board.subject.release.prefix
    let meant = board.subject.policy.versionMeant(by: from)?.description ?? from
    let names = try workspace.releasesWithResults().filter { !$0.utf8.elementsEqual(from.utf8) }
    let elsewhere = "\(command), if it is somewhere else"
    return names.containsBytes(of: meant)
      ? NearestName.question(meant).safe
      : NearestNames.hint(meant, among: names, of: "releases with results", prefix: prefix)
        .map { $0.hasSuffix("?") ? "\($0) \(elsewhere)" : "\($0); \(elsewhere)" }
        ?? "\(command)   # if it is somewhere else"
  }

  private func choose(
    _ candidates: [CarryCandidate], _ words: [String], _ board: ItemBoard
  ) throws -> [CarryCandidate] {
    if all { return candidates.filter(\.canBeCarried) }
    return try words.map { word in
      let item = try board.item(word)
      guard let candidate = candidates.first(where: { $0.item.id == item.id }) else {
        throw Failure(
          .refused, "there is nothing to carry over for \(item.listed)",
          hint: "deed carry --from \(GitError.quoted(from).safe)   # shows what there is")
      }
      guard candidate.canBeCarried else {
        throw Failure(
          .refused,
          "the command that was run at \(from.safe) is not known to be this one: \(item.listed)",
          hint: item.command == nil
            ? "deed tick ITEM   # records what was done"
            : "deed check --run \(item.number.isEmpty ? item.id.short : item.number)   # runs this one"
        )
      }
      return candidate
    }
  }

  private func show(
    _ candidates: [CarryCandidate], _ board: ItemBoard, _ context: Context
  ) throws {
    guard output.format == .text else {
      return try context.output.print(
        json: OfferReport(from: from, items: candidates.map { OfferReport.Item($0) }))
    }
    for candidate in candidates {
      var words = ["\(candidate.record.by.name), \(candidate.record.at.minute) UTC"]
      words += candidate.changes.isEmpty ? [] : [candidate.changedWords]
      if !candidate.canBeCarried { words.append("it was run, so it is not carried") }
      context.say(
        "\(candidate.told)  (\(words.joined(separator: "; ").safe))", after: "\(candidate.mark) ")
    }
    let open = board.entries.count { $0.state.outcome == .open }
    let changed = candidates.count { !$0.changes.isEmpty }
    let with = changed == 0 ? "" : ", \(changed) with another procedure or command (≈)"
    context.error.print(
      "\(candidates.count) of \(open) open items have the words that they had at \(from.safe) and "
        + "are answered there\(with); --all carries them over, or name them")
  }

  /// Says which answers stay where they are.
  private func warn(_ candidates: [CarryCandidate], _ context: Context) {
    for candidate in candidates where !candidate.canBeCarried {
      context.error.print(
        "warning: not carried, for another command was run there: \(candidate.item.listed)")
    }
  }

  private func report(
    _ records: [Record], _ chosen: [CarryCandidate], _ context: Context
  ) throws {
    switch output.format {
    case .json: try context.output.print(json: try RecordedSeveralReport(records))
    case .text:
      let done = recording.dryRun ? "would carry" : "carried"
      for (record, candidate) in zip(records, chosen) {
        let changed = candidate.changes.isEmpty ? "" : "  (≈ \(candidate.changedWords))"
        context.say("\(done) \(record.id.short): \(candidate.told)\(changed)")
      }
    }
  }
}

/// An answer given elsewhere, and the item that it could answer here.
private struct CarryCandidate {
  let item: ChecklistItem
  let record: Record
  let result: Record.ItemResult
  /// How to confirm the item is said otherwise here than there; what cannot be compared has changed.
  let changes: [String]

  /// - Parameter former: The item as it was there; `nil` where that cannot be read.
  init(
    item: ChecklistItem, record: Record, result: Record.ItemResult, former: ChecklistItem?
  ) {
    self.item = item
    self.record = record
    self.result = result
    changes = [
      former.map { $0.command == item.command } ?? false ? nil : "command",
      former.map { $0.procedure == item.procedure } ?? false ? nil : "procedure",
    ].compactMap(\.self)
  }

  /// What a command said is no answer to another one.
  var canBeCarried: Bool { result.run == nil || !changes.contains("command") }

  var mark: String { changes.isEmpty ? " " : "≈" }

  var changedWords: String { "its \(changes.joined(separator: " and ")) changed since" }

  /// Outcome, item and value in one line.
  var told: String {
    let value = result.value.map { ", value: \($0.safe)" } ?? ""
    return "\(result.outcome.rawValue)  \(item.listed)\(value)"
  }

  var answer: ItemAnswer {
    var answer = ItemAnswer(
      item: item, outcome: result.outcome, comment: result.comment, value: result.value,
      links: result.links)
    answer.attachments = result.attachments
    answer.run = result.run
    answer.origin = Record.Origin(
      commit: record.commit, record: record.id, release: record.release,
      isChanged: !changes.isEmpty || result.carried?.isChanged ?? false)
    return answer
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
    let value: String?
    /// `command`, `procedure`: what is another here.
    let changed: [String]
    /// Whether it can be carried over all the same.
    let carriable: Bool
  }

  let v = 1
  let from: String
  let items: [Item]
}

extension OfferReport.Item {
  fileprivate init(_ candidate: CarryCandidate) {
    let (item, record) = (candidate.item, candidate.record)
    self.init(
      id: item.id.text, number: item.number, text: item.text,
      outcome: candidate.result.outcome.rawValue, by: record.by.description,
      at: record.at.description, record: record.id.description, value: candidate.result.value,
      changed: candidate.changes, carriable: candidate.canBeCarried)
  }
}

extension [Checklist] {
  /// The item of this id in the checklist of this name; `nil` where no single one has it.
  fileprivate func item(like item: ChecklistItem) -> ChecklistItem? {
    first { $0.name.utf8.elementsEqual(item.checklist.utf8) }?.items
      .first { $0.id == item.id && !$0.flags.contains(.duplicateID) }
  }
}

extension Record.ItemResult {
  /// Whether it answered the very words: an id that the document gives outlives them.
  fileprivate func isAbout(_ item: ChecklistItem) -> Bool {
    text.map { TextForm.canonical($0) == TextForm.canonical(item.text) } ?? true
  }
}

extension Workspace {
  /// The checklists of a commit that can be read: none where the commit itself, or its policy, cannot,
  /// so that every item counts as changed.
  fileprivate func checklists(at commit: ObjectID) -> [Checklist] {
    guard let policy = try? policy(at: commit) else { return [] }
    return checklists(of: policy, at: commit).values.compactMap { fact in
      if case .read(let list) = fact { list } else { nil }
    }
  }

  /// What stands in the checklists' ledger on one commit, of all releases.
  fileprivate func standing(on commit: ObjectID) throws -> [Record] {
    Standing(of: records(in: try ledgers.lines(of: .checklists, on: commit), on: commit)).records
  }

  /// The releases of which results are recorded, whether or not they were cut.
  fileprivate func releasesWithResults() throws -> [String] {
    var names: [String] = []
    for (commit, lines) in try ledgers.lines(of: .checklists) {
      for record in records(in: lines, on: commit) where record.kind == .result {
        if !names.containsBytes(of: record.release) { names.append(record.release) }
      }
    }
    return names.sorted()
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
    LedgerLine.placed(lines, in: .checklists, on: commit).compactMap { line in
      if case .record(let record) = line { record } else { nil }
    }
  }
}
