internal import Release

/// The settings that a project shows to newcomers.
struct ExampleSettings {
  private var values: [ExactName: String] = [:]
  /// What of it could not be read, or that there is none.
  private(set) var findings: [CheckFinding] = []

  init() {}

  /// - Parameter why: A sentence without its full stop.
  init(without why: String) {
    findings = [CheckFinding(.pass, "example-none", why)]
  }

  init(_ file: EnvironmentFile, path: String) {
    for variable in file.variables { values[ExactName(variable.name)] = variable.value }
    findings = file.faults.map { fault in
      CheckFinding(
        .warn, "example-unreadable", "a line of the example: \(fault.why)", path: path,
        line: fault.line)
    }
  }

  var names: Set<ExactName> { Set(values.keys) }

  func value(of name: String) -> String? { values[ExactName(name)] }
}

/// What the policy asks of an environment's settings.
struct SettingRules {
  private let required: [String]
  private let values: [(key: String, value: String)]
  private let forbidden: [(text: String, pattern: Regex<AnyRegexOutput>)]
  private let naming: (text: String, pattern: Regex<AnyRegexOutput>)?

  /// How it is judged that a setting of the example is not set; `nil`: not at all.
  private let unset: Record.CheckOutcome?
  /// Who reads the settings in the end; `nil` where nobody says.
  private let reader: EnvironmentReader?

  private static let shortestKey = 32

  init(_ settings: CheckSettings) throws(CheckTrouble) {
    required = settings.texts("required")
    values = settings.table("values")
    let word = settings.text("unset") ?? "warn"
    unset = word == "ignore" ? nil : Record.CheckOutcome(rawValue: word)
    reader = settings.text("reader").flatMap(EnvironmentReader.init)
    var forbidden: [(text: String, pattern: Regex<AnyRegexOutput>)] = []
    for text in settings.texts("forbid") { forbidden.append((text, try Self.pattern(text))) }
    self.forbidden = forbidden
    naming = try settings.text("names").map { text throws(CheckTrouble) in
      (text, try Self.pattern(text))
    }
  }

  private static func pattern(_ text: String) throws(CheckTrouble) -> Regex<AnyRegexOutput> {
    do {
      return try Regex(text)
    } catch {
      throw CheckTrouble(
        "\u{201C}\(text)\u{201D} is no pattern: \(error)",
        hint: "mend `forbid` or `names` in [checks.secrets]")
    }
  }

  /// The names that the policy speaks of.
  var named: Set<ExactName> { Set((required + values.map(\.key)).map { ExactName($0) }) }

  /// The value that the policy itself tells.
  func expected(_ name: String) -> String? { values.first { $0.key.isExactly(name) }?.value }

  func findings(on source: SecretSource, _ example: ExampleSettings) -> [CheckFinding] {
    let variables = source.content.variables
    guard !variables.isEmpty || !source.content.faults.isEmpty else {
      return [none(in: source, named.union(example.names))]
    }
    var findings = form(source)
    findings += EnvironmentReader.findings(on: source, reader) { shown($0, example) }
    // What is no text at all may hold anything: that it is none is the one fault.
    if source.content.isText {
      findings += missing(source, example)
      findings += absent(source, example)
    }
    for variable in variables {
      let name = shown(variable, example)
      findings += faults(of: variable, example).map { code, why in
        CheckFinding(
          .fail, code, "\(name) \(why)", path: source.path, line: source.line(variable.line))
      }
    }
    guard findings.isEmpty else { return findings }
    let noun = variables.count == 1 ? "setting" : "settings"
    return [
      CheckFinding(
        .pass, "settings", "\(variables.count) \(noun) in \(source.name), all as they should be",
        path: source.path)
    ]
  }

  /// That there is nothing.
  ///
  /// - Parameter names: Those that are looked for.
  private func none(in source: SecretSource, _ names: Set<ExactName>) -> CheckFinding {
    if source.isProcess, names.isEmpty {
      return CheckFinding(
        .fail, "settings-none",
        "no name to look for in \(source.name): neither `required` nor an example says any",
        hint: "name them in `required` of [checks.secrets] or in the example")
    }
    let listed = names.isEmpty ? "" : ", such as \(names.map(\.text).sorted()[0])"
    return CheckFinding(
      .fail, "settings-none", "there is no setting in \(source.name)", path: source.path,
      line: source.line(1),
      hint: source.isProcess
        ? "set them there\(listed), or mend `process` in [checks.secrets]"
        : source.path == nil
          ? "let it print them as NAME=value\(listed), or mend `commands` in [checks.secrets]"
          : "write them into it as NAME=value\(listed), or mend `files` in [checks.secrets]")
  }

  /// A setting's name, or its line alone: a name that nobody asks for may be a part of a value.
  private func shown(
    _ variable: EnvironmentFile.Variable, _ example: ExampleSettings
  ) -> String {
    let name = variable.name
    let isKnown = named.union(example.names).contains(ExactName(name))
    guard let naming, !isKnown, !variable.isPlain, !name.contains(naming.pattern) else {
      return name
    }
    // What a command printed has no lines.
    return variable.line > 0 ? "what line \(variable.line) sets" : "one setting"
  }

