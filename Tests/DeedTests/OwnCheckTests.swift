import Dispatch
import Glibc
import Release
import TestSupport
import Testing

@testable import Deed

/// The team's own commands as checks, beside deed's own.
@Suite struct OwnCheckTests {
  private func project(_ checks: String, files: [String: String] = [:]) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": checks].merging(files) { $1 })
    return test
  }

  private static let tests = "[checks.tests]\nrun = \"true\"\n"

  @Test func `a pass beside what is not in the release is a warning, and says so`() async throws {
    let test = try project(
      "[environments.production]\nchecks = [\"tests\"]\n\(Self.tests)",
      files: [".gitignore": "ignored\n"])
    try TestSupport.Files.write("", to: "\(test.path)/ignored")
    let clean = await test.deed("check", "v1.0.0", "--no-record")
    #expect(clean.code == 0 && clean.output.hasSuffix("All checks passed\n"), "\(clean.output)")
    try TestSupport.Files.write("", to: "\(test.path)/conftest.py")
    try TestSupport.Files.write("", to: "\(test.path)/更に/x")
    let ran = await test.deed("check", "v1.0.0")
    #expect(ran.code == 0 && ran.output.contains("Nothing failed; read the warnings"))
    #expect(
      ran.output.contains("! warn  it ran beside what is not in v1.0.0: conftest.py and 1 more"),
      "\(ran.output)")
    #expect(try test.records("checks").allSatisfy { $0.contains("\"outcome\":\"warn\"") })
    #expect(await test.deed("check", "v1.0.0", "--strict", "--no-record").code == 1)
  }

  @Test(arguments: ["assume-unchanged", "skip-worktree"])
  func `a change that git is told not to see lets no command pass`(mark: String) async throws {
    let test = try project(
      "[environments.production]\nchecks = [\"tests\"]\n\(Self.tests)", files: ["a b": "1"])
    try test.git("update-index", "--\(mark)", "a b")
    try TestSupport.Files.write("2", to: "\(test.path)/a b")
    let ran = await test.deed("check", "v1.0.0")
    #expect(ran.code == 2 && ran.output.contains("git is told not to see"), "\(ran.output)")
    #expect(ran.output.contains("hint: git update-index --no-\(mark) -- 'a b'\n"), "\(ran.output)")
    #expect(try test.records("checks").isEmpty)
    try test.git("update-index", "--no-\(mark)", "--", "a b")
    #expect(await test.deed("check", "v1.0.0").output.contains("not committed: a b"))
  }

  @Test func `where the checkout is looked at with it, that is what fails`() async throws {
    let test = try project(
      "[environments.production]\nchecks = [\"tests\", \"checkout\"]\n\(Self.tests)")
    try TestSupport.Files.write("", to: "\(test.path)/stray")
    let ran = await test.deed("check", "v1.0.0", "--no-record")
    #expect(ran.code == 1, "\(ran.output)")
    #expect(ran.output.contains("✓ pass  it ran beside what is not in v1.0.0: stray\n"))
    #expect(ran.output.hasSuffix("Not to be deployed: checkout\n"), "\(ran.output)")
    let words = ["check", "v1.0.0", "tests", "--no-record"]
    let alone = await test.deed(words)
    #expect(
      alone.code == 0
        && alone.output.contains("! warn  it ran beside what is not in v1.0.0: stray"),
      "\(alone.output)")
    #expect(await test.deed(words + ["--strict"]).code == 1)
  }

  @Test func `what is checked after a deployment is warned of what lies beside it`() async throws {
    let test = try project(
      """
      [environments.production]
      checks = ["health", "checkout"]
      [checks.health]
      run = "true"
      stage = "after"

      """)
    try TestSupport.Files.write("", to: "\(test.path)/stray")
    let ran = await test.deed("deploy", "v1.0.0", "--finished", "--commit", "HEAD")
    #expect(ran.code == 0, "\(ran.error)")
    #expect(
      ran.output.contains("! warn  it ran beside what is not in v1.0.0: stray"), "\(ran.output)")
  }

  @Test func `a command that changes the release is told of`() async throws {
    let test = try project(
      """
      [environments.production]
      checks = ["tests", "after"]
      [checks.tests]
      run = "echo more >> deed.toml"
      [checks.after]
      run = "true"

      """)
    let ran = await test.deed("check", "v1.0.0", "--no-record")
    #expect(
      ran.output.contains("! warn  afterwards, the work tree is not v1.0.0; not committed: deed"),
      "\(ran.output)")
    #expect(ran.code == 2 && ran.output.contains("? after  cannot tell"), "\(ran.output)")
  }

  @Test func `none hides another, whatever becomes of it`() async throws {
    let test = try project(
      """
      [environments.production]
      checks = ["artifacts", "broken", "runbook", "gone", "tests"]
      [checks.artifacts]
      compose = "none.yaml"
      [checks.broken]
      run = "exit 3"
      parallel = true
      [checks.gone]
      run = "true"
      directory = "no/such/place"
      parallel = true
      [checks.tests]
      run = "true"
      parallel = true

      """)
    let ran = await test.deed("check", "v1.0.0")
    #expect(ran.code == 1, "\(ran.output)\(ran.error)")
    for line in [
      "✗ artifacts  2 fail\n", "✗ broken     1 fail\n", "✗ runbook    1 fail\n",
      "? gone       cannot tell\n",
      "there is no directory no/such/place here",
      "✓ tests      1 pass\n", "Result: 1/5 checks passed\n",
      "Not to be deployed: artifacts, broken, runbook; cannot be told: gone\n",
    ] {
      #expect(ran.output.contains(line), "\(line)\(ran.output)")
    }
    #expect(try test.records("checks").count == 4)
  }

  @Test func `an outcome that cannot be recorded hides no other`() async throws {
    let test = try project(
      """
      [environments.production]
      checks = ["tests", "broken"]
      [checks.tests]
      run = "mkdir -p .git/refs/notes && touch .git/refs/notes/deed"
      parallel = true
      [checks.broken]
      run = "until test -e .git/refs/notes/deed; do sleep 0.1; done; exit 3"
      parallel = true

      """)
    let ran = await test.deed("check", "v1.0.0")
    #expect(ran.code == 2 && ran.error.contains("error: "), "\(ran.error)")
    #expect(ran.output.contains("✗ fail  until test"), "\(ran.output)")
    #expect(
      ran.output.hasSuffix(
        "Result: 1/2 checks passed, and not all is recorded\n"
          + "Broken off; not to be deployed: broken\n"), "\(ran.output)")
    TestSupport.Files.remove("\(test.path)/.git/refs/notes/deed")
  }

  @Test func `a file is written as its name says`() async throws {
    let test = try project("[environments.production]\nchecks = [\"tests\"]\n\(Self.tests)")
    func written(_ name: String, _ format: String...) async -> String {
      let ran = await test.deed(
        ["check", "v1.0.0", "--no-record", "-o", "../\(name)"] + format)
      #expect(ran.code == 0, "\(ran.error)")
      let bytes = TestSupport.Files.read("\(test.path)/../\(name)") ?? []
      return String(decoding: bytes.prefix(5), as: UTF8.self) + "|" + String(ran.output.prefix(5))
    }
    #expect(await written("o.json", "--format", "junit") == "{\n  \"|<?xml")
    #expect(await written("o.xml", "--format", "json") == "<?xml|{\n  \"")
    #expect(await written("o.txt", "--format", "json") == "{\n  \"|{\n  \"")
    #expect(await written("o.xml") == "<?xml|v1.0.")
    let nowhere = await test.deed("check", "v1.0.0", "-o", "no/such/o.xml")
    #expect(nowhere.code == 2 && nowhere.output.isEmpty, "\(nowhere.output)")
  }
}

