/// A call: `op.drop_column("users", "name")`, `drop_column("users", "name")`.
struct PythonCall {
  /// What is called, without what it is called on.
  let name: String
  /// What it is called on, as far as that is a name; empty where it is called on nothing.
  let receiver: String
  /// All names of what it is called on and of itself, as of `a.b.f(1)`; none where that is a value.
  let path: [String]
  /// What was called to get what it is called on: of `Table("t").drop()` `Table`; else empty.
  let maker: String
  /// The calls that it stands in, from the outermost on.
  let around: Set<String>
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
    var calls: [PythonCall] = []
    var open: [(mark: Int, called: String?)] = []
    var opening: [Int: Int] = [:]
    for index in statement.indices {
      let token = statement[index]
      if token.nesting < 0, let last = open.popLast() { opening[index] = last.mark }
      guard token.nesting > 0 else { continue }
      let isCall =
        token.isMark("(") && index > 0 && statement[index - 1].kind == .name
        && (index < 2 || !statement[index - 2].isDefining)
      if isCall {
        let around = Set(open.compactMap(\.called))
        calls.append(PythonCall(at: index - 1, in: statement, around, opening))
      }
      open.append((index, isCall ? statement[index - 1].text : nil))
    }
    return calls
  }

  private init(
    at place: Int, in statement: [PythonSource.Token], _ around: Set<String>, _ opening: [Int: Int]
  ) {
    let name = statement[place]
    let rest = statement[(place + 2)...]
    var path = [name.text]
    var start = place
    while start > 1, statement[start - 1].isMark("."), statement[start - 2].kind == .name {
      start -= 2
      path.append(statement[start].text)
    }
    let isMethod = place > 0 && statement[place - 1].isMark(".")
    receiver = path.count > 1 ? path[1] : isMethod ? "()" : ""
    // What a call gives has names of its own, whatever they are.
    let isOfValue = start > 0 && statement[start - 1].isMark(".")
    self.path = isOfValue ? [] : path.reversed()
    let made = isMethod && place > 1 ? opening[place - 2] : nil
    maker =
      made.flatMap { $0 > 0 && statement[$0 - 1].kind == .name ? statement[$0 - 1].text : nil }
      ?? ""
    self.around = around
    self.name = name.text
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
    return "{\(words.cut(to: 40))}"
  }
}

extension PythonSource.Token {
  /// Whether the name behind it is one that is being given.
  fileprivate var isDefining: Bool { isName("def") || isName("class") }
}
