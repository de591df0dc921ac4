import Release
import TestSupport
import Testing

@testable import Checks

@Suite struct RunbookTests {
  private static let runbook = """
    # Runbook

    Last updated: 2026-01-01 by Hanako

    ## Health checks

    See [the dashboard](docs/dash.md#graphs) and [below](#連絡先).

    ## 切り戻し

    Run `scripts/rollback.sh --to <version>`.

    ## 스케일링

    Add one.

    ## 連絡先

    Hanako Sato, hanako@shop.co.jp

    """

  private func project(_ runbook: String = runbook) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit(
      "feat: begin", files: ["RUNBOOK.md": runbook, "docs/dash.md": "# Dash\n\n## Graphs\n"])
    return test
  }

  private let check = RunbookCheck(sections: ["health", "rollback", "scaling"], fresh: 30 * 86_400)

  @Test func `a good one passes, its sections in any language`() async throws {
    let test = try project()
    let findings = try await test.findings(of: check)
    #expect(findings.faults == [], "\(findings)")
    #expect(findings.count { $0.code == "section" } == 3)
    #expect(findings.first { $0.code == "section" && $0.line == 9 } != nil)
  }

  @Test(arguments: [
    ("## 切り戻し", "## 切り替え", ["section-missing RUNBOOK.md"]),
    ("Add one.\n", "", ["section-empty RUNBOOK.md:13"]),
    ("## Health", "## Unhealthy", ["section-missing RUNBOOK.md"]),
    ("hanako@shop.co.jp", "ext. 12", ["contact-missing RUNBOOK.md:17"]),
    ("## 連絡先", "## 会議", ["contact-missing RUNBOOK.md", "link-broken RUNBOOK.md:7"]),
    ("Hanako Sato", "[On-call engineer]", ["placeholder RUNBOOK.md:19"]),
    ("Add one.", "Add one.\n\n<<<<<<< HEAD", ["placeholder RUNBOOK.md:17"]),
    (
      "Add one.", "<<<<<<< HEAD\n=======\nAdd one.\n>>>>>>> other", ["placeholder RUNBOOK.md:15"]
    ),
    ("Add one.", "Add one.\n\n>>>>>>> b", ["placeholder RUNBOOK.md:17"]),
    ("Add one.", "TBD", ["placeholder RUNBOOK.md:15"]),
    ("Add one.", "Add ____ more.", ["placeholder RUNBOOK.md:15"]),
    ("Add one.", "<service> を増やす", ["placeholder RUNBOOK.md:15"]),
    ("Add one.", "＜担当者名>に頼む", ["placeholder RUNBOOK.md:15"]),
    ("Add one.", "ask <担当者名＞", ["placeholder RUNBOOK.md:15"]),
    ("Add one.", "Ask ‹name>.", ["placeholder RUNBOOK.md:15"]),
    ("Add one.", "｛{name}｝", ["placeholder RUNBOOK.md:15"]),
    ("Add one.", "台数は未定", ["placeholder RUNBOOK.md:15"]),
    ("Add one.", "〇〇台", ["placeholder RUNBOOK.md:15"]),
    ("Add one.", "未定義の値は無視し、二〇〇〇年以降の一〇〇件を見る", []),
    ("docs/dash.md#graphs", "docs/gone.md", ["link-broken RUNBOOK.md:7"]),
    ("docs/dash.md#graphs", "docs/dash.md#gone", ["link-broken RUNBOOK.md:7"]),
    ("docs/dash.md#graphs", "../dash.md", ["link-broken RUNBOOK.md:7"]),
    ("Add one.", "[^home](gone.md)", ["link-broken RUNBOOK.md:15"]),
    ("#連絡先", "#gone", ["link-broken RUNBOOK.md:7"]),
    ("Add one.", "-", ["section-empty RUNBOOK.md:13"]),
    ("Add one.", "*\n\n---", ["section-empty RUNBOOK.md:13"]),
    ("Add one.", "- [ ]\n- [x]", ["section-empty RUNBOOK.md:13"]),
    ("Add one.", "| A | B |\n| --- | --- |", ["section-empty RUNBOOK.md:13"]),
    ("Add one.", "| No. | B |\n| --- | --- |\n| 1 | |\n| 2 | - |", ["section-empty RUNBOOK.md:13"]),
    ("Add one.", "<br>\n<!-- later -->", ["section-empty RUNBOOK.md:13"]),
    ("hanako@shop.co.jp", "since 2026-11-20", ["contact-missing RUNBOOK.md:17"]),
    ("hanako@shop.co.jp", "10.0.0.12, #1234", ["contact-missing RUNBOOK.md:17"]),
    ("hanako@shop.co.jp", "![](https://a.example/b.png)", ["contact-missing RUNBOOK.md:17"]),
    ("Add one.", "Add one.\n\n<img src=\"docs/gone.png\">", ["link-broken RUNBOOK.md:17"]),
    ("Add one.", "Add\n<a\n href='docs/gone.md'>one</a>.", ["link-broken RUNBOOK.md:16"]),
    (
      "Add one.", "Add <a\nhref=docs/dash.md>one</a>\n[two](gone.md)", ["link-broken RUNBOOK.md:17"]
    ),
    ("Add one.", "<div>\n<p><A HREF=gone.md>one</A>\n</div>", ["link-broken RUNBOOK.md:16"]),
    ("docs/dash.md#graphs", "file:///etc/hosts", ["link-broken RUNBOOK.md:7"]),
    ("hanako@shop.co.jp", "hanako@example.com", ["contact-missing RUNBOOK.md:17"]),
    ("Add one.", "後日記入", ["placeholder RUNBOOK.md:15"]),
    ("Add one.", "台数: 추후 기입", ["placeholder RUNBOOK.md:15"]),
    (
      "Add one.", "See [how][ref], or\n[where][1].",
      ["? link-unsure RUNBOOK.md:15", "? link-unsure RUNBOOK.md:16"]
    ),
    (
      "Add one.", "See [how][ref], or\n[where][1].\n\n[2]: docs/dash.md",
      ["link-broken RUNBOOK.md:15", "link-broken RUNBOOK.md:16"]
    ),
    (
      "Add one.", "手順は[こちら][proc]を参照。\n\n절차는[여기][절차]를 보세요.\n\nA [long\nlink][proc4]",
      ["? link-unsure RUNBOOK.md:15", "? link-unsure RUNBOOK.md:17", "? link-unsure RUNBOOK.md:19"]
    ),
    ("Add one.", "Alerts: [FIRING:2][prod] HighLatency", ["? link-unsure RUNBOOK.md:15"]),
    (
      "Add one.", "Alerts: [FIRING:2][prod]\n\n```\n[error]: refused\n```\n[P1]: call Bob",
      ["? link-unsure RUNBOOK.md:15"]
    ),
    (
      "Add one.", "See [how][3] or [it][x].\n\n[ref]: docs/dash.md",
      ["? link-unsure RUNBOOK.md:15", "? link-unsure RUNBOOK.md:15"]
    ),
    ("Add one.", "See [how][rfe].\n\n[ref]: docs/dash.md", ["link-broken RUNBOOK.md:15"]),
    ("Add one.", "| A | B |\n| --- | --- |\n| 1 | [P1][ops] |", ["? link-unsure RUNBOOK.md:17"]),
    ("2026-01-01", "2027-01-01", ["runbook-date RUNBOOK.md:3"]),
    ("2026-01-01", "令和7年2月31日", ["runbook-date RUNBOOK.md:3"]),
    ("2026-01-01", "2025-02-31", ["runbook-date RUNBOOK.md:3"]),
    ("2026-01-01", "31 November 2025", ["runbook-date RUNBOOK.md:3"]),
    ("2026-01-01", "2025年13月1日", ["runbook-date RUNBOOK.md:3"]),
  ])
  func `a fault is named with its line`(old: String, new: String, faults: [String]) async throws {
    let test = try project(Self.runbook.replacing(old, with: new))
    #expect(try await test.findings(of: check).faults == faults)
  }

  @Test(arguments: [
    ("docs/dash.md#graphs", "/docs/dash.md"), ("docs/dash.md#graphs", "./docs/../docs/"),
    ("docs/dash.md#graphs", "docs/dash.md?plain=1#L3"),
    ("docs/dash.md#graphs", "mailto:a@b.example"),
    ("docs/dash.md#graphs", "https://gone.invalid/"), ("docs/dash.md#graphs", "docs/d%61sh.md"),
    ("Add one.", "Add [one][1] of [P1] or [x].\n\n[1]: docs/dash.md"),
    ("Add one.", "![](docs/dash.md)"), ("Add one.", "<img src=\"docs/dash.md\">"),
    ("Add one.", "- [ ]\n- [ ] one"), ("Add one.", "| A |\n| --- |\n| one |"),
    ("Add one.", "| No. | A |\n| --- | --- |\n| 1 | 2 |"), ("Add one.", "```\nmake\n```"),
    ("Add one.", "<details>\n<summary>One</summary>\n</details>"),
    ("Add one.", "One. <!-- <a href=\"gone.md\"> -->"),
    ("Add one.", "`<a href=\"gone.md\">` is one."),
    ("Add one.", "<a href=\"docs/dash.md#graphs\">1</a>"),
    ("Add one.", "[High priority] Add one, [OK] or [INFO]."),
    ("hanako@shop.co.jp", "`#ops-oncall`"),
    ("hanako@shop.co.jp", "<a href=\"tel:110\">110</a>"),
    ("hanako@shop.co.jp", "+81 3-1234-5678"), ("hanako@shop.co.jp", "Slack #ops-当番"),
    ("Last updated: 2026-01-01 by Hanako", "最終更新日：2025年12月31日"),
    ("Last updated: 2026-01-01 by Hanako", "Last updated: 1 January 2026"),
    ("Last updated: 2026-01-01 by Hanako", "Words."),
    ("Last updated: 2026-01-01 by Hanako", "最終更新日時：2025年12月31日 10:00"),
    ("Last updated: 2026-01-01 by Hanako", "最終改訂日: 令和7年12月31日"),
    ("Last updated: 2026-01-01 by Hanako", "最終更新: R7.12.31"),
    ("Add one.", "Add a[i][j], [^1][^2] and `[a][b]`. 障害は後日記入する。"),
    ("Add one.", "See [how][ref].\n\n[ref]: docs/dash.md"),
    ("Add one.", "Alerts: \\[FIRING:2\\]\\[prod\\] and \\[a][b].\n\n[1]: docs/dash.md"),
    ("Add one.", "行列[i][j]の値。配列[0][12]、手順[1][2]参照\n\n[ref]: docs/dash.md"),
    ("Add one.", "- [ ] check the [load\n- [x] done][prod]"), ("Add one.", "Two [a\n- b][c] d"),
    ("Add one.", "再起動する[^1]。\n\n[^1]: 夜間は担当者に確認すること。"),
    ("Add one.", "Two [a]\n\n[b] parts."), ("Add one.", "```\n[a][b]\n```"),
    ("Add one.", "Updated to v2.3 of the image"),
  ])
  func `what only looks like one is none`(old: String, new: String) async throws {
    let text = Self.runbook.replacing(old, with: new)
    let test = try project(text)
    #expect(try await test.findings(of: check).faults == [])
  }

  @Test(arguments: [
    ("health", ["Smoke test", "동작 확인"]), ("rollback", ["戻し手順"]),
    ("scaling", ["増強", "台数変更"]), ("monitoring", ["관제", "감시", "알람", "ダッシュボード"]),
    ("incident", ["사고 대응", "이슈 대응", "비상 대응", "復旧手順", "異常時対応"]),
    ("deployment", ["Rollout", "출시", "本番反映"]),
    ("contact", ["담당자", "긴급 연락", "連絡体制", "担当者", "当番表"]),
  ])
  func `sections are known in the words that teams use`(name: String, headings: [String]) {
    for heading in headings { #expect(SectionNames().matches("3. \(heading)", name)) }
  }

  @Test func `age is that of the last change, or what it says itself`() async throws {
    let old = Self.runbook.replacing("2026-01-01", with: "2025-01-01")
    let test = try project(old)
    try test.commit("feat: go on")
    let soon = try await test.findings(of: check)
    #expect(soon.faults == [] && soon.codes.contains("runbook-fresh"))
    let year = Timestamp(seconds: TestRepository.epoch + 365 * 86_400)
    let stale = try await test.findings(of: check, now: year)
    #expect(stale.faults == ["runbook-stale RUNBOOK.md:3"])
    #expect(stale.contains { $0.message.contains("and says that it was updated on 2") })
    #expect(try await test.findings(of: RunbookCheck(), now: year).faults == [])
    for (line, said) in [
      ("最終更新日: 令和7年1月1日", ", and says that it was updated on 2025-01-01"),
      ("最終更新日: R7.1.1", ", and “r7.1.1 by hanako” is no date that is known"),
      ("Updated to v2.3 in 2 days", nil),
      ("Last updated on the 3rd", ", and “the 3rd by hanako” is no date that is known"),
      ("최종 수정일 2026년 13월", ", and “2026년 13월 by hanako” is no date that is known"),
    ] as [(String, String?)] {
      let test = try project(old.replacing("Last updated: 2025-01-01", with: line))
      let stale = try await test.findings(of: check, now: year).filter { $0.outcome == .fail }
      #expect(stale.faults == ["runbook-stale RUNBOOK.md\(said == nil ? "" : ":3")"])
      let message = "it was not changed within 30d before the release\(said ?? "")"
      #expect(stale.map(\.message) == [message])
    }
  }

  @Test func `git or the line is enough, and where there is no line none is named`() async throws {
    let old = Self.runbook.replacing("2026-01-01", with: "2025-01-01")
    // What git saw changed goes before what was written down once.
    #expect(try await project(old).findings(of: check).faults == [])
    let test = try project("Words.\n")
    let year = Timestamp(seconds: TestRepository.epoch + 365 * 86_400)
    #expect(
      try await test.findings(of: RunbookCheck(sections: ["health"], fresh: 86_400), now: year)
        .faults == [
          "section-missing RUNBOOK.md", "contact-missing RUNBOOK.md", "runbook-stale RUNBOOK.md",
        ])
  }

  @Test func `a runbook that is not there, or is none, is said`() async throws {
    let test = try project()
    #expect(
      try await test.findings(of: RunbookCheck(path: "ops/手順書.md")).faults == [
        "runbook-missing ops/手順書.md"
      ])
    _ = try Program.run(
      "/bin/ln", ["-s", "RUNBOOK.md", "\(test.path)/link.md"], directory: "/", environment: [:])
    try test.git("add", "link.md")
    try test.commit("docs: a link")
    let linked = try await test.findings(of: RunbookCheck(path: "link.md"))
    #expect(linked.map(\.message) == ["link.md is a link in v1.1.0, and no file"])
    try Files.write([0x23, 0x20, 0xff, 0x0a], to: "\(test.path)/RUNBOOK.md")
    try test.commit("docs: spoil it")
    #expect(
      try await test.findings(of: check).faults == ["runbook-unreadable RUNBOOK.md:1"])
  }

  @Test func `the template is for the usual place alone`() async throws {
    let test = try TestRepository()
    try test.commit("feat: begin")
    func hint(_ check: RunbookCheck) async throws -> String? {
      let finding = try await check.run(on: test.subject()).first
      return try finding?.hinted(on: test.subject()).hint
    }
    #expect(try await hint(RunbookCheck()) == "deed init --template runbook")
    #expect(
      try await hint(RunbookCheck(path: "ops/手順書.md"))
        == "write it, or mend `path` in [checks.runbook]")
  }

  @Test func `the team's own words and patterns are taken`() async throws {
    let test = try project(Self.runbook.replacing("Add one.", with: "Ask @@ops@@."))
    let check = RunbookCheck(
      sections: ["connections"], synonyms: ["connections": ["連絡先"]], placeholders: ["@@[a-z]+@@"])
    #expect(try await test.findings(of: check).faults == ["placeholder RUNBOOK.md:15"])
    await #expect(throws: CheckTrouble.self) {
      try await test.findings(of: RunbookCheck(placeholders: ["("]))
    }
  }

  @Test func `a shallow clone that ends too early cannot tell`() async throws {
    let test = try project(Self.runbook.replacing("2026-01-01", with: "2025-01-01"))
    try test.commit("feat: go on")
    let clone = try test.clone(options: ["--depth", "1"])
    await #expect(throws: CheckTrouble.self) { try await clone.findings(of: check) }
  }
}
