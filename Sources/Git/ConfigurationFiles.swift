internal import Clibgit2

extension Repository {
  /// Has libgit2 read those configuration files that git would, where the environment names some: libgit2
  /// knows none of these variables.
  static func setConfigurationFiles(
    _ handle: OpaquePointer, _ start: String, _ environment: [String: String]
  ) throws(GitError) {
    // Below what is no directory there is no file.
    let none = "/dev/null/none"
    func path(_ name: String) -> String? {
      environment[name].map { $0.isEmpty ? none : joined(start, $0) }
    }
    var files: [(level: git_config_level_t, path: String)] = []
    let withoutSystem = environment["GIT_CONFIG_NOSYSTEM"]?.lowercased() ?? ""
    if !["", "0", "false", "no", "off"].contains(withoutSystem) {
      files.append((GIT_CONFIG_LEVEL_SYSTEM, none))
    } else if let system = path("GIT_CONFIG_SYSTEM") {
      files.append((GIT_CONFIG_LEVEL_SYSTEM, system))
    }
    if let global = path("GIT_CONFIG_GLOBAL") {
      files += [(GIT_CONFIG_LEVEL_XDG, none), (GIT_CONFIG_LEVEL_GLOBAL, global)]
    }
    guard !files.isEmpty else { return }
    var configuration: OpaquePointer?
    try git_repository_config(&configuration, handle).check("cannot read the configuration")
    defer { git_config_free(configuration) }
    for file in files {
      try git_config_add_file_ondisk(configuration, file.path, file.level, handle, 1)
        .check("cannot read the configuration \(file.path)")
    }
  }

  /// What the environment sets by `GIT_CONFIG_COUNT`, keys as libgit2 has them.
  var commandSettings: [(key: String, value: String)] {
    let count = environment["GIT_CONFIG_COUNT"].flatMap { Int($0) } ?? 0
    return (0..<max(0, count)).compactMap { number in
      guard let key = environment["GIT_CONFIG_KEY_\(number)"],
        let value = environment["GIT_CONFIG_VALUE_\(number)"]
      else { return nil }
      return (GitConfiguration.folded(key), value)
    }
  }
}
