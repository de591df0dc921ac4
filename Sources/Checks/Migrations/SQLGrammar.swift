internal import Release

/// What SQL statements begin with, in any database: enough to tell a text that is none.
enum SQLGrammar {
  /// Why no database reads a script, whichever way; `nil` where one may.
  static func fault(in readings: [SQLScript]) -> UnreadableMigration? {
    var first: UnreadableMigration?
    for script in readings {
      guard let fault = fault(in: script.up) ?? fault(in: script.down) else { return nil }
      first = first ?? fault
    }
    return first
  }

  private static func fault(in statements: [[SQLScript.Token]]) -> UnreadableMigration? {
    for words in outer(statements) {
      guard let why = fault(in: words) else { continue }
      return UnreadableMigration(
        line: words.line, why: why, hint: "write a statement that the database knows")
    }
    return nil
  }

  /// Statements that begin with a word which no list has: another database's, or a procedure's name.
  ///
  /// None where one way of reading the script has none.
  static func doubts(in readings: [[[SQLScript.Token]]]) -> [DestructiveStep] {
    var first: [DestructiveStep]?
    for statements in readings {
      let doubts = outer(statements).compactMap { words -> DestructiveStep? in
        guard let word = words.tokens.first, word.kind == .word, !verbs.contains(word.text),
          !isCalled(words), word.text.utf8.first?.isASCIIDigit == false
        else { return nil }
        return words.doubt("begins with \(shown(word)), which may be anything")
      }
      if doubts.isEmpty { return [] }
      first = first ?? doubts
    }
    return first ?? []
  }

  /// Statements within a program or block are left alone: they may begin with names of its own.
  private static func outer(_ statements: [[SQLScript.Token]]) -> [SQLWords] {
    var blocks = 0
    var isDeclaring = false
    var outer: [SQLWords] = []
    for statement in statements {
      let words = SQLWords(statement[...])
      if isDeclaring, verbs.contains(words.word(0)) { isDeclaring = false }
      if blocks == 0, !isDeclaring { outer.append(words) }
      blocks = max(0, blocks + depth(of: statement, isInBlock: blocks > 0))
      isDeclaring = isDeclaring || declares(statement)
    }
    return outer
  }

  /// What stands for a kind of object behind `CREATE`, `ALTER` or `DROP`, where no list has it.
  static func unknownKind(of words: SQLWords) -> String? {
    guard
      let kind = words.tokens.dropFirst().first(where: { !$0.isWord(in: modifiers) }),
      kind.kind == .word, !kinds.contains(kind.text)
    else { return nil }
    return shown(kind)
  }

  /// How many more blocks a statement begins than it ends.
  private static func depth(of statement: [SQLScript.Token], isInBlock: Bool) -> Int {
    // Elsewhere, these may be names of columns.
    guard isInBlock || mayHoldBlocks(statement) else { return 0 }
    var depth = 0
    var nesting = 0
    for index in statement.indices {
      nesting += statement[index].nesting
      guard nesting == 0 else { continue }
      let next = index + 1 < statement.count ? statement[index + 1] : nil
      switch statement[index] {
      case let token where token.isWord("BEGIN"):
        let before = index > 0 ? statement[index - 1] : nil
        if let next, next.kind != .mark || "<:@$({".contains(next.text),
          !next.isWord(in: transaction), before.map(isBeforeColumn) != true
        {
          depth += 1
        }
      case let token where token.isWord("CASE"):
        if index == 0 || !statement[index - 1].isWord("END") { depth += 1 }
      case let token where token.isWord("END"):
        if next?.isWord(in: ["IF", "LOOP", "WHILE", "REPEAT", "FOR"]) != true { depth -= 1 }
      default: continue
      }
    }
    return depth
  }

  /// Whether a column's name is what follows: `SELECT begin`, `ADD ATTRIBUTE begin date`, `a.begin`.
  private static func isBeforeColumn(_ token: SQLScript.Token) -> Bool {
    token.kind == .mark
      ? ".,=+-*/|".contains(token.text)
      : token.isWord(in: [
        "SELECT", "DISTINCT", "WHERE", "AND", "OR", "BY", "ATTRIBUTE", "ADD", "COLUMN", "SET",
      ])
  }

