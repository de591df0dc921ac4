internal import Release

/// Whether a tag is to be signed, as the command line says it.
package enum SigningChoice: Hashable, Sendable {
  case sign
  case noSign
  /// As git is configured: `tag.gpgSign` or `tag.forceSignAnnotated`.
  case auto
}

/// How something is signed, as `gpg.format` names it.
package enum SigningFormat: String, Hashable, Sendable {
  case ssh
  case openPGP = "openpgp"

  /// The format of an armoured signature, as its first line has it.
  package init?(armour text: String) {
    if text.hasPrefix("-----BEGIN SSH SIGNATURE-----") {
      self = .ssh
    } else if text.hasPrefix("-----BEGIN PGP ") {
      self = .openPGP
    } else {
      return nil
    }
  }

  /// The settings that name its program, the first of them that is there, and what it is called.
  fileprivate var program: (keys: [String], name: String, package: String) {
    switch self {
    case .ssh: (["gpg.ssh.program"], "ssh-keygen", "openssh-client")
    case .openPGP: (["gpg.openpgp.program", "gpg.program"], "gpg", "gnupg")
    }
  }
}

/// A key, ready to sign with as git does.
package struct Signer: Hashable, Sendable {
  enum Key: Hashable, Sendable {
    /// A private SSH key, or a public one whose private half the agent holds.
    case file(String)
    /// A public SSH key as text; the agent holds the private half.
    case literal(String)
    /// An OpenPGP key, however gpg knows it.
    case openPGP(String)
  }

  package let format: SigningFormat
  let program: String
  let key: Key
  let directory: String
  let environment: [String: String]

  /// The armoured signature of `payload` in git's namespace.
  package func sign(_ payload: [UInt8]) async throws(GitError) -> [UInt8] {
    try await sign(payload, namespace: "git")
  }

  /// The armoured signature of `payload` in `namespace`, of which OpenPGP knows nothing.
  package func sign(_ payload: [UInt8], namespace: String) async throws(GitError) -> [UInt8] {
    switch key {
    case .file(let path): try await sign(payload, namespace: namespace, ["-f", path], key: nil)
    case .literal(let text):
      try await sign(payload, namespace: namespace, ["-f", "key", "-U"], key: text)
    case .openPGP(let name): try await sign(payload, openPGP: name)
    }
  }

  /// Refuses where gpg has no such key, before anything else is done; ssh-keygen tells when it signs.
  package func requireKey() async throws(GitError) {
    guard case .openPGP(let name) = key else { return }
    let result = try await GitProgram.run(
      program, ["--batch", "--no-tty", "--list-secret-keys", "--", name], input: [],
      directory: directory, environment: environment)
    guard result.status == 0 else {
      throw GitError(
        .signing, "gpg has no secret key of \(name): use another one, or --no-sign",
        hint: "git config --global user.signingkey KEY   # gpg --list-secret-keys shows them")
    }
  }

  private func sign(
    _ payload: [UInt8], namespace: String, _ arguments: [String], key: String?
  ) async throws(GitError) -> [UInt8] {
    let workplace = try Disk.makeTemporaryDirectory(in: environment["TMPDIR"])
    defer { Disk.remove(workplace, files: ["payload", "payload.sig", "key"]) }
    let payloadFile = "\(workplace)/payload"
    try Disk.write(payload, to: payloadFile)
    if let key { try Disk.write(Array("\(key)\n".utf8), to: "\(workplace)/key") }
    let result = try await GitProgram.run(
      program, ["-Y", "sign", "-n", namespace] + arguments + [payloadFile], input: [],
      directory: key == nil ? directory : workplace, environment: environment)
    guard result.status == 0, let signature = try Disk.content(of: "\(payloadFile).sig") else {
      if case .file(let path) = self.key, !Repository.isKeyFile(path, in: directory) {
        throw GitError(
          .signing,
          "\(program) could not sign: there is no key at \(path), which user.signingkey names",
          hint: "git config user.signingkey ~/.ssh/id_ed25519.pub")
      }
      throw GitError(
        .signing, "\(program) could not sign: \(result.complaint)",
        hint: "ssh-add -l   # is the key of user.signingkey there?")
    }
    return signature.filter { $0 != UInt8(ascii: "\r") }
  }

  private func sign(_ payload: [UInt8], openPGP name: String) async throws(GitError) -> [UInt8] {
    let result = try await GitProgram.run(
      program, ["--status-fd=2", "-bsau", name], input: payload, directory: directory,
      environment: environment)
    // gpg may end well without having signed.
    guard result.status == 0, GnuPGStatus(Array(result.error.utf8)).has("SIG_CREATED") else {
      let said = result.error.split(separator: "\n").filter { !$0.hasPrefix("[GNUPG:] ") }
      throw GitError(
        .signing, "\(program) could not sign: \(said.last.map(String.init) ?? "no reason given")",
        hint: "gpg --list-secret-keys   # is the key of user.signingkey there?")
    }
    return result.output.filter { $0 != UInt8(ascii: "\r") }
  }
}

