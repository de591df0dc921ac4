/// A command as a document has it, with placeholders such as `<env>` for what only the one who runs
/// it knows.
package struct CommandTemplate: Hashable, Sendable {
  private enum Part: Hashable {
    case text(String)
    case placeholder(String)
  }

  private var parts: [Part] = []

  /// A placeholder is `<`, a letter, then letters, digits, spaces, `_`, `-` and `.`, then `>`; a
  /// redirection has no letter before its `>`, or a space.
  package init(_ command: String) {
    var text = String.UnicodeScalarView()
    var rest = Array(command.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      // Of `<<END>` the second `<` is no beginning: a here document.
      let begins = scalar == "<" && text.last != "<" && rest.first != "<"
      guard begins, let name = Self.name(at: rest) else {
        text.append(scalar)
        continue
      }
      if !text.isEmpty { parts.append(.text(String(text))) }
      text = String.UnicodeScalarView()
      parts.append(.placeholder(name))
      rest = rest.dropFirst(name.unicodeScalars.count + 1)
    }
    if !text.isEmpty { parts.append(.text(String(text))) }
  }

  private static func name(at rest: ArraySlice<Unicode.Scalar>) -> String? {
    let name = rest.prefix { scalar in
      scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || " _-.".unicodeScalars.contains(scalar)
    }
    guard rest.dropFirst(name.count).first == ">", let first = name.first,
      first.properties.isAlphabetic, name.last != " "
    else { return nil }
    return String(String.UnicodeScalarView(name))
  }

  /// The names of its placeholders, each once, as they come.
  package var placeholders: [String] {
    parts.reduce(into: []) { names, part in
      guard case .placeholder(let name) = part,
        !names.contains(where: { $0.utf8.elementsEqual(name.utf8) })
      else { return }
      names.append(name)
    }
  }

  /// The command with its placeholders filled; those without a value stay.
  package func filled(_ values: [String: String]) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .placeholder(let name): values[name] ?? "<\(name)>"
      }
    }.joined()
  }

  /// The first character of a value that a shell could take for more than text; `nil` where there is
  /// none.
  ///
  /// A value is put where the document says, within quotation marks or without, so none may mean
  /// anything to the shell.
  package static func unsafeCharacter(in value: String) -> Unicode.Scalar? {
    value.unicodeScalars.first { scalar in
      !(scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        || "_@%+=:,./-".unicodeScalars.contains(scalar))
    }
  }
}
