/// Which versions of a program will do.
package struct VersionConstraint: Hashable {
  private enum Relation: String, CaseIterable {
    // Longer ones first: `>` is the beginning of `>=`.
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
    /// This one, or one that begins so: `20` admits `20.1`.
    case within = ""
  }

  private struct Bound: Hashable {
    let relation: Relation
    let number: [Int]
  }

  private let bounds: [Bound]

  /// - Parameter text: `*`, or bounds parted by spaces or commas.
  package init?(_ text: String) {
    let words = text.split { $0 == " " || $0 == "," }
    guard !words.isEmpty else { return nil }
    var bounds: [Bound] = []
    for word in words where word != "*" {
      guard let relation = Relation.allCases.first(where: { word.hasPrefix($0.rawValue) }),
        let number = Self.number(word.dropFirst(relation.rawValue.count))
      else { return nil }
      bounds.append(Bound(relation: relation, number: number))
    }
    self.bounds = bounds
  }

  package var isAny: Bool { bounds.isEmpty }

  package func admits(_ found: [Int]) -> Bool {
    bounds.allSatisfy { bound in
      switch bound.relation {
      case .atLeast: !Self.isLess(found, bound.number)
      case .atMost: !Self.isLess(bound.number, found)
      case .above: Self.isLess(bound.number, found)
      case .below: Self.isLess(found, bound.number)
      case .within: found.starts(with: bound.number)
      }
    }
  }

  /// Missing parts are zeros: `2.39` and `2.39.0` are the same.
  private static func isLess(_ left: [Int], _ right: [Int]) -> Bool {
    for index in 0..<max(left.count, right.count) {
      let (one, other) = (
        index < left.count ? left[index] : 0, index < right.count ? right[index] : 0
      )
      if one != other { return one < other }
    }
    return false
  }

  private static func number(_ text: Substring) -> [Int]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    let number = parts.compactMap { $0 }
    return number.count == parts.count && number.allSatisfy { $0 >= 0 } ? number : nil
  }

  /// The first number with a dot in what a program says of itself; else the first number.
  package static func number(in text: String) -> [Int]? {
    let words = text.split { !($0.isASCII && ($0.isNumber || $0 == ".")) }
    let numbers = words.compactMap { word -> [Int]? in
      let trimmed = word.drop { $0 == "." }
      let parts = trimmed.split(separator: ".").compactMap { Int($0) }
      return parts.isEmpty ? nil : parts
    }
    return numbers.first { $0.count > 1 } ?? numbers.first
  }
}
