package import Git
internal import Glibc

/// The directory under which artifacts lie: no link leads out of it.
package struct ArtifactRoot: Sendable {
  /// Absolute, without links.
  package let path: String
  /// Of a work tree, where git keeps what is its own; `nil` of any other directory, in which nothing is.
  private let git: [String]?

  /// - Parameter path: Of a directory that is there.
  package init(_ path: String) throws(ArtifactError) {
    try self.init(path, git: nil)
  }

  /// - Parameter path: Of a repository's work tree. What is git's own in it is nobody's artifact.
  package init(workTree path: String, of repository: Repository) throws(ArtifactError) {
    try self.init(path, git: [repository.gitDirectory, repository.commonDirectory])
  }

  private init(_ path: String, git: [String]?) throws(ArtifactError) {
    guard let resolved = Disk.resolved(path) else {
      throw Self.failure("look into", path, path)
    }
    var status = stat()
    guard stat(resolved, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw ArtifactError(.missing, "\(path) is no directory")
    }
    let root = resolved == "/" ? "" : resolved
    self.path = root
    self.git = git?.compactMap(Disk.resolved).filter { Self.isWithin($0, root) && $0 != root }
  }

  var isWorkTree: Bool { git != nil }

  /// Where a path below the root really is.
  func place(of relative: String) throws(ArtifactError) -> String {
    let (place, objection) = try target(of: relative)
    if let objection { throw objection }
    return place
  }

  /// Where a path below the root really is, and why nothing there can be recorded, if so.
  func target(
    of relative: String
  ) throws(ArtifactError) -> (place: String, objection: ArtifactError?) {
    guard let resolved = Disk.resolved("\(path)/\(relative)") else {
      let failure = Self.failure("read", relative, relative)
      throw failure.kind == .missing ? dangling(relative) ?? failure : failure
    }
    if !Self.isWithin(resolved, path) {
      return (
        resolved,
        ArtifactError(
          .outside, "\(relative) leads out of \(shownPath), to \(resolved)",
          hint: "only what lies in it can be recorded: copy it there", path: relative)
      )
    }
    if isGits(resolved) {
      return (
        resolved,
        ArtifactError(
          .outside, "\(relative) leads into git's own directory, to \(resolved)",
          hint: "nothing in it is anybody's artifact: copy it elsewhere", path: relative)
      )
    }
    return (resolved, nil)
  }

  /// That a path is a link, and that nothing is where it leads; `nil` where it is none.
  private func dangling(_ relative: String) -> ArtifactError? {
    var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = target.withUnsafeMutableBytes { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      return readlink("\(path)/\(relative)", base, buffer.count)
    }
    guard count > 0 else { return nil }
    let place = String(decoding: target[..<count], as: UTF8.self)
    return ArtifactError(
      .missing, "\(relative) is a link to \(place), and nothing is there",
      hint: "remove the link, or bring what it leads to", path: relative)
  }

  /// Whether what lies at a place below the root is git's own.
  func isGits(_ resolved: String) -> Bool {
    guard let git else { return false }
    let parts = resolved.utf8.dropFirst(path.utf8.count).split(separator: UInt8(ascii: "/"))
    return parts.contains { $0.elementsEqual(".git".utf8) }
      || git.contains { Self.isWithin(resolved, $0) }
  }

  private static func isWithin(_ resolved: String, _ directory: String) -> Bool {
    resolved.utf8.elementsEqual(directory.utf8) || resolved.utf8.starts(with: "\(directory)/".utf8)
  }

  private var shownPath: String { path.isEmpty ? "/" : path }

  /// What the last call of the system complained of.
  static func failure(
    _ task: String, _ what: String, _ path: String? = nil, _ kind: ArtifactError.Kind? = nil
  ) -> ArtifactError {
    let code = errno
    let isMissing = [ENOENT, ENOTDIR, ELOOP].contains(code)
    return ArtifactError(
      kind ?? (isMissing ? .missing : .unreadable),
      "cannot \(task) \(what): \(String(cString: strerror(code)))", path: path)
  }
}
