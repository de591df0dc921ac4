package import Release

/// Who signs with which keys: a file as git's `gpg.ssh.allowedSignersFile`, see ssh-keygen(1).
///
/// Only lines that name people count. A pattern such as `*@example.com` would let one key speak for
/// anybody, so that a count of people would mean nothing. A line with `openpgp4fpr:` and a fingerprint
/// in the place of a key names an OpenPGP key; gpg knows the key itself.
package struct AllowedSigners: Sendable {
  /// What a fingerprint of an OpenPGP key begins with.
  package static let openPGP = "openpgp4fpr:"
  /// No list of a repository is longer, in bytes: whoever pushes one is not to keep a server busy.
  package static let limit = 1_048_576

  /// The file without what does not count for ssh-keygen.
  let content: [UInt8]
  /// How the file spells the addresses that it names, by the address with ASCII letters folded.
  private let spellings: [[UInt8]: Set<String>]
  /// Whom SSH keys are of, in the file's order.
  private let owners: [SSHKey: [String]]
  /// The fingerprints of OpenPGP keys, upper case, with whom they are of.
  private let fingerprints: [(fingerprint: String, owners: [String])]
  /// The lines left out, and why.
  package let omitted: [String]
  /// The numbers of the lines in which no key could be read, and whom they name.
  private let illegible: [(line: Int, names: [String])]
  /// Whom each line gives a key, in the file's order.
  package let grants: [SignerGrant]

  package init(_ bytes: [UInt8]) {
    var content: [UInt8] = []
    var spellings: [[UInt8]: Set<String>] = [:]
    var owners: [SSHKey: [String]] = [:]
    var fingerprints: [(fingerprint: String, owners: [String])] = []
    var omitted: [String] = []
    var illegible: [(line: Int, names: [String])] = []
    var grants: [SignerGrant] = []
    // An editor may have put a byte order mark there, and it is nobody's name.
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, whole) in lines.enumerated() {
      let line = IdentityLine.trimmed(whole)
      guard let first = line.first, first != UInt8(ascii: "#") else { continue }
      let field = line.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
      let listed = field.split(separator: UInt8(ascii: ","))
      let exact = listed.filter { name in name.allSatisfy { !"*?!\"".utf8.contains($0) } }
      if exact.count < listed.count {
        omitted.append("line \(number + 1): patterns and quotes name nobody")
      }
      guard !exact.isEmpty else { continue }
      let names = exact.map { String(decoding: $0, as: UTF8.self) }
      let words = line[field.endIndex...].split {
        $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
      }
      if let mark = words.firstIndex(where: { $0.starts(with: Self.openPGP.utf8) }) {
        guard mark == 0, let fingerprint = Self.fingerprint(words[mark]) else {
          omitted.append(
            "line \(number + 1): an OpenPGP key stands as NAMES \(Self.openPGP)FINGERPRINT, all its "
              + "digits and no options")
          illegible.append((number + 1, names))
          continue
        }
        fingerprints.append((fingerprint, names))
        grants.append(SignerGrant(names, Self.openPGP + fingerprint))
        continue
      }
      let keys = Self.keys(in: words)
      guard !keys.isEmpty else {
        omitted.append("line \(number + 1): no key can be read in it")
        illegible.append((number + 1, names))
        continue
      }
      for key in keys { owners[key, default: []] += names }
      grants += keys.map { SignerGrant(names, $0.fingerprint, options: Self.options(words)) }
      for spelling in names {
        spellings[Person(name: "", email: spelling).foldedEmail, default: []].insert(spelling)
      }
      content += exact.joined(separator: [UInt8(ascii: ",")]) + line[field.endIndex...]
      content.append(UInt8(ascii: "\n"))
    }
    self.content = content
    self.spellings = spellings
    self.owners = owners
    self.fingerprints = fingerprints
    self.omitted = omitted
    self.illegible = illegible
    self.grants = grants
  }

  /// The SSH keys of a line, each with its type before it.
  private static func keys(in words: [ArraySlice<UInt8>]) -> [SSHKey] {
    zip(words, words.dropFirst()).compactMap { type, text in
      Base64.decode(text).flatMap { SSHKey($0) }.flatMap {
        $0.type.utf8.elementsEqual(type) ? $0 : nil
      }
    }
  }

  /// What stands between the names and the first key, in which spaces may be quoted.
  private static func options(_ words: [ArraySlice<UInt8>]) -> [UInt8] {
    let key = words.indices.dropLast().first { !keys(in: Array(words[$0...($0 + 1)])).isEmpty }
    return Array(words[..<(key ?? words.startIndex)].joined(separator: [UInt8(ascii: " ")]))
  }

  /// The number of the first line that names somebody, and in which no key could be read.
  package func illegibleLine(for person: Person) -> Int? {
    illegible.first { Self.isAmong($0.names, person) }?.line
  }

  /// How the file names somebody; empty where it does not.
  func spellings(of person: Person) -> [String] { (spellings[person.foldedEmail] ?? []).sorted() }

  /// Whom a key is of by the file, whether or not it is good.
  package func owners(of key: SSHKey) -> [String] { owners[key] ?? [] }

  /// Whether the file has a key of somebody.
  package func names(_ person: Person) -> Bool { keyCount(of: person) > 0 }

  /// Somebody's SSH keys, in no order.
  package func keys(of person: Person) -> [SSHKey] {
    owners.filter { Self.isAmong($0.value, person) }.map(\.key)
  }

  /// Whether a key is somebody's by the file.
  package func gives(_ key: SSHKey, to person: Person) -> Bool {
    Self.isAmong(owners(of: key), person)
  }

  /// Whether whoever has a key by another file has it by this one, too, and as long and for as much.
  package func gives(allOf other: AllowedSigners) -> Bool {
    other.grants.allSatisfy { grant in
      grant.names.map { Person(name: "", email: $0) }.allSatisfy { person in
        grants.contains { $0.isNoLess(than: grant) && Self.isAmong($0.names, person) }
      }
    }
  }

  /// Whether the file knows somebody by keys of this one's kind, and this is none of them.
  ///
  /// - Parameter key: The fingerprint, as records are said to be signed with it.
  package func disputes(_ key: String, of person: Person) -> Bool {
    let known = grants.filter { grant in
      grant.key.hasPrefix(Self.openPGP) == key.hasPrefix(Self.openPGP)
        && Self.isAmong(grant.names, person)
    }
    return !known.isEmpty && !known.contains { $0.key == key || $0.isAuthority }
  }

  /// The keys that the file gives to several addresses, by each of these, case-folded.
  package var sharedKeys: [[UInt8]: Set<String>] {
    var emails: [String: Set<[UInt8]>] = [:]
    for grant in grants where !grant.isAuthority {
      emails[grant.key, default: []].formUnion(
        grant.names.map { Person(name: "", email: $0).foldedEmail })
    }
    var shared: [[UInt8]: Set<String>] = [:]
    for (key, emails) in emails where emails.count > 1 {
      for email in emails { shared[email, default: []].insert(key) }
    }
    return shared
  }

  /// The fingerprints of somebody's OpenPGP keys.
  func fingerprints(of person: Person) -> Set<String> {
    Set(
      fingerprints.filter { Self.isAmong($0.owners, person) }.map(\.fingerprint))
  }

  /// Whether the file gives somebody an OpenPGP key.
  package func givesOpenPGP(to person: Person) -> Bool { !fingerprints(of: person).isEmpty }

  /// Whether the keys of some line vouch for those of others, by certificates.
  package var namesAuthority: Bool { grants.contains(where: \.isAuthority) }

  /// How many keys the file gives to somebody.
  package func keyCount(of person: Person) -> Int {
    owners.values.count { Self.isAmong($0, person) } + fingerprints(of: person).count
  }

  private static func isAmong(_ names: [String], _ person: Person) -> Bool {
    names.contains { Person(name: "", email: $0).foldedEmail == person.foldedEmail }
  }

  /// Whom an OpenPGP key is of by the file.
  func owners(ofOpenPGP fingerprint: String) -> [String] {
    fingerprints.filter { $0.fingerprint == fingerprint }.flatMap(\.owners)
  }

  /// Of versions 4 and 5: 40 or 64 digits.
  private static func fingerprint(_ word: ArraySlice<UInt8>) -> String? {
    let digits = String(decoding: word.dropFirst(openPGP.utf8.count), as: UTF8.self).uppercased()
    let isWhole = digits.utf8.count == 40 || digits.utf8.count == 64
    guard isWhole, digits.utf8.allSatisfy({ "0123456789ABCDEF".utf8.contains($0) }) else {
      return nil
    }
    return digits
  }
}

