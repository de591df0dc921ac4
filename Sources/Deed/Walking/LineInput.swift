/// A line as it is typed.
struct LineInput {
  enum Outcome: Equatable {
    case going
    case entered(String)
    case takenBack
    case ended(Ending)
  }

  private(set) var text: String

  /// - Parameter text: What stands there already.
  init(_ text: String = "") {
    self.text = String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.isUnsafeToShow }))
  }

  mutating func press(_ key: Key) -> Outcome {
    switch key {
    case .character(let scalar):
      if !scalar.isUnsafeToShow { text.unicodeScalars.append(scalar) }
    case .backspace: if !text.isEmpty { text.removeLast() }
    case .clear: text = ""
    case .enter: return .entered(text)
    case .escape: return .takenBack
    case .interrupt: return .ended(.interrupted)
    // As a shell has it: the end only where nothing is typed.
    case .endOfInput: if text.isEmpty { return .ended(.endOfInput) }
    case .redraw: break
    }
    return .going
  }

  /// What is shown of the line where there is room for `columns`: its end.
  func shown(in columns: Int) -> String {
    guard text.displayWidth > columns else { return text }
    var kept: [Character] = []
    var used = 1
    for character in text.reversed() {
      used += String(character).displayWidth
      guard used <= columns else { break }
      kept.append(character)
    }
    return "…" + String(kept.reversed())
  }
}
