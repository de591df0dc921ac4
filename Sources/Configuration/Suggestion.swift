import Release

/// Finds what somebody probably meant.
package enum Suggestion {
  /// The candidate that is few enough letters away from `word`; the first of equally near ones.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    let limit = max(1, word.utf8.count / 3)
    let near = candidates.map { ($0, EditDistance.between(word, $0)) }.filter { $0.1 <= limit }
    let begun = candidates.filter { $0.utf8.starts(with: word.utf8) && word.utf8.count > 2 }
    return near.min { $0.1 < $1.1 }?.0 ?? begun.first
  }

  /// "did you mean `branches`?", or else all that there is.
  package static func hint(for word: String, among candidates: [String], none: String) -> String {
    if let nearest = nearest(to: word, among: candidates) { return "did you mean `\(nearest)`?" }
    if candidates.isEmpty { return none }
    return "known: " + candidates.map { "`\($0)`" }.joined(separator: ", ")
  }
}