extension Repository {
  /// Where the user keeps the public half of one of these keys, as a shell takes it; `nil` where it is
  /// not among those that ssh looks for.
  package func publicKeyFile(of keys: [SSHKey]) -> String? {
    guard let home = environment["HOME"] else { return nil }
    do {
      let names = try Disk.names(in: "\(home)/.ssh").filter { $0.hasSuffix(".pub") }.sorted()
      for name in names {
        if let key = try publicKey(at: "\(home)/.ssh/\(name)"), keys.contains(key) {
          return "~/.ssh/\(GitError.quoted(name))"
        }
      }
    } catch {
      // It is looked for to be of help: what cannot be read is no help.
      return nil
    }
    return nil
  }

  /// The key that git signs with, as far as a file or the configuration itself says it.
  package func configuredKey(_ configuration: GitConfiguration) -> SSHKey? {
    guard configuration.value("gpg.format") == SigningFormat.ssh.rawValue,
      let named = configuration.value("user.signingkey"), !named.isEmpty
    else { return nil }
    if let text = literal(named) { return SSHKey(text: Array(text.utf8)) }
    let file = expanded(named)
    let path = file.hasPrefix("/") ? file : "\(workDirectory ?? gitDirectory)/\(file)"
    do {
      return try publicKey(at: path) ?? publicKey(at: "\(path).pub")
    } catch {
      // It is looked for to be of help: what cannot be read is no help.
      return nil
    }
  }

