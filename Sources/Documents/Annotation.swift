internal import Release

/// What a comment `<!-- deed: … -->` says.
struct Annotation {
  /// What becomes of the lines that it speaks of.
  enum Mode {
    /// Every table row and every list entry is an item.
    case items
    /// Every entry of a numbered list is an item.
    case steps
    /// Nothing is an item.
    case ignore
  }

  var id: String?
  var command: String?
  var stage: Stage?
  var environment: String?
  var isOptional = false
  var isRun = false
  var mode: Mode?
  /// Where it stands, from 1.
  let line: Int

  static let words = ["command=", "environment=", "id=", "stage="]
  static let flags = ["ignore", "items", "optional", "run", "steps"]

  /// Whether it says what only one item can be told.
  var isForOneItem: Bool { id != nil || command != nil }
}

/// Reads annotations and gathers what is wrong with them.
struct AnnotationReader {
  private(set) var problems: [ChecklistProblem] = []

  /// The annotations in a piece of HTML that begins on `line`.
  mutating func annotations(in html: String, line: Int) -> [Annotation] {
    var found: [Annotation] = []
    var rest = html[...]
    var line = line
    while let start = rest.firstRange(of: "<!--") {
      line += rest[..<start.lowerBound].utf8.count { $0 == UInt8(ascii: "\n") }
      let after = rest[start.upperBound...]
      guard let end = after.firstRange(of: "-->") else { break }
      let comment = after[..<end.lowerBound]
      if let words = said(in: comment, line: line) { found.append(read(words, line: line)) }
      line += comment.utf8.count { $0 == UInt8(ascii: "\n") }
      rest = after[end.upperBound...]
    }
    return found
  }

  /// What follows `deed:`; `nil` where the comment is no annotation.
  private mutating func said(in comment: Substring, line: Int) -> Substring? {
    let text = comment.drop(while: \.isWhitespace)
    guard text.prefix(4).lowercased() == "deed" else { return nil }
    let rest = text.dropFirst(4)
    if rest.first == ":" { return rest.dropFirst() }
    // "deedless" is a word of its own; "deed id=x" is meant for this program.
    if rest.first?.isWhitespace ?? true,
      rest.contains("=") || Annotation.flags.contains(where: rest.contains)
    {
      report(.badAnnotation, line, "`deed` without its colon: `<!-- deed: … -->`")
    }
    return nil
  }

  private mutating func read(_ text: Substring, line: Int) -> Annotation {
    var annotation = Annotation(line: line)
    var rest = text.drop(while: \.isWhitespace)
    while !rest.isEmpty {
      let word = rest.prefix { !$0.isWhitespace && $0 != "=" }
      rest = rest.dropFirst(word.count)
      if rest.first == "=" {
        if let value = value(from: &rest, of: word, line: line) {
          set(word, to: value, in: &annotation)
        }
      } else {
        set(flag: word, in: &annotation)
      }
      rest = rest.drop(while: \.isWhitespace)
    }
    return annotation
  }

  /// The value after `=`, quoted or up to the next space.
  private mutating func value(
    from rest: inout Substring, of word: Substring, line: Int
  ) -> String? {
    rest = rest.dropFirst()
    guard let quote = rest.first, "\"'`".contains(quote) else {
      let value = rest.prefix { !$0.isWhitespace }
      rest = rest.dropFirst(value.count)
      return String(value)
    }
    let value = rest.dropFirst().prefix { $0 != quote }
    rest = rest.dropFirst(value.count + 1)
    guard rest.first == quote else {
      report(.badAnnotation, line, "the value of `\(word)` has no closing \(quote)")
      return nil
    }
    rest = rest.dropFirst()
    return TextForm.collapsed(value)
  }

