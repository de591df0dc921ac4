import Git
import Release
import TestSupport
import Testing

@Suite struct SigningTests {
  /// A repository whose user has an SSH key and trusts it.
  private func repository(_ settings: String = "") throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("One")
    let key = "\(test.directory)/key"
    let result = try Program.run(
      "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "hanako", "-f", key],
      directory: test.directory, environment: test.environment)
    try #require(result.status == 0)
    let publicKey = try #require(Files.read("\(key).pub"))
    try Files.write(
      "hanako@example.com \(String(decoding: publicKey, as: UTF8.self))",
      to: "\(test.directory)/allowed")
    try configure(test, "[user]\n\tsigningkey = ~/key\n\(settings)")
    return test
  }

  private func configure(_ test: TestRepository, _ text: String) throws {
    let trust = "[gpg]\n\tformat = ssh\n[gpg \"ssh\"]\n\tallowedSignersFile = ~/allowed\n"
    try Files.write(trust + text, to: "\(test.directory)/gitconfig")
  }

  /// Writes a tag signed as `choice` says, and gives git's verdict on it.
  private func verdict(
    _ test: TestRepository, _ choice: SigningChoice, _ settings: [String: String?] = [:]
  ) async throws -> (isSigned: Bool, status: Int32) {
    let repository = try test.open(settings)
    let signer = try await repository.tagSigner(repository.configuration(), choice)
    var tag = TagObject(
      object: try test.id("HEAD"), kind: .commit, name: "v1",
      tagger: try await repository.committer(),
      message: TagObject.message(cleaning: Array("Notes\n\n日本語".utf8)))
    if let signer { tag = tag.signed(with: try await signer.sign(tag.payload)) }
    let id = try repository.write(.tag, tag.bytes)
    #expect(try repository.updateReference("refs/tags/v1", from: nil, to: id, message: ""))
    #expect(TagObject(parsing: tag.bytes) == tag)
    try test.fsck()
    return (signer != nil, try test.run(["verify-tag", "v1"]).status)
  }

  @Test func `git accepts a tag signed with a key from a file`() async throws {
    let verdict = try await verdict(repository(), .sign)
    #expect(verdict.isSigned)
    #expect(verdict.status == 0)
  }

  @Test(arguments: ["tag.gpgSign", "tag.forceSignAnnotated"])
  func `git's own settings ask for a signature`(key: String) async throws {
    let test = try repository()
    try test.git("config", key, "true")
    #expect(try await verdict(test, .auto).status == 0)
  }

  @Test func `nothing is signed where nobody asks for it`() async throws {
    #expect(try await verdict(repository(), .auto).isSigned == false)
    let test = try repository("[tag]\n\tgpgSign = true\n")
    #expect(try await verdict(test, .noSign).isSigned == false)
  }

  @Test(arguments: ["key::", ""])
  func `the agent signs for a key given as text`(prefix: String) async throws {
    let test = try repository()
    let agent = try SSHAgent(test)
    let key = try #require(Files.read("\(test.directory)/key.pub"))
    let text = String(decoding: key.dropLast(), as: UTF8.self)
    try configure(test, "[user]\n\tsigningkey = \"\(prefix)\(text)\"\n")
    #expect(try await verdict(test, .sign, ["SSH_AUTH_SOCK": agent.socket]).status == 0)
    // And through the command that git runs where no key is set.
    try configure(
      test, "[gpg \"ssh\"]\n\tdefaultKeyCommand = \"sh -c 'echo \\\"key::$(cat ~/key.pub)\\\"'\"\n")
    try test.git("tag", "-d", "v1")
    #expect(try await verdict(test, .sign, ["SSH_AUTH_SOCK": agent.socket]).status == 0)
  }

  @Test func `what cannot be signed is refused, never left unsigned`() async throws {
    let test = try repository("[tag]\n\tgpgSign = true\n")
    try test.git("config", "gpg.format", "x509")
    let repository = try test.open()
    let configuration = try await repository.configuration()
    for choice in [SigningChoice.sign, .auto] {
      let error = await #expect(throws: GitError.self) {
        try await repository.tagSigner(configuration, choice)
      }
      #expect(error?.kind == .signing)
      #expect(error?.message.contains("not supported") == true)
      #expect(error?.message.contains("--no-sign") == true)
    }
    #expect(try await repository.tagSigner(configuration, .noSign) == nil)
    // Nor is it where there is no key.
    try configure(test, "[tag]\n\tgpgSign = true\n")
    try test.git("config", "--unset", "gpg.format")
    let keyless = try test.open()
    let error = await #expect(throws: GitError.self) {
      try await keyless.tagSigner(keyless.configuration(), .auto)?.sign([1])
    }
    #expect(error?.kind == .signing, "\(String(describing: error))")
  }

  @Test(arguments: ["nope-nope", "/nowhere/nope-nope -L"])
  func `a command for the key that is not there is mended by its setting`(command: String)
    async throws
  {
    let test = try repository()
    try configure(test, "[gpg \"ssh\"]\n\tdefaultKeyCommand = \(command)\n")
    let repository = try test.open()
    let error = await #expect(throws: GitError.self) {
      try await repository.tagSigner(repository.configuration(), .sign)?.sign([1])
    }
    #expect(error?.kind == .signing && error?.message.contains("nope-nope") == true)
    let set = "git config --global gpg.ssh.defaultKeyCommand "
    #expect(error?.hint?.hasPrefix(set) == true, "\(String(describing: error))")
  }

  @Test(
    arguments: [
      "gpg.ssh.program", "gpg.ssh.defaultKeyCommand", "gpg.program", "gpg.openpgp.program",
    ])
  func `a repository cannot name the program that signs`(key: String) async throws {
    let test = try repository()
    try configure(test, "")
    if !key.contains("ssh") { try test.git("config", "gpg.format", "openpgp") }
    try test.git("config", key, "\(test.directory)/evil")
    let repository = try test.open()
    let configuration = try await repository.configuration()
    let error = await #expect(throws: GitError.self) {
      try await repository.tagSigner(configuration, .sign)
    }
    #expect(error?.kind == .signing)
    #expect(error?.hint == "git config --local --unset-all \(key.lowercased())")
  }

  @Test func `a missing key is said in the program's own words`() async throws {
    let test = try repository()
    try configure(test, "[user]\n\tsigningkey = ~/none\n")
    let repository = try test.open()
    let signer = try #require(
      try await repository.tagSigner(repository.configuration(), .sign))
    let error = await #expect(throws: GitError.self) { try await signer.sign([1, 2, 3]) }
    #expect(error?.kind == .signing)
    #expect(error?.message.contains("none") == true)
  }

  @Test func `no key at all is said with the setting that gives one`() async throws {
    let test = try repository()
    try configure(test, "")
    let repository = try test.open()
    let configuration = try await repository.configuration()
    let error = await #expect(throws: GitError.self) {
      try await repository.tagSigner(configuration, .sign)
    }
    #expect(error?.message.contains("user.signingkey") == true)
  }
}

/// An ssh-agent of a test's own, with the test's key in it.
final class SSHAgent {
  let socket: String
  private let process: String
  private let test: TestRepository

  init(_ test: TestRepository) throws {
    self.test = test
    socket = "\(test.directory)/agent"
    let started = try Program.run(
      "ssh-agent", ["-a", socket], directory: test.directory, environment: test.environment)
    process =
      started.text.split(separator: "SSH_AGENT_PID=").last
      .map { String($0.prefix { $0.isNumber }) } ?? ""
    var environment = test.environment
    environment["SSH_AUTH_SOCK"] = socket
    let added = try Program.run(
      "ssh-add", ["-q", "\(test.directory)/key"], directory: test.directory,
      environment: environment)
    guard added.status == 0 else { throw TestFailure(added.error) }
  }

  deinit {
    var environment = test.environment
    environment["SSH_AUTH_SOCK"] = socket
    environment["SSH_AGENT_PID"] = process
    _ = try? Program.run(
      "ssh-agent", ["-k"], directory: test.directory, environment: environment)
  }
}
