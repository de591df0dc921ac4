import Git
import Release

/// What brings somebody to a signature that counts, by the list of signers that decides.
struct SigningHelp {
  private let repository: Repository
  private let configuration: GitConfiguration
  private let list: Workspace.SignersList
  private let signers: AllowedSigners
  private let person: Person

  /// `nil` where nobody says whose keys are whose.
  init?(_ workspace: Workspace, _ subject: ReleaseSubject, of person: Person) async throws {
    repository = workspace.repository
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

  /// The commands that have git sign with a key of theirs which the list names; `nil` where it names
  /// none of SSH's.
  private var setUp: String? {
    signers.keys(of: person).isEmpty ? nil : setUp(file: listedKey ?? Self.usualKey)
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

  private static let usualKey = "~/.ssh/id_ed25519.pub"

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

  /// What would make a sign-off count that is not signed by whom it names; `nil` where nobody can tell
  /// here, or it is told already.
  ///
  /// - Parameter again: The command that records it again.
  func mend(_ signature: Record.Signature?, again: String) -> String? {
    guard let signature else {
      guard signers.names(person) else { return addition }
      return isUnset ? setUp.map { "\($0) && \(again)" } ?? again : again
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
    return signers.names(person) ? nil : addition
  }

  /// Whether the list is one of the repository's, and not of whoever looks.
  private var isCommitted: Bool { list.trust != .configuration }

  /// From when a change of the list counts.
  private var since: String {
    list.trust == .release || !isCommitted
      ? "" : ": it counts from the release after the one that has it"
  }

  private var addition: String? {
    guard let path = list.path else { return nil }
    let named = configuration.value("user.signingkey").flatMap { $0.hasSuffix(".pub") ? $0 : nil }
    let key = named.map(Self.quoted) ?? Self.usualKey
    // A line of its own, however the list ends.
    return "printf '\\n%s %s\\n' \(GitError.quoted(person.email)) \"$(cat \(key))\" >> "
      + Self.quoted(path) + (isCommitted ? "   # and commit it\(since)" : "")
  }

  /// A shell opens `~` where it is not quoted.
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
