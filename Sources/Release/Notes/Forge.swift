/// A site where a repository can be looked at, as far as a remote's address tells.
package struct Forge: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case github
    case gitlab
    /// And Forgejo.
    case gitea
    case bitbucket
  }

  private let kind: Kind
  /// `https://github.com`.
  private let site: String
  /// `org/repo`.
  private let path: String

  /// The site of a remote; `nil` where the address is a path or of a host that nobody knows.
  ///
  /// Names, passwords and ports of other protocols are left out.
  package init?(remote: String, kind: Kind? = nil) {
    guard let address = RemoteAddress(remote), let kind = kind ?? Self.kind(of: address.host)
    else { return nil }
    self.kind = kind
    site = address.site
    path = address.path
  }

  private static func kind(of host: String) -> Kind? {
    let labels = host.split(separator: ".")
    func isNamed(_ name: String) -> Bool { labels.contains { $0.utf8.starts(with: name.utf8) } }
    if isNamed("github") { return .github }
    if isNamed("gitlab") || host == "salsa.debian.org" { return .gitlab }
    if host == "bitbucket.org" { return .bitbucket }
    if isNamed("gitea") || isNamed("forgejo") || host == "codeberg.org" { return .gitea }
    return nil
  }

  private var address: String { "\(site)/\(path)" }

  /// Where the difference between two tags or commits is shown.
  package func compare(_ old: String, _ new: String) -> String {
    let (old, new) = (old.asPath, new.asPath)
    return switch kind {
    case .github, .gitea: "\(address)/compare/\(old)...\(new)"
    case .gitlab: "\(address)/-/compare/\(old)...\(new)"
    case .bitbucket: "\(address)/branches/compare/\(new)%0D\(old)"
    }
  }

  func commit(_ id: ObjectID) -> String {
    switch kind {
    case .github, .gitea: "\(address)/commit/\(id)"
    case .gitlab: "\(address)/-/commit/\(id)"
    case .bitbucket: "\(address)/commits/\(id)"
    }
  }

  /// What people write for the issue or pull request at an address: `#12`, `org/repo#56`; `nil` where
  /// it is of another site.
  func reference(for address: IssueAddress) -> String? {
    // Bitbucket has one kind of number, and it is that of pull requests.
    guard address.site == site, kind != .bitbucket || address.page == "pull-requests" else {
      return nil
    }
    return address.project == path ? address.number : address.name
  }

  /// Where `#12`, `!34` or `org/repo#56` is; `nil` where it is something of another site.
  func page(of reference: String) -> String? {
    let text = Array(reference.utf8)[...]
    guard let mark = text.lastIndex(where: { "#!-".utf8.contains($0) }),
      let (number, rest) = text[(mark + 1)...].splitDigits, rest.isEmpty
    else { return nil }
    let project = text[..<mark]
    if text[mark] == UInt8(ascii: "-") {
      guard kind == .github, project.asciiLowercased.elementsEqual("gh".utf8) else { return nil }
      return "\(address)/issues/\(number.text)"
    }
    let home = project.isEmpty ? address : "\(site)/\(project.text.asPath)"
    let isMerge = text[mark] == UInt8(ascii: "!")
    switch kind {
    case .github: return isMerge ? nil : "\(home)/issues/\(number.text)"
    case .gitea: return "\(home)/\(isMerge ? "pulls" : "issues")/\(number.text)"
    case .gitlab: return "\(home)/-/\(isMerge ? "merge_requests" : "issues")/\(number.text)"
    case .bitbucket: return isMerge ? nil : "\(home)/pull-requests/\(number.text)"
    }
  }
}

/// Host and path of a remote, however its address is written.
private struct RemoteAddress {
  let host: String
  let site: String
  let path: String

  init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    var scheme = "https"
    var isWeb = false
    if let mark = rest.firstRange(ofASCII: "://") {
      let name = rest[..<mark.lowerBound].asciiLowercased.text
      guard ["https", "http", "ssh", "git", "git+ssh"].contains(name) else { return nil }
      isWeb = name.hasPrefix("http")
      if isWeb { scheme = name }
      rest = rest[mark.upperBound...]
    } else {
      // `git@host:org/repo`; a slash before the colon makes it a path.
      guard let colon = rest.firstIndex(of: UInt8(ascii: ":")),
        !rest[..<colon].contains(UInt8(ascii: "/"))
      else { return nil }
      rest = rest[..<colon] + [UInt8(ascii: "/")] + rest[(colon + 1)...]
    }
    guard let slash = rest.firstIndex(of: UInt8(ascii: "/")) else { return nil }
    var authority = rest[..<slash]
    if let at = authority.lastIndex(of: UInt8(ascii: "@")) { authority = authority[(at + 1)...] }
    var name = authority.prefix { $0 != UInt8(ascii: ":") }.asciiLowercased
    if !isWeb { name = Self.withoutAlias(name) }
    guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isDigit || ".-".utf8.contains($0) })
    else { return nil }
    var parts = rest[(slash + 1)...].split(separator: UInt8(ascii: "/")).map { Array($0)[...] }
    if let last = parts.last, last.count > 4, last.suffix(4).elementsEqual(".git".utf8) {
      parts[parts.count - 1] = last.dropLast(4)
    }
    guard parts.count >= 2, !parts.contains(where: { $0.first == UInt8(ascii: "~") }) else {
      return nil
    }
    host = name.text
    site = "\(scheme)://\(isWeb ? authority.asciiLowercased.text : name.text)"
    path = parts.map(\.text.asPath).joined(separator: "/")
    guard authority.allSatisfy({ $0.isLetter || $0.isDigit || ".-:".utf8.contains($0) }) else {
      return nil
    }
  }
}

extension RemoteAddress {
  /// The host that a name such as `github.com-work` stands for, as people call their second account
  /// there in what ssh reads: no site is called so.
  private static func withoutAlias(_ name: MessageBytes) -> MessageBytes {
    // Where they take ssh on the port of https.
    for (host, site) in [
      ("ssh.github.com", "github.com"), ("altssh.gitlab.com", "gitlab.com"),
      ("altssh.bitbucket.org", "bitbucket.org"),
    ] where name.elementsEqual(host.utf8) {
      return Array(site.utf8)[...]
    }
    for host in ["github.com", "gitlab.com", "bitbucket.org"] as [StaticString]
    where name.starts(withASCII: host) {
      let rest = name.dropFirst(host.utf8CodeUnitCount)
      if rest.first == UInt8(ascii: "-"), !rest.contains(UInt8(ascii: ".")) {
        return name.prefix(host.utf8CodeUnitCount)
      }
    }
    return name
  }
}

extension String {
  /// As part of a web address: all but letters, digits and a few marks in percents.
  fileprivate var asPath: String {
    var text = ""
    for byte in utf8 {
      if byte.isLetter || byte.isDigit || "-._~/+%".utf8.contains(byte) {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + Hexadecimal.encode([byte])[...].text.uppercased()
      }
    }
    return text
  }
}
