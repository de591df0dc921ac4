/// Goes through what a script runs: its statements, the blocks in them, the texts that it executes,
/// and the programs that it defines and calls.
struct SQLWalk {
  private typealias Tokens = ArraySlice<SQLScript.Token>

  private let dialect: SQLDialect
  private var steps: [DestructiveStep] = []
  /// How many steps were come across, however often the same.
  private var hits = 0
  private var known: Set<DestructiveStep> = []
  /// By their names in capital letters.
  private var routines: [String: [Routine]] = [:]
  private var called: Set<String> = []
  /// Called, and not gone through.
  private var open: [Routine] = []
  /// Statements that were prepared, and gone through there.
  private var plans: Set<String> = []
  /// What is a doubt unless the script defines it.
  private var callees: [(name: String, doubt: DestructiveStep)] = []

  private struct Routine {
    let name: String
    let routine: SQLRoutine
    let depth: Int
  }

  static func steps(
    in statements: [[SQLScript.Token]], _ dialect: SQLDialect
  ) throws(UnreadableMigration) -> [DestructiveStep] {
    var walk = SQLWalk(dialect)
    try walk.run(statements, depth: 0)
    while let next = walk.open.popLast() { try walk.run(next) }
    for (name, doubt) in walk.callees where walk.routines[name] == nil { walk.record([doubt]) }
    return walk.steps
  }

  private init(_ dialect: SQLDialect) {
    self.dialect = dialect
  }

  private mutating func record(_ found: [DestructiveStep]) {
    hits += found.count
    for step in found where known.insert(step).inserted { steps.append(step) }
  }

  private mutating func run(
    _ statements: [[SQLScript.Token]], depth: Int
  ) throws(UnreadableMigration) {
    for statement in statements { try run(SQLWords(statement[...]), depth) }
  }

  private mutating func run(_ words: SQLWords, _ depth: Int) throws(UnreadableMigration) {
    if let routine = SQLRoutine(words.tokens) { return define(routine, depth) }
    switch words.word(0) {
    case "DO": try runBlock(words, depth + 1)
    case "EXECUTE", "EXEC": try execute(words, depth + 1)
    case "PREPARE":
      plans.insert(words.name(1).uppercased())
      if words.word(2) == "FROM" {
        try runText(words.tokens.dropFirst(3), words, depth + 1)
      }
    case "SP_EXECUTESQL":
      try runText(SQLWords(words.tokens.dropFirst()).split().first?.tokens ?? [], words, depth + 1)
    case "CALL": call(words.name(1), "calls \(words.name(1))", words)
    default: record(DestructiveSQL.steps(of: words))
    }
    let names = SQLCalls.names(in: words.tokens)
    for name in names { call(name) }
    if !names.isDisjoint(with: SQLCalls.executing) {
      try runText(words.tokens, words, depth + 1)
    }
    if SQLCalls.isOfOtherFile(words) { record([words.doubt("runs what is not in this file")]) }
  }
}

// What the script defines and calls.
extension SQLWalk {
  private mutating func define(_ routine: SQLRoutine, _ depth: Int) {
    guard let name = routine.name else { return }
    let routine = Routine(name: name, routine: routine, depth: depth)
    routines[name, default: []].append(routine)
    if called.contains(name) { open.append(routine) }
  }

  private mutating func call(_ name: String) {
    guard called.insert(name).inserted else { return }
    open += routines[name] ?? []
  }

  /// Calls what nobody here sees, if the script does not define it.
  private mutating func call(_ name: String, _ what: String, _ words: SQLWords) {
    call(SQLRoutine.last(name))
    callees.append((SQLRoutine.last(name), words.doubt("\(what), which this file does not define")))
  }

  private mutating func run(_ called: Routine) throws(UnreadableMigration) {
    let routine = called.routine
    let depth = called.depth + 1
    if let text = routine.text {
      guard routine.isReadable else {
        let language = routine.language ?? ""
        return record([
          DestructiveStep(
            line: text.line, what: "calls \(called.name.lowercased()), which is in \(language)",
            isCertain: false)
        ])
      }
      try check(depth, text.line)
      try run(try SQLScript(text.text, text.line, dialect).all, depth: depth)
    } else {
      try run(SQLParts.all(in: routine.inline), depth: depth)
    }
  }
}

// Blocks, and texts that are executed.
extension SQLWalk {
  /// How many blocks within blocks are read.
  private static let deepest = 8

