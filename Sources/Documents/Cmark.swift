internal import Ccmark

/// A parsed document in cmark-gfm's memory; its blocks are copied out.
struct Cmark: ~Copyable {
  /// Blocks within blocks, beyond which nothing is read: neither the stack nor a reader follows.
  static let maximumDepth = 100

  let root: OpaquePointer?

  /// - Parameter isTable: Whether `|` makes tables.
  init(_ bytes: [UInt8], isTable: Bool = true) {
    Self.registered
    let parser = cmark_parser_new(0)
    defer { cmark_parser_free(parser) }
    for name in isTable ? ["table", "tasklist"] : [] {
      if let found = cmark_find_syntax_extension(name) {
        cmark_parser_attach_syntax_extension(parser, found)
      }
    }
    bytes.withUnsafeBytes { buffer in
      cmark_parser_feed(
        parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    root = cmark_parser_finish(parser)
  }

  deinit {
    if let root { cmark_node_free(root) }
  }

  // Registering is not safe on two threads at once; a static is.
  private static let registered: Void = cmark_gfm_core_extensions_ensure_registered()

  /// The document's blocks, and the first line below which they were nested too deep to be read.
  func blocks() -> (blocks: [Block], deepLine: Int?) {
    var deepLine: Int?
    let blocks = Self.children(of: root, depth: 1, deepLine: &deepLine)
    return (blocks, deepLine)
  }

  /// Where in a document of one line its code spans are, in bytes, without their backticks.
  func codeSpans() -> [Range<Int>] {
    var spans: [Range<Int>] = []
    Self.forEachInline(of: root) { node, isEntered in
      guard isEntered, Self.type(of: node) == "code" else { return }
      let start = Int(cmark_node_get_start_column(node)) - 1
      let end = Int(cmark_node_get_end_column(node))
      if start >= 0, start < end { spans.append(start..<end) }
    }
    return spans
  }

  private static func children(
    of node: OpaquePointer?, depth: Int, deepLine: inout Int?
  ) -> [Block] {
    var blocks: [Block] = []
    var child = cmark_node_first_child(node)
    while let current = child {
      blocks.append(block(current, depth: depth, deepLine: &deepLine))
      child = cmark_node_next(current)
    }
    return blocks
  }

  private static func block(
    _ node: OpaquePointer, depth: Int, deepLine: inout Int?
  ) -> Block {
    let line = Int(cmark_node_get_start_line(node))
    let kind = kind(of: node)
    switch kind {
    case .heading, .paragraph, .cell:
      return Block(kind: kind, line: line, literal: "", inlines: inlines(of: node), children: [])
    case .code, .html:
      return Block(kind: kind, line: line, literal: literal(of: node), inlines: [], children: [])
    default:
      if depth >= maximumDepth { deepLine = min(deepLine ?? line, line) }
      let inner =
        depth >= maximumDepth ? [] : children(of: node, depth: depth + 1, deepLine: &deepLine)
      return Block(kind: kind, line: line, literal: "", inlines: [], children: inner)
    }
  }

  private static func kind(of node: OpaquePointer) -> Block.Kind {
    switch type(of: node) {
    case "heading": .heading(level: Int(cmark_node_get_heading_level(node)))
    case "paragraph": .paragraph
    case "list":
      cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
        ? .list(first: Int(cmark_node_get_list_start(node))) : .list(first: nil)
    case "item": .entry(isTask: false)
    case "tasklist": .entry(isTask: true)
    case "block_quote": .quote
    case "code_block": .code
    case "html_block": .html
    case "table": .table
    case "table_header": .tableHeader
    case "table_row": .tableRow
    case "table_cell": .cell
    default: .other
    }
  }

  private static func inlines(of node: OpaquePointer) -> [Inline] {
    var result: [Inline] = []
    var strong = 0
    forEachInline(of: node) { inline, isEntered in
      let isStrong = strong > 0
      switch type(of: inline) {
      case "text": result.append(Inline(.text, literal(of: inline), isStrong: isStrong))
      case "code": result.append(Inline(.code, literal(of: inline), isStrong: isStrong))
      case "html_inline": result.append(Inline(.html, literal(of: inline), isStrong: isStrong))
      case "softbreak": result.append(Inline(.softBreak, isStrong: isStrong))
      case "linebreak": result.append(Inline(.hardBreak, isStrong: isStrong))
      case "strong": strong += isEntered ? 1 : -1
      case "link" where isEntered: result.append(Inline(.linkStart, isStrong: isStrong))
      case "link":
        let target = cmark_node_get_url(inline).map { String(cString: $0) } ?? ""
        result.append(Inline(.linkEnd(target: target), isStrong: isStrong))
      default: break
      }
    }
    return result
  }

  /// Visits what is below a node without recursion, leaves once and others when entered and left.
  static func forEachInline(
    of node: OpaquePointer?, _ visit: (OpaquePointer, _ isEntered: Bool) -> Void
  ) {
    guard let node, let iterator = cmark_iter_new(node) else { return }
    defer { cmark_iter_free(iterator) }
    while true {
      let event = cmark_iter_next(iterator)
      guard event != CMARK_EVENT_DONE else { return }
      if let current = cmark_iter_get_node(iterator), current != node {
        visit(current, event == CMARK_EVENT_ENTER)
      }
    }
  }

  static func type(of node: OpaquePointer) -> String {
    cmark_node_get_type_string(node).map { String(cString: $0) } ?? ""
  }

  static func literal(of node: OpaquePointer) -> String {
    cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
  }
}
