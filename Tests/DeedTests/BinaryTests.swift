import Release
import TestSupport
import Testing

/// The program itself, as it is installed.
@Suite struct BinaryTests {
  /// Beside the test bundle, where the build has put it.
  private static var directory: String {
    get throws {
      let image = try #require(readLink("/proc/self/exe"), "there is a /proc")
      let arguments = CommandLine.arguments.map { $0 }
      for path in arguments + [image] {
        guard let end = path.lastIndex(of: "/") else { continue }
        let directory = String(path[..<end])
        if TestSupport.Files.exists("\(directory)/deed") { return directory }
      }
      throw TestFailure("the program deed is not beside the tests: swift build")
    }
  }

  private static func readLink(_ path: String) -> String? {
    try? Program.run("/bin/readlink", ["-f", path], directory: "/", environment: [:]).text
  }

  /// Runs the program on the PATH of `repository`, with `git-deed` beside it.
  private func run(
    _ repository: TestRepository, _ words: [String], with settings: [String: String?] = [:]
  ) throws -> Program.Result {
    let bin = "\(repository.directory)/bin"
    if !TestSupport.Files.exists(bin) {
      try TestSupport.Files.makeDirectory(bin)
      for name in ["deed", "git-deed"] {
        _ = try Program.run(
          "/bin/ln", ["-s", "\(Self.directory)/deed", "\(bin)/\(name)"], directory: "/",
          environment: [:])
      }
    }
    var environment = repository.environment
    environment["PATH"] = "\(bin):\(environment["PATH"] ?? "")"
    for (name, value) in settings { environment[name] = value }
    return try Program.run(
      words[0], Array(words.dropFirst()), directory: repository.path, environment: environment)
  }

