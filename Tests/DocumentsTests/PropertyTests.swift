import Documents
import Release
import Testing

@Suite struct `Checklists of any document` {
  private static let pieces = [
    "- [ ] ", "- [x] ", "* [ ]\n", "1. [ ] a\n", "  ", "    ", "\n", "\n\n", "\r\n", "\r", "|",
    "| # | Check |\n|---|---|\n",
    "| 1 | a |\n", "`", "``", "# ", "## 3. ", "**b**", "**b** c\n", "> ", "<!-- deed: ", "id=x ",
    "stage=after ",
    "-->", "-->\n", "steps ", "ignore ", "items ", "run ", "\"", "<br>", "<details>\n", "```\n",
    "---\n", "+++\n",
    "確認", "か\u{3099}", "배포 후", "🚀", "\u{0}", "\u{feff}", "____", "[a](b)", "![a](b)", "\\", "\\|",
    "&amp;", "a",
    "==\n", "\t", "[r]: x\n", "<x>", "\u{200d}", "\u{1b}[0m", "*", "_",
  ]

  @Test(arguments: 0..<400)
  func `are made without a crash, and twice the same`(_ seed: Int) throws {
    var generator = SeededGenerator(state: UInt64(seed))
    let text = (0..<Int.random(in: 1...120, using: &generator)).map { _ in
      Self.pieces.randomElement(using: &generator) ?? ""
    }.joined()
    let list = try checklist(text)
    #expect(try checklist(text) == list)
    let unmarked = list.items.filter { $0.explicitID == nil }
    #expect(Set(unmarked.map(\.id)).count == unmarked.count)
    #expect(list.items.allSatisfy { $0.line >= 1 && !$0.number.isEmpty })
    #expect(!list.items.contains { $0.flags.contains(.splitCell) && $0.command != nil })
    for item in list.items { _ = ItemSearch(item.number, in: list.items) }
  }

  @Test(arguments: 0..<200)
  func `are refused or made of any bytes`(_ seed: Int) {
    var generator = SeededGenerator(state: UInt64(seed))
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 1...60, using: &generator) {
      if Int.random(in: 0..<20, using: &generator) == 0 {
        bytes.append(UInt8.random(in: 0...255, using: &generator))
      } else {
        bytes += Array((Self.pieces.randomElement(using: &generator) ?? "").utf8)
      }
    }
    do throws(DocumentError) {
      _ = try MarkdownDocument.parse(bytes, name: "a", path: "a.md")
    } catch {
      #expect(String(validating: bytes, as: UTF8.self) == nil)
    }
  }

  /// A document of sections that hold equal items among others.
  private static func document(_ seed: Int) -> [String] {
    var generator = SeededGenerator(state: UInt64(seed))
    let items = ["Done", "完了", "확인", "Run `a`", "Version: ____"]
    return (1...Int.random(in: 2...6, using: &generator)).map { section in
      let heading = "## \(section). Part\n"
      let lines = (0...Int.random(in: 1...8, using: &generator)).map { row in
        let text = items.randomElement(using: &generator) ?? ""
        return "- [ ] \(text)\n"
      }
      guard Bool.random(using: &generator) else { return heading + lines.joined() }
      let rows = lines.enumerated().map { "| \($0 + 1) | \($1.dropFirst(6).dropLast()) | [ ] |\n" }
      return heading + "| # | Check | Done |\n|---|---|---|\n" + rows.joined()
    }
  }

  @Test(arguments: 0..<100)
  func `keep their ids when boxes are ticked`(_ seed: Int) throws {
    let open = Self.document(seed).joined(separator: "\n")
    let ticked = open.replacing("[ ]", with: "[x]")
    #expect(try checklist(open).items.map(\.id) == checklist(ticked).items.map(\.id))
  }

  @Test(arguments: 0..<100)
  func `keep the ids of a section when another changes`(_ seed: Int) throws {
    var parts = Self.document(seed)
    let before = try checklist(parts.joined(separator: "\n")).items
    parts[0] += "\n- [ ] Done\n- [ ] 完了\n\nProse.\n"
    let after = try checklist(parts.joined(separator: "\n")).items
    let other: (ChecklistItem) -> Bool = { $0.section != ["1. Part"] }
    #expect(before.filter(other).map(\.id) == after.filter(other).map(\.id))
    #expect(Set(before.map(\.id)).isSubset(of: Set(after.map(\.id))))
  }
}
