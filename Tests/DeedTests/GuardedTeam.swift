import Release
import TestSupport
import Testing

@testable import Deed

/// A server whose hook is the program itself, and two people who push to it.
struct GuardedTeam {
  let hanako: TestRepository
  let minsu: TestRepository
  let server: TestRepository

  static let required = "[tags]\nrequire = [\"production\"]\n"

  /// - Parameters:
  ///   - policy: `deed.toml` on the server's default branch.
  ///   - options: How the hook is installed.
  init(policy: String = required, options: [String] = []) throws {
    hanako = try TestRepository()
    try hanako.commit("feat: 注文を数える", files: ["deed.toml": policy])
    server = try hanako.bare()
    try hanako.git("fetch", "--quiet", "origin")
    try hanako.git("branch", "--quiet", "--set-upstream-to=origin/main")
    minsu = try server.clone(as: TestRepository.minsu)
    try server.installHook(options)
  }

  /// Pushes with plain git, and gives what the server said where it refused.
  func push(_ person: TestRepository, _ arguments: String...) throws -> String? {
    let before = try server.git("for-each-ref")
    let result = try person.run(["push", "--quiet", "origin"] + arguments)
    guard result.status != 0 else { return nil }
    #expect(try server.git("for-each-ref") == before, "nothing of a refused push stays")
    return result.unwrapped
  }

  /// Both approve at HEAD, and send what they recorded where `pushing` says so.
  func approve(_ version: String, pushing: Bool = true) async throws {
    let options = ["-q"] + (pushing ? ["--push"] : [])
    for person in [hanako, pushing ? minsu : hanako.as(TestRepository.minsu)] {
      let ran = await person.deed(["approve", version] + options)
      try #require(ran.code == 0, "\(ran.error)")
    }
  }

  /// A release that the server has taken.
  func release(_ version: String) async throws {
    try await approve(version)
    let ran = await hanako.deed("cut", version, "--push", "-q")
    try #require(ran.code == 0, "\(ran.error)")
  }
}

extension Program.Result {
  /// What a server said to whoever pushed, line by line.
  var said: [String] {
    error.split(separator: "\n").filter { $0.hasPrefix("remote: ") }.map { line in
      String(line.dropFirst("remote: ".count).reversed().drop { $0 == " " }.reversed())
    }
  }

  /// The same, each reason in one line.
  var unwrapped: String {
    said.reduce(into: "") { text, line in
      let isWrapped = line.hasPrefix("  ") && !line.hasPrefix("  hint: ")
      text += text.isEmpty ? line : isWrapped ? " \(line.dropFirst(2))" : "\n\(line)"
    }
  }
}

extension TestRepository {
  /// A bare clone beside this repository, to be its server, with the hook in it.
  func guardedServer() throws -> TestRepository {
    let server = try bare()
    try server.installHook()
    return server
  }

  /// Has the built program judge what is pushed here.
  func installHook(_ options: [String] = []) throws {
    let installed = try Program.run(
      try Program.built("deed"), ["hook", "install"] + options, directory: path,
      environment: environment)
    try #require(installed.status == 0, "\(installed.error)")
  }

  /// Records by plain git that a release was cut at HEAD, which nobody did.
  func forgeTagRecord(
    of release: String, prefix: String, object: String = "HEAD"
  ) throws {
    let record = try Record(
      at: Timestamp(seconds: Self.epoch), by: Self.minsu, commit: try id("HEAD"),
      release: try ReleaseVersion(parsing: release, prefix: prefix), environment: nil,
      body: .tag(object: try id(object)), replaces: [])
    try git(["notes", "--ref", "deed/deployments", "add", "-F", "-"], input: record.line + [10])
  }

  /// Has the server take a ledger as it is here, as it did before the hook came.
  func plant(_ ledger: String = "refs/notes/deed/deployments") throws {
    let server = try git("remote", "get-url", "origin").replacing("file://", with: "")
    try git("--git-dir", server, "fetch", "--quiet", "--no-tags", path, "\(ledger):\(ledger)")
  }

  /// Writes a redaction on HEAD by plain git, asking no rule.
  func writeRedaction(
    of blob: ObjectID, by person: Person = hanako, release: String = "v0.1.0"
  ) throws {
    let record = try Record(
      at: Timestamp(seconds: Self.epoch), by: person, commit: try id("HEAD"),
      release: try ReleaseVersion(parsing: release, prefix: "v"), environment: nil,
      body: .redaction(Record.Redaction(blob: blob, reason: "trust me")), replaces: [])
    try git(
      ["notes", "--ref", "deed/signoffs", "append", "-F", "-", "HEAD"], input: record.line + [10])
  }
}
