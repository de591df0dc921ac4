import TestSupport
import Testing

/// A page of the project itself, wherever that is.
enum ProjectPage {
  static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  static func text(_ path: String) throws -> String {
    let bytes = try #require(TestSupport.Files.read("\(root)/\(path)"), "\(path)")
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What stands below a heading of the second level.
  static func section(_ heading: String, of page: String) throws -> Substring {
    let start = try #require(page.firstRange(of: "\n## \(heading)\n"))
    let rest = page[start.upperBound...]
    return rest[..<(rest.firstRange(of: "\n## ")?.lowerBound ?? rest.endIndex)]
  }

  /// What stands in the code blocks of a kind, `console` or `toml`.
  static func blocks(_ kind: String, in text: some StringProtocol) throws -> [String] {
    try String(text).split(separator: "```\(kind)\n").dropFirst().map { rest in
      String(rest[..<(try #require(rest.firstRange(of: "```")).lowerBound)])
    }
  }

  /// The first of them.
  static func block(_ kind: String, in text: some StringProtocol) throws -> String {
    try #require(try blocks(kind, in: text).first)
  }

  /// Words as a shell splits them, at spaces and by quotation marks.
  static func words(_ line: some StringProtocol) -> [String] {
    var words: [String] = []
    var word: String?
    var mark: Character?
    for character in line {
      if character == mark {
        mark = nil
      } else if mark == nil, character == "\"" || character == "'" {
        mark = character
        word = word ?? ""
      } else if mark == nil, character == " " {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}
