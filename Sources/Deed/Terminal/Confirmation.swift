/// Asks whoever sits at the terminal, before something is done that cannot be undone.
enum Confirmation {
  /// - Parameter question: Without its question mark's answers, such as `take it out?`.
  static func ask(_ question: String) throws -> Bool {
    let keyboard = try Keyboard()
    defer { keyboard.restore() }
    keyboard.show("\(question) y yes, n no> ")
    while true {
      let answer: Bool
      switch keyboard.next() {
      case .key(.character(let scalar)):
        switch scalar.command {
        case "y": answer = true
        case "n", "q": answer = false
        default: continue
        }
      case .closed, .signal, .key(.interrupt), .key(.endOfInput): answer = false
      case .key: continue
      }
      keyboard.show(answer ? "yes\n" : "no\n")
      return answer
    }
  }
}