@Suite struct `Output on its way to the screen` {
  @Test func `waits for it up to a limit, and says once that there is more`() {
    let output = ShownOutput()
    let block = [UInt8](repeating: 0x78, count: 1 << 19)
    #expect(output.admit(block) == block && output.admit(block) == block)
    let note = output.admit([1])
    #expect(note.map { String(decoding: $0, as: UTF8.self).contains("the log keeps more") } == true)
    #expect(output.admit([1]) == nil)
    // The screen has caught up.
    output.shown(2 << 19)
    #expect(output.admit(block) != nil)
  }

  @Test func `has an end`() {
    let output = ShownOutput()
    let block = [UInt8](repeating: 0x78, count: 1 << 20)
    var count = 0
    while let bytes = output.admit(block), bytes == block {
      output.shown(bytes.count)
      count += 1
      if count > 1000 { break }
    }
    #expect(count == 16)
  }
}

@Suite struct `A thread of a check's own` {
  @Test func `keeps no other task from running, however many wait on theirs`() async {
    let isGiven = DispatchSemaphore(value: 0)
    let count = 3 * max(2, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let waiting = (0..<count).map { _ in
      Task(executorPreference: OwnThread()) { Self.wait(for: isGiven) }
    }
    // Were they on Swift's own threads, this one would never get its turn.
    await Task { for _ in 0..<count { isGiven.signal() } }.value
    for task in waiting { await task.value }
  }

  private static func wait(for semaphore: DispatchSemaphore) { semaphore.wait() }
}
