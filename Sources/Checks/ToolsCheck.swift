internal import Git
internal import Release

/// Whether the programs that a deployment needs are on this machine, in the versions asked for.
package struct ToolsCheck: Check {
  package let title = "Tools"
  /// By the program's name: `*`, or constraints such as `>=2.39 <3` or `20`.
  private let versions: [(key: String, value: String)]

  package init(versions: [(key: String, value: String)]) {
    self.versions = versions
  }

  package func run(on subject: CheckSubject) async throws(CheckTrouble) -> [CheckFinding] {
    guard !versions.isEmpty else {
      return [CheckFinding(.pass, "tools-none", "the policy names no tools")]
    }
    let runner = CommandRunner(
      directory: subject.repository.workDirectory ?? subject.repository.gitDirectory,
      environment: subject.repository.environment, timeout: 10)
    let isStopped = subject.watch.isStopped
    func run(_ command: String) async throws(CheckTrouble) -> CommandRunner.Ending {
      do throws(CommandRunner.Failure) {
        let ending = try await runner.run(command, show: { _ in }, until: isStopped)
        if ending.cause != .stopped { return ending }
      } catch {
        throw CheckTrouble(error.message)
      }
      throw CheckTrouble.stopped
    }
    var findings: [CheckFinding] = []
    for (tool, wanted) in versions {
      findings.append(try await finding(tool, wanted, run))
    }
    return findings
  }

  private func finding(
    _ tool: String, _ wanted: String,
    _ run: (String) async throws(CheckTrouble) -> CommandRunner.Ending
  ) async throws(CheckTrouble) -> CheckFinding {
    guard let constraint = VersionConstraint(wanted) else {
      throw CheckTrouble(
        "\u{201C}\(wanted)\u{201D} is no version to ask of \(tool)",
        hint: "such as \"*\", \"20\", \">=2.39 <3\"")
    }
    guard Self.isName(tool) else {
      throw CheckTrouble(
        "\u{201C}\(tool)\u{201D} is not the name of a program",
        hint: "mend `versions` in [checks.tools]")
    }
    guard try await run("command -v '\(tool)'").isSuccess else {
      return CheckFinding(.fail, "tool-missing", "\(tool) is not installed")
    }
    guard !constraint.isAny else {
      return CheckFinding(.pass, "tool", "\(tool) is installed")
    }
    for option in ["--version", "version", "-version"] {
      let ending = try await run("'\(tool)' \(option)")
      let said = String(decoding: ending.log.bytes, as: UTF8.self)
      guard ending.isSuccess, let found = VersionConstraint.number(in: said) else { continue }
      let shown = found.map(String.init).joined(separator: ".")
      return constraint.admits(found)
        ? CheckFinding(.pass, "tool", "\(tool) \(shown) is installed")
        : CheckFinding(.fail, "tool-version", "\(tool) is \(shown), and \(wanted) is asked for")
    }
    return CheckFinding(.fail, "tool-version", "\(tool) does not say which version it is")
  }

  /// A name that a shell takes for nothing else.
  private static func isName(_ tool: String) -> Bool {
    !tool.isEmpty && !tool.hasPrefix("-")
      && tool.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII
          && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            || "._+-/".unicodeScalars.contains(scalar))
      }
  }
}

/// Which versions of a program will do.
struct VersionConstraint: Hashable {
  private enum Relation: String, CaseIterable {
    // Longer ones first: `>` is the beginning of `>=`.
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
    /// This one, or one that begins so: `20` admits `20.1`.
    case within = ""
  }

  private struct Bound: Hashable {
    let relation: Relation
    let number: [Int]
  }

  private let bounds: [Bound]

  /// - Parameter text: `*`, or bounds parted by spaces or commas.
  init?(_ text: String) {
    let words = text.split { $0 == " " || $0 == "," }
    guard !words.isEmpty else { return nil }
    var bounds: [Bound] = []
    for word in words where word != "*" {
      guard let relation = Relation.allCases.first(where: { word.hasPrefix($0.rawValue) }),
        let number = Self.number(word.dropFirst(relation.rawValue.count))
      else { return nil }
      bounds.append(Bound(relation: relation, number: number))
    }
    self.bounds = bounds
  }

  var isAny: Bool { bounds.isEmpty }

  func admits(_ found: [Int]) -> Bool {
    bounds.allSatisfy { bound in
      switch bound.relation {
      case .atLeast: !Self.isLess(found, bound.number)
      case .atMost: !Self.isLess(bound.number, found)
      case .above: Self.isLess(bound.number, found)
      case .below: Self.isLess(found, bound.number)
      case .within: found.starts(with: bound.number)
      }
    }
  }

  /// Missing parts are zeros: `2.39` and `2.39.0` are the same.
  private static func isLess(_ left: [Int], _ right: [Int]) -> Bool {
    for index in 0..<max(left.count, right.count) {
      let (one, other) = (
        index < left.count ? left[index] : 0, index < right.count ? right[index] : 0
      )
      if one != other { return one < other }
    }
    return false
  }

  private static func number(_ text: Substring) -> [Int]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    let number = parts.compactMap { $0 }
    return number.count == parts.count && number.allSatisfy { $0 >= 0 } ? number : nil
  }

  /// The first number with a dot in what a program says of itself; else the first number.
  static func number(in text: String) -> [Int]? {
    let words = text.split { !($0.isASCII && ($0.isNumber || $0 == ".")) }
    let numbers = words.compactMap { word -> [Int]? in
      let trimmed = word.drop { $0 == "." }
      let parts = trimmed.split(separator: ".").compactMap { Int($0) }
      return parts.isEmpty ? nil : parts
    }
    return numbers.first { $0.count > 1 } ?? numbers.first
  }
}
