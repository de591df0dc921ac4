internal import Clibgit2

/// A remote as the configuration has it.
package struct ConfiguredRemote: Hashable, Sendable {
  /// The first URL, as it is written there.
  package let url: String
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
    let keys = #"^remote\..*\.(url|pushurl|fetch)$"#
    try git_config_iterator_glob_new(&iterator, configuration, keys)
      .check("cannot read the configuration")
    defer { git_config_iterator_free(iterator) }
    var urls: [String: [String]] = [:]
    var pushURLs: [String: Int] = [:]
    var refspecs: [String: [String]] = [:]
    while true {
      var entry: UnsafeMutablePointer<git_config_entry>?
      let status = git_config_next(&entry, iterator)
      if status == GIT_ITEROVER.rawValue { break }
      try status.check("cannot read the configuration")
      guard let key = entry?.pointee.name, let raw = entry?.pointee.value else { continue }
      let (name, value) = (String(cString: key).dropFirst("remote.".count), String(cString: raw))
      if name.hasSuffix(".fetch") {
        refspecs[String(name.dropLast(".fetch".count)), default: []].append(value)
      } else if name.hasSuffix(".pushurl") {
        pushURLs[String(name.dropLast(".pushurl".count)), default: 0] += 1
      } else {
        urls[String(name.dropLast(".url".count)), default: []].append(value)
      }
    }
    var remotes: [String: ConfiguredRemote] = [:]
    for (name, urls) in urls where !name.isEmpty {
      remotes[name] = ConfiguredRemote(
        url: urls[0], isPushedToSeveral: (pushURLs[name] ?? urls.count) > 1,
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
