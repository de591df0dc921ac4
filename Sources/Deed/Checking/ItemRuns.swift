import Checks
import Git
import Ledger
import Release

/// Runs the commands of a checklist one after the other, and records each result as it comes.
struct ItemRuns {
  let workspace: Workspace
  let board: ItemBoard
  let runner: CommandRunner
  let identity: Identity
  /// Whether nobody is asked.
  let isAgreed: Bool
  let isRecorded: Bool

  /// How one command ended.
  struct Done {
    let command: ItemCommand
    let ending: CommandRunner.Ending
    let record: Record?

    var outcome: Record.ItemOutcome { ending.isSuccess ? .pass : .fail }
  }

  struct Result {
    var done: [Done] = []
    /// Those to which somebody said no, and those after the end.
    var skipped: [ItemCommand] = []
    /// The one that ran when the person stopped it.
    var stopped: ItemCommand?
    /// Why it ended before the last command, if it did.
    var ending: Ending?
    /// What a command did to the work tree, so that those after it would run on something else.
    var trouble: (after: ItemCommand, why: Failure)?
  }

  func run(_ commands: [ItemCommand]) async throws -> Result {
    var result = Result()
    var isAgreed = isAgreed
    for (number, command) in commands.enumerated() {
      announce(command)
      if !isAgreed {
        switch try CommandQuestion.ask() {
        case .yes: break
        case .all: isAgreed = true
        case .no:
          result.skipped.append(command)
          continue
        case .end(let ending):
          result.ending = ending
          result.skipped += commands[number...]
          return result
        }
      }
      guard let done = try await run(command) else {
        result.ending = .signalled(Interruption.signal ?? 2)
        result.stopped = command
        result.skipped += commands[(number + 1)...]
        // The terminal shows ^C where the cursor is.
        workspace.context.error.print("")
        return result
      }
      result.done.append(done)
      let rest = commands[(number + 1)...]
      // A signal that came as the command ended was meant for the rest of them.
      if !rest.isEmpty, let signal = Interruption.signal {
        result.ending = .signalled(signal)
        result.skipped += rest
        return result
      }
      if !rest.isEmpty, let why = await deviation() {
        result.trouble = (command, why)
        result.skipped += rest
        return result
      }
    }
    return result
  }

  /// Why commands would no longer run on the release, if they would not.
  private func deviation() async -> Failure? {
    do {
      _ = try await workspace.directory(standingAt: board.subject)
      return nil
    } catch {
      // What cannot be told is no yes; and what was recorded is still to be reported.
      return Failure(error)
    }
  }

  private func announce(_ command: ItemCommand) {
    let context = workspace.context
    let style = Style(hasColour: context.terminal.errorHasColour)
    for line in command.item.label.safe.wrapped(to: context.terminal.errorWidth, indent: 2) {
      context.error.print(line)
    }
    context.error.print("  \(style.bold("$ \(command.command.safe)"))")
  }

  /// `nil` where it had to be stopped.
  private func run(_ command: ItemCommand) async throws -> Done? {
    let context = workspace.context
    var view = OutputView(context.error, margin: "  │ ")
    let ending = try await Interruption.noted {
      try await runner.run(command.command, show: { view.show($0) }) {
        Interruption.signal != nil
      }
    }
    view.finish()
    guard ending.cause != .stopped else { return nil }
    let record = isRecorded ? try await self.record(command, ending) : nil
    let style = Style(hasColour: context.terminal.outputHasColour)
    let mark = ending.isSuccess ? style.green("✓ pass") : style.red("✗ fail")
    let what = record.map { " [\($0.id.short)]" } ?? ""
    context.error.print("  \(mark)  \(ending.words)\(what)")
    return Done(command: command, ending: ending, record: record)
  }

  private func record(
    _ command: ItemCommand, _ ending: CommandRunner.Ending
  ) async throws -> Record {
    let item = command.item
    var answer = ItemAnswer(item: item, outcome: ending.isSuccess ? .pass : .fail)
    let said = "\(command.command)\n\(ending.words)"
    // The document has the whole command; a comment takes this much of it.
    answer.comment = said.utf8.count <= Record.maximumComment ? said : ending.words
    answer.run = Record.CommandRun(exit: ending.status, milliseconds: ending.milliseconds)
    let log = ending.log.bytes
    if !log.isEmpty {
      let name = "\(item.number.isEmpty ? item.id.short : item.number).log"
      answer.logs = [try workspace.pending(name) { log }]
    }
    // The answers that it replaces are those that were seen when it was started.
    var subject = board.subject
    subject.now = workspace.context.now()
    return try await workspace.record(
      [answer], in: ItemBoard(subject, board.environment), by: identity)[0]
  }
}

extension CommandRunner.Ending {
  /// `exit 1 after 3.2 s`.
  var words: String {
    let seconds = "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
    return switch cause {
    case .itself: "exit \(status) after \(seconds)"
    case .timeout: "stopped after \(seconds), its timeout"
    case .stopped: "stopped after \(seconds)"
    }
  }
}
