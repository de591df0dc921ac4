import Release
import TestSupport
import Testing

@testable import Deed

/// What is wrong with a repository is said in one sentence, with what mends it, and nothing is
/// lost.
@Suite struct BadInputTests {
  private static let verbs = [
    ["status"], ["next"], ["notes"], ["show"], ["verify"], ["sync"], ["init"],
    ["approve", "v0.1.0"], ["cut", "v0.1.0"],
  ]

  private func project() throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    return test
  }

  @Test(arguments: verbs)
  func `no repository`(words: [String]) async throws {
    let test = try TestRepository()
    let ran = await test.deed(words, directory: test.directory)
    #expect(ran.code == 2 && ran.output.isEmpty)
    #expect(
      ran.error == """
        error: \(test.directory) is not in a git repository
        hint: git init   # or deed -C DIRECTORY …

        """)
  }

  @Test(arguments: verbs)
  func `no commit yet`(words: [String]) async throws {
    let test = try TestRepository()
    let ran = await test.deed(words)
    if words == ["init"] { return #expect(ran.code == 0) }
    #expect(ran.code == 2)
    let remedy =
      words == ["sync"] ? "git remote add origin URL" : "git commit   # then run this again"
    #expect(ran.error.contains("hint: \(remedy)"), "\(ran.error)")
  }

  @Test(arguments: ["objectformat=sha256", "refstorage=reftable"])
  func `a format that cannot be read`(extension name: String) async throws {
    let test = try project()
    test.expectDamage()
    let parts = name.split(separator: "=")
    try test.git("config", "core.repositoryformatversion", "1")
    try test.git("config", "extensions.\(parts[0])", String(parts[1]))
    let ran = await test.deed("status")
    #expect(ran.code == 2 && ran.error.contains("which cannot be read yet"), "\(ran.error)")
  }

  @Test(.enabled(if: TestUser.isRoot))
  func `somebody else's repository`() async throws {
    let test = try project()
    try TestUser.give(test.path, to: 12_345)
    let ran = await test.deed("status")
    #expect(ran.code == 2 && ran.error.contains("belongs to somebody else"), "\(ran.error)")
    #expect(ran.error.contains("hint: git config --global --add safe.directory "))
  }

  @Test(arguments: [["approve"], ["reject", "-m", "no"], ["withdraw"], ["cut"]])
  func `nobody knows who is at work`(words: [String]) async throws {
    let test = try project()
    let nobody: [String: String?] = ["GIT_COMMITTER_NAME": nil, "GIT_COMMITTER_EMAIL": nil]
    let before = try test.everything()
    let ran = await test.deed(words + ["v0.1.0"], with: nobody)
    #expect(ran.code == 2 && ran.error.contains("git does not know your"), "\(ran.error)")
    #expect(ran.error.contains("git config user.email"), "\(ran.error)")
    #expect(try test.everything() == before)
  }

  @Test func `a branch without a commit in a repository that has some`() async throws {
    let test = try project()
    try test.git("symbolic-ref", "HEAD", "refs/heads/empty")
    for words in [["status"], ["approve", "v0.1.0"], ["cut", "v0.1.0"], ["next"]] {
      let ran = await test.deed(words)
      #expect(ran.code == 2 && ran.error.contains("there is no commit yet on empty"))
    }
    #expect(await test.deed("notes", "main").code == 2)
    #expect(await test.deed("status", "v0.1.0", "--commit", "main").code == 1)
  }

  /// Tags that are no release, and what is said of them.
  @Test func `tags that are not what they seem`() async throws {
    let test = try project()
    try test.git("tag", "v0.1.0")
    try test.git("tag", "-a", "-m", "inner", "v0.2.0")
    try test.git("tag", "-a", "-m", "outer", "v0.3.0", "v0.2.0")
    try test.git("tag", "-a", "-m", "tree", "v0.4.0", "HEAD^{tree}")
    try test.git("update-ref", "refs/tags/v0.5.0", "v0.2.0")
    let blob = try test.git(["hash-object", "-w", "--stdin"], input: Array("blob".utf8))
    try test.git("tag", "v0.6.0", blob)
    var session = Transcript("tags")
    for version in (1...6).map({ "v0.\($0).0" }) {
      await session.run(test, "status", version)
      await session.run(test, "verify", version)
      await session.run(test, "cut", version)
    }
    try session.check()
  }

  /// What stands in the ledger's place, and how it got there.
  enum Damage: String, CaseIterable, Sendable {
    case blob
    case tree
    case binary
    case crlf
    case prose
    case otherCommit
    case unknownKind

    func arrange(_ test: TestRepository) throws {
      let ledger = "refs/notes/deed/signoffs"
      switch self {
      case .blob:
        let blob = try test.git(["hash-object", "-w", "--stdin"], input: Array("blob".utf8))
        try test.git("update-ref", ledger, blob)
      case .tree: try test.git("update-ref", ledger, "HEAD^{tree}")
      case .binary: try append([0, 255, 10, 0x1B, 0x5B, 0x32, 0x4A, 10], test)
      case .crlf: try append(Array("{\"v\":1}\r\n".utf8), test)
      case .prose: try append(Array("Reviewed by \u{1b}[31mme\n".utf8), test)
      case .otherCommit:
        let line = try test.records("signoffs").first ?? ""
        try test.git("commit", "--quiet", "--allow-empty", "-m", "fix: later")
        try append(Array("\(line)\n".utf8), test)
      case .unknownKind:
        let line = try test.records("signoffs").first ?? ""
        try append(Array(line.replacing("\"signoff\"", with: "\"blessing\"").utf8) + [10], test)
      }
    }

    private func append(_ bytes: [UInt8], _ test: TestRepository) throws {
      let blob = try test.git(["hash-object", "-w", "--stdin"], input: bytes)
      let old = try test.run(["notes", "--ref", "deed/signoffs", "show"]).output
      let note = try test.git(
        ["hash-object", "-w", "--stdin"], input: old + test.run(["cat-file", "blob", blob]).output)
      try test.git("notes", "--ref", "deed/signoffs", "add", "-f", "-C", note)
    }
  }

  @Test(arguments: Damage.allCases)
  func `a ledger that is damaged`(damage: Damage) async throws {
    let test = try project()
    await test.deed("approve", "v0.1.0", "-q")
    try damage.arrange(test)
    let before = try test.git("for-each-ref", "refs/notes")
    var session = Transcript("ledger/\(damage.rawValue)")
    await session.run(test, "status", "v0.1.0")
    await session.run(test, "show", "v0.1.0")
    await session.run(test, "verify", "v0.1.0")
    #expect(try test.git("for-each-ref", "refs/notes") == before, "reading changes nothing")
    let old = try test.records("signoffs")
    await session.run(test.as(TestRepository.minsu), "approve", "v0.1.0", "-q")
    if damage == .blob || damage == .tree {
      #expect(try test.git("for-each-ref", "refs/notes") == before, "nothing is written over it")
    } else if damage != .binary {
      let new = try test.records("signoffs")
      #expect(Set(new).isSuperset(of: old.filter { !$0.isEmpty }), "no line is lost")
    }
    try session.check()
  }

  @Test(arguments: ["refs/notes/deed/signoffs.lock", "refs/tags/v0.1.0.lock"])
  func `a lock that a crash has left`(path: String) async throws {
    let test = try project()
    await test.deed("withdraw", "v0.1.0", "-q")
    await test.deed("approve", "v0.1.0", "-q")
    try TestSupport.Files.write("", to: "\(test.path)/.git/\(path)")
    let isTag = path.contains("tags")
    let ran = await test.deed(isTag ? ["cut", "v0.1.0"] : ["approve", "v0.1.0", "-q"])
    #expect(ran.code == 2 && ran.error.contains("lock"), "\(ran.error)")
    #expect(ran.error.contains("hint: "), "\(ran.error)")
    #expect(try test.git("for-each-ref", "refs/tags").isEmpty)
    #expect(try test.records("signoffs").count == 1)
    TestSupport.Files.remove("\(test.path)/.git/\(path)")
    #expect(await test.deed("approve", "v0.1.0", "-q").code == 0)
  }

  @Test func `a configuration with mistakes is told with all of them`() async throws {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: ["deed.toml": "remot = \"x\"\n[approvals]\nrequired = \"two\"\n"])
    var session = Transcript("configuration")
    await session.run(test, "status")
    await session.run(test, "cut", "v0.1.0")
    await session.run(test, "cut", "v0.1.0", "--format", "json")
    try session.check()
  }
}
