import Git
import Release
import TestSupport
import Testing

extension TestRepository {
  /// This repository as the program opens it.
  func open(_ settings: [String: String?] = [:]) throws -> Repository {
    var environment = environment
    for (name, value) in settings { environment[name] = value }
    return try Repository(discovering: path, environment: environment)
  }
}

@Suite struct RepositoryTests {
  @Test func `a commit and its file are read back`() throws {
    let test = try TestRepository()
    let id = try test.commit("First", files: ["docs/a b.txt": "hello\n"])
    let repository = try test.open()
    #expect(try repository.head() == .branch(name: "main", commit: id))
    #expect(try repository.file(at: "docs/a b.txt", in: id) == Array("hello\n".utf8))
    #expect(try repository.file(at: "docs", in: id) == nil)
    #expect(try repository.file(at: "nothing", in: id) == nil)
    #expect(try repository.commit(id)?.message == "First\n")
    try test.fsck()
  }
}
