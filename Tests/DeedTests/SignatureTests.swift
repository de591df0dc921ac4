import Release
import TestSupport
import Testing

@testable import Deed

/// A repository where only signatures count, and the keys of those who work in it.
struct SignedProject {
  let test: TestRepository
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
        let fingerprint = try gpg.key(person)
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

  /// Makes the release's tag with plain git, signed with somebody's SSH key.
  func tag(_ key: String) throws {
    try test.git([
      "-c", "gpg.format=ssh", "-c", "user.signingkey=\(test.directory)/\(key)", "tag", "-f", "-s",
      "-m", "one", "v0.1.0",
    ])
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

@Suite struct SignatureTests {
  @Test func `a server counts what is signed, by the list in what is pushed`() async throws {
    let project = try SignedProject(
      policy:
        "signers = \".deed/signers\"\n[tags]\nrequire = [\"production\"]\nsign = \"always\"")
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
    // The tag, too.
    for key in [nil, "mallory"] {
      if let key { try project.tag(key) }
      let refused = try test.run(all)
      let why = key == nil ? "the tag is not signed" : "is no key of theirs"
      #expect(refused.status != 0 && refused.error.contains(why), "\(refused.error)")
    }
    try project.tag("hanako")
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

  @Test func `verify says by whom a tag is signed, and what is wrong with its signature`()
    async throws
  {
    let project = try SignedProject(
      list: "", policy: "signers = \".deed/signers\"\n[tags]\nsign = \"always\"")
    let test = project.test
    await project.deed("hanako", "approve", "v0.1.0", "-q")
    await project.deed("minsu", as: TestRepository.minsu, "approve", "v0.1.0", "-q")
    #expect(await project.deed("hanako", "cut", "v0.1.0").code == 0)
    let good = await project.verify()
    #expect(
      good.contains(
        "the tag is signed by Hanako Sato <hanako@example.com>, with SHA256:"))
    #expect(good.contains("consistent"))
    // The tag's record is signed with it.
    #expect(try test.records("deployments").allSatisfy { $0.contains("\"signature\":") })
    let directory = test.directory
    try Files.write(try project.publicKey("hanako") + "\n", to: "\(directory)/revoked")
    let revoked = await project.verify([("gpg.ssh.revocationFile", "\(directory)/revoked")])
    #expect(revoked.contains("✗ the tag: its key is revoked"))
    try project.tag("minsu")
    #expect(await project.verify().contains("and signed by minsu@example.com, with SHA256:"))
    try project.tag("mallory")
    #expect(await project.verify().contains("✗ the tag: its signature is not one of hanako@"))
    // Other words under the same signature.
    try project.tag("hanako")
    let content = try test.git("cat-file", "tag", "v0.1.0")
    let forged = content.replacing("\none\n", with: "\ntwo\n") + "\n"
    let object = try test.git(
      ["hash-object", "-t", "tag", "-w", "--stdin"], input: Array(forged.utf8))
    try test.git("update-ref", "refs/tags/v0.1.0", object)
    #expect(await project.verify().contains("✗ the tag: its signature is not over what it says"))
    // A signature for something else.
    let elsewhere = try Program.run(
      "ssh-keygen", ["-q", "-Y", "sign", "-n", "deed", "-f", "hanako"],
      directory: directory, environment: test.environment,
      input: Array(content.prefix(while: { $0 != "-" }).utf8))
    let start = try #require(content.firstRange(of: "-----BEGIN"))
    let moved = content[..<start.lowerBound] + elsewhere.text
    let other = try test.git(
      ["hash-object", "-t", "tag", "-w", "--stdin"], input: Array(moved.utf8))
    try test.git("update-ref", "refs/tags/v0.1.0", other)
    #expect(await project.verify().contains("✗ the tag: its signature is for something else"))
    try test.git("tag", "-f", "-a", "-m", "one", "v0.1.0")
    #expect(await project.verify().contains("✗ the tag is not signed, and deed.toml wants it"))
  }

  @Test func `a release does not do without the signature that the one before had to have`()
    async throws
  {
    let project = try SignedProject(
      policy: "signers = \".deed/signers\"\n[tags]\nsign = \"always\"")
    let test = project.test
    func approve(_ version: String) async {
      await project.deed("hanako", "approve", version, "-q")
      await project.deed("minsu", as: TestRepository.minsu, "approve", version, "-q")
    }
    await approve("v0.1.0")
    #expect(await project.deed("hanako", "cut", "v0.1.0").code == 0)
    try test.commit(
      "feat: more", files: ["deed.toml": "[approvals]\nsigned = true\n[tags]\nsign = \"never\"\n"])
    await approve("v0.2.0")
    for command in [["cut", "v0.2.0", "--no-sign"], ["go", "v0.2.0", "--no-sign"]] {
      let refused = await project.deed("hanako", command)
      #expect(
        refused.code == 1 && refused.error.contains("deed.toml of v0.1.0 wants"),
        "\(refused.error)")
      #expect(refused.error.contains("leave out --no-sign"))
    }
    for command in [["cut", "v0.2.0"], ["go", "v0.2.0"]] {
      let bare = await project.deed(nil, command)
      #expect(bare.code == 2 && bare.error.contains("hint: "), "\(bare.error)")
    }
    #expect(try test.git("tag", "--list") == "v0.1.0")
    #expect(await project.deed("hanako", "go", "v0.2.0", "-q").code == 0)
    #expect(try test.records("signoffs").allSatisfy { $0.contains("\"signature\":") })
    let cut = await project.deed("hanako", "cut", "v0.2.0")
    #expect(cut.code == 0 && cut.output.contains(", signed"), "\(cut.error)")
    // Plain git makes one without: verify, and with it a server, says no.
    try test.git("tag", "-f", "-a", "-m", "two", "v0.2.0")
    let verified = await project.deed(nil, "verify", "v0.2.0")
    #expect(verified.output.contains("not signed, and deed.toml of v0.1.0 wants it"))
  }

  @Test func `OpenPGP signs records and tags, by the fingerprints in the list`() async throws {
    let project = try SignedProject([:], hasOpenPGP: true)
    func openPGP(_ index: Int) -> [(String, String)] {
      [("gpg.format", "openpgp"), ("user.signingkey", project.fingerprints[index])]
    }
    let first = await project.deed(nil, "approve", "v0.1.0", "-q", with: openPGP(0))
    #expect(first.code == 0, "\(first.error)")
    // In another's name.
    await project.deed(
      nil, as: TestRepository.minsu, "approve", "v0.1.0", "-q", with: openPGP(0))
    #expect(await project.signoffs().contains("1 of 2"))
    let second = await project.deed(
      nil, as: TestRepository.minsu, "approve", "v0.1.0", "-q", with: openPGP(1))
    #expect(second.output.contains("met: 2 of 2, signed"))
    #expect(await project.deed(nil, "cut", "v0.1.0", "--sign", with: openPGP(0)).code == 0)
    let verified = await project.verify()
    #expect(
      verified.contains("the tag is signed by Hanako Sato <hanako@example.com>, with openpgp4"))
    #expect(verified.contains("who signed is proven by their keys"))
    #expect(try project.test.run(["verify-tag", "v0.1.0"]).status == 0)
    // A key that the list names and gpg does not have leaves it open.
    let elsewhere = await project.deed(
      nil, "verify", "v0.1.0", "--format", "json", environment: ["GNUPGHOME": "/nonexistent"])
    #expect(elsewhere.code == 2)
    #expect(elsewhere.output.contains("\"severity\" : \"warning\""))
    #expect(elsewhere.output.contains("is not in gpg's keyring"))
  }

