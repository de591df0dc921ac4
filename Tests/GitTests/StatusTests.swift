import Git
import Release
import TestSupport
import Testing

@Suite struct StatusTests {
  @Test func `every dirty path is named, whatever its name`() async throws {
    let test = try TestRepository()
    try test.commit("One", files: ["a b": "1", "日本 語": "1", "clean": "1", "gone": "1", "old": "1"])
    let repository = try test.open()
    #expect(try await repository.status().isEmpty)
    try Files.write("2", to: "\(test.path)/a b")
    try Files.write("2", to: "\(test.path)/日本 語")
    try test.git("add", "日本 語")
    try test.git("mv", "old", "new\nname")
    Files.remove("\(test.path)/gone")
    try Files.write("2", to: "\(test.path)/unters\u{308}tand")
    try test.git("config", "status.showUntrackedFiles", "no")
    try test.git("config", "status.relativePaths", "true")
    let paths = try await repository.status()
    #expect(
      Set(paths) == ["a b", "日本 語", "old", "new\nname", "gone", "unters\u{308}tand"])
  }

  @Test func `a conflict is dirty`() async throws {
    let test = try TestRepository()
    try test.commit("One", files: ["a": "1\n"])
    try test.git("checkout", "--quiet", "-b", "side")
    try test.commit("Side", files: ["a": "side\n"])
    try test.git("checkout", "--quiet", "main")
    try test.commit("Two", files: ["a": "2\n"])
    _ = try test.run(["merge", "side"])
    #expect(try await test.open().status() == ["a"])
  }

  @Test func `a submodule with changes is dirty, even where it is to be ignored`() async throws {
    let inner = try TestRepository()
    try inner.commit("One", files: ["a": "1"])
    let test = try TestRepository()
    try test.git(
      "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.path, "sub")
    try test.git("config", "-f", ".gitmodules", "submodule.sub.ignore", "all")
    try test.commit("One")
    let repository = try test.open()
    #expect(try await repository.status().isEmpty)
    try Files.write("2", to: "\(test.path)/sub/a")
    #expect(try await repository.status() == ["sub"])
  }

  @Test func `a bare repository has no status to tell`() async throws {
    let test = try TestRepository("--bare")
    let repository = try test.open()
    await #expect(throws: GitError.self) { try await repository.status() }
  }
}
