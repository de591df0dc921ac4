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
    /// What is said where nobody has said who reads the file; `nil`: nothing.
    var anybody: String?
    /// By those that read it differently.
    let readers: [EnvironmentReader: String]

    func what(_ reader: EnvironmentReader?) -> String? { reader.map { readers[$0] } ?? anybody }
  }

  static let traps = [
    Trap(
      form: .spaced, anybody: "has blanks round its =, which a shell and docker refuse",
      readers: [
        .docker: "has blanks round its =, which docker refuses",
        .shell: "has blanks round its =, which a shell refuses",
      ]),
    Trap(
      form: .blank, anybody: "has blanks and no quotation marks: a shell runs the second word",
      readers: [.shell: "has blanks and no quotation marks: a shell runs the second word"]),
    Trap(
      form: .comment,
      anybody: "has a remark behind its value, which docker and systemd take for a part of it",
      readers: [
        .docker: "has a remark behind its value, which docker takes for a part of it",
        .systemd: "has a remark behind its value, which systemd takes for a part of it",
      ]),
    Trap(
      form: .quoted,
      readers: [.docker: "has quotation marks, which docker takes for a part of the value"]),
    Trap(
      form: .export,
      readers: [
        .docker: "begins with export, which docker refuses",
        .systemd: "begins with export, for which systemd leaves it out",
      ]),
    Trap(
      form: .lines, readers: [.docker: "goes over several lines, of which docker takes the first"]),
    Trap(
      form: .dollar,
      anybody:
        "has a $ outside single quotation marks: some put another value there, others do not",
      readers: [
        .shell: "has a $ outside single quotation marks: a shell puts another value there",
        .dotenv: "has a $ outside single quotation marks: some of dotenv put another value there",
      ]),
  ]

  /// How a byte order mark before the first name is read; docker passes it over.
  private static func mark(_ reader: EnvironmentReader?) -> String? {
    switch reader {
    case nil: "most take for a part of it"
    case .docker: nil
    case .systemd: "systemd takes for a part of it"
    case .shell: "a shell refuses"
    case .dotenv: "some of dotenv take for a part of it"
    }
  }

  /// What of a file `reader` would read differently, or whoever it is where that is not known.
  ///
  /// - Parameter shown: What a setting is called where its name may be a part of a value.
  static func findings(
    on source: SecretSource, _ reader: EnvironmentReader?,
    calling shown: (EnvironmentFile.Variable) -> String
  ) -> [CheckFinding] {
    func finding(_ message: String, _ line: Int) -> CheckFinding {
      CheckFinding(
        .warn, "settings-reading", message, path: source.path, line: source.line(line),
        hint: reader.map { reader in
          "write it as \(reader == .shell ? "a shell" : reader.rawValue) reads it, or mend `reader` in "
            + "[checks.secrets]"
        })
    }
    var findings: [CheckFinding] = []
    if source.content.hasMark, let what = mark(reader) {
      findings.append(finding("a byte order mark stands before the first name, which \(what)", 1))
    }
    for trap in traps {
      guard let what = trap.what(reader) else { continue }
      let variables = source.content.variables.filter { $0.form.contains(trap.form) }
      guard let first = variables.first else { continue }
      let others = variables.count == 1 ? "" : " (and \(variables.count - 1) more)"
      findings.append(finding("\(shown(first)) \(what)\(others)", first.line))
    }
    return findings
  }
}
