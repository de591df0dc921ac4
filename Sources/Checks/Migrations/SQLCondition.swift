/// Whether a condition leaves rows out at all.
///
/// It is judged without the database: what names no column is true of all rows or of none.
struct SQLCondition {
  typealias Tokens = ArraySlice<SQLScript.Token>

  enum Answer {
    case all
    case some
    case none

    fileprivate var opposite: Answer {
      switch self {
      case .all: .none
      case .some: .some
      case .none: .all
      }
    }
  }

  private let tokens: Tokens
  /// Where each `(` is closed.
  private let closing: [Int: Int]
  /// The `(` that each `DELETE` and `UPDATE` stands behind.
  private let around: [Int: Int]

  init(_ tokens: Tokens) {
    self.tokens = tokens
    var closing: [Int: Int] = [:]
    var around: [Int: Int] = [:]
    var open: [Int] = []
    for index in tokens.indices {
      if tokens[index].isMark("(") { open.append(index) }
      if tokens[index].isMark(")"), let begin = open.popLast() { closing[begin] = index }
      if tokens[index].isWord(in: ["DELETE", "UPDATE"]) { around[index] = open.last }
    }
    self.around = around
    self.closing = closing
  }

  /// Where the statement ends whose `DELETE` or `UPDATE` this is.
  func end(of verb: Int) -> Int { around[verb].flatMap { closing[$0] } ?? tokens.endIndex }

  /// Of the rows, whether a statement that begins at `start` is about all: where nothing says which.
  func answer(from start: Int, to end: Int) -> Answer {
    let isUpdate = start < end && tokens[start].isWord("UPDATE")
    var joined = false
    var cases = 0
    var place = start
    while place < end {
      let token = tokens[place]
      if token.isWord("CASE") || cases > 0 {
        // `SET a = CASE WHEN b THEN c ELSE d END`
        cases += token.isWord("CASE") ? 1 : token.isWord("END") ? -1 : 0
        place = after(place)
        continue
      }
      if token.isWord("WHERE") {
        let condition = tokens[(place + 1)..<clauseEnd(from: place + 1, to: end)]
        return joined ? .some : answer(condition, 0)
      }
      // SQL Server needs nothing before the statement that comes next.
      if token.isWord(in: Self.beginning), place > start, !(isUpdate && token.isWord("SET")) {
        break
      }
      // An inner join leaves out what has no partner.
      if token.isWord("ON"), isInnerJoin(before: place, from: start) {
        let condition = tokens[(place + 1)..<clauseEnd(from: place + 1, to: end)]
        if answer(condition, 0) == .some { joined = true }
      }
      if token.isWord("USING"), closing[place + 1] != nil, isInnerJoin(before: place, from: start) {
        joined = true
      }
      place = after(place)
    }
    return joined ? .some : .all
  }

  /// The index behind a token, or behind all that its parenthesis holds.
  private func after(_ index: Int) -> Int { (closing[index] ?? index) + 1 }

  /// The indices of what stands in no parentheses.
  private func outer(_ part: Tokens) -> [Int] {
    var indices: [Int] = []
    var place = part.startIndex
    while place < part.endIndex {
      indices.append(place)
      place = after(place)
    }
    return indices
  }

  /// What begins another statement.
  private static let beginning: Set<String> = [
    "SELECT", "INSERT", "UPDATE", "PRINT", "SET", "COMMIT", "ROLLBACK", "RETURN", "DECLARE",
    "WHILE", "BEGIN", "ELSE", "END", "CREATE",
  ]
  /// What ends a condition.
  private static let ending = beginning.union([
    "RETURNING", "ORDER", "LIMIT", "OPTION", "LOOP", "LOG", "JOIN", "INNER", "LEFT", "RIGHT",
    "FULL", "CROSS", "WHERE", "WHEN", "THEN", "UNION",
  ])

  /// Where the condition ends that begins at an index.
  func clauseEnd(from start: Int, to end: Int) -> Int {
    var cases = 0
    var place = start
    while place < end {
      let token = tokens[place]
      if token.isWord("CASE") {
        cases += 1
      } else if token.isWord("END") || token.isWord("ELSE") || token.isMark(";") {
        if cases == 0 { return place }
        if token.isWord("END") { cases -= 1 }
      } else if cases == 0, token.isWord(in: Self.ending),
        // `LEFT(a, 1)` is a function.
        place + 1 >= end || !tokens[place + 1].isMark("(")
      {
        return place
      }
      place = after(place)
    }
    return end
  }

  private func isInnerJoin(before place: Int, from start: Int) -> Bool {
    let before = tokens[start..<place].suffix(16)
    guard let join = before.lastIndex(where: { $0.isWord("JOIN") }) else { return false }
    let kind = before[..<join].suffix(2)
    return !kind.contains { $0.isWord(in: ["LEFT", "RIGHT", "FULL", "CROSS"]) }
  }

