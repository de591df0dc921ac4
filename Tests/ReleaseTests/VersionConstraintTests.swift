import Release
import Testing

@Suite struct VersionConstraintTests {
  @Test(arguments: [
    ("*", [1], true), (">=2.39", [2, 39], true), (">=2.39", [2, 39, 5], true),
    (">=2.39", [2, 9], false), (">=2.39 <3", [2, 50], true), (">=2.39 <3", [3, 0], false),
    (">2", [2, 0, 0], false), (">2", [2, 0, 1], true), ("<=2", [2, 0], true),
    ("20", [20, 1], true),
    ("20", [200], false), ("1.2", [1, 2], true), ("1.2", [1], false), ("<2,>1", [1, 5], true),
  ])
  func `admits what it asks for`(text: String, found: [Int], admits: Bool) throws {
    #expect(try #require(VersionConstraint(text)).admits(found) == admits)
  }

  @Test(arguments: ["", " ", "latest", ">=", "1.x", "=>1", "1..2", "-1"])
  func `is nothing else`(text: String) { #expect(VersionConstraint(text) == nil) }

  @Test(
    arguments: [
      ("git version 2.39.5", [2, 39, 5]), ("v20.11.1\n", [20, 11, 1]), ("Docker 27", [27]),
      ("openjdk 17 2021\nbuild 17.0.2", [17, 0, 2]), ("no number", nil), ("...", nil), ("3.", [3]),
    ] as [(String, [Int]?)])
  func `a number is found in what a program says`(text: String, number: [Int]?) {
    #expect(VersionConstraint.number(in: text) == number)
  }
}
