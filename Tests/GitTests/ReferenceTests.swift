import Git
import Release
import TestSupport
import Testing

@Suite struct ReferenceTests {
  @Test func `a reference moves only from where it is expected`() throws {
    let test = try TestRepository()
    let one = try test.commit("One")
    let two = try test.commit("Two")
    let repository = try test.open()
    let name = "refs/notes/deed/checks"
    #expect(try repository.updateReference(name, from: two, to: one, message: "m") == false)
    #expect(try repository.updateReference(name, from: nil, to: one, message: "m"))
    #expect(try repository.updateReference(name, from: nil, to: two, message: "m") == false)
    #expect(try repository.updateReference(name, from: two, to: two, message: "m") == false)
    #expect(try repository.updateReference(name, from: one, to: two, message: "m"))
    #expect(try test.id(name) == two)
    #expect(try repository.deleteReference(name, expected: one) == false)
    #expect(try repository.deleteReference(name, expected: two))
    #expect(try repository.deleteReference(name, expected: two) == false)
    #expect(try repository.reference(name) == nil)
  }

  @Test func `a packed reference moves as a loose one does`() throws {
    let test = try TestRepository()
    let one = try test.commit("One")
    try test.git("tag", "-a", "-m", "x", "v1")
    try test.git("pack-refs", "--all", "--prune")
    let repository = try test.open()
    let two = try test.commit("Two")
    #expect(try repository.updateReference("refs/heads/side", from: nil, to: one, message: "m"))
    try test.git("pack-refs", "--all", "--prune")
    #expect(
      try repository.updateReference("refs/heads/side", from: nil, to: two, message: "m") == false)
    #expect(try repository.updateReference("refs/heads/side", from: one, to: two, message: "m"))
    #expect(try repository.deleteReference("refs/heads/side", expected: two))
    #expect(try test.run(["rev-parse", "--verify", "-q", "refs/heads/side"]).status == 1)
    let tag = try #require(try repository.reference("refs/tags/v1"))
    #expect(tag != one)
    #expect(try repository.peeledToCommit(tag) == one)
  }

  @Test func `of eight writers that start at once each wins as often as it tries`() async throws {
    let test = try TestRepository()
    let start = try test.commit("Start")
    let name = "refs/notes/counter"
    try await withThrowingTaskGroup(of: Int.self) { group in
      for writer in 0..<8 {
        group.addTask { try Self.write(20, as: writer, to: name, of: test, on: start) }
      }
      var retries = 0
      for try await count in group { retries += count }
      #expect(retries >= 0)
    }
    #expect(try test.git("rev-list", "--count", name) == "161")
    try test.fsck()
  }

  /// Stacks commits on a reference, and counts how often another writer came first.
  private static func write(
    _ count: Int, as writer: Int, to name: String, of test: TestRepository, on start: ObjectID
  ) throws -> Int {
    let repository = try test.open()
    let tree = try repository.writeTree([])
    let identity = Identity(
      person: TestRepository.minsu, seconds: TestRepository.epoch, offsetMinutes: 540)
    var retries = 0
    for number in 0..<count {
      while true {
        let tip = try repository.reference(name)
        let commit = try repository.writeCommit(
          tree: tree, parents: [tip ?? start], author: identity, committer: identity,
          message: "\(writer) \(number)")
        if try repository.updateReference(name, from: tip, to: commit, message: "m") { break }
        retries += 1
      }
    }
    return retries
  }

  @Test func `a lock left behind is named, with its age and the command that removes it`() throws {
    let test = try TestRepository()
    let id = try test.commit("One")
    let repository = try test.open()
    let lock = "\(test.path)/.git/refs/notes/x y.lock".split(separator: " ").joined()
    try Files.write("", to: lock)
    let error = try #require(throws: GitError.self) {
      try repository.updateReference("refs/notes/xy", from: nil, to: id, message: "m")
    }
    #expect(error.kind == .locked)
    #expect(error.message.contains(lock))
    #expect(error.message.contains(" s old"))
    #expect(error.hint?.hasPrefix("rm \(lock)") == true)
  }

  @Test func `a reference in the way of another is an error that names it`() throws {
    let test = try TestRepository()
    let id = try test.commit("One")
    try test.git("update-ref", "refs/notes/deed", "HEAD")
    let repository = try test.open()
    let error = try #require(throws: GitError.self) {
      try repository.updateReference("refs/notes/deed/checks", from: nil, to: id, message: "m")
    }
    #expect(error.message.contains("refs/notes/deed"))
    #expect(try repository.reference("refs/notes/deed/checks") == nil)
  }

  @Test func `references are listed by prefix, in the order of their bytes`() throws {
    let test = try TestRepository()
    test.expectDamage()
    let id = try test.commit("One")
    for name in ["v1.10.0", "v1.9.0", "日本/v1", "V1", "a/b/c"] { try test.git("tag", name) }
    try test.git("pack-refs", "--all")
    try test.git("tag", "later")
    try test.git("symbolic-ref", "refs/tags/symbolic", "refs/heads/main")
    try test.git("symbolic-ref", "refs/tags/dangling", "refs/heads/none")
    try test.git("update-ref", "refs/tagsy", "HEAD")
    let repository = try test.open()
    let found = try repository.references(under: "refs/tags/")
    let names = ["V1", "a/b/c", "later", "symbolic", "v1.10.0", "v1.9.0", "日本/v1"]
    #expect(found.map(\.name) == names.map { "refs/tags/\($0)" })
    #expect(found.allSatisfy { $0.target == id })
    #expect(try repository.references(under: "refs/none/").isEmpty)
  }

  @Test func `packed references are what git lists, however their file is written`() throws {
    let test = try TestRepository()
    let one = try test.commit("One")
    try test.git("tag", "-a", "-m", "x", "annotated")
    let inner = try test.id("annotated")
    var commands = ""
    for number in 0..<300 {
      commands += "create refs/heads/b\(number) \(one)\n"
      commands += "create refs/remotes/origin/b\(number) \(one)\n"
      commands += "create refs/tags/v1.\(number).0 \(number % 3 == 0 ? inner : one)\n"
    }
    try test.git(["update-ref", "--stdin"], input: Array(commands.utf8))
    try test.git("pack-refs", "--all")
    let two = try test.commit("Two")
    try test.git("tag", "-f", "v1.7.0")
    try test.git("tag", "-d", "v1.8.0")
    try test.git("tag", "-f", "-a", "-m", "y", "v1.9.0", one.description)
    try test.git("tag", "team/v2.0.0")
    let path = "\(test.path)/.git/packed-refs"
    let packed = String(decoding: try #require(Files.read(path)), as: UTF8.self)
    let header = "# pack-refs with: peeled fully-peeled sorted \n"
    #expect(packed.hasPrefix(header))
    let listed = try test.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/")
      .split(separator: "\n").map(String.init)
    let prefixes = ["refs/", "refs/heads/", "refs/tags/", "refs/tags/v1.1", "refs/z", "refs/a"]
    let headers = [header, "# pack-refs with: peeled fully-peeled \n", "# pack-refs with: \n", ""]
    for first in headers {
      try Files.write(packed.replacing(header, with: first), to: path)
      let repository = try test.open()
      for prefix in prefixes {
        let found = try repository.references(under: prefix).map { "\($0.name) \($0.target)" }
        #expect(found == listed.filter { $0.hasPrefix(prefix) })
      }
      var known: [String: ObjectID] = [:]
      let areAll = try repository.forEachTagEnd { name, end in
        known[name.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }] = end
      }
      // Only a file that says so can be searched, and believed to say what each tag leads to.
      #expect(areAll == (first == header))
      guard areAll else { continue }
      #expect(known.count == 301 && known["v1.8.0"] == nil && known["annotated"] == one)
      #expect(known["v1.7.0"] == two && known["team/v2.0.0"] == two)
      #expect(known.filter { $0.value == two }.count == 2)
    }
  }

  @Test func `a reference that cannot be read is an error, not an absence`() throws {
    let test = try TestRepository()
    test.expectDamage()
    try test.commit("One")
    try Files.write("garbage\n", to: "\(test.path)/.git/refs/tags/broken")
    let repository = try test.open()
    #expect(throws: GitError.self) { try repository.reference("refs/tags/broken") }
    #expect(throws: GitError.self) { try repository.references(under: "refs/tags/") }
  }

  @Test(arguments: ["refs/tags/a b", "refs/tags/a..b", "-x", "refs/tags/", "refs/tags/x.lock", ""])
  func `a name that none can have is nowhere`(name: String) throws {
    let test = try TestRepository()
    let repository = try test.open()
    #expect(try repository.reference(name) == nil)
  }

  @Test func `tags of tags are peeled to their commit, tags of trees are not`() throws {
    let test = try TestRepository()
    let id = try test.commit("One", files: ["a": "a"])
    try test.git("tag", "-a", "-m", "x", "inner")
    try test.git("tag", "-a", "-m", "x", "outer", "inner")
    try test.git("tag", "-a", "-m", "x", "tree", "HEAD^{tree}")
    let repository = try test.open()
    #expect(try repository.peeledToCommit(try test.id("outer")) == id)
    #expect(try repository.peeledToCommit(try test.id("tree")) == nil)
    #expect(try repository.peeledToCommit(try test.id("HEAD:a")) == nil)
  }
}
