internal import Release

/// A table whose rows are items.
struct CheckTable {
  private enum Column {
    case number
    case text
    case procedure
    case remark
    /// Ticked or filled in on paper.
    case mark
    /// Anything else; its header and cell become part of the remark.
    case other(header: String)
  }

  private let columns: [Column]

  /// What a row says.
  struct Row {
    var number: String?
    var text = ""
    var procedure: String?
    var command: String?
    var remark: String?
  }

  /// - Parameter isForced: Whether an annotation says that the rows are items.
  /// - Returns: `nil` for a table of anything but checks.
  init?(_ table: Block, isForced: Bool) {
    guard let header = table.children.first(where: { $0.kind == .tableHeader }) else { return nil }
    let names = header.children.map { HeaderNames.key($0.inlines.line) }
    let rows = table.children.filter { $0.kind == .tableRow }
    let cells = names.indices.map { column in
      rows.map { row in column < row.children.count ? row.children[column].inlines.line : "" }
    }
    let marks = names.indices.filter { column in
      HeaderNames.mark.contains(names[column])
        || cells[column].allSatisfy(TickMark.isMark) && !Self.isWord(names[column])
    }
    let number = names.indices.first { column in
      // The "No" of "Yes" and "No" numbers nothing.
      HeaderNames.number.contains(names[column]) && (names[column] != "no" || column == 0)
    }
    let isOfChecks =
      isForced || number != nil || cells.joined().contains(where: TickMark.boxes.contains)
      || names.indices.contains { HeaderNames.check.contains(names[$0]) && !marks.contains($0) }
    let free = names.indices.filter { $0 != number && !marks.contains($0) }
    let text =
      free.first { HeaderNames.check.contains(names[$0]) }
      ?? free.first { HeaderNames.item.contains(names[$0]) }
      ?? free.first {
        names[$0] != "id" && !HeaderNames.procedure.contains(names[$0])
          && !HeaderNames.remark.contains(names[$0])
      }
      // Nothing but empty cells below it: items without text, which is to be said.
      ?? names.indices.first { HeaderNames.check.contains(names[$0]) }
    guard isOfChecks, let text else { return nil }
    columns = names.indices.map { column in
      switch names[column] {
      case _ where column == number: .number
      case _ where column == text: .text
      case _ where marks.contains(column): .mark
      case "id" where number == nil && column < text: .number
      case let name where HeaderNames.procedure.contains(name): .procedure
      case let name where HeaderNames.remark.contains(name): .remark
      default: .other(header: header.children[column].inlines.line)
      }
    }
  }

  var width: Int { columns.count }

  /// Whether a header stands for what its cells say even where all of them are empty or ticks.
  private static func isWord(_ name: String) -> Bool {
    HeaderNames.number.contains(name) || HeaderNames.item.contains(name)
      || HeaderNames.procedure.contains(name) || HeaderNames.remark.contains(name)
  }

  func row(_ cells: [Block]) -> Row {
    var row = Row()
    var procedures: [Block] = []
    var remarks: [String] = []
    for (column, cell) in zip(columns, cells) {
      switch column {
      case .number: row.number = Self.number(cell.inlines.line)
      case .text: row.text = cell.inlines.line
      case .procedure: procedures.append(cell)
      case .remark: remarks.append(cell.inlines.lines)
      case .mark: continue
      case .other(let header):
        let value = cell.inlines.lines
        if !TickMark.isMark(value) {
          remarks.append(header.isEmpty ? value : "\(header): \(value)")
        }
      }
    }
    let commands = procedures.compactMap(\.inlines.onlyCode)
    row.command = commands.count == 1 ? commands[0] : nil
    row.procedure = Self.joined(procedures.map(\.inlines.lines))
    row.remark = Self.joined(remarks)
    return row
  }

  private static func joined(_ texts: [String]) -> String? {
    let present = texts.filter { !$0.isEmpty }
    return present.isEmpty ? nil : present.joined(separator: "\n")
  }

  /// `3` of "3.", "３" or "(3)"; anything else as it stands.
  private static func number(_ text: String) -> String? {
    let folded = TextForm.folded(text)
    let core = folded.drop { "(（".contains($0) }.prefix { !")）".contains($0) }
    let digits = core.hasSuffix(".") ? core.dropLast() : core
    if !digits.isEmpty, digits.allSatisfy({ $0.isASCIIDigit || $0 == "." }) {
      return String(digits)
    }
    return text.isEmpty ? nil : text
  }
}

/// A table row as its author meant it: cmark-gfm, like GitHub, ends a cell at every `|` that has no
/// backslash, even within code.
enum TableRow {
  /// The row's cells with such code whole; `nil` where no code was torn.
  static func mended(_ line: String, width: Int) -> [Block]? {
    let bytes = Array(line.utf8.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") })
    let pipe = UInt8(ascii: "|")
    guard bytes.contains(UInt8(ascii: "`")), bytes.contains(pipe) else { return nil }
    var torn: Set<Int> = []
    for span in Cmark(bytes, isTable: false).codeSpans() where span.upperBound <= bytes.count {
      torn.formUnion(span.filter { bytes[$0] == pipe && !isEscaped($0, in: bytes) })
    }
    guard !torn.isEmpty else { return nil }
    var mended: [UInt8] = []
    for (offset, byte) in bytes.enumerated() {
      if torn.contains(offset) { mended.append(UInt8(ascii: "\\")) }
      mended.append(byte)
    }
    let header =
      String(repeating: "|a", count: width) + "|\n" + String(repeating: "|-", count: width)
    let table = Cmark(Array("\(header)|\n".utf8) + mended).blocks().blocks.first
    return table?.children.first { $0.kind == .tableRow }?.children
  }

  /// How many cells a line has by GFM's rule.
  static func cells(in line: String) -> Int {
    let bytes = Array(TextForm.collapsed(line).utf8)
    let pipes = bytes.indices.filter { bytes[$0] == UInt8(ascii: "|") && !isEscaped($0, in: bytes) }
    let isOpen = pipes.first == 0
    let isClosed = pipes.last == bytes.count - 1 && pipes.count > 1
    return pipes.count + 1 - (isOpen ? 1 : 0) - (isClosed ? 1 : 0)
  }

  private static func isEscaped(_ offset: Int, in bytes: [UInt8]) -> Bool {
    offset > 0 && bytes[offset - 1] == UInt8(ascii: "\\")
  }
}
