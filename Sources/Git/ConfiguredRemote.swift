internal import Clibgit2

/// A remote as the configuration has it.
package struct ConfiguredRemote: Hashable, Sendable {
  /// The first URL, as it is written there.
  package let url: String
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
    try git_config_iterator_glob_new(&iterator, configuration, #"^remote\..*\.(url|fetch)$"#)
      .check("cannot read the configuration")
    defer { git_config_iterator_free(iterator) }
    var urls: [String: String] = [:]
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
      } else if urls[String(name.dropLast(".url".count))] == nil {
        urls[String(name.dropLast(".url".count))] = value
      }
    }
    var remotes: [String: ConfiguredRemote] = [:]
    for (name, url) in urls where !name.isEmpty {
      remotes[name] = ConfiguredRemote(url: url, fetchRefspecs: refspecs[name] ?? [])
    }
    return remotes
  }

  /// Whether git would let a reference have this name.
  package func isReferenceName(_ name: String) throws(GitError) -> Bool {
    var isValid: Int32 = 0
    try git_reference_name_is_valid(&isValid, name).check("cannot judge the name \(name)")
    return isValid == 1
  }
}
