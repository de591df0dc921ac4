internal import Documents
internal import Release

/// Finds what a team meant to fill in: `[On-call engineer]`, `TBD`, `____`.
struct Placeholders {
  private let own: [(text: String, pattern: Regex<AnyRegexOutput>)]

  /// - Parameter patterns: The team's own.
  init(patterns: [String]) throws(CheckTrouble) {
    var own: [(text: String, pattern: Regex<AnyRegexOutput>)] = []
    for pattern in patterns {
      do {
        own.append((pattern, try Regex(pattern)))
      } catch {
        throw CheckTrouble(
          "\u{201C}\(pattern)\u{201D} is no pattern: \(error)",
          hint: "mend `placeholders` in [checks.runbook]")
      }
    }
    self.own = own
  }

  /// The first one in a line of running text; `nil` where there is none.
  func first(in line: String) -> String? {
    if let blank = line.firstMatch(of: /_{3,}|＿{3,}/) { return String(blank.output) }
    if let word = line.firstMatch(of: /\b(?:TBD|TBC|TBA|T\.B\.D\.|TODO|FIXME|XXX+)\b/) {
      return String(word.output)
    }
    if let number = line.firstMatch(
      of: /\b(?:[0-9]{2,4}-0{3,4}-0{4}|[xX]{2,4}-[xX]{3,4}-[xX]{4})\b/)
    {
      return String(number.output)
    }
    if let value = Self.emptyValue(in: line) { return value }
    for word in Self.words where line.contains(word) { return word }
    if let word = Self.openWord(in: line) { return word }
    if let bracket = Self.bracket(in: line) { return bracket }
    // Whoever changes the keyboard in between writes one of them wide.
    for tag in line.matches(of: /[<＜‹]([^<>＜＞‹›]{1,60})[>＞›]/)
    where !(tag.0.hasPrefix("<") && tag.0.hasSuffix(">"))
      && BracketWords(tag.1).isPlaceholder(isAlone: false)
    {
      return String(tag.0)
    }
    if let tag = line.firstMatch(of: /[{｛]{2}[^{}｛｝]{1,60}[}｝]{2}/) { return String(tag.output) }
    for tag in line.matches(of: /<([A-Za-z][A-Za-z0-9 _-]*)>/)
    where !Self.isHTML(tag.1.lowercased()) {
      return String(tag.0)
    }
    for (text, pattern) in own {
      guard let match = line.firstMatch(of: pattern) else { continue }
      return "\(line[match.range]), by the policy's \(text)"
    }
    return nil
  }

  private static let words = [
    "未記入", "要記入", "작성 예정", "기입 예정", "記入予定", "記入してください", "○○", "●●", "△△", "미정", "미작성", "추후 작성",
    "작성 필요",
    "기입 필요",
  ]

  /// Words that mean something else beside some letters: 未定義 is a word of its own, and 〇 a digit.
  private static func openWord(in line: String) -> String? {
    if line.replacing("未定義", with: "").contains("未定") { return "未定" }
    let numbers = line.split { !"〇一二三四五六七八九十百千万".contains($0) }
    let isOpen = numbers.contains { $0.count > 1 && $0.allSatisfy { $0 == "〇" } }
    return isOpen ? "〇〇" : nil
  }

  /// What stands in a value's place and says that there is none yet; the same words in a sentence may
  /// well be about something.
  private static func emptyValue(in line: String) -> String? {
    let start = line.lastIndex { ":：".contains($0) }.map(line.index(after:)) ?? line.startIndex
    let value = line[start...].drop { $0.isWhitespace || "*_~".contains($0) }
      .reversed().drop { $0.isWhitespace || "*_~.。".contains($0) }.reversed()
    let text = String(value)
    let isLabel = text.wholeMatch(of: /【([^【】]{1,60})】/).map { match in
      start > line.startIndex && BracketWords(match.1).isPlaceholder(isAlone: true)
    }
    return isLabel ?? emptyValues.contains(TextForm.folded(text)) ? text : nil
  }

  private static let emptyValues: Set<String> = [
    "tbd", "tbc", "tba", "t.b.d", "todo", "wip", "yyyy-mm-dd", "yyyy/mm/dd", "要変更", "未設定",
    "to be determined", "to be defined", "to be decided", "coming soon", "準備中", "작성 중", "後日記載",
    "後日記入", "後で記入", "추후 기재", "추후 기입", "미설정", "미기재",
  ]

  /// Words in square brackets, no link, in whose place a value belongs.
  private static func bracket(in line: String) -> String? {
    for match in line.matches(of: /[\[［]([^\[\]［］]{2,60})[\]］]/) {
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
