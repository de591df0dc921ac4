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
    /// Of a text what it says, as Python has it; an LF that is none of the file's is a CR.
    let text: String
    let line: Int
    /// Whether it is a text of which a part is not told here: into `f"{name}"` values are put.
    var hasValues = false
    /// The places in a text where the file's line ends, and the text's goes on.
    var breaks: [Int] = []

    /// How much deeper in brackets what follows stands.
    var nesting: Int {
      guard kind == .mark else { return 0 }
      switch text {
      case "(", "[", "{": return 1
      case ")", "]", "}": return -1
      default: return 0
      }
    }

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
    try PythonSyntax.check(lines)
  }

  /// What stands behind the `=` of the last assignment to `name` at the left margin; `nil` without
  /// one.
  func value(of name: String) -> [Token]? {
    for line in lines.reversed() where line.indent == 0 && line.tokens[0].isName(name) {
      guard let equals = line.tokens.firstIndex(where: { $0.isMark("=") }),
        equals == 1 || line.tokens[1].isMark(":")
      else { continue }
      return Array(line.tokens[(equals + 1)...])
    }
    return nil
  }

  /// The line on which `name` is assigned to at the left margin.
  func line(of name: String) -> Int? {
    lines.last { $0.indent == 0 && $0.tokens[0].isName(name) }?.tokens[0].line
  }
}

/// The functions and classes of a module, and what follows from calling some of them.
struct PythonFunctions {
  /// The statements of each, by its name; those of inner ones are their own and the outer ones'.
  private let bodies: [String: [[PythonSource.Token]]]
  /// The statements in none, which run when the module is loaded.
  let loose: [[PythonSource.Token]]
  private struct Definition {
    let name: String
    let line: Int
    let indent: Int
    let isClass: Bool
  }

  /// In the order of the file.
  private let definitions: [Definition]

  init(_ source: PythonSource) {
    var bodies: [String: [[PythonSource.Token]]] = [:]
    var loose: [[PythonSource.Token]] = []
    var definitions: [Definition] = []
    var open: [(name: String, indent: Int)] = []
    // Where nothing runs that is indented as far or farther.
    var dead: Int?
    for line in source.lines {
      if let indent = dead, line.indent >= indent { continue }
      dead = Self.endOfLife(behind: line)
      while let last = open.last, line.indent <= last.indent { open.removeLast() }
      guard let name = Self.definedName(line.tokens) else {
        if open.isEmpty { loose.append(line.tokens) }
        for (name, _) in open { bodies[name, default: []].append(line.tokens) }
        continue
      }
      open.append((name, line.indent))
      definitions.append(
        Definition(
          name: name, line: line.tokens[0].line, indent: line.indent,
          isClass: line.tokens[0].isName("class")))
      bodies[name] = bodies[name] ?? []
      // `def downgrade(): pass` has its statement on the same line.
      if let colon = PythonSource.end(ofHead: line.tokens), colon + 1 < line.tokens.count {
        for (name, _) in open {
          bodies[name, default: []].append(Array(line.tokens[(colon + 1)...]))
        }
      }
    }
    self.bodies = bodies
    self.loose = loose
    self.definitions = definitions
  }

  /// From which indentation on nothing runs behind a line: `raise`, `return`, `if False:`.
  private static func endOfLife(behind line: PythonSource.Line) -> Int? {
    let tokens = line.tokens
    if ["raise", "return", "break", "continue"].contains(where: tokens[0].isName) {
      return line.indent
    }
    let isNever =
      tokens.count == 3 && (tokens[0].isName("if") || tokens[0].isName("while"))
      && (tokens[1].isName("False") || tokens[1].text == "0") && tokens[2].isMark(":")
    return isNever ? line.indent + 1 : nil
  }

  static func definedName(_ tokens: [PythonSource.Token]) -> String? {
    let words = tokens.drop { $0.isName("async") }
    guard let first = words.first, first.isName("def") || first.isName("class"),
      let name = words.dropFirst().first, name.kind == .name
    else { return nil }
    return name.text
  }

  func defines(_ name: String) -> Bool { bodies[name] != nil }

  /// The first line that may make of a function's name something else than what is defined there.
  func rebinding(of name: String) -> Int? {
    let own = definitions.filter { $0.name == name }
    // A definition at the margin undoes what stood before it.
    let last = own.last { $0.indent == 0 && !$0.isClass }?.line ?? 0
    let places =
      loose.filter { $0[0].line > last && PythonBindings.mayRebind(name, $0) }
      + bodies.values.joined().filter { statement in
        statement[0].isName("global") && statement.contains { $0.isName(name) }
      }
    let classes = own.filter { $0.isClass && $0.line > last }.map(\.line)
    return (places.map { $0[0].line } + classes).min()
  }

  /// The line on which a function begins, or the first whose name begins with that and an underscore.
  func line(of name: String) -> Int? {
    let own = definitions.first { $0.name == name }
    return (own ?? definitions.first { $0.name.hasPrefix(name + "_") })?.line
  }

  /// The statements of a function; `nil` unless the module defines nothing else but the way back, and
  /// each once.
  func onlyBody(of name: String) -> [[PythonSource.Token]]? {
    let names = definitions.map(\.name)
    let isAlone = names == [name] || names == [name, "downgrade"]
    return isAlone ? bodies[name] : nil
  }

  /// The statements that run when the functions run whose name is `name` or begins with it and an
  /// underscore, those of all that they mention included; `nil` where there is no such function.
  func reached(from name: String) -> [[PythonSource.Token]]? {
    var open = bodies.keys.filter { $0 == name || $0.hasPrefix(name + "_") }.sorted()
    guard !open.isEmpty else { return nil }
    var seen = Set(open)
    var statements: [[PythonSource.Token]] = []
    while let next = open.popLast() {
      for statement in bodies[next] ?? [] {
        statements.append(statement)
        for token in statement where token.kind == .name && bodies[token.text] != nil {
          if seen.insert(token.text).inserted { open.append(token.text) }
        }
      }
    }
    // In the order of the file, each once: inner functions are parts of outer ones.
    var lines: Set<[PythonSource.Token]> = []
    return statements.filter { lines.insert($0).inserted }
      .sorted { ($0.first?.line ?? 0) < ($1.first?.line ?? 0) }
  }
}

extension PythonSource {
  /// The index of the colon behind the head of a function, a class or a block.
  static func end(ofHead tokens: [Token]) -> Int? {
    var depth = 0
    var lambdas = 0
    for (index, token) in tokens.enumerated() {
      if depth == 0, token.isName("lambda") { lambdas += 1 }
      depth += token.nesting
      guard token.isMark(":"), depth == 0 else { continue }
      if lambdas == 0 { return index }
      lambdas -= 1
    }
    return nil
  }
}
