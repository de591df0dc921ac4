import Release
import TestSupport
import Testing

@testable import Deed

/// Which release was there first, and what lines of nobody's make of that.
@Suite struct LineageOrderTests: LineageLab {
  private let minsu = TestRepository.minsu

  private static let packages = "\n[packages.api]\npaths = [\"api\"]\n"

  private func approval() -> Record.Body {
    .signoff(
      Record.Signoff(decision: .approve, role: nil, comment: nil, covers: Record.Covers()))
  }

  /// One more release at a commit that has some already.
  private func addTag(_ version: String, _ project: SignedProject) throws {
    try project.test.git("tag", "-a", "-m", version, version)
    try project.write(.tag(object: try project.test.id(version)), of: version, by: minsu)
  }

  /// The ledger of deployments in one commit, so that no line of it came after another.
  private func flatten(_ project: SignedProject) throws {
    let test = project.test
    let ref = "refs/notes/deed/deployments"
    let commit = try test.git("commit-tree", "-m", "both", "\(ref)^{tree}")
    try test.git("update-ref", ref, String(commit.prefix { $0 != "\n" }))
  }

  @Test func `two first releases of one list vouch for each other in nobody's eyes`() async throws {
    let project = try SignedProject(policy: Self.rules + Self.packages)
    let test = project.test
    for version in ["api/v1.0.0", "v1.0.0"] {
      #expect(await project.deed("hanako", "approve", version, "-q").code == 0)
      try addTag(version, project)
    }
    try flatten(project)
    let all = await project.deed(nil, "verify", "--all", "--strict", "--format", "json")
    #expect(all.code == 1 && all.output.contains("\"signers-own\""), "\(all.output)")
    // Of other lists, nobody can tell.
    try test.git("switch", "--quiet", "--orphan", "side")
    try carry("r1.0.0", in: project, files: ["deed.toml": Self.policy + "\nprefix = \"r\"\n"])
    try flatten(project)
    expectHeld(
      await project.deed(nil, "verify", "r1.0.0"), code: 2, "which was there first")
  }

