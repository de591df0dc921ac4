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

  /// Statements within a program or block are left alone: they may begin with names of its own.
  private static func fault(in statements: [[SQLScript.Token]]) -> UnreadableMigration? {
    var blocks = 0
    var isDeclaring = false
    for statement in statements {
      let words = SQLWords(statement[...])
      if isDeclaring, verbs.contains(words.word(0)) { isDeclaring = false }
      if blocks == 0, !isDeclaring, let why = fault(in: words) {
        return UnreadableMigration(
          line: words.line, why: why, hint: "write a statement that the database knows")
      }
      blocks = max(0, blocks + depth(of: statement))
      isDeclaring = isDeclaring || declares(statement)
    }
    return nil
  }

  /// How many more blocks a statement begins than it ends.
  private static func depth(of statement: [SQLScript.Token]) -> Int {
    var depth = 0
    for index in statement.indices {
      let next = index + 1 < statement.count ? statement[index + 1] : nil
      switch statement[index] {
      case let token where token.isWord("BEGIN"):
        if let next, !next.isMark(";"), !next.isWord(in: transaction) { depth += 1 }
      case let token where token.isWord("CASE"):
        if index == 0 || !statement[index - 1].isWord("END") { depth += 1 }
      case let token where token.isWord("END"):
        if next?.isWord(in: ["IF", "LOOP", "WHILE", "REPEAT", "FOR"]) != true { depth -= 1 }
      default: continue
      }
    }
    return depth
  }

  /// Behind `BEGIN` these say that it is a transaction.
  private static let transaction: Set<String> = [
    "TRAN", "TRANSACTION", "WORK", "DISTRIBUTED", "DEFERRED", "IMMEDIATE", "EXCLUSIVE",
    "CONCURRENT", "ISOLATION", "READ", "DEFERRABLE",
  ]

  /// Whether what follows are a program's variables: `DECLARE a int;`, `CREATE FUNCTION f … IS a int;`.
  private static func declares(_ statement: [SQLScript.Token]) -> Bool {
    let words = SQLWords(statement[...])
    if words.word(0) == "DECLARE" { return words.mark(1) != "@" }
    guard let routine = SQLRoutine(statement[...]), routine.text == nil,
      let place = routine.inline.firstIndex(where: { $0.isWord("AS") || $0.isWord("IS") })
    else { return false }
    let next = SQLWords(routine.inline[(place + 1)...]).word(0)
    return !next.isEmpty && next != "BEGIN" && !verbs.contains(next)
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
    guard !verbs.contains(first.text), !isCalled(words) else { return nil }
    return "no SQL statement begins with \(shown(first))"
  }

  /// Whether the first word is a command of another program, a procedure's name or a label.
  private static func isCalled(_ words: SQLWords) -> Bool {
    let first = words.word(0)
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
    return "\(words.word(0)) is followed by \(shown(kind)), which is no kind of object"
  }

  private static func shown(_ token: SQLScript.Token) -> String {
    let text = token.written ?? token.text
    return text.count > 40 ? "\(text.prefix(39))…" : text
  }
}

// The words, of PostgreSQL, MySQL and MariaDB, SQLite, SQL Server, and others near to them.
extension SQLGrammar {
  private static let verbs = words(
    """
    ABORT ACCEPT ADD ALTER ANALYSE ANALYZE APPLY ASSERT ATTACH AUDIT BACKUP BATCH BEGIN BINLOG BREAK BULK
    CACHE CALL CANCEL CASE CHANGE CHARSET CHECK CHECKPOINT CHECKSUM CLEAR CLONE CLOSE CLUSTER COMMENT COMMIT
    CONFIGURE CONNECT CONTINUE COPY CREATE DBCC DEALLOCATE DECLARE DEFINE DELETE DELIMITER DENY DESC DESCRIBE
    DETACH DISABLE DISCARD DISCONNECT DO DROP ELSE ELSEIF ELSIF ENABLE END EXCEPTION EXCHANGE EXEC EXECUTE EXISTS EXIT
    EXPLAIN EXPORT FETCH FLASHBACK FLUSH FOR FORALL FOREACH FROM FULL GET GO GOTO GRANT HANDLER HELP HOST IF
    IMPORT INSERT INSTALL ITERATE KILL LEAVE LET LIST LISTEN LOAD LOCK LOOP MERGE MOVE MSCK NOAUDIT NOTIFY
    NULL OPEN OPTIMIZE PAUSE PERFORM PIVOT PRAGMA PREPARE PRINT PROMPT PURGE PUT QUIT RAISE RAISERROR READTEXT
    REASSIGN RECONFIGURE RECOVER REFRESH REINDEX RELEASE REM REMARK REMOVE RENAME REPAIR REPEAT REPLACE RESET
    RESIGNAL RESTART RESTORE RESUME RETURN REVERT REVOKE ROLLBACK SAVE SAVEPOINT SECURITY SELECT SET SETUSER
    SHOW SHUTDOWN SIGNAL SOURCE SPOOL START STATUS STOP SUMMARIZE SYSTEM TABLE TEE THROW TRUNCATE UNDEFINE
    UNDROP UNINSTALL UNLISTEN UNLOAD UNLOCK UNSET UPDATE UPDATETEXT UPSERT USE VACUUM VALIDATE VALUES WAITFOR
    WARNINGS WHEN WHENEVER WHILE WITH WRITETEXT XA
    """)

