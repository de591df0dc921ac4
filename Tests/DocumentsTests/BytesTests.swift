import Documents
import Foundation
import Release
import Testing

@Suite struct `A document's bytes` {
  private static let text = """
    ---
    title: "- [ ] not an item"
    ---
    # T

    - [ ] a
      b
    - [ ] c

      `make c`
      twice

    | # | Check |
    |---|---|
    | 1 | d |

    """

  private func parse(_ bytes: [UInt8]) throws -> Checklist {
    try MarkdownDocument.parse(bytes, name: "production", path: "docs/production.md")
  }

  @Test func `give the same items whatever their line ends and byte order mark`() throws {
    let plain = try parse(Array(Self.text.utf8))
    #expect(plain.items.map(\.line) == [6, 8, 15])
    #expect(plain.items.map(\.text) == ["a b", "c", "d"])
    for ending in ["\r\n", "\r"] {
      let other = Self.text.replacing("\n", with: ending)
      #expect(try parse(Array(other.utf8)) == plain)
      #expect(try parse([0xef, 0xbb, 0xbf] + Array(other.utf8)) == plain)
    }
  }

  @Test func `give the same items in either Unicode form`() throws {
    let composed = "# デバッグ\n- [ ] がぎぐ café 한글\n- [ ] x <!-- deed: id=é -->\n"
    let decomposed = composed.decomposedStringWithCanonicalMapping
    #expect(composed.utf8.count != decomposed.utf8.count)
    #expect(try checklist(composed).items.map(\.id) == checklist(decomposed).items.map(\.id))
  }

  @Test func `may begin with a rule that is no front matter`() throws {
    #expect(try labels("---\n\n# T\n- [ ] a\n\n---\n- [ ] b\n") == ["1 a", "2 b"])
    #expect(try labels("---\n- [ ] a\n---\n") == ["1 a"])
    #expect(try labels("---\nkey: never closed\n\n- [ ] a\n") == ["1 a"])
    #expect(try labels("+++\nx = 1\n+++\n- [ ] a\n") == ["1 a"])
  }

  @Test func `must be UTF-8`() {
    #expect(throws: DocumentError.notUTF8(line: 1)) {
      try parse([0x2d, 0x20, 0x5b, 0x20, 0xff, 0x5d])
    }
    #expect(throws: DocumentError.notUTF8(line: 3)) {
      try parse([0x61, 0x0d, 0x0a, 0x0a, 0x62, 0xe3, 0x81])
    }
    #expect(throws: DocumentError.notUTF8(line: 4)) {
      try parse([0x61, 0x0d, 0x0d, 0x0d, 0x0a, 0xff])
    }
    #expect(throws: DocumentError.notUTF8(line: 1)) {
      try parse([0xff, 0xfe, 0x2d, 0x00])
    }
  }

  @Test func `may not be more than 10 MiB`() {
    let size = 10 * 1_048_576 + 1
    #expect(throws: DocumentError.tooLarge(size: size, limit: size - 1)) {
      try parse([UInt8](repeating: 0x61, count: size))
    }
  }

  @Test(arguments: [
    String(repeating: "![[]()", count: 100_000), String(repeating: "a\n", count: 200_000) + "|-\n",
    String(repeating: "|x", count: 20_000) + "\n" + String(repeating: "|-", count: 20_000) + "\n"
      + String(repeating: "x\n", count: 20_000),
  ])
  func `may not be what the parser needs minutes for`(_ text: String) {
    #expect(throws: DocumentError.self) { try checklist(text) }
  }

  @Test(arguments: [
    String(repeating: ">", count: 200_000), String(repeating: "> - ", count: 20_000),
    String(repeating: "*a _b ", count: 50_000), String(repeating: "- ", count: 50_000) + "[ ] x",
    (0..<1000).map { String(repeating: "  ", count: $0) + "- [ ] a\n" }.joined(),
    String(repeating: "[", count: 24_000), String(repeating: "**a ", count: 50_000),
    String(repeating: "<!-- deed: id=x ", count: 20_000),
  ])
  func `may nest deeper than anything is read`(_ text: String) throws {
    _ = try checklist(text)
  }

  @Test func `nested too deep are said to be`() throws {
    let text = (0..<200).map { String(repeating: "  ", count: $0) + "- [ ] a\n" }.joined()
    let list = try checklist(text)
    let count = list.items.count
    #expect(count < 100)
    #expect(list.problems.contains { $0.code == .tooDeep })
  }

  @Test func `may hold 10,000 items`() throws {
    let text = (0..<100).map { section in
      "## \(section). 区分\n\n| # | 確認項目 | 方法 |\n|---|---|---|\n"
        + (0..<50).map { "| \($0) | 項目 \($0) を確認する | `make check-\($0)` |\n" }.joined()
        + "\n" + (0..<50).map { "- [ ] Item \($0) of [section](x.md) `code`\n" }.joined()
    }.joined()
    #expect(try checklist(text).items.count == 10_000)
  }
}
