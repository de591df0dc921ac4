import TestSupport
import Testing

@testable import Deed

/// What the commands about artifacts answer, and what they leave behind.
@Suite struct ArtifactAnswerTests {
  @Test func `a later manifest leaves alone what was distributed before it`() async throws {
    let test = try ArtifactTests.project()
    try TestSupport.Files.makeDirectory("\(test.directory)/store")
    let (to, store) = (["--to", "../store"], "../store/v1.0.0")
    #expect(await test.deed("artifacts", "record", "v1.0.0").code == 0)
    #expect(await test.deed(["artifacts", "distribute", "v1.0.0"] + to).code == 0)
    let image = "db@sha256:\(String(repeating: "0", count: 64))"
    #expect(await test.deed("artifacts", "record", "v1.0.0", "--image", image).code == 0)
    #expect(await test.deed("artifacts", "verify", "v1.0.0", store).code == 0)
    let again = await test.deed(["artifacts", "distribute", "v1.0.0"] + to)
    #expect(again.code == 0 && again.output.contains("already, with the same"), "\(again.error)")
    TestSupport.Files.remove("\(test.path)/\(store)/checksums.json")
    let less = await test.deed("artifacts", "verify", "v1.0.0", store)
    #expect(less.code == 1 && less.output.contains("missing  checksums.json"), "\(less.output)")
    let above = await test.deed("artifacts", "verify", "v1.0.0", "../store")
    #expect(above.error.contains("hint: deed artifacts verify v1.0.0 \(store)"), "\(above.error)")
    let nowhere = await test.deed("artifacts", "distribute", "v1.0.0", "--to", "../no")
    #expect(nowhere.code == 2 && nowhere.error.contains("hint: mkdir -p ../no"))
  }

  @Test func `what record writes is never among the artifacts`() async throws {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: ["deed.toml": "[checks.artifacts]\npaths = [\"dist/**\"]\n", "dist/app": "1\n"])
    let among = await test.deed("artifacts", "record", "v1.0.0", "-o", "dist")
    #expect(among.code == 2 && among.output.isEmpty, "\(among.output)")
    #expect(among.error.contains(" would be an artifact itself: dist/** means it\n"))
    #expect(among.error.hasSuffix("hint: name another directory: -o dist-info\n"))
    #expect(try test.records("checks").isEmpty)
    let beside = await test.deed("artifacts", "record", "v1.0.0", "-o", "dist-info")
    #expect(beside.code == 0, "\(beside.error)")
  }

  @Test func `what is shipped is to be recorded before anybody approves, wherever it is asked for`()
    async throws
  {
    let test = try TestRepository()
    let policy = """
      [approvals]
      required = 1
      [environments.staging]
      [environments.production]
      checks = ["artifacts"]
      after = "staging"
      [checks.artifacts]
      paths = ["dist/**"]
      """
    try test.commit("feat: begin", files: ["deed.toml": policy, "dist/app": "1\n"])
    func next() async -> String {
      let lines = await test.deed("status", "v1.0.0").output.split(separator: "\n")
      return lines.last.map(String.init) ?? ""
    }
    #expect(await next() == "next: deed artifacts record v1.0.0")
    #expect(await test.deed("artifacts", "record", "v1.0.0", "-q").code == 0)
    #expect(await next() == "next: deed approve v1.0.0 -e staging")
  }

  @Test func `verify and distribute agree on what is a no and what cannot be told`() async throws {
    let test = try ArtifactTests.project()
    try TestSupport.Files.makeDirectory("\(test.directory)/store")
    #expect(await test.deed("artifacts", "record", "v1.0.0").code == 0)
    func codes(_ command: String) async throws -> [Int32] {
      let ran = try Program.run(
        "sh", ["-c", command], directory: test.path, environment: ["PATH": "/usr/bin:/bin"])
      #expect(ran.status == 0, "\(ran.error)")
      return [
        await test.deed("artifacts", "verify", "v1.0.0").code,
        await test.deed("artifacts", "distribute", "v1.0.0", "--to", "../store").code,
      ]
    }
    #expect(try await codes("mv models/b.bin ../kept") == [1, 1])
    #expect(try await codes("echo other > models/b.bin") == [1, 1])
    #expect(try await codes("rm models/b.bin; mkfifo models/b.bin") == [1, 1])
    #expect(try await codes("rm models/b.bin; mv ../kept models/b.bin") == [0, 0])
    let clone = try test.clone()
    #expect(await clone.deed("artifacts", "verify", "v1.0.0").code == 2)
    #expect(await clone.deed("artifacts", "distribute", "v1.0.0", "--to", "..").code == 2)
  }

  @Test(arguments: ["artifacts record v1.0.0 app", "check v1.0.0 --run --yes"])
  func `a push that fails adds no second result to the first`(command: String) async throws {
    let test = try TestRepository()
    let item = "- [ ] One <!-- deed: run command=\"true\" -->\n"
    try test.commit(
      "feat: begin",
      files: [
        "deed.toml": "[checklists]\nproduction = \"list.md\"\n", "list.md": "# List\n\n\(item)",
        "app": "1\n",
      ])
    let server = try test.bare()
    try TestSupport.Files.write("#!/bin/sh\nexit 1\n", to: "\(server.path)/hooks/pre-receive")
    TestSupport.Files.setMode(0o755, of: "\(server.path)/hooks/pre-receive")
    let ran = await test.deed(
      command.split(separator: " ").map(String.init) + ["--push", "--format", "json"])
    #expect(ran.code != 0 && ran.error.contains("error: "), "\(ran.output)\(ran.error)")
    #expect(ran.output.contains("\"record\" : "), "\(ran.output)")
    let parsed = try Program.run(
      "python3", ["-c", "import json, sys; json.load(sys.stdin)"], directory: "/",
      environment: test.environment, input: Array(ran.output.utf8))
    #expect(parsed.status == 0, "\(parsed.error)\(ran.output)")
  }
}
