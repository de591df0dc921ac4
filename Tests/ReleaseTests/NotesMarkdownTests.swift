import Foundation
import Release
import Testing

@Suite struct `Release notes as text` {
  private func bullet(_ message: String) -> String {
    let text = notes([commit(1, message)]).markdown(titled: false, contributors: false)
    let line = text.split(separator: "\n").first { $0.hasPrefix("- ") } ?? ""
    return String(line.dropFirst(2)).replacing(" (00000001)", with: "")
  }

  @Test(arguments: [
    ("Add <script>alert(1)</script>", "Add \\<script>alert(1)\\</script>"),
    ("a < b and c -> d & e", "a < b and c -> d & e"),
    ("Decode &lt; and &#60;", "Decode \\&lt; and \\&#60;"),
    ("Use *all* of a * b", "Use \\*all\\* of a * b"),
    ("Rename snake_case to __init__", "Rename snake_case to \\_\\_init\\_\\_"),
    ("Fix `a_*<b>` and `` ` ``", "Fix `a_*<b>` and `` ` ``"),
    ("Fix ` alone and ``two` of *it*", "Fix ` alone and ``two` of \\*it\\*"),
    ("[cli] fix", "[cli] fix"),
    ("See [x](http://y) and [z]", "See \\[x](http://y) and \\[z]"),
    ("[cli]: /url", "\\[cli]: /url"),
    ("[ ] do it", "\\[ ] do it"),
    ("![x][y]", "!\\[x]\\[y]"),
    ("# no heading", "\\# no heading"),
    ("#12 is mended", "#12 is mended"),
    ("- no list", "\\- no list"),
    ("1. no list", "1\\. no list"),
    ("> no quote", "\\> no quote"),
    ("--- ", "\\---"),
    ("~~struck~~ and ~1", "\\~\\~struck\\~\\~ and \\~1"),
    ("~1.2", "~1.2"),
    ("C:\\dir \\* \\", "C:\\dir \\\\\\* \\\\"),
    ("Thank @hanako, not a@b.c or @あ", "Thank `@hanako`, not a@b.c or @あ"),
    ("Bump @angular/cli to v2.", "Bump `@angular/cli` to v2."),
    ("Move to @angular/core@next, @a@bob @c@.", "Move to `@angular/core@next`, `@a@bob` `@c`@."),
    ("`a`@b@c @d@e`f`", "`a`@&#8203;b@c @&#8203;d@e`f`"),
    ("at [ https://x.y/@user _z_", "at \\[ https://x.y/@user \\_z\\_"),
    ("[`]` www.x.y/@user", "\\[`]` www.x.y/@user"),
    ("[ui] see https://x.y/@user", "[ui] see https://x.y/@user"),
    ("feat([a): ](http://x.y) b", "**\\[a:** ](http://x.y) b"),
    ("Fix ![ and [b] and `]`", "Fix !\\[ and [b] and `]`"),
    ("검색 추가 *완료*", "검색 추가 \\*완료\\*"),
    (
      "a\u{1B}[31mb\u{7F}\u{9B}c\u{202E}d\u{0}",
      "a\u{241B}\\[31mb\u{2421}\u{FFFD}c\u{FFFD}d\u{2400}"
    ),
    ("", "(no message)"),
    ("feat(*): x", "**\\*:** x"),
    ("* no list", "\\* no list"),
    ("a__b and _c", "a__b and \\_c"),
    ("a_b, a__2b: 3_c", "a_b, a__2b: 3_c"),
    ("a_", "a\\_"),
    ("a_ b", "a\\_ b"),
    ("a __b", "a \\_\\_b"),
    ("a._b", "a.\\_b"),
    ("deps(ui): y", "deps(ui): y"),
    (
      "link https://medium.com/@user/post and (https://host/_private_/*x*)",
      "link https://medium.com/@user/post and (https://host/_private_/*x*)"
    ),
    ("at www.npmjs.com/@babel/_core_, _x_", "at www.npmjs.com/@babel/_core_, \\_x\\_"),
    ("http://host?a&copy;_b_ and http://host", "http://host?a&copy;_b_ and http://host"),
    ("Bump `actions/checkout`@v4", "Bump `actions/checkout`@&#8203;v4"),
    ("a``b <img src=x> ``@nobody", "a``b <img src=x> ``@&#8203;nobody"),
    ("``<a>@_u_`` `@me", "``<a>@_u_`` \\`@&#8203;me"),
    ("@me`<b>` and @you``", "@&#8203;me`<b>` and @&#8203;you\\`\\`"),
    ("http://@user and https://-x/@user", "http://`@user` and https://-x/`@user`"),
    ("xhttp://a/_b_ and awww.c.d/@user", "xhttp://a/\\_b\\_ and awww.c.d/`@user`"),
    ("https://x/あ_b_ https://x/、@user", "https://x/あ_b\\_ https://x/、`@user`"),
    ("https://x/<b>_c_", "<https://x/>\\<b>\\_c\\_"),
    ("[a](https://x/_b_)[c] `https://x/@d", "\\[a](<https://x/_b>\\_)\\[c] \\`https://x/@d"),
    ("https://x/`@a` and `b", "<https://x/>`@a` and \\`b"),
    ("at https://x.y<!-- a", "at <https://x.y>\\<!-- a"),
    ("at \\https://x.y/z<b>", "at \\\\<https://x.y/z>\\<b>"),
    (
      "to https://x.y/z[^1], (see https://x.y/z.)<br>",
      "to <https://x.y/z>\\[^1], (see <https://x.y/z>.)\\<br>"
    ),
    ("is <https://x.y/A_(b)>", "is \\<<https://x.y/A_(b)>>"),
    ("https://x.y/あ<img src=a>", "<https://x.y/>あ\\<img src=a>"),
    ("www.x.y/z<b> www.x.y/_z_", "www\\.x.y/z\\<b> www.x.y/_z_"),
    ("ftp://x.y/z<b> and HTTP://x.y<b>", "ftp:\\//x.y/z\\<b> and HTTP:\\//x.y\\<b>"),
    ("1https://x.y/`a <b>` http://あ/<b>", "1https:\\//x.y/`a <b>` http:\\//あ/\\<b>"),
  ])
  func `show a subject as it was written, and do nothing else`(_ message: String, _ line: String) {
    #expect(bullet(message) == line)
  }

