import Release
import Testing

@Suite struct `A conventional commit` {
  @Test(
    arguments: [
      ("feat: add x", "feat", nil, "add x", false),
      ("feat(api): add x", "feat", "api", "add x", false),
      ("feat(api)!: drop x", "feat", "api", "drop x", true),
      ("feat!(api): drop x", "feat", "api", "drop x", true),
      ("FIX: x", "fix", nil, "x", false),
      ("feat : x", "feat", nil, "x", false),
      ("feat:x", "feat", nil, "x", false),
      ("feat(scope with spaces)!: x", "feat", "scope with spaces", "x", true),
      ("feat (a(b)) : x", "feat", "a(b)", "x", false),
      ("fix(): x", "fix", nil, "x", false),
      ("feat：検索を追加", "feat", nil, "検索を追加", false),
      ("feat（認証）！：二要素", "feat", "認証", "二要素", true),
      ("fix: 로그인 오류", "fix", nil, "로그인 오류", false),
      ("refs: export it", "refs", nil, "export it", false),
      ("docs:", "docs", nil, "docs:", false),
      ("✨ feat: x", "feat", nil, "x", false),
      (":boom: feat(api)!: drop x", "feat", "api", "drop x", true),
      ("👩🏽‍💻 ♻️fix: x", "fix", nil, "x", false),
    ] as [(String, String, String?, String, Bool)])
  func `is read with the liberties that people take`(
    _ message: String, _ type: String, _ scope: String?, _ subject: String, _ isBreaking: Bool
  ) {
    let commit = ConventionalCommit(message: message)
    #expect(commit.type == type)
    #expect(commit.scope == scope)
    #expect(commit.subject == subject)
    #expect(commit.isBreaking == isBreaking)
    #expect(commit.header == message)
  }

  @Test(arguments: [
    "Add x", "기능: 추가", "http://example.org is down", "test::parse panics", "build:x is broken",
    "docs://x", "feat", "feat(x", "feat(x: y", "C++: x", "builtin/log: x", "12:30 is too early",
    "...", "!!!", "()", ":", "Note:", "refs : x", "\u{0}", "a\u{1B}[31mb", "feat\u{301}: x",
    "✨ Add x", "✨ story: x", ":x: y", ":+1", ": feat: x", "© fix: x",
    String(repeating: "a", count: 100_000) + ": x", "BREAKING CHANGE is what we fear",
  ])
  func `of no such form is unconventional, and keeps its subject`(_ message: String) {
    let commit = ConventionalCommit(message: message)
    #expect(commit.type == nil)
    #expect(commit.subject == message)
    #expect(!commit.isBreaking)
  }

  @Test(arguments: ["\u{FEFF}feat!: x", "\u{3000}feat!: x", "\u{FEFF}\nfeat!: x\n\ny"])
  func `begins behind a byte order mark and blanks of any script`(_ message: String) {
    let commit = ConventionalCommit(message: message)
    #expect(commit.header == "feat!: x")
    #expect(commit.isBreaking)
  }

  @Test(arguments: ["", "\n\n", " \r\n\t\r\n"])
  func `may be empty`(_ message: String) {
    let commit = ConventionalCommit(message: message)
    #expect(commit.subject == "")
    #expect(commit.body == "")
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func `has the same parts whatever ends its lines`(_ end: String) {
    let lines = [
      "", "feat: x", "", "Some text: as", "it is.", "", "BREAKING CHANGE: y", "  and z", "Refs: #1",
      "Closes #2",
    ]
    let commit = ConventionalCommit(message: lines.joined(separator: end) + end)
    #expect(commit.subject == "x")
    #expect(
      commit.footers == [
        CommitFooter(token: "BREAKING CHANGE", value: "y\nand z"),
        CommitFooter(token: "Refs", value: "#1"), CommitFooter(token: "Closes", value: "#2"),
      ])
    #expect(commit.isBreaking)
    #expect(commit.body.utf8.starts(with: "Some text: as\nit is.\n\nBREAKING".utf8))
  }

  @Test(arguments: [
    "x\n\nBREAKING CHANGE: y", "x\n\nBREAKING-CHANGE: y", "x\n\nBREAKING CHANGES: y",
    "x\nBREAKING CHANGE: y", "x\n\ntext\nBREAKING CHANGE: y\n\nmore text",
    "x\n\nBREAKING CHANGE:\n\ny", "docs: x\n\n* a\n* BREAKING CHANGE: y", "x\n\nBreaking change: y",
    "x\n\n**BREAKING CHANGE:** y", "BREAKING CHANGE: y", "x\n\nBREAKING CHANGE：y",
    "x\n\n- BREAKING CHANGES：\u{3000}y", "x\n\n<!-- a -->\nBREAKING CHANGE: y",
    "x\n\nBREAKING CHANGE #y", "x\n\nBREAKING-CHANGE #y\n\nz", "x\n\n* a\n* BREAKING CHANGES #12",
    "x\n\n<!-- never closed\nBREAKING CHANGE: y", "x\n\nBREAKING CHANGE: <!-- what? --> y",
  ])
  func `that announces a break is breaking`(_ message: String) {
    #expect(ConventionalCommit(message: message).isBreaking)
  }

