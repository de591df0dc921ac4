package import Release

/// OpenPGP keys of a test's own, in the home directory of its repository.
package final class GnuPG {
  private let test: TestRepository

  package init(_ test: TestRepository) throws {
    self.test = test
    try Files.makeDirectory("\(test.directory)/.gnupg")
    _ = try Program.run(
      "chmod", ["700", "\(test.directory)/.gnupg"], directory: test.directory,
      environment: test.environment)
  }

  // The agent would outlive the directory by a minute.
  deinit {
    _ = try? Program.run(
      "gpgconf", ["--kill", "all"], directory: test.directory, environment: test.environment)
  }

  /// Makes a key without a passphrase and gives its fingerprint.
  ///
  /// - Parameter options: Before the command, such as `--faked-system-time`.
  package func key(_ person: Person, expires: String = "0", _ options: [String] = []) throws
    -> String
  {
    let made = try run(
      options + [
        "--yes", "--status-fd", "1", "--passphrase", "", "--quick-gen-key", person.description,
        "ed25519",
        "sign", expires,
      ])
    guard let line = made.text.split(separator: "\n").first(where: { $0.contains("KEY_CREATED") }),
      let fingerprint = line.split(separator: " ").last
    else { throw TestFailure("gpg made no key: \(made.error)") }
    return String(fingerprint)
  }

  /// A detached, armoured signature.
  package func sign(_ payload: [UInt8], _ options: [String]) throws -> String {
    let result = try run(options + ["--detach-sign", "--armor"], input: payload)
    guard result.status == 0 else { throw TestFailure(result.error) }
    return result.text
  }

  /// Revokes a key by the certificate that gpg put down when it made it.
  package func revoke(_ fingerprint: String) throws {
    let path = "\(test.directory)/.gnupg/openpgp-revocs.d/\(fingerprint).rev"
    guard let bytes = Files.read(path) else { throw TestFailure("no \(path)") }
    // A colon keeps it from being imported by mistake.
    let text = String(decoding: bytes, as: UTF8.self).replacing(":-----BEGIN", with: "-----BEGIN")
    let result = try run(["--import"], input: Array(text.utf8))
    guard result.status == 0 else { throw TestFailure(result.error) }
  }

  @discardableResult
  package func run(_ arguments: [String], input: [UInt8] = []) throws -> Program.Result {
    try Program.run(
      "gpg", ["--batch", "--no-tty"] + arguments, directory: test.directory,
      environment: test.environment, input: input)
  }
}
