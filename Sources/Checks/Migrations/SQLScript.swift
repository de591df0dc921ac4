/// The statements of an SQL script, far enough to see what each does: words, names and marks.
struct SQLScript {
  struct Token: Hashable {
    enum Kind: Hashable {
      /// In capital letters.
      case word
      /// In quotes, as it stands.
      case name
      case text
      /// Between dollar signs: a body in SQL or another language.
      case body
      case mark
    }

    let kind: Kind
    let text: String
    let line: Int
  }

  /// Those that lead to the new schema.
  private(set) var up: [[Token]] = []
  /// Those behind a comment that says so: the way back.
  private(set) var down: [[Token]] = []

  private var statement: [Token] = []
  private var isDown = false
  private var depth = 0

  /// - Parameter line: Where the script begins in its file.
  init(_ text: String, startingAt line: Int = 1) throws(UnreadableMigration) {
    do throws(UnreadableMigration) {
      self = try SQLScript(text, line, escapes: false)
    } catch {
      // MySQL takes a backslash before a quotation mark for an escape, standard SQL does not.
      guard let script = try? SQLScript(text, line, escapes: true) else { throw error }
      self = script
    }
  }

  private init(_ text: String, _ line: Int, escapes: Bool) throws(UnreadableMigration) {
    var lexer = SQLLexer(text, line: line, escapes: escapes)
    while let piece = try lexer.next() {
      switch piece {
      case .comment(let words):
        // Liquibase writes a changeset's way back behind `--rollback`, line by line.
        if words.hasPrefix("--rollback ") {
          down += try SQLScript(String(words.dropFirst(11)), lexer.line, escapes: escapes).up
        }
        if let direction = Self.direction(words) {
          end()
          isDown = direction == .down
        }
      case .token(let token): try add(token)
      }
    }
    guard depth == 0 else {
      throw UnreadableMigration(line: statement.first?.line, why: "a parenthesis is never closed")
    }
    end()
  }

  private mutating func add(_ token: Token) throws(UnreadableMigration) {
    if token.kind == .mark {
      switch token.text {
      case "(": depth += 1
      case ")":
        depth -= 1
        guard depth >= 0 else {
          throw UnreadableMigration(line: token.line, why: "a parenthesis was never opened")
        }
      case ";" where depth == 0:
        end()
        return
      default: break
      }
    }
    statement.append(token)
  }

  private mutating func end() {
    guard !statement.isEmpty else { return }
    if isDown { down.append(statement) } else { up.append(statement) }
    statement = []
  }

  private enum Direction {
    case up
    case down
  }

  /// What goose, dbmate and sql-migrate write above each half.
  private static func direction(_ comment: String) -> Direction? {
    let words = comment.lowercased().split { " \t:+-@".contains($0) }.map(String.init)
    switch words.first {
    case "goose", "migrate", "migration": return named(words.dropFirst().first)
    default: return words.count == 1 ? named(words.first) : nil
    }
  }

  private static func named(_ word: String?) -> Direction? {
    switch word {
    case "up": .up
    case "down": .down
    default: nil
    }
  }
}

/// Cuts SQL into tokens.
private struct SQLLexer {
  enum Piece {
    case token(SQLScript.Token)
    /// One that ends with its line.
    case comment(String)
  }

  private let scalars: [Unicode.Scalar]
  private var place = 0
  private(set) var line: Int
  /// Whether a backslash is an escape in every text.
  private let escapes: Bool

  init(_ text: String, line: Int, escapes: Bool) {
    scalars = Array(text.unicodeScalars)
    self.line = line
    self.escapes = escapes
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

  mutating func next() throws(UnreadableMigration) -> Piece? {
    while let scalar = peek() {
      switch scalar {
      case "-" where peek(1) == "-": return .comment(restOfLine())
      case "/" where peek(1) == "*": try skipComment()
      case "'": return .token(try quoted("'", .text, isEscaped: escapes || isEscapeString))
      case "\"": return .token(try quoted("\"", .name))
      case "`": return .token(try quoted("`", .name))
      case "$":
        if let body = try dollarQuoted() { return .token(body) }
        return .token(mark())
      default:
        if scalar.properties.isWhitespace {
          _ = take()
        } else if Self.isWord(scalar) {
          return .token(word())
        } else {
          return .token(mark())
        }
      }
    }
    return nil
  }

  /// Whether the `'` ahead comes right after an `E`.
  private var isEscapeString: Bool {
    guard place > 0, scalars[place - 1] == "E" || scalars[place - 1] == "e" else { return false }
    return place < 2 || !Self.isWord(scalars[place - 2])
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  private mutating func word() -> SQLScript.Token {
    let start = line
    var text = String.UnicodeScalarView()
    while let scalar = peek(), Self.isWord(scalar) || scalar == "$" { text.append(take()) }
    return SQLScript.Token(kind: .word, text: String(text).uppercased(), line: start)
  }

  private mutating func mark() -> SQLScript.Token {
    let start = line
    return SQLScript.Token(kind: .mark, text: String(take()), line: start)
  }

  private mutating func restOfLine() -> String {
    var text = String.UnicodeScalarView()
    while let scalar = peek(), scalar != "\n" { text.append(take()) }
    return String(text)
  }

  private mutating func skipComment() throws(UnreadableMigration) {
    let start = line
    var depth = 0
    repeat {
      guard let scalar = peek() else {
        throw UnreadableMigration(line: start, why: "a comment is never closed")
      }
      if scalar == "/", peek(1) == "*" {
        depth += 1
        _ = take()
      } else if scalar == "*", peek(1) == "/" {
        depth -= 1
        _ = take()
      }
      _ = take()
    } while depth > 0
  }

  private mutating func quoted(
    _ mark: Unicode.Scalar, _ kind: SQLScript.Token.Kind, isEscaped: Bool = false
  ) throws(UnreadableMigration) -> SQLScript.Token {
    let start = line
    _ = take()
    var text = String.UnicodeScalarView()
    while let scalar = peek() {
      if scalar == mark {
        _ = take()
        guard peek() == mark else {
          return SQLScript.Token(kind: kind, text: String(text), line: start)
        }
      } else if scalar == "\\", isEscaped, peek(1) != nil {
        _ = take()
      }
      text.append(take())
    }
    throw UnreadableMigration(line: start, why: "a quotation mark is never closed")
  }

  /// `$$ … $$` or `$name$ … $name$`; `nil` where the sign is something else, as in `$1`.
  private mutating func dollarQuoted() throws(UnreadableMigration) -> SQLScript.Token? {
    var end = place + 1
    while end < scalars.count, Self.isWord(scalars[end]) { end += 1 }
    guard end < scalars.count, scalars[end] == "$" else { return nil }
    let tag = Array(scalars[place...end])
    for _ in tag { _ = take() }
    let start = line
    var text = String.UnicodeScalarView()
    while place < scalars.count {
      if scalars[place...].starts(with: tag) {
        for _ in tag { _ = take() }
        return SQLScript.Token(kind: .body, text: String(text), line: start)
      }
      text.append(take())
    }
    throw UnreadableMigration(line: start, why: "a body between dollar signs is never closed")
  }
}
