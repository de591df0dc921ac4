import Git
import Release
import TestSupport
import Testing

@Suite struct RevisionTests {
  /// A merge, a malformed commit below it, tags of every kind.
  private func history() throws -> TestRepository {
    let test = try TestRepository()
    test.expectDamage()
    try test.commit("One", files: ["a": "1"])
    let tree = try test.git("rev-parse", "HEAD^{tree}")
    let head = try test.id("HEAD")
    let broken = "tree \(tree)\nparent \(head)\nauthor none\ncommitter none\n\nbroken\n"
    let id = try test.git(
      ["hash-object", "-t", "commit", "-w", "--literally", "--stdin"], input: Array(broken.utf8))
    try test.git("update-ref", "refs/heads/main", id)
    try test.commit("Three")
    try test.git("checkout", "--quiet", "-b", "topic/a", "HEAD~2")
    try test.commit("Side")
    try test.git("checkout", "--quiet", "main")
    try test.git("merge", "--quiet", "--no-ff", "-m", "Merge", "topic/a")
    try test.git("tag", "-a", "-m", "x", "v1.0")
    try test.git("tag", "light", "HEAD~1")
    try test.git("tag", "-a", "-m", "x", "of-tag", "v1.0")
    try test.git("tag", "of-tree", "HEAD^{tree}")
    try test.git("update-ref", "refs/remotes/origin/main", "HEAD~1")
    try test.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    try test.git("branch", "light", "HEAD~2")
    return test
  }

  @Test func `revisions mean what they mean to git`() throws {
    let test = try history()
    let repository = try test.open()
    let names = [
      "HEAD", "@", "main", "heads/main", "refs/heads/main", "topic/a", "v1.0", "tags/v1.0",
      "of-tag",
      "origin/main", "origin", "HEAD~1", "HEAD^", "HEAD^2", "HEAD~2^0", "@~3", "v1.0^{}",
      "v1.0^{commit}", "of-tag^{}~1^1", "of-tag^{tag}", "HEAD^{tree}", "of-tree", "HEAD~9",
      "HEAD^3",
      "none", "main@{0}", "HEAD@{1}", "v1.0-0-gHEAD", "-v", "--all", "",
      "HEAD..main", "a b", "~1", "HEAD:a", "light", "main^{blob}", "^HEAD", "HEAD^0~0",
    ]
    for name in names + ["HEAD"].map({ "\($0)~1" }) {
      let theirs = try test.run([
        "rev-parse", "--verify", "--quiet", "--end-of-options", "\(name)^{commit}",
      ])
      // rev-parse gives two lines for a range, which is no commit.
      let wanted = theirs.status == 0 ? ObjectID(theirs.text.dropLast()) : nil
      #expect(try repository.commit(named: name) == wanted, "\(name)")
    }
  }

  @Test func `commits are found by their words and by their place in the reflog`() throws {
    let test = try TestRepository()
    let one = try test.commit("One thing")
    let two = try test.commit("Two things")
    try test.git("tag", "-a", "-m", "x", "v1", "HEAD~1")
    let repository = try test.open()
    #expect(try repository.commit(named: ":/One") == one)
    #expect(try repository.commit(named: "HEAD^{/One}") == one)
    #expect(try repository.commit(named: "main@{1}") == one)
    #expect(try repository.commit(named: "v1-1-g\(two.description.prefix(8))") == two)
    #expect(try repository.commit(named: ":/nothing") == nil)
  }

  @Test func `short ids are found, and refused where they are ambiguous`() throws {
    let test = try history()
    let repository = try test.open()
    let id = try test.id("HEAD")
    #expect(try repository.commit(named: id.description) == id)
    #expect(try repository.commit(named: id.description.uppercased()) == id)
    #expect(try repository.commit(named: String(id.description.prefix(10))) == id)
    #expect(try repository.commit(named: "\(id.description.prefix(9))~1") == test.id("HEAD~1"))
    #expect(try repository.commit(named: ObjectID.zero.description) == nil)
    // The ids of both start with 8324.
    for content in ["142", "784"] { _ = try repository.write(.blob, Array(content.utf8)) }
    let error = try #require(throws: GitError.self) {
      try repository.commit(named: "8324")
    }
    #expect(error.kind == .ambiguous)
  }
}