  /// What stands between the verb and the kind.
  private static let modifiers = words(
    """
    ALTER BITMAP CLUSTERED COLUMNSTORE CONCURRENTLY EDITIONABLE FORCE FOREIGN FULLTEXT GLOBAL HASH HYBRID
    IGNORE INVERTED LOCAL MATERIALIZED MULTIVALUE NO NOFORCE NONCLUSTERED NONEDITIONABLE OFFLINE ONLINE OR
    PRIMARY PRIVATE PROCEDURAL PUBLIC RECURSIVE REFRESHABLE REPLACE SECURE SELECTIVE SHARDED SPATIAL SPECIFIC TEMP
    TEMPORARY TRANSIENT TRUSTED UNDO UNIQUE UNLOGGED VECTOR VIRTUAL VOLATILE XML
    """)

  /// Kinds of objects, by their first words; and what else stands there.
  private static let kinds = words(
    """
    ACCESS ACCOUNT AGGREGATE ALGORITHM ALIAS APPLICATION ASSEMBLY ASSERTION ASYMMETRIC AUDIT AUTHORIZATION
    AVAILABILITY BROKER CAST CATALOG CERTIFICATE CHANGEFEED CHARACTER CLUSTER COLLATION COLLECTION COLUMN
    COMPUTE CONNECTION CONNECTOR CONSTRAINT CONTEXT CONTRACT CONTROLFILE CONVERSION CREDENTIAL CRYPTOGRAPHIC
    DATA DATABASE DATASHARE DEFAULT DEFINER DICTIONARY DIMENSION DIRECTORY DISK DOMAIN EDITION ENCODING
    ENDPOINT EVENT EXTENSION EXTERNAL FILE FILESPACE FLASHBACK FUNCTION GRAPH GROUP INDEX INDEXTYPE INSTANCE
    INTEGRATION JAVA JOB KEY KEYSPACE LANGUAGE LARGE LIBRARY LIVE LOADABLE LOGFILE LOGIN MACRO MAPPING MASKING
    MASTER MESSAGE METHOD MODEL NAMED NETWORK NOTIFICATION OPERATOR OUTLINE OWNED PACKAGE PARTITION PIPE
    PLUGGABLE POLICY PREPARE PROC PROCEDURE PROFILE PROJECTION PROPERTY PUBLICATION QUEUE QUOTA RANGE REFERENCE
    REMOTE RESOURCE RESTORE RETENTION ROLE ROLLBACK ROUTE ROUTINE ROW RULE SCHEDULE SCHEMA SEARCH SECRET
    SECURITY SENSITIVITY SEQUENCE SERVER SERVICE SESSION SETTINGS SHARE SIGNATURE SNAPSHOT SQL STAGE
    STATISTICS STOPLIST STORAGE STORED STREAM SUBSCRIPTION SYMMETRIC SYNONYM SYSTEM TABLE TABLES TABLESPACE
    TAG TASK TENANT TEXT TRACE TRANSFORM TRIGGER TYPE USER VARIABLE VIEW WAREHOUSE WINDOW WORKLOAD
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
