import FoundationEssentials

extension Output {
  /// Prints a value as JSON: members sorted, so that the same value gives the same bytes.
  func print(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    write(try encoder.encode(value))
    print("")
  }
}
