import Release
import Testing

@testable import Deed

/// The walk by itself: keys in, steps out.
@Suite struct WalkTests {
  private static let hanako = Person(name: "佐藤花子", email: "hanako@example.org")
  private static let now = Timestamp(seconds: 1_767_225_600)

  private let items = [
    ChecklistItem(section: ["1. 設定"], number: "1.1", text: "秘密の値が平文で書かれていない"),
    ChecklistItem(section: ["1. 設定"], number: "1.2", text: "版: ____"),
    ChecklistItem(section: ["2. 監視"], number: "2.1", text: "通知が届く"),
  ]

  private func board(_ records: [Record] = []) throws -> ItemBoard {
    var environment = EnvironmentRules(name: "production")
    environment.checklists = ["list"]
    let checklist = Checklist(name: "list", path: "list.md", items: items)
    let subject = ReleaseCase(
      release: try ReleaseVersion(parsing: "v1.0.0", prefix: "v"), commit: try commit, tag: .absent,
      policy: Policy(environments: [environment]), floor: .none,
      checklists: ["list": .read(checklist)], evidence: Evidence(records: records), now: Self.now)
    return ItemBoard(subject, environment)
  }

  private var commit: ObjectID {
    get throws { try #require(ObjectID(String(repeating: "14", count: 20))) }
  }

  private func record(
    _ outcome: Record.ItemOutcome, of index: Int, comment: String? = nil, value: String? = nil
  ) throws -> Record {
    var result = Record.ItemResult(item: try board().items[index].id.text, outcome: outcome)
    result.comment = comment
    result.value = value
    return try Record(
      at: Self.now, by: Self.hanako, commit: commit,
      release: ReleaseVersion(parsing: "v1.0.0", prefix: "v"), environment: "production",
      body: .result(result), replaces: [])
  }

  private func walk(_ records: [Record] = [], all: Bool = false) throws -> Walk {
    try #require(Walk(try board(records), places: [0, 1, 2], all: all))
  }

  /// Presses a key that answers, with nothing new standing; gives the answer to be recorded.
  private func answer(_ walk: inout Walk, _ steps: [Walk.Step]) throws -> ItemAnswer {
    guard case .reread? = steps.first, case .record(let answer)? = walk.meet(walk.board).first
    else { throw NoAnswer() }
    return answer
  }

  private struct NoAnswer: Error {}

  private func press(_ walk: inout Walk, _ key: Unicode.Scalar) -> [Walk.Step] {
    walk.press(.character(key))
  }

  @Test func `it begins at the first item that is not met, or with --all at the first`() throws {
    let records = [try record(.pass, of: 0)]
    #expect(try walk(records).position == 1)
    #expect(try walk(records, all: true).position == 0)
    let whole = try [0, 1, 2].map { try record(.pass, of: $0) }
    #expect(try Walk(board(whole), places: [0, 1, 2], all: false) == nil)
  }

  @Test(arguments: ["p", "P", "ｐ", "Ｐ"] as [Unicode.Scalar])
  func `a full-width letter and a capital are the plain one`(key: Unicode.Scalar) throws {
    var walk = try walk()
    #expect(try answer(&walk, press(&walk, key)).outcome == .pass)
  }

  @Test func `an answer that was recorded leads to the next item that is not met`() throws {
    var walk = try walk([try record(.pass, of: 1)])
    let given = try answer(&walk, press(&walk, "p"))
    #expect(given.item.number == "1.1")
    _ = walk.settle(.success(try record(.pass, of: 0)))
    #expect(walk.position == 2 && walk.board.entries[0].state.isMet)
    _ = press(&walk, "b")
    #expect(walk.position == 0)
    _ = press(&walk, "s")
    guard case .end(.finished)? = press(&walk, " ").first else { throw NoAnswer() }
  }

  @Test func `n/a wants a reason, and a failure may have a comment`() throws {
    var walk = try walk()
    #expect(press(&walk, "n").isEmpty && walk.mode == .line(.reason))
    guard case .complain? = walk.enter("  ").first else { throw NoAnswer() }
    #expect(walk.mode == .item)
    _ = press(&walk, "n")
    let na = try answer(&walk, walk.enter(" 対象外 "))
    #expect(na.outcome == .na && na.comment == "対象外")
    var other = try self.walk()
    _ = press(&other, "f")
    #expect(other.enter(nil).isEmpty, "taken back")
    _ = press(&other, "f")
    let fail = try answer(&other, other.enter(""))
    #expect(fail.outcome == .fail && fail.comment == nil)
  }

  @Test func `an item with a blank asks for its value before it passes`() throws {
    var walk = try walk()
    _ = press(&walk, "s")
    #expect(press(&walk, "p").isEmpty && walk.mode == .line(.blank))
    _ = walk.enter(nil)
    #expect(walk.mode == .item)
    _ = press(&walk, "p")
    #expect(try answer(&walk, walk.enter("1.0.0")).value == "1.0.0")
    var other = try self.walk()
    _ = press(&other, "s")
    _ = press(&other, "p")
    let empty = try answer(&other, other.enter(""))
    #expect(empty.value == nil && empty.outcome == .pass)
  }

  @Test func `a value that stands is offered again, and what is said now goes before it`() throws {
    var walk = try walk([try record(.fail, of: 1, value: "1.0.0")], all: true)
    #expect(walk.offer.isEmpty)
    _ = press(&walk, "s")
    _ = press(&walk, "v")
    #expect(walk.mode == .line(.value) && walk.offer == "1.0.0")
    _ = walk.enter("1.0.1")
    #expect(walk.offer.isEmpty)
    _ = press(&walk, "v")
    #expect(walk.offer == "1.0.1")
    _ = walk.enter("")
    _ = press(&walk, "p")
    #expect(walk.mode == .line(.blank) && walk.offer == "1.0.0")
    #expect(try answer(&walk, walk.enter(walk.offer)).value == "1.0.0")
    var line = LineInput("1.0")
    #expect(line.press(.enter) == .entered("1.0"))
    // Whoever types means something else.
    _ = line.press(.character("2"))
    #expect(line.text == "2")
    #expect(LineInput("1.0\u{1b}").text.isEmpty)
  }

  @Test func `the header says which release it is, and where`() throws {
    let screen = WalkScreen(style: Style(hasColour: false), width: 80)
    let walk = try walk()
    #expect(
      screen.item(walk).contains("v1.0.0 in production: 0/3 met, 0/2 in this section, item 1 of 3"))
  }

