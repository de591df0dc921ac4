/// Which paths of a repository are meant: those that match a pattern, and all below them.
///
/// A pattern is a path whose parts may hold `*` and `?`; `**` stands for any number of parts.
package struct PathFilter: Hashable, Sendable {
  private enum Part: Hashable, Sendable {
    case literal([UInt8])
    case glob(Glob)
    /// `**`
    case any
  }

  private let included: [[Part]]
  private let excluded: [[Part]]

  /// How far the patterns have been followed on the way to a directory or file.
  package struct Place: Hashable, Sendable {
    /// For each pattern, a bit for each number of parts that may lie behind.
    fileprivate var included: [UInt64]
    fileprivate var excluded: [UInt64]
    /// Whether this and all below it is meant, unless it is excluded further down.
    fileprivate(set) var isIncluded: Bool
    /// Whether nothing here and below is meant.
    package fileprivate(set) var isOutside: Bool
    /// Whether this and everything below it is meant.
    package fileprivate(set) var isWhole: Bool
    /// Whether a file here is meant.
    package var isMeant: Bool { isIncluded && !isOutside }
  }

  /// - Parameter including: Patterns; none mean everything.
  package init(including: [String], excluding: [String] = []) {
    included = including.map(Self.parts)
    excluded = excluding.map(Self.parts)
  }

  /// The root of the repository.
  package var root: Place {
    place(included.map { Self.closure(1, $0) }, excluded.map { Self.closure(1, $0) })
  }

  /// Where the entry of this name in the directory at `place` is.
  package func enter(_ name: some Sequence<UInt8>, from place: Place) -> Place {
    let name = Array(name)
    return self.place(
      zip(included, place.included).map { Self.advance($1, $0, name) },
      zip(excluded, place.excluded).map { Self.advance($1, $0, name) })
  }

  /// The only names below a place that can be meant; `nil` where any can.
  package func names(at place: Place) -> [[UInt8]]? {
    if place.isIncluded { return nil }
    var names: [[UInt8]] = []
    for (parts, mask) in zip(included, place.included) {
      for (number, part) in parts.enumerated() where mask & (1 << UInt64(number)) != 0 {
        guard case .literal(let name) = part else { return nil }
        names.append(name)
      }
    }
    return names
  }

  private func place(_ included: [UInt64], _ excluded: [UInt64]) -> Place {
    func isReached(_ patterns: [[Part]], _ masks: [UInt64]) -> Bool {
      zip(patterns, masks).contains { $1 & (1 << UInt64($0.count)) != 0 }
    }
    let isIncluded = included.isEmpty || isReached(self.included, included)
    let isExcluded = isReached(self.excluded, excluded)
    return Place(
      included: included, excluded: excluded, isIncluded: isIncluded,
      isOutside: isExcluded || (!isIncluded && included.allSatisfy { $0 == 0 }),
      isWhole: isIncluded && excluded.allSatisfy { $0 == 0 })
  }

  private static func parts(_ pattern: String) -> [Part] {
    let parts = pattern.utf8.split(separator: UInt8(ascii: "/")).filter {
      !$0.elementsEqual(".".utf8)
    }
    // A pattern this deep means nothing that could be told from a shorter one.
    return parts.prefix(60).map { part in
      if part.elementsEqual("**".utf8) { return .any }
      let isGlob = part.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
      return isGlob ? .glob(Glob(String(decoding: part, as: UTF8.self))) : .literal(Array(part))
    }
  }

  /// `**` may stand for no part at all.
  private static func closure(_ mask: UInt64, _ parts: [Part]) -> UInt64 {
    var mask = mask
    for (place, part) in parts.enumerated() where part == .any && mask & (1 << UInt64(place)) != 0 {
      mask |= 1 << UInt64(place + 1)
    }
    return mask
  }

  private static func advance(_ mask: UInt64, _ parts: [Part], _ name: [UInt8]) -> UInt64 {
    guard mask != 0 else { return 0 }
    // What a pattern has reached, it has with all below.
    var next = mask & (1 << UInt64(parts.count))
    for (place, part) in parts.enumerated() where mask & (1 << UInt64(place)) != 0 {
      switch part {
      case .any: next |= 1 << UInt64(place)
      case .literal(let text): if text == name { next |= 1 << UInt64(place + 1) }
      case .glob(let glob):
        if glob.matches(String(decoding: name, as: UTF8.self)) { next |= 1 << UInt64(place + 1) }
      }
    }
    return closure(next, parts)
  }
}