  private static func mayHoldBlocks(_ statement: [SQLScript.Token]) -> Bool {
    let words = SQLWords(statement[...])
    // `<<label>>` and `label:`
    if words.mark(0) == "<" || words.mark(1) == ":" { return true }
    guard ["CREATE", "ALTER"].contains(words.word(0)) else {
      return openers.contains(words.word(0))
    }
    if let routine = SQLRoutine(statement[...]) { return routine.executed == nil }
    let kind = statement.dropFirst().first { !$0.isWord(in: modifiers) }
    return kind?.isWord(in: ["TASK", "TYPE"]) == true
  }

  /// What blocks begin with, and statements that hold one.
  private static let openers: Set<String> = [
    "BEGIN", "CASE", "DECLARE", "ELSE", "EXECUTE", "FOR", "IF", "LOOP", "REPEAT", "REPLACE",
    "WHILE",
  ]

  /// Behind `BEGIN` these say that it is a transaction.
  private static let transaction: Set<String> = [
    "TRAN", "TRANSACTION", "WORK", "DISTRIBUTED", "DEFERRED", "IMMEDIATE", "EXCLUSIVE",
    "CONCURRENT", "ISOLATION", "READ", "DEFERRABLE", "NOT",
  ]

  /// Whether what follows are a program's variables: `DECLARE a int;`, `CREATE FUNCTION f … IS a int;`.
  private static func declares(_ statement: [SQLScript.Token]) -> Bool {
    let words = SQLWords(statement[...])
    if words.word(0) == "DECLARE" {
      let rest = words.tokens.dropFirst()
      let isCursor = zip(rest, rest.dropFirst()).contains { before, token in
        token.isWord("CURSOR") && !before.isWord("REF")
      }
      let isTable = ["GLOBAL", "LOCAL"].contains(words.word(1))
      return words.mark(1) != "@" && !isCursor && !isTable
    }
    guard let routine = SQLRoutine(statement[...]), routine.name != nil, routine.text == nil,
      let place = endOfHead(of: routine.inline)
    else { return false }
    let rest = routine.inline[(place + 1)...]
    let next = SQLWords(rest).word(0)
    // A variable has its type behind it; a value or a call is all that there is.
    let type = rest.dropFirst().first
    let isTyped =
      type?.kind == .name || type?.kind == .word && type?.text.utf8.first?.isASCIIDigit == false
    // One with a block in it, or with its other statements, is whole.
    let isWhole = rest.contains { $0.isWord("BEGIN") || $0.isMark(";") }
    return !next.isEmpty && !verbs.contains(next) && isTyped && !isWhole
  }

  /// The index of the `AS` or `IS` behind a program's name, parameters and type; `nil` where its
  /// statements begin without one.
  private static func endOfHead(of body: ArraySlice<SQLScript.Token>) -> Int? {
    // Oracle's functions have a type behind `RETURN`, others a value, and the type behind `RETURNS`.
    let isTyped = body.contains { $0.isWord("RETURNS") }
    var nesting = 0
    for index in body.indices {
      nesting += body[index].nesting
      guard nesting == 0 else { continue }
      // SQL Server's declare nothing: `@x AS int`.
      if body[index].isMark("@") { return nil }
      if body[index].isWord(in: ["AS", "IS"]) { return index }
      if body[index].isWord(in: verbs), isTyped || !body[index].isWord("RETURN") { return nil }
    }
    return nil
  }

