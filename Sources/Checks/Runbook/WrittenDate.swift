internal import Release

/// The day that a document gives itself: `Last updated: 2026-11-01`, `最終更新日：2026年11月1日`.
enum WrittenDate: Hashable {
  /// Its first moment.
  case day(Timestamp)
  /// What is written as one, and is none: `2026-02-31`.
  case impossible(String)
  /// What stands in its place, and is not understood.
  case unknown(String)

  var isUnknown: Bool { if case .unknown = self { true } else { false } }

  /// `nil` where the line says no such thing.
  static func lastUpdated(in line: String) -> WrittenDate? {
    let line = TextForm.folded(line)
    let labels =
      /(last (?:updated|reviewed|changed|modified)(?: on)?|updated|最終更新(?:日時?)?|更新日時?|最終改訂(?:日時?)?|改訂日時?|最終確認日|최종 ?(?:수정|업데이트|갱신)(?:일)?|마지막 (?:수정|업데이트)(?:일)?)\s*([:\s])\s*(.*)/
    guard let match = line.firstMatch(of: labels) else { return nil }
    if let day = day(in: match.3) { return day }
    // `Updated to v2.3` is about something else.
    guard match.2 == ":" || match.1 != "updated", match.3.contains(where: \.isNumber) else {
      return nil
    }
    return .unknown(String(match.3.prefix(40)))
  }

  private static func day(in text: Substring) -> WrittenDate? {
    if let match = text.firstMatch(
      of: /(\d{4})\s*[-\/.年년]\s*(\d{1,2})\s*[-\/.月월]\s*(\d{1,2})/)
    {
      return date(match.1, match.2, match.3, match.0)
    }
    if let match = text.firstMatch(of: /令和\s*(\d{1,2}|元)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日/) {
      // Its first year is 2019.
      return date(Substring(String(2018 + (Int(match.1) ?? 1))), match.2, match.3, match.0)
    }
    if let match = text.firstMatch(of: /(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9})\.?,? (\d{4})/),
      let month = month(match.2)
    {
      return date(match.3, month, match.1, match.0)
    }
    if let match = text.firstMatch(of: /([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})/),
      let month = month(match.1)
    {
      return date(match.3, month, match.2, match.0)
    }
    return nil
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  private static func month(_ name: Substring) -> Substring? {
    months.firstIndex { name.hasPrefix($0) }.map { Substring(String($0 + 1)) }
  }

  private static func date(
    _ year: Substring, _ month: Substring, _ day: Substring, _ text: Substring
  ) -> WrittenDate {
    func two(_ text: Substring) -> String { text.count < 2 ? "0\(text)" : String(text) }
    return Timestamp("\(year)-\(two(month))-\(two(day))T00:00:00.000Z").map { .day($0) }
      ?? .impossible(String(text))
  }
}