  private func check(_ depth: Int, _ line: Int?) throws(UnreadableMigration) {
    guard depth <= Self.deepest else {
      throw UnreadableMigration(
        line: line, why: "blocks stand in blocks more than \(Self.deepest) deep")
    }
  }

  /// What Postgres runs as soon as it reads it: `DO $$ … $$`.
  private mutating func runBlock(_ words: SQLWords, _ depth: Int) throws(UnreadableMigration) {
    try check(depth, words.tokens.first?.line)
    var language: String?
    var texts: [SQLScript.Token] = []
    var rest = words.tokens.dropFirst()
    while let next = rest.popFirst() {
      if next.isWord("LANGUAGE") {
        language = rest.popFirst()?.text.uppercased()
      } else if next.kind == .body || next.kind == .text {
        texts.append(next)
      } else if !next.isWord("E") {
        // MySQL's calls a function.
        return
      }
    }
    guard let first = texts.first else { return }
    guard SQLRoutine.isReadable(language) else {
      return record([words.doubt("runs a block in \(language ?? "")")])
    }
    let text = texts.map(\.text).joined(separator: "\n")
    try run(try SQLScript(text, first.line, dialect).all, depth: depth)
  }

  /// A text, a plan or a procedure: `EXECUTE 'text'`, `EXECUTE plan`, `EXEC procedure 'value'`.
  private mutating func execute(_ words: SQLWords, _ depth: Int) throws(UnreadableMigration) {
    var rest = words.tokens.dropFirst(words.word(1) == "IMMEDIATE" ? 2 : 1)
    // `EXEC @result = procedure`
    if words.mark(1) == "@", words.mark(3) == "=" { rest = words.tokens.dropFirst(4) }
    guard let first = rest.first else { return }
    if first.isMark("(") {
      var nesting = 0
      let inner = rest.prefix { token in
        nesting += token.nesting
        return nesting > 0
      }
      // Postgres has it go on behind: `EXECUTE ('a') || b`.
      let isWhole = words.word(0) == "EXEC" && words.word(1) == ""
      return try runText(isWhole ? inner.dropFirst() : rest, words, depth)
    }
    let isPrefix = first.isWord(in: SQLCalls.prefixes)
    guard first.kind == .name || first.kind == .word, !(isPrefix && SQLWords(rest).isText(1)) else {
      return try runText(rest, words, depth)
    }
    let (name, given) = SQLWords(rest).afterName(0)
    let procedure = SQLRoutine.last(name)
    switch procedure {
    case "SP_RENAME":
      record(DestructiveSQL.renamed(SQLWords(rest)))
    case "SP_EXECUTESQL", "SP_SQLEXEC", "SP_PREPARE", "SP_PREPEXEC":
      try runText(given.split().first?.tokens ?? [], words, depth)
    case "SP_MSFOREACHTABLE", "SP_MSFOREACHDB": try runText(given.tokens, words, depth)
    case _ where plans.contains(procedure): return
    case let known where known.hasPrefix("SP_") || known.hasPrefix("XP_"): return
    case _ where name.uppercased().hasPrefix("DBMS_"): return
    default:
      let isBuilt = given.mark(0) == "(" || given.mark(0) == "|"
      if words.word(0) == "EXECUTE", isBuilt, routines[procedure] == nil {
        return try runText(rest, words, depth)
      }
      if words.word(0) == "EXEC" || !given.tokens.isEmpty && !given.startsClause {
        return call(name, "calls \(name)", words)
      }
      call(procedure)
      callees.append((procedure, words.doubt(Self.unseen)))
    }
  }

  private static let unseen = "executes what is put together when it runs"

  /// SQL in texts that are put together and then executed.
  private mutating func runText(
    _ tokens: Tokens, _ words: SQLWords, _ depth: Int
  ) throws(UnreadableMigration) {
    try check(depth, words.tokens.first?.line)
    let text = SQLText(tokens)
    let before = hits
    var dialect = dialect
    dialect.isTemplate = true
    // What is cut into pieces may make no sense without what is put between them.
    let script = try? SQLScript(text.text, text.line, dialect)
    if let script { try run(script.all, depth: depth) }
    if hits == before, !text.isWritten || script == nil { record([words.doubt(Self.unseen)]) }
  }
}

extension SQLWords {
  fileprivate func isText(_ place: Int) -> Bool {
    tokens.dropFirst(place).first.map { $0.kind == .text || $0.kind == .body } ?? false
  }

  /// Whether what follows says what is put in and taken out.
  fileprivate var startsClause: Bool { ["USING", "INTO", "LOOP"].contains(word(0)) }
}
