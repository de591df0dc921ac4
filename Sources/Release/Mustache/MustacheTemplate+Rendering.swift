extension MustacheTemplate {
  /// The template's text with the context filled in.
  ///
  /// `{{x}}` is written as `escape` has it, `{{{x}}}` and `{{&x}}` as it is. Nothing, `false`, an
  /// empty text and an empty list are no reason to show a section. In a list, `@first` and `@last`
  /// say where the element stands.
  ///
  /// - Parameter escape: Is told also in which column of its line a text begins.
  package func render(_ context: JSON, escape: (String, _ column: Int) -> String) -> [UInt8] {
    var output: [UInt8] = []
    Self.write(nodes, [Frame(value: context)], escape, to: &output)
    return output
  }

  private struct Frame {
    let value: JSON
    /// Of an element of a list.
    var isFirst: Bool?
    var isLast: Bool?

    func member(_ name: String) -> JSON? {
      switch name {
      case "@first": isFirst.map(JSON.bool)
      case "@last": isLast.map(JSON.bool)
      default: value.object?[name]
      }
    }
  }

  private static func write(
    _ nodes: [Node], _ stack: [Frame], _ escape: (String, _ column: Int) -> String,
    to output: inout [UInt8]
  ) {
    for node in nodes {
      switch node {
      case .text(let bytes): output += bytes
      case .variable(let name, let isEscaped):
        let text = find(name, stack)?.shown ?? ""
        // What is on one line needs no column.
        let column =
          text.utf8.contains(.lineFeed) ? output.reversed().prefix { $0 != .lineFeed }.count : 0
        output += Array((isEscaped ? escape(text, column) : text).utf8)
      case .section(let name, true, let nodes):
        if find(name, stack)?.isShown != true { write(nodes, stack, escape, to: &output) }
      case .section(let name, false, let nodes):
        guard let value = find(name, stack), value.isShown else { continue }
        guard let elements = value.array else {
          write(nodes, stack + [Frame(value: value)], escape, to: &output)
          continue
        }
        for (place, element) in elements.enumerated() {
          let frame = Frame(
            value: element, isFirst: place == 0, isLast: place == elements.count - 1)
          write(nodes, stack + [frame], escape, to: &output)
        }
      }
    }
  }

  /// The first part of a name is looked for from the inside out, the others in what it stands for.
  private static func find(_ name: Name, _ stack: [Frame]) -> JSON? {
    guard let first = name.parts.first else { return stack.last?.value }
    var value = stack.reversed().lazy.compactMap { $0.member(first) }.first
    for part in name.parts.dropFirst() { value = value?.object?[part] }
    return value
  }
}

extension JSON {
  fileprivate var shown: String {
    switch self {
    case .string(let text): text
    case .integer(let number): "\(number)"
    case .bool(let flag): "\(flag)"
    case .array, .object: String(decoding: canonical, as: UTF8.self)
    }
  }

  fileprivate var isShown: Bool {
    switch self {
    case .string(let text): !text.isEmpty
    case .bool(let flag): flag
    case .array(let elements): !elements.isEmpty
    case .integer, .object: true
    }
  }
}
