internal import Git
internal import Release

extension SecretMask {
  /// Shorter values are too common to be taken out of other texts.
  private static let shortest = 8

  /// The values of an environment's settings, wherever the policy says that they come from, and of the
  /// files of the other environments, which a command may well read by mistake.
  ///
  /// A file that is not on this machine has none; another source that cannot be read is trouble: what
  /// must not be seen is not known then.
  package static func values(
    _ settings: CheckSettings, on subject: CheckSubject
  ) async throws(CheckTrouble) -> SecretMask {
    let check = SecretsCheck(settings)
    let rules = try SettingRules(settings)
    let example = try check.example(subject)
    let names = rules.named.union(example.names)
    var (sources, problems) = try await check.sources(subject, names: names)
    if let directory = subject.repository.workDirectory {
      for (_, path) in settings.table("files")
      where !sources.contains(where: { $0.path?.utf8.elementsEqual(path.utf8) == true }) {
        let (source, found) = SecretSource.file(path, mode: nil, in: directory, names: names)
        problems += found
        if let source { sources.append(source) }
      }
    }
    if let problem = problems.first(where: { $0.code == "secrets-unreadable" }) {
      throw CheckTrouble(problem.message)
    }
    if let source = sources.first(where: { !$0.content.isText }) {
      throw CheckTrouble("\(source.name) is no text")
    }
    let variables = sources.flatMap { $0.unsaid(by: rules, example) }
    let unread = sources.flatMap(\.content.unread)
    return SecretMask(variables.flatMap(texts(of:)) + unread.flatMap(texts(ofUnread:)))
  }

  /// What is to be covered of lines that are no settings: each, and what stands behind a sign that
  /// may have been meant to set something.
  private static func texts(ofUnread lines: ArraySlice<UInt8>) -> [[UInt8]] {
    lines.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.flatMap { line in
      let value = line.drop { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ":") }.dropFirst()
      return [line, value].map { text in
        Array(text.drop(while: isEdge).reversed().drop(while: isEdge).reversed())
      }
    }.filter { $0.count >= shortest }
  }

  private static func isEdge(_ byte: UInt8) -> Bool {
    byte <= 0x20 || "\"'`".utf8.contains(byte)
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
