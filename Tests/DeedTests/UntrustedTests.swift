import Release
import TestSupport
import Testing

@testable import Deed

/// Anybody's words reach a terminal only made visible.
@Suite struct UntrustedTests {
  private static let evil = "\u{1b}[2J\u{1b}]0;x\u{7}\u{202e}gpj\u{9b}31m\u{2028}\u{85}\r"

  private func isClean(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      scalar == "\n" || scalar == "\t" || !scalar.isUnsafeToShow
    }
  }

  @Test func `subjects, names, paths, branches, comments and roles are escaped`() async throws {
    let evil = Self.evil
    let test = try TestRepository().as(Person(name: "E\(evil)", email: "e\(evil)@example.com"))
    try test.commit("feat(\(evil)): do \(evil)", files: ["a": "a"])
    try test.commit("feat!: \(evil)\n\nBREAKING CHANGE: \(evil)", files: ["a": "b"])
    var ran: [Ran] = []
    ran.append(await test.deed("approve", "v0.1.0", "-m", "c\(evil)\nd", "--role", "r\(evil)"))
    for words in [
      ["status"], ["show"], ["notes"], ["next"], ["verify", "v0.1.0"],
      ["status", "v1\(evil)"], ["show", "--commit", evil], ["notes", "\(evil).."], [evil],
      ["status", "--\(evil)"], ["-C", evil, "status"], ["approve", "-e", evil],
      ["cut", "v0.1.0", "-F", evil], ["cut", "v0.1.0", "-m", "Deed-\(evil)"], ["sync", evil],
      ["cut", "v0.1.0", "--dry-run"], ["cut", "v0.1.0", "-m", "tag \(evil)"],
      ["show", "v0.1.0"], ["verify"], ["status"],
    ] {
      ran.append(await test.deed(words))
      ran.append(await test.deed(words + ["--format", "json"]))
    }
    try TestSupport.Files.write("", to: "\(test.path)/dirt\(evil)")
    ran.append(await test.deed("cut", "v9.0.0"))
    for one in ran {
      #expect(isClean(one.output), "\(one.output.debugDescription)")
      #expect(isClean(one.error), "\(one.error.debugDescription)")
      #expect(!(one.output + one.error).isEmpty)
    }
  }

  @Test func `a remote's own words are escaped`() async throws {
    let team = try Team()
    let hook = "\(team.server.path)/hooks/update"
    try TestSupport.Files.write("#!/bin/sh\nprintf '\\033[2Jno\\n' >&2; exit 1\n", to: hook)
    TestSupport.Files.setMode(0o755, of: hook)
    for words in [["approve", "v1.4.0", "--push"], ["sync"], ["cut", "v1.4.0", "--push"]] {
      let ran = await team.hanako.deed(words)
      #expect(ran.code == 1 && isClean(ran.output + ran.error), "\(ran.error.debugDescription)")
    }
  }

  @Test func `colours come only where they are wanted`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["a": "a"])
    var terminal = Terminal()
    terminal.outputHasColour = true
    terminal.errorHasColour = true
    #expect(await test.deed(["status"], terminal: terminal).output.contains("\u{1b}[1mv0.1.0"))
    #expect(await test.deed(["nothing"], terminal: terminal).error.contains("\u{1b}[31merror:"))
    #expect(!(await test.deed("status")).output.contains("\u{1b}"))
  }

  @Test(arguments: [
    (["CLICOLOR_FORCE": "1"], true), (["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
    (["CLICOLOR_FORCE": "0"], false), (["CLICOLOR_FORCE": "", "TERM": "xterm"], false),
    (["CLICOLOR_FORCE": "1", "TERM": "dumb"], true), (["NO_COLOR": ""], false), ([:], false),
  ])
  func `the environment decides on colours where there is no terminal`(
    environment: [String: String], hasColour: Bool
  ) {
    // The tests' own output may be a terminal's, and is none where they run unattended.
    let terminal = Terminal(environment.merging(["TERM": "dumb"]) { one, _ in one })
    #expect(terminal.errorHasColour == hasColour || environment["TERM"] == "xterm")
    #expect(!Terminal(["CI": "true"]).isInteractive)
  }

  @Test func `long Japanese and Korean text stays within 80 columns`() async throws {
    let name = "佐藤花子（リリース担当・東京オフィス）"
    let test = try TestRepository().as(Person(name: name, email: "hanako.sato@example.co.jp"))
    try test.commit(
      "feat: begin", files: ["deed.toml": "[environments.\"本番環境（東京リージョン）\"]\n"])
    let comment =
      "ステージング環境で動作を確認しました。決済のタイムアウトは再現せず、監視の通知も届いています。本番への適用を承認します。"
    await test.deed("approve", "v0.1.0", "-q", "-m", comment)
    let minsu = test.as(Person(name: "김민수 (릴리스 엔지니어)", email: "minsu.kim@example.co.kr"))
    await minsu.deed(
      "reject", "-q", "-m", "데이터베이스 마이그레이션이 주문 테이블을 잠급니다. 먼저 고쳐야 합니다. 스테이징에서 확인했습니다.")
    var session = Transcript("wide")
    for words in [["status"], ["show"], ["verify"]] {
      let ran = await test.deed(words, terminal: Terminal(isOutput: true))
      for line in ran.output.split(separator: "\n") {
        #expect(String(line).displayWidth <= 80, "\(line)")
      }
    }
    await session.run(test, "status")
    await session.run(test, "show")
    await session.run(test, "verify")
    try session.check()
  }
}
