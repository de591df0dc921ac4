extension JSON {
  /// Why bytes are no canonical JSON; `description` completes "not a record: ".
  package enum ParseError: Error, Hashable, CustomStringConvertible {
    case unexpected(offset: Int)
    case tooDeep
    case notUTF8
    case nameNotASCII
    case notCanonical

    package var description: String {
      switch self {
      case .unexpected(let offset): "not JSON at byte \(offset)"
      case .tooDeep: "more than \(JSON.maximumDepth) levels deep"
      case .notUTF8: "a text that is not UTF-8"
      case .nameNotASCII: "a member name that is not ASCII"
      case .notCanonical: "not in canonical form (RFC 8785)"
      }
    }
  }

  /// The value that `bytes` write canonically.
  ///
  /// What the writer would not give back byte for byte is refused: that one rule keeps out
  /// duplicate members, fractions, byte order marks, spare space and every other parser's quirk.
  package init(canonical bytes: [UInt8]) throws(ParseError) {
    var parser = JSONParser(bytes: bytes)
    let value = try parser.document()
    guard value.canonical == bytes else { throw .notCanonical }
    self = value
  }
}

/// Reads JSON without any white space; `JSON.init(canonical:)` checks the rest by writing it back.
private struct JSONParser {
  let bytes: [UInt8]
  var offset = 0
  var depth = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func document() throws(JSON.ParseError) -> JSON {
    let value = try value()
    guard offset == bytes.count else { throw .unexpected(offset: offset) }
    return value
  }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(JSON.ParseError) {
    guard skip(character) else { throw .unexpected(offset: offset) }
  }

  private mutating func value() throws(JSON.ParseError) -> JSON {
    switch next {
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try literal("true", .bool(true))
    case UInt8(ascii: "f"): return try literal("false", .bool(false))
    default: return .integer(try integer())
    }
  }

  private mutating func literal(_ text: StaticString, _ value: JSON) throws(JSON.ParseError) -> JSON
  {
    for byte in "\(text)".utf8 { try expect(Unicode.Scalar(byte)) }
    return value
  }

  private mutating func descend() throws(JSON.ParseError) {
    depth += 1
    guard depth <= JSON.maximumDepth else { throw .tooDeep }
  }

  private mutating func object() throws(JSON.ParseError) -> [String: JSON] {
    try descend()
    try expect("{")
    var members: [String: JSON] = [:]
    if !skip("}") {
      repeat {
        let name = try string()
        guard name.utf8.allSatisfy({ $0 < 0x80 }) else { throw .nameNotASCII }
        try expect(":")
        members[name] = try value()
      } while skip(",")
      try expect("}")
    }
    depth -= 1
    return members
  }

  private mutating func array() throws(JSON.ParseError) -> [JSON] {
    try descend()
    try expect("[")
    var elements: [JSON] = []
    if !skip("]") {
      repeat { elements.append(try value()) } while skip(",")
      try expect("]")
    }
    depth -= 1
    return elements
  }

  private mutating func integer() throws(JSON.ParseError) -> Int {
    let start = offset
    _ = skip("-")
    while let digit = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) { offset += 1 }
    guard let number = Int(String(decoding: bytes[start..<offset], as: UTF8.self)),
      number.magnitude < UInt(JSON.integerLimit)
    else { throw .unexpected(offset: start) }
    return number
  }

  private mutating func string() throws(JSON.ParseError) -> String {
    try expect("\"")
    var content: [UInt8] = []
    while let byte = next {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: content, as: UTF8.self) else { throw .notUTF8 }
        return text
      case UInt8(ascii: "\\"): content.append(try escape())
      default: content.append(byte)
      }
    }
    throw .unexpected(offset: offset)
  }

  /// Only the escapes that the canonical form uses; all others are refused as not canonical.
  private mutating func escape() throws(JSON.ParseError) -> UInt8 {
    guard let byte = next else { throw .unexpected(offset: offset) }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return byte
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "n"): return 0x0a
    case UInt8(ascii: "f"): return 0x0c
    case UInt8(ascii: "r"): return 0x0d
    case UInt8(ascii: "u"):
      let digits = bytes[offset...].prefix(4)
      guard digits.count == 4, digits.starts(with: "00".utf8),
        let decoded = Hexadecimal.decode(digits.dropFirst(2)), let value = decoded.first,
        value < 0x20
      else { throw .notCanonical }
      offset += 4
      return value
    default: throw .notCanonical
    }
  }
}
