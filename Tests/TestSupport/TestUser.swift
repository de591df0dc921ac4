internal import Glibc

/// The user that runs the tests.
package enum TestUser {
  package static var isRoot: Bool { geteuid() == 0 }

  /// Gives a directory and all that is in it to another user.
  package static func give(_ path: String, to user: UInt32) throws {
    let result = try Program.run(
      "/bin/chown", ["-R", "\(user)", path], directory: "/", environment: [:])
    guard result.status == 0 else { throw TestFailure(result.error) }
  }
}
