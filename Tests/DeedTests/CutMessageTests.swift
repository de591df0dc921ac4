import Release
import TestSupport
import Testing

@testable import Deed

/// Tags as `git tag` writes them.
@Suite struct CutMessageTests {
  /// The same stream of numbers on every run.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }

  private static func message(_ seed: UInt64) -> String {
    let parts = [
      "a word", "  indented", "trailing  ", "\ttab\t", "\n", "\n\n\n", "\r\n", "# no comment",
      "日本語の行", "한국어", "- point", "e\u{301}", "Signed-off-by: A <a@example.com>", "---", ".",
      "; semicolon", "\u{feff}mark", "\u{b}", "\n \n",
    ]
    var dice = Dice(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
    let count = Int.random(in: 1...12, using: &dice)
    return "x"
      + (0..<count).compactMap { _ in parts.randomElement(using: &dice) }.joined(
        separator: Bool.random(using: &dice) ? "\n" : " ")
  }

  private func tagDate(_ object: String) -> String {
    let tagger = object.split(separator: "\n").first { $0.hasPrefix("tagger ") } ?? ""
    return tagger.split(separator: " ").suffix(2).joined(separator: " ")
  }

  @Test func `a tag is byte for byte what git writes for the same message`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    await test.deed("approve", "v0.1.0", "-q")
    await test.as(Person(name: "佐藤 花子", email: "sato@example.com")).deed("approve", "-q")
    let trailers = """


      Deed-Approved-by: Hanako Sato <hanako@example.com>
      Deed-Approved-by: 佐藤 花子 <sato@example.com>
      """
    for seed in 1...24 as ClosedRange<UInt64> {
      let message = Self.message(seed)
      let ran = await test.deed(["cut", "v0.1.0", "-F", "-", "-q"], input: message)
      try #require(ran.code == 0, "\(ran.error)")
      let ours = try test.id("refs/tags/v0.1.0")
      let date = tagDate(try test.git("cat-file", "tag", "v0.1.0"))
      try test.git("tag", "-d", "v0.1.0")
      let theirs = try test.run(
        ["tag", "-a", "--cleanup=whitespace", "-F", "-", "v0.1.0"],
        input: Array((message + trailers).utf8), with: ["GIT_COMMITTER_DATE": date])
      try #require(theirs.status == 0, "\(theirs.error)")
      #expect(try test.id("refs/tags/v0.1.0") == ours, "\(message.debugDescription)")
      try test.git("tag", "-d", "v0.1.0")
    }
    try test.fsck()
  }

