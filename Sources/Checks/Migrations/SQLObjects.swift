/// Something that a database keeps under a plain name.
struct SQLObject: Hashable {
  /// In capital letters: `TABLE`, `VIEW`.
  let kind: String
  /// As it is written, its letters' case included.
  let name: String
  /// Which of several with that name: by a program's arguments, a trigger's table, a column's.
  var detail: String?

  /// A table's column.
  static func column(_ name: String, of table: String) -> SQLObject {
    SQLObject(kind: "COLUMN", name: name, detail: table)
  }

  func isColumn(of object: SQLObject) -> Bool { kind == "COLUMN" && detail == object.name }

  /// Whether making `other` brings back all that there was of this.
  func isMadeAnew(by other: SQLObject) -> Bool {
    guard kind == other.kind, name == other.name else { return false }
    switch kind {
    case "VIEW", "MATERIALIZED VIEW", "EVENT": return true
    // Where a trigger's name alone drops it, no second one has it; which table it was on, nobody says.
    case "FUNCTION", "PROCEDURE", "TRIGGER": return detail == nil || detail == other.detail
    default: return false
    }
  }
}

/// What one statement of a plain script does.
///
/// A script is plain if no statement in it can change what
/// a name means, or touch the rows of a table by another one's name.
struct SQLAct {
  enum Deed {
    /// - isNew: Whether there was none of it before.
    case makes(SQLObject, isNew: Bool)
    case drops(SQLObject)
    /// Empties it.
    case empties(SQLObject)
    /// Adds columns, and whatever else, to a table.
    case adds(SQLObject, columns: [SQLObject])
    /// Wants more of a table's rows than before.
    case narrows(SQLObject)
    /// Gives rows of a table other values, and of no other one: in columns that are named, or in some.
    case fills(SQLObject, columns: [SQLObject])
    case other
  }

  let deed: Deed
  let steps: [DestructiveStep]

  /// What the statements of a script do; `nil` unless all of them are plain.
  static func all(in statements: [[SQLScript.Token]]) -> [SQLAct]? {
    var statements = statements[...]
    if let first = statements.first, isBegin(first) {
      guard let last = statements.last, last.count == 1, last[0].isWord("COMMIT") else {
        return nil
      }
      statements = statements.dropFirst().dropLast()
    }
    var acts: [SQLAct] = []
    for index in statements.indices {
      var reader = SQLPlainStatement(statements[index])
      guard let deed = reader.deed(isLast: index + 1 == statements.endIndex) else { return nil }
      acts.append(
        SQLAct(deed: deed, steps: DestructiveSQL.steps(of: SQLWords(statements[index][...]))))
    }
    return acts
  }

  /// The same of a text, which its readings must agree on.
  static func all(
    in readings: [SQLScript], _ part: (SQLScript) -> [[SQLScript.Token]]
  ) -> [SQLAct]? {
    guard let first = readings.first, readings.count == SQLDialect.all.count,
      readings.allSatisfy({ $0.isUnmarked && part($0) == part(first) })
    else { return nil }
    return all(in: part(first))
  }

  private static func isBegin(_ statement: [SQLScript.Token]) -> Bool {
    let words = statement.map(\.text)
    return [["BEGIN"], ["BEGIN", "TRANSACTION"], ["START", "TRANSACTION"]].contains(words)
  }

  /// The steps that take nothing from the release before: what is dropped is made again, or was
  /// made by the same migration, as what is filled was.
  static func harmless(_ acts: [SQLAct]) -> Set<DestructiveStep> {
    var own: Set<SQLObject> = []
    var dropped: [Int: SQLObject] = [:]
    var harmless: Set<Int> = []
    for (index, act) in acts.enumerated() {
      switch act.deed {
      case .makes(let object, let isNew):
        own = own.filter { !$0.isColumn(of: object) }
        let again = dropped.filter { $0.value.isMadeAnew(by: object) }.keys
        harmless.formUnion(again)
        for drop in again { dropped[drop] = nil }
        if again.isEmpty, isNew { own.insert(object) }
      case .drops(let object):
        own = own.filter { !$0.isColumn(of: object) }
        if own.remove(object) != nil { harmless.insert(index) } else { dropped[index] = object }
      case .empties(let table), .narrows(let table):
        if own.contains(table) { harmless.insert(index) }
      case .adds(let table, let columns):
        if own.contains(table) { harmless.insert(index) }
        own.formUnion(columns)
      case .fills(let table, let columns):
        if own.contains(table) || own.isSuperset(of: columns) { harmless.insert(index) }
      case .other: break
      }
    }
    let kept = acts.indices.filter { !harmless.contains($0) }.flatMap { acts[$0].steps }
    return Set(harmless.flatMap { acts[$0].steps }).subtracting(kept)
  }
}
