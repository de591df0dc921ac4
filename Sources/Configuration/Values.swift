import Release

/// A table with its keys at hand.
struct Section {
  let name: String
  let line: Int?
  let entries: [(key: String, node: Node)]

  var isEmpty: Bool { entries.isEmpty }

  subscript(key: String) -> Node? {
    entries.first { $0.key.utf8.elementsEqual(key.utf8) }?.node
  }
}

// Single values: each gives `nil` and reports where the file says something else.
extension PolicyReader {
  private mutating func reportType(_ node: Node, wanted: String, example: String) {
    report(
      node.line, "`\(node.name)` is \(node.kind); \(wanted) is wanted",
      hint: "for example: \(node.key) = \(example)")
  }

  mutating func text(_ node: Node, example: String) -> String? {
    if case .text(let value) = node.content { return value }
    reportType(node, wanted: "a text", example: example)
    return nil
  }

  /// A text with something in it, such as a command.
  mutating func filledText(_ node: Node, example: String) -> String? {
    guard let value = text(node, example: example) else { return nil }
    guard value.contains(where: { !$0.isWhitespace }) else {
      report(node.line, "`\(node.name)` is empty", hint: "for example: \(node.key) = \(example)")
      return nil
    }
    return value
  }

  mutating func number(_ node: Node, example: String) -> Int? {
    if case .number(let value) = node.content { return value }
    reportType(node, wanted: "a whole number", example: example)
    return nil
  }

  mutating func flag(_ node: Node) -> Bool? {
    if case .flag(let value) = node.content { return value }
    reportType(node, wanted: "true or false", example: "true")
    return nil
  }

  /// Seconds.
  mutating func span(_ node: Node, example: String) -> Int? {
    guard case .text(let value) = node.content else {
      reportType(node, wanted: "a length of time", example: example)
      return nil
    }
    if let seconds = Span.seconds(value) { return seconds }
    report(
      node.line, "`\(node.name)` is \"\(value)\", which is no length of time",
      hint: "a number and s, m, h, d or w, for example: \(node.key) = \(example)")
    return nil
  }

  /// One of the values that an enumeration spells.
  mutating func choice<Choice: RawRepresentable<String>>(
    _ node: Node, of all: [Choice], example: String
  ) -> Choice? {
    choice(node, of: all.map(\.rawValue), example: example).flatMap(Choice.init)
  }

  /// One of these texts.
  mutating func choice(
    _ node: Node, of all: [String], example: String? = nil
  ) -> String? {
    let example = example ?? "\"\(all.first ?? "…")\""
    guard let value = text(node, example: example) else { return nil }
    if all.contains(where: { $0.utf8.elementsEqual(value.utf8) }) { return value }
    let spelled = all.map { "\"\($0)\"" }
    let nearest = NearestName.of(value, among: all)
    report(
      node.line, "`\(node.name)` is \"\(value)\"; it can be \(spelled.joined(separator: ", "))",
      hint: nearest.map { NearestName.question("\"\($0)\"") })
    return nil
  }

  /// A path from the root of the repository, without a leading `./` and a trailing slash.
  mutating func path(_ node: Node, example: String) -> String? {
    guard let value = filledText(node, example: example) else { return nil }
    var parts = value.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count > 1, parts.first == "." { parts.removeFirst() }
    if parts.count > 1, parts.last == "" { parts.removeLast() }
    if value.utf8.first == UInt8(ascii: "/") || parts.contains(where: { $0 == ".." }) {
      report(
        node.line, "`\(node.name)` is \"\(value)\", which may lie outside the repository",
        hint: "write the path from the repository's root")
      return nil
    }
    if parts.contains(where: { $0 == "." || $0.isEmpty }) || !isPrintable(value) {
      report(node.line, "`\(node.name)` is \"\(value)\", which is no path in a repository")
      return nil
    }
    return parts.joined(separator: "/")
  }

  func isPrintable(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: false
      default: !scalar.properties.isBidiControl
      }
    }
  }
}

// Lists.
extension PolicyReader {
  /// The elements of a list of texts, none empty and none twice; `fold` says what is the same.
  mutating func names(
    _ node: Node, example: String, fold: (String) -> String = { $0 }
  ) -> [String]? {
    elements(node, example: example, fold: fold)?.map(\.text)
  }

  /// Like `names`, of paths.
  mutating func paths(_ node: Node, example: String) -> [String]? {
    guard let elements = elements(node, example: example, fold: { $0 }) else { return nil }
    let paths = elements.compactMap { path($0.node, example: example) }
    return paths.count == elements.count ? paths : nil
  }

  mutating func elements(
    _ node: Node, example: String, fold: (String) -> String
  ) -> [(node: Node, text: String)]? {
    guard case .list(let nodes) = node.content else {
      reportType(node, wanted: "a list of texts", example: example)
      return nil
    }
    let before = problems.count
    var elements: [(node: Node, text: String)] = []
    var seen: Set<String> = []
    for element in nodes {
      guard case .text(let text) = element.content else {
        report(
          element.line ?? node.line, "`\(node.name)` holds \(element.kind); texts are wanted",
          hint: "for example: \(node.key) = \(example)")
        continue
      }
      let line = element.line ?? node.line
      if !text.contains(where: { !$0.isWhitespace }) {
        report(line, "`\(node.name)` holds an empty text")
      } else if !isPrintable(text) {
        report(line, "`\(node.name)` holds a text with a control character")
      } else if !seen.insert(fold(text)).inserted {
        report(line, "`\(node.name)` has \"\(text)\" twice")
      }
      elements.append((element, text))
    }
    return problems.count == before ? elements : nil
  }
}

// Tables.
extension PolicyReader {
  mutating func section(_ node: Node, example: String? = nil) -> Section? {
    guard case .table(let entries) = node.content else {
      report(
        node.line, "`\(node.name)` is \(node.kind); a section is wanted",
        hint: "for example: [\(node.name)]" + (example.map { " with \($0)" } ?? ""))
      return nil
    }
    return Section(name: node.name, line: node.line, entries: entries)
  }

  /// The entries of a section whose keys are names of the team's own.
  mutating func subsections(_ node: Node?, example: String) -> [(key: String, node: Node)] {
    guard let node else { return [] }
    guard case .table(let entries) = node.content else {
      report(
        node.line, "`\(node.name)` is \(node.kind); a section is wanted",
        hint: "for example: \(example)")
      return []
    }
    return named(entries)
  }

  /// Those entries whose names can be shown, typed and told apart.
  mutating func named(_ entries: [(key: String, node: Node)]) -> [(key: String, node: Node)] {
    var seen: Set<String> = []
    return entries.filter { key, node in
      if !key.contains(where: { !$0.isWhitespace }) {
        report(node.line, "a name is empty: `\(node.name)`")
      } else if key.first?.isWhitespace == true || key.last?.isWhitespace == true {
        report(node.line, "a name begins or ends with a space: `\(node.name)`")
      } else if !isPrintable(key) {
        report(node.line, "a name holds a control character: `\(node.name)`")
      } else if key.utf8.first == UInt8(ascii: "-") {
        report(
          node.line, "a name begins with a hyphen: `\(node.name)`",
          hint: "on the command line it would be an option")
      } else if !seen.insert(key).inserted {
        // Equal by Unicode, different by bytes: nobody could tell which one is meant.
        report(node.line, "two names look the same: `\(node.name)`")
      } else {
        return true
      }
      return false
    }
  }
}
