import FoundationEssentials

extension Output {
  /// A value as JSON: members sorted, so that the same value gives the same bytes.
  static func json(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  func print(json value: some Encodable) throws {
    write(try Self.json(value))
  }
}
