/// Which files are artifacts: a path whose parts may hold `*`, `?` and `{a,b}`, where `**` stands for
/// any number of parts, and a directory for all below it.
package struct ArtifactPattern: Hashable, Sendable {
  package let text: String
  package let filter: PathFilter

  /// How many patterns the braces of one may stand for.
  private static let maximumAlternatives = 1000

  /// - Parameter text: From the root under which the artifacts lie.
  package init(_ text: String) throws(ManifestError) {
    guard let alternatives = Self.expanded(Array(text.utf8)) else {
      throw ManifestError(
        "the braces of \u{201C}\(text)\u{201D} stand for more than \(Self.maximumAlternatives) patterns"
      )
    }
    let paths = alternatives.map { String(decoding: $0, as: UTF8.self) }
    guard paths.allSatisfy(Manifest.isPath) else {
      throw ManifestError("\u{201C}\(text)\u{201D} is no path below the root of the repository")
    }
    self.text = text
    filter = PathFilter(including: paths)
  }

  /// A pattern that means every file.
  package static var everything: ArtifactPattern { ArtifactPattern(everythingCalled: "**") }

  private init(everythingCalled text: String) {
    self.text = text
    filter = PathFilter(including: [])
  }

  /// Whether a file at this path, from the root, is an artifact by it.
  package func means(_ path: String) -> Bool {
    path.utf8.split(separator: UInt8(ascii: "/"))
      .reduce(filter.root) { filter.enter($1, from: $0) }.isMeant
  }

  /// What braces stand for, as a shell has it; `nil` where it is too much.
  ///
  /// One without a comma, or without its other half, is itself.
  private static func expanded(_ text: [UInt8]) -> [[UInt8]]? {
    var done: [[UInt8]] = []
    var open = [text]
    while let next = open.popLast() {
      guard let (start, parts, end) = firstBraces(in: next) else {
        done.append(next)
        guard done.count <= maximumAlternatives else { return nil }
        continue
      }
      open += parts.reversed().map { Array(next[..<start]) + $0 + Array(next[end...]) }
      guard open.count <= maximumAlternatives else { return nil }
    }
    return done
  }

  /// The first braces with a comma of their own: where they begin, what is in them, and what is
  /// behind them.
  private static func firstBraces(
    in text: [UInt8]
  ) -> (start: Int, parts: [[UInt8]], end: Int)? {
    starts: for start in text.indices where text[start] == UInt8(ascii: "{") {
      var depth = 0
      var parts: [[UInt8]] = [[]]
      for place in text.indices[(start + 1)...] {
        let byte = text[place]
        switch byte {
        case UInt8(ascii: ",") where depth == 0:
          parts.append([])
          continue
        case UInt8(ascii: "}") where depth == 0:
          guard parts.count > 1 else { continue starts }
          return (start, parts, place + 1)
        case UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "}"): depth -= 1
        default: break
        }
        parts[parts.count - 1].append(byte)
      }
    }
    return nil
  }
}
