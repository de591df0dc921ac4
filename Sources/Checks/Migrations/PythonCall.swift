/// A call: `op.drop_column("users", "name")`, `drop_column("users", "name")`.
struct PythonCall {
  /// What is called, without what it is called on.
  let name: String
  /// What it is called on, as far as that is a name; empty where it is called on nothing.
  let receiver: String
  let line: Int
  /// All between the parentheses.
  let tokens: [PythonSource.Token]
  /// The values that are given by place.
  let values: [[PythonSource.Token]]
  /// The values that are given by name.
  let named: [String: [PythonSource.Token]]
  /// Whether lists of values are put in: `*names`, `**options`.
  let isSpread: Bool

  /// All calls in a statement, inner ones too.
  static func all(in statement: [PythonSource.Token]) -> [PythonCall] {
    // Calls in calls in calls read the inner ones once a depth.
    statement.indices.compactMap { index in
      guard statement[index].kind == .name, index + 1 < statement.count,
        statement[index + 1].isMark("("), index == 0 || !statement[index - 1].isDefining
      else { return nil }
      let isMethod = index > 0 && statement[index - 1].isMark(".")
      let owner = isMethod && index > 1 ? statement[index - 2] : nil
      let receiver = isMethod ? owner.map { $0.kind == .name ? $0.text : "()" } ?? "()" : ""
      return PythonCall(statement[index], on: receiver, statement[(index + 2)...])
    }
  }

  private init(
    _ name: PythonSource.Token, on receiver: String, _ rest: ArraySlice<PythonSource.Token>
  ) {
    self.name = name.text
    self.receiver = receiver
    line = name.line
    var depth = 1
    var parts: [[PythonSource.Token]] = [[]]
    var all: [PythonSource.Token] = []
    for token in rest {
      depth += token.nesting
      if depth == 0 { break }
      all.append(token)
      if token.isMark(","), depth == 1 {
        parts.append([])
      } else {
        parts[parts.count - 1].append(token)
      }
    }
    tokens = all
    var named: [String: [PythonSource.Token]] = [:]
    var values: [[PythonSource.Token]] = []
    for part in parts where !part.isEmpty {
      if part.count > 2, part[0].kind == .name, part[1].isMark("="), !part[2].isMark("=") {
        named[part[0].text] = Array(part[2...])
      } else {
        values.append(part)
      }
    }
    self.named = named
    self.values = values
    isSpread = values.contains { $0.first?.isMark("*") == true }
  }

  /// The value at a place or of a name; `nil` where it is not given.
  func value(_ place: Int, _ name: String) -> [PythonSource.Token]? {
    place < values.count ? values[place] : named[name]
  }

  /// The value that a name has, in this call or one inside it; `nil` where it is not given.
  func inner(_ name: String) -> PythonSource.Token? {
    zip(tokens, zip(tokens.dropFirst(), tokens.dropFirst(2))).first { first, rest in
      first.isName(name) && rest.0.isMark("=")
    }?.1.1
  }

  func contains(_ names: Set<String>) -> Bool {
    tokens.contains { $0.kind == .name && names.contains($0.text) }
  }

  /// A value for people: a text as it is, anything else in braces, as in a formatted text.
  static func words(_ value: [PythonSource.Token]) -> String {
    // `op.f("name")` says that a name is the final one.
    let texts = value.filter { $0.kind == .text }
    let isName = value.allSatisfy { token in
      token.kind == .text || token.kind == .mark || token.isName("op") || token.isName("f")
    }
    if texts.count == 1, isName { return texts[0].text }
    let words = value.prefix(12).map(\.text).joined()
    return "{\(words.count > 40 ? words.prefix(39) + "…" : words)}"
  }
}

extension PythonSource.Token {
  /// Whether the name behind it is one that is being given.
  fileprivate var isDefining: Bool { isName("def") || isName("class") }
}
