import Foundation
import Release

/// One of the files in `vectors`, decoded.
func vectors<Content: Decodable>(_ name: String, as type: Content.Type = Content.self) throws
  -> Content
{
  let folder = Bundle.module.bundleURL.appending(path: "vectors")
  let data = try Data(contentsOf: folder.appending(path: name + ".json"))
  return try JSONDecoder().decode(type, from: data)
}

/// Bytes that a vector gives, as a text or in hexadecimal.
struct Given: Decodable {
  let bytes: [UInt8]

  private enum Key: String, CodingKey {
    case hex
    case line
    case text
    case fill
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    if let hex = try container.decodeIfPresent(String.self, forKey: .hex) {
      bytes = Hexadecimal.decode(hex.utf8) ?? []
      return
    }
    let line = try container.decodeIfPresent(String.self, forKey: .line)
    let text = Array(try (line ?? container.decode(String.self, forKey: .text)).utf8)
    let fill = try container.decodeIfPresent(Int.self, forKey: .fill)
    bytes = text.flatMap { byte in
      guard let fill, byte == UInt8(ascii: "*") else { return [byte] }
      return [UInt8](repeating: UInt8(ascii: "x"), count: fill)
    }
  }
}

/// Any JSON value, as Foundation reads it.
struct AnyValue: Decodable {
  let value: JSON

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Key.self) {
      var members: [String: JSON] = [:]
      for key in container.allKeys {
        members[key.stringValue] = try container.decode(AnyValue.self, forKey: key).value
      }
      value = .object(members)
    } else if let elements = try? decoder.singleValueContainer().decode([AnyValue].self) {
      value = .array(elements.map(\.value))
    } else if let flag = try? decoder.singleValueContainer().decode(Bool.self) {
      value = .bool(flag)
    } else if let number = try? decoder.singleValueContainer().decode(Int.self) {
      value = .integer(number)
    } else {
      value = .string(try decoder.singleValueContainer().decode(String.self))
    }
  }
}

/// SplitMix64: the same seed makes the same records everywhere.
struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
