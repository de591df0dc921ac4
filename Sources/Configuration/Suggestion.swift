/// Finds what somebody probably meant.
package enum Suggestion {
  /// The candidate that is few enough letters away from `word`; the first of equally near ones.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    let limit = max(1, word.utf8.count / 3)
    let near = candidates.map { ($0, distance(word, $0)) }.filter { $0.1 <= limit }
    let begun = candidates.filter { $0.utf8.starts(with: word.utf8) && word.utf8.count > 2 }
    return near.min { $0.1 < $1.1 }?.0 ?? begun.first
  }

  /// "did you mean `branches`?", or else all that there is.
  package static func hint(for word: String, among candidates: [String], none: String) -> String {
    if let nearest = nearest(to: word, among: candidates) { return "did you mean `\(nearest)`?" }
    if candidates.isEmpty { return none }
    return "known: " + candidates.map { "`\($0)`" }.joined(separator: ", ")
  }

  /// Letters to add, drop, change or swap with a neighbour to make one word of the other, case
  /// aside.
  static func distance(_ left: String, _ right: String) -> Int {
    // Whole alphabets of names are compared; nobody mistypes a text this long by a few letters.
    guard left.utf8.count <= 64, right.utf8.count <= 64 else { return left == right ? 0 : .max }
    let left = Array(left.lowercased().unicodeScalars)
    let right = Array(right.lowercased().unicodeScalars)
    var rows = [Array(0...right.count)]
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        let changed = rows[row][column] + (left[row] == right[column] ? 0 : 1)
        var least = min(changed, rows[row][column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          least = min(least, rows[row - 1][column - 1] + 1)
        }
        current.append(least)
      }
      rows.append(current)
    }
    return rows[left.count][right.count]
  }
}
