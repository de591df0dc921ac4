internal import Release

/// In what ways a variable is written that programs read differently.
struct EnvironmentForm: OptionSet, Hashable {
  let rawValue: Int

  /// Blanks stand round its `=`.
  static let spaced = EnvironmentForm(rawValue: 1)
  /// Blanks stand in its value, which is in no quotation marks.
  static let blank = EnvironmentForm(rawValue: 2)
  /// A remark stands behind its value.
  static let comment = EnvironmentForm(rawValue: 4)
  static let quoted = EnvironmentForm(rawValue: 8)
  static let export = EnvironmentForm(rawValue: 16)
  /// Its value goes over several lines.
  static let lines = EnvironmentForm(rawValue: 32)
  /// A `$` stands where some put another value.
  static let dollar = EnvironmentForm(rawValue: 64)
}

/// Who reads a file of settings in the end.
enum EnvironmentReader: String {
  /// The packages of that name.
  case dotenv
  /// `docker run --env-file`
  case docker
  case systemd
  /// `. FILE`
  case shell

  /// A form that some read differently, and how, as the rest of a sentence that begins with lines.
  struct Trap {
    let form: EnvironmentForm
    let readers: Set<EnvironmentReader>
    let what: String
    /// Whether it is told where nobody has said who reads the file.
    var isCommon = true
  }

  static let traps = [
    Trap(
      form: .spaced, readers: [.docker, .shell],
      what: "has blanks round its =, which a shell and docker refuse"),
    Trap(
      form: .blank, readers: [.shell],
      what: "has blanks and no quotation marks: a shell runs the second word"),
    Trap(
      form: .comment, readers: [.docker, .systemd],
      what: "has a remark behind its value, which docker and systemd take for a part of it"),
    Trap(
      form: .quoted, readers: [.docker],
      what: "has quotation marks, which docker --env-file takes for a part of the value",
      isCommon: false),
    Trap(
      form: .export, readers: [.docker, .systemd],
      what: "begins with export, which docker and systemd do not know", isCommon: false),
    Trap(
      form: .lines, readers: [.docker],
      what: "goes over several lines, of which docker takes the first", isCommon: false),
    Trap(
      form: .dollar, readers: [.shell, .dotenv],
      what: "has a $ outside single quotation marks: some put another value there, others do not"),
  ]

  /// What of a file `reader` would read differently, or whoever it is where that is not known.
  static func findings(on source: SecretSource, _ reader: EnvironmentReader?) -> [CheckFinding] {
    var findings: [CheckFinding] = []
    if source.content.hasMark {
      findings.append(
        CheckFinding(
          .warn, "settings-reading",
          "a byte order mark stands before the first name, which most take for a part of it",
          path: source.path, line: source.line(1)))
    }
    for trap in traps {
      guard reader.map(trap.readers.contains) ?? trap.isCommon else { continue }
      let variables = source.content.variables.filter { $0.form.contains(trap.form) }
      guard let first = variables.first else { continue }
      let others = variables.count == 1 ? "" : " (and \(variables.count - 1) more)"
      findings.append(
        CheckFinding(
          .warn, "settings-reading", "\(first.name) \(trap.what)\(others)", path: source.path,
          line: source.line(first.line)))
    }
    return findings
  }
}
