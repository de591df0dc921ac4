import Release
import Testing

@Suite struct `A glob` {
  @Test(arguments: [
    ("main", "main"), ("release/*", "release/1.4"), ("*", "main"), ("*", ""), ("**", "a/b/c"),
    ("**/x", "x"), ("**/x", "a/b/x"), ("a/**/x", "a/x"), ("a/**/x", "a/b/c/x"), ("a/**", "a/b/c"),
    ("v?.x", "v1.x"), ("*.*", "a.b"), ("a*b*c", "aXbYbZc"), ("承*", "承認"), ("[a]", "[a]"),
    ("**/**/x", "x"), ("**/**/x", "a/x"), ("a/**/**", "a/b"),
  ])
  func `matches`(_ pattern: String, _ name: String) {
    #expect(Glob(pattern).matches(name))
  }

  @Test(arguments: [
    ("main", "Main"), ("main", "main2"), ("release/*", "release/1.4/x"), ("release/*", "release"),
    ("*", "a/b"), ("**/x", "ax"), ("a/**/x", "ax"), ("v?.x", "v/.x"), ("?", ""), ("", "a"),
    ("caf\u{E9}", "cafe\u{301}"), ("a/**", "b/a"), ("a**/x", "ax"),
  ])
  func `does not match`(_ pattern: String, _ name: String) {
    #expect(!Glob(pattern).matches(name))
  }

  @Test func `of many stars comes to an end`() {
    let pattern = String(repeating: "a*", count: 12) + "b"
    // Tried one way after the other, this would take years.
    #expect(!Glob(pattern).matches(String(repeating: "a", count: 60)))
  }
}
