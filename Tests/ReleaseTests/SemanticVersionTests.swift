import Release
import Testing

@Suite struct `A semantic version` {
  @Test(arguments: [
    "0.0.0", "1.4.0", "1.0.0-rc.1", "1.0.0-alpha-b.0.x7", "18446744073709551615.0.1",
  ])
  func `is written as it was read`(_ text: String) throws {
    #expect(try SemanticVersion(parsing: text).description == text)
  }

  @Test func `precedes another as SemVer §11 has it`() throws {
    let ascending = [
      "0.9.0", "0.10.0", "1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-99999999999999999999",
      "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
      "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.1.0", "2.0.0",
    ]
    let versions = try ascending.map { try SemanticVersion(parsing: $0) }
    #expect(versions.reversed().sorted() == versions)
  }

  @Test(arguments: [
    ("1.2", SemanticVersion.ParseError.notThreeNumbers),
    ("1.2.3.4", .notThreeNumbers),
    ("01.2.3", .leadingZero("01")),
    ("1.2.x", .notANumber("x")),
    ("1..3", .notANumber("")),
    ("é", .notThreeNumbers),
    ("-1.2.3", .notThreeNumbers),
    ("1.2.3-", .emptyIdentifier),
    ("1.2.3-a..b", .emptyIdentifier),
    ("1.2.3-01", .leadingZero("01")),
    ("1.2.3-é", .characterNotAllowed("é")),
    ("1.2.3+7", .buildMetadata),
    ("18446744073709551616.0.0", .tooLarge("18446744073709551616")),
    ("", .notThreeNumbers),
  ])
  func `is refused, with the reason`(_ text: String, _ reason: SemanticVersion.ParseError) {
    #expect(throws: reason) { try SemanticVersion(parsing: text) }
  }

  @Test func `of a release wants the prefix`() throws {
    #expect(try ReleaseVersion(parsing: "v1.4.0", prefix: "v").reference == "refs/tags/v1.4.0")
    #expect(throws: SemanticVersion.ParseError.prefixMissing("v")) {
      try ReleaseVersion(parsing: "1.4.0", prefix: "v")
    }
    #expect(ReleaseVersion(tag: "api/v1.0.0", prefix: "v") == nil)
    #expect(ReleaseVersion(tag: "api/v1.0.0", prefix: "api/v") != nil)
  }

  @Test(arguments: [
    ("v1.4.0+7", "build metadata"), ("v1.4.0-rc.1+a.b", "build metadata"),
    ("v18446744073709551616.0.0", "is too large"),
    ("v1.4.99999999999999999999+x", "build metadata"),
    ("V1.4.0", "take it for v1.4.0"), ("V1.4.0-RC.1", "take it for v1.4.0-rc.1"),
  ])
  func `is not all that others take for one`(_ name: String, _ why: String) throws {
    #expect(ReleaseVersion.isLikely(name))
    #expect(try #require(ReleaseVersion.lookalike(name, prefix: "v")).contains(why))
    // Under another prefix it is nobody's.
    #expect(ReleaseVersion.lookalike(name, prefix: "api-") == nil)
  }

  @Test(arguments: [
    ("v1.4.0", true), ("v1.4.0-RC.1", true), ("V2026.1.5-x", true), ("v1", false), ("v1.4", false),
    ("v1.4.00", false), ("nightly", false), ("nightly+7", false), ("v+1", false), ("", false),
    ("build/2026-11-21", false),
  ])
  func `is looked for where a name ends in three numbers alone`(_ name: String, _ isLikely: Bool) {
    #expect(ReleaseVersion.isLikely(name) == isLikely)
    if name != "V2026.1.5-x" { #expect(ReleaseVersion.lookalike(name, prefix: "v") == nil) }
  }

  @Test(arguments: [
    ("v1.4.00", "v1.4.0"), ("1.4", "v1.4.0"), ("v1,4.0", "v1.4.0"), ("V1.4.0", "v1.4.0"),
    ("v2", "v2.0.0"),
    ("1.4.0-rc.1", "v1.4.0-rc.1"), ("v1.4.0+7", "v1.4.0"), ("v01.4.0", "v1.4.0"), ("v1.4.0.1", nil),
    ("v1.x", nil), ("version", nil), ("", nil), ("v", nil), ("é1.0", nil), ("v1.4.0-rc.01", nil),
  ])
  func `is guessed of a release where a text is nearly one`(_ text: String, _ wanted: String?) {
    #expect(ReleaseVersion(meantBy: text, prefix: "v")?.description == wanted)
  }
}

@Suite struct `A version that may follow another` {
  @Test(arguments: [
    ("v1.2.4", true), ("v1.3.0", true), ("v2.0.0", true), ("v2.0.0-rc.1", true),
    ("v1.2.3", false), ("v1.2.2", false), ("v1.2.5", false), ("v1.3.1", false),
    ("v1.4.0", false), ("v2.1.0", false), ("v3.0.0", false), ("v1.2.3-rc.1", false),
  ])
  func `is one step on`(_ name: String, _ mayFollow: Bool) {
    #expect(version(name).number.mayFollow(version("v1.2.3").number) == mayFollow)
  }

  @Test(arguments: [
    ("v1.2.3-rc.2", true), ("v1.2.3-rc.9", true), ("v1.2.3", true), ("v1.2.3-beta.1", false),
    ("v1.2.3-rc.1", false), ("v1.2.4", true),
  ])
  func `may be what a candidate becomes`(_ name: String, _ mayFollow: Bool) {
    #expect(version(name).number.mayFollow(version("v1.2.3-rc.1").number) == mayFollow)
  }
}

@Suite struct `The nearest name` {
  @Test(arguments: [
    ("prodction", "production"), ("Production", "production"), ("stag", "staging"),
    ("stagign", "staging"),
    ("qa", nil), ("p", nil), ("ステージン", "ステージング"), ("", nil),
  ])
  func `is a few letters away, or begins so`(_ word: String, _ wanted: String?) {
    #expect(NearestName.of(word, among: ["staging", "production", "ステージング"]) == wanted)
    let question = NearestName.question(word, among: ["staging", "production", "ステージング"])
    #expect(question == wanted.map { "did you mean \($0)?" })
  }
}
