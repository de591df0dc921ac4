/// What follows from `CREATE` or `ALTER` of a program: it is kept, and not run.
struct SQLRoutine {
  /// In capital letters; `nil` of what nothing calls and what runs by itself: a trigger, a rule, an
  /// event.
  let name: String?
  /// What it is, in small letters.
  let kind: String
  /// What it is given, as it stands there; another one of the same form takes its place.
  let form: String
  /// Its statements, where they stand there as such.
  let inline: ArraySlice<SQLScript.Token>
  /// Its statements, where they stand in a text.
  let text: SQLScript.Token?
  /// In capital letters.
  let language: String?

  init?(_ statement: ArraySlice<SQLScript.Token>) {
    guard let reader = SQLRoutineReader(statement) else { return nil }
    let (name, rest) = SQLWords(statement).afterName(reader.name - statement.startIndex)
    let isCalled = ["FUNCTION", "PROCEDURE", "PROC", "PACKAGE"].contains(reader.kind)
    self.name = isCalled ? Self.last(name) : nil
    kind = reader.kind.lowercased()
    let body = rest.tokens
    var depth = 0
    let given = body.prefix { token in
      depth += token.nesting
      return depth > 0
    }
    form = given.dropFirst().map(\.text).joined(separator: " ")
    text = Self.text(in: body)
    // `ALTER PROCEDURE p RENAME TO q` holds nothing, and so nothing is found in it.
    inline = text == nil ? body : []
    let place = body.firstIndex { $0.isWord("LANGUAGE") }
    language = place.flatMap { $0 + 1 < body.endIndex ? body[$0 + 1].text.uppercased() : nil }
  }

  /// What a name is without what it is in.
  static func last(_ name: String) -> String { SQLName.last(name).uppercased() }

  /// The program that it calls: `EXECUTE FUNCTION f()`.
  var executed: String? {
    let words = inline.indices.first { index in
      inline[index].isWord("EXECUTE") && index + 2 < inline.endIndex
        && inline[index + 1].isWord(in: ["FUNCTION", "PROCEDURE"])
    }
    return words.map { SQLWords(inline[($0 + 2)...]).name(0) }
  }

  /// What runs by itself when its time comes, without what says when that is.
  var own: ArraySlice<SQLScript.Token> {
    guard executed == nil else { return [] }
    guard kind != "trigger" else {
      let row = inline.indices.first { index in
        inline[index].isWord(in: ["ROW", "STATEMENT"]) && index > inline.startIndex
          && inline[index - 1].isWord(in: ["EACH", "FOR"])
      }
      let head = row ?? inline.firstIndex { $0.isWord("AS") || $0.isWord("BEGIN") }
      return head.map { inline[($0 + 1)...] } ?? []
    }
    guard let head = inline.firstIndex(where: { $0.isWord("DO") }) else { return [] }
    let body = inline[(head + 1)...].drop { $0.isWord(in: ["ALSO", "INSTEAD"]) }
    // A rule's statements.
    let isGroup = body.first?.isMark("(") == true && body.last?.isMark(")") == true
    return isGroup ? body.dropFirst().dropLast() : body
  }

  /// The one behind `AS`.
  private static func text(in body: ArraySlice<SQLScript.Token>) -> SQLScript.Token? {
    var depth = 0
    for index in body.indices {
      depth += body[index].nesting
      guard depth == 0, body[index].isWord("AS") else { continue }
      if let text = SQLRoutineReader.text(behind: index, in: body) { return text }
    }
    return nil
  }

  /// Whether its statements can be read: they are SQL, or so near to it that what matters is alike.
  var isReadable: Bool { Self.isReadable(language) }

  static func isReadable(_ language: String?) -> Bool {
    language.map { ["SQL", "PLPGSQL", "PLSQL", "EDBSPL", "PLTSQL"].contains($0) } ?? true
  }
}

/// Finds where a program ends whose statements end as it does itself.
struct SQLRoutineReader {
  let kind: String
  /// The index of its name.
  let name: Int
  private var next: Int
  private var depth = 0
  /// How many `BEGIN` and `CASE` wait for their `END`.
  private var blocks = 0
  /// Whether its statements stand behind `AS`, and end with the batch.
  private var isBatch = false
  /// Whether it went on behind a semicolon for no other reason.
  private var needsBatch = false
  /// Whether no statement of its own has begun.
  private var isHead = true
  private var isOver = false
  private var isDeclaring = false

  private static let kinds: Set<String> = [
    "FUNCTION", "PROCEDURE", "PROC", "TRIGGER", "EVENT", "RULE", "PACKAGE",
  ]
  private static let modifiers: Set<String> = [
    "OR", "REPLACE", "ALTER", "TEMP", "TEMPORARY", "CONSTRAINT", "AGGREGATE", "EDITIONABLE",
    "NONEDITIONABLE", "SECURE", "DEFINER",
  ]

