internal import Git
internal import Release

/// The settings of another environment, as far as they are here to be compared with.
struct OtherSettings {
  private enum Content {
    case read(SecretSource)
    /// Why there is nothing here to compare with.
    case absent(String)
    /// Why nobody can tell.
    case doubtful(CheckFinding)
  }

  private let environment: String
  private let content: Content

  /// Those of all environments but the one that is looked at.
  static func of(
    _ settings: CheckSettings, _ subject: CheckSubject, names: Set<ExactName>
  ) async throws(CheckTrouble) -> [OtherSettings] {
    let repository = subject.repository
    let own = subject.environment.utf8
    var others: [OtherSettings] = []
    for (environment, path) in settings.table("files") where !environment.utf8.elementsEqual(own) {
      guard let directory = repository.workDirectory else { continue }
      others.append(
        OtherSettings(environment: environment, content: file(path, environment, directory, names)))
    }
    for (environment, command) in SecretCommand.all(settings)
    where !environment.utf8.elementsEqual(own) {
      let content: Content
      do throws(CheckTrouble) {
        content = .read(try await command.source(on: subject, names: names))
      } catch {
        content = .doubtful(
          CheckFinding(
            .warn, "secrets-unanswered", "not compared with \(environment): \(error.message)"))
      }
      others.append(OtherSettings(environment: environment, content: content))
    }
    for environment in settings.texts("process") where !environment.utf8.elementsEqual(own) {
      others.append(
        OtherSettings(
          environment: environment, content: .absent("its settings are in another process")))
    }
    return others
  }

  private static func file(
    _ path: String, _ environment: String, _ directory: String, _ names: Set<ExactName>
  ) -> Content {
    let (source, findings) = SecretSource.file(path, mode: nil, in: directory, names: names)
    if let source { return .read(source) }
    guard let finding = findings.first, finding.code != "secrets-missing" else {
      return .absent("\(path) is not on this machine")
    }
    return .doubtful(
      CheckFinding(
        .fail, "secrets-incomparable",
        "cannot be compared with \(environment): \(finding.message)", path: path, line: 1))
  }

  /// Secrets that `source` has, too.
  func findings(on source: SecretSource) -> [CheckFinding] {
    let other: SecretSource
    switch content {
    case .absent(let why):
      return [
        CheckFinding(.pass, "secrets-not-compared", "not compared with \(environment): \(why)")
      ]
    case .doubtful(let finding): return [finding]
    case .read(let read): other = read
    }
    let values = Set(other.content.variables.compactMap(\.secret))
    let same = source.content.variables.filter { variable in
      variable.secret.map(values.contains) ?? false
    }
    var findings = same.map { variable in
      CheckFinding(
        .fail, "secret-reused",
        SecretValue.password(inURL: variable.value) == nil
          ? "\(variable.name) is what \(environment) has, too"
          : "the password in \(variable.name) is one that \(environment) has, too",
        path: source.path, line: source.line(variable.line))
    }
    if let fault = other.content.faults.first {
      let why = other.said(of: fault)
      findings.append(
        other.content.variables.isEmpty
          ? CheckFinding(
            .fail, "secrets-incomparable", "cannot be compared with \(environment): \(why)",
            path: other.path, line: other.line(fault.line))
          : CheckFinding(
            .warn, "secrets-compared-in-part",
            "not all of \(environment)'s could be compared: \(why)",
            path: other.path, line: other.line(fault.line)))
    }
    guard findings.isEmpty else { return findings }
    return [
      CheckFinding(
        .pass, "secrets-own", "no secret is shared with \(environment)", path: source.path)
    ]
  }
}

extension EnvironmentFile.Variable {
  /// What of its value is one to keep: promised by the name, and long enough to be no word; of an
  /// address, the password.
  fileprivate var secret: String? {
    if let password = SecretValue.password(inURL: value) {
      return password.utf8.count >= 8 ? String(password) : nil
    }
    return SecretName.isSecret(name) && value.utf8.count >= 8 ? value : nil
  }
}