  private mutating func set(
    _ word: Substring, to value: String, in annotation: inout Annotation
  ) {
    let line = annotation.line
    guard !value.isEmpty else {
      return report(.badAnnotation, line, "`\(word)=` has no value")
    }
    switch word {
    case "id":
      let id = TextForm.canonical(value)
      if let objection = ItemID.objection(to: id) {
        report(.badAnnotation, line, "the id \u{201C}\(value)\u{201D} is not \(objection)")
      } else {
        set(id: id, in: &annotation, line)
      }
    case "stage":
      guard let stage = Stage(rawValue: value) else {
        let stages = Stage.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
        // What cannot be read is asked for at once.
        annotation.stage = .before
        return report(
          .badAnnotation, line, "no stage is called \u{201C}\(value)\u{201D}; there are \(stages)")
      }
      set(stage: stage, in: &annotation, line)
    case "environment": set(environment: value, in: &annotation, line)
    case "command": set(command: value, in: &annotation, line)
    default: reportUnknown(word + "=", line)
    }
  }

  private mutating func set(id: String, in annotation: inout Annotation, _ line: Int) {
    _ = isSaidTwice(annotation.id, id, "id", line)
    annotation.id = id
  }

  private mutating func set(stage: Stage, in annotation: inout Annotation, _ line: Int) {
    _ = isSaidTwice(annotation.stage, stage, "stage", line)
    // Of two, the one that is asked for sooner.
    annotation.stage = annotation.stage.map { $0.isReached(by: stage) ? $0 : stage } ?? stage
  }

  private mutating func set(environment: String, in annotation: inout Annotation, _ line: Int) {
    // An environment that there is not: the item is asked for in every one.
    let isTwice = isSaidTwice(annotation.environment, environment, "environment", line)
    annotation.environment =
      isTwice ? "\(annotation.environment ?? "") \(environment)" : environment
  }

  private mutating func set(command: String, in annotation: inout Annotation, _ line: Int) {
    _ = isSaidTwice(annotation.command, command, "command", line)
    annotation.command = command
  }

  /// Whether something else was said before.
  private mutating func isSaidTwice<Value: Equatable>(
    _ old: Value?, _ new: Value, _ word: String, _ line: Int
  ) -> Bool {
    guard let old, old != new else { return false }
    report(.badAnnotation, line, "`\(word)=` says two things at once")
    return true
  }

  /// All that several comments at one place say, as though it were one comment; `nil` of none.
  mutating func folded(_ annotations: [Annotation]) -> Annotation? {
    guard var all = annotations.first else { return nil }
    for next in annotations.dropFirst() {
      if let id = next.id { set(id: id, in: &all, next.line) }
      if let stage = next.stage { set(stage: stage, in: &all, next.line) }
      if let environment = next.environment {
        set(environment: environment, in: &all, next.line)
      }
      if let command = next.command { set(command: command, in: &all, next.line) }
      if let mode = next.mode { set(mode, in: &all, next.line) }
      all.isOptional = all.isOptional || next.isOptional
      all.isRun = all.isRun || next.isRun
    }
    return all
  }

  private mutating func set(flag: Substring, in annotation: inout Annotation) {
    switch flag {
    case "optional": annotation.isOptional = true
    case "run": annotation.isRun = true
    case "items": set(.items, in: &annotation, annotation.line)
    case "steps": set(.steps, in: &annotation, annotation.line)
    case "ignore": set(.ignore, in: &annotation, annotation.line)
    default: reportUnknown(flag, annotation.line)
    }
  }

  /// Of several, the first; but nothing is ignored that another word makes an item.
  private mutating func set(
    _ mode: Annotation.Mode, in annotation: inout Annotation, _ line: Int
  ) {
    if let old = annotation.mode, old != mode {
      report(
        .badAnnotation, line, "`items`, `steps` and `ignore` exclude each other")
      if old != .ignore { return }
    }
    annotation.mode = mode
  }

  private mutating func reportUnknown(_ word: Substring, _ line: Int) {
    let known = (Annotation.words + Annotation.flags).map { "`\($0)`" }.joined(separator: ", ")
    report(.unknownAnnotation, line, "\u{201C}\(word)\u{201D} is no annotation; known: \(known)")
  }

  private mutating func report(_ code: ChecklistProblem.Code, _ line: Int, _ message: String) {
    problems.append(ChecklistProblem(code, line: line, message))
  }
}
