import Release
import TestSupport
import Testing

@testable import Checks

@Suite struct SecretsTests {
  private static let key = "Wq3+vN8zR1tY6uB0mK4sD7xC2gH5jL9p"
  private static let environment = """
    # production
    APP_ENV=production
    export SECRET_KEY="\(key)"
    DATABASE_URL='postgres://app:n8zR1tY6uB0mK@db/app'

    """

  private static let settings: [String: CheckSetting] = [
    "files": .table(["production": ".env.production", "staging": ".env.staging"]),
    "required": .texts(["DATABASE_URL", "SECRET_KEY"]),
    "values": .table(["APP_ENV": "production"]), "forbid": .texts(["staging\\."]),
    "names": .text("^[A-Z][A-Z0-9_]*$"), "mode": .text("0600"),
  ]

  private func check(_ settings: [String: CheckSetting] = [:]) -> SecretsCheck {
    SecretsCheck(CheckSettings(Self.settings.merging(settings) { $1 }))
  }

  private func project(_ environment: String = environment) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: [
        ".gitignore": ".env.*\n!.env.example\n",
        ".env.example":
          "APP_ENV=\nSECRET_KEY=changeme\nDATABASE_URL=postgres://app:0ther-w0rd-3x@db/app\nMAIL_FROM=\n",
      ])
    try write(environment, ".env.production", test)
    try write("SECRET_KEY=\(String(Self.key.reversed()))\n", ".env.staging", test)
    return test
  }

  private func write(_ text: String, _ name: String, _ test: TestRepository) throws {
    try Files.write(text, to: "\(test.path)/\(name)")
    Files.setMode(0o600, of: "\(test.path)/\(name)")
  }

  @Test func `complete settings that nobody else has pass`() async throws {
    let test = try project()
    let findings = try await test.findings(of: check())
    #expect(findings.faults == [], "\(findings)")
    #expect(
      findings.map(\.message) == [
        ".env.production has the mode 0600", "3 settings in .env.production, all as they should be",
        "no secret is shared with staging", "no secret in the 2 files of the release",
      ])
  }

  @Test(arguments: [
    ("SECRET_KEY=", "SECRET_KEX=", ["setting-missing .env.production:3"]),
    ("DATABASE_URL=", "#", ["setting-missing .env.production:1"]),
    ("\"\(key)\"", "", ["setting-empty .env.production:3"]),
    (key, "changeme", ["secret-placeholder .env.production:3"]),
    (key, "your-key-here", ["secret-placeholder .env.production:3"]),
    (key, "Wq3+vN8z", ["secret-short .env.production:3"]),
    (key, String(repeating: "abcd", count: 10), ["secret-easy .env.production:3"]),
    (key, String(key.reversed()), ["secret-reused .env.production:3"]),
    ("n8zR1tY6uB0mK", "password", ["secret-placeholder .env.production:4"]),
    ("n8zR1tY6uB0mK", "0ther-w0rd-3x", ["secret-example .env.production:4"]),
    ("@db/", "@staging.db/", ["setting-forbidden .env.production:4"]),
    ("=production", "=staging", ["setting-value .env.production:2"]),
    ("# production", "Mail=x", ["setting-name .env.production:1"]),
    ("# production", "MAIL_FORM=x", ["setting-misspelled .env.production:1"]),
    ("# production", "APP_ENV=production", ["setting-twice .env.production:2"]),
    ("# production", "words", ["settings-unreadable .env.production:1"]),
    ("# production\n", "# production\r\n", ["? settings-line-ends .env.production:1"]),
  ])
  func `each fault is named with its line, and no value`(
    old: String, new: String, faults: [String]
  ) async throws {
    let test = try project(Self.environment.replacing(old, with: new))
    let findings = try await test.findings(of: check())
    #expect(findings.faults == faults, "\(findings)")
    for finding in findings {
      for secret in [Self.key, String(Self.key.reversed()), "n8zR1tY6uB0mK", "0ther-w0rd"] {
        #expect(!finding.message.contains(secret), "\(finding)")
      }
    }
  }

  @Test func `a file that is not there, or is open to others, or tracked, is said`() async throws {
    let test = try project()
    let path = "\(test.path)/.env.production"
    Files.setMode(0o644, of: path)
    #expect(try await test.findings(of: check()).faults == ["secrets-mode .env.production:1"])
    Files.setMode(0o400, of: path)
    #expect(try await test.findings(of: check()).faults == [])
    Files.setMode(0o600, of: path)
    try test.git("add", "--force", ".env.production")
    #expect(try await test.findings(of: check()).faults == ["secrets-tracked .env.production:1"])
    try test.git("rm", "--quiet", "--cached", ".env.production")
    Files.remove(path)
    #expect(try await test.findings(of: check()).faults == ["secrets-missing .env.production:1"])
    try Files.makeDirectory(path)
    #expect(try await test.findings(of: check()).faults == ["secrets-unreadable .env.production:1"])
    try Files.write([0xff, 0xfe, 0x41, 0], to: "\(test.path)/.env.staging")
    let staging = try await test.findings(of: check(), environment: "staging")
    #expect(staging.faults.contains("settings-unreadable .env.staging:1"))
  }

  @Test func `settings may come from a secret manager or the process`() async throws {
    let test = try project()
    func faults(_ command: String) async throws -> [String] {
      try await test.findings(
        of: check(["files": .table([:]), "commands": .table(["production": command])])
      ).faults
    }
    #expect(try await faults("cat .env.production; echo words >&2") == [])
    #expect(
      try await faults("echo words") == [
        "settings-unreadable", "setting-missing", "setting-missing", "setting-missing",
      ])
    let json = "{\"DATABASE_URL\":\"x\",\"SECRET_KEY\":\"short\"}"
    #expect(try await faults("echo '\(json)'") == ["setting-missing", "secret-short"])
    for command in ["exit 3", "echo '{\"A\":[1]}'"] {
      await #expect(throws: CheckTrouble.self) { try await faults(command) }
    }
    let process = try await test.findings(
      of: check(["files": .table([:]), "process": .texts(["production"])]))
    #expect(process.faults == Array(repeating: "setting-missing", count: 3))
    let none = try await test.findings(of: check(), environment: "preview")
    #expect(none.codes.contains("secrets-none"))
  }

  @Test func `secrets in the release are found, unless they are allowed for a reason`()
    async throws
  {
    let test = try project()
    let token = "ghp" + "_" + SecretScannerTests.body.prefix(36)
    try test.commit(
      "feat: more",
      files: [
        "src/設定.py": "x = 1\ntoken = \"\(token)\"\n", "vendor/a.js": token, "yarn.lock": token,
        "tests/copy.py": "x = 1\ntoken = \"\(token)\"\n",
      ])
    #expect(
      try await test.findings(of: check()).faults == [
        "secret-in-tree src/設定.py:2", "secret-in-tree tests/copy.py:2",
      ])
    let allow = ["tests/**": "made up for tests", "old/**": "gone by now"]
    let findings = try await test.findings(of: check(["allow": .table(allow)]))
    #expect(findings.faults == ["secret-in-tree src/設定.py:2", "? allowed-for-nothing"])
    #expect(findings.codes.contains("secret-allowed"))
    await #expect(throws: CheckTrouble.self) {
      try await test.findings(of: check(["allow": .table(["tests/**": " "])]))
    }
  }

  @Test func `gitleaks is asked instead where it is configured and installed`() async throws {
    let test = try project()
    try test.commit(
      "feat: more", files: [".gitleaks.toml": "title = \"ours\"\n", "a b.py": "one\ntwo\n"])
    #expect(try await test.findings(of: check()).codes.contains("tree-clean"))
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
      echo '[{"RuleID":"generic-api-key","File":"a b.py","StartLine":2,"Secret":"REDACTED"}]' > $report
      exit 3

      """
    try Files.write(script, to: "\(tools)/gitleaks")
    Files.setMode(0o755, of: "\(tools)/gitleaks")
    let findings = try await test.findings(of: check(), path: tools)
    #expect(findings.faults == ["secret-in-tree a b.py:2"], "\(findings)")
    try Files.write("#!/bin/sh\nexit 1\n", to: "\(tools)/gitleaks")
    await #expect(throws: CheckTrouble.self) { try await test.findings(of: check(), path: tools) }
  }
}
