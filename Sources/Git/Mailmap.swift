internal import Clibgit2
package import Release

/// Which names and addresses are one person's, as `.mailmap` has it.
package struct Mailmap {
  private let handle: Handle
  private var ignoresCase = false

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
    let status = bytes.withUnsafeBytes { buffer in
      git_mailmap_from_buffer(&pointer, buffer.bindMemory(to: CChar.self).baseAddress, buffer.count)
    }
    try status.check("cannot read the mailmap")
    handle = Handle(pointer)
  }

  /// A mailmap for telling people apart, whose answers are in lower case.
  ///
  /// git ignores the case of ASCII letters in a mailmap's names and addresses, libgit2 does not.
  package init(ignoringCase bytes: [UInt8]) throws(GitError) {
    try self.init(bytes.map(\.lowercased))
    ignoresCase = true
  }

  /// The person's proper name and address; the same person where the mailmap has nothing.
  package func resolve(_ person: Person) -> Person {
    var name: UnsafePointer<CChar>?
    var email: UnsafePointer<CChar>?
    let person = ignoresCase ? person.lowercased : person
    return person.name.withCString { rawName in
      person.email.withCString { rawEmail in
        let status = git_mailmap_resolve(&name, &email, handle.pointer, rawName, rawEmail)
        guard status == 0, let name, let email else { return person }
        return Person(name: String(cString: name), email: String(cString: email))
      }
    }
  }
}

extension UInt8 {
  fileprivate var lowercased: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
  }
}

extension Person {
  fileprivate var lowercased: Person {
    func lowercased(_ text: String) -> String {
      String(decoding: text.utf8.map(\.lowercased), as: UTF8.self)
    }
    return Person(name: lowercased(name), email: lowercased(email))
  }
}
