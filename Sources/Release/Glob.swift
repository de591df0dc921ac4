/// A pattern over slash-separated names: `*` and `?` stay within one part, `**` crosses parts.
package struct Glob: Hashable, Sendable {
  private let pattern: [UInt8]

  package init(_ pattern: String) {
    self.pattern = Array(pattern.utf8)
  }

  // All places in the pattern are followed at once: a pattern of many stars, which may come from a
  // stranger's repository, takes no longer for it.
  package func matches(_ name: String) -> Bool {
    var places = reachable(from: 0)
    for byte in name.utf8 {
      places = places.reduce(into: []) { next, place in
        next.formUnion(self.places(after: place, reading: byte))
      }
      if places.isEmpty { return false }
    }
    return places.contains(pattern.count)
  }

  private func stars(at place: Int) -> Int {
    pattern[place...].prefix { $0 == UInt8(ascii: "*") }.count
  }

  /// The place itself, and those behind stars that match nothing.
  private func reachable(from place: Int) -> Set<Int> {
    let stars = stars(at: place)
    guard stars > 0 else { return [place] }
    let end = place + stars
    var all: Set = [place, end]
    // `**/` at the start of a part also matches no part at all, as git has it.
    let isStart = place == 0 || pattern[place - 1] == UInt8(ascii: "/")
    if isStart, stars > 1, end < pattern.count, pattern[end] == UInt8(ascii: "/") {
      all.formUnion(reachable(from: end + 1))
    }
    return all
  }

  private func places(after place: Int, reading byte: UInt8) -> Set<Int> {
    guard place < pattern.count else { return [] }
    let isSlash = byte == UInt8(ascii: "/")
    switch pattern[place] {
    case UInt8(ascii: "*"):
      let stars = stars(at: place)
      return isSlash && stars == 1 ? [] : [place, place + stars]
    case UInt8(ascii: "?"): return isSlash ? [] : reachable(from: place + 1)
    default: return pattern[place] == byte ? reachable(from: place + 1) : []
    }
  }
}
