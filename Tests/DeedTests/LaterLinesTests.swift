import Release
import TestSupport
import Testing

@testable import Deed

/// What lines that come after a release do to it, whoever wrote them: nothing that was true before.
@Suite struct LaterLinesTests: LineageLab {
  private let minsu = TestRepository.minsu
  private let mallory = Person(name: "Mallory", email: "mallory@example.com")

  /// v1.0.0 asked for nothing, v2.0.0 asks for signed approvals; neither tag is signed.
  private func begun() async throws -> SignedProject {
    let project = try SignedProject(files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    #expect(await project.deed("hanako", "cut", "v1.0.0", "-q").code == 0)
    try project.test.commit("feat: signed", files: ["deed.toml": Self.policy])
    #expect(await project.deed("hanako", "approve", "v2.0.0", "-q").code == 0)
    #expect(await project.deed(nil, "cut", "v2.0.0", "-q").code == 0)
    return project
  }

  private func tagRecord(of release: String, _ project: SignedProject) throws -> Record {
    let lines = try project.test.records("deployments").map { LedgerLine(parsing: Array($0.utf8)) }
    return try #require(
      lines.lazy.compactMap { line -> Record? in
        guard case .record(let record) = line, record.release == release else { return nil }
        return record
      }.first)
  }

  private func unreadable(
    _ body: String, _ ledger: String, _ project: SignedProject, at commit: String
  )
    throws
  {
    let id = try project.test.id("\(commit)^{commit}")
    let line =
      "{\"at\":\"2026-01-01T00:00:00.000Z\",\"body\":{\"x\":1},\"by\":\"Mallory <mallory@example.com>\","
      + "\"commit\":\"\(id)\",\(body)\"v\":2}"
    try project.append(Array(line.utf8), to: ledger, at: commit)
  }

  @Test func `a record in the place of a genuine one does not change when its release came`()
    async throws
  {
    let project = try await begun()
    let genuine = try tagRecord(of: "v2.0.0", project)
    try carry("v3.0.0", in: project)
    try project.write(
      genuine.body, of: "v2.0.0", at: "v2.0.0", by: mallory, replacing: [genuine.id])
    let forged = await project.deed(nil, "verify", "v3.0.0")
    #expect(forged.code == 1 && words(forged).contains("signoffs: 0 of 1"), "\(words(forged))")
    expectHeld(try await takeOver("v3.1.0", project), code: 1, "signoffs: 0 of 1")
    let verified = await project.deed(nil, "verify", "v2.0.0")
    #expect(verified.code == 0, "\(words(verified))")
  }

  @Test func `a later release of an older line makes no record void`() async throws {
    let project = try await begun()
    let test = project.test
    let genuine = try tagRecord(of: "v2.0.0", project)
    try test.commit(
      "chore: x",
      files: [
        "deed.toml":
          "[approvals]\nrequired = 0\nsigners = \".deed/signers\"\n[tags]\nsign = \"always\"\n",
        ".deed/signers": try project.signers(["mallory": "mallory@example.com"]),
      ])
    try test.git("tag", "-a", "-m", "old", "v1.9.9")
    try project.write(
      .tag(object: try test.id("v1.9.9")), of: "v1.9.9", by: mallory, signedBy: "mallory")
    try test.git("revert", "--no-edit", "HEAD")
    try project.write(genuine.body, of: "v2.0.0", at: "v2.0.0", by: mallory, signedBy: "mallory")
    let said = words(await project.deed(nil, "verify", "v2.0.0"))
    #expect(said.contains("2 tag records of v2.0.0 stand"), "\(said)")
    #expect(said.contains("cut by Hanako Sato") && !said.contains("v1.9.9"), "\(said)")
  }

  @Test(arguments: ["\"kind\":\"tag\",\"release\":\"v1.0.0\",", "\"kind\":\"tag\","])
  func `a tag record that nobody can read, beside one of a release that is here, stops nobody`(
    body: String
  ) async throws {
    let project = try await released()
    try unreadable(body, "deployments", project, at: "v1.0.0")
    let before = await project.deed(nil, "verify", "v1.0.0")
    #expect(before.code == 0 && words(before).contains("came after the tag"), "\(words(before))")
    try project.test.commit("feat: more")
    try await cut("v1.1.0", project)
    let verified = await project.deed(nil, "verify", "v1.1.0")
    #expect(verified.code == 0, "\(words(verified))")
  }

  @Test(arguments: [
    ("signoff", "signoffs"), ("decision", "signoffs"), ("waiver", "checklists"),
    ("result", "checklists"), ("check", "checks"), ("manifest", "checks"),
  ])
  func `what nobody can judge, and came after the tag, unproves nothing`(
    kind: String, ledger: String
  )
    async throws
  {
    let project = try await released()
    try unreadable(
      "\"environment\":\"production\",\"kind\":\"\(kind)\",\"release\":\"v1.0.0\",", ledger,
      project,
      at: "v1.0.0")
    let verified = await project.deed(nil, "verify", "v1.0.0", "--format", "json")
    #expect(verified.code == 0, "\(verified.output)")
    #expect(verified.output.contains("\"later-unknown\""), "\(verified.output)")
    // But nothing goes anywhere by it.
    guard ["signoff", "waiver"].contains(kind) else { return }
    let status = await project.deed(nil, "status", "v1.0.0")
    #expect(status.code == 2, "\(words(status))")
    #expect(verified.output.contains("\"changed-after-cut\""), "\(verified.output)")
  }

