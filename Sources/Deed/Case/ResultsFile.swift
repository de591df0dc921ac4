import Configuration
import FoundationEssentials
import Release

/// Results as machines give them: an array, or an object with it under `results`.
///
/// ```json
/// [{"item": "2.3", "outcome": "pass", "comment": "…", "value": "…", "links": ["…"], "attach": ["…"]}]
/// ```
struct ResultsFile {
  fileprivate struct Entry: Decodable {
    let item: String
    let outcome: String
    let comment: String?
    let value: String?
    let links: [String]?
    let attach: [String]?

    enum Key: String, CodingKey, CaseIterable {
      case item, outcome, comment, value, links, attach
    }

    init(from decoder: any Decoder) throws {
      try decoder.refuseKeys(besides: Key.allCases.map(\.rawValue))
      let members = try decoder.container(keyedBy: Key.self)
      item = try members.decode(String.self, forKey: .item)
      outcome = try members.decode(String.self, forKey: .outcome)
      comment = try members.decodeIfPresent(String.self, forKey: .comment)
      value = try members.decodeIfPresent(String.self, forKey: .value)
      links = try members.decodeIfPresent([String].self, forKey: .links)
      attach = try members.decodeIfPresent([String].self, forKey: .attach)
    }
  }

  private struct Whole: Decodable {
    let results: [Entry]

    private enum Key: String, CodingKey { case results }

    init(from decoder: any Decoder) throws {
      try decoder.refuseKeys(besides: [Key.results.rawValue])
      results = try decoder.container(keyedBy: Key.self).decode([Entry].self, forKey: .results)
    }
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
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(
        .usage, "the results cannot be read: \(Self.reason(error))",
        hint: #"each is {"item": "2.3", "outcome": "pass"}, with comment, value, links, attach"#)
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    switch error {
    case .keyNotFound(let key, let place):
      return place.codingPath.entry + "\u{201C}\(key.stringValue)\u{201D} is missing"
    case .typeMismatch(_, let place), .valueNotFound(_, let place):
      let path = place.codingPath
      guard let name = path.last(where: { $0.intValue == nil })?.stringValue, name != "results"
      else {
        return path.entry.isEmpty
          ? "\u{201C}results\u{201D} is no array" : path.entry + "it is no object"
      }
      return path.entry + "\u{201C}\(name)\u{201D} is of another type"
    default: return "not JSON"
    }
  }

  /// The answers on a board; all words and outcomes must be right, or none is taken.
  func answers(on board: ItemBoard) throws -> [ItemAnswer] {
    guard !entries.isEmpty else { throw Failure(.usage, "there are no results to record") }
    return try entries.enumerated().map { index, entry in
      do {
        return try entry.answer(on: board, number: index + 1)
      } catch let failure as Failure {
        throw failure.of(entry: index + 1)
      }
    }
  }
}

extension ResultsFile.Entry {
  fileprivate func answer(on board: ItemBoard, number: Int) throws -> ItemAnswer {
    guard let outcome = Record.ItemOutcome(rawValue: outcome) else {
      throw Failure(
        .usage, "there is no outcome \u{201C}\(self.outcome.safe)\u{201D}",
        hint: "an outcome is pass, fail or na")
    }
    var answer = ItemAnswer(
      item: try board.item(item), outcome: outcome, comment: comment, value: value,
      links: links ?? [], files: attach ?? [])
    answer.entry = number
    return answer
  }
}

/// Any key of an object.
private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Decoder {
  /// A key that nobody reads may have been meant to say something.
  fileprivate func refuseKeys(besides known: [String]) throws {
    let keys = try container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
    guard let unknown = keys.first(where: { !known.containsBytes(of: $0) }) else { return }
    throw Failure(
      .usage,
      "the results cannot be read: \(codingPath.entry)there is no key "
        + "\u{201C}\(unknown.safe)\u{201D}",
      hint: Suggestion.hint(for: unknown, among: known, none: ""))
  }
}

extension [any CodingKey] {
  /// `entry 2: `, where it lies within one.
  fileprivate var entry: String {
    first { $0.intValue != nil }?.intValue.map { "entry \($0 + 1): " } ?? ""
  }
}
