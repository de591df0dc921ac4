/// A name by which a document may mention a migration.
struct MigrationName: Hashable {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  /// Whether it is made of numbers only, as `12` and `1.2` are: those may be about anything.
  private var isNumber: Bool { text.allSatisfy { $0.isASCII && !$0.isLetter } }

  /// Whether a text has it as a word of its own: `12` is not in `v0.12.1` or `2012`.
  ///
  /// A number must have three digits in a row, and be no part of a date or of another number.
  func isMentioned(in document: String) -> Bool {
    guard
      !isNumber || text.split(whereSeparator: { !$0.isNumber }).contains(where: { $0.count > 2 })
    else { return false }
    return document.ranges(of: text).contains { range in
      let before = document[..<range.lowerBound]
      let after = document[range.upperBound...]
      if before.last.map(Self.joins) ?? false { return false }
      // A sentence may end behind it, and so may the file's name; no version goes on so.
      let isEnded = after.first == "." && after.dropFirst().first?.isNumber != true
      if let next = after.first, !isEnded, Self.joins(next) { return false }
      return !isNumber || !(Self.continues(before.reversed()) || Self.continues(after))
    }
  }

  private static func joins(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "._".contains(character))
  }

  /// Whether a number goes on, or is one of something else: `2026-11-21`, `1,024`, `#128`.
  private static func continues(_ rest: some Collection<Character>) -> Bool {
    guard let mark = rest.first, "-/:.,#".contains(mark) else { return false }
    return mark == "#" || rest.dropFirst().first?.isNumber == true
  }
}

extension Migration {
  /// How people call it: a version of numbers alone says little.
  var shownName: String {
    id.contains(where: \.isLetter) ? id : directory ?? PathName.stem(path)
  }

  /// By which documents may mention it.
  var names: [MigrationName] {
    let stem = directory ?? PathName.stem(path)
    var stems = [stem]
    // `1-add-users-up`, `1.do.add-users`
    for half in ["-up", "_up"] where stem.hasSuffix(half) { stems.append(String(stem.dropLast(3))) }
    if let half = stem.prefixMatch(of: /([0-9]+)\.do\./) {
      stems.append("\(half.1).\(stem[half.range.upperBound...])")
    }
    var seen: Set<String> = []
    return ([id] + stems.flatMap(Self.names)).filter { seen.insert($0).inserted }
      .map { MigrationName($0) }
  }

  private static func names(of stem: String) -> [String] {
    var names = [stem]
    let words: String
    // `V2__add_users`, `0002-add-users`
    if let version = stem.prefixMatch(of: /([A-Za-z]?[0-9]+(?:[._-][0-9]+)*)(?:[._-]+|$)/) {
      names.append(String(version.1))
      words = String(stem[version.range.upperBound...])
    } else {
      let parts = stem.split(separator: "_").drop { part in part.contains(where: \.isNumber) }
      words = parts.joined(separator: "_")
    }
    // Shorter words may be about anything; four signs of Korean or Japanese say as much as six letters.
    if words.count > 5 || words.utf8.count > 11 {
      names += [words, words.replacing(/[_-]+/, with: " ")]
    }
    return names
  }
}
