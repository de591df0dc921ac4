import FoundationEssentials

extension Output {
  /// A value as JSON: members sorted, so that the same value gives the same bytes.
  ///
  /// What could deceive whoever reads it on a terminal is escaped.
  static func json(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    var shown = ""
    for scalar in text.unicodeScalars {
      if scalar.isUnsafeToShow, scalar != "\n" {
        for unit in String(scalar).utf16 {
          shown += "\\u" + String(0x1_0000 + Int(unit), radix: 16).dropFirst()
        }
      } else {
        shown.unicodeScalars.append(scalar)
      }
    }
    return Array(shown.utf8) + [UInt8(ascii: "\n")]
  }

  func print(json value: some Encodable) throws {
    write(try Self.json(value))
  }
}
