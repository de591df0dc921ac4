import TOMLKit

/// A value of the file and its place in it.
struct Node {
  indirect enum Content {
    case text(String)
    case number(Int)
    case flag(Bool)
    case list([Node])
    /// In the file's order.
    case table([(key: String, node: Node)])
    /// Something that no key of ours takes, by name.
    case other(String)
  }

  /// As one writes it: `environments.staging.soak`.
  let name: String
  /// Its last part: `soak`.
  let key: String
  let line: Int?
  let content: Content

  /// What it is, for a message.
  var kind: String {
    switch content {
    case .text: "a text"
    case .number: "a number"
    case .flag(let value): value ? "true" : "false"
    case .list: "a list"
    case .table: "a table"
    case .other(let kind): kind
    }
  }
}

extension Node {
  /// The root table of a parsed text.
  init(root: TOMLTable, locator: KeyLocator) {
    self.init(TOMLValue(root), path: [], name: "", key: "", locator: locator)
  }

  private init(
    _ value: TOMLValue, path: [Step], name: String, key: String, locator: KeyLocator
  ) {
    self.name = name
    self.key = key
    line = locator.places[path]?.line
    content = Self.content(value, path: path, name: name, key: key, locator: locator)
  }

  private static func content(
    _ value: TOMLValue, path: [Step], name: String, key: String, locator: KeyLocator
  ) -> Content {
    // Deeper than any key of ours, and deep enough for a hostile file to exhaust the stack.
    guard path.count < KeyLocator.depth else { return .other("a value nested too deep") }
    switch value.type {
    case .string: return value.string.map(Content.text) ?? .other("an unreadable text")
    case .int: return value.int.map(Content.number) ?? .other("an unreadable number")
    case .bool: return value.bool.map(Content.flag) ?? .other("an unreadable value")
    case .array: return .list(list(value, path: path, name: name, key: key, locator: locator))
    case .table: return .table(table(value, path: path, name: name, locator: locator))
    case .double: return .other("a decimal number")
    case .date: return .other("a date")
    case .time: return .other("a time")
    case .dateTime: return .other("a date and time")
    }
  }

  private static func list(
    _ value: TOMLValue, path: [Step], name: String, key: String, locator: KeyLocator
  ) -> [Node] {
    guard let array = value.array else { return [] }
    return array.enumerated().map { index, element in
      Node(
        element.tomlValue, path: path + [.index(index)], name: name, key: key, locator: locator)
    }
  }

  private static func table(
    _ value: TOMLValue, path: [Step], name: String, locator: KeyLocator
  ) -> [(key: String, node: Node)] {
    guard let table = value.table else { return [] }
    // The parser keeps keys sorted; the file's own order is what its author meant.
    func order(_ key: String) -> Int {
      locator.places[path + [.key(Array(key.utf8))]]?.order ?? .max
    }
    let keys = table.keys.enumerated().sorted { left, right in
      (order(left.element), left.offset) < (order(right.element), right.offset)
    }
    return keys.compactMap { _, key in
      table[key].map { value in
        let name = name.isEmpty ? key.asKey : "\(name).\(key.asKey)"
        let path = path + [.key(Array(key.utf8))]
        let node = Node(
          value.tomlValue, path: path, name: name, key: key.asKey, locator: locator)
        return (key, node)
      }
    }
  }
}

extension String {
  /// As a TOML key: in quotes unless it is a bare one.
  var asKey: String {
    let isBare = !isEmpty && utf8.allSatisfy(\.isBareKey)
    return isBare ? self : "\"\(self)\""
  }
}

extension UInt8 {
  /// Whether it may stand in a TOML key without quotes.
  var isBareKey: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
