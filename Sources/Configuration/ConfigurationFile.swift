package import Release
import TOMLKit

/// Reads `deed.toml`.
package enum ConfigurationFile {
  /// The largest file that is read, and its longest line: the parser's nesting, and with it the
  /// stack that it takes, is bounded by them.
  static let largest = 65_536
  static let longestLine = 4096

  /// The policy that `bytes` say; `file` names them in errors: "deed.toml at 1a2b3c4d5e6f".
  package static func policy(
    from bytes: [UInt8], file: String
  ) throws(ConfigurationError) -> Policy {
    do {
      return try policy(from: bytes)
    } catch {
      throw ConfigurationError(file: file, problems: error.problems)
    }
  }

  private struct Failure: Error {
    var problems: [ConfigurationError.Problem]
  }

  private static func policy(from bytes: [UInt8]) throws(Failure) -> Policy {
    let text = try text(bytes)
    let locator = KeyLocator(Array(text.utf8))
    if let mistake = locator.mistake {
      throw Failure(problems: [
        .init(
          line: mistake.line, column: mistake.column,
          message: "it is not valid TOML: \(mistake.message)")
      ])
    }
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw Failure(problems: [problem(error)])
    } catch {
      throw Failure(problems: [.init(line: nil, message: "it cannot be read: \(error)")])
    }
    if let line = locator.lineOfNul {
      throw Failure(problems: [.init(line: line, message: "a text holds a NUL character")])
    }
    var reader = PolicyReader()
    let policy = reader.policy(Node(root: table, locator: locator))
    guard reader.problems.isEmpty else { throw Failure(problems: reader.problemsInOrder) }
    return policy
  }

  /// The bytes as text, without a byte order mark.
  private static func text(_ bytes: [UInt8]) throws(Failure) -> String {
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    guard bytes.count <= largest else {
      throw Failure(problems: [
        .init(line: nil, message: "it has \(bytes.count) bytes, more than \(largest)")
      ])
    }
    let newline = UInt8(ascii: "\n")
    let lines = bytes.split(separator: newline, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if String(validating: line, as: UTF8.self) == nil {
        throw Failure(problems: [
          .init(line: index + 1, message: "it is not UTF-8", hint: "save the file as UTF-8")
        ])
      }
      // The parser takes a C string, and would end there without a word.
      if line.contains(0) {
        throw Failure(problems: [
          .init(line: index + 1, message: "it holds a NUL character")
        ])
      }
      if line.count > longestLine {
        throw Failure(problems: [
          .init(line: index + 1, message: "the line is longer than \(longestLine) bytes")
        ])
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func problem(_ error: TOMLParseError) -> ConfigurationError.Problem {
    let message = String(error.description.drop { $0 == " " })
    let position = error.source.begin
    return .init(
      line: position.line > 0 ? position.line : nil,
      column: position.line > 0 && position.column > 0 ? position.column : nil,
      message: message.isEmpty ? "it is not valid TOML" : "it is not valid TOML: \(message)")
  }
}