  /// How deep conditions in parentheses are looked at.
  private static let deepest = 64

  func answer(_ part: Tokens, _ depth: Int) -> Answer {
    guard depth < Self.deepest else { return .all }
    var part = part
    while let end = closing[part.startIndex], !part.isEmpty, end == part.endIndex - 1 {
      part = part[(part.startIndex + 1)..<end]
    }
    let outer = outer(part)
    if part.isEmpty { return .all }
    let either = split(part, outer, at: ["OR", "XOR"], "|")
    if either.count > 1 {
      let answers = either.map { answer($0, depth + 1) }
      if answers.contains(.all) || isEverything(either) { return .all }
      return answers.allSatisfy { $0 == .none } ? .none : .some
    }
    let both = split(part, outer, at: ["AND"], "&")
    if both.count > 1 {
      let answers = both.map { answer($0, depth + 1) }
      if answers.contains(.none) { return .none }
      return answers.allSatisfy { $0 == .all } ? .all : .some
    }
    let rest = part.drop { $0.isWord("NOT") || $0.isMark("!") }
    if rest.startIndex > part.startIndex {
      let answer = answer(rest, depth + 1)
      return (rest.startIndex - part.startIndex).isMultiple(of: 2) ? answer : answer.opposite
    }
    // `(SELECT true)`
    if part.first?.isWord("SELECT") == true, !part.contains(where: { $0.isWord("FROM") }) {
      return answer(part.dropFirst(), depth + 1)
    }
    return SQLComparison(part, outer).answer
  }

  /// The parts between words, or between twice the same mark, the `AND` of `BETWEEN` left alone.
  private func split(
    _ part: Tokens, _ outer: [Int], at words: Set<String>, _ mark: String
  ) -> [Tokens] {
    var parts: [Tokens] = []
    var start = part.startIndex
    var isBetween = false
    for (place, index) in outer.enumerated() {
      if tokens[index].isWord("BETWEEN") { isBetween = true }
      // `||` puts texts together in other databases, where it stands in no place of a condition.
      let isMark =
        tokens[index].isMark(mark) && place > 0 && tokens[outer[place - 1]].isMark(mark)
        && mark == "&"
      guard isMark || tokens[index].isWord(in: words) else { continue }
      if isBetween, tokens[index].isWord("AND") {
        isBetween = false
        continue
      }
      parts.append(tokens[start..<(isMark ? index - 1 : index)])
      start = index + 1
    }
    return parts + [tokens[start..<part.endIndex]]
  }

  /// Whether one of these says what another one denies: `a IS NULL OR a IS NOT NULL`.
  private func isEverything(_ parts: [Tokens]) -> Bool {
    var said: Set<[String]> = []
    var denied: Set<[String]> = []
    for part in parts {
      let words = part.map(\.text)
      if words.suffix(3) == ["IS", "NOT", "NULL"] {
        denied.insert(words.dropLast(3) + ["IS", "NULL"])
      } else if words.first == "NOT" {
        denied.insert(Array(words.dropFirst()))
      } else if let place = words.firstIndex(of: "<"), words.dropFirst(place + 1).first == ">" {
        denied.insert(words[..<place] + ["="] + words[(place + 2)...])
      } else if let place = words.firstIndex(of: "!"), words.dropFirst(place + 1).first == "=" {
        denied.insert(words[..<place] + ["="] + words[(place + 2)...])
      } else {
        said.insert(words)
      }
    }
    return !said.isDisjoint(with: denied)
  }
}

/// A condition without `AND` and `OR`.
private struct SQLComparison {
  private let part: ArraySlice<SQLScript.Token>
  private let outer: [Int]

  init(_ part: ArraySlice<SQLScript.Token>, _ outer: [Int]) {
    self.part = part
    self.outer = outer
  }

  var answer: SQLCondition.Answer {
    if let exists { return exists }
    if let (left, sign, right) = sides {
      return compared(left, sign, right)
    }
    if let place = outer.first(where: { part[$0].isWord("LIKE") || part[$0].isWord("ILIKE") }) {
      let pattern = part[(place + 1)...]
      let isAny = pattern.count == 1 && pattern.allSatisfy { $0.kind == .text && $0.text == "%" }
      let isSame = part[..<place].map(\.text) == pattern.map(\.text)
      if isAny || isSame { return part[..<place].last?.isWord("NOT") == true ? .none : .all }
    }
    guard isConstant else { return .some }
    return truth
  }