  /// `nil` where the statement is about something else.
  init?(_ statement: ArraySlice<SQLScript.Token>) {
    guard let first = statement.first, first.isWord(in: ["CREATE", "ALTER"]) else { return nil }
    var isDefiner = false
    for (place, token) in statement.prefix(16).enumerated().dropFirst() {
      if token.isWord(in: Self.kinds) {
        kind = token.text
        var after = statement.startIndex + place + 1
        let words: Set = ["BODY", "TRIGGER"]
        while after < statement.endIndex, statement[after].isWord(in: words) { after += 1 }
        name = after
        next =
          SQLWords(statement[min(after, statement.endIndex)...]).afterName(0).rest.tokens
          .startIndex
        // What a rule does stands in parentheses where it is more than one statement.
        isOver = kind == "RULE"
        return
      }
      isDefiner = isDefiner || token.isWord("DEFINER")
      // Whose it is may be a name of any kind: `DEFINER = 'a'@'b'`.
      guard isDefiner || token.isWord(in: Self.modifiers) else { return nil }
    }
    return nil
  }

  /// Goes on where it stopped: at what was the end of the statement until now.
  mutating func read(_ statement: [SQLScript.Token]) {
    while next < statement.count {
      defer { next += 1 }
      let token = statement[next]
      depth += token.nesting
      guard depth == 0, token.kind == .word, !isOver else { continue }
      let follower = next + 1 < statement.count ? statement[next + 1] : nil
      switch token.text {
      case "AS", "IS":
        if Self.text(behind: next, in: statement[...]) != nil { isOver = true }
        isBatch = isBatch || isHead
      case "SELECT", "SET", "CALL", "REPLACE": isHead = false
      case "INSERT", "UPDATE", "DELETE": isHead = isHead && kind == "TRIGGER"
      case "EXECUTE" where follower?.isWord(in: ["FUNCTION", "PROCEDURE"]) == true: isOver = true
      case "DECLARE": isDeclaring = isDeclaring || blocks == 0
      case "BEGIN":
        let isTransaction = follower?.isWord(in: ["TRAN", "TRANSACTION", "WORK", "DISTRIBUTED"])
        guard let follower, !follower.isMark(";"), isTransaction != true else { continue }
        blocks += 1
        isHead = false
        isDeclaring = false
      case "CASE" where !statement[next - 1].isWord("END"): blocks += 1
      case "END" where !isEndOfInner(follower, statement): blocks = max(0, blocks - 1)
      default: continue
      }
    }
  }

  /// Whether an `END` is that of something that no `BEGIN` began: `END IF;`.
  private func isEndOfInner(_ follower: SQLScript.Token?, _ statement: [SQLScript.Token]) -> Bool {
    guard let follower, follower.isWord(in: ["IF", "LOOP", "WHILE", "REPEAT", "FOR"]) else {
      return false
    }
    // A label may stand there; a condition is SQL Server's, and begins another statement.
    let rest = statement[(next + 2)...].prefix(2)
    return rest.isEmpty || rest.first?.isMark(";") == true || rest.count == 1
      || rest.last?.isMark(";") == true
  }

  /// Whether the program goes on behind a semicolon.
  ///
  /// - Parameter isInBatch: Whether a batch ends further on.
  mutating func holds(isInBatch: Bool) -> Bool {
    guard !isOver else { return false }
    if !isOpen, isBatch, isInBatch { needsBatch = true }
    return isOpen || needsBatch
  }

  private var isOpen: Bool { !isOver && (blocks > 0 || isDeclaring) }

  /// Whether the program ends where its statement does.
  func isWhole(isBatch: Bool) -> Bool {
    isBatch && self.isBatch || !isOpen && !needsBatch
  }

  /// Where the program ends at the earliest.
  func shortest(_ statement: [SQLScript.Token]) -> Int {
    var depth = 0
    return statement.firstIndex { token in
      depth += token.nesting
      return depth == 0 && token.isMark(";")
    } ?? statement.count
  }

  /// The text that is a program's body, behind `AS` at this index.
  static func text(
    behind index: Int, in tokens: ArraySlice<SQLScript.Token>
  ) -> SQLScript.Token? {
    tokens[(index + 1)...].prefix(3).drop { token in
      // `E'…'`, `U&'…'`
      token.isWord(in: ["E", "N", "U"]) || token.isMark("&")
    }.first.flatMap { $0.kind == .text || $0.kind == .body ? $0 : nil }
  }
}
