import Release

/// What a file defines under names of the team's own.
enum Defined: String {
  case environment
  case checklist
  case check
}

/// One place at which a file speaks of something that it has to define.
struct Mention {
  let what: Defined
  let name: String
  let node: Node
  /// What it could name.
  let known: [String]

  var isKnown: Bool { known.containsExactly(name) }
}

extension PolicyReader {
  /// Like `names`, where each must be one of `known`; those that are not are left out.
  mutating func references(
    _ node: Node, to what: Defined, among known: [String], example: String
  ) -> [String] {
    guard let elements = elements(node, example: example, fold: { $0 }) else { return [] }
    return elements.filter { isKnown($0.text, what, among: known, for: $0.node) }.map(\.text)
  }

  /// Whether there is one of that name; where there is none, that is reported once all was read.
  mutating func isKnown(
    _ name: String, _ what: Defined, among known: [String], for node: Node
  ) -> Bool {
    let mention = Mention(what: what, name: name, node: node, known: known)
    mentions.append(mention)
    return mention.isKnown
  }

  /// Reports what is spoken of and defined nowhere.
  ///
  /// Of two names that are nearly the same, the one that stands in more places is taken for the right
  /// one, be it that of the definition or not; of two in as many, that of the usual environment. A check
  /// has the name under which it is defined, by the program or by its section.
  ///
  /// - Parameters:
  ///   - defined: The sections of each kind.
  ///   - top: The whole file: a misspelled section of sections defines what nobody can know.
  mutating func reportUndefined(
    _ defined: [Defined: [(key: String, node: Node)]], in top: Section
  ) {
    let misspelled = top.entries.map(\.key).filter { !(Self.keys[""] ?? []).contains($0) }
      .compactMap { NearestName.of($0, among: Self.keys[""] ?? []) }
    var told: [Mention] = []
    for mention in mentions
    where !mention.isKnown && !misspelled.contains("\(mention.what.rawValue)s")
      && !told.contains(where: { $0.what == mention.what && $0.name.isExactly(mention.name) })
    {
      let same = mentions.filter { $0.what == mention.what && $0.name.isExactly(mention.name) }
      let nearest = NearestName.of(mention.name, among: mention.known)
      let definition = nearest.flatMap { name in
        defined[mention.what]?.first { $0.key.isExactly(name) }?.node
      }
      let uses = mentions.count { other in
        other.what == mention.what && nearest.map(other.name.isExactly) ?? false
      }
      let isUsual = mention.what == .environment && mention.name == Self.usualEnvironment
      if mention.what == .check {
        let isOwn = nearest.map { CheckRules.builtIn[$0] != nil } ?? false
        report(mention, perhaps: same.count > uses && !isOwn ? definition : nil)
      } else if let definition, same.count > uses + (isUsual ? 0 : 1) {
        told.append(mention)
        report(definition, misspelledFor: same)
      } else {
        report(mention, perhaps: same.count == uses + 1 ? definition : nil)
      }
    }
  }

  /// Reports a definition of which the places that mean it have another name.
  private mutating func report(_ definition: Node, misspelledFor mentions: [Mention]) {
    guard let name = mentions.first?.name, let what = mentions.first?.what else { return }
    let lines = mentions.compactMap(\.node.line).reduce(into: [Int]()) {
      if !$0.contains($1) { $0.append($1) }
    }.sorted().map(String.init)
    let places =
      lines.isEmpty
      ? "\(mentions.count) other places name"
      : "line\(lines.count == 1 ? " \(lines[0]) names" : "s \(lines.listed) name")"
    report(
      definition.line,
      "`\(definition.name)`: \(places) \"\(name)\", and there is no \(what.rawValue) of that name",
      hint: NearestName.question("`\(name.asKey)`"))
  }

  /// - Parameter definition: What may be misspelled instead.
  private mutating func report(_ mention: Mention, perhaps definition: Node?) {
    let what = mention.what
    var hint = Suggestion.hint(
      for: mention.name, among: mention.known, none: "no \(what.rawValue) is configured")
    if let definition {
      hint += definition.line.map { " or is that in line \($0) misspelled?" } ?? ""
    }
    report(
      mention.node.line,
      "`\(mention.node.name)` names \"\(mention.name)\", and there is no \(what.rawValue) of that name",
      hint: hint)
  }
}

extension [String] {
  func containsExactly(_ name: String) -> Bool { contains { $0.isExactly(name) } }

  /// `1`, `1 and 2`, `1, 2 and 3`.
  var listed: String {
    guard count > 1, let last else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " and " + last
  }
}

extension String {
  /// Byte for byte: what Unicode calls equivalent are two names.
  func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
