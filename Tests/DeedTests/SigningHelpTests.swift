import Release
import TestSupport
import Testing

@testable import Deed

/// What helps somebody whose signature is wanted and does not count yet, or of whose nobody can tell.
@Suite struct SigningHelpTests {
  private func words(_ ran: Ran) -> String {
    (ran.output + " " + ran.error).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A project, and Hanako's key where ssh looks for keys.
  private func project() throws -> (SignedProject, home: String) {
    let project = try SignedProject(policy: "required = 1\nsigners = \".deed/signers\"")
    let home = "\(project.test.directory)/home"
    try TestSupport.Files.makeDirectory(home)
    try TestSupport.Files.makeDirectory("\(home)/.ssh")
    try TestSupport.Files.write(
      try project.publicKey("hanako") + "\n", to: "\(home)/.ssh/work.pub")
    return (project, home)
  }

  private let setUp = "git config user.signingkey ~/.ssh/work.pub"

  @Test func `whoever set up nothing is told the commands that do`() async throws {
    let (project, home) = try project()
    let own = ["HOME": home, "GNUPGHOME": home]
    let ran = await project.deed(nil, "approve", "v0.1.0", "-q", environment: own)
    #expect(ran.code == 2, "\(ran.error)")
    #expect(ran.error.hasSuffix("\nhint: git config gpg.format ssh && \(setUp)\n"), "\(ran.error)")
    let decided = await project.deed(
      nil, "no-go", "v0.1.0", "-m", "no", "--sign", "-q", environment: own)
    #expect(decided.error.hasSuffix("\nhint: git config gpg.format ssh && \(setUp)\n"))
    let gone = await project.deed("gone", "approve", "v0.1.0", "-q", environment: own)
    #expect(gone.code == 2 && gone.error.contains(" could not sign: there is no key at /"))
    #expect(gone.error.hasSuffix("/gone, which user.signingkey names\nhint: \(setUp)\n"))
    #expect(try project.test.records("signoffs").isEmpty)
  }

  @Test func `an approval that does not count names what mends it, by the reason`() async throws {
    let (project, home) = try project()
    func hint(_ key: String, as person: Person, _ more: String...) async -> String {
      let ran = await project.deed(
        key, as: person, ["approve", "v0.1.0", "-q"] + more, with: [], environment: ["HOME": home])
      #expect(ran.code == 1, "\(ran.error)")
      return ran.error.split(separator: "\n").last.map(String.init) ?? ""
    }
    let hanako = TestRepository.hanako
    #expect(await hint("hanako", as: hanako, "--no-sign") == "hint: deed approve v0.1.0")
    #expect(await hint("mallory", as: hanako) == "hint: \(setUp) && deed approve v0.1.0")
    let other = Person(name: "Hanako", email: "hanako@home.example")
    // That the key is somebody else's is said by the list of this very release alone.
    #expect(await hint("hanako", as: other).hasPrefix("hint: printf "))
    let added = await hint("mallory", as: Person(name: "Mallory", email: "mallory@example.com"))
    #expect(added == "hint: \(try addition(project, "mallory")) >> .deed/signers   # and commit it")
  }

  /// What adds a line to a list with somebody's very key.
  private func addition(_ project: SignedProject, _ key: String) throws -> String {
    let line = try project.publicKey(key).split(separator: " ").prefix(2).joined(separator: " ")
    return #"printf '\n%s\n' 'mallory@example.com "# + "\(line)'"
  }

  @Test func `the line for the list has the key that signed, or that git would sign with`()
    async throws
  {
    let (project, home) = try project()
    let mallory = Person(name: "Mallory", email: "mallory@example.com")
    func hint(_ key: String, _ arguments: String...) async -> String? {
      let ran = await project.deed(
        nil, as: mallory, ["approve", "v0.1.0", "-q"] + arguments,
        with: [("gpg.format", "ssh"), ("user.signingkey", key)], environment: ["HOME": home])
      return ran.error.split(separator: "\n").last.map(String.init)
    }
    let added = "hint: \(try addition(project, "mallory")) >> .deed/signers   # and commit it"
    let path = "\(project.test.directory)/mallory"
    #expect(await hint("\(path).pub") == added)
    for key in [path, "\(path).pub", "key::\(try project.publicKey("mallory"))"] {
      #expect(await hint(key, "--no-sign") == added)
    }
    // Where no key is at hand, none is guessed.
    #expect(
      await hint("\(path)-none", "--no-sign")
        == "hint: add a line with mallory@example.com and your public key to .deed/signers, and commit it"
    )
    // Nor any that the list does not have.
    try TestSupport.Files.write(
      try project.publicKey("minsu") + "\n", to: "\(home)/.ssh/work.pub")
    let own = await project.deed(
      nil, "approve", "v0.1.0", "-q", environment: ["HOME": home, "GNUPGHOME": home])
    #expect(
      own.error.hasSuffix(
        "\nhint: sign with a key that the list has of hanako@example.com: git config gpg.format ssh "
          + "&& git config user.signingkey KEY\n"), "\(own.error)")
  }

  @Test func `the list is named as a shell finds it from where somebody stands`() async throws {
    let (project, home) = try project()
    let mallory = Person(name: "Mallory", email: "mallory@example.com")
    let test = project.test
    try test.commit("chore: a directory", files: ["a b/c": "x"])
    for (arguments, directory) in [
      (["-C", test.path], test.path), ([], "\(test.path)/a b"), (["-C", "a b"], test.path),
    ] {
      let ran = await test.as(mallory).deed(
        arguments + ["approve", "v0.1.0", "-q", "--no-sign"],
        with: [
          "HOME": home, "GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "gpg.format",
          "GIT_CONFIG_VALUE_0": "ssh", "GIT_CONFIG_KEY_1": "user.signingkey",
          "GIT_CONFIG_VALUE_1": "\(test.directory)/mallory",
        ], directory: directory)
      #expect(ran.error.contains(" >> \(test.path)/.deed/signers   # and"), "\(ran.error)")
      let hint = try #require(ran.error.split(separator: "hint: ").last)
      let pasted = try Program.run(
        "sh", ["-c", String(hint)], directory: directory,
        environment: ["PATH": "/usr/bin:/bin", "HOME": home])
      #expect(pasted.status == 0)
    }
    let list = try #require(Files.read("\(test.path)/.deed/signers"))
    #expect(String(decoding: list, as: UTF8.self).split(separator: "mallory@").count == 4)
  }

  @Test func `status names the line for the list where approving again changes nothing`()
    async throws
  {
    let (project, home) = try project()
    let mallory = Person(name: "Mallory", email: "mallory@example.com")
    func next() async -> String? {
      await project.deed("mallory", as: mallory, "status", environment: ["HOME": home]).output
        .split(separator: "\n").last { $0.hasPrefix("next: ") }.map(String.init)
    }
    #expect(await next() == "next: deed approve v0.1.0")
    await project.deed("mallory", as: mallory, "approve", "v0.1.0", "-q")
    let added = "next: \(try addition(project, "mallory")) >> .deed/signers   # and commit it"
    #expect(await next() == added)
    // For a list that was there before, no line comes in time.
    #expect(await project.deed("hanako", "approve", "v0.1.0", "-q").code == 0)
    #expect(await project.deed("hanako", "cut", "v0.1.0", "--no-sign", "-q").code == 0)
    try project.test.commit("feat: more")
    await project.deed("mallory", as: mallory, "approve", "v0.2.0", "-q")
    #expect(
      await next()
        == "next: deed approve v0.2.0  # by somebody whom the list of signers of v0.1.0 names"
    )
  }

  @Test func `a line of the list that cannot be read is named where it may be theirs`() async throws
  {
    let (project, _) = try project()
    let list = try project.test.git("show", "HEAD:.deed/signers")
    try project.test.commit(
      "chore: a slip",
      files: [
        ".deed/signers": "# who\n"
          + list.replacing(
            "hanako@example.com ssh-ed25519 ", with: "hanako@example.com ssh-ed25519")
      ])
    let ran = await project.deed("hanako", "approve", "v0.1.0", "-q")
    #expect(
      ran.code == 1
        && words(ran).contains("no key can be read at .deed/signers:2 hint: mend that line"))
    #expect(!words(ran).contains("no key of theirs"), "\(ran.error)")
    #expect(await project.signoffs().contains("no key can be read at .deed/signers:2"))
    #expect(
      await project.verify().contains("! the list of signers, line 2: no key can be read in it"))
  }

  @Test func `an earlier tag that is missing is told of once, with what brings it`() async throws {
    let (project, _) = try project()
    let test = project.test
    #expect(await project.deed("hanako", "approve", "v0.1.0", "-q").code == 0)
    #expect(await project.deed("hanako", "go", "v0.1.0", "-q").code == 0)
    #expect(await project.deed("hanako", "cut", "v0.1.0", "--no-sign", "-q").code == 0)
    try test.commit("feat: more")
    for verb in ["approve", "go", "cut"] {
      #expect(await project.deed("hanako", verb, "v0.2.0", "-q").code == 0)
    }
    for (spoil, mend) in [
      (["-d", "v0.1.0"], "git fetch origin tag v0.1.0"),
      (
        ["-a", "-m", "moved", "v0.1.0", "v0.2.0^{}"],
        "git fetch --force origin tag v0.1.0   # where the remote has the one that was cut"
      ),
    ] {
      try test.git(["tag"] + spoil)
      let verified = await project.deed(nil, "verify", "v0.2.0")
      #expect(verified.code == 2, "\(verified.output)")
      let said = words(verified)
      #expect(said.split(separator: "v0.1.0").count <= 5, "\(verified.output)")
      #expect(said.contains("! 2 signatures are not judged: "), "\(verified.output)")
      #expect(verified.error == "hint: \(mend)\n", "\(verified.error)")
    }
  }

  @Test func `a list of one's own confirms that of the first release`() async throws {
    let (project, _) = try project()
    #expect(await project.deed("hanako", "approve", "v0.1.0", "-q").code == 0)
    #expect(await project.deed("hanako", "cut", "v0.1.0", "--no-sign", "-q").code == 0)
    func verify(_ list: String) async throws -> Ran {
      try TestSupport.Files.write(list, to: "\(project.test.directory)/own")
      return await project.deed(
        nil, "verify", "v0.1.0", "--strict",
        with: [("gpg.ssh.allowedSignersFile", "\(project.test.directory)/own")])
    }
    let without = await project.deed(nil, "verify", "v0.1.0", "--strict")
    #expect(without.code == 1 && words(without).contains("(gpg.ssh.allowedSignersFile)"))
    let own = try #require(Files.read("\(project.test.path)/.deed/signers"))
    let confirmed = try await verify(String(decoding: own, as: UTF8.self))
    #expect(confirmed.code == 0, "\(confirmed.output)")
    // Whom the reader does not know may not decide over the next release either.
    let part = try await verify(try project.signers(["hanako": "hanako@example.com"]))
    #expect(part.code == 1 && words(part).contains("said by this release itself"))
    // Nor is a key given that has expired by the reader's list.
    let ended = String(decoding: own, as: UTF8.self)
      .replacing(" ssh-", with: " valid-before=\"20200101Z\" ssh-", maxReplacements: 1)
    #expect(try await verify(ended).code == 1)
    // A path that a repository could fill is none of the reader's.
    for path in [".deed/signers", "~nobody/../repository/.deed/signers"] {
      let relative = await project.deed(
        nil, "verify", "v0.1.0", "--strict", with: [("gpg.ssh.allowedSignersFile", path)])
      #expect(relative.code == 1 && words(relative).contains("said by this release itself"))
    }
    let other = try await verify(try project.signers(["minsu": "minsu@example.com"]))
    #expect(other.code == 1 && words(other).contains("said by this release itself"))
    // A list that leaves out whoever objected is not the reader's.
    let mallory = Person(name: "Mallory", email: "mallory@example.com")
    #expect(
      await project.deed("mallory", as: mallory, "reject", "v0.1.0", "-q", "-m", "no").code == 1)
    let both = ["hanako": "hanako@example.com", "mallory": "mallory@example.com"]
    let objected = try await verify(try project.signers(both))
    #expect(words(objected).contains("said by this release itself"), "\(objected.output)")
    // What the repository itself names confirms nothing.
    try project.test.git("config", "gpg.ssh.allowedSignersFile", ".deed/signers")
    #expect(await project.deed(nil, "verify", "v0.1.0", "--strict").code == 1)
  }

  @Test func `a record that somebody altered is named with the address that it claims`()
    async throws
  {
    let (project, _) = try project()
    let test = project.test
    #expect(await project.deed("hanako", "approve", "v0.1.0", "-q").code == 0)
    #expect(await project.deed("hanako", "cut", "v0.1.0", "--no-sign", "-q").code == 0)
    let line = try #require(try test.records("signoffs").first)
    let forged = line.replacing("\"hanako@example.com\"", with: "\"evil@example.com\"")
    try test.git(["notes", "--ref", "deed/signoffs", "append", "-m", forged])
    let verified = await project.verify()
    #expect(
      verified.contains("! the signoff that says it is by Hanako Sato <evil@example.com>, "),
      "\(verified)")
  }
}
