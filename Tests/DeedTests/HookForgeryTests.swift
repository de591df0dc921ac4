import Release
import TestSupport
import Testing

@testable import Deed

/// Objects that no git makes, and what a server says to them.
@Suite struct HookForgeryTests {
  private static let notes = "refs/notes/deed/signoffs"
  private static let tagger = "tagger Hanako Sato <hanako@example.com> 1767225600 +0000\n"

  /// Stores an object as it is.
  private func store(_ kind: String, _ bytes: [UInt8], _ test: TestRepository) throws -> String {
    try test.git(["hash-object", "-t", kind, "-w", "--stdin", "--literally"], input: bytes)
  }

  /// Stores a tree, its entries in whatever order and as often as they are given.
  private func tree(
    _ entries: [(mode: String, id: String, name: String)], _ test: TestRepository
  ) throws -> String {
    let bytes = try entries.flatMap { entry in
      let id = try #require(ObjectID(entry.id))
      return Array("\(entry.mode) \(entry.name)\0".utf8) + id.bytes
    }
    return try store("tree", bytes, test)
  }

  @Test(arguments: [
    ("COMMIT", "commit", "tag v1.1.0\n\(tagger)\(tagger)\nx\n", "signoffs 0 of 2"),
    ("COMMIT", "commit", "tag v1.1.0\n\nx\n", "signoffs 0 of 2"),
    ("COMMIT", "commit", "tag v1.1.0\0v1.0.0\n\(tagger)\nx\n", "says that it is v1.1.0"),
    ("COMMIT", "commit", "tag v1.0.0\n\(tagger)tag v1.1.0\n\nx\n", "says that it is v1.0.0"),
    ("COMMIT", "commit", "tag v1.1.0\r\n\(tagger)\nx\n", "says that it is v1.1.0"),
    ("RELEASED", "commit", "tag v1.1.0\n\(tagger)\nx\n", "signoffs 0 of 2"),
    ("RELEASED^{tree}", "tree", "tag v1.1.0\n\(tagger)\nx\n", "does not point at a commit"),
    ("v1.0.0", "tag", "tag v1.1.0\n\(tagger)\nx\n", "signoffs 0 of 2"),
  ])
  func `a tag is a release's by its one name and the commit at its end`(
    _ target: String, _ kind: String, _ rest: String, _ why: String
  ) async throws {
    let team = try GuardedTeam()
    try await team.release("v1.0.0")
    let test = team.hanako
    test.expectDamage()
    try test.commit("chore: lower", files: ["deed.toml": "[approvals]\nrequired = 0\n"])
    let target = target.replacing("COMMIT", with: "HEAD").replacing("RELEASED", with: "HEAD~1")
    let object = "object \(try test.id(target))\ntype \(kind)\n\(rest)"
    try test.git("update-ref", "refs/tags/v1.1.0", try store("tag", Array(object.utf8), test))
    let said = try team.push(test, "v1.1.0")
    #expect(said?.contains(why) ?? false, "\(said ?? "taken")")
  }

  @Test func `a policy that is no one file is none that lets a tag in`() async throws {
    let team = try GuardedTeam(policy: "", options: ["--require", "production"])
    let test = team.hanako
    test.expectDamage()
    let lax = try test.git(
      ["hash-object", "-w", "--stdin"], input: Array("[approvals]\nrequired = 0\n".utf8))
    let strict = try test.git(
      ["hash-object", "-w", "--stdin"], input: Array("[approvals]\nrequired = 3\n".utf8))
    let name = try test.git(["hash-object", "-w", "--stdin"], input: Array("other.toml".utf8))
    let below = try tree([("100644", lax, "x")], test)
    let head = "\(try test.id("HEAD"))"
    for (entries, why) in [
      ([("120000", name, "deed.toml"), ("100644", lax, "other.toml")], "no regular file"),
      ([("160000", head, "deed.toml")], "no regular file"),
      ([("40000", below, "deed.toml")], "no regular file"),
      ([("100644", strict, "deed.toml"), ("100644", lax, "deed.toml")], "is malformed"),
      ([("100644", lax, "deed.toml"), ("100644", strict, "deed.toml")], "is malformed"),
      ([("100644", lax, "Deed.toml")], "signoffs 0 of 2"),
    ] {
      let entries = entries.map { (mode: $0.0, id: $0.1, name: $0.2) }
      let commit = try test.git("commit-tree", "-m", "evil", "-p", head, try tree(entries, test))
      try test.git("tag", "--force", "-a", "-m", "evil", "v1.0.0", commit)
      let said = try team.push(test, "v1.0.0")
      #expect(said?.contains(why) ?? false, "\(entries): \(said ?? "taken")")
    }
  }

  @Test func `notes of any shape hide no reject`() async throws {
    let team = try GuardedTeam()
    try await team.approve("v1.0.0")
    let test = team.minsu
    test.expectDamage()
    let approved = try test.git("rev-parse", Self.notes)
    #expect(await test.deed("reject", "v1.0.0", "-m", "no", "-q", "--push").code == 0)
    let commit = "\(try test.id("HEAD"))"
    let (first, rest) = (String(commit.prefix(2)), String(commit.dropFirst(2)))
    func note(_ revision: String) throws -> String {
      try test.git("rev-parse", "\(revision):\(commit)")
    }
    let (yes, no) = (try note(approved), try note(Self.notes))
    let deep = try tree([("100644", yes, String(rest.dropFirst(2)))], test)
    let fanned = try tree([("100644", yes, rest)], test)
    let kept = ("100644", no, commit)
    try test.git("tag", "-a", "-m", "evil", "v1.0.0")
    for entries in [
      [("100644", yes, commit)], [("120000", no, commit)], [("160000", commit, commit)],
      [("40000", fanned, commit)], [("100644", no, commit.uppercased())],
      [("40000", fanned, first)], [("160000", commit, first)], [("100644", no, first), kept],
      [("40000", try tree([("40000", deep, String(rest.prefix(2)))], test), first)],
      [kept, ("40000", fanned, first)], [kept, ("100644", yes, commit)],
      [("100644", yes, commit), kept], [("100755", no, commit)], [kept, kept],
    ] {
      let tree = try tree(entries.map { (mode: $0.0, id: $0.1, name: $0.2) }, test)
      for parents in [["-p", Self.notes], ["-p", approved], []] {
        let tip = try test.git(["commit-tree", "-m", "evil", tree] + parents)
        let said = try team.push(test, "--force", "v1.0.0", "\(tip):\(Self.notes)")
        #expect(said != nil, "\(entries)")
      }
    }
    #expect(try team.push(test, "v1.0.0")?.contains("Kim Min-su rejects") ?? false)
  }
}
