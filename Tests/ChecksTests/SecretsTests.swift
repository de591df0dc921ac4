import Release
import TestSupport
import Testing

@testable import Checks

/// What is wrong with an environment's settings.
@Suite struct SecretsTests {
  private static let key = SecretProject.key
  private static let drawn = SecretProject.drawn

  private static let refers = [
    "? settings-reading .env.production:3", "secret-placeholder .env.production:3",
  ]

  @Test func `complete settings that nobody else has pass`() async throws {
    let test = try SecretProject.make()
    let findings = try await test.findings(of: SecretProject.check())
    #expect(findings.faults == [], "\(findings)")
    #expect(
      findings.map(\.message) == [
        ".env.production has the mode 0600", "4 settings in .env.production, all as they should be",
        "no secret is shared with staging", "no secret in the 2 files of the release",
      ])
  }

  @Test(arguments: [
    ("SECRET_KEY=", "SECRET_KEX=", ["setting-missing .env.production:3"]),
    ("DATABASE_URL=", "#", ["setting-missing .env.production"]),
    ("\"\(key)\"", "", ["setting-empty .env.production:3"]),
    (key, "changeme", ["secret-placeholder .env.production:3"]),
    (key, "your-key-here", ["secret-placeholder .env.production:3"]),
    (key, "Wq3+vN8z", ["secret-short .env.production:3"]),
    (key, String(repeating: "abcd", count: 10), ["secret-easy .env.production:3"]),
    (key, String(key.reversed()), ["secret-reused .env.production:3"]),
    (drawn, "password", ["secret-easy .env.production:4"]),
    (drawn, "app", ["secret-easy .env.production:4"]),
    (drawn, "your-password", ["secret-placeholder .env.production:4"]),
    (key, "passwordpasswordpasswordpasswordpassword", ["secret-easy .env.production:3"]),
    (key, "django-insecure-\(key)", ["secret-placeholder .env.production:3"]),
    (drawn, "violet-otter-piano", ["secret-example .env.production:4"]),
    ("@db/", "@staging.db/", ["setting-forbidden .env.production:4"]),
    ("=production", "=staging", ["setting-value .env.production:2"]),
    ("# production", "Mail=x", ["setting-name .env.production:1"]),
    ("MAIL_FROM=", "MAIL_FORM=", ["setting-misspelled .env.production:5"]),
    ("MAIL_FROM=", "#", ["? setting-unset .env.production"]),
    ("\"Shop <a@shop.example>\"", "要変更", ["secret-placeholder .env.production:5"]),
    ("a@shop.example", "your-address", ["secret-placeholder .env.production:5"]),
    ("\"\(key)\"", "${SECRET}", refers),
    ("\"\(key)\"", "\"  \"", ["setting-empty .env.production:3"]),
    ("APP_ENV=", "APP_ENV = ", ["? settings-reading .env.production:2"]),
    ("\"Shop <a@shop.example>\"", "Shop a", ["? settings-reading .env.production:5"]),
    ("production\nexport", "production # 本番\nexport", ["? settings-reading .env.production:2"]),
    ("# production", "\u{feff}# production", ["? settings-reading .env.production:1"]),
    ("# production", "APP_ENV=production", ["setting-twice .env.production:2"]),
    (
      "# production", "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
      [
        "secret-placeholder .env.production:1"
      ]
    ),
    (
      "# production", "AWS_ACCESS_KEY_ID=AKIAXXXXXXXXXXXXXXXX",
      [
        "secret-placeholder .env.production:1"
      ]
    ),
    ("# production", "AWS_ACCESS_KEY_ID=AKIAQ7ZT2VLXR1TY6UB0", []),
    ("# production", "words", ["settings-unreadable .env.production:1"]),
    ("# production\n", "# production\r\n", ["? settings-line-ends .env.production:1"]),
  ])
  func `each fault is named with its line, and no value`(
    old: String, new: String, faults: [String]
  ) async throws {
    let test = try SecretProject.make(SecretProject.environment.replacing(old, with: new))
    let findings = try await test.findings(of: SecretProject.check())
    #expect(findings.faults == faults, "\(findings)")
    for finding in findings {
      for secret in [
        SecretProject.key, String(SecretProject.key.reversed()), SecretProject.drawn,
        "violet-otter",
      ] {
        #expect(!finding.message.contains(secret), "\(finding)")
      }
    }
  }

  @Test func `a required setting that is missing is told with the name that may be meant`()
    async throws
  {
    let test = try SecretProject.make(
      SecretProject.environment.replacing("SECRET_KEY=", with: "SECRET_KYE=") + "DATABASE_URI=x\n")
    func missing(_ required: [String]) async throws -> [String] {
      try await test.findings(of: SecretProject.check(["required": .texts(required)]))
        .filter { $0.code == "setting-missing" }
        .map { "\($0.line ?? 0) \($0.message): \($0.hint ?? "")" }
    }
    #expect(
      try await missing(["SECRET_KEY"])
        == ["3 SECRET_KEY is not set; is it SECRET_KYE?: mend the name, or set both"])
    // What is wanted itself is no other one misspelled.
    let both = try await missing(["DATABASE_URI", "DATABASE_URJ"])
    #expect(both.count == 1 && both[0].hasPrefix("4 DATABASE_URJ is not set; is it DATABASE_URL?"))
    #expect(
      try await missing(["DATABASE_URI", "DATABASE_URJ", "DATABASE_URL"])
        == ["0 DATABASE_URJ is not set in .env.production: "])
  }

  @Test func `a name that may be a part of a value is not told where it is read differently`()
    async throws
  {
    let test = try SecretProject.make(SecretProject.environment + "MIIEhunterGhi= x\n")
    let told = try await test.findings(of: SecretProject.check()).filter { $0.line == 6 }
    #expect(told.contains { $0.code == "settings-reading" }, "\(told)")
    #expect(told.allSatisfy { $0.message.hasPrefix("what line 6 sets ") }, "\(told)")
  }

  @Test func `a file that is no text has that one fault`() async throws {
    let test = try SecretProject.make("SECRET_KEY=\u{0}\n")
    #expect(
      try await test.findings(of: SecretProject.check()).faults == [
        "settings-unreadable .env.production:1"
      ])
  }

  @Test func `a value that goes over several lines is not taken for names`() async throws {
    let parts = ["q8Zr3LmT0vXy7NbC1dKf5GhJ2sPw", "q9Zr3LmT0vXy"]
    let test = try SecretProject.make(
      SecretProject.environment + "APP_KEY=\n\(parts[0])==\n\(parts[1])=x\n")
    let findings = try await test.findings(of: SecretProject.check())
    #expect(
      findings.faults == [
        "settings-unreadable .env.production:7", "setting-name .env.production:8",
      ], "\(findings)")
    for finding in findings {
      #expect(!parts.contains(where: finding.message.contains), "\(finding)")
    }
  }

  @Test func `a command for secrets, and gitleaks, end where they are to stop`() async throws {
    let test = try SecretProject.make()
    let tools = "\(test.directory)/bin"
    try Files.write("#!/bin/sh\nexec sleep 600\n", to: "\(tools)/gitleaks")
    Files.setMode(0o755, of: "\(tools)/gitleaks")
    let command = SecretProject.check([
      "files": .table([:]), "commands": .table(["production": "sleep 600"]),
    ])
    for (check, config) in [(command, "x"), (SecretProject.check(), ".gitleaks.toml")] {
      try test.commit("feat: \(config)", files: [config: "title = \"ours\"\n"])
      var subject = try test.subject(path: tools)
      subject.watch = ReadingWatch(isStopped: { true })
      let stopped = subject
      await #expect(throws: CheckTrouble("it was stopped")) { try await check.run(on: stopped) }
    }
  }

  @Test func `a command for secrets has as long as it is given, and is asked once`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    func settings(_ command: String) -> CheckSettings {
      CheckSettings(["commands": .table(["production": command]), "timeout": .text("1s")])
    }
    await #expect {
      try await test.findings(of: SecretsCheck(settings("sleep 700\necho A=1")))
    } throws: { error in
      let message = (error as? CheckTrouble)?.message ?? ""
      return message.contains("did not end within 1") && message.hasSuffix(": sleep 700 …")
    }
    let subject = try test.subject()
    let asked = settings("echo x >>.git/asked; echo A=1")
    _ = try await SecretMask.values(asked, on: subject)
    _ = try await SecretsCheck(asked).run(on: subject)
    #expect(Files.read("\(test.path)/.git/asked") == Array("x\n".utf8))
  }

  @Test func `a file that is not there, or is open to others, or tracked, is said`() async throws {
    let test = try SecretProject.make()
    let path = "\(test.path)/.env.production"
    Files.setMode(0o644, of: path)
    #expect(
      try await test.findings(of: SecretProject.check()).faults == [
        "secrets-mode .env.production:1"
      ])
    Files.setMode(0o400, of: path)
    #expect(try await test.findings(of: SecretProject.check()).faults == [])
    Files.setMode(0o600, of: path)
    try test.git("add", "--force", ".env.production")
    #expect(
      try await test.findings(of: SecretProject.check()).faults == [
        "secrets-tracked .env.production:1"
      ])
    try test.git("rm", "--quiet", "--cached", ".env.production")
    Files.remove(path)
    #expect(
      try await test.findings(of: SecretProject.check()).faults == [
        "secrets-missing .env.production:1"
      ])
    try Files.makeDirectory(path)
    #expect(
      try await test.findings(of: SecretProject.check()).faults == [
        "secrets-unreadable .env.production:1"
      ])
    try Files.write([0xff, 0xfe, 0x41, 0], to: "\(test.path)/.env.staging")
    let staging = try await test.findings(of: SecretProject.check(), environment: "staging")
    #expect(staging.faults.contains("settings-unreadable .env.staging:1"))
  }

  @Test func `settings may come from a secret manager or the process`() async throws {
    let test = try SecretProject.make()
    func faults(_ command: String) async throws -> [String] {
      try await test.findings(
        of: SecretProject.check(["files": .table([:]), "commands": .table(["production": command])])
      ).faults
    }
    #expect(try await faults("cat .env.production; echo words >&2") == [])
    #expect(
      try await faults("echo words") == [
        "settings-unreadable", "setting-missing", "setting-missing", "setting-missing",
        "? setting-unset",
      ])
    let json = "{\"DATABASE_URL\":\"x\",\"SECRET_KEY\":\"q7Zt\",\"MAIL_FROM\":\"a\"}"
    #expect(try await faults("echo '\(json)'") == ["setting-missing", "secret-short"])
    let bare = json.replacing("\"a\"", with: "12.50")
    #expect(try await faults("echo '\(bare)'") == ["setting-missing", "secret-short"])
    // The sign of kelvins is a K to Unicode, and to no program that looks for SECRET_KEY.
    let kelvin = json.replacing("_KEY", with: "_\u{212a}EY")
    #expect(try await faults("echo '\(kelvin)'").count { $0 == "setting-missing" } == 2)
    for command in ["exit 3", "echo '{\"A\":[1]}'", "echo '{\"A\":1'", "echo '{\"A\":null}'"] {
      await #expect(throws: CheckTrouble.self) { try await faults(command) }
    }
    let process = try await test.findings(
      of: SecretProject.check(["files": .table([:]), "process": .texts(["production"])]))
    #expect(process.faults == ["settings-none"])
    let none = try await test.findings(of: SecretProject.check(), environment: "preview")
    #expect(none.codes.contains("secrets-none"))
  }

  @Test func `what a manager prints keeps its spelling, and names what is no setting`() throws {
    let printed = "{ \"a\":3306,\"b\" : true,\"c\":\"x\\\",1\", \"d\":1.50,\n\"e\":-1e3\n}"
    let settings = try PrintedSettings.read(Array(printed.utf8))
    #expect(
      settings.map { "\($0.name)=\($0.value)" } == [
        "a=3306", "b=true", "c=x\",1", "d=1.50", "e=-1e3",
      ])
    for value in ["null", "[\"hidden\"]", "{\"hidden\":1}"] {
      let printed = "{\"A\":\"hidden\",\"B\":\(value)}"
      let trouble = #expect(throws: CheckTrouble.self) {
        try PrintedSettings.read(Array(printed.utf8))
      }
      let said = "\(trouble?.message ?? "")"
      #expect(said.contains("gives B no text") && !said.contains("hidden"))
    }
    let twice = Array("{\"A\":\"hidden\",\"B\":1,\"A\":\"hidden\"}".utf8)
    let trouble = #expect(throws: CheckTrouble.self) { try PrintedSettings.read(twice) }
    let said = "\(trouble?.message ?? "")"
    #expect(said.contains("gives A twice") && !said.contains("hidden"))
  }

  @Test func `what cannot be compared with another environment is no pass`() async throws {
    let test = try SecretProject.make()
    func faults(_ settings: [String: CheckSetting]) async throws -> [String] {
      try await test.findings(of: SecretProject.check(settings)).faults
    }
    let one = ["production": ".env.production", "staging": "./.env.production"]
    #expect(
      try await faults(["files": .table(one)]) == [
        "secret-reused .env.production:3", "secret-reused .env.production:4",
      ])
    Files.remove("\(test.path)/.env.staging")
    let gone = try await test.findings(of: SecretProject.check())
    #expect(gone.faults == [] && gone.codes.contains("secrets-not-compared"))
    try Files.makeDirectory("\(test.path)/.env.staging")
    #expect(try await faults([:]) == ["secrets-incomparable .env.staging:1"])
    try test.git("rm", "--quiet", "--cached", "--ignore-unmatch", ".env.staging")
    let wide = ["production": ".env.production", "staging": ".env.wide"]
    try SecretProject.write("\u{0}", ".env.wide", test)
    #expect(try await faults(["files": .table(wide)]) == ["secrets-incomparable .env.wide:1"])
    try SecretProject.write("words\n", ".env.wide", test)
    #expect(try await faults(["files": .table(wide)]) == ["secrets-incomparable .env.wide:1"])
    try SecretProject.write("A=1\nwords\n", ".env.wide", test)
    #expect(try await faults(["files": .table(wide)]) == ["? secrets-compared-in-part .env.wide:2"])
    // One from a file and one from a command, and both from commands.
    let own: [String: CheckSetting] = ["files": .table(["production": ".env.production"])]
    let same = ["staging": "cat .env.production"]
    #expect(
      try await faults(own.merging(["commands": .table(same)]) { $1 }) == [
        "secret-reused .env.production:3", "secret-reused .env.production:4",
      ])
    let both = ["production": "cat .env.production", "staging": "cat .env.production"]
    #expect(
      try await faults(["files": .table([:]), "commands": .table(both)]) == [
        "secret-reused", "secret-reused",
      ])
    let broken = ["staging": "exit 3"]
    #expect(
      try await faults(own.merging(["commands": .table(broken)]) { $1 })
        == ["? secrets-unanswered"])
    let process = try await test.findings(
      of: SecretProject.check(own.merging(["process": .texts(["staging"])]) { $1 }))
    #expect(process.faults == [] && process.codes.contains("secrets-not-compared"))
  }

  @Test func `a file of no settings is not in order`() async throws {
    let test = try SecretProject.make("# nothing yet\n")
    let file = try await test.findings(of: SecretProject.check())
    #expect(file.faults == ["settings-none .env.production:1"])
    func hint(_ findings: [CheckFinding]) -> String? {
      findings.first { $0.code == "settings-none" }?.hint
    }
    #expect(
      hint(file)
        == "write them into it as NAME=value, such as APP_ENV, or mend `files` in [checks.secrets]")
    let command: [String: CheckSetting] = [
      "files": .table([:]), "commands": .table(["production": "true"]),
    ]
    #expect(
      hint(try await test.findings(of: SecretProject.check(command)))?.hasPrefix(
        "let it print them") == true)
    let process: [String: CheckSetting] = [
      "files": .table([:]), "process": .texts(["production"]),
    ]
    #expect(
      hint(try await test.findings(of: SecretProject.check(process)))?.hasPrefix(
        "set them there, such") == true)
    try SecretProject.write(SecretProject.environment, ".env.production", test)
    try test.commit("docs: an example", files: [".env.example": "A\u{0}"])
    #expect(
      try await test.findings(of: SecretProject.check()).faults == [
        "? example-unreadable .env.example:1"
      ])
  }

  @Test func `that there is no example is said`() async throws {
    let test = try SecretProject.make()
    #expect(try await !test.findings(of: SecretProject.check()).codes.contains("example-none"))
    try test.git("rm", "--quiet", ".env.example")
    try test.commit("chore: no example")
    let findings = try await test.findings(of: SecretProject.check())
    #expect(findings.faults == [] && findings.codes.contains("example-none"), "\(findings)")
  }

  @Test func `who reads the file decides what is read differently`() async throws {
    let text = SecretProject.environment.replacing(
      "APP_ENV=production", with: "APP_ENV=production # 1")
    let test = try SecretProject.make(text)
    func faults(_ reader: String) async throws -> [String] {
      try await test.findings(of: SecretProject.check(["reader": .text(reader)])).faults
    }
    #expect(try await faults("dotenv") == [])
    #expect(try await faults("shell") == [])
    #expect(
      try await faults("systemd") == [
        "? settings-reading .env.production:2", "? settings-reading .env.production:3",
      ])
    #expect(
      try await faults("docker") == [
        "? settings-reading .env.production:2", "? settings-reading .env.production:3",
        "? settings-reading .env.production:3",
      ])
    try SecretProject.write(
      "\u{feff}" + text.replacing("APP_ENV=", with: "APP_ENV = "), ".env.production", test)
    for (reader, others) in [
      ("docker", ["shell", "systemd"]), ("shell", ["docker", "systemd"]),
      ("systemd", ["docker", "shell"]), ("dotenv", ["docker", "shell", "systemd"]),
    ] {
      let findings = try await test.findings(of: SecretProject.check(["reader": .text(reader)]))
      let said = findings.filter { $0.code == "settings-reading" }
        .map { "\($0.message) \($0.hint ?? "")" }
      #expect(!said.contains { line in others.contains(where: line.contains) }, "\(said)")
      #expect(said.contains { $0.contains("byte order mark") } == (reader != "docker"))
      #expect(said.allSatisfy { $0.contains("\(reader) reads it, or mend `reader`") }, "\(said)")
    }
    let strict = SecretProject.environment.replacing("MAIL_FROM", with: "#")
    try SecretProject.write(strict, ".env.production", test)
    #expect(
      try await test.findings(of: SecretProject.check(["unset": .text("fail")])).faults
        == ["setting-unset .env.production"])
    #expect(
      try await test.findings(of: SecretProject.check(["unset": .text("ignore")])).faults == [])
  }
}
