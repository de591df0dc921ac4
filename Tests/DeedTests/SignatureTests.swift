import Release
import TestSupport
import Testing

@testable import Deed

/// A repository where only signatures count, and the keys of those who work in it.
private struct SignedProject {
  let test: TestRepository

  /// - Parameters:
  ///   - people: Who is in the list of signers, by the names of their keys.
  ///   - list: What stands in the list besides.
  init(
    _ people: [String: String] = ["hanako": "hanako@example.com", "minsu": "minsu@example.com"],
    list: String = "", policy: String = "signers = \".deed/signers\""
  ) throws {
    test = try TestRepository()
    for key in ["hanako", "minsu", "mallory"] {
      let made = try Program.run(
        "ssh-keygen",
        ["-q", "-t", "ed25519", "-N", "", "-C", key, "-f", "\(test.directory)/\(key)"],
        directory: test.directory, environment: test.environment)
      try #require(made.status == 0)
    }
    try test.commit(
      "feat: begin",
      files: [
        "deed.toml": "[approvals]\nsigned = true\n\(policy)\n",
        ".deed/signers": try signers(people) + list,
      ])
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
    with settings: [(String, String)] = []
  ) async -> Ran {
    let key = key.map {
      [("gpg.format", "ssh"), ("user.signingkey", "\(test.directory)/\($0)")]
    }
    var environment: [String: String?] = [:]
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

@Suite struct SignatureTests {
  @Test func `a server counts what is signed, by the list in what is pushed`() async throws {
    let project = try SignedProject(
      policy: "signers = \".deed/signers\"\n[tags]\nrequire = [\"production\"]")
    let test = project.test
    let server = try test.bare()
    let installed = try Program.run(
      try Program.built("deed"), ["hook", "install"], directory: server.path,
      environment: server.environment)
    try #require(installed.status == 0)
    #expect(await project.deed("hanako", "approve", "v0.1.0", "-q").code == 0)
    // Min-su's words, in somebody else's hand.
    let forged = await project.deed("mallory", as: TestRepository.minsu, "approve", "v0.1.0", "-q")
    #expect(forged.code == 0)
    try test.git("tag", "-a", "-m", "one", "v0.1.0")
    let all = ["push", "--atomic", "origin", "v0.1.0", "refs/notes/deed/signoffs"]
    let refused = try test.run(all)
    #expect(refused.status != 0 && refused.error.contains("signoffs 1 of 2"), "\(refused.error)")
    #expect(try server.git("for-each-ref", "refs/notes", "refs/tags").isEmpty)
    let good = await project.deed("minsu", as: TestRepository.minsu, "approve", "v0.1.0", "-q")
    #expect(good.code == 0)
    try test.git(all)
  }

  @Test func `two signed approvals make a release whose names are proven`() async throws {
    let project = try SignedProject()
    let bare = await project.deed(nil, "approve", "v0.1.0", "-q")
    #expect(bare.code == 2 && bare.error.contains("error: "))
    #expect(try project.test.records("signoffs").isEmpty)
    #expect(await project.deed("hanako", "approve", "v0.1.0", "-q").code == 0)
    #expect(await project.signoffs().contains("1 of 2"))
    let second = await project.deed("minsu", as: TestRepository.minsu, "approve", "v0.1.0", "-q")
    #expect(second.code == 0 && second.output.contains("met: 2 of 2, signed"))
    let status = await project.deed(nil, "status", "v0.1.0")
    #expect(status.output.contains("approved, 2026-01-01 00:00 UTC, signed"))
    #expect(!status.output.contains("names not proven"))
    #expect(await project.deed("hanako", "cut", "v0.1.0", "--no-sign").code == 0)
    let verified = await project.deed(nil, "verify", "v0.1.0")
    #expect(verified.code == 0)
    #expect(verified.output.contains("who signed is proven by their keys"))
    #expect(verified.output.contains(", signed with SHA256:"))
    #expect(verified.output.contains("said by this release itself"))
    let json = await project.deed(nil, "verify", "v0.1.0", "--format", "json")
    #expect(json.output.contains("\"proven\" : true"))
    #expect(try project.test.records("signoffs").allSatisfy { $0.contains("\"signature\":") })
  }

  @Test func `a name without its key counts for nothing`() async throws {
    let project = try SignedProject()
    await project.deed("hanako", "approve", "v0.1.0", "-q")
    // In another's name: without a signature, and with a key of one's own.
    await project.deed("mallory", as: TestRepository.minsu, "approve", "v0.1.0", "-q", "--no-sign")
    #expect(await project.signoffs().contains("Kim Min-su does not count: not signed"))
    await project.deed("mallory", as: TestRepository.minsu, "approve", "v0.1.0", "-q")
    #expect(await project.signoffs().contains("1 of 2"))
    let mallory = Person(name: "Mallory", email: "mallory@example.com")
    await project.deed("mallory", as: mallory, "approve", "v0.1.0", "-q")
    #expect(await project.signoffs().contains("1 of 2"))
    // Taking back another's word takes their key.
    await project.deed("mallory", "withdraw", "v0.1.0", "-q")
    #expect(await project.signoffs().contains("1 of 2"))
    await project.deed("hanako", "withdraw", "v0.1.0", "-q")
    #expect(await project.signoffs().contains("0 of 2"))
  }

  @Test func `a release lets in no signers of its own`() async throws {
    let project = try SignedProject()
    await project.deed("hanako", "approve", "v0.1.0", "-q")
    await project.deed("minsu", as: TestRepository.minsu, "approve", "v0.1.0", "-q")
    #expect(await project.deed(nil, "cut", "v0.1.0", "--no-sign").code == 0)
    let mallory = Person(name: "Mallory", email: "mallory@example.com")
    try project.test.commit(
      "feat: more",
      files: [
        ".deed/signers": try project.signers([
          "hanako": "hanako@example.com", "mallory": "mallory@example.com",
        ])
      ])
    await project.deed("mallory", as: mallory, "approve", "v0.2.0", "-q")
    let first = await project.deed("hanako", "approve", "v0.2.0", "-q")
    #expect(first.output.contains("1 of 2"))
    // Whom the release before knew counts, although this one takes them off the list.
    let second = await project.deed("minsu", as: TestRepository.minsu, "approve", "v0.2.0", "-q")
    #expect(second.output.contains("met: 2 of 2, signed"))
    #expect(!second.output.contains("by this release itself"))
  }

  @Test func `what the repository configures is never believed`() async throws {
    let project = try SignedProject(policy: "")
    let test = project.test
    let evil = "\(test.directory)/evil"
    try Files.write("#!/bin/sh\ntouch \(evil).ran\necho 'Good with key SHA256:x'\n", to: evil)
    _ = try Program.run(
      "chmod", ["+x", evil], directory: test.directory, environment: test.environment)
    await project.deed("hanako", "approve", "v0.1.0", "-q")
    try test.git("config", "gpg.ssh.allowedSignersFile", "\(test.path)/.deed/signers")
    try test.git("config", "gpg.ssh.program", evil)
    #expect(await project.signoffs().contains("nobody says whose keys are whose"))
    let list = [("gpg.ssh.allowedSignersFile", "\(test.path)/.deed/signers")]
    #expect(await project.signoffs(list).contains("1 of 2"))
    #expect(Files.read("\(evil).ran") == nil)
  }

  @Test func `expired and revoked keys prove nothing, whatever date a record claims`() async throws
  {
    let project = try SignedProject(
      ["minsu": "minsu@example.com"],
      list: "hanako@example.com valid-before=\"20250101\" ssh-ed25519 AAAA\n")
    let key = try project.publicKey("hanako")
    try project.test.commit(
      "fix: the list",
      files: [
        ".deed/signers": try project.signers(["minsu": "minsu@example.com"])
          + "hanako@example.com valid-before=\"20250101\" \(key)\n"
      ])
    await project.deed("hanako", "approve", "v0.1.0", "-q")
    await project.deed("minsu", as: TestRepository.minsu, "approve", "v0.1.0", "-q")
    #expect(await project.signoffs().contains("1 of 2"))
    let directory = project.test.directory
    try Files.write(try project.publicKey("minsu") + "\n", to: "\(directory)/revoked")
    let revoked = [("gpg.ssh.revocationFile", "\(directory)/revoked")]
    #expect(await project.signoffs(revoked).contains("0 of 2"))
    // A list of revoked keys that is gone revokes who knows what.
    let gone = await project.signoffs([("gpg.ssh.revocationFile", "\(directory)/gone")])
    #expect(gone.contains("the list of revoked keys"))
  }

  @Test func `a pattern in the list lets one key speak for nobody`() async throws {
    let project = try SignedProject(["hanako": "*@example.com"])
    await project.deed("hanako", "approve", "v0.1.0", "-q")
    await project.deed("hanako", as: TestRepository.minsu, "approve", "v0.1.0", "-q")
    #expect(await project.signoffs().contains("0 of 2"))
    let cut = await project.deed(nil, "cut", "v0.1.0", "--no-sign")
    #expect(cut.code == 0)
    let verified = await project.deed(nil, "verify", "v0.1.0")
    #expect(verified.output.contains("line 1: patterns and quotes name nobody"))
  }

  @Test func `a copied, altered or foreign signature is none`() async throws {
    let project = try SignedProject()
    await project.deed("hanako", "approve", "v0.1.0", "-q")
    let test = project.test
    let line = try #require(try test.records("signoffs").first)
    // The same signature under other words: another id, and no signature of that.
    let forged = line.replacing("\"hanako@example.com\"", with: "\"minsu@example.com\"")
    try test.git(["notes", "--ref", "deed/signoffs", "append", "-m", forged])
    let answer = await project.signoffs()
    #expect(answer.contains("1 of 2") || answer.contains("0 of 2"))
    #expect(!answer.contains("2 of 2"))
  }
}
