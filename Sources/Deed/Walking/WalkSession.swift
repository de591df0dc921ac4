import Git
import Release

/// Carries a walk out: keys from the terminal, records into the repository.
struct WalkSession {
  private let workspace: Workspace
  private let identity: Identity
  /// Where the ledgers come from, if there is such a place.
  private let remote: String?
  private let keyboard: Keyboard
  private let style: Style
  private var walk: Walk
  private var recorded: [Record.ItemOutcome] = []

  init(_ workspace: Workspace, _ walk: Walk, by identity: Identity) async throws {
    self.workspace = workspace
    self.walk = walk
    self.identity = identity
    remote = try await workspace.remote(walk.board.subject.policy)
    style = Style(hasColour: workspace.context.terminal.errorHasColour)
    keyboard = try Keyboard()
  }

  /// How a walk ended.
  struct Result {
    let ending: Ending
    let board: ItemBoard
    /// The answers that were recorded.
    let recorded: [Record.ItemOutcome]
    /// Items with a comment, value or file that went with no answer.
    let unrecorded: [ChecklistItem]
  }

  /// Walks until the person has done, or the terminal is gone; its mode is as it was then.
  mutating func run() async -> Result {
    defer { keyboard.restore() }
    let ending = await walkOn()
    return Result(
      ending: ending, board: walk.board, recorded: recorded, unrecorded: walk.unrecorded)
  }

  private mutating func walkOn() async -> Ending {
    var steps: [Walk.Step] = [.show]
    while true {
      while !steps.isEmpty {
        let step = steps.removeFirst()
        if case .end(let ending) = step { return ending }
        steps = await take(step) + steps
      }
      switch walk.mode {
      case .line:
        switch readLine() {
        case .success(let line): steps = walk.enter(line)
        case .failure(let over): return over.ending
        }
      case .item, .overtaken:
        keyboard.show(screen.prompt(walk))
        switch nextKey() {
        case .success(let key):
          say(key.word(in: walk.mode))
          steps = walk.press(key)
        case .failure(let over): return over.ending
        }
      }
    }
  }

  private func say(_ line: String) { keyboard.show(line + "\n") }

  private var screen: WalkScreen { WalkScreen(style: style, width: Keyboard.width) }

  /// Does one step; more may follow from it.
  private mutating func take(_ step: Walk.Step) async -> [Walk.Step] {
    switch step {
    case .show: say(screen.item(walk).joined(separator: "\n"))
    case .say(let text): say(text.safeLines)
    case .complain(let text):
      // What was typed ahead was meant for what did not happen.
      keyboard.discard()
      say("\(style.red("!")) \(text.safeLines)")
    case .help: say(WalkScreen.help)
    case .reread:
      do {
        return walk.meet(try board())
      } catch {
        return walk.settle(.failure(Failure(error)))
      }
    case .examine(let name):
      let path = expanded(name)
      do {
        try workspace.checkAttachment(path, allowLarge: false)
        return walk.attach(path, objection: nil)
      } catch {
        return walk.attach(path, objection: Failure(error).message)
      }
    case .record(let answer): return await record(answer)
    case .end: break
    }
    return []
  }

  private func board() throws -> ItemBoard {
    ItemBoard(
      try workspace.reread(walk.board.subject, remote: remote), walk.board.environment)
  }

  private mutating func record(_ answer: ItemAnswer) async -> [Walk.Step] {
    do {
      try workspace.check([answer], allowLarge: false)
      let record = try await workspace.record([answer], in: walk.board, by: identity)[0]
      recorded.append(answer.outcome)
      let line = "recorded \(record.id.short): \(answer.outcome.rawValue)  \(answer.item.listed)"
      say(line.truncated(to: Keyboard.width))
      return walk.settle(.success(record))
    } catch {
      return walk.settle(.failure(Failure(error)))
    }
  }

  /// As a shell has it: a path below the home directory.
  private func expanded(_ name: String) -> String {
    guard name.hasPrefix("~/"), let home = workspace.context.environment["HOME"] else {
      return name
    }
    return home + name.dropFirst()
  }

  private struct Over: Error {
    let ending: Ending
  }

  private func nextKey() -> Swift.Result<Key, Over> {
    switch keyboard.next() {
    case .key(let key): .success(key)
    case .closed: .failure(Over(ending: .closed))
    case .signal(let number): .failure(Over(ending: .signalled(number)))
    }
  }

  /// The line that is typed; `nil` where the question was taken back.
  private func readLine() -> Swift.Result<String?, Over> {
    let canErase = workspace.context.environment["TERM"] != "dumb"
    var line = LineInput(walk.offer)
    let prompt = screen.prompt(walk)
    keyboard.show(prompt + line.shown(in: max(8, Keyboard.width - prompt.displayWidth - 1)))
    while true {
      let before = line.text
      let key: Key
      switch nextKey() {
      case .success(let pressed): key = pressed
      case .failure(let over): return .failure(over)
      }
      switch line.press(key) {
      case .going:
        guard line.text != before || key == .redraw else { continue }
        let prompt = screen.prompt(walk)
        let shown = line.shown(in: max(8, Keyboard.width - prompt.displayWidth - 1))
        keyboard.show((canErase ? "\r\u{1b}[K" : "\n") + prompt + shown)
      case .entered(let text):
        say("")
        return .success(text)
      case .takenBack:
        say("")
        return .success(nil)
      case .ended(let ending): return .failure(Over(ending: ending))
      }
    }
  }
}
