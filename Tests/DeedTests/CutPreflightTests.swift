import Foundation
import Release
import TestSupport
import Testing

@testable import Deed

@Suite struct CutPreflightTests {
  private struct Report: Decodable {
    struct Check: Decodable {
      let id: String
      let state: String
      let why: String
    }

    let tag: String?
    let pushed: Bool
    let preflight: [Check]

    var open: [String] { preflight.filter { $0.state != "met" }.map(\.id) }
  }

  /// What stands in the way, and how it comes about.
  enum Obstacle: String, CaseIterable, Sendable {
    case version
    case branch
    case detached
    case clean
    case operation
    case upstream
    case identity
    case signing
    case tag
    case order
    case gate
    case message

    var id: String { self == .detached ? "branch" : rawValue }

    func arrange(_ test: TestRepository) throws {
      switch self {
      case .branch: try test.git("switch", "--quiet", "-c", "feature/x")
      case .detached: try test.git("switch", "--quiet", "--detach")
      case .clean: try TestSupport.Files.write("dirt", to: "\(test.path)/dirt\u{1b}[2J")
      case .operation: try test.git("bisect", "start")
      case .upstream:
        let other = try test.bare().clone()
        try other.commit("fix: elsewhere", files: ["b": "b"])
        try other.git("push", "--quiet", "origin", "main")
        try test.git("fetch", "--quiet", "origin")
        try test.git("branch", "--quiet", "--set-upstream-to=origin/main")
      case .signing: try test.git("config", "tag.gpgSign", "true")
      case .tag: try test.git("tag", "v0.1.0")
      case .order: try test.git("tag", "-a", "-m", "v9", "v0.9.0")
      case .gate:
        try test.commit(
          "chore: rules", files: ["deed.toml": "[tags]\nrequire = [\"production\"]\n"])
      case .version, .identity, .message: break
      }
    }

    var arguments: [String] {
      switch self {
      case .version: ["v0.01.0"]
      case .message: ["v0.1.0", "-m", ""]
      default: ["v0.1.0"]
      }
    }

    var settings: [String: String?] {
      self == .identity ? ["GIT_COMMITTER_EMAIL": nil, "EMAIL": nil] : [:]
    }
  }

  private func report(
    _ test: TestRepository, _ arguments: [String], with settings: [String: String?] = [:]
  ) async throws -> (Report, Int32) {
    let ran = await test.deed(["cut", "--format", "json"] + arguments, with: settings)
    return (try JSONDecoder().decode(Report.self, from: Data(ran.output.utf8)), ran.code)
  }

