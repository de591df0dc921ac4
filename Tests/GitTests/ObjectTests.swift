import Git
import Release
import TestSupport
import Testing

@Suite struct ObjectTests {
  @Test func `what is written is what git reads, id for id`() throws {
    let test = try TestRepository()
    let repository = try test.open()
    for content in [[], [0], Array("日本語 한국어\r\n".utf8), [UInt8](repeating: 7, count: 300_000)] {
      let id = try repository.write(.blob, content)
      let theirs = try test.git(["hash-object", "-w", "--stdin"], input: content)
      #expect(id.description == theirs)
      #expect(try repository.object(id) == GitObject(kind: .blob, bytes: content))
      let header = try #require(try repository.header(of: id))
      #expect(header.kind == .blob && header.size == content.count)
    }
    try test.fsck()
  }

  @Test func `an object that is not there is nil, whichever way it is asked for`() throws {
    let test = try TestRepository()
    let repository = try test.open()
    let id = try #require(ObjectID("0123456789012345678901234567890123456789"))
    #expect(try repository.object(id) == nil)
    #expect(try repository.header(of: id) == nil)
    #expect(try repository.tree(id) == nil)
    #expect(try repository.commit(id) == nil)
    #expect(try repository.reference("refs/heads/none") == nil)
  }

  @Test func `trees are sorted as git sorts them`() throws {
    let test = try TestRepository()
    let repository = try test.open()
    let blob = try repository.write(.blob, [])
    let empty = try repository.writeTree([])
    #expect(empty.description == "4b825dc642cb6eb9a060e54bf8d69288fbee4904")
    let names = ["a", "a.b", "a0", "あ", "b", "Z", "a-"]
    var entries = names.map { TreeEntry(mode: 0o100644, name: Array($0.utf8), id: blob) }
    entries.append(TreeEntry(mode: 0o40000, name: Array("b.c".utf8), id: empty))
    entries.append(TreeEntry(mode: 0o40000, name: Array("b0".utf8), id: empty))
    entries[0] = TreeEntry(mode: 0o40000, name: Array("a".utf8), id: empty)
    let id = try repository.writeTree(entries.reversed())
    let listing = entries.map {
      let kind = $0.isDirectory ? "040000 tree" : "100644 blob"
      return "\(kind) \($0.id)\t\(String(decoding: $0.name, as: UTF8.self))\0"
    }
    let theirs = try test.git(["mktree", "-z"], input: Array(listing.joined().utf8))
    #expect(id.description == theirs)
    let stored = try #require(try repository.tree(id))
    #expect(Set(stored) == Set(entries))
    try test.fsck()
  }

  @Test(arguments: ["", ".git/x", "a\0b"])
  func `a tree takes no name that is none`(name: String) throws {
    let test = try TestRepository()
    let repository = try test.open()
    let blob = try repository.write(.blob, [])
    #expect(throws: GitError.self) {
      try repository.writeTree([TreeEntry(mode: 0o100644, name: Array(name.utf8), id: blob)])
    }
  }

  @Test func `a commit is what git commit-tree writes`() throws {
    let test = try TestRepository()
    let parent = try test.commit("First", files: ["a": "a"])
    let repository = try test.open()
    let tree = try test.id("HEAD^{tree}")
    let theirs = try test.git(
      ["commit-tree", tree.description, "-p", parent.description], input: Array("Über\n".utf8))
    let commit = try #require(try repository.commit(try test.id(theirs)))
    let identity = Identity(
      person: TestRepository.hanako, seconds: commit.commitTime, offsetMinutes: 0)
    let ours = try repository.writeCommit(
      tree: tree, parents: [parent], author: identity, committer: identity, message: "Über")
    #expect(ours.description == theirs)
  }

  @Test(arguments: ["a\nb", "a<b", "a>b"])
  func `a name that would break the object is refused`(name: String) throws {
    let test = try TestRepository()
    let repository = try test.open()
    let tree = try repository.writeTree([])
    let identity = Identity(
      person: Person(name: name, email: "a@b"), seconds: 0, offsetMinutes: 0)
    #expect {
      try repository.writeCommit(
        tree: tree, parents: [], author: identity, committer: identity, message: "x")
    } throws: {
      ($0 as? GitError)?.kind == .identity
    }
  }

  @Test func `links and submodules are no files, executables are`() throws {
    let test = try TestRepository()
    try test.commit("First", files: ["run": "#!/bin/sh\n"])
    try test.git("update-index", "--chmod=+x", "run")
    let link = try test.git(["hash-object", "-w", "--stdin"], input: Array("run".utf8))
    try test.git("update-index", "--add", "--cacheinfo", "120000,\(link),link")
    let head = try test.id("HEAD")
    try test.git("update-index", "--add", "--cacheinfo", "160000,\(head),module")
    try test.git("commit", "--quiet", "-m", "Second")
    let repository = try test.open()
    let id = try test.id("HEAD")
    #expect(try repository.file(at: "run", in: id) == Array("#!/bin/sh\n".utf8))
    #expect(try repository.file(at: "link", in: id) == nil)
    #expect(try repository.file(at: "module", in: id) == nil)
    #expect(try repository.file(at: "run/x", in: id) == nil)
  }

  @Test func `a blob that is recorded and missing is an error, not an absence`() throws {
    let test = try TestRepository()
    test.expectDamage()
    let id = try test.commit("First", files: ["a": "gone"])
    let blob = try test.id("HEAD:a").description
    Files.remove("\(test.path)/.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))")
    let repository = try test.open()
    #expect {
      try repository.file(at: "a", in: id)
    } throws: {
      ($0 as? GitError)?.kind == .missingObject
    }
  }

  @Test func `a damaged object is an error, not an absence`() throws {
    let test = try TestRepository()
    test.expectDamage()
    let id = try test.commit("First", files: ["a": "gone"])
    let blob = try test.id("HEAD:a").description
    let path = "\(test.path)/.git/objects/\(blob.prefix(2))/\(blob.dropFirst(2))"
    Files.remove(path)
    try Files.write("no zlib", to: path)
    let repository = try test.open()
    #expect {
      try repository.file(at: "a", in: id)
    } throws: {
      ($0 as? GitError)?.kind == .invalidObject
    }
  }
}
