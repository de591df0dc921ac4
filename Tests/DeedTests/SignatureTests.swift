import Release
import TestSupport
import Testing

@testable import Deed

/// What signatures on records prove, and of whom.
@Suite struct SignatureTests {
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
    let verified = await project.deed(nil, "verify", "v0.1.0", "--format", "json")
    #expect(verified.output.contains("\"signature-not-good\""), "\(verified.output)")
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

  @Test func `whoever looks at a release runs nothing that its repository brings`() async throws {
    let project = try SignedProject(files: [".gitattributes": "* filter=evil diff=evil\n"])
    let test = project.test
    for (key, person) in [("hanako", TestRepository.hanako), ("minsu", TestRepository.minsu)] {
      await project.deed(key, as: person, "approve", "v0.1.0", "-q")
    }
    #expect(await project.deed("hanako", "cut", "v0.1.0", "--sign", "-q").code == 0)
    let evil = "\(test.directory)/evil"
    try Files.write("#!/bin/sh\ntouch '\(evil).ran'\nexit 1\n", to: evil)
    Files.setMode(0o755, of: evil)
    for hook in ["reference-transaction", "post-index-change", "post-checkout", "pre-push"] {
      try test.git("config", "core.hooksPath", "\(test.directory)/hooks")
      try Files.write("#!/bin/sh\ntouch '\(evil).ran'\n", to: "\(test.directory)/hooks/\(hook)")
      Files.setMode(0o755, of: "\(test.directory)/hooks/\(hook)")
    }
    try Files.write("[gpg \"ssh\"]\n\tprogram = \(evil)\n", to: "\(test.directory)/included")
    for (key, value) in [
      ("include.path", "\(test.directory)/included"), ("filter.evil.required", "true"),
    ] { try test.git("config", key, value) }
    for key in [
      "gpg.program", "gpg.openpgp.program", "gpg.ssh.defaultKeyCommand", "core.fsmonitor",
      "core.sshCommand", "core.pager", "core.editor", "core.askPass", "credential.helper",
      "diff.external", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge",
      "filter.evil.process",
    ] { try test.git("config", key, evil) }
    for command in [
      ["verify", "v0.1.0"], ["verify", "--all"], ["status", "v0.1.0"], ["show", "v0.1.0"],
      ["notes", "v0.1.0"], ["doctor", "--objects"],
    ] {
      let ran = await project.deed(nil, command)
      #expect(ran.code == 0, "\(command) \(ran.output) \(ran.error)")
      #expect(Files.read("\(evil).ran") == nil, "\(command)")
    }
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
    // Nor does one that is dated back to when the key was good.
    let old = try Record(
      at: Timestamp(seconds: 1_720_000_000), by: TestRepository.hanako,
      commit: try project.test.id("HEAD"), release: ReleaseVersion(parsing: "v0.1.0", prefix: "v"),
      environment: "production",
      body: .signoff(Record.Signoff(decision: .approve, role: nil, comment: nil, covers: .init())),
      replaces: [])
    let made = try Program.run(
      "ssh-keygen", ["-q", "-Y", "sign", "-n", "deed", "-f", "hanako"],
      directory: project.test.directory, environment: project.test.environment, input: old.payload)
    let signed = try old.signed(Record.Signature(format: "ssh", value: made.text))
    try project.test.git(
      ["notes", "--ref", "deed/signoffs", "append", "-F", "-"], input: signed.line + [10])
    #expect(await project.signoffs().contains("1 of 2"))
    #expect(try project.test.records("signoffs").count == 3)
    let directory = project.test.directory
    try Files.write(try project.publicKey("minsu") + "\n", to: "\(directory)/revoked")
    let revoked = [("gpg.ssh.revocationFile", "\(directory)/revoked")]
    #expect(await project.signoffs(revoked).contains("0 of 2"))
    // A list of revoked keys that is gone revokes who knows what.
    let gone = await project.signoffs([("gpg.ssh.revocationFile", "\(directory)/gone")])
    #expect(gone.contains("the list of revoked keys"))
  }

