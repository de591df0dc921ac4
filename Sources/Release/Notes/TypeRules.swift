/// What the rules say of each type of change, looked up once and not for every commit.
struct TypeRules {
  struct Rule {
    /// The place of the group that asks for this very type; `nil` where none does.
    fileprivate(set) var place: Int?
    /// Whether changes of this type are left out.
    fileprivate(set) var isHidden: Bool
  }

  private var rules: [String: Rule] = [:]
  /// Which of the types that have a rule one may be, by its length and first letter: most are none.
  private var known: UInt64 = 0
  /// What no rule names.
  private let rest: Rule
  private let breaking: Int?
  private let revert: Int?
  private let deprecation: Int?
  private let other: Int
  private let readsWords: Bool
  private let readsAreas: Bool

  /// - Parameter readsAreas: Whether titles begin with the area that they are about.
  init(_ rules: NotesRules, readsAreas: Bool = false) {
    func place(ofType type: String) -> Int? {
      rules.groups.firstIndex { $0.types.contains(type) }
        ?? rules.groups.firstIndex { $0.types.contains(Self.canonical(type)) }
    }
    let hidesRest = rules.hidden.contains(NotesRules.other)
    rest = Rule(place: nil, isHidden: hidesRest)
    for type in rules.groups.flatMap(\.types) + rules.hidden + Self.spellings.keys {
      let place = place(ofType: type)
      let isNamed = rules.hidden.contains(type) || rules.hidden.contains(Self.canonical(type))
      self.rules[type] = Rule(place: place, isHidden: isNamed || (hidesRest && place == nil))
      known |= Self.mark(type)
    }
    breaking = place(ofType: NotesRules.breaking)
    revert = place(ofType: NotesRules.revert)
    deprecation = place(ofType: NotesRules.deprecate)
    other = place(ofType: NotesRules.other) ?? rules.groups.count
    readsWords = rules.readsWords
    self.readsAreas = readsAreas && !rules.choosesHidden
  }

  subscript(type: String?) -> Rule {
    guard let type, known & Self.mark(type) != 0 else { return rest }
    return rules[type] ?? rest
  }

  private static func mark(_ type: String) -> UInt64 {
    let text = type.utf8
    return 1 << ((UInt64(text.count) &* 31 &+ UInt64(text.first ?? 0)) & 63)
  }

  /// Whether something other than that there is nothing to read decides about the change's group.
  func understands(_ change: Change) -> Bool {
    if change.isBreaking { return true }
    let type = self[change.type]
    return type.place != nil || hides(change, type)
      || place(of: change, type, isRevert: false) != other
  }

  /// Whether changes of its type are left out.
  func hides(_ change: Change) -> Bool { hides(change, self[change.type]) }

  private func hides(_ change: Change, _ type: Rule) -> Bool {
    type.isHidden && !isArea(change.type, scope: change.scope)
  }

  /// Whether it is known what the change's type means, so that the title needs it no more.
  func explains(_ change: Change) -> Bool {
    self[change.type].place != nil || change.type == NotesRules.breaking
      || (change.kind != .other && !isArea(change.type, scope: change.scope))
  }

  /// Whether a commit of this type says nothing by it.
  func isPlain(_ type: String?, scope: String?) -> Bool {
    let rule = self[type]
    return rule.place == nil && (!rule.isHidden || isArea(type, scope: scope))
  }

  /// Whether what looks like a type is a part of the project.
  private func isArea(_ type: String?, scope: String?) -> Bool {
    guard readsAreas, scope == nil, let type, Self.areas.contains(type) else { return false }
    return self[type].place == nil
  }

  /// Types that are just as well parts of a project; of `docs` and `test` both readings mean the same.
  private static let areas: Set<String> = ["build", "ci"]
  /// Types that say nothing of whether others are in use.
  private static let ambiguous: Set<String> = areas.union(["docs", "doc", "test", "tests"])

  /// Whether titles of these commits begin with an area, if with anything: hardly any has a type that
  /// could be nothing else.
  static func areNamedByArea(_ readings: [CommitReading]) -> Bool {
    let counts = readings.indices.concurrentParts { part in
      var typed = 0
      var others = 0
      for reading in readings[part] where !reading.isMerge {
        if reading.commit.kind == .other {
          others += 1
        } else if let type = reading.commit.type, !ambiguous.contains(type) {
          typed += 1
        }
      }
      return (typed, others)
    }
    let others = counts.reduce(0) { $0 + $1.1 }
    return others >= 20 && counts.reduce(0) { $0 + $1.0 } * 20 < others
  }

  /// Whether breaking changes have a group of their own.
  var separatesBreaks: Bool { breaking != nil }

  /// Whether the heading of a group says that what stands there is not to be used any more.
  func isOfDeprecations(_ place: Int) -> Bool { place == deprecation }

  /// The place of the group that a change belongs to; the number of groups where none asks for it.
  func place(of change: Change, isRevert: Bool) -> Int {
    place(of: change, self[change.type], isRevert: isRevert)
  }

  private func place(of change: Change, _ rule: Rule, isRevert: Bool) -> Int {
    if change.isBreaking, let breaking { return breaking }
    if isRevert, let revert { return revert }
    // What is shown for that alone.
    if change.deprecates, let deprecation, rule.isHidden { return deprecation }
    if change.type != nil {
      if let place = rule.place { return place }
    } else if readsWords, let word = Self.firstWord(of: change.subject),
      let place = self[word].place
    {
      return place
    }
    return other
  }

  /// Several spellings of a type, and the one that the rules have.
  private static let spellings = [
    "feature": "feat", "bugfix": "fix", "hotfix": "fix", "reverts": NotesRules.revert,
    "doc": "docs", "tests": "test", "chores": "chore",
  ]

  private static func canonical(_ type: String) -> String { spellings[type] ?? type }

  /// `add` of "Added x", "Adds x" and "Add x".
  private static func firstWord(of subject: String) -> String? {
    let word = Array(subject.utf8.prefix { $0.isLetter })[...].asciiLowercased.text
    let stems = ["add", "remove", "deprecate", "fix"]
    return stems.first { stem in
      word == stem || word == stem + "s" || word == stem + "es" || word == stem + "ed"
        || (stem.hasSuffix("e") && word == stem + "d")
    }
  }
}