  private static func fault(in words: SQLWords) -> String? {
    guard let first = words.tokens.first else { return nil }
    switch first.kind {
    case .name: return nil
    case .text, .body: return "a text stands where a statement should begin"
    case .mark:
      // Of programs before the database, and `<<label>>`.
      let isKnown = "(@:$[{%.&;".contains(first.text) || first.text == "<" && words.mark(1) == "<"
      return isKnown ? nil : "no SQL statement begins with \(first.text)"
    case .word: break
    }
    if ["CREATE", "ALTER", "DROP"].contains(first.text) { return unknownKind(words) }
    guard !verbs.contains(first.text), !abbreviations.contains(first.text), !isCalled(words),
      isMisspelled(first.text, verbs) || isProse(words)
    else { return nil }
    return "no SQL statement begins with \(shown(first))"
  }

  /// Whether a word is a letter or two away from one that is known: others may be some database's own.
  private static func isMisspelled(_ word: String, _ known: Set<String>) -> Bool {
    let count = word.utf8.count
    return count > 2
      && known.contains { other in
        // With another beginning, it is rather another word: `INVALIDATE`.
        let limit = count > 7 && other.utf8.first == word.utf8.first ? 2 : 1
        return other.utf8.count > 2 && abs(other.utf8.count - count) <= limit
          && EditDistance.between(word, other) <= limit
      }
  }

  /// Whether a line begins with a verb's wrong letters, and goes on as behind the verb: `DORP TABLE a`.
  static func isMisspelledStatement(_ line: Substring) -> Bool {
    let words = line.split(maxSplits: 2, whereSeparator: \.isWhitespace).map { $0.uppercased() }
    return words.count > 1 && !verbs.contains(words[0]) && isMisspelled(words[0], verbs)
      && (kindsAndModifiers.contains(words[1]) || ["FROM", "IF", "INTO"].contains(words[1]))
  }

  /// Whether a statement that begins with an unknown word is for people.
  private static func isProse(_ words: SQLWords) -> Bool {
    guard let first = words.tokens.first, let last = words.tokens.last else { return false }
    let isAddress = words.tokens.map(\.text).joined(separator: " ").contains(": / / ")
    let isNumber = first.text.utf8.first?.isASCIIDigit == true
    return isAddress || isNumber || strays.contains(first.text)
      || !first.text.utf8.allSatisfy { $0 < 0x80 }
      || last.kind == .mark && ".!?。！？".contains(last.text)
      || words.tokens.contains { $0.isWord(in: prose) }
  }

  /// Whether it calls a procedure as SQL Server's statements may, without a word for that: `dbo.p 1`, `p @a = 1`.
  static func callsProcedure(_ words: SQLWords) -> Bool {
    guard let first = words.tokens.first else { return false }
    let isName =
      first.kind == .name
      ? !first.text.hasPrefix("{") : first.kind == .word && !verbs.contains(first.text)
    guard isName else { return false }
    let (_, given) = words.afterName(0)
    let isSystem =
      first.isWord("SP_RENAME") ? false : ["SP_", "XP_"].contains(where: first.text.hasPrefix)
    guard words.mark(1) == "." || words.mark(1) == "@" || isSystem else { return false }
    guard let next = given.tokens.first else { return true }
    if next.kind == .text || next.isMark("@") { return true }
    // `xp_total INT` declares one.
    return next.kind == .word && (isSystem ? next.isWord("N") : !next.isWord(in: actions))
  }

  /// Whether the first word is a command of another program, a procedure's name or a label.
  private static func isCalled(_ words: SQLWords) -> Bool {
    let first = words.word(0)
    if first.utf8.first?.isASCIIDigit == true { return false }
    if ["\\", "SP_", "XP_"].contains(where: first.hasPrefix) { return true }
    if words.mark(1) == ":" {
      return words.tokens.count == 2 || verbs.contains(words.word(2)) || words.mark(2) == "="
    }
    return words.mark(1) == "." || words.mark(1) == "@"
  }