  /// `EXISTS (SELECT 1)` is about no table.
  private var exists: SQLCondition.Answer? {
    guard part.first?.isWord("EXISTS") == true else { return nil }
    var depth = 0
    let isOfTable = part.contains { token in
      depth += token.nesting
      return depth == 1 && token.isWord(in: ["FROM", "TABLE", "WITH"])
    }
    return isOfTable ? .some : .all
  }

  private typealias Side = ArraySlice<SQLScript.Token>

  /// What is compared, and by which sign.
  private var sides: (left: Side, sign: String, right: Side)? {
    func isSign(_ index: Int) -> Bool {
      part[index].kind == .mark && "<>=!".contains(part[index].text)
    }
    guard let first = outer.first(where: isSign) else { return nil }
    var end = first
    var sign = ""
    while end < part.endIndex, isSign(end) {
      sign += part[end].text
      end += 1
    }
    return (part[..<first], sign, part[end...])
  }

  private func compared(_ left: Side, _ sign: String, _ right: Side) -> SQLCondition.Answer {
    let order: Int
    if Self.areSame(left, right) {
      order = 0
    } else if let one = Self.number(left), let other = Self.number(right) {
      order = one == other ? 0 : one < other ? -1 : 1
    } else if let one = Self.text(left), let other = Self.text(right) {
      // Which of two texts comes first is for the database to say.
      if sign.contains("<") != sign.contains(">") { return .all }
      order = one == other ? 0 : 1
    } else {
      return isConstant ? .all : .some
    }
    switch sign {
    case "=", "==", "<=>": return order == 0 ? .all : .none
    case "<>", "!=": return order == 0 ? .none : .all
    case "<": return order < 0 ? .all : .none
    case ">": return order > 0 ? .all : .none
    case "<=", "!>": return order <= 0 ? .all : .none
    case ">=", "!<": return order >= 0 ? .all : .none
    default: return .some
    }
  }

  /// Whether both sides are one value, or one column: `id` and `t.id`, which alone may be meant.
  private static func areSame(_ left: Side, _ right: Side) -> Bool {
    let one = left.map { Word($0) }
    let other = right.map { Word($0) }
    guard !one.isEmpty, !other.isEmpty else { return false }
    if one == other { return true }
    let (short, long) = one.count < other.count ? (one, other) : (other, one)
    guard short.count == 1, short[0].isName, long.last == short[0],
      !others.contains(long[0].text)
    else { return false }
    return long.enumerated().allSatisfy { place, word in
      place.isMultiple(of: 2) ? word.isName : word.text == "."
    }
  }

  /// Rows by these names are those of a trigger or of an insertion.
  private static let others: Set<String> = ["OLD", "NEW", "INSERTED", "DELETED", "EXCLUDED"]

  private struct Word: Equatable {
    let text: String
    let isName: Bool

    init(_ token: SQLScript.Token) {
      text = token.kind == .text ? token.text : token.text.uppercased()
      isName = token.kind == .name || (token.kind == .word && Double(token.text) == nil)
    }
  }

  private static func number(_ side: Side) -> Double? {
    side.contains { $0.kind == .text } ? nil : Double(side.map(\.text).joined())
  }

  private static func text(_ side: Side) -> String? {
    side.count == 1 && side.first?.kind == .text ? side.first?.text : nil
  }

  /// Whether no column and nothing else is named by which rows differ.
  private var isConstant: Bool {
    part.indices.allSatisfy { index in
      let token = part[index]
      switch token.kind {
      case .word:
        let isCall = index + 1 < part.endIndex && part[index + 1].isMark("(")
        return Self.plain.contains(token.text) || Double(token.text) != nil
          || (isCall && !Self.random.contains(token.text))
      case .text: return true
      case .name, .body: return false
      case .mark: return !"@:?$%".contains(token.text)
      }
    }
  }

  private static let plain: Set<String> = [
    "TRUE", "FALSE", "NULL", "IS", "NOT", "IN", "LIKE", "BETWEEN", "AND", "OR", "CASE", "WHEN",
    "THEN", "ELSE", "END", "SELECT",
  ]
  private static let random: Set<String> = ["RANDOM", "RAND", "NEWID", "UUID"]

  /// Of what is constant; what is not understood counts as true, lest it hide something.
  private var truth: SQLCondition.Answer {
    guard part.count == 1, let token = part.first else {
      let isNegated = part.contains { $0.isWord("NOT") }
      let isOfNull = part.last?.isWord("NULL") == true && !(part.first?.isWord("NULL") ?? false)
      return isOfNull && !isNegated ? .none : .all
    }
    switch token.kind {
    case .word where token.text == "FALSE" || token.text == "NULL": return .none
    case .text:
      let no: Set = ["f", "false", "0", "n", "no", "off", ""]
      return no.contains(token.text.lowercased()) ? .none : .all
    default: return Double(token.text) == 0 ? .none : .all
    }
  }
}
