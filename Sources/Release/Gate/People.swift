/// Tells people apart: two identities are one person if their raw address, their address by the
/// mailmap or a key agrees, transitively.
package struct People: Sendable {
  /// One appearance of somebody.
  package struct Identity: Hashable, Sendable {
    /// As recorded, ASCII case-folded.
    package let email: [UInt8]
    /// As the mailmap of the released commit has it, ASCII case-folded; several where it goes by
    /// names too, none where it has nothing.
    package let mapped: Set<[UInt8]>
    /// Fingerprints of keys whose signatures verified.
    package let keys: Set<String>

    package init(email: [UInt8], mapped: Set<[UInt8]> = [], keys: Set<String> = []) {
      self.email = email
      self.mapped = mapped
      self.keys = keys
    }
  }

  /// Every token leads to its person's root, possibly by way of others; the root to nothing.
  private var parent: [Token: Token] = [:]

  /// How many tokens a root stands for: the fewer join the more, which keeps the ways short.
  private var size: [Token: Int] = [:]

  private enum Token: Hashable {
    case email([UInt8])
    case key(String)
  }

  package init(_ identities: some Sequence<Identity>) {
    for identity in identities {
      let first = Token.email(identity.email)
      for email in identity.mapped { join(first, .email(email)) }
      for key in identity.keys { join(first, .key(key)) }
    }
  }

  /// The appearances grouped by person, in the order in which each person appears first.
  package func grouped<Element>(
    _ elements: some Sequence<Element>, by email: (Element) -> [UInt8]
  ) -> [[Element]] {
    var groups: [[Element]] = []
    var position: [Token: Int] = [:]
    for element in elements {
      let root = root(of: .email(email(element)))
      if let index = position[root] {
        groups[index].append(element)
      } else {
        position[root] = groups.count
        groups.append([element])
      }
    }
    return groups
  }

  /// The appearances of anybody but these.
  package func others<Element>(
    than excluded: some Sequence<[UInt8]>, among elements: some Sequence<Element>,
    by email: (Element) -> [UInt8]
  ) -> [Element] {
    let roots = Set(excluded.map { root(of: .email($0)) })
    return elements.filter { !roots.contains(root(of: .email(email($0)))) }
  }

  private func root(of token: Token) -> Token {
    var current = token
    while let next = parent[current] { current = next }
    return current
  }

  private mutating func join(_ one: Token, _ other: Token) {
    let (left, right) = (root(of: one), root(of: other))
    guard left != right else { return }
    let (leftSize, rightSize) = (size[left] ?? 1, size[right] ?? 1)
    let (small, large) = leftSize < rightSize ? (left, right) : (right, left)
    parent[small] = large
    size[large] = leftSize + rightSize
  }
}