  @Test(arguments: [true, false])
  func `a record of what nobody has stops nobody, joined or before the first release`(
    isJoined: Bool
  ) async throws {
    let project =
      isJoined ? try await released() : try SignedProject(policy: Self.rules)
    let test = project.test
    let nowhere = String(repeating: "1", count: 40)
    let record = try Record(
      at: Timestamp(seconds: TestRepository.epoch), by: minsu,
      commit: try #require(ObjectID(nowhere)),
      release: try ReleaseVersion(parsing: "r9.0.0", prefix: "r"), environment: nil,
      body: .tag(object: try #require(ObjectID(nowhere))), replaces: [])
    let ref = "refs/notes/deed/deployments"
    let blob = try test.git(["hash-object", "-w", "--stdin"], input: record.line + [10])
    let line = "100644 blob \(blob.prefix(40))\t\(nowhere)\n"
    let own = isJoined ? try test.git("ls-tree", ref) + "\n" : ""
    let tree = try test.git(["mktree"], input: Array((own + line).utf8)).prefix(40)
    let root = try test.git("commit-tree", "-m", "root", "\(tree)").prefix(40)
    let tip =
      isJoined
      ? try test.git("commit-tree", "-m", "join", "-p", ref, "-p", "\(root)", "\(tree)").prefix(40)
      : root
    try test.git("update-ref", ref, "\(tip)")
    try test.commit("feat: more")
    try await cut("v1.1.0", project)
    let verified = await project.deed(nil, "verify", "v1.1.0")
    #expect(verified.code == 0, "\(words(verified))")
  }

  @Test func `a late approval of a release that needed none changes nothing`() async throws {
    let project = try SignedProject(files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    let test = project.test
    #expect(await project.deed("hanako", "cut", "v1.0.0", "-q").code == 0)
    try test.commit("feat: api", files: ["deed.toml": Self.policy + Self.packages, "api/x": "x"])
    try await cut("api/v1.0.0", project)
    try project.write(approval(), of: "v1.0.0", at: "v1.0.0", by: minsu)
    for version in ["v1.0.0", "api/v1.0.0"] {
      let verified = await project.deed(nil, "verify", version)
      #expect(verified.code == 0, "\(words(verified))")
    }
    try await cut("v1.1.0", project)
  }

  @Test func `a release is not held to one of another prefix that comes of it`() async throws {
    let project = try SignedProject(files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    let test = project.test
    #expect(await project.deed("hanako", "cut", "v1.0.0", "-q").code == 0)
    let before = await project.deed(nil, "verify", "v1.0.0")
    try test.commit("feat: api", files: ["deed.toml": Self.policy + Self.packages, "api/x": "x"])
    try await cut("api/v1.0.0", project)
    // Joined with a history in which nothing came before it.
    let ref = "refs/notes/deed/deployments"
    let tip = try test.id(ref)
    let commit = try test.id("api/v1.0.0^{commit}")
    let tree = try test.git("ls-tree", "\(tip)").split(separator: "\n").filter {
      $0.hasSuffix("\(commit)")
    }
    let root = try test.git(["mktree"], input: Array((tree.joined(separator: "\n") + "\n").utf8))
    let lone = try test.git("commit-tree", "-m", "lone", String(root.prefix(40))).prefix(40)
    let joined = try test.git(
      "commit-tree", "-m", "join", "-p", "\(tip)", "-p", "\(lone)", "\(tip)^{tree}"
    ).prefix(40)
    try test.git("update-ref", ref, "\(joined)")
    #expect(await project.deed(nil, "verify", "v1.0.0").output == before.output)
  }

  @Test(arguments: ["v0.5.0", "v1.0.5"])
  func `a tag record that nobody can read, of a release that nobody has, stops nobody`(
    version: String
  ) async throws {
    let project = try await released()
    let test = project.test
    let line = try #require(try test.records("deployments").first)
      .replacing("\"v\":1", with: "\"v\":2").replacing("v1.0.0", with: version)
    if version == "v0.5.0" {
      try project.append(Array(line.utf8), to: "deployments", at: "v1.0.0")
    }
    let list = try project.signers(["hanako": "hanako@example.com"])
    let commit = try test.commit("feat: another list", files: [".deed/signers": list])
    if version == "v1.0.5" {
      let moved = line.replacing("\(try test.id("v1.0.0^{commit}"))", with: "\(commit)")
      try project.append(Array(moved.utf8), to: "deployments")
      try test.commit("feat: more")
    }
    for version in ["v1.1.0", "v1.2.0"] {
      try await cut(version, project)
      let verified = await project.deed(nil, "verify", version)
      #expect(verified.code == 0, "\(words(verified))")
      try test.commit("feat: yet more")
    }
  }

  @Test func `where tags are not signed, a later reject undoes no release either`() async throws {
    let project = try await released()
    let test = project.test
    let list = try project.signers(["hanako": "hanako@example.com"])
    try test.commit("feat: Min-su left", files: [".deed/signers": list])
    #expect(await project.deed("hanako", "approve", "v2.0.0", "-q").code == 0)
    #expect(await project.deed(nil, "cut", "v2.0.0", "-q").code == 0)
    _ = await project.deed("minsu", as: minsu, "reject", "v2.0.0", "-m", "no", "-q")
    try test.commit(
      "fix: x", files: [".deed/signers": try project.signers(["mallory": "hanako@example.com"])])
    _ = await project.deed("minsu", as: minsu, "approve", "v3.0.0", "-q")
    try tag("v3.0.0", in: project)
    expectHeld(try await takeOver("v3.1.0", project), code: 1, "v3.0.0 sets no bar here")
  }

  @Test func `the release after one that nobody approved brings no line of a mailmap either`()
    async throws
  {
    let two = Person(name: "Hanako", email: "h2@example.com")
    let project = try SignedProject(
      ["hanako": "hanako@example.com", "minsu": two.email, "mallory": "mallory@example.com"],
      policy: Self.rules.replacing("required = 1", with: "required = 2"),
      files: [".mailmap": "Hanako <hanako@example.com> <\(two.email)>\n"])
    let test = project.test
    let mallory = Person(name: "Mallory", email: "mallory@example.com")
    _ = await project.deed("mallory", as: mallory, "approve", "v1.0.0", "-q")
    try await cut("v1.0.0", project)
    try test.commit("chore: mailmap", files: [".mailmap": "\n"])
    try tag("v1.1.0", in: project)
    for version in ["v1.2.0", "v1.3.0"] {
      try test.commit("feat: more")
      _ = await project.deed("hanako", "approve", version, "-q")
      _ = await project.deed("minsu", as: two, "approve", version, "-q")
      try tag(version, in: project)
      let verified = await project.deed(nil, "verify", version)
      #expect(verified.code == 1 && words(verified).contains("1 of 2"), "\(words(verified))")
    }
  }

  @Test(arguments: [true, false])
  func `a history of its own below all releases lets in nobody`(isOrphan: Bool) async throws {
    let project = try SignedProject(policy: Self.rules)
    let test = project.test
    let root = try test.id("HEAD")
    try test.commit("feat: more")
    try await cut("v1.0.0", project)
    if isOrphan {
      try test.git("switch", "--quiet", "--orphan", "side")
    } else {
      try test.git("switch", "--quiet", "--create", "side", "\(root)")
    }
    try carry("v0.1.0", in: project, files: ["deed.toml": Self.policy])
    expectHeld(try await takeOver("v0.2.0", project), code: 1, "no key of")
    #expect(await project.deed(nil, "verify", "v1.0.0").code == 0)
  }

  @Test func `a number below all releases takes the bar of the nearest in its history`()
    async throws
  {
    let project = try await released()
    try project.test.commit("fix: x", files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    for version in ["v0.9.0", "v0.0.3"] {
      try addTag(version, project)
      let verified = await project.deed(nil, "verify", version)
      #expect(verified.code == 1 && words(verified).contains("0 of 1"), "\(words(verified))")
    }
  }

  @Test func `what is cut because a record says so does not wait for that record`() async throws {
    let project = try SignedProject(policy: Self.rules)
    let test = project.test
    let old = try test.id("HEAD")
    try test.commit("feat: more")
    for version in ["v1.0.0", "v1.1.0"] {
      try await cut(version, project)
      try test.commit("feat: after \(version)")
    }
    _ = try test.bare()
    try test.git("push", "--quiet", "origin", "--all")
    let genuine = try test.id("refs/notes/deed/deployments")
    try forget(project)
    let nobodys = try #require(ObjectID(String(repeating: "1", count: 40)))
    try project.write(
      .tag(object: nobodys), of: "v0.9.0", at: "\(old)", by: TestRepository.minsu)
    let forged = try test.id("refs/notes/deed/deployments")
    try test.git("update-ref", "refs/notes/deed/deployments", "\(genuine)")
    try test.git("notes", "--ref", "deed/deployments", "merge", "-s", "cat_sort_uniq", "\(forged)")
    #expect(await project.deed(nil, "verify", "v1.1.0").code == 2)
    try test.git("push", "--quiet", "origin", "--tags", "refs/notes/deed/*")
    let options = ["v0.9.0", "--commit", "\(old)", "-q", "--push"]
    #expect(await project.deed("hanako", ["approve"] + options).code == 0)
    let ran = await project.deed("hanako", ["cut", "--sign"] + options)
    #expect(ran.code == 0, "\(ran.error)")
    for version in ["v0.9.0", "v1.0.0", "v1.1.0"] {
      let verified = await project.deed(nil, "verify", version)
      #expect(verified.code == 0, "\(words(verified))")
    }
  }
}