  @Test func `the message is the notes, -m, -F or what the editor leaves`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    try test.commit("fix(core): mend", files: ["a": "b"])
    func cut(_ arguments: [String], with settings: [String: String?] = [:], _ input: String = "")
      async throws -> String
    {
      let ran = await test.deed(["cut", "v0.1.0", "-q"] + arguments, with: settings, input: input)
      #expect(ran.code == 0, "\(ran.error)")
      let text = try test.git("for-each-ref", "--format=%(contents)", "refs/tags/v0.1.0")
      try test.git("tag", "-d", "v0.1.0")
      return text.trimmed
    }
    let notes = """
      v0.1.0

      Features
      --------

      - begin (\(try test.git("rev-parse", "--short=8", "HEAD~")))

      Bug Fixes
      ---------

      - **core:** mend (\(try test.git("rev-parse", "--short=8", "HEAD")))
      """
    #expect(try await cut([]) == notes)
    #expect(try await cut(["-m", "One", "-m", "Two\nlines"]) == "One\n\nTwo\nlines")
    try TestSupport.Files.write("From a file\n", to: "\(test.directory)/message")
    #expect(try await cut(["-F", "../message"]) == "From a file")
    #expect(try await cut(["-F", "-"], "From a pipe") == "From a pipe")
    let editor = "\(test.directory)/editor"
    try TestSupport.Files.write("#!/bin/sh\nsed -i '1s/$/, edited/' \"$1\"\n", to: editor)
    TestSupport.Files.setMode(0o755, of: editor)
    let edited = try await cut(["--edit"], with: ["GIT_EDITOR": editor])
    #expect(edited == notes.replacing("v0.1.0\n", with: "v0.1.0, edited\n"))
    #expect(
      try await cut(["-m", "Mine", "--edit"], with: ["GIT_EDITOR": editor]) == "Mine, edited")
    #expect(!TestSupport.Files.exists("\(test.path)/.git/TAG_EDITMSG"))
  }

  @Test(arguments: [
    ("true >", "the message is empty"), ("false", "the editor failed"),
    ("echo 'Deed-Seal: x' >>", "begin with “Deed-”"),
  ])
  func `nothing is tagged where the editor leaves no message`(editor: String, why: String)
    async throws
  {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    let ran = await test.deed(["cut", "v0.1.0", "--edit"], with: ["GIT_EDITOR": editor])
    #expect(ran.code != 0 && ran.error.contains(why), "\(ran.error)")
    #expect(try test.git("for-each-ref", "refs/tags", "refs/notes").isEmpty)
  }

  @Test(arguments: ["", " \n\n", "Fine\n\ndeed-approved-by: me\n", "-----BEGIN PGP SIGNATURE-----"])
  func `a message that cannot be a tag's is refused with all else`(message: String) async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    let ran = await test.deed(["cut", "v0.1", "-F", "-"], input: message)
    #expect(ran.code == 2 && ran.error.contains("is not a version"), "\(ran.error)")
    let other = await test.deed(["cut", "v0.1.0", "-F", "-"], input: message)
    #expect(other.code == 1 && other.error.contains("message"), "\(other.error)")
    #expect(try test.git("for-each-ref", "refs/tags").isEmpty)
  }

  @Test func `the tagger is who git says, or nobody`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    let nobody: [String: String?] = [
      "GIT_COMMITTER_NAME": nil, "GIT_COMMITTER_EMAIL": nil, "EMAIL": nil,
    ]
    let refused = await test.deed(["cut", "v0.1.0"], with: nobody)
    #expect(refused.code == 2 && refused.error.contains("user.email"), "\(refused.error)")
    try test.git("config", "user.useConfigOnly", "true")
    let mailed = nobody.merging(["EMAIL": "me@example.com"]) { $1 }
    #expect(await test.deed(["cut", "v0.1.0"], with: mailed).code == 2)
    #expect(try test.git("for-each-ref", "refs/tags").isEmpty)
    try test.git("config", "user.name", "Configured")
    try test.git("config", "user.email", "configured@example.com")
    #expect(await test.deed(["cut", "v0.1.0"], with: nobody).code == 0)
    #expect(
      try test.git("for-each-ref", "--format=%(taggername) %(taggeremail)", "refs/tags")
        == "Configured <configured@example.com>")
  }

  @Test func `a tag is signed with an SSH key where git is configured so`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    let key = "\(test.directory)/key"
    let made = try Program.run(
      "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key], directory: test.directory,
      environment: test.environment)
    try #require(made.status == 0)
    let publicKey = String(decoding: TestSupport.Files.read(key + ".pub") ?? [], as: UTF8.self)
    try TestSupport.Files.write(
      "hanako@example.com \(publicKey)", to: "\(test.directory)/signers")
    try test.git("config", "--global", "gpg.format", "ssh")
    try test.git("config", "--global", "user.signingkey", key + ".pub")
    try test.git("config", "--global", "gpg.ssh.allowedSignersFile", "\(test.directory)/signers")
    #expect(await test.deed("cut", "v0.1.0", "--sign").output.hasSuffix(", signed)\n"))
    try test.git("verify-tag", "v0.1.0")
    try test.git("config", "--global", "tag.gpgSign", "true")
    #expect(await test.deed("cut", "v0.2.0").output.hasSuffix(", signed)\n"))
    try test.git("verify-tag", "v0.2.0")
    #expect(await test.deed("cut", "v0.3.0", "--no-sign").code == 0)
    #expect(try test.run(["verify-tag", "v0.3.0"]).status != 0)
    #expect(await test.deed("status", "v0.2.0").output.contains(", with a signature\n"))
    #expect(await test.deed("verify", "v0.2.0").code == 0)
    TestSupport.Files.remove(key)
    let lost = await test.deed("cut", "v0.4.0")
    #expect(lost.code == 2 && lost.error.contains("could not sign"), "\(lost.error)")
    #expect(try test.run(["rev-parse", "--verify", "-q", "v0.4.0"]).status != 0)
    try test.fsck()
  }

  @Test(arguments: ["openpgp", "x509"])
  func `a signature that cannot be made is a refusal, not an unsigned tag`(format: String)
    async throws
  {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    try test.git("config", "tag.gpgSign", "true")
    try test.git("config", "gpg.format", format)
    let ran = await test.deed("cut", "v0.1.0")
    #expect(ran.code == 2 && ran.error.contains("--no-sign"), "\(ran.error)")
    #expect(try test.git("for-each-ref", "refs/tags", "refs/notes").isEmpty)
  }
}

extension String {
  /// Without the line feeds at the end.
  fileprivate var trimmed: String {
    var text = self
    while text.hasSuffix("\n") { text.removeLast() }
    return text
  }
}
