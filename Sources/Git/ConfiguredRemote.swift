internal import Clibgit2

/// A remote as the configuration has it.
package struct ConfiguredRemote: Hashable, Sendable {
  /// The first URL, as it is written there.
  package let url: String
  /// The same as `url.*.insteadOf` has it.
  package let address: String
  /// Whether a push goes to several addresses.
  package let isPushedToSeveral: Bool
  /// What a plain `git fetch` brings, and where to.
  package let fetchRefspecs: [String]
}

extension Repository {
  /// Every remote that has a URL, by name; read without starting git.
  package func configuredRemotes() throws(GitError) -> [String: ConfiguredRemote] {
    var configuration: OpaquePointer?
    try git_repository_config_snapshot(&configuration, handle)
      .check("cannot read the configuration")
    defer { git_config_free(configuration) }
    var iterator: OpaquePointer?
    let keys = #"^(remote\..*\.(url|pushurl|fetch)|url\..*\.insteadof)$"#
    try git_config_iterator_glob_new(&iterator, configuration, keys)
      .check("cannot read the configuration")
    defer { git_config_iterator_free(iterator) }
    var settings: [(key: String, value: String)] = []
    while true {
      var entry: UnsafeMutablePointer<git_config_entry>?
      let status = git_config_next(&entry, iterator)
      if status == GIT_ITEROVER.rawValue { break }
      try status.check("cannot read the configuration")
      guard let key = entry?.pointee.name, let value = entry?.pointee.value else { continue }
      settings.append((String(cString: key), String(cString: value)))
    }
    return Self.remotes(settings + commandSettings)
  }

  private static func remotes(
    _ settings: [(key: String, value: String)]
  ) -> [String: ConfiguredRemote] {
    var urls: [String: [String]] = [:]
    var pushURLs: [String: Int] = [:]
    var refspecs: [String: [String]] = [:]
    var bases: [(stand: String, base: String)] = []
    for (key, value) in settings {
      if key.hasPrefix("url."), key.hasSuffix(".insteadof") {
        bases.append((value, String(key.dropFirst("url.".count).dropLast(".insteadof".count))))
      }
      guard key.hasPrefix("remote.") else { continue }
      let name = key.dropFirst("remote.".count)
      if name.hasSuffix(".fetch") {
        refspecs[String(name.dropLast(".fetch".count)), default: []].append(value)
      } else if name.hasSuffix(".pushurl") {
        pushURLs[String(name.dropLast(".pushurl".count)), default: 0] += 1
      } else if name.hasSuffix(".url") {
        urls[String(name.dropLast(".url".count)), default: []].append(value)
      }
    }
    var remotes: [String: ConfiguredRemote] = [:]
    for (name, urls) in urls where !name.isEmpty {
      let url = urls[0]
      let base = bases.filter { url.utf8.starts(with: $0.stand.utf8) }
        .max { $0.stand.utf8.count < $1.stand.utf8.count }
      let address = base.map {
        $0.base + String(decoding: url.utf8.dropFirst($0.stand.utf8.count), as: UTF8.self)
      }
      remotes[name] = ConfiguredRemote(
        url: url, address: address ?? url,
        isPushedToSeveral: (pushURLs[name] ?? urls.count) > 1,
        fetchRefspecs: refspecs[name] ?? [])
    }
    return remotes
  }

  /// Whether a push to the remote goes to several addresses, so that what one of them has says nothing
  /// of the others.
  package func isPushedToSeveral(_ remote: String) throws(GitError) -> Bool {
    try configuredRemotes()[remote]?.isPushedToSeveral ?? false
  }

  /// Whether git would let a reference have this name.
  package func isReferenceName(_ name: String) throws(GitError) -> Bool {
    var isValid: Int32 = 0
    try git_reference_name_is_valid(&isValid, name).check("cannot judge the name \(name)")
    return isValid == 1
  }
}
