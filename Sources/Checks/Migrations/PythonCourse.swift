/// Finds what runs for certain: the statements of `upgrade()` that stand in no branch.
enum PythonCourse {
  static func certain(in source: PythonSource) -> Set<[PythonSource.Token]> {
    let lines = source.lines
    let heads = lines.indices.filter { lines[$0].tokens.isDefinition(of: "upgrade") }
    // Of several, or of one that something else wraps, nobody knows which is called.
    guard heads.count == 1, let head = heads.first, lines[head].indent == 0,
      lines[head].tokens[0].isName("def"), head == 0 || !lines[head - 1].tokens[0].isMark("@")
    else { return [] }
    var certain: Set<[PythonSource.Token]> = []
    // The indentations at which statements are not in a branch: its own, and those of Alembic's blocks.
    var levels: [Int] = []
    var opens = true
    var isLast = false
    for line in lines[(head + 1)...].prefix(while: { $0.indent > 0 }) {
      if opens { levels.append(line.indent) }
      while let last = levels.last, last > line.indent { levels.removeLast() }
      // Behind a semicolon stands what belongs to the block on the same line.
      let isHere = levels.last == line.indent && !(line.isJoined && !isLast)
      opens = isHere && line.tokens.opensBlock
      isLast = isHere && !line.tokens.contains { conditional.contains($0.text) && $0.kind == .name }
      if isLast { certain.insert(line.tokens) }
      // What stands behind a branch that may end the function may not be reached.
      if line.tokens.contains(where: { $0.isName("return") }) { break }
    }
    return certain
  }

  /// Words by which a statement, or a part of it, runs now and then or later.
  private static let conditional: Set<String> = [
    "if", "elif", "else", "for", "while", "try", "except", "finally", "with", "and", "or", "lambda",
    "def", "class", "async", "await", "yield",
  ]
}

extension [PythonSource.Token] {
  fileprivate func isDefinition(of name: String) -> Bool {
    PythonFunctions.definedName(self) == name
  }

  /// Whether it begins one of Alembic's own blocks, which always run: `with op.…(…) as name:`.
  ///
  /// Others, and those beside one of them, may end early, as `suppress(…)` does.
  fileprivate var opensBlock: Bool {
    guard count > 3, self[0].isName("with"), self[1].isName("op"), self[2].isMark("."),
      PythonSource.end(ofHead: self) == count - 1
    else { return false }
    var depth = 0
    return allSatisfy { token in
      depth += token.nesting
      return depth > 0 || !token.isMark(",")
    }
  }
}