  @Test func `what nobody can judge, and stood when the tag was made, is no proof`() async throws {
    let project = try SignedProject(policy: Self.rules)
    let test = project.test
    #expect(await project.deed("hanako", "approve", "v1.0.0", "-q").code == 0)
    try unreadable(
      "\"environment\":\"production\",\"kind\":\"signoff\",", "signoffs", project, at: "HEAD")
    let tip = try test.id("refs/notes/deed/signoffs")
    try test.git("tag", "-a", "-m", "x\n\nDeed-Ledgers: signoffs=\(tip)", "v1.0.0")
    try test.forgeTagRecord(of: "v1.0.0", prefix: "v", object: "v1.0.0")
    let verified = await project.deed(nil, "verify", "v1.0.0", "--format", "json")
    #expect(
      verified.code == 2 && verified.output.contains("\"record-unknown\""), "\(verified.output)")
  }

  @Test func `what was not met when the tag was made is not met by what nobody can judge`()
    async throws
  {
    let project = try SignedProject(policy: Self.rules)
    try tag("v1.0.0", in: project)
    let tip = try project.test.id("refs/notes/deed/deployments")
    try project.test.git(
      "tag", "-f", "-a", "-m", "x\n\nDeed-Ledgers: deployments=\(tip)", "v1.0.0")
    #expect(await project.deed("hanako", "approve", "v1.0.0", "-q").code != 2)
    try unreadable(
      "\"environment\":\"production\",\"kind\":\"signoff\",\"release\":\"v1.0.0\",", "signoffs",
      project, at: "v1.0.0")
    let verified = await project.deed(nil, "verify", "v1.0.0")
    #expect(verified.code != 0 && !words(verified).contains("was met when"), "\(words(verified))")
  }

  @Test func `a manifest after the tag, whose file nobody has, is told and changes nothing`()
    async throws
  {
    let project = try await released()
    let file = Record.Attachment(
      blob: try #require(ObjectID(String(repeating: "1", count: 40))), name: "m",
      digest: Digest(of: "{}".utf8), size: 2)
    try project.write(
      .manifest(Record.ManifestSummary(file: file, artifacts: 0, images: 0, size: 2)), of: "v1.0.0",
      by: mallory)
    let verified = await project.deed(nil, "verify", "v1.0.0", "--format", "json")
    #expect(verified.code == 0, "\(verified.output)")
    #expect(verified.output.contains("\"manifest-later\""), "\(verified.output)")
  }

  @Test func `a manifest in the place of the one that the tag names ships nothing`() async throws {
    let project = try SignedProject(policy: Self.rules, files: [".gitignore": "app.bin\n"])
    let test = project.test
    try Files.write("good", to: "\(test.path)/app.bin")
    #expect(await project.deed("hanako", "artifacts", "record", "v1.0.0", "app.bin").code == 0)
    try await cut("v1.0.0", project)
    let genuine = try #require(try manifests(project).first)
    try Files.write("evil", to: "\(test.path)/app.bin")
    let tag = try test.id("v1.0.0")
    try test.git("tag", "-d", "v1.0.0")
    let notes = try test.id("refs/notes/deed/deployments")
    try test.git("update-ref", "-d", "refs/notes/deed/deployments")
    let forged = await project.deed(
      nil, as: mallory, "artifacts", "record", "v1.0.0", "app.bin", "--replace", "--no-sign")
    #expect(forged.code == 0, "\(words(forged))")
    try test.git("update-ref", "refs/notes/deed/deployments", "\(notes)")
    try test.git("update-ref", "refs/tags/v1.0.0", "\(tag)")
    #expect(try manifests(project).contains { $0.replaces == [genuine.id] })
    for (content, code) in [("evil", Int32(1)), ("good", 0)] {
      try Files.write(content, to: "\(test.path)/app.bin")
      let verified = await project.deed(nil, "verify", "v1.0.0", "--artifacts", ".")
      #expect(verified.code == code, "\(words(verified))")
      let files = await project.deed(nil, "artifacts", "verify", "v1.0.0", ".")
      #expect(files.code == code, "\(words(files))")
    }
  }

  private func manifests(_ project: SignedProject) throws -> [Record] {
    try project.test.records("checks").compactMap { line in
      guard case .record(let record) = LedgerLine(parsing: Array(line.utf8)),
        record.kind == .manifest
      else { return nil }
      return record
    }
  }

  @Test(arguments: ["reject", "withdraw"])
  func `a no that came after the cut is heard, signed as it is`(word: String) async throws {
    let project = try SignedProject(policy: Self.rules)
    #expect(await project.deed("minsu", as: minsu, "approve", "v1.0.0", "-q").code == 0)
    #expect(await project.deed("hanako", "cut", "v1.0.0", "--sign", "-q").code == 0)
    #expect(await project.deed(nil, "verify", "v1.0.0").code == 0)
    let said = await project.deed("minsu", as: minsu, word, "v1.0.0", "-m", "a bug", "-q")
    #expect(said.code == 0, "\(words(said))")
    let verified = await project.deed(nil, "verify", "v1.0.0")
    #expect(verified.code == 1, "\(words(verified))")
  }

  @Test func `where nobody asks for it before the tag, what nobody can judge unproves nothing`()
    async throws
  {
    let project = try SignedProject(
      policy: Self.rules + """

        [environments.staging]
        approvals.required = 0
        checks = ["tests"]
        [environments.production]
        [checks.tests]
        run = "true"
        """)
    // On the candidate, of what no environment asks for; then after the tag.
    try unreadable(
      "\"environment\":\"production\",\"kind\":\"result\",\"release\":\"v1.0.0\",", "checklists",
      project, at: "HEAD")
    #expect(await project.deed("hanako", "approve", "v1.0.0", "-e", "production", "-q").code == 0)
    #expect(await project.deed("hanako", "cut", "v1.0.0", "--sign", "-q").code == 0)
    for (kind, ledger) in [("check", "checks"), ("signoff", "signoffs")] {
      try unreadable(
        "\"environment\":\"staging\",\"kind\":\"\(kind)\",\"release\":\"v1.0.0\",", ledger, project,
        at: "v1.0.0")
    }
    let verified = await project.deed(nil, "verify", "v1.0.0", "--format", "json")
    #expect(verified.code == 0, "\(verified.output)")
    for code in ["record-unknown", "later-unknown"] {
      #expect(verified.output.contains("\"\(code)\""), "\(verified.output)")
    }
  }

  @Test func `a record without its tag, that came after a release, sets no bar for it`()
    async throws
  {
    let project = try SignedProject(files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    let test = project.test
    #expect(await project.deed("hanako", "cut", "v1.0.0", "-q").code == 0)
    try test.commit("feat: signed", files: ["deed.toml": Self.policy])
    let between = try test.id("HEAD")
    try test.commit("feat: two")
    try await cut("v2.0.0", project)
    try project.write(
      .tag(object: try #require(ObjectID(String(repeating: "1", count: 40)))), of: "v1.9.9",
      at: "\(between)", by: mallory)
    let verified = await project.deed(nil, "verify", "v2.0.0")
    #expect(verified.code == 0, "\(words(verified))")
    try test.commit("feat: more")
    try await cut("v2.1.0", project)
  }

  @Test func `what a backport asks for, a go on the newer release is not held to`() async throws {
    let project = try await released()
    let test = project.test
    try test.commit("feat: two")
    try await cut("v2.0.0", project)
    try test.git("switch", "--quiet", "--create", "release/1.0", "v1.0.0")
    try test.commit(
      "fix: x",
      files: ["deed.toml": Self.policy.replacing("required = 1", with: "required = 2")])
    #expect(await project.deed("minsu", as: minsu, "approve", "v1.0.1", "-q").code == 0)
    let options = ["cut", "v1.0.1", "--sign", "-q"]
    #expect(await project.deed("hanako", "approve", "v1.0.1", "-q").code == 0)
    #expect(await project.deed("hanako", options).code == 0)
    try test.git("switch", "--quiet", "main")
    #expect(await project.deed("hanako", "go", "v2.0.0", "-q").code == 0)
    let verified = await project.deed(nil, "verify", "v2.0.0")
    #expect(verified.code == 0, "\(words(verified))")
  }

  @Test func `a deployment that nobody can judge is got past by deploying again`() async throws {
    let policy = """
      required = 1
      signers = ".deed/signers"
      [environments.staging]
      [environments.production]
      after = "staging"
      """
    let project = try SignedProject(policy: policy)
    try unreadable("\"kind\":\"deployment\",", "deployments", project, at: "HEAD")
    for place in ["staging", "production"] {
      #expect(await project.deed("hanako", "approve", "v1.0.0", "-e", place, "-q").code == 0)
    }
    let before = await project.deed(nil, "status", "v1.0.0")
    #expect(
      before.code == 2 && words(before).contains("predecessor staging: record"), "\(words(before))")
    #expect(await project.deed("hanako", "cut", "v1.0.0", "-q").code == 0)
    #expect(await project.deed("hanako", "go", "v1.0.0", "-e", "staging", "-q").code == 0)
    let deployed = await project.deed(
      "hanako", "deploy", "v1.0.0", "-e", "staging", "--finished", "-q")
    #expect(deployed.code == 0, "\(words(deployed))")
    let after = await project.deed(nil, "status", "v1.0.0")
    #expect(after.code == 0, "\(words(after))")
  }
}
