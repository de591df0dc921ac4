import Release

/// Asks whoever sits at the terminal, before a command of a document is run.
enum CommandQuestion {
  enum Answer {
    case yes
    case no
    /// Yes to this one and to all after it.
    case all
    case end(Ending)
  }

  private static let prompt = "  run it? y yes, n no, a all, ? help, q quit> "

  private static let help = """
      y  run it, and record how it ends   n  leave it; go on with the next one
      a  run it and all that follow       q  quit; what is recorded stays
      Ctrl-C stops a command that runs; nothing is recorded of it.
    """

  static func ask() throws -> Answer {
    let keyboard = try Keyboard()
    defer { keyboard.restore() }
    keyboard.show(prompt)
    while true {
      let answer: Answer?
      switch keyboard.next() {
      case .key(.character("?")), .key(.character("h")):
        keyboard.show("?\n\(help)\n\(prompt)")
        answer = nil
      case .closed: answer = .end(.closed)
      case .signal(let number): answer = .end(.signalled(number))
      case .key(.interrupt): answer = .end(.interrupted)
      case .key(.endOfInput): answer = .end(.endOfInput)
      case .key(.character(let scalar)): answer = Self.answer(scalar.command)
      case .key: answer = nil
      }
      guard let answer else { continue }
      keyboard.show(answer.word + "\n")
      return answer
    }
  }

  private static func answer(_ command: Character?) -> Answer? {
    switch command {
    case "y": .yes
    case "n": .no
    case "a": .all
    case "q": .end(.quit)
    default: nil
    }
  }
}

extension CommandQuestion.Answer {
  fileprivate var word: String {
    switch self {
    case .yes: "yes"
    case .no: "no"
    case .all: "all"
    case .end: ""
    }
  }
}
