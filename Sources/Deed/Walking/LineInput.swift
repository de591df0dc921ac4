/// A line as it is typed.
struct LineInput {
  enum Outcome: Equatable {
    case going
    case entered(String)
    case takenBack
    case ended(Ending)
  }

  private(set) var text: String
  /// Whether the text is only offered: whoever types means something else.
  private var isOffer: Bool

  /// - Parameter offer: What Enter alone gives; one that cannot be shown as it is, is none.
  init(_ offer: String = "") {
    text = offer.unicodeScalars.contains(where: \.isUnsafeToShow) ? "" : offer
    isOffer = !text.isEmpty
  }

  mutating func press(_ key: Key) -> Outcome {
    switch key {
    case .character(let scalar):
      guard !scalar.isUnsafeToShow else { break }
      if isOffer { text = "" }
      isOffer = false
      text.unicodeScalars.append(scalar)
    case .backspace:
      isOffer = false
      if !text.isEmpty { text.removeLast() }
    case .clear: (text, isOffer) = ("", false)
    case .enter: return .entered(text)
    case .escape: return .takenBack
    case .interrupt: return .ended(.interrupted)
    // As a shell has it: the end only where nothing is typed.
    case .endOfInput: if text.isEmpty || isOffer { return .ended(.endOfInput) }
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
