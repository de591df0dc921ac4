import Release
import TestSupport
import Testing

@testable import Deed

/// The program itself at a pseudo-terminal; one after the other, as each test waits for its own.
@Suite(.serialized) struct WalkTerminalTests {
  /// Ten tables of ten items, in Japanese.
  private static var document: String {
    var text = "# 本番リリース\n"
    for section in 1...10 {
      text += "\n## \(section). 確認その\(section)\n\n| # | 確認項目 | 手順 | 備考 |\n|---|---|---|---|\n"
      for row in 1...10 {
        text += "| \(section).\(row) | 設定\(row)が本番の値であり、検証環境の値がどこにも残っていないこと "
        text += "| `grep -c 本番 設定\(row).env` | 担当：運用チーム |\n"
      }
    }
    return text
  }

  /// A release of one long checklist, with one clone a person.
  private struct Pair {
    let hanako: TestRepository
    let minsu: TestRepository

    init() throws {
      hanako = try TestRepository()
      let policy = """
        [checklists]
        production = "docs/本番.md"

        [environments.production]
        checklists = ["production"]
        """
      try hanako.commit("feat: 店を開く", files: ["deed.toml": policy, "docs/本番.md": document])
      let server = try hanako.bare()
      try hanako.git("fetch", "--quiet", "origin")
      minsu = try server.clone(as: TestRepository.minsu)
    }

    func share() async {
      for person in [hanako, minsu, hanako] {
        let ran = await person.deed("sync")
        #expect(ran.code == 0, "\(ran.error)")
      }
    }

    /// What `checklist --format json` says, which is the same in both clones.
    func checklist() async -> String {
      let mine = await hanako.deed("checklist", "v1.0.0", "--format", "json")
      let other = await minsu.deed("checklist", "v1.0.0", "--format", "json")
      #expect(mine.code == 0 && mine.output == other.output)
      return mine.output
    }
  }

  private func walk(
    _ repository: TestRepository, _ words: String..., with settings: [String: String] = [:]
  ) throws -> PseudoTerminal {
    try PseudoTerminal(
      Program.built("deed"), ["walk", "v1.0.0"] + words, directory: repository.path,
      environment: repository.environment.merging(settings) { $1 })
  }

  @Test func `a hundred items walked from two clones at once are the same in both`() async throws {
    let pair = try Pair()
    let hanako = try walk(pair.hanako)
    let minsu = try walk(pair.minsu, with: ["NO_COLOR": "1"])
    try minsu.expect("q quit> ")
    try minsu.type(String(repeating: "s", count: 50))
    try minsu.expect("item 51 of 100")
    for number in 1...50 {
      try hanako.expect("item \(number) of 100")
      try minsu.expect("q quit> ")
      // An input method may be on.
      try hanako.type(number.isMultiple(of: 2) ? "p" : "ｐ")
      try minsu.type("p")
      try minsu.expect("recorded ")
    }
    try hanako.expect("item 51 of 100")
    try hanako.type("q")
    #expect(try hanako.end() == 0 && minsu.end() == 0)
    try hanako.expect("recorded 50 results (50 pass); 50 of 100 items met in production")
    try minsu.expect("recorded 50 results (50 pass); 50 of 100 items met in production")
    let lines = String(decoding: minsu.shown, as: UTF8.self).split(whereSeparator: \.isNewline)
    for line in lines {
      #expect(!line.contains("\u{1b}") && String(line).displayWidth <= 80, "\(line)")
    }
    await pair.share()
    let report = await pair.checklist()
    #expect(report.split(separator: "\"met\" : true").count == 101)
    let again = try walk(pair.minsu)
    try again.expect("every item is met")
    #expect(try again.end() == 0)
  }

  @Test func `of two answers that did not see each other the worse stands until somebody saw both`()
    async throws
  {
    let pair = try Pair()
    let pass = try walk(pair.hanako, "--section", "1")
    try pass.expect("q quit> ")
    try pass.type("pq")
    #expect(try pass.end() == 0)
    let fail = try walk(pair.minsu, "--section", "1")
    try fail.type("f検証の値が残る\rq")
    #expect(try fail.end() == 0)
    await pair.share()
    #expect(await pair.checklist().split(separator: "\"state\" : \"fail\"").count == 2)
    let both = try walk(pair.hanako)
    let screen = try both.expect("q quit> ")
    #expect(screen.contains("item 1 of 100") && screen.contains("2 results stand"))
    #expect(screen.contains("fail, Kim Min-su") && screen.contains(": 検証の値が残る"))
    try both.type("c直した\rpq")
    #expect(try both.end() == 0)
    await pair.share()
    let report = await pair.checklist()
    #expect(!report.contains("\"state\" : \"fail\"") && report.contains("\"state\" : \"pass\""))
  }

