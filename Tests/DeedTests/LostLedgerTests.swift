import Release
import TestSupport
import Testing

@testable import Deed

/// A ledger that another program moved back or deleted, here, on the server, or in both places.
@Suite struct LostLedgerTests {
  private static let reference = "refs/notes/deed/signoffs"

  private func words(_ ran: Ran) -> String {
    (ran.output + ran.error).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A release with two approvals, of which nothing has left the clone where no server is asked for.
  private func released(
    isShared: Bool
  ) async throws -> (test: TestRepository, server: TestRepository) {
    let test = try TestRepository()
    try test.commit("feat: begin")
    let server = try test.bare()
    try test.git("push", "-q", "origin", "main")
    #expect(await test.deed("sync", "-q").code == 0)
    #expect(await test.deed("approve", "v1.0.0", "-q").code == 0)
    #expect(await test.as(TestRepository.minsu).deed("approve", "v1.0.0", "-q").code == 0)
    #expect(await test.deed(["cut", "v1.0.0", "-q"] + (isShared ? ["--push"] : [])).code == 0)
    #expect(await test.deed("verify", "v1.0.0").code == 0)
    return (test, server)
  }

  private func forget(_ test: TestRepository, _ references: String...) throws {
    for reference in references { try test.git("update-ref", "-d", reference) }
  }

  @Test(arguments: ["deleted", "rewound"])
  func `a ledger that was moved back or deleted here is told, and brought back`(
    how: String
  ) async throws {
    let (test, _) = try await released(isShared: false)
    let lost = how == "rewound" ? 1 : 2
    if how == "rewound" {
      try test.git("update-ref", Self.reference, "\(Self.reference)~")
    } else {
      try forget(test, Self.reference)
    }
    let verify = await test.deed("verify", "v1.0.0")
    #expect(verify.code == 1, "\(verify.output)")
    #expect(words(verify).contains("signoffs, which another program moved or deleted here:"))
    #expect(words(verify).contains("deed doctor --recover brings it back"))
    #expect(await test.deed("status", "v1.0.0").code != 0)
    let doctor = await test.deed("doctor", "-q")
    let count = lost == 1 ? "1 record" : "2 records"
    #expect(doctor.code == 1, "\(doctor.output)")
    #expect(words(doctor).contains("has \(count) of signoffs that no ledger leads to any more"))
    #expect(words(doctor).contains("→ deed doctor --recover"))
    #expect(await test.deed("doctor", "--recover", "-q").code == 0)
    #expect(try test.records("signoffs").count == 2)
    #expect(await test.deed("verify", "v1.0.0").code == 0)
    #expect(await test.deed("doctor", "-q").code == 0)
  }

  @Test func `a loss here is told after more was recorded, too`() async throws {
    let (test, _) = try await released(isShared: false)
    try forget(test, Self.reference)
    #expect(await test.deed("approve", "v1.1.0", "--commit", "HEAD", "-q").code == 0)
    #expect(await test.deed("approve", "v1.2.0", "--commit", "HEAD", "-q").code == 0)
    #expect(await test.deed("verify", "v1.0.0").code == 1)
    #expect(await test.deed("doctor", "--recover", "-q").code == 0)
    #expect(try test.records("signoffs").count == 4)
    #expect(await test.deed("verify", "v1.0.0").code == 0)
  }

  @Test func `evidence that is gone here and on the server is no peace between them`() async throws
  {
    let (test, server) = try await released(isShared: true)
    try forget(server, Self.reference)
    try forget(test, Self.reference, "refs/deed/remotes/origin/signoffs")
    for _ in 0..<2 {
      let sync = await test.deed("sync")
      #expect(words(sync).contains("warning: 2 records of signoffs were here, and another program"))
      #expect(sync.error.hasSuffix("\nhint: deed doctor --recover\n"), "\(sync.error)")
      #expect(!words(sync).contains("kept here") && !words(sync).contains("already the same"))
      let json = await test.deed("sync", "--format", "json", "-q")
      #expect(json.code == sync.code && json.error.isEmpty)
      #expect(words(json).contains("\"vanished\" : [ { \"count\" : 2, \"hint\" : \"deed doctor"))
      #expect(words(json).contains("\"name\" : \"signoffs\", \"why\" : \"2 records of signoffs"))
      let doctor = await test.deed("doctor", "-q")
      #expect(doctor.code == 1 && words(doctor).contains("→ deed doctor --recover"))
    }
    #expect(await test.deed("doctor", "--recover", "-q").code == 0)
    #expect(await test.deed("sync").output.contains("pushed"))
    #expect(try server.records("signoffs", at: "main").count == 2)
    let sync = await test.deed("sync")
    #expect(sync.code == 0 && sync.output == "already the same as origin\n", "\(sync.output)")
    let json = await test.deed("sync", "--format", "json")
    #expect(words(json).contains("\"vanished\" : [ ]"), "\(json.output)")
  }

  @Test func `evidence whose very objects are gone comes back from another clone`() async throws {
    let (test, server) = try await released(isShared: true)
    let other = try server.clone()
    #expect(await other.deed("sync", "-q").code == 0)
    try forget(server, Self.reference)
    try forget(test, Self.reference, "refs/deed/remotes/origin/signoffs")
    try test.git("reflog", "expire", "--expire=now", "--all")
    try test.git("gc", "-q", "--prune=now")
    let verify = await test.deed("verify", "v1.0.0")
    #expect(verify.code != 0, "\(verify.output)")
    #expect(words(verify).contains("deed sync URL # of a clone that still has it"))
    let doctor = await test.deed("doctor", "-q")
    let gone = "which is gone from here with all that it held"
    #expect(doctor.code == 1 && words(doctor).contains(gone))
    #expect(words(await test.deed("sync")).contains(gone))
    #expect(await test.deed("sync", other.path).code == 0)
    #expect(try test.records("signoffs").count == 2)
    #expect(await test.deed("verify", "v1.0.0").code == 0)
    #expect(await test.deed("sync").output.contains("signoffs: "))
    #expect(await test.deed("doctor", "-q").code == 0)
  }

  @Test func `what the server lost and does not take back is told until it does`() async throws {
    let (test, server) = try await released(isShared: true)
    try forget(server, Self.reference)
    let hook = "\(server.path)/hooks/update"
    try TestSupport.Files.write("#!/bin/sh\necho 'not on a Friday' >&2; exit 1\n", to: hook)
    TestSupport.Files.setMode(0o755, of: hook)
    for command in [["sync"], ["sync"], ["sync", "--pull"], ["sync"]] {
      let ran = await test.deed(command)
      #expect(ran.code == (command.count == 1 ? 1 : 0), "\(ran.error)")
      #expect(ran.output.contains("2 records that origin has lost are kept here"), "\(ran.output)")
    }
    let approved = await test.deed("approve", "v1.1.0", "--commit", "HEAD", "--push")
    #expect(words(approved).contains("2 records that origin has lost are kept here"))
    TestSupport.Files.remove(hook)
    #expect(await test.deed("sync").output.contains("are kept here, pushed"))
    let quiet = await test.deed("sync")
    #expect(quiet.output == "already the same as origin\n", "\(quiet.output)")
  }
}
