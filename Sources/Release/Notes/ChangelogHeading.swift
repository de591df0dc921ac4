/// A heading of a changelog, as far as it names a version.
struct ChangelogHeading {
  enum Subject: Hashable {
    case unreleased
    case version(SemanticVersion)
    /// A version of something else that has its sections in the same file.
    case elsewhere(SemanticVersion)
    case other
  }

  /// How people write a version's heading, so that a new one looks the same.
  struct Style: Hashable {
    var level = 2
    /// `[1.4.0]`, with its address at the end of the file.
    var isBracketed = true
    /// `[1.4.0](https://…)`.
    var isLinked = false
    /// What stands before the number: `v`, or nothing.
    var prefix = ""
    /// The word before it all: `Version `, or nothing.
    var lead = ""
    /// What stands around the number in a place to link to before it: `<a name="` and `"></a>`.
    var anchor: [String]?
    /// What stands around the date; `nil` where there is none.
    ///
    /// One in words or with other signs is followed by one that all read alike.
    var date: [String]? = [" - ", ""]
  }

  let level: Int
  let subject: Subject
  private(set) var style: Style?
  /// Whether it says of a version that it is not released yet.
  private(set) var isOpen = false

  init(level: Int, text: MessageBytes, names: Changelog.Names) {
    self.level = level
    var rest = text.trimmed
    let anchor = Self.anchor(rest)
    rest = rest.dropFirst(anchor.count)
    let lead = Self.lead(rest)
    rest = rest.dropFirst(lead.count)
    let isBracketed = rest.first == UInt8(ascii: "[")
    if isBracketed { rest = rest.dropFirst() }
    var name = rest.prefix { !$0.isBlank && !"](),:".utf8.contains($0) }
    if let end = name.firstRange(ofASCII: "（") { name = name[..<end.lowerBound] }
    var after = rest[name.endIndex...]
    if name.asciiLowercased.elementsEqual("unreleased".utf8) {
      subject = .unreleased
      let isLinked = isBracketed && after.dropFirst().first == UInt8(ascii: "(")
      style = Style(level: level, isBracketed: isBracketed, isLinked: isLinked)
      return
    }
    let own = Self.version(name, names.own)
    guard let (before, number) = own ?? Self.version(name, names.others) else {
      subject = level < 3 && Self.meansUnreleased(rest) ? .unreleased : .other
      if subject == .unreleased { style = Style(level: level, isBracketed: isBracketed) }
      return
    }
    subject = own == nil ? .elsewhere(number) : .version(number)
    if isBracketed, after.first == UInt8(ascii: "]") { after = after.dropFirst() }
    let isLinked = isBracketed && after.first == UInt8(ascii: "(")
    if isLinked, let end = after.firstIndex(of: UInt8(ascii: ")")) {
      after = after[(end + 1)...]
    }
    isOpen = Self.isOpen(number, after)
    style = Style(
      level: level, isBracketed: isBracketed, isLinked: isLinked, prefix: before,
      lead: lead.text, anchor: Self.around(number, in: anchor), date: Self.date(after))
  }

  /// Whether a version is one to come: `1.4.0-SNAPSHOT`, `[1.4.0] - TBD`, `1.4.0 (unreleased)`.
  private static func isOpen(_ number: SemanticVersion, _ after: MessageBytes) -> Bool {
    if number.prerelease.first?.lowercased() == "snapshot" { return true }
    return [
      "unreleased", "not released", "not yet released", "tbd", "tba", "in development", "未リリース",
      "未定", "開発中", "미출시", "미정", "미배포", "개발 중",
    ].contains(words(of: after).joined(separator: " "))
  }

  /// In small letters, without what stands between them.
  private static func words(of text: MessageBytes) -> [Substring] {
    text.text.lowercased().split { !$0.isLetter && !$0.isNumber }
  }

  /// Whether a heading without a version is that of what is to come, in one of the ways in which people
  /// write that; signs and emoji beside it do not count.
  private static func meansUnreleased(_ text: MessageBytes) -> Bool {
    let words = words(of: text)
    return words.contains("unreleased")
      || [
        "next", "next release", "next version", "upcoming", "upcoming release", "未リリース",
        "次のリリース", "次期リリース", "次のバージョン", "미출시", "미배포", "미릴리스", "다음 릴리스", "다음 버전", "다음 버젼",
      ].contains(words.joined(separator: " "))
  }

  /// `<a name="1.4.0"></a>` at the start.
  private static func anchor(_ text: MessageBytes) -> MessageBytes {
    guard text.starts(withASCII: "<a name=") || text.starts(withASCII: "<a id="),
      let end = text.firstRange(ofASCII: "></a>")
    else { return text.prefix(0) }
    return text[..<end.upperBound]
  }

  private static func around(_ number: SemanticVersion, in anchor: MessageBytes) -> [String]? {
    anchor.firstRange(of: Array(number.description.utf8)).map { place in
      [anchor[..<place.lowerBound].text, anchor[place.upperBound...].text]
    }
  }

  /// `Version ` of `Version 1.4.0`.
  private static func lead(_ text: MessageBytes) -> MessageBytes {
    let word = text.prefix(while: \.isLetter)
    let blank = text[word.endIndex...].prefix(while: \.isBlank)
    let isLead = word.equalsIgnoringCase("version") || word.equalsIgnoringCase("release")
    return isLead && !blank.isEmpty ? text[..<blank.endIndex] : text.prefix(0)
  }

  private static func version(
    _ name: MessageBytes, _ prefixes: [String]
  ) -> (prefix: String, SemanticVersion)? {
    for before in prefixes {
      if let version = ReleaseVersion(tag: name.text, prefix: before) {
        return (before, version.number)
      }
    }
    return nil
  }

  /// ` - ` and nothing around the date of ` - 2026-01-31`, however that is written; `nil` of all that has
  /// no year, no day, or more than signs before it.
  private static func date(_ text: MessageBytes) -> [String]? {
    let numbers = text.split { !$0.isDigit }.map(\.count)
    guard numbers.contains(4), numbers.count > 1,
      let start = text.firstIndex(where: { $0.isLetter || $0.isDigit })
    else { return nil }
    let before = text[..<start].text
    guard before.unicodeScalars.allSatisfy({ " -–—/,.:(（".unicodeScalars.contains($0) }) else {
      return nil
    }
    let signs: [(opening: Character, closing: Character)] = [("(", ")"), ("（", "）")]
    let around = signs.first { before.contains($0.opening) && text.text.contains($0.closing) }
    return [before, around.map { String($0.closing) } ?? ""]
  }
}

extension ChangelogHeading.Style {
  /// The heading of a version, without a line end.
  func heading(of version: ReleaseVersion, date: String, compare: String?) -> String {
    let name = label(of: version)
    var text = String(repeating: "#", count: level) + " "
    if let anchor { text += anchor[0] + version.number.description + anchor[1] }
    text += lead
    if isLinked, let compare {
      text += "[\(name)](\(compare))"
    } else {
      text += isBracketed && !isLinked ? "[\(name)]" : name
    }
    if let around = self.date { text += around[0] + date + around[1] }
    return text
  }

  func label(of version: ReleaseVersion) -> String { prefix + version.number.description }
}
