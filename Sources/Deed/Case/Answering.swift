import Git
import Ledger
import Release

/// One answer to one item, before it is a record.
struct ItemAnswer {
  let item: ChecklistItem
  let outcome: Record.ItemOutcome
  var comment: String?
  var value: String?
  var links: [String] = []
  /// Paths of files, as the person named them.
  var files: [String] = []
  var origin: Record.Origin?
  var run: Record.CommandRun?
  /// Files that are attached already.
  var attachments: [Record.Attachment] = []
  /// Files that no path leads to.
  var logs: [PendingFile] = []
  /// Which one it is of a file's, from 1.
  var entry: Int?
}

extension Failure {
  /// The same, of the answer that a file gives in this place.
  func of(entry: Int?) -> Failure {
    entry.map { Failure(kind, "entry \($0): \(message)", hint: hint) } ?? self
  }
}

extension Workspace {
  /// Largest attachment that is taken without asking twice, in bytes.
  static let largeAttachment = 100_000_000

  /// What is wrong with answers, before anything is written.
  func check(_ answers: [ItemAnswer], allowLarge: Bool) throws {
    var seen: Set<ItemID> = []
    for answer in answers {
      do {
        guard seen.insert(answer.item.id).inserted || answer.item.flags.contains(.duplicateID)
        else {
          throw Failure(
            .usage, "there are two answers to \(answer.item.listed)", hint: "give one")
        }
        try check(answer, allowLarge: allowLarge)
      } catch let failure as Failure {
        throw failure.of(entry: answer.entry)
      }
    }
  }

  private func check(_ answer: ItemAnswer, allowLarge: Bool) throws {
    try answer.item.requireOwnID()
    if answer.outcome == .na, answer.comment?.allSatisfy(\.isWhitespace) ?? true {
      throw Failure(
        .usage, "n/a wants a reason (\(answer.item.listed))",
        hint: answer.entry == nil ? "say it with -m" : "give it a comment")
    }
    let texts = [answer.comment, answer.value].compactMap(\.self) + answer.links
    guard texts.allSatisfy({ !$0.isEmpty }) else {
      throw Failure(
        .usage, "a comment, value or link is empty (\(answer.item.listed))",
        hint: "leave out what says nothing")
    }
    if let link = answer.links.first(where: { !$0.isLink }) {
      throw Failure(
        .usage, "\u{201C}\(link.safe)\u{201D} is no link",
        hint: "a link looks like https://ci.example.com/7; -m takes words, --attach a file")
    }
    if answer.value != nil, answer.item.blanks == 0 {
      throw Failure(
        .usage, "the item has no blank to fill: \(answer.item.listed)",
        hint: "a blank is three or more underlines in the item's text; -m takes a comment")
    }
    for file in answer.files { try checkAttachment(file, allowLarge: allowLarge) }
  }

  /// Whether a file can be attached, or why it cannot.
  func checkAttachment(_ file: String, allowLarge: Bool) throws {
    let size = try Files.sizeOfRegularFile(path(file))
    guard size > Self.largeAttachment, !allowLarge else { return }
    throw Failure(
      .refused, "\(file.safe) has \(size / 1_000_000) MB, and every clone would carry it for ever",
      hint: "attach a link with --link instead, or say --large")
  }

  /// Records answers as a command's options say: signed as they want it, and in a dry run not at all.
  func record(
    _ answers: [ItemAnswer], _ recording: RecordingOptions, _ signing: SigningOptions,
    in board: ItemBoard, by identity: Identity
  ) async throws -> [Record] {
    guard !recording.dryRun else {
      return try answers.map { try makeRecord($0, [], in: board, by: identity) }
    }
    return try await self.signing(
      signing, recording, factsOf: board.subject, in: board.environment
    ).record(answers, in: board, by: identity)
  }

  /// Records answers with their files, all at once.
  func record(
    _ answers: [ItemAnswer], in board: ItemBoard, by identity: Identity
  ) async throws -> [Record] {
    var files: [PendingFile] = []
    let records = try answers.map { answer in
      do {
        let own = try answer.files.map(pending) + answer.logs
        files += own
        return try makeRecord(answer, own.map(\.attachment), in: board, by: identity)
      } catch {
        throw Failure(error).of(entry: answer.entry)
      }
    }
    let what = records.count == 1 ? "1 result" : "\(records.count) results"
    return try await append(
      records, with: files, by: identity,
      message: "deed: \(what) of \(board.subject.release) in \(board.environment.name)")
  }

  /// The record that an answer would be.
  func makeRecord(
    _ answer: ItemAnswer, _ files: [Record.Attachment], in board: ItemBoard, by identity: Identity
  ) throws -> Record {
    var result = Record.ItemResult(item: answer.item.id.text, outcome: answer.outcome)
    result.checklist = answer.item.checklist
    result.text = answer.item.text
    result.comment = answer.comment
    result.value = answer.value
    result.links = answer.links
    // What is carried from another release leaves behind what was taken out there.
    result.attachments = answer.attachments.filter { !ledgers.redacted.covers($0.blob) } + files
    result.carried = answer.origin
    result.run = answer.run
    return try record(
      .result(result), environment: board.environment.name, in: board.subject, by: identity)
  }

  private func pending(_ file: String) throws -> PendingFile {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    return try pending(name) { try Files.readRegularFile(path(file)) }
  }
}

extension ChecklistItem {
  /// Refuses an item whose id another one has too: nothing that is recorded of it would count.
  func requireOwnID() throws {
    guard flags.contains(.duplicateID) else { return }
    throw Failure(
      .refused, "two items have the id \u{201C}\(id.text.safe)\u{201D}, so no answer counts",
      hint: "give them different ids in the document; deed checklist --lint shows the lines")
  }
}

extension String {
  /// Whether it begins as a URL does, and goes on without a space.
  fileprivate var isLink: Bool {
    guard let colon = firstIndex(of: ":"), !contains(where: \.isWhitespace) else { return false }
    // A single letter is a drive of Windows.
    let scheme = self[..<colon]
    return scheme.utf8.count > 1 && scheme.first.map { $0.isASCII && $0.isLetter } ?? false
      && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+.-".contains($0)) }
      && index(after: colon) < endIndex
  }
}
