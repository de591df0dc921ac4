import Release
import Testing

@Suite struct `Canonical JSON` {
  private struct Vectors: Decodable {
    struct Written: Decodable {
      let name: String
      let value: AnyValue
      let text: String
    }

    struct Refused: Decodable {
      let name: String
      let reason: String
      let given: Given

      private enum Key: String, CodingKey {
        case name
        case reason
      }

      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        name = try container.decode(String.self, forKey: .name)
        reason = try container.decode(String.self, forKey: .reason)
        given = try Given(from: decoder)
      }
    }

    let written: [Written]
    let refused: [Refused]
  }

  @Test func `is written as the vectors have it, and read back`() throws {
    for vector in try vectors("canonical", as: Vectors.self).written {
      #expect(vector.value.value.canonical == Array(vector.text.utf8), "\(vector.name)")
      #expect(
        try JSON(canonical: Array(vector.text.utf8)).canonical == Array(vector.text.utf8),
        "\(vector.name)")
    }
  }

  @Test func `refuses what the vectors refuse, for the same reason`() throws {
    for vector in try vectors("canonical", as: Vectors.self).refused {
      #expect(reason(for: vector.given.bytes) == vector.reason, "\(vector.name)")
    }
  }

  @Test func `survives any nesting`() {
    for opening in ["[", #"{"a":"#] {
      #expect(reason(for: Array(String(repeating: opening, count: 100_000).utf8)) == "depth")
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `read from random bytes is what those bytes write`(_ seed: UInt64) {
    var numbers = SeededNumbers(state: seed)
    let likely = Array(#"{}[]",:\u00-0123456789eEtrufalsn. "#.utf8) + [0, 0x1f, 0x7f, 0xc3, 0xff]
    for _ in 0..<500 {
      let bytes = (0..<Int.random(in: 0...24, using: &numbers)).compactMap { _ in
        likely.randomElement(using: &numbers)
      }
      if let value = try? JSON(canonical: bytes) { #expect(value.canonical == bytes) }
    }
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `read from a damaged record is what those bytes write`(_ seed: UInt64) throws {
    var numbers = SeededNumbers(state: seed)
    let line = try Sample.signoff(.approve, comment: "a\"b\\\n承認 \u{7f}").line
    for _ in 0..<200 {
      var bytes = line
      for _ in 0..<Int.random(in: 1...3, using: &numbers) {
        let place = Int.random(in: bytes.indices, using: &numbers)
        switch Int.random(in: 0..<4, using: &numbers) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &numbers), at: place)
        case 2: bytes.swapAt(place, Int.random(in: bytes.indices, using: &numbers))
        default: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
        }
      }
      if let value = try? JSON(canonical: bytes) { #expect(value.canonical == bytes) }
      if case .record(let record) = LedgerLine(parsing: bytes) { #expect(record.line == bytes) }
    }
  }

  private func reason(for bytes: [UInt8]) -> String? {
    do throws(JSON.ParseError) {
      _ = try JSON(canonical: bytes)
      return nil
    } catch {
      return switch error {
      case .unexpected, .notCanonical: "form"
      case .tooDeep: "depth"
      case .notUTF8: "utf8"
      case .nameNotASCII: "name"
      }
    }
  }
}
