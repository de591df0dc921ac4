internal import Glibc

/// The directory under which artifacts lie: no link leads out of it.
package struct ArtifactRoot: Sendable {
  /// Absolute, without links.
  package let path: String

  /// - Parameter path: Of a directory that is there.
  package init(_ path: String) throws(ArtifactError) {
    guard let resolved = Self.resolved(path) else {
      throw Self.failure("look into", path, path)
    }
    var status = stat()
    guard stat(resolved, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw ArtifactError(.missing, "\(path) is no directory")
    }
    self.path = resolved == "/" ? "" : resolved
  }

  /// Where a path below the root really is.
  func place(of relative: String) throws(ArtifactError) -> String {
    guard let resolved = Self.resolved("\(path)/\(relative)") else {
      throw Self.failure("read", relative, relative)
    }
    guard holds(resolved) else {
      throw ArtifactError(
        .outside, "\(relative) leads out of \(shownPath), to \(resolved)",
        hint: "only what lies in it can be recorded: copy it there", path: relative)
    }
    return resolved
  }

  func holds(_ resolved: String) -> Bool {
    resolved.utf8.elementsEqual(path.utf8) || resolved.utf8.starts(with: "\(path)/".utf8)
  }

  private var shownPath: String { path.isEmpty ? "/" : path }

  /// `path` without links and dots; `nil` where it leads nowhere.
  private static func resolved(_ path: String) -> String? {
    guard let buffer = realpath(path, nil) else { return nil }
    defer { free(buffer) }
    return String(cString: buffer)
  }

  /// What the last call of the system complained of.
  static func failure(
    _ task: String, _ what: String, _ path: String? = nil, _ kind: ArtifactError.Kind? = nil
  ) -> ArtifactError {
    let code = errno
    let isMissing = code == ENOENT || code == ENOTDIR
    return ArtifactError(
      kind ?? (isMissing ? .missing : .unreadable),
      "cannot \(task) \(what): \(String(cString: strerror(code)))", path: path)
  }
}
