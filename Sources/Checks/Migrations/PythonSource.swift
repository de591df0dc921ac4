/// The logical lines of a Python module, far enough to find what it assigns, defines and calls.
struct PythonSource {
  struct Token: Hashable {
    enum Kind: Hashable {
      case name
      case number
      case text
      case mark
    }

    let kind: Kind
    /// Of a text what it says, its escapes as they stand.
    let text: String
    let line: Int

    func isMark(_ mark: String) -> Bool { kind == .mark && text == mark }
    func isName(_ name: String) -> Bool { kind == .name && text == name }
  }

  /// From an indentation to the end of a statement, however many lines of the file that is.
  struct Line {
    let indent: Int
    let tokens: [Token]
  }

  let lines: [Line]

  init(_ text: String) throws(UnreadableMigration) {
    var lexer = PythonLexer(text)
    lines = try lexer.lines()
  }

  /// What stands behind the `=` of an assignment to `name` at the left margin; `nil` without one.
  func value(of name: String) -> [Token]? {
    for line in lines where line.indent == 0 && line.tokens.first?.isName(name) == true {
      guard let equals = line.tokens.firstIndex(where: { $0.isMark("=") }),
        equals == 1 || line.tokens[1].isMark(":")
      else { continue }
      return Array(line.tokens[(equals + 1)...])
    }
    return nil
  }

  /// The line on which `name` is assigned to at the left margin.
  func line(of name: String) -> Int? {
    lines.first { $0.indent == 0 && $0.tokens.first?.isName(name) == true }?.tokens.first?.line
  }

  /// The statements of the functions whose name is `name` or begins with it and an underscore, each
  /// by itself; `nil` where there is no such function.
  func body(of name: String) -> [[Token]]? {
    var body: [[Token]]?
    var isInside = false
    for line in lines {
      if line.indent > 0 {
        if isInside { body?.append(line.tokens) }
        continue
      }
      let words = line.tokens.drop { $0.isName("async") }
      let called = words.dropFirst().first?.text ?? ""
      isInside =
        words.first?.isName("def") == true && (called == name || called.hasPrefix(name + "_"))
      guard isInside else { continue }
      body = body ?? []
      // `def downgrade(): pass` has its statement on the same line.
      if let colon = Self.end(ofHead: line.tokens), colon + 1 < line.tokens.count {
        body?.append(Array(line.tokens[(colon + 1)...]))
      }
    }
    return body
  }

  /// The index of the colon behind a function's parameters.
  private static func end(ofHead tokens: [Token]) -> Int? {
    var depth = 0
    for (index, token) in tokens.enumerated() where token.kind == .mark {
      if "([{".contains(token.text) { depth += 1 }
      if ")]}".contains(token.text) { depth -= 1 }
      if token.text == ":", depth == 0 { return index }
    }
    return nil
  }
}

/// A call of a method: `op.drop_column("users", "name")`.
struct PythonCall {
  let method: String
  let line: Int
  let tokens: [PythonSource.Token]
  /// The values that are given by name.
  let named: [String: [PythonSource.Token]]

  /// The first texts that stand alone between commas.
  let texts: [String]

  /// All calls in a statement, inner ones too.
  static func all(in statement: [PythonSource.Token]) -> [PythonCall] {
    statement.indices.compactMap { index in
      guard index > 0, statement[index].kind == .name, statement[index - 1].isMark("."),
        index + 1 < statement.count, statement[index + 1].isMark("(")
      else { return nil }
      return PythonCall(statement[index], statement[(index + 2)...])
    }
  }

  private init(_ name: PythonSource.Token, _ rest: ArraySlice<PythonSource.Token>) {
    method = name.text
    line = name.line
    var depth = 1
    var parts: [[PythonSource.Token]] = [[]]
    var all: [PythonSource.Token] = []
    for token in rest {
      if token.kind == .mark {
        if "([{".contains(token.text) { depth += 1 }
        if ")]}".contains(token.text) { depth -= 1 }
        if depth == 0 { break }
      }
      all.append(token)
      if token.isMark(","), depth == 1 {
        parts.append([])
      } else {
        parts[parts.count - 1].append(token)
      }
    }
    tokens = all
    var named: [String: [PythonSource.Token]] = [:]
    for part in parts where part.count > 2 && part[0].kind == .name && part[1].isMark("=") {
      named[part[0].text] = Array(part[2...])
    }
    self.named = named
    texts = parts.prefix { $0.count == 1 && $0[0].kind == .text }.map { $0[0].text }
  }

