// How the values of a tag's trailers are written and read.
//
// Names come from records and files that anybody may have written: none may start a line of its own,
// and what follows one is read from the end of the line, so that a name may hold anything else.

extension TagTrailers.Approval: CustomStringConvertible {
  /// `Name <email>`, and ` # environment` where there are several.
  package var description: String {
    (person + (environment.map { " # \($0)" } ?? "")).onOneLine
  }

  init(parsing value: String) {
    // A person ends in an address, so that a name may hold the mark itself.
    let mark = "> # ".unicodeScalars
    let scalars = Array(value.unicodeScalars)
    let start = scalars.indices.last { scalars[$0...].starts(with: mark) }
    guard let start else {
      self.init(person: value, environment: nil)
      return
    }
    func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
      String(String.UnicodeScalarView(scalars))
    }
    self.init(
      person: text(scalars[...start]), environment: text(scalars[(start + mark.count)...]))
  }
}

extension TagTrailers.Items: CustomStringConvertible {
  /// `production 34/34`.
  package var description: String { "\(environment) \(met)/\(asked)".onOneLine }

  init?(parsing value: String) {
    var words = Words(value)
    let counts = words.popLast().split(separator: "/", omittingEmptySubsequences: false)
    guard counts.count == 2, let met = Int(trailer: counts[0]),
      let asked = Int(trailer: counts[1]), let environment = words.rest
    else { return nil }
    self.init(environment: environment, met: met, asked: asked)
  }
}

extension TagTrailers.Seal: CustomStringConvertible {
  /// `production sha256:… 41 checks=…`.
  package var description: String {
    let tips = LedgerName.allCases.compactMap { $0.tip(in: ledgers).map { " \($0)" } }
    return "\(environment) sha256:\(digest) \(count)\(tips.joined())".onOneLine
  }

  init?(parsing value: String) {
    var words = Words(value)
    let ledgers = words.popTips()
    guard let count = Int(trailer: words.popLast()), let digest = Digest(trailer: words.popLast()),
      let environment = words.rest
    else { return nil }
    self.init(environment: environment, digest: digest, count: count, ledgers: ledgers)
  }
}

extension TagTrailers.Ledgers: CustomStringConvertible {
  /// `checks=… signoffs=…`.
  package var description: String {
    LedgerName.allCases.compactMap { $0.tip(in: tips) }.joined(separator: " ")
  }

  /// `nil` where any word is of another form, or none is of a ledger that is known.
  init?(parsing value: String) {
    var words = Words(value)
    let tips = words.popTips()
    guard words.isEmpty else { return nil }
    self.init(tips)
  }
}

extension LedgerName {
  /// `checks=…`, where the ledger has a commit.
  fileprivate func tip(in tips: [LedgerName: ObjectID]) -> String? {
    tips[self].map { "\(rawValue)=\($0)" }
  }

  fileprivate static func tip(parsing word: Substring) -> (name: String, tip: ObjectID)? {
    let parts = word.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, let tip = ObjectID(parts[1]) else { return nil }
    return (String(parts[0]), tip)
  }
}

extension Digest {
  /// From `sha256:` and 64 digits.
  init?(trailer text: some StringProtocol) {
    let prefix = "sha256:"
    guard text.utf8.starts(with: prefix.utf8) else { return nil }
    self.init(String(decoding: text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self))
  }
}

extension Int {
  /// From digits alone.
  fileprivate init?(trailer text: Substring) {
    guard let number = Int(text), number >= 0, String(number).utf8.elementsEqual(text.utf8) else {
      return nil
    }
    self = number
  }
}

/// A value's words, taken from its end.
private struct Words {
  private var words: [Substring]

  init(_ value: String) {
    // By bytes: a space and a combining mark are one character.
    words = value.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      .map { Substring(decoding: $0, as: UTF8.self) }
  }

  var isEmpty: Bool { words.isEmpty }

  /// The last word; empty where there is none.
  mutating func popLast() -> Substring { words.popLast() ?? "" }

  /// The ledgers' commits at the end; those of ledgers that a later version has are passed over.
  mutating func popTips() -> [LedgerName: ObjectID] {
    var tips: [LedgerName: ObjectID] = [:]
    while let (name, tip) = words.last.flatMap(LedgerName.tip(parsing:)) {
      words.removeLast()
      if let name = LedgerName(rawValue: name) { tips[name] = tip }
    }
    return tips
  }

  /// What is left; `nil` where that is nothing.
  var rest: String? {
    let rest = words.joined(separator: " ")
    return rest.isEmpty ? nil : rest
  }
}

extension String {
  /// Control characters as spaces.
  fileprivate var onOneLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