  private static func unknownKind(_ words: SQLWords) -> String? {
    guard
      let kind = words.tokens.dropFirst().first(where: { !$0.isWord(in: modifiers) })
    else { return "nothing stands behind \(words.word(0))" }
    guard kind.kind == .word, !kinds.contains(kind.text) else { return nil }
    if ["IF", "INTO", "FROM"].contains(kind.text) {
      return "\(words.word(0)) is followed by \(shown(kind)), where a kind of object should be"
    }
    let next = words.tokens[(words.tokens.firstIndex(of: kind) ?? 0)...].dropFirst().first
    let isNamed = next.map { $0.kind != .mark && !$0.isWord(in: actions) || isPutIn($0) } ?? false
    guard
      !isNamed || isMisspelled(kind.text, kindsAndModifiers) || prose.contains(kind.text)
    else { return nil }
    return "\(words.word(0)) is followed by \(shown(kind)), which is no kind of object"
  }

  /// Whether something is put in there when it runs: `${name}`, `:name`.
  private static func isPutIn(_ token: SQLScript.Token) -> Bool {
    token.kind == .mark && "$:@{[%".contains(token.text)
  }

  private static func shown(_ token: SQLScript.Token) -> String {
    (token.written ?? token.text).cut(to: 40)
  }
}

// The words, of PostgreSQL, MySQL and MariaDB, SQLite, SQL Server, and others near to them.
extension SQLGrammar {
  private static let verbs = words(
    """
    ABORT ACCEPT ADD ALTER ANALYSE ANALYZE APPLY ASSERT ATTACH AUDIT BACKUP BATCH BEGIN BINLOG BREAK BULK
    CACHE CALL CANCEL CASE CHANGE CHARSET CHECK CHECKPOINT CHECKSUM CLEAR CLONE CLOSE CLUSTER COMMENT COMMIT
    CONFIGURE CONNECT CONTINUE COPY CREATE DBCC DEALLOCATE DECLARE DEFINE DELETE DELIMITER DENY DESC DESCRIBE
    DETACH DISABLE DISCARD DISCONNECT DO DROP EDIT ELSE ELSEIF ELSIF ENABLE END EXCEPTION EXCHANGE EXEC EXECUTE EXISTS EXIT
    EXPLAIN EXPORT FETCH FLASHBACK FLUSH FOR FORALL FOREACH FROM FULL GET GO GOTO GRANT HANDLER HELP HOST IF
    IMPORT INSERT INSTALL ITERATE KILL LEAVE LET LIST LISTEN LOAD LOCK LOOP MERGE MOVE MSCK NOAUDIT NOTIFY
    NULL OPEN OPTIMIZE PAUSE PERFORM PIVOT PRAGMA PREPARE PRINT PROMPT PURGE PUT QUIT RAISE RAISERROR READTEXT
    REASSIGN RECONFIGURE RECOVER RECREATE REFRESH REINDEX RELEASE REM REMARK REMOVE RENAME REPAIR REPEAT REPLACE RESET
    RESIGNAL RESTART RESTORE RESUME RETURN REVERT REVOKE ROLLBACK SAVE SAVEPOINT SECURITY SEL SELECT SEND SET SETUSER
    SHO SHOW SHUTDOWN SIGNAL SOURCE SPOOL START STATUS STOP SUMMARIZE SYSTEM TABLE TEE THROW TRUNCATE UNDEFINE
    UNDROP UNINSTALL UNLISTEN UNLOAD UNLOCK UNSET UPDATE UPDATETEXT UPSERT USE VACUUM VALIDATE VALUES WAITFOR
    WARNINGS WATCH WHEN WHENEVER WHILE WITH WRITETEXT XA
    """)

  /// Some databases' own, which are near to what others misspell, and of which it is not known what they
  /// do.
  private static let abbreviations = words("DEL DISC EXE INS UPD")

  /// What stands between the verb and the kind.
  private static let modifiers = words(
    """
    ALTER BITMAP CLUSTERED COLUMNSTORE CONCURRENTLY EDITIONABLE FORCE FOREIGN FULLTEXT GLOBAL HASH HYBRID
    IGNORE INVERTED LOCAL MATERIALIZED MULTIVALUE NO NOFORCE NONCLUSTERED NONEDITIONABLE OFFLINE ONLINE OR
    PRIMARY PRIVATE PROCEDURAL PUBLIC RECURSIVE REFRESHABLE REPLACE SECURE SELECTIVE SHARDED SHARED SPATIAL SPECIFIC TEMP
    TEMPORARY TRANSIENT TRUSTED UNDO UNIQUE UNLOGGED VECTOR VIRTUAL VOLATILE XML
    """)

