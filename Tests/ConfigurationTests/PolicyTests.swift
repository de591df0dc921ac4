import Configuration
import Release
import Templates
import Testing

@Suite struct `A configuration file` {
  @Test func `with every section says the whole policy`() throws {
    var staging = EnvironmentRules(name: "staging")
    staging.checklists = ["production"]
    staging.approvals.required = 1
    var production = EnvironmentRules(name: "production")
    production.checklists = ["production"]
    production.checks = [
      "tag", "checkout", "migrations", "secrets", "artifacts", "runbook", "tests",
    ]
    production.after = "staging"
    production.soak = 86_400
    production.deploy = "scripts/deploy.sh"
    production.rollback = [
      "quick": "scripts/rollback.sh", "full": "scripts/rollback.sh --database",
    ]
    var expected = Policy(environments: [staging, production])
    expected.checklists = ["production": ChecklistSource(path: "docs/release/production.md")]
    expected.checks = [
      "tag": .builtIn(settings: [:]),
      "checkout": .builtIn(settings: [:]),
      "migrations": .builtIn(settings: [
        "tool": .text("alembic"), "paths": .texts(["migrations/versions"]),
        "documents": .texts(["docs/schema.md"]),
      ]),
      "secrets": .builtIn(settings: [
        "files": .table(["production": ".env.production"]),
        "required": .texts(["DATABASE_URL", "SECRET_KEY"]),
        "values": .table(["APP_ENV": "production"]),
        "forbid": .texts([#"staging\."#]), "mode": .text("0600"),
      ]),
      "artifacts": .builtIn(settings: [
        "paths": .texts(["checkpoints/**/*.{pt,pth,bin}"]), "images": .texts(["app"]),
      ]),
      "runbook": .builtIn(settings: [
        "path": .text("RUNBOOK.md"),
        "sections": .texts(["health", "rollback", "scaling", "monitoring"]),
        "fresh": .text("90d"),
      ]),
      "tests": .command(CommandRules(run: "make test", timeout: 1800)),
    ]
    #expect(try policy(example) == expected)
  }

  @Test(arguments: ["", "\n", "# nothing\n", "version = 1", "[tags]\n[approvals]\n"])
  func `that says nothing is the default policy`(_ text: String) throws {
    #expect(try policy(text) == Policy())
  }

  @Test func `as init writes it is the default policy`() throws {
    let text = String(decoding: Templates.configuration, as: UTF8.self)
    #expect(try policy(text) == Policy())
  }

  @Test func `as init writes it says something in every option`() throws {
    let text = String(decoding: Templates.configuration, as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let uncommented = lines.map { line in
      line.hasPrefix("#") && !line.hasPrefix("# ") ? line.dropFirst() : line
    }
    let policy = try policy(uncommented.joined(separator: "\n"))
    #expect(policy.remote == Policy().remote)
    #expect(policy.tags == Policy().tags)
    var approvals = policy.approvals
    #expect(approvals.signers == ".deed/signers")
    approvals.signers = nil
    #expect(approvals == Policy().approvals)
    #expect(policy.environments.map(\.name) == ["staging", "production"])
    #expect(policy.environment("production")?.soak == 86_400)
    #expect(policy.checklists["operations"]?.stages == ["5.": .after])
    let configured = CheckRules.builtIn.filter { !$0.value.isEmpty }.map(\.key) + ["tests"]
    #expect(Set(policy.checks.keys) == Set(configured))
  }

  @Test func `without environments means production, with all that it configures`() throws {
    let policy = try policy(
      """
      [checklists]
      security = "docs/security.md"
      production = { path = "./docs/production.md", run = true, stages = { "5." = "after" } }
      [checks.tests]
      run = "make test"
      [approvals]
      required = 1
      """)
    var production = EnvironmentRules(name: "production")
    production.checklists = ["security", "production"]
    production.checks = ["tests"]
    production.approvals.required = 1
    #expect(policy.environments == [production])
    let source = ChecklistSource(path: "docs/production.md", stages: ["5.": .after], run: true)
    #expect(policy.checklists["production"] == source)
  }

  @Test func `takes Forgejo for the Gitea that it was`() throws {
    #expect(try policy("[notes]\nforge = \"forgejo\"").notes.forge == .gitea)
    #expect(try policy("[notes]\nforge = \"gitlab\"").notes.forge == .gitlab)
  }

  @Test(arguments: NotesRules.Preset.allCases)
  func `has a project's groups in the place of a preset's, which are read as those were`(
    _ preset: NotesRules.Preset
  ) throws {
    let groups = "[notes.groups]\n\"New\" = [\"feat\", \"add\"]"
    let notes = try policy("[notes]\npreset = \"\(preset.rawValue)\"\n" + groups).notes
    #expect(notes.groups == [NotesRules.Group(title: "New", types: ["feat", "add"])])
    #expect(notes.readsWords == NotesRules(preset).readsWords && notes.preset == preset)
  }

  @Test func `has predecessors first and keeps its order otherwise`() throws {
    let policy = try policy(
      """
      [environments.production]
      after = "staging"
      [environments.demo]
      [environments.staging]
      after = "alpha"
      [environments.beta]
      [environments.alpha]
      """)
    #expect(
      policy.environments.map(\.name) == ["alpha", "staging", "production", "demo", "beta"])
  }

  @Test func `overrides single rules of the approvals in an environment`() throws {
    let policy = try policy(
      """
      [approvals]
      required = 3
      signed = true
      from = ["a@x.org", "b@x.org", "c@x.org"]
      [environments.staging.approvals]
      required = 1
      [environments.production]
      approvals = { roles = ["engineer", "reviewer"] }
      """)
    var staging = policy.approvals
    staging.required = 1
    var production = policy.approvals
    production.roles = ["engineer", "reviewer"]
    #expect(policy.approvals.required == 3)
    #expect(policy.environment("staging")?.approvals == staging)
    #expect(policy.environment("production")?.approvals == production)
  }

  @Test func `may be written in any way that TOML has`() throws {
    let policy = try policy(
      "\u{FEFF}approvals.required = 1\r\n\"tags\".'prefix' = '''\r\nrelease/'''\r\n"
        + "environments.\"本番 환경\" = { soak = \"2w\", after = \"s\" }\r\n[environments.s]\r\n")
    #expect(policy.approvals.required == 1)
    #expect(policy.tags.prefix == "release/")
    #expect(policy.environments.map(\.name) == ["s", "本番 환경"])
    #expect(policy.environments.last?.soak == 1_209_600)
  }

  @Test(arguments: ["", "v", "release/", "api/v", "@", "é", "rel-", "v."])
  func `takes any prefix that a tag may have`(_ prefix: String) throws {
    #expect(try policy("tags.prefix = \"\(prefix)\"").tags.prefix == prefix)
  }

  @Test(arguments: [("45s", 45), ("30m", 1800), ("24h", 86_400), ("90d", 7_776_000), ("0s", 0)])
  func `gives lengths of time with a unit`(_ text: String, _ seconds: Int) {
    #expect(Span.seconds(text) == seconds)
  }

  @Test(arguments: ["", "h", "24", "soon", "-1h", "1.5h", "1h30m", "٣h", "99999999999999999999s"])
  func `gives nothing else as a length of time`(_ text: String) {
    #expect(Span.seconds(text) == nil)
  }
}
