internal import Documents
internal import Release

/// Finds what a team meant to fill in: `[On-call engineer]`, `TBD`, `____`.
struct Placeholders {
  private let own: [Regex<AnyRegexOutput>]

  /// - Parameter patterns: The team's own.
  init(patterns: [String]) throws(CheckTrouble) {
    var own: [Regex<AnyRegexOutput>] = []
    for pattern in patterns {
      do {
        own.append(try Regex(pattern))
      } catch {
        throw CheckTrouble("\u{201C}\(pattern)\u{201D} is no pattern: \(error)")
      }
    }
    self.own = own
  }

  /// The first one in a line of running text; `nil` where there is none.
  func first(in line: String) -> String? {
    if let blank = line.firstMatch(of: /_{3,}|＿{3,}/) { return String(blank.output) }
    if let word = line.firstMatch(of: /\b(?:TBD|TBA|TODO|FIXME|XXX+)\b/) {
      return String(word.output)
    }
    for word in Self.words where line.contains(word) { return word }
    if let bracket = Self.bracket(in: line) { return bracket }
    for tag in line.matches(of: /<([A-Za-z][A-Za-z0-9 _-]*)>/)
    where !Self.isHTML(tag.1.lowercased()) {
      return String(tag.0)
    }
    for pattern in own {
      if let match = line.firstMatch(of: pattern) { return String(line[match.range]) }
    }
    return nil
  }

  private static let words = [
    "未定", "未記入", "要記入", "記入してください", "〇〇", "○○", "●●", "미정", "미작성", "추후 작성", "작성 필요",
    "기입 필요",
  ]

  /// Words in square brackets, no link, in whose place a value belongs.
  private static func bracket(in line: String) -> String? {
    for match in line.matches(of: /\[([^\[\]]{2,60})\]/) {
      let before = line[..<match.range.lowerBound]
      let after = line[match.range.upperBound...]
      // Links, and what code leaves of them: `a[name]`, `[[name]]`, `[text][1]`.
      guard !(after.first.map { "([:]".contains($0) } ?? false),
        !(before.last.map { "[]!_".contains($0) || ($0.isASCII && $0.isLetter) } ?? false)
      else { continue }
      let isFirst = before.allSatisfy { $0.isWhitespace || "*_~".contains($0) }
      let isBehindColon = before.last { !$0.isWhitespace }.map { ":：".contains($0) } ?? false
      let isLast = after.allSatisfy { $0.isWhitespace || "*_~.。".contains($0) }
      let isAlone = (isFirst || isBehindColon) && isLast
      if BracketWords(match.1).isPlaceholder(isAlone: isAlone) { return String(match.0) }
    }
    return nil
  }

  /// Whether it is a tag, such as `details open`; not `code name`.
  private static func isHTML(_ text: String) -> Bool {
    let words = text.split(separator: " ").map(String.init)
    return words.first.map(tags.contains) == true
      && words.dropFirst().allSatisfy(
        ["open", "hidden", "controls", "reversed", "nowrap"].contains)
  }

  /// The HTML that documents hold on purpose.
  private static let tags: Set<String> = [
    "a", "abbr", "audio", "b", "big", "blockquote", "br", "caption", "center", "cite", "code",
    "col",
    "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure",
    "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol",
    "p", "picture", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "source", "span",
    "strike",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt",
    "u", "ul", "var", "video", "wbr",
  ]
}
