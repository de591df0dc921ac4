internal import Glibc

/// Somebody as git writes them: a name and a mail address, both as they stand, neither proven.
package struct Person: Hashable, Sendable {
  package let name: String
  package let email: String

  package init(name: String, email: String) {
    self.name = name
    self.email = email
  }

  /// The address by which people are told apart: ASCII letters case-folded, nothing else touched.
  package var foldedEmail: [UInt8] {
    email.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
  }

  // By bytes: `String` would make one of what Unicode calls equivalent, and records do not.
  package static func == (left: Person, right: Person) -> Bool {
    areSame(left.email, right.email) && areSame(left.name, right.name)
  }

  private static func areSame(_ left: String, _ right: String) -> Bool {
    let (one, other) = (left.utf8, right.utf8)
    guard one.count == other.count else { return false }
    // In memory, where that is possible: a history compares its authors tens of thousands of times.
    return one.withContiguousStorageIfAvailable { one in
      other.withContiguousStorageIfAvailable { other in
        guard let one = one.baseAddress, let start = other.baseAddress else { return true }
        return memcmp(one, start, other.count) == 0
      }
    }.flatMap(\.self) ?? one.elementsEqual(other)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(Self.hash(name))
    hasher.combine(Self.hash(email))
  }

  private static func hash(_ text: String) -> UInt64 {
    text.utf8.withContiguousStorageIfAvailable { QuickHash.of(UnsafeRawBufferPointer($0)) }
      ?? Array(text.utf8).withUnsafeBytes(QuickHash.of)
  }
}

extension Person: CustomStringConvertible {
  /// `Name <email>`, as git writes it.
  package var description: String { "\(name) <\(email)>" }
}