  /// Whether `name=value` is given, in this call or one inside it.
  func contains(_ name: String, _ value: String) -> Bool {
    zip(tokens, zip(tokens.dropFirst(), tokens.dropFirst(2))).contains { first, rest in
      first.isName(name) && rest.0.isMark("=") && rest.1.isName(value)
    }
  }

  func mentions(_ name: String) -> Bool {
    zip(tokens, tokens.dropFirst()).contains { $0.isName(name) && $1.isMark("=") }
  }
}

/// Cuts Python into tokens.
private struct PythonLexer {
  private let scalars: [Unicode.Scalar]
  private var place = 0
  private var line = 1

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
  }

  private func peek(_ offset: Int = 0) -> Unicode.Scalar? {
    place + offset < scalars.count ? scalars[place + offset] : nil
  }

  private mutating func take() -> Unicode.Scalar {
    let scalar = scalars[place]
    place += 1
    if scalar == "\n" { line += 1 }
    return scalar
  }

  mutating func lines() throws(UnreadableMigration) -> [PythonSource.Line] {
    var lines: [PythonSource.Line] = []
    var tokens: [PythonSource.Token] = []
    var open: [PythonSource.Token] = []
    var indent = 0
    var isStart = true
    func end() {
      if !tokens.isEmpty { lines.append(PythonSource.Line(indent: indent, tokens: tokens)) }
      tokens = []
    }
    while let scalar = peek() {
      switch scalar {
      case "#": while let next = peek(), next != "\n" { _ = take() }
      case "\\" where peek(1) == "\n" || (peek(1) == "\r" && peek(2) == "\n"):
        while take() != "\n" {}
      case "\n":
        _ = take()
        if open.isEmpty {
          end()
          indent = 0
          isStart = true
        }
      case " ", "\t", "\r", "\u{c}", "\u{feff}":
        _ = take()
        if isStart, scalar == " " || scalar == "\t" { indent += 1 }
      case ";" where open.isEmpty:
        _ = take()
        end()
      default:
        isStart = false
        let token = try token(scalar)
        if token.kind == .mark { try Self.match(token, &open) }
        tokens.append(token)
      }
    }
    if let mark = open.last {
      throw UnreadableMigration(line: mark.line, why: "a bracket is never closed")
    }
    end()
    return lines
  }

  private static func match(
    _ token: PythonSource.Token, _ open: inout [PythonSource.Token]
  ) throws(UnreadableMigration) {
    let closing = ["(": ")", "[": "]", "{": "}"]
    if closing[token.text] != nil { open.append(token) }
    guard closing.values.contains(token.text) else { return }
    guard let last = open.popLast(), closing[last.text] == token.text else {
      throw UnreadableMigration(line: token.line, why: "a bracket was never opened")
    }
  }

  private mutating func token(
    _ scalar: Unicode.Scalar
  ) throws(UnreadableMigration) -> PythonSource.Token {
    if scalar == "'" || scalar == "\"" { return try text(isRaw: false) }
    let start = line
    guard scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    else {
      return PythonSource.Token(kind: .mark, text: String(take()), line: start)
    }
    var name = String.UnicodeScalarView()
    while let next = peek(),
      next == "_" || next.properties.isXIDContinue || next.properties.numericType != nil
    {
      name.append(take())
    }
    let word = String(name)
    let isPrefix = word.count <= 2 && word.lowercased().allSatisfy { "rbfu".contains($0) }
    if isPrefix, peek() == "'" || peek() == "\"" {
      return try text(isRaw: word.lowercased().contains("r"))
    }
    let isNumber = ("0"..."9").contains(word.first ?? "_")
    return PythonSource.Token(kind: isNumber ? .number : .name, text: word, line: start)
  }

  private mutating func text(isRaw: Bool) throws(UnreadableMigration) -> PythonSource.Token {
    let start = line
    let mark = take()
    var width = 1
    if peek() == mark, peek(1) == mark {
      _ = take()
      _ = take()
      width = 3
    }
    var text = String.UnicodeScalarView()
    while let scalar = peek() {
      if scalar == mark, width == 1 || (peek(1) == mark && peek(2) == mark) {
        for _ in 0..<width { _ = take() }
        return PythonSource.Token(kind: .text, text: String(text), line: start)
      }
      guard width == 3 || scalar != "\n" else { break }
      if scalar == "\\", peek(1) != nil {
        _ = take()
        // What is escaped is white space or a sign of its own; only quotation marks matter here.
        let escaped = take()
        text.append(!isRaw && "ntr".unicodeScalars.contains(escaped) ? " " : escaped)
      } else {
        text.append(take())
      }
    }
    throw UnreadableMigration(line: start, why: "a text is never closed")
  }
}
