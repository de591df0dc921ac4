/// What stands before a parenthesis in SQL and changes no rows: functions that databases bring along,
/// and words of the language.
enum SQLFunctions {
  /// - Parameter name: In capital letters.
  static func isHarmless(_ name: String) -> Bool {
    names.contains(name) || beginnings.contains(where: name.hasPrefix)
  }

  /// Whether what is in this schema or package comes with the database.
  static func isOfDatabase(_ schema: String) -> Bool {
    ["PG_CATALOG", "INFORMATION_SCHEMA", "SYS"].contains(schema) || schema.hasPrefix("DBMS_")
      || schema.hasPrefix("UTL_")
  }

  private static let beginnings = [
    "PG_", "ST_", "JSON", "ARRAY_", "REGEXP_", "REGR_", "STRING_", "TO_", "DATE", "TIME", "TXID_",
    "CURRENT_", "LAST_", "UUID", "GEN_RANDOM_", "HAS_", "OBJECT", "SCHEMA_", "XML", "RANGE_",
    "LO_IM", "BIT_", "VAR_", "STDDEV", "COVAR_", "PERCENT", "HLL_", "INET_", "LOWER", "UPPER",
    "SYS_", "SESSION", "SERVER", "ROW", "FORMAT", "TRY_", "CHAR", "STR", "NUM", "HEX", "OCTET",
    "APPROX_", "MAKE_", "JSONB_", "PARSE", "IS_", "TS_", "PHRASETO_", "GENERATE_", "UUID_",
  ]

