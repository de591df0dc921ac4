import Release
import TestSupport
import Testing

@testable import Deed

/// The list of signers that a release brings is held to what the gate will count by it.
@Suite struct NextSignersTests {
  /// Whether a first release with this list and these rules is cut: what is said where it is not.
  ///
  /// - Parameter list: With `HANAKO` and `MINSU` where their keys are to stand.
  private func cut(_ list: String, _ policy: String = "") async throws -> String? {
    let project = try SignedProject(policy: "signers = \".deed/signers\"\n\(policy)")
    let (hanako, minsu) = try (project.publicKey("hanako"), project.publicKey("minsu"))
    let keys = try fingerprints(project)
    let text = list.replacing("HANAKO", with: hanako).replacing("MINSU", with: minsu)
    let rules = policy.replacing("FIRST", with: keys[0]).replacing("SECOND", with: keys[1])
    try project.test.commit(
      "chore: the list",
      files: [
        ".deed/signers": text,
        "deed.toml": "[approvals]\nsigned = true\nsigners = \".deed/signers\"\n\(rules)\n",
      ])
    let ran = await project.deed(nil, "cut", "v0.1.0", "--no-sign", "--dry-run")
    let line = ran.error.split(separator: "\n").first { $0.contains("signed approvals, and") }
    return line.map(String.init)
  }

  private func fingerprints(_ project: SignedProject) throws -> [String] {
    try ["hanako", "minsu"].map { name in
      let said = try Program.run(
        "ssh-keygen", ["-l", "-f", "\(project.test.directory)/\(name).pub"],
        directory: project.test.directory, environment: project.test.environment)
      return String(try #require(said.text.split(separator: " ").dropFirst().first))
    }
  }

  private static let both = "hanako@example.com HANAKO\nminsu@example.com MINSU\n"

  @Test(arguments: [
    both,
    "\u{FEFF}" + both,
    "hanako@example.com HANAKO the cert-authority\nminsu@example.com MINSU\n",
    "hanako@example.com namespaces=\"git,deed\" HANAKO\nminsu@example.com namespaces=\"*\" MINSU\n",
    "hanako@example.com valid-before=\"29990101\" HANAKO\nminsu@example.com MINSU\n",
    "hanako@example.com HANAKO\nhanako@example.com,minsu@example.com MINSU\n",
    // Whom an authority vouches for is not written down.
    "*@example.com,ca@example.com cert-authority HANAKO\n",
  ])
  func `a list that names enough people is taken`(list: String) async throws {
    #expect(try await cut(list) == nil)
  }

  @Test(arguments: [
    ("hanako@example.com HANAKO the cert-authority\n", "has keys of 1:"),
    ("hanako@example.com,minsu@example.com HANAKO\n", "has keys of 1:"),
    ("hanako@example.com HANAKO\nminsu@example.com HANAKO\n", "has keys of 1:"),
    (
      "hanako@example.com HANAKO\nminsu@example.com namespaces=\"git\" MINSU\n",
      "has keys of 1; minsu@example.com does not count: its namespaces leave out deed:"
    ),
    (
      "hanako@example.com valid-before=\"20200101\" HANAKO\nminsu@example.com MINSU\n",
      "has keys of 1; hanako@example.com does not count: its key has expired:"
    ),
    (
      "hanako@example.com namespaces=\"deed\",valid-before=\"202001010000Z\" HANAKO\n"
        + "minsu@example.com namespaces=\"*,!d*\" MINSU\n",
      "has keys of 0; hanako@example.com does not count: its key has expired:"
    ),
  ])
  func `people whose keys will not count are none`(list: String, said: String) async throws {
    let why = try #require(try await cut(list))
    #expect(
      why.contains("production wants 2 signed approvals, and .deed/signers \(said)"), "\(why)")
  }

  @Test func `they are counted as the gate counts them, by key or address, and independent`()
    async throws
  {
    #expect(try await cut(Self.both, "from = [\"FIRST\", \"minsu@example.com\"]") == nil)
    #expect(try await cut(Self.both, "from = [\"FIRST\", \"SECOND\"]") == nil)
    let other = try await cut(Self.both, "from = [\"FIRST\", \"mallory@example.com\"]")
    #expect(other?.contains("has keys of 1 who may approve") == true, "\(other ?? "")")
    let few = try await cut(Self.both, "independent = 3")
    #expect(few?.contains("wants 3 signed approvals, and .deed/signers has keys of 2") == true)
  }

  @Test func `a policy that names no list any more, and wants signatures, is not cut`() async throws
  {
    let project = try SignedProject(policy: "required = 1\nsigners = \".deed/signers\"")
    let test = project.test
    #expect(await project.deed("hanako", "approve", "v0.1.0", "-q").code == 0)
    #expect(await project.deed("hanako", "cut", "v0.1.0", "--no-sign", "-q").code == 0)
    try test.commit(
      "chore: no list", files: ["deed.toml": "[approvals]\nrequired = 1\nsigned = true\n"])
    func cut(_ settings: [(String, String)] = []) async -> Ran {
      await project.deed(nil, "cut", "v0.1.1", "--no-sign", "--dry-run", with: settings)
    }
    let refused = await cut()
    #expect(refused.error.contains("no list of signers any more: no release after v0.1.1"))
    #expect(refused.error.contains("hint: put signers = \".deed/signers\" back into [approvals]"))
    // Where people have lists of their own, those decide.
    let own = await cut([("gpg.ssh.allowedSignersFile", "\(test.path)/.deed/signers")])
    #expect(
      own.error.contains("✓ deed.toml names no list of signers any more: the next release is"))
    try test.commit(
      "chore: it is back",
      files: [
        "deed.toml": "[approvals]\nrequired = 1\nsigned = true\nsigners = \".deed/signers\"\n"
      ])
    #expect(await project.deed("hanako", "approve", "v0.1.1", "-q").code == 0)
    #expect(await cut().code == 0)
  }

  @Test func `a list of signers that is too long is read by nobody`() async throws {
    let project = try SignedProject()
    let long =
      try project.signers(["hanako": "hanako@example.com"])
      + String(repeating: "# a long list\n", count: 80_000)
    try project.test.commit("chore: a long list", files: [".deed/signers": long])
    let ran = await project.deed("hanako", "approve", "v0.1.0", "-q")
    let said = (ran.output + ran.error).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(
      said.contains("sign-offs unknown: ") && said.contains("bytes, more than 1048576"), "\(said)")
  }
}
