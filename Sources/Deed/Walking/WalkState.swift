import Release

/// Why a walk is over.
enum Ending: Equatable {
  /// There are no more items.
  case finished
  case quit
  /// Ctrl-D.
  case endOfInput
  /// The terminal is gone.
  case closed
  /// Ctrl-C.
  case interrupted
  /// A signal, by its number.
  case signalled(Int32)
}

/// A walk through the items of an environment, without terminal, disk or clock: keys and what stands
/// go in, and what is to be done comes out.
struct Walk {
  /// What whoever carries the walk out does next.
  enum Step {
    /// Shows the item that it is at.
    case show
    case say(String)
    /// The same, as trouble.
    case complain(String)
    case help
    /// Reads again what stands and gives it to `meet`.
    case reread
    /// Looks whether the file can be attached and gives the answer to `attach`.
    case examine(String)
    /// Records the answer and gives the outcome to `settle`.
    case record(ItemAnswer)
    case end(Ending)
  }

  /// What a typed line is for.
  enum Question: Equatable {
    case failure
    case reason
    case comment
    case value
    /// The same, asked for because the item is to pass.
    case blank
    case file
  }

  enum Mode: Equatable {
    case item
    case line(Question)
    /// Somebody answered meanwhile, and the answer given here waits for a word.
    case overtaken
  }

  /// What was said of an item before it is answered.
  struct Draft: Equatable {
    var comment: String?
    var value: String?
    var files: [String] = []

    var isEmpty: Bool { self == Draft() }
  }

  private(set) var board: ItemBoard
  private(set) var mode = Mode.item
  /// Where it is: an index into `places`.
  private(set) var position: Int
  private(set) var drafts: [Int: Draft] = [:]
  /// Indices of the board's entries; they stay what they are, as a commit's documents do.
  let places: [Int]
  private let all: Bool
  private var visited: [Int] = []
  private var pending: ItemAnswer?

  /// - Parameters:
  ///   - places: Indices of the board's entries that are walked through.
  ///   - all: Whether items that are met are shown too.
  /// - Returns: `nil` where there is nothing to walk through.
  init?(_ board: ItemBoard, places: [Int], all: Bool) {
    self.board = board
    self.places = places
    self.all = all
    let first = places.indices.first { all || !board.entries[places[$0]].state.isMet }
    guard let first else { return nil }
    position = first
  }

  var entry: ItemBoard.Entry { board.entries[places[position]] }
  var item: ChecklistItem { entry.item }
  var draft: Draft { drafts[position] ?? Draft() }

  /// Items with something said of them that was not recorded.
  var unrecorded: [ChecklistItem] {
    drafts.keys.sorted().map { board.entries[places[$0]].item }
  }

  /// What stands on the line already when it is asked for: the value given before.
  var offer: String {
    guard mode == .line(.value) || mode == .line(.blank) else { return "" }
    if let value = draft.value { return value }
    let values = board.standing(of: item).compactMap { record in
      if case .result(let result) = record.body { result.value } else { nil }
    }
    return values.last ?? ""
  }

  /// What the person presses at an item, or where an answer waits.
  mutating func press(_ key: Key) -> [Step] {
    switch key {
    case .interrupt: return [.end(.interrupted)]
    case .endOfInput: return [.end(.endOfInput)]
    case .redraw: return [.reread, .show]
    case .character(let scalar):
      guard let command = scalar.command else { return [] }
      if mode == .overtaken { return insist(command) }
      return obey(command)
    // An input method takes Enter for itself, and at times lets it through.
    case .enter, .backspace, .clear: return []
    case .escape: return mode == .overtaken ? insist("n") : []
    }
  }

  private mutating func obey(_ command: Character) -> [Step] {
    switch command {
    case "p":
      return item.blanks > 0 && draft.value == nil ? ask(.blank) : answer(.pass, draft.comment)
    case "f": return draft.comment == nil ? ask(.failure) : answer(.fail, draft.comment)
    case "n": return draft.comment == nil ? ask(.reason) : answer(.na, draft.comment)
    case "s", " ": return advance()
    case "c": return ask(.comment)
    case "v":
      guard item.blanks > 0 else {
        return [.complain("this item has no blank to fill; c takes a comment")]
      }
      return ask(.value)
    case "a": return ask(.file)
    case "b": return goBack()
    case "r": return [.reread, .show]
    case "?", "h": return [.help]
    case "q": return [.end(.quit)]
    default: return [.complain("there is no such key; ? shows them all")]
    }
  }

