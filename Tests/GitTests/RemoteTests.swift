import Git
import Release
import TestSupport
import Testing

@Suite struct RemoteTests {
  private func outcomes(_ results: [PushResult]) -> [String: PushResult.Outcome] {
    Dictionary(results.map { ($0.destination, $0.outcome) }) { $1 }
  }

  @Test func `an address is what git makes of it`() throws {
    let test = try TestRepository()
    for (key, value) in [
      ("url.git@github.com:.insteadOf", "gh:"), ("url.https://x.example.org/A/.insteadOf", "gh:a/"),
      ("remote.origin.url", "gh:o/r"), ("remote.other.url", "gh:a/b"), ("remote.third.url", "g:a"),
    ] {
      try test.git("config", key, value)
    }
    let remotes = try test.open().configuredRemotes()
    #expect(remotes["origin"]?.url == "gh:o/r")
    for name in ["origin", "other", "third"] {
      #expect(try remotes[name]?.address == test.git("remote", "get-url", name))
    }
  }

  @Test(
    arguments: [
      ["GIT_CONFIG_GLOBAL": "elsewhere"], ["GIT_CONFIG_GLOBAL": ""], ["GIT_CONFIG_GLOBAL": nil],
      ["GIT_CONFIG_NOSYSTEM": nil, "GIT_CONFIG_SYSTEM": "elsewhere"],
      ["GIT_CONFIG_NOSYSTEM": "true", "GIT_CONFIG_SYSTEM": "elsewhere"],
      [
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "url.https://c.example.org/.InsteadOf",
        "GIT_CONFIG_VALUE_0": "https://a.example.org/b",
      ],
    ] as [[String: String?]])
  func `what git's environment says of its configuration holds here too`(
    settings: [String: String?]
  ) throws {
    let test = try TestRepository()
    try test.git("config", "remote.origin.url", "https://a.example.org/b")
    for (name, site) in [("\(test.directory)/gitconfig", "b"), ("\(test.path)/elsewhere", "d")] {
      try test.git(
        "config", "--file", name, "url.https://\(site).example.org/.insteadOf",
        "https://a.example.org/")
    }
    let settings = settings.merging(["HOME": test.directory]) { old, _ in old }
    let remotes = try test.open(settings).configuredRemotes()
    let address = try test.run(["remote", "get-url", "origin"], with: settings).text
    #expect(remotes["origin"].map { $0.address + "\n" } == address)
  }

  @Test func `a fetch brings what it is told to, and touches nothing else`() async throws {
    let server = try TestRepository()
    try server.commit("One")
    let clone = try server.clone()
    let id = try server.commit("Two")
    try server.git("tag", "v1")
    try server.git("update-ref", "refs/notes/deed/checks", "HEAD")
    try clone.git("update-ref", "refs/notes/deed/checks", "HEAD")
    // Settings that would overwrite records not yet pushed.
    try clone.git("config", "--add", "remote.origin.fetch", "+refs/notes/*:refs/notes/*")
    try clone.git("config", "fetch.prune", "true")
    let repository = try clone.open()
    let before = try clone.git("show-ref", "--", "refs/notes/deed/checks")
    try await repository.fetch("origin", ["+refs/notes/deed/*:refs/deed/origin/*"])
    #expect(try repository.reference("refs/deed/origin/checks") == id)
    #expect(try clone.git("show-ref", "--", "refs/notes/deed/checks") == before)
    #expect(try repository.reference("refs/tags/v1") == nil)
    #expect(try repository.reference("refs/remotes/origin/main") != id)
    #expect(!Files.exists("\(clone.path)/.git/FETCH_HEAD"))
    for remote in [server.path, "file://\(server.path)", "../repository"] {
      try await repository.fetch(remote, ["+refs/heads/main:refs/deed/other"])
    }
    #expect(try repository.reference("refs/deed/other") == id)
  }

