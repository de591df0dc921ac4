internal import Release

/// Headings that speak of the time after the release.
enum AfterWords {
  private static let events = [
    "release", "releasing", "deploy", "deployment", "deploying", "launch", "rollout", "roll-out",
    "go-live", "golive", "cutover", "cut-over",
  ]

  private static let japanese = [
    "リリース後", "リリース直後", "デプロイ後", "デプロイ直後", "公開後", "公開直後", "反映後", "切替後", "切り替え後",
    "本番後", "事後", "配備後", "配布後",
  ]

  private static let korean = [
    "배포후", "배포이후", "배포직후", "릴리스후", "릴리스이후", "릴리즈후", "릴리즈이후", "출시후", "출시이후", "오픈후",
    "사후",
  ]

  static func speak(in title: String) -> Bool {
    let folded = TextForm.folded(title)
    let joined = folded.filter { !$0.isWhitespace }
    if (japanese + korean).contains(where: joined.contains) { return true }
    let words = folded.split { !$0.isLetter && $0 != "-" }.map(String.init)
    for (index, word) in words.enumerated() {
      if word.hasPrefix("post-") || word == "post" || word.hasPrefix("post") && word.count > 4 {
        let rest = word.hasPrefix("post-") ? word.dropFirst(5) : word.dropFirst(4)
        let next = rest.isEmpty ? words[(index + 1)...].first ?? "" : String(rest)
        if events.contains(next) { return true }
      }
      // "After the release", "after each production deployment".
      if word == "after", words[(index + 1)...].prefix(4).contains(where: events.contains) {
        return true
      }
    }
    return false
  }
}
