import Documents
import Release
import Testing

@Suite struct `Annotations` {
  @Test func `say what an item cannot`() throws {
    let items = try checklist(
      """
      - [ ] a <!-- deed: id=smoke-1 stage=during optional environment="staging" -->
      - [ ] b
        <!-- deed: stage='after' run command="make b" -->
        - [ ] inner
      - c <!-- deed: id=確認 -->

      | # | Check |
      |---|---|
      | 1 | d <!-- deed: id=row stage=after --> |
      | 2 | e <!-- deed: ignore --> |
      """
    ).items
    #expect(items.map(\.text) == ["a", "b", "inner", "c", "d"])
    #expect(items.map(\.explicitID) == ["smoke-1", nil, nil, "確認", "row"])
    #expect(items.map(\.stage) == [.during, .after, .after, .before, .after])
    #expect(items.map(\.environment) == ["staging", nil, nil, nil, nil])
    #expect(items.map(\.isOptional) == [true, false, false, false, false])
    #expect(items.map(\.isRun) == [false, true, false, false, false])
    #expect(items.map(\.command) == [nil, "make b", nil, nil, nil])
    #expect(items.map(\.id.short)[0] == "smoke-1")
  }

  @Test func `that contradict themselves are reported, and lower nothing`() throws {
    let read = try checklist(
      """
      - [ ] a <!-- deed: stage=after stage=before -->
      - [ ] b <!-- deed: stage=before stage=after stage=before -->
      - [ ] c <!-- deed: id=one id=two environment=x environment=y -->
      - [ ] d <!-- deed: ignore items -->
      - [ ] e <!-- deed: items ignore -->
      - [ ] f <!-- deed: stage=during stage=during -->
      - [ ] g <!-- deed: stage=after stage=befor -->
      """)
    #expect(read.items.map(\.text) == ["a", "b", "c", "d", "e", "f", "g"])
    #expect(
      read.items.map(\.stage)
        == [.before, .before, .before, .before, .before, .during, .before])
    #expect(read.items[2].explicitID == "two")
    #expect(read.items[2].applies(to: "z", of: ["x", "y", "z"]))
    let said = read.problems.filter { $0.code == .badAnnotation }
    #expect(said.map(\.line) == [1, 2, 3, 3, 4, 5, 7], "\(said)")
  }

  @Test func `that contradict each other at one place are as one that does`() throws {
    let read = try checklist(
      """
      - [ ] a <!-- deed: stage=before --> <!-- deed: stage=after -->
      - [ ] b <!-- deed: id=x items --> <!-- deed: ignore -->

      ## H <!-- deed: stage=before -->
      <!-- deed: stage=after -->

      - [ ] c

      | # | Check |
      |---|---|
      | 1 | d <!-- deed: environment=x --> <!-- deed: environment=y --> |

      ### Inner
      <!-- deed: stage=after -->

      - [ ] e
      """)
    #expect(read.items.map(\.text) == ["a", "b", "c", "d", "e"])
    #expect(read.items.map(\.stage) == [.before, .before, .before, .before, .after])
    #expect(read.items[3].applies(to: "z", of: ["x", "y", "z"]))
    #expect(read.problems.filter { $0.code == .badAnnotation }.map(\.line) == [1, 2, 5, 11])
  }

  @Test func `under a heading speak of its section, elsewhere of the next list or table`() throws {
    let items = try checklist(
      """
      <!-- deed: environment=staging -->
      # T
      ## A
      <!-- a word -->
      <!-- deed: stage=after -->
      - [ ] a
      ### Inner
      - [ ] b
      ## B
      - [ ] c

      <!-- deed: optional -->
      Some words.

      - [ ] d

      And more.

      - [ ] e
      """
    ).items
    #expect(items.map(\.stage) == [.after, .after, .before, .before, .before])
    #expect(items.map(\.isOptional) == [false, false, false, true, false])
    #expect(items.allSatisfy { $0.environment == "staging" })
  }

  @Test func `make items of steps and of any table, or of nothing`() throws {
    let text = """
      ## Roll back
      <!-- deed: steps -->
      1. Pause
         1. the workers
      2. Restore

         `make restore`
      - not a step

      ## Table
      <!-- deed: items -->

      | Item | Value |
      |---|---|
      | a | b |

      - plain

      ## History <!-- deed: ignore -->

      | # | Who |
      |---|---|
      | 1 | Kim |

      - [ ] no
      """
    let list = try checklist(text)
    #expect(list.items.map(\.text) == ["Pause", "Restore", "a", "plain"])
    #expect(list.items.map(\.command) == [nil, "make restore", nil, nil])
    #expect(list.items.map(\.procedure) == ["1. the workers", "`make restore`", nil, nil])
    #expect(list.items.map(\.remark) == [nil, nil, "Value: b", nil])
    #expect(list.problems.isEmpty)
  }

  @Test func `that say nothing known are problems of their line`() throws {
    let text = """
      # A
      - [ ] a <!-- deed: stag=after optionl -->
      - [ ] b
        <!-- deed: id="1" stage=later
             id="open -->
      - [ ] c <!-- deed id=c -->
      - [ ] d <!-- deed: run -->
      - [ ] e <!-- deed: id= -->
      - plain <!-- deed: optional -->

      Prose <!-- deed: steps -->

      <!-- deed: stage=after -->
      ## B
      <!-- deed: id=x -->
      - [ ] f
      """
    #expect(
      try problems(text) == [
        "2 unknown-annotation", "2 unknown-annotation", "4 bad-annotation", "4 bad-annotation",
        "4 bad-annotation", "6 bad-annotation", "7 run-without-command", "8 bad-annotation",
        "9 unused-annotation", "11 unused-annotation", "13 unused-annotation",
        "15 unused-annotation",
      ])
    #expect(try checklist(text).items.allSatisfy { $0.stage == .before })
  }

  @Test func `that give two items one id are flagged on both`() throws {
    let text =
      "- [ ] a <!-- deed: id=x -->\n- [ ] b <!-- deed: id=x -->\n- [ ] c <!-- deed: id=X -->\n"
    #expect(try checklist(text).items.map(\.flags) == [[.duplicateID], [.duplicateID], []])
    #expect(try problems(text) == ["1 duplicate-id", "2 duplicate-id"])
  }
}
