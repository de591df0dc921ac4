import Documents
import Release
import Testing

@Suite struct `Sections` {
  @Test func `are headings and paragraphs of nothing but bold text and symbols`() throws {
    let items = try checklist(
      """
      # Release
      ## 2. Data
      - [ ] a

      A word.

      - [ ] a2

      **3. Secrets** ✓

      - [ ] b

      🔒 **Keys** — 🎉 (!)

      - [ ] c

      ## Other
      - [ ] d

      **Note** that this is prose

      - [ ] e
      """
    ).items
    #expect(
      items.map { $0.section.joined(separator: " / ") } == [
        "Release / 2. Data", "Release / 2. Data", "Release / 2. Data / 3. Secrets",
        "Release / 2. Data / Keys", "Release / Other", "Release / Other",
      ])
  }

  @Test func `number their items by the number that they begin with, or by their place`() throws {
    #expect(
      try labels("## 3. A\n- [ ] a\n### Inner\n- [ ] b\n### 3.2) C\n- [ ] c\n## Other\n- [ ] d\n")
        == ["3.1 a", "3.2 b", "3.2.1 c", "1 d"])
    #expect(
      try labels("# T\n## A\n- [ ] a\n- [ ] b\n## Empty\n## B\n- [ ] c\n") == [
        "1.1 a", "1.2 b", "2.1 c",
      ])
    #expect(try labels("# T\n- [ ] a\n- [ ] b\n") == ["1 a", "2 b"])
  }

  @Test func `without numbers beside numbered ones count their items through, apart`() throws {
    #expect(
      try labels(
        "## 1. A\n- [ ] a\n## 二、確認\n- [ ] b\n## 1-2. C\n- [ ] c\n## ⑥ D\n- [ ] d\n"
          + "## 第4章\n- [ ] e\n## F\n- [ ] f\n## G\n- [ ] g\n")
        == ["1.1 a", "2.1 b", "1-2.1 c", "6.1 d", "4.1 e", "1 f", "2 g"])
  }

  @Test(arguments: [
    ("3. A", "3.1"), ("3.1 A", "3.1.1"), ("第2章 確認", "2.1"), ("Phase 4: A", "4.1"),
    ("1단계 준비", "1.1"),
    ("🚀 5. A", "5.1"), ("６．確認", "6.1"), ("フェーズ 7：切替", "7.1"), ("제3장", "3.1"), ("(8) A", "8.1"),
    ("二、確認", "2.1"), ("十二．確認", "12.1"), ("第一部", "1.1"), ("第二十章", "20.1"), ("三）A", "3.1"),
    ("1-2. ハイフン", "1-2.1"), ("1－2． ハイフン", "1-2.1"), ("1-2 hours before", "1"),
    ("3.- Claves", "3.1"), ("⑥ 丸数字", "6.1"), ("⑿ A", "12.1"),
    ("Ⅱ. 확인", "2.1"),
    ("一般", "1"), ("十分な確認", "1"), ("一部のみ", "1"), ("一 覧", "1"), ("4-A", "1"), ("5- A", "1"),
    ("第 確認", "1"),
    ("2026-11-21 A", "1"), ("24h later", "1"), ("v1.2 A", "1"), ("Part", "1"),
  ])
  func `know leading numbers`(_ title: String, _ number: String) throws {
    #expect(try checklist("## \(title)\n- [ ] a\n").items.map(\.number) == [number])
  }

  @Test func `take stages from rules, the nearest heading first`() throws {
    let text = """
      ## 5. After
      - [ ] a
      ### 5.1 Inner
      - [ ] b
      <!-- deed: stage=before -->
      - [ ] c
      ## 🚀 50. Other
      - [ ] d
      ## リリース作業
      - [ ] e
      """
    let rules: [String: Stage] = ["5.": .after, "5.1": .during, "リリース": .during, "9.": .after]
    #expect(
      try checklist(text, rules: rules).items.map(\.stage)
        == [.after, .during, .before, .before, .during])
    #expect(try problems(text, rules: rules) == ["- unused-rule"])
  }

  @Test(arguments: [
    "After the release", "Post-deployment checks", "Post release", "Right after every deployment",
    "5. リリース後の確認", "デプロイ直後", "배포 후 점검", "릴리스 이후",
  ])
  func `that speak of after the release want a stage`(_ title: String) throws {
    #expect(try problems("## \(title)\n### Inner\n- [ ] a\n- [ ] b\n") == ["2 missing-stage"])
    #expect(try problems("## \(title)\n<!-- deed: stage=after -->\n### Inner\n- [ ] a\n").isEmpty)
    #expect(try problems("## \(title)\n- [ ] a <!-- deed: stage=before -->\n").isEmpty)
  }

  @Test(arguments: [
    "Before the release", "After lunch", "前準備", "배포 전", "Releases", "Thereafter: deployment",
  ])
  func `that do not, do not`(_ title: String) throws {
    #expect(try problems("## \(title)\n- [ ] a\n").isEmpty)
  }

  @Test func `that only look like ones are said`() throws {
    let text =
      "**Secrets** of the app\n\n- [ ] a\n\n**4. Keys** are old\n\n**Note:** b\n\n- [ ] c\n"
    #expect(try problems(text) == ["1 not-a-section", "5 not-a-section"])
    #expect(try problems("- [ ] a\n  b\n**3. Secrets** ✓\n- [ ] c\n") == ["3 not-a-section"])
  }
}
