// Calls of what other modules define: what they do, nobody here can tell.
extension AlembicSteps {
  func strange(
    _ statement: [PythonSource.Token], _ calls: [PythonCall]
  ) -> [DestructiveStep] {
    var doubts: [DestructiveStep] = []
    var named: Set<String> = []
    for call in calls {
      guard let operation = foreignOperation(call), named.insert(operation).inserted else {
        continue
      }
      doubts.append(call.doubt("calls \(operation), which Alembic does not bring along"))
    }
    for call in calls where isStrange(call) && !isType(call) && !Self.isJudged(call) {
      let path = call.path.joined(separator: ".")
      if named.insert(path).inserted {
        doubts.append(call.doubt("calls \(path), which another module defines"))
      }
    }
    for call in calls where Self.calling.contains(call.name) {
      for name in call.tokens where name.kind == .name && isForeign(name.text) {
        let isFunction = name.text.first?.isLowercase == true || name.text.first == "_"
        guard isFunction, named.insert(name.text).inserted else { continue }
        doubts.append(call.doubt("hands \(name.text) on to what calls it unseen"))
      }
    }
    return doubts + decorated(statement) + formatted(statement)
  }

  /// An operation that another module has registered, as it is called there; `nil` for all else.
  private func foreignOperation(_ call: PythonCall) -> String? {
    let isMethod =
      call.path.count == 2 && names.handles.contains(call.path[0])
      || call.path.starts(with: ["alembic", "op"]) && call.path.count == 3
    let operation = call.path.count == 1 ? names.operations[call.name] : isMethod ? call.name : nil
    guard let operation, !Self.isJudged(call), operation != "callproc", operation != "exec",
      AlembicNames.isForeign(AlembicNames.plain(operation))
    else { return nil }
    return call.path.joined(separator: ".")
  }

  /// Whether it is judged by what it is called, whatever it is called on.
  private static func isJudged(_ call: PythonCall) -> Bool {
    call.path.count > 1
      && (AlembicNames.executing.contains(call.name) || ["drop", "drop_all"].contains(call.name))
  }

  /// Calls of what has no name there: `steps[0]()`, `(lambda: 1)()`.
  func nameless(_ statement: [PythonSource.Token]) -> [DestructiveStep] {
    var opening: [Int: Int] = [:]
    var open: [Int] = []
    return statement.indices.compactMap { index in
      let token = statement[index]
      if token.nesting < 0, let last = open.popLast() { opening[index] = last }
      guard token.nesting > 0 else { return nil }
      open.append(index)
      guard token.isMark("("), index > 0, let start = opening[index - 1] else { return nil }
      // A call's own parenthesis stands behind a name; what it gives back is another matter.
      let isGroup = start == 0 || !statement[start - 1].isCallable
      guard statement[index - 1].isMark("]") || isGroup else { return nil }
      return DestructiveStep(
        line: token.line, what: "calls what has no name there", isCertain: false)
    }
  }

  private func isForeign(_ name: String) -> Bool {
    names.isStrange(name) && !functions.defines(name)
  }

  func isStrange(_ call: PythonCall) -> Bool {
    guard let first = call.path.first else { return false }
    if first == "os", call.path.count > 1 { return PythonLibrary.runsPrograms(first, call.name) }
    let isAlias = call.path.count == 1 && names.aliases.contains(first)
    return (isAlias && !functions.defines(first)) || isForeign(first)
  }

  /// Whether a call makes a column's type, and is given nothing to work on.
  private func isType(_ call: PythonCall) -> Bool {
    call.name.first?.isUppercase == true && !call.around.isDisjoint(with: Self.defining)
      && !call.contains(["op", "conn", "connection", "bind", "session", "batch_op"])
  }

  /// What defines columns and values.
  private static let defining: Set<String> = [
    "Column", "column", "mapped_column", "alter_column", "with_variant", "ARRAY", "cast",
    "type_coerce", "bindparam", "literal",
  ]
  /// What calls the functions that it is given.
  private static let calling: Set<String> = [
    "map", "filter", "reduce", "partial", "starmap", "run_sync", "run_async", "run_callable",
    "submit", "Thread",
    "callback", "listen",
  ]

  /// `@function` is called with what it stands above.
  private func decorated(_ statement: [PythonSource.Token]) -> [DestructiveStep] {
    guard let first = statement.first, first.isMark("@"), statement.count > 1,
      statement.last?.isMark(")") == false, isForeign(statement[1].text)
    else { return [] }
    return [
      DestructiveStep(
        line: first.line, what: "calls \(statement[1].text), which another module defines",
        isCertain: false)
    ]
  }

  /// Calls within formatted texts, which are not read: `f"{drop()}"`.
  private func formatted(_ statement: [PythonSource.Token]) -> [DestructiveStep] {
    statement.compactMap { token in
      guard token.kind == .text, token.hasValues,
        let called = Self.called(in: token.text).first(where: { name in
          isForeign(name) || AlembicNames.judged.contains(name) || functions.defines(name)
        })
      else { return nil }
      return DestructiveStep(
        line: token.line, what: "calls \(called) within a text", isCertain: false)
    }
  }

  /// The names that stand before a parenthesis, within braces.
  private static func called(in text: String) -> [String] {
    var names: [String] = []
    var name = ""
    var depth = 0
    for character in text {
      depth += character == "{" ? 1 : character == "}" ? -1 : 0
      if character.isLetter || character.isNumber || character == "_" {
        name.append(character)
      } else {
        if character == "(", !name.isEmpty, depth > 0 { names.append(name) }
        name = ""
      }
    }
    return names
  }
}

extension PythonSource.Token {
  /// Whether a parenthesis behind it calls it, or what it ends.
  fileprivate var isCallable: Bool {
    kind == .name ? !PythonSyntax.keywords.contains(text) : isMark(")") || isMark("]")
  }
}
