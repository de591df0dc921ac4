package import Release

/// A key that a list of signers gives somebody, and what its line says of when it counts.
package struct SignerGrant: Hashable, Sendable {
  /// The addresses, as they stand there.
  package let names: [String]
  /// The fingerprint, as records are said to be signed with it.
  package let key: String
  /// The names of the options in small letters, with what they are.
  private let options: [String: String]

  init(_ names: [String], _ key: String, options: [UInt8] = []) {
    self.names = names
    self.key = key
    self.options = Self.read(String(decoding: options, as: UTF8.self))
  }

  /// Whether it vouches for other keys, which stand in no list.
  package var isAuthority: Bool { options["cert-authority"] != nil }

  /// Whether it gives the key of another one, and wherever that one does.
  func isNoLess(than other: SignerGrant) -> Bool {
    key == other.key && (options == other.options || (options.isEmpty && !other.isAuthority))
  }

  /// Why no record counts that is signed with it from now on; `nil` where some may.
  package func objection(at now: Timestamp) -> String? {
    if let namespaces = options["namespaces"], !Self.matches("deed", namespaces) {
      return "its namespaces leave out deed"
    }
    if let end = options["valid-before"], Self.isPast(end, now) { return "its key has expired" }
    return nil
  }

  /// `name="value",name`, as ssh-keygen(1) has it.
  private static func read(_ text: String) -> [String: String] {
    var options: [String: String] = [:]
    var option = ""
    var isQuoted = false
    for character in text + "," {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
        if let name = parts.first { options[name.lowercased()] = parts.count > 1 ? parts[1] : "" }
        option = ""
      } else {
        option.append(character)
      }
    }
    return options
  }

  /// Whether a list of patterns has a word, and none with `!` before it has.
  private static func matches(_ word: String, _ list: String) -> Bool {
    let patterns = list.split(separator: ",").map(String.init)
    func has(_ pattern: some StringProtocol) -> Bool { Glob(String(pattern)).matches(word) }
    return patterns.contains { !$0.hasPrefix("!") && has($0) }
      && !patterns.contains { $0.hasPrefix("!") && has($0.dropFirst()) }
  }

  /// Whether `YYYYMMDD[HHMM[SS]][Z]` is over, everywhere: without a `Z` it goes by the clock of whoever
  /// asks.
  private static func isPast(_ text: String, _ now: Timestamp) -> Bool {
    let isExact = text.hasSuffix("Z")
    let end = isExact ? text.dropLast() : text[...]
    let latest = isExact ? now : now.advanced(bySeconds: -86_400)
    return end.allSatisfy(\.isASCII) && [8, 12, 14].contains(end.count)
      && end + String(repeating: "0", count: 14 - end.count)
        < String(latest.description.filter(\.isNumber).prefix(14))
  }
}
