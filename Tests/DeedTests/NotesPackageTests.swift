import Release
import TestSupport
import Testing

@testable import Deed

@Suite struct NotesPackageTests {
  private func project() throws -> TestRepository {
    let test = try TestRepository()
    let settings = """
      [packages.api]
      paths = ["services/api"]
      exclude = ["services/api/docs"]
      [packages.web]
      prefix = "web-"
      """
    try test.commit("feat: begin", files: ["deed.toml": settings, "web/a": "a", "a": "a"])
    try test.commit("feat: the interface", files: ["services/api/a": "a"])
    for tag in ["v1.0.0", "api/v1.0.0", "web-1.0.0"] { try test.git("tag", tag) }
    try test.commit("fix: the interface", files: ["services/api/a": "b"])
    try test.commit("feat: on both sides", files: ["services/api/b": "b", "web/b": "b"])
    try test.commit("feat: tell more", files: ["services/api/docs/a": "a"])
    try test.git("tag", "api/v1.1.0")
    try test.commit("fix!: the page", files: ["web/a": "c"])
    return test
  }

  @Test func `packages have notes, versions and changelogs of their own`() async throws {
    let test = try project()
    var session = Transcript("notes/packages")
    await session.run(test, "notes", "--package", "api")
    await session.run(test, "notes", "--package", "api", "1.0.0")
    await session.run(test, "notes", "--package", "api", "api/v1.0.0", "-q")
    await session.run(test, "notes", "--package", "web")
    await session.run(test, "notes", "--package", "web", "--all")
    await session.run(test, "notes", "--package", "ap")
    await session.run(test, "notes", "--path", "services", "--exclude-path", "**/docs")
    await session.run(test, "notes", "v1.0.0..", "--path", "nowhere")
    await session.run(test, "notes", "api/v1.0.0..HEAD", "--path", "services/api/docs", "-q")
    await session.run(test, "next", "--package", "web")
    await session.run(test, "next", "--package", "web", "--pre", "rc", "-q")
    await session.run(test, "next", "--package", "api")
    await session.run(test, "next")
    await session.run(test, "changelog", "--package", "web", "-o", "-", "-q")
    try session.check()
  }
}