  private func session(_ team: Team, auditor: () throws -> TestRepository) throws {
    func succeed(_ repository: TestRepository, _ words: String...) throws -> String {
      let result = try run(repository, words)
      #expect(result.status == 0, "\(words): \(result.error)")
      return result.text
    }
    let (hanako, minsu) = (team.hanako, team.minsu)
    let status = try run(hanako, ["deed", "status"])
    #expect(status.status == 2)
    #expect(status.text.hasPrefix("v1.4.0  candidate at "))
    #expect(status.text.hasSuffix("\nnext: deed sync\n"))
    // Neither sees what the other does.
    for person in [hanako, minsu] {
      let said = try succeed(person, "deed", "approve", "v1.4.0")
      #expect(said.contains("sign-offs unknown: 1 of 2; "), "\(said)")
    }
    _ = try succeed(hanako, "deed", "sync")
    _ = try succeed(minsu, "deed", "sync")
    #expect(try succeed(minsu, "git", "deed", "status").contains("signoffs  2 of 2"))
    #expect(try succeed(minsu, "deed", "cut", "--push").contains("tag and ledgers together"))
    let third = try auditor()
    let early = try run(third, ["deed", "verify", "v1.4.0"])
    #expect(early.status == 2 && early.error.contains("hint: deed sync"))
    _ = try succeed(third, "deed", "sync")
    let proof = try succeed(third, "deed", "verify", "v1.4.0")
    #expect(proof.hasSuffix("consistent; who signed is not proven\n"))
    let json = try succeed(third, "git", "deed", "-C", ".", "verify", "--format", "json")
    #expect(json.contains("\"ok\" : true"))
    #expect(
      try third.git("for-each-ref", "--format=%(contents:trailers)", "refs/tags/v1.4.0") == """
        Deed-Approved-by: Hanako Sato <hanako@example.com>
        Deed-Approved-by: Kim Min-su <minsu@example.com>

        """)
    for repository in [hanako, minsu, team.server, third] { try repository.fsck() }
  }

  @Test func `the session works through a path`() throws {
    let team = try Team()
    try session(team) { try team.server.clone() }
  }

  @Test func `the session works through git daemon`() throws {
    let team = try Team()
    let daemon = try GitDaemon(
      serving: team.server.directory, environment: team.server.environment)
    let url = daemon.url("server.git")
    for repository in [team.hanako, team.minsu] {
      try repository.git("remote", "set-url", "origin", url)
    }
    try session(team) {
      try team.server.git("clone", "--quiet", url, "\(team.server.directory)/auditor")
      return team.server.at("\(team.server.directory)/auditor")
    }
  }

  @Test func `a package is released beside the whole repository`() throws {
    let test = try TestRepository()
    let rules = "[approvals]\nrequired = 1\n[packages.api]\n"
    try test.commit("feat: begin", files: ["deed.toml": rules, "api/a": "a"])
    let server = try test.bare()
    try test.git("fetch", "--quiet", "origin")
    for words in [
      ["approve", "--package", "api", "0.1.0"], ["cut", "--package", "api", "--auto", "--push"],
      ["approve", "v0.1.0"], ["cut", "--auto", "--push"], ["verify", "--all"],
    ] {
      let result = try run(test, ["deed"] + words)
      #expect(result.status == 0, "\(words): \(result.error)")
    }
    #expect(try server.git("tag") == "api/v0.1.0\nv0.1.0")
    let auditor = try server.clone()
    _ = try run(auditor, ["deed", "sync"])
    for release in ["api/v0.1.0", "v0.1.0"] {
      #expect(try run(auditor, ["deed", "verify", release]).status == 0)
    }
    let both = try run(auditor, ["deed", "verify"])
    #expect(both.status == 2 && both.error.contains("2 releases are at "), "\(both.error)")
  }

  @Test func `a pipe that is closed, and colours that are forced`() throws {
    let team = try Team()
    let piped = try run(team.hanako, ["sh", "-c", "deed notes | true"])
    #expect(piped.status == 0)
    // What is to be done is done, whoever looks on.
    try team.hanako.commit(
      "feat: checks",
      files: [
        "deed.toml":
          "[environments.production]\nchecks = [\"a\", \"b\"]\n[checks.a]\nrun = \"sleep 0.3\"\n"
          + "[checks.b]\nrun = \"yes | head -1; exit 3\"\n"
      ])
    let script = "(deed check v9.0.0 -o ../o.json; echo $? > ../code) | true"
    _ = try run(team.hanako, ["bash", "-c", script])
    let directory = "\(team.hanako.path)/.."
    let code = try #require(TestSupport.Files.read("\(directory)/code"))
    #expect(String(decoding: code, as: UTF8.self) == "1\n")
    let report = try #require(TestSupport.Files.read("\(directory)/o.json"))
    #expect(String(decoding: report, as: UTF8.self).contains("exit 3 after"))
    #expect(try team.hanako.records("checks").count == 2)
    let plain = try run(team.hanako, ["deed", "status"])
    #expect(!plain.text.contains("\u{1b}"))
    let forced = try run(team.hanako, ["deed", "status"], with: ["CLICOLOR_FORCE": "1"])
    #expect(forced.text.contains("\u{1b}["))
    let both = try run(
      team.hanako, ["deed", "status"], with: ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"])
    #expect(both.text == plain.text)
  }

  @Test(arguments: [("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor")])
  func `standard output that cannot be written is told of once, and all else is done`(
    redirection: String, why: String
  ) throws {
    let test = try Team().hanako
    try test.commit(
      "feat: checks",
      files: [
        "deed.toml":
          "[environments.production]\nchecks = [\"a\", \"b\"]\n[checks.a]\nrun = \"true\"\n"
          + "[checks.b]\nrun = \"true\"\n"
      ])
    let ran = try run(test, ["bash", "-c", "deed check v9.0.0 -o ../o.json \(redirection)"])
    let said = "error: standard output could not be written: \(why)\n"
    #expect(ran.status == 2 && ran.error.hasSuffix(said), "\(ran.error)")
    #expect(ran.error.ranges(of: said).count == 1, "\(ran.error)")
    let report = try #require(TestSupport.Files.read("\(test.path)/../o.json"))
    #expect(String(decoding: report, as: UTF8.self).contains("\"outcome\" : \"pass\""))
    #expect(try test.records("checks").count == 2)
    try test.fsck()
    let version = try run(test, ["bash", "-c", "deed --version \(redirection)"])
    #expect(version.status == 2 && version.error == said, "\(version.error)")
  }

  @Test func `notes and changelogs are the same bytes in any zone and locale`() throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.0.0")
    try test.commit("feat(検索): Ümlaut, i and I")
    try test.as(TestRepository.minsu).commit("fix: b\n\nBREAKING CHANGE: 한글")
    let settings: [[String: String?]] = [
      ["TZ": "UTC", "LC_ALL": "C"], ["TZ": "Pacific/Kiritimati", "LC_ALL": "ja_JP.UTF-8"],
      ["TZ": "America/Adak", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR"],
    ]
    for words in [["notes"], ["notes", "--format", "json"], ["changelog", "-o", "-"], ["next"]] {
      let told = try settings.map { try run(test, ["deed"] + words, with: $0) }
      #expect(told.allSatisfy { $0.status == 0 }, "\(told[0].error)")
      #expect(Set(told.map(\.output)).count == 1 && Set(told.map(\.error)).count == 1)
    }
  }

  @Test(.enabled(if: TestUser.isRoot))
  func `a repository that may only be read is read, and says so where it cannot be written`()
    throws
  {
    let team = try Team()
    let test = team.hanako
    try test.git("remote", "remove", "origin")
    try test.git("config", "--global", "safe.directory", "*")
    _ = try Program.run(
      "/bin/chmod", ["-R", "a+rX,go-w", test.directory], directory: "/", environment: [:])
    func asNobody(_ words: String...) throws -> Program.Result {
      try run(
        test, ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "deed"] + words)
    }
    _ = try run(test, ["deed", "--version"])
    for words in [["status"], ["notes"], ["next"], ["show", "v1.3.0"], ["verify", "v1.3.0"]] {
      let result = try run(
        test, ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "deed"] + words)
      #expect(result.status <= 1, "\(words): \(result.error)")
    }
    #expect(try asNobody("cut", "v1.4.0", "--dry-run").status == 0)
    #expect(try asNobody("approve", "v1.4.0", "--dry-run").status == 0)
    for words in [["notes", "-o", "\(test.path)/notes.md"], ["changelog", "v1.4.0"]] {
      let result = try run(
        test, ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "deed"] + words)
      #expect(result.status == 2 && result.error.contains("ermission denied"), "\(result.error)")
    }
    #expect(!TestSupport.Files.exists("\(test.path)/notes.md"))
    for verb in ["approve", "cut"] {
      let result = try asNobody(verb, "v1.4.0", "-q")
      #expect(result.status == 2 && result.error.contains("ermission denied"), "\(result.error)")
    }
    #expect(try test.git("for-each-ref", "refs/notes", "refs/tags/v1.4.0").isEmpty)
  }
}