  @Test func `comment, value and files wait for the answer, and survive what cannot be recorded`()
    throws
  {
    var walk = try walk()
    guard case .complain? = press(&walk, "v").first else { throw NoAnswer() }
    _ = press(&walk, "s")
    _ = press(&walk, "v") + walk.enter("1.0.0")
    _ = press(&walk, "c") + walk.enter("見た")
    _ = press(&walk, "a")
    guard case .examine("log.txt")? = walk.enter("log.txt").first else { throw NoAnswer() }
    _ = walk.attach("log.txt", objection: nil)
    _ = press(&walk, "s") + press(&walk, "b")
    let given = try answer(&walk, press(&walk, "p"))
    #expect(given.value == "1.0.0" && given.comment == "見た" && given.files == ["log.txt"])
    _ = walk.settle(.failure(Failure(.repository, "the disk is full")))
    #expect(walk.position == 1 && walk.draft.files == ["log.txt"])
    #expect(walk.unrecorded.map(\.number) == ["1.2"])
    _ = press(&walk, "a") + walk.enter("")
    #expect(walk.draft.files.isEmpty)
  }

  @Test func `who has not seen another's answer does not replace it unasked`() throws {
    var walk = try walk()
    _ = press(&walk, "p")
    let other = try board([try record(.fail, of: 0, comment: "まだ")])
    guard case .complain? = walk.meet(other).first else { throw NoAnswer() }
    #expect(walk.mode == .overtaken && press(&walk, "p").isEmpty)
    var left = walk
    _ = press(&left, "n")
    #expect(left.mode == .item && left.meet(other).isEmpty)
    guard case .reread? = press(&walk, "y").first, case .record? = walk.meet(other).first else {
      throw NoAnswer()
    }
  }

  @Test func `the ends, and keys that do nothing`() throws {
    var walk = try walk()
    for (key, ending) in [
      (Key.interrupt, Ending.interrupted), (.endOfInput, .endOfInput), (.character("q"), .quit),
    ] {
      guard case .end(ending)? = walk.press(key).first else { throw NoAnswer() }
    }
    #expect([Key.enter, .backspace, .escape, .clear].allSatisfy { walk.press($0).isEmpty })
  }

  @Test(arguments: [
    ("p", "p"), ("\u{1b}[Ap", "p"), ("\u{1b}OPp", "p"), ("\u{1b}[1;5Cp", "p"), ("\u{1b}pq", "q"),
    ("\u{1b}[[Ap", "p"), ("\u{1b}]0;pass\u{7}q", "q"), ("\u{1b}P1$r\u{1b}\\q", "q"), ("ｐ", "ｐ"),
    ("👍é", "👍é"),
  ])
  func `escape sequences are no keys`(typed: String, keys: String) {
    var decoder = KeyDecoder()
    let read = typed.utf8.compactMap { decoder.read($0) }
    #expect(read == keys.unicodeScalars.map(Key.character))
    #expect(decoder.pause() == nil)
  }

  @Test func `bytes that are no text are no keys, and a lone escape is one`() {
    var decoder = KeyDecoder()
    let read = ([0xff, 0xe3, 0x81, 0x70, 0xc3, 0x03] as [UInt8]).compactMap { decoder.read($0) }
    #expect(read == [.character("p"), .interrupt])
    #expect(decoder.read(0x1b) == nil && decoder.awaitsMore && decoder.pause() == .escape)
  }

  @Test func `a line keeps its end in sight, by columns`() {
    var line = LineInput()
    for scalar in "東京タワー".unicodeScalars { _ = line.press(.character(scalar)) }
    #expect(line.shown(in: 10) == "東京タワー" && line.shown(in: 6) == "…ワー")
    #expect(line.press(.endOfInput) == .going && line.press(.backspace) == .going)
    #expect(line.press(.enter) == .entered("東京タワ"))
    #expect(line.press(.clear) == .going && line.press(.endOfInput) == .ended(.endOfInput))
  }

  @Test(arguments: [24, 40, 80])
  func `the screen keeps to its columns, and says what stands`(width: Int) throws {
    let walk = try walk([try record(.fail, of: 0, comment: "検証環境の値が三か所に残っている")])
    let screen = WalkScreen(style: Style(hasColour: false), width: width)
    let lines = screen.item(walk)
    #expect(lines.count <= 24)
    for line in lines + [screen.prompt(walk)] { #expect(line.displayWidth <= max(width, 27)) }
    let text = lines.joined(separator: " ")
    #expect(text.contains("fail") && text.contains("0/3 met"))
  }
}
