/// The definition of a link that compares a release with what came since:
/// `[Unreleased]: https://example.org/compare/v1.3.0...main`.
struct ComparedAddress {
  private let line: MessageBytes
  /// From behind the label.
  private let address: Int
  /// Where the older end is named.
  private let old: Range<Int>
  /// Where the newer end is named, behind two dots or three.
  private let new: Range<Int>

  /// - Parameters:
  ///   - prefix: What the project's tags begin with; it may hold slashes.
  ///   - mark: What ends the label.
  init?(_ line: MessageBytes, prefix: String, behind mark: StaticString = "]: ") {
    guard let label = line.firstRange(ofASCII: mark) else { return nil }
    let start = label.upperBound
    let end = line[start...].firstIndex { " \t?#>\")".utf8.contains($0) } ?? line.endIndex
    let dot = UInt8(ascii: ".")
    guard
      let last = (start..<end).last(where: { place in
        line[place] == dot && place > start && line[place - 1] == dot
      })
    else { return nil }
    let first = line[start..<last].lastIndex { $0 != dot }.map { $0 + 1 } ?? start
    guard last - first < 3, last + 1 < end else { return nil }
    self.line = line
    address = start
    new = (last + 1)..<end
    let path = line[start..<first]
    let names = path.indices.filter { $0 == start || path[$0 - 1] == UInt8(ascii: "/") }
    let name = names.first { ReleaseVersion(tag: path[$0...].text, prefix: prefix) != nil }
    guard
      let begin = name ?? names.last(where: {
        path[..<$0].suffix(9).elementsEqual("/compare/".utf8)
      })
        ?? names.last,
      // What is no version may be a branch; but `HEAD` says what is meant.
      ReleaseVersion(recorded: path[begin...].text) != nil || line[new].elementsEqual("HEAD".utf8)
    else { return nil }
    old = begin..<first
  }

  /// The line with another older end.
  func moved(to tag: String) -> MessageBytes {
    line[..<old.lowerBound] + Array(tag.utf8) + line[old.upperBound...]
  }

  /// Whether this is what it compares with the newer end.
  func begins(with tag: String) -> Bool { line[old].elementsEqual(tag.utf8) }

  /// What follows the label where both ends are others.
  func address(from previous: String, to tag: String) -> String {
    let rest = line[new.upperBound...].prefix { $0 != UInt8(ascii: ")") }
    return
      (line[address..<old.lowerBound] + Array(previous.utf8) + line[old.upperBound..<new.lowerBound]
      + Array(tag.utf8) + rest).text
  }
}
