/// Text into which no section in Markdown can be put.
package enum ForeignText: Hashable, Sendable {
  /// With the name of its encoding, as `iconv` knows it.
  case utf16(encoding: String)
  case binary
  /// In another language, by its name.
  case markup(String)

  /// What a file is, by its first bytes, its name and its headings; `nil` where it may be Markdown.
  package init?(_ bytes: [UInt8], name: String) {
    let start = bytes.prefix(2)
    if start.elementsEqual([0xFF, 0xFE]) || start.elementsEqual([0xFE, 0xFF]) {
      self = .utf16(encoding: "UTF-16")
    } else if bytes.contains(0) {
      let isWide = start.count == 2 && (start[0] == 0) != (start[1] == 0)
      self = isWide ? .utf16(encoding: start[0] == 0 ? "UTF-16BE" : "UTF-16LE") : .binary
    } else if let language = Self.language(bytes, name: name) {
      self = .markup(language)
    } else {
      return nil
    }
  }

  private static func language(_ bytes: [UInt8], name: String) -> String? {
    let ends = [("adoc", "AsciiDoc"), ("asciidoc", "AsciiDoc"), ("rst", "reStructuredText")]
    if let end = ends.first(where: { name.lowercased().hasSuffix("." + $0.0) }) { return end.1 }
    let lines = bytes.split(separator: .lineFeed).filter { !$0.isBlank }
    if let first = lines.first, first.firstRange(ofASCII: "; urgency=") != nil,
      first.firstRange(ofASCII: ") ") != nil
    {
      return "a changelog of Debian"
    }
    guard !lines.contains(where: { $0.first == UInt8(ascii: "#") }) else { return nil }
    let hasHeading = lines.contains { line in
      line.starts(withASCII: "== ") && !line.dropFirst(3).isBlank
    }
    return hasHeading ? "AsciiDoc" : nil
  }
}
