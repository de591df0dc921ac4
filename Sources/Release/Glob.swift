/// A pattern over slash-separated names: `*` and `?` stay within one part, `**` crosses parts.
package struct Glob: Hashable, Sendable {
  private let pattern: [UInt8]

  package init(_ pattern: String) {
    self.pattern = Array(pattern.utf8)
  }

  package func matches(_ name: String) -> Bool {
    matches(pattern[...], Array(name.utf8)[...])
  }

  private func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    switch first {
    case UInt8(ascii: "*"):
      return matchesStar(pattern, name)
    case UInt8(ascii: "?"):
      guard let next = name.first, next != UInt8(ascii: "/") else { return false }
      return matches(pattern.dropFirst(), name.dropFirst())
    default:
      return name.first == first && matches(pattern.dropFirst(), name.dropFirst())
    }
  }

  private func matchesStar(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
    let stars = pattern.prefix { $0 == UInt8(ascii: "*") }
    let rest = pattern.dropFirst(stars.count)
    let crosses = stars.count > 1
    // `**/` also matches no part at all, as git has it.
    if crosses, rest.first == UInt8(ascii: "/"), matches(rest.dropFirst(), name) { return true }
    var tail = name
    while true {
      if matches(rest, tail) { return true }
      guard let next = tail.first, crosses || next != UInt8(ascii: "/") else { return false }
      tail = tail.dropFirst()
    }
  }
}
