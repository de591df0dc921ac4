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
  /// What else the script leaves.
  private var programs: [SQLProgram] = []
  /// Whether it is the body of a program that is gone through.
  private var isInner = false
  /// Statements that were prepared, and gone through there.
  private var plans: Set<String> = []
  /// What else may define, and for what that is a doubt of another kind if nobody does.
  private var calls: [SQLCall] = []
  private var callees: [(name: String, doubt: DestructiveStep)] = []

  private struct Routine {
    let name: String
    let routine: SQLRoutine
    let depth: Int
  }

  static func effects(
    of statements: [[SQLScript.Token]], _ dialect: SQLDialect
  ) throws(UnreadableMigration) -> SQLEffects {
    var walk = SQLWalk(dialect)
    try walk.run(statements, depth: 0)
    return try walk.finish()
  }

  /// Goes through what was called, and tells all of it.
  private mutating func finish() throws(UnreadableMigration) -> SQLEffects {
    while let next = open.popLast() { try run(next) }
    for (name, doubt) in callees where routines[name] == nil { record([doubt]) }
    let calls = calls.map { call in
      var call = call
      // Triggers' programs are gone through as those of others are.
      if call.ownForms.isEmpty, called.contains(call.name) {
        call.ownForms = Set((routines[call.name] ?? []).map(\.routine.form))
      }
      return call
    }
    return SQLEffects(steps, calls: calls, programs: programs)
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
    if let routine = SQLRoutine(words.tokens) { return try define(routine, words, depth) }
    switch words.word(0) {
    case "DO": try runBlock(words, depth + 1)
    case "EXECUTE", "EXEC": try execute(words, depth + 1)
    case "PREPARE":
      plans.insert(words.name(1).uppercased())
      if words.word(2) == "FROM" {
        try runText(words.tokens.dropFirst(3), words, depth + 1)
      }
    case _ where SQLGrammar.callsProcedure(words):
      let call = SQLScript.Token(kind: .word, text: "EXEC", line: words.line)
      let tokens = [call] + words.tokens
      try execute(SQLWords(tokens[...]), depth + 1)
    case "CALL": ask(words.name(1), words.line)
    default:
      record(DestructiveSQL.steps(of: words))
    }
    let asked = SQLCalls.asked(in: words)
    for (name, line) in asked { ask(name, line) }
    let names = SQLCalls.names(in: words.tokens)
    for name in names.subtracting(asked.map { SQLRoutine.last($0.name) }).sorted() {
      call(name, words.line, isAsked: false)
    }
    if !names.isDisjoint(with: SQLCalls.executing) {
      try runText(words.tokens, words, depth + 1)
    }
    if SQLCalls.isOfOtherFile(words) { record([words.doubt("runs what is not in this file")]) }
  }
}

// What the script defines and calls.
extension SQLWalk {
  private mutating func define(
    _ routine: SQLRoutine, _ words: SQLWords, _ depth: Int
  ) throws(UnreadableMigration) {
    guard let name = routine.name else { return try install(routine, words, depth) }
    let defined = Routine(name: name, routine: routine, depth: depth)
    routines[name, default: []].append(defined)
    if called.contains(name) { open.append(defined) }
    if !isInner { programs.append(program(defined, words)) }
  }

  /// What a program does, whoever calls it.
  private func program(_ defined: Routine, _ words: SQLWords) -> SQLProgram {
    var effects: SQLEffects
    do throws(UnreadableMigration) {
      var walk = SQLWalk(dialect)
      walk.isInner = true
      try walk.run(Routine(name: defined.name, routine: defined.routine, depth: 0))
      effects = try walk.finish()
    } catch {
      effects = SQLEffects([words.doubt("cannot be read: \(error.why)")])
    }
    return SQLProgram(
      name: defined.name, form: defined.routine.form, steps: effects.steps, calls: effects.calls)
  }

  /// What runs by itself from then on: a trigger, a rule, an event.
  private mutating func install(
    _ routine: SQLRoutine, _ words: SQLWords, _ depth: Int
  ) throws(UnreadableMigration) {
    let what = "creates \(routine.kind == "event" ? "an" : "a") \(routine.kind) that"
    if let name = routine.executed, !SQLFunctions.isHarmless(SQLRoutine.last(name)) {
      calls.append(
        SQLCall(
          name: SQLRoutine.last(name), line: words.line, what: "\(what) calls \(name)",
          isAsked: true))
    }
    try check(depth + 1, words.line)
    var walk = SQLWalk(dialect)
    walk.isInner = true
    try walk.run(SQLParts.all(in: routine.own), depth: depth + 1)
    let effects = try walk.finish()
    record(
      effects.steps.map { step in
        DestructiveStep(line: step.line, what: "\(what) \(step.what)", isCertain: step.isCertain)
      })
    calls += effects.calls.map { call in
      SQLCall(
        name: call.name, line: call.line, what: "\(what) \(call.what)", isAsked: call.isAsked)
    }
  }

  /// Calls what has to be defined somewhere.
  private mutating func ask(_ name: String, _ line: Int) {
    call(SQLRoutine.last(name), line, isAsked: true, as: name)
  }

  /// - Parameter isAsked: Whether it is a doubt where nobody defines it.
  private mutating func call(
    _ name: String, _ line: Int, isAsked: Bool, as shown: String? = nil
  ) {
    let defined = routines[name] ?? []
    calls.append(
      SQLCall(
        name: name, line: line, what: "calls \(shown ?? name.lowercased())",
        isAsked: isAsked, forms: Set(defined.map(\.routine.form))))
    if called.insert(name).inserted { open += defined }
  }

  private mutating func run(_ called: Routine) throws(UnreadableMigration) {
    let routine = called.routine
    let depth = called.depth + 1
    if let text = routine.text {
      guard routine.isReadable else {
        let what = isInner ? "is" : "calls \(called.name.lowercased()), which is"
        return record([
          DestructiveStep(
            line: text.line, what: "\(what) in \(routine.language ?? "")", isCertain: false)
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
    case let known where known.hasPrefix("SP_"): return
    case _ where name.uppercased().hasPrefix("DBMS_"): return
    default:
      let isBuilt = given.mark(0) == "(" || given.mark(0) == "|"
      if words.word(0) == "EXECUTE", isBuilt, routines[procedure] == nil {
        return try runText(rest, words, depth)
      }
      if words.word(0) == "EXEC" || !given.tokens.isEmpty && !given.startsClause {
        return ask(name, words.line)
      }
      call(procedure, words.line, isAsked: false)
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
