internal import Clibgit2
package import Release

/// Which names and addresses are one person's, as `.mailmap` has it.
package struct Mailmap {
  private let handle: Handle

  /// Frees libgit2's mailmap with the last copy.
  private final class Handle {
    let pointer: OpaquePointer?

    init(_ pointer: OpaquePointer?) {
      self.pointer = pointer
    }

    deinit {
      git_mailmap_free(pointer)
    }
  }

  /// Lines that say nothing readable are passed over, as git does.
  package init(_ bytes: [UInt8]) throws(GitError) {
    try Library.start()
    var pointer: OpaquePointer?
    let folded = Self.withKeysFolded(bytes)
    let status = folded.withUnsafeBytes { buffer in
      git_mailmap_from_buffer(&pointer, buffer.bindMemory(to: CChar.self).baseAddress, buffer.count)
    }
    try status.check("cannot read the mailmap")
    handle = Handle(pointer)
  }

  /// The person's proper name and address; the same person where the mailmap has nothing.
  package func resolve(_ person: Person) -> Person {
    var name: UnsafePointer<CChar>?
    var email: UnsafePointer<CChar>?
    let rawName = Self.folded(Array(person.name.utf8)[...]).map(CChar.init(bitPattern:)) + [0]
    let rawEmail = Self.folded(Array(person.email.utf8)[...]).map(CChar.init(bitPattern:)) + [0]
    return rawName.withUnsafeBufferPointer { rawName in
      rawEmail.withUnsafeBufferPointer { rawEmail in
        let status = git_mailmap_resolve(
          &name, &email, handle.pointer, rawName.baseAddress, rawEmail.baseAddress)
        guard status == 0, let name, let email else { return person }
        // What the mailmap leaves alone comes back as the very pointer.
        return Person(
          name: name == rawName.baseAddress ? person.name : String(cString: name),
          email: email == rawEmail.baseAddress ? person.email : String(cString: email))
      }
    }
  }

  /// The mailmap with the names and addresses that it looks for in lower case: git compares them
  /// so, libgit2 1.5 by bytes.
  private static func withKeysFolded(_ bytes: [UInt8]) -> [UInt8] {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return Array(
      lines.map { line in
        // One address is what is looked for; of two, the second with the name before it.
        let first = line.firstIndex(of: UInt8(ascii: ">")) ?? line.endIndex
        let isOnly = !line[first...].contains(UInt8(ascii: "<"))
        let key = isOnly ? line.firstIndex(of: UInt8(ascii: "<")) ?? line.endIndex : first
        return Array(line[..<key]) + folded(line[key...])
      }
      .joined(separator: [UInt8(ascii: "\n")]))
  }

  private static func folded(_ text: ArraySlice<UInt8>) -> [UInt8] {
    text.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
  }
}
