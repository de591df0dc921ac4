internal import Git
internal import Release

extension SecretMask {
  /// Shorter values are too common to be taken out of other texts.
  private static let shortest = 8

  /// The values of an environment's settings, wherever the policy says that they come from.
  ///
  /// A file that is not on this machine has none; another source that cannot be read is trouble: what
  /// must not be seen is not known then.
  package static func values(
    _ settings: CheckSettings, on subject: CheckSubject
  ) async throws(CheckTrouble) -> SecretMask {
    let check = SecretsCheck(settings)
    let rules = try SettingRules(settings)
    let example = try check.example(subject)
    let (sources, problems) = try await check.sources(
      subject, names: rules.named.union(example.names))
    if let problem = problems.first(where: { $0.code == "secrets-unreadable" }) {
      throw CheckTrouble(problem.message)
    }
    let variables = sources.flatMap(\.content.variables).filter { variable in
      rules.expected(variable.name) == nil && example.value(of: variable.name) != variable.value
    }
    return SecretMask(variables.flatMap(texts))
  }

  /// What of a variable's value is to be covered: all of it, line by line, and the password in a URL.
  private static func texts(of variable: EnvironmentFile.Variable) -> [[UInt8]] {
    var texts = variable.value.split(whereSeparator: \.isNewline).map(String.init)
      .filter { !isWord($0, isSecret: SecretName.isSecret(variable.name)) }
    if let password = SecretValue.password(inURL: variable.value) { texts.append(String(password)) }
    return texts.map { Array($0.utf8) }.filter { $0.count >= shortest }
  }

  /// Whether a text is one that stands in anybody's output: `production`, `-----BEGIN KEY-----`.
  private static func isWord(_ text: String, isSecret: Bool) -> Bool {
    text.hasPrefix("-----") || SecretValue.isPlaceholder(text, isSecret: true)
      || !isSecret && text.allSatisfy { $0.isASCII && $0.isLetter }
  }
}
