extension Person {
  /// Whether it is a program that commits under this name, as far as the name tells.
  package var isBot: Bool {
    let name = Array(name.utf8)[...].trimmed.asciiLowercased
    var account = Array(email.utf8)[...].asciiLowercased.prefix { $0 != UInt8(ascii: "@") }
    // GitHub puts a number before it: `198982749+Copilot`.
    if let (_, rest) = account.splitDigits, rest.first == UInt8(ascii: "+") {
      account = rest.dropFirst()
    }
    if Self.assistants.contains(Array(email.utf8)[...].asciiLowercased.text) { return true }
    return [name, account].contains { text in
      let isMarked = ["[bot]", "-bot", " bot", "-robot", " robot", "_bot"].contains { suffix in
        text.count > suffix.utf8.count && text.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
      }
      return isMarked || Self.bots.contains(text.text)
    }
  }

  /// As what programs that write code for people name themselves as co-authors.
  private static let assistants: Set<String> = [
    "codex@openai.com", "cursoragent@cursor.com", "noreply@anthropic.com",
  ]

  private static let bots: Set<String> = [
    "bors", "copilot", "copilot-swe-agent", "github copilot",
    "github-copilot", "dependabot", "github actions", "github-actions", "homu", "renovate",
    "mergify",
    "semantic-release",
  ]
}
