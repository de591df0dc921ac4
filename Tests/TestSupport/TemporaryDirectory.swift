internal import Glibc

/// An empty directory that goes, with all that is in it, when its owner goes.
package struct TemporaryDirectory: ~Copyable {
  package let path: String

  package init() throws {
    var template = Array("/tmp/deed-test-XXXXXX".utf8CString)
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