  private static let names: Set<String> = Set(
    """
    ABS ACOS AGE ALL AND ANY ARRAY AS ASCII ASIN ATAN ATAN2 AVG BETWEEN BIGINT BIN BINARY BOOL_AND
    BOOL_OR BROADCAST BTRIM BY CASE CAST CBRT CEIL CEILING CHECKSUM CHOOSE CLOCK_TIMESTAMP COALESCE
    COL_DESCRIPTION COL_LENGTH COLLATE COLUMNPROPERTY CONCAT CONCAT_WS CONNECTION_ID CONTAINS
    CONVERT CORR COS COT COUNT COUNT_BIG CRC32 CREATE_DISTRIBUTED_TABLE CREATE_HYPERTABLE
    CREATE_REFERENCE_TABLE CRYPT CUBE CUME_DIST CURDATE CURRVAL CURTIME DAY DAYOFMONTH DAYOFWEEK
    DAYOFYEAR DB_ID DB_NAME DEC DECIMAL DECODE DEGREES DENSE_RANK DIGEST DISTINCT DIV DOUBLE ELSE
    ELT ENCODE EVERY EXCEPT EXISTS EXP EXTRACT FIELD FILTER FIND_IN_SET FIRST_VALUE FLOAT FLOOR FOR
    FOUND_ROWS FROM FROM_DAYS FROM_UNIXTIME GEN_SALT GETDATE GETUTCDATE GET_LOCK GLOB GREATEST GROUP
    GROUPING GROUP_CONCAT HASHBYTES HAVING HOST HOUR HSTORE IF IFNULL IIF IN INDEX_COL INITCAP
    INSTR INT INTEGER INTERSECT INTERVAL INTO IS ISDATE ISFINITE ISNULL ISNUMERIC JOIN
    JSONB JUSTIFY_DAYS JUSTIFY_HOURS JUSTIFY_INTERVAL LAG LATERAL LCASE LEAD LEAST LEFT LEN LENGTH
    LIKE LIMIT LISTAGG LN LOCALTIME LOCALTIMESTAMP LOCATE LOG LOG10 LOG2 LPAD LTRIM MATCH MAX MD5
    MEDIAN MERGE_ACTION MICROSECOND MID MIN MINUTE MOD MODDATETIME MODE MONTH MONTHS_BETWEEN NAME NCHAR
    NEWID NEWSEQUENTIALID NEXTVAL NOT NOW NTH_VALUE NTILE NULLIF NUMERIC NVARCHAR NVL NVL2 OBJ_DESCRIPTION
    OCTET_LENGTH OFFSET ON OR ORD ORDER OVER OVERLAPS OVERLAY PARTITION PASSWORD PATINDEX PERIOD_ADD
    PERIOD_DIFF PI POSITION POW POWER PRECISION PRINT PRINTF QUARTER QUOTE QUOTENAME QUOTE_IDENT
    QUOTE_LITERAL QUOTE_NULLABLE RADIANS RAISE RAISERROR RAISE_APPLICATION_ERROR RAND RANDOM
    RANDOMBLOB RANK REAL RELEASE_LOCK REPEAT REPLACE REPLICATE RETURN REVERSE RIGHT ROLLUP ROUND
    ROW RPAD RTRIM SCHEMA SCOPE_IDENTITY SECOND SELECT SEC_TO_TIME SET SETVAL SETSEED SETWEIGHT
    SET_CONFIG SHA SHA1 SHA2 SHA224 SHA256 SHA384 SHA512 SIGN SIMILARITY SIN SLEEP SMALLINT SOME
    SOUNDEX SPACE SPLIT_PART SQRT STARTS_WITH STATEMENT_TIMESTAMP STUFF SUBDATE ADDDATE SUBSTR
    SUBSTRING SUBSTRING_INDEX SUM SUPPRESS_REDUNDANT_UPDATES_TRIGGER SYSDATETIME SYSUTCDATETIME
    SYSDATE TABLESAMPLE TAN THEN TIME TIMEOFDAY TINYINT TOP TRANSACTION_TIMESTAMP TRANSLATE TRIM TRUNC
    TSVECTOR_UPDATE_TRIGGER TYPEOF TYPE_ID TYPE_NAME TYPEPROPERTY UCASE UNACCENT UNHEX UNICODE UNION
    UNIX_TIMESTAMP UNLIKELY UNNEST USER USER_ID USER_NAME USING UTC_TIMESTAMP VALUES VARCHAR VARBINARY
    VARIANCE VERSION WEEK WEEKDAY WHEN WHERE WHILE WIDTH_BUCKET WITH WITHIN XOR YEAR YEARWEEK
    ELSIF ELSEIF UNTIL EXIT CONTINUE EXECUTE EXEC PREPARE CLUSTER TABLE COLUMNS EXTRACTVALUE LOAD_EXTENSION
    UPDATEXML NOTNULL TOTAL CHANGES LIKELIHOOD LIKELY SQLITE_VERSION ZEROBLOB GROUPING_ID ADDGEOMETRYCOLUMN
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}

extension SQLCalls {
  private typealias Path = [(name: String, index: Int)]

  /// The programs of which it matters who defines them: a statement is nothing but their call, or
  /// asks them for something, which a migration has no other reason for.
  static func asked(in words: SQLWords) -> [(name: String, line: Int)] {
    let tokens = words.tokens
    if ["SELECT", "PERFORM", "DO"].contains(words.word(0)) {
      let places = tokens.indices.dropLast().filter { tokens[$0 + 1].isMark("(") }
      return places.compactMap { index in
        let path = Self.path(endingAt: index, in: tokens)
        // `) AS t(a, b)`
        guard let start = path.first?.index, start > tokens.startIndex else { return nil }
        let before = tokens[start - 1]
        let isAlias = before.isMark(")") || before.isWord(in: ["AS", "ORDINALITY", "INTO"])
        return isAlias ? nil : strange(path, tokens)
      }
    }
    return [lone(in: tokens)].compactMap(\.self)
  }

  /// `p(a);` and `pkg.p;`, as Oracle's blocks call them.
  private static func lone(
    in tokens: ArraySlice<SQLScript.Token>
  ) -> (name: String, line: Int)? {
    let head = tokens.lastIndex { $0.isWord(in: opening) }
    let tokens = tokens[(head.map { $0 + 1 } ?? tokens.startIndex)...]
    guard let first = tokens.first, first.kind == .word || first.kind == .name else { return nil }
    let end = tokens.firstIndex { !($0.kind == .word || $0.kind == .name || $0.isMark(".")) }
    let path = Self.path(endingAt: (end ?? tokens.endIndex) - 1, in: tokens)
    guard path.first?.index == tokens.startIndex else { return nil }
    guard let end else { return path.count > 1 ? strange(path, tokens) : nil }
    var depth = 0
    let isWhole =
      tokens[end].isMark("(")
      && tokens.indices.allSatisfy { index in
        depth += tokens[index].nesting
        return depth > 0 || index < end || index == tokens.endIndex - 1
      }
    return isWhole ? strange(path, tokens) : nil
  }

  /// A program's name, unless the database brings it along, or it is put in when the script runs.
  private static func strange(
    _ path: Path, _ tokens: ArraySlice<SQLScript.Token>
  ) -> (name: String, line: Int)? {
    guard let first = path.first, let last = path.last, !last.name.hasPrefix("{"),
      !first.name.hasPrefix("{"), !SQLFunctions.isHarmless(last.name),
      !executing.contains(last.name), path.count == 1 || !SQLFunctions.isOfDatabase(first.name)
    else { return nil }
    let parts = path.map { part in
      let token = tokens[part.index]
      return token.kind == .word ? token.text.lowercased() : token.text
    }
    return (parts.joined(separator: "."), tokens[first.index].line)
  }
}