  private func publicKey(at path: String) throws(GitError) -> SSHKey? {
    try Disk.content(of: path).flatMap { SSHKey(text: $0) }
  }

  /// The list that git is configured with; `nil` where it is with none.
  ///
  /// What the repository itself configures does not count: it would say whom to believe about it.
  package func allowedSigners(
    _ configuration: GitConfiguration
  ) throws(GitError) -> AllowedSigners? {
    guard let path = configuration.protectedValue("gpg.ssh.allowedsignersfile") else { return nil }
    let file = expanded(path)
    // Found from where one stands, it would be whatever a repository puts there.
    guard file.hasPrefix("/") else {
      throw GitError(
        .signing,
        "the list of signers \(path) is not looked for in a repository: its path is relative",
        hint: "git config --global gpg.ssh.allowedSignersFile /PATH")
    }
    guard let content = try Disk.content(of: file) else {
      throw GitError(
        .signing, "the list of signers \(path) is not there",
        hint: "git config --global gpg.ssh.allowedSignersFile PATH")
    }
    return AllowedSigners(content)
  }
}

extension SSHKey {
  /// Reads `TYPE BASE64 COMMENT`; `nil` where it is none, as a private key's file.
  fileprivate init?(text: [UInt8]) {
    let words = text.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    guard words.count > 1, let key = Base64.decode(words[1]).flatMap({ SSHKey($0) }),
      key.type.utf8.elementsEqual(words[0])
    else { return nil }
    self = key
  }
}
