/// Whether a tag is to be signed, as the command line says it.
package enum SigningChoice: Hashable, Sendable {
  case sign
  case noSign
  /// As git is configured: `tag.gpgSign` or `tag.forceSignAnnotated`.
  case auto
}

/// An SSH key, ready to sign tags with as git does.
package struct TagSigner: Hashable, Sendable {
  enum Key: Hashable, Sendable {
    /// A private key, or a public one whose private half the agent holds.
    case file(String)
    /// A public key as text; the agent holds the private half.
    case literal(String)
  }

  let program: String
  let key: Key
  let directory: String
  let environment: [String: String]

  /// The armoured signature of `payload` in git's namespace.
  package func sign(_ payload: [UInt8]) async throws(GitError) -> [UInt8] {
    try await sign(payload, namespace: "git")
  }

  /// The armoured signature of `payload` in `namespace`.
  package func sign(_ payload: [UInt8], namespace: String) async throws(GitError) -> [UInt8] {
    let workplace = try Disk.makeTemporaryDirectory(in: environment["TMPDIR"])
    defer { Disk.remove(workplace, files: ["payload", "payload.sig", "key"]) }
    let payloadFile = "\(workplace)/payload"
    try Disk.write(payload, to: payloadFile)
    var arguments = ["-Y", "sign", "-n", namespace]
    switch key {
    case .file(let path): arguments += ["-f", path]
    case .literal(let text):
      let file = "\(workplace)/key"
      try Disk.write(Array("\(text)\n".utf8), to: file)
      arguments += ["-f", file, "-U"]
    }
    let result = try await GitProgram.run(
      program, arguments + [payloadFile], input: [], directory: directory, environment: environment)
    guard result.status == 0, let signature = try Disk.content(of: "\(payloadFile).sig") else {
      throw GitError(
        .signing, "\(program) could not sign: \(result.complaint)",
        hint: "ssh-add -l   # is the key of user.signingkey there?")
    }
    return signature.filter { $0 != UInt8(ascii: "\r") }
  }
}

extension Repository {
  /// What signs the tags here; `nil` where they are not to be signed.
  ///
  /// Refuses rather than leave a tag unsigned that ought to be signed.
  package func tagSigner(
    _ configuration: GitConfiguration, _ choice: SigningChoice
  ) async throws(GitError) -> TagSigner? {
    switch choice {
    case .noSign: return nil
    case .auto:
      let isWanted = try configuration.flag("tag.gpgsign") ?? false
      let isForced = try configuration.flag("tag.forcesignannotated") ?? false
      guard isWanted || isForced else { return nil }
    case .sign: break
    }
    return try await signer(configuration)
  }

  /// The user's SSH key, whatever it is to sign.
  package func signer(_ configuration: GitConfiguration) async throws(GitError) -> TagSigner {
    let format = configuration.value("gpg.format") ?? "openpgp"
    guard format == "ssh" else {
      let name = format == "x509" ? "X.509" : "OpenPGP"
      throw GitError(
        .signing,
        "\(name) tags are not supported yet (gpg.format is \(format)): "
          + "use --no-sign, or sign with an SSH key",
        hint: "git config --global gpg.format ssh")
    }
    // A repository that names the signer would run its own program as whoever works in it.
    try refuseLocal("gpg.ssh.program", configuration)
    let name = configuration.protectedValue("gpg.ssh.program") ?? "ssh-keygen"
    let program = try GitProgram.program(
      expanded(name), in: environment, package: "openssh-client")
    return TagSigner(
      program: program, key: try await signingKey(configuration),
      directory: workDirectory ?? gitDirectory, environment: environment)
  }

  private func signingKey(
    _ configuration: GitConfiguration
  ) async throws(GitError) -> TagSigner.Key {
    if let key = configuration.value("user.signingkey"), !key.isEmpty {
      return literal(key).map { .literal($0) } ?? .file(expanded(key))
    }
    try refuseLocal("gpg.ssh.defaultkeycommand", configuration)
    guard let command = configuration.protectedValue("gpg.ssh.defaultkeycommand") else {
      throw GitError(
        .signing, "no key is set to sign with (user.signingkey)",
        hint: "git config --global user.signingkey ~/.ssh/id_ed25519.pub")
    }
    guard let words = ShellWords.split(command), let first = words.first else {
      throw GitError(.signing, "gpg.ssh.defaultKeyCommand cannot be read: \(command)")
    }
    let result = try await GitProgram.run(
      GitProgram.program(expanded(first), in: environment, package: first),
      Array(words.dropFirst()), input: [], directory: workDirectory ?? gitDirectory,
      environment: environment)
    let line = result.text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
    guard result.status == 0, let key = literal(line) else {
      throw GitError(
        .signing, "gpg.ssh.defaultKeyCommand gave no key: \(result.complaint)",
        hint: "git config --global user.signingkey ~/.ssh/id_ed25519.pub")
    }
    return .literal(key)
  }

  private func literal(_ key: String) -> String? {
    if key.hasPrefix("key::") { return String(key.dropFirst(5)) }
    return key.hasPrefix("ssh-") ? key : nil
  }

  private func refuseLocal(
    _ key: String, _ configuration: GitConfiguration
  ) throws(GitError) {
    guard let value = configuration.repositoryValue(key) else { return }
    throw GitError(
      .signing, "this repository itself sets \(key) to \(value); only your own configuration may",
      hint: "git config --local --unset-all \(key)")
  }

  /// A path with its leading `~` replaced by the home directory.
  func expanded(_ path: String) -> String {
    guard path.hasPrefix("~/"), let home = environment["HOME"] else { return path }
    return home + path.dropFirst()
  }
}

/// A command line split into words as git splits one: quotes and backslashes, and no shell.
enum ShellWords {
  /// `nil` where a quote is not closed.
  static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in text {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if quote == nil, character.isWhitespace {
        if let finished = word { words.append(finished) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return quote == nil && !isEscaped ? words : nil
  }
}
