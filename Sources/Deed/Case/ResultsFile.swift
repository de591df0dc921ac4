import FoundationEssentials
import Release

/// Results as machines give them: an array, or an object with it under `results`.
///
/// ```json
/// [{"item": "2.3", "outcome": "pass", "comment": "…", "value": "…", "links": ["…"], "attach": ["…"]}]
/// ```
struct ResultsFile {
  private struct Entry: Decodable {
    let item: String
    let outcome: String
    let comment: String?
    let value: String?
    let links: [String]?
    let attach: [String]?
  }

  private struct Whole: Decodable {
    let results: [Entry]
  }

  private let entries: [Entry]

  init(_ bytes: [UInt8]) throws {
    let data = Data(bytes)
    do {
      let isArray = bytes.first { !" \n\r\t".utf8.contains($0) } == UInt8(ascii: "[")
      entries =
        isArray
        ? try JSONDecoder().decode([Entry].self, from: data)
        : try JSONDecoder().decode(Whole.self, from: data).results
    } catch {
      throw Failure(
        .usage, "the results cannot be read: \(Self.reason(error))",
        hint: #"each is {"item": "2.3", "outcome": "pass"}, with comment, value, links, attach"#)
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    switch error {
    case .keyNotFound(let key, _): return "\u{201C}\(key.stringValue)\u{201D} is missing"
    case .typeMismatch(_, let place), .valueNotFound(_, let place):
      let path = place.codingPath.map(\.stringValue).joined(separator: ".")
      return "\u{201C}\(path)\u{201D} is of another type"
    default: return "not JSON"
    }
  }

  /// The answers on a board; all words and outcomes must be right, or none is taken.
  func answers(on board: ItemBoard) throws -> [ItemAnswer] {
    guard !entries.isEmpty else { throw Failure(.usage, "there are no results to record") }
    return try entries.map { entry in
      guard let outcome = Record.ItemOutcome(rawValue: entry.outcome) else {
        throw Failure(
          .usage, "there is no outcome \u{201C}\(entry.outcome.safe)\u{201D}",
          hint: "an outcome is pass, fail or na")
      }
      return ItemAnswer(
        item: try board.item(entry.item), outcome: outcome, comment: entry.comment,
        value: entry.value, links: entry.links ?? [], files: entry.attach ?? [])
    }
  }
}