  private mutating func ask(_ question: Question) -> [Step] {
    mode = .line(question)
    return []
  }

  /// What the person typed; `nil` where they took the question back.
  mutating func enter(_ line: String?) -> [Step] {
    guard case .line(let question) = mode else { return [] }
    mode = .item
    guard let line else { return [] }
    let text = line.trimmed
    switch question {
    case .failure: return answer(.fail, text.isEmpty ? nil : text)
    case .reason:
      guard !text.isEmpty else { return [.complain("n/a wants a reason; nothing is recorded")] }
      return answer(.na, text)
    case .comment: change { $0.comment = text.isEmpty ? nil : text }
    case .value: change { $0.value = text.isEmpty ? nil : text }
    case .blank:
      change { $0.value = text.isEmpty ? nil : text }
      return answer(.pass, draft.comment)
    case .file:
      guard text.isEmpty else { return [.examine(text)] }
      change { $0.files = [] }
    }
    return []
  }

  /// Takes a file that can be attached, or says why it cannot.
  mutating func attach(_ file: String, objection: String?) -> [Step] {
    if let objection { return [.complain(objection)] }
    change { $0.files.append(file) }
    return []
  }

  private mutating func change(_ edit: (inout Draft) -> Void) {
    var draft = draft
    edit(&draft)
    drafts[position] = draft.isEmpty ? nil : draft
  }

  private mutating func answer(_ outcome: Record.ItemOutcome, _ comment: String?) -> [Step] {
    // Said once, it is kept until it is recorded.
    change { $0.comment = comment }
    pending = ItemAnswer(
      item: item, outcome: outcome, comment: comment, value: draft.value, files: draft.files)
    return [.reread]
  }

  /// Takes what stands now, and has an answer recorded that waits for it.
  ///
  /// Where somebody else answered since the item was shown, that is shown first: who has not seen a
  /// record does not replace it.
  mutating func meet(_ board: ItemBoard) -> [Step] {
    let seen = self.board.standing(of: item)
    self.board = board
    guard let pending else { return [] }
    guard board.standing(of: item).map(\.id) != seen.map(\.id) else { return [.record(pending)] }
    mode = .overtaken
    return [.complain("somebody answered this item meanwhile"), .show]
  }

  private mutating func insist(_ command: Character) -> [Step] {
    guard command == "y" || command == "n" else { return [] }
    mode = .item
    if command == "y" { return [.reread] }
    pending = nil
    return [.say("nothing is recorded")]
  }

  /// Goes on after an answer was recorded, or stays where it was not.
  ///
  /// - Parameter outcome: The new record, or why there is none.
  mutating func settle(_ outcome: Result<Record, Failure>) -> [Step] {
    pending = nil
    switch outcome {
    case .failure(let failure):
      let hint = failure.hint.map { " (\($0))" } ?? ""
      return [.complain(failure.message + hint)]
    case .success(let record):
      var subject = board.subject
      subject.evidence.records.append(record)
      board = ItemBoard(subject, board.environment)
      drafts[position] = nil
      return advance()
    }
  }

  private mutating func advance() -> [Step] {
    let next = places.indices[(position + 1)...].first { index in
      all || !board.entries[places[index]].state.isMet
    }
    guard let next else { return [.end(.finished)] }
    visited.append(position)
    position = next
    return [.show]
  }

  /// To the item before, as they were walked through; before the first of them, as they are listed.
  private mutating func goBack() -> [Step] {
    if let last = visited.popLast() {
      position = last
    } else if position > 0 {
      position -= 1
    } else {
      return [.complain("this is the first item")]
    }
    return [.show]
  }
}

extension ItemBoard {
  /// The standing results and waivers of an item here, in the order of their time.
  func standing(of item: ChecklistItem) -> [Record] {
    let records =
      standing.ofKind(.result, environment: environment.name)
      + standing.ofKind(.waiver, environment: environment.name)
    return records.filter { record in
      switch record.body {
      case .result(let result): ItemID(result.item) == item.id
      case .waiver(let waiver):
        if case .item(let id) = waiver.topic { ItemID(id) == item.id } else { false }
      default: false
      }
    }
    .sorted { ($0.at, $0.id) < ($1.at, $1.id) }
  }
}

extension String {
  fileprivate var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