  @Test func `whoever answered meanwhile is shown before their answer is replaced`() async throws {
    let pair = try Pair()
    let mine = try walk(pair.hanako)
    try mine.expect("q quit> ")
    await pair.minsu.deed("tick", "v1.0.0", "1.1", "--fail", "-m", "まだ")
    await pair.share()
    try mine.type("p")
    try mine.expect("somebody answered this item meanwhile")
    try mine.expect("fail, Kim Min-su")
    try mine.expect("n leave it> ")
    #expect(try pair.hanako.records("checklists").count == 1)
    try mine.type("y")
    try mine.expect("item 2 of 100")
    // Gone at the end of input, as at q.
    try mine.type("\u{4}")
    #expect(try mine.end() == 0)
    try mine.expect("recorded 1 result (1 pass)")
    let records = try pair.hanako.records("checklists")
    #expect(records.count == 2 && records.count { $0.contains("\"replaces\":[") } == 1)
  }

  @Test func `a terminal that is closed in the middle loses nothing`() async throws {
    let pair = try Pair()
    let first = try walk(pair.hanako)
    try first.type("pp")
    try first.expect("item 3 of 100")
    try first.type("f途中")
    try first.expect("途中")
    first.hangUp()
    _ = try first.end()
    #expect(try pair.hanako.records("checklists").count == 2)
    let second = try walk(pair.hanako)
    try second.expect("item 3 of 100")
    try second.type("q")
    #expect(try second.end() == 0)
    try pair.hanako.fsck()
  }

  @Test func `--push shares what was recorded, a closed terminal or not`() async throws {
    let pair = try Pair()
    let first = try walk(pair.hanako, "--push")
    try first.expect("q quit> ")
    try first.type("pq")
    try first.expect("pushed to origin")
    #expect(try first.end() == 0)
    let second = try walk(pair.minsu, "--push")
    try second.expect("item 2 of 100")
    try second.type("p")
    try second.expect("item 3 of 100")
    second.hangUp()
    #expect(try second.end() == 129)
    let ran = await pair.hanako.deed("sync")
    #expect(try ran.code == 0 && pair.hanako.records("checklists").count == 2)
  }

  @Test func `however it ends, the terminal is as it was`() async throws {
    let pair = try Pair()
    func ending(_ act: (PseudoTerminal) throws -> Void) throws -> Int32 {
      let terminal = try walk(pair.hanako)
      try terminal.expect("q quit> ")
      #expect(!terminal.isAsShellsHaveIt)
      try act(terminal)
      try terminal.expect("items met in production")
      let code = try terminal.end()
      #expect(terminal.isAsShellsHaveIt)
      return code
    }
    #expect(try ending { try $0.type("q") } == 0)
    #expect(try ending { try $0.type("\u{4}") } == 0)
    #expect(try ending { try $0.type("\u{3}") } == 130)
    #expect(try ending { try $0.type("c途中\u{3}") } == 130)
    #expect(try ending { $0.terminate() } == 143)
  }

  @Test func `keys that are none, and another width`() async throws {
    let pair = try Pair()
    let terminal = try walk(pair.hanako, "--all", "--checklist", "production")
    try terminal.expect("q quit> ")
    // An arrow, F1, Alt-p, the middle of a character, and a key that means nothing.
    try terminal.type("\u{1b}[A\u{1b}OP\u{1b}p")
    try terminal.type("x")
    try terminal.expect("there is no such key")
    try terminal.expect("> ")
    terminal.resize(columns: 40)
    try terminal.type("a/nowhere\r")
    try terminal.expect("No such file")
    try terminal.type("a\u{1b}")
    try terminal.expect("File to attach> ")
    try terminal.expect("> ")
    try terminal.type("adeed.toml\rr")
    let shown = try terminal.expect("deed.toml\r\n")
    for line in shown.split(separator: "\r\n").dropFirst(3) {
      #expect(String(line).displayWidth <= 40 || line.contains("\u{1b}"), "\(line)")
    }
    try terminal.type("pq")
    #expect(try terminal.end() == 0)
    let records = try pair.hanako.records("checklists")
    #expect(records.count == 1 && records[0].contains("\"name\":\"deed.toml\""))
  }

  @Test func `without a terminal, or with CI set, it is refused`() async throws {
    let pair = try Pair()
    let ran = await pair.hanako.deed("walk", "v1.0.0")
    #expect(ran.code == 2 && ran.error.contains("hint: deed tick"))
    let automated = try walk(pair.hanako, with: ["CI": "true", "NO_COLOR": "1"])
    #expect(try automated.end() == 2)
    try automated.expect("hint: deed tick")
  }
}
