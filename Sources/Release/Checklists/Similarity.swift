/// A text's pairs of neighbouring characters, by which texts of any script are compared.
struct Bigrams {
  private let pairs: [UInt64]

  init(_ text: String) {
    let scalars = TextForm.folded(text).unicodeScalars.map { UInt64($0.value) }
    // A text of one character is the pair of it and its end.
    pairs = zip(scalars, scalars.dropFirst() + [0]).map { $0 << 32 | $1 }.sorted()
  }

  /// Dice's coefficient: from 0, nothing in common, to 1, the same pairs.
  func similarity(to other: Bigrams) -> Double {
    guard !pairs.isEmpty, !other.pairs.isEmpty else { return 0 }
    var common = 0
    var (left, right) = (0, 0)
    while left < pairs.count, right < other.pairs.count {
      if pairs[left] == other.pairs[right] {
        common += 1
        left += 1
        right += 1
      } else if pairs[left] < other.pairs[right] {
        left += 1
      } else {
        right += 1
      }
    }
    return 2 * Double(common) / Double(pairs.count + other.pairs.count)
  }
}
