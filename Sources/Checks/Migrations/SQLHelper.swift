/// Programs that a script makes for itself, and drops again when it has called them.
enum SQLHelper {
  private typealias Arguments = [[String]]

  private static let kinds: Set<String> = ["FUNCTION", "PROCEDURE", "PROC"]

  /// The steps that drop what nobody else can have used, in whatever way the script is read.
  static func drops(in readings: [[[SQLScript.Token]]]) -> Set<DestructiveStep> {
    guard let first = readings.first else { return [] }
    return readings.dropFirst().reduce(drops(in: first)) { $0.intersection(drops(in: $1)) }
  }

  private static func drops(in statements: [[SQLScript.Token]]) -> Set<DestructiveStep> {
    guard !statements.contains(where: { isInTheWay(SQLWords($0[...])) }) else { return [] }
    var made: [String: [Arguments]] = [:]
    var own: Set<DestructiveStep> = []
    var others: Set<DestructiveStep> = []
    for statement in statements {
      let words = SQLWords(statement[...])
      if let (name, arguments) = created(words) {
        made[name, default: []].append(arguments)
      } else if words.word(0) == "DROP" {
        let steps = DestructiveSQL.steps(of: words)
        if let (name, arguments) = dropped(words),
          made[name]?.contains(where: { made in arguments.map(made.ends) ?? true }) == true
        {
          own.formUnion(steps)
        } else {
          others.formUnion(steps)
        }
      }
    }
    return own.subtracting(others)
  }

  /// `CREATE FUNCTION f(a int)`: what it makes was not there before.
  private static func created(_ words: SQLWords) -> (name: String, arguments: Arguments)? {
    guard words.word(0) == "CREATE" else { return nil }
    var place = 1
    // MySQL: `DEFINER = a@b`.
    if words.word(1) == "DEFINER" {
      place = (1..<10).first { kinds.contains(words.word($0)) } ?? 1
    }
    guard kinds.contains(words.word(place)), words.word(place + 1) != "IF" else { return nil }
    let (name, rest) = words.afterName(place + 1)
    guard !name.contains("{") else { return nil }
    return ("\(words.word(place).prefix(4)) \(name)", arguments(rest)?.list ?? [])
  }

  /// `DROP FUNCTION IF EXISTS f(int)`, and nothing else that goes with it.
  private static func dropped(_ words: SQLWords) -> (name: String, arguments: Arguments?)? {
    guard kinds.contains(words.word(1)) else { return nil }
    let (name, rest) = words.afterName(2)
    let arguments = arguments(rest)
    guard arguments?.rest.isEmpty ?? rest.tokens.isEmpty else { return nil }
    return ("\(words.word(1).prefix(4)) \(name)", arguments?.list)
  }

  /// The parameters that stand ahead, without what they are where they are not given.
  private static func arguments(
    _ words: SQLWords
  ) -> (list: Arguments, rest: ArraySlice<SQLScript.Token>)? {
    guard words.mark(0) == "(" else { return nil }
    var depth = 0
    let end = words.tokens.firstIndex { token in
      depth += token.nesting
      return depth == 0
    }
    guard let end else { return nil }
    let inner = words.tokens[words.tokens.startIndex..<end].dropFirst()
    let list =
      inner.isEmpty
      ? []
      : SQLWords(inner).split().map { part in
        part.tokens.prefix { !$0.isWord("DEFAULT") && !$0.isMark("=") }.map(\.text)
      }
    return (list, words.tokens[end...].dropFirst())
  }

  /// Whether a statement may leave others out, or make another thing of a name.
  private static func isInTheWay(_ words: SQLWords) -> Bool {
    let first = words.word(0)
    switch first {
    case "IF", "ELSE", "WHILE", "LOOP", "FOR", "CASE", "USE", "ROLLBACK": return true
    case "BEGIN": return words.tokens.count > 1 && !["TRANSACTION", "WORK"].contains(words.word(1))
    case "ALTER": return kinds.contains(words.word(1)) || words.word(1) == "SESSION"
    case "SET": return ["SEARCH_PATH", "SCHEMA", "ROLE"].contains(where: words.contains)
    default: return first.hasPrefix("\\") || words.contains("SET_CONFIG")
    }
  }
}

extension [[String]] {
  /// Whether these end as others do, one by one: `a int` and `int`.
  fileprivate func ends(_ others: [[String]]) -> Bool {
    count == others.count && zip(self, others).allSatisfy { $0.suffix($1.count).elementsEqual($1) }
  }
}
