internal import Glibc

/// An empty directory that goes, with all that is in it, when its owner goes.
package struct TemporaryDirectory: ~Copyable {
  package let path: String

  /// In memory where there is room and programs may be run: every record that is written waits for
  /// the disk, and a test suite writes thousands.
  private static let parent: String = {
    let memory = "/dev/shm"
    var status = statvfs()
    let (readOnly, noPrograms) = (UInt(1), UInt(8))
    let isFit =
      statvfs(memory, &status) == 0 && status.f_bavail * status.f_frsize >= 1 << 30
      && status.f_flag & (readOnly | noPrograms) == 0
      && access(memory, W_OK | X_OK) == 0
    return isFit ? memory : "/tmp"
  }()

  package init() throws {
    // As long in either place: what is wrapped on the screen must not depend on it.
    let name = Self.parent == "/tmp" ? "deed-test-dir-XXXXXX" : "deed-test-XXXXXX"
    var template = Array("\(Self.parent)/\(name)".utf8CString)
    guard mkdtemp(&template) != nil, let real = realpath(template, nil) else {
      throw TestFailure("cannot make a temporary directory")
    }
    defer { free(real) }
    path = String(cString: real)
  }

  deinit {
    // The directory may hold files that a test has made unwritable, or given away.
    _ = try? Program.run("/bin/rm", ["-rf", path], directory: "/", environment: [:])
  }
}

/// What a test needed and did not get.
package struct TestFailure: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }
}
