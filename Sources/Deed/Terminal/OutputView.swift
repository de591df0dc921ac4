/// A command's output on its way to a terminal: whole lines, marked as not deed's own, with nothing in
/// them that a terminal would obey.
struct OutputView {
  /// A line is shown in pieces of this many bytes, where it has no end.
  private static let longest = 4096

  private let output: Output
  private let margin: String
  private var line: [UInt8] = []

  init(_ output: Output, margin: String) {
    self.output = output
    self.margin = margin
  }

  mutating func show(_ bytes: [UInt8]) {
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        flush()
      } else {
        line.append(byte)
        if line.count >= Self.longest { flush() }
      }
    }
  }

  /// Shows what has no line feed yet.
  mutating func finish() {
    if !line.isEmpty { flush() }
  }

  private mutating func flush() {
    // Progress bars write over their line again and again: the last state is enough.
    let states = line.split(separator: UInt8(ascii: "\r"))
    let text = String(decoding: states.last ?? [], as: UTF8.self)
    output.print(margin + text.replacing("\t", with: "    ").safe)
    line = []
  }
}
