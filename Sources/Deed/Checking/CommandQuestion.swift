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

  static func ask() throws -> Answer {
    let keyboard = try Keyboard()
    defer { keyboard.restore() }
    keyboard.show("  run it? y yes, n no, a all, q quit> ")
    while true {
      let answer: Answer?
      switch keyboard.next() {
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