  @Test func `cut subjects that nobody would read to the end`() {
    #expect(bullet(String(repeating: "字", count: 100_000)).unicodeScalars.count == 301)
  }

  @Test func `are Markdown for a forge, and plain for a tag`() {
    let commits = [
      commit(0xabc, "feat(api)!: drop v1 (#7)\n\nBREAKING CHANGE: use\nv2.", author: "Minsu"),
      commit(0xdef, "fix: 検索", author: "Hanako"),
    ]
    let notes = ReleaseNotes(
      release: "v1.1.0", previous: "v1.0.0", range: "v1.0.0..v1.1.0", commits: commits,
      earlierAuthors: [Array("minsu@example.org".utf8)],
      compare: "https://example.org/compare/v1.0.0...v1.1.0")
    #expect(
      notes.markdown() == """
        ## v1.1.0

        ### Breaking Changes

        - **api:** drop v1 (#7, 00000abc)
          - use v2.

        ### Bug Fixes

        - 検索 (00000def)

        ### Contributors

        Hanako (first contribution), Minsu

        Full changelog: https://example.org/compare/v1.0.0...v1.1.0

        """)
    #expect(
      notes.tagMessage(title: "v1.1.0") == """
        v1.1.0

        Breaking Changes
        ----------------

        - **api:** drop v1 (#7, 00000abc)
          - use v2.

        Bug Fixes
        ---------

        - 検索 (00000def)

        """)
  }

  @Test(
    arguments: [
      ("use\nv2.\n\nOr *v3*.", ["use v2.", "", "Or \\*v3\\*."]),
      (
        "do this:\n```ts\nconst a = `<b>`;\n  @c\n\n# d\n```\nand that",
        ["do this:", "```ts", "const a = `<b>`;", "  @c", "", "# d", "```", "and that"]
      ),
      ("a:\n* b\n  c\n  + d\n* e\n\n2. f", ["a:", "- b c", "  - d", "- e", "", "2. f"]),
      ("a\n\n1) b\n2) c\n\nd", ["a", "", "1. b", "2. c", "", "d"]),
      ("a in\n2024. b", ["a in 2024. b"]),
      ("- a\n\nb\n\n- c", ["- a", "", "b", "", "- c"]),
      ("a\n\n     b ``` c\n\n    d\n\ne", ["a", "", "````", " b ``` c", "", "d", "````", "", "e"]),
      ("a\n~~~ x`<i>\n```\n", ["a", "````x", "```", "````"]),
      ("a:\n- - b\n  - c\n- 1. d\ne", ["a:", "- - b", "  - c", "- 1. d e"]),
      (
        "a\n| b | *c* |\n|---|---|\n| d | e |\n\nf",
        [
          "a", "| b | \\*c\\* |", "|---|---|", "| d | e |", "", "f",
        ]
      ),
      ("a\n\n# b\n<script>\n---\n> c", ["a", "", "\\# b \\<script> --- > c"]),
    ] as [(String, [String])])
  func `keep paragraphs, lists and code of what a break means`(_ text: String, _ lines: [String]) {
    let notes = notes([commit(1, "feat: x\n\nBREAKING CHANGE: \(text)")])
    let told = notes.markdown(titled: false, contributors: false)
    let wanted = lines.enumerated().map { place, line in
      place == 0 ? "  - " + line : line.isEmpty ? "" : "    " + line
    }
    #expect(
      told.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(3)
        .elementsEqual((wanted + [""]).map { Substring($0) }), "\(told)")
  }

  @Test(
    arguments: [
      ("\n- a\n- b", ["  - a", "  - b"]),
      ("\n  * a\n\n  * b\n    more of b\n    - c\n", ["  - a", "  - b more of b", "    - c"]),
      ("- a\nmore\n+ b", ["  - a more", "  - b"]),
      ("- a", ["  - a"]),
      ("\n- a\n  ~~~\n  b\n  ~~~\n- c", ["  - a", "    ```", "    b", "    ```", "  - c"]),
      ("two:\n- a\n- b", ["  - two:", "    - a", "    - b"]),
      ("- a\n```\nb\n```", ["  - - a", "    ```", "    b", "    ```"]),
    ] as [(String, [String])])
  func `tell each point of a list of breaks by itself`(_ text: String, _ lines: [String]) {
    let notes = notes([commit(1, "feat: x\n\nBREAKING CHANGE: \(text)")])
    let told = notes.markdown(titled: false, contributors: false)
    #expect(
      told.split(separator: "\n", omittingEmptySubsequences: false).dropFirst(3)
        .elementsEqual((lines + [""]).map { Substring($0) }), "\(told)")
  }

  @Test func `say so where nothing changed`() {
    #expect(notes([]).markdown() == "## v1.1.0\n\nNo changes.\n")
    #expect(
      notes([commit(1, "ci: x")]).tagMessage(title: "v1.1.0")
        == "v1.1.0\n\nNo notable changes (1 commit of housekeeping).\n")
    for kind in ["doc", "tests", "chores"] {
      #expect(notes([commit(1, "\(kind): x")]).markdown().contains("(1 commit of housekeeping)"))
    }
    #expect(
      notes([commit(1, "feat: x\n\nRelease-Note: none"), commit(2, "ci: x")]).markdown()
        == "## v1.1.0\n\nNo notable changes (2 commits left out).\n")
  }

  @Test func `name authors and co-authors once each, and who is new`() {
    let commits = [
      commit(3, "c\n\nCo-authored-by: B <B@example.org>\nCo-Authored-By: C <c@example.org>"),
      commit(2, "ci: b", author: "b"),
      commit(1, "a\n\n* x\n\nCo-authored-by: D <d@example.org>\n\n* y\nCo-authored-by: nobody"),
    ]
    let notes = ReleaseNotes(
      release: nil, previous: "v1.0.0", range: "v1.0.0..HEAD", commits: commits,
      earlierAuthors: [Array("b@example.org".utf8)],
      identify: { $0.name == "D" ? Person(name: "Dora", email: "d@new.example.org") : $0 })
    #expect(notes.contributors.map(\.name) == ["a", "Dora", "b", "C"])
    #expect(notes.contributors.map(\.first) == [true, true, false, true])
    #expect(notes.groups[0].entries[1].authors.map(\.name) == ["a", "B", "C"])
    #expect(notes.markdown().utf8.starts(with: "## Unreleased\n".utf8))
  }

  @Test func `have the documented form as JSON`() throws {
    let notes = notes([commit(2, "feat(api): x (#7)"), commit(1, "docs: y")])
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(notes), as: UTF8.self)
    let author = #"{"email":"a@example.org","name":"a"}"#
    let expected = [
      ##"{"contributors":[{"bot":false,"email":"a@example.org","name":"a"}],"##,
      ##""counts":{"considered":2,"hidden":1,"returned":0,"shown":1},"credits":[],"##,
      ##""groups":[{"entries":[{"authors":[\##(author)],"breaking":false,"details":[],"##,
      ##""heading":"api","id":"\##(id(2))","links":[{"text":"#7"},{"text":"00000002"}],"##,
      ##""marked":false,"references":["#7"],"scope":"api","short":"00000002","subject":"x","##,
      ##""type":"feat"}],"##,
      ##""title":"Features"}],"hidden":[{"id":"\##(id(1))","why":"type docs"}],"##,
      ##""previous":"v1.0.0","range":"v1.0.0..v1.1.0","release":"v1.1.0","unclear":[],"v":1}"##,
    ]
    #expect(text == expected.joined())
  }
}
