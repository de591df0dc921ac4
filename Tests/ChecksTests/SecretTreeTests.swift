import Release
import TestSupport
import Testing

@testable import Checks

/// What is found in the files of the release.
@Suite struct SecretTreeTests {
  @Test func `the environment's own secrets are found in the release, in any kind of file`()
    async throws
  {
    let test = try SecretProject.make()
    let wide = Array("x\ny = \(SecretProject.key)".utf16).flatMap {
      [UInt8($0 & 0xff), UInt8($0 >> 8)]
    }
    try Files.write([0xff, 0xfe] + wide, to: "\(test.path)/a.txt")
    try Files.write([0, 1] + Array(SecretProject.key.utf8) + [0], to: "\(test.path)/b.bin")
    try test.commit(
      "feat: more",
      files: [
        "日本.md": "一\n二 \(SecretProject.key)\(SecretProject.drawn)x\n",
        "c.txt": "n8zR1tY6uB0m\nproduction\n",
      ])
    let findings = try await test.findings(of: SecretProject.check())
    #expect(
      findings.filter { $0.outcome == .fail }.map {
        "\($0.path ?? ""):\($0.line ?? 0) \($0.message)"
      }
        == [
          "a.txt:2 the value of SECRET_KEY of .env.production, 32 characters from column 5",
          "b.bin:1 the value of SECRET_KEY of .env.production, 32 characters from column 3",
          "日本.md:2 the value of SECRET_KEY of .env.production, 32 characters from column 5",
          "日本.md:2 the value of DATABASE_URL of .env.production, 13 characters from column 37",
        ])
    let allowed = try await test.findings(
      of: SecretProject.check(["allow": .table(["**": "shown to all"])]))
    #expect(allowed.faults == [])
    try test.git("rm", "--quiet", "a.txt", "日本.md")
    try Files.write("x", to: "\(test.path)/vendor/a.js")
    try Files.write([0, 0, 1], to: "\(test.path)/b.bin")
    try Files.write("x", to: "\(test.path)/yarn.lock")
    try Files.write(
      "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", to: "\(test.path)/c.bin"
    )
    try test.git("add", "--all")
    try test.git("update-index", "--add", "--cacheinfo", "160000,\(try test.id("HEAD")),sub")
    try test.git("commit", "--quiet", "-m", "feat: less")
    let told = try await test.findings(of: SecretProject.check()).last?.message
    #expect(
      told == "no secret in the 5 files of the release; not looked at: 1 binary, "
        + "1 locked or minified, 1 in Git LFS, 1 submodule, all in vendor")
  }

  @Test func `large files are read, and the largest are named`() async throws {
    let test = try SecretProject.make()
    let token = Array("\ntoken = \"\("gh" + "p_" + SecretScannerTests.body.prefix(36))\"\n".utf8)
    try Files.write(
      [UInt8](repeating: UInt8(ascii: "a"), count: 11 << 20) + token, to: "\(test.path)/large.txt")
    try test.git("add", "large.txt")
    try test.commit("feat: large")
    #expect(
      try await test.findings(of: SecretProject.check()).faults == ["secret-in-tree large.txt:2"])
    let scan = TreeScan(allowed: [], limit: 10, largest: 1 << 20)
    let findings = try scan.findings(test.subject())
    #expect(findings.faults == ["? tree-unread large.txt"], "\(findings)")
    #expect(findings.codes.contains("tree-clean") == false)
    let allowing = TreeScan(allowed: [("large.txt", "weights")], limit: 10, largest: 1 << 20)
    #expect(try allowing.findings(test.subject()).faults == [])
  }

  @Test func `secrets in the release are found, unless they are allowed for a reason`()
    async throws
  {
    let test = try SecretProject.make()
    let token = "ghp" + "_" + SecretScannerTests.body.prefix(36)
    try test.commit(
      "feat: more",
      files: [
        "src/設定.py": "x = 1\ntoken = \"\(token)\"\n", "vendor/a.js": token, "yarn.lock": token,
        "tests/copy.py": "x = 1\ntoken = \"\(token)\"\n",
      ])
    #expect(
      try await test.findings(of: SecretProject.check()).faults == [
        "secret-in-tree src/設定.py:2", "secret-in-tree tests/copy.py:2",
      ])
    let allow = ["tests/**": "made up for tests", "old/**": "gone by now"]
    let findings = try await test.findings(of: SecretProject.check(["allow": .table(allow)]))
    #expect(findings.faults == ["secret-in-tree src/設定.py:2", "? allowed-for-nothing"])
    #expect(findings.codes.contains("secret-allowed"))
    await #expect(throws: CheckTrouble.self) {
      try await test.findings(of: SecretProject.check(["allow": .table(["tests/**": " "])]))
    }
  }

  @Test func `gitleaks is asked instead where it is configured and installed`() async throws {
    let test = try SecretProject.make()
    try test.commit(
      "feat: more", files: [".gitleaks.toml": "title = \"ours\"\n", "a b.py": "one\ntwo\n"])
    #expect(try await test.findings(of: SecretProject.check()).codes.contains("tree-clean"))
    // What attributes and configuration would make of a file is not what is stored.
    try test.commit(
      "feat: attributes", files: [".gitattributes": "* filter=odd eol=crlf\n*.py export-ignore\n"])
    try test.git("config", "filter.odd.smudge", "touch \(test.directory)/ran; cat")
    let tools = "\(test.directory)/bin"
    // What it is told, and the form of its report, are those of gitleaks 8.
    let script = """
      #!/bin/sh
      set -e
      while [ $# -gt 0 ]; do
        case $1 in --report-path) report=$2 ;; --config) test -e "$2" ;; esac
        shift
      done
      test "$(sed -n 2p 'a b.py')" = two
      test "$(wc -c < 'a b.py')" -eq 8
      echo '[{"RuleID":"generic-api-key","File":"a b.py","StartLine":2,"Secret":"REDACTED"}]' > $report
      exit 3

      """
    try Files.write(script, to: "\(tools)/gitleaks")
    Files.setMode(0o755, of: "\(tools)/gitleaks")
    let findings = try await test.findings(of: SecretProject.check(), path: tools)
    #expect(findings.faults == ["secret-in-tree a b.py:2"], "\(findings)")
    #expect(!Files.exists("\(test.directory)/ran"))
    try Files.write("#!/bin/sh\nexit 1\n", to: "\(tools)/gitleaks")
    await #expect(throws: CheckTrouble.self) {
      try await test.findings(of: SecretProject.check(), path: tools)
    }
  }
}
