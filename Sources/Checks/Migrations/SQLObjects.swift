/// Something that a database keeps under a name.
struct SQLObject: Hashable {
  /// In capital letters: `TABLE`, `VIEW`.
  let kind: String
  let name: String

  /// Whether all of it is in the statement that makes it, so that to make it again loses nothing.
  var isMadeWhole: Bool { Self.definitions.contains(kind) }

  /// What is only a definition, by the names of its kinds.
  static let definitions: Set<String> = [
    "VIEW", "FUNCTION", "PROCEDURE", "ROUTINE", "AGGREGATE", "TRIGGER", "EVENT", "RULE", "PACKAGE",
    "SYNONYM",
  ]

  /// What stands between `CREATE` and a kind.
  private static let modifiers: Set<String> = [
    "OR", "REPLACE", "ALTER", "TEMP", "TEMPORARY", "LOCAL", "GLOBAL", "UNLOGGED", "RECURSIVE",
    "MATERIALIZED", "FORCE", "NOFORCE", "EDITIONABLE", "NONEDITIONABLE", "CONSTRAINT", "VIRTUAL",
    "FOREIGN", "EXTERNAL", "TRANSIENT",
  ]

  /// What a statement makes, and whether there was none of it before; `nil` where it makes nothing.
  static func made(by words: SQLWords) -> (object: SQLObject, isNew: Bool)? {
    guard words.word(0) == "CREATE" else { return nil }
    var place = 1
    var said: Set<String> = []
    while modifiers.contains(words.word(place)) {
      said.insert(words.word(place))
      place += 1
    }
    // MySQL: `CREATE DEFINER = a@b SQL SECURITY INVOKER VIEW v`
    if ["DEFINER", "ALGORITHM", "SQL"].contains(words.word(place)) {
      let rest = words.tokens.dropFirst(place).prefix(12)
      guard let kind = rest.firstIndex(where: { $0.isWord(in: definitions) }) else { return nil }
      place = kind - words.tokens.startIndex
    }
    if words.word(place) == "EVENT", words.word(place + 1) == "TRIGGER" { place += 1 }
    guard let kind = kind(words.word(place)) else { return nil }
    let object = SQLObject(kind: kind, name: words.name(place + 1))
    // A session's own: whatever has that name in the database stays.
    let isTemporary = !said.isDisjoint(with: ["TEMP", "TEMPORARY"]) && !said.contains("GLOBAL")
    let isCertain = !said.contains("OR") && words.word(place + 1) != "IF"
    return (object, isTemporary || isCertain)
  }

  /// The kind that a word names; `nil` where it is not told here what becomes of it.
  static func kind(_ word: String) -> String? {
    if word == "PROC" { return "PROCEDURE" }
    return word == "TABLE" || definitions.contains(word) ? word : nil
  }
}

/// What a migration makes and takes away, in the order in which it does so.
enum SQLObjectEvent: Hashable {
  case made(SQLObject, isNew: Bool)
  case took(DestructiveStep)

  /// The steps that take nothing from the release before: what is dropped is made again, or was
  /// made by the same migration.
  static func harmless(_ events: [SQLObjectEvent]) -> Set<DestructiveStep> {
    var own: Set<SQLObject> = []
    var dropped: [SQLObject: [DestructiveStep]] = [:]
    var harmless: Set<DestructiveStep> = []
    var harmful: Set<DestructiveStep> = []
    for event in events {
      switch event {
      case .made(let object, let isNew):
        if let steps = dropped.removeValue(forKey: object) {
          harmless.formUnion(steps)
        } else if isNew {
          own.insert(object)
        }
      case .took(let step):
        guard let object = step.object else { continue }
        if own.contains(object) {
          harmless.insert(step)
          if step.isDrop { own.remove(object) }
        } else if step.isDrop, object.isMadeWhole {
          dropped[object, default: []].append(step)
        } else {
          harmful.insert(step)
        }
      }
    }
    return harmless.subtracting(harmful).subtracting(dropped.values.joined())
  }
}
