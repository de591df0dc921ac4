/// Finds each place where a statement of Python gives a name a value; rather one too many.
enum PythonBindings {
  /// As often as it does so.
  static func names(in tokens: [PythonSource.Token]) -> [String] {
    guard let first = tokens.first else { return [] }
    if first.isName("import") || first.isName("from") || first.isName("case") {
      return tokens.filter { $0.kind == .name }.map(\.text)
    }
    return assigned(tokens) + inner(tokens) + parameters(tokens)
  }

  /// The same of a statement outside of functions; of an import, the names that it brings.
  static func module(_ tokens: [PythonSource.Token]) -> [String] {
    guard let first = tokens.first, first.isName("import") || first.isName("from"),
      let place = tokens.firstIndex(where: { $0.isName("import") })
    else { return names(in: tokens) }
    return tokens[(place + 1)...].filter { !$0.isMark("(") && !$0.isMark(")") }
      .split { $0.isMark(",") }.compactMap { part in
        part.contains { $0.isName("as") } ? part.last?.text : part.first?.text
      }
  }

  /// Whether a statement outside of functions may make something else of a name, or take it away.
  static func mayRebind(_ name: String, _ tokens: [PythonSource.Token]) -> Bool {
    // `upgrade.__doc__ = "…"` changes no name.
    if tokens[0].isName(name), tokens.count > 1, tokens[1].isMark(".") { return false }
    if tokens[0].isName("del") { return tokens.contains { $0.isName(name) } }
    // `setattr(sys.modules[__name__], "upgrade", f)`
    let isIndirect = ["setattr", "globals", "vars", "locals", "__dict__"].contains { word in
      tokens.contains { $0.isName(word) }
    }
    if isIndirect, tokens.contains(where: { $0.kind == .text && $0.text == name }) { return true }
    let names = module(tokens)
    return names.contains(name) || (tokens[0].isName("from") && names.contains("*"))
  }

  /// Those before the last sign of an assignment, in whatever they are packed.
  private static func assigned(_ tokens: [PythonSource.Token]) -> [String] {
    var depth = 0
    var last: Int?
    for index in tokens.indices {
      depth += tokens[index].nesting
      if depth == 0, isSign(index, tokens) { last = index }
    }
    return last.map { plain(tokens[..<$0]) } ?? []
  }

  /// Whether an `=` is one of an assignment, and of no comparison.
  private static func isSign(_ index: Int, _ tokens: [PythonSource.Token]) -> Bool {
    guard tokens[index].isMark("=") else { return false }
    if index + 1 < tokens.count, tokens[index + 1].isMark("=") { return false }
    guard index > 0, tokens[index - 1].kind == .mark else { return true }
    return !"=!<>".contains(tokens[index - 1].text)
  }

  /// `for NAME in`, `as NAME`, `NAME :=`, wherever they stand.
  private static func inner(_ tokens: [PythonSource.Token]) -> [String] {
    tokens.indices.flatMap { index -> [String] in
      let rest = tokens[(index + 1)...]
      if tokens[index].isName("for") { return plain(rest.prefix { !$0.isName("in") }) }
      if tokens[index].isName("as") {
        return plain(rest.prefix { $0.kind == .name || $0.isMark("(") || $0.isMark(",") })
      }
      let isWalrus = rest.first?.isMark(":") == true && rest.dropFirst().first?.isMark("=") == true
      return isWalrus && tokens[index].kind == .name ? [tokens[index].text] : []
    }
  }

  /// Those of a function, its own name too, and those of what stands behind `lambda`.
  private static func parameters(_ tokens: [PythonSource.Token]) -> [String] {
    var names: [String] = []
    for index in tokens.indices {
      let rest = tokens[(index + 1)...]
      if tokens[index].isName("lambda") { names += plain(rest.prefix { !$0.isMark(":") }) }
      guard tokens[index].isName("def") || tokens[index].isName("class") else { continue }
      let end = PythonSource.end(ofHead: tokens) ?? tokens.endIndex
      names += plain(tokens[index..<max(index, end)].dropFirst())
    }
    return names
  }

  private static func plain(_ tokens: ArraySlice<PythonSource.Token>) -> [String] {
    tokens.indices.compactMap { index in
      let isMember = index > tokens.startIndex && tokens[index - 1].isMark(".")
      return tokens[index].kind == .name && !isMember ? tokens[index].text : nil
    }
  }
}
