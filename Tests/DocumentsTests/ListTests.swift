import Documents
import Release
import Testing

@Suite struct `Lists` {
  @Test func `give an item for each box, however it is written`() throws {
    let text = """
      # Release
      - [ ] dashes
      * [x] stars

      1. [ ] numbers
      2. [X] more numbers

      + [ ] pluses
      - plain
      """
    #expect(
      try labels(text) == ["1 dashes", "2 stars", "1 numbers", "2 more numbers", "5 pluses"])
  }

  @Test func `number nested items below the item around them`() throws {
    let text = """
      ## 2. Data
      - [ ] Back up
        - [ ] database
        - [ ] files
          1. [ ] uploads
      - Plain
        - [ ] inside
      """
    #expect(
      try labels(text) == [
        "2.1 Back up", "2.1.1 database", "2.1.2 files", "2.1.2.1 uploads", "2.2 inside",
      ])
  }

  @Test func `join the lines of an item and keep its code`() throws {
    let item = try #require(
      try checklist("- [ ] **Run** `a  | b`\n  and [read](x.md)\n  <env> <!-- aside --> on\n").items
        .first)
    #expect(item.text == "Run `a | b` and read <env> on")
  }

  @Test func `take what follows in an item for its procedure`() throws {
    let item = try #require(
      try checklist(
        """
        - [ ] Smoke

          See [the page](https://example.org)
          first.

          - one
            two
          - [ ] own item

          ```sh
          make a
          ```
        """
      ).items.first)
    #expect(
      item.procedure == "See [the page](https://example.org)\nfirst.\n- one\n  two\nmake a")
    #expect(item.command == nil)
  }

  @Test func `offer a command only where the procedure is one code span`() throws {
    let items = try checklist(
      """
      - [ ] a

        `make a`
      - [ ] b

        `make b` or so
      - [ ] c

        `make c`

        `make d`
      - [ ] run `make e`
      - [ ] f <!-- deed: command=`make f` run -->
      """
    ).items
    #expect(items.map(\.command) == ["make a", nil, nil, nil, "make f"])
    #expect(items.map(\.isRun) == [false, false, false, false, true])
  }

  @Test func `flag boxes without text`() throws {
    let text = "- [ ]\n- [ ] \n- [x]\n- [ ] <!-- deed: optional -->\n"
    let list = try checklist(text)
    #expect(list.items.map(\.flags) == [[.empty], [.empty], [.empty], [.empty]])
    #expect(try problems(text) == ["1 empty-item", "2 empty-item", "3 empty-item", "4 empty-item"])
  }

  @Test func `count blanks`() throws {
    let items = try checklist(
      "- [ ] Version: ____ of ________\n- [ ] snake_case __bold__ `a__b`\n- [ ] 日付：＿＿＿\n"
    ).items
    #expect(items.map(\.blanks) == [2, 0, 1])
  }

  @Test(arguments: [
    "［ ］ a", "［　］ a", "［x］ a", "[✓] a", "【 】 a", "〔 〕 a", "【✔】a", "［］a", "☑ a", "[  ] a",
  ])
  func `say what looks like a box and is none`(_ text: String) throws {
    #expect(try problems("- [ ] b\n- \(text)\n") == ["2 not-an-item"])
  }

  @Test(arguments: ["【確認】 a", "［注］ a", "[a] b", "[link](x) a", "〔参考〕", "[1] a", "［ a"])
  func `leave brackets with words in peace`(_ text: String) throws {
    #expect(try problems("- [ ] b\n- \(text)\n").isEmpty)
  }

  @Test func `say what looks like an item and is none`() throws {
    let text = """
      - [ ] good
      - [] no space
      - [ ]none either
      - ☐ a symbol

      -[ ] no list

      > - [ ] quoted
      > 1. [x] twice
      >
      > | # | Check |
      > |---|---|
      > | 1 | a |

      <details>
      - [ ] in a tag
      </details>
      """
    #expect(
      try problems(text) == [
        "2 not-an-item", "3 not-an-item", "4 not-an-item", "6 not-an-item", "8 quoted-item",
        "9 quoted-item", "11 quoted-item", "16 item-in-html",
      ])
    #expect(try labels(text) == ["1 good"])
  }

  @Test func `without boxes hold no items, which is said`() throws {
    #expect(try problems("# A\n\n- a\n- b\n\n1. c\n") == ["- no-items"])
    #expect(try problems("") == ["- no-items"])
  }
}
