package import Release

/// Which names and addresses are one person's, as `.mailmap` has it.
///
/// Read here, because libgit2 1.5 tells `A@b` from `a@b`, and git does not.
package struct Mailmap: Sendable {
  /// What takes the place of a name and an address; `nil` leaves it as it is.
  private struct Replacement {
    var name: [UInt8]?
    var email: [UInt8]?
  }

  /// What is said of an address, and of some names with that address.
  private struct Entry {
    var general = Replacement()
    var named: [[UInt8]: Replacement] = [:]
  }

  private var entries: [[UInt8]: Entry] = [:]

  /// Lines that say nothing readable are passed over, as git does.
  package init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while let line = CommitHeaders.line(&rest) {
      if line.first != UInt8(ascii: "#") { add(line) }
    }
  }

  /// The person's proper name and address; the same person where the mailmap has nothing.
  package func resolve(_ person: Person) -> Person {
    guard let entry = entries[Self.folded(person.email.utf8)] else { return person }
    let replacement = entry.named[Self.folded(person.name.utf8)] ?? entry.general
    return Person(
      name: replacement.name.map { String(decoding: $0, as: UTF8.self) } ?? person.name,
      email: replacement.email.map { String(decoding: $0, as: UTF8.self) } ?? person.email)
  }

  private mutating func add(_ line: ArraySlice<UInt8>) {
    var rest = line
    guard let proper = Self.person(&rest), !proper.email.isEmpty else { return }
    guard let commit = Self.person(&rest) else {
      // One address alone gives its owner a name.
      let key = Self.folded(proper.email)
      if let name = proper.name { entries[key, default: Entry()].general.name = name }
      return
    }
    let key = Self.folded(commit.email)
    if let name = commit.name {
      entries[key, default: Entry()].named[Self.folded(name)] = Replacement(
        name: proper.name, email: proper.email)
    } else {
      if let name = proper.name { entries[key, default: Entry()].general.name = name }
      entries[key, default: Entry()].general.email = proper.email
    }
  }

  /// Takes `Name <email>` off a line.
  private static func person(
    _ rest: inout ArraySlice<UInt8>
  ) -> (name: [UInt8]?, email: [UInt8])? {
    guard let open = rest.firstIndex(of: UInt8(ascii: "<")),
      let close = rest[open...].firstIndex(of: UInt8(ascii: ">"))
    else { return nil }
    let name = IdentityLine.trimmed(rest[..<open])
    let email = rest[(open + 1)..<close]
    rest = rest[(close + 1)...]
    return (name.isEmpty ? nil : Array(name), Array(email))
  }

  private static func folded(_ text: some Sequence<UInt8>) -> [UInt8] {
    text.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
  }
}