  /// Kinds of objects, by their first words; and what else stands there.
  private static let kinds = words(
    """
    ACCESS ACCOUNT AGGREGATE ALGORITHM ALIAS APPLICATION ASSEMBLY ASSERTION ASYMMETRIC AUDIT AUTHORIZATION
    AVAILABILITY BROKER CAST CATALOG CERTIFICATE CHANGEFEED CHARACTER CLUSTER COLLATION COLLECTION COLUMN
    COMPUTE CONNECTION CONNECTOR CONSTANT CONSTRAINT CONTEXT CONTRACT CONTROLFILE CONVERSION CREDENTIAL CRYPTOGRAPHIC
    DATA DATABASE DATASHARE DEFAULT DEFINER DICTIONARY DIMENSION DIRECTORY DISK DOMAIN EDITION ENCODING
    ENDPOINT EVENT EXTENSION EXTERNAL FILE FILESPACE FLASHBACK FUNCTION GRAPH GROUP INDEX INDEXTYPE INSTANCE
    INTEGRATION JAVA JOB KEY KEYSPACE LANGUAGE LARGE LIBRARY LIVE LOADABLE LOGFILE LOGIN MACRO MAPPING MASK MASKING
    MASTER MESSAGE METHOD MODEL NAMED NETWORK NOTIFICATION OPERATOR OUTLINE OWNED PACKAGE PARTITION PFILE PIPE
    PLUGGABLE POLICY PREPARE PROC PROCEDURE PROFILE PROJECTION PROPERTY PUBLICATION QUEUE QUOTA RANGE REFERENCE
    REMOTE RESOURCE RESTORE RETENTION ROLE ROLLBACK ROUTE ROUTINE ROW RULE SCHEDULE SCHEMA SEARCH SECRET
    SECURITY SENSITIVITY SEQUENCE SERVER SERVICE SESSION SETTINGS SHARE SIGNATURE SNAPSHOT SPFILE SQL STAGE
    STATISTICS STOPLIST STORAGE STORED STREAM SUBSCRIPTION SYMMETRIC SYNONYM SYSTEM TABLE TABLES TABLESPACE
    TAG TASK TENANT TEXT TRACE TRANSFORM TRIGGER TYPE USER VARIABLE VIEW WAREHOUSE WINDOW WORKLOAD
    """)

  private static let kindsAndModifiers = kinds.union(modifiers)

  /// What stands behind an object's name, and so not behind its kind.
  private static let actions = words("ADD ALTER AS CHANGE DROP MODIFY ON RENAME SET TO")

  /// What begins no statement of any database, but a part of one, or a sentence.
  private static let strays = prose.union(
    words(
      """
      AND AS BETWEEN BY EXCEPT GROUP HAVING IN INNER INTERSECT INTO IS JOIN LIKE LIMIT NOT OF OFFSET ON OR ORDER
      OUTER RETURNING TO UNION WHERE
      A AN FIXME I NO NONE NOTHING SEE TBA TBD TODO WIP XXX
      """))

  /// Words that are in no SQL, in a statement with which nothing begins that is known.
  private static let prose = words(
    """
    ARE BECAUSE BEEN CANNOT HERE IT ITS MUST OUR PLEASE SHOULD THAT THE THERE THESE THIS THOSE WAS WE WERE WILL
    YOU YOUR
    """)

  private static func words(_ list: String) -> Set<String> {
    Set(list.split(whereSeparator: \.isWhitespace).map(String.init))
  }
}

extension UnreadableMigration {
  /// The same of another file.
  func of(_ path: String) -> UnreadableMigration {
    UnreadableMigration(line: line, why: why, hint: hint, path: path)
  }
}