  @Test(arguments: [
    "/nowhere/x.git", "git://127.0.0.1:1/x", "none", "https://u:secret@127.0.0.1:1/x",
  ])
  func `a dead remote is a network error that tells no password`(remote: String) async throws {
    let test = try TestRepository()
    try test.commit("One")
    let repository = try test.open()
    var errors: [GitError?] = []
    errors.append(await #expect(throws: GitError.self) { try await repository.fetch(remote, []) })
    errors.append(
      await #expect(throws: GitError.self) { try await repository.listRemote(remote, []) })
    errors.append(
      await #expect(throws: GitError.self) {
        try await repository.push(remote, ["refs/heads/main:refs/heads/main"], atomic: true)
      })
    for error in errors {
      #expect(error?.kind == .network)
      #expect(error?.description.contains("secret") == false)
    }
  }

  @Test func `a failure that nobody has heard of is the network's, and no refusal`() async throws {
    let test = try TestRepository()
    try test.commit("One")
    _ = try test.bare()
    let script = "\(test.directory)/odd"
    try Files.write("#!/bin/sh\nprintf '000fERR teapot\\n'\n", to: script)
    Files.setMode(0o755, of: script)
    try test.git("config", "remote.origin.uploadpack", script)
    let repository = try test.open()
    let error = await #expect(throws: GitError.self) {
      try await repository.fetch("origin", ["+refs/heads/*:refs/deed/*"])
    }
    #expect(error?.kind == .network)
    #expect(error?.message.contains("teapot") == true)
  }

