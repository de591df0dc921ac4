import Release
import Testing

@Suite struct `Text for a section in Markdown` {
  @Test(
    arguments: [
      ([0xFF, 0xFE, 0x23, 0], .utf16(encoding: "UTF-16")),
      ([0xFE, 0xFF, 0, 0x23], .utf16(encoding: "UTF-16")),
      ([0x23, 0, 0x20, 0], .utf16(encoding: "UTF-16LE")),
      ([0, 0x23, 0, 0x20], .utf16(encoding: "UTF-16BE")),
      (Array("PNG\0\u{1}".utf8), .binary),
      (Array("= Changes\n\n== 1.0.0\n\n* x\n".utf8), .markup("AsciiDoc")),
      (
        Array("\ndeed (1.0-1) unstable; urgency=low\n\n  * x\n".utf8),
        .markup("a changelog of Debian")
      ),
    ] as [([UInt8], ForeignText)])
  func `is not any other`(_ bytes: [UInt8], _ text: ForeignText) {
    #expect(ForeignText(bytes, name: "CHANGELOG.md") == text)
  }

  @Test(arguments: [
    "", "\u{FEFF}# Changelog\n", "Changelog\n=========\n\n1.0.0\n-----\n", "# C\n\n== 1.0.0\n",
    "==\n== \n", "Changes\n\n変更\n",
  ])
  func `may be anything that people call Markdown`(_ text: String) {
    #expect(ForeignText(Array(text.utf8), name: "CHANGELOG") == nil)
  }

  @Test(arguments: [("docs/a.adoc", "AsciiDoc"), ("CHANGES.RST", "reStructuredText")])
  func `is called by its file's name`(_ name: String, _ language: String) {
    #expect(ForeignText([], name: name) == .markup(language))
  }
}
