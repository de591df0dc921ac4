/// How far apart two names are.
package enum EditDistance {
  /// Letters to add, drop, change or swap with a neighbour to make one word of the other, case
  /// aside.
  package static func between(_ left: String, _ right: String) -> Int {
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
