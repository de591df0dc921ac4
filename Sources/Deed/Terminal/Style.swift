import Release

/// Marks and colours; without colour the marks alone say the same.
struct Style {
  let hasColour: Bool

  func bold(_ text: String) -> String { paint(text, "1") }
  func dim(_ text: String) -> String { paint(text, "2") }
  func red(_ text: String) -> String { paint(text, "31") }
  func green(_ text: String) -> String { paint(text, "32") }
  func yellow(_ text: String) -> String { paint(text, "33") }

  /// ✓, ✗ or ?.
  func mark(_ answer: Answer) -> String {
    switch answer {
    case .met: green("✓")
    case .unmet: red("✗")
    case .unknown: yellow("?")
    }
  }

  /// ✗, ? where it cannot be told, !, ✓, or · where nothing follows from it.
  func mark(_ finding: Finding) -> String {
    if finding.isUnknown { return yellow("?") }
    return switch finding.severity {
    case .error: red("✗")
    case .warning: yellow("!")
    case .info: finding.isNeutral ? dim("·") : green("✓")
    }
  }

  private func paint(_ text: String, _ code: String) -> String {
    hasColour ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
  }
}
