import Release
import TestSupport
import Testing

@testable import Deed

/// A repository where only signatures count, and the keys of those who work in it.
struct SignedProject {
  private(set) var test: TestRepository
  /// Fingerprints of Hanako's and Min-su's OpenPGP keys, where they have any.
  private(set) var fingerprints: [String] = []
  private var gpg: GnuPG?

  /// - Parameters:
  ///   - people: Who is in the list of signers, by the names of their keys.
  ///   - list: What stands in the list besides.
  ///   - files: What is committed besides.
  ///   - hasOpenPGP: Whether Hanako and Min-su have OpenPGP keys too, which the list names.
  init(
    _ people: [String: String] = ["hanako": "hanako@example.com", "minsu": "minsu@example.com"],
    list: String = "", policy: String = "signers = \".deed/signers\"",
    files: [String: String] = [:], hasOpenPGP: Bool = false
  ) throws {
    test = try TestRepository()
    for key in ["hanako", "minsu", "mallory"] {
      let made = try Program.run(
        "ssh-keygen",
        ["-q", "-t", "ed25519", "-N", "", "-C", key, "-f", "\(test.directory)/\(key)"],
        directory: test.directory, environment: test.environment)
      try #require(made.status == 0)
    }
    var list = list
    if hasOpenPGP {
      let gpg = try GnuPG(test)
      for person in [TestRepository.hanako, TestRepository.minsu] {
        // The tests' clock begins with 2026.
        let fingerprint = try gpg.key(person, ["--faked-system-time", "20250101T000000"])
        fingerprints.append(fingerprint)
        list += "\(person.email) openpgp4fpr:\(fingerprint)\n"
      }
      self.gpg = gpg
    }
    let own = [
      "deed.toml": "[approvals]\nsigned = true\n\(policy)\n",
      ".deed/signers": try signers(people) + list,
    ]
    try test.commit("feat: begin", files: own.merging(files) { $1 })
  }

  /// The same people and keys in another clone.
  func at(_ clone: TestRepository) -> SignedProject {
    var other = self
    other.test = clone
    return other
  }

  /// Makes the release's tag with plain git, signed with somebody's SSH key.
  func tag(_ key: String) throws {
    try test.git([
      "-c", "gpg.format=ssh", "-c", "user.signingkey=\(test.directory)/\(key)", "tag", "-f", "-s",
      "-m", "one", "v0.1.0",
    ])
  }

  func revokeOpenPGPKey(_ index: Int) throws {
    try #require(gpg).revoke(fingerprints[index])
  }

  /// Gives an OpenPGP key an end, such as `20260601T000000`.
  ///
  /// - Returns: Path of a gpg to which it is another time.
  func endOpenPGPKey(_ index: Int, at end: String, seenFrom time: String) throws -> String {
    let gpg = try #require(gpg)
    let ended = try gpg.run([
      "--faked-system-time", "20250601T000000", "--passphrase", "", "--quick-set-expire",
      fingerprints[index], end,
    ])
    try #require(ended.status == 0, "\(ended.error)")
    let path = "\(test.directory)/gpg-later"
    let made = try Program.run(
      "sh", ["-c", "cat > \"$0\" && chmod +x \"$0\"", path], directory: test.directory,
      environment: test.environment,
      input: Array("#!/bin/sh\nexec gpg --faked-system-time \(time) \"$@\"\n".utf8))
    try #require(made.status == 0)
    return path
  }

  func verify(_ settings: [(String, String)] = []) async -> String {
    let verified = await deed(nil, "verify", "v0.1.0", with: settings)
    // As one line, however it was wrapped.
    return verified.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  func signers(_ people: [String: String]) throws -> String {
    try people.sorted { $0.key < $1.key }.map { key, email in
      "\(email) \(try publicKey(key))"
    }.joined(separator: "\n") + "\n"
  }

  func publicKey(_ key: String) throws -> String {
    let bytes = try #require(Files.read("\(test.directory)/\(key).pub"))
    return String(decoding: bytes.dropLast(), as: UTF8.self)
  }

  /// Runs a command as whoever has this key, which their own git is configured with.
  @discardableResult
  func deed(
    _ key: String?, as person: Person = TestRepository.hanako, _ arguments: String...,
    with settings: [(String, String)] = [], environment: [String: String] = [:]
  ) async -> Ran {
    await deed(key, as: person, arguments, with: settings, environment: environment)
  }

  @discardableResult
  func deed(
    _ key: String?, as person: Person = TestRepository.hanako, _ arguments: [String],
    with settings: [(String, String)] = [], environment own: [String: String] = [:]
  ) async -> Ran {
    let key = key.map {
      [("gpg.format", "ssh"), ("user.signingkey", "\(test.directory)/\($0)")]
    }
    var environment: [String: String?] = own
    let all = (key ?? []) + settings
    environment["GIT_CONFIG_COUNT"] = "\(all.count)"
    for (number, (name, value)) in all.enumerated() {
      environment["GIT_CONFIG_KEY_\(number)"] = name
      environment["GIT_CONFIG_VALUE_\(number)"] = value
    }
    return await test.as(person).deed(arguments, with: environment)
  }

  func signoffs(_ settings: [(String, String)] = []) async -> String {
    let status = await deed(nil, "status", "v0.1.0", with: settings)
    let lines = status.output.split(separator: "\n").drop { !$0.contains("signoffs") }
    return lines.flatMap { $0.split(separator: " ") }.joined(separator: " ") + status.error
  }
}
