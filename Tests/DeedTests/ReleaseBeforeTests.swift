import Release
import TestSupport
import Testing

@testable import Deed

/// Histories of all habits, by the name of the release that comes before another.
@Suite struct `The release before another` {
  /// The range that notes tell about, and which subjects they show.
  private func range(_ test: TestRepository, _ arguments: String...) async -> String {
    let ran = await test.deed(["notes"] + arguments)
    return ran.error.split(separator: ":").first.map(String.init) ?? ""
  }

  @Test func `is the nearest by ancestry, and the highest of those on merged branches`()
    async throws
  {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v0.9.0")
    try test.git("switch", "--quiet", "--create", "side")
    try test.commit("fix: beside")
    try test.git("tag", "v1.0.1")
    try test.git("switch", "--quiet", "main")
    try test.commit("feat: high")
    try test.git("tag", "v2.0.0")
    try test.commit("feat: low")
    try test.git("tag", "v1.1.0")
    #expect(await range(test).hasPrefix("v0.9.0..v1.1.0"), "1.0.1 left when 0.9.0 was out")
    try test.commit("fix: more")
    #expect(await range(test).hasPrefix("v1.1.0.."), "the nearest, not the highest")
    try test.git("merge", "--quiet", "--no-ff", "-m", "Merge side", "side")
    #expect(await range(test).hasPrefix("v1.1.0.."))
    try test.git("tag", "v1.1.0-rc.1")
    try test.git("tag", "v3.0.0-rc.1")
    try test.git("tag", "v3.0.0")
    #expect(await range(test, "v3.0.0").hasPrefix("v1.1.0..v3.0.0"), "not its own candidate")
    #expect(await range(test, "v3.0.0-rc.1").hasPrefix("v1.1.0-rc.1..v3.0.0-rc.1"))
    #expect(await range(test, "v0.9.0") == "v0.9.0")
  }

