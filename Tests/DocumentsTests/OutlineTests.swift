import Documents
import Testing

@Suite struct OutlineTests {
  private static let text = """
    ---
    title: 手順書
    ---
    # Runbook

    See [the check](#health-checks), ![a picture](docs/a%20b.png)
    and `[not this](x)`.

    ## Health checks

    <a id="own"></a>

    | No. | What |
    | --- | --- |
    | 1 | [one](a.md) |
    | 2 | [On-call engineer] |

    ## Empty

    <!-- nothing -->

    ## 5.1 障害時の連絡先（夜間）

    - call <service>
      at [two](b.md)

    **Afterwards**

    ## Health checks
    ## `deed log` & more_words
    """

  private func outline(_ text: String = text) throws -> DocumentOutline {
    try DocumentOutline(Array(text.utf8))
  }

  @Test func `sections have lines, ends, and are empty where nothing stands in them`() throws {
    let sections = try outline().sections
    #expect(
      sections.map { "\($0.line)-\($0.end ?? 0) \($0.level) \($0.title)\($0.isEmpty ? " -" : "")" }
        == [
          "4-0 1 Runbook", "9-18 2 Health checks", "18-22 2 Empty -",
          "22-29 2 5.1 障害時の連絡先（夜間）", "27-29 7 Afterwards -", "29-30 2 Health checks -",
          "30-0 2 `deed log` & more_words -",
        ])
  }

  @Test func `links and images have the line on which they stand`() throws {
    #expect(
      try outline().links.map { "\($0.line) \($0.target)" } == [
        "6 #health-checks", "6 docs/a%20b.png", "15 a.md", "25 b.md",
      ])
  }

  @Test func `running text comes by lines, code as one sign`() throws {
    let lines = try outline().lines.map { "\($0.line) \($0.text)" }
    for line in ["7 and \u{fffc}.", "16 [On-call engineer]", "24 call <service>", "25 at two"] {
      #expect(lines.contains(line), "\(lines)")
    }
  }

  @Test func `anchors are those that GitHub gives`() throws {
    #expect(
      try outline().anchors == [
        "runbook", "health-checks", "empty", "51-障害時の連絡先夜間", "health-checks-1",
        "deed-log--more_words", "own",
      ])
  }

  @Test(arguments: [
    ("# Ärger & Größe", "ärger--größe"), ("# 1.2 *What* [is](x) it?", "12-what-is-it"),
    ("# 롤백 절차", "롤백-절차"), ("# a-b_c", "a-b_c"), ("# 🚀 Go", "-go"), ("# प्रक्रिया", "प्रक्रिया"),
  ])
  func `an anchor keeps letters of any script`(heading: String, anchor: String) throws {
    #expect(try outline(heading).anchors == [anchor])
  }

  @Test func `what is no text is refused`() {
    #expect(throws: DocumentError.notUTF8(line: 1)) { try DocumentOutline([0x61, 0x62, 0xff]) }
  }
}
