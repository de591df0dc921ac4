import TestSupport
import Testing

@testable import Deed

/// Remotes of several addresses, and of addresses that say too much.
@Suite struct AddressTests {
  /// A second address of `origin`, where a hook takes nothing.
  private func addRefusingMirror(to clone: TestRepository) throws -> TestRepository {
    let mirror = try TestRepository("--bare")
    let hook = "\(mirror.path)/hooks/pre-receive"
    try TestSupport.Files.write("#!/bin/sh\necho not here >&2\nexit 1\n", to: hook)
    TestSupport.Files.setMode(0o755, of: hook)
    try clone.git("remote", "set-url", "--add", "origin", mirror.path)
    return mirror
  }

  @Test func `a tag that one of two servers took is not taken for somebody else's`() async throws {
    let team = try Team()
    let mirror = try addRefusingMirror(to: team.hanako)
    defer { withExtendedLifetime(mirror) {} }
    let ran = await team.hanako.deed("cut", "v1.4.0", "--push")
    #expect(ran.code == 1 && ran.error.contains("and not pushed"), "\(ran.error)")
    #expect(!ran.error.contains("another tag"), "\(ran.error)")
    #expect(try team.hanako.run(["rev-parse", "-q", "--verify", "v1.4.0"]).status == 0)
    let undone = await team.hanako.deed("cut", "v1.4.0", "--take-back")
    #expect(undone.code == 1 && undone.error.contains("is not taken back"), "\(undone.error)")
    // The one that took it knows all; the other one gets it when it lets it in.
    #expect(await team.hanako.deed("sync", "--pull").code == 0)
    TestSupport.Files.remove("\(mirror.path)/hooks/pre-receive")
    let finished = await team.hanako.deed("cut", "v1.4.0", "--push", "origin")
    #expect(finished.code == 0, "\(finished.error)")
    for name in ["refs/tags/v1.4.0", "refs/notes/deed/deployments"] {
      #expect(try mirror.git("rev-parse", name) == team.hanako.git("rev-parse", name))
    }
  }

  @Test func `what one of two servers refuses is not pushed`() async throws {
    let team = try Team()
    let mirror = try addRefusingMirror(to: team.hanako)
    defer { withExtendedLifetime(mirror) {} }
    #expect(await team.hanako.deed("reject", "v1.4.0", "-m", "no", "-q").code == 0)
    let ran = await team.hanako.deed("sync")
    #expect(ran.code == 1, "\(ran.output)\(ran.error)")
    #expect(!ran.output.contains("signoffs: pushed"), "\(ran.output)")
    // Another fetch from the one says nothing of the other.
    #expect(await team.hanako.deed("sync").code == 1)
    TestSupport.Files.remove("\(mirror.path)/hooks/pre-receive")
    #expect(await team.hanako.deed("sync").output.contains("signoffs: pushed"))
    #expect(await team.hanako.deed("sync").output.contains("already the same as origin"))
    let signoffs = "refs/notes/deed/signoffs"
    #expect(try mirror.git("rev-parse", signoffs) == team.hanako.git("rev-parse", signoffs))
  }

  @Test func `a password in a remote's address is not repeated`() async throws {
    let team = try Team()
    let address = "ssh://hanako:geheim@localhost:1/none.git"
    for command in [["cut", "v1.4.0", "--push", address], ["sync", address]] {
      let ran = await team.hanako.deed(
        command, with: ["GIT_SSH_COMMAND": "sh -c 'echo refused >&2; exit 255'"])
      #expect(ran.code != 0)
      #expect(!"\(ran.output)\(ran.error)".contains("geheim"), "\(ran.output)\(ran.error)")
    }
  }
}
