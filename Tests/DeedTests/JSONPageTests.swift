import TestSupport
import Testing

/// Every member that a command prints is told of in docs/json.md.
@Suite struct JSONPageTests {
  /// The words of a page that may be names of members.
  private static func words(_ text: String) -> Set<String> {
    Set(
      text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }.map(String.init))
  }

  /// The names of members in the JSON of the golden sessions, without what lies in records.
  private static func members() throws -> Set<String> {
    let found = try Program.run(
      "grep", ["-rhoE", "^ +\"[A-Za-z0-9_]+\" : ", "golden"],
      directory: "\(ProjectPage.root)/Tests/DeedTests",
      environment: ["PATH": "/usr/bin:/bin"])
    #expect(found.status == 0, "\(found.error)")
    return Set(
      found.text.split(separator: "\n").map { line in
        String(line.split(separator: "\"")[1])
      })
  }

  @Test func `no member is left out`() throws {
    let members = try Self.members()
    #expect(members.count > 60, "\(members.count)")
    let known = Self.words(try ProjectPage.text("docs/json.md"))
      .union(Self.words(try ProjectPage.text("docs/record-format.md")))
    let untold = members.subtracting(known).sorted()
    #expect(untold.isEmpty, "\(untold)")
  }
}
