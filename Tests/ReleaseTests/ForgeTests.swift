import Release
import Testing

@Suite struct `A remote's site` {
  @Test(
    arguments: [
      ("https://github.com/o/r.git", "https://github.com/o/r/compare/v1...v2"),
      ("https://user:secret@github.com/o/r", "https://github.com/o/r/compare/v1...v2"),
      ("git@github.com:o/r.git", "https://github.com/o/r/compare/v1...v2"),
      (
        "ssh://git@github.example.org:2222/o/r.git/",
        "https://github.example.org/o/r/compare/v1...v2"
      ),
      ("git@github.com-work:o/r.git", "https://github.com/o/r/compare/v1...v2"),
      ("ssh://git@ssh.github.com:443/o/r.git", "https://github.com/o/r/compare/v1...v2"),
      ("ssh://git@altssh.gitlab.com:443/o/r.git", "https://gitlab.com/o/r/-/compare/v1...v2"),
      (
        "ssh://git@altssh.bitbucket.org:443/o/r.git",
        "https://bitbucket.org/o/r/branches/compare/v2%0Dv1"
      ),
      ("ssh://git@gitlab.com-me/g/r", "https://gitlab.com/g/r/-/compare/v1...v2"),
      ("git@github.com-x.example.org:o/r", "https://github.com-x.example.org/o/r/compare/v1...v2"),
      ("git://github.com/o/r", "https://github.com/o/r/compare/v1...v2"),
      ("https://gitlab.com/g/s/r.git", "https://gitlab.com/g/s/r/-/compare/v1...v2"),
      ("http://gitlab.local:8080/g/r", "http://gitlab.local:8080/g/r/-/compare/v1...v2"),
      ("git@codeberg.org:o/r", "https://codeberg.org/o/r/compare/v1...v2"),
      ("https://bitbucket.org/o/r", "https://bitbucket.org/o/r/branches/compare/v2%0Dv1"),
      ("git@host:o/(r)", nil), ("https://example.org/o/r", nil), ("/srv/git/github.com/o/r", nil),
      ("../github.com:o/r", nil), ("file:///github.com/o/r", nil), ("github.com", nil), ("", nil),
      ("https://github.com/o", nil), ("https://git\u{1B}hub.com/o/r", nil),
      ("ext::sh -c x/y/z", nil),
      (
        "https://github.com/o/r](javascript:x) ",
        "https://github.com/o/r%5D%28javascript%3Ax%29%20/compare/v1...v2"
      ),
    ] as [(String, String?)])
  func `is told from its address, without credentials`(_ remote: String, _ compare: String?) {
    #expect(Forge(remote: remote)?.compare("v1", "v2") == compare)
  }

  @Test func `may be told what it is`() {
    let forge = Forge(remote: "git@example.org:o/r", kind: .gitlab)
    #expect(forge?.compare("a b", "é") == "https://example.org/o/r/-/compare/a%20b...%C3%A9")
  }

  @Test(
    arguments: [
      (Forge.Kind.github, ["issues/12", nil, "issues/12", nil]),
      (.gitlab, ["-/issues/12", "-/merge_requests/34", nil, nil]),
      (.gitea, ["issues/12", "pulls/34", nil, nil]),
      (.bitbucket, ["pull-requests/12", nil, nil, nil]),
    ])
  func `has pages for what commits refer to`(_ kind: Forge.Kind, _ pages: [String?]) throws {
    let forge = try #require(Forge(remote: "https://example.org/o/r", kind: kind))
    let notes = ReleaseNotes(
      release: nil, previous: nil, range: "",
      commits: [commit(1, "x\n\nRefs: #12, !34, GH-12, ABC-8, a/b#5")], forge: forge)
    let links = try #require(
      notes.json.object?["groups"]?.array?[0].object?["entries"]?.array?[0].object?["links"]?.array)
    let urls = links.map { $0.object?["url"]?.string }
    #expect(urls.dropLast(2) == pages.map { $0.map { "https://example.org/o/r/\($0)" } }[...])
    #expect(urls[4]?.contains("https://example.org/a/b/") == true)
    #expect(urls[5]?.hasSuffix(id(1).description) == true)
    #expect(links[5].object?["text"] == .string("00000001"))
  }

  @Test(arguments: [
    (Forge.Kind.github, "o/r/issues/5", "#5"), (.github, "o/r/pull/5", "#5"),
    (.github, "a/b/issues/5", "a/b#5"), (.gitlab, "o/r/-/issues/5", "#5"),
    (.gitlab, "o/r/-/merge_requests/5", "!5"), (.gitlab, "g/s/p/-/issues/5", "g/s/p#5"),
    (.gitea, "o/r/pulls/5", "#5"), (.bitbucket, "o/r/pull-requests/5", "#5"),
    (.bitbucket, "o/r/issues/5", "https://example.org/o/r/issues/5"),
  ])
  func `calls what is named by its address there as people do`(
    _ kind: Forge.Kind, _ path: String, _ name: String
  ) throws {
    let forge = try #require(Forge(remote: "https://example.org/o/r", kind: kind))
    let message = "x\n\nCloses https://example.org/\(path)\nSee https://a.org/o/r/issues/7"
    let notes = ReleaseNotes(
      release: nil, previous: nil, range: "", commits: [commit(1, message)], forge: forge)
    let references = notes.groups.first?.entries.first?.references
    #expect(references == [name, "https://a.org/o/r/issues/7"])
    let shown = name.hasPrefix("http") ? "o/r#5" : name
    let told = notes.markdown()
    #expect(told.contains("([\(shown)](https://example.org/"))
    #expect(told.contains(", [o/r#7](https://a.org/o/r/issues/7), ["))
    #expect(notes.markdown(links: false).contains("(\(name), https://a.org/o/r/issues/7, "))
  }
}
