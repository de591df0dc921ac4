internal import Clibgit2
package import Release

/// A repository on disk, opened through libgit2.
///
/// Not thread-safe: one task, one repository.
package final class Repository {
  /// Absolute, as all paths here, and without a slash at the end.
  package let gitDirectory: String
  /// The directory that linked worktrees share; `gitDirectory` itself elsewhere.
  package let commonDirectory: String
  /// `nil` in a bare repository.
  package let workDirectory: String?
  /// The environment in which programs are run.
  package let environment: [String: String]

  // Freed in `deinit`; nothing that is made from them outlives a method.
  let handle: OpaquePointer
  let database: OpaquePointer
  /// Where a push that is being received would leave references, by the bytes of their names, and
  /// `nil` for one that it deletes: reads see these in the place of what is stored.
  package var pending: [[UInt8]: ObjectID?] = [:]
  /// All tags as they were when somebody asked to go on with those, by the bytes of their names.
  var heldTags: [[UInt8]: Reference]?
  package var holdsTags: Bool { heldTags != nil }
  /// What tag objects lead to; objects never change.
  var peeledTags: [ObjectID: ObjectID] = [:]
  /// The commits that a walk has read, where they are asked for next.
  var walked: WalkedCommits?
  /// What walks have read of commits, for further ones; `nil` where nobody keeps it.
  var walkedLinks: [ObjectID: CommitLink]?
  /// Where lines of first parents end, of stretches that have been walked through.
  var trunkEnds: [CommitStretch: ObjectID] = [:]
  /// git's commit-graph; `nil` where there is none that can be used, as a walk may find out.
  lazy var commitGraph = CommitGraph(objects: "\(commonDirectory)/objects")
  /// git's packs, as far as they can be used.
  private(set) lazy var packs = Packs(objects: "\(commonDirectory)/objects")
  /// What this task reads from them; `nil` where there are none.
  private(set) lazy var packReader = PackReader(packs)

  /// Opens the repository that `directory` lies in, or the one that `environment` names.
  package init(discovering directory: String, environment: [String: String]) throws(GitError) {
    try Library.start()
    guard let start = Disk.resolved(directory) else {
      throw GitError(
        .notARepository, "there is no directory \(directory)", hint: "deed -C DIRECTORY status")
    }
    let handle = try Self.open(start, environment)
    var database: OpaquePointer?
    do throws(GitError) {
      try Self.checkFormat(handle)
      try Self.setConfigurationFiles(handle, start, environment)
      try Self.setWorkTree(handle, start, environment)
      try git_repository_odb(&database, handle).check("cannot open the object database")
      for path in Self.extraObjectDirectories(start, environment) {
        try git_odb_add_disk_alternate(database, path).check("cannot read objects in \(path)")
      }
      guard let database else { throw GitError(.other, "there is no object database") }
      self.handle = handle
      self.database = database
    } catch {
      git_odb_free(database)
      git_repository_free(handle)
      throw error
    }
    let gitDirectory = Self.path(git_repository_path(handle)) ?? start
    let workDirectory = Self.path(git_repository_workdir(handle))
    self.gitDirectory = gitDirectory
    self.workDirectory = workDirectory
    commonDirectory = Self.path(git_repository_commondir(handle)) ?? gitDirectory
    self.environment = Self.absolute(environment, start, gitDirectory, workDirectory)
    // git trusts a directory that is named outright.
    if environment["GIT_DIR"] == nil {
      try Ownership(gitDirectory: gitDirectory, workDirectory: workDirectory, environment)
        .check()
    }
  }

  deinit {
    git_odb_free(database)
    git_repository_free(handle)
  }

  private static func open(
    _ start: String, _ environment: [String: String]
  ) throws(GitError) -> OpaquePointer {
    var handle: OpaquePointer?
    let named = environment["GIT_DIR"].map { Self.joined(start, $0) }
    let flags = named == nil ? 0 : GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue
    let status = git_repository_open_ext(
      &handle, named ?? start, flags, environment["GIT_CEILING_DIRECTORIES"])
    if let handle, status == 0 { return handle }
    let error = GitError.last(status, "cannot open the repository at \(named ?? start)")
    if status == GIT_ENOTFOUND.rawValue {
      throw GitError(
        .notARepository,
        "\(named ?? start) is not in a git repository", hint: "git init   # or deed -C DIRECTORY …")
    }
    guard error.message.contains("unsupported") else { throw error }
    throw GitError(.unsupportedFormat, error.message)
  }

  /// Refuses what libgit2 1.5 would open and then read as an empty repository.
  private static func checkFormat(_ handle: OpaquePointer) throws(GitError) {
    let refusals = [
      ("extensions.objectformat", "sha1", "SHA-256 object ids", "sha1"),
      ("extensions.refstorage", "files", "reftable reference storage", "files"),
    ]
    for (name, known, what, wanted) in refusals {
      guard let value = try localValue(name, handle), value.lowercased() != known else { continue }
      throw GitError(
        .unsupportedFormat,
        "this repository uses \(what) (\(name) = \(value)), which cannot be read yet; "
          + "only \(wanted) can")
    }
  }

  /// A value of the repository's own configuration file.
  private static func localValue(
    _ name: String, _ handle: OpaquePointer
  ) throws(GitError) -> String? {
    var configuration: OpaquePointer?
    var local: OpaquePointer?
    var buffer = git_buf()
    defer {
      git_buf_dispose(&buffer)
      git_config_free(local)
      git_config_free(configuration)
    }
    try git_repository_config(&configuration, handle).check("cannot read the configuration")
    let level = git_config_open_level(&local, configuration, GIT_CONFIG_LEVEL_LOCAL)
    if level == GIT_ENOTFOUND.rawValue { return nil }
    try level.check("cannot read the repository's configuration")
    let status = git_config_get_string_buf(&buffer, local, name)
    if status == GIT_ENOTFOUND.rawValue { return nil }
    try status.check("cannot read \(name)")
    return buffer.ptr.map { String(cString: $0) }
  }

  /// With `GIT_DIR` alone, git takes the current directory for the work tree.
  private static func setWorkTree(
    _ handle: OpaquePointer, _ start: String, _ environment: [String: String]
  ) throws(GitError) {
    guard environment["GIT_DIR"] != nil || environment["GIT_WORK_TREE"] != nil else { return }
    var tree = environment["GIT_WORK_TREE"].map { joined(start, $0) }
    if tree == nil {
      let configured = try localValue("core.worktree", handle) != nil
      if git_repository_is_bare(handle) == 0, !configured { tree = start }
    }
    if let tree {
      try git_repository_set_workdir(handle, tree, 0).check("cannot use the work tree \(tree)")
    }
  }

  /// Where a receiving git has put objects that it has not accepted yet.
  private static func extraObjectDirectories(
    _ start: String, _ environment: [String: String]
  ) -> [String] {
    let alternates = environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] ?? ""
    let named =
      [environment["GIT_OBJECT_DIRECTORY"] ?? ""]
      + alternates.split(separator: ":").map(String.init)
    return named.filter { !$0.isEmpty }.compactMap { Disk.resolved(joined(start, $0)) }
  }

  /// `environment` with what it says about the repository made independent of the directory.
  private static func absolute(
    _ environment: [String: String], _ start: String, _ gitDirectory: String, _ workTree: String?
  ) -> [String: String] {
    var environment = environment
    if environment["GIT_DIR"] != nil { environment["GIT_DIR"] = gitDirectory }
    if environment["GIT_WORK_TREE"] != nil { environment["GIT_WORK_TREE"] = workTree }
    for name in ["GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE"] {
      if let path = environment[name], !path.isEmpty { environment[name] = joined(start, path) }
    }
    return environment
  }

  static func joined(_ start: String, _ path: String) -> String {
    path.hasPrefix("/") ? path : "\(start)/\(path)"
  }

  private static func path(_ text: UnsafePointer<CChar>?) -> String? {
    guard let text else { return nil }
    var path = String(cString: text)
    while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