  @Test(arguments: Obstacle.allCases)
  func `each obstacle alone is named, and nothing is written`(obstacle: Obstacle) async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    try obstacle.arrange(test)
    let before = try test.everything()
    let (report, code) = try await report(test, obstacle.arguments, with: obstacle.settings)
    #expect(report.open == [obstacle.id])
    #expect(report.tag == nil && !report.pushed)
    #expect(code == ([.identity, .signing, .version].contains(obstacle) ? 2 : 1))
    let text = await test.deed(["cut"] + obstacle.arguments, with: obstacle.settings)
    #expect(text.code == code && text.error.contains(" cannot be cut:\n"))
    #expect(text.error.contains("    hint: "), "\(text.error)")
    #expect(!text.error.contains("\u{1b}"))
    try Golden.check(text.error, "preflight/\(obstacle.rawValue)")
    let rehearsed = await test.deed(
      ["cut", "--dry-run"] + obstacle.arguments, with: obstacle.settings)
    #expect(rehearsed.code == code && rehearsed.error == text.error)
    #expect(try test.everything() == before)
  }

  @Test func `all obstacles are named at once`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    let all: [Obstacle] = [
      .gate, .upstream, .order, .tag, .signing, .clean, .operation,
    ]
    for obstacle in all { try obstacle.arrange(test) }
    let arguments = ["v0.1.0", "-m", ""]
    let (report, code) = try await report(
      test, arguments, with: ["GIT_COMMITTER_EMAIL": nil, "EMAIL": nil])
    #expect(Set(report.open) == Set(all.map(\.id) + ["identity", "message"]))
    #expect(code == 1)
    try Obstacle.branch.arrange(test)
    let (other, _) = try await self.report(test, ["v1"])
    #expect(Set(other.open).isSuperset(of: ["version", "branch", "clean", "operation", "signing"]))
  }

  @Test(arguments: [
    ("1.2", "v1.2.0"), ("v1.2", "v1.2.0"), ("v1.2.3.4", nil), ("vé", nil), ("v01.2.3", "v1.2.3"),
    ("v1.2.3+5", "v1.2.3"), ("v1.2.3-", nil), ("V1.0.0", "v1.0.0"),
  ])
  func `what is no version is refused with its reason`(name: String, meant: String?) async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    let ran = await test.deed("cut", name)
    #expect(ran.code == 2 && ran.error.contains("“\(name)” is not a version: "), "\(ran.error)")
    for verb in ["status", "approve", "show", "verify"] {
      let other = await test.deed(verb, name)
      #expect(other.code == 2 && other.error.contains("“\(name)” is not a version: "))
      let hint = meant.map { "did you mean \($0)?" } ?? "versions look like v1.4.0"
      #expect(other.error.contains("hint: \(hint)"), "\(other.error)")
    }
    #expect(try test.git("for-each-ref", "refs/tags", "refs/notes").isEmpty)
  }

  @Test func `an option that is none, and a version that looks like one, are usage errors`()
    async throws
  {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    var session = Transcript("usage")
    await session.run(test, "cut", "-v1")
    await session.run(test, "frobnicate")
    await session.run(test, "cut")
    await session.run(test, "cut", "v0.1.0", "v0.2.0")
    await session.run(test, "cut", "v0.1.0", "--auto")
    await session.run(test, "cut", "--pre", "rc")
    await session.run(test, "cut", "--auto", "--pre", "0é")
    await session.run(test, "cut", "v0.1.0", "-m", "a", "-F", "b")
    await session.run(test, "cut", "v0.1.0", "-F", "none")
    await session.run(test, "cut", "v0.1.0", "--push")
    await session.run(test, "cut", "v0.1.0", "--commit", "nowhere")
    await session.run(test, "verify", "--all", "v0.1.0")
    await session.run(test, "notes", "v0.1.0..v0.2.0")
    await session.run(test, "notes", "a..b", "--from", "c")
    await session.run(test, "approve", "--role")
    await session.run(test, "-C", "nowhere", "status")
    await session.run(test, "-C")
    try session.check()
  }

  @Test func `--auto takes what the commits ask for`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    #expect(await test.deed("cut", "--auto").output.hasPrefix("v0.1.0 cut at "))
    let again = await test.deed("cut", "--auto")
    #expect(again.code == 1 && again.error.contains("nothing to release"), "\(again.error)")
    try test.commit("feat: more", files: ["a": "b"])
    for name in ["v0.2.0-rc.1", "v0.2.0-rc.2", "v0.2.0"] {
      let pre = name.contains("rc") ? ["--pre", "rc"] : []
      let rehearsed = await test.deed(["cut", "--auto", "--dry-run"] + pre)
      #expect(rehearsed.error.contains(" as \(name) "), "\(rehearsed.error)")
      #expect(await test.deed(["cut", "--auto"] + pre).output.hasPrefix("\(name) cut at "))
      if pre.isEmpty { break }
      try test.commit("fix: \(name)", files: ["a": name])
    }
  }

  @Test func `what [tags] require asks for must be met`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": "[tags]\nrequire = [\"production\"]\n"])
    await test.deed("approve", "v0.1.0", "-q")
    let refused = await test.deed("cut", "v0.1.0")
    #expect(
      refused.code == 1 && refused.error.contains("production wants first: signoffs (1 of 2)"))
    #expect(try test.git("for-each-ref", "refs/tags").isEmpty)
    await test.as(TestRepository.minsu).deed("approve", "-q")
    let ran = await test.deed("cut", "v0.1.0")
    #expect(ran.code == 0 && ran.error.isEmpty, "\(ran.error)")
    #expect(await test.deed("verify").code == 0)
  }

  @Test func `JSON says what mends each obstacle, as the text does`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    try test.git("tag", "v1.0.0")
    let text = await test.deed("cut", "v1.0.0")
    #expect(text.error.contains("hint: git tag -d v1.0.0"), "\(text.error)")
    let json = await test.deed("cut", "v1.0.0", "--format", "json")
    #expect(
      json.code == 1 && json.output.contains("\"mend\" : \"git tag -d v1.0.0"), "\(json.output)")
  }

  @Test func `a gate that asks for the check tag takes the candidate's`() async throws {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: [
        "deed.toml": """
        [tags]
        require = ["production"]
        [environments.production]
        checks = ["tag"]
        [environments.production.approvals]
        required = 1
        """
      ])
    #expect(await test.deed("check", "v1.0.0").code == 0)
    #expect(await test.deed("approve", "v1.0.0").code == 0)
    let ran = await test.deed("cut", "v1.0.0", "-m", "One")
    #expect(ran.code == 0, "\(ran.error)")
    #expect(await test.deed("status", "v1.0.0").output.contains("since the tag was made"))
  }
}