  @Test(arguments: [
    "x\n\nThis is no BREAKING CHANGE: not at all", "x\n\nA BREAKING CHANGE will follow",
    "x\n\nBreaking change #2 was mended", "x\n\nBREAKING CHANGE #", "x\n\nBREAKING CHANGE # none",
    "x\n\nBREAKING CHANGE: none", "x\n\nBREAKING CHANGE: N/A.", "x\n\nBREAKING CHANGE: No",
    "x\n\n    BREAKING CHANGE: in an example", "x\n\nUNBREAKING CHANGE: y",
    "x\n\nIn a test:\n\n```\nBREAKING CHANGE: y\n\nfeat!: z\n```\n\nMore.",
    "Merge branch 'y'\n\n* y:\n  breaking-change: switch",
    "x\n\n<!-- Does it break?\nBREAKING CHANGE: y\n-->",
    "x\n\n<!--\n\nBREAKING CHANGE: y\n\n-->\n\nz",
    "x\n\n<!-- a\n\nBREAKING CHANGE: y -->", "x\n\nBREAKING CHANGE: <!-- say\nwhat -->",
    "x\n\nBREAKING CHANGE: No breaking changes.",
  ])
  func `that only mentions breaks is not`(_ message: String) {
    #expect(!ConventionalCommit(message: message).isBreaking)
  }

  @Test(
    arguments: [
      ("y\n\nBefore:\n\n```ts\nRefs: #1\n\nBREAKING CHANGE: z\n```\n\nAfter.", nil),
      ("\ny:\n- a\n  - b\n\n  c", nil),
      ("y\n\nmore", "Reviewed-by: Z <z@example.org>\nRefs: #1"),
      ("y", "(cherry picked from commit 1a2b)\nSigned-off-by: Z <z@example.org>"),
      ("y\n\nmore", "Acked-by: Z\n\n(cherry picked from commit 1a2b)"),
      ("y\n\nmore", "\n* fix(api): z\n\nIts text."), ("y", "\n---------\n\nText."),
      ("y\n\n- build: z\n- docs: w", "\nDEPRECATED: v"),
    ] as [(String, String?)])
  func `has all paragraphs of a break, up to the next footer`(_ text: String, _ more: String?) {
    let message = "feat: x\n\nBREAKING CHANGE: \(text)\n" + (more.map { "\n\($0)\n" } ?? "")
    let breaks = ConventionalCommit(message: message).footers.filter(\.isBreaking)
    #expect(breaks.map(\.value) == [String(text.drop { $0 == "\n" })])
  }

  @Test func `has a break behind a number sign, as other footers have theirs`() {
    let message = "test: x\n\nBREAKING CHANGE #use y\nand z\n\nBREAKING-CHANGE #12 is gone"
    #expect(
      ConventionalCommit(message: message).footers == [
        CommitFooter(token: "BREAKING CHANGE", value: "use y\nand z"),
        CommitFooter(token: "BREAKING CHANGE", value: "#12 is gone"),
      ])
  }

  @Test func `has no break of a fence that is closed, but one below a fence that is not`() {
    #expect(ConventionalCommit(message: "x\n\n```\n\nBREAKING CHANGE: y\n\nz").isBreaking)
    #expect(!ConventionalCommit(message: "x\n\n```\nBREAKING CHANGE: y\n```\n\nz").isBreaking)
    // Of what begins in an item nobody here sees the end: then a break is none too many.
    let item = "x\n\n- ```sh\n  a\n- b\n\nBREAKING CHANGE: y\n\n```\nc"
    #expect(ConventionalCommit(message: item).isBreaking)
  }

  @Test func `has its subject wrapped as git has it, but not its footers`() {
    #expect(ConventionalCommit(message: "feat: a\nb\n\nc").subject == "a b")
    #expect(ConventionalCommit(message: "feat: a\nRefs: #1").subject == "a")
    #expect(ConventionalCommit(message: "feat: a\n* b\n* c").subject == "a")
  }

  @Test func `has known footers with a wide colon`() {
    let message =
      "feat: x\n\nBREAKING CHANGE：y\nz\n\nURL：w\n\nDEPRECATED：\u{3000}v\n\nFixes：#13\nRelease-Note：u\nAPI：t"
    #expect(
      ConventionalCommit(message: message).footers == [
        CommitFooter(token: "BREAKING CHANGE", value: "y\nz\n\nURL：w"),
        CommitFooter(token: "DEPRECATED", value: "v"), CommitFooter(token: "Fixes", value: "#13"),
        CommitFooter(token: "Release-Note", value: "u API：t"),
      ])
  }
}