  /// Candidates on main, and every release on a branch that left main before it and never came back.
  private func branches() throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin")
    func release(_ line: String, from start: String, fixes: [(String, String)]) throws {
      try test.git("switch", "--quiet", "--create", line, start)
      for (tag, commit) in fixes {
        if commit.isEmpty {
          try test.commit("chore: release")
        } else {
          try test.git("cherry-pick", "-x", "--allow-empty", commit)
        }
        try test.git("tag", tag)
      }
      try test.git("switch", "--quiet", "main")
    }
    try release("1.0.x", from: "main", fixes: [("v1.0.0", "")])
    try test.commit("feat: one")
    try test.git("tag", "v1.1.0-rc.1")
    try release("1.1.x", from: "main", fixes: [("v1.1.0", "")])
    let fix = try test.commit("fix: two")
    try test.git("switch", "--quiet", "1.1.x")
    try test.git("cherry-pick", "-x", "--allow-empty", fix.description)
    try test.git("tag", "v1.1.1")
    try test.git("switch", "--quiet", "main")
    try test.commit("feat: three")
    try release("1.2.x", from: "main", fixes: [("v1.2.0", "")])
    return test
  }

  @Test func `is on a branch of its own, where that left later`() async throws {
    let test = try branches()
    #expect(await range(test, "v1.0.0") == "v1.0.0")
    #expect(await range(test, "v1.1.0").hasPrefix("v1.0.0..v1.1.0"))
    #expect(await range(test, "v1.1.1").hasPrefix("v1.1.0..v1.1.1"))
    let notes = await test.deed("notes", "v1.2.0")
    #expect(notes.error.hasPrefix("v1.1.1..v1.2.0: 3 commits, 1 shown, 2 hidden"), "\(notes.error)")
    #expect(notes.output.contains("three") && !notes.output.contains("two"))
    let named = await test.deed("notes", "v1.1.1..v1.2.0")
    #expect(named.output == notes.output)
    #expect(await test.deed("notes", "--unreleased").code == 1, "all of it is in 1.2.0")
    try test.commit("fix: four")
    #expect(await range(test, "--unreleased").hasPrefix("v1.2.0.."))
    #expect(await test.deed("next", "-q").output == "v1.2.1\n")
    let candidate = await test.deed("notes", "v1.3.0-rc.1")
    #expect(candidate.error.contains("\nv1.2.0..v1.3.0-rc.1: 1 commit"), "\(candidate.error)")
  }

  @Test func `stays what it was when a patch comes later`() async throws {
    let test = try branches()
    let before = await test.deed("notes", "v1.2.0")
    try test.git("switch", "--quiet", "1.1.x")
    try test.commit("fix: late")
    try test.git("tag", "v1.1.2")
    let after = await test.deed("notes", "v1.2.0")
    #expect(after.output == before.output && after.error == before.error)
  }

  @Test func `on a line that left is its own, whatever came later elsewhere`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.2.0")
    try test.commit("fix: second")
    try test.git("branch", "release/1.x")
    try test.commit("feat!: break")
    try test.git("tag", "v2.0.0")
    try test.git("switch", "--quiet", "release/1.x")
    try test.commit("fix: third")
    #expect(await test.deed("next", "-q").output == "v1.2.1\n")
    #expect(await range(test, "--unreleased").hasPrefix("v1.2.0.."))
    try test.git("tag", "v1.2.1")
    #expect(await range(test, "v1.2.1").hasPrefix("v1.2.0..v1.2.1"))
  }

  @Test func `has copies that ask for no version once more`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("switch", "--quiet", "--create", "1.0.x")
    try test.commit("chore: release")
    try test.git("tag", "v1.0.0")
    try test.git("switch", "--quiet", "main")
    try test.commit("fix: zero")
    try test.git("switch", "--quiet", "--create", "1.1.x")
    try test.commit("chore: release again")
    try test.git("switch", "--quiet", "main")
    let colours = try test.commit("feat: colours")
    try test.git("switch", "--quiet", "1.1.x")
    try test.git("cherry-pick", "-x", "--allow-empty", colours.description)
    try test.git("tag", "v1.1.0")
    try test.git("switch", "--quiet", "main")
    try test.commit("fix: x")
    #expect(await test.deed("next", "-q").output == "v1.1.1\n")
  }

  @Test func `has the copies on a branch that was merged back, and on none before it`()
    async throws
  {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.0.0")
    let one = try test.commit("fix: one")
    let two = try test.commit("fix: two", files: ["two": "2"])
    try test.commit("fix: three")
    try test.git("switch", "--quiet", "--create", "1.0.x", "v1.0.0")
    for (fix, tag) in [(one, "v1.0.1"), (two, "v1.0.2")] {
      try test.git("cherry-pick", "-x", "--allow-empty", fix.description)
      try test.git("tag", tag)
    }
    try test.commit("chore: go on")
    try test.git("switch", "--quiet", "main")
    try test.git("merge", "--quiet", "--no-ff", "-m", "Merge branch '1.0.x'", "1.0.x")
    let notes = await test.deed("notes")
    #expect(notes.error.hasPrefix("v1.0.2.."))
    #expect(notes.error.contains(": 5 commits, 1 shown, 4 hidden"), "\(notes.error)")
    #expect(await test.deed("next", "-q").output == "v1.0.3\n")
    let path = await test.deed("notes", "--path", "two")
    #expect(path.error.contains("1 commit, 0 shown"), "\(path.error)")
  }

  @Test func `may have taken back what the next one ships`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    let search = try test.commit("feat: search")
    let index = try test.commit("feat: index")
    try test.git("switch", "--quiet", "--create", "1.0.x")
    for (title, commit) in [("feat: search", search), ("feat: index", index)] {
      try test.commit("Revert \"\(title)\"\n\nThis reverts commit \(commit).")
    }
    try test.git("tag", "v1.0.0")
    try test.git("switch", "--quiet", "main")
    try test.commit("fix: search finds more")
    try test.commit("Revert \"feat: index\"\n\nThis reverts commit \(index).")
    try test.git("tag", "v1.1.0")
    let notes = await test.deed("notes", "v1.1.0")
    #expect(notes.output.contains("- search ("), "shipped for the first time")
    #expect(!notes.output.contains("index"), "taken back by both")
    #expect(
      notes.error
        == "v1.0.0..v1.1.0: 3 commits, 2 shown, 1 hidden; 1 that v1.0.0 had taken back included\n")
    try test.git("tag", "--delete", "v1.1.0")
    #expect(await test.deed("next", "-q").output == "v1.1.0\n", "a feature, not a fix alone")
  }

  @Test func `is none that came later`() async throws {
    let test = try TestRepository()
    for (subject, tag) in [("feat: a", "v1.0.0"), ("feat: b", "v2.0.0"), ("feat: c", "v1.1.0")] {
      try test.commit(subject)
      try test.git("tag", tag)
    }
    #expect(await range(test, "v2.0.0").hasPrefix("v1.0.0..v2.0.0"), "1.1.0 came later")
  }

  /// A release on main, a feature, and a branch that leaves main there.
  private func branched(_ name: String) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.3.0")
    try test.commit("feat: one")
    try test.git("switch", "--quiet", "--create", name)
    return test
  }

  @Test(arguments: ["Bump version to 1.4.0", "chore: release", "Release v1.4.0 (#9)"])
  func `what is not released yet has, is on a branch made to release what it left`(
    _ subject: String
  ) async throws {
    let test = try branched("release/1.4")
    try test.commit(subject)
    try test.git("tag", "v1.4.0")
    try test.git("switch", "--quiet", "main")
    try test.commit("fix: two")
    #expect(await range(test).hasPrefix("v1.4.0.."))
    let next = await test.deed("next")
    #expect(next.output == "v1.4.1\n" && !next.error.contains("note:"), "\(next.error)")
    // What is mended on the branch later is released there too.
    try test.git("switch", "--quiet", "release/1.4")
    try test.commit("fix: in haste")
    try test.git("tag", "v1.4.1")
    try test.git("switch", "--quiet", "main")
    #expect(await range(test).hasPrefix("v1.4.1.."))
    #expect(await test.deed("next", "-q").output == "v1.4.2\n")
    try test.git("merge", "--quiet", "--no-ff", "-m", "Merge branch 'release/1.4'", "release/1.4")
    #expect(await range(test).hasPrefix("v1.4.1.."), "merged back after all")
  }

  @Test func `of a branch may have taken back what is here`() async throws {
    let test = try branched("release/1.3.1")
    let feature = try test.id("HEAD")
    try test.commit("Revert \"feat: one\"\n\nThis reverts commit \(feature).")
    try test.git("tag", "v1.3.1")
    try test.git("switch", "--quiet", "main")
    try test.commit("fix: two")
    let notes = await test.deed("notes")
    #expect(notes.error.hasPrefix("v1.3.1..") && notes.output.contains("- one ("), "\(notes.error)")
    #expect(await test.deed("next", "-q").output == "v1.4.0\n", "the feature is news")
  }

  @Test func `of a branch with changes of its own is not taken, but named`() async throws {
    let test = try branched("1.x")
    try test.commit("fix: only here")
    try test.git("tag", "v1.3.1")
    try test.git("switch", "--quiet", "main")
    try test.commit("feat!: two")
    let notes = await test.deed("notes")
    #expect(notes.error.hasPrefix("v1.3.0.."), "\(notes.error)")
    #expect(notes.error.contains("note: v1.3.1 is on a branch with changes that are not here"))
    #expect(notes.error.contains("deed notes v1.3.1..HEAD"))
    let next = await test.deed("next")
    #expect(next.output == "v2.0.0\n" && next.error.contains("note: v1.3.1"), "\(next.error)")
    #expect(await test.deed("next", "-q").error.isEmpty)
    #expect(await test.deed("cut", "--auto", "--dry-run").error.contains("note: v1.3.1"))
    // With a copy here, nothing of it is missing.
    try test.git("cherry-pick", "-x", "--allow-empty", "1.x")
    #expect(await range(test).hasPrefix("v1.3.1.."))
  }

  @Test func `of a branch counts by the files of the package alone`() async throws {
    let test = try TestRepository()
    let policy = "[packages.api]\npaths = [\"api\"]\nprefix = \"api/v\"\n"
    try test.commit("feat: begin", files: ["deed.toml": policy, "api/a": "1"])
    try test.git("tag", "api/v1.0.0")
    try test.commit("feat: more", files: ["api/a": "2"])
    try test.git("switch", "--quiet", "--create", "api-1.1")
    try test.commit("fix: elsewhere", files: ["web": "1"])
    try test.git("tag", "api/v1.1.0")
    try test.git("switch", "--quiet", "main")
    try test.commit("fix: mend", files: ["api/a": "3"])
    #expect(await range(test, "--package", "api").hasPrefix("api/v1.1.0.."))
    #expect(await test.deed("next", "--package", "api", "-q").output == "api/v1.1.1\n")
  }

  @Test func `a branch of an older line goes on after it was merged into a later one`() async throws
  {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.0.0")
    try test.git("switch", "--quiet", "--create", "release/1.0")
    try test.commit("fix: one")
    try test.git("switch", "--quiet", "main")
    try test.commit("feat: two")
    try test.git("merge", "--quiet", "--no-ff", "-m", "Merge release/1.0", "release/1.0")
    try test.git("tag", "v1.1.0")
    #expect(await test.deed("next", "--commit", "release/1.0", "-q").output == "v1.0.1\n")
  }

  @Test func `another part's tags alone keep nobody from a first release`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "helm-chart-1.0.0")
    #expect(await test.deed("next", "-q").output == "v0.1.0\n")
    try test.git("tag", "release-1.0.0")
    #expect(await test.deed("next", "-q").code == 1)
  }

  @Test func `is none of what is part of a later one already`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.0.0")
    let commit = try test.commit("fix: one")
    try test.commit("feat: two")
    try test.git("tag", "v1.1.0-rc.1")
    #expect(await test.deed("next", "--commit", "HEAD~1", "-q").output == "v1.0.1\n")
    let candidate = await test.deed("next", "--commit", "HEAD~1", "--pre", "rc")
    #expect(candidate.error.contains("is part of v1.1.0-rc.1 already"), "\(candidate.error)")
    try test.git("tag", "v1.1.0")
    try test.commit("fix: three")
    try test.git("tag", "v1.1.1")
    let words = "nothing to release: \(commit.short) is part of v1.1.0 already"
    let next = await test.deed("next", "--commit", commit.description)
    #expect(next.code == 1 && next.error.contains(words), "\(next.error)")
    #expect(!next.error.contains("on a branch"), "\(next.error)")
    let cut = await test.deed("cut", "--auto", "--commit", commit.description)
    #expect(cut.code == 1 && cut.error.contains(words), "\(cut.error)")
    let notes = await test.deed("notes", "--to", commit.description)
    let note = "note: \(commit.short) is part of v1.1.0 already; deed notes v1.1.0 tells all of it"
    #expect(notes.code == 0 && notes.error.contains(note), "\(notes.error)")
    #expect(!notes.error.contains("on a branch"), "\(notes.error)")
    #expect(await test.deed("next", "--commit", "v1.0.0").error.contains("no commits since v1.0.0"))
    #expect(await test.deed("cut", "v1.0.1", "--commit", commit.description).code == 0)
  }
}
