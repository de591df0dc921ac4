internal import Release

/// Whether a text says how somebody is reached: a mail address, a telephone number, a channel, a link.
enum Contact {
  static func isGiven(in text: String) -> Bool {
    // `mailto:ops%40shop.jp`
    let folded = TextForm.folded(text.replacing("%40", with: "@"))
    // Words that are longer reach nobody, and would be looked through again from each of their letters.
    let text = folded.split(separator: " ").filter { $0.utf8.count <= 320 }.joined(separator: " ")
    return hasLink(text) || hasAddress(text) || hasChannel(text)
      || TelephoneNumber.isGiven(in: text)
  }

  private static func hasLink(_ text: String) -> Bool {
    text.matches(of: /(https?|tel|sips?|slack|skype|msteams|callto):(\S+)/).contains { match in
      guard ["http", "https", "sip", "sips"].contains(match.1) else { return true }
      let place = match.2.drop { $0 == "/" }.prefix { !"/?#;".contains($0) }
      // Signs of the sentence around it are not the host's.
      let host =
        place.split(separator: "@").last?
        .prefix { $0.isLetter || $0.isNumber || "-._[".contains($0) } ?? ""
      return !host.isEmpty && !isExample(host)
    }
  }

  /// Whether nobody has a machine there: RFC 2606 keeps such names for examples and tests, and so do the
  /// registries of countries.
  private static func isExample(_ host: Substring) -> Bool {
    let labels = host.split(separator: ".")
    guard let last = labels.last else { return false }
    if ["example", "test", "invalid", "localhost"].contains(last) { return true }
    let before = labels.dropLast()
    let isInKind = before.last.map { kinds.contains($0) } ?? false
    return before.last == "example" || isInKind && before.dropLast().last == "example"
  }

  /// What stands between a name and its country: `example.co.jp`.
  private static let kinds: Set<Substring> = [
    "ac", "co", "com", "go", "gov", "ne", "net", "or", "org",
  ]

  /// `hanako@shop.co.jp`; not `tool@1.2.3`, nor the `git@host.example:path` of a repository.
  private static func hasAddress(_ text: String) -> Bool {
    text.split(separator: " ").contains { word in
      let parts = word.split(separator: "@", omittingEmptySubsequences: false)
      return zip(parts, parts.dropFirst()).contains { local, rest in
        guard let last = local.last, last.isLetter || last.isNumber || "_%+-".contains(last) else {
          return false
        }
        let host = rest.prefix { $0.isLetter || $0.isNumber || "-.".contains($0) }
        let behind = rest.dropFirst(host.count)
        let labels = host.split(separator: ".")
        let isPath = behind.first == ":" && behind.dropFirst().first.map { !$0.isNumber } == true
        return labels.count > 1 && !isExample(host) && host.first != "." && !isPath
          && (labels.last.map { $0.count > 1 && $0.allSatisfy(\.isLetter) } ?? false)
      }
    }
  }

  /// `#ops-oncall`, `@ops`; neither `#1234`, which is an issue's number, nor the colour `#ff8800`.
  private static func hasChannel(_ text: String) -> Bool {
    text.matches(of: /(?:^|[\s(\[{<「『【、。,:;"'“\u{fffc}])([#@])([\p{L}\d][\p{L}\d_.-]+)/)
      .contains { match in
        let name = match.2
        guard match.1 == "#" else { return name.first?.isLetter == true }
        let isColour =
          [3, 6, 8].contains(name.count) && name.allSatisfy(\.isHexDigit)
          && name.contains(where: \.isNumber)
        return name.contains(where: \.isLetter) && !isColour
      }
  }
}
