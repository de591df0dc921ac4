/// git's configuration as git itself reads it, with the scope of every value.
package struct GitConfiguration: Sendable {
  package enum Scope: String, Sendable {
    case system
    case global
    case local
    case worktree
    case command
    case unknown

    /// Whether only this machine's user can have set it, and no repository.
    package var isProtected: Bool { [.system, .global, .command].contains(self) }
  }

  package struct Entry: Hashable, Sendable {
    package let scope: Scope
    /// Section and name in lower case, the subsection as it stands.
    package let key: String
    /// `nil` where only the name stands, which means true.
    package let value: String?
  }

  package let entries: [Entry]

  package init(entries: [Entry]) {
    self.entries = entries
  }

  /// Reads what `git config --list -z --show-scope` prints.
  package init(parsing output: [UInt8]) {
    let fields = output.split(separator: 0, omittingEmptySubsequences: false)
    var entries: [Entry] = []
    for index in stride(from: 0, to: fields.count - 1, by: 2) {
      let scope = String(decoding: fields[index], as: UTF8.self)
      let setting = fields[index + 1]
      let end = setting.firstIndex(of: UInt8(ascii: "\n"))
      let value = end.map { String(decoding: setting[($0 + 1)...], as: UTF8.self) }
      let key = String(decoding: setting[..<(end ?? setting.endIndex)], as: UTF8.self)
      entries.append(Entry(scope: Scope(rawValue: scope) ?? .unknown, key: key, value: value))
    }
    self.entries = entries
  }

  /// The value that counts, the last; `nil` where it is not set.
  package func value(_ key: String) -> String? {
    matching(key).last.map { $0.value ?? "true" }
  }

  package func values(_ key: String) -> [String] {
    matching(key).map { $0.value ?? "true" }
  }

  /// The last value that no repository can have set.
  package func protectedValue(_ key: String) -> String? {
    matching(key).last { $0.scope.isProtected }.map { $0.value ?? "true" }
  }

  /// The last value that the repository itself sets.
  package func repositoryValue(_ key: String) -> String? {
    matching(key).last { !$0.scope.isProtected }.map { $0.value ?? "true" }
  }

  /// A switch, read as git reads it; `nil` where it is not set; throws where it is no switch.
  package func flag(_ key: String) throws(GitError) -> Bool? {
    guard let text = value(key) else { return nil }
    switch text.lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off", "": return false
    default: break
    }
    if let number = Int(text) { return number != 0 }
    throw GitError(
      .other, "\(key) = \(text) is neither true nor false",
      hint: "git config \(GitError.quoted(key)) true")
  }

  private func matching(_ key: String) -> [Entry] {
    let wanted = Self.folded(key)
    return entries.filter { $0.key == wanted }
  }

  /// Section and name in lower case, as git compares them.
  static func folded(_ key: String) -> String {
    guard let first = key.firstIndex(of: "."), let last = key.lastIndex(of: ".") else {
      return key.lowercased()
    }
    return key[..<first].lowercased() + key[first..<last] + key[last...].lowercased()
  }
}

extension Repository {
  package func configuration() async throws(GitError) -> GitConfiguration {
    let result = try await program.read(["config", "--list", "-z", "--show-scope"])
    guard result.status == 0 else {
      throw GitError(.other, "cannot read git's configuration: \(result.complaint)")
    }
    return GitConfiguration(parsing: result.output)
  }

  /// Every remote's name and its first URL.
  package func remotes() async throws(GitError) -> [String: String] {
    var remotes: [String: String] = [:]
    for entry in try await configuration().entries {
      guard entry.key.hasPrefix("remote."), entry.key.hasSuffix(".url"), let url = entry.value
      else { continue }
      let name = String(entry.key.dropFirst(7).dropLast(4))
      if !name.isEmpty, remotes[name] == nil { remotes[name] = url }
    }
    return remotes
  }
}
