import Git
import Ledger
import Release
import TestSupport
import Testing

/// What other programs did to a ledger, and how it comes back.
@Suite struct RecoveryTests {
  private let test: TestRepository
  private let commit: ObjectID
  private static let name = LedgerName.checks.reference

  init() throws {
    test = try TestRepository()
    commit = try test.commit("feat: begin")
  }

  private func lines() throws -> [[UInt8]] { try test.store().lines(of: .checks, on: commit) }

  @Test func `what only a reflog leads to is found and brought back, once`() throws {
    let one = try test.record("one", on: commit)
    let old = try test.id(Self.name)
    let two = try test.record("two", on: commit, second: 1)
    let new = try test.id(Self.name)
    let three = try test.record("three", on: commit, second: 2)
    let newest = try test.id(Self.name)
    try test.git("update-ref", Self.name, old.description)
    let store = try test.store()
    #expect(
      try store.forgotten(in: .checks).map(\.commit) == [newest], "\(new) has no more than that")
    #expect(try store.forgotten(in: .checks).map(\.count) == [2])
    #expect(try store.forgotten(in: .signoffs).isEmpty)
    for tip in try store.forgotten(in: .checks) { #expect(try store.recover(tip) == 2) }
    #expect(try lines() == NoteText.sorted([one, two, three]))
    #expect(try test.store().forgotten(in: .checks).isEmpty)
  }

  @Test func `what nothing leads to is found among all objects`() async throws {
    let one = try test.record("one", on: commit)
    let two = try test.record("two", on: commit, second: 1)
    let file = try test.store().attach([1, 2, 3], by: writer)
    let tip = try test.id(Self.name)
    try test.git("update-ref", "-d", Self.name)
    try test.git("update-ref", "-d", LedgerName.attachments.reference)
    #expect(try test.store().forgotten(in: .checks).map(\.commit) == [tip], "deed noted it")
    Files.remove(try test.store().tipsPath)
    try test.git("commit", "--quiet", "--allow-empty", "--amend", "-m", "fix: no ledger")
    let store = try test.store()
    #expect(try store.forgotten(in: .checks).isEmpty, "its reflog went with it")
    let found = try await store.forgotten()
    #expect(found.map(\.ledger) == [.attachments, .checks] && found.map(\.count) == [1, 2])
    let named = try store.forgotten(at: tip)
    #expect(found.last?.commit == tip && found.last == named)
    #expect(try store.forgotten(at: commit) == nil, "a commit of files is no ledger's")
    for tip in found { _ = try store.recover(tip) }
    #expect(try lines() == NoteText.sorted([one, two]))
    #expect(try test.git("notes", "--ref", "deed/attachments", "list", file.blob.description) != "")
    #expect(try await test.store().forgotten().isEmpty)
  }

  @Test func `what no server takes is set aside, and stays there`() throws {
    let other = try test.commit("feat: more")
    let good = try test.record("good", on: commit)
    let stray = String(decoding: try check("stray", on: other).line, as: UTF8.self)
    for line in ["no record", stray] {
      try test.git("notes", "--ref", "deed/checks", "append", "-m", line, commit.description)
    }
    try test.git("notes", "--ref", "deed/checks", "add", "-m", "no record", other.description)
    let store = try test.store()
    #expect(try !store.objections(toMoving: .checks, from: nil, to: test.id(Self.name)).isEmpty)
    let refusable = try store.refusable(in: .checks)
    #expect(refusable.values.reduce(0) { $0 + $1.count } == 3)
    #expect(try store.setAside(refusable, from: .checks, by: writer) == 3)
    #expect(try lines() == [good] && store.lines(of: .checks, on: other).isEmpty)
    #expect(try store.objections(toMoving: .checks, from: nil, to: test.id(Self.name)).isEmpty)
    #expect(try test.store().losses(in: .checks) == (0, 0))
    #expect(try test.store().lost(in: .checks).isEmpty)
    #expect(try test.store().forgotten(in: .checks).isEmpty)
    let kept = try test.git("show", "\(LedgerStore.setAsideReference(.checks)):\(commit)")
    #expect(kept.contains("no record") && kept.contains(stray))
  }

  @Test func `what one clone set aside no other clone puts back`() async throws {
    let team = try SyncTests.Team()
    try team.hanako.git("notes", "--ref", "deed/checks", "append", "-m", "no record", "HEAD")
    let store = try team.hanako.store()
    let bad = try store.refusable(in: .checks)
    let line = try team.hanako.record("one", on: team.commit)
    #expect(try store.setAside(bad, from: .checks, by: writer) == 1)
    _ = try await team.hanako.sync()
    let other = try team.minsu.record("two", on: team.commit)
    #expect(try await team.minsu.sync().map(\.restored) == [0, 0, 0, 0, 0])
    let lines = try team.minsu.store().lines(of: .checks, on: team.commit)
    #expect(Set(lines) == [line, other])
    let tip = try team.minsu.id(Self.name)
    #expect(try team.minsu.store().objections(toMoving: .checks, from: nil, to: tip).isEmpty)
  }

  @Test func `what a remote has too is not set aside`() throws {
    try test.git("notes", "--ref", "deed/checks", "add", "-m", "no record", commit.description)
    try test.git("update-ref", "\(LedgerStore.trackingRoot)origin/checks", Self.name)
    #expect(try test.store().refusable(in: .checks).isEmpty)
  }

  @Test func `locks are told with their age`() throws {
    let path = "\(test.path)/.git/refs/notes/deed/checks.lock"
    try test.record("one", on: commit)
    try Files.write("", to: path)
    _ = try Program.run(
      "touch", ["-d", "2 hours ago", path], directory: test.path, environment: [:])
    let locks = try test.store().repository.locks()
    #expect(locks.map(\.path) == [path])
    #expect(locks.first.map { (7200...7300).contains($0.age) } ?? false)
  }

  @Test func `a worktree's own locks are told in it`() throws {
    try test.record("one", on: commit)
    let linked = test.at("\(test.directory)/side")
    try test.git("worktree", "add", "--quiet", "--detach", linked.path)
    let path = "\(test.path)/.git/worktrees/side/HEAD.lock"
    try Files.write("", to: path)
    #expect(try test.store().repository.locks().isEmpty)
    #expect(try linked.store().repository.locks().map(\.path) == [path])
  }
}
