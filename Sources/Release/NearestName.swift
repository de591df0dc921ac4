/// What somebody probably meant who mistyped a name.
package enum NearestName {
  /// The name that is few enough letters away from `word`, the first of equally near ones; else one
  /// that begins with it.
  package static func of(_ word: String, among names: [String]) -> String? {
    let limit = max(1, word.unicodeScalars.count / 3)
    let near = names.map { ($0, EditDistance.between(word, $0)) }.filter { $0.1 <= limit }
    let begun = names.filter { $0.utf8.starts(with: word.utf8) && word.utf8.count > 2 }
    return near.min { $0.1 < $1.1 }?.0 ?? begun.first
  }

  /// `did you mean production?`; `nil` where none is near.
  package static func question(_ word: String, among names: [String]) -> String? {
    of(word, among: names).map(question)
  }

  package static func question(_ name: String) -> String { "did you mean \(name)?" }
}