  @Test func `a remote's references are listed as they are`() async throws {
    let test = try TestRepository()
    let id = try test.commit("One")
    try test.git("tag", "-a", "-m", "x", "v1")
    let tag = try test.id("refs/tags/v1")
    let repository = try test.open()
    #expect(
      try await repository.listRemote(test.path, []) == [
        "refs/heads/main": id, "refs/tags/v1": tag,
      ])
    #expect(try await repository.listRemote(test.path, ["refs/tags/*"]) == ["refs/tags/v1": tag])
    #expect(try await repository.listRemote(test.path, ["refs/none"]).isEmpty)
  }

  @Test func `what is pushed and what was there is told apart`() async throws {
    let test = try TestRepository()
    try test.commit("One")
    _ = try test.bare()
    let repository = try test.open()
    try test.git("tag", "v1")
    try test.commit("Two")
    let specs = ["refs/tags/v1", "refs/heads/main:refs/heads/main"]
    let first = try await repository.push("origin", specs, atomic: true)
    #expect(outcomes(first) == ["refs/tags/v1": .ok, "refs/heads/main": .ok])
    let second = try await repository.push("origin", specs, atomic: true)
    #expect(outcomes(second) == ["refs/tags/v1": .upToDate, "refs/heads/main": .upToDate])
    #expect(second.first { $0.destination == "refs/tags/v1" }?.source == "refs/tags/v1")
  }

  @Test func `a remote that moved on says so, and an atomic push leaves it as it was`() async throws
  {
    let test = try TestRepository()
    try test.commit("One")
    let server = try test.bare()
    let other = try server.clone(as: TestRepository.minsu)
    try other.commit("Theirs")
    try other.git("push", "--quiet", "origin", "main")
    try test.commit("Ours")
    try test.git("tag", "v1")
    let repository = try test.open()
    let specs = ["refs/heads/main", "refs/tags/v1"]
    let fetchFirst = outcomes(try await repository.push("origin", specs, atomic: true))
    #expect(fetchFirst["refs/heads/main"] == .rejected(.movedOn("fetch first")))
    #expect(fetchFirst["refs/tags/v1"] == .rejected(.atomic("atomic push failed")))
    try test.git("fetch", "--quiet", "origin")
    let behind = outcomes(try await repository.push("origin", specs, atomic: false))
    #expect(behind["refs/heads/main"] == .rejected(.movedOn("non-fast-forward")))
    #expect(behind["refs/tags/v1"] == .ok)
    try other.git("tag", "v2", "HEAD")
    try other.git("push", "--quiet", "origin", "v2")
    try test.git("tag", "v2", "HEAD")
    let exists = outcomes(try await repository.push("origin", ["refs/tags/v2"], atomic: true))
    #expect(exists["refs/tags/v2"] == .rejected(.exists("already exists")))
  }

  @Test(arguments: [true, false])
  func `a hook's refusal is told in its own words`(atomic: Bool) async throws {
    let test = try TestRepository()
    try test.commit("One")
    let server = try test.bare()
    let hook = "\(server.path)/hooks/\(atomic ? "pre-receive" : "update")"
    try Files.write("#!/bin/sh\necho 'no releases on Friday: 金曜日' >&2\nexit 1\n", to: hook)
    Files.setMode(0o755, of: hook)
    try test.git("tag", "v1")
    let results = try await test.open().push("origin", ["refs/tags/v1"], atomic: atomic)
    guard case .rejected(.refused(let reason)) = results.first?.outcome else {
      Issue.record("\(results)")
      return
    }
    #expect(reason.contains("hook declined"))
    #expect(reason.contains("no releases on Friday: 金曜日"))
    #expect(try server.run(["rev-parse", "--verify", "-q", "refs/tags/v1"]).status == 1)
  }

  @Test func `a lock on the server is a race, not a refusal`() async throws {
    let test = try TestRepository()
    try test.commit("One")
    let server = try test.bare()
    try Files.write("", to: "\(server.path)/refs/tags/v1.lock")
    try test.git("tag", "v1")
    try test.git("tag", "v2")
    for atomic in [true, false] {
      let results = try await test.open().push(
        "origin", ["refs/tags/v1"] + (atomic ? ["refs/tags/v2"] : []), atomic: atomic)
      guard case .rejected(.movedOn) = results.first?.outcome else {
        Issue.record("\(results)")
        continue
      }
    }
  }

  @Test func `a history goes for another one by a lease alone, where the server lets it`()
    async throws
  {
    let server = try TestRepository()
    let first = try server.commit("One")
    let second = try server.commit("Two")
    try server.git("checkout", "-q", "--detach")
    let repository = try server.clone().open()
    let specs = ["\(first):refs/heads/main"]
    func push(_ lease: ObjectID?) async throws -> PushResult.Outcome? {
      let leases = lease.map { ["refs/heads/main": $0] } ?? [:]
      return outcomes(
        try await repository.push("origin", specs, atomic: false, leases: leases))[
          "refs/heads/main"]
    }
    for lease in [nil, first] {
      guard case .rejected(.movedOn) = try await push(lease) else {
        Issue.record("it went")
        return
      }
    }
    // To push again will not help.
    try server.git("config", "receive.denyNonFastForwards", "true")
    guard case .rejected(.refused) = try await push(second) else {
      Issue.record("it went")
      return
    }
    try server.git("config", "receive.denyNonFastForwards", "false")
    #expect(try await push(second) == .ok)
    #expect(try server.id("main") == first)
  }

  @Test func `the user's own pre-push hook can stop a push`() async throws {
    let test = try TestRepository()
    try test.commit("One")
    _ = try test.bare()
    let hook = "\(test.path)/.git/hooks/pre-push"
    try Files.write("#!/bin/sh\necho 'not from here' >&2\nexit 1\n", to: hook)
    Files.setMode(0o755, of: hook)
    let repository = try test.open()
    let error = await #expect(throws: GitError.self) {
      try await repository.push("origin", ["refs/heads/main:refs/heads/new"], atomic: true)
    }
    #expect(error?.kind == .refused)
    #expect(error?.message.contains("not from here") == true)
  }

  @Test func `a daemon serves fetches and pushes`() async throws {
    let test = try TestRepository()
    let id = try test.commit("One")
    _ = try test.bare()
    let daemon = try GitDaemon(serving: test.directory, environment: test.environment)
    let repository = try test.open()
    let url = daemon.url("server.git")
    let results = try await repository.push(url, ["HEAD:refs/notes/deed/checks"], atomic: true)
    #expect(outcomes(results) == ["refs/notes/deed/checks": .ok])
    #expect(
      try await repository.listRemote(url, ["refs/notes/*"]) == ["refs/notes/deed/checks": id])
    let error = await #expect(throws: GitError.self) {
      try await repository.listRemote(daemon.url("none.git"), [])
    }
    #expect(error?.kind == .network)
  }
}