extension Repository {
  /// What signs the tags here; `nil` where they are not to be signed.
  ///
  /// Refuses rather than leave a tag unsigned that ought to be signed.
  package func tagSigner(
    _ configuration: GitConfiguration, _ choice: SigningChoice
  ) async throws(GitError) -> Signer? {
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

  /// The user's key, whatever it is to sign.
  package func signer(_ configuration: GitConfiguration) async throws(GitError) -> Signer {
    let name = configuration.value("gpg.format") ?? "openpgp"
    guard let format = SigningFormat(rawValue: name) else {
      throw GitError(
        .signing,
        "signing with gpg.format = \(name) is not supported: use --no-sign, or sign with an SSH or "
          + "OpenPGP key", hint: "git config --global gpg.format ssh")
    }
    // A repository that names the signer would run its own program as whoever works in it.
    for key in format.program.keys { try refuseLocal(key, configuration) }
    let program = try signingProgram(format, configuration).get()
    return Signer(
      format: format, program: program, key: try await signingKey(format, configuration),
      directory: workDirectory ?? gitDirectory, environment: environment)
  }

  /// Whether a key is named that could sign; without one, only gpg might know one.
  package func hasSigningKey(_ configuration: GitConfiguration) -> Bool {
    !(configuration.value("user.signingkey") ?? "").isEmpty
      || configuration.protectedValue("gpg.ssh.defaultkeycommand") != nil
  }

  /// The file that `user.signingkey` names, where it is not there.
  package func missingSigningKey(_ configuration: GitConfiguration) -> String? {
    guard configuration.value("gpg.format") == SigningFormat.ssh.rawValue,
      let key = configuration.value("user.signingkey"), !key.isEmpty, literal(key) == nil,
      case let path = expanded(key), !Self.isKeyFile(path, in: workDirectory ?? gitDirectory)
    else { return nil }
    return path
  }

  /// Whether there is a key by this name, or the public half of one: ssh-keygen takes either.
  static func isKeyFile(_ path: String, in directory: String) -> Bool {
    let path = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    return Disk.exists(path) || Disk.exists("\(path).pub")
  }

  /// The program of a format, as the user's own configuration has it and never the repository's.
  func signingProgram(
    _ format: SigningFormat, _ configuration: GitConfiguration
  ) -> Result<String, GitError> {
    let known = format.program
    let name = known.keys.lazy.compactMap(configuration.protectedValue).first ?? known.name
    return Result { () throws(GitError) in
      try GitProgram.program(expanded(name), in: environment, package: known.package)
    }
  }

  private func signingKey(
    _ format: SigningFormat, _ configuration: GitConfiguration
  ) async throws(GitError) -> Signer.Key {
    let named = configuration.value("user.signingkey").flatMap { $0.isEmpty ? nil : $0 }
    // As git has it: without a key's name, gpg goes by the committer's.
    if format == .openPGP {
      if let named { return .openPGP(named) }
      return .openPGP(try await committer().person.description)
    }
    if let key = named {
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
    let result: GitProgram.Output
    do throws(GitError) {
      result = try await GitProgram.run(
        GitProgram.program(expanded(first), in: environment, package: first),
        Array(words.dropFirst()), input: [], directory: workDirectory ?? gitDirectory,
        environment: environment)
    } catch {
      // No package is missing here: the setting names what is none.
      throw GitError(
        .signing, "gpg.ssh.defaultKeyCommand: \(error.message)",
        hint: "git config --global gpg.ssh.defaultKeyCommand 'ssh-add -L'   # or another one")
    }
    let line = result.text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
    guard result.status == 0, let key = literal(line) else {
      throw GitError(
        .signing, "gpg.ssh.defaultKeyCommand gave no key: \(result.complaint)",
        hint: "git config --global user.signingkey ~/.ssh/id_ed25519.pub")
    }
    return .literal(key)
  }

  func literal(_ key: String) -> String? {
    if key.hasPrefix("key::") { return String(key.dropFirst(5)) }
    return key.hasPrefix("ssh-") ? key : nil
  }

  private func refuseLocal(
    _ key: String, _ configuration: GitConfiguration
  ) throws(GitError) {
    guard let value = configuration.repositoryValue(key) else { return }
    throw GitError(
      .signing, "this repository itself sets \(key) to \(value); only your own configuration may",
      hint: "git config --local --unset-all \(GitError.quoted(key))")
  }

  /// A path with its leading `~` or `~name` replaced by the home directory, as git replaces it.
  func expanded(_ path: String) -> String {
    guard path.hasPrefix("~") else { return path }
    let name = path.dropFirst().prefix { $0 != "/" }
    let home = name.isEmpty ? environment["HOME"] : Disk.home(of: String(name))
    return home.map { $0 + path.dropFirst(1 + name.count) } ?? path
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