  @Test(arguments: [false, true], [false, true])
  func `whoever's key was revoked is told the way on`(
    _ hasAnother: Bool, _ isThatRevoked: Bool
  ) async throws {
    var people = ["hanako": "hanako@example.com"]
    if hasAnother { people["mallory"] = "hanako@example.com" }
    let project = try SignedProject(people, policy: "required = 1\nsigners = \".deed/signers\"")
    let path = "\(project.test.directory)/revoked"
    let also = isThatRevoked ? try project.publicKey("mallory") + "\n" : ""
    try Files.write(try project.publicKey("hanako") + "\n" + also, to: path)
    let revoked = [("gpg.ssh.revocationFile", path)]
    let approved = await project.deed("hanako", "approve", "v0.1.0", "-q", with: revoked)
    #expect(approved.code == 1, "\(approved.output)")
    let said = approved.error.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    // Nobody is sent to sign with a key of which it is not known whether it is good.
    let other =
      hasAnother
      ? "another of your keys in the list of signers that is good signs anew; where there is none, "
      : ""
    let way =
      "\(other)a new key of yours counts from the release after the one whose list of signers names "
      + "it, and others sign until then"
    #expect(said.contains("does not count: its key is revoked hint: \(way)"), "\(said)")
    #expect(said.ranges(of: "until then").count == 1, "\(said)")
    let status = await project.signoffs(revoked)
    #expect(status.contains("(its key is revoked)"), "\(status)")
    #expect(
      status.contains("# by somebody else than Hanako Sato, whose key is revoked"), "\(status)")
    guard hasAnother, !isThatRevoked else { return }
    let again = await project.deed("mallory", "approve", "v0.1.0", "-q", with: revoked)
    #expect(again.code == 0 && again.output.contains("met: 1 of 1"), "\(again.output)")
  }

  @Test func `JSON says of a decision whether a key proves it, as the text does`() async throws {
    let project = try SignedProject()
    for (key, isProven) in [("mallory", false), ("hanako", true)] {
      #expect(await project.deed(key, "no-go", "v0.1.0", "-m", "no", "-q").code == 0)
      let json = await project.deed(nil, "status", "v0.1.0", "--format", "json").output
      #expect(json.contains("\"signed\" : \(isProven)"), "\(json)")
      #expect(json.contains("\"claim\" : ") != isProven, "\(json)")
      let text = await project.deed(nil, "status", "v0.1.0").output
      #expect(text.contains("; signed") == isProven, "\(text)")
    }
  }

  @Test(arguments: ["nonsense\n", "SSHKRL\n\u{0}cut short"])
  func `a list of revoked keys that nobody can read revokes nothing, and nothing is proven`(
    _ list: String
  ) async throws {
    let project = try SignedProject()
    for (key, person) in [("hanako", TestRepository.hanako), ("minsu", TestRepository.minsu)] {
      await project.deed(key, as: person, "approve", "v0.1.0", "-q")
    }
    #expect(await project.deed("hanako", "cut", "v0.1.0", "--sign", "-q").code == 0)
    let path = "\(project.test.directory)/revoked"
    let revoked = [("gpg.ssh.revocationFile", path)]
    try Files.write(list, to: path)
    let verified = await project.deed(nil, "verify", "v0.1.0", with: revoked)
    #expect(verified.code == 2, "\(verified.output)")
    let said = verified.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(said.contains("the list of revoked keys \(path)"), "\(said)")
    #expect(!said.contains("its key is revoked"))
    // One that is read to its end, with nobody of theirs in it, takes nothing away.
    try Files.write(try project.publicKey("mallory") + "\n", to: path)
    #expect(await project.deed(nil, "verify", "v0.1.0", with: revoked).code == 0)
    try Files.write("", to: path)
    #expect(await project.deed(nil, "verify", "v0.1.0", with: revoked).code == 0)
  }

  @Test func `an approval that does not count is no tick, and what is not proven is counted`()
    async throws
  {
    let project = try SignedProject(policy: "required = 1\nsigners = \".deed/signers\"")
    await project.deed("hanako", "approve", "v0.1.0", "-q")
    let mallory = Person(name: "Mallory", email: "mallory@example.com")
    await project.deed("mallory", as: mallory, "approve", "v0.1.0", "-q")
    #expect(await project.deed("hanako", "cut", "v0.1.0", "--sign", "-q").code == 0)
    let verified = await project.deed(nil, "verify", "v0.1.0")
    #expect(verified.output.contains("  ✓ production: Hanako Sato"), "\(verified.output)")
    #expect(verified.output.contains("  · production: Mallory"), "\(verified.output)")
    let end = verified.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(end.hasSuffix("of 2 approvals 1 proven, 1 not"), "\(verified.output)")
    let json = await project.deed(nil, "verify", "--all", "--format", "json")
    #expect(json.output.contains("\"proven\" : true"))
    #expect(json.output.contains("\"unproven\" : 1"))
    #expect(json.output.contains("\"signoff-not-counted\""))
  }

  @Test func `a pattern in the list lets one key speak for nobody`() async throws {
    let project = try SignedProject(["hanako": "*@example.com"])
    await project.deed("hanako", "approve", "v0.1.0", "-q")
    await project.deed("hanako", as: TestRepository.minsu, "approve", "v0.1.0", "-q")
    #expect(await project.signoffs().contains("0 of 2"))
    let cut = await project.deed(nil, "cut", "v0.1.0", "--no-sign")
    #expect(cut.code == 1 && cut.error.contains(".deed/signers has keys of 0: "), "\(cut.error)")
    let verified = await project.deed(nil, "verify", "v0.1.0")
    #expect(verified.output.contains("line 1: patterns and quotes name nobody"))
  }

  @Test func `a release whose list would let nobody approve the next is not cut`() async throws {
    let project = try SignedProject()
    await project.deed("hanako", "approve", "v0.1.0", "-q")
    await project.deed("minsu", as: TestRepository.minsu, "approve", "v0.1.0", "-q")
    #expect(await project.deed(nil, "cut", "v0.1.0", "--no-sign").code == 0)
    let test = project.test
    let list = try test.git("show", "HEAD:.deed/signers").split(separator: "\n")
    func cut() async -> Ran { await project.deed(nil, "cut", "v0.1.1", "--no-sign", "--dry-run") }
    let danger = ": no release after v0.1.1 could be approved\n"
    for (content, why) in [
      (String(list[0]) + "\n", "wants 2 signed approvals, and .deed/signers has keys of 1"),
      ("# nobody\n", "wants 2 signed approvals, and .deed/signers has keys of 0"),
    ] {
      try test.commit("fix: the list", files: [".deed/signers": content])
      let ran = await cut()
      #expect(ran.code == 1 && ran.error.contains(why + danger), "\(ran.error)")
    }
    try test.git("rm", "-q", ".deed/signers")
    try test.git("commit", "-q", "-m", "fix: no list")
    let gone = await cut()
    #expect(gone.code == 1 && gone.error.contains(danger), "\(gone.error)")
    try test.commit(
      "fix: it is back", files: [".deed/signers": list.joined(separator: "\n") + "\n"])
    #expect(await cut().code == 0)
  }

  @Test func `a copied, altered or foreign signature is none`() async throws {
    let project = try SignedProject()
    await project.deed("hanako", "approve", "v0.1.0", "-q")
    let test = project.test
    let line = try #require(try test.records("signoffs").first)
    // The same signature under other words: another id, and no signature of that.
    let forged = line.replacing("\"hanako@example.com\"", with: "\"minsu@example.com\"")
    try test.git(["notes", "--ref", "deed/signoffs", "append", "-m", forged])
    #expect(await project.signoffs().contains("1 of 2"))
    #expect(await project.verify().contains("of Kim Min-su") == false)
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
          "the \(kind) that says it is by Hanako Sato <hanako@example.com>, 2026-01-01 00:00 UTC: "
            + "its signature is none"), "\(kind)")
    }
  }
}
