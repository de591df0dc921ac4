import Release

/// Finds what somebody probably meant.
package enum Suggestion {
  /// "did you mean `branches`?", or else all that there is.
  package static func hint(for word: String, among candidates: [String], none: String) -> String {
    if let nearest = NearestName.of(word, among: candidates) {
      return NearestName.question("`\(nearest)`")
    }
    if candidates.isEmpty { return none }
    return "known: " + candidates.map { "`\($0)`" }.joined(separator: ", ")
  }
}
