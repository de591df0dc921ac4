import Documents
import Release
import Templates
import TestSupport
import Testing

@testable import Deed

@Suite struct TemplateTests {
  private static let items = [
    "observability-security-e2e": 35, "production": 45, "model-distribution": 38,
    "cloud-deployment": 104, "pre-deployment": 41,
  ]

  private func parsed(_ document: Templates.Document) throws -> Checklist {
    try MarkdownDocument.parse(document.content, name: document.name, path: document.path)
  }

  @Test(arguments: Templates.documents.map { "\($0.name).\($0.language)" })
  func `every template is read without anything to mend`(word: String) throws {
    let document = try #require(try Adoption([word]).documents.first)
    let checklist = try parsed(document)
    let problems = checklist.problems.map { "\($0.line ?? 0): \($0.message)" }
    #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
    #expect(!checklist.items.isEmpty)
    #expect(checklist.items.allSatisfy { $0.flags.isEmpty && !$0.text.isEmpty })
    if let count = Self.items[document.name] { #expect(checklist.items.count == count) }
    #expect(Set(checklist.items.map(\.id)).count == checklist.items.count)
  }

  /// What must be the same of an item in every language.
  private struct Shape: Hashable {
    let id: String?
    let number: String
    let depth: Int
    let stage: Stage
    let environment: String?
    let isOptional: Bool
    let isRun: Bool
    let blanks: Int
    let command: String?

    init(_ item: ChecklistItem) {
      id = item.explicitID
      number = item.number
      depth = item.section.count
      stage = item.stage
      environment = item.environment
      isOptional = item.isOptional
      isRun = item.isRun
      blanks = item.blanks
      command = item.command
    }
  }

  @Test(arguments: Templates.documents.filter { $0.language != "en" }.map { $0.name })
  func `a translation has the items of the English template`(name: String) throws {
    let languages = Templates.documents.filter { $0.name == name }
    let shapes = try languages.map { try parsed($0).items.map(Shape.init) }
    #expect(shapes.count == 2)
    for other in shapes.dropFirst() {
      #expect(other.count == shapes[0].count)
      for (left, right) in zip(shapes[0], other) { #expect(left == right) }
    }
  }

  @Test(arguments: Templates.pipelines.map(\.name))
  func `a pipeline's commands do what they say on a clone with the whole history`(name: String)
    async throws
  {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: [
        "deed.toml": """
        [approvals]
        required = 0
        [environments.production]
        checks = ["tag", "checkout", "tools", "migrations", "secrets", "tests"]
        [checks.tools]
        versions = { no-such-program = "*" }
        [checks.tests]
        run = "exit 1"

        """
      ])
    let server = try test.bare()
    #expect(await test.deed("cut", "v1.0.0", "--push").code == 0)
    #expect(await test.deed("check", "v1.0.0", "tag", "migrations", "secrets", "--push").code == 0)
    let clone = try server.clone()
    let pipeline = try #require(Templates.pipelines.first { $0.name == name })
    let text = String(decoding: pipeline.content, as: UTF8.self)
    #expect(text.contains(name == "ci-github" ? "fetch-depth: 0" : "GIT_DEPTH: \"0\""))
    #expect(text.contains("git fetch --force --tags") && !text.contains("\t"))
    let lines = text.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "-" } }
    let commands = lines.filter { $0.hasPrefix("deed ") }
    #expect(commands.map { $0.split(separator: " ")[1] } == ["sync", "check", "verify"])
    for command in commands {
      let words = command.replacing("\"$VERSION\"", with: "v1.0.0").split(separator: " ")
      let ran = await clone.deed(words.dropFirst().map(String.init))
      #expect(ran.code == 0, "\(command): \(ran.output)\(ran.error)")
    }
    let junit = try #require(TestSupport.Files.read("\(clone.path)/checks.xml"))
    #expect(String(decoding: junit, as: UTF8.self).contains("<testsuites tests=\"3\""))
    #expect(text.contains("path: checks.xml") || text.contains("junit: checks.xml"))
    let written = await clone.deed("init", "--template", name)
    #expect(written.code == 0 && TestSupport.Files.exists("\(clone.path)/\(pipeline.path)"))
  }

  @Test func `init lists the templates anywhere`() async throws {
    let test = try TestRepository()
    var session = Transcript("templates-list")
    await session.run(test, "init", "--list")
    await session.run(test, "init", "--list", "--template", "production")
    await session.run(test, "init", "--list", "--format", "json")
    try session.check()
    #expect(await test.deed(["init", "--list"], directory: test.directory).code == 0)
  }

  @Test func `init writes templates and a deed.toml that names them, and nothing twice`()
    async throws
  {
    let test = try TestRepository()
    try test.commit("feat: begin")
    var session = Transcript("templates")
    let words = ["--template", "production.ja", "--template", "pre-deployment", "--template"]
    let before = try test.everything()
    await session.run(test, ["init", "--dry-run"] + words + ["runbook"])
    #expect(try test.everything() == before)
    await session.run(test, ["init"] + words + ["runbook"])
    let written = TestSupport.Files.read("\(test.path)/docs/release/production.md")
    #expect(
      written
        == Templates.documents.first { $0.name == "production" && $0.language == "ja" }?
        .content)
    await session.run(test, ["init"] + words + ["runbook"])
    session.say("A document that the team has changed is theirs.")
    try TestSupport.Files.write("mine\n", to: "\(test.path)/docs/release/production.md")
    await session.run(test, "init", "--template", "production")
    #expect(
      TestSupport.Files.read("\(test.path)/docs/release/production.md") == Array("mine\n".utf8))
    session.say("A deed.toml that is there is not written to.")
    await session.run(
      test, "init", "--template", "model-distribution", "--template", "cloud-deployment")
    try test.commit("docs: checklists")
    await session.run(test, "status")
    session.say("What cannot be done.")
    await session.run(test, "init", "--template", "prodution")
    await session.run(test, "init", "--template", "production.ko")
    await session.run(test, "init", "--template", "production", "--template", "production.ja")
    try session.check()
  }

  @Test func `init says what an existing deed.toml lacks, or has under another path`() async throws
  {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: [
        "deed.toml": "[checklists]\nproduction = \"a.md\"\nt1 = \"docs/release/pre-deployment.md\""
      ])
    let ran = await test.deed(
      "init", "--template", "production", "--template", "pre-deployment", "--template", "runbook")
    #expect(
      ran.output.hasSuffix(
        "deed.toml calls a.md \u{201C}production\u{201D} already: give docs/release/production.md "
          + "another name there\n"), "\(ran.output)")
    try TestSupport.Files.write("[checklists", to: "\(test.path)/deed.toml")
    let broken = await test.deed("init", "--template", "cloud-deployment")
    #expect(broken.code == 2 && broken.error.contains("deed.toml"))
    #expect(!TestSupport.Files.exists("\(test.path)/docs/release/cloud-deployment.md"))
  }

  @Test func `init says why a template cannot be written`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["docs": "a file"])
    let ran = await test.deed("init", "--template", "production")
    #expect(ran.code == 2 && ran.error.contains("docs/release"), "\(ran.error)")
  }
}
