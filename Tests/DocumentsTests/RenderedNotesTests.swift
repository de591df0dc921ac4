import Ccmark
import Documents
import Release
import Testing

/// What forges make of notes, whatever people and programs wrote in commits.
///
/// One after another: while it parses, cmark keeps the signs of a parser's extensions for all parsers of the
/// process.
@Suite(.serialized) struct `Release notes of hostile words` {
  private static let pieces = [
    "<b>", "</b>", "<img src=x>", "<!--", "-->", "<details open>", "<script>", "<a@b.c>",
    "<http://a.b>", "https://x.y/z", "http://a.b/c_d", "www.a.b/_c_", "](http://e.x)", "[x]", "![",
    "[", "]", "(", ")", "[^1]", "[r]: /u", "@user", "@a/b@c", "a@b.c", "`", "``", "*", "_", "~~",
    "\\", "&lt;", "&", ":", "|", "---", "#", ">", "- ", "1. ", "\"", "x", "é",
  ]

  private static func words(
    _ count: ClosedRange<Int>, using generator: inout SeededGenerator
  ) -> String {
    var words = ""
    for _ in 0..<Int.random(in: count, using: &generator) {
      words += pieces.randomElement(using: &generator) ?? ""
      if Int.random(in: 0..<4, using: &generator) == 0 { words += " " }
    }
    return words
  }

  private static func commits(_ seed: Int) -> [HistoryCommit] {
    var generator = SeededGenerator(state: UInt64(seed))
    return (10..<34).map { number in
      let scope = words(0...2, using: &generator)
      let starts = ["", "feat: ", "fix(\(scope)): ", "perf(\(scope))!: "]
      let start = starts.randomElement(using: &generator) ?? ""
      let title = start + words(1...8, using: &generator)
      let detail = words(1...8, using: &generator)
      let body = Bool.random(using: &generator) ? "\n\nBREAKING CHANGE: \(detail)" : ""
      let name = words(1...3, using: &generator)
      return HistoryCommit(
        id: ObjectID("\(number)" + String(repeating: "0", count: 38)) ?? .zero, parents: [],
        author: Person(name: name, email: "\(number)@example.org"), message: title + body)
    }
  }

  @Test(arguments: 0..<48)
  func `have no HTML, pictures or mentions, and no links but the addresses in them`(
    _ seed: Int
  ) throws {
    // A reader registers the extensions, which is not safe on two threads at once.
    _ = try checklist("a")
    let commits = Self.commits(seed)
    let notes = ReleaseNotes(
      release: "v1.1.0", previous: "v1.0.0", range: "v1.0.0..v1.1.0", commits: commits)
    let page = RenderedPage(notes.markdown())
    #expect(page.foreign.isEmpty, "\(page.foreign)")
    let mentions = page.texts.filter(\.hasMention)
    #expect(mentions.isEmpty, "\(mentions)")
    let written = commits.map { "\($0.author.name)\n\($0.message)\n" }.joined()
    #expect(!page.links.isEmpty)
    for link in page.links {
      #expect(["", "http://", "mailto:"].contains { $0 + link.text == link.target }, "\(link)")
      // Behind it may be marks that escape others, which forges take in.
      let address = link.text.prefix { $0.isASCII && ($0.isLetter || ":/._-@".contains($0)) }
      #expect(!address.isEmpty && written.contains(address), "\(link)")
    }
  }
}

/// A document as forges read it: with links where addresses stand.
private struct RenderedPage {
  /// HTML and pictures.
  private(set) var foreign: [String] = []
  private(set) var links: [(target: String, text: String)] = []
  /// Text that is neither code nor part of a link.
  private(set) var texts: [String] = []
  private var isLink = false

  init(_ document: String) {
    let parser = cmark_parser_new(0)
    defer { cmark_parser_free(parser) }
    for name in ["table", "strikethrough", "autolink", "tasklist"] {
      if let found = cmark_find_syntax_extension(name) {
        cmark_parser_attach_syntax_extension(parser, found)
      }
    }
    let bytes = Array(document.utf8)
    bytes.withUnsafeBytes { buffer in
      cmark_parser_feed(
        parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    guard let root = cmark_parser_finish(parser) else { return }
    defer { cmark_node_free(root) }
    guard let iterator = cmark_iter_new(root) else { return }
    defer { cmark_iter_free(iterator) }
    while true {
      let event = cmark_iter_next(iterator)
      guard event != CMARK_EVENT_DONE, let node = cmark_iter_get_node(iterator) else { return }
      visit(node, isEntered: event == CMARK_EVENT_ENTER)
    }
  }

  private mutating func visit(_ node: OpaquePointer, isEntered: Bool) {
    let type = cmark_node_get_type_string(node).map { String(cString: $0) } ?? ""
    let literal = cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
    switch type {
    case "html_inline", "html_block", "image": foreign.append("\(type) \(literal)")
    case "link":
      isLink = isEntered
      let target = cmark_node_get_url(node).map { String(cString: $0) } ?? ""
      if isEntered { links.append((target, "")) }
    case "text" where !isLink: texts.append(literal)
    case "text", "code":
      if isLink { links[links.count - 1].text += literal }
    default: break
    }
  }
}

extension String {
  /// Whether a forge would find somebody's name in it.
  fileprivate var hasMention: Bool {
    let scalars = Array(unicodeScalars)
    return scalars.indices.dropLast().contains { place in
      let next = scalars[place + 1]
      guard scalars[place] == "@", next.isASCII, next.isWord else { return false }
      return place == 0
        || !(scalars[place - 1].isWord
          || "`/.-\u{200B}".unicodeScalars.contains(scalars[place - 1]))
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isWord: Bool {
    self == "_" || properties.isAlphabetic || properties.numericType != nil
  }
}
