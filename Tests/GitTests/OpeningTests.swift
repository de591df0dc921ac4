import Git
import Release
import TestSupport
import Testing

@Suite struct OpeningTests {
  private func error(_ body: () throws -> Void) -> GitError? {
    do {
      try body()
      return nil
    } catch {
      return error as? GitError
    }
  }

  @Test func `what is no repository is named`() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path
    let error = error { _ = try Repository(discovering: path, environment: [:]) }
    #expect(error?.kind == .notARepository)
    #expect(error?.message.contains(path) == true)
    let none = self.error { _ = try Repository(discovering: "\(path)/none", environment: [:]) }
    #expect(none?.kind == .notARepository)
  }

  @Test func `it is found from a directory below`() throws {
    let test = try TestRepository()
    try test.commit("One", files: ["a/b/c": "c"])
    let repository = try Repository(
      discovering: "\(test.path)/a/b", environment: test.environment)
    #expect(repository.workDirectory == test.path)
    #expect(repository.gitDirectory == "\(test.path)/.git")
    #expect(repository.commonDirectory == "\(test.path)/.git")
    #expect(!repository.isBare && !repository.isShallow && !repository.isPartial)
  }

  @Test func `SHA-256 repositories are refused in one clear sentence`() throws {
    let test = try TestRepository("--object-format=sha256")
    let error = error { _ = try test.open() }
    #expect(error?.kind == .unsupportedFormat)
    #expect(error?.message.contains("SHA-256") == true)
  }

  @Test(arguments: [
    ("refstorage", "reftable", false), ("refstorage", "files", true),
    ("objectformat", "sha1", true), ("worktreeconfig", "true", true), ("noop", "true", true),
    ("preciousobjects", "true", true), ("relativeworktrees", "true", true),
    ("partialclone", "origin", true), ("somethingelse", "true", false),
  ])
  func `extensions are let in that change nothing, and no others`(
    name: String, value: String, isAllowed: Bool
  ) throws {
    let test = try TestRepository()
    test.expectDamage()
    try test.git("config", "core.repositoryformatversion", "1")
    try test.git("config", "extensions.\(name)", value)
    let error = error { _ = try test.open() }
    #expect((error == nil) == isAllowed)
    if !isAllowed {
      #expect(error?.kind == .unsupportedFormat)
      #expect(error?.message.contains(name) == true)
    }
  }

  @Test func `a bare repository has no work tree`() throws {
    let test = try TestRepository()
    let id = try test.commit("One", files: ["a": "a"])
    let bare = try test.bare().open()
    #expect(bare.isBare)
    #expect(bare.workDirectory == nil)
    #expect(try bare.head() == .branch(name: "main", commit: id))
    #expect(try bare.file(at: "a", in: id) == Array("a".utf8))
  }

  @Test func `a linked worktree shares objects and references`() throws {
    let test = try TestRepository()
    let id = try test.commit("One")
    let path = "\(test.directory)/linked"
    try test.git("worktree", "add", "--quiet", "-b", "side", path)
    let linked = try test.at(path).open()
    #expect(linked.workDirectory == path)
    #expect(linked.gitDirectory == "\(test.path)/.git/worktrees/linked")
    #expect(linked.commonDirectory == "\(test.path)/.git")
    #expect(try linked.head() == .branch(name: "side", commit: id))
    #expect(try linked.updateReference("refs/notes/x", from: nil, to: id, message: "m"))
    #expect(try test.id("refs/notes/x") == id)
    #expect(try linked.operationUnderWay() == nil)
  }

  @Test func `a shallow clone says so, in its worktrees too`() throws {
    let test = try TestRepository()
    for number in 1...5 { try test.commit("\(number)") }
    let shallow = try test.clone(options: ["--depth=2"])
    #expect(try shallow.open().isShallow)
    let path = "\(test.directory)/linked"
    try shallow.git("worktree", "add", "--quiet", "-b", "side", path)
    #expect(try shallow.at(path).open().isShallow)
  }

  @Test func `a partial clone lacks blobs, says so, and is not made to fetch them`() throws {
    let test = try TestRepository()
    let id = try test.commit("One", files: ["a": "a"])
    try test.git("config", "uploadpack.allowFilter", "true")
    let blob = try test.id("HEAD:a")
    let partial = try test.clone(options: ["--filter=blob:none", "--no-checkout"])
    let repository = try partial.open()
    #expect(repository.isPartial)
    #expect(try repository.object(blob) == nil)
    #expect(try repository.header(of: blob) == nil)
    let error = error { _ = try repository.file(at: "a", in: id) }
    #expect(error?.kind == .missingObject)
    // Either of the commands that are named brings it.
    let commands = try #require(error?.hint).split(separator: "\n")
    #expect(commands.count == 2)
    for command in commands {
      let other = try test.clone(options: ["--filter=blob:none", "--no-checkout"])
      let words = command.split(separator: "#")[0].split(separator: " ")
      #expect(words[0] == "git")
      try other.git(words.dropFirst().map(String.init))
      #expect(try other.open().file(at: "a", in: id) == Array("a".utf8), "\(command)")
    }
  }

  @Test func `a sparse checkout is clean, and whole to read`() async throws {
    let test = try TestRepository()
    let id = try test.commit("One", files: ["a/a": "a", "b/b": "b"])
    try test.git("sparse-checkout", "set", "a")
    let repository = try test.open()
    #expect(try repository.file(at: "b/b", in: id) == Array("b".utf8))
    #expect(try await repository.status().isEmpty)
  }

  @Test func `heads are unborn, detached, or on a branch`() throws {
    let test = try TestRepository()
    let repository = try test.open()
    #expect(try repository.head() == .unborn(branch: "main"))
    #expect(try repository.commit(named: "HEAD") == nil)
    let id = try test.commit("One")
    try test.git("checkout", "--quiet", "-b", "rélease/1")
    #expect(try repository.head() == .branch(name: "rélease/1", commit: id))
    try test.git("checkout", "--quiet", "--detach")
    #expect(try repository.head() == .detached(id))
  }

  @Test func `GIT_DIR and GIT_WORK_TREE are honoured, by git and here alike`() async throws {
    let test = try TestRepository()
    try test.commit("One", files: ["a": "a"])
    let elsewhere = "\(test.directory)/elsewhere"
    try Files.write("a", to: "\(elsewhere)/a")
    try Files.write("b", to: "\(elsewhere)/b")
    var environment = test.environment
    environment["GIT_DIR"] = "../repository/.git"
    let alone = try Repository(discovering: elsewhere, environment: environment)
    #expect(alone.workDirectory == elsewhere)
    #expect(try await alone.status() == ["b"])
    environment["GIT_WORK_TREE"] = "../elsewhere"
    let both = try Repository(discovering: test.directory + "/elsewhere", environment: environment)
    #expect(both.workDirectory == elsewhere)
    #expect(both.gitDirectory == "\(test.path)/.git")
    #expect(try await both.status() == ["b"])
  }

  @Test func `objects in quarantine are seen by whoever git shows them to`() throws {
    let test = try TestRepository()
    try test.commit("One")
    let quarantine = "\(test.directory)/quarantine"
    try Files.makeDirectory(quarantine)
    let settings = [
      "GIT_OBJECT_DIRECTORY": quarantine,
      "GIT_ALTERNATE_OBJECT_DIRECTORIES": "\(test.path)/.git/objects",
    ]
    let result = try test.run(
      ["hash-object", "-w", "--stdin"], input: Array("new".utf8), with: settings)
    let id = try #require(ObjectID(result.text.dropLast()))
    #expect(try test.open().object(id) == nil)
    #expect(try test.open(settings).object(id)?.bytes == Array("new".utf8))
  }

  @Test(arguments: ["merge", "cherry-pick", "revert", "rebase", "bisect", "am"])
  func `what is under way is told`(operation: String) throws {
    let test = try TestRepository()
    try test.commit("One", files: ["a": "1\n"])
    try test.git("checkout", "--quiet", "-b", "side")
    try test.commit("Side", files: ["a": "side\n"])
    try test.git("format-patch", "--quiet", "-1", "-o", test.directory)
    try test.git("checkout", "--quiet", "main")
    try test.commit("Two", files: ["a": "2\n"])
    try test.commit("Three", files: ["a": "3\n"])
    #expect(try test.open().operationUnderWay() == nil)
    switch operation {
    case "revert": _ = try test.run(["revert", "--no-edit", "HEAD~1"])
    case "bisect": try test.git("bisect", "start", "HEAD", "HEAD~2")
    case "am": _ = try test.run(["am", "\(test.directory)/0001-Side.patch"])
    default: _ = try test.run([operation, "side"])
    }
    #expect(try test.open().operationUnderWay() == operation)
  }

  @Test func `a sequence between two of its commits is still under way`() throws {
    let test = try TestRepository()
    try test.commit("One", files: ["a": "1\n"])
    try test.git("checkout", "--quiet", "-b", "side")
    try test.commit("Side", files: ["a": "side\n"])
    try test.commit("Side 2", files: ["a": "side 2\n"])
    try test.git("checkout", "--quiet", "main")
    try test.commit("Two", files: ["a": "2\n"])
    _ = try test.run(["cherry-pick", "main..side"])
    try test.commit("Solved", files: ["a": "solved\n"])
    #expect(try test.open().operationUnderWay() == "cherry-pick")
  }

  @Test(.enabled(if: TestUser.isRoot, "only root can give a directory away"))
  func `a stranger's repository is refused until git is told to trust it`() throws {
    let test = try TestRepository()
    try test.commit("One")
    try TestUser.give(test.path, to: 12_345)
    let error = try #require(error { _ = try test.open() })
    #expect(error.kind == .foreignOwner)
    #expect(error.hint == "git config --global --add safe.directory \(test.path)")
    #expect(throws: Never.self) { try test.open(["SUDO_UID": "12345"]) }
    #expect(throws: GitError.self) { try test.open(["SUDO_UID": "12346"]) }
    try Files.write("[safe]\n\tdirectory = *\n", to: "\(test.directory)/gitconfig")
    #expect(throws: Never.self) { try test.open() }
    #expect(throws: Never.self) { try test.open(["GIT_DIR": "\(test.path)/.git"]) }
    try TestUser.give(test.path, to: 0)
  }

  @Test func `a missing git is named with the command that brings it`() async throws {
    let test = try TestRepository()
    let repository = try test.open(["PATH": "/nowhere"])
    let error = await #expect(throws: GitError.self) { try await repository.status() }
    #expect(error?.kind == .program)
    #expect(error?.hint == "sudo apt-get install git")
  }
}
