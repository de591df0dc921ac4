import Git
import Release
import TestSupport
import Testing

@Suite struct ConfigurationTests {
  @Test func `values are read with their scopes, and the last one counts`() async throws {
    let test = try TestRepository()
    try Files.write(
      "[gpg \"ssh\"]\n\tprogram = /usr/bin/mine\n[a]\n\tb = global\n\tflag\n",
      to: "\(test.directory)/gitconfig")
    try test.git("config", "gpg.ssh.program", "./theirs")
    try test.git("config", "--add", "a.b", "two\nlines")
    try test.git("config", "a.Sub.Section.b", "x")
    let configuration = try await test.open().configuration()
    #expect(configuration.value("gpg.ssh.program") == "./theirs")
    #expect(configuration.protectedValue("GPG.ssh.Program") == "/usr/bin/mine")
    #expect(configuration.repositoryValue("gpg.ssh.program") == "./theirs")
    #expect(configuration.values("A.B") == ["global", "two\nlines"])
    #expect(configuration.value("a.Sub.Section.B") == "x")
    #expect(configuration.value("a.sub.section.b") == nil)
    #expect(try configuration.flag("a.flag") == true)
    #expect(try configuration.flag("a.none") == nil)
    #expect(throws: GitError.self) { try configuration.flag("a.b") }
  }

  @Test func `the command scope is protected`() async throws {
    let test = try TestRepository()
    let settings = [
      "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "a.b", "GIT_CONFIG_VALUE_0": "command",
    ]
    let configuration = try await test.open(settings).configuration()
    #expect(configuration.protectedValue("a.b") == "command")
  }

  @Test func `a file that GIT_CONFIG names is nobody's own configuration`() async throws {
    let test = try TestRepository()
    try test.git("config", "gpg.ssh.program", "./theirs")
    let configuration = try await test.open(["GIT_CONFIG": ".git/config"]).configuration()
    #expect(configuration.protectedValue("gpg.ssh.program") == nil)
    #expect(configuration.repositoryValue("gpg.ssh.program") == "./theirs")
    #expect(configuration.value("core.bare") == "false")
  }

  @Test func `remotes and upstreams are read`() async throws {
    let test = try TestRepository()
    try test.commit("One")
    let clone = try test.clone()
    try clone.git("remote", "add", "my.fork", "https://example.com/x.git")
    let repository = try clone.open()
    #expect(
      try await repository.remotes() == [
        "origin": "file://\(test.path)", "my.fork": "https://example.com/x.git",
      ])
    let upstream = try #require(try await repository.upstream(of: "main"))
    #expect(upstream.remote == "origin")
    #expect(upstream.reference == "refs/remotes/origin/main")
    try clone.git("branch", "--no-track", "alone")
    #expect(try await repository.upstream(of: "alone") == nil)
    #expect(try await repository.upstream(of: "none") == nil)
  }
}
