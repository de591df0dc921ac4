import Release
import TestSupport
import Testing

@testable import Deed

/// What is proposed in clones that lack something: each command can be pasted, and mends it.
@Suite struct CloneTests {
  private func words(_ ran: Ran) -> String {
    (ran.output + ran.error).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Hanako has released v1.0.0, and approved what comes next.
  private func released() async throws -> (test: TestRepository, server: TestRepository) {
    let test = try TestRepository()
    try test.commit("feat: begin")
    let server = try test.bare()
    try test.git("push", "-q", "origin", "main")
    #expect(await test.deed("approve", "v1.0.0", "--push", "-q").code == 0)
    #expect(await test.deed("cut", "v1.0.0", "--push", "-q").code == 0)
    try test.commit("feat: more")
    try test.git("push", "-q", "origin", "main")
    #expect(await test.deed("approve", "v1.1.0", "--push", "-q").code == 0)
    return (test, server)
  }

  @Test func `in a clone that never fetched the ledgers, they are fetched before anybody signs`()
    async throws
  {
    let (_, server) = try await released()
    let clone = try server.clone(as: TestRepository.minsu)
    for version in [[], ["v1.1.0"], ["v1.0.0"]] {
      let status = await clone.deed(["status"] + version)
      #expect(
        status.code == 2 && status.output.hasSuffix("\nnext: deed sync\n"), "\(status.output)")
    }
    #expect(await clone.deed("sync").code == 0)
    let status = await clone.deed("status")
    #expect(
      status.output.hasSuffix(
        "\nnext: deed approve v1.1.0 --push  # by somebody else than Hanako Sato\n"),
      "\(status.output)")
  }

  @Test func `in a shallow clone one command is proposed, once, and it mends all`() async throws {
    let (_, server) = try await released()
    let clone = try server.clone(as: TestRepository.minsu, options: ["--depth=1"])
    #expect(await clone.deed("sync").code == 0)
    let mend = "git fetch --unshallow --tags"
    for command in [["status", "v1.1.0"], ["verify", "v1.0.0"], ["cut", "v1.1.0", "--dry-run"]] {
      let ran = await clone.deed(command)
      #expect(words(ran).contains(mend), "\(ran.output)\(ran.error)")
      #expect(!words(ran).contains("REV") && !words(ran).contains("never pushed"), "\(words(ran))")
      #expect(!words(ran).contains("--commit"), "\(words(ran))")
    }
    let status = await clone.deed("status", "v1.1.0")
    #expect(status.output.hasSuffix("\nnext: \(mend)\n"), "\(status.output)")
    try clone.git(mend.split(separator: " ").dropFirst().map(String.init) + ["-q"])
    #expect(await clone.deed("status", "v1.1.0").output.contains("approvals at least as in v1.0.0"))
    #expect(await clone.deed("verify", "v1.0.0").code == 0)
  }

  @Test func `what plain git left out of a partial clone is told once, and one command brings it`()
    async throws
  {
    let (test, server) = try await released()
    try server.git("config", "uploadpack.allowFilter", "true")
    #expect(await test.deed("check", "tag", "v1.0.0", "--push", "-q").code == 0)
    let clone = try server.clone(options: ["--filter=blob:none", "--no-local"])
    try clone.git("fetch", "-q", "origin", "+refs/notes/deed/*:refs/deed/remotes/origin/*")
    let doctor = await clone.deed("doctor", "-q")
    #expect(doctor.code == 2, "\(doctor.output)")
    let told = doctor.output.split(separator: "\n").filter { $0.contains("that is not here") }
    #expect(told.count == 1, "\(doctor.output)")
    #expect(doctor.output.contains("→ deed sync\n"), "\(doctor.output)")
    #expect(await clone.deed("sync", "-q").code == 0)
    #expect(await clone.deed("doctor", "-q").output == "nothing to mend\n")
    #expect(await clone.deed("verify", "v1.0.0").code == 0)
  }

  @Test func `a tag in the way of a release's is named, with the command that makes room`()
    async throws
  {
    let (_, server) = try await released()
    let clone = try server.clone(as: TestRepository.minsu, options: ["--no-tags"])
    try clone.git("tag", "v1.0.0/x")
    #expect(await clone.deed("sync", "-q").code == 0)
    let mend = "git tag -d v1.0.0/x && git fetch origin tag v1.0.0"
    let status = await clone.deed("status", "v1.0.0")
    #expect(status.output.hasSuffix("\nnext: \(mend)\n"), "\(status.output)")
    #expect(
      words(await clone.deed("verify", "v1.0.0")).contains("its tag is not here: \(mend), or"))
    #expect(words(await clone.deed("status", "v1.1.0")).contains("where \(mend) does not bring it"))
    let doctor = await clone.deed("doctor", "-q")
    #expect(doctor.code == 1, "\(doctor.output)")
    #expect(
      doctor.output.contains("the tag v1.0.0/x leaves no room for v1.0.0"), "\(doctor.output)")
    #expect(doctor.output.contains("→ \(mend)\n"), "\(doctor.output)")
    try clone.git("tag", "-d", "v1.0.0/x")
    try clone.git("fetch", "-q", "origin", "tag", "v1.0.0")
    #expect(await clone.deed("verify", "v1.0.0").code == 0)
    #expect(await clone.deed("doctor", "-q").code == 0)
  }

  @Test func `a record of something below a release has nobody remove that release's tag`()
    async throws
  {
    let (test, _) = try await released()
    try test.git("notes", "--ref", "deed/deployments", "remove", "--ignore-missing", "HEAD")
    for name in ["v1.0.0/v9.9.9", "v1.0.0/x/v2.0.0"] {
      try test.commit("fix: \(name)")
      let prefix = String(name.dropLast(5))
      try test.forgeTagRecord(of: name, prefix: prefix)
    }
    let doctor = await test.deed("doctor", "-q")
    #expect(!doctor.output.contains("git tag -d"), "\(doctor.output)")
  }

  @Test func `what people read of a sync, a redaction and a hook stays within 80 columns`()
    async throws
  {
    let (test, server) = try await released()
    let hook = "\(server.path)/hooks/update"
    try Files.write(
      "#!/bin/sh\necho \(String(repeating: "no and ", count: 40)) >&2; exit 1\n", to: hook)
    Files.setMode(0o755, of: hook)
    #expect(await test.deed("reject", "v1.1.0", "-m", "no", "-q").code == 0)
    let screen = Terminal(isOutput: true, isError: true)
    var said = await test.deed(["sync"], terminal: screen)
    #expect(said.code == 1)
    var lines = (said.output + said.error).split(separator: "\n").map(String.init)
    said = await test.deed(["sync", server.path], terminal: screen)
    lines += (said.output + said.error).split(separator: "\n").map(String.init)
    said = await server.deed(["hook", "install", "--dry-run"], terminal: screen)
    said = await test.deed(["hook", "install"], terminal: screen)
    lines += said.error.split(separator: "\n").map(String.init)
    #expect(lines.count > 8)
    for line in lines where line.contains(" ") && !line.contains(server.path) {
      #expect(line.displayWidth <= 80, "\(line)")
    }
  }
}
