import Foundation
import TestSupport
import Testing

/// Files of what is expected; `DEED_RECORD=1 swift test` writes them anew.
enum Golden {
  private static let directory =
    String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex)) + "/golden"

  static func check(
    _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let path = "\(directory)/\(name).txt"
    if ProcessInfo.processInfo.environment["DEED_RECORD"] == "1" {
      return try Files.write(text, to: path)
    }
    let expected = Files.read(path).map { String(decoding: $0, as: UTF8.self) }
    guard let expected else {
      Issue.record("there is no \(path): DEED_RECORD=1 swift test", sourceLocation: sourceLocation)
      return
    }
    guard expected != text else { return }
    let (old, new) = (lines(expected), lines(text))
    let place = zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let line = place ?? min(old.count, new.count)
    Issue.record(
      """
      golden/\(name).txt, line \(line + 1), is
        \(line < old.count ? old[line] : "not there")
      and what was written is
        \(line < new.count ? new[line] : "not there")
      In full:
      \(text)
      """, sourceLocation: sourceLocation)
  }

  private static func lines(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }
}

/// Command lines and all that they said, to be compared with a golden file.
struct Transcript {
  private var text = ""
  private let name: String

  init(_ name: String) {
    self.name = name
  }

  /// Runs a command line and takes down what it says.
  @discardableResult
  mutating func run(
    _ repository: TestRepository, _ arguments: String..., with settings: [String: String?] = [:],
    input: String = ""
  ) async -> Ran {
    await run(repository, arguments, with: settings, input: input)
  }

  /// Runs a command line and takes down what it says.
  @discardableResult
  mutating func run(
    _ repository: TestRepository, _ arguments: [String], with settings: [String: String?] = [:],
    input: String = ""
  ) async -> Ran {
    let ran = await repository.deed(arguments, with: settings, input: input)
    let words = arguments.map { $0.contains(" ") ? "'\($0)'" : $0 }
    text += "$ deed \(words.joined(separator: " "))\n"
    text += quoted(ran.output, "  ") + quoted(ran.error, "! ")
    text += "[\(ran.code)]\n\n"
    text.replace(repository.directory, with: "/tmp/TEST")
    return ran
  }

  /// Takes down a heading.
  mutating func say(_ line: String) {
    text += "# \(line)\n\n"
  }

  func check(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try Golden.check(text, name, sourceLocation: sourceLocation)
  }

  private func quoted(_ text: String, _ mark: String) -> String {
    guard !text.isEmpty else { return "" }
    let end = text.hasSuffix("\n") ? "" : "\n\\ no line feed at the end"
    let body = text.hasSuffix("\n") ? String(text.dropLast()) : text
    return body.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty && mark == "  " ? "" : "\(mark)\($0)" }
      .joined(separator: "\n") + end + "\n"
  }
}
