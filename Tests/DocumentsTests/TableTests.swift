import Documents
import Release
import Testing

@Suite struct `Tables` {
  @Test func `of checks give an item for each row`() throws {
    let items = try checklist(
      """
      ## 2. Security
      | # | Check | How | Remark |
      |---|-------|-----|--------|
      | 1 | TLS **verified** | `curl -v https://example.org` | all hosts |
      | 2 | Roles `a` | See [doc](x.md)<br>then `psql` | |
      | 2.9 | Audit | | 90 days |
      """
    ).items
    #expect(items.map(\.label) == ["2.1 TLS verified", "2.2 Roles `a`", "2.9 Audit"])
    #expect(items.map(\.command) == ["curl -v https://example.org", nil, nil])
    #expect(
      items.map(\.procedure) == [
        "`curl -v https://example.org`", "See [doc](x.md)\nthen `psql`", nil,
      ])
    #expect(items.map(\.remark) == ["all hosts", nil, "90 days"])
    #expect(items.map(\.section) == [["2. Security"], ["2. Security"], ["2. Security"]])
    #expect(items.map(\.line) == [4, 5, 6])
  }

  @Test(arguments: [
    "| # | Anything |", "| No. | Anything |", "| 番号 | 内容 |", "| 번호 | 내용 |", "| Ｎｏ． | 項目 |",
    "| Check | How |", "| Owner | Check item |", "| 確認項目 | 方法 |", "| 점검 항목 | 비고 |",
    "| **Check** | x |",
  ])
  func `are known by their header`(_ header: String) throws {
    #expect(try checklist("\(header)\n|---|---|\n| 1 | b |\n").items.count == 1)
  }

  @Test(arguments: [
    "| Item | Value |", "| 項目 | 値 |", "| Name | Checked by |", "| Yes | No |", "| ID | Title |",
  ])
  func `of other things give none`(_ header: String) throws {
    #expect(try checklist("\(header)\n|---|---|\n| 1 | b |\n").items.isEmpty)
  }

  @Test func `with boxes to tick are tables of checks, and ticking changes nothing`() throws {
    let open = try checklist(
      "| Task | Done | Owner |\n|--|--|--|\n| a | [ ] | Kim |\n| b | ☐ | |\n")
    let done = try checklist(
      "| Task | Done | Owner |\n|--|--|--|\n| a | [x] | Kim |\n| b | ☐ | Lee |\n")
    #expect(open.items.map(\.label) == ["1 a", "2 b"])
    #expect(open.items.map(\.remark) == ["Owner: Kim", nil])
    #expect(open.items.map(\.id) == done.items.map(\.id))
  }

  @Test func `keep the text of a row that code tore apart, and never offer its command`() throws {
    let text = """
      | # | Check | Command | Note |
      |---|---|---|---|
      | 1 | running | `ps aux | grep x | wc` | now |
      | 2 | a `b|c` d | `true` |
      | 3 | fine | `a \\| b` | x \\| y |
      """
    let items = try checklist(text).items
    #expect(items.map(\.label) == ["1 running", "2 a `b|c` d", "3 fine"])
    #expect(items.map(\.procedure) == ["`ps aux | grep x | wc`", "`true`", "`a | b`"])
    #expect(items.map(\.command) == [nil, nil, "a | b"])
    #expect(items.map(\.remark) == ["now", nil, "x | y"])
    #expect(items.map(\.flags) == [[.splitCell], [.splitCell], []])
    #expect(try problems(text) == ["3 split-cell", "4 split-cell"])
    let mended = try checklist(text.replacing("b|c", with: "b\\|c")).items
    #expect(mended.map(\.id) == items.map(\.id))
  }

  @Test func `within lists work too`() throws {
    let text = "1. Servers\n\n   | # | Check |\n   |---|---|\n   | 1 | `a | b` |\n   | 2 | c |\n"
    #expect(try labels(text) == ["1 `a | b`", "2 c"])
    #expect(try problems(text) == ["5 split-cell"])
  }

  @Test func `say which rows are not as they look`() throws {
    let text = """
      | # | Check |
      |---|---|
      | 1 | a | b | c |
      | 2 |
      | | |
      a line right below
      """
    #expect(try problems(text) == ["3 extra-cells", "4 empty-item", "6 stray-row"])
    #expect(try labels(text) == ["1 a", "2 (no text)"])
  }

  @Test(arguments: ["手順・コマンド", "手順／コマンド", "手順 / コマンド", "手順･コマンド"])
  func `take a middle dot in a header for a slash`(header: String) throws {
    let item = try #require(
      try checklist("| No. | 確認項目 | \(header) |\n|--|--|--|\n| 1 | a | `make` |\n").items.first)
    #expect(item.command == "make" && item.remark == nil)
  }
}
