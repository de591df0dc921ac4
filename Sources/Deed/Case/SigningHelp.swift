import Git
import Release

/// What brings somebody to a signature that counts, by the list of signers that decides.
struct SigningHelp {
  private let repository: Repository
  private let context: Context
  private let configuration: GitConfiguration
  private let list: Workspace.SignersList
  private let signers: AllowedSigners
  private let person: Person

  /// `nil` where nobody says whose keys are whose.
  init?(_ workspace: Workspace, _ subject: ReleaseSubject, of person: Person) async throws {
    repository = workspace.repository
    context = workspace.context
    configuration = try await repository.configuration()
    list = try await workspace.signers(of: subject)
    guard let signers = list.signers else { return nil }
    self.signers = signers
    self.person = person
  }

  /// Whether git was never told to sign with anything.
  private var isUnset: Bool {
    configuration.value("gpg.format") == nil && !repository.hasSigningKey(configuration)
  }

  /// What has git sign with a key of theirs which the list names; `nil` where it names none of SSH's.
  ///
  /// Any other key would be refused: where theirs is not found here, none is guessed.
  private var setUp: String? {
    guard !signers.keys(of: person).isEmpty else { return nil }
    return listedKey.map(setUp)
      ?? "sign with a key that the list has of \(person.email): \(setUp(file: "KEY"))"
  }

  /// A key of theirs that the list names, where it is found here.
  private var listedKey: String? {
    let keys = signers.keys(of: person)
    return keys.isEmpty ? nil : repository.publicKeyFile(of: keys)
  }

  private func setUp(file: String) -> String {
    let format = configuration.value("gpg.format") == "ssh" ? "" : "git config gpg.format ssh && "
    return format + "git config user.signingkey " + file
  }

  /// Why nothing could be signed, with the commands that set it up where git is not.
  fileprivate func explaining(_ error: GitError) -> any Error {
    guard error.kind == .signing, let setUp else { return error }
    if repository.missingSigningKey(configuration) != nil {
      return Failure(.repository, error.message, hint: setUp)
    }
    guard isUnset else { return error }
    return Failure(
      .repository,
      "\(error.message); user.signingkey is not set, and the list of signers has an SSH key of "
        + person.email.safe, hint: setUp)
  }

  /// The way on for somebody whose key was revoked.
  ///
  /// Whether another key of theirs is good shows only once it has signed something.
  var afterRevocation: String {
    let other =
      signers.keyCount(of: person) > 1
      ? "another of your keys in \(list.name) that is good signs anew; where there is none, " : ""
    return other + "a new key of yours counts from the release after the one whose list of signers "
      + "names it, and others sign until then"
  }

  /// What would make a sign-off count that is not signed by whom it names; `nil` where nobody can tell
  /// here, or it is told already.
  ///
  /// - Parameter again: The command that records it again.
  func mend(_ signature: Record.Signature?, again: String) -> String? {
    guard let signature else {
      guard signers.names(person) else { return addition(of: signature) }
      guard isUnset, let setUp else { return again }
      return listedKey == nil ? setUp : "\(setUp) && \(again)"
    }
    let key = SSHSignature(armoured: signature.value)?.key
    if let key, signers.gives(key, to: person) { return nil }
    // With any other key than that of the list it would be refused again.
    if !signers.keys(of: person).isEmpty {
      return listedKey.map { "\(setUp(file: $0)) && \(again)" }
    }
    if signers.illegibleLine(for: person) != nil {
      return list.path.map {
        "mend that line of \($0.safe)\(isCommitted ? ", and commit it" : "")\(since)"
      }
    }
    // A release's own list may say of anybody's key that it is somebody else's.
    if let key, list.trust != .release, let owner = signers.owners(of: key).first {
      return "git config user.email \(GitError.quoted(owner)) && \(again)"
    }
    return signers.names(person) ? nil : addition(of: signature)
  }

  /// What comes next where somebody's approval stands, and giving it again changes nothing: their line in
  /// the list that decides, or, where no change of it counts for this release, somebody else's approval.
  func next(after signature: Record.Signature?) -> (command: String?, remark: String?)? {
    guard !signers.names(person), signers.illegibleLine(for: person) == nil else { return nil }
    switch list.trust {
    case .release, .configuration: return addition(of: signature).map { ($0, nil) }
    case .floor(let release):
      return (nil, "by somebody whom the list of signers of \(release) names")
    case .branch(let name): return (nil, "by somebody whom the list of signers of \(name) names")
    case .nobody, .unknown: return nil
    }
  }

  /// Whether the list is one of the repository's, and not of whoever looks.
  private var isCommitted: Bool { list.trust != .configuration }

  /// From when a change of the list counts.
  private var since: String {
    list.trust == .release || !isCommitted
      ? "" : ": it counts from the release after the one that has it"
  }

  /// What gives the list a line with the key that signed, or that would; in words where it is not at hand.
  private func addition(of signature: Record.Signature?) -> String? {
    guard let path = list.path else { return nil }
    let commit = isCommitted ? "and commit it\(since)" : ""
    let key =
      signature == nil
      ? repository.configuredKey(configuration)
      : signature.flatMap { SSHSignature(armoured: $0.value)?.key }
    guard let key, !key.isCertified, let place = place(of: path) else {
      let what =
        signature?.format == SigningFormat.openPGP.rawValue
        ? "\(AllowedSigners.openPGP) and the whole fingerprint of your key" : "your public key"
      return "add a line with \(person.email) and \(what) to \(path)"
        + (isCommitted ? ", \(commit)" : "")
    }
    // A line of its own, however the list ends.
    return "printf '\\n%s\\n' \(GitError.quoted("\(person.email) \(key.line)")) >> \(place)"
      + (isCommitted ? "   # \(commit)" : "")
  }

  /// The list as a shell finds it, from where somebody stands; `nil` where it is no file here.
  private func place(of path: String) -> String? {
    guard isCommitted else { return Self.quoted(path) }
    return repository.workDirectory.map { root in
      GitError.quoted(
        context.directory == root && !context.isElsewhere ? path : "\(root)/\(path)")
    }
  }

  /// A shell opens `~` where it is not quoted: in a path of the user's own, and in no other.
  private static func quoted(_ path: String) -> String {
    path.hasPrefix("~/") ? "~/" + GitError.quoted(String(path.dropFirst(2))) : GitError.quoted(path)
  }
}

extension Workspace {
  /// Adds a sign-off or a decision as any record; who cannot sign it yet is told how.
  func append(
    _ record: Record, with files: [PendingFile] = [], of subject: ReleaseSubject,
    by identity: Identity, message: String
  ) async throws -> Record {
    do {
      return try await append([record], with: files, by: identity, message: message)[0]
    } catch let error as GitError where error.kind == .signing {
      throw await explained(error, subject, of: identity.person)
    }
  }

  private func explained(
    _ refusal: GitError, _ subject: ReleaseSubject, of person: Person
  ) async -> any Error {
    do {
      return try await SigningHelp(self, subject, of: person)?.explaining(refusal) ?? refusal
    } catch {
      // Without the list nobody can help; that it cannot be read is told where it decides.
      return refusal
    }
  }
}