  @Test func `every kind of record is signed by whoever has a key, and a bad signature is named`()
    async throws
  {
    let project = try SignedProject(
      policy: """
        signers = ".deed/signers"
        [checklists]
        list = "list.md"
        [environments.production]
        checklists = ["list"]
        checks = ["checkout"]
        [checks.checkout]
        """, files: ["list.md": "- [ ] One\n- [ ] Two\n", "app.bin": "app"])
    let test = project.test
    let words: [[String]] = [
      ["tick", "v0.1.0", "One", "--pass"], ["waive", "v0.1.0", "Two", "-m", "later"],
      ["check", "v0.1.0"], ["artifacts", "record", "v0.1.0", "app.bin"],
      ["approve", "v0.1.0"], ["no-go", "v0.1.0", "-m", "no"], ["deploy", "v0.1.0", "--started"],
    ]
    for arguments in words {
      let ran = await project.deed("hanako", arguments)
      #expect(ran.code == 0, "\(arguments) \(ran.error)")
    }
    let ledgers = ["checks", "checklists", "signoffs", "deployments"]
    for ledger in ledgers {
      let records = try test.records(ledger)
      #expect(!records.isEmpty && records.allSatisfy { $0.contains("\"signature\":") }, "\(ledger)")
    }
    // Who has no key records facts all the same, and says so if they want to.
    #expect(await project.deed(nil, "tick", "v0.1.0", "One", "--pass").code == 0)
    #expect(await project.deed("hanako", "tick", "v0.1.0", "One", "--pass", "--no-sign").code == 0)
    #expect(await project.deed(nil, "tick", "v0.1.0", "One", "--pass", "--sign").code == 2)
    #expect(await project.deed(nil, "cut", "v0.1.0", "--no-sign").code == 1)
    try test.git("tag", "-a", "-m", "one", "v0.1.0")
    #expect(await !project.verify().contains("its signature is not"))
    // A second signature on each, which is none: the record keeps the good one, and verify tells.
    for ledger in ledgers {
      for line in try test.records(ledger) {
        let forged = line.replacing("\\nU1NIU0lH", with: "\\nU1NIU0lI")
        guard forged != line else { continue }
        try test.git(["notes", "--ref", "deed/\(ledger)", "append", "-m", forged])
      }
    }
    let verified = await project.verify()
    for kind in ["result", "waiver", "check", "manifest", "signoff", "decision", "deployment"] {
      #expect(
        verified.contains(
          "the \(kind) of Hanako Sato, 2026-01-01 00:00 UTC: its signature is none"),
        "\(kind)")
    }
  }
}
