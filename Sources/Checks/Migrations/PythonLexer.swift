/// Cuts Python into tokens.
struct PythonLexer: SourceCursor {
  let scalars: [Unicode.Scalar]
  var place = 0
  var line = 1

  init(_ text: String) {
    var scalars: [Unicode.Scalar] = []
    var isBehindReturn = false
    // Python takes a CR, and one with an LF, for the end of a line.
    for scalar in text.unicodeScalars {
      if scalar != "\n" || !isBehindReturn { scalars.append(scalar == "\r" ? "\n" : scalar) }
      isBehindReturn = scalar == "\r"
    }
    self.scalars = scalars
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
      case "\\" where peek(1) == "\n":
        while take() != "\n" {}
      case "\n":
        _ = take()
        if open.isEmpty {
          end()
          indent = 0
          isStart = true
        }
      case " ", "\t", "\u{c}":
        _ = take()
        if isStart, scalar == " " { indent += 1 }
        if isStart, scalar == "\t" { indent = (indent / 8 + 1) * 8 }
      case ";" where open.isEmpty:
        _ = take()
        end()
      default:
        isStart = false
        let token = try token(scalar)
        if token.kind == .mark {
          try Self.match(token, &open)
        } else if let mark = open.last, token.isStatementWord {
          // Whatever closes it further on belongs to something else.
          throw UnreadableMigration(line: mark.line, why: "a bracket is never closed")
        }
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
    // Python itself takes no more.
    guard open.count <= 200 else {
      throw UnreadableMigration(line: token.line, why: "brackets stand in brackets too deep")
    }
    guard closing.values.contains(token.text) else { return }
    guard let last = open.popLast(), closing[last.text] == token.text else {
      throw UnreadableMigration(line: token.line, why: "a bracket was never opened")
    }
  }

  private mutating func token(
    _ scalar: Unicode.Scalar
  ) throws(UnreadableMigration) -> PythonSource.Token {
    if scalar == "'" || scalar == "\"" { return try text(prefix: "") }
    let start = line
    guard scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    else {
      return PythonSource.Token(kind: .mark, text: String(take()), line: start)
    }
    var name = String.UnicodeScalarView([take()])
    while let next = peek(),
      next == "_" || next.properties.isXIDContinue || next.properties.numericType != nil
    {
      name.append(take())
    }
    let word = String(name)
    let isPrefix = word.utf8.count <= 2 && word.lowercased().utf8.allSatisfy("rbfut".utf8.contains)
    if isPrefix, peek() == "'" || peek() == "\"" { return try text(prefix: word.lowercased()) }
    let isNumber = ("0"..."9").contains(word.first ?? "_")
    return PythonSource.Token(kind: isNumber ? .number : .name, text: word, line: start)
  }

  private mutating func text(prefix: String) throws(UnreadableMigration) -> PythonSource.Token {
    var start = line
    let isRaw = prefix.contains("r")
    let takesValues = prefix.contains("f") || prefix.contains("t")
    let mark = take()
    var width = 1
    if peek() == mark, peek(1) == mark {
      _ = take()
      _ = take()
      width = 3
    }
    var text: [Unicode.Scalar] = []
    var breaks: [Int] = []
    var hasValues = false
    while let scalar = peek() {
      if scalar == mark, width == 1 || (peek(1) == mark && peek(2) == mark) {
        for _ in 0..<width { _ = take() }
        return PythonSource.Token(
          kind: .text, text: String(String.UnicodeScalarView(text)), line: start,
          hasValues: hasValues, breaks: breaks)
      }
      guard width == 3 || scalar != "\n" else { break }
      if scalar == "\\", let next = peek(1), !(takesValues && next == "{") {
        _ = take()
        if isRaw {
          text += [scalar, take()]
        } else if next == "\n" {
          _ = take()
          // One that begins with it is the next line's.
          if text.isEmpty { start = line } else { breaks.append(text.count) }
        } else {
          let sign = escaped()
          text += sign ?? [" "]
          hasValues = hasValues || sign == nil
        }
      } else if takesValues, scalar == "{", peek(1) != "{" {
        hasValues = true
        text.append(contentsOf: try value(until: mark))
      } else {
        text.append(take())
        if takesValues, scalar == "{" || scalar == "}", peek() == scalar { _ = take() }
      }
    }
    throw UnreadableMigration(line: start, why: "a text is never closed")
  }

  /// What stands behind a backslash, as Python has it; `nil` where it is not told here: a sign by its
  /// name, and a CR alone, on which databases do not agree.
  private mutating func escaped() -> [Unicode.Scalar]? {
    let sign = take()
    switch sign {
    case "\\", "'", "\"": return [sign]
    // It ends a line of the text, and none of the file.
    case "n": return ["\r"]
    case "r" where peek() == "\\" && peek(1) == "n":
      place += 2
      return ["\r"]
    case "r", "N": return nil
    case "t", "f", "v", "a", "b": return [" "]
    case "x": return numbered(2, radix: 16)
    case "u": return numbered(4, radix: 16)
    case "U": return numbered(8, radix: 16)
    case "0"..."7":
      place -= 1
      return numbered(3, radix: 8)
    default: return ["\\", sign]
    }
  }

  /// The sign of the number that stands here, of so many digits at most.
  private mutating func numbered(_ count: Int, radix: Int) -> [Unicode.Scalar]? {
    let digits = scalars[place...].prefix(count).prefix {
      $0.isASCII && Character($0).hexDigitValue.map { $0 < radix } ?? false
    }
    let text = String(String.UnicodeScalarView(digits))
    guard let number = UInt32(text, radix: radix), let sign = Unicode.Scalar(number) else {
      return nil
    }
    place += digits.count
    return sign == "\r" ? nil : [sign == "\n" ? "\r" : sign]
  }

  /// What stands between `{` and `}` in a formatted text, which may hold texts of its own.
  private mutating func value(
    until mark: Unicode.Scalar
  ) throws(UnreadableMigration) -> String.UnicodeScalarView {
    let start = line
    var value = String.UnicodeScalarView()
    value.append(take())
    var open = 0
    var isFormat = false
    while let scalar = peek() {
      switch scalar {
      case "'" where !isFormat, "\"" where !isFormat:
        value.append(contentsOf: try text(prefix: "").text.unicodeScalars)
        continue
      case mark: throw UnreadableMigration(line: start, why: "a text is never closed")
      case "(", "[", "{": open += 1
      case ")", "]": open -= 1
      case "}" where open == 0:
        value.append(take())
        return value
      case "}": open -= 1
      case ":" where open == 0: isFormat = true
      default: break
      }
      value.append(take())
    }
    throw UnreadableMigration(line: start, why: "a text is never closed")
  }
}

extension PythonSource.Token {
  /// Whether this word begins statements, and so stands in no brackets.
  fileprivate var isStatementWord: Bool {
    kind == .name
      && [
        "def", "class", "import", "return", "pass", "raise", "while", "with", "try", "except",
        "finally", "del", "global", "nonlocal", "assert", "break", "continue",
      ].contains(text)
  }
}
