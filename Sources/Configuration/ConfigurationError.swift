/// Everything that is wrong with one configuration file.
package struct ConfigurationError: Error, Hashable, CustomStringConvertible {
  /// One thing to mend.
  package struct Problem: Hashable, Sendable {
    /// From 1; `nil` where the place is not known for certain.
    package let line: Int?
    package let column: Int?
    package let message: String
    /// How to mend it.
    package let hint: String?

    package init(line: Int?, column: Int? = nil, message: String, hint: String? = nil) {
      self.line = line
      self.column = column
      self.message = message
      self.hint = hint
    }
  }

  /// As the caller names it: "deed.toml at 1a2b3c4d5e6f".
  package let file: String
  /// In the file's order; never empty.
  package let problems: [Problem]

  package init(file: String, problems: [Problem]) {
    self.file = file
    self.problems = problems
  }

  /// One line a problem, its hint in parentheses.
  package var description: String {
    problems.map { problem in
      let place = problem.line.map { line in
        ", line \(line)" + (problem.column.map { ", column \($0)" } ?? "")
      }
      let hint = problem.hint.map { " (\($0))" } ?? ""
      return "\(file)\(place ?? ""): \(problem.message)\(hint)"
    }.joined(separator: "\n")
  }
}
