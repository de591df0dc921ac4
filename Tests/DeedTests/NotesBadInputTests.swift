import Glibc
import Release
import TestSupport
import Testing

@testable import Deed

/// What notes make of histories, texts and files that are not as one expects.
@Suite struct NotesBadInputTests {
  /// How many commits a range has, as notes and as git count them.
  private func counts(_ test: TestRepository, _ range: String) async throws -> (String, String) {
    let notes = await test.deed("notes", range)
    #expect(notes.code == 0, "\(notes.error)")
    let told = notes.error.firstRange(of: ": ").map { notes.error[$0.upperBound...] } ?? ""
    let count = try test.git("rev-list", "--count", range)
    return (String(told.prefix { $0.isNumber }), count)
  }

  @Test func `a history with several roots has all their commits`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.0.0")
    for name in ["second", "third"] {
      try test.git("switch", "--quiet", "--orphan", name)
      try test.commit("feat: the \(name) root", files: [name: name])
    }
    try test.git("switch", "--quiet", "main")
    for name in ["second", "third"] {
      try test.git(
        "merge", "--quiet", "--allow-unrelated-histories", "-m", "Merge \(name)", name)
    }
    let (told, count) = try await counts(test, "v1.0.0..main")
    #expect(told == count && count == "4")
    let notes = await test.deed("notes", "-q").output
    #expect(notes.contains("the second root") && notes.contains("the third root"))
    #expect(await test.deed("next", "-q").output == "v1.1.0\n")
  }

  @Test func `a release before a criss-cross is found, and no commit is told twice`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.0.0")
    for name in ["left", "right"] {
      try test.git("switch", "--quiet", "-c", name, "main")
      try test.commit("feat: \(name) one", files: [name: "1"])
    }
    let tips = try ["left", "right"].map { try test.git("rev-parse", $0) }
    for (name, other) in [("left", tips[1]), ("right", tips[0])] {
      try test.git("switch", "--quiet", name)
      try test.git("merge", "--quiet", "-m", "Merge the other side", other)
      try test.commit("fix: \(name) two", files: [name: "2"])
    }
    // Nearest of both sides: the higher one.
    try test.git("tag", "v1.1.0", "left")
    try test.git("tag", "v1.2.0", "right")
    try test.git("switch", "--quiet", "main")
    for name in ["left", "right"] { try test.git("merge", "--quiet", "--no-ff", "-m", "x", name) }
    let (told, count) = try await counts(test, "v1.0.0..main")
    #expect(told == count && count == "8")
    let all = await test.deed("notes", "v1.0.0..main", "-q").output
    for name in ["left one", "left two", "right one", "right two"] {
      #expect(all.ranges(of: name).count == 1, "\(all)")
    }
    let since = await test.deed("notes")
    #expect(since.error.hasPrefix("v1.2.0.."), "\(since.error)")
  }

  @Test func `endless and hostile subjects stay one harmless line`() async throws {
    let test = try TestRepository()
    let long = Array(("feat: " + String(repeating: "長", count: 100_000)).utf8)
    let made = try test.run(["commit", "--quiet", "--allow-empty", "-F", "-"], input: long)
    #expect(made.status == 0)
    try test.commit(
      "fix: \u{1b}[31mred\u{7}\u{8}\r <script>alert(1)</script> <!-- [x](javascript:y) *b* "
        + "@someone \u{202e}rtl ![i](http://e/x.png) | `c`")
    try TestSupport.Files.write(
      "{{#groups}}{{#entries}}<li>{{subject}}</li>\n{{/entries}}{{/groups}}",
      to: "\(test.directory)/page.html.mustache")
    var session = Transcript("notes/hostile")
    await session.run(test, "notes")
    await session.run(test, "notes", "--template", "\(test.directory)/page.html.mustache", "-q")
    try session.check()
    let json = await test.deed("notes", "--format", "json", "-q").output
    for text in [await test.deed("notes", "-q").output, json] {
      let controls = text.unicodeScalars.filter { $0.value < 0x20 && $0 != "\n" }
      #expect(controls.isEmpty && !text.contains("\u{202e}"))
    }
    let cut = await test.deed("cut", "v1.0.0", "-q")
    #expect(cut.code == 0, "\(cut.error)")
    let message = try test.git("tag", "-l", "--format=%(contents)", "v1.0.0")
    #expect(!message.contains("\u{1b}") && message.utf8.count < 5000)
  }

  @Test(arguments: [
    ["notes", "-o", "missing/notes.md"], ["notes", "-o", "."], ["notes", "-o", "/proc/version"],
    ["notes", "--template", "."], ["changelog", "v1.0.0", "-o", "missing/CHANGELOG.md"],
  ])
  func `a file that cannot be read or written is trouble, and named`(words: [String]) async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    let before = try test.everything()
    let ran = await test.deed(words)
    #expect(ran.code == 2 && ran.output.isEmpty, "\(ran.output)")
    #expect(ran.error.hasPrefix("error: cannot "), "\(ran.error)")
    #expect(try test.everything() == before)
  }

  @Test func `a changelog is a regular file, since others need not end`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    let pipe = "\(test.path)/pipe"
    try #require(mkfifo(pipe, 0o600) == 0)
    for (file, what) in [(".", "a directory"), ("/dev/full", "no regular file"), (pipe, "a pipe")] {
      for check in [[], ["--check"]] {
        let ran = await test.deed(["changelog", "v1.0.0", "-o", file] + check)
        #expect(ran.code == 2 && ran.output.isEmpty, "\(file)")
        #expect(ran.error.contains("is \(what), and cannot be a changelog"), "\(ran.error)")
      }
    }
  }

  @Test func `three dots are no range, and the one that was meant is named`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    for (typed, meant) in [
      ("v1.0.0...v1.1.0", "v1.0.0..v1.1.0"), ("...HEAD", "..HEAD"), ("v1.0.0...", "v1.0.0.."),
    ] {
      let ran = await test.deed("notes", typed)
      #expect(ran.code == 2 && ran.output.isEmpty)
      #expect(ran.error.contains("two dots: \u{201C}\(meant)\u{201D}, not three"), "\(ran.error)")
    }
  }

  @Test func `rules that are not committed are mentioned where a package is asked for`()
    async throws
  {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try TestSupport.Files.write(
      "[packages.api]\npaths = [\"api\"]\nprefix = \"api/v\"\n", to: "\(test.path)/deed.toml")
    for command in ["next", "notes", "changelog"] {
      let ran = await test.deed(command, "--package", "api")
      #expect(ran.code != 0)
      #expect(ran.error.contains("note: deed.toml here is not committed"), "\(ran.error)")
      #expect(ran.error.contains("there is no package"))
    }
  }

  @Test func `rules that are not committed are mentioned whatever is asked for`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    let commands = [["notes"], ["notes", "--all"], ["changelog", "-o", "-"], ["next"]]
    func check(_ note: String?) async {
      for words in commands {
        let ran = await test.deed(words)
        #expect(ran.code == 0 && ran.error.contains("committed") == (note != nil), "\(ran.error)")
        if let note { #expect(ran.error.contains("note: deed.toml \(note): what counts is ")) }
      }
    }
    await check(nil)
    try TestSupport.Files.write("no TOML", to: "\(test.path)/deed.toml")
    await check("here is not committed")
    try test.commit("chore: rules", files: ["deed.toml": "remote = \"origin\"\n"])
    await check(nil)
    TestSupport.Files.remove("\(test.path)/deed.toml")
    await check("is gone here, which is not committed")
    try test.git("update-index", "--skip-worktree", "deed.toml")
    await check(nil)
  }

  @Test func `a branch or commit instead of a version is told how to ask for it`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.0.0")
    let id = try test.commit("fix: more")
    for name in ["HEAD", "main", id.description] {
      let ran = await test.deed("notes", name)
      #expect(ran.error.contains("hint: deed notes --to \(name)   # for what came"), "\(ran.error)")
      #expect(await test.deed("notes", "--to", name).code == 0)
    }
    let tag = await test.deed("notes", "refs/tags/v1.0.0")
    #expect(tag.code == 2 && tag.error.contains("hint: deed notes v1.0.0\n"), "\(tag.error)")
    let server = try test.bare()
    try test.git("push", "--quiet", "origin", "main:release/1.0")
    let clone = try server.clone()
    for words in [["notes", "v1.0.0..release/1.0"], ["next", "--commit", "release/1.0"]] {
      let ran = await clone.deed(words)
      #expect(ran.code == 2, "\(ran.error)")
      #expect(ran.error.contains("hint: did you mean origin/release/1.0?"), "\(ran.error)")
    }
    let both = await test.deed("notes", "--unreleased", "v1.0.0")
    #expect(both.error.contains("a release or range, --unreleased and --all exclude each other"))
  }

  @Test func `another prefix is mentioned once`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "release-1.0.0")
    for words in [["notes"], ["changelog", "v0.1.0", "-o", "-"], ["notes", "release-1.0.0"]] {
      let ran = await test.deed(words)
      let told = ran.error.ranges(of: "1 tag here looks like a version with the prefix").count
      #expect(told == 1, "\(words): \(ran.error)")
      #expect(ran.error.ranges(of: "note:").count == 1, "\(ran.error)")
    }
    try test.git("tag", "release-1.1.0")
    #expect(await test.deed("notes").error.contains("2 tags here look like versions with"))
    try test.git("tag", "v1.0.0")
    #expect(await test.deed("notes", "release-1.0.0").error.contains("and commit it"))
    try test.git("tag", "v1.1.0")
    #expect(await !test.deed("notes", "release-1.0.0").error.contains("[tags] prefix"))
  }

  @Test func `no first release is proposed where tags look like versions with another prefix`()
    async throws
  {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "1.0.0")
    try test.commit("feat: more")
    #expect(await test.deed("changelog").code == 1)
    #expect(await test.deed("changelog", "v2.0.0", "-o", "-").code == 0)
    let rules = "[packages.api]\npaths = [\"a\"]\n"
    try test.commit("feat: a part", files: ["deed.toml": rules, "a": "a"])
    try test.git("tag", "api@1.0.0")
    let package = ["--package", "api"]
    for words in [["next"], ["cut", "--auto"], ["next"] + package, ["changelog"] + package] {
      let ran = await test.deed(words)
      #expect(ran.code == 1 && ran.output.isEmpty, "\(words)")
      #expect(ran.error.contains("and 1 tag here looks like a version with"), "\(ran.error)")
      #expect(!ran.error.contains("note:"), "\(ran.error)")
    }
    let hint =
      "[tags] prefix = \"\" in deed.toml, and commit it; or name the version, such as v0.1.0"
    #expect(await test.deed("next").error.contains(hint))
    #expect(await test.deed("next", "--package", "api").error.contains("prefix = \"api@\""))
    #expect(try test.git("tag") == "1.0.0\napi@1.0.0")
    #expect(await test.deed("cut", "v2.0.0").code == 0)
    #expect(await test.deed("cut", "--package", "api", "0.1.0").code == 0)
    try test.commit("fix: more")
    #expect(await test.deed("next").output == "v2.0.1\n")
  }

  @Test(
    arguments: [
      (["v1.30.0+k3s1"], "v1.30.0+k3s1 looks like a version, and is none here: build metadata"),
      (["v1.0"], "v1.0 looks like a version, and is none here: it must have exactly three"),
      (
        ["v1.0.0", "1.1.0"],
        "1.1.0 looks like a version above v1.0.0, and is none here: it must begin"
      ),
      (
        ["v1.0.0", "release-1.1", "v1.2.3.4"],
        "2 tags look like versions above v1.0.0, and are none"
      ),
      (["v1.0.0", "v1.0", "1.0.0", "0.9.0", "v1.1-rc1", "web-2.0.0", "api/1.1.0", "nightly"], nil),
    ] as [([String], String?)])
  func `a tag that looks like a later version is not passed over in silence`(
    tags: [String], note: String?
  ) async throws {
    let test = try TestRepository()
    for tag in tags {
      try test.commit("feat: begin \(tag)")
      try test.git("tag", "-a", "-m", "x", tag)
    }
    try test.commit("fix: more")
    for words in [["notes"], ["next"], ["changelog", "-o", "-"], ["cut", "--auto", "--dry-run"]] {
      for packed in [false, true] {
        if packed { try test.git("pack-refs", "--all") }
        let ran = await test.deed(words)
        #expect(ran.code == 0 && ran.error.ranges(of: " none here: ").count <= 1, "\(ran.error)")
        if let note {
          #expect(ran.error.contains(note), "\(words): \(ran.error)")
        } else {
          #expect(!ran.error.contains("like a version") && !ran.error.contains("like versions"))
        }
      }
    }
  }

  @Test func `a floating tag on a release is none that was passed over`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.0.0")
    try test.commit("fix: mend")
    for tag in ["v1.0.1", "v1.1"] { try test.git("tag", "-a", "-m", "x", tag) }
    try test.commit("fix: more")
    for words in [["next"], ["notes", "v1.0.1"], ["notes", "--all"]] {
      #expect(await !test.deed(words).error.contains("note:"), "\(words)")
    }
  }

  @Test func `a tag that is no release, or of no commit, is called what it is`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": "[packages.api]\n", "api/a": "a"])
    try test.git("tag", "v1.0.0")
    try test.git("tag", "api/v1.1.0")
    try test.commit("fix: mend", files: ["api/a": "b"])
    try test.git("tag", "0.2.0")
    try test.git("tag", "v0.5.0", "HEAD^{tree}")
    let session: [([String], String)] = [
      (
        ["notes", "0.2.0"], "hint: deed notes ..0.2.0   # for what came up to that tag all the same"
      ),
      (["notes", "--package", "api", "v1.1.0"], "hint: did you mean api/v1.1.0?"),
      (["notes", "v0.5.0"], "error: the tag v0.5.0 leads to no commit"),
      (["notes", "v0.5.0..HEAD"], "error: the tag v0.5.0 leads to no commit"),
    ]
    for (words, said) in session {
      let ran = await test.deed(words)
      #expect(ran.code == 2 && ran.error.contains(said), "\(words): \(ran.error)")
    }
    #expect(await test.deed("notes", "..0.2.0").output.contains("- mend ("))
  }

  @Test func `a template that never ends is refused`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    let ran = await test.deed("notes", "--template", "/dev/zero")
    #expect(ran.code == 2 && ran.error.contains("/dev/zero is longer than 16777216 bytes"))
  }

  @Test(arguments: ["\n", "\r\n"])
  func `a changelog without headings keeps its text and its line ends`(end: String) async throws {
    let test = try TestRepository()
    let text = ["Our changes", "", "are told elsewhere", ""].joined(separator: end)
    try test.commit("feat: begin", files: ["CHANGELOG.md": text])
    #expect(await test.deed("changelog", "v1.0.0", "--check").code == 1)
    #expect(await test.deed("changelog", "v1.0.0").code == 0)
    let bytes = try #require(TestSupport.Files.read("\(test.path)/CHANGELOG.md"))
    let new = String(decoding: bytes, as: UTF8.self)
    #expect(new.utf8.starts(with: text.utf8))
    #expect(new.unicodeScalars.count { $0 == "\r" } == (end == "\n" ? 0 : new.lines))
    #expect(await test.deed("changelog", "v1.0.0", "--check").code == 0)
    #expect(await test.deed("changelog", "v1.0.0").error.contains("already"))
  }

  @Test func `a path where nothing changed is no mistake, one where nothing is is`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a/b/c": "1", "d": "1"])
    try test.git("tag", "v1.0.0")
    try test.commit("feat: more", files: ["d": "2"])
    for path in ["a", "a/b/c", "a/**/c", "*/b", "a/b"] {
      let ran = await test.deed("notes", "--path", path)
      #expect(ran.code == 0 && ran.output.contains("No changes."), "\(path): \(ran.error)")
    }
    for path in ["b", "a/c", "a/b/c/d", "d/**/x", "A"] {
      let ran = await test.deed("notes", "--path", path)
      #expect(ran.code == 1 && ran.output.isEmpty, "\(path): \(ran.output)")
      #expect(ran.error.contains("there is nothing at \(path)"), "\(ran.error)")
    }
    #expect(await test.deed("notes", "--path", "b", "--path", "a").code == 0)
    let named = await test.deed("notes", "v1.0.0..HEAD", "--path", "[a-z]")
    #expect(named.code == 1 && named.error.contains("there is nothing at [a-z]"), "\(named.error)")
    let unchanged = await test.deed("notes", "v1.0.0..HEAD", "--path", "a")
    #expect(unchanged.code == 1 && unchanged.error.contains("changes anything at these paths"))
  }

  @Test func `a version that skips numbers is no mistake where releases do`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v2026.10.1")
    try test.commit("feat: more")
    let mistyped = await test.deed("notes", "v2026.11.22")
    #expect(mistyped.code == 2 && mistyped.error.contains("cannot be it"), "\(mistyped.error)")
    try test.git("tag", "v2026.10.15")
    try test.commit("feat: most")
    let ran = await test.deed("notes", "v2026.11.22")
    #expect(ran.code == 0 && ran.output.contains("- most ("), "\(ran.error)")
    #expect(ran.error.contains("there is no tag v2026.11.22 yet"))
  }

  @Test func `a range that is empty or the wrong way round is the answer no`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    try test.git("tag", "v1.0.0")
    try test.commit("feat: more")
    try test.git("tag", "v1.1.0")
    for range in ["v1.1.0..v1.0.0", "v1.0.0..v1.0.0", "v1.1.0..HEAD", "HEAD..v1.0.0"] {
      let ran = await test.deed("notes", range)
      #expect(ran.code == 1 && ran.output.isEmpty, "\(range)")
      #expect(ran.error.contains("there are no commits in"), "\(ran.error)")
    }
    #expect(await test.deed("notes", "--unreleased").code == 1)
    for name in ["v1.1", "v1.2.0..", "1.1.0..HEAD"] {
      let ran = await test.deed("notes", name)
      #expect(ran.code == 2 && ran.error.contains("v1.1.0"), "\(name): \(ran.error)")
    }
  }
}

extension String {
  fileprivate var lines: Int { unicodeScalars.count { $0 == "\n" } }
}