  /// Lines that are no settings, and names that stand twice.
  private func form(_ source: SecretSource) -> [CheckFinding] {
    var findings = source.content.faults.map { fault in
      CheckFinding(
        .fail, "settings-unreadable", source.said(of: fault), path: source.path,
        line: source.line(fault.line))
    }
    if let line = source.content.carriageReturnLine {
      findings.append(
        CheckFinding(
          .warn, "settings-line-ends",
          "lines end in CR LF: a shell takes the CR for a part of each value", path: source.path,
          line: source.line(line)))
    }
    var lines: [ExactName: Int] = [:]
    for variable in source.content.variables {
      if let first = lines.updateValue(variable.line, forKey: ExactName(variable.name)) {
        findings.append(
          CheckFinding(
            .fail, "setting-twice", "\(variable.name) is set on line \(first) already",
            path: source.path, line: source.line(variable.line)))
      }
    }
    return findings
  }

  private func missing(
    _ source: SecretSource, _ example: ExampleSettings
  ) -> [CheckFinding] {
    var names = Set(source.content.variables.map { ExactName($0.name) })
    let wanted = required + values.map(\.key)
    // One that is wanted itself is no other one misspelled.
    let strange = source.content.variables.filter { !named.contains(ExactName($0.name)) }
    // Each is told once.
    return wanted.filter { names.insert(ExactName($0)).inserted }.map { name in
      let near = Self.nearest(to: name, in: strange)
      return CheckFinding(
        .fail, "setting-missing",
        "\(name) is not set"
          + (near.map { "; is it \(shown($0, example))?" } ?? " in \(source.name)"),
        path: source.path, line: near.flatMap { source.line($0.line) },
        hint: near == nil ? nil : "mend the name, or set both")
    }
  }

  /// What the example has and this has not: misspelled, where there is a name that is nearly it.
  private func absent(
    _ source: SecretSource, _ example: ExampleSettings
  ) -> [CheckFinding] {
    let names = Set(source.content.variables.map { ExactName($0.name) })
    let known = example.names.union(named)
    let absent = example.names.subtracting(names).subtracting(named).map(\.text).sorted()
    let strange = source.content.variables.filter { !known.contains(ExactName($0.name)) }
    return absent.compactMap { name in
      if let variable = Self.nearest(to: name, in: strange) {
        return CheckFinding(
          .fail, "setting-misspelled", "\(variable.name) may be meant as \(name)",
          path: source.path, line: source.line(variable.line))
      }
      return unset.map { unset in
        CheckFinding(
          unset, "setting-unset", "\(name) is not set in \(source.name), and the example has it",
          path: source.path)
      }
    }
  }

  private static func nearest(
    to name: String, in variables: [EnvironmentFile.Variable]
  ) -> EnvironmentFile.Variable? {
    let limit = max(1, name.utf8.count / 5)
    // `secret_key` is none of a shell's `SECRET_KEY`, and as near to it as can be.
    let near = variables.filter { !$0.name.isExactly(name) }
      .map { ($0, EditDistance.between(name.uppercased(), $0.name.uppercased())) }
      .filter { $0.1 <= limit }
    return near.min { $0.1 < $1.1 }?.0
  }

  /// What is wrong with one setting: a code, and the rest of a sentence that begins with its name.
  private func faults(
    of variable: EnvironmentFile.Variable, _ example: ExampleSettings
  ) -> [(String, String)] {
    let (name, value) = (variable.name, variable.value)
    var faults: [(String, String)] = []
    if let naming, !name.contains(naming.pattern) {
      faults.append(("setting-name", "is not named as the policy has it: \(naming.text)"))
    }
    let wanted = expected(name)
    if let wanted, !wanted.isExactly(value) {
      faults.append(("setting-value", "is not \u{201C}\(wanted)\u{201D}"))
    }
    if let (text, _) = forbidden.first(where: { value.contains($0.pattern) }) {
      faults.append(("setting-forbidden", "matches what the policy forbids: \(text)"))
    }
    guard value.contains(where: { !$0.isWhitespace }) else {
      if required.contains(where: { $0.isExactly(name) }) {
        faults.append(("setting-empty", "is empty"))
      }
      return faults
    }
    // A value that the policy itself tells is no secret.
    guard wanted == nil else { return faults }
    return faults + [secretFault(of: variable, example)].compactMap { $0 }
  }

  /// Why a value would keep nothing from anybody, if it is to.
  private func secretFault(
    of variable: EnvironmentFile.Variable, _ example: ExampleSettings
  ) -> (String, String)? {
    let (name, value) = (variable.name, variable.value)
    let login = SecretValue.login(inURL: value)
    // `AWS_ACCESS_KEY_ID` is no secret's name, and a key that documentation shows opens nothing.
    let isSecret = SecretName.isSecret(name) || KeyFormat.isKey(value)
    var fault = SecretValue.fault(in: value, isSecret: isSecret && login == nil, name: name)
    if fault == nil, let login {
      let password = String(login.password)
      fault =
        login.user == login.password
        ? .guessable : SecretValue.fault(in: password, isSecret: true, name: name)
    }
    let count = login?.password.count ?? value.count
    let size = login == nil ? "\(count) characters" : "a password of \(count) characters"
    switch fault {
    case .placeholder?:
      return ("secret-placeholder", "holds a placeholder, \(count) characters long")
    case .development?:
      return (
        "secret-placeholder",
        "holds what says of itself that it is not for production, \(count) characters long"
      )
    case .guessable?: return ("secret-easy", "has \(size), easily guessed")
    case nil: break
    }
    if isSecret || login != nil, example.value(of: name) == value {
      return ("secret-example", "has the value that the example shows")
    }
    guard SecretName.isOwnKey(name) else { return nil }
    if value.count < Self.shortestKey {
      return (
        "secret-short",
        "is \(value.count) characters long; at least \(Self.shortestKey) are wanted"
      )
    }
    return SecretValue.isEasy(value)
      ? ("secret-easy", "has \(value.count) characters, easily guessed") : nil
  }
}
