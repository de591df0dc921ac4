import Foundation
import Release
import Templates
import TestSupport
import Testing

@testable import Deed

@Suite struct NotesOutputTests {
  private func project() throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.0.0")
    try test.commit("feat(api)!: drop <b> & *c* (#7)\n\nBREAKING CHANGE: use d")
    try test.as(TestRepository.minsu).commit("fix: mend `it`\n\nCloses #8")
    try test.commit("deps: bump\n\nCo-authored-by: dependabot[bot] <a@b>")
    try test.git("remote", "add", "origin", "https://user:secret@github.com/o/r.git")
    return test
  }

  @Test func `commits and issues are linked, with no credentials in any address`() async throws {
    let test = try project()
    var session = Transcript("notes/links")
    await session.run(test, "notes", "--contributors", "new")
    await session.run(test, "notes", "--contributors", "none", "-q")
    await session.run(test, "notes", "--format", "json", "-q")
    try session.check()
    let seen = await test.deed(["notes", "-q"], terminal: Terminal(isOutput: true))
    #expect(!seen.output.contains("](https"), "addresses are no reading matter")
  }

  @Test func `what cannot be seen is named at a terminal, and kept in a file as in the changelog`()
    async throws
  {
    let test = try project()
    let subject = "ภาษา\u{200B}ไทย so\u{AD}ft \u{2060}wj"
    try test.commit("fix: \(subject)\u{202E}")
    #expect(await test.deed("notes", "-o", "notes.md", "-q").code == 0)
    for arguments in [["notes", "-q"], ["changelog", "v2.0.0", "-o", "-", "-q"]] {
      let told = await test.deed(arguments)
      #expect(told.output.utf8.contains("- \(subject)\u{FFFD} (".utf8), "\(told.output)")
    }
    let bytes = try #require(Files.read("\(test.path)/notes.md"))
    #expect(bytes.contains("- \(subject)\u{FFFD} (".utf8))
    let seen = await test.deed(["notes", "-q"], terminal: Terminal(isOutput: true))
    #expect(seen.output.contains("ภาษา\\u{200b}ไทย so\\u{ad}ft \\u{2060}wj"), "\(seen.output)")
    try Files.write(
      "{{#groups}}{{#entries}}{{{subject}}}{{/entries}}{{/groups}}", to: "\(test.path)/a.mustache")
    let told = await test.deed("notes", "--template", "a.mustache", "-q")
    #expect(told.output.utf8.contains("\(subject)\\u{202e}".utf8), "\(told.output)")
  }

  @Test(arguments: [["--contributors", "new"], ["v1.0.0"], ["v1.0.0", "--contributors", "none"]])
  func `the template that comes along tells the same as none`(options: [String]) async throws {
    let test = try project()
    let shown = await test.deed("notes", "--show-template")
    #expect(shown.code == 0)
    try Files.write(shown.output, to: "\(test.path)/notes.md.mustache")
    for settings in ["", "[notes]\npreset = \"keep-a-changelog\"\nhidden = [\"deps\", \"fix2\"]\n"]
    {
      try test.commit("docs: x", files: ["deed.toml": settings])
      let plain = await test.deed(["notes"] + options)
      let told = await test.deed(["notes", "--template", "notes.md.mustache"] + options)
      #expect(told.code == 0 && told.output == plain.output)
      #expect(told.error == plain.error)
    }
  }

  @Test func `a template of one's own tells what it wants, and its mistakes have a line`()
    async throws
  {
    let test = try project()
    try Files.write(
      "{{release}}{{^release}}Next{{/release}}\n{{#groups}}{{#entries}}\n<li>{{subject}}\n"
        + "{{/entries}}{{/groups}}", to: "\(test.path)/a.html.mustache")
    try Files.write("a\n{{#groups}}\n{{/group}}", to: "\(test.path)/bad.mustache")
    var session = Transcript("notes/template")
    await session.run(test, "notes", "--template", "a.html.mustache", "-q")
    await session.run(test, "notes", "--template", "bad.mustache")
    await session.run(test, "notes", "--template", "none.mustache")
    await session.run(test, "notes", "--template", "a.html.mustache", "--format", "json")
    try session.check()
  }

  @Test func `names in a template that notes never have are told`() async throws {
    let test = try project()
    try Files.write(
      "{{#commits}}{{message}}{{/commits}}{{#groups}}{{title}}{{#first}}{{nope.x}}{{nope}}{{/first}}"
        + "{{^release}}{{.}}{{/release}}{{/groups}}", to: "\(test.path)/a.mustache")
    let told = await test.deed("notes", "--template", "a.mustache")
    #expect(told.code == 0)
    #expect(told.error.contains("note: notes have no commits, message, nope, x, for which"))
    #expect(await !test.deed("notes", "--template", "a.mustache", "-q").error.contains("note:"))
  }

  @Test func `the names for templates are those of the page`() throws {
    let page = try ProjectPage.section("`notes`", of: ProjectPage.text("docs/json.md"))
    let shape = page.split(separator: "\n\n")[0]
    let names = shape.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    #expect(names.contains("unread"))
    #expect(Set(names + ["v", "@first", "@last"]) == ReleaseNotes.names)
  }

  @Test func `a changelog is kept`() async throws {
    let test = try project()
    var session = Transcript("notes/changelog")
    await session.run(test, "changelog", "--check")
    await session.run(test, "changelog")
    await session.run(test, "changelog", "--check")
    await session.run(test, "changelog")
    session.say(
      try #require(String(bytes: Files.read("\(test.path)/CHANGELOG.md") ?? [], encoding: .utf8)))
    try test.commit("docs: the changelog of v2.0.0")
    await session.run(test, "changelog", "v2.0.0", "--check", "-q")
    try test.commit("feat: one more")
    await session.run(test, "changelog", "v2.0.0", "--check")
    await session.run(test, "changelog", "v2.0.0", "-o", "/nowhere/else.md")
    await session.run(test, "changelog", "v2.0.0", "-o", "-", "-q")
    await session.run(test, "changelog", "v1.0.0", "-o", "old.md")
    try session.check()
  }

  @Test func `a changelog that a release's own commit brings is whole at its tag`() async throws {
    let test = try project()
    for subject in ["Release 1.1.0", "v1.2.0"] {
      let release = subject.hasSuffix("1.1.0") ? "v1.1.0" : "v1.2.0"
      try test.commit("fix: more for \(release)")
      #expect(await test.deed("changelog", release).code == 0)
      let bytes = try #require(Files.read("\(test.path)/CHANGELOG.md"))
      let text = try #require(String(bytes: bytes, encoding: .utf8))
      try test.commit(subject, files: ["CHANGELOG.md": text])
      try test.git("tag", release)
      let checked = await test.deed("changelog", "--check")
      #expect(checked.code == 0, "\(checked.error)")
      let notes = await test.deed("notes", release, "--format", "json")
      #expect(notes.output.contains("\"why\" : \"announces "), "\(notes.output)")
    }
  }
}
