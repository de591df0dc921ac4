internal import Release

/// Who signs with which keys: a file as git's `gpg.ssh.allowedSignersFile`, see ssh-keygen(1).
///
/// Only lines that name people count. A pattern such as `*@example.com` would let one key speak for
/// anybody, so that a count of people would mean nothing.
package struct AllowedSigners: Sendable {
  /// The file without what does not count.
  let content: [UInt8]
  /// How the file spells the addresses that it names, by the address with ASCII letters folded.
  private let spellings: [[UInt8]: Set<String>]
  /// The lines left out, and why.
  package let omitted: [String]

  package init(_ bytes: [UInt8]) {
    var content: [UInt8] = []
    var spellings: [[UInt8]: Set<String>] = [:]
    var omitted: [String] = []
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      let line = IdentityLine.trimmed(line)
      guard let first = line.first, first != UInt8(ascii: "#") else { continue }
      let field = line.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
      let names = field.split(separator: UInt8(ascii: ","))
      let exact = names.filter { name in name.allSatisfy { !"*?!\"".utf8.contains($0) } }
      if exact.count < names.count {
        omitted.append("line \(number + 1): patterns and quotes name nobody")
      }
      guard !exact.isEmpty else { continue }
      for name in exact {
        let spelling = String(decoding: name, as: UTF8.self)
        spellings[Person(name: "", email: spelling).foldedEmail, default: []].insert(spelling)
      }
      content += exact.joined(separator: [UInt8(ascii: ",")]) + line[field.endIndex...]
      content.append(UInt8(ascii: "\n"))
    }
    self.content = content
    self.spellings = spellings
    self.omitted = omitted
  }

  /// How the file names somebody; empty where it does not.
  func spellings(of person: Person) -> [String] { (spellings[person.foldedEmail] ?? []).sorted() }
}

extension Repository {
  /// The list that git is configured with; `nil` where it is with none.
  ///
  /// What the repository itself configures does not count: it would say whom to believe about it.
  package func allowedSigners(
    _ configuration: GitConfiguration
  ) throws(GitError) -> AllowedSigners? {
    guard let path = configuration.protectedValue("gpg.ssh.allowedsignersfile") else { return nil }
    guard let content = try Disk.content(of: expanded(path)) else {
      throw GitError(
        .signing, "the list of signers \(path) is not there",
        hint: "git config --global gpg.ssh.allowedSignersFile PATH")
    }
    return AllowedSigners(content)
  }
}
