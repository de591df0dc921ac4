import Release
import TestSupport
import Testing

@testable import Deed

/// Releases that bring lists of signers, and what is made of them.
protocol LineageLab {}

extension LineageLab {
  static var rules: String {
    """
    required = 1
    signers = ".deed/signers"
    [tags]
    require = ["production"]
    """
  }
  static var policy: String { "[approvals]\nsigned = true\n\(rules)\n" }

  /// A release whose list has Hanako's key and Min-su's, and more.
  func released(_ rules: String = Self.rules) async throws -> SignedProject {
    let project = try SignedProject(policy: rules)
    try await cut("v1.0.0", project)
    return project
  }

  func cut(_ version: String, _ project: SignedProject) async throws {
    #expect(await project.deed("hanako", "approve", version, "-q").code == 0)
    let ran = await project.deed("hanako", "cut", version, "--sign", "-q")
    #expect(ran.code == 0, "\(ran.error)")
  }

  func words(_ ran: Ran) -> String {
    (ran.output + " " + ran.error).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Commits a list by which Mallory's key is Hanako's, and says that it was released.
  func carry(
    _ version: String, in project: SignedProject, files: [String: String] = [:]
  ) throws {
    let list = try project.signers(["mallory": "hanako@example.com"])
    try project.test.commit("fix: x", files: [".deed/signers": list].merging(files) { $1 })
    try tag(version, in: project)
  }

  func tag(_ version: String, in project: SignedProject) throws {
    let prefix = version.prefix { !$0.isNumber }
    try project.test.git("tag", "-a", "-m", version, version)
    try project.test.forgeTagRecord(of: version, prefix: String(prefix), object: version)
  }

  /// Brings a branch's list to the main one.
  func merge(_ branch: String, in project: SignedProject) throws {
    try project.test.git("switch", "--quiet", "main")
    try project.test.git(
      "merge", "--quiet", "--allow-unrelated-histories", "-s", "ours", "-m", "feat: merge", branch)
    try project.test.git("checkout", "--quiet", branch, ".deed")
  }

  /// Releases what Mallory's key approved in Hanako's name: what `verify` says of it.
  func takeOver(
    _ version: String, _ project: SignedProject, with settings: [(String, String)] = []
  ) async throws -> Ran {
    try project.test.commit("feat: evil")
    _ = await project.deed("mallory", "approve", version, "-e", "production", "-q")
    try tag(version, in: project)
    return await project.deed(nil, "verify", version, with: settings)
  }

  func expectHeld(_ ran: Ran, code: Int32, _ said: String = "not proven") {
    #expect(ran.code == code && words(ran).contains(said), "\(words(ran))")
    #expect(!words(ran).contains("is proven by their keys"), "\(words(ran))")
  }

  /// Takes the ledger of deployments away, and all that this clone knows of it.
  func forget(_ project: SignedProject) throws {
    let test = project.test
    try test.git("update-ref", "-d", "refs/notes/deed/deployments")
    let removed = try Program.run(
      "rm", ["-r", "-f", ".git/deed", ".git/logs/refs/notes"], directory: test.path,
      environment: test.environment)
    try #require(removed.status == 0)
  }

  /// Forges a release on a ledger of its own, and joins that to the genuine one.
  func join(_ version: String, in project: SignedProject) throws {
    let test = project.test
    let genuine = try test.id("refs/notes/deed/deployments")
    try forget(project)
    try carry(version, in: project)
    let forged = try test.id("refs/notes/deed/deployments")
    try test.git("update-ref", "refs/notes/deed/deployments", "\(genuine)")
    try test.git("notes", "--ref", "deed/deployments", "merge", "-s", "cat_sort_uniq", "\(forged)")
  }
}

extension SignedProject {
  /// A record that plain git writes, signed with somebody's key or not at all.
  func write(
    _ body: Record.Body, of release: String, at revision: String = "HEAD", by person: Person,
    signedBy key: String? = nil, time: Timestamp? = nil, replacing replaced: [RecordID] = []
  ) throws {
    var record = try Record(
      at: time ?? Timestamp(seconds: TestRepository.epoch), by: person,
      commit: try test.id("\(revision)^{commit}"),
      release: try ReleaseVersion(
        parsing: release, prefix: String(release.prefix { !$0.isNumber })),
      environment: [.tag, .manifest].contains(body.kind) ? nil : "production", body: body,
      replaces: replaced)
    if let key {
      let made = try Program.run(
        "ssh-keygen", ["-q", "-Y", "sign", "-n", "deed", "-f", "\(test.directory)/\(key)"],
        directory: test.directory, environment: test.environment, input: record.payload)
      record = try record.signed(Record.Signature(format: "ssh", value: made.text))
    }
    try append(record.line, to: body.kind.ledger.rawValue, at: revision)
  }

  func append(_ line: [UInt8], to ledger: String, at revision: String = "HEAD") throws {
    try test.git(
      ["notes", "--ref", "deed/\(ledger)", "append", "-F", "-", "\(revision)^{commit}"],
      input: line + [10])
  }
}
